"""The curve of Ed25519 in whole numbers (RFC 8032, section 5.1), for signatures that only whoever
has the key can make, and that lax verifiers take. Slow, and nobody's secret is safe with it.
"""

from collections.abc import Iterator
from hashlib import sha512

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int]
ZERO: Point = (0, 1)
BASE: Point = (
    15112221349535400772501151409588531511454012693041857206046113283949847762202,
    46316835694926478169428394003475163141307993866256225615783033603165251855960,
)
EIGHTH: Point = (  # of order 8
    43496726750457979451437558183816721346016168361625936758514574428539776020131,
    2707385501144840649318225287225658788936804267575313519463743609750303402022,
)


def add(one: Point, other: Point) -> Point:
    (x, y), (u, v) = one, other
    both = _D * x * u * y * v
    over, under = pow(1 + both, -1, P), pow(1 - both, -1, P)
    return (x * v + y * u) * over % P, (y * v + x * u) * under % P


def times(number: int, point: Point) -> Point:
    found = ZERO
    while number:
        if number & 1:
            found = add(found, point)
        number, point = number >> 1, add(point, point)
    return found


def written(point: Point, *, over: int = 0) -> bytes:
    """32 bytes; `over` adds P to what is written of y, which is not the one way of writing it."""
    return (point[1] + over * P | (point[0] & 1) << 255).to_bytes(32, "little")


def scalar(seed: bytes) -> int:
    """What a private key's 32 bytes stand for."""
    low = int.from_bytes(sha512(seed).digest()[:32], "little")
    return low & ((1 << 254) - 8) | (1 << 254)


def odd_signatures(seed: bytes, message: bytes) -> Iterator[tuple[str, bytes]]:
    """Signatures of this key's owner, made out of rule, by what is odd about them."""
    secret, nonce = scalar(seed), scalar(message)
    public = written(times(secret, BASE))
    plain = times(nonce, BASE)

    def signed(commitment: bytes, known: int) -> bytes:
        whole = sha512(commitment + public + message).digest()
        return commitment + ((known + int.from_bytes(whole, "little") * secret) % L).to_bytes(
            32, "little"
        )

    good = signed(written(plain), nonce)
    yield "as it should be", good
    high = int.from_bytes(good[32:], "little") + L
    yield "S above the order", good[:32] + high.to_bytes(32, "little")
    yield "R with a part of small order", signed(written(add(plain, EIGHTH)), nonce)
    yield "R of order 8", signed(written(EIGHTH), 0)
    yield "R zero", signed(written(ZERO), 0)
    yield "R zero, written otherwise", signed(written(ZERO, over=1), 0)
