"""The shapes in which readers of cards type a chip's UID, and finding out which one it is.

A UID has 4 or 7 bytes. It is written here as hexadecimal digits, the first byte first, `??` for a
byte that a shape does not tell (three bytes of four: 6H, 6H8D, 2H4H). Which end is the first byte
nobody can see from outside: the library's own records decide, see `learn`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

__all__ = [
    "SHAPES",
    "WHOLE",
    "Learnt",
    "Shape",
    "bare",
    "every",
    "learn",
    "named",
    "readings",
    "spellings",
]

UNKNOWN = "??"
LEAST = 6
"""characters of a code that is tried in shapes which nobody has learnt"""
SHORT, LONG = 4, 7
"""bytes of a UID"""

_APART = re.compile(r"[\s,:.\-]+")


@dataclass(frozen=True, slots=True)
class Shape:
    """One way to write a UID: so many of its last bytes, in digits of these widths."""

    name: str
    """`8H10D`; with a `-` behind it the bytes come last first"""
    size: int
    """bytes of the UID"""
    parts: tuple[int, ...]
    """bytes in each group of digits"""
    base: int
    widths: tuple[int, ...]
    """digits in each group"""
    backwards: bool

    def read(self, code: str) -> str | None:
        """The UID that a code says, leading zeros dropped or not; None if it is not this shape."""
        if not code or len(code) > sum(self.widths) or not _written(code, self.base):
            return None
        digits, told = code.zfill(sum(self.widths)), b""
        for count, width in zip(self.parts, self.widths, strict=True):
            value, digits = int(digits[:width], self.base), digits[width:]
            if value >> (8 * count):
                return None
            told += value.to_bytes(count, "big")
        pairs = [UNKNOWN] * (self.size - len(told)) + [f"{byte:02X}" for byte in told]
        return "".join(reversed(pairs) if self.backwards else pairs)

    def write(self, uid: str) -> str | None:
        """A whole UID in this shape, all zeros there; None where it has another length."""
        if len(uid) != 2 * self.size:
            return None
        all_ = bytes.fromhex(uid)
        left = (all_[::-1] if self.backwards else all_)[self.size - sum(self.parts) :]
        found = ""
        for count, width in zip(self.parts, self.widths, strict=True):
            value, left = int.from_bytes(left[:count], "big"), left[count:]
            found += f"{value:0{width}X}" if self.base == 16 else f"{value:0{width}d}"
        return found


def _written(code: str, base: int) -> bool:
    digits = "0123456789ABCDEFabcdef" if base == 16 else "0123456789"
    return all(c in digits for c in code)


def _shapes() -> Iterator[Shape]:
    for backwards in (False, True):
        sign = "-" if backwards else ""
        for name, size, parts, base, widths in (
            ("8H", SHORT, (4,), 16, (8,)),
            ("8H10D", SHORT, (4,), 10, (10,)),
            ("14H", LONG, (7,), 16, (14,)),
            ("14H17D", LONG, (7,), 10, (17,)),
            ("4H4H", SHORT, (2, 2), 10, (5, 5)),
            ("6H", SHORT, (3,), 16, (6,)),
            ("6H8D", SHORT, (3,), 10, (8,)),
            ("2H4H", SHORT, (1, 2), 10, (3, 5)),
        ):
            yield Shape(name + sign, size, parts, base, widths, backwards)


SHAPES = tuple(_shapes())
WHOLE = tuple(shape for shape in SHAPES if sum(shape.parts) == shape.size)
"""those that tell all bytes"""
_BY_NAME = {shape.name: shape for shape in SHAPES}


def named(names: Iterable[str]) -> tuple[Shape, ...]:
    """The shapes of these names; those of a later version are passed over."""
    return tuple(_BY_NAME[name] for name in names if name in _BY_NAME)


def bare(code: str) -> str:
    """The code without what only parts its digits (`04:A2:3F`, `018,12345`), in capitals."""
    return _APART.sub("", code).upper()


def readings(code: str, shapes: Iterable[Shape] = SHAPES) -> dict[Shape, str]:
    """What a code says in each shape that it may be: the set stays until a card decides."""
    code = bare(code)
    found = ((shape, shape.read(code)) for shape in shapes)
    return {shape: uid for shape, uid in found if uid is not None}


def every(uid: str) -> list[str]:
    """All UIDs that it may be: 256 where a byte is not told."""
    if UNKNOWN not in uid:
        return [uid]
    return [uid.replace(UNKNOWN, f"{byte:02X}") for byte in range(256)]


def spellings(uid: str, shapes: Iterable[Shape] = SHAPES) -> set[str]:
    """A whole UID in each of the shapes, with and without the zeros in front."""
    padded = [code for shape in shapes if (code := shape.write(uid)) is not None]
    return {code for each in padded for code in (each, each.lstrip("0")) if code}


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a desk knows: the shapes of its scanner, and those of the library's records."""

    scanner: tuple[Shape, ...] = ()
    records: tuple[Shape, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.scanner)

    def only(self, keep: Callable[[Shape], bool]) -> "Learnt":
        """The same with fewer shapes of the scanner, if any are left."""
        fewer = tuple(shape for shape in self.scanner if keep(shape))
        return Learnt(fewer, self.records) if fewer else self


@cache
def _order(shape: Shape) -> int:
    return SHAPES.index(shape)


def learn(cards: Sequence[tuple[str, Sequence[str]]]) -> Learnt:
    """The shapes that fit all cards: of each the scan, and the codes known of it, one of which it
    is. Nothing if none fits.

    Only how the two lie to each other can be found out, so the order of bytes in the records is
    called the right one: every desk of the library comes to the same UIDs.
    """
    fits = []
    for scanner in SHAPES:
        read = [scanner.read(bare(scan)) for scan, _ in cards]
        if not cards or None in read:
            continue
        for records in SHAPES:
            pairs = zip(read, cards, strict=True)
            if all(_one_of(uid or "", known, records) for uid, (_, known) in pairs):
                fits.append((scanner, records))
    forwards = [fit for fit in fits if not fit[1].backwards] or fits
    return Learnt(
        tuple(sorted({scanner for scanner, _ in forwards}, key=_order)),
        tuple(sorted({records for _, records in forwards}, key=_order)),
    )


def _one_of(uid: str, known: Sequence[str], records: Shape) -> bool:
    held = (records.read(bare(code)) for code in known)
    return any(_same(uid, other) for other in held if other is not None)


def _same(one: str, other: str) -> bool:
    """Whether two UIDs may be one; three bytes at least must be told by both."""
    if len(one) != len(other):
        return False
    pairs = [
        (one[at : at + 2], other[at : at + 2])
        for at in range(0, len(one), 2)
        if UNKNOWN not in (one[at : at + 2], other[at : at + 2])
    ]
    return len(pairs) >= SHORT - 1 and all(a == b for a, b in pairs)
