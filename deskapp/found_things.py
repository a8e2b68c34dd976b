"""Lost and found (失物招领): logging what was found, telling its owner, giving it back.

A thing that is kept as long as the library's profile says is passed on or disposed of.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from db import found_things as stored
from db import readers as stored_readers
from db import staff as stored_staff
from db.clock import stamp
from db.found_things import COLLECTED, DISPOSED, KEPT, PASSED_ON, FoundThing
from db.ledger import Act
from db.numbering import next_number
from db.people import living
from deskapp import cards, readers, whose
from deskapp.cells import without_identity
from deskapp.desk import Desk, Refusal, Role
from deskapp.matter import number_of
from deskapp.readers import Found

__all__ = ["COLLECTED", "DISPOSED", "KEEPING", "KEPT", "PASSED_ON", "LogIt", "Thing", "things"]

KEEPING = Role.STUDENT_ASSISTANT
"""who may look into the register and log what was found"""
GIVING = Role.LIBRARIAN
"""who may give a thing away"""
MOST = 500
"""things that a list shows"""
LISTS = ("kept", "due")


@dataclass(frozen=True, slots=True)
class LogIt:
    """What was found. Where a card was found, its owner is a reader's id."""

    what: str
    place: str = ""
    finder: str = ""
    kept: str = ""
    owner: str | None = None
    found: datetime | None = None
    """when, if that was not now"""


@dataclass(frozen=True, slots=True)
class FoundLogged:
    id: str
    number: str
    owner: str | None


@dataclass(frozen=True, slots=True)
class Ended:
    """A thing is no longer here, or (kept) here again."""

    id: str
    number: str
    status: str


@dataclass(frozen=True, slots=True)
class Thing:
    """A found thing as a screen shows it. The finder's words are for librarians."""

    id: str
    number: str
    what: str
    place: str
    kept: str
    finder: str
    owner: Found | None
    found: datetime
    until: str
    overdue: bool
    status: str
    told: datetime | None
    ended: datetime | None
    ended_by: str
    taker: str
    checked: str | None
    passed_to: str
    own_words: bool
    """whether its words are nobody's that is known here: to be erased by themselves"""


def log(desk: Desk, thing: LogIt) -> FoundLogged:
    """Put on record what was found. Refuses RoleTooLow, ThingUnnamed, FoundLater, PatronUnknown."""
    desk.require(KEEPING)
    with desk.act() as act:
        return record(act, desk, thing)


def record(act: Act, desk: Desk, thing: LogIt) -> FoundLogged:
    """The same as part of a larger act."""
    what = thing.what.strip()
    if not what:
        raise Refusal("ThingUnnamed")
    now = desk.now()
    found = (thing.found or now).astimezone(desk.zone)
    if found > now:
        raise Refusal("FoundLater")
    if thing.owner is not None:
        reader = stored_readers.by_subject(act.connection, thing.owner)
        if reader is None or reader.number is None:
            raise Refusal("PatronUnknown")
    subject = act.new_subject("found")
    number = next_number(act.connection, "found_thing", desk.code, found.year)
    said = {
        "year": found.year,
        "number": number,
        "found_at": stamp(found),
        "place": thing.place.strip() or None,
        "kept": thing.kept.strip() or None,
        "patron": thing.owner,
        "until": keep_until(desk, found),
    }
    finder = str(without_identity(thing.finder.strip()))
    words = {"what": str(without_identity(what)), "finder": finder or None}
    person = whose.words(act, subject, thing.owner)
    act.record_all([stored.draft("found.logged", subject, said, words, person=person)])
    return FoundLogged(subject, number_of(desk, desk.code, number, found.year), thing.owner)


def keep_until(desk: Desk, found: datetime) -> str:
    """The last day on which a thing found then is kept, as `2026-12-22`."""
    return (found.date() + timedelta(days=desk.profile.limits.found_days)).isoformat()


def owner_of(desk: Desk, code: str, scanned: bool = False) -> Found | None:
    """Whose a found card is, one reported lost too. Refuses RoleTooLow, CardAmbiguous."""
    desk.require(KEEPING)
    found = cards.whose(desk, code, scanned, lost=True)
    if len(found) > 1:
        raise Refusal("CardAmbiguous")
    return found[0] if found else None


def tell(desk: Desk, id: str) -> None:
    """The owner was told. Refuses RoleTooLow, ThingUnknown, OwnerUnknown, ThingGone."""
    desk.require(KEEPING)
    with desk.act() as act:
        row = _here(act, desk, id)
        if living(act.connection, row.patron) is None:
            raise Refusal("OwnerUnknown")
        act.record_all([stored.draft("found.told", id)])


def collect(desk: Desk, id: str, code: str, scanned: bool = False) -> Ended:
    """Give a thing to whoever says by number, card or name that it is theirs.

    Of a thing whose owner is known the owner's number, card or name must be said; a shift lead may
    give it to somebody else. Refuses RoleTooLow, ThingUnknown, ThingGone, TakerUnnamed,
    OwnerDiffers, CardAmbiguous.
    """
    desk.require(GIVING)
    code = code.strip()
    if not code:
        raise Refusal("TakerUnnamed")
    reader = owner_of(desk, code, scanned)
    with desk.act() as act:
        row = _here(act, desk, id)
        patron, name = (reader.id, reader.name) if reader else (None, str(without_identity(code)))
        checked = "card" if reader else "name"
        owner = living(act.connection, row.patron)
        if owner is not None:
            person = stored_readers.one_person(act.connection, owner)
            known = stored_readers.by_subjects(act.connection, person).values()
            if patron in person or (reader is None and code in {each.name for each in known}):
                patron = owner  # under whichever number: two desks say the same
            elif desk.may(Role.SHIFT_LEAD):
                checked = "lead"
            else:
                raise Refusal("OwnerDiffers")
        return _end(
            act,
            desk,
            row,
            COLLECTED,
            {"patron": patron, "checked": checked},
            {"taker": name},
            patron,
        )


