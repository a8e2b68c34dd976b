"""What the palette offers of spaces beside what has a key: conduct, queues, exemption windows."""

from collections.abc import Iterator
from functools import partial

from deskapp import conduct
from screens.base import DeskScreen
from screens.palette import Command


def offered(screen: DeskScreen[object]) -> Iterator[Command]:
    """The commands that whoever is at this screen may use."""
    t, may = screen.t, screen.desk.may
    if may(conduct.NOTING):
        yield Command(t("conduct.title"), t("command.conduct_help"), partial(_conduct, screen))


def _conduct(screen: DeskScreen[object]) -> None:
    from screens.conduct import ConductScreen

    screen.go_to(ConductScreen())
