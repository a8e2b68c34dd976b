"""What a door says, in words: one large, and what is to be done beside it."""

from datetime import datetime

from deskapp.desk import Desk
from deskapp.language import Language
from deskapp.verdicts import Asked, Verdict
from screens.refusals import refusal_words

YES, ASK, NO = "yes", "ask", "no"
STOPPED = ("ask", "already", "waiting", "call", "misread")
"""verdicts that a lead may have something to say to"""
PLACELESS = ("unknown", "waiting", "full", "cancelled", "other_session")
"""verdicts on people whom a free place would let in"""


def kind(verdict: Verdict | None) -> str:
    """In which colours it is shown."""
    if verdict is None or verdict.what in ("undone", "closed", "twice"):
        return "idle"
    if verdict.passed:
        return YES
    return ASK if verdict.what in STOPPED or verdict.walk_in else NO


def big(t: Language, verdict: Verdict | None) -> str:
    """The large word, with a sign before it: some see no colours."""
    if verdict is None:
        return t("door_big.idle")
    what = verdict.what
    if verdict.asked is not None:
        what = verdict.asked.what
    elif what == "revoked" and verdict.replaced:
        what = "replaced"
    elif what == "unknown" and verdict.name:
        what = "unlisted"
    word, group = t(f"door_big.{what}"), verdict.passed and verdict.heads > 1
    if group:
        word = t(f"door_group.{what}", heads=verdict.heads)
    shown = kind(verdict)
    if shown not in (YES, ASK, NO):
        return word
    sign = t(f"door_sign.{shown}")
    return f"{sign}{word}" if group else f"{sign} {word}"


def words(t: Language, desk: Desk, verdict: Verdict) -> str:
    """Who it is, and why."""
    return "  ".join(filter(None, (verdict.name, verdict.college, *_about(t, desk, verdict))))


def _about(t: Language, desk: Desk, verdict: Verdict) -> list[str]:
    what = verdict.what
    if verdict.asked is not None:
        return [verdict.asked.words or t(f"door_ask.{verdict.asked.what}")]
    if verdict.refusal is not None:
        return [refusal_words(t, desk, verdict.refusal)]
    if what == "admitted":
        said = [t("door.ordinal", n=verdict.ordinal)]
        return [*said, t("door.rest", n=verdict.rest)] if verdict.rest else said
    if _by_name(verdict):
        what = "by_name"
    elif what == "other_session" and verdict.since:
        what = "theirs"
    elif what == "unknown" and verdict.name:
        what = "unlisted"
    elif verdict.replaced:
        what = "replaced"
    since = when(t, verdict.since, verdict.at) if verdict.since else ""
    return [t(f"door_said.{what}", since=since, door=verdict.door)]


def _by_name(verdict: Verdict) -> bool:
    """Whether a name was typed, by which nobody is found at a door."""
    return verdict.what == "unknown" and not verdict.code.isascii()


def when(t: Language, moment: datetime, now: datetime) -> str:
    """A time, with its day where that is another."""
    return t.time(moment) if moment.date() == now.date() else t.moment(moment)


def next_step(t: Language, verdict: Verdict, later: datetime | None = None) -> str:
    """What is to be done, in plain words; `later`: from when places are free that are not now."""
    if verdict.asked is not None:
        return _answers(t, verdict.asked)
    if verdict.walk_in:
        return t("door.offer_waiting" if verdict.what == "waiting" else "door.offer")
    if later is not None and verdict.name and verdict.what in PLACELESS:
        return t("door.later", time=t.time(later))
    if verdict.what == "closed":
        return t("door.hand_back", key=t.keys["quit"])
    if verdict.what == "misread" or _by_name(verdict):
        return ""  # nobody is sent away for that
    if verdict.what in ("undone", "call", "out"):
        return t(f"door_next.{verdict.what}")
    return t(f"door_next.{kind(verdict)}")


def places(t: Language, left: tuple[int, datetime | None] | None) -> str:
    """Where walk-ins find a place, or when."""
    if left is None:
        return ""
    count, later = left
    return t("door.free_from", time=t.time(later)) if later else t("door.free", count=count)


def _answers(t: Language, asked: Asked) -> str:
    if asked.what == "heads":
        return t("door.heads", most=asked.most)
    names = (
        [t(f"door_way.{each}") for each in asked.options]
        if asked.what == "way"
        else (list(asked.options))
    )
    if not names:
        return t("door.type_answer")
    return "   ".join(f"{n} {name}" for n, name in enumerate(names, 1))


def line(t: Language, verdict: Verdict) -> str:
    """The same on one line below."""
    word = big(t, verdict).strip()
    return "  ".join(filter(None, (f"{verdict.at:%H:%M:%S}", verdict.name or verdict.code, word)))
