"""Who sits where in a generated library, and who has its rooms: today, as the rules write it."""

import heapq
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from db import rooms as stored_rooms
from db import seats as stored
from db import segments
from db.clock import stamp
from db.facts import Draft, Fact
from db.ledger import Ledger
from db.rows import chunks
from deskapp import places, plans, spaces
from deskapp.calendar import Calendar, Moments
from deskapp.demo_clock import Event
from deskapp.demo_people import Member, Patron
from deskapp.profile import Profile
from deskapp.space_entries import Room, Zone

FULL = 0.82
"""of a zone's seats are taken in the course of a morning"""
ROOMS = 0.6
"""how often a room that is free is taken"""
MINUTE = timedelta(minutes=1)


def lay_out(ledger: Ledger, profile: Profile) -> None:
    """The seats of the profile's plans: a set-up, by nobody."""
    drawn = {code: plans.seats(zone.plan) for code, zone in profile.zones.items() if zone.plan}
    with ledger.act(None) as act:
        places.lay(act, drawn, whole=False)


class Step(NamedTuple):
    """What happens next, and when."""

    at: datetime
    kind: str
    until: datetime | None = None


@dataclass(slots=True)
class Stay:
    """One reader on one seat, or in one room: what is still to come."""

    subject: str
    key: str
    """what its facts call it: a sitting, a booking"""
    begun: dict[str, object]
    steps: list[Step]
    id: str = ""

    def draft(self) -> Draft:
        """The next fact, as the rules of `seats` and `bookings` write it."""
        step = self.steps[0]
        if not self.id:
            return Draft(step.kind, self.subject, self.begun)
        said: dict[str, object] = {self.key: self.id}
        match step.kind:
            case "seat.away":
                said["until"] = stamp(step.until or step.at)
            case "seat.left" | "room.ended":
                said["how"] = "left"
        if step.kind == "room.ended":
            said["ended_at"] = stamp(step.at)
        return Draft(step.kind, self.subject, said)

    def happened(self, fact: Fact) -> None:
        self.steps.pop(0)
        self.id = self.id or fact.id


