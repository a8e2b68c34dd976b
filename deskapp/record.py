"""One request as people see it: what was asked, whose it is, its course, and what may be done."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from db import clash_pages, incomplete
from db import readers as stored_readers
from db import request_pages as pages
from db import staff as stored_staff
from db.clashes import decisions
from db.clock import stamp
from db.dormant import among
from db.facts import Fact
from db.folding import facts_of, faults_of, stub
from db.requests import HIDDEN, OPEN, WITHDRAWN, Request
from db.store import driver
from deskapp import endings, hearing, matter, staff, stages, telling
from deskapp.amendments import Amendment, amendments
from deskapp.desk import Desk, Operator, Role
from deskapp.matter import find, materials, number_of, time_is_up, told


def may_see(operator: Operator, request: pages.Line | Request) -> bool:
    """Words are for those who log them; of a confidential request for the librarians who may know
    (see `matter.confided`).
    """
    least = Role.STUDENT_ASSISTANT if request.scope is None else Role.LIBRARIAN
    return operator.role.reaches(least) and matter.confided(operator, request)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a request's course: what was done, when, where and by whom."""

    kind: str
    """the fact's kind less `request.`: logged, offered, accepted, …"""
    at: datetime
    desk: str
    actor: str
    """name; empty where the program acted (a lapse)"""
    facts: dict[str, str]
    """what a sentence about it needs: names, codes of the profile, words"""
    aside: bool = False
    """set aside by the settlement of a clash"""
    amended: tuple[Amendment, ...] = ()
    """what a correction put right"""
    id: str = ""
    """the fact"""


Course = list[Step]


@dataclass(frozen=True, slots=True)
class Record:
    """One request as a screen shows it; words are empty where the operator may not see them.

    Telephone numbers are not for student assistants: `contact` is empty for them.
    """

    id: str
    number: str
    status: str
    kind: str
    department: str
    channel: str
    received: datetime
    due: datetime
    backdated: bool
    overdue: bool
    urgent: bool
    confidential: bool
    visible: bool
    question: str
    incomplete: bool
    """logged in a hurry, still to be completed (待补全)"""
    contact: str
    reachable: bool
    """whether there is somebody to tell"""
    patron: str | None
    patron_name: str
    patron_number: str
    first_responder: str
    first_responder_id: str
    responsible: str
    responsible_id: str
    """people by id beside their names: two may have the same"""
    confirmed: bool
    offered_to: str
    """name or department code while a handover waits; else empty"""
    offered_to_id: str | None
    """None while it waits for whoever of a department signs first"""
    offered_until: datetime | None
    """None too while it is not known where it is offered to"""
    back: str | None
    result: str | None
    answer: str
    alternative: str
    referred_to: tuple[str, ...]
    told: tuple[str, ...]
    """what the reader was told to bring: codes of the kind, and what an old register says"""
    materials: tuple[str, ...]
    """what of it was received"""
    stage: str
    """of a long kind; else empty"""
    next_stage: str
    waits: str | None
    """for whom the clock stands: reader, outside"""
    chase: datetime | None
    involved: tuple[str, ...]
    """departments that joined the undertaking one"""
    found_complex: bool
    extended: int
    """how often"""
    late: bool
    """counts as overdue: extended, handed on, ended or told too late"""
    tell_by: datetime | None
    told_at: datetime | None
    told_channel: str
    minutes: int | None
    effort: int | None
    satisfaction: int | None
    clashes: int = 0
    """what desks did apart to it and nobody has settled (记录冲突)"""
    course: Course = field(default_factory=list)
    at_centre: bool = False
    """whether the course is at the centre alone: see `horizon`"""
    may: frozenset[str] = frozenset()
    """acts that the operator may do now: accept, send_back, take_back, hand_over, close, …"""


def record(desk: Desk, id: str) -> Record:
    """One request with its course. Refuses RequestUnknown."""
    with desk.reading() as connection:
        row = find(connection, id)
        return shown(desk, connection, row, facts_of(driver(connection), [id]).get(id, []))


