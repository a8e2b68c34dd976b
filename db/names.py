"""The search terms of a person's name, and what somebody types brought into the same form."""

import os
import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from itertools import product
from unicodedata import combining, is_normalized, normalize

MOST_READINGS = 6
"""A name with more possible readings is indexed under the likeliest ones only."""

_DOTS = (
    "\u00b7\u2022\u30fb\u2027\u2219\u22c5\u02d9\u0387\u2e31\u2e33\u25cf\u16eb\u318d\uff65\uff0e."
)
_DOTTED = str.maketrans(dict.fromkeys(_DOTS, "·"))
# Apostrophes, invisible joiners: inside a word they part nothing.
_JOINED = str.maketrans(
    dict.fromkeys("'`\u2018\u2019\u00b4\u02bc\u2032\uff07\u200b\u200c\u200d\ufeff\u00ad")
)
_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_ALL_HAN = re.compile(f"[{_HAN}]+")
_WORD = re.compile(f"[{_HAN}]+(?:\\s+[{_HAN}]+)*|[^\\W_{_HAN}]+")
_UMLAUT = re.compile("(?<![ln])ü")
_ENTRY = re.compile("([^a-z]+)([a-z,-]+)")


def _private_use() -> dict[int, str]:
    """Characters that code page 936 keeps in the private use area, where 䶮 came as U+E863."""
    # Python's own gb18030 reads most of them as Unicode has them today, but for these.
    places = (1, 2, 3, 9, 17, 22, 23, 28, 29, 38, 46, 63, 64, 79)
    others = dict(zip(places, "𠂇𠂉𠃌龴龵龶龷𡗗龸𢦏龹龺𤇾龻", strict=True))
    table = {}
    seconds = [*range(0x50, 0x7F), *range(0x80, 0xA1)]
    for index, second in enumerate(seconds):
        table[0xE815 + index] = others.get(index) or bytes((0xFE, second)).decode("gb18030")
    return table


_PRIVATE_USE = _private_use()


def repair(name: str) -> str:
    """The name with rare characters of old exports as Unicode has them today."""
    return name.translate(_PRIVATE_USE)


def fold(text: str) -> str:
    """One form for what looks or types alike; ü only after l and n, where it is another vowel."""
    if _ALL_HAN.fullmatch(text) and is_normalized("NFKC", text):
        return text
    # Dots first: NFKC would turn some of them into spaces or letters.
    text = normalize("NFKC", repair(text).translate(_DOTTED)).casefold()
    text = normalize("NFC", text.translate(_JOINED).translate(_DOTTED))
    return text if text.isascii() else _UMLAUT.sub("u", "".join(map(_bare, text)))


@lru_cache(maxsize=4096)
def _bare(letter: str) -> str:
    """The letter without its accents; nothing for a lone mark or a variation selector."""
    plain = normalize("NFD", letter)
    if combining(plain[0]) or "\ufe00" <= plain <= "\ufe0f" or plain >= "\U000e0100":
        return ""
    if len(plain) > 1 and combining(plain[1]):
        return "ü" if plain[0] == "u" and "\u0308" in plain else plain[0]
    return letter


def query(text: str) -> str:
    """What a person typed, in the form of `terms`: look for terms that begin with it."""
    if text.isascii() and text.isalnum():  # as nearly all numbers are
        return text.lower()
    return "".join("".join(_WORD.findall(fold(text))).split()).replace("ü", "v")


