"""Seats (座位): taking one, stepping away, coming back, leaving, changing it.

A reader has one seat at a time and a seat one reader; at one desk that is a refusal, between desks
a clash. What should be over by the rules is over before anything else is done (see `sweeps`).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from db import conduct as stored_conduct
from db import seat_pages
from db import seats as stored
from db.clock import moment, stamp
from db.facts import Draft
from db.ledger import Act
from db.seat_pages import Stay
from db.seats import AWAY, RESERVED, SEATED
from deskapp import bans, calls, seat_claims, spaces, sweeps
from deskapp.desk import Desk, Refusal, Role
from deskapp.seat_claims import Claim, Person

__all__ = ["AWAY", "RESERVED", "SEATED", "SEATING", "Sits", "Standing", "standing", "take"]

SEATING = Role.STUDENT_ASSISTANT
"""who may give seats out"""
ENDING = timedelta(minutes=30)
"""before the end of a sitting, when its reader is asked whether they stay on"""


@dataclass(frozen=True, slots=True)
class Sits:
    """A sitting or a reservation. `seat` is `exam/C-37`, `day` the library day."""

    id: str
    seat: str
    day: str
    status: str
    begins: datetime
    until: datetime
    hold_until: datetime | None = None
    """when a reservation that nobody takes is over"""
    away_since: datetime | None = None
    away_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a reader stands, and what they most likely want next: `act` is take, back, away, extend
    or None, `seat` the one that it is about; where it is None, `refusal` says why.
    """

    reader: str
    sitting: Sits | None
    reservations: tuple[Sits, ...]
    violations: int
    """that count towards a ban"""
    act: str | None
    seat: str | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Seated:
    """A reader has a seat until then. `left`: the one that they changed from."""

    reader: str
    seat: str
    until: datetime
    sitting: str
    reserved: bool = False
    left: str | None = None
    late: bool = False
    """for what was reserved, which was noted"""
    given_up: tuple[str, ...] = ()
    """seats that were reserved for them from before now, and are no more"""


@dataclass(frozen=True, slots=True)
class SteppedAway:
    reader: str
    seat: str
    until: datetime
    """by when they must be back"""


@dataclass(frozen=True, slots=True)
class CameBack:
    reader: str
    seat: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Extended:
    """They stay on."""

    reader: str
    seat: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Left:
    reader: str
    seat: str
    minutes: int
    """that they were there"""


# how a reader stands


@sweeps.in_time
def standing(desk: Desk, reader: str, zone: str | None = None) -> Standing:
    """How a reader stands in a zone: the one given, else where they sat last, else the first that
    they may use. Refuses RoleTooLow, PatronUnknown, ZoneUnknown.
    """
    desk.require(SEATING)
    now = desk.now()
    with desk.reading() as connection:
        person = _person(desk, connection, reader, now)
        there = person.there(now)
        act, seat, refusal = None, None, None
        if there is not None:
            act, seat = _next(desk, connection, person, there, now), there.seat
        else:
            try:
                seat = _wanted(desk, connection, person, zone, now).seat
                act = "take"
            except Refusal as no:
                refusal = no
        return Standing(
            person.id,
            shown(desk, there) if there else None,
            tuple(shown(desk, each) for each in person.reservations(now)),
            bans.counted(desk, connection, person.id),
            act,
            seat,
            refusal,
        )


def _next(desk: Desk, connection: Connection, person: Person, there: Stay, now: datetime) -> str:
    """What whoever has a seat wants next: shortly before its end to stay on, where that gives them
    no less than what is left.
    """
    if there.status == AWAY:
        return "back"
    end = moment(there.until)
    if end <= now + ENDING:
        with suppress(Refusal):
            more = moment(seat_claims.extended(desk, connection, person, there, now)) - end
            if more >= end - now:
                return "extend"
    return "away"


def shown(desk: Desk, stay: Stay) -> Sits:
    """A row as screens want it."""
    return Sits(
        stay.id,
        stay.seat,
        stay.day,
        stay.status,
        desk.local(seat_claims.begins(stay)),
        desk.local(stay.until),
        desk.local(stay.hold_until) if stay.hold_until else None,
        desk.local(stay.away_since) if stay.away_since else None,
        desk.local(stay.away_until) if stay.away_until else None,
    )


