"""Whom to tell: who moved up from the waiting list, whose session was moved, dropped or is held
after all, whose event is off, whose place was taken back. One message a person, without a name in
it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from db import signup_lists as lists
from db.clock import stamp
from db.facts import Draft
from db.signup_lists import Untold
from db.signups import draft
from deskapp import event_views, events
from deskapp.desk import Desk, Refusal
from deskapp.event_views import Event, Session
from deskapp.language import LANGUAGES, Language
from deskapp.readers import masked_name, masked_number
from deskapp.signups import SIGNING_UP

PROMOTED, CALLED_OFF, DROPPED, MOVED, RESTORED = "promoted", "cancelled", "dropped", "moved", "held"
TAKEN_BACK = "taken_back"
"""what there is to be told"""
MOST = 3
"""times that one message names"""


@dataclass(frozen=True, slots=True)
class News:
    """One thing to be told, and of which time; `why` a session or the event is off."""

    what: str
    begin: datetime
    until: datetime
    place: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """All that one person is to be told of one sign-up. `moved`: the moment of the latest of their
    own place in it, as it is stored; `changed`: of the latest change of their session.
    """

    id: str
    session: str
    event: str
    name: str
    """of the event: 2F-7"""
    title: str
    patron: str | None
    who: str
    number: str
    phone: str
    places: int
    news: tuple[News, ...]
    moved: str | None
    changed: str | None


def to_tell(desk: Desk, event: str | None = None) -> list[Notice]:
    """Whoever is to be told something, of one event or of all, by time. Refuses RoleTooLow."""
    desk.require(SIGNING_UP)
    with desk.reading() as connection:
        lines = lists.untold(connection, stamp(desk.now()), event)
        known = event_views.all_known(desk, connection, {each.event for each in lines})
    theirs: dict[tuple[str, str, str], list[Untold]] = {}
    for line in lines:
        theirs.setdefault((line.event, line.subject, line.session), []).append(line)
    found = [_notice(desk, known[event], some) for (event, _, _), some in theirs.items()]
    return sorted(found, key=lambda each: (each.news[0].begin, each.event))


def count(desk: Desk, event: str | None = None) -> int:
    """How many people are to be told something. Refuses RoleTooLow."""
    desk.require(SIGNING_UP)
    with desk.reading() as connection:
        return lists.count_untold(connection, stamp(desk.now()), event)


def _notice(desk: Desk, event: Event, lines: Sequence[Untold]) -> Notice:
    first = lines[0]
    news = tuple(each for line in lines for each in _news(event, line))
    if event.cancelled:
        news = news[:1]
    return Notice(
        first.subject,
        first.session,
        event.id,
        event.name,
        event.title,
        first.patron,
        masked_name(first.name or ""),
        masked_number(first.number or ""),
        masked_number(first.phone or ""),
        first.places,
        tuple(dict.fromkeys(news)),
        max(_moves(lines), default=None),
        max(_changes(lines), default=None),
    )


def _moves(lines: Sequence[Untold]) -> list[str]:
    """The moments of what they are to be told of their own place."""
    return [each for line in lines for each in (line.promoted, line.taken_back) if each]


def _changes(lines: Sequence[Untold]) -> list[str]:
    """The same of their sessions."""
    return [each for line in lines for each in (line.changed, line.cancelled) if each]


def _news(event: Event, line: Untold) -> Iterable[News]:
    session = event.session(line.about)
    if event.cancelled:
        yield _of(CALLED_OFF, session, event.why)
        return
    if line.taken_back:
        yield _of(TAKEN_BACK, session)
    elif line.promoted:
        yield _of(PROMOTED, session)
    elif line.changed is not None:
        what = DROPPED if session.cancelled else MOVED if session.was else RESTORED
        yield _of(what, session, session.why)


def _of(what: str, session: Session, why: str = "") -> News:
    return News(what, session.begin, session.until, session.place, why)


def message(desk: Desk, notice: Notice, language: str = LANGUAGES[0]) -> str:
    """What is sent to them: short, formal, in one language, with no name in it."""
    t = Language(language, now=desk.now)
    said = (
        _sentences(desk, t, notice, what) for what in dict.fromkeys(n.what for n in notice.news)
    )
    news = reduce(lambda before, more: t("notice.then", before=before, more=more), said)
    return t("notice.message", news=news, place=desk.place)


def _sentences(desk: Desk, t: Language, notice: Notice, what: str) -> str:
    """All news of one sort, and why."""
    some = [news for news in notice.news if news.what == what]
    times = [_when(desk, t, each) for each in some[:MOST]]
    words = reduce(lambda before, more: t("notice.and", before=before, more=more), times)
    if len(some) > MOST:
        words = t("notice.more", times=words, count=len(some))
    facts = {"title": notice.title, "times": words, "count": len(some)}
    said = t(f"notice.{what}", **facts)
    why = some[0].why.strip().rstrip("。.")
    return t("notice.then", before=said, more=t("notice.why", why=why)) if why else said


def _when(desk: Desk, t: Language, news: News) -> str:
    facts = {"day": t.day(news.begin.date()), "place": events.place_name(desk, news.place, t.code)}
    return t("notice.time", begin=t.time(news.begin), until=t.time(news.until), **facts)


def tell(desk: Desk, notices: Sequence[Notice]) -> int:
    """These people know what their notices say; gives how many. Refuses RoleTooLow, NothingToTell
    (they know by now, or there is nothing left to be told).
    """
    desk.require(SIGNING_UP)
    with desk.act() as act:
        now = stamp(act.at)
        told = 0
        for each in notices:
            lines = lists.untold(act.connection, now, each.event, each.id)
            left = [line for line in lines if line.session == each.session]
            drafts = list(_told(each, left))
            act.record_many(drafts)
            told += bool(drafts)
        if not told:
            raise Refusal("NothingToTell")
    return told


def _told(notice: Notice, left: Sequence[Untold]) -> Iterable[Draft]:
    said = {"session": notice.session}
    if notice.moved is not None and _moves(left):
        yield draft("signup.told", notice.id, {**said, "place": notice.moved})
    if notice.changed is not None and _changes(left):
        yield draft("signup.told", notice.id, {**said, "change": notice.changed})