def pass_on(desk: Desk, id: str, to: str, scanned: bool = False) -> Ended:
    """Pass a thing on, to the guard's office for one; a card says nothing of an office.

    Refuses RoleTooLow, ThingUnknown, ThingGone, TakerUnnamed.
    """
    desk.require(GIVING)
    if scanned or not to.strip():
        raise Refusal("TakerUnnamed")
    with desk.act() as act:
        return _end(act, desk, _here(act, desk, id), PASSED_ON, {"to": to.strip()})


def dispose(desk: Desk, id: str) -> Ended:
    """Dispose of what was kept long enough. Refuses RoleTooLow, ThingUnknown, ThingGone,
    KeptStill.
    """
    desk.require(Role.SHIFT_LEAD)
    with desk.act() as act:
        row = _here(act, desk, id)
        if row.until >= desk.now().date().isoformat():
            raise Refusal("KeptStill", number=_label(desk, row), until=row.until)
        return _end(act, desk, row, DISPOSED, {})


def put_back(desk: Desk, id: str) -> Ended:
    """An ending was entered by mistake: the thing is still here. Refuses RoleTooLow, ThingUnknown,
    ThingKept.
    """
    desk.require(GIVING)
    with desk.act() as act:
        row = _find(act, id)
        if row.status == KEPT:
            raise Refusal("ThingKept", number=_label(desk, row))
        act.record_all([stored.draft("found.put_back", id)])
    return Ended(id, _label(desk, row), KEPT)


def _end(
    act: Act,
    desk: Desk,
    row: FoundThing,
    status: str,
    said: dict[str, str | None],
    private: dict[str, str] | None = None,
    patron: str | None = None,
) -> Ended:
    person = whose.words(act, row.subject, patron)
    kind = f"found.{status}"
    act.record_all([stored.draft(kind, row.subject, said, private, person=person)])
    return Ended(row.subject, _label(desk, row), status)


def _find(act: Act, id: str) -> FoundThing:
    row = stored.by_subject(act.connection, id)
    if row is None:
        raise Refusal("ThingUnknown")
    return row


def _here(act: Act, desk: Desk, id: str) -> FoundThing:
    row = _find(act, id)
    if row.status != KEPT:
        raise Refusal("ThingGone", number=_label(desk, row))
    return row


def _label(desk: Desk, row: FoundThing) -> str:
    return number_of(desk, row.desk, row.number, row.year)


# looking


def things(desk: Desk, which: str = "kept", words: str = "", scanned: bool = False) -> list[Thing]:
    """What is kept, what has been kept long enough (`due`), or all that contain the words or have
    the number. A whole number or card finds its owner's things first.
    """
    desk.require(KEEPING)
    owner = owner_of(desk, words, scanned) if len(words) > 4 else None
    with desk.reading() as connection:
        if owner is not None:
            rows = _of(connection, owner.id)
        elif words:
            rows = stored.search(connection, words, MOST)
        elif which == "due":
            rows = stored.due(connection, desk.now().date().isoformat(), MOST)
        else:
            rows = stored.kept(connection, MOST)
    return _shown(desk, rows)


def of_reader(desk: Desk, reader: str) -> list[Thing]:
    """A reader's things that are here."""
    desk.require(KEEPING)
    with desk.reading() as connection:
        rows = [row for row in _of(connection, reader) if row.status == KEPT]
    return _shown(desk, rows)


def _of(connection: Connection, reader: str) -> list[FoundThing]:
    return stored.of_person(connection, stored_readers.one_person(connection, reader))


def count_due(desk: Desk) -> int:
    """Things that have been kept long enough."""
    with desk.reading() as connection:
        return stored.count_due(connection, desk.now().date().isoformat())


def thing(desk: Desk, id: str) -> Thing:
    """One thing. Refuses RoleTooLow, ThingUnknown."""
    desk.require(KEEPING)
    with desk.reading() as connection:
        row = stored.by_subject(connection, id)
    if row is None:
        raise Refusal("ThingUnknown")
    return _shown(desk, [row])[0]


def _shown(desk: Desk, rows: list[FoundThing]) -> list[Thing]:
    librarian = desk.may(GIVING)
    today = desk.now().date().isoformat()
    with desk.reading() as connection:
        names = {each.subject: each.name for each in stored_staff.all_ever(connection)}
        there = [owner for row in rows if (owner := living(connection, row.patron))]
        owners = stored_readers.by_subjects(connection, there)
    return [
        Thing(
            row.subject,
            _label(desk, row),
            row.what or "",
            row.place or "",
            row.kept or "",
            (row.finder or "") if librarian else "",
            readers.shown(owners[row.patron]) if row.patron in owners else None,
            desk.local(row.found_at),
            row.until,
            row.status == KEPT and row.until < today,
            row.status,
            desk.local(row.told_at) if row.told_at else None,
            desk.local(row.ended_at) if row.ended_at else None,
            names.get(row.ended_by or "", ""),
            (row.taker or "") if librarian else "",
            row.checked,
            row.passed_to or "",
            row.patron is None and row.what is not None,
        )
        for row in rows
    ]
