"""Sittings and bookings in a few words, for whoever settles a clash."""

from deskapp.desk import Desk
from deskapp.language import Language
from deskapp.stays import Stay, Then

STATES = {
    "reserved": "stay.state.reserved",
    "waiting": "stay.state.waiting",
    "seated": "stay.state.seated",
    "away": "stay.state.away",
    "in_use": "stay.state.in_use",
    "over": "stay.state.over",
    "unused": "stay.state.unused",
    "cancelled": "stay.state.cancelled",
    "void": "stay.state.void",
}


def place_words(t: Language, desk: Desk, where: str) -> str:
    """A seat or a room by name: 考研空间 C-37."""
    code, _, label = where.partition("/")
    place = desk.profile.zones.get(code) if label else desk.profile.rooms.get(code)
    return f"{place.name(t.code) if place else code} {label}".rstrip()


def stay_words(t: Language, desk: Desk, stay: Stay) -> str:
    """Whose, where, from when to when."""
    begins, until = t.moment(stay.begins), t.time(stay.until)
    times = t("stay.times", begins=begins, until=until)
    return f"{stay.who} {place_words(t, desk, stay.where)} {times}".strip()


def short_words(t: Language, desk: Desk, stay: Stay) -> str:
    """Whose, where, from when."""
    return f"{stay.who} {place_words(t, desk, stay.where)} {t.time(stay.begins)}".strip()


def then_words(t: Language, then: Then) -> str:
    """What becomes of it."""
    if then.state == "over" and then.minutes is not None:
        return t("stay.state.left", minutes=then.minutes)
    return t(STATES[then.state], minutes=then.minutes or 0)
