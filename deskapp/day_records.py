"""What a machine recorded of readers, a day at a time: whose a line of its file is, and how lines
are entered in bulk, each once.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Connection

from db import dormant
from db.facts import Draft
from db.rows import chunks
from deskapp import cards, exports, sheets
from deskapp.cells import without_identity
from deskapp.desk import Desk, Refusal

SLICE = 200
"""readers' days written in one act: a scan at the desk waits a few milliseconds for it, no more"""
T = TypeVar("T")
Day = tuple[str, str]
"""a reader and a day, `2026-11-23`"""


class Readers:
    """Whom a file speaks of, each looked up once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[str, str | Refusal] = {}

    def find(self, who: str) -> str:
        """The reader of a number or card. Refuses PatronUnknown, CardAmbiguous."""
        found = self._known.get(who)
        if found is None:
            found = self._known[who] = self._found(str(without_identity(who)))
        if isinstance(found, Refusal):
            raise found
        return found

    def _found(self, who: str) -> str | Refusal:
        found = cards.whose(self._desk, who, scanned=True, lost=True)
        if len(found) == 1:
            return found[0].id
        return Refusal("CardAmbiguous" if found else "PatronUnknown")


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """A book of such sets: what a day's is called, what is known of days, what enters more."""

    subject_of: Callable[[str, str], str]
    known: Callable[[Connection, list[str]], Mapping[str, set[T]]]
    draft: Callable[[str, str, Iterable[T]], Draft]


def enter(
    desk: Desk,
    kind: Kind[T],
    told: Mapping[Day, Mapping[T, sheets.Row]],
    rejects: exports.Rejects,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[int, int]:
    """Write what is new of each reader's day; how much that is, and how much was known. What is of
    a day whose facts are at the centre alone is rejected. `progress` counts what is done, in lines.
    """
    entered = again = done = 0
    total = sum(map(len, told.values()))
    for some in chunks(sorted(told), SLICE):
        subjects = {each: kind.subject_of(*each) for each in some}
        with desk.act() as act:
            present = kind.known(act.connection, list(subjects.values()))
            elsewhere = dormant.among(act.raw, subjects.values())
            drafts = []
            for each, subject in subjects.items():
                done += len(told[each])
                new = told[each].keys() - present.get(subject, set())
                again += len(told[each]) - len(new)
                if new and subject in elsewhere:
                    for line in new:
                        rejects.add(told[each][line], Refusal("CourseAtCentre"))
                elif new:
                    drafts.append(kind.draft(*each, new))
                    entered += len(new)
            act.record_all(drafts)
        if progress is not None:
            progress(done, total)
    return entered, again
