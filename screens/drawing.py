"""One draw: its list by state, a card confirms, a digit publishes, draws, passes down."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import allotment, draw_files, draws, lots
from deskapp.allotment import Allotted
from deskapp.applicants import ApplicantList
from deskapp.draw_files import Written
from deskapp.draws import DRAWN, OFFERED, OPEN, PUBLISHED, WON, Applicant, Drawing
from deskapp.readers import Found
from deskapp.sheets import Taken
from screens import passing
from screens.asking import AskScreen
from screens.base import Hint
from screens.bindings import COPY
from screens.choosing import ask_whose
from screens.labels import flowing, from_home
from screens.longlist import Column, LongList
from screens.numbered import Act, BoxedScreen
from screens.reasons import ReasonScreen
from screens.scanbox import ScanBox, prompted
from screens.shortlist import ShortList


class DrawingScreen(BoxedScreen[None]):
    """A card leads to its reader's line, Enter there confirms; Tab goes through the states."""

    BINDINGS = [
        Binding("tab", "turn", show=False, priority=True),
        COPY,
    ]
    AUTO_FOCUS = "LongList"

    def __init__(self, id_: str) -> None:
        super().__init__()
        self.id_ = id_
        self.drawing: Drawing | None = None
        self.which = ""
        """the state that is listed; "" for all"""
        self.states = [""]
        """what can be listed"""

    def title_words(self) -> str:
        name = self.drawing.name if self.drawing else ""
        return f"{self.t('draws.title')} {name}"

    def hints(self) -> Iterator[Hint]:
        t = self.t
        if self.drawing is not None and self.drawing.stage == DRAWN:
            yield Hint("Enter", t("draws.key.confirm"), t("draws.help.confirm"))
        yield from super().hints()
        yield Hint("Tab", t("key.lists"), t("draws.help.turn"))
        if self.drawing is not None and self.drawing.stage == DRAWN:
            yield Hint(t.keys["copy"], t("key.copy"), t("draws.help.copy"))

    def acts(self) -> Iterable[Act]:
        t, stage = self.t, self.drawing.stage if self.drawing else ""
        leads = self.desk.may(draws.DRAWING)
        if stage == OPEN:
            if leads:
                yield 1, t("draws.key.publish"), t("draws.help.publish"), self._publish
                yield 2, t("draws.key.strike"), t("draws.help.strike"), self._strike
            if self.desk.may(draw_files.LOADING):
                yield 3, t("draws.key.load"), t("draws.help.load"), self._load
            yield 4, t("draws.key.check"), t("draws.help.check"), self._check
        elif stage == PUBLISHED and leads:
            yield 1, t("draws.key.draw"), t("draws.help.draw"), self._draw
            yield 2, t("draws.key.withdraw"), t("draws.help.withdraw"), self._withdraw
        elif stage == DRAWN:
            if leads:
                yield 1, t("draws.key.pass"), t("draws.help.pass"), self._pass
            yield 2, t("draws.key.give_up"), t("draws.help.give_up"), self._give_up
            if leads:
                yield 3, t("draws.key.move"), t("draws.help.move"), self._move
        if stage in (PUBLISHED, DRAWN):
            yield 5, t("draws.key.files"), t("draws.help.files"), self._files

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(id="heading", classes="note", markup=False)
        yield Static(id="about", classes="note", markup=False)
        yield from prompted(ScanBox(placeholder=t("draws.box"), id="box"))
        yield LongList[Applicant](
            [
                Column(t("draws.column.rank"), lambda row: str(row.rank or ""), 5),
                Column(t("draws.column.number"), lambda row: row.number, 7),
                Column(t("draws.column.name"), lambda row: row.name, 10),
                Column(t("draws.column.reader"), lambda row: row.reader, 12),
                Column(t("draws.column.place"), lambda row: row.place, 7),
                Column(t("list.state"), self._state, share=2, least=20),
                Column(t("draws.column.college"), lambda row: row.college, shown_from=100),
            ],
            ShortList[Applicant]((), lambda row: row.id),
            empty=t("draws.nobody"),
            id="list",
        )

    def _state(self, row: Applicant) -> str | Text:
        t = self.t
        words = t(f"draw_state.{row.state}")
        if row.why:
            return f"{words} {t(f'draw_why.{row.why}')}"
        if row.until is None:
            return words
        if row.until < self.desk.now():
            return Text(f"{words} {t('draws.late')}", "bold")
        if row.state == OFFERED:  # of winners it stands above the list
            return f"{words} {t('draws.by', day=t.day((row.until - passing.MOMENT).date()))}"
        return words

    def reread(self) -> None:
        self.drawing = self.act(draws.find, self.desk, self.id_)
        if self.drawing is not None:
            self._show(self.drawing)
        self.tick()
        self.show_keys()

    def _show(self, drawing: Drawing) -> None:
        """The applications, as far as their state is listed."""
        rows = self.act(ApplicantList, self.desk, self.id_, self.which)
        if rows is not None and self.which and not rows.count():
            self.which = ""
            rows = self.act(ApplicantList, self.desk, self.id_)
        if rows is None:
            return
        t, counts = self.t, rows.counts
        self.states = ["", *(state for state in draws.STATES if state in counts)]
        names = {"": f"{t('draws.all')} {sum(counts.values())}"}
        names |= {s: f"{t(f'draw_state.{s}')} {counts[s]}" for s in draws.STATES if s in counts}
        shown = (f"[{words}]" if state == self.which else words for state, words in names.items())
        width = self.app.size.width - 2
        self.query_one("#heading", Static).update(Text(flowing(shown, width)))
        self.query_one("#about", Static).update(Text(flowing(self._about(drawing), width)))
        self.query_one("#list", LongList).reload(rows)

    def _about(self, drawing: Drawing) -> Iterable[str]:
        """What one must know of it at this stage."""
        t = self.t
        yield t(f"draw_stage.{drawing.stage}")
        if drawing.stage == OPEN:
            yield t("draws.about.many", many=drawing.many)
        elif drawing.stage == PUBLISHED:
            yield t("draws.about.source", source=drawing.seed_from)
        else:
            yield t("draws.about.seed", seed=drawing.seed)
        if drawing.digest:
            yield t("draws.about.digest", digest=drawing.digest[:16])
        yield t("draws.about.confirm", at=t.moment(drawing.confirm_until))

    def action_turn(self) -> None:
        self.which = self.states[(self.states.index(self.which) + 1) % len(self.states)]
        if self.drawing is not None:
            self._show(self.drawing)
        self.query_one("#list").focus()

    # whose card it is

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        if not self.is_digit(event):
            ask_whose(self, event, self._of, self.query_one("#list").focus)

    def _of(self, reader: Found) -> None:
        """Their line, and what Enter does there."""
        mine = self.act(draws.of_reader, self.desk, reader.id) or []
        rows = [each for drawing, each in mine if drawing.id == self.id_]
        if not rows:
            self.say(self.t("refusal.ApplicationUnknown"), error=True)
            return
        self.which = ""
        self.reread()
        row = max(rows, key=lambda each: (bool(each.place), bool(each.number)))
        list_ = self.query_one("#list", LongList)
        list_.move(ApplicantList(self.desk, self.id_).place(row) or 0)
        list_.focus()
        words = [row.number, row.name, self.t(f"draw_state.{row.state}"), row.place]
        if row.state in (WON, OFFERED):
            words.append(self.t("draws.enter_confirms"))
        self.say("  ".join(filter(None, words)))

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        if self.drawing is None or self.drawing.stage != DRAWN:
            return
        row: Applicant = event.row
        self._allotted(self.act(allotment.confirm, self.desk, self.id_, row.patron))

    def _allotted(self, done: Allotted | None) -> None:
        if done is not None:
            self.reread()
            state = self.t(f"draw_state.{done.state}")
            self.say(self.t("draws.done", number=done.number, state=state, place=done.place))

    # digits

    @property
    def _row(self) -> Applicant | None:
        row: Applicant | None = self.query_one("#list", LongList).row
        return row

    def _check(self) -> None:
        done = self.act(lots.check, self.desk, self.id_)
        if done is None:
            return
        t = self.t
        lines = [f"  {e.name} {e.reader}  {t(f'draw_unfit.{why}')}" for e, why in done.unfit]
        said = t("draws.checked", fit=done.fit, unfit=len(done.unfit))
        self.say("  ".join([said, *(line.strip() for line in lines[: passing.MOST])]))

    def _publish(self) -> None:
        t, checked = self.t, self.act(lots.check, self.desk, self.id_)
        if checked is None:
            return
        what = t("draws.checked", fit=checked.fit, unfit=len(checked.unfit))
        hint, label = t("draws.source_hint"), t("draws.source")
        screen = ReasonScreen(
            t("draws.key.publish"),
            what,
            hint,
            self._published,
            number=t("draws.key.check"),
            label=label,
        )
        self.app.push_screen(screen.on(f"{self.id_} publish"), self._written)

    def _published(self, source: str) -> Written:
        return draw_files.publish(self.desk, self.id_, self.t, source)[1]

    def _written(self, files: Written | None) -> None:
        if files is not None:
            self.reread()
            self.query_one("#list", LongList).move(0)
            self.say(self.t("draws.written", folder=from_home(files.table.parent)))

    def _draw(self) -> None:
        t = self.t
        what = self.drawing.seed_from if self.drawing else ""
        hint, label = t("draws.seed_hint"), t("draws.seed")
        screen = ReasonScreen(
            t("draws.key.draw"), what, hint, self._drawn, number=t("draws.source"), label=label
        )
        self.app.push_screen(screen.on(f"{self.id_} draw"), self._written)

    def _drawn(self, seed: str) -> Written:
        return draw_files.draw_lots(self.desk, self.id_, self.t, seed)[1]

    def _files(self) -> None:
        done = self.act(draw_files.rewrite, self.desk, self.id_, self.t)
        self._written(done[1] if done else None)

    def _withdraw(self) -> None:
        def answered(yes: bool | None) -> None:
            if yes and self.act(lots.withdraw_list, self.desk, self.id_):
                self.reread()
                name = self.drawing.name if self.drawing else ""
                self.say(self.t("draws.list_withdrawn", draw=name))

        self.app.push_screen(AskScreen(self.t("draws.ask_withdraw")), answered)

    def _strike(self) -> None:
        if (row := self._row) is not None and self.act(_done, lots.strike, self.desk, row.id):
            self.reread()
            self.say(self.t("draws.is_struck", name=row.name, reader=row.reader))

    def _give_up(self) -> None:
        row = self._row
        if row is None or row.state not in (*draws.HOLDING, draws.WAITING):
            self.say(self.t("record.not_now", digit=2), error=True)
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._allotted(self.act(allotment.give_up, self.desk, row.id))

        question = self.t("draws.ask_give_up", number=row.number, name=row.name, place=row.place)
        self.app.push_screen(AskScreen(question), answered)

    def _move(self) -> None:
        t, row = self.t, self._row
        if row is None or row.state not in draws.HOLDING:
            self.say(t("record.not_now", digit=3), error=True)
            return
        rule = partial(allotment.move, self.desk, row.id)
        what = f"{row.number}  {row.name}  {row.place}"
        label = t("draws.column.place")
        screen = ReasonScreen(
            t("draws.key.move"),
            what,
            t("draws.move_hint"),
            rule,
            number=t("draws.application"),
            label=label,
        )
        self.app.push_screen(screen.on(f"{row.id} move"), self._allotted)

    def _load(self) -> None:
        t = self.t
        what, label = t("draws.load_columns"), t("importing.file")
        screen = ReasonScreen(
            t("draws.key.load"),
            what,
            t("importing.hint"),
            self._taken,
            number=t("draws.columns"),
            label=label,
        )
        self.app.push_screen(screen.on(f"{self.id_} load"), self._loaded)

    def _taken(self, path: str) -> Taken:
        return draw_files.load(self.desk, self.id_, Path(path).expanduser(), self.t)

    def _loaded(self, done: Taken | None) -> None:
        if done is None:
            return
        self.reread()
        said = self.t("command.register_imported", entered=done.entered, known=done.known)
        if done.rejects is not None:
            file = from_home(done.rejects)
            said += "  " + self.t("command.rejected", rejected=done.rejected, file=file)
        self.say(said, error=done.rejects is not None)

    def _pass(self) -> None:
        would = self.act(allotment.passing, self.desk, self.id_)
        if would is None:
            return
        t, lines = self.t, passing.steps(self.t, would)
        if not passing.is_any(would):
            self.say("  ".join([t("draws.nothing_to_pass"), *lines]))
            return

        def answered(yes: bool | None) -> None:
            done = self.act(allotment.pass_down, self.desk, self.id_) if yes else None
            if done is not None:
                self.reread()
                self.say(passing.said(t, done))

        self.app.push_screen(AskScreen(passing.said(t, would), *passing.first(t, lines)), answered)

    def action_copy(self) -> None:
        """The message for whoever is at the cursor and has something to confirm."""
        row, drawing = self._row, self.drawing
        if row is None or drawing is None or row.until is None:
            self.say(self.t("draws.no_message"), error=True)
            return
        words = passing.message(self.t, self.desk.place, drawing, row, row.until)
        self.app.copy_to_clipboard(words)
        self.say(words)


def _done(act: Callable[..., None], *given: object) -> bool:
    act(*given)
    return True
