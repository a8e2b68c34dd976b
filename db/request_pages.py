"""Lists of requests, a page at a time by key: a million lines page as fast as a hundred."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, text
from sqlmodel import col, select

from db import fulltext
from db.people import is_erased
from db.queries import every as rows
from db.queries import one
from db.requests import COUNTS, OPEN, Request
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
    sign_until: str | None
    late: int


class Wanted(NamedTuple):
    """Which requests, in which order: a WHERE clause with its values, by due time or newest
    first.
    """

    where: str
    values: tuple[Any, ...]
    by_due: bool = True


EVERY = "1"

_BY_SUBJECT = select(Request).where(Request.subject == bindparam("subject"))
_RECEIVED = (
    select(Request)
    .where(
        Request.received_at >= bindparam("since"),
        Request.received_at < bindparam("until"),
        text(COUNTS),
        col(Request.serial) > bindparam("serial"),
    )
    .order_by(col(Request.serial))
    .limit(500)
)
_GONE = "SELECT 1 FROM erased WHERE person = coalesce(request.patron, request.subject)"
TELL_BY = f"CASE WHEN contact IS NULL AND EXISTS ({_GONE}) THEN NULL ELSE tell_by END"
"""when the reader must know: nothing of whoever was erased"""
_FIELDS = ", ".join(TELL_BY if name == "tell_by" else name for name in Line._fields)
_COLUMNS = f"SELECT {_FIELDS} FROM request "


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
    """What departments undertake, or have joined. Each is found by an index of its own."""
    own, joined = _of(departments)
    open_ = f"SELECT serial FROM request WHERE status = '{OPEN}' AND "
    return Wanted(f"serial IN ({open_}{own} UNION ALL {open_}{joined})", (*departments,) * 2)


def _of(departments: Sequence[str]) -> tuple[str, str]:
    """Of their own, and joined by them: two conditions, the departments are the values of each."""
    codes = marks(len(departments))
    joined = f"EXISTS (SELECT 1 FROM json_each(involved) WHERE value IN {codes})"
    return f"department IN {codes}", f"(involved IS NOT NULL AND {joined})"


def first_asked(staff: str) -> Wanted:
    """First asked of somebody and now with others."""
    return Wanted(f"first_responder = ? AND status = '{OPEN}' AND responsible <> ?", (staff, staff))


def of_away(absent: Sequence[str], gone: Sequence[str], *, but: str, until: str) -> Wanted:
    """What these people are responsible for and have offered to nobody: all of the absent, of those
    who have gone what must be done, or asked after, before a moment.
    """
    return Wanted(
        f"status = '{OPEN}' AND offer IS NULL AND responsible <> ? "
        f"AND (responsible IN {marks(len(absent))} OR (responsible IN {marks(len(gone))} "
        "AND (chase_at < ? OR (due_at < ? AND waits IS NULL))))",
        (but, *absent, *gone, until, until),
    )


def overdue(now: str) -> Wanted:
    """Open and late; of what waits, for then the clock stands, what began to wait late."""
    return Wanted(
        f"status = '{OPEN}' AND due_at < ? AND (waits IS NULL OR due_at < waits_since)", (now,)
    )


def to_chase(now: str, staff: str, departments: Sequence[str]) -> Wanted:
    """What waits and must be asked after again, of somebody or their departments."""
    return _theirs("chase_at <= ?", (now,), staff, departments)


def to_tell(staff: str, departments: Sequence[str]) -> Wanted:
    """What is closed and its reader has not been told, of somebody or their departments."""
    return _theirs(f"tell_by IS NOT NULL AND {TELL_BY} IS NOT NULL", (), staff, departments)


def _theirs(where: str, values: tuple[Any, ...], staff: str, departments: Sequence[str]) -> Wanted:
    own, joined = _of(departments)
    return Wanted(
        f"{where} AND (responsible = ? OR {own} OR {joined})",
        (*values, staff, *departments, *departments),
    )


def to_sign(staff: str, late: str) -> Wanted:
    """What somebody agreed to by telephone and has not signed, and what nobody has whose day came
    before `late`.
    """
    overdue = "coalesce(sign_until, '') < ?"
    return Wanted(f"sign_by IS NOT NULL AND (sign_by = ? OR {overdue})", (staff, late))


def to_complete(staff: str) -> Wanted:
    """What somebody is to complete: what they noted in a hurry, and what others did for them."""
    open_ = "SELECT request FROM incomplete WHERE done_at IS NULL"
    return Wanted(
        f"subject IN ({open_}) AND (responsible = ? OR subject IN ({open_} AND by = ?)) "
        f"AND {COUNTS}",
        (staff, staff),
    )


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
    """Requests that contain the words between blanks, newest first, a page behind a serial."""
    raw = driver(connection)
    serials = fulltext.find(raw, "request_text", fulltext.query(text), limit, before)
    lines = raw.execute(
        f"{_COLUMNS} WHERE serial IN {marks(len(serials))} ORDER BY serial DESC", serials
    )
    return [Line(*values) for values in lines]


def by_subject(connection: Connection, subject: str) -> Request | None:
    """The whole request."""
    request = one(connection, _BY_SUBJECT, subject=subject)
    return as_known(connection, request) if request is not None else None


def as_known(connection: Connection, request: Request) -> Request:
    """Whoever was erased is nobody, and cannot be told."""
    if is_erased(connection, request.patron or request.subject):
        request.patron = None
        request.tell_by = request.tell_by if request.contact else None
    return request


def received(connection: Connection, since: str, until: str) -> Iterator[list[Request]]:
    """Whole requests received from one moment to another, oldest entry first, some at a time; not
    what was logged by mistake.
    """
    serial = 0
    while found := rows(connection, _RECEIVED, serial=serial, since=since, until=until):
        yield found
        serial = found[-1].serial or 0


def by_serials(connection: Connection, serials: Sequence[int]) -> list[Line]:
    """These requests, in this order."""
    lines = driver(connection).execute(f"{_COLUMNS} WHERE serial IN {marks(len(serials))}", serials)
    return sorted((Line(*values) for values in lines), key=lambda line: serials.index(line.serial))


def by_number(
    connection: Connection, desk: str, number: int, year: int | None = None
) -> list[Line]:
    """The requests of this desk that people call by this number, of one year or all, newest
    first.
    """
    raw = driver(connection)
    years = [
        # One bound a query, so that each is one step in the index; the number is looked up by year.
        raw.execute(f"SELECT {bound}(year) FROM request WHERE desk = ?", (desk,)).fetchone()[0]
        for bound in ("min", "max")
    ]
    found: list[tuple[Any, ...]] = []
    for each in [year] if year else range(years[1] or 0, (years[0] or 1) - 1, -1):
        found += raw.execute(
            f"{_COLUMNS} WHERE desk = ? AND year = ? AND number = ?", (desk, each, number)
        )
    return [Line(*values) for values in found]


def desks(connection: Connection) -> list[str]:
    """The desks that have logged requests; each is one step in the index."""
    lines = driver(connection).execute(
        "WITH RECURSIVE each (desk) AS (SELECT min(desk) FROM request UNION ALL "
        "SELECT (SELECT min(desk) FROM request WHERE desk > each.desk) FROM each "
        "WHERE each.desk IS NOT NULL) SELECT desk FROM each WHERE desk IS NOT NULL"
    )
    return [str(desk) for (desk,) in lines]


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


def lapsed(connection: Connection, desk: str, now: str) -> list[str]:
    """Requests offered at this desk whose time is over: nobody has accepted, or whoever did so by
    telephone has not signed.
    """
    here = "EXISTS (SELECT 1 FROM fact WHERE fact.id = request.{} AND fact.desk = ?)"
    lines = driver(connection).execute(
        "SELECT subject FROM request WHERE offer IS NOT NULL AND offer_until <= ? AND "
        + here.format("offer")
        + f" UNION ALL SELECT subject FROM request WHERE sign_until <= ? AND status = '{OPEN}' "
        "AND offer IS NULL AND " + here.format("taken"),
        (now, desk) * 2,
    )
    return [str(subject) for (subject,) in lines]
