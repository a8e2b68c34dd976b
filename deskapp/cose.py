"""Signed messages: COSE_Sign1 (RFC 9052, section 4.2) under Ed25519 (RFC 8032).

    18([h'{1: -8, 4: kid}', {}, h'payload', signature])

There is one way to write one (deterministic CBOR, RFC 8949, section 4.2.1): what is read is written
anew, and has to be the same bytes. So no unprotected header, no other order or length of a number,
nothing behind it is let pass. Whoever reads the payload does the same with that.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from struct import pack
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

    Keys = Mapping[str, Ed25519PublicKey]

KID = 8
"""bytes of a key's name"""
SIGNATURE = 64
_HEADER = bytes.fromhex("4d a2 01 27 04 48")
"""the protected header up to the key's name: 13 bytes, `{1: -8, 4: …8 bytes}`, that is `alg` EdDSA
and `kid` (RFC 9052, section 3.1; RFC 9053, section 2.2)"""
BEGUN = bytes.fromhex("d2 84") + _HEADER
"""how each begins: the tag 18, and an array of four"""
_NO_HEADER = b"\xa0"
"""the unprotected header: nothing"""
_SIGNED = bytes.fromhex("84 6a") + b"Signature1" + _HEADER
_ZERO = b"\x01" + bytes(31)
"""R without a secret in it (the neutral point): only the key's owner could sign so, and some
verifiers take it and some do not; this and the page refuse it"""


class Parts(NamedTuple):
    name: bytes
    payload: bytes
    signature: bytes


def kid(public: bytes) -> str:
    """A key's name: the beginning of the SHA-256 of its public half, 16 hexadecimal digits."""
    return sha256(public).hexdigest()[: KID * 2]


def known(publics: Iterable[bytes]) -> "Keys":
    """Keys by their names, from their public halves (32 bytes each)."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    return {kid(public): Ed25519PublicKey.from_public_bytes(public) for public in publics}


def sign(key: "Ed25519PrivateKey", payload: bytes) -> bytes:
    """The payload with its signature."""
    name = bytes.fromhex(kid(key.public_key().public_bytes_raw()))
    return _whole(Parts(name, payload, key.sign(_to_be_signed(name, payload))))


def apart(whole: bytes) -> Parts | None:
    """What a message consists of, by nobody's word; None where it is not written as one is."""
    from cbor2 import CBORDecodeError, loads

    name, signature = whole[len(BEGUN) :][:KID], whole[-SIGNATURE:]
    try:
        payload = loads(whole[len(BEGUN) + KID + 1 : -SIGNATURE - 2])
    except (CBORDecodeError, ValueError):
        return None
    if not isinstance(payload, bytes) or len(name) != KID:
        return None
    parts = Parts(name, payload, signature)
    return parts if _whole(parts) == whole else None


def is_signed(keys: "Keys", parts: Parts) -> bool:
    """Whether one of these keys has signed it."""
    from cryptography.exceptions import InvalidSignature

    key = keys.get(parts.name.hex())
    if key is None or parts.signature.startswith(_ZERO):
        return False
    try:
        key.verify(parts.signature, _to_be_signed(parts.name, parts.payload))
    except InvalidSignature:
        return False
    return True


def _to_be_signed(name: bytes, payload: bytes) -> bytes:
    """`["Signature1", protected, h'', payload]` (RFC 9052, section 4.4)."""
    return _SIGNED + name + _framed(b"") + _framed(payload)


def _whole(parts: Parts) -> bytes:
    return BEGUN + parts.name + _NO_HEADER + _framed(parts.payload) + _framed(parts.signature)


def _framed(some: bytes) -> bytes:
    """A byte string in CBOR: four a message, in a third of cbor2's time."""
    size = len(some)
    if size < 24:
        return bytes([0x40 | size]) + some
    if size < 256:
        return bytes([0x58, size]) + some
    return (b"\x59" + pack(">H", size) if size < 65536 else b"\x5a" + pack(">I", size)) + some
