"""Numbered seats (座位): laying them out by a plan, out of order (停用), notes on a seat."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from unicodedata import normalize

from sqlalchemy import Connection

from db import places as stored
from db import seat_pages
from db.facts import Draft
from db.ledger import Act
from db.places import Place
from deskapp import plans, spaces, whose
from deskapp.cells import without_identity
from deskapp.desk import Desk, Refusal, Role

__all__ = ["Place"]

LAYING = Role.DEPARTMENT_HEAD
"""who may say which seats there are"""
KEEPING = Role.STUDENT_ASSISTANT
"""who may take a seat out of order, and note what is on it"""


class Noted(StrEnum):
    """What is noted on a seat."""

    THINGS_LEFT = "things_left"
    DAMAGE = "damage"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Laid:
    """What laying seats out did, in seats."""

    entered: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0


# looking


def seats(desk: Desk, zone: str) -> list[Place]:
    """The seats of a zone, in the order in which they are offered. Refuses ZoneUnknown."""
    spaces.zone(desk, zone)
    with desk.reading() as connection:
        return stored.in_zone(connection, zone)


def find(desk: Desk, text: str, zone: str | None = None) -> Place:
    """A seat by its label as somebody types it, in a zone or in all: `c37`, `Ｃ－37`, `exam/C-37`.

    Refuses SeatUnknown, SeatAmbiguous (zones).
    """
    with desk.reading() as connection:
        return sought(connection, text, zone)


def sought(connection: Connection, text: str, zone: str | None = None) -> Place:
    """`find` inside an act."""
    written = normalize("NFKC", text).strip()
    within, slash, label = written.rpartition("/")
    zone = within.casefold() if slash else zone
    place = stored.by_seat(connection, f"{zone}/{label.upper()}") if zone else None
    if place is not None:
        return place
    key = form(label)
    found = [
        (each, name)
        for each, name in stored.labels(connection)
        if zone in (None, each) and form(name) == key
    ]
    if not key or not found:
        raise Refusal("SeatUnknown", seat=text.strip())
    if len(found) > 1:
        raise Refusal("SeatAmbiguous", seat=text.strip(), zones=" ".join(each for each, _ in found))
    place = stored.by_seat(connection, "/".join(found[0]))
    assert place is not None
    return place


_PART = re.compile(r"\d{1,9}|[^\W\d_]+")


def form(label: str) -> tuple[str | int, ...]:
    """What two spellings of a label have in common: `C-037` and `c 37`."""
    parts = _PART.findall(normalize("NFKC", label).upper())
    return tuple(int(part) if part.isdecimal() else part for part in parts)


# laying out


def lay_out(desk: Desk, zones: Collection[str] | None = None) -> Laid:
    """Lay out the seats that the profile's plans draw, in zones that never had any (or in these).

    Refuses RoleTooLow, ZoneUnknown.
    """
    desk.require(LAYING)
    with desk.act() as act:
        begun = stored.zones_laid(act.connection)
        wanted = zones if zones is not None else [z.code for z in spaces.zones(desk)]
        drawn = {
            zone: list(plans.seats(spaces.zone(desk, zone).plan))
            for zone in wanted
            if zones is not None or zone not in begun
        }
        return lay(act, drawn, whole=zones is not None)


def lay(act: Act, wanted: Mapping[str, Iterable[plans.Seat]], *, whole: bool) -> Laid:
    """Make the zones' seats what they should be, in as many acts as it takes; `whole`: those that
    are not among them are there no more.
    """
    drafts: list[Draft] = []
    entered = changed = removed = unchanged = 0
    for zone, some in wanted.items():
        known = {place.label: place for place in stored.in_zone(act.connection, zone)}
        for seat in some:
            place = known.pop(seat.label, None)
            said = list(_said(zone, seat, place))
            entered += place is None
            changed += place is not None and bool(said)
            unchanged += not said
            drafts += said
        if whole:
            removed += len(known)
            drafts += [stored.draft("place.removed", place.seat) for place in known.values()]
    act.record_many(drafts)
    return Laid(entered, changed, removed, unchanged)


def _said(zone: str, seat: plans.Seat, known: Place | None) -> Iterator[Draft]:
    """What must be said of a seat, so that it stands as wanted."""
    name = f"{zone}/{seat.label}"
    laid = {
        "row": seat.row,
        "col": seat.column,
        "rank": seat.row * stored.LINE + seat.column,
        "socket": seat.socket,
        "window": seat.window,
        "lamp": seat.lamp,
        "accessible": seat.accessible,
    }
    if known is None or any(getattr(known, each) != value for each, value in laid.items()):
        yield stored.draft("place.laid", name, laid)
    if seat.closed is None:
        if known is not None and known.closed is not None:
            yield stored.draft("place.opened", name)
    elif known is None or known.closed != seat.closed:
        yield stored.draft("place.closed", name, {"why": seat.closed})


# out of order


def close(desk: Desk, seat: str, why: str = "") -> Place:
    """Take a seat (`exam/C-37`, or as `find`) out of order; whoever sits there may stay.

    `why`: a code of the profile's closures. Refuses RoleTooLow, SeatUnknown, SeatAmbiguous,
    ClosureUnknown, SeatAlreadyClosed.
    """
    desk.require(KEEPING)
    if why and why not in desk.profile.closures:
        raise Refusal("ClosureUnknown", why=why)
    with desk.act() as act:
        place = sought(act.connection, seat)
        if place.closed is not None:
            raise Refusal("SeatAlreadyClosed", seat=place.label, why=place.closed)
        return _recorded(act, place, stored.draft("place.closed", place.seat, {"why": why}))


def put_right(desk: Desk, seat: str) -> Place:
    """A seat is in order again. Refuses RoleTooLow, SeatUnknown, SeatAmbiguous, SeatInOrder."""
    desk.require(KEEPING)
    with desk.act() as act:
        place = sought(act.connection, seat)
        if place.closed is None:
            raise Refusal("SeatInOrder", seat=place.label)
        return _recorded(act, place, stored.draft("place.opened", place.seat))


# notes


def note(desk: Desk, seat: str, what: str, words: str = "") -> Place:
    """Note what is on a seat (`Noted`), in words if there is more to say.

    Refuses RoleTooLow, SeatUnknown, SeatAmbiguous; ValueError of what is nothing of `Noted`.
    """
    desk.require(KEEPING)
    said = {"what": Noted(what).value}
    with desk.act() as act:
        place = sought(act.connection, seat)
        private = {"words": str(without_identity(words.strip()))} if words.strip() else None
        sits = [
            stay.patron for stay in seat_pages.on_seat(act.connection, place.seat) if stay.since
        ]
        person = whose.words(act, stored.subject_of(place.seat), next(iter(sits), None))
        draft = stored.draft("place.noted", place.seat, said, private, person=person)
        return _recorded(act, place, draft)


def clear_note(desk: Desk, seat: str) -> Place:
    """What was noted is seen to. Refuses RoleTooLow, SeatUnknown, SeatAmbiguous, NothingNoted."""
    desk.require(KEEPING)
    with desk.act() as act:
        place = sought(act.connection, seat)
        if place.noted is None:
            raise Refusal("NothingNoted", seat=place.label)
        return _recorded(act, place, stored.draft("place.note_cleared", place.seat))


def _recorded(act: Act, place: Place, draft: Draft) -> Place:
    act.record_all([draft])
    found = stored.by_seat(act.connection, place.seat)
    assert found is not None
    return found
