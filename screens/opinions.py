"""A reader's word about a place: a request of its own kind, the place filled in."""

from typing import Any

from deskapp.desk import Refusal
from deskapp.drafts import Draft
from screens.base import DeskScreen
from screens.log import LogScreen

KIND = "space_suggestion"


class OpinionScreen(LogScreen):
    """The log with a place in it. The reader's words come behind that: without any there is nothing
    to log, and nothing to keep.
    """

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft=draft)
        self._given = draft.words

    @property
    def _nothing_said(self) -> bool:
        return self.writing.words.strip() == self._given.strip()

    def _show_writing(self) -> None:
        super()._show_writing()
        if self._nothing_said:
            self.query_one("#words").focus()

    def action_go_on(self) -> None:
        if self._nothing_said:
            self.refuse(Refusal("QuestionMissing"))
            self.query_one("#words").focus()
        else:
            super().action_go_on()

    def action_back(self) -> None:
        if self._nothing_said:
            self.throw_away()
            self.dismiss()
        else:
            super().action_back()


def take_down(screen: DeskScreen[Any], place: str, patron: str | None = None) -> None:
    """Open the log with it; of a library that has no such kind, without a kind.

    What was half-written about the same place is another reader's, and waits for Ctrl+Y.
    """
    words = screen.t("seats.opinion_of", place=place)
    kind = KIND if KIND in screen.desk.profile.kinds else None
    screen.go_to(OpinionScreen(Draft(words=words, kind=kind, patron=patron)))
