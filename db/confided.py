"""What was said in confidence: whose it is stands in private parts alone, so erasing asks here."""

from collections.abc import Sequence

from sqlalchemy import Connection

from db.rows import marks
from db.store import driver


def of_reader(connection: Connection, patron: str) -> list[str]:
    """A reader's confidential requests, as far as this desk may know of them."""
    lines = driver(connection).execute(
        "SELECT subject FROM request WHERE patron = ? AND scope IS NOT NULL", (patron,)
    )
    return [str(subject) for (subject,) in lines]


def of_erased(connection: Connection) -> list[str]:
    """The confidential requests here of readers whom another desk erased."""
    lines = driver(connection).execute(
        "SELECT DISTINCT request.subject FROM erased "
        "JOIN request ON request.patron = erased.person WHERE scope IS NOT NULL"
    )
    return [str(subject) for (subject,) in lines]


def persons(connection: Connection, requests: Sequence[str]) -> list[str]:
    """The persons as whom the words of these requests are held, where those are the requests'
    own.
    """
    lines = driver(connection).execute(
        "SELECT DISTINCT person FROM fact WHERE private IS NOT NULL "
        f"AND subject IN {marks(len(requests))} AND instr(person, subject) = 1",
        requests,
    )
    return [str(person) for (person,) in lines]