def terms(name: str) -> set[str]:
    """Every term under which a name is to be found, each looked up by its beginning.

    The characters from each one on; pinyin of the whole name and of the given name without
    tones; the initials; a name of several parts from each part on. Surnames by their own
    reading and by the ordinary one, ü as v, u and yu.
    """
    parts = ["".join(part.split()) for part in _WORD.findall(fold(name))]
    joined = "".join(parts)
    if not joined:
        return set()
    found: set[str] = set()
    starts = []
    syllables: list[tuple[str, ...]] = []
    place = 0
    chinese = [part for part in parts if _ALL_HAN.match(part)]
    for part in parts:
        starts.append(len(syllables))
        if _ALL_HAN.match(part):
            found.update(joined[place + i :] for i in range(len(part)))
            if len(chinese) == 1:
                read, given = _name(part)
                starts.extend(len(syllables) + cut for cut in given)
            else:
                read = [_ordinary(character) for character in part]
            syllables.extend(read)
        else:
            found.add(joined[place:])
            syllables.append((part,))
        place += len(part)
    if not chinese and len(parts) > 1:
        found.add(parts[-1] + "".join(parts[:-1]))  # Latin names go either way round
    if chinese:
        for reading in _readings(syllables):
            found.add("".join([syllable[:1] for syllable in reading]))
            found.update(["".join(reading[start:]) for start in starts])
        found.discard("")
    for term in [term for term in found if "ü" in term]:
        found.remove(term)
        found.update(term.replace("ü", typed) for typed in ("v", "u", "yu"))
    return found


def _readings(syllables: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The likeliest ways to read it: those first that differ least from the usual one."""
    several = [place for place, options in enumerate(syllables) if len(options) > 1]
    usual = tuple([options[0] for options in syllables])
    if not several:
        return [usual]
    chosen = []
    ranks = product(*(range(len(syllables[place])) for place in several[:4]))
    for rank in sorted(ranks, key=sum)[:MOST_READINGS]:
        reading = list(usual)
        for place, which in zip(several, rank, strict=False):
            reading[place] = syllables[place][which]
        chosen.append(tuple(reading))
    return chosen


def _name(part: str) -> tuple[list[tuple[str, ...]], list[int]]:
    """A Chinese name's syllables and where its given name may begin."""
    surname = _compound(part[:2]) if len(part) > 1 else None
    if surname is None:
        return [_surname(part[0]), *map(_ordinary, part[1:])], [1]
    # 长孙伟 is 长孙 + 伟, but 东方 may also be 东 + 方: the single surname stays possible.
    cuts = [1, 2] if len(part) == 3 else [1] if len(part) == 2 else [2]
    alone = (*_surname(part[0]), ""), (*_ordinary(part[1]), "")
    merged = [
        tuple(dict.fromkeys((own, *(r for r in rest if r))))
        for own, rest in zip(surname, alone, strict=True)
    ]
    return [*merged, *map(_ordinary, part[2:])], cuts


@lru_cache(maxsize=1)
def _tables() -> tuple[
    dict[str, tuple[str, ...]], dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]
]:
    """Surnames, compound surnames and characters with their readings."""
    source = tomllib.loads((files("assets") / "names" / "readings.toml").read_text("utf-8"))
    tables = [
        {
            characters: tuple(readings.replace("v", "ü").replace("-", ",").split(","))
            for characters, readings in _ENTRY.findall("".join(source[kind].split()))
        }
        for kind in ("surnames", "compounds", "characters")
    ]
    return tables[0], tables[1], tables[2]


def _compound(pair: str) -> tuple[str, ...] | None:
    return _tables()[1].get(pair)


@lru_cache(maxsize=4096)
def _surname(character: str) -> tuple[str, ...]:
    own = _tables()[0].get(character, ())
    return tuple(dict.fromkeys((*own, *_ordinary(character))))


@lru_cache(maxsize=32768)
def _ordinary(character: str) -> tuple[str, ...]:
    """How a character is read today; empty for one that nobody lists."""
    listed = _tables()[2].get(character)
    if listed:
        return listed
    # Phrases would cost 0.2 s and 30 MB at start and do not help with names.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    from pypinyin import Style, pinyin

    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    readings = tuple(reading.replace("v", "ü") for reading in found[0]) if found else ("",)
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return readings[:2]
    # The dictionary adds readings dead for centuries (郝 shi, 邓 shan): for common characters
    # the living ones are in our own table, and the first is right for all others.
    return readings[:1]
