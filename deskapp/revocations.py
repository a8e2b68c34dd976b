"""Certificates revoked (作废), for ever, and replaced by ones that are right."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from db import awards as stored
from db import certificate_pages as pages
from db.award_rows import Certificate
from deskapp import awards, issuing, rolls, serials, staff, whose
from deskapp.certificate_prints import refuse_revoked
from deskapp.desk import Desk, Refusal, Role

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

REVOKING = Role.LIBRARIAN
"""who may revoke and replace, with a shift lead's PIN"""
LOST, WRONG, WITHDRAWN, OTHER = REASONS = ("lost", "wrong", "withdrawn", "other")


@dataclass(frozen=True, slots=True)
class Revoked:
    serial: str
    reason: str


@dataclass(frozen=True, slots=True)
class Replaced:
    """`serial` takes the place of `before`, which is revoked."""

    serial: str
    before: str


def revoke(desk: Desk, serial: str, reason: str, why: str = "", *, lead: str, pin: str) -> Revoked:
    """Revoke a certificate, for one of REASONS, in words too where it is another; `lead` is a shift
    lead's badge, with their PIN (0.2 s: never on the UI thread).

    Refuses RoleTooLow, CodeUnknown, ReasonMissing, SerialUnknown, CertificateRevoked, LeadUnknown,
    and as `staff.verify`.
    """
    desk.require(REVOKING)
    if reason not in REASONS:
        raise Refusal("CodeUnknown", value=reason, known=" ".join(REASONS))
    why = why.strip()
    if reason == OTHER and not why:
        raise Refusal("ReasonMissing")
    with desk.reading() as connection:
        refuse_revoked(row_of(connection, serial))
    by = staff.lead(desk, lead, pin).id
    with desk.act() as act:
        row = row_of(act.connection, serial)
        refuse_revoked(row)
        said = {"serial": row.serial, "reason": reason, "approved_by": by}
        words = {"why": why} if why else None
        award = stored.award(act.connection, row.subject)
        person = whose.words(act, row.subject, award.patron if award else None)
        act.record_all(
            [stored.draft("certificate.revoked", row.subject, said, words, person=person)]
        )
    return Revoked(row.serial, reason)


def replace(
    desk: Desk,
    serial: str,
    key: "Ed25519PrivateKey",
    *,
    lead: str,
    pin: str,
    holder: str = "",
) -> Replaced:
    """Revoke a certificate and issue another in its place, in one act: as its roll and award are
    now, with the name spelt as `holder` where that is said.

    Refuses as `revoke` and `issuing.issue`, and what stops the new one.
    """
    desk.require(REVOKING)
    with desk.reading() as connection:
        old = row_of(connection, serial)
        refuse_revoked(old)
        found = _case(desk, connection, old, holder)
    _, missing = issuing.sifted(desk, [found])
    if missing:
        raise missing[0][1]
    by = staff.lead(desk, lead, pin).id
    with desk.act() as act:
        signer = issuing.signer_of(act.connection, key)
        old = row_of(act.connection, serial)
        refuse_revoked(old)
        if _case(desk, act.connection, old, holder) != found:
            raise Refusal("AwardChanged")
        (new,) = issuing.sign(desk, act, key, signer, by, [found], old)
    return Replaced(new, old.serial)


def _case(desk: Desk, connection: Connection, old: Certificate, holder: str) -> issuing.Case:
    award = awards.row_of(connection, old.subject)
    roll = rolls.roll(desk, award.roll)
    if (why := issuing.stops(desk, roll)) is not None:
        raise why
    return issuing.cases(desk, connection, roll, [award], spelt=holder)[0]


def row_of(connection: Connection, serial: str) -> Certificate:
    """Refuses SerialUnknown."""
    found = pages.by_serials(connection, [serial])
    if serial not in found:
        raise Refusal("SerialUnknown", serial=serials.spaced(serial))
    return found[serial]
