"""Certificates (证书): looked up, handed out; issued by `deskapp.issuing`, put on paper by
`deskapp.certificate_prints`, revoked by `deskapp.revocations`, listed by
`deskapp.certificate_lists`.
"""

from dataclasses import dataclass

from db import awards as stored
from deskapp import cells, whose
from deskapp.cells import without_identity
from deskapp.certificate_lists import (
    GOOD,
    HANDED,
    REVOKED,
    STATES,
    TO_PRINT,
    WAITING,
    CertificateList,
    Listed,
    find,
    of_award,
    of_reader,
    one,
)
from deskapp.certificate_prints import papers, print_out, printed, refuse_revoked, unprinted
from deskapp.desk import Desk, Refusal, Role
from deskapp.issuing import Check, Line, Progress, check, issue, preview
from deskapp.revocations import REASONS, Replaced, Revoked, replace, revoke, row_of

__all__ = [
    "GOOD",
    "HANDED",
    "REASONS",
    "REVOKED",
    "STATES",
    "TO_PRINT",
    "WAITING",
    "CertificateList",
    "Check",
    "Handed",
    "Line",
    "Listed",
    "Progress",
    "Replaced",
    "Revoked",
    "check",
    "find",
    "hand_out",
    "issue",
    "of_award",
    "of_reader",
    "one",
    "papers",
    "preview",
    "print_out",
    "printed",
    "replace",
    "revoke",
    "unprinted",
]

HANDING = Role.LIBRARIAN
"""who may hand a certificate out"""


@dataclass(frozen=True, slots=True)
class Handed:
    """A certificate was handed out (领取签收), to its holder or to somebody else."""

    serial: str
    to: str


def hand_out(desk: Desk, serial: str, to: str = "") -> Handed:
    """Hand a certificate out to its holder, or to somebody else by name. Refuses RoleTooLow,
    SerialUnknown, CertificateRevoked, CertificateHanded.
    """
    desk.require(HANDING)
    name = str(without_identity(cells.name(to)))
    with desk.act() as act:
        row = row_of(act.connection, serial)
        refuse_revoked(row)
        if row.handed_at is not None:
            raise Refusal("CertificateHanded", at=desk.local(row.handed_at))
        # Another person's name is not the holder's to have erased: it goes with the paper's.
        person = whose.words(act, row.subject, None)
        said, words = {"serial": serial}, {"to": name} if name else None
        act.record_all(
            [stored.draft("certificate.handed_out", row.subject, said, words, person=person)]
        )
    return Handed(serial, name)
