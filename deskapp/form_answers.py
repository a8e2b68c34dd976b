"""Answers as form tools write them: choices that were ticked, skipped, or filled in by hand."""

import re
from collections.abc import Mapping
from functools import lru_cache
from unicodedata import normalize

from deskapp import cells
from deskapp.cells import Cell, alike

APART = "┋"
"""between the choices of one answer, as 问卷星 has it"""

_SKIPPED = frozenset({"(跳过)", "(空)", "(未填)", "(skipped)", "(empty)"})
_CODES = frozenset({"-2", "-3"})
"""问卷星's: not answered, not asked"""
_BEGUN = frozenset("(（﹙-－ ")
"""what such a cell may begin with"""
_NOT_CHOSEN = frozenset({"", "0", "否", "未选", "未选中", "×", "no", "false", "n"})
_CHOSEN = frozenset({"1", "是", "√", "✓", "✔", "☑", "选中", "已选", "yes", "true", "y"})
_FILLED_IN = re.compile(r"〖(.*?)〗")
_LETTER = re.compile(r"(?:[A-Za-z]|\d{1,2})\s*[.、:)]\s*(?=\S)")


def is_skipped(cell: Cell, codes: bool = False) -> bool:
    """Whether it says that nothing was answered; with `codes` also by 问卷星's numbers."""
    if isinstance(cell, str) and cell[:1] not in _BEGUN:  # as nearly all are
        return False
    said = normalize("NFKC", cells.text(cell)).strip()
    return said in _SKIPPED or (codes and said in _CODES)


def is_mark(option: str, cell: Cell) -> bool:
    """Whether it says of a choice that it was made, or not, and nothing else."""
    said = normalize("NFKC", cells.text(cell)).strip().casefold()
    return (
        said in _CHOSEN | _NOT_CHOSEN | _CODES | _SKIPPED
        or bool(_FILLED_IN.search(said))
        or alike(said) == alike(option)
    )


def chosen(option: str, cell: Cell) -> str:
    """The choice, if a column of its own says so; with what was filled in beside it."""
    said = normalize("NFKC", cells.text(cell)).strip()
    if said.casefold() in _NOT_CHOSEN or said in _SKIPPED | _CODES:
        return ""
    if said.casefold() in _CHOSEN or alike(said) == alike(option):
        return option
    filled = _FILLED_IN.search(cells.text(cell))
    return f"{option}〖{filled[1] if filled else said}〗"


def choices(cell: Cell, known: tuple[str, ...]) -> list[str]:
    """The choices that an answer names, in the words of the `known` ones where it is one of them;
    what was filled in beside one stands behind it in brackets.
    """
    said = cells.text(cell)
    found = []
    for each in [part for part in re.split(rf"[{APART}\n]", said) if part.strip()]:
        one = choice(each, known)
        parts = cells.several(each)
        if one not in known and known and len(parts) > 1:  # some tools part them by commas
            found += [choice(part, known) for part in parts]
        else:
            found.append(one)
    return list(dict.fromkeys(found))


@lru_cache(maxsize=1024)
def choice(text: str, known: tuple[str, ...]) -> str:
    """One of the known choices, however it is written (`A. 素食`), else the words."""
    beside = [said.strip() for said in _FILLED_IN.findall(text) if said.strip()]
    bare = _FILLED_IN.sub("", text).strip()
    for form in (bare, _LETTER.sub("", bare, count=1)):
        for each in known:
            if alike(form) == alike(each):
                return f"{each}（{'，'.join(beside)}）" if beside else each
    words = _LETTER.sub("", bare, count=1) if known else bare
    return f"{words}（{'，'.join(beside)}）" if beside else words


def sorted_out(words: str, questions: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Words in whatever order (接龙), as answers by question: its choices find theirs, what
    remains answers what has none, in the order asked. `questions`: code → choices.
    """
    left, found = words.split(), dict[str, str]()
    for code, known in questions.items():
        own = [word for word in left if choice(word, known) in known]
        if own:
            found[code] = APART.join(own)
            left = [word for word in left if word not in own]
    free = [code for code, known in questions.items() if not known]
    for code in free[:-1]:
        if left:
            found[code] = left.pop(0)
    if free and left:
        found[free[-1]] = " ".join(left)
    return found
