"""The list of a draw and the lot itself: checked, published with its digest, drawn by a seed."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from unicodedata import normalize

from sqlalchemy import Connection

from db import draw_pages as pages
from db import readers as stored_readers
from db.draw_pages import Line
from db.draws import APPLIED, SEAT, STRUCK, Draw
from db.facts import Draft
from deskapp import spaces
from deskapp.desk import Desk, Refusal
from deskapp.draws import (
    DRAWING,
    DRAWN,
    LOOKING,
    OPEN,
    Applicant,
    Drawing,
    application,
    drawing,
    places,
    row_of,
    shown,
    stage,
    state,
)
from deskapp.readers import masked_name, masked_number

LONGEST_SEED = 200
DIGITS = 4
"""that an application's number has at least"""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a list would be now: how many, and who is not on it, with why (double, gone,
    ineligible).
    """

    fit: int
    unfit: tuple[tuple[Applicant, str], ...]


@dataclass(frozen=True, slots=True)
class Published:
    """A list is published: its text, of which the digest is the SHA-256."""

    drawing: Drawing
    listed: int
    struck: int
    text: str


def check(desk: Desk, id: str) -> Checked:
    """What the list would be if it were published now. Refuses RoleTooLow, DrawUnknown."""
    desk.require(LOOKING)
    with desk.reading() as connection:
        row = row_of(connection, id)
        lines = [each for each in pages.lines(connection, id) if each.status == APPLIED]
        unfit = dict(_unfit(desk, connection, row, lines))
        named = {each.subject: shown(desk, row, each) for each in lines if each.subject in unfit}
    return Checked(len(lines) - len(unfit), tuple((named[s], why) for s, why in unfit.items()))


def _unfit(
    desk: Desk, connection: Connection, row: Draw, lines: Sequence[Line]
) -> Iterator[tuple[str, str]]:
    """Applications that cannot be listed: of somebody erased, a second one of a person with two
    numbers, of a type of reader that the zone is not for.
    """
    segments: Sequence[str] = ()
    if row.thing == SEAT and not json.loads(row.segments):
        segments = spaces.zone(desk, row.zone).segments
    heads = stored_readers.heads(connection, [each.patron for each in lines])
    met: set[str] = set()
    for each in sorted(lines, key=lambda line: line.patron != heads[line.patron]):
        if each.reader is None:
            yield each.subject, "gone"
        elif heads[each.patron] in met:
            yield each.subject, "double"
        elif not spaces.belongs(desk, connection, segments, each.patron):
            yield each.subject, "ineligible"
        met.add(heads[each.patron])


def strike(desk: Desk, id: str) -> None:
    """Take an application off before it is listed, as its reader asks. Refuses RoleTooLow,
    ApplicationUnknown, ListPublished.
    """
    desk.require(DRAWING)
    with desk.act() as act:
        line = application(act, id)
        if state(line) != APPLIED:
            raise Refusal("ListPublished")
        act.record("application.struck", id, {"why": "withdrawn"})


HEADING = ("number", "name", "reader")


def listed(lines: Sequence[Line]) -> str:
    """The published list: UTF-8 with a mark, a line each, by number. Of these bytes the digest is
    made; so the headings speak no language.
    """
    rows = [
        HEADING,
        *((n or "", *_masked(each)) for n, each in sorted((e.number, e) for e in lines)),
    ]
    return "\ufeff" + "".join(",".join(row) + "\n" for row in rows)


def _masked(line: Line) -> tuple[str, str]:
    """Name and number, without what would part a line of the list."""
    masked = masked_name(line.name or ""), masked_number(line.reader or "")
    name, number = (re.sub(r'[,"\s=+@]', " ", each).strip() for each in masked)
    return name, number


def publish(desk: Desk, id: str, seed_from: str) -> Published:
    """Publish the list: from now on nobody comes on it, and it can be drawn.

    `seed_from`: where the seed will come from that nobody can know yet (the number drawn by a
    public lottery on a day to come). What cannot be listed is struck out. Refuses RoleTooLow,
    DrawUnknown, ListPublished, SeedSourceMissing, NobodyApplied, PlacesTooFew.
    """
    desk.require(DRAWING)
    source = " ".join(seed_from.split())
    if not source:
        raise Refusal("SeedSourceMissing")
    with desk.act() as act:
        row = row_of(act.connection, id)
        if stage(row) != OPEN:
            raise Refusal("ListPublished")
        lines = [each for each in pages.lines(act.connection, id) if each.status == APPLIED]
        unfit = dict(_unfit(desk, act.connection, row, lines))
        fit = sorted((e for e in lines if e.subject not in unfit), key=lambda e: e.patron)
        if not fit:
            raise Refusal("NobodyApplied")
        width = max(DIGITS, len(str(len(fit))))
        fit = [each._replace(number=f"{n:0{width}}") for n, each in enumerate(fit, 1)]
        text = listed(fit)
        said = {
            "digest": sha256(text.encode()).hexdigest(),
            "seed_from": source,
            "places": places(act.connection, row.thing, row.zone, row.many),
            "list": [[each.number, each.patron] for each in fit],
        }
        struck = [Draft("application.struck", s, {"why": why}) for s, why in unfit.items()]
        act.record_many([*struck, Draft("draw.published", id, said)])
        return Published(drawing(desk, row_of(act.connection, id)), len(fit), len(struck), text)


def published(desk: Desk, id: str) -> Published:
    """A list as it was published. Refuses RoleTooLow, DrawUnknown, ListNotPublished, ListDiffers: a
    name on it has changed or was erased since; the file of then is the list.
    """
    desk.require(LOOKING)
    with desk.reading() as connection:
        row = row_of(connection, id)
        if stage(row) == OPEN:
            raise Refusal("ListNotPublished")
        lines = pages.lines(connection, id)
    on_it = [each for each in lines if each.number is not None]
    text = listed(on_it)
    if sha256(text.encode()).hexdigest() != row.digest:
        raise Refusal("ListDiffers")
    struck = sum(each.status == STRUCK for each in lines)
    return Published(drawing(desk, row), len(on_it), struck, text)


def withdraw_list(desk: Desk, id: str) -> Drawing:
    """The list is none yet: applications come in again. What was struck out stays so.

    Refuses RoleTooLow, DrawUnknown, ListNotPublished, DrawnAlready.
    """
    operator = desk.require(DRAWING)
    with desk.act() as act:
        row = _published(act.connection, id)
        said = {"undoes": pages.listing(act.connection, id), "by": operator.id}
        act.record("draw.undone", id, said)
        return drawing(desk, row_of(act.connection, row.subject))


def draw(desk: Desk, id: str, seed: str) -> Drawing:
    """Draw: the first have the places, in their order, the others wait in theirs.

    The seed as it was said in public; full-width digits are digits, blanks one. Refuses RoleTooLow,
    DrawUnknown, ListNotPublished, DrawnAlready, SeedMissing.
    """
    desk.require(DRAWING)
    plain = " ".join(normalize("NFKC", seed).split())
    if not 0 < len(plain) <= LONGEST_SEED:
        raise Refusal("SeedMissing")
    with desk.act() as act:
        _published(act.connection, id)
        act.record("draw.drawn", id, {"seed": plain})
        return drawing(desk, row_of(act.connection, id))


def _published(connection: Connection, id: str) -> Draw:
    """A draw whose list is published, and that is not drawn."""
    row = row_of(connection, id)
    if stage(row) == OPEN:
        raise Refusal("ListNotPublished")
    if stage(row) == DRAWN:
        raise Refusal("DrawnAlready", seed=row.seed)
    return row
