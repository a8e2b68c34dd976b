"""Drafts that wait (暂存), named before anybody goes."""

from contextlib import suppress

from deskapp import drafts, staff
from deskapp.desk import Desk
from deskapp.language import Language
from deskapp.refusal import Refusal
from screens.asking import AskScreen


def parked_words(t: Language, desk: Desk) -> str:
    """`本人2  李静1`, the operator's own first; empty where none wait."""
    waiting, names = drafts.parked(desk), staff.names(desk)
    own = waiting.pop(desk.operator.id, 0) if desk.operator else 0
    words = [t("parked.own", count=own)] if own else []
    words += sorted(f"{names.get(id_, '')} {count}" for id_, count in waiting.items())
    return t("parked.waiting", whose="  ".join(words)) if words else ""


def asked_to_quit(t: Language, desk: Desk | None) -> AskScreen:
    """Whether to leave the program; with what waits at the desk, if that can be read."""
    words = ""
    if desk is not None:
        with suppress(Refusal):
            words = parked_words(t, desk)
    return AskScreen(t("quit.question"), *filter(None, (words,)))
