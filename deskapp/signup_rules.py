"""What one may sign up for, who may, and what has to be answered: an event's own rules, as
refusals.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from db import passes
from db import readers as stored_readers
from db import signup_pages as pages
from db.clock import stamp
from db.events import PLANNED, Event, Session
from db.ledger import Act
from db.people import is_erased
from db.place import library_key
from db.readers import id_of
from db.signup_rows import Signup
from db.signups import WHOLE, event_key, subject_of
from deskapp import cells, spaces, vacancies
from deskapp.desk import Desk, Refusal

DESK, FILE, DOOR = "desk", "file", "door"
"""where a sign-up comes from"""
MOST = 255
"""people on one sign-up: a ticket says it in a byte"""


@dataclass(frozen=True, slots=True)
class Outsider:
    """Whoever is no reader of the library. `phone` as it was written."""

    name: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """A sign-up. `event` and `reader` are ids; `asked_at`: when they asked for it, where that was
    not now (a stamp).
    """

    event: str
    reader: str | None = None
    outsider: Outsider | None = None
    session: str = WHOLE
    places: int = 1
    answers: Mapping[str, str] | None = None
    source: str = DESK
    asked_at: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Who signs up: `ids` are a reader's, the serving one first; none of who is no reader."""

    subject: str
    ids: tuple[str, ...]
    name: str
    phone: str
    rows: tuple[Signup, ...]
    """what they signed up for at this event, given up too"""

    @property
    def patron(self) -> str | None:
        return self.ids[0] if self.ids else None


def session_for(desk: Desk, connection: Connection, event: Event, wish: Wish) -> str:
    """For which session it is: the only one that is to come where none was said, and the event as a
    whole where that is how one signs up; at the door of one it is for that one.

    Refuses EventCancelled, SessionUnknown, SessionUnchosen, SessionOver,
    SessionDropped.
    """
    sessions, now = vacancies.sessions_of(connection, event.subject), stamp(desk.now())
    if event.status != PLANNED:
        raise Refusal("EventCancelled", event=event.title)
    to_come = vacancies.to_come(sessions, now)
    if wish.session == WHOLE or not (event.apart or wish.source == DOOR):
        if not to_come:
            held = any(each.status == PLANNED for each in sessions)
            raise Refusal("SessionOver" if held or not sessions else "SessionDropped")
        if not event.apart:
            return WHOLE
        if len(to_come) > 1:
            raise Refusal("SessionUnchosen")
        return to_come[0].id
    chosen = next((each for each in sessions if each.id == wish.session), None)
    if chosen is None:
        raise Refusal("SessionUnknown")
    if chosen not in to_come:
        raise Refusal("SessionOver" if chosen.status == PLANNED else "SessionDropped")
    return chosen.id


def refuse_untimely(desk: Desk, event: Event, asked_at: str | None = None) -> None:
    """`asked_at`: where that was not now, a stamp. Refuses SignupNotOpen(opens),
    SignupClosed(closes).
    """
    now = asked_at or stamp(desk.now())
    if event.opens_at is not None and now < event.opens_at:
        raise Refusal("SignupNotOpen", opens=f"{desk.local(event.opens_at):%m-%d %H:%M}")
    if event.closes_at is not None and event.closes_at <= now:
        raise Refusal("SignupClosed", closes=f"{desk.local(event.closes_at):%m-%d %H:%M}")


def invited(desk: Desk, connection: Connection, event: Event, reader: str | None) -> bool:
    """Whether an event is for a reader; for who is none, where it is for everybody."""
    audience: list[str] = json.loads(event.audience)
    if not audience or reader is None:
        return not audience
    known = [each for each in audience if each in desk.profile.segments]
    return bool(known) and spaces.belongs(desk, connection, known, reader)


def refuse_uninvited(desk: Desk, connection: Connection, event: Event, reader: str | None) -> None:
    """Refuses NotInvited(whose): the codes of the segments that it is for."""
    if not invited(desk, connection, event, reader):
        raise Refusal("NotInvited", whose="/".join(json.loads(event.audience)))


def reader(connection: Connection, event: str, id: str) -> Person:
    """Who a reader is at an event, under whichever of their numbers they signed up.

    Refuses PatronUnknown.
    """
    (head,) = stored_readers.heads(connection, [id]).values()
    row = stored_readers.by_subject(connection, head)
    if row is None or row.number is None:
        raise Refusal("PatronUnknown")
    ids = tuple(stored_readers.one_person(connection, head))
    rows = pages.of_person_at(connection, event, ids)
    if rows:
        subject = rows[0].subject
    else:
        subject = of_reader(connection, library_key(connection), event, row.number, head)
    return Person(subject, ids, row.name or "", "", tuple(rows))


