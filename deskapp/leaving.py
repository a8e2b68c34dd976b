"""Leaving and closing a shift (离岗、交班): who goes keeps their matters by name (本人续办); only
what falls due before they are back is asked about.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from db import drafts, incomplete
from db import request_pages as pages
from db import shifts as stored
from db.clock import stamp
from db.drafts import DraftRow
from db.facts import Draft, canonical
from deskapp import matter, shifts, staff
from deskapp.calendar import Calendar
from deskapp.desk import Desk, Operator, Refusal, Role
from deskapp.request_lists import Line, masked

__all__ = [
    "Gone", "Held", "Leaving", "Line", "close", "closes", "due_before", "held", "leave",
    "next_days", "open_mine", "put_aside", "taken_up",
]  # fmt: skip

SCREEN = "shift"
"""what its drafts are kept under"""
DAYS = 4
"""how many of the next working days one may choose from"""
LOOKED_AHEAD = 60
"""days among which they are looked for"""
ASKED = 99
"""so many due requests at most are asked about; who has more goes on with the rest by name"""


@dataclass(frozen=True, slots=True)
class Leaving:
    """What is written on the page when somebody leaves or closes. Things and rounds are codes."""

    kept: Collection[str] = ()
    """requests due before one is back that one goes on with all the same"""
    back: date | None = None
    """the day of one's next shift; None: the next working day"""
    note: str = ""
    things: Sequence[str] = ()
    other: str = ""
    faults: str = ""
    rounds: Sequence[str] = ()
    visitors: str = ""

    @property
    def hands_over(self) -> bool:
        """Whether there is something to sign for."""
        return any((self.things, self.other, self.faults, self.rounds, self.visitors))


@dataclass(frozen=True, slots=True)
class Gone:
    """Somebody left (`closed`: and the shift is over), keeping so many open requests."""

    kept: int
    closed: bool


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody on duty has to settle before they go."""

    name: str
    incomplete: int
    """entries that were logged in a hurry"""
    due: tuple[Line, ...]
    """what falls due before they are back"""


@dataclass(frozen=True, slots=True)
class _Going:
    """One of those on duty, and until when they are away."""

    who: Operator
    back: datetime
    incomplete: int
    due: list[Line]


def next_days(desk: Desk) -> list[date]:
    """The operator's next working days, tomorrow at the earliest."""
    return _days(desk, staff.as_now(desk))


def _days(desk: Desk, operator: Operator) -> list[date]:
    calendar, today = _calendar(desk, operator), desk.now().date()
    days = (today + timedelta(days=ahead) for ahead in range(1, LOOKED_AHEAD))
    return [day for day in days if calendar.is_workday(day)][:DAYS]


def due_before(desk: Desk, back: date | None = None) -> list[Line]:
    """The operator's own requests that fall due before they are back and are offered to nobody."""
    operator = staff.as_now(desk)
    with desk.reading() as connection:
        return masked(desk, _due(connection, operator, _back_at(desk, operator, back)))


def open_mine(desk: Desk) -> int:
    """How many open requests are the operator's."""
    with desk.reading() as connection:
        return pages.open_of(connection, desk.whoever().id)


def closes(desk: Desk) -> bool:
    """Whether the shift is over when the operator leaves: no other librarian is on duty."""
    me = desk.whoever().id
    return desk.may(shifts.LEADING) and not any(
        each.digit for each in shifts.on_duty(desk) if each.id != me
    )


def held(desk: Desk) -> list[Held]:
    """What the others on duty have to settle, person by person; who has nothing is left out."""
    me = desk.whoever().id
    with desk.reading() as connection:
        people = stored.attending(connection, desk.code)
        others = [_going(connection, desk, each.staff) for each in people if each.staff != me]
    return [
        Held(each.who.name, each.incomplete, tuple(masked(desk, each.due)))
        for each in others
        if each.incomplete or each.due
    ]


def leave(desk: Desk, leaving: Leaving) -> Gone:
    """Leave; the shift goes on with the colleagues, and one of them signs for what is handed over.
    The last librarian closes it.

    Refuses RoleTooLow, ShiftNotOpen, NotOnDuty, EntriesIncomplete(count): what was logged in a
    hurry is completed first, MattersUndecided(count), CodeUnknown, VisitorsUnclear.
    """
    return _go(desk, leaving, everybody=False)


def close(desk: Desk, leaving: Leaving) -> Gone:
    """Close the shift for all who are on duty.

    Refuses as `leave`, and OthersUndecided(names): while others have something to settle they leave
    themselves, or a shift lead closes for them; their matters stay theirs.
    """
    desk.require(shifts.LEADING)
    return _go(desk, leaving, everybody=True)


