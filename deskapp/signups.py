"""Signing up for events (报名): at a desk, for a reader or for who is none, one or a group; given
up again; more or fewer people; the waiting list moves up by itself.

At one desk no session ever has more people than places; between desks that is for a person to look
at. The rules are `deskapp.signup_rules`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from db import signup_pages as pages
from db.clock import stamp
from db.events import Event
from db.ledger import Act
from db.signup_rows import LIVE, Signup
from db.signups import CANCELLED, IN, VOID, WAITING, WHOLE, draft
from deskapp import events, signup_rules, vacancies, waiting_list, whose
from deskapp.desk import Desk, Refusal, Role
from deskapp.signup_rules import DESK, DOOR, FILE, Outsider, Person, Wish
from deskapp.waiting_list import Promoted

__all__ = ["CANCELLED", "DESK", "DOOR", "FILE", "IN", "VOID", "WAITING", "WHOLE", "Outsider"]

SIGNING_UP = Role.STUDENT_ASSISTANT
"""who may sign people up, and give it up for them"""


@dataclass(frozen=True, slots=True)
class Beside:
    """Another event, or session, at the same time, for which somebody is signed up too. Stamps."""

    event: str
    title: str
    begins: str
    until: str


@dataclass(frozen=True, slots=True)
class SignedUp:
    """`status`: IN, or WAITING with so many sign-ups `ahead`. `beside`: they are to be told."""

    subject: str
    session: str
    status: str
    ahead: int = 0
    places: int = 1
    beside: tuple[Beside, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Somebody's sign-up is given up, and who waited moved up."""

    subject: str
    session: str
    promoted: tuple[Promoted, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """`changed`: whether anything is otherwise than it was."""

    subject: str
    session: str
    places: int
    promoted: tuple[Promoted, ...]
    changed: bool = True


def sign_up(
    desk: Desk,
    event: str,
    reader: str | None = None,
    *,
    outsider: Outsider | None = None,
    session: str = WHOLE,
    places: int = 1,
    answers: Mapping[str, str] | None = None,
    source: str = DESK,
) -> SignedUp:
    """Sign a reader up (by their id), or who is none. Where all is taken they wait.

    Refuses RoleTooLow, and as `enter`.
    """
    desk.require(SIGNING_UP)
    wish = Wish(event, reader, outsider, session, places, answers, source)
    with desk.act() as act:
        return enter(act, desk, wish)


def enter(act: Act, desk: Desk, wish: Wish) -> SignedUp:
    """The same within an act. At a door nobody waits, and sign-up is open as long as it lasts.

    Refuses EventUnknown, EventCancelled, SessionUnknown, SessionUnchosen, SessionOver,
    SessionDropped, SignupNotOpen, SignupClosed, PatronUnknown, NobodyNamed, PhoneWrong, NotInvited,
    SignedUpAlready, PlacesWrong, QuestionUnanswered, AnswerUnknown, EventFull.
    """
    event = events.row_of(act.connection, wish.event)
    session = signup_rules.session_for(desk, act.connection, event, wish)
    if wish.source != DOOR:
        signup_rules.refuse_untimely(desk, event)
    person = signup_rules.person(act, wish)
    signup_rules.refuse_uninvited(desk, act.connection, event, person.patron)
    refuse_again(person, session)
    to_come = vacancies.to_come(vacancies.sessions_of(act.connection, event.subject), stamp(act.at))
    signup_rules.refuse_many(event, to_come, session, wish.places)
    answers = signup_rules.answered(event, wish.answers, must=wish.source == DESK)
    waiting_list.go_on(act, event.subject)  # what has come free meanwhile is whose turn it was
    free = vacancies.find(act.connection, event, stamp(act.at))
    waits = not free.fit(session, wish.places)
    if waits and (not event.queues or wish.source == DOOR):
        raise Refusal("EventFull", free=max(0, free.of(session) or 0))
    said = {"session": session, "patron": person.patron, "places": wish.places}
    said |= {"waiting": waits, "source": wish.source, "asked_at": wish.asked_at}
    words: dict[str, object] = {"answers": answers} if answers else {}
    if person.patron is None:
        words |= {"name": person.name, "phone": person.phone or None}
    about = whose.words(act, person.subject, person.patron)
    act.record_all([draft("signup.made", person.subject, said, words, person=about)])
    row = find(act.connection, person.subject, session)
    ahead = pages.ahead(act.connection, row) if waits else 0
    beside = _beside(act.connection, event, person, session, stamp(act.at))
    return SignedUp(person.subject, session, row.status, ahead, row.places, beside)


def refuse_again(person: Person, session: str) -> None:
    """Refuses SignedUpAlready(status): for that session, or for the event as a whole."""
    for row in person.rows:
        if row.status in LIVE and (row.session == session or WHOLE in (row.session, session)):
            raise Refusal("SignedUpAlready", status=row.status)


def _beside(
    connection: Connection, event: Event, person: Person, session: str, now: str
) -> tuple[Beside, ...]:
    if not person.ids:
        return ()
    found: dict[str, Beside] = {}
    for each in vacancies.to_come(vacancies.sessions_of(connection, event.subject), now):
        if session not in (WHOLE, each.id):
            continue
        for other in pages.elsewhere(connection, person.ids, each):
            if session != WHOLE or other.event != event.subject:
                found[other.event + other.session] = Beside(
                    other.event, other.title, other.begins, other.until
                )
    return tuple(found.values())


def beside(desk: Desk, event: str, reader: str | None, session: str = WHOLE) -> tuple[Beside, ...]:
    """Asked as soon as it is known who somebody is (None: no reader): what else they have signed up
    for at the same time, of which they are warned.

    Refuses RoleTooLow, EventUnknown, PatronUnknown, NotInvited.
    """
    desk.require(SIGNING_UP)
    with desk.reading() as connection:
        row = events.row_of(connection, event)
        signup_rules.refuse_uninvited(desk, connection, row, reader)
        if reader is None:
            return ()
        who = signup_rules.reader(connection, event, reader)
        return _beside(connection, row, who, session, stamp(desk.now()))


def cancel(desk: Desk, subject: str, session: str = WHOLE, why: str = "") -> GivenUp:
    """Give a sign-up up; who waits moves up. `why`: a code or words, without a name.

    Refuses RoleTooLow, SignupUnknown, SignupOver, SignupUsed (they were there).
    """
    desk.require(SIGNING_UP)
    with desk.act() as act:
        row = standing(act.connection, subject, session)
        act.record("signup.cancelled", subject, {"session": session, "why": why.strip() or None})
        return GivenUp(subject, session, waiting_list.go_on(act, row.event))


def change(
    desk: Desk,
    subject: str,
    session: str = WHOLE,
    *,
    places: int | None = None,
    answers: Mapping[str, str] | None = None,
    name: str | None = None,
    phone: str | None = None,
) -> Changed:
    """More or fewer people, other answers; of who is no reader another name or telephone. What is
    None stays. Whoever has a place keeps it, and has as many as are free.

    Refuses RoleTooLow, SignupUnknown, SignupOver, EventUnknown, PlacesWrong, PlacesUsed (so many
    were there), EventFull, QuestionUnanswered, AnswerUnknown, NobodyNamed, PhoneWrong.
    """
    desk.require(SIGNING_UP)
    with desk.act() as act:
        row = standing(act.connection, subject, session, used=True)
        event = events.row_of(act.connection, row.event)
        said: dict[str, object] = {"session": session}
        words: dict[str, object] = {}
        if places is not None and places != row.places:
            _refuse_places(act, event, row, places)
            said["places"] = places
        if answers is not None:
            given = signup_rules.answered(event, answers)
            if given != json.loads(row.answers or "{}"):
                words["answers"] = given
        if row.patron is None:
            words |= _names(row, name, phone)
        if changed := len(said) > 1 or bool(words):
            about = whose.words(act, subject, row.patron)
            act.record_all([draft("signup.changed", subject, said, words, person=about)])
        promoted = waiting_list.go_on(act, event.subject)
        many = row.places if places is None else places
        return Changed(subject, session, many, promoted, changed)


def _names(row: Signup, name: str | None, phone: str | None) -> dict[str, object]:
    found: dict[str, object] = {}
    if name is not None and (called := signup_rules.called(name)) != row.name:
        found["name"] = called
    if phone is not None and (number := signup_rules.telephone(phone) or None) != row.phone:
        found["phone"] = number
    return found


def _refuse_places(act: Act, event: Event, row: Signup, places: int) -> None:
    to_come = vacancies.to_come(vacancies.sessions_of(act.connection, event.subject), stamp(act.at))
    signup_rules.refuse_many(event, to_come, row.session, places)
    if places < (came := pages.came(act.connection, row.subject, row.session)):
        raise Refusal("PlacesUsed", came=came)
    more = places - row.places
    free = vacancies.find(act.connection, event, stamp(act.at))
    if row.status == IN and more > 0 and not free.fit(row.session, more):
        raise Refusal("EventFull", free=max(0, free.of(row.session) or 0))


def find(connection: Connection, subject: str, session: str) -> Signup:
    """Refuses SignupUnknown."""
    row = pages.row(connection, subject, session)
    if row is None:
        raise Refusal("SignupUnknown")
    return row


def standing(connection: Connection, subject: str, session: str, *, used: bool = False) -> Signup:
    """A sign-up that has its place or waits. Refuses SignupUnknown, SignupOver, and unless one that
    was `used` will do SignupUsed.
    """
    row = find(connection, subject, session)
    if row.status not in LIVE:
        raise Refusal("SignupOver")
    if not used and pages.came(connection, subject, session):
        raise Refusal("SignupUsed")
    return row


def go_on(desk: Desk, event: str) -> Sequence[Promoted]:
    """Move an event's waiting list up as far as it goes. Refuses RoleTooLow."""
    desk.require(SIGNING_UP)
    with desk.act() as act:
        return waiting_list.go_on(act, event)
