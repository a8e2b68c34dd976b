"""Whether a certificate is true (查验): three verdicts, never two, each with its reason.

The page that is published (`assets/verifier/verify.js`) judges in the same steps and gives the same
reasons. It knows a list of what was revoked; the desk knows its ledger, and so three things more:
a certificate that is on record here was not dated back by whoever found a lost key, one whose
number is on record with other words is nobody's, and what a number that was typed stands for.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from unicodedata import normalize

from db import certificate_pages as pages
from db import place
from db import signers as stored
from db.clock import moment
from deskapp import centre, certificate_text, config, cose, exchanges, serials, ticket_text
from deskapp.certificate_text import Content, Signed
from deskapp.desk import Desk, Role

if TYPE_CHECKING:
    from deskapp.cose import Keys

VERIFYING = Role.STUDENT_ASSISTANT
"""who may ask"""
VALID, FALSE, UNKNOWN = VERDICTS = ("valid", "false", "unknown")
WHYS: Mapping[str, str] = {
    "valid": VALID,
    "issued": VALID,
    "signature": FALSE,
    "revoked": FALSE,
    "lost": FALSE,
    "differs": FALSE,
    "unreadable": UNKNOWN,
    "key": UNKNOWN,
    "lost_before": UNKNOWN,
    "retired": UNKNOWN,
    "old": UNKNOWN,
    "clock": UNKNOWN,
    "number": UNKNOWN,
    "misnumber": UNKNOWN,
    "erased": UNKNOWN,
}
"""every reason, and what it makes of a certificate"""
OURS = ("issued", "differs", "erased")
"""those that only a ledger can give"""
LEAST = 60
"""digits from which something is a certificate's code, or a part of one"""
_DAY = timedelta(days=1)
_BLANK = re.compile(r"[\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]")
"""what the page passes over as well (`\\s` of ECMAScript)"""
_DASH = re.compile(r"[-\u2010\u2013\u2014]")
_NUMBER = re.compile(r"[0-9]{1,30}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`why` is one of WHYS. `content` is what was signed, or of a number what is on record; none
    where nobody vouches for it. `known`: the certificate is in the ledger.
    """

    why: str
    content: Content | None = None
    known: bool = False

    @property
    def verdict(self) -> str:
        return WHYS[self.why]


@dataclass(frozen=True, slots=True)
class Trust:
    """How far a key is trusted."""

    until: date | None
    """its last day"""
    lost: date | None
    """what is dated then or later proves nothing"""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is on record of a number: whether it was revoked, and its code; none if that was erased,
    or was never told.
    """

    revoked: bool
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What lets one judge: the library's keys, what is on record of a number, and until when that
    is all: `told`, or where one is `alone` now; none where nothing was ever heard.
    """

    keys: "Keys"
    trusts: Mapping[str, Trust]
    find: Callable[[str], Entry | None]
    told: datetime | None
    days: int
    alone: bool = False


def verify(desk: Desk, text: str) -> Verdict:
    """What is to be said of a scan, or of what somebody typed or pasted: the digits of a code,
    alone or behind an address and `#`, or a number as it is printed. Refuses RoleTooLow.
    """
    return judge(known(desk), text, desk.now())


def is_code(text: str) -> bool:
    """Whether somebody means a certificate by it: its code, or a part of one, or its number."""
    digits = _after_address(text)
    number = _number(digits)
    if not (number.isascii() and number.isdigit()):
        return False
    printed = len(number) == serials.DIGITS and number != digits
    long = len(number) >= LEAST and len(number) != ticket_text.DIGITS
    return long or serials.is_serial(number) or printed


def known(desk: Desk) -> Known:
    """What this desk's ledger knows. Refuses RoleTooLow."""
    desk.require(VERIFYING)
    with desk.reading() as connection:
        rows = stored.signers(connection)
        alone = place.setting(connection, place.CENTRE) is None
        success = exchanges.read(connection).success
    told = moment(success) if success else None
    days = config.heeded(centre.folder_of(desk))[0].status_days
    trusts = {row.subject.partition(":")[2]: _trust(desk, row) for row in rows}
    keys = cose.known(bytes.fromhex(row.public) for row in rows)

    def find(serial: str) -> Entry | None:
        with desk.reading() as connection:
            row = pages.by_serials(connection, [serial]).get(serial)
        return Entry(row.revoked_at is not None, row.token) if row else None

    return Known(keys, trusts, find, told, days, alone)


def _trust(desk: Desk, row: stored.Signer) -> Trust:
    until = desk.local(row.retired_at).date() if row.retired_at else None
    return Trust(until, date.fromisoformat(row.lost_since) if row.lost_since else None)


# judging


def judge(known: Known, text: str, now: datetime) -> Verdict:
    """As `verify`, by what is known; of many, one after another."""
    digits = _after_address(text)
    number = _number(digits)
    if not _NUMBER.fullmatch(number):
        return judged(known, digits, now)
    return of_number(known, number, now) if serials.is_serial(number) else Verdict("misnumber")


def judged(known: Known, digits: str, now: datetime) -> Verdict:
    """What is to be said of a code: digits, and nothing about them."""
    whole = certificate_text.bytes_of(digits)
    signed = certificate_text.read(known.keys, whole) if whole else None
    if signed is None:
        said = certificate_text.claimed(whole) if whole else None
        if said is None:
            return Verdict("unreadable")
        return Verdict("signature") if said.key in known.keys else Verdict("key", said.content)
    row = known.find(signed.content.serial)
    why = _stands(known, signed, row, digits, now)
    return Verdict(why, signed.content, row is not None)


def of_number(known: Known, serial: str, now: datetime) -> Verdict:
    """What is to be said of a number without its code: a person compares what is on record."""
    row = known.find(serial)
    if row is None:
        return Verdict("number")
    found = judged(known, row.token or "", now)
    if found.why == "unreadable":  # its holder was erased
        return Verdict("revoked" if row.revoked else "erased", known=True)
    if found.content is not None and found.content.serial != serial:
        return Verdict("differs", known=True)
    return Verdict("issued" if found.why == "valid" else found.why, found.content, known=True)


def _stands(
    known: Known, signed: Signed, row: Entry | None, token: str | None, now: datetime
) -> str:
    """How one stands that was rightly signed, by its key, the ledger's row and its age."""
    trust, day = known.trusts[signed.key], signed.content.day
    if row is not None and row.revoked:
        return "revoked"
    if trust.lost is not None and day >= trust.lost:
        return "lost"
    if row is not None and row.token not in (token, None):
        return "differs"
    proven = row is not None and row.token == token
    if trust.lost is not None and not proven:
        return "lost_before"
    if trust.until is not None and day > trust.until and not proven:
        return "retired"
    return _age(known, now) or "valid"


def _age(known: Known, now: datetime) -> str:
    """Why nobody knows whether it was revoked since; empty where one does."""
    if known.alone:
        return ""
    if known.told is not None and now < known.told - _DAY:
        return "clock"
    return "old" if known.told is None or now - known.told > known.days * _DAY else ""


# what was typed


def _after_address(text: str) -> str:
    return text if text.isdecimal() else _BLANK.sub("", text).rpartition("#")[2]


def _number(text: str) -> str:
    """Without what sets it apart, in plain digits: an input method may be on."""
    return _DASH.sub("", normalize("NFKC", text)) if len(text) < LEAST else text
