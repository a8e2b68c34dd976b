"""The clashes that wait, as a long list's source, and what people call what they are about."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from db import awards as stored_awards
from db import clash_pages as pages
from db import crowds, request_pages
from db import found_things as stored_found_things
from db import results as stored_results
from db import rolls as stored_rolls
from db import staff as stored_staff
from db.clash_pages import Open
from db.clashes import Pair
from db.rows import load
from db.store import driver
from deskapp import doubles, event_odds, matter, readers
from deskapp.at_odds import Line
from deskapp.crowds import CROWD
from deskapp.desk import Desk, Refusal, Role
from deskapp.doubles import DOUBLE

REQUEST, CROSSING = "request", "crossing"
SEEING = Role.LIBRARIAN


class ClashList:
    """All that wait, newest first, as a long list's source."""

    def __init__(self, desk: Desk) -> None:
        desk.require(SEEING)
        self.desk = desk

    def count(self) -> int:
        return count(self.desk)

    def key(self, row: Line) -> Pair:
        return row.pair

    def after(self, key: Pair | None, limit: int, skip: int = 0) -> Sequence[Line]:
        with self.desk.reading() as connection:
            return _lines(self.desk, connection, pages.page(connection, key, limit, skip))

    def before(self, key: Pair | None, limit: int, skip: int = 0) -> Sequence[Line]:
        with self.desk.reading() as connection:
            found = pages.page(connection, key, limit, skip, backwards=True)
            return _lines(self.desk, connection, found)

    def place(self, row: Line) -> int | None:
        with self.desk.reading() as connection:
            return pages.place(connection, row.pair)


def count(desk: Desk) -> int:
    """How many wait for a person."""
    with desk.reading() as connection:
        return pages.count(connection)


def _lines(desk: Desk, connection: Connection, found: Sequence[pages.Line]) -> list[Line]:
    names = names_of(connection)
    return [_line(desk, connection, each, names) for each in found]


def _line(desk: Desk, connection: Connection, each: pages.Line, names: Mapping[str, str]) -> Line:
    pair, at = (each.first, each.second), desk.local(each.at)
    who = (names.get(each.actors[0] or "", ""), names.get(each.actors[1] or "", ""))
    if each.what == CROWD:
        name, row = event_odds.called(connection, each.first), crowds.find(connection, *pair)
        heads, places = (row.heads, row.places) if row else (0, 0)
        return Line(CROWD, pair, name, each.kinds, who, at, heads, places)
    if each.what == doubles.SIGNUP:
        found = waiting(connection, pair)
        return Line(DOUBLE, pair, doubles.called(connection, found), each.kinds, who, at)
    if each.patron is not None:
        return Line(CROSSING, pair, readers.who(connection, each.patron), each.kinds, who, at)
    name = called(desk, connection, each.subject, names)
    return Line(each.subject, pair, name, each.kinds, who, at)


def names_of(connection: Connection) -> dict[str, str]:
    return {each.subject: each.name for each in stored_staff.all_ever(connection)}


def called(desk: Desk, connection: Connection, subject: str, names: Mapping[str, str]) -> str:
    """What people call a thing: its number, the day, the person; nothing of a card."""
    book, _, rest = subject.partition(":")
    match book:
        case "request" | "found":
            find = request_pages.by_subject if book == REQUEST else stored_found_things.by_subject
            row = find(connection, subject)
            return matter.number_of(desk, row.desk, row.number, row.year) if row else ""
        case "staff":
            return names.get(subject, "")
        case "reader":
            return readers.who(connection, subject)
        case "holiday" | "count" | "place" | "seat" | "room":
            return rest
        case "segment" | "application" | "helper":
            return readers.who(connection, f"reader:{subject.rpartition(':')[2]}")
        case "draw":
            return rest.partition(":")[0]
        case "event" | "signup":
            return event_odds.called(connection, subject)
        case "result" | "roll" | "award":
            return _honoured(connection, subject)
        case "violation" | "queue":
            rows = load(driver(connection), desk.ledger.books[book], [subject])[subject]
            return next((readers.who(connection, row["patron"]) for row in rows.values()), "")
    return ""


def _honoured(connection: Connection, subject: str) -> str:
    """An award list by its title, an award by whose it is and on which list, a result by whose."""
    if subject.startswith("result:"):
        result = stored_results.result(connection, subject)
        return (result.name or readers.who(connection, result.patron)) if result else ""
    of = subject if subject.startswith("roll:") else stored_awards.roll_of(subject)
    roll = stored_rolls.roll(connection, of)
    title, award = roll.title if roll else "", stored_awards.award(connection, subject)
    who = (award.name or readers.who(connection, award.patron)) if award else ""
    return f"{who} {title}".strip()


def waiting(connection: Connection, pair: Pair) -> Open:
    """A pair that waits; refuses ClashGone."""
    found = pages.find(connection, pair)
    if found is None:
        raise Refusal("ClashGone")
    return found