def _wanted(
    desk: Desk, connection: Connection, person: Person, zone: str | None, now: datetime
) -> Claim:
    if zone is None:
        lately = seat_pages.lately(connection, person.ids, 1)
        offered = spaces.offered_to(desk, connection, person.id)
        zone = lately[0].partition("/")[0] if lately else next((each.code for each in offered), "")
    return seat_claims.chosen(desk, connection, person, spaces.zone(desk, zone), now)


def presence(stay: Stay, now: datetime) -> timedelta:
    """How long its reader was there, until now if they still are."""
    spans = [(moment(since), moment(to)) for since, to in stay.there()]
    if stay.present_since is not None:
        spans.append((moment(stay.present_since), max(now, moment(stay.present_since))))
    return sum((to - since for since, to in spans), timedelta())


# acts


@contextmanager
def seating(desk: Desk) -> Iterator[Act]:
    """An act on seats. Refuses RoleTooLow."""
    desk.require(SEATING)
    with desk.act() as act:
        yield act


def who(desk: Desk, act: Act, reader: str) -> tuple[datetime, Person]:
    """The time of an act, and whom it is about. Refuses PatronUnknown."""
    now = act.at.astimezone(desk.zone)
    return now, _person(desk, act.connection, reader, now)


def _person(desk: Desk, connection: Connection, reader: str, now: datetime) -> Person:
    person = seat_claims.person(connection, reader)
    sweeps.refuse_over(desk, connection, person.stays, now)
    return person


@sweeps.in_time
def take(desk: Desk, reader: str, seat: str | None = None, zone: str | None = None) -> Seated:
    """Sit a reader down: on a seat, or in a zone on the one that `standing` names.

    Refuses RoleTooLow, PatronUnknown, AlreadySeated(seat), and as `seat_claims.claim`,
    `seat_claims.chosen` and `calls.refuse_first`.
    """
    with seating(desk) as act:
        now, person = who(desk, act, reader)
        refuse_seated(person, now)
        if seat is None:
            claim = _wanted(desk, act.connection, person, zone, now)
        else:
            claim = seat_claims.claim(desk, act.connection, person, seat, now)
        return _sit(desk, act, person, claim)


def refuse_seated(person: Person, now: datetime) -> None:
    there = person.there(now)
    if there is not None:
        raise Refusal("AlreadySeated", seat=there.seat)


def _sit(desk: Desk, act: Act, person: Person, claim: Claim, there: Stay | None = None) -> Seated:
    """`there`: the seat that they change from; whoever is on two leaves both. What was reserved
    for them from before now, and is not what they take, is given up. Refuses QueueFirst.
    """
    zone = claim.seat.partition("/")[0]
    if there is None or there.zone != zone:
        calls.refuse_first(desk, act.connection, zone, act.at.astimezone(desk.zone))
    said: dict[str, Any] = {"patron": person.id, "from": stamp(act.at), "until": claim.until}
    sits = person.sits(act.at) if there else []
    left = [_named("seat.left", each, how="moved") for each in sits]
    others = (each for each in person.reservations(act.at) if each is not claim.reservation)
    given_up = [each for each in others if seat_claims.begins(each) <= stamp(act.at)]
    left += [_named("seat.left", each, how="cancelled") for each in given_up]
    if claim.reservation is not None:
        said["sitting"] = claim.reservation.id
    mine = {said.get("sitting"), *(draft.data["sitting"] for draft in left)}
    said |= seat_claims.beside(act.connection, person, claim.day, said, mine)
    subject = stored.subject_of(claim.day, claim.seat)
    fact = act.record_all([*left, stored.draft("seat.taken", subject, said)])[-1]
    sitting = said.get("sitting", fact.id)
    if claim.due is not None:
        _note_late(act, desk, claim)
    until, reserved = desk.local(claim.until), claim.reservation is not None
    moved = there.seat if there else None
    return Seated(
        person.id,
        claim.seat,
        until,
        sitting,
        reserved,
        moved,
        late=claim.due is not None,
        given_up=tuple(each.seat for each in given_up),
    )


