"""Numbers of certificates (证书编号): unique for ever, and a mistyped one is found.

Twenty digits: year and month of issue, twelve at random, and two check digits over all of them
(ISO/IEC 7064, MOD 97-10), which find every wrong digit and every two that changed places. The
random ones need no counter: no desk, offline or set back, gives a number a second time.
"""

from datetime import date
from itertools import pairwise

DIGITS, CHECK = 20, 2
RANDOM = 10**12
PARTS = (6, 4, 4, 4, 2)
_BITS = (1 << 62) - 1
"""of a UUIDv7 (RFC 9562) these are random"""


def new(day: date, id: str) -> str:
    """The number of a certificate issued in that month; `id` is a fresh one of the clock's."""
    return _of(day, (int(id.replace("-", ""), 16) & _BITS) % RANDOM)


def specimen(day: date) -> str:
    """What stands for a number on a paper that is none: zeros."""
    return _of(day, 0)


def _of(day: date, drawn: int) -> str:
    return whole(f"{day:%Y%m}{drawn:012}")


def whole(begun: str) -> str:
    """18 digits with their two check digits."""
    return f"{begun}{98 - int(begun) * 100 % 97:02}"


def is_serial(text: str) -> bool:
    """Whether it is a number without a slip of the finger, in plain digits."""
    plain = len(text) == DIGITS and text.isascii() and text.isdigit()
    return plain and whole(text[:-CHECK]) == text


def spaced(serial: str) -> str:
    """`202611-1234-5678-9012-97`, as it is printed."""
    ends = [sum(PARTS[:n]) for n in range(len(PARTS) + 1)]
    return "-".join(serial[a:b] for a, b in pairwise(ends))


def is_meant(text: str) -> bool:
    """Whether somebody means a number by it, mistyped or not."""
    return sum(sign.isdigit() for sign in text) >= DIGITS - CHECK


def typed(text: str) -> str | None:
    """The number in what somebody typed, with or without what sets it apart; None where it is none,
    or mistyped.
    """
    plain = "".join(sign for sign in text if sign not in "- \u2010\u2013\u2014\uff0d\u3000")
    return plain if is_serial(plain) else None
