"""Shifts (当班): who is on duty, opening, signing for what the last ones left (签收), taking over
for those who went without closing (代接班). How a shift is left stands in `leaving`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from db import shifts as stored
from db import staff as stored_staff
from db.facts import Draft
from db.ledger import Act
from db.shifts import Attending, Shift, ShiftHandover
from deskapp import matter
from deskapp.desk import Desk, Operator, Refusal, Role

JOINING = Role.STUDENT_ASSISTANT
"""who may be on duty"""
NIGHT = timedelta(hours=10)
LEADING = Role.LIBRARIAN
"""who may open and close a shift, take over, and be asked first"""


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody on duty at this desk. `digit` 0: cannot be a first responder."""

    id: str
    name: str
    digit: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Left:
    """What somebody left, for those who came after to sign for. Things and rounds are codes."""

    id: str
    at: datetime
    by: str
    things: tuple[str, ...]
    other: str
    faults: str
    rounds: tuple[str, ...]
    visitors: int | None


@dataclass(frozen=True, slots=True)
class Note:
    at: datetime
    by: str
    words: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a desk's shift stands, for whoever is signed in."""

    opened: datetime | None
    """None: no shift runs"""
    forgotten: bool
    """the day in which it was opened is over, a night has passed, and it was never closed"""
    replaceable: bool
    """the operator may take over for those on duty"""
    people: tuple[OnDuty, ...]
    on_duty: bool
    unsigned: tuple[Left, ...]
    """what waits for a signature of the operator"""
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A shift runs. `signed`: handovers signed for; `absent`: for whom one took over."""

    id: str
    signed: int = 0
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    digit: int


@dataclass(frozen=True, slots=True)
class Signed:
    count: int


@dataclass(frozen=True, slots=True)
class Noted:
    words: str


@dataclass(frozen=True, slots=True)
class PutOut:
    """Another ended the operator's time on duty: closed the shift, or stood in for them."""

    at: datetime
    by: str
    stood_in: bool


# Who is here


def on_duty(desk: Desk) -> list[OnDuty]:
    """Who is on duty at this desk, in the order in which they came. Those who may be asked first
    carry digits from 1 on.
    """
    with desk.reading() as connection:
        return _on_duty(desk, connection)


def _on_duty(desk: Desk, connection: Connection) -> list[OnDuty]:
    people, digit = [], 0
    for each in stored.attending(connection, desk.code):
        able = leads(each)
        digit += able
        people.append(OnDuty(each.staff, each.name, digit if able else 0, desk.local(each.since)))
    return people


def leads(each: Attending) -> bool:
    """Whether somebody on duty may be asked first."""
    return Role(each.role).reaches(LEADING)


def in_charge(desk: Desk) -> OnDuty | None:
    """The librarian in charge of the shift: of those on duty the one who came first."""
    with desk.reading() as connection:
        return in_charge_by(desk, connection)


def in_charge_by(desk: Desk, connection: Connection) -> OnDuty | None:
    """The same inside an act."""
    return next((each for each in _on_duty(desk, connection) if each.digit), None)


def first_responder(desk: Desk) -> str | None:
    """Who was asked first if nobody says otherwise: the operator, or for a student assistant the
    librarian in charge.
    """
    if desk.may(LEADING):
        return desk.whoever().id
    found = in_charge(desk)
    return found.id if found else None


def may_be_named(desk: Desk, id: str) -> bool:
    """Whether the operator may say that this person was asked first, now."""
    with desk.reading() as connection:
        return may_be_named_by(desk, connection, id)


def may_be_named_by(desk: Desk, connection: Connection, id: str) -> bool:
    """The same inside an act: themselves, or who is on duty; a shift lead anybody, and everybody
    while no shift runs to tell who is there.
    """
    here = {each.id for each in _on_duty(desk, connection)}
    return not here or id in here or id == desk.whoever().id or desk.may(Role.SHIFT_LEAD)


def standing(desk: Desk) -> Standing:
    """How this desk's shift stands."""
    me = desk.whoever().id
    with desk.reading() as connection:
        shift = stored.open_shift(connection, desk.code)
        people = tuple(_on_duty(desk, connection))
    opened = desk.local(shift.opened_at) if shift else None
    return Standing(
        opened=opened,
        forgotten=opened is not None and _forgotten(desk, opened),
        replaceable=opened is not None and _replaceable(desk, opened, people),
        people=people,
        on_duty=any(each.id == me for each in people),
        unsigned=tuple(unsigned(desk)),
        notes=tuple(notes(desk)),
    )


def _forgotten(desk: Desk, opened: datetime) -> bool:
    """The library has closed; and a night that passes midnight is no forgotten day."""
    windows = desk.calendars[desk.profile.opening].windows(opened.date())
    return desk.now() >= max([opened + NIGHT, *(end for _, end in windows)])


def _replaceable(desk: Desk, opened: datetime, people: Sequence[object]) -> bool:
    return desk.may(Role.SHIFT_LEAD if people and not _forgotten(desk, opened) else LEADING)


def unsigned(desk: Desk) -> list[Left]:
    """What was left here and waits for the operator's signature, the oldest first."""
    me = desk.whoever().id
    with desk.reading() as connection:
        waiting = _to_sign(connection, desk, me)
        everybody = stored_staff.all_ever(connection) if waiting else []
    names = {each.subject: each.name for each in everybody}
    return [
        Left(
            each.id,
            desk.local(each.at),
            names.get(each.by, ""),
            tuple(json.loads(each.things)),
            each.other or "",
            each.faults or "",
            tuple(json.loads(each.rounds)),
            each.visitors,
        )
        for each in waiting
    ]


