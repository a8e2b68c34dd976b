"""Looking at requests: lists, one request with its course, and search. Nothing here changes any."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import select

from db import readers as stored_readers
from db import request_pages as pages
from db import staff as stored_staff
from db.clashes import decisions
from db.clock import stamp
from db.facts import Fact
from db.folding import facts_of, faults_of, stub
from db.queries import one
from db.request_pages import Line, Wanted
from db.requests import HIDDEN, OPEN, Request
from db.store import driver
from deskapp import staff, stages, telling
from deskapp.desk import Desk, Operator, Refusal, Role
from deskapp.matter import number_of

__all__ = ["LISTS", "Course", "Line", "Record", "RequestList", "Step", "record", "search"]

LISTS = (
    "mine",
    "offered",
    "department",
    "first_asked",
    "overdue",
    "all",
    "to_chase",
    "to_tell",
    "to_sign",
)


def _wanted(desk: Desk, which: str) -> Wanted:
    operator = staff.as_now(desk)
    match which:
        case "mine":
            return pages.mine(operator.id)
        case "offered":
            return pages.offered(operator.id, operator.departments)
        case "department":
            return pages.of_departments(operator.departments)
        case "first_asked":
            return pages.first_asked(operator.id)
        case "overdue":
            return pages.overdue(stamp(desk.now()))
        case "to_chase":
            return pages.to_chase(stamp(desk.now()), operator.id, operator.departments)
        case "to_tell":
            return pages.to_tell(operator.id, operator.departments)
        case "to_sign":
            return pages.to_sign(operator.id)
    return pages.every()


class RequestList:
    """A list of requests as a long list's source: by due time, `all` newest first.

    A confidential request shows its words to those who handle it and to nobody else.
    """

    def __init__(self, desk: Desk, which: str) -> None:
        desk.whoever()
        self.desk = desk
        self.which = which

    @property
    def _wanted(self) -> Wanted:
        """As it is now: somebody's departments may change while they are signed in."""
        return _wanted(self.desk, self.which)

    def count(self) -> int:
        with self.desk.reading() as connection:
            return pages.count(connection, self._wanted)

    def key(self, row: Line) -> tuple[Any, ...]:
        return pages.key(self._wanted, row)

    def after(self, key: Any, limit: int, skip: int = 0) -> Sequence[Line]:
        with self.desk.reading() as connection:
            return self._shown(pages.page(connection, self._wanted, key, limit, skip))

    def before(self, key: Any, limit: int, skip: int = 0) -> Sequence[Line]:
        with self.desk.reading() as connection:
            lines = pages.page(connection, self._wanted, key, limit, skip, backwards=True)
            return self._shown(lines)

    def place(self, row: Line) -> int | None:
        with self.desk.reading() as connection:
            return pages.place(connection, self._wanted, row.subject)

    def _shown(self, lines: list[Line]) -> list[Line]:
        operator = staff.as_now(self.desk)
        return [masked(self.desk, line, operator) for line in lines]


def masked(desk: Desk, line: Line, operator: Operator | None = None) -> Line:
    if not _may_see(operator or desk.whoever(), line):
        return line._replace(question=None, patron=None)
    return line


def _may_see(operator: Operator, request: Line | Request) -> bool:
    """Words are for those who log them; of a confidential request (仅承办人可见) for the librarians
    who were asked, who are responsible, or whose department handles it.
    """
    if request.scope is None:
        return operator.role.reaches(Role.STUDENT_ASSISTANT)
    return operator.role.reaches(Role.LIBRARIAN) and (
        operator.id in (request.first_responder, request.responsible)
        or request.scope in operator.departments
    )


def search(desk: Desk, text: str, limit: int = 50, before: int | None = None) -> list[Line]:
    """Requests by their number, else by their words, newest first, a page behind a serial."""
    operator = staff.as_now(desk)
    with desk.reading() as connection:
        if text.strip().isdecimal() and len(text.strip()) <= 6:
            found = pages.by_number(connection, desk.code, int(text))
            if found is not None:
                return [masked(desk, found, operator)]
        lines = pages.by_text(connection, text, limit, before)
        return [masked(desk, line, operator) for line in lines]


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
    confidential: bool
    visible: bool
    question: str
    contact: str
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
    back: str | None
    result: str | None
    answer: str
    alternative: str
    referred_to: tuple[str, ...]
    told: tuple[str, ...]
    """what the reader was told to bring: codes of the kind"""
    stage: str
    """of a long kind; else empty"""
    next_stage: str
    waits: str | None
    """for whom the clock stands: reader, outside"""
    chase: datetime | None
    involved: tuple[str, ...]
    """departments that joined the undertaking one"""
    found_complex: bool
    late: bool
    """counts as overdue: extended or told too late"""
    tell_by: datetime | None
    told_at: datetime | None
    told_channel: str
    minutes: int | None
    effort: int | None
    satisfaction: int | None
    course: Course = field(default_factory=list)
    may: frozenset[str] = frozenset()
    """acts that the operator may do now: accept, send_back, take_back, hand_over, close, …"""