def _note_late(act: Act, desk: Desk, claim: Claim) -> None:
    """The violation, and the ban that it may fill."""
    stay = claim.reservation
    assert stay is not None
    zone, _, label = stay.seat.partition("/")
    times = (seat_claims.begins(stay), claim.due or "", stamp(act.at))
    act.record_all(
        [stored_conduct.ran_out(seat_claims.LATE, stay.id, stay.patron, zone, label, *times)]
    )
    bans.draw(act, desk, stay.patron)


@sweeps.in_time
def move(desk: Desk, reader: str, seat: str) -> Seated:
    """A reader changes to another seat. Refuses NotSeated, and as `take`."""
    with seating(desk) as act:
        now, person = who(desk, act, reader)
        there = _there(person, now)
        if there.seat == seat:
            raise Refusal("AlreadySeated", seat=seat)
        claim = seat_claims.claim(desk, act.connection, person, seat, now)
        seated = _sit(desk, act, person, claim, there)
    calls.go_on(desk)
    return seated


@sweeps.in_time
def take_group(desk: Desk, readers: Sequence[str], zone: str) -> list[Seated]:
    """Sit a group down, as near to each other as there are seats, or none of them.

    Refuses ZoneFull, and for each of them as `take`.
    """
    with seating(desk) as act:
        now = act.at.astimezone(desk.zone)
        known = [who(desk, act, reader)[1] for reader in readers]
        people = list({person.id: person for person in known}.values())
        for person in people:
            refuse_seated(person, now)
        claims = seat_claims.together(desk, act.connection, people, spaces.zone(desk, zone), now)
        return [_sit(desk, act, *each) for each in zip(people, claims, strict=True)]


@sweeps.in_time
def step_away(desk: Desk, reader: str) -> SteppedAway:
    """They go for a while; at meals it may be longer. Refuses NotSeated, AwayAlready(until)."""
    with seating(desk) as act:
        now, person = who(desk, act, reader)
        there = _there(person, now)
        if there.status == AWAY:
            raise Refusal("AwayAlready", until=desk.local(there.away_until or ""))
        zone = spaces.zone(desk, there.zone)
        terms = spaces.terms(desk, zone, spaces.day_of(desk, zone, now))
        until = spaces.away_until(terms, now)
        act.record_all([_named("seat.away", there, until=stamp(until))])
        return SteppedAway(person.id, there.seat, min(until, desk.local(there.until)))


@sweeps.in_time
def come_back(desk: Desk, reader: str) -> CameBack:
    """Refuses NotSeated (their time is up, too), NotAway."""
    with seating(desk) as act:
        now, person = who(desk, act, reader)
        there = _there(person, now)
        if there.status != AWAY:
            raise Refusal("NotAway")
        act.record_all([_named("seat.back", there)])
        return CameBack(person.id, there.seat, desk.local(there.until))


@sweeps.in_time
def leave(desk: Desk, reader: str) -> Left:
    """Refuses NotSeated."""
    with seating(desk) as act:
        now, person = who(desk, act, reader)
        there = _there(person, now)
        act.record_all([_named("seat.left", there, how="left")])
        left = Left(person.id, there.seat, presence(there, now) // timedelta(minutes=1))
    calls.go_on(desk)
    return left


@sweeps.in_time
def extend(desk: Desk, reader: str) -> Extended:
    """They go on for as long as the rules of the zone let anybody stay.

    Refuses NotSeated, NoLonger(until): the zone closes, or somebody has reserved the seat.
    """
    with seating(desk) as act:
        now, person = who(desk, act, reader)
        there = _there(person, now)
        until = seat_claims.extended(desk, act.connection, person, there, now)
        if until <= there.until:
            raise Refusal("NoLonger", until=desk.local(there.until))
        said = {"patron": there.patron, "from": there.until, "until": until}
        act.record_all([_named("seat.extended", there, **said)])
        return Extended(person.id, there.seat, desk.local(until))


def _there(person: Person, now: datetime) -> Stay:
    there = person.there(now)
    if there is None:
        raise Refusal("NotSeated")
    return there


def _named(kind: str, stay: Stay, **said: Any) -> Draft:
    return stored.draft(kind, stay.subject, {"sitting": stay.id, **said})
