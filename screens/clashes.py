"""Clashes (记录冲突): the list of those that wait, and one: both facts, what each choice does."""

from collections.abc import Iterable
from functools import partial

from rich.table import Column as Cell
from rich.table import Table
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from deskapp import clashes
from deskapp.clashes import BOTH, Clash, ClashList, Line, Settled
from deskapp.crowds import CROWD
from deskapp.desk import Desk
from deskapp.language import Language
from deskapp.refusal import Refusal
from screens.base import Hint
from screens.choice import Choice, Field, Option, labelled
from screens.clash_words import called, kind_words, outcome_lines, side_words, where_words
from screens.form import FormScreen
from screens.longlist import Column, LongList
from screens.wording import record_words


def columns(t: Language, desk: Desk) -> list[Column[Line]]:
    """The columns of a list of clashes."""

    def words(row: Line) -> str:
        if row.subject == CROWD:
            return t("odds.crowded", heads=row.heads, places=row.places)
        first, second = (
            f"{who} {kind_words(t, kind)}".strip()
            for who, kind in zip(row.who, row.kinds, strict=True)
        )
        return f"{first} / {second}"

    return [
        Column(t("clash.of"), lambda row: called(t, desk, row.subject, row.name), share=3, least=9),
        Column(t("clash.what"), words, share=4, least=20),
        Column(t("clash.at"), lambda row: t.moment(row.at), 18),
    ]


def clash_list(t: Language, desk: Desk) -> LongList[Line]:
    """All that wait."""
    return LongList(columns(t, desk), ClashList(desk), empty=t("clash.nothing"), id="clashes")


class ClashScreen(FormScreen[Settled]):
    """A digit says which stands, Enter settles. Why may be written, and need not be."""

    AUTO_FOCUS = "Choice"

    def __init__(self, clash: Clash) -> None:
        super().__init__()
        self.clash = clash
        self.about = " ".join(clash.pair)

    def title_words(self) -> str:
        return self.t("clash.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        if self.clash.may:
            yield Hint("1-3", t("key.choose"), t("clash.help.digits"))
            yield Hint("Enter", t("clash.settle"), t("clash.help.enter"))
            yield Hint("Tab", t("key.next"), t("clash.help.tab"))

    def body(self) -> ComposeResult:
        t = self.t
        with VerticalScroll(classes="half"):
            yield Static(id="what", markup=False)
            yield Static(id="sides", markup=False)
            yield Static(id="heading", classes="heading", markup=False)
            yield Static(id="outcomes", markup=False)
        if self.clash.may:
            yield Choice(t("clash.keep"), self._options(), id="keep")
            yield Field(t("reason.reason"), hint=t("reason.optional"), id="reason")
        else:
            yield Static(f" {t('clash.others')}", classes="note", markup=False)

    def _options(self) -> list[Option]:
        t, (first, second) = self.t, self.clash.pair
        return [
            Option(first, t("clash.first_stands"), near=True),
            Option(second, t("clash.second_stands"), near=True),
            Option(BOTH, t("clash.both"), near=True),
        ]

    def reread(self) -> None:
        clash = self.act(clashes.clash, self.desk, self.clash.pair)
        if clash is None:
            return
        t, self.clash = self.t, clash
        what = called(t, self.desk, clash.subject, clash.name)
        known = clash.record and labelled(what, record_words(t, clash.record))
        self.query_one("#what", Static).update(known or Text(f" {what}"))
        self.query_one("#sides", Static).update(self._sides())
        self.query_one("#heading", Static).update(Text(f" {t('clash.outcomes')}"))
        self.query_one("#outcomes", Static).update(self._outcomes())

    def _sides(self) -> Table:
        table = Table.grid(Cell(no_wrap=True), Cell(overflow="fold"), padding=(0, 1), pad_edge=True)
        for digit, side in enumerate(self.clash.sides, 1):
            table.add_row(
                Text(str(digit), "bold"), Text(side_words(self.t, self.desk, self.clash, side))
            )
            table.add_row("", where_words(self.t, self.desk, side))
        return table

    def _outcomes(self) -> Table:
        """A column for each choice: what is not the same in all of them."""
        t = self.t
        told = [dict(outcome_lines(t, self.desk, each)) for each in self.clash.outcomes]
        labels = dict.fromkeys(label for each in told for label in each)
        table = Table.grid(
            Cell(no_wrap=True), *(Cell(overflow="fold", ratio=1) for _ in told),
            padding=(0, 1), pad_edge=True, expand=True,
        )  # fmt: skip
        heads = (f"{n} {each.label}" for n, each in enumerate(self._options(), 1))
        table.add_row("", *(Text(head, "bold") for head in heads))
        for label in labels:
            words = [each.get(label, "") for each in told]
            if len(set(words)) > 1:
                table.add_row(Text(label), *(Text(each or t("course.nothing")) for each in words))
        if table.row_count == 1:
            table.add_row("", Text(t("clash.no_difference")))
        return table

    def on_mount(self) -> None:
        super().on_mount()
        if not self.clash.may:
            self.query_one(VerticalScroll).focus()

    def on_key(self, event: events.Key) -> None:
        if self.clash.may:
            super().on_key(event)

    def action_go_on(self) -> None:
        if not self.clash.may:
            return
        keep = self.chosen("keep")
        if keep is None:
            self.refuse(Refusal("ChoiceMissing"))
            self.query_one("#keep", Choice).focus()
            return
        reason = self.query_one("#reason", Field)
        if not self.short_form(reason, self.query_one("#keep", Choice)):
            settle = partial(clashes.settle, self.desk, self.clash.pair, keep)
            self.leave_with(self.act(settle, self.written("reason")))
