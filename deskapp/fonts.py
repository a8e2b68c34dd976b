"""Fonts of what is printed: those that come with deskapp (assets/fonts), so that a clean machine
prints right, then the machine's. They are looked into first, for a character that no font has would
be an empty box on the paper.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file
from importlib.resources import files as resources
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import category

from deskapp.refusal import Refusal

if TYPE_CHECKING:
    from typst import FontInfo, Fonts

LIKED = (
    *("LXGW WenKai", "Deskapp Serif", "Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC"),
    *("Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC", "Microsoft YaHei"),
    *("PingFang SC", "DengXian", "Hiragino Sans GB", "SimHei", "SimSun"),
    *("WenQuanYi Zen Hei", "WenQuanYi Micro Hei"),
)
"""families with Chinese of the mainland, the best first; others only have what these lack"""
LATIN = "Deskapp Serif"
"""what English is set in, before the others"""
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
    """The fonts that have every character of these texts: as `chosen`.

    Refuses FontLacks(characters), and as `chosen`.
    """
    faces, missing = chosen(texts, file)
    if missing:
        raise lacks(missing)
    return faces


def lacks(characters: Iterable[str]) -> Refusal:
    """What is said of characters that no font has."""
    return Refusal("FontLacks", characters="".join(sorted(set(characters))[:MOST_NAMED]))


def chosen(texts: Iterable[str], file: Path | None = None) -> tuple[Typefaces, frozenset[str]]:
    """The fonts for these texts, and the characters that none has: the one in a `file` comes first,
    then those of deskapp, then, only where these lack something, those of this machine.

    Refuses FontUnreadable (the file is none).
    """
    from typst import Fonts

    wanted = {each for text in texts for each in text if category(each) not in UNSEEN}
    with as_file(resources("assets") / "fonts") as own:
        folders = [own, *([file.absolute().parent] if file is not None else [])]
        for whole in (False, True):
            fonts = Fonts(
                include_system_fonts=whole, include_embedded_fonts=False, font_paths=folders
            )
            families, missing = _families(_in_order(fonts.fonts(), file, own), wanted)
            if not missing:
                break
    return Typefaces(families, fonts), missing


def _families(
    known: Iterable[tuple[str, "Face"]], wanted: set[str]
) -> tuple[tuple[str, ...], frozenset[str]]:
    """Of families in their order those that are needed, and what is still missing."""
    families: list[str] = []
    missing = frozenset(wanted)
    for family, face in known:
        had = _characters(*face)
        if not families or missing & had:
            families.append(family)
            missing -= had
        if not missing:
            break
    return tuple(families), missing


Face = tuple[str, int]
"""a file, and the number of a font in it"""


def _in_order(
    known: Iterable["FontInfo"], file: Path | None, ours: Path
) -> Iterator[tuple[str, Face]]:
    """One face of every family, those first that are liked; before them what the file has."""

    def rank(face: "FontInfo") -> tuple[bool, int, str, bool, int, str, int]:
        liked = LIKED.index(face.family) if face.family in LIKED else len(LIKED)
        fat = abs(face.weight - REGULAR) + (face.style != "normal")
        theirs = Path(face.path or "").parent != ours
        return face.path != own, liked, face.family, theirs, fat, face.path or "", face.index

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
