"""What a door says (通过、稍候、不能入场), and what it asks before it does."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from db.door_pages import Counts, Meeting
from deskapp.door_codes import Scanned
from deskapp.readers import name_shown
from deskapp.refusal import Refusal

LET = ("admitted", "out")
"""verdicts by which somebody has passed"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be answered, by a digit wherever that is possible.

    `what`: who (of those that fit; `options` are their names), way (1 in, 2 out), question (one of
    the event's, with its `words`; `options` its choices, none: any words), heads (how many of the
    group, up to `most`; nothing: all of them). `keys`: what the options stand for.
    """

    what: str
    words: str = ""
    options: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    most: int = 0
    code: str = ""
    """of a question"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a door says to a scan, one thing about one person.

    `what`: admitted, out, already, other_session, cancelled, unknown, forged, misread, revoked,
    waiting, not_yet, over, lost, full, twice, ask, undone, or refused; the `refusal` says more of
    some.
    `name` as the event has it shown, `code` what was read, masked, where it is nobody's; `since`
    and `door`: of already when and where they came in; of not_yet, over, revoked and other_session
    the moment that it is about; `ordinal`: as which they came; `heads`: how many have passed;
    `rest`: how many of their group may still come, or go. `asked`: what is to be answered first.
    `walk_in`: whether they can be let in all the same (现场报名).
    """

    what: str
    at: datetime
    name: str = ""
    code: str = ""
    college: str = ""
    since: datetime | None = None
    door: str = ""
    ordinal: int = 0
    heads: int = 1
    rest: int = 0
    replaced: bool = False
    asked: Asked | None = None
    walk_in: bool = False
    refusal: Refusal | None = None
    counts: Counts | None = None

    @property
    def passed(self) -> bool:
        return self.what in LET


@dataclass(slots=True)
class Case:
    """Whoever stands before a door, as far as it has come with them. `stranger`: name and telephone
    of who is no reader; `walk_in`: whether they are let in without having signed up.
    """

    scanned: Scanned
    heads: int | None = None
    walk_in: bool = False
    stranger: tuple[str, str] | None = None
    answers: dict[str, str] = field(default_factory=dict)
    way: str = ""
    asked: Asked | None = None

    def answer(self, text: str) -> bool:
        """Take an answer to what was asked; False where it is none."""
        asked, text = self.asked, text.strip()
        if asked is None:
            return False
        if asked.what == "heads":
            heads = int(text) if text.isascii() and text.isdigit() else 0 if text else asked.most
            if not 1 <= heads <= asked.most:
                return False
            self.heads = heads
            return True
        if asked.options:
            plain = text.isascii() and text.isdigit() and len(text) < 3
            if not plain or not 1 <= int(text) <= len(asked.options):
                return False
            text = asked.keys[int(text) - 1]
        if not text:
            return False
        match asked.what:
            case "who":
                self.scanned = self.scanned.of(text)
            case "way":
                self.way = text
            case _:
                self.answers[asked.code] = text
        return True


def shown(meeting: Meeting, name: str | None) -> str:
    """A name as the event has it shown at its doors; 散客1030-1 is nobody's, and shown whole."""
    name = name or ""
    return name if name[-1:].isdigit() else name_shown(meeting.shows, name)


def open_question(meeting: Meeting, answers: Mapping[str, str], before: str | None) -> Asked | None:
    """The first question that must be answered at the door and is not. `before`: the answers given
    at sign-up, as they are kept.
    """
    questions: Sequence[Mapping[str, Any]] = json.loads(meeting.questions)
    known: dict[str, str] = json.loads(before) if before else {}
    for each in questions:
        code = str(each["code"])
        if each.get("door") and not (known.get(code) or answers.get(code)):
            choices = tuple(str(choice) for choice in each.get("choices") or ())
            return Asked("question", str(each.get("text") or code), choices, choices, code=code)
    return None
