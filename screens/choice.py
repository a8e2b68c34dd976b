"""Fields of a form: a line with a choice by digit, a line to write in."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static

from screens.burst import LINE_END
from screens.cells import fit, plain
from screens.scanbox import ScanBox

if TYPE_CHECKING:
    from deskapp.language import Language
    from screens.front import Front

PAGE = 9
PAGES = {"pagedown": 1, "pageup": -1}
LABEL = 12  # cells for the name of a field


def labelled(label: str, words: str) -> Text:
    """A line of a form that is only read."""
    return Text(f" {fit(label, LABEL - 1)} {words}")


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: what the program calls it and what people read. `near`: shown without
    the focus too, where not all fit; `able`: whether one may choose it: else its digit stays free.
    """

    value: str
    label: str
    near: bool = False
    able: bool = True


class Choice(Static, can_focus=True):
    """A line of options: a digit or an arrow chooses, letters look for more, Enter is `Entered`.

    Without the focus it shows all options where they fit, else the near ones and the chosen one.
    """

    DEFAULT_CSS = """
    Choice { height: auto; min-height: 1; }
    Choice:focus { background: $foreground 10%; text-style: none; }
    """

    class Picked(Message):
        """Another option was chosen, by whichever key; `digit` tells that it was one."""

        def __init__(self, choice: "Choice", value: str, digit: bool) -> None:
            super().__init__()
            self.choice, self.value, self.digit = choice, value, digit

        @property
        def control(self) -> "Choice":
            return self.choice

    class Typed(Message):
        """Something was typed that is neither an option nor looked for here."""

        def __init__(self, choice: "Choice", text: str) -> None:
            super().__init__()
            self.choice, self.text = choice, text

        @property
        def control(self) -> "Choice":
            return self.choice

    class Barred(Typed):
        """The digit of what one may not choose: nothing is chosen now."""

    class Entered(Message):
        """Enter on the line."""

        def __init__(self, choice: "Choice") -> None:
            super().__init__()
            self.choice = choice

        @property
        def control(self) -> "Choice":
            return self.choice

    def __init__(
        self,
        label: str,
        options: Iterable[Option],
        value: str | None = None,
        *,
        find: Callable[[str], Sequence[Option]] | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id, markup=False)
        self.label = label
        self._usual = self.options = list(options)
        self._find = find
        self.typed = ""
        self._lit = False  # whether it has the focus; known here before `has_focus` says so
        self.chosen = next((o for o in self.options if o.value == value and o.able), None)

    @property
    def value(self) -> str | None:
        """What is chosen."""
        return self.chosen.value if self.chosen else None

    def choose(self, value: str | None) -> None:
        """Choose without telling anybody; what is no option of the line chooses nothing."""
        known = (*self.options, *self._usual)
        self.chosen = next((o for o in known if o.value == value and o.able), None)
        self._turned = None
        self.draw()

    def offer(self, options: Iterable[Option], value: str | None = None) -> None:
        """Other options."""
        self._usual = self.options = list(options)
        self.typed = ""
        self.choose(value)

    # keys

    _turned: int | None = None  # the place of the first that is shown, once one has paged

    async def _on_key(self, event: events.Key) -> None:
        if event.key in ("enter", "ctrl+s"):
            if self.typed and self._page():
                self._pick(self._page()[0], digit=True)
            elif self.typed:
                self.app.bell()  # that nobody is found stands there
            else:
                self.post_message(self.Entered(self))
        elif event.key in ("left", "right"):
            self._step(1 if event.key == "right" else -1)
        elif event.key in PAGES:
            self._turn(PAGES[event.key])
        elif event.character and event.is_printable and event.character in "123456789":
            if not self.press(int(event.character)):
                self.post_message(self.Typed(self, event.character))
        elif not self._written(event):
            return
        event.stop()
        event.prevent_default()

    def press(self, digit: int) -> bool:
        """Choose what has this digit; False if nothing has."""
        page = self._page()
        if not 1 <= digit <= len(page):
            return False
        option = page[digit - 1]
        if option.able:
            self._pick(option, digit=True)
        else:
            self.choose(None)
            self.post_message(self.Barred(self, option.value))
        return True

    def _written(self, event: events.Key) -> bool:
        """Text: to look for, where anything is, else for whoever wants it."""
        if self._find and event.key == "backspace":
            self._look(self.typed[:-1])
        elif self._find and event.is_printable:
            self._look(self.typed + (event.character or ""))
        elif event.is_printable and event.character and not event.character.isspace():
            self.post_message(self.Typed(self, event.character))
        else:
            return False
        return True

    async def _on_paste(self, event: events.Paste) -> None:
        """What an input method commits may come as a paste."""
        event.stop()
        text = LINE_END.split(event.text)[0]
        if self._find:
            self._look(self.typed + text)
        elif text.strip():
            self.post_message(self.Typed(self, text))

    def _look(self, typed: str) -> None:
        self.typed, self._turned = typed.lstrip(), None
        assert self._find is not None
        self.options = list(self._find(self.typed)) if self.typed else self._usual
        self.draw()

    def _pick(self, option: Option, *, digit: bool) -> None:
        self.chosen, self._turned = option, None
        if self.typed:
            self.typed = ""
            self.options = self._usual
        self.draw()
        self.post_message(self.Picked(self, option.value, digit))

    def _step(self, by: int) -> None:
        able = [each for each in self.options if each.able]
        if able:
            at = able.index(self.chosen) + by if self.chosen in able else 0
            self._pick(able[at % len(able)], digit=False)

    def _turn(self, by: int) -> None:
        """Show the next nine, or the nine before; nothing is chosen by looking."""
        first = self._begins() + by * PAGE
        if 0 <= first < len(self.options):
            self._turned = first
            self.draw()

    def _begins(self) -> int:
        """The place of the first that is shown."""
        if self._turned is not None:
            return self._turned
        at = 0 if self.typed or self.chosen not in self.options else self.options.index(self.chosen)
        return at // PAGE * PAGE

    def _page(self) -> list[Option]:
        first = self._begins()
        return self.options[first : first + PAGE]

    # drawing

    def on_mount(self) -> None:
        self.draw()

    def on_focus(self) -> None:
        self._lit = True
        self.draw()

    def on_blur(self) -> None:
        self._lit, self._turned = False, None
        self.typed, self.options = "", self._usual
        self.draw()

    def on_resize(self) -> None:
        self.draw()

    def draw(self) -> None:
        """Show the state."""
        room = max(20, (self.size.width or 80) - LABEL - 2)
        text = Text(">" if self._lit else " ")
        text.append(fit(self.label, LABEL - 1) + " ")
        if self.typed:
            text.append(f"{self.typed}_ ", "bold")
        page = list(enumerate(self._page(), 1))
        if not self._lit and sum(map(self._cells, self.options)) > room:
            page = [(n, each) for n, each in enumerate(self.options, 1) if each.near]
            if not page or sum(self._cells(each) for _, each in page) > room:
                text.append(plain(self.chosen.label) if self.chosen else "-", "bold")
                self.update(text)
                return
        shown = [each for _, each in page]
        if self.typed:  # what was chosen before is no answer to it
            text.append("" if self.options else self.t("choice.nothing"))
        elif self.chosen is not None and self.chosen not in shown:
            text.append(f"{plain(self.chosen.label)}* ", "bold")
        left = room - (cell_len(text.plain) - LABEL - 1)
        for place, option in page:
            if not option.able:
                continue
            if self._cells(option) > left:
                text.append("\n" + " " * (LABEL + 1))
                left = room
            mine = option == self.chosen and not self.typed
            text.append(f"{place}{self._words(option)}", "bold" if mine else "")
            text.append("* " if mine else " ")
            left -= self._cells(option)
        if self._lit and len(self.options) > PAGE:
            more = self.t("choice.more")
            text.append(more if cell_len(more) <= left else "\n" + " " * (LABEL + 1) + more)
        self.update(text)

    @property
    def t(self) -> "Language":
        return cast("Front", self.app).t

    @staticmethod
    def _words(option: Option) -> str:
        """What stands behind its digit: a number (11-24, 604) is not to be read as one with it."""
        words = plain(option.label)
        return f" {words}" if words[:1].isdigit() else words

    def _cells(self, option: Option) -> int:
        return cell_len(self._words(option)) + 3


