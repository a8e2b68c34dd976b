"""Awards (奖励) and certificates (证书): who is on a roll, what that rests on, and its papers.

A subject is one person or team on one roll, `award:<roll>:<who>`: what cannot be had twice. `who`
is of a reader what their own subject has, of anybody else an HMAC of the name. Its certificates are
of the same subject: two papers for one award are a matter for a person. A certificate's number is
unique for ever by its random digits; whoever looks one up asks `by_serial`.
"""

import hmac
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlmodel import SQLModel, col, select

from db.award_rows import CLASH, GRANTED, WITHDRAWN, Award, Certificate, clash
from db.facts import Book, Draft, Fact, Row, Rows, canonical, put
from db.queries import among, every, one

_TABLES: tuple[type[SQLModel], ...] = (Award, Certificate)
AWARDS = Book("award", _TABLES, clashes=clash, closed=lambda rows: True)


def subject_of(roll: str, reader: str) -> str:
    """A reader's award on a roll (`roll:<id>`, `reader:<hash>`)."""
    return f"award:{roll.partition(':')[2]}:{reader.partition(':')[2]}"


def subject_named(key: bytes, roll: str, name: str) -> str:
    """The award of a team, or of who is no reader, by a name; `key` is the library's."""
    who = hmac.new(key, f"award\x1f{roll}\x1f{name}".encode(), "sha256").hexdigest()[:32]
    return f"award:{roll.partition(':')[2]}:{who}"


def roll_of(subject: str) -> str:
    """The roll of an award."""
    return "roll:" + subject.split(":")[1]


def draft(
    kind: str,
    subject: str,
    said: Mapping[str, Any],
    private: Mapping[str, Any] | None = None,
    *,
    person: str | None = None,
) -> Draft:
    """`person`: whom the private part is about, a reader or the subject itself."""
    return Draft(kind, subject, said, person if private else None, private or None)


# folds


def _award(rows: Rows) -> Row:
    """LookupError (and so a fault) while the award has not arrived."""
    return rows["award",]


@AWARDS.fold("award.granted")
def _granted(rows: Rows, fact: Fact) -> Rows:
    """`{patron, prize, rank, amount, rests: [[what, id, at, amount], …]}`; private: name. The first
    stands; granted behind a withdrawal it is granted anew.
    """
    if rows.get(("award",), {}).get("status") == GRANTED:
        return rows
    said = fact.says()
    rank, amount = said.get("rank"), said.get("amount")
    return put(
        rows,
        "award",
        roll=roll_of(fact.subject),
        patron=said.get("patron"),
        name=fact.confides().get("name"),
        prize=said.get("prize"),
        rank=None if rank is None else int(rank),
        amount=None if amount is None else float(amount),
        rests=canonical(said["rests"]),
        status=GRANTED,
        granted_at=fact.at,
        granted_by=fact.actor,
        **dict.fromkeys(("ended_at", "why")),
    )


@AWARDS.fold("award.withdrawn")
def _withdrawn(rows: Rows, fact: Fact) -> Rows:
    """Private: why. Its certificates are revoked by facts of their own."""
    if _award(rows)["status"] == WITHDRAWN:
        return rows
    why = fact.confides().get("why")
    return put(rows, "award", status=WITHDRAWN, ended_at=fact.at, why=why)


@AWARDS.fold("award.prize_handed")
def _prize_handed(rows: Rows, fact: Fact) -> Rows:
    """`{what}`; private: to, if somebody else took it. The first stands."""
    if _award(rows)["gift_at"] is not None:
        return rows
    given = {"gift": str(fact.says()["what"]), "gift_to": fact.confides().get("to")}
    return put(rows, "award", **given, gift_at=fact.at, gift_by=fact.actor)


@AWARDS.fold("certificate.issued")
def _issued(rows: Rows, fact: Fact) -> Rows:
    """`{serial, signer, day, paper: {…}, replaces, approved_by}`; private: holder, body, token. The
    one that it replaces is revoked by it; where that one was set aside, so is this. It is there
    even where nobody's grant stands any more.
    """
    said, words = fact.says(), fact.confides()
    serial, before = str(said["serial"]), said.get("replaces")
    if ("certificate", str(before)) in rows:
        rows = _ended(rows, str(before), fact, "replaced", None)
    body = words.get("body")
    rows = put(
        rows,
        "certificate",
        serial,
        issued=fact.id,
        signer=said["signer"],
        day=said["day"],
        paper=canonical(said["paper"]),
        holder=words.get("holder"),
        body=canonical(body) if body else None,
        token=words.get("token"),
        replaces=before,
        issued_at=fact.at,
        issued_by=fact.actor,
        approved_by=said.get("approved_by"),
        copies=0,
    )
    in_vain = rows.get(("certificate", str(before)), {}).get("reason") == CLASH
    return _ended(rows, serial, fact, CLASH, None) if in_vain else rows


