"""Results (成绩) of an event: entered by card, number or name, ranked, confirmed, corrected."""

from collections.abc import Iterable, Iterator
from functools import partial

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import box, events, results
from deskapp.events import Event
from deskapp.readers import Found, masked_name
from deskapp.refusal import Refusal
from deskapp.results import Entered, Place, Standings
from screens.asking import AskScreen
from screens.at_event import WordedPage
from screens.choosing import ask_which
from screens.labels import flowing
from screens.longlist import Column, LongList
from screens.numbered import Act
from screens.reasons import ReasonScreen
from screens.result_forms import HIGHEST, LOWEST, CorrectingScreen, ResultScreen, RuleScreen
from screens.scanbox import ScanBox, prompted
from screens.shortlist import ShortList


class ResultsScreen(WordedPage[Place]):
    """The list, the first first; a card, number or name enters a result."""

    AUTO_FOCUS = "ScanBox"

    def __init__(self, id_: str, session: str = "") -> None:
        super().__init__(id_, session)
        self.standings: Standings | None = None
        self.chosen: list[str] = []
        """who stands before their equals, as far as that was said here"""

    def title_words(self) -> str:
        return self.of_event(self.t("event.key.results"))

    def acts(self) -> Iterable[Act]:
        t, row, list_ = self.t, self.row, self.standings
        if list_ is None:
            return
        fixed, lead = list_.confirmed_at is not None, self.desk.may(results.CONFIRMING)
        if row is not None and (lead or not fixed):
            yield 1, t("results.key.change"), t("results.help.change"), partial(self._change, row)
            if not row.withdrawn:
                withdraw = partial(self._withdraw, row)
                yield 2, t("results.key.withdraw"), t("results.help.withdraw"), withdraw
        if list_.border is not None and row is not None and row.id in list_.border.tied:
            yield 3, t("results.key.choose"), t("results.help.choose"), partial(self._choose, row)
        if not fixed:
            yield 4, t("results.key.rule"), t("results.help.rule"), self._rule
            if lead and list_.lines:
                yield 5, t("results.key.confirm"), t("results.help.confirm"), self._confirm
            yield 6, t("results.key.import"), t("results.help.import"), self._import
        elif lead and list_.fresh:
            yield 5, t("results.key.again"), t("results.help.again"), self._again

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(id="heading", classes="heading", markup=False)
        yield from prompted(ScanBox(placeholder=t("results.box"), id="box"))
        yield Static(id="about", classes="note", markup=False)
        yield LongList[Place](
            [
                Column(t("result.rank"), lambda row: str(row.rank or ""), 5),
                Column(t("results.column.who"), self._who, share=2, least=16),
                Column(t("result.score"), self._score, 9),
                Column(t("results.column.prize"), self._prize, 12),
                Column(t("results.column.note"), lambda row: row.note, share=1, least=6),
                Column(t("list.state"), self._state, 14),
            ],
            ShortList[Place]((), lambda row: row.id),
            empty=t("results.nothing"),
            id="list",
        )
        yield Static(id="words", classes="note", markup=False)

    # How a line reads

    def _who(self, row: Place) -> str:
        if row.reader is not None:
            return f"{row.reader.name} {row.reader.number}"
        members = self.t("results.members", count=row.members) if row.members else ""
        return f"{row.name} {members}".rstrip()

    def _score(self, row: Place) -> str:
        return "" if row.score is None else f"{row.score:g}"

    def _prize(self, row: Place) -> str:
        known = self.desk.profile.prizes.get(row.prize or "")
        return known.name(self.t.code) if known else row.prize or ""

    def _state(self, row: Place) -> str | Text:
        t, list_ = self.t, self.standings
        if row.withdrawn:
            return t("results.state.withdrawn")
        if row.fresh:
            return Text(t("results.state.fresh"), "bold")
        if list_ is not None and list_.border is not None and row.id in list_.border.tied:
            return Text(t("results.state.tied"), "bold")
        return t("results.state.was") if row.was is not None else ""

    def words(self, row: Place) -> str:
        t = self.t
        parts = [row.why]
        if row.was is not None:
            rank, prize, score = row.was
            known = self.desk.profile.prizes.get(prize or "")
            name = known.name(t.code) if known else prize or ""
            before = (str(rank or ""), f"{score:g}" if score is not None else "", name)
            parts.append(t("results.was", before=" ".join(filter(None, before)) or "-"))
        return "  ".join(filter(None, parts))

    # Reading

    def reread(self) -> None:
        event = self.event = self.act(events.event, self.desk, self.id_)
        list_ = self.act(results.standings, self.desk, self.id_, self.chosen)
        if event is None or list_ is None:
            return
        self.standings = list_
        self.query_one("#list", LongList).reload(ShortList(list_.lines, lambda row: row.id))
        title, *about = (f" {line}" for line in self._heading(event, list_))
        self.query_one("#heading", Static).update(Text(title))
        self.query_one("#about", Static).update(Text("\n".join(about)))
        self.show(self.row)
        self.tick()

    def _heading(self, event: Event, list_: Standings) -> Iterator[str]:
        t = self.t
        counted = sum(not each.withdrawn for each in list_.lines)
        words = [event.title, t("results.count", count=counted)]
        if list_.confirmed_at is not None:
            at = t.moment(list_.confirmed_at)
            words.append(t("results.confirmed", name=list_.by, at=at))
        yield "  ".join(words)
        if list_.corrected_at is not None:
            at, by = t.moment(list_.corrected_at), list_.corrected_by
            yield t("results.corrected", name=by, at=at, why=list_.why)
        else:
            rule = [t("results.rule", rule=""), *self._rule_words(list_)]
            yield flowing(rule, self.app.size.width - 1).strip()
        if list_.mixed:
            yield t("results.mixed")
        if list_.border is not None:
            tied, free = len(list_.border.tied), list_.border.free
            yield t("results.border", tied=tied, free=free)
        if list_.fresh:
            yield t("results.fresh", count=list_.fresh)

    def _rule_words(self, list_: Standings) -> list[str]:
        t, known = self.t, self.desk.profile.prizes
        shares = [f"{known[s.code].name(t.code)} {s.amount}" for s in list_.rule if s.code in known]
        return [t(f"wins.{LOWEST if list_.lowest else HIGHEST}"), *shares]

    # The box

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        if self.is_digit(event):
            return
        match self.act(box.understand, self.desk, event.text, event.scanned):
            case box.ReaderFound(reader) | box.Readers(readers=[reader]):
                self._enter(reader)
            case box.Readers(readers=several):
                ask_which(self, several, self._enter)
            case box.Sentence(words):
                self._enter(None, words)
            case None | box.Nothing():
                self.query_one("#list").focus()
            case _:
                self.say(self.t("refusal.PatronUnknown"), error=True)

    def _enter(self, reader: Found | None, name: str = "") -> None:
        if self.event is None or self.standings is None:
            return
        if self.standings.confirmed_at is not None:
            self.refuse(Refusal("ListConfirmed"))
            return
        form = ResultScreen(self.event, reader, name)
        about = f"{self.id_} {reader.id if reader else name}"
        self.app.push_screen(form.on(about), self._entered)

    def _entered(self, done: Entered | None) -> None:
        if done is None:
            return
        self.reread()
        lines = self.standings.lines if self.standings else ()
        ids = [row.id for row in lines]
        if done.id in ids:
            row = lines[ids.index(done.id)]
            self.query_one("#list", LongList).move(ids.index(done.id))
            self.say(self.t("results.entered", name=self._called(row)))

    def _called(self, row: Place) -> str:
        return masked_name(row.name) if row.reader else row.name

    # Digits

    def _change(self, row: Place) -> None:
        if self.event is None or self.standings is None:
            return
        if self.standings.confirmed_at is None:
            form = ResultScreen(self.event, row.reader, row.name, row)
            self.app.push_screen(form.on(row.id), self._entered)
        else:
            fixing = CorrectingScreen(self.event, row, self.chosen)
            self.app.push_screen(fixing.on(row.id), self._listed)

    def _withdraw(self, row: Place) -> None:
        t = self.t
        fixed = self.standings is not None and self.standings.confirmed_at is not None

        def withdraw(why: str) -> Standings:
            if fixed:
                return results.correct(self.desk, self.id_, why, {row.id: None}, self.chosen)
            results.withdraw(self.desk, row.id, why)
            return results.standings(self.desk, self.id_, self.chosen)

        usual = t("results.reasons").splitlines()
        heading, hint = t("results.key.withdraw"), t("helpers.reason_hint")
        screen = ReasonScreen(heading, self._called(row), hint, withdraw, usual)
        self.app.push_screen(screen.on(f"{row.id} withdraw"), self._listed)

    def _listed(self, done: Standings | None) -> None:
        if done is not None:
            self.reread()
            self.say(self.t("results.kept"))

    def _choose(self, row: Place) -> None:
        """Before their equals; the same digit again takes it back."""
        if row.id in self.chosen:
            self.chosen.remove(row.id)
        else:
            self.chosen.append(row.id)
        self.reread()
        self.say(self.t("results.chosen", name=self._called(row)))

    def _rule(self) -> None:
        if self.event is not None and self.standings is not None:
            self.app.push_screen(RuleScreen(self.event, self.standings).on(self.id_), self._listed)

    def _confirm(self) -> None:
        list_ = self.standings
        if list_ is None:
            return

        def confirm(yes: bool | None) -> None:
            if yes and self.act(results.confirm, self.desk, self.id_, self.chosen):
                self.reread()
                self.say(self.t("results.list_confirmed"))

        if list_.border is not None:  # to be decided first: nothing is asked that would be refused
            free, tied = list_.border.free, len(list_.border.tied)
            self.refuse(Refusal("TieUndecided", free=free, tied=tied))
            return
        count = sum(each.prize is not None for each in list_.lines)
        self.app.push_screen(AskScreen(self.t("results.confirm_question", count=count)), confirm)

    def _import(self) -> None:
        from screens.gathered_importing import GatheredImportingScreen

        if self.event is not None:
            self.go_to(GatheredImportingScreen(self.event, "results"))

    def _again(self) -> None:
        t = self.t

        def again(why: str) -> Standings:
            return results.correct(self.desk, self.id_, why, None, self.chosen)

        heading, hint = t("results.key.again"), t("results.again_hint")
        title = self.event.title if self.event else ""
        screen = ReasonScreen(heading, title, hint, again)
        self.app.push_screen(screen.on(f"{self.id_} again"), self._listed)
