"""What clashes of events, sign-ups and doors are about, in words."""

from deskapp.at_odds import Side
from deskapp.desk import Desk
from deskapp.event_plans import place_name
from deskapp.language import Language
from screens.course import named

COLUMNS = {
    "session": "odds.session",
    "title": "events.line.title",
    "kind": "events.line.kind",
    "need": "events.line.need",
    "evidence": "events.line.evidence",
    "for_": "events.line.for_",
    "partners": "events.line.partners",
    "audience": "events.line.audience",
    "opens_at": "events.line.opens",
    "closes_at": "events.line.closes",
    "capacity": "events.line.capacity",
    "apart": "event.apart",
    "queues": "odds.queues",
    "walk_ins": "odds.walk_ins",
    "shows": "events.line.shows",
    "exits": "event.exits",
    "learnt": "event.learnt",
    "why": "odds.why",
    "begins": "events.line.begin",
    "ends": "events.line.until",
    "where": "events.line.place",
    "held": "odds.held",
    "signup": "signup.title",
    "places": "odds.places",
    "door": "odds.door",
    "heads": "odds.heads",
    "came": "odds.came",
    "came_at": "odds.came_at",
    "revoked": "ticket.revoked",
    "source": "odds.source",
    "first_signup": "odds.first",
    "second_signup": "odds.second",
}
BARE = ("title", "where", "door", "session", "name", "patron")
"""what is read without being told what it is"""
SWITCHES = ("apart", "queues", "walk_ins", "exits")
MOMENTS = ("session", "opens_at", "closes_at", "begins", "ends", "came_at", "revoked")
STATUSES = ("signup", "first_signup", "second_signup")
SOME_MINUTES = 600
"""seconds from which on a clock's error is told in minutes"""
SOURCES = ("desk", "file", "door", "ticket")


def is_door(side: Side) -> bool:
    """Whether seconds matter: who was first at a door."""
    return side.kind.startswith("door.")


def scanned(t: Language, side: Side) -> str:
    """When it was by the clock of that desk, to the second, and by the centre's."""
    at = f"{t.moment(side.at)}:{side.at:%S}"
    if side.behind is None:
        return f"{at}  {t('clash.clock_unknown')}"
    right, off = side.at + side.behind, round(side.behind.total_seconds())
    if not off:
        return f"{at}  {t('odds.clock_right')}"
    by, true = _span(t, abs(off)), f"{right:%H:%M:%S}"
    if off > 0:
        return f"{at}  {t('odds.clock_slow', by=by, at=true)}"
    return f"{at}  {t('odds.clock_fast', by=by, at=true)}"


def _span(t: Language, seconds: int) -> str:
    if seconds < SOME_MINUTES:
        return t("odds.seconds", count=seconds)
    return t("odds.minutes", count=round(seconds / 60))


def value(t: Language, desk: Desk, name: str, said: str) -> str:
    """One thing that is said, as people read it."""
    if not said:
        return ""
    if name in MOMENTS:
        at = desk.local(said)
        return f"{t.moment(at)}:{at:%S}" if name == "came_at" else t.moment(at)
    if name in STATUSES:
        return t(f"odds.signup.{said}")
    if name == "held":
        return t(f"odds.held.{said}")
    if name in SWITCHES:
        return t("asking.yes" if said in ("True", "1") else "asking.no")
    if name == "source":
        return t(f"odds.source.{said}") if said in SOURCES else said
    if name == "shows":
        return t(f"events.shows.{said}")
    return _called(t, desk, name, said)


def _called(t: Language, desk: Desk, name: str, said: str) -> str:
    """Codes by their names."""
    if name == "where":
        return place_name(desk, said, t.code)
    if name == "kind":
        return named(t, desk.profile.events, said)
    if name == "audience":
        return " ".join(named(t, desk.profile.segments, each) for each in said.split())
    return said


def told(t: Language, desk: Desk, name: str, said: str) -> str:
    """The same within a sentence: with what it is, where that is not seen."""
    words = value(t, desk, name, said)
    return words if name in (*BARE, *STATUSES) else f"{t(COLUMNS[name])} {words}"
