"""What the palette offers of the desk's registers and of what is rarely done."""

from collections.abc import Iterator
from functools import partial

from deskapp import (
    counts,
    crisis,
    draws,
    erasures,
    found_things,
    kit,
    lent_things,
    segments,
    signups,
)
from deskapp.kit import Printed
from screens.base import DeskScreen
from screens.labels import from_home
from screens.palette import Command


def urgent(screen: DeskScreen[object]) -> Iterator[Command]:
    """What stands before everything else."""
    if screen.desk.may(crisis.CALLING):
        t = screen.t
        yield Command(t("command.crisis"), t("command.crisis_help"), partial(_crisis, screen))


def offered(screen: DeskScreen[object]) -> Iterator[Command]:
    """The commands that whoever is at this screen may use."""
    t, may = screen.t, screen.desk.may
    if may(found_things.KEEPING):
        yield Command(t("command.found"), t("command.found_help"), partial(_found, screen))
    if may(lent_things.LENDING):
        yield Command(t("command.lent"), t("command.lent_help"), partial(_lent, screen))
    if may(counts.COUNTING):
        yield Command(t("command.counts"), t("command.counts_help"), partial(_counts, screen))
    if may(signups.SIGNING_UP):
        yield Command(t("notices.title"), t("events.help.notices"), partial(_notices, screen))
    if may(draws.LOOKING):
        yield Command(t("command.draws"), t("command.draws_help"), partial(_draws, screen))
    if may(segments.KEEPING) and segments.listed(screen.desk):
        yield Command(t("command.members"), t("command.members_help"), partial(_members, screen))
    if may(kit.PRINTING):
        yield Command(t("command.kit"), t("command.kit_help"), partial(_kit, screen))
    if may(erasures.ERASING):
        yield Command(t("command.erase"), t("command.erase_help"), partial(_erasing, screen))


def _found(screen: DeskScreen[object]) -> None:
    from screens.found_things import FoundScreen

    screen.go_to(FoundScreen())


def _lent(screen: DeskScreen[object]) -> None:
    from screens.lent_things import LentScreen

    screen.go_to(LentScreen())


def _counts(screen: DeskScreen[object]) -> None:
    from screens.counts import CountsScreen

    screen.go_to(CountsScreen())


def _notices(screen: DeskScreen[object]) -> None:
    from screens.notices import NoticesScreen

    screen.go_to(NoticesScreen())


def _draws(screen: DeskScreen[object]) -> None:
    from screens.draws import DrawsScreen

    screen.go_to(DrawsScreen())


def _members(screen: DeskScreen[object]) -> None:
    from screens.members import MembersScreen

    screen.go_to(MembersScreen())


def _kit(screen: DeskScreen[object]) -> None:
    """Into the folder of what is to be printed, beside the store."""
    desk, t = screen.desk, screen.t

    def written(printed: Printed) -> None:
        folder = from_home(printed.folder)
        screen.say(t("command.kit_written", folder=folder, paper=printed.paper.name))

    screen.act_slowly(lambda: kit.print_kit(desk, t), written)


def _crisis(screen: DeskScreen[object]) -> None:
    from screens.crisis import CrisisScreen

    screen.go_to(CrisisScreen(screen.desk))


def _erasing(screen: DeskScreen[object]) -> None:
    from screens.erasing import ErasingScreen

    screen.go_to(ErasingScreen())
