"""Completing an entry (补全) that was logged in a hurry, before the shift is handed over."""

from dataclasses import replace

from db import incomplete as stored
from db.requests import WITHDRAWN
from deskapp import corrections, drafts, endings, matter
from deskapp.corrections import NOBODY, Correction
from deskapp.desk import Desk, Refusal, Role
from deskapp.drafts import Draft, Slip
from deskapp.endings import Ending
from deskapp.requests import Logged, Question

COMPLETING = Role.LIBRARIAN
"""who may complete an entry"""
REASON = "entry_completed"
"""a code: everybody reads it in their own language"""


def waiting(desk: Desk) -> list[str]:
    """The requests that the operator is to complete, the oldest first; nothing for whoever may
    not.
    """
    if not desk.may(COMPLETING):
        return []
    with desk.reading() as connection:
        return stored.open_of(connection, desk.whoever().id)


def is_waiting(desk: Desk, id: str) -> bool:
    """Whether the operator may complete this entry, and it is to be."""
    if not desk.may(COMPLETING):
        return False
    with desk.reading() as connection:
        return stored.is_open(connection, id)


def number_of(desk: Desk, id: str) -> str:
    """What people call the entry. Refuses RequestUnknown."""
    with desk.reading() as connection:
        return matter.label(desk, matter.find(connection, id))


def draft_of(desk: Desk, id: str) -> Draft:
    """What was logged in a hurry, to be gone on with. Refuses RequestUnknown."""
    with desk.reading() as connection:
        request = matter.find(connection, id)
    return replace(drafts.written(desk, request), completes=id)


def complete(
    desk: Desk,
    id: str,
    question: Question,
    ending: Ending | None = None,
    slip: Slip | None = None,
) -> Logged:
    """Put what is right in place of what was written in a hurry; nothing need be different. The
    `slip` on which it was written goes with the same act, and `ending` closes it there.

    Refuses NotIncomplete (it is complete, or was undone), and as `corrections.correct` and
    `endings.close`.
    """
    operator = desk.require(COMPLETING)
    agreed = endings.agreed_by(desk, ending) if ending else None
    right = Correction(
        words=question.words,
        kind=question.kind,
        department=question.department,
        channel=question.channel,
        patron=question.patron or NOBODY,
        contact=question.contact,
        told=question.told,
        confidential=question.confidential,
    )
    with desk.act() as act:
        request = matter.find(act.connection, id)
        if request.outcome == WITHDRAWN or not stored.is_open(act.connection, id):
            raise Refusal("NotIncomplete", number=matter.label(desk, request))
        request = corrections.rectified(act, desk, request, right, REASON)
        act.record("incomplete.completed", stored.subject_of(id), {"by": operator.id})
        if ending is not None:
            endings.end_open(act, desk, request, ending, agreed)
        if slip is not None:
            slip.take_away(act)
    due = desk.local(request.due_at)
    known = desk.calendar(matter.undertaking(desk, request)).known(due.year)
    return Logged(id, matter.label(desk, request), due, known, closed=ending is not None)
