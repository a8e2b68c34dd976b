"""Ctrl+Z: one's last act undone, and said."""

from deskapp import undo
from deskapp.language import Language
from deskapp.refusal import Refusal
from deskapp.undo import Undone
from screens.base import DeskScreen, Seen
from screens.course import STEPS, step_words

WORDS = {
    "logged": "undo.logged",
    "offered": "undo.offered",
    "accepted": "undo.accepted",
    "sent_back": "undo.sent_back",
    "closed": "undo.closed",
    "card.bound": "undo.bound",
    "card.lost": "undo.lost",
}
LASTING = {
    "request.first_corrected": "log.first",
    "request.reopened": "record.reopen",
    "request.agreement_signed": "record.agree",
    "incomplete": "log.completing",
    "card": "cards.title",
    "reader": "log.reader",
    "shift": "shift.title",
    "found": "undo.found",
    "lent": "undo.lent_things",
}
"""what stays as it is: kinds of acts and, for the rest, what they are about"""


def undone(screen: DeskScreen[Seen]) -> None:
    """Undo it, show what became of it, and say so; or what it is that cannot be undone."""
    try:
        receipt = undo.undo(screen.desk)
    except Refusal as refusal:
        if (kind := refusal.facts.get("what")) is None:
            screen.refuse(refusal)
        else:
            t = screen.t
            screen.say(t("refusal.CannotUndo", what=_lasting(t, str(kind))), error=True)
        return
    screen.act(screen.reread)
    screen.say(_words(screen, receipt))


def _lasting(t: Language, kind: str) -> str:
    for name in (kind, kind.partition(".")[0]):
        if name in LASTING:
            return t(LASTING[name])
    return t("undo.last_step")


def _words(screen: DeskScreen[Seen], receipt: Undone) -> str:
    t, profile, name = screen.t, screen.desk.profile, receipt.name
    match receipt.what:
        case "counted":
            return t("undo.counted", what=profile.tallies[name].name(t.code))
        case "lent.lent":
            known = profile.lent.get(name)
            return t("undo.lent", what=known.name(t.code) if known else name)
        case what if what in STEPS:
            return t("undo.step", number=name, step=step_words(t, what))
    return t(WORDS[receipt.what], number=name)