def of_reader(connection: Connection, key: bytes, event: str, number: str, reader: str) -> str:
    """What a reader who has a number now is called at an event; `key` is the library's."""
    generation, id = 0, id_of(key, number)
    while id != reader and is_erased(connection, id):
        generation += 1
        id = id_of(key, number, generation)
    return subject_of(event_key(key, event), event, number, generation)


def of_phone(connection: Connection, ours: bytes, event: str, phone: str) -> str:
    """What who is no reader is called there; `ours` is the event's key."""
    generation = 0
    while is_erased(connection, found := subject_of(ours, event, phone, generation)):
        generation += 1
    return found


def outsider(act: Act, ours: bytes, event: str, who: Outsider) -> Person:
    """Who is no reader, by their telephone; without one everybody is somebody else. `ours` is the
    event's key.

    Refuses NobodyNamed, PhoneWrong.
    """
    name, phone = called(who.name), telephone(who.phone)
    if not phone:
        known = act.new_subject("signup").partition(":")[2]
        return Person(subject_of(ours, event, known), (), name, "", ())
    rows = [each for each in pages.by_phone(act.connection, event, phone) if each.patron is None]
    if rows:
        return Person(rows[0].subject, (), name, phone, tuple(rows))
    found = of_phone(act.connection, ours, event, phone)
    return Person(found, (), name, phone, tuple(pages.by_subject(act.connection, found)))


def called(name: str) -> str:
    """A name as it is kept. Refuses NobodyNamed."""
    found = cells.name(name)
    if not found:
        raise Refusal("NobodyNamed")
    return found


def telephone(text: str) -> str:
    """The digits of a telephone number, as they are kept. Refuses PhoneWrong."""
    if not text.strip():
        return ""
    digits = cells.phone(text)
    if not 7 <= len(digits) <= 15:
        raise Refusal("PhoneWrong", phone=text.strip())
    return digits


def person(act: Act, wish: Wish) -> Person:
    """Refuses NobodyNamed, and as `reader` and `outsider`."""
    if wish.reader is not None:
        return reader(act.connection, wish.event, wish.reader)
    if wish.outsider is None:
        raise Refusal("NobodyNamed")
    ours = passes.event_key(act.connection, wish.event)
    return outsider(act, ours, wish.event, wish.outsider)


def questions(event: Event) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(event.questions)
    return found


def answered(
    event: Event, answers: Mapping[str, str] | None, *, must: bool = True
) -> dict[str, str]:
    """The answers to an event's questions as they are kept, by code; what is asked at the door may
    wait until then.

    Refuses QuestionUnanswered(asked), AnswerUnknown(asked): it is none of the choices.
    """
    found: dict[str, str] = {}
    for question in questions(event):
        code, choices = str(question["code"]), [str(each) for each in question.get("choices") or ()]
        answer = str((answers or {}).get(code) or "").strip()
        named = {"asked": code, "question": question.get("text") or code}
        if not answer:
            if must and question.get("must") and not question.get("door"):
                raise Refusal("QuestionUnanswered", **named)
            continue
        if choices:
            answer = _choice(choices, answer)
            if not answer:
                raise Refusal("AnswerUnknown", **named, known=" / ".join(choices))
        found[code] = answer
    return found


def _choice(choices: Sequence[str], answer: str) -> str:
    """The choice that an answer names, or several of them (素食、清真), each with what was written
    beside it (其他（花生）).
    """
    known = {each.casefold(): each for each in choices}
    if one := known.get(answer.casefold()):
        return one
    found = []
    for part in answer.split("、"):
        words, bracket, beside = part.partition("（")
        if (each := known.get(words.strip().casefold())) is None:
            return ""
        found.append(each + bracket + beside)
    return "、".join(found)


def refuse_many(event: Event, sessions: Sequence[Session], session: str, places: int) -> None:
    """Refuses PlacesWrong(most): nobody, or more people than could ever come."""
    asked = [each for each in sessions if session in (WHOLE, each.id)]
    most = [each for s in asked if (each := vacancies.capacity(event, s)) is not None]
    limit = min([MOST, *most])
    if not 1 <= places <= limit:
        raise Refusal("PlacesWrong", most=limit)
