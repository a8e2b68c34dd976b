"""Erasing a person on request: the number, what goes with it, the number again, and a question."""

from collections.abc import Callable, Iterable
from typing import Any

from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import erasures
from deskapp.erasures import Erased, ToErase
from screens.asking import AskScreen
from screens.base import DeskScreen, Hint
from screens.choice import Field
from screens.form import FormLine, FormScreen
from screens.labels import grid
from screens.matters import reader_words


def ask_to_erase(screen: DeskScreen[Any], erase: Callable[[], None], *question: str) -> None:
    """Erase some words once it is meant: there is no way back."""

    def doing() -> bool:
        erase()
        return True

    def erased(_: bool) -> None:
        screen.reread()
        screen.say(screen.t("found_things.erased"))

    def answered(yes: bool | None) -> None:
        if yes:
            screen.act_slowly(doing, erased)

    screen.app.push_screen(AskScreen(*question, screen.t("erasing.no_way_back")), answered)


class ErasingScreen(FormScreen[None]):
    """Two lines; the second is there once the first has found somebody."""

    keeps = False

    def __init__(self) -> None:
        super().__init__()
        self.who: ToErase | None = None

    def title_words(self) -> str:
        return self.t("erasing.title")

    def hints(self) -> Iterable[Hint]:
        yield Hint("Enter", self.t("key.enter"), self.t("erasing.help.enter"))

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(f" {t('erasing.law')}", classes="note", markup=False)
        yield Static(classes="gap")
        yield Field(t("erasing.code"), hint=t("erasing.code_hint"), id="code")
        yield Static(id="who", classes="note", markup=False)
        yield Field(t("erasing.again"), hint=t("erasing.again_hint"), id="again")
        yield Static(classes="half")

    def reread(self) -> None:
        self._show()

    def _show(self) -> None:
        t, who = self.t, self.who
        self.query_one("#again").display = self.query_one("#who").display = who is not None
        if who is None:
            return
        if who.awards:
            whom = who.code
            goes = t("erasing.goes_awards", count=len(who.awards))
        elif who.reader is None:
            whom = t("erasing.asker", number=who.code)
            goes = t("erasing.goes_asker")
        else:
            whom = reader_words(t, self.desk, who.reader)
            goes = t("erasing.goes_reader", cards=who.cards, requests=who.requests)
            if who.confidential:
                goes += t("erasing.goes_confidential", count=who.confidential)
        lines = (
            (t("erasing.who"), whom),
            (t("erasing.goes"), goes),
            (t("erasing.stays"), t("erasing.counted")),
        )
        self.query_one("#who", Static).update(grid(lines))

    def entered(self, line: FormLine) -> None:
        if line.id == "code":
            self._find()
        else:
            self.action_go_on()

    def scanned(self, field: Field, code: str) -> None:
        field.value = code
        if field.id == "code":
            self._find(scanned=True)
        else:
            self.action_go_on()

    def _find(self, scanned: bool = False) -> None:
        self.who = self.act(erasures.find, self.desk, self.written("code"), scanned)
        self.query_one("#again", Field).value = ""
        self._show()
        if self.who is not None:
            self.query_one("#again", Field).line.focus()

    def action_go_on(self) -> None:
        if self.who is not None and (again := self.written("again")):
            self._ask(self.who, again)

    def _ask(self, who: ToErase, again: str) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                self.act_slowly(lambda: erasures.erase(self.desk, who, again), self._erased)

        question = (self.t("erasing.question"), self.t("erasing.no_way_back"))
        self.app.push_screen(AskScreen(*question), answered)

    def _erased(self, erased: Erased) -> None:
        t = self.t
        done = t("erasing.done", requests=erased.requests)
        if erased.awards:
            done = t("erasing.done_awards", count=erased.awards)
        self.leave(done)
