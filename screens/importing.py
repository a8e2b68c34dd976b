"""Importing the university's reader file: choose it, look at the columns, let it run."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.cells import set_cell_size
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.suggester import Suggester
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from deskapp import headers, readers
from deskapp.desk import Desk
from deskapp.fields import PATRONS, Field, Fields
from deskapp.language import Language
from deskapp.sheets import open_table
from screens.asking import AskScreen
from screens.base import DeskScreen, Hint
from screens.choosing import ChoosingScreen
from screens.jobs import POLL, Job, bar

KINDS = (".csv", ".tsv", ".txt", ".xlsx", ".xls")


class Import(Job):
    """Readers."""

    def __init__(
        self, desk: Desk, path: Path, t: Language, override: Mapping[str, headers.Choice]
    ) -> None:
        super().__init__(desk, path, t)
        self.override = override
        self.receipt: readers.Imported | None = None

    def load(self, progress: Callable[[int, int], None]) -> None:
        self.receipt = readers.load(self.desk, self.path, self.t, self.override, progress)

    def went(self, t: Language) -> tuple[str, int, Path | None] | None:
        if (receipt := self.receipt) is None:
            return None
        sentence = t(
            "importing.done",
            entered=receipt.entered,
            changed=receipt.changed,
            unchanged=receipt.unchanged,
        )
        if receipt.renamed:
            sentence += t("importing.renamed", count=receipt.renamed)
        return sentence, receipt.rejected, receipt.rejects


class Paths(Suggester):
    """Goes on with a path as a shell would: folders, and files that may be imported."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        return continued(value)


def continued(value: str) -> str | None:
    """The first path that begins so; None if there is none."""
    folder, _, start = value.rpartition("/")
    if not start:
        return None
    where = f"{folder}/" if "/" in value else "."
    try:
        names = sorted(
            each.name + ("/" if each.is_dir() else "")
            for each in Path(where).expanduser().iterdir()
            if each.name.startswith(start) and (each.is_dir() or each.suffix.lower() in KINDS)
        )
    except (OSError, RuntimeError):  # no such folder, no home
        return None
    return value + names[0][len(start) :] if names else None


_CODE = re.compile(r"[0-9A-Za-z]+")
_DIGITS = re.compile(r"\d+")
_CHIP = re.compile(r"(?<![0-9A-Za-z])(?=[A-Fa-f]*\d)[0-9A-Fa-f]{6,}(?![0-9A-Za-z])")
LONG = 7
"""Digits that are a number of somebody's, whatever its column was taken for."""


def shown(sample: str, field: Field | None) -> str:
    """A cell of the file, masked: enough to see what it is, too little to use."""
    if field is not None and field.kind in ("day", "moment"):
        return sample
    if field is not None and field.kind in ("number", "phone"):
        masked = _CODE
    elif sum(map(str.isdecimal, sample)) >= LONG:
        masked = _DIGITS
    else:
        masked = _CHIP
    return masked.sub(lambda found: readers.masked_number(found[0]), sample)


@dataclass(frozen=True, slots=True)
class Read:
    """A file: what heads its columns, about how many rows, the first of them, and what was found.
    `more`: what else there is to say of it, line by line.
    """

    headings: Sequence[str]
    count: int
    sample: Sequence[str]
    columns: headers.Mapping
    more: Sequence[str] = ()


