"""Lists of requests, a page at a time by key: a million lines page as fast as a hundred."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from db import fulltext
from db.requests import OPEN
from db.rows import chunks, marks
from db.store import driver


class Line(NamedTuple):
    """What a list shows of a request."""

    serial: int
    subject: str
    desk: str
    year: int
    number: int
    received_at: str
    due_at: str
    kind: str
    channel: str
    department: str
    scope: str | None
    patron: str | None
    question: str | None
    first_responder: str
    responsible: str
    status: str
    outcome: str | None
    offer: str | None
    offer_to: str | None
    offer_department: str | None
    offer_until: str | None
    back: str | None
    confirmed: int
    urgent: int
    waits: str | None
    chase_at: str | None
    tell_by: str | None


class Wanted(NamedTuple):
    """Which requests, in which order: a WHERE clause with its values, by due time or newest
    first.
    """

    where: str
    values: tuple[Any, ...]
    by_due: bool = True


EVERY = "1"

_COLUMNS = f"SELECT {', '.join(Line._fields)} FROM request "


def mine(staff: str) -> Wanted:
    """What somebody is responsible for, by due time."""
    return Wanted(f"responsible = ? AND status = '{OPEN}'", (staff,))


def offered(staff: str, departments: Sequence[str]) -> Wanted:
    """What waits for somebody's acceptance: offered to them, or to a department of theirs."""
    return Wanted(
        "offer IS NOT NULL AND offer_by <> ? AND "
        f"(offer_to = ? OR (offer_to IS NULL AND offer_department IN {marks(len(departments))}))",
        (staff, staff, *departments),
    )


def of_departments(departments: Sequence[str]) -> Wanted:
    return Wanted(
        f"department IN {marks(len(departments))} AND status = '{OPEN}'", tuple(departments)
    )


def first_asked(staff: str) -> Wanted:
    """First asked of somebody and now with others."""
    return Wanted(f"first_responder = ? AND status = '{OPEN}' AND responsible <> ?", (staff, staff))


def overdue(now: str) -> Wanted:
    """Open and late; not what waits, for then the clock stands."""
    return Wanted(f"status = '{OPEN}' AND due_at < ? AND waits IS NULL", (now,))


def to_chase(now: str, staff: str, departments: Sequence[str]) -> Wanted:
    """What waits outside and must be asked after again, of somebody or their departments."""
    return _theirs("chase_at <= ?", (now,), staff, departments)


def to_tell(staff: str, departments: Sequence[str]) -> Wanted:
    """What is closed and its reader has not been told, of somebody or their departments."""
    return _theirs("tell_by IS NOT NULL", (), staff, departments)


def _theirs(where: str, values: tuple[Any, ...], staff: str, departments: Sequence[str]) -> Wanted:
    return Wanted(
        f"{where} AND (responsible = ? OR department IN {marks(len(departments))})",
        (*values, staff, *departments),
    )


def to_sign(lead: str) -> Wanted:
    """What a shift lead agreed to by telephone and has not signed."""
    return Wanted("sign_by = ?", (lead,))


def open_of(connection: Connection, staff: str) -> int:
    """For how many open requests somebody is responsible."""
    return count(connection, mine(staff))


def every() -> Wanted:
    """All, newest first."""
    return Wanted(EVERY, (), by_due=False)


def of_patron(*numbers: str) -> Wanted:
    """Of one reader, under each of the numbers that they have had."""
    return Wanted(f"patron IN {marks(len(numbers))}", numbers, by_due=False)


def _top(connection: Connection) -> int:
    return int(driver(connection).execute("SELECT max(serial) FROM request").fetchone()[0] or 0)


def count(connection: Connection, wanted: Wanted) -> int:
    raw = driver(connection)
    if wanted.where == EVERY:
        # Requests are never deleted and serials are given without gaps: no need to count a million.
        return _top(connection)
    sql = f"SELECT count(*) FROM request WHERE {wanted.where}"
    return int(raw.execute(sql, wanted.values).fetchone()[0])


def key(wanted: Wanted, line: Line) -> tuple[Any, ...]:
    return (line.due_at, line.serial) if wanted.by_due else (line.serial,)