class Halls:
    """Everybody who has a seat or a room today, in the order of time."""

    def __init__(
        self,
        profile: Profile,
        rng: random.Random,
        people: Sequence[Member],
        patrons: Sequence[Patron],
        *,
        end: datetime,
    ) -> None:
        self._profile = profile
        self._rng = rng
        self._end = end
        self._zone = ZoneInfo(profile.zone)
        desk = people[0].departments[0]
        self._staff = [each.id for each in people if each.departments[0] == desk][:4]
        self._waiting: list[tuple[datetime, int, Stay]] = []
        self._count = 0
        self._patrons = list(patrons)
        rng.shuffle(self._patrons)
        self.members: dict[str, list[str]] = {}
        """who is entered in a listed segment"""
        for zone in profile.zones.values():
            self._fill(zone)
        for room in profile.rooms.values():
            self._book(room)

    def enter(self, ledger: Ledger) -> None:
        """Enter the members of listed segments."""
        drafts = [
            segments.entered(segment, reader, None)
            for segment, readers in self.members.items()
            for reader in readers
        ]
        for some in chunks(drafts, 1000):
            with ledger.act(None) as act:
                act.record_all(some)

    def events(self) -> Iterator[Event]:
        """When, by whom, which stay goes on."""
        while self._waiting and self._waiting[0][0] <= self._end:
            at, _, stay = heapq.heappop(self._waiting)
            yield Event(at, self._rng.choice(self._staff), [stay], self._happened)

    def _happened(self, stays: Sequence[Stay], facts: Sequence[Fact]) -> None:
        for stay, fact in zip(stays, facts, strict=True):
            stay.happened(fact)
            self._push(stay)

    def _push(self, stay: Stay) -> None:
        if stay.steps:
            self._count += 1
            heapq.heappush(self._waiting, (stay.steps[0].at, self._count, stay))

    def _hours(self, calendar: str) -> tuple[str, Moments] | None:
        """The library day that the end lies in, and its hours, if it is open then: at its closing
        everybody has left.
        """
        known = Calendar.of(self._profile, calendar)
        day, end = known.day_of(self._end), self._end
        windows = known.windows(day)
        return next(((day.isoformat(), each) for each in windows if each[0] <= end < each[1]), None)

    def _fill(self, zone: Zone) -> None:
        """Let readers take a zone's seats from its opening on."""
        hours = self._hours(zone.hours)
        if not zone.plan:
            return
        segments = [self._profile.segments[code] for code in zone.segments]
        types = {type_ for segment in segments for type_ in segment.patrons}
        listed = next((segment.code for segment in segments if segment.listed), None)
        for seat in plans.seats(zone.plan):
            if seat.closed is not None or self._rng.random() > FULL:
                continue
            reader = self._somebody(set() if listed else types)
            if reader is None:
                return
            if listed:
                self.members.setdefault(listed, []).append(reader)
            if hours is not None:
                self._push(self._sit(zone, f"{zone.code}/{seat.label}", reader, *hours))

    def _somebody(self, types: set[str]) -> str | None:
        """A reader who sits nowhere yet, of these types if there are any."""
        for place, patron in enumerate(self._patrons):
            if not types or patron.type in types:
                return self._patrons.pop(place).id
        return None

    def _sit(self, zone: Zone, seat: str, reader: str, day: str, hours: Moments) -> Stay:
        rng, (opens, closes) = self._rng, hours
        begin = opens + rng.triangular(0, 200, 15) * MINUTE
        leaves = begin + rng.uniform(0.5, 1.4) * (closes - begin)
        terms = self._profile.seat_rules[zone.rules].in_season(None)
        until = min(closes, begin + terms.longest * MINUTE) if terms.longest else closes
        steps = [Step(begin, "seat.taken")]
        at = max(begin, self._end - rng.uniform(0, 300) * MINUTE)  # what lies further back is past
        while (at := at + rng.uniform(10, 240) * MINUTE) < leaves:
            # By the rules they are back in time: no violation in a library nobody knows.
            latest = spaces.away_until(terms, at.astimezone(self._zone))
            steps.append(Step(at, "seat.away", latest))
            at += (latest - at) * rng.uniform(0.2, 0.9)
            steps.append(Step(at, "seat.back"))
        steps.append(Step(max(leaves, at + MINUTE), "seat.left"))
        steps = [step for step in steps if step.at < until]
        said: dict[str, object] = {"patron": reader, "from": stamp(begin), "until": stamp(until)}
        return Stay(stored.subject_of(day, seat), "sitting", said, steps)

    def _book(self, room: Room) -> None:
        """Let groups have a room today, one after the other, booked the evening before."""
        rules = self._profile.room_rules[room.rules]
        hours = self._hours(room.hours)
        if hours is None or rules.by_staff:
            return
        day, (opens, closes) = hours
        begin = opens
        evening = opens - timedelta(hours=11)
        while begin < closes and self._patrons:
            halves = self._rng.randint(2, max(2, min(6, rules.longest // 30)))
            until = begin + halves * timedelta(minutes=30)
            if self._rng.random() < ROOMS and until <= closes:
                self._push(self._group(room, day, evening, begin, until))
            begin = until

    def _group(
        self, room: Room, day: str, booked: datetime, begin: datetime, until: datetime
    ) -> Stay:
        rng, rules = self._rng, self._profile.room_rules[room.rules]
        heads = rng.randint(room.least, room.capacity)
        said = {
            "patron": self._patrons.pop().id,
            "from": stamp(begin),
            "until": stamp(until),
            "heads": heads,
            "least": room.least,
            "what": None,
            "needs": [],
            "series": None,
            "hold_until": stamp(begin + rules.sign_in * MINUTE) if rules.sign_in else None,
        }
        came = begin + rng.uniform(-8, 8) * MINUTE
        steps = [Step(booked, "room.booked"), Step(came, "room.opened"), Step(until, "room.ended")]
        return Stay(stored_rooms.subject_of(day, room.code), "booking", said, steps)