def _go(desk: Desk, leaving: Leaving, *, everybody: bool) -> Gone:
    desk.require(shifts.JOINING)
    operator = staff.as_now(desk)
    shifts.refuse_unknown(desk, leaving.things, leaving.rounds)
    visitors = _visitors(leaving.visitors)
    with desk.act() as act:
        shift = shifts.running(act.connection, desk)
        people = stored.attending(act.connection, desk.code)
        if all(each.staff != operator.id for each in people):
            raise Refusal("NotOnDuty")
        mine = _going(act.connection, desk, operator.id, leaving.back)
        if mine.incomplete:
            raise Refusal("EntriesIncomplete", count=mine.incomplete)
        undecided = [line for line in mine.due if line.subject not in leaving.kept]
        if undecided:
            raise Refusal("MattersUndecided", count=len(undecided))
        others = [each.staff for each in people if each.staff != operator.id]
        over = operator.role.reaches(shifts.LEADING) and (
            everybody or not any(shifts.leads(each) for each in people if each.staff in others)
        )
        going = [mine]
        if over:
            going += [_going(act.connection, desk, each) for each in others]
            _refuse_undecided(operator, going[1:])
        facts = [
            Draft(
                "shift.left",
                shift,
                {
                    "staff": each.who.id,
                    "by": operator.id,
                    "kept": pages.open_of(act.connection, each.who.id),
                    "due": [line.subject for line in each.due],
                    "until": stamp(each.back),
                },
            )
            for each in going
        ]
        if leaving.note.strip():
            facts.append(shifts.noted(shift, operator, leaving.note.strip()))
        if over or leaving.hands_over:
            facts.append(_handed_over(shift, operator, leaving, visitors))
        if over:
            facts.append(Draft("shift.closed", shift, {"by": operator.id}))
        act.record_all(facts)
        kept = pages.open_of(act.connection, operator.id)
    return Gone(kept, over)


def _refuse_undecided(operator: Operator, others: Sequence[_Going]) -> None:
    undecided = [each.who.name for each in others if each.incomplete or each.due]
    if undecided and not operator.role.reaches(Role.SHIFT_LEAD):
        raise Refusal("OthersUndecided", names=" ".join(undecided))


def _going(connection: Connection, desk: Desk, staff: str, back: date | None = None) -> _Going:
    who = matter.active(connection, staff, shifts.JOINING)
    moment = _back_at(desk, who, back)
    able = who.role.reaches(shifts.LEADING)
    hurried = incomplete.open_of(connection, staff) if able else ()
    return _Going(who, moment, len(hurried), _due(connection, who, moment))


# Half-written


def put_aside(desk: Desk, leaving: Leaving | None) -> None:
    """Keep what the operator has half-written, in this desk's store; None: nothing any more."""
    me = desk.whoever().id
    id = f"{SCREEN}-{me}"
    with desk.ledger.store.writing() as connection:
        if leaving is None or not (leaving.hands_over or leaving.note.strip()):
            drafts.remove(connection, id)
            return
        body = canonical(
            {
                **asdict(leaving),
                "kept": sorted(leaving.kept),
                "back": leaving.back.isoformat() if leaving.back else None,
            }
        )
        at = stamp(desk.ledger.clock.now())
        row = DraftRow(id=id, staff=me, screen=SCREEN, reader=None, body=body, at=at)
        drafts.write(connection, row)


def taken_up(desk: Desk) -> Leaving:
    """What the operator had half-written; every due request is asked about anew."""
    with desk.reading() as connection:
        rows = drafts.own(connection, desk.whoever().id, SCREEN)
    if not rows:
        return Leaving()
    said = json.loads(rows[-1].body)
    back = date.fromisoformat(said["back"]) if said["back"] else None
    return Leaving(**{**said, "kept": (), "back": back})


def _handed_over(shift: str, operator: Operator, leaving: Leaving, visitors: int | None) -> Draft:
    private = {"other": leaving.other.strip() or None, "faults": leaving.faults.strip() or None}
    said = {
        "by": operator.id,
        "things": list(leaving.things),
        "rounds": list(leaving.rounds),
        "visitors": visitors,
    }
    if not any(private.values()):
        return Draft("shift.handed_over", shift, said)
    return Draft("shift.handed_over", shift, said, shift, private)


def _visitors(text: str) -> int | None:
    """How many visitors were counted."""
    if not text.strip():
        return None
    if not (text.strip().isdecimal() and len(text.strip()) <= 6):
        raise Refusal("VisitorsUnclear", value=text.strip())
    return int(text)


def _calendar(desk: Desk, operator: Operator) -> Calendar:
    """Whose working days somebody follows."""
    for code in operator.departments:
        if code in desk.profile.departments:
            return desk.calendar(code)
    return desk.calendars[desk.profile.opening]


def _back_at(desk: Desk, operator: Operator, day: date | None) -> datetime:
    """When somebody's next shift begins: with the working time of that day."""
    for each in [day] if day else _days(desk, operator):
        for first, _ in _calendar(desk, operator).windows(each):
            return first
    return desk.now() + timedelta(days=1)


def _due(connection: Connection, operator: Operator, back: datetime) -> list[Line]:
    return stored.due_before(connection, operator.id, stamp(back), ASKED)