def page(
    connection: Connection,
    wanted: Wanted,
    behind: tuple[Any, ...] | None,
    limit: int,
    skip: int = 0,
    *,
    backwards: bool = False,
) -> list[Line]:
    """Lines behind a key (or before it), always in the list's order."""
    ascending = wanted.by_due != backwards
    columns = "due_at, serial" if wanted.by_due else "serial"
    direction = "" if ascending else " DESC"
    order = ", ".join(name + direction for name in columns.split(", "))
    where, values = wanted.where, list(wanted.values)
    if skip and wanted.where == EVERY:
        # Serials have no gaps: no need to walk over half a million rows.
        start = behind[0] if behind is not None else 0 if ascending else _top(connection) + 1
        behind, skip = (start + skip if ascending else start - skip,), 0
    if behind is not None:
        where += f" AND ({columns}) {'>' if ascending else '<'} ({', '.join('?' * len(behind))})"
        values += behind
    lines = [
        Line(*values)
        for values in driver(connection).execute(
            f"{_COLUMNS} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?", (*values, limit, skip)
        )
    ]
    return lines[::-1] if backwards else lines


def place(connection: Connection, wanted: Wanted, subject: str) -> int | None:
    """How many lines stand before this one now; None if it has left the list."""
    raw = driver(connection)
    found = raw.execute(
        f"SELECT due_at, serial FROM request WHERE subject = ? AND {wanted.where}",
        (subject, *wanted.values),
    ).fetchone()
    if found is None:
        return None
    if wanted.where == EVERY:
        return _top(connection) - int(found[1])
    columns, values, sign = (
        ("(due_at, serial)", found, "<") if wanted.by_due else ("(serial)", found[1:], ">")
    )
    return int(
        raw.execute(
            f"SELECT count(*) FROM request WHERE {wanted.where} AND {columns} {sign} "
            + marks(len(values)),
            (*wanted.values, *values),
        ).fetchone()[0]
    )


def by_text(connection: Connection, text: str, limit: int, before: int | None = None) -> list[Line]:
    """Requests whose words contain the text, newest first, a page behind a serial."""
    raw = driver(connection)
    serials = fulltext.find(raw, "request_text", text, limit, before)
    lines = raw.execute(
        f"{_COLUMNS} WHERE serial IN {marks(len(serials))} ORDER BY serial DESC", serials
    )
    return [Line(*values) for values in lines]


def by_serials(connection: Connection, serials: Sequence[int]) -> list[Line]:
    """These requests, in this order."""
    lines = driver(connection).execute(f"{_COLUMNS} WHERE serial IN {marks(len(serials))}", serials)
    return sorted((Line(*values) for values in lines), key=lambda line: serials.index(line.serial))


def by_number(connection: Connection, desk: str, number: int) -> Line | None:
    """The newest request of this desk that people call by this number."""
    raw = driver(connection)
    years = [
        # One bound a query, so that each is one step in the index; the number is looked up by year.
        raw.execute(f"SELECT {bound}(year) FROM request WHERE desk = ?", (desk,)).fetchone()[0]
        for bound in ("min", "max")
    ]
    for year in range(years[1] or 0, (years[0] or 1) - 1, -1):
        values = raw.execute(
            f"{_COLUMNS} WHERE desk = ? AND year = ? AND number = ?", (desk, year, number)
        ).fetchone()
        if values:
            return Line(*values)
    return None


def numbered(
    connection: Connection, desks: Sequence[str], year: int, number: int
) -> list[tuple[str, str | None]]:
    """When the requests of a number were received, and their words."""
    return (
        driver(connection)
        .execute(
            "SELECT received_at, question FROM request "
            f"WHERE desk IN {marks(len(desks))} AND year = ? AND number = ?",
            (*desks, year, number),
        )
        .fetchall()
    )


def known(connection: Connection, subjects: Sequence[str]) -> set[str]:
    """Which of these requests there are."""
    found: set[str] = set()
    for chunk in chunks(subjects):
        lines = driver(connection).execute(
            f"SELECT subject FROM request WHERE subject IN {marks(len(chunk))}", chunk
        )
        found.update(subject for (subject,) in lines)
    return found


def lapsed(connection: Connection, desk: str, now: str) -> list[tuple[str, str, str]]:
    """Offers made at this desk whose time is over: request, offer, giver."""
    return [
        (str(subject), str(offer), str(giver))
        for subject, offer, giver in driver(connection).execute(
            "SELECT subject, offer, offer_by FROM request WHERE offer IS NOT NULL "
            "AND offer_until <= ? "
            "AND EXISTS (SELECT 1 FROM fact WHERE fact.id = request.offer AND fact.desk = ?)",
            (now, desk),
        )
    ]
