"""What the palette offers: what has no key of its own, and what one forgot the key of."""

from collections.abc import Callable
from functools import partial

from textual.dom import DOMNode

from deskapp.language import LANGUAGES
from screens.base import DeskScreen
from screens.bindings import LED
from screens.palette import Command


def offered(screen: DeskScreen[object]) -> list[Command]:
    """The commands that whoever is at this screen may use: the features say who may."""
    t, front = screen.t, screen.front
    found: list[Command] = []
    if screen.at_work:
        from deskapp import readers, requests, staff
        from screens import card_commands, registers, shift, space_commands

        may = screen.desk.may
        found += registers.urgent(screen)
        if may(requests.LOGGING):
            found.append(Command(t("key.log"), t("help.log"), _do("log", screen)))
        found.append(Command(t("key.requests"), t("help.requests"), _do("go('requests')", screen)))
        for name in LED:
            if screen.check_action("go", (name,)):
                run = _do(f"go({name!r})", screen)
                found.append(Command(t(f"feature.{name}"), t(f"help.{name}"), run))
        found += space_commands.offered(screen)
        found.append(Command(t("feature.sync"), t("help.sync"), _do("go('sync')", screen)))
        found += shift.offered(screen)
        if may(readers.LOADING):
            run = partial(_import, screen)
            found.append(Command(t("command.import"), t("command.import_help"), run))
        if may(staff.KEEPING):
            run = partial(_staff, screen)
            found.append(Command(t("command.staff"), t("command.staff_help"), run))
        found += card_commands.offered(screen)
        found += registers.offered(screen)
        found.append(Command(t("command.lock"), t("help.lock"), front.lock))
    found += [
        Command(t("command.help"), t("help.help"), _do("help", screen)),
        Command(t("command.keys"), t("command.keys_help"), partial(_keys, screen)),
        Command(t("command.light"), t("command.light_help"), partial(front.colour, "light")),
        Command(t("command.dark"), t("command.dark_help"), partial(front.colour, "dark")),
    ]
    for code in LANGUAGES:
        if code != t.code:
            words = t(f"command.language.{code}")
            found.append(Command(words, t("command.language_help"), partial(front.speak, code)))
    return [*found, Command(t("command.quit"), t("help.quit"), _do("quit", screen.app))]


def _do(action: str, where: DOMNode) -> Callable[[], object]:
    return lambda: where.app.call_later(where.app.run_action, action, where)


def _keys(screen: DeskScreen[object]) -> None:
    from screens.help import all_keys

    screen.app.push_screen(all_keys(screen))


def _import(screen: DeskScreen[object]) -> None:
    from screens.importing import ImportingScreen

    screen.go_to(ImportingScreen())


def _staff(screen: DeskScreen[object]) -> None:
    from screens.staff import StaffScreen

    screen.go_to(StaffScreen())
