"""Exemption windows (免责时段): those that were declared, and declaring one."""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import exemptions, moments
from deskapp.desk import Refusal
from deskapp.exemptions import WHY, Declared, Window
from screens.asking import AskScreen
from screens.base import Hint
from screens.choice import Choice, Field, Option
from screens.form import FormLine, FormScreen
from screens.longlist import Column, LongList
from screens.numbered import Act, NumberedScreen
from screens.shortlist import ShortList


def _windows(rows: Iterable[Window]) -> ShortList[Window]:
    return ShortList(list(rows), lambda row: row.id)


class ExemptionsScreen(NumberedScreen[None]):
    """A digit declares one, says that it is over, or takes it back."""

    BINDINGS = [Binding(digit, f"digit({digit})", show=False) for digit in "123"]
    AUTO_FOCUS = "LongList"

    def title_words(self) -> str:
        return self.t("exemptions.title")

    def acts(self) -> Iterable[Act]:
        t, may = self.t, self.desk.may
        row = next((each.row for each in self.query("#list").results(LongList)), None)
        if may(exemptions.DECLARING):
            yield 1, t("exemptions.declare"), t("exemptions.help.declare"), self._declare
            if row is not None and row.running:
                yield 2, t("exemptions.end"), t("exemptions.help.end"), partial(self._end, row)
        if row is not None and may(exemptions.WITHDRAWING):
            withdraw = partial(self._withdraw, row)
            yield 3, t("exemptions.withdraw"), t("exemptions.help.withdraw"), withdraw

    def body(self) -> ComposeResult:
        t = self.t
        yield LongList(
            [
                Column(t("exemptions.why"), lambda row: t(f"exemption.{row.why}"), 16),
                Column(t("exemptions.zones"), self._zones, share=2, least=10),
                Column(t("exemptions.since"), lambda row: t.moment(row.since), 18),
                Column(t("exemptions.until"), self._until, 18),
                Column(t("exemptions.by"), lambda row: row.by, share=1, least=8),
            ],
            _windows(()),
            empty=t("exemptions.nothing"),
            id="list",
        )

    def _zones(self, row: Window) -> str:
        known = self.desk.profile.zones
        names = (known[z].name(self.t.code) if z in known else z for z in row.zones)
        return " ".join(names) or self.t("conduct.everywhere")

    def _until(self, row: Window) -> str | Text:
        words = self.t.moment(row.until)
        return Text(words, "bold") if row.running else words

    def reread(self) -> None:
        rows = exemptions.windows(self.desk)
        self.query_one("#list", LongList).reload(_windows(rows))
        self.show_keys()

    def on_long_list_moved(self, event: LongList.Moved) -> None:
        if self.ready:
            self.show_keys()

    def _declare(self) -> None:
        self.app.push_screen(DeclaringScreen(), self._declared)

    def _declared(self, done: Declared | None) -> None:
        if done is not None:
            self.reread()
            until = self.t.moment(done.until)
            self.say(self.t("exemptions.declared", until=until, count=done.lifts))

    def _end(self, row: Window) -> None:
        if self.act(exemptions.end, self.desk, row.id) is not None:
            self.reread()
            self.say(self.t("exemptions.ended"))

    def _withdraw(self, row: Window) -> None:
        def withdraw() -> bool:
            exemptions.withdraw(self.desk, row.id)
            return True

        def answered(yes: bool | None) -> None:
            if yes and self.act(withdraw):
                self.reread()
                self.say(self.t("exemptions.withdrawn"))

        self.app.push_screen(AskScreen(self.t("exemptions.withdraw_question")), answered)


class DeclaringScreen(FormScreen[Declared]):
    """Why, where, from when until when; empty times are now and the end of that day."""

    BINDINGS = [Binding("ctrl+s", "go_on", priority=True, show=False)]
    LAST = "until"

    def title_words(self) -> str:
        return self.t("exemptions.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        last = self.focused is not None and self.focused.id == f"{self.LAST}-line"
        word = t("exemptions.declare" if last else "key.next")
        yield Hint("Enter", word, t("exemptions.help.declare"))
        yield Hint("Ctrl+S", "" if last else t("exemptions.declare"), t("exemptions.help.declare"))

    def body(self) -> ComposeResult:
        t = self.t
        zones = [Option("", t("conduct.everywhere"))]
        zones += [Option(e.code, e.name(t.code)) for e in self.desk.profile.zones.values()]
        reasons = [Option(each, t(f"exemption.{each}")) for each in WHY]
        yield Choice(t("exemptions.why"), reasons, id="why")
        yield Choice(t("exemptions.zones"), zones, "", id="zone")
        yield Field(t("exemptions.since"), hint=t("exemptions.since_hint"), id="since")
        yield Field(t("exemptions.until"), hint=t("exemptions.until_hint"), id=self.LAST)
        yield Static(f" {t('exemptions.note')}", classes="note", markup=False)
        yield Static(classes="half")

    def entered(self, line: FormLine) -> None:
        if line.id == self.LAST:
            self.action_go_on()
        else:
            self.app.action_focus_next()

    def action_go_on(self) -> None:
        why = self.chosen("why")
        if why is None:
            self.refuse(Refusal("ReasonMissing"))
            self.query_one("#why", Choice).focus()
            return
        self.leave_with(self.act(self._declare, why))

    def _declare(self, why: str) -> Declared:
        desk, zone, typed = self.desk, self.chosen("zone"), self.written(self.LAST)
        since = moments.received_at(desk, self.written("since"))
        until = None
        if typed:
            begin = since or desk.now()
            until = moments.time_on(typed, begin.replace(second=0, microsecond=0))
            if until <= begin:  # past midnight
                until += timedelta(days=1)
        return exemptions.declare(desk, why, [zone] if zone else [], since, until)
