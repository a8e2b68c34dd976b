"""Lost and found (失物招领): the register, and logging a thing."""

from collections.abc import Iterable

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Input, Static

from deskapp import found_things
from deskapp.desk import Refusal
from deskapp.found_things import KEPT, LISTS, LogIt, Thing
from deskapp.readers import Found
from screens.base import DeskScreen, Hint
from screens.burst import clean
from screens.choice import Field, Sentence
from screens.form import FormLine, FormScreen
from screens.found_thing import ThingScreen
from screens.keys import TypedNumber
from screens.longlist import Column, LongList
from screens.matters import reader_words
from screens.scanbox import ScanBox, meant_for, prompted, write_in
from screens.shortlist import ShortList


def _things(rows: Iterable[Thing]) -> ShortList[Thing]:
    return ShortList(list(rows), lambda row: row.id)


class FoundScreen(DeskScreen[None]):
    """What is kept; typing or a card searches, a digit logs or switches the list."""

    BINDINGS = [
        Binding("1", "log_it", show=False),
        Binding("2", "turn", show=False),
        Binding("tab", "turn", show=False, priority=True),
    ]
    AUTO_FOCUS = "LongList"
    numbers = True

    def __init__(self) -> None:
        super().__init__()
        self.which, self.words, self.scanned = LISTS[0], "", False

    def title_words(self) -> str:
        return self.t("found_things.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("1", t("found_things.log"), t("found_things.help.log"))
        yield Hint("2", t("key.lists"), t("found_things.help.lists"))
        yield Hint("A-Z", t("key.search"), t("found_things.help.search"))
        yield Hint("Enter", t("key.open"), t("found_things.help.enter"))

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(id="heading", classes="heading", markup=False)
        yield from prompted(Sentence(self.words, placeholder=t("found_things.search"), id="search"))
        yield LongList(
            [
                Column(t("list.number"), lambda row: row.number, 8),
                Column(t("found_things.what"), lambda row: row.what, share=3, least=12),
                Column(t("found_things.place"), lambda row: row.place, share=2),
                Column(t("found_things.found"), lambda row: t.day(row.found.date()), 11),
                Column(t("found_things.kept"), lambda row: row.kept, share=2),
                Column(t("list.state"), self._state, 8),
            ],
            _things(()),
            empty=t("found_things.nothing"),
            id="list",
        )

    def _state(self, row: Thing) -> str | Text:
        if row.overdue:
            return Text(self.t("found_things.due"), "bold")
        if row.status == KEPT and row.told is not None:
            return self.t("found_things.told")
        return self.t(f"thing.{row.status}")

    def reread(self) -> None:
        t, desk = self.t, self.desk
        rows = self.act(found_things.things, desk, self.which, self.words, self.scanned) or []
        self.query_one("#list", LongList).reload(_things(rows))
        if self.words:
            said = t("found_things.searched", words=self.words, count=len(rows))
        else:
            due = found_things.count_due(desk)
            names = {"kept": t("thing.kept"), "due": f"{t('found_things.due')} {due}"}
            parts = (f"[{names[each]}]" if each == self.which else names[each] for each in LISTS)
            said = "  ".join(parts)
        self.query_one("#heading", Static).update(Text(f" {said}"))

    def action_turn(self) -> None:
        self._look_for("")
        self.which = LISTS[1 - LISTS.index(self.which)]
        self.reread()
        self.query_one("#list").focus()

    def _look_for(self, words: str, scanned: bool = False) -> None:
        self.words, self.scanned = words, scanned
        search = self.query_one("#search", ScanBox)
        if clean(search.value) != words:
            with search.prevent(Input.Changed):
                search.value = words
        self.reread()

    def on_input_changed(self, event: Input.Changed) -> None:
        if self.ready and clean(event.value) != self.words:
            self._look_for(clean(event.value))

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        if event.scanned:
            self._look_for(event.text, scanned=True)
        self.query_one("#list").focus()

    def on_key(self, event: events.Key) -> None:
        """Whatever is typed on the list is looked for."""
        meant_for(self, "#search", "#list", event, "12")

    def on_typed_number(self, event: TypedNumber) -> None:
        write_in(self, "#search", event.text)

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        self.go_to(ThingScreen(event.row.id))

    def action_log_it(self) -> None:
        self.go_to(LoggingScreen(), self._logged)

    def _logged(self, id: str | None) -> None:
        """The list shows what has just come into it."""
        if id is None:
            return
        self.which = LISTS[0]
        self._look_for("")
        rows = self.act(found_things.things, self.desk, self.which) or []
        new = next((place for place, row in enumerate(rows) if row.id == id), 0)
        self.query_one("#list", LongList).move(new)

    def action_back(self) -> None:
        if self.words:
            self._look_for("")
            self.query_one("#list").focus()
        else:
            self.dismiss()


class LoggingScreen(FormScreen[str]):
    """What was found, where, by whom, kept where; a found card says whose it is."""

    BINDINGS = [Binding("ctrl+s", "go_on", priority=True, show=False)]
    FIELDS = ("what", "place", "finder", "kept")

    def __init__(self) -> None:
        super().__init__()
        self.owner: Found | None = None

    def title_words(self) -> str:
        return self.t("found_things.log_title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        last = self.focused is not None and self.focused.id == f"{self.FIELDS[-1]}-line"
        yield Hint("Enter", t("key.save" if last else "key.next"), t("found_things.help.next"))
        yield Hint("Ctrl+S", "" if last else t("key.save"), t("found_things.help.save"))

    def body(self) -> ComposeResult:
        t = self.t
        yield Field(t("found_things.what"), hint=t("found_things.what_hint"), id="what")
        yield Field(t("found_things.place"), id="place")
        yield Field(t("found_things.finder"), hint=t("found_things.finder_hint"), id="finder")
        yield Field(t("found_things.kept"), hint=t("found_things.kept_hint"), id="kept")
        yield Static(id="owner", classes="note", markup=False)
        yield Static(classes="half")

    def reread(self) -> None:
        words = self.t("found_things.scan_hint")
        if self.owner is not None:
            owner = reader_words(self.t, self.desk, self.owner)
            words = self.t("found_things.owner_is", reader=owner)
        self.query_one("#owner", Static).update(Text(f" {words}"))

    def scanned(self, field: Field, code: str) -> None:
        """The found card itself: its owner, and what it is if nothing is written yet."""
        self.owner = self.act(found_things.owner_of, self.desk, code, True)
        what = self.query_one("#what", Field)
        if self.owner is None:
            self.say(self.t("found_things.unknown_card"), error=True)
        elif not what.value.strip():
            what.value = self.t("found_things.campus_card")
        self.reread()

    def entered(self, line: FormLine) -> None:
        """On to the next line; from the last one, save."""
        place = self.FIELDS.index(line.id or "") + 1
        if place < len(self.FIELDS):
            self.query_one(f"#{self.FIELDS[place]}-line").focus()
        else:
            self.action_go_on()

    def action_go_on(self) -> None:
        what, place, finder, kept = map(self.written, self.FIELDS)
        if not what:
            self.refuse(Refusal("ThingUnnamed"))
            self.query_one("#what", Field).line.focus()
            return
        owner = self.owner.id if self.owner else None
        done = self.act(found_things.log, self.desk, LogIt(what, place, finder, kept, owner))
        if done is None:
            return
        if done.owner is not None:  # the message for them stands there
            self.front.hand_on(self.t("found_things.logged_owner", number=done.number))
            self.app.switch_screen(ThingScreen(done.id))
        else:
            self.leave(self.t("found_things.logged", number=done.number), done.id)
