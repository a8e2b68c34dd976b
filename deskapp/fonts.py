"""Fonts of what is printed: found on this machine, and looked into first, for a character that no
font has would be an empty box on the paper.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import category

from deskapp.refusal import Refusal

if TYPE_CHECKING:
    from typst import FontInfo, Fonts

LIKED = (
    *("LXGW WenKai", "Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "Noto Serif CJK SC"),
    *("Source Han Serif SC", "Noto Serif SC", "Microsoft YaHei", "PingFang SC", "DengXian"),
    *("Hiragino Sans GB", "SimHei", "SimSun", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei"),
)
"""families with Chinese of the mainland, the best first; others only have what these lack"""
REGULAR = 400
UNSEEN = ("Cc", "Cf", "Zs")
"""what needs no glyph: controls, joiners, spaces"""
MOST_NAMED = 20
"""characters that a sentence names"""


@dataclass(frozen=True, slots=True)
class Typefaces:
    """What a page is set in: families, the first first, and where typst finds them."""

    families: tuple[str, ...]
    fonts: "Fonts"


def for_text(texts: Iterable[str], file: Path | None = None) -> Typefaces:
    """The fonts that have every character of these texts: the one in a `file`, which comes first,
    then those of this machine.

    Refuses FontUnreadable (the file is none), FontLacks(characters).
    """
    from typst import Fonts

    folders = [str(file.absolute().parent)] if file is not None else []
    fonts = Fonts(include_embedded_fonts=False, font_paths=folders)
    missing = {each for text in texts for each in text if category(each) not in UNSEEN}
    families: list[str] = []
    for family, faces in _in_order(fonts.fonts(), file):
        had = _characters(*faces)
        if not families or missing & had:
            families.append(family)
            missing -= had
        if not missing:
            return Typefaces(tuple(families), fonts)
    raise Refusal("FontLacks", characters="".join(sorted(missing)[:MOST_NAMED]))


Face = tuple[str, int]
"""a file, and the number of a font in it"""


def _in_order(known: Iterable["FontInfo"], file: Path | None) -> Iterator[tuple[str, Face]]:
    """One face of every family, those first that are liked; before them what the file has."""

    def rank(face: "FontInfo") -> tuple[bool, int, str, int, str, int]:
        liked = LIKED.index(face.family) if face.family in LIKED else len(LIKED)
        fat = abs(face.weight - REGULAR) + (face.style != "normal")
        return face.path != own, liked, face.family, fat, face.path or "", face.index

    own = str(file.absolute()) if file is not None else None
    faces = sorted((each for each in known if each.path), key=rank)
    if own is not None and (not faces or faces[0].path != own):
        raise Refusal("FontUnreadable", file=str(file))
    for family, some in groupby(faces, key=lambda each: each.family):
        first = next(iter(some))
        yield family, (first.path or "", first.index)


@cache
def _characters(path: str, index: int) -> frozenset[str]:
    """What a font can draw; nothing, where it is broken."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(path, fontNumber=index, lazy=True) as font:
            return frozenset(map(chr, font.getBestCmap() or ()))
    except (OSError, TTLibError):
        return frozenset()
