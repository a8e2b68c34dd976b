"""A reader's page: what is masked stays masked; what is open, and what was lately asked."""

from collections.abc import Iterable, Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from deskapp import (
    awards,
    bans,
    draws,
    found_things,
    helpers,
    lent_things,
    reader_page,
    rolls,
    rooms,
    signup_lists,
    staff,
)
from deskapp.awards import Shown
from deskapp.helpers import Duty, State
from deskapp.reader_page import Page
from deskapp.request_lists import Line
from screens.base import DeskScreen, Hint
from screens.keys import TypedNumber
from screens.labels import grid
from screens.longlist import Column, LongList
from screens.matters import reader_words, state_columns
from screens.room_words import to_come
from screens.shortlist import ShortList
from screens.wording import due_words, number_words, question_words

LISTS = ("open", "contacts")
ROOMS = 3
"""bookings that are shown: what repeats goes on and on"""
COMING = (State.TO_COME, State.LATE_NOW, State.THERE)


class ReaderScreen(DeskScreen[None]):
    """One reader by id. To open it is on record; to read it again is not another look."""

    BINDINGS = [
        Binding("tab", "app.focus_next", show=False),
        Binding("ctrl+f", "telephone", show=False, id="copy"),
        Binding("1", "quarter", show=False),
        Binding("2", "certificates", show=False),
    ]
    AUTO_FOCUS = "LongList"
    numbers = True

    def __init__(self, id_: str) -> None:
        super().__init__()
        self.reader = id_
        self.page: Page | None = None

    def title_words(self) -> str:
        return self.t("reader.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Enter", t("key.open"), t("reader.help.enter"))
        if self.check_action("log", ()):
            yield Hint(t.keys["log"], t("key.log"), t("reader.help.log"))
        yield Hint("1", t("quarter.key"), t("quarter.help.key"))
        if self.page is not None and awards.of_reader(self.desk, self.reader):
            yield Hint("2", t("reader.certificates"), t("reader.help.certificates"))
        yield Hint("Tab", t("key.lists"), t("reader.help.tab"))
        yield Hint(t.keys["copy"], t("reader.telephone"), t("reader.help.telephone"))

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(id="about", markup=False)
        with Vertical(classes="half"):
            yield Static(id="open-heading", classes="heading", markup=False)
            yield self._list("open", t("reader.nothing_open"))
            yield Static(id="contacts-heading", classes="heading", markup=False)
            yield self._list("contacts", t("reader.no_contacts"))

    def _list(self, which: str, empty: str) -> LongList[Line]:
        t, names = self.t, staff.names(self.desk)

        def when(line: Line) -> str:
            if which == "open":
                return due_words(t, self.desk, self.desk.local(line.due_at))
            return t.day(self.desk.local(line.received_at).date())

        return LongList(
            [
                Column(t("list.number"), lambda line: number_words(self.desk, line), 8),
                Column(t("list.question"), lambda line: question_words(t, line), share=4),
                Column(t("list.responsible"), lambda line: names.get(line.responsible, ""), 8),
                Column(t("list.due") if which == "open" else t("list.received"), when, 11),
                *state_columns(t, self.desk, names),
            ],
            _lines(()),
            empty=empty,
            id=which,
        )

    def reread(self) -> None:
        read = reader_page.again if self.page else reader_page.open_page
        page = self.act(read, self.desk, self.reader)
        about, t = self.query_one("#about", Static), self.t
        if page is None:  # erased meanwhile, or the store has gone: nothing of them stays
            about.update("")
            for which in LISTS:
                self.query_one(f"#{which}", LongList).reload(_lines(()))
            return
        self.page = page
        about.update(grid(self._about(page)))
        headings = (t("reader.open", count=len(page.open)), t("reader.contacts"))
        for which, lines, heading in zip(LISTS, (page.open, page.contacts), headings, strict=True):
            self.query_one(f"#{which}", LongList).reload(_lines(lines))
            self.query_one(f"#{which}-heading", Static).update(Text(f" {heading}"))

    def _about(self, page: Page) -> Iterable[tuple[str, str]]:
        t = self.t
        yield (t("log.reader"), reader_words(t, self.desk, page.reader))
        parts = (page.telephone, page.valid_until and t("reader.valid", until=page.valid_until))
        if any(parts):
            yield (t("reader.telephone"), "   ".join(filter(None, parts)))
        cards = []
        for card in page.cards:
            words = card.value
            if card.lost is not None:
                words = t("reader.lost", card=words, day=t.day(card.lost.date()))
            elif card.until is not None:
                words = t("reader.ended", card=words, day=t.day(card.until.date()))
            cards.append(words)
        yield (t("reader.cards"), "  ".join(cards))
        yield t("reader.has"), "  ".join(self._has())
        if duties := helpers.of_reader(self.desk, self.reader):
            yield t("reader.helps"), "  ".join(self._helps(duties))
        if honours := awards.of_reader(self.desk, self.reader):
            yield t("reader.honours"), "  ".join(self._honours(honours))
        if page.looks:
            looks = (
                f"{look.name} {t(f'look.{look.what}')} {t.moment(look.at)}"
                for look in page.looks[:2]
            )
            yield (t("reader.looks"), "  ".join(looks))

    def _has(self) -> Iterable[str]:
        """What they were lent, what of theirs was found, their rooms, bans, what they drew."""
        t, known = self.t, self.desk.profile.lent
        for loan in lent_things.loans(self.desk, self.reader):
            name = known[loan.thing].name(t.code) if loan.thing in known else loan.thing
            yield f"{name} {loan.item}".strip() + " " + due_words(t, self.desk, loan.due)
        for held in rooms.of_reader(self.desk, self.reader)[:ROOMS]:
            yield to_come(t, self.desk, held)
        for thing in found_things.of_reader(self.desk, self.reader):
            yield t("reader.found", number=thing.number, what=thing.what)
        for ban in bans.of_reader(self.desk, self.reader):
            if ban.running:
                yield t("reader.barred", until=t.moment(ban.until))
        for theirs in signup_lists.of_reader(self.desk, self.reader)[:ROOMS]:
            state = t(f"signup_state.{theirs.status}")
            yield f"{theirs.title} {t.moment(theirs.begin)} {state}"
        for drawing, mine in draws.of_reader(self.desk, self.reader):
            state = t(f"draw_state.{mine.state}")
            yield " ".join(filter(None, (drawing.name, mine.place, state)))

    def _helps(self, duties: Sequence[Duty]) -> Iterable[str]:
        """Their hours as a volunteer so far, and their next shifts."""
        t, left = self.t, [each for each in duties[::-1] if each.state in COMING]
        yield t("helpers.total", hours=helpers.clock(sum(each.minutes for each in duties)))
        for each in left[:ROOMS]:
            yield f"{each.title} {t.moment(each.shift.begin)} {each.shift.role}".rstrip()

    def _honours(self, honours: Sequence[Shown]) -> Iterable[str]:
        """What they were awarded, and whether a certificate of theirs still lies here."""
        t = self.t
        for each in honours[:ROOMS]:
            if each.standing:
                title = rolls.roll(self.desk, each.roll).title
                yield f"{title} {each.prize}".rstrip() + (
                    f" {t('reader.waits')}" if each.good and each.good.handed is None else ""
                )

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        from screens.record import RecordScreen

        self.go_to(RecordScreen(event.row.subject))

    def action_telephone(self) -> None:
        """The whole number in the message line and the terminal's clipboard; on record too."""
        number = self.act(reader_page.telephone, self.desk, self.reader)
        if number is not None:
            self.app.copy_to_clipboard(number)
            self.say(self.t("reader.telephone_is", number=number))

    def on_typed_number(self, event: TypedNumber) -> None:
        """Another reader's, perhaps: nobody's page is opened from here by it."""
        self.say(self.t("box.no_box"), error=True)

    def action_quarter(self) -> None:
        """Their time in the library; on record as a look of its own."""
        from screens.quarter import QuarterScreen

        if self.page is not None:
            self.go_to(QuarterScreen(self.page.reader))

    def action_certificates(self) -> None:
        from screens.certificates import CertificatesScreen

        if self.page is not None:
            self.go_to(CertificatesScreen(self.page.reader))

    def action_log(self) -> None:
        from screens.log import LogScreen

        self.go_to(LogScreen(patron=self.reader))


def _lines(lines: Sequence[Line]) -> ShortList[Line]:
    return ShortList(lines, lambda line: line.subject)