def record(desk: Desk, id: str) -> Record:
    """One request with its course. Refuses RequestUnknown."""
    operator = staff.as_now(desk)
    with desk.reading() as connection:
        row = one(connection, select(Request).where(Request.subject == id))
        if row is None:
            raise Refusal("RequestUnknown")
        names = {each.subject: each.name for each in stored_staff.all_ever(connection)}
        reader = stored_readers.by_subject(connection, row.patron) if row.patron else None
        visible = _may_see(operator, row)
        contactable = visible and operator.role.reaches(Role.LIBRARIAN)
        facts = facts_of(driver(connection), [id]).get(id, [])
        aside = decisions([stub(fact) for fact in facts]).aside
        unread = faults_of(driver(connection), id)
        course = [
            Step(
                fact.kind if fact.id in unread else fact.kind.removeprefix("request."),
                desk.local(fact.at),
                fact.desk,
                names.get(fact.actor or "", ""),
                {} if fact.id in unread else _said(desk, _told(fact, visible, contactable), names),
                aside=fact.id in aside,
            )
            for fact in facts
        ]
    now = desk.now()
    due = desk.local(row.due_at)
    stage, following = stages.stage_of(desk, row), stages.next_of(desk, row)
    return Record(
        id=id,
        number=number_of(desk, row.desk, row.number),
        status=row.status,
        kind=row.kind,
        department=row.department,
        channel=row.channel,
        received=desk.local(row.received_at),
        due=due,
        backdated=bool(row.backdated),
        overdue=_overdue(desk, row, now),
        confidential=row.scope is not None,
        visible=visible,
        question=(row.question or "") if visible else "",
        contact=(row.contact or "") if contactable else "",
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
        offered_until=desk.local(row.offer_until) if row.offer_until else None,
        back=row.back,
        result=row.result,
        answer=(row.answer or "") if visible else "",
        alternative=(row.alternative or "") if visible else "",
        referred_to=tuple(json.loads(row.referred_to)) if row.referred_to and visible else (),
        told=tuple(json.loads(row.told)) if row.told else (),
        stage=stage.code if stage else "",
        next_stage=following.code if following else "",
        waits=row.waits,
        chase=desk.local(row.chase_at) if row.chase_at else None,
        involved=tuple(json.loads(row.involved)) if row.involved else (),
        found_complex=bool(row.found_complex),
        late=bool(row.late),
        tell_by=desk.local(row.tell_by) if row.tell_by else None,
        told_at=desk.local(row.told_at) if row.told_at else None,
        told_channel=row.told_channel or "",
        minutes=row.minutes,
        effort=row.effort,
        satisfaction=row.satisfaction,
        course=course,
        may=_may(desk, operator, row),
    )


def _told(fact: Fact, visible: bool, contactable: bool) -> dict[str, Any]:
    """What a fact says to somebody: of a confidential request neither its words nor whose it is."""
    if visible:
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


def _overdue(desk: Desk, row: Request, now: datetime) -> bool:
    """Open and late while the clock runs; or closed, and the reader has not been told in time."""
    if row.status == OPEN:
        return row.waits is None and desk.local(row.due_at) < now
    return row.tell_by is not None and desk.local(row.tell_by) < now


def _may(desk: Desk, operator: Operator, row: Request) -> frozenset[str]:
    lead = operator.role.reaches(Role.SHIFT_LEAD)
    librarian = operator.role.reaches(Role.LIBRARIAN)
    ours = row.responsible == operator.id or lead
    offered_to_us = row.responsible != operator.id and (
        row.offer_to == operator.id
        or (row.offer_to is None and row.offer_department in operator.departments)
    )
    open_ = row.status == OPEN
    following = stages.next_of(desk, row) is not None
    ours_now, concerned = open_ and ours, telling.concerns(operator, row)
    tellable = row.patron is not None or row.contact is not None
    possible = {
        "accept": open_ and row.offer is not None and offered_to_us,
        "send_back": open_ and row.offer is not None and offered_to_us,
        "take_back": open_ and row.offer is not None and ours,
        "accept_for": open_ and row.offer is not None and ours,
        "hand_over": open_ and row.offer is None and ours,
        "close": open_ and ours,
        "confirm": open_ and not row.confirmed and row.responsible == operator.id,
        "reopen": not open_,
        "correct": concerned,
        "extend": ours_now and row.waits is None,
        "wait_reader": ours_now and row.waits is None,
        "wait_outside": ours_now and row.waits is None and not following,
        "chase": ours_now and row.waits == "outside",
        "resume": ours_now and row.waits is not None and not (following and row.waits == "outside"),
        "next_stage": ours_now and following and row.waits != "reader",
        "tell": concerned and tellable and row.told_at is None,
        "rate": not open_ and concerned,
        "sign": row.sign_by == operator.id,
    }
    return frozenset(name for name, can in possible.items() if can and librarian)
