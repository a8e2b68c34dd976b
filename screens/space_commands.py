"""What the palette offers of spaces beside what has a key: conduct, queues, windows, words."""

from collections.abc import Iterator
from functools import partial

from deskapp import conduct, erasures, exemptions, queues
from screens.base import DeskScreen
from screens.palette import Command


def offered(screen: DeskScreen[object]) -> Iterator[Command]:
    """The commands that whoever is at this screen may use."""
    t, may = screen.t, screen.desk.may
    if may(conduct.NOTING):
        yield Command(t("conduct.title"), t("command.conduct_help"), partial(_conduct, screen))
    if may(queues.SEATING):
        yield Command(t("queue.title"), t("command.queue_help"), partial(_queue, screen))
    if may(exemptions.DECLARING):
        run = partial(_exemptions, screen)
        yield Command(t("exemptions.title"), t("command.exemptions_help"), run)
    if may(erasures.ERASING) and screen.desk.profile.rooms:
        run = partial(_booking_words, screen)
        yield Command(t("booking_words.title"), t("command.booking_words_help"), run)


def _conduct(screen: DeskScreen[object]) -> None:
    from screens.conduct import ConductScreen

    screen.go_to(ConductScreen())


def _queue(screen: DeskScreen[object]) -> None:
    from screens.queues import QueueScreen

    screen.go_to(QueueScreen())


def _exemptions(screen: DeskScreen[object]) -> None:
    from screens.exemptions import ExemptionsScreen

    screen.go_to(ExemptionsScreen())


def _booking_words(screen: DeskScreen[object]) -> None:
    from screens.booking_words import BookingWordsScreen

    screen.go_to(BookingWordsScreen())
