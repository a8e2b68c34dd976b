"""The questions of an event on one line, as they are typed."""

import re
from collections.abc import Sequence
from unicodedata import normalize

from deskapp.event_plans import Question

MUST, DOOR = "!", "@"
_APART = re.compile(r"[;；\n]")


def written(questions: Sequence[Question]) -> str:
    """`参赛队名!；围裙尺码:S/M/L@`: what must be answered has an `!`, what the door asks an `@`."""
    return "；".join(
        each.text
        + (f":{'/'.join(each.choices)}" if each.choices else "")
        + MUST * each.must
        + DOOR * each.door
        for each in questions
    )


def read(text: str, known: Sequence[Question] = ()) -> tuple[Question, ...]:
    """The questions of such a line; one that is known by its text keeps its code, for answers are
    kept by it.
    """
    codes = {each.text: each.code for each in known}
    taken = set(codes.values())
    found: list[Question] = []
    for part in _APART.split(text):
        plain = normalize("NFKC", part).strip()
        marks = plain[len(plain.rstrip(MUST + DOOR)) :]
        words, _, choices = plain[: len(plain) - len(marks)].partition(":")
        if not words.strip():
            continue
        code = codes.get(words.strip()) or _new(taken)
        taken.add(code)
        parts = tuple(each.strip() for each in choices.split("/") if each.strip())
        found.append(Question(code, words.strip(), parts, MUST in marks, DOOR in marks))
    return tuple(found)


def _new(taken: set[str]) -> str:
    return next(code for n in range(1, len(taken) + 2) if (code := f"q{n}") not in taken)
