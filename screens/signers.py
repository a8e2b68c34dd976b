"""Keys that certificates are signed with: made on this machine, retired, declared lost."""

from collections.abc import Iterable
from functools import partial

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import cells, signers
from deskapp.refusal import Refusal
from deskapp.signers import GOOD, LOST, Made, Signer
from screens.asking import AskScreen
from screens.base import Hint
from screens.choice import Choice, Field, Option
from screens.form import FormLine, FormScreen
from screens.longlist import Column, LongList
from screens.numbered import Act, NumberedScreen
from screens.reasons import ReasonScreen
from screens.shortlist import ShortList

PHRASE, RING = "phrase", "ring"


class SignersScreen(NumberedScreen[None]):
    """All keys of the library; this machine's is marked."""

    BINDINGS = [Binding(str(n), f"digit({n})", show=False) for n in range(1, 4)]
    AUTO_FOCUS = "LongList"

    def title_words(self) -> str:
        return self.t("rolls.key.signers")

    def acts(self) -> Iterable[Act]:
        t, row = self.t, self.row
        if not self.desk.may(signers.KEEPING):
            return
        yield 1, t("signers.key.make"), t("signers.help.make"), self._make
        if row is not None and row.state == GOOD:
            yield 2, t("signers.key.retire"), t("signers.help.retire"), partial(self._retire, row)
        if row is not None:
            yield 3, t("signers.key.lose"), t("signers.help.lose"), partial(self._lose, row)

    @property
    def row(self) -> Signer | None:
        row: Signer | None = self.query_one("#list", LongList).row
        return row

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(f" {t('signers.about')}", classes="note", markup=False)
        yield LongList[Signer](
            [
                Column(t("signers.column.kid"), lambda row: row.kid, 17),
                Column(t("signers.column.made"), lambda row: row.made.date().isoformat(), 11),
                Column(t("signers.column.desk"), self._where, 14),
                Column(t("list.state"), self._state, share=1, least=12),
            ],
            ShortList[Signer]((), lambda row: row.kid),
            empty=t("signers.none" if self.desk.may(signers.KEEPING) else "signers.none_yet"),
            id="list",
        )

    def _where(self, row: Signer) -> str:
        return self.t("signers.here") if row.here else row.desk

    def _state(self, row: Signer) -> str | Text:
        words = self.t(f"signer_state.{row.state}")
        if row.state == LOST:
            return Text(f"{words} {row.lost_since}", "bold")
        return words

    def reread(self) -> None:
        known = self.act(signers.listed, self.desk) or []
        self.query_one("#list", LongList).reload(ShortList(known, lambda row: row.kid))
        self.show_keys()

    def on_long_list_moved(self, event: LongList.Moved) -> None:
        if self.ready:
            self.show_keys()

    def _make(self) -> None:
        def made(done: Made | None) -> None:
            if done is not None:
                self.reread()
                self.say(self.t("signers.made", key=done.kid, file=done.file.name))

        self.go_to(NewSignerScreen(), made)

    def _retire(self, row: Signer) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                self.act(signers.retire, self.desk, row.kid)
                self.reread()

        self.app.push_screen(AskScreen(self.t("signers.retire_ask")), answered)

    def _lose(self, row: Signer) -> None:
        t = self.t

        def lose(text: str) -> str:
            day = cells.day(text, t("signers.since"))
            if day is None:
                raise Refusal("ValueMissing", column=t("signers.since"))
            signers.lose(self.desk, row.kid, day)
            return t("signers.lost", day=day)

        def lost(sentence: str | None) -> None:
            if sentence is not None:
                self.reread()
                self.say(sentence)

        heading, hint = t("signers.key.lose"), t("signers.since_hint")
        form = ReasonScreen(heading, row.kid, hint, lose, label=t("signers.since"))
        self.app.push_screen(form.on(f"{row.kid} lose"), lost)


class NewSignerScreen(FormScreen[Made]):
    """A passphrase, twice; gives the key."""

    BINDINGS = [Binding("ctrl+s", "go_on", priority=True, show=False)]

    def title_words(self) -> str:
        return self.t("signers.key.make")

    def hints(self) -> Iterable[Hint]:
        yield Hint("Enter", self.t("key.enter"), self.t("signers.help.make"))

    def body(self) -> ComposeResult:
        t = self.t
        ways = [Option(each, t(f"signers_keep.{each}")) for each in (PHRASE, RING)]
        yield Choice(t("signers.keep"), ways, PHRASE, id="keep")
        hint = t("signers.new_hint", least=signers.SHORTEST)
        yield Field(t("signers.passphrase"), hint=hint, secret=True, id="first")
        yield Field(t("signers.again"), secret=True, id="second")
        yield Static(f" {t('signers.make_note')}", classes="note", markup=False)
        yield Static(classes="half")

    def entered(self, line: FormLine) -> None:
        if line.id == "second":
            self.action_go_on()
        else:
            self.focus_next()

    def action_go_on(self) -> None:
        first, second = (self.query_one(f"#{each}", Field) for each in ("first", "second"))
        if first.value != second.value:
            second.value = ""
            second.line.focus()
            self.refuse(Refusal("PassphrasesDiffer"))
            return
        phrase, ring = first.value, self.chosen("keep") == RING
        self.say(self.t("signin.checking"))
        self.act_slowly(lambda: signers.make(self.desk, phrase, ring=ring), self.leave_with)
