"""Violations, bans and exemption windows as lists and pages want them."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection, text
from sqlmodel import col, select

from db.conduct import APPEALED, CONFIRMED, WAITS, Ban, Exemption, Violation, exempt, founded
from db.queries import every, one
from db.rows import marks
from db.store import driver


def violation(connection: Connection, subject: str) -> Violation | None:
    return one(connection, select(Violation).where(Violation.subject == subject))


def ban(connection: Connection, subject: str) -> Ban | None:
    return one(connection, select(Ban).where(Ban.subject == subject))


def exemption(connection: Connection, subject: str) -> Exemption | None:
    return one(connection, select(Exemption).where(Exemption.subject == subject))


def violations(connection: Connection, states: Collection[str], limit: int) -> list[Violation]:
    """In one of these states, newest first; of what is undecided only what would count."""
    order = (col(Violation.at).desc(), col(Violation.subject))
    statement = select(Violation).where(col(Violation.status).in_(states), text(WAITS))
    return every(connection, statement.order_by(*order).limit(limit))


def of_person(connection: Connection, person: Sequence[str], since: str = "") -> list[Violation]:
    """A reader's violations from a moment on, under each of their numbers, oldest first."""
    where = (col(Violation.patron).in_(person), Violation.at >= since)
    order = (col(Violation.at), col(Violation.subject))
    return every(connection, select(Violation).where(*where).order_by(*order))


def of_stay(connection: Connection, stay: str) -> list[Violation]:
    """What is noted of one sitting or booking, by its id."""
    subject = col(Violation.subject)
    where = (subject > f"violation:{stay}:", subject < f"violation:{stay};")
    return every(connection, select(Violation).where(*where).order_by(subject))


def since(connection: Connection, moment: str) -> list[Violation]:
    """Everybody's from a moment on."""
    return every(connection, select(Violation).where(Violation.at >= moment))


def counting(connection: Connection, found: Iterable[Violation]) -> list[Violation]:
    """Those of them that count."""
    states = (CONFIRMED, APPEALED)
    return [
        each
        for each in found
        if each.status in states
        and is_founded(connection, each)
        and not is_exempt(connection, each)
    ]


def bans_of(connection: Connection, person: Sequence[str]) -> list[Ban]:
    """A reader's bans, under each of their numbers, oldest first."""
    statement = select(Ban).where(col(Ban.patron).in_(person))
    return every(connection, statement.order_by(col(Ban.since), col(Ban.subject)))


def bans(connection: Connection, now: str, limit: int) -> list[Ban]:
    """Those that are not over and were not lifted, the last to end first."""
    statement = select(Ban).where(Ban.until > now, col(Ban.lifted_at).is_(None))
    return every(connection, statement.order_by(col(Ban.until).desc()).limit(limit))


def touched(connection: Connection, behind: int, lately: str) -> tuple[int, list[str]]:
    """The last line of the ledger, and whose violations the lines behind another one are about;
    where they are about a window, everybody's of late.
    """
    raw = driver(connection)
    (last,) = raw.execute("SELECT coalesce(max(n), 0) FROM fact").fetchone()
    new = "SELECT subject FROM fact WHERE n > :behind AND subject"
    ask = f"SELECT DISTINCT patron FROM violation WHERE subject IN ({new} LIKE 'violation:%')"
    # A store that was just made, or has joined, knows all and has looked at none.
    window = raw.execute(f"{new} LIKE 'exemption:%' LIMIT 1", {"behind": behind}).fetchone()
    if window or not behind:
        ask = "SELECT DISTINCT patron FROM violation WHERE at >= :lately"
    return last, [p for (p,) in raw.execute(ask, {"behind": behind, "lately": lately})]


def exemptions(connection: Connection, limit: int) -> list[Exemption]:
    """All that were declared and not withdrawn, the last first."""
    statement = select(Exemption).where(col(Exemption.withdrawn_at).is_(None))
    return every(connection, statement.order_by(col(Exemption.since).desc()).limit(limit))


def count(connection: Connection, states: Sequence[str]) -> int:
    """How many violations are in one of these states; as `violations`."""
    sql = f"SELECT count(*) FROM violation WHERE status IN {marks(len(states))} AND {WAITS}"
    return int(driver(connection).execute(sql, states).fetchone()[0])


def is_exempt(connection: Connection, row: Violation) -> bool:
    """Whether a window lifts a violation."""
    return exempt(driver(connection), row.zone, row.since, row.due, row.at)


def is_founded(connection: Connection, row: Violation) -> bool:
    """Whether the sitting or booking that a violation is of stands, if it is of one."""
    return founded(driver(connection), row.subject)