def shown(
    desk: Desk, connection: Connection, row: Request, facts: Sequence[Fact], *, secret: bool = False
) -> Record:
    """A request as it stands by these facts. `secret`: without words, whatever the row says."""
    operator, id = staff.as_now(desk), row.subject
    names = {each.subject: each.name for each in stored_staff.all_ever(connection)}
    reader = stored_readers.by_subject(connection, row.patron) if row.patron else None
    visible = not secret and may_see(operator, row)
    contactable = visible and operator.role.reaches(Role.LIBRARIAN)
    hurried = incomplete.is_open(connection, id) and row.outcome != WITHDRAWN
    decided = decisions([stub(fact) for fact in facts])
    aside = {id for id, by in decided.aside.items() if by in decided.settled.values()}
    unread = faults_of(driver(connection), id)
    amended = amendments(connection, facts, visible=visible, contactable=contactable)
    told_of = partial(_told, row=row, visible=visible, contactable=contactable)
    course = [
        Step(
            fact.kind if fact.id in unread else fact.kind.removeprefix("request."),
            desk.local(fact.at),
            fact.desk,
            names.get(fact.actor or "", ""),
            {} if fact.id in unread else _said(desk, told_of(fact), names),
            aside=fact.id in aside,
            amended=amended.get(fact.id, ()),
            id=fact.id,
        )
        for fact in facts
    ]
    due, limit = desk.local(row.due_at), hearing.until(desk, connection, row)
    stage, following = stages.stage_of(desk, row), stages.next_of(desk, row)
    return Record(
        id=id,
        number=number_of(desk, row.desk, row.number, row.year),
        status=row.status,
        kind=row.kind,
        department=row.department,
        channel=row.channel,
        received=desk.local(row.received_at),
        due=due,
        backdated=bool(row.backdated),
        overdue=time_is_up(row, stamp(desk.now())),
        urgent=bool(row.urgent),
        confidential=row.scope is not None,
        visible=visible,
        question=(row.question or "") if visible else "",
        incomplete=hurried,
        contact=(row.contact or "") if contactable else "",
        reachable=row.patron is not None or row.contact is not None,
        patron=row.patron if visible else None,
        patron_name=(reader.name or "") if reader and visible else "",
        patron_number=(reader.number or "") if reader and visible else "",
        first_responder=names.get(row.first_responder, ""),
        first_responder_id=row.first_responder,
        responsible=names.get(row.responsible, ""),
        responsible_id=row.responsible,
        confirmed=bool(row.confirmed),
        offered_to=names.get(row.offer_to or "", row.offer_department or "") if row.offer else "",
        offered_to_id=row.offer_to if row.offer else None,
        offered_until=desk.local(limit) if limit else None,
        back=row.back,
        result=row.result,
        answer=(row.answer or "") if visible else "",
        alternative=(row.alternative or "") if visible else "",
        referred_to=tuple(json.loads(row.referred_to)) if row.referred_to and visible else (),
        told=told(row) if visible else (),
        materials=materials(row) if visible else (),
        stage=stage.code if stage else "",
        next_stage=following.code if following else "",
        waits=row.waits,
        chase=desk.local(row.chase_at) if row.chase_at else None,
        involved=tuple(json.loads(row.involved)) if row.involved else (),
        found_complex=bool(row.found_complex),
        extended=row.extended,
        late=bool(row.late),
        tell_by=desk.local(row.tell_by) if row.tell_by else None,
        told_at=desk.local(row.told_at) if row.told_at else None,
        told_channel=row.told_channel or "",
        minutes=row.minutes,
        effort=row.effort,
        satisfaction=row.satisfaction,
        clashes=clash_pages.count(connection, id),
        course=course,
        at_centre=bool(among(driver(connection), [id])),
        may=_may(desk, operator, row),
    )


def _told(fact: Fact, row: Request, visible: bool, contactable: bool) -> dict[str, Any]:
    """What a fact says to somebody: of a confidential request neither its words nor whose it is;
    nor, once that is open, what was said in confidence: what is right has been said again.
    """
    if visible and (row.scope is not None or fact.scope is None):
        said = fact.says() | fact.confides()
        return said if contactable else {**said, "contact": None}
    said = fact.says()
    return {name: said[name] for name in said.keys() - HIDDEN}


def _said(desk: Desk, said: dict[str, Any], names: dict[str, str]) -> dict[str, str]:
    """What a fact says, as words: people by name, moments in the library's time, lists with blanks
    between; nothing that only the program needs.
    """
    found = {}
    for name, value in said.items():
        if name in ("due_at", "chase_at") and value:
            found[name] = desk.local(value).isoformat()
        elif isinstance(value, list):
            found[name] = " ".join(map(str, value))
        elif value and name not in ("offer", "waiting"):
            found[name] = names.get(value, str(value))
    return {name: value for name, value in found.items() if value}


def _may(desk: Desk, operator: Operator, row: Request) -> frozenset[str]:
    lead = operator.role.reaches(Role.SHIFT_LEAD)
    librarian = operator.role.reaches(Role.LIBRARIAN)
    mine = row.responsible == operator.id
    ours, acting = mine or lead, mine or matter.stands_in(operator, row)
    takes = row.responsible != operator.id and matter.confided(operator, row)
    offered_to_us = takes and (
        row.offer_to == operator.id
        or (row.offer_to is None and row.offer_department in operator.departments)
    )
    open_ = row.status == OPEN
    following = stages.next_of(desk, row) is not None
    ours_now, concerned = open_ and acting, telling.concerns(operator, row)
    unsigned = open_ and not row.confirmed and row.responsible == operator.id
    tellable = row.patron is not None or row.contact is not None
    possible = {
        "accept": open_ and row.offer is not None and offered_to_us,
        "send_back": open_ and row.offer is not None and offered_to_us,
        "take_back": open_ and row.offer is not None and ours,
        "accept_for": open_ and row.offer is not None and ours,
        "hand_over": open_ and row.offer is None and ours,
        "close": open_ and acting,
        "confirm": unsigned,
        "deny": unsigned and row.offer is None,
        "reopen": not open_ and concerned and row.outcome != WITHDRAWN,
        "correct": concerned,
        "extend": ours_now and row.waits is None,
        "wait_reader": ours_now and row.waits is None,
        "wait_outside": ours_now and row.waits is None and not following,
        "chase": ours_now and row.waits is not None,
        "resume": ours_now and row.waits is not None and not (following and row.waits == "outside"),
        "next_stage": ours_now and following and row.waits != "reader",
        "tell": concerned and tellable and row.told_at is None,
        "rate": not open_ and concerned,
        "sign": endings.may_sign(desk, row),
    }
    return frozenset(name for name, can in possible.items() if can and librarian)
