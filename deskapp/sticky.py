"""What the next entry begins with: kind and channel of the last one, for some minutes."""

from dataclasses import dataclass
from datetime import timedelta

from db import undoing
from db.clock import stamp
from db.place import set_setting, setting
from deskapp import drafts
from deskapp.desk import Desk


@dataclass(frozen=True, slots=True)
class Sticky:
    """None where the usual one is meant. A kind that the words had selected, or a confidential
    one, does not stick.
    """

    kind: str | None = None
    channel: str | None = None


def last(desk: Desk) -> Sticky:
    """What sticks now."""
    operator, limits = desk.whoever(), desk.profile.limits
    since = stamp(desk.now() - timedelta(minutes=limits.sticky_minutes))
    with desk.reading() as connection:
        since = max(since, setting(connection, _name(operator.id)) or "")
        entry = undoing.last_logged(connection, desk.code, operator.id, since)
    if entry is None:
        return Sticky()
    profile = desk.profile
    kind = profile.kinds.get(entry.kind)
    by_words = drafts.kind_in(desk, entry.question or "") == entry.kind
    chosen = kind is not None and not kind.confidential and not by_words
    other = entry.channel in profile.channels and entry.channel != profile.usual.channel
    return Sticky(entry.kind if chosen else None, entry.channel if other else None)


def forget(desk: Desk) -> None:
    """The next entry begins as usual."""
    with desk.ledger.store.writing() as connection:
        set_setting(connection, _name(desk.whoever().id), stamp(desk.now()))


def _name(operator: str) -> str:
    return f"unstuck.{operator}"
