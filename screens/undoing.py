"""Ctrl+Z: one's last act undone, and said."""

from deskapp import undo
from deskapp.undo import Undone
from screens.base import DeskScreen, Seen

WORDS = {
    "logged": "undo.logged",
    "offered": "undo.offered",
    "accepted": "undo.accepted",
    "sent_back": "undo.sent_back",
    "closed": "undo.closed",
}


def undone(screen: DeskScreen[Seen]) -> None:
    """Undo it, show what became of it, and say so."""
    receipt = screen.act(undo.undo, screen.desk)
    if receipt is not None:
        screen.act(screen.reread)
        screen.say(_words(screen, receipt))


def _words(screen: DeskScreen[Seen], receipt: Undone) -> str:
    t = screen.t
    if receipt.what == "counted":
        return t("undo.counted", what=screen.desk.profile.tallies[receipt.name].name(t.code))
    return t(WORDS[receipt.what], number=receipt.name)
