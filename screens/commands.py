"""What the palette offers: what has no key of its own, and what one forgot the key of."""

from collections.abc import Callable
from functools import partial

from textual.app import App
from textual.dom import DOMNode

from deskapp.language import LANGUAGES
from screens.base import DeskScreen
from screens.palette import Command


def offered(screen: DeskScreen[object]) -> list[Command]:
    """The commands for whoever is at this screen."""
    t, front = screen.t, screen.front
    found = []
    if screen.at_work:
        found = [
            Command(t("key.log"), t("help.log"), _do("log", screen)),
            Command(t("key.requests"), t("help.requests"), _do("requests", screen)),
            Command(t("command.import"), t("command.import_help"), partial(_import, screen)),
            Command(t("command.staff"), t("command.staff_help"), partial(_staff, screen)),
            Command(t("command.lock"), t("help.lock"), front.lock),
        ]
    found += [
        Command(t("command.help"), t("help.help"), _do("help", screen)),
        Command(t("command.light"), t("command.light_help"), partial(_colour, screen.app, "light")),
        Command(t("command.dark"), t("command.dark_help"), partial(_colour, screen.app, "dark")),
    ]
    for code in LANGUAGES:
        if code != t.code:
            words = t(f"command.language.{code}")
            found.append(Command(words, t("command.language_help"), partial(front.speak, code)))
    return [*found, Command(t("command.quit"), t("help.quit"), _do("quit", screen.app))]


def _do(action: str, where: DOMNode) -> Callable[[], object]:
    return lambda: where.app.call_later(where.app.run_action, action, where)


def _colour(app: App[object], theme: str) -> None:
    app.theme = theme


def _import(screen: DeskScreen[object]) -> None:
    from screens.importing import ImportingScreen

    screen.go_to(ImportingScreen())


def _staff(screen: DeskScreen[object]) -> None:
    from screens.staff import StaffScreen

    screen.go_to(StaffScreen())
