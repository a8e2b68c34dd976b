"""Certificates as lists and those who issue them want them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection
from sqlmodel import col, select

from db.award_rows import Award, Certificate
from db.paging import Paged
from db.queries import among, every
from db.rows import chunks, marks
from db.signers import Signer
from db.store import driver

GOOD, TO_PRINT, WAITING, HANDED, REVOKED = "good", "to_print", "waiting", "handed", "revoked"
_STATES = {
    "": "1",
    GOOD: "c.revoked_at IS NULL",
    TO_PRINT: "c.revoked_at IS NULL AND copies = 0",
    WAITING: "c.revoked_at IS NULL AND copies > 0 AND handed_at IS NULL",
    HANDED: "c.revoked_at IS NULL AND handed_at NOTNULL",
    REVOKED: "c.revoked_at NOTNULL",
}
STATES = tuple(_STATES)
"""how certificates are listed: all; good; good and not printed; printed and not handed out; handed
out; revoked"""


class Line(NamedTuple):
    """One certificate of a list, with the roll that it is of, and its reader."""

    subject: str
    serial: str
    issued: str
    day: str
    paper: str
    holder: str | None
    replaces: str | None
    replaced_by: str | None
    issued_at: str
    issued_by: str | None
    approved_by: str | None
    copies: int
    printed_at: str | None
    revoked_at: str | None
    revoked_by: str | None
    reason: str | None
    why: str | None
    handed_at: str | None
    handed_by: str | None
    handed_to: str | None
    roll_desk: str | None
    roll_number: int | None
    patron: str | None
    prize: str | None
    signer: str

    @property
    def called(self) -> str:
        """What people call the roll; "" where that has not arrived."""
        return f"{self.roll_desk}-A{self.roll_number}" if self.roll_desk else ""


_LINES = Paged(
    "c.subject, c.serial, c.issued, c.day, c.paper, c.holder, c.replaces, "
    "(SELECT serial FROM certificate AS n WHERE n.subject = c.subject AND n.replaces = c.serial "
    "ORDER BY n.issued LIMIT 1), "
    "c.issued_at, c.issued_by, c.approved_by, copies, c.printed_at, c.revoked_at, c.revoked_by, "
    "c.reason, c.why, c.handed_at, c.handed_by, c.handed_to, roll.desk, roll.number, "
    "award.patron, award.prize, c.signer",
    "FROM certificate AS c LEFT JOIN award ON award.subject = c.subject "
    "LEFT JOIN roll ON roll.subject = award.roll",
    ("c.issued", "c.serial"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which certificates: of a roll, of a person under all their numbers (None: of anybody), in one
    of STATES, with these words in the name or the number, issued by a fact of these ids.
    """

    roll: str = ""
    readers: tuple[str, ...] | None = None
    state: str = ""
    words: str = ""
    serials: tuple[str, ...] | None = None
    since: str = ""
    until: str = ""


def count(connection: Connection, wanted: Wanted) -> int:
    return _LINES.count(connection, *_where(wanted))


def page(
    connection: Connection,
    wanted: Wanted,
    beside: Sequence[str] | None = None,
    limit: int = -1,
    skip: int = 0,
    *,
    backwards: bool = False,
) -> list[Line]:
    """As they were issued."""
    where, values = _where(wanted)
    found = _LINES.page(connection, where, values, beside, limit, skip, backwards=backwards)
    return [Line(*each) for each in found]


def place(connection: Connection, wanted: Wanted, at: Sequence[str]) -> int | None:
    return _LINES.place(connection, *_where(wanted), at)


def _where(wanted: Wanted) -> tuple[str, list[str]]:
    parts, values = [_STATES[wanted.state]], list[str]()
    if wanted.roll:
        id = wanted.roll.partition(":")[2]
        parts.append("c.subject > ? AND c.subject < ?")
        values += [f"award:{id}:", f"award:{id};"]
    for column, these in (("award.patron", wanted.readers), ("c.serial", wanted.serials)):
        if these is not None:
            parts.append(f"{column} IN {marks(len(these))}")
            values += these
    if wanted.words:
        parts.append("(instr(c.holder, ?) OR instr(c.serial, ?))")
        values += [wanted.words] * 2
    for sign, id in ((">=", wanted.since), ("<", wanted.until)):
        if id:
            parts.append(f"c.issued {sign} ?")
            values.append(id)
    return " AND ".join(parts), values


def good(connection: Connection, awards: Collection[str]) -> dict[str, str]:
    """The serial of the good certificate of each of these awards that has one."""
    found: dict[str, str] = {}
    for some in chunks(awards):
        sql = f"SELECT subject, serial FROM certificate WHERE subject IN {marks(len(some))}"
        ended = f"{sql} AND revoked_at IS NULL ORDER BY issued DESC"
        found.update(driver(connection).execute(ended, some).fetchall())
    return found


def awards(connection: Connection, subjects: Collection[str]) -> dict[str, Award]:
    rows = among(connection, select(Award), Award.subject, subjects)
    return {each.subject: each for each in rows}


def by_serials(connection: Connection, serials: Collection[str]) -> dict[str, Certificate]:
    rows = among(connection, select(Certificate), Certificate.serial, serials)
    return {each.serial: each for each in rows}


def signer(connection: Connection, subject: str) -> Signer | None:
    return next(iter(every(connection, select(Signer).where(Signer.subject == subject))), None)


def of_award(connection: Connection, award: str) -> list[str]:
    """The numbers of its papers, the oldest first."""
    mine = select(Certificate.serial).where(Certificate.subject == award)
    return list(connection.execute(mine.order_by(col(Certificate.issued))).scalars())
