"""Things lent at the desk (便民物品): a card, then a digit lends; a card, then Enter takes back."""

from collections.abc import Iterable
from functools import partial

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import box, lent_things
from deskapp.desk import Refusal, Role
from deskapp.lent_things import Lent, Loan
from deskapp.readers import Found
from screens.asking import AskScreen
from screens.base import DeskScreen, Hint
from screens.choosing import ask_which
from screens.labels import flowing
from screens.longlist import Column, LongList
from screens.matters import deadline_words, reader_words
from screens.scanbox import ScanBox, meant_for, prompted
from screens.shortlist import ShortList
from screens.wording import due_words


class LentScreen(DeskScreen[None]):
    """The box takes a card, a number or a name, then the digit of a thing."""

    BINDINGS = [Binding("delete", "give_up", show=False)]
    AUTO_FOCUS = "ScanBox"

    def __init__(self) -> None:
        super().__init__()
        self.reader: Found | None = None
        self.name_typed = ""
        """of a borrower who is no reader"""

    def title_words(self) -> str:
        return self.t("lent_things.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("1-9 Enter", t("lent_things.lend"), t("lent_things.help.digits"))
        yield Hint("Enter", t("lent_things.give_back"), t("lent_things.help.enter"))
        if self.desk.may(Role.SHIFT_LEAD):
            yield Hint("Del", t("lent_things.give_up"), t("lent_things.help.give_up"))

    def body(self) -> ComposeResult:
        t = self.t
        yield from prompted(ScanBox(placeholder=t("lent_things.box"), id="box"))
        yield Static(id="borrower", classes="line", markup=False)
        yield Static(id="stock", classes="note", markup=False)
        yield Static(id="heading", classes="heading", markup=False)
        yield LongList(
            [
                Column(t("lent_things.thing"), self._thing, share=2, least=10),
                Column(t("lent_things.who"), lambda row: row.who, share=3, least=16),
                Column(t("lent_things.lent"), lambda row: t.moment(row.lent), 18),
                Column(t("lent_things.due"), self._due, 12),
            ],
            ShortList[Loan]((), lambda row: row.id),
            empty=t("lent_things.nothing"),
            id="list",
        )

    def _thing(self, row: Loan) -> str:
        return f"{self._called(row.thing)} {row.item}".strip()

    def _due(self, row: Loan) -> str | Text:
        words = due_words(self.t, self.desk, row.due)
        return Text(words, "bold") if row.overdue else words

    def _called(self, thing: str) -> str:
        known = self.desk.profile.lent
        return known[thing].name(self.t.code) if thing in known else thing

    def reread(self) -> None:
        t = self.t
        stock = lent_things.stock(self.desk)
        words = (
            t("lent_things.stock", digit=n, thing=self._called(each.thing), left=each.left)
            for n, each in enumerate(stock, 1)
        )
        self.query_one("#stock", Static).update(Text(flowing(words, self.app.size.width)))
        borrower = ""
        if self.reader is not None:
            borrower = reader_words(t, self.desk, self.reader)
        elif self.name_typed:
            borrower = t("lent_things.no_reader", name=self.name_typed)
        said = t("lent_things.borrower", who=borrower) if borrower else ""
        self.query_one("#borrower", Static).update(Text(f" {said}"))
        id_ = self.reader.id if self.reader else None
        loans = self.act(lent_things.loans, self.desk, id_) or []
        late = sum(loan.overdue for loan in loans)
        key = t("lent_things.theirs" if id_ else "lent_things.out", count=len(loans), late=late)
        self.query_one("#heading", Static).update(Text(f" {key}"))
        self.query_one("#list", LongList).reload(ShortList(loans, lambda row: row.id))

    # The box

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        understood = self.act(box.understand, self.desk, event.text, event.scanned)
        match understood:
            case box.ReaderFound(reader):
                self._receive(reader)
            case box.Readers(readers):
                ask_which(self, readers, self._receive)
            case box.Digit(digit):
                self._lend(digit)
            case box.Nothing():
                self._take_back()
            case box.Sentence(words):
                self._receive(None, words)
            case (
                box.UnknownCard() | box.RequestNumber() | box.Requests() | box.Isbn() | box.Again()
            ):
                self._receive(None)
                self.say(self.t("box.unknown_card"), error=True)

    def _receive(self, reader: Found | None, name: str = "") -> None:
        self.reader, self.name_typed = reader, name
        self.reread()
        if reader is not None:
            count = self.query_one("#list", LongList).count
            self.say(self.t("lent_things.has", count=count))

    def _lend(self, digit: int) -> None:
        stock = lent_things.stock(self.desk)
        if not 0 < digit <= len(stock):
            self.say(self.t("lent_things.no_such", digit=digit), error=True)
            return
        reader = self.reader.id if self.reader else None
        lend = partial(
            lent_things.lend,
            self.desk,
            stock[digit - 1].thing,
            reader=reader,
            name=self.name_typed,
        )
        try:
            self._lent(lend())
        except Refusal as refusal:
            if refusal.code != "HasOneAlready":
                self.refuse(refusal)
                return

            def answered(yes: bool | None) -> None:
                lent = self.act(lend, again=True) if yes else None
                if lent is not None:
                    self._lent(lent)

            question = self.t("refusal.HasOneAlready", **refusal.facts)
            self.app.push_screen(AskScreen(question, self.t("lent_things.again")), answered)

    def _lent(self, lent: Lent) -> None:
        self.reread()
        due = deadline_words(self.t, self.desk, lent.due)
        self.say(self.t("lent_things.done", thing=self._called(lent.thing), due=due))

    def _take_back(self) -> None:
        """What the reader has, if that is one thing; of several, the list tells which."""
        list_ = self.query_one("#list", LongList)
        if self.reader is None:
            list_.focus()
        elif list_.count == 1 and list_.row is not None:
            self._give_back(list_.row)
        elif list_.count:
            list_.focus()
            self.say(self.t("lent_things.which"))

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        self._give_back(event.row)
        if self.reader is not None:
            self.query_one("#box").focus()

    def _give_back(self, loan: Loan) -> None:
        back = self.act(lent_things.give_back, self.desk, loan.id)
        if back is None:
            return
        self.reread()
        facts = {"thing": self._called(back.thing)}
        self.say(self.t("lent_things.late" if back.late else "lent_things.back", **facts))

    def action_give_up(self) -> None:
        list_ = self.query_one("#list", LongList)
        loan: Loan | None = list_.row
        if loan is None or self.focused is not list_ or not self.desk.may(Role.SHIFT_LEAD):
            return
        id_ = loan.id

        def answered(yes: bool | None) -> None:
            given = self.act(lent_things.give_up, self.desk, id_) if yes else None
            if given is not None:
                self.reread()
                self.say(self.t("lent_things.given_up", thing=self._called(given.thing)))

        question = self.t(
            "lent_things.give_up_question", thing=self._called(loan.thing), who=loan.who
        )
        self.app.push_screen(AskScreen(question), answered)

    def on_key(self, event: events.Key) -> None:
        """Whatever is typed on the list means the box."""
        meant_for(self, "#box", "#list", event)

    def action_back(self) -> None:
        if self.reader is not None or self.name_typed:
            self._receive(None)
            self.query_one("#box").focus()
        else:
            self.dismiss()