def put_out(desk: Desk) -> PutOut | None:
    """Who ended the operator's last time on duty, if it was not they themselves: to be told until
    they come on duty again.
    """
    with desk.reading() as connection:
        ended = stored.ended_by_another(connection, desk.whoever().id)
    return PutOut(desk.local(ended.at), ended.by, ended.stood_in) if ended else None


def _to_sign(connection: Connection, desk: Desk, who: str) -> list[ShiftHandover]:
    """Nobody signs for what they left themselves in the shift that runs."""
    shift = stored.open_shift(connection, desk.code)
    running = shift.subject if shift else None
    waiting = stored.unsigned(connection, desk.code)
    return [each for each in waiting if each.by != who or each.subject != running]


def notes(desk: Desk, limit: int = 2) -> list[Note]:
    """The latest notes of this shift and the last one, newest first."""
    with desk.reading() as connection:
        found = stored.notes(connection, desk.code, limit)
    return [Note(desk.local(at), name, words) for at, name, words in found]


# Coming


def open_shift(desk: Desk, rounds: Sequence[str] = ()) -> Opened:
    """Open the desk's shift and come on duty, signing for whatever the last one left.

    Refuses RoleTooLow, ShiftOpenAlready, CodeUnknown.
    """
    operator = desk.require(LEADING)
    refuse_unknown(desk, (), rounds)
    with desk.act() as act:
        if stored.open_shift(act.connection, desk.code) is not None:
            raise Refusal("ShiftOpenAlready")
        signed = _sign(act, desk, operator)
        return Opened(_begin(act, operator, rounds), signed)


def take_over(desk: Desk) -> Opened:
    """Take over a shift whose people have gone without closing (代接班): it ends, a new one begins.
    While its day is not over that is for a shift lead to say.

    Their requests stay theirs until somebody takes them: see `absences`. Refuses RoleTooLow,
    ShiftNotOpen, OnDutyAlready, ShiftRuns(names).
    """
    operator = desk.require(LEADING)
    with desk.act() as act:
        shift = _running(act.connection, desk)
        people = stored.attending(act.connection, desk.code)
        if any(each.staff == operator.id for each in people):
            raise Refusal("OnDutyAlready")
        names = tuple(each.name for each in people)
        if not _replaceable(desk, desk.local(shift.opened_at), people):
            raise Refusal("ShiftRuns", names=" ".join(names))
        absent = [each.staff for each in people]
        signed = _sign(act, desk, operator, closing=shift.subject, absent=absent)
        return Opened(_begin(act, operator, ()), signed, names)


def join(desk: Desk) -> Joined:
    """Come on duty in the shift that runs. Refuses RoleTooLow, ShiftNotOpen, OnDutyAlready."""
    operator = desk.require(JOINING)
    with desk.act() as act:
        shift = running(act.connection, desk)
        if _is_on_duty(act, desk, operator):
            raise Refusal("OnDutyAlready")
        act.record("shift.joined", shift, {"staff": operator.id})
        people = _on_duty(desk, act.connection)
    return Joined(next((each.digit for each in people if each.id == operator.id), 0))


def sign(desk: Desk) -> Signed:
    """Sign for what those have handed over who have left. Refuses RoleTooLow, NothingToSign."""
    operator = desk.require(LEADING)
    with desk.act() as act:
        count = _sign(act, desk, operator)
        if not count:
            raise Refusal("NothingToSign")
    return Signed(count)


def note(desk: Desk, words: str) -> Noted:
    """Leave a note for whoever comes next. Refuses RoleTooLow, ShiftNotOpen, NoteMissing."""
    operator = desk.require(JOINING)
    words = words.strip()
    if not words:
        raise Refusal("NoteMissing")
    with desk.act() as act:
        act.record_all([noted(running(act.connection, desk), operator, words)])
    return Noted(words)


def running(connection: Connection, desk: Desk) -> str:
    """The shift that runs here; refuses ShiftNotOpen."""
    return _running(connection, desk).subject


def _running(connection: Connection, desk: Desk) -> Shift:
    shift = stored.open_shift(connection, desk.code)
    if shift is None:
        raise Refusal("ShiftNotOpen")
    return shift


def _is_on_duty(act: Act, desk: Desk, operator: Operator) -> bool:
    people = stored.attending(act.connection, desk.code)
    return any(each.staff == operator.id for each in people)


def _begin(act: Act, operator: Operator, rounds: Sequence[str]) -> str:
    subject = f"shift:{act.desk}-{act.id}"
    act.record("shift.opened", subject, {"by": operator.id, "rounds": list(rounds)})
    act.record("shift.joined", subject, {"staff": operator.id})
    return subject


def _sign(
    act: Act,
    desk: Desk,
    operator: Operator,
    *,
    closing: str | None = None,
    absent: Sequence[str] | None = None,
) -> int:
    """Sign for everything that waits here; gives how much that is."""
    waiting: dict[str, list[str]] = {closing: []} if closing else {}
    for each in _to_sign(act.connection, desk, operator.id):
        waiting.setdefault(each.subject, []).append(each.id)
    act.record_all(
        [
            Draft(
                "shift.taken_over",
                subject,
                {
                    "by": operator.id,
                    "signed": ids,
                    "absent": list(absent or ()) if subject == closing else None,
                },
            )
            for subject, ids in waiting.items()
        ]
    )
    return sum(map(len, waiting.values()))


def noted(shift: str, operator: Operator, words: str) -> Draft:
    """A note of a shift; its words are the shift's own."""
    return Draft("shift.note", shift, {"by": operator.id}, shift, {"words": words})


def refuse_unknown(desk: Desk, things: Sequence[str], rounds: Sequence[str]) -> None:
    """Refuse what the profile does not know: CodeUnknown."""
    for code in things:
        matter.known(code, desk.profile.shift_things)
    for code in rounds:
        matter.known(code, desk.profile.shift_rounds)
