"""What is said of an event when it is announced or changed, and whether it can be so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from db import event_pages as pages
from db.clock import stamp
from deskapp.cells import alike
from deskapp.desk import Desk, Refusal

MOST_SESSIONS = 366
"""of one event: an exhibition that opens daily for a year"""
SHOWS = ("name", "masked", "surname")
"""what a door may show of a name"""


@dataclass(frozen=True, slots=True)
class Question:
    """Asked at sign-up: `must` be answered there, or at the `door` of who has not yet."""

    code: str
    text: str
    choices: tuple[str, ...] = ()
    must: bool = False
    door: bool = False

    def said(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)} | {
            "choices": list(self.choices)
        }

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> "Question":
        """What another version may have written of it is passed over."""
        known = {each.name: said[each.name] for each in fields(cls) if each.name in said}
        return cls(**{**known, "choices": tuple(said.get("choices") or ())})


@dataclass(frozen=True, slots=True)
class Time:
    """One session: moments in the library's time; a place by code or as people call it; places, if
    not the event's.
    """

    begin: datetime
    until: datetime
    place: str
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """An event as it is announced; see `db.events.Event`. `department`: none is the operator's
    first; `helpers`: volunteers wanted; `repeats`: weekly or daily, as it was said.
    """

    title: str
    kind: str
    sessions: Sequence[Time] = ()
    department: str | None = None
    series: str | None = None
    need: str = ""
    evidence: str = ""
    for_: str = ""
    partners: Sequence[str] = ()
    audience: Sequence[str] = ()
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    capacity: int | None = None
    apart: bool = False
    queues: bool = True
    walk_ins: bool = True
    questions: Sequence[Question] = ()
    shows: str = "masked"
    exits: bool = False
    helpers: int | None = None
    repeats: str | None = None


WORDS = ("title", "need", "evidence", "for_", "learnt")
MOMENTS = ("opens_at", "closes_at")


def usual_questions(desk: Desk, kind: str, language: str) -> tuple[Question, ...]:
    """What is usually asked for an event of that kind. Refuses EventKindUnknown."""
    asked = _kind(desk, kind).questions
    return tuple(
        Question(each.code, each.name(language), each.choices, each.must, each.door)
        for each in asked.values()
    )


def place_of(desk: Desk, text: str) -> str:
    """The code of a room or zone that goes by that name, else the words.

    Refuses SessionPlaceMissing.
    """
    words = text.strip()
    if not words:
        raise Refusal("SessionPlaceMissing")
    for table in (desk.profile.rooms, desk.profile.zones):
        for code, each in table.items():
            if words == code or alike(words) in (alike(each.zh), alike(each.en)):
                return code
    return words


def place_name(desk: Desk, place: str, language: str) -> str:
    """What people call it."""
    known = desk.profile.rooms.get(place) or desk.profile.zones.get(place)
    return known.name(language) if known else place


def stored(desk: Desk, connection: Connection, said: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a plan as a fact says them.

    Refuses EventUntitled, EventKindUnknown, DepartmentUnknown, SegmentUnknown, SeriesUnknown,
    SeriesClosed, CapacityWrong, SignupTimesWrong, QuestionWrong.
    """
    found = {name: _stored(name, value) for name, value in said.items()}
    if "title" in found and not found["title"]:
        raise Refusal("EventUntitled")
    if "kind" in found:
        _kind(desk, found["kind"])
    _refuse_unknown(desk, found)
    if found.get("series") is not None:
        _series(connection, found["series"])
    _refuse_wrong(found)
    return found


def _stored(name: str, value: Any) -> Any:
    """Refuses QuestionWrong."""
    if name in WORDS:
        return (value.strip() if value else "") or None
    if name in MOMENTS:
        return stamp(value) if value else None
    if name == "questions":
        return [each.said() for each in _questions(value)]
    if name in ("partners", "audience"):
        return list(dict.fromkeys(each.strip() for each in value if each.strip()))
    return value


def _refuse_unknown(desk: Desk, found: Mapping[str, Any]) -> None:
    """Refuses DepartmentUnknown, SegmentUnknown."""
    department = found.get("department")
    if department is not None and department not in desk.profile.departments:
        raise Refusal("DepartmentUnknown", department=department)
    for segment in found.get("audience", ()):
        if segment not in desk.profile.segments:
            raise Refusal("SegmentUnknown", segment=segment)


def _refuse_wrong(found: Mapping[str, Any]) -> None:
    """Refuses CapacityWrong, SignupTimesWrong, WordUnknown."""
    for name in ("capacity", "helpers"):
        if found.get(name) is not None and found[name] <= 0:
            raise Refusal("CapacityWrong", count=found[name])
    if found.get("opens_at") and found.get("closes_at") and found["closes_at"] < found["opens_at"]:
        raise Refusal("SignupTimesWrong")
    if found.get("shows", SHOWS[0]) not in SHOWS:
        raise Refusal("WordUnknown", column="shows", value=found["shows"])


def _kind(desk: Desk, kind: str) -> Any:
    found = desk.profile.events.get(kind)
    if found is None:
        raise Refusal("EventKindUnknown", kind=kind)
    return found


def _series(connection: Connection, series: str) -> None:
    row = pages.series(connection, series)
    if row is None:
        raise Refusal("SeriesUnknown")
    if row.closed_at is not None:
        raise Refusal("SeriesClosed", series=row.title)


def _questions(questions: Sequence[Question]) -> Sequence[Question]:
    codes = [each.code for each in questions]
    for each in questions:
        if not each.code or not each.text.strip() or codes.count(each.code) > 1:
            raise Refusal("QuestionWrong", question=each.text or each.code)
    return questions


def session(desk: Desk, id: str, time: Time) -> dict[str, Any]:
    """A session as a fact says it.

    Refuses SessionTimesWrong, SessionPlaceMissing, CapacityWrong.
    """
    if time.until <= time.begin:
        raise Refusal("SessionTimesWrong")
    if time.capacity is not None and time.capacity <= 0:
        raise Refusal("CapacityWrong", count=time.capacity)
    return {
        "id": id,
        "begins": stamp(time.begin),
        "until": stamp(time.until),
        "place": place_of(desk, time.place),
        "capacity": time.capacity,
    }


def sessions(desk: Desk, times: Sequence[Time]) -> list[dict[str, Any]]:
    """Refuses also SessionsTooMany."""
    if len(times) > MOST_SESSIONS:
        raise Refusal("SessionsTooMany", most=MOST_SESSIONS)
    return [session(desk, desk.ledger.clock.new_id(), each) for each in times]
