"""Certificates put on paper: one file for the printer, or a folder with a file each."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import certificates
from deskapp.desk import Desk
from deskapp.language import Language
from screens.base import Hint
from screens.choice import Choice, Field, Option, labelled
from screens.form import FormLine, FormScreen
from screens.jobs import POLL, Job, bar

ONE, EACH = "one", "each"


class Printing(Job):
    """Certificates on their way to paper."""

    def __init__(
        self, desk: Desk, t: Language, serials: Sequence[str], out: Path, *, single: bool
    ) -> None:
        super().__init__(desk, out, t)
        self.serials, self.single = serials, single

    def load(self, progress: Callable[[int, int], None]) -> None:
        total = len(self.serials)
        self.total = total
        for done in certificates.print_out(self.desk, self.serials, self.path, single=self.single):
            progress(done, total)

    def went(self, t: Language) -> tuple[str, int, Path | None] | None:
        if self.done < self.total:
            return None
        return t("printing.done", count=self.done, file=self.path), 0, None

    def stopped(self, t: Language) -> str:
        return t("printing.stopped")


class PrintingScreen(FormScreen[str]):
    """Enter prints into the file or folder that is named; where none is, into the usual one."""

    AUTO_FOCUS = "#path-line"

    def __init__(self, name: str, serials: Sequence[str]) -> None:
        super().__init__()
        self.named, self.serials, self.about = name, serials, name
        self._mine: Printing | None = None

    def title_words(self) -> str:
        return f"{self.t('roll.key.print')} {self.named}"

    def hints(self) -> Iterable[Hint]:
        yield Hint("Enter", self.t("roll.key.print"), self.t("printing.help.enter"))

    def body(self) -> ComposeResult:
        t = self.t
        count = t("printing.count", count=len(self.serials))
        yield Static(labelled(self.named, count), classes="note asked", markup=False)
        ways = [Option(each, t(f"printing_way.{each}")) for each in (ONE, EACH)]
        yield Choice(t("printing.way"), ways, ONE, id="way")
        yield Field(t("tickets.file"), hint=self._file(ONE), id="path")
        yield Static(classes="half")
        yield Static(id="progress", classes="line", markup=False)

    def _file(self, way: str) -> str:
        return f"{self.named}.pdf" if way == ONE else self.named

    def on_mount(self) -> None:
        self.set_interval(POLL, self._show_progress)

    def on_choice_picked(self, event: Choice.Picked) -> None:
        super().on_choice_picked(event)
        self.query_one("#path", Field).line.placeholder = self._file(event.value)
        if event.digit:
            self.query_one("#path", Field).line.focus()

    def entered(self, line: FormLine) -> None:
        self.action_go_on()

    def action_go_on(self) -> None:
        job, way = self.front.job, self.chosen("way") or ONE
        if job is not None and not job.over:
            self.say(self.t("importing.running"), error=True)
            return
        out = Path(self.written("path") or self._file(way)).expanduser()
        self._mine = Printing(self.desk, self.t, self.serials, out, single=way == ONE)
        self.front.job = self._mine
        self.app.run_worker(self._mine.run, thread=True)
        self.say(self.t("printing.begun"))

    def _show_progress(self) -> None:
        self.query_one("#progress", Static).update(Text(bar(self.front.job)))
        mine = self._mine
        if mine is not None and mine.over:
            self._mine = None
            sentence, error = mine.said(self.t)
            if error:
                self.say(sentence, error=True)
            else:
                mine.told = True
                self.dismiss(sentence)
