"""What is signed on a certificate (证书码): everything it says, so that anybody with the library's
public key can tell a true one without asking a server.

It is a signed message (`deskapp.cose`) over a small array in deterministic CBOR (RFC 8949, section
4.2.1), written as one number in decimal: digits are typed alike by every scanner and input method,
and a QR code packs them best.

    [1, number, holder, award, day, issuer]

`number` is the serial without its check digits, which follow from it; `day` counts from 1970-01-01.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from unicodedata import category, is_normalized

from deskapp import cose, serials
from deskapp.cose import kid, known
from deskapp.refusal import Refusal

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from deskapp.cose import Keys

__all__ = ["Content", "Signed", "bytes_of", "claimed", "digits", "kid", "known", "read", "write"]

VERSION = 1
MOST = 1024
"""bytes that are looked at; a certificate has about 180"""
DAY_0 = date(1970, 1, 1)
LAST_DAY = (date.max - DAY_0).days
_NUMBERS = 10 ** (serials.DIGITS - serials.CHECK)
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
"""what no name has: controls, what turns the direction of writing, private characters; one that
only a later Unicode knows is let pass"""
_SINCE_15 = frozenset(map(chr, range(0x13439, 0x13440)))
"""controls that Unicode 15 brought, and browsers know: Python 3.11 has Unicode 14"""


@dataclass(frozen=True, slots=True)
class Content:
    """What a certificate says, as it is signed."""

    serial: str
    """20 digits"""
    holder: str
    award: str
    """title, and behind an ideographic space the prize, if any"""
    day: date
    issuer: str


@dataclass(frozen=True, slots=True)
class Signed:
    """One that was read. `key` names who signed it: 16 hexadecimal digits."""

    key: str
    content: Content


# writing


def write(key: "Ed25519PrivateKey", content: Content) -> bytes:
    """A certificate, signed. Refuses CertificateUnwritable (what no certificate may say)."""
    if not sound(content):
        raise Refusal("CertificateUnwritable")
    return cose.sign(key, _payload(content))


def digits(whole: bytes) -> str:
    """The same as one number in decimal: its first byte is never zero, so none is put in front."""
    return str(int.from_bytes(whole, "big"))


def _payload(said: Content) -> bytes:
    from cbor2 import dumps

    number, days = int(said.serial[: -serials.CHECK]), (said.day - DAY_0).days
    # Of numbers, text and a list cbor2 writes the shortest, which is the one way.
    return dumps([VERSION, number, said.holder, said.award, days, said.issuer])


def sound(said: Content) -> bool:
    """Whether a certificate may say this: a good number, names that are whole and hide nothing."""
    texts = (said.holder, said.award, said.issuer)
    return (
        serials.is_serial(said.serial)
        and said.day >= DAY_0
        and all(each.strip() == each != "" and is_normalized("NFC", each) for each in texts)
        and not any(map(_hides, texts))
    )


def _hides(text: str) -> bool:
    """Whether anything in it is not seen; most texts are told in one step."""
    plain = text.replace("\u3000", " ").isprintable()
    return not plain and any(category(each) in UNSEEN or each in _SINCE_15 for each in text)


# reading


def bytes_of(text: str) -> bytes | None:
    """The bytes that digits stand for; None for what cannot be a certificate's: other characters,
    full-width digits, a zero in front, too many.
    """
    if not (text.isascii() and text.isdigit()) or len(text) > MOST * 2:
        return None
    number = int(text)
    whole = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return whole if len(whole) <= MOST and whole[:1] == cose.BEGUN[:1] and text[0] != "0" else None


def read(keys: "Keys", whole: bytes) -> Signed | None:
    """What a certificate says that one of these keys signed; None where it is not written as one
    is, or nobody of them signed it. `claimed` says who is said to have.
    """
    parts = cose.apart(whole[:MOST])
    content = _content(parts.payload) if parts else None
    if parts is None or content is None or len(whole) > MOST or not cose.is_signed(keys, parts):
        return None
    return Signed(parts.name.hex(), content)


def claimed(whole: bytes) -> Signed | None:
    """What is written there, by nobody's word; None where it is not written as a certificate."""
    parts = cose.apart(whole[:MOST])
    content = _content(parts.payload) if parts else None
    return Signed(parts.name.hex(), content) if parts and content else None


def _content(payload: bytes) -> Content | None:
    """None where it is not written in the one way."""
    try:
        said = cose.decoded(payload)
    except ValueError:
        return None
    match said:
        case [int(version), int(number), str(holder), str(award), int(days), str(issuer)]:
            if version != VERSION or number >= _NUMBERS or days > LAST_DAY:
                return None
            serial = serials.whole(f"{number:0{serials.DIGITS - serials.CHECK}}")
            content = Content(serial, holder, award, DAY_0 + timedelta(days), issuer)
            return content if sound(content) else None
    return None