class Sentence(ScanBox):
    """A box that keeps what was entered."""

    clears = False


class Line(Sentence):
    """One line of text in a form: Enter is `Field.Entered`."""

    async def _on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        event.stop()
        field = self.parent
        if isinstance(field, Field):
            field.post_message(Field.Entered(field, event.text, event.scanned))


class Field(Horizontal):
    """A label and a line to write in. A scan never ends up in the text."""

    DEFAULT_CSS = f"""
    Field {{ height: 1; }}
    Field > .name {{ width: auto; min-width: {LABEL + 1}; height: 1; }}
    Field > Line {{ width: 1fr; }}
    """

    class Entered(Message):
        """Enter in the line, or a scan beside it (`scanned`: the text is the code)."""

        def __init__(self, field: "Field", text: str, scanned: bool) -> None:
            super().__init__()
            self.field, self.text, self.scanned = field, text, scanned

        @property
        def control(self) -> "Field":
            return self.field

    def __init__(
        self,
        label: str,
        value: str = "",
        *,
        hint: str = "",
        secret: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.label, self.secret = label, secret
        self.line = Line(value, placeholder=hint, password=secret, id=f"{id}-line")

    def compose(self) -> ComposeResult:
        yield Static(Text(f" {plain(self.label)} "), classes="name", markup=False)
        yield self.line

    def go_on(self, text: str) -> None:
        """Go there and write this behind what is written."""
        self.line.focus()
        self.line.value += text
        self.line.cursor_position = len(self.line.value)

    @property
    def value(self) -> str:
        return self.line.value

    @value.setter
    def value(self, text: str) -> None:
        self.line.value = text
