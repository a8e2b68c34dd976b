"""What is signed on a certificate (证书码): everything it says, so that anybody with the library's
public key can tell a true one without asking a server.

It is a COSE_Sign1 (RFC 9052, section 4.2) under Ed25519 (RFC 8032) over a small array in
deterministic CBOR (RFC 8949, section 4.2.1), written as one number in decimal: digits are typed
alike by every scanner and input method, and a QR code packs them best.

    18([h'{1: -8, 4: kid}', {}, h'[1, number, holder, award, day, issuer]', signature])

`number` is the serial without its check digits, which follow from it; `day` counts from 1970-01-01.
There is one way to write a certificate: what is read is written anew, and has to be the same bytes.
So no unprotected header, no other order or length of a number, nothing behind it is let pass.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from unicodedata import category, is_normalized

from deskapp import serials
from deskapp.refusal import Refusal

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

    Keys = Mapping[str, Ed25519PublicKey]

VERSION = 1
KID = 8
"""bytes of a key's name"""
SIGNATURE = 64
_HEADER = bytes.fromhex("4d a2 01 27 04 48")
"""the protected header up to the key's name: 13 bytes, `{1: -8, 4: …8 bytes}`, that is `alg` EdDSA
and `kid` (RFC 9052, section 3.1; RFC 9053, section 2.2)"""
_BEGUN = bytes.fromhex("d2 84") + _HEADER
"""how each begins: the tag 18, and an array of four"""
_NO_HEADER = b"\xa0"
"""the unprotected header: nothing"""
_SIGNED = bytes.fromhex("84 6a") + b"Signature1" + _HEADER
MOST = 1024
"""bytes that are looked at; a certificate has about 180"""
DAY_0 = date(1970, 1, 1)
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
"""what no name has: controls, what turns the direction of writing, private characters; one that
only a later Unicode knows is let pass, so that all verifiers agree"""


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


def kid(public: bytes) -> str:
    """A key's name: the beginning of the SHA-256 of its public half, 16 hexadecimal digits."""
    return sha256(public).hexdigest()[: KID * 2]


# writing


def write(key: "Ed25519PrivateKey", content: Content) -> bytes:
    """A certificate, signed. Refuses CertificateUnwritable (what no certificate may say)."""
    if not sound(content):
        raise Refusal("CertificateUnwritable")
    name, payload = bytes.fromhex(kid(key.public_key().public_bytes_raw())), _payload(content)
    return _whole(name, payload, key.sign(_to_be_signed(name, payload)))


def digits(whole: bytes) -> str:
    """The same as one number in decimal: its first byte is never zero, so none is put in front."""
    return str(int.from_bytes(whole, "big"))


def _encoded(value: Any) -> bytes:
    from cbor2 import dumps

    return dumps(value, canonical=True)


def _framed(some: bytes) -> bytes:
    """A byte string of less than 64 KiB in CBOR: four a certificate, in a third of cbor2's time."""
    size = len(some)
    if size < 24:
        return bytes([0x40 | size]) + some
    return (bytes([0x58, size]) if size < 256 else bytes([0x59, *size.to_bytes(2, "big")])) + some


def _payload(said: Content) -> bytes:
    days = (said.day - DAY_0).days
    return _encoded([VERSION, int(said.serial[:-2]), said.holder, said.award, days, said.issuer])


def _to_be_signed(name: bytes, payload: bytes) -> bytes:
    """`["Signature1", protected, h'', payload]` (RFC 9052, section 4.4)."""
    return _SIGNED + name + _framed(b"") + _framed(payload)


def _whole(name: bytes, payload: bytes, signature: bytes) -> bytes:
    return _BEGUN + name + _NO_HEADER + _framed(payload) + _framed(signature)


def sound(said: Content) -> bool:
    """Whether a certificate may say this: a good number, names that are whole and hide nothing."""
    texts = (said.holder, said.award, said.issuer)
    return (
        serials.is_serial(said.serial)
        and said.day >= DAY_0
        and all(each.strip() == each != "" and is_normalized("NFC", each) for each in texts)
        and not any(category(sign) in UNSEEN for each in texts for sign in each)
    )


# reading


def bytes_of(text: str) -> bytes | None:
    """The bytes that digits stand for; None for what cannot be a certificate's: other characters,
    full-width digits, a zero in front, too many.
    """
    if not (text.isascii() and text.isdigit()) or len(text) > MOST * 2:
        return None
    number = int(text)
    whole = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return whole if len(whole) <= MOST and whole[:1] == _BEGUN[:1] and text[0] != "0" else None


def known(publics: Iterable[bytes]) -> "Keys":
    """Keys by their names, from their public halves (32 bytes each)."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    return {kid(public): Ed25519PublicKey.from_public_bytes(public) for public in publics}


def read(keys: "Keys", whole: bytes) -> Signed | None:
    """What a certificate says that one of these keys signed; None where it is not written as one
    is, or nobody of them signed it. `claimed` says who is said to have.
    """
    from cryptography.exceptions import InvalidSignature

    parts = _taken_apart(whole)
    if parts is None:
        return None
    name, payload, signature, content = parts
    key = keys.get(name.hex())
    if key is None:
        return None
    try:
        key.verify(signature, _to_be_signed(name, payload))
    except InvalidSignature:
        return None
    return Signed(name.hex(), content)


def claimed(whole: bytes) -> Signed | None:
    """What is written there, by nobody's word; None where it is not written as a certificate."""
    parts = _taken_apart(whole)
    return None if parts is None else Signed(parts[0].hex(), parts[-1])


def _taken_apart(whole: bytes) -> tuple[bytes, bytes, bytes, Content] | None:
    """Key, payload, signature, content: only of the one way of writing these."""
    from cbor2 import CBORDecodeError, loads

    name, signature = whole[len(_BEGUN) :][:KID], whole[-SIGNATURE:]
    framed = whole[len(_BEGUN) + KID + 1 : -SIGNATURE - 2]
    try:
        payload = loads(framed)
        version, number, holder, award, days, issuer = loads(payload)
        if version is not VERSION or type(number) is not int or type(days) is not int:
            return None
        if not all(type(each) is str for each in (holder, award, issuer)):
            return None
        day = DAY_0 + timedelta(days=days)
        content = Content(
            serials.whole(f"{number:0{serials.DIGITS - 2}}"), holder, award, day, issuer
        )
        if not sound(content) or _payload(content) != payload:
            return None
    except (CBORDecodeError, ValueError, TypeError, LookupError, OverflowError):
        return None
    same = _whole(name, payload, signature) == whole and len(name) == KID
    return (name, payload, signature, content) if same else None
