"""An award list: who is on it and what has become of their certificates; what is next stands above,
and is done by its digit.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import awards, box, certificates, rolls, seal_forms, serials
from deskapp.awards import Candidate, Rest, Shown
from deskapp.readers import Found, masked_name
from deskapp.rolls import LIST, Roll, Step
from screens.asking import AskScreen
from screens.base import Hint
from screens.certificate import hand
from screens.choosing import ask_which
from screens.longlist import Column, LongList
from screens.numbered import Act
from screens.reasons import ReasonScreen
from screens.roll_words import basis_words, step_words
from screens.scanbox import ScanBox, prompted
from screens.shortlist import ShortList
from screens.worded import Worded

WIDE = 110


def of_list(roll: Roll) -> bool:
    """Whether nothing says who qualifies: they are typed or come from a file."""
    return bool(roll.basis["of"] == LIST)


class RollScreen(Worded[Shown]):
    """Enter shows what an award rests on; a card, number or name puts somebody on the list, and of
    who is on it hands the certificate out.
    """

    AUTO_FOCUS = "LongList"

    def __init__(self, id_: str) -> None:
        super().__init__()
        self.id_ = id_
        self.roll: Roll | None = None
        self.people = ShortList[Shown]((), lambda row: row.id)

    def title_words(self) -> str:
        return f"{self.t('roll.title')} {self.roll.name if self.roll else ''}".rstrip()

    def hints(self) -> Iterator[Hint]:
        yield Hint("Enter", self.t("roll.key.rests"), self.t("roll.help.rests"))
        yield from super().hints()

    def acts(self) -> Iterable[Act]:
        t, roll, row = self.t, self.roll, self.row
        if roll is None:
            return
        if not roll.closed:
            how, do = ("import", self._import) if of_list(roll) else ("choose", self._choose)
            yield 1, t(f"roll.key.{how}"), t(f"roll.help.{how}"), do
        if roll.counts.awards:
            yield 2, t("roll.key.issue"), t("roll.help.issue"), self._issue
        if roll.counts.issued:
            yield 3, t("roll.key.print"), t("roll.help.print"), self._print
            yield 4, t("roll.key.seal"), t("roll.help.seal"), self._ask_for_seal
        if row is not None and row.standing:
            if row.good is not None and row.good.handed is None:
                yield 5, t("roll.key.hand"), t("roll.help.hand"), partial(self._hand, row)
            if row.gift_at is None:
                yield 6, t("roll.key.gift"), t("roll.help.gift"), partial(self._gift, row)
            yield 7, t("roll.key.withdraw"), t("roll.help.withdraw"), partial(self._withdraw, row)
        if row is not None and (row.papers or row.standing):
            yield 8, t("roll.key.paper"), t("roll.help.paper"), partial(self._paper, row)
        yield 9, t("roll.key.change"), t("roll.help.change"), self._change
        word = "reopen" if roll.closed else "close"
        yield 0, t(f"roll.key.{word}"), t(f"roll.help.{word}"), self._turn

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(id="heading", classes="heading", markup=False)
        yield from prompted(ScanBox(placeholder=t("roll.box"), id="box"))
        yield Static(id="about", classes="note", markup=False)
        yield LongList[Shown](
            [
                Column(t("result.rank"), lambda row: str(row.rank or ""), 5),
                Column(t("results.column.who"), lambda row: row.who, share=2, least=12),
                Column(t("results.column.prize"), lambda row: row.prize, share=1, least=8),
                Column(t("certificate.serial"), self._number, 24),
                Column(t("roll.column.gift"), lambda row: row.gift, 12, shown_from=WIDE),
                Column(t("list.state"), self._state, 10),
            ],
            self.people,
            empty=t("roll.nobody"),
            id="list",
        )
        yield Static(id="words", classes="note", markup=False)

    def _number(self, row: Shown) -> str:
        return serials.spaced(row.good.serial) if row.good is not None else ""

    def _state(self, row: Shown) -> str | Text:
        t = self.t
        if not row.standing:
            return t("award_state.withdrawn")
        if row.good is None:
            return Text(t("award_state.revoked" if row.papers else "award_state.ready"), "bold")
        if row.good.handed is not None:
            return t("award_state.handed")
        return t("award_state.printed" if row.good.copies else "award_state.issued")

    def words(self, row: Shown) -> str:
        t, parts = self.t, [row.why]
        if row.gift_at is not None:
            parts.append(t("roll.gift_given", what=row.gift, at=t.moment(row.gift_at)))
        if row.good is not None and row.good.handed is not None:
            parts.append(t("roll.handed", at=t.moment(row.good.handed)))
        return "  ".join(filter(None, parts))

    def reread(self) -> None:
        roll = self.roll = self.act(rolls.roll, self.desk, self.id_)
        people = self.act(awards.of_roll, self.desk, self.id_)
        if roll is None or people is None:
            return
        self.people = ShortList(people, lambda row: row.id)
        self.query_one("#list", LongList).reload(self.people)
        t = self.t
        heading = f" {roll.title}  {basis_words(t, self.desk, roll)}"
        self.query_one("#heading", Static).update(Text(heading))
        counts = t("roll.counts", **roll.counts._asdict())
        if roll.asked is not None:
            counts += f"  {t('roll.asked', count=roll.asked_for, at=t.moment(roll.asked))}"
        self.query_one("#about", Static).update(Text(f" {counts}\n {self._next(roll)}", "bold"))
        self.show(self.row)
        self.tick()

    def _next(self, roll: Roll) -> str:
        """The one thing that is likely next, and its digit."""
        if roll.closed:
            return step_words(self.t, roll)
        step = roll.step.value
        if roll.step is Step.CHOOSE and of_list(roll):
            step = "list"
        return self.t(f"roll_next.{step}")

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        from screens.rests import RestsScreen

        row: Shown = event.row
        rests = self.act(awards.rests, self.desk, row.id)
        if rests is not None:
            self.go_to(RestsScreen(f"{row.who} {row.prize}".rstrip(), rests))

    # The box: somebody is put on the list by hand

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        if self.is_digit(event):
            return
        match self.act(box.understand, self.desk, event.text, event.scanned):
            case box.ReaderFound(reader) | box.Readers(readers=[reader]):
                self._add(reader)
            case box.Readers(readers=several):
                ask_which(self, several, self._add)
            case box.Sentence(words):
                self._add(None, words)
            case None | box.Nothing():
                self.query_one("#list").focus()
            case _:
                self.say(self.t("refusal.PatronUnknown"), error=True)

    def _add(self, reader: Found | None, name: str = "") -> None:
        """Put on the list; who is on it already comes for their certificate."""
        t = self.t
        theirs = awards.of_reader(self.desk, reader.id) if reader else []
        row = next((each for each in theirs if each.roll == self.id_ and each.standing), None)
        if row is not None:
            list_ = self.query_one("#list", LongList)
            list_.move(self.people.place(row) or 0)
            list_.focus()
            if row.good is not None and row.good.handed is None:
                self._hand(row)
            else:
                self.say(t("roll.on_it", who=row.who))
            return
        who = f"{masked_name(reader.name)} {reader.number}" if reader else name

        def add(prize: str) -> str:
            patron, called = (reader.id, "") if reader else (None, name)
            typed = (Rest("typed", "", self.desk.now().date().isoformat()),)
            candidate = Candidate(patron, called, prize.strip(" -"), rests=typed)
            return awards.grant_one(self.desk, self.id_, candidate)

        heading, hint = t("roll.add"), t("roll.add_hint")
        usual = [each.name(t.code) for each in self.desk.profile.prizes.values()]
        screen = ReasonScreen(
            heading, who, hint, add, usual, number=t("certificate.holder"), label=t("award.prize")
        )
        self.app.push_screen(screen.on(f"{self.id_} {who}"), self._added)

    def _added(self, done: str | None) -> None:
        if done is not None:
            self.done(self.t("roll.added", who=awards.one(self.desk, done).who))

    # Digits

    def _choose(self) -> None:
        from screens.candidates import CandidatesScreen

        if self.roll is not None:
            self.go_to(CandidatesScreen(self.roll), self.done)

    def _import(self) -> None:
        from screens.award_importing import AwardImportingScreen

        if self.roll is not None:
            self.go_to(AwardImportingScreen(self.roll))

    def _issue(self) -> None:
        from screens.issuing import IssuingScreen

        if self.roll is not None:
            self.go_to(IssuingScreen(self.roll), self.done)

    def _print(self) -> None:
        from screens.certificate_printing import PrintingScreen

        numbers = self.act(certificates.unprinted, self.desk, self.id_)
        if not numbers:
            self.say(self.t("roll.all_printed"), error=True)
        elif self.roll is not None:
            self.go_to(PrintingScreen(self.roll.name, numbers), self.done)

    def _ask_for_seal(self) -> None:
        t, roll = self.t, self.roll
        if roll is None:
            return
        usual = f"{roll.name} {t('seal_form.heading')}.pdf"

        def write(words: str) -> str:
            file = Path(words.strip() or usual).expanduser()
            asked = seal_forms.print_out(self.desk, t, roll.id, file)
            return t("roll.seal_asked", count=asked.count, file=asked.file)

        screen = ReasonScreen(
            t("roll.key.seal"), roll.title, usual, write, number=roll.name, label=t("tickets.file")
        )
        self.app.push_screen(screen.on(f"{roll.id} seal"), self.done)

    def _hand(self, row: Shown) -> None:
        if row.good is not None:
            hand(self, row.good.serial, row.who, self.done)

    def _gift(self, row: Shown) -> None:
        t = self.t

        def give(what: str) -> str:
            thing, _, to = what.partition("→")
            awards.hand_prize(self.desk, row.id, thing, to)
            return thing

        def given(done: str | None) -> None:
            if done is not None:
                self.done(t("roll.gift_done", who=row.who, what=done))

        heading, label = t("roll.key.gift"), t("award.gift")
        holder, hint = t("certificate.holder"), t("roll.gift_hint")
        screen = ReasonScreen(heading, row.who, hint, give, number=holder, label=label)
        self.app.push_screen(screen.on(f"{row.id} gift"), given)

    def _withdraw(self, row: Shown) -> None:
        t = self.t

        if row.good is not None:
            from screens.revoking import WithdrawingScreen

            self.go_to(WithdrawingScreen(row, row.good.serial), self.done)
            return

        def withdraw(why: str) -> str:
            awards.withdraw(self.desk, row.id, why)
            return t("roll.withdrawn", who=row.who)

        usual = t("roll.reasons").splitlines()
        hint = t("helpers.reason_hint")
        heading, holder = t("roll.key.withdraw"), t("certificate.holder")
        screen = ReasonScreen(heading, row.who, hint, withdraw, usual, number=holder)
        self.app.push_screen(screen.on(f"{row.id} withdraw"), self.done)

    def _paper(self, row: Shown) -> None:
        """Its certificate; before it has one, what that will look like."""
        if row.papers:
            from screens.certificate import CertificateScreen

            self.go_to(CertificateScreen((row.good or row.papers[-1]).serial))
            return
        from screens.paper import PaperScreen

        paper = self.act(certificates.preview, self.desk, self.id_, row.id)
        if paper is not None:
            self.go_to(PaperScreen(paper))

    def _change(self) -> None:
        from screens.roll_form import ChangingRollScreen

        if self.roll is not None:
            self.go_to(ChangingRollScreen(self.roll), self.done)

    def _turn(self) -> None:
        roll = self.roll
        if roll is None:
            return
        if roll.closed:
            self.act(rolls.reopen, self.desk, roll.id)
            self.reread()
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.act(rolls.close, self.desk, roll.id)
                self.reread()

        self.app.push_screen(AskScreen(self.t("roll.close_ask")), answered)