def _certificate(rows: Rows, fact: Fact) -> tuple[str, Row]:
    """LookupError (and so a fault) while the certificate has not arrived."""
    serial = str(fact.says()["serial"])
    return serial, rows["certificate", serial]


@AWARDS.left("certificate.issued")
def _issued_in_vain(rows: Rows, fact: Fact) -> Rows:
    """Its paper is about, and its signature right: it is revoked."""
    serial = str(fact.says()["serial"])
    return _ended(_issued(rows, fact), serial, fact, CLASH, None)


@AWARDS.fold("certificate.printed")
def _printed(rows: Rows, fact: Fact) -> Rows:
    """`{serial, copy}`: `copy` 1 is the certificate, what is above that is marked as a reprint. Of
    two desks that had not heard of each other each has printed one.
    """
    serial, row = _certificate(rows, fact)
    copies = max(row["copies"] + 1, int(fact.says()["copy"]))
    return put(rows, "certificate", serial, copies=copies, printed_at=fact.at)


def _ended(rows: Rows, serial: str, fact: Fact, reason: str, why: str | None) -> Rows:
    if rows["certificate", serial].get("revoked_at") is not None:
        return rows
    ended = {"revoked_at": fact.at, "revoked_by": fact.actor, "reason": reason, "why": why}
    return put(rows, "certificate", serial, **ended)


@AWARDS.left("certificate.revoked")
@AWARDS.fold("certificate.revoked")
def _revoked(rows: Rows, fact: Fact) -> Rows:
    """`{serial, reason}`; private: why. For ever: a number that was revoked is never good again."""
    serial, _ = _certificate(rows, fact)
    return _ended(rows, serial, fact, str(fact.says()["reason"]), fact.confides().get("why"))


@AWARDS.fold("certificate.handed_out")
def _handed_out(rows: Rows, fact: Fact) -> Rows:
    """`{serial}`; private: to, if somebody else signed for it. The first stands."""
    serial, row = _certificate(rows, fact)
    if row["handed_at"] is not None:
        return rows
    to = fact.confides().get("to")
    given = {"handed_at": fact.at, "handed_by": fact.actor, "handed_to": to}
    return put(rows, "certificate", serial, **given)


@AWARDS.fold("award.undone")
def _undone(rows: Rows, fact: Fact) -> Rows:
    """`{undoes, by}`: the ledger folds as if that had never been."""
    return rows


# queries


def award(connection: Connection, subject: str) -> Award | None:
    return one(connection, select(Award).where(Award.subject == subject))


def of_roll(connection: Connection, roll: str) -> list[Award]:
    """Withdrawn ones too, the first rank first, then as they were granted."""
    order = (col(Award.rank).is_(None), col(Award.rank), col(Award.granted_at), col(Award.subject))
    return every(connection, select(Award).where(Award.roll == roll).order_by(*order))


def of_reader(connection: Connection, readers: Sequence[str]) -> list[Award]:
    """Those of one person under all their numbers, the newest first."""
    mine = col(Award.patron).in_(readers)
    return every(connection, select(Award).where(mine).order_by(col(Award.granted_at).desc()))


def named(connection: Connection, name: str) -> list[str]:
    """The awards that hold a name as their own: of who is no reader, or who signed for a reader's
    certificate.
    """
    theirs = select(Award.subject).where(col(Award.patron).is_(None), Award.name == name)
    signed = (
        select(Certificate.subject)
        .join(Award, col(Award.subject) == col(Certificate.subject))
        .where(col(Award.patron).is_not(None), Certificate.handed_to == name)
    )
    return sorted({str(row[0]) for each in (theirs, signed) for row in connection.execute(each)})


def certificates(connection: Connection, award: str) -> list[Certificate]:
    """Every paper of an award, the oldest first."""
    mine = select(Certificate).where(Certificate.subject == award)
    return every(connection, mine.order_by(col(Certificate.issued)))


def certificates_of(connection: Connection, awards: Sequence[str]) -> dict[str, list[Certificate]]:
    """Every paper of these awards, the oldest first."""
    found: dict[str, list[Certificate]] = {}
    papers = select(Certificate).order_by(col(Certificate.issued))
    for each in among(connection, papers, Certificate.subject, awards):
        found.setdefault(each.subject, []).append(each)
    return found


def by_serial(connection: Connection, serial: str) -> list[Certificate]:
    """One, as a rule; more only where a store was tampered with."""
    return every(connection, select(Certificate).where(Certificate.serial == serial))


def revoked(connection: Connection) -> list[str]:
    """The numbers that are good no more, in order."""
    ended = select(Certificate.serial).where(col(Certificate.revoked_at).is_not(None))
    return sorted(connection.execute(ended).scalars())
