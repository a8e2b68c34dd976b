"""Set-up: what a desk must know before it can be one."""

from collections.abc import Iterable
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from deskapp import profile as profiles
from deskapp import setup
from deskapp.desk import Desk
from screens.base import DeskScreen, Hint
from screens.choosing import ChoosingScreen
from screens.fields import Field

FIELDS = ("desk", "place", "name", "badge", "pin", "again")


class SetupScreen(DeskScreen[Desk]):
    """Asks for the library, the desk and its first person; gives the new desk."""

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
        with Horizontal(classes="line"):
            yield Static(f" {t('setup.profile')}", classes="label", markup=False)
            yield Static(id="profile", markup=False)
        for name in FIELDS:
            with Horizontal(classes="line"):
                yield Static(f" {t(f'setup.field.{name}')}", classes="label", markup=False)
                yield Field(
                    id=name,
                    password=name in ("pin", "again"),
                    placeholder=t(f"setup.hint.{name}"),
                    select_on_focus=False,
                )
        yield Static(classes="gap")
        yield Static(f" {t('setup.store', folder=str(self.folder))}", classes="note", markup=False)
        yield Static(classes="half")

    def whereabouts(self) -> str:
        return self.title_words()

    def title_words(self) -> str:
        return self.t("setup.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Enter", t("key.next"), t("setup.help.enter"))
        yield Hint("Ctrl+S", t("key.save"), t("setup.help.save"))
        yield Hint("F4", t("setup.key.profile"), t("setup.help.profile"))
        yield Hint("Esc", "", t("setup.help.esc"))
        yield Hint("Ctrl+L", "", t("setup.help.later"))

    BINDINGS = [("f4", "profile", "")]

    def reread(self) -> None:
        words = self.profiles[self.profile].name(self.t.code)
        self.query_one("#profile", Static).update(f"{words}  ({self.t('setup.change_profile')})")

    def action_profile(self) -> None:
        names = list(self.profiles)
        words = [each.name(self.t.code) for each in self.profiles.values()]

        def chosen(place: int | None) -> None:
            if place is not None:
                self.profile = names[place]
                self.reread()

        title = self.t("setup.choose_profile")
        self.app.push_screen(ChoosingScreen(title, words, names.index(self.profile)), chosen)

    def action_back(self) -> None:
        """There is nothing behind this; Ctrl+Q leaves."""

    def _value(self, name: str) -> str:
        return self.query_one(f"#{name}", Field).value.strip()

    def on_field_completed(self) -> None:
        empty = next((name for name in FIELDS if not self._value(name)), None)
        if empty is not None:
            self.query_one(f"#{empty}").focus()
            label = self.t(f"setup.field.{empty}")
            self.say(self.t("setup.empty", field=label), error=True)
            return
        if self._value("pin") != self._value("again"):
            again = self.query_one("#again", Field)
            again.value = ""
            again.focus()
            self.say(self.t("setup.pins_differ"), error=True)
            return
        wanted = setup.SetUp(
            profile=self.profile,
            desk=self._value("desk"),
            place=self._value("place"),
            name=self._value("name"),
            badge=self._value("badge"),
            pin=self._value("pin"),
        )
        self.say(self.t("setup.working"))
        self.act_slowly(lambda: setup.set_up(self.folder, wanted), self._set_up)

    def _set_up(self, desk: Desk) -> None:
        self.dismiss(desk)
