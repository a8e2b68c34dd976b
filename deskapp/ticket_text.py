"""What is on a ticket (票码): 237 digits, signed, that a door tells from forged ones without having
heard of the sign-up.

A ticket is 34 bytes, big-endian: version, event tag (8), session tag (8, zeros for every session),
serial (8), from when and until when it is good (4 + 4, minutes since 2020-01-01 UTC), places (1);
then 64 bytes of signature (Ed25519, RFC 8032) over `deskapp ticket 1` and these. All is written as
one number in decimal: digits alone are typed alike by every scanner and input method, and a QR code
packs them best. The key is the library's: HKDF-SHA256 of its own, RFC 5869; doors have the public
half. `cryptography` is loaded where it is needed: most of what a desk does needs none of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from deskapp.refusal import Refusal

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

VERSION = 1
MARK = b"deskapp ticket 1"
"""what is signed begins with it, and the key is derived under it"""
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TAG, PAYLOAD, WHOLE = 8, 34, 98
"""bytes of a tag, of what a ticket says, and with its signature"""
DIGITS = 237
"""as many as 784 bits may need"""
LIKE = 100
"""so many digits are no card and no number: they were meant to be a ticket"""
EVERY = bytes(TAG)
"""in place of a session's tag: the event with all of them"""
CODES = range(300_000_000, 1_000_000_000)
"""what short codes may be without their check digit: readers' numbers begin with a year"""


@dataclass(frozen=True, slots=True)
class Read:
    """What a true ticket says. Moments are UTC."""

    event: bytes
    session: bytes
    serial: str
    """16 hexadecimal digits"""
    good_from: datetime
    good_until: datetime
    places: int

    def is_for(self, event: str, session: str) -> bool:
        """Whether it is for this event (`event:<id>`), and for this session of it."""
        return self.event == tag(event) and self.session in (EVERY, session_tag(session))

    def is_good(self, at: datetime) -> bool:
        """Whether it is valid then."""
        return self.good_from <= at <= self.good_until


def tag(name: str) -> bytes:
    """How an event (`event:<id>`) or a session (its id) is called on a ticket."""
    return sha256(name.encode()).digest()[:TAG]


def session_tag(session: str) -> bytes:
    """The same of a session; zeros where it is none, but the event as a whole."""
    return tag(session) if session else EVERY


# signing


def signer(library_key: bytes) -> "Ed25519PrivateKey":
    """The key that signs a library's tickets."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=MARK).derive(library_key)
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key(library_key: bytes) -> bytes:
    """The half of the key that tells true tickets from forged ones, and can make none: 32 bytes."""
    return signer(library_key).public_key().public_bytes_raw()


def write(
    key: "Ed25519PrivateKey",
    event: str,
    session: str,
    serial: str,
    good_from: datetime,
    good_until: datetime,
    places: int = 1,
) -> str:
    """A ticket's digits. Times are kept to the minute, places to 255."""
    said = b"".join(
        (
            bytes([VERSION]),
            tag(event),
            session_tag(session),
            bytes.fromhex(serial),
            _minutes(good_from),
            _minutes(good_until + MINUTE - timedelta.resolution),
            bytes([min(places, 255)]),
        )
    )
    return f"{int.from_bytes(said + key.sign(MARK + said), 'big'):0{DIGITS}}"


def _minutes(at: datetime) -> bytes:
    return ((at - EPOCH) // MINUTE).to_bytes(4, "big")


# reading


@cache
def _known(key: bytes) -> "Ed25519PublicKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    return Ed25519PublicKey.from_public_bytes(key)


def read(key: bytes, text: str) -> Read | None:
    """What a ticket says to whoever has the public key; None for what does not look like one, and
    may be a card or a number.

    Refuses TicketWrong (nearly one: not read whole, or not in plain digits; to be scanned again)
    and TicketForged (no ticket of this library). `text` is to be as it came: full-width digits are
    no digits here, and what an input box has made plain ones of them is not seen any more.
    """
    from cryptography.exceptions import InvalidSignature

    if len(text) != DIGITS or not (text.isascii() and text.isdigit()):
        if sum(map(str.isdigit, text)) < LIKE:
            return None
        raise Refusal("TicketWrong")
    number = int(text)
    if number >> WHOLE * 8:
        raise Refusal("TicketForged")
    whole = number.to_bytes(WHOLE, "big")
    said = whole[:PAYLOAD]
    try:
        _known(key).verify(whole[PAYLOAD:], MARK + said)
    except InvalidSignature:
        raise Refusal("TicketForged") from None
    if said[0] != VERSION:
        raise Refusal("TicketForged")
    return Read(
        said[1:9],
        said[9:17],
        said[17:25].hex(),
        EPOCH + int.from_bytes(said[25:29], "big") * MINUTE,
        EPOCH + int.from_bytes(said[29:33], "big") * MINUTE,
        said[33],
    )


# short codes


def code_of(serial: str) -> str:
    """The short code of a ticket, which is typed where it cannot be scanned: nine digits and their
    check digit. It is signed by nobody: only who has the sign-up can tell it.
    """
    nine = str(CODES[int(serial, 16) % len(CODES)])
    return nine + check(nine)


def is_code(text: str) -> bool:
    """Whether it is a short code without a slip of the finger: ten ASCII digits."""
    plain = len(text) == 10 and text.isascii() and text.isdigit()
    return plain and int(text[:9]) in CODES and check(text[:9]) == text[9]


def check(digits: Sequence[str]) -> str:
    """The check digit of digits (ISO/IEC 7064, MOD 11,10): it finds any one wrong digit."""
    rest = 10
    for digit in digits:
        rest = (rest + int(digit)) % 10 or 10
        rest = rest * 2 % 11
    return str((11 - rest) % 10)
