"""What one does at an event, by digit: from the list (F6) and from an event's page alike.

A feature enters itself here: its digit, the name that its messages have (`event.key.<name>` in the
key line, `event.help.<name>` under F1), and its screen, which is made with the event's id and the
id of the session under the cursor, and loaded when it is wanted.
"""

from collections.abc import Iterator
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

from deskapp.desk import Role
from deskapp.readers import Found
from screens.base import DeskScreen
from screens.numbered import Act


class Entry(NamedTuple):
    """`least`: the role that it takes."""

    digit: int
    name: str
    module: str
    screen: str
    least: Role = Role.STUDENT_ASSISTANT


ENTRIES: tuple[Entry, ...] = (
    Entry(1, "sign_up", "screens.sign_up", "SignUpScreen"),
    Entry(2, "signups", "screens.signups", "SignupsScreen"),
    Entry(3, "notices", "screens.notices", "NoticesScreen"),
    Entry(4, "door", "screens.door_opening", "DoorOpeningScreen"),
    Entry(5, "tickets", "screens.tickets", "TicketsScreen"),
    Entry(6, "helpers", "screens.helpers", "HelpersScreen"),
    Entry(7, "results", "screens.results", "ResultsScreen", Role.LIBRARIAN),
    Entry(8, "feedback", "screens.feedback", "FeedbackScreen"),
)
"""1 sign up  2 sign-ups  3 waiting, and whom to tell  4 open a door  5 tickets  6 volunteers
7 results  8 feedback; 9 is the event's own.
"""
CARD: tuple[str, str] | None = ("screens.sign_up", "receive")
"""a module and its function, called with the screen, the ids of event and session, and the reader
whose card or number was entered there
"""


def acts(screen: DeskScreen[Any], event: str, session: str) -> Iterator[Act]:
    """What may be done at an event by whoever is signed in."""
    t = screen.t
    for each in ENTRIES:
        if screen.desk.may(each.least):
            run = partial(_open, screen, each, event, session)
            words = t(f"event.key.{each.name}"), t(f"event.help.{each.name}")
            yield each.digit, *words, run


def _open(screen: DeskScreen[Any], entry: Entry, event: str, session: str) -> None:
    screen.go_to(getattr(import_module(entry.module), entry.screen)(event, session))


def received(screen: DeskScreen[Any], event: str, session: str, reader: Found) -> None:
    """Somebody's card, at an event."""
    if CARD is None:
        screen.say(screen.t("box.no_box"), error=True)
        return
    module, name = CARD
    getattr(import_module(module), name)(screen, event, session, reader)
