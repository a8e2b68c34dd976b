"""The tables of awards, and what two desks may do apart to one of them that a person must see."""

import json

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from db.facts import Stub, pairs

GRANTED, WITHDRAWN = "granted", "withdrawn"
CLASH = "clash"
"""why a certificate is revoked that a person's word over a clash set aside"""


class Award(SQLModel, table=True):
    """One person, or a team, on one roll. Moments are UTC stamps."""

    __table_args__ = (Index("award_roll", "roll"), Index("award_patron", "patron"))
    subject: str = Field(primary_key=True)
    roll: str
    patron: str | None = None
    """a reader; none of a team, and of who is no reader"""
    name: str | None = None
    """of who is no reader, or a team"""
    prize: str | None = None
    """which of the roll's, as its paper says it; none where there is but one"""
    rank: int | None = None
    amount: float | None = None
    """what was reached: a score, sessions, minutes, loans, seconds"""
    rests: str
    """what it rests on: `[[what, id, at, amount], …]`, JSON"""
    status: str
    granted_at: str
    granted_by: str | None = None
    ended_at: str | None = None
    why: str | None = None
    """why it was withdrawn, in words"""
    gift: str | None = None
    """the prize that was handed over"""
    gift_at: str | None = None
    gift_by: str | None = None
    gift_to: str | None = None
    """who took it"""


class Certificate(SQLModel, table=True):
    """One paper for an award. Moments are UTC stamps, `day` is the library's."""

    __table_args__ = (Index("certificate_serial", "serial"), Index("certificate_issued", "issued"))
    subject: str = Field(primary_key=True)
    serial: str = Field(primary_key=True, sa_column_kwargs={"info": {"key": True}})
    issued: str
    """the fact that issued it: its place among all"""
    signer: str
    """which key signed it, `signer:<kid>`"""
    day: str
    """the date on the paper"""
    paper: str
    """what it says besides its holder (template, title, prize, issuers, signatory, seal …), JSON"""
    holder: str | None = None
    """the name on it"""
    body: str | None = None
    """its words, a JSON list of paragraphs"""
    token: str | None = None
    """what is signed: hexadecimal digits (`deskapp.certificate_text`)"""
    replaces: str | None = None
    """the serial of one that was wrong"""
    issued_at: str
    issued_by: str | None = None
    approved_by: str | None = None
    """the lead whose PIN it took"""
    copies: int
    """times printed"""
    printed_at: str | None = None
    revoked_at: str | None = None
    revoked_by: str | None = None
    reason: str | None = None
    """withdrawn, wrong, lost, replaced, clash, other"""
    why: str | None = None
    """the same in words"""
    handed_at: str | None = None
    handed_by: str | None = None
    handed_to: str | None = None
    """who signed for it (领取签收)"""


TABLE = """
award.granted          x
award.withdrawn        x  .
award.prize_handed     .  x  x
certificate.issued     .  x  .  x
certificate.printed    .  .  .  .  .
certificate.revoked    .  .  .  .  .  .
certificate.handed_out .  x  .  .  .  s  s
award.undone           .  .  .  .  .  .  .  .
"""
"""Every pair of kinds, neither author knowing the other; the columns are the rows in their order.

.  they commute
s  of one certificate
x  it was given, handed over or printed twice, or used while it was taken back
"""
PAIRS = pairs(TABLE)


def clash(one: Stub, other: Stub) -> bool:
    """Whether two facts, neither of which knew the other, need a person. LookupError of a kind that
    the table does not have.
    """
    how = PAIRS[frozenset((one.kind, other.kind))]
    if how != "s":
        return how == "x"
    first, second = json.loads(one.data), json.loads(other.data)
    return bool(first["serial"] == second["serial"])
