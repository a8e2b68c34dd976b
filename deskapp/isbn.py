"""ISBNs as scanners and people write them; a purchase suggestion begins with one."""

import re

_TEN = re.compile(r"[0-9]{9}[0-9Xx]")
_THIRTEEN = re.compile(r"97[89][0-9]{10}")


def normal(text: str) -> str | None:
    """The thirteen digits of an ISBN whose check digit is right; None for anything else.

    Ten plain digits may as well be a mistyped student number: only China's own, from 7, count so.
    """
    bare = re.sub(r"^isbn[:：]?", "", text.strip(), flags=re.IGNORECASE).strip()
    digits = re.sub(r"[-\s]", "", bare)
    if _THIRTEEN.fullmatch(digits):
        return digits if check(digits[:12]) == digits[12] else None
    if not _TEN.fullmatch(digits):
        return None
    plain = digits.isdecimal() and digits == bare
    if plain and digits[0] != "7":
        return None
    total = sum((10 - place) * _value(digit) for place, digit in enumerate(digits))
    return f"978{digits[:9]}{check('978' + digits[:9])}" if total % 11 == 0 else None


def _value(digit: str) -> int:
    return 10 if digit in "Xx" else int(digit)


def check(twelve: str) -> str:
    """The check digit of thirteen (ISO 2108)."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve))
    return str(-total % 10)
