"""Signed messages: COSE_Sign1 (RFC 9052, section 4.2) under Ed25519 (RFC 8032).

    18([h'{1: -8, 4: kid}', {}, h'payload', signature])

There is one way to write one (deterministic CBOR, RFC 8949, section 4.2.1): what is read is written
anew, and has to be the same bytes. So no unprotected header, no other order or length of a number,
nothing behind it is let pass. `decoded` is as strict with a payload.

Anybody may have written what is read: no more of CBOR is read than is ever written here, for tags
make patterns, decimals and dates of what they hold, each of which fails in a way of its own.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from struct import pack
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

    Keys = Mapping[str, Ed25519PublicKey]

Item: TypeAlias = "int | bytes | str | list[Item] | None"
"""what a payload is made of"""

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
_SIZED = {b"\x58": 2, b"\x59": 3, b"\x5a": 5}
"""how many bytes come before a byte string, if more than one, by the first"""
_LEAST = {24: 24, 25: 1 << 8, 26: 1 << 16, 27: 1 << 32}
"""what is written behind such a beginning, in 1, 2, 4 or 8 bytes: less is written in fewer"""
DEPTH = 4
"""lists within lists"""
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
    name, signature = whole[len(BEGUN) :][:KID], whole[-SIGNATURE:]
    framed = whole[len(BEGUN) + KID + 1 : -SIGNATURE - 2]
    payload = framed[_SIZED.get(framed[:1], 1) :]
    parts = Parts(name, payload, signature)
    return parts if _whole(parts) == whole else None


def decoded(payload: bytes) -> Item:
    """What is written there, of whole numbers, bytes, text, lists and null alone. Raises ValueError
    where it is anything else, or is not written in the one way.
    """
    try:
        item, end = _item(payload, 0, DEPTH)
    except IndexError as error:
        raise ValueError("cut off") from error
    if end != len(payload):
        raise ValueError("cut off, or something behind it")
    return item


def _item(payload: bytes, at: int, depth: int) -> tuple[Item, int]:
    """The one that begins there, and where the next does."""
    first, at = payload[at], at + 1
    kind, size = first >> 5, first & 31
    if first == 0xF6:
        return None, at
    if size > 23:
        start, least = at, _LEAST.get(size)
        at += 1 << size - 24
        size = int.from_bytes(payload[start:at], "big")
        if least is None or size < least:
            raise ValueError("not the shortest")
    match kind:
        case 0:
            return size, at
        case 2:
            return payload[at : at + size], at + size
        case 3:
            return payload[at : at + size].decode(), at + size
        case 4 if depth:
            items: list[Item] = []
            for _ in range(size):
                item, at = _item(payload, at, depth - 1)
                items.append(item)
            return items, at
    raise ValueError("of another kind")


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
