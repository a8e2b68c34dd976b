"""Shorthand in the sentence: `@` a reader, `#` a kind, `/` a department, `!` urgent, `*` in
confidence (仅承办人可见).

Full-width marks of an input method mean the same. A mark counts only at the beginning or behind a
blank, so that `a@b.cn`, `24/7` and an exclamation at the end stay what they are.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from db import names
from deskapp import readers
from deskapp.desk import Desk
from deskapp.drafts import Draft
from deskapp.profile import Named
from deskapp.readers import Found

MARKS = {"@": "patron", "#": "kind", "/": "department", "!": "urgent", "*": "confidential"}
FLAGS = ("urgent", "confidential")
"""what a mark says by itself"""
_WIDE = str.maketrans("＠＃／！＊", "@#/!*")
_OPEN = re.compile(r"(?:^|(?<=\s))([@#/!*＠＃／！＊])(\S*)\Z")
_CLOSED = re.compile(r"(?:^|(?<=\s))([@#/!*＠＃／！＊])(\S*)(?:\s+|\Z)")


@dataclass(frozen=True, slots=True)
class Token:
    """Shorthand that is being typed: what it is about, its word so far, where it begins."""

    what: str
    word: str
    start: int


@dataclass(frozen=True, slots=True)
class Chip:
    """Something said of the request before it is saved. `what`: a field of a draft."""

    what: str
    value: str
    reader: Found | None = None


def open_token(text: str) -> Token | None:
    """The shorthand at the end of what is typed; None if there is none."""
    found = _OPEN.search(text)
    if found is None:
        return None
    return Token(MARKS[found[1].translate(_WIDE)], found[2], found.start(1))


def complete(desk: Desk, token: Token, limit: int = 9) -> list[Chip]:
    """What it may mean, the best first: by words, pinyin and initials, readers by number too.

    Refuses NobodySignedIn, RoleTooLow.
    """
    match token.what:
        case "patron":
            found = readers.search(desk, token.word, limit) if token.word else []
            return [Chip("patron", each.id, each) for each in found]
        case "kind":
            words = {code: kind.words for code, kind in desk.profile.kinds.items()}
            return _named("kind", desk.profile.kinds, token.word, words)[:limit]
        case "department":
            return _named("department", desk.profile.departments, token.word, {})[:limit]
    return [] if token.word else [Chip(token.what, "1")]


def _named(
    what: str, table: Mapping[str, Named], typed: str, words: Mapping[str, tuple[str, ...]]
) -> list[Chip]:
    """Entries with a word that begins so, or a part of one; whole words first, then beginnings."""
    wanted = names.query(typed)
    found = []
    for place, (code, entry) in enumerate(table.items()):
        own = (entry.zh, entry.en, *words.get(code, ()))
        terms = _terms(own)
        if any(term.startswith(wanted) for term in terms):
            begins = any(names.query(word).startswith(wanted) for word in own)
            found.append((wanted not in terms, not begins, place, code))
    return [Chip(what, code) for *_, code in sorted(found)]


@lru_cache(maxsize=512)
def _terms(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset().union(*map(names.terms, words))


def learn(desk: Desk) -> None:
    """Read the profile's names once, so that no key waits for it. For a thread."""
    for what in ("kind", "department"):
        complete(desk, Token(what, "", 0))


def read(desk: Desk, text: str) -> tuple[str, list[Chip]]:
    """A whole line: its words without the shorthand that has one meaning, and the chips it means.

    What fits nothing, or several readers, stays in the words. Refuses as `complete`.
    """
    chips: list[Chip] = []
    rest, place = "", 0
    while found := _CLOSED.search(text, place):
        token = Token(MARKS[found[1].translate(_WIDE)], found[2], found.start(1))
        meant = complete(desk, token) if token.word or token.what in FLAGS else []
        if len(meant) == 1 or (meant and token.what != "patron"):
            chips.append(meant[0])
            rest += text[place : found.start(1)]
        else:
            rest += text[place : found.end()]
        if found.end() == place:
            break
        place = found.end()
    return (rest + text[place:]).strip(), chips


def unread(words: str) -> list[str]:
    """The shorthand that is left in the words of `read`, as it was typed: it has no meaning here,
    or several.
    """
    return [found[1] + found[2] for found in _CLOSED.finditer(words) if found[2]]


# Chips of a draft


def chips_of(draft: Draft) -> list[Chip]:
    """What was said of a request beside its words, in the order in which it is shown."""
    return [
        Chip(what, str(int(value)) if what in FLAGS else str(value))
        for what in MARKS.values()
        if (value := getattr(draft, what))
    ]


def note(draft: Draft, chip: Chip) -> None:
    """Put a chip on a draft, in place of what was said of the same before."""
    setattr(draft, chip.what, True if chip.what in FLAGS else chip.value)


def drop(draft: Draft) -> str | None:
    """Take the last chip off; which it was."""
    chips = chips_of(draft)
    if not chips:
        return None
    setattr(draft, chips[-1].what, False if chips[-1].what in FLAGS else None)
    return chips[-1].what
