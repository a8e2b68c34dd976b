"""A session for which more signed up than there are places (超员): allowed, or a sign-up is
cancelled, whoever asked last first.
"""

from collections.abc import Iterable

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from deskapp import crowds
from deskapp.clashes import Settled
from deskapp.crowds import Crowd, Last
from deskapp.refusal import Refusal
from screens.base import Hint
from screens.choice import Choice, Option
from screens.form import FormScreen

ALLOW = "allow"


class CrowdScreen(FormScreen[Settled]):
    """A digit chooses, Enter does it."""

    AUTO_FOCUS = "Choice"

    def __init__(self, crowd: Crowd) -> None:
        super().__init__()
        self.crowd = crowd
        self.about = crowd.session

    def title_words(self) -> str:
        return self.t("odds.crowd")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        if self.crowd.may:
            yield Hint(f"1-{1 + len(self.crowd.last)}", t("key.choose"), t("odds.help.digits"))
            yield Hint("Enter", t("clash.settle"), t("odds.help.enter"))

    def body(self) -> ComposeResult:
        with VerticalScroll(classes="half"):
            yield Static(id="what", markup=False)
            yield Static(id="last", markup=False)
        if self.crowd.may:
            yield Choice(self.t("odds.then"), self._options(), id="then")
        else:
            yield Static(f" {self.t('odds.leads')}", classes="note", markup=False)

    def _options(self) -> list[Option]:
        t = self.t
        allow = Option(ALLOW, t("odds.allow", heads=self.crowd.heads), near=True)
        return [allow, *(Option(_id(each), t("odds.cancel", who=self._who(each)), near=True)
                         for each in self.crowd.last)]  # fmt: skip

    def _who(self, last: Last) -> str:
        return last.who or self.t("odds.nameless")

    def reread(self) -> None:
        t, crowd = self.t, self.act(crowds.crowd, self.desk, self.crowd.event, self.crowd.session)
        if crowd is None:
            return
        self.crowd = crowd
        said = t("odds.crowded", heads=crowd.heads, places=crowd.places)
        what = f" {crowd.name}  {t.moment(crowd.begins)}\n {said}\n"
        self.query_one("#what", Static).update(Text(what))
        lines = [f" {t('odds.last')}"]
        for number, each in enumerate(crowd.last, 2):
            people = t("odds.people", count=each.places) if each.places > 1 else ""
            words = (self._who(each), t.moment(each.asked_at), each.desk, people)
            lines.append(f" {number} {'  '.join(filter(None, words))}")
        self.query_one("#last", Static).update(Text("\n".join(lines) if crowd.last else ""))

    def action_go_on(self) -> None:
        crowd = self.crowd
        if not crowd.may:
            return
        chosen = self.chosen("then")
        if chosen is None:
            self.refuse(Refusal("ChoiceMissing"))
            return
        if chosen == ALLOW:
            self.leave_with(self.act(crowds.allow, self.desk, crowd.event, crowd.session))
            return
        last = next(each for each in crowd.last if _id(each) == chosen)
        self.leave_with(self.act(crowds.cancel, self.desk, crowd.event, crowd.session, last))


def _id(last: Last) -> str:
    return f"{last.subject} {last.session}"
