"""Completing an entry (补全) that was logged in a hurry, before the shift is handed over."""

from datetime import datetime

from db import incomplete as stored
from deskapp import corrections, matter
from deskapp.corrections import NOBODY, Correction
from deskapp.desk import Desk, Refusal, Role
from deskapp.drafts import Draft
from deskapp.requests import Logged, Question


def waiting(desk: Desk) -> list[str]:
    """The requests that the operator is to complete, the oldest first."""
    with desk.reading() as connection:
        return stored.open_of(connection, desk.whoever().id)


def draft_of(desk: Desk, id: str) -> Draft:
    """What was logged in a hurry, to be gone on with. Refuses RequestUnknown."""
    with desk.reading() as connection:
        request = matter.find(connection, id)
    return Draft(
        words=request.question or "",
        patron=request.patron,
        kind=request.kind if request.kind in desk.profile.kinds else None,
        department=request.department,
        channel=request.channel,
        contact=request.contact or "",
        urgent=bool(request.urgent),
        completes=id,
    )


def complete(desk: Desk, id: str, question: Question, reason: str) -> Logged:
    """Put what is right in place of what was written in a hurry; nothing need be different.

    Refuses NotIncomplete, and as `corrections.correct`.
    """
    operator = desk.require(Role.LIBRARIAN)
    with desk.reading() as connection:
        request = matter.find(connection, id)
        if not stored.is_open(connection, id):
            raise Refusal("NotIncomplete", number=matter.label(desk, request))
    right = Correction(
        words=question.words,
        kind=question.kind,
        department=question.department,
        channel=question.channel,
        patron=question.patron or NOBODY,
        contact=question.contact,
    )
    due: datetime = desk.local(request.due_at)
    try:
        due = corrections.correct(desk, id, right, reason).due
    except Refusal as refusal:
        if refusal.code != "NothingCorrected":
            raise
    with desk.act() as act:
        act.record("incomplete.completed", stored.subject_of(id), {"by": operator.id})
    known = desk.calendar(question.department or request.department).known(due.year)
    return Logged(id, matter.label(desk, request), due, known)
