"""What is seen while a request is written of what comes later: its due time, who is to be told."""

from datetime import datetime

from textual.widgets import Static

from deskapp import drafts
from deskapp.desk import Desk
from deskapp.drafts import HURRIED, Draft
from deskapp.language import Language
from screens.choice import labelled
from screens.matters import deadline_words


def due_note(t: Language, desk: Desk, kind: str, department: str, received: datetime | None) -> str:
    """When it is due, by which rule, and what that rests on."""
    due = drafts.due(desk, kind, department, received)
    words = f"{deadline_words(t, desk, due.at)}  {due.rule.name(t.code)}"
    if due.rule.days:
        words += t("log.due_note")
    if received is not None:
        words += "  " + t("log.backdated")
    if not due.known:
        words += "  " + t("calendar.unpublished", year=due.at.year)
    return words


class Untold(Static):
    """Of what is answered another day: that there is nobody to be told. It refuses nothing."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, classes="note", markup=False)
        self.display = False

    def show(self, t: Language, desk: Desk, draft: Draft, kind: str, result: str) -> None:
        later = result not in desk.profile.results and result != HURRIED
        reachable = draft.patron or draft.contact.strip()
        self.display = desk.profile.kinds[kind].tells and later and not reachable
        self.update(labelled("", t("log.nobody_to_tell")))
