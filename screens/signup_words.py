"""Sign-ups in words and signs: how one stands, what was done, which sessions there are; and the
lines of a form that ask an event's questions.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from textual.widget import Widget

from deskapp import events
from deskapp.desk import Desk
from deskapp.events import Event, Question, Session
from deskapp.language import Language
from deskapp.signup_lists import CROWDED, Listed
from deskapp.signups import CANCELLED, IN, WAITING, Beside
from deskapp.waiting_list import Promoted
from screens.choice import Choice, Field, Option
from screens.event_words import heads_words, when_words


def sign(row: Listed) -> str:
    """One character, before any word is read."""
    if row.status == WAITING:
        return "~"
    if row.status != IN:
        return "x"
    return "*" if row.came else "!" if row.untold else "."


def state(t: Language, row: Listed) -> str:
    """`已签到10:11`, `已签到10:00 补录`, `候补`, `已递补 未通知`"""
    if row.status == IN and row.came:
        at = t.time(row.came_at) if row.came_at else ""
        words = t("signups.came_at", at=at)
        if row.listed:
            words += f" {t('log.backdated')}"
        return f"{words} {row.came}/{row.places}" if row.places > 1 else words
    if row.status == IN and row.promoted:
        return t("signup_state.untold" if row.untold else "signup_state.promoted")
    if row.status == CANCELLED and row.why == CROWDED:
        return t("notices.what.taken_back")
    words = t(f"signup_state.{row.status}")
    return f"{words} {row.why}" if row.status == CANCELLED and row.why else words


def session_words(t: Language, desk: Desk, session: Session) -> str:
    """`11-24 周二 14:00-16:00 报告厅 86/120 +5`"""
    place = events.place_name(desk, session.place, t.code)
    heads = session.heads
    counted = heads_words(t, heads.expected, session.most, heads.waiting)
    return f"{when_words(t, session.begin, session.until)} {place} {counted}"


def to_come(desk: Desk, event: Event) -> list[Session]:
    """The sessions one may sign up for."""
    now = desk.now()
    return [each for each in event.planned if each.until > now]


def beside_words(t: Language, desk: Desk, beside: Iterable[Beside]) -> str:
    """What else they have signed up for at that time; empty where nothing."""
    found = [
        f"{each.title} {when_words(t, desk.local(each.begins), desk.local(each.until))}"
        for each in beside
    ]
    return t("signup_form.beside", what=" / ".join(found)) if found else ""


def moved_words(t: Language, promoted: Sequence[Promoted]) -> str:
    """That somebody moved up, and is to be told."""
    return t("signup_form.moved_up", count=len(promoted)) if promoted else ""


# an event's questions as lines of a form


def asking(questions: Sequence[Question], known: Mapping[str, str]) -> Iterable[Widget]:
    """A line a question, with what was answered."""
    for place, each in enumerate(questions):
        label = f"{each.text}*" if each.must and not each.door else each.text
        answer = known.get(each.code, "")
        if each.choices:
            options = (Option(choice, choice) for choice in each.choices)
            yield Choice(label, options, answer or None, id=f"asked{place}")
        else:
            yield Field(label, answer, id=f"asked{place}")


def answers(
    questions: Sequence[Question],
    chosen: Callable[[str], str | None],
    written: Callable[[str], str],
) -> dict[str, str]:
    """What stands in these lines, by code."""
    found = {}
    for place, each in enumerate(questions):
        line = f"asked{place}"
        found[each.code] = (chosen(line) if each.choices else written(line)) or ""
    return found
