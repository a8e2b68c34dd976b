"""Events in words: when and where, how many, how they stand."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from deskapp.desk import Desk
from deskapp.events import (
    Announced,
    Event,
    Held,
    Question,
    Scheduled,
    Session,
    Stage,
    Time,
    place_name,
)
from deskapp.feedback import Summary
from deskapp.language import Language
from screens.cells import Column
from screens.room_words import called, held_words


def when_words(t: Language, begin: datetime, until: datetime) -> str:
    """`11-24 周二 10:30-12:00`; what ends on another day has that day too."""
    end = t.time(until)
    if until.date() != begin.date() and until - begin >= timedelta(days=1):
        end = f"{until:%m-%d} {end}"
    return f"{t.day(begin.date())} {t.time(begin)}-{end}"


def heads_words(t: Language, expected: int, most: int | None, waiting: int) -> str:
    """`86/120 +5`: signed up, places, waiting."""
    found = f"{expected}/{most}" if most is not None else str(expected)
    return f"{found} +{waiting}" if waiting else found


def held_state(t: Language, held: Held, now: datetime) -> str:
    """How a session in a list stands, in a word."""
    if held.cancelled:
        return t("event.state.cancelled")
    if held.until <= now:
        return t("event.state.over")
    if held.begin <= now:
        return t("event.state.now")
    if held.full:
        return t("event.state.full")
    return t("event.state.moved") if held.moved else t("event.state.to_come")


def held_columns(t: Language, desk: Desk) -> list[Column[Held]]:
    """The columns of a list of sessions."""

    def when(row: Held) -> str:
        return when_words(t, row.begin, row.until)

    def place(row: Held) -> str:
        return place_name(desk, row.place, t.code)

    def signed(row: Held) -> str:
        return heads_words(t, row.expected, row.capacity, row.waiting)

    return [
        Column(t("events.column.when"), when, 24),
        Column(t("events.column.title"), lambda row: row.title, share=3, least=12),
        Column(t("events.column.place"), place, share=1, least=14, most=26),
        Column(t("events.column.signed"), signed, 10),
        Column(t("list.state"), lambda row: held_state(t, row, desk.now()), 8),
    ]


def session_state(t: Language, desk: Desk, session: Session, now: datetime) -> str:
    """The same on its event's page, with what was before, and why."""
    stage = session.stage(now)
    words = t(f"event.state.{stage.value}")
    if stage is Stage.CANCELLED:
        return f"{words} {session.why}".rstrip()
    if stage is Stage.TO_COME and (session.full or session.was):
        words = t("event.state.full" if session.full else "event.state.moved")
    if session.was is not None:
        words = f"{words} {t('event.was', when=_was(t, desk, session, session.was))}"
    return words


def _was(t: Language, desk: Desk, session: Session, was: Time) -> str:
    """What of it was another: the time, the place, or both."""
    found = []
    if (was.begin, was.until) != (session.begin, session.until):
        same = was.begin.date() == session.begin.date()
        times = f"{t.time(was.begin)}-{t.time(was.until)}"
        found.append(times if same else when_words(t, was.begin, was.until))
    if was.place != session.place:
        found.append(place_name(desk, was.place, t.code))
    return " ".join(found)


def kind_words(t: Language, desk: Desk, kind: str) -> str:
    known = desk.profile.events.get(kind)
    return known.name(t.code) if known else kind


def department_words(t: Language, desk: Desk, department: str) -> str:
    known = desk.profile.departments.get(department)
    return known.name(t.code) if known else department


def segments_words(t: Language, desk: Desk, audience: Iterable[str]) -> str:
    known = desk.profile.segments
    return " / ".join(known[each].name(t.code) if each in known else each for each in audience)


def period_words(first: date, last: date) -> str:
    return f"{first}–{last:%m-%d}" if first.year == last.year else f"{first}–{last}"


def terms(t: Language, desk: Desk, event: Event) -> Iterator[str]:
    """The terms of its sign-ups."""
    opens, closes = event.opens_at, event.closes_at
    if opens is not None:
        yield t("event.opens", at=t.moment(opens))
    if closes is not None:
        yield t("event.closes", at=t.moment(closes))
    yield t("event.places", count=event.capacity) if event.capacity else t("event.no_limit")
    yield t("event.apart" if event.apart else "event.whole")
    if event.audience:
        yield t("event.only", who=segments_words(t, desk, event.audience))
    if not event.queues:
        yield t("event.no_queue")
    if not event.walk_ins:
        yield t("event.no_walk_ins")
    if event.exits:
        yield t("event.exits")
    if event.questions:
        yield t("event.asks", what=asked_words(t, event.questions))


def asked_words(t: Language, questions: Iterable[Question]) -> str:
    return " / ".join(each.text for each in questions)


def mean_words(t: Language, summary: Summary) -> str:
    """`平均4.77分  30份`."""
    if summary.mean is None:
        return t("feedback.none")
    return t("feedback.mean", mean=f"{summary.mean:.2f}", count=summary.count)


def beside_words(t: Language, desk: Desk, done: Announced | Scheduled) -> Iterator[str]:
    """What else is on, and who has the room, where and when this is to be."""
    if done.beside:
        yield t("events.beside", what=done.beside[0].title)
    if done.booked:
        first = done.booked[0]
        what = f"{called(t, desk, first.room)} {t.day(first.day)} {held_words(t, desk, first)}"
        yield t("events.booked", count=len(done.booked), what=what)
