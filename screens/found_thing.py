"""One found thing: whose it is, the message for them, and what may be done with it."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import erasures, found_things
from deskapp.found_things import KEPT, Ended, Thing
from deskapp.readers import masked_name
from screens.asking import AskScreen
from screens.base import Hint
from screens.bindings import COPY
from screens.choice import LABEL, Field, labelled
from screens.erasing import ask_to_erase
from screens.labels import folded, grid
from screens.matters import reader_words
from screens.numbered import Act, NumberedScreen
from screens.reasons import ReasonScreen


class ThingScreen(NumberedScreen[None]):
    """One thing; a bare digit acts."""

    BINDINGS = [
        *(Binding(str(n), f"digit({n})", show=False) for n in range(1, 7)),
        COPY,
    ]

    def __init__(self, id_: str) -> None:
        super().__init__()
        self.id_ = id_
        self.thing: Thing | None = None

    def title_words(self) -> str:
        number = self.thing.number if self.thing else ""
        return f"{self.t('found_things.title')} {number}"

    def hints(self) -> Iterator[Hint]:
        t = self.t
        yield from super().hints()
        if self.thing is not None and self.thing.status == KEPT:
            yield Hint(t.keys["copy"], t("key.copy"), t("found_things.help.copy"))

    def acts(self) -> Iterable[Act]:
        t, desk, thing = self.t, self.desk, self.thing
        if thing is None:
            return
        if desk.may(found_things.GIVING):
            if thing.status == KEPT:
                yield 1, t("found_things.collect"), t("found_things.help.collect"), self._collect
                yield 3, t("found_things.pass_on"), t("found_things.help.pass_on"), self._pass_on
                if thing.overdue:
                    dispose = t("found_things.dispose")
                    yield 4, dispose, t("found_things.help.dispose"), self._dispose
            else:
                yield 5, t("found_things.put_back"), t("found_things.help.put_back"), self._put_back
        if desk.may(erasures.ERASING) and thing.own_words:
            yield 6, t("found_things.erase"), t("found_things.help.erase"), self._erase
        if thing.status == KEPT and thing.owner is not None and thing.told is None:
            yield 2, t("found_things.tell"), t("found_things.help.tell"), self._tell

    def body(self) -> ComposeResult:
        yield Static(id="thing", markup=False)
        yield Static(classes="gap")
        yield Static(id="note", classes="half", markup=False)

    def reread(self) -> None:
        thing = self.act(found_things.thing, self.desk, self.id_)
        if thing is None:
            return
        self.thing, t = thing, self.t
        self.query_one("#thing", Static).update(grid(self._lines(thing)))
        note = self._message(thing) if thing.status == KEPT else ""
        if t.code.startswith("zh"):
            note = "\n".join(folded(note, self.app.size.width - LABEL - 3))
        self.query_one("#note", Static).update(grid([(t("found_things.message"), note)]))
        self.tick()
        self.show_keys()

    def _lines(self, thing: Thing) -> Iterable[tuple[str, str]]:
        t = self.t
        yield t("found_things.what"), thing.what
        yield t("found_things.place"), f"{thing.place}  {t.moment(thing.found)}".strip()
        yield t("found_things.finder"), thing.finder
        yield t("found_things.kept"), thing.kept
        yield (
            t("found_things.owner"),
            reader_words(t, self.desk, thing.owner) if thing.owner else "",
        )
        state = t(f"thing.{thing.status}")
        if thing.status == KEPT:
            state += "  " + t("found_things.until", day=thing.until)
            if thing.told is not None:
                state += "  " + t("found_things.told_at", at=t.moment(thing.told))
        elif thing.ended is not None:
            state += f"  {t.moment(thing.ended)}  {thing.ended_by}"
        yield t("list.state"), state
        if thing.taker and thing.checked:
            checked = t(f"checked.{thing.checked}")
            yield t("found_things.taker"), f"{masked_name(thing.taker)}  {checked}"
        yield t("found_things.passed_to"), thing.passed_to

    def _message(self, thing: Thing) -> str:
        """For the owner, or whoever asks: no word of the finder, no whole number."""
        what = thing.what
        if thing.owner:
            what = self.t("found_things.theirs", what=what, number=thing.owner.number)
        return self.t(
            "found_things.note",
            what=what,
            desk=self.desk.place,
            number=thing.number,
            until=thing.until,
        )

    def action_copy(self) -> None:
        if self.thing is not None and self.thing.status == KEPT:
            self.app.copy_to_clipboard(self._message(self.thing))
            self.say(self.t("found_things.copied"))

    def _collect(self) -> None:
        t, collect = self.t, partial(found_things.collect, self.desk, self.id_)
        words = (t("found_things.collect"), t("found_things.taker"), t("found_things.taker_hint"))
        taker = TakerScreen(self._what, *words, collect).on(f"{self.id_} collect")
        self.app.push_screen(taker, self._said)

    def _pass_on(self) -> None:
        t, pass_on = self.t, partial(found_things.pass_on, self.desk, self.id_)
        words = (
            t("found_things.pass_on"),
            t("found_things.passed_to"),
            t("found_things.passed_hint"),
        )
        taker = TakerScreen(self._what, *words, pass_on).on(f"{self.id_} pass_on")
        self.app.push_screen(taker, self._said)

    @property
    def _what(self) -> str:
        return self.thing.what if self.thing else ""

    def _tell(self) -> None:
        def tell() -> bool:
            found_things.tell(self.desk, self.id_)
            return True

        if self.thing is not None and self.act(tell):
            self.app.copy_to_clipboard(self._message(self.thing))
            self.reread()
            self.say(self.t("found_things.told_now"))

    def _dispose(self) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                self._said(self.act(found_things.dispose, self.desk, self.id_))

        self.app.push_screen(AskScreen(self.t("found_things.dispose_question")), answered)

    def _erase(self) -> None:
        erase = partial(erasures.erase_words, self.desk, self.id_)
        ask_to_erase(self, erase, self.t("found_things.erase_question"))

    def _put_back(self) -> None:
        self._said(self.act(found_things.put_back, self.desk, self.id_))

    def _said(self, ended: Ended | None) -> None:
        if ended is not None:
            self.reread()
            state = self.t(f"thing.{ended.status}")
            self.say(self.t("found_things.done", number=ended.number, state=state))


class TakerScreen(ReasonScreen[Ended]):
    """Who comes for it (a card, a number or a name), or which office takes it."""

    def __init__(
        self, what: str, heading: str, label: str, hint: str, rule: Callable[..., Ended]
    ) -> None:
        super().__init__(heading, what, hint, rule)
        self.label, self.take = label, rule

    def body(self) -> ComposeResult:
        yield Static(labelled(self.t("found_things.what"), self.what), classes="note", markup=False)
        yield Field(self.label, hint=self.hint, id="reason")
        yield Static(classes="half")

    def scanned(self, field: Field, code: str) -> None:
        self.leave_with(self.act(self.take, code, scanned=True))
