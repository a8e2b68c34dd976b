"""Signers (签发密钥): the public halves of the keys that certificates are signed with, and how far
each is trusted. The private half never comes near a store: `deskapp.signers`.

A subject is one key, `signer:<kid>`: the first 16 hexadecimal digits of the SHA-256 of its public
half. A key that is said to be lost is not trusted from that day on, for ever and at every desk.
"""

from hashlib import sha256

from sqlalchemy import Connection
from sqlmodel import Field, SQLModel, col, select

from db.clock import day
from db.facts import Book, Draft, Fact, Rows, put
from db.queries import every


class Signer(SQLModel, table=True):
    """One key. Moments are UTC stamps, days the library's."""

    subject: str = Field(primary_key=True)
    public: str
    """32 bytes (Ed25519), hexadecimal"""
    desk: str
    """where it was made"""
    made_at: str
    made_by: str | None = None
    retired_at: str | None = None
    """since when it signs no more; what it has signed stays good"""
    lost_since: str | None = None
    """a day: what is dated then or later proves nothing"""
    lost_at: str | None = None
    """when that was said first"""
    lost_by: str | None = None


PUBLIC, KID = 32, 16
"""bytes of a public half (Ed25519); digits of a key's name"""
_TABLES: tuple[type[SQLModel], ...] = (Signer,)
SIGNERS = Book("signer", _TABLES)


def draft(kind: str, kid: str, **said: object) -> Draft:
    return Draft(f"signer.{kind}", f"signer:{kid}", said)


@SIGNERS.fold("signer.made")
def _made(rows: Rows, fact: Fact) -> Rows:
    """`{public}`. Of one whose name is not its own nobody could say what it has signed."""
    public = bytes.fromhex(str(fact.says()["public"]))
    if len(public) != PUBLIC or fact.subject != f"signer:{sha256(public).hexdigest()[:KID]}":
        raise ValueError("a key of another name")
    if ("signer",) in rows:
        return rows
    made = {"desk": fact.desk, "made_at": fact.at, "made_by": fact.actor}
    return put(rows, "signer", public=public.hex(), **made)


@SIGNERS.fold("signer.retired")
def _retired(rows: Rows, fact: Fact) -> Rows:
    return put(rows, "signer", retired_at=rows["signer",]["retired_at"] or fact.at)


@SIGNERS.fold("signer.lost")
def _lost(rows: Rows, fact: Fact) -> Rows:
    """`{since}`: a day. Of several the earliest holds."""
    row, since = rows["signer",], day(str(fact.says()["since"]))
    earliest = min(row["lost_since"] or since, since)
    said = {"lost_at": row["lost_at"] or fact.at, "lost_by": row["lost_by"] or fact.actor}
    return put(rows, "signer", lost_since=earliest, **said)


def signers(connection: Connection) -> list[Signer]:
    """Every key that was ever made, the oldest first."""
    order = (col(Signer.made_at), col(Signer.subject))
    return every(connection, select(Signer).order_by(*order))