class ImportingScreen(DeskScreen[None]):
    """The file, its columns and what each is taken for, the progress, the result.

    Of readers; for what else has a file `fields` or `read` and `matched`, `job`, `called`, `also`
    and the title differ.
    """

    AUTO_FOCUS = "#path"
    BINDINGS = [("ctrl+s", "save", "")]
    fields = PATRONS

    def __init__(self) -> None:
        super().__init__()
        self.path: Path | None = None
        self.sheet: Read | None = None
        self.columns: headers.Mapping | None = None
        self.override: dict[str, headers.Choice] = {}
        self._mine: Job | None = None

    def title_words(self) -> str:
        return self.t("importing.title")

    def read(self, path: Path) -> Read:
        """Look at a file; not in the program's own thread."""
        sheet, columns = open_table(path, self.fields)
        first = next(iter(sheet.rows), None)
        sample = [str(cell or "") for cell in first.cells] if first else []
        return Read(sheet.headers, sheet.count, sample, columns)

    def matched(self, override: Mapping[str, headers.Choice]) -> headers.Mapping:
        assert self.sheet is not None
        return headers.match(self.sheet.headings, self.fields, override)

    def job(self, path: Path, columns: headers.Mapping) -> Job:
        """Refuses what makes the file as a whole unfit."""
        columns.check()
        return Import(self.desk, path, self.t, self.override)

    def called(self, _fields: Fields, name: str) -> str:
        return self.t(f"sheet.field.{name}")

    def also(self, header: str) -> str:
        """What else a column is, that is of no field; nothing where it is not read."""
        return ""

    def body(self) -> ComposeResult:
        t = self.t
        with Horizontal(classes="line"):
            yield Static(f" {t('importing.file')} ", classes="prompt", markup=False)
            yield Input(
                id="path",
                placeholder=t("importing.hint"),
                suggester=Paths(),
                select_on_focus=False,
            )
        yield Static(id="found", classes="note", markup=False)
        yield OptionList(id="columns", markup=False)
        yield Static(id="wrong", classes="note", markup=False)
        yield Static(classes="half")
        yield Static(id="progress", classes="line", markup=False)

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Enter", t("importing.key.enter"), t("importing.help.enter"))
        yield Hint("Ctrl+S", t("importing.key.save"), t("importing.help.save"))
        yield Hint("Esc", t("key.back"), t("importing.help.esc"))

    def on_mount(self) -> None:
        self.query_one("#columns", OptionList).display = False
        self.set_interval(POLL, self._show_progress)

    def reread(self) -> None:
        self._show_columns()
        self._show_progress()

    # The file and its columns

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.value.strip():
            self._read(Path(event.value.strip().strip("\"'")).expanduser())

    def _read(self, path: Path) -> None:
        def show(found: Read) -> None:
            self.path, self.override = path, {}
            self.sheet, self.columns = found, found.columns
            self._show_columns()
            self.query_one("#columns").focus()
            self.say(self.t("importing.look"))

        self.say(self.t("importing.reading"))
        self.act_slowly(lambda: self.read(path), show)

    def _show_columns(self) -> None:
        list_ = self.query_one("#columns", OptionList)
        list_.display = self.columns is not None
        if self.columns is None or self.sheet is None:
            return
        t, at, sheet = self.t, list_.highlighted, self.sheet
        found = t("importing.found", rows=sheet.count, columns=len(sheet.headings))
        self.query_one("#found", Static).update(
            Text("\n".join(f" {each}" for each in (*sheet.more, found)))
        )
        list_.clear_options()
        for place, header in enumerate(sheet.headings):
            sample = sheet.sample[place] if place < len(sheet.sample) else ""
            name = self._field(place)
            cells = (
                " " + set_cell_size(header, 18),
                set_cell_size(shown(sample, self.columns.fields[name] if name else None), 18),
                self._taken_for(place, header),
            )
            list_.add_option(Option(Text(" ".join(cells), no_wrap=True)))
        list_.highlighted = at or 0

    def _field(self, place: int) -> str | None:
        """The field that a column was taken for."""
        assert self.columns is not None
        taken = self.columns.columns.items()
        return next((name for name, places in taken if place in places), None)

    def _taken_for(self, place: int, header: str) -> str:
        t, columns = self.t, self.columns
        assert columns is not None
        if header in columns.dropped:
            return t("importing.identity")
        name = self._field(place)
        if name is not None:
            how = t(f"sheet.how.{columns.how.get(name, 'exact')}")
            return f"-> {self.called(columns.fields, name)} ({how})"
        if any(header in unclear for unclear in columns.unclear.values()):
            return t("importing.unclear")
        return self.also(header) or t("importing.ignored")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A person knows better: ask what the column is."""
        assert self.sheet is not None
        assert self.columns is not None
        place, t, fields = event.option_index, self.t, self.columns.fields
        names = [field.name for field in fields.all]
        words = [*(self.called(fields, name) for name in names), t("importing.ignore")]
        now = self._field(place)

        def chosen(choice: int | None) -> None:
            if choice is not None:
                self._overrule(place, names[choice] if choice < len(names) else None)

        title = t("importing.choose", header=self.sheet.headings[place])
        at = names.index(now) if now else len(names)
        self.app.push_screen(ChoosingScreen(title, words, at), chosen)

    def _overrule(self, place: int, name: str | None) -> None:
        assert self.columns is not None
        assert self.sheet is not None
        override = dict(self.override)
        before = self._field(place)
        if before is not None:
            override[before] = [p for p in self.columns.columns[before] if p != place]
        if name is not None:
            many = self.columns.fields[name].many
            override[name] = [*(self.columns.columns.get(name, ()) if many else ()), place]
        columns = self.act(self.matched, override)
        if columns is not None:
            self.override, self.columns = override, columns
        self._show_columns()

    # Running

    def action_save(self) -> None:
        job = self.front.job
        if job is not None and not job.over:
            self.say(self.t("importing.running"), error=True)
        elif self.path is None or self.columns is None:
            self.query_one("#path").focus()
        else:
            self.begin(self.path, self.columns)

    def begin(self, path: Path, columns: headers.Mapping) -> None:
        """Set it going."""
        self.act(self._start, path, columns)

    def _start(self, path: Path, columns: headers.Mapping) -> None:
        job = self.job(path, columns)
        self.front.job = self._mine = job
        self.app.run_worker(job.run, thread=True)
        self.say(self.t("importing.started"))

    def _show_progress(self) -> None:
        self.query_one("#progress", Static).update(Text(bar(self.front.job)))
        wrong = self._mine.wrong if self._mine is not None and self._mine.over else ()
        self.query_one("#wrong", Static).update(Text("\n".join(f" {each}" for each in wrong)))

    def action_back(self) -> None:
        job = self.front.job
        if job is None or job.over:
            self.dismiss()
            return

        def answered(stop: bool | None) -> None:
            if stop is not None:
                job.stop = stop
                self.dismiss()

        self.app.push_screen(
            AskScreen(self.t("importing.stop"), self.t("importing.goes_on")), answered
        )
