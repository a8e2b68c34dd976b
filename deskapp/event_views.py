"""Events and their sessions as screens have them, and which one is meant.

Nothing here is about a person: whoever is at a door may ask.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from unicodedata import normalize

from sqlalchemy import Connection

from db import event_pages as pages
from db import events as stored
from db.clock import stamp
from db.event_pages import Heads
from db.events import CANCELLED
from db.signup_rows import WHOLE
from deskapp.desk import Desk, Refusal
from deskapp.event_plans import Question, Time

_NUMBER = re.compile(r"(?:([0-9A-Z]{1,8})-)?([0-9]{1,9})")


class Stage(StrEnum):
    """How an event, or a session, stands at a moment."""

    TO_COME = "to_come"
    NOW = "now"
    """of an event: some of its sessions are over, and some are not"""
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Session:
    """One time of an event. `was`: where and when it was announced for, if it was moved since;
    `changed_at`: since when those who signed up are to be told; `capacity`: none where as many may
    come as want to, and `heads` who will and who came, with those who signed up for all of it.
    """

    id: str
    event: str
    begin: datetime
    until: datetime
    place: str
    capacity: int | None
    allowed: int | None
    cancelled: bool
    why: str
    was: Time | None
    changed_at: datetime | None
    heads: Heads
    own_capacity: int | None = None

    @property
    def most(self) -> int | None:
        """How many may come, with what somebody has allowed."""
        return None if self.capacity is None else max(self.capacity, self.allowed or 0)

    @property
    def full(self) -> bool:
        return self.most is not None and self.heads.expected >= self.most

    def stage(self, now: datetime) -> Stage:
        if self.cancelled:
            return Stage.CANCELLED
        return Stage.OVER if self.until <= now else Stage.TO_COME if now < self.begin else Stage.NOW


@dataclass(frozen=True, slots=True)
class Event:
    """An event as it stands; see `db.events.Event`. `name` is what people call it (2F-7), `whole`
    who signed up for all of its sessions together.
    """

    id: str
    name: str
    desk: str
    number: int
    title: str
    kind: str
    series: str | None
    department: str
    need: str
    evidence: str
    for_: str
    partners: tuple[str, ...]
    audience: tuple[str, ...]
    opens_at: datetime | None
    closes_at: datetime | None
    capacity: int | None
    apart: bool
    queues: bool
    walk_ins: bool
    questions: tuple[Question, ...]
    shows: str
    exits: bool
    helpers: int | None
    repeats: str | None
    cancelled: bool
    why: str
    announced_at: datetime
    learnt: str
    reported_at: datetime | None
    sessions: tuple[Session, ...] = field(default=())
    whole: Heads = field(default=Heads())

    def session(self, id: str) -> Session:
        """Refuses SessionUnknown."""
        for each in self.sessions:
            if each.id == id:
                return each
        raise Refusal("SessionUnknown")

    @property
    def planned(self) -> tuple[Session, ...]:
        """Its sessions, less those that were dropped."""
        return tuple(each for each in self.sessions if not each.cancelled)

    def stage(self, now: datetime) -> Stage:
        if self.cancelled or (self.sessions and not self.planned):
            return Stage.CANCELLED
        stages = {each.stage(now) for each in self.planned} or {Stage.TO_COME}
        return stages.pop() if len(stages) == 1 else Stage.NOW


LISTED = 8
"""sessions named to who asked for another"""


def not_there(begin: Iterable[datetime]) -> Refusal:
    """SessionNotThere(known): the sessions there are, by their number and when each begins."""
    words = [f"{number}) {each:%m-%d %H:%M}" for number, each in enumerate(begin, 1)]
    more = ["…"] if len(words) > LISTED else []
    return Refusal("SessionNotThere", known="  ".join(words[:LISTED] + more))


# which one is meant


def event(desk: Desk, id: str) -> Event:
    """An event. Refuses EventUnknown."""
    with desk.reading() as connection:
        return known(desk, connection, id)


def known(desk: Desk, connection: Connection, id: str) -> Event:
    """The same, of a transaction. Refuses EventUnknown."""
    return shown(desk, connection, row_of(connection, id))


def all_known(desk: Desk, connection: Connection, ids: Collection[str]) -> dict[str, Event]:
    """Events by their ids, as far as they are held."""
    return {each.id: each for each in _shown(desk, connection, pages.by_subjects(connection, ids))}


def find(desk: Desk, text: str) -> Event:
    """An event by its name (2F-7; 7 at its own desk), its id, or a part of its title: rather one
    that is to come than one that is over.

    Refuses EventUnknown, EventAmbiguous.
    """
    typed = normalize("NFKC", text).strip()
    with desk.reading() as connection:
        ids = _meant(desk, connection, typed)
        if not ids:
            raise Refusal("EventUnknown", event=text)
        if len(ids) > 1:
            names = [name_of(row_of(connection, id)) for id in ids[:9]]
            raise Refusal("EventAmbiguous", event=text, events=" ".join(names))
        return known(desk, connection, ids[0])


def _meant(desk: Desk, connection: Connection, typed: str) -> list[str]:
    """The ids of events that a text may mean."""
    if not typed:
        return []
    id = typed if typed.startswith("event:") else f"event:{typed.lower()}"
    if pages.event(connection, id) is not None:
        return [id]
    if numbered := _NUMBER.fullmatch(typed.upper()):
        rows = pages.numbered(connection, numbered[1] or desk.code, int(numbered[2]))
        if rows:
            return [row.subject for row in rows]
    lines = pages.titled(connection, typed)
    now = stamp(desk.now())
    exact = [line for line in lines if line[1] == typed] or lines
    to_come = [line for line in exact if not line[2] or line[2] > now] or exact
    return [subject for subject, *_ in to_come]


def row_of(connection: Connection, id: str) -> stored.Event:
    """Refuses EventUnknown."""
    row = pages.event(connection, id)
    if row is None:
        raise Refusal("EventUnknown", event=id.partition(":")[2])
    return row


def name_of(row: stored.Event) -> str:
    """What people call it: 2F-7."""
    return f"{row.desk}-{row.number}"


def shown(desk: Desk, connection: Connection, row: stored.Event) -> Event:
    """A row as screens have it, with its sessions."""
    return next(_shown(desk, connection, {row.subject: row}))


def _shown(desk: Desk, connection: Connection, rows: Mapping[str, stored.Event]) -> Iterator[Event]:
    heads, times = pages.heads(connection, rows), pages.sessions(connection, rows)
    for id, row in rows.items():
        yield _event(desk, row, heads[id], times[id])


def _event(
    desk: Desk, row: stored.Event, heads: dict[str, Heads], times: Sequence[stored.Session]
) -> Event:
    whole = heads.get(WHOLE, Heads())
    return Event(
        row.subject,
        name_of(row),
        row.desk,
        row.number,
        row.title,
        row.kind,
        row.series,
        row.department,
        row.need or "",
        row.evidence or "",
        row.for_ or "",
        tuple(json.loads(row.partners)),
        tuple(json.loads(row.audience)),
        desk.local(row.opens_at) if row.opens_at else None,
        desk.local(row.closes_at) if row.closes_at else None,
        row.capacity,
        row.apart,
        row.queues,
        row.walk_ins,
        tuple(map(Question.read, json.loads(row.questions))),
        row.shows,
        row.exits,
        row.helpers,
        row.repeats,
        row.status == CANCELLED,
        row.why or "",
        desk.local(row.announced_at),
        row.learnt or "",
        desk.local(row.reported_at) if row.reported_at else None,
        tuple(_session(desk, row, each, heads, whole) for each in times),
        whole,
    )


def _session(
    desk: Desk, event: stored.Event, row: stored.Session, heads: dict[str, Heads], whole: Heads
) -> Session:
    mine = heads.get(row.id, Heads())
    if not event.apart:
        mine = Heads(*map(sum, zip(mine, whole, strict=True)))
    return Session(
        row.id,
        row.subject,
        desk.local(row.begins),
        desk.local(row.until),
        row.place,
        row.capacity if row.capacity is not None else event.capacity,
        row.allowed,
        CANCELLED in (row.status, event.status),
        row.why or event.why or "",
        _was(desk, row.was) if row.was else None,
        desk.local(row.changed_at) if row.changed_at else None,
        mine,
        row.capacity,
    )


def _was(desk: Desk, text: str) -> Time:
    said = json.loads(text)
    return Time(desk.local(said["begins"]), desk.local(said["until"]), said["place"])
