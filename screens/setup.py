"""Set-up: what a desk must know before it can be one."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import copies, joining, setup
from deskapp import profile as profiles
from deskapp.desk import Desk, Refusal
from screens.asking import AskScreen
from screens.base import Hint
from screens.choice import Choice, Field, Option
from screens.form import FormLine, FormScreen
from screens.labels import from_home
from screens.signin import may_be_pin

FIELDS = ("desk", "name", "person", "badge", "pin", "again", "copy")
ABOUT = {
    "DeskCodeWrong": "desk",
    "NameMissing": "person",
    "BadgeWrong": "badge",
    "PinTooWeak": "pin",
    "FolderMissing": "copy",
    "CopyForeign": "copy",
    "CopyForked": "copy",
}
"""the line that a refusal is about"""


class SetupScreen(FormScreen[Desk]):
    """Asks for the library, the desk and its first person; gives the new desk."""

    BINDINGS = [Binding("ctrl+s", "go_on", priority=True, show=False)]
    at_work = False

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.profiles = {name: profiles.load(name) for name in profiles.names()}
        self.profile = next(iter(self.profiles))

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(f" {t('setup.welcome')}", classes="note", markup=False)
        yield Static(classes="gap")
        options = [Option(name, each.name(t.code)) for name, each in self.profiles.items()]
        yield Choice(t("setup.profile"), options, self.profile, id="profile")
        for name in FIELDS:
            label, hint = t(f"setup.field.{name}"), t(f"setup.hint.{name}")
            field = Field(label, hint=hint, secret=name in ("pin", "again"), id=name)
            field.line.hears_silence = not field.secret
            yield field
        yield Static(classes="gap")
        yield Static(
            f" {t('setup.store', folder=from_home(self.folder))}", classes="note", markup=False
        )
        begun = joining.half(self.folder) is not None
        how = t("refusal.StoreJoining") if begun else t("setup.join")
        yield Static(how, id="join", classes="note", markup=False)

    def whereabouts(self) -> str:
        return self.title_words()

    def title_words(self) -> str:
        return self.t("setup.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Enter", t("key.next"), t("setup.help.enter"))
        yield Hint("1-9", t("key.choose"), t("setup.help.profile"))
        yield Hint("Ctrl+S", t("key.save"), t("setup.help.save"))
        yield Hint(t("setup.field.copy"), "", t("setup.help.copy"))
        yield Hint("Esc", "", t("setup.help.esc"))
        yield Hint(t.keys["lock"], "", t("setup.help.later"))

    def on_choice_picked(self, event: Choice.Picked) -> None:
        self.profile = event.value

    def entered(self, line: FormLine) -> None:
        """On to the next line; from the last one, set up."""
        place = FIELDS.index(line.id) + 1 if line.id in FIELDS else 0
        if place < len(FIELDS):
            self.query_one(f"#{FIELDS[place]}-line").focus()
        else:
            self.action_go_on()

    def scanned(self, field: Field, code: str) -> None:
        """A staff card; nothing else here is on a card."""
        if not field.secret:
            field.value = code
        elif may_be_pin(code, {self.written("badge")}):
            field.value += code  # pasted: no card
        else:
            self.say(self.t(f"setup.hint.{field.id}"), error=True)
            return
        self.entered(field)

    def action_back(self) -> None:
        """There is nothing behind this; Ctrl+Q leaves."""

    def action_go_on(self) -> None:
        said = {name: self.query_one(f"#{name}", Field).value.strip() for name in FIELDS}
        for name, value in said.items():
            if not value and name != "copy":
                self._complain(name, self.t("setup.empty", field=self.t(f"setup.field.{name}")))
                return
        if said["pin"] != said["again"]:
            self._forget_pins()  # who knows which of them was meant
            self._complain("pin", self.t("setup.pins_differ"))
            return
        wanted = setup.SetUp(
            profile=self.profile,
            desk=said["desk"],
            place=said["name"],
            name=said["person"],
            badge=said["badge"],
            pin=said["pin"],
            copy=Path(said["copy"]).expanduser() if said["copy"] else None,
        )
        self.say(self.t("setup.working"))
        self.act_slowly(
            lambda: setup.set_up(self.folder, wanted), self._set_up, refused=self._refused
        )

    def _refused(self, refusal: Refusal) -> None:
        """Why, at the line that it is about; a PIN that was refused is to be thought of anew."""
        if name := ABOUT.get(refusal.code):
            if name == "pin":
                self._forget_pins()
            self.query_one(f"#{name}-line").focus()
        self.refuse(refusal)
        folder = Path(str(refusal.facts.get("file", "")))
        if refusal.code == "FolderMissing" and folder.parent.is_dir():
            question = self.t("setup.make_folder", folder=str(folder))
            self.app.push_screen(AskScreen(question), partial(self._make, folder))

    def _make(self, folder: Path, yes: bool | None) -> None:
        """The folder of the second copy, if somebody wants it; then all of it again."""
        if yes and self.act(self._made, folder):
            self.action_go_on()

    def _made(self, folder: Path) -> bool:
        copies.make_folder(folder)
        return True

    def _forget_pins(self) -> None:
        for secret in ("pin", "again"):
            self.query_one(f"#{secret}", Field).value = ""

    def _complain(self, name: str, sentence: str) -> None:
        self.query_one(f"#{name}-line").focus()
        self.say(sentence, error=True)

    def _set_up(self, desk: Desk) -> None:
        self.dismiss(desk)
