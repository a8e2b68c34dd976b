"""The lines of a form, read by an event's rules: who asks for what, and when they asked."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from unicodedata import normalize

from db.clock import stamp
from db.events import Event, Session
from db.readers import capitals
from db.rows import chunks
from db.signups import WHOLE
from deskapp import event_views, form_answers, form_tools, headers, signup_rules, vacancies
from deskapp.cells import Row, without_identity
from deskapp.desk import Desk, Refusal
from deskapp.event_plans import Question
from deskapp.exports import Rejects
from deskapp.fields import Field, Fields
from deskapp.form_tools import Form
from deskapp.register_fields import SIGNUPS
from deskapp.signup_people import Named, People, Somebody

AHEAD = timedelta(hours=1)
"""so far may the clock of a form tool be before ours"""
LOOKED_UP = 500
"""people asked about at once"""

_DAY = re.compile(r"(?:\d{4}[-/.年])?(\d{1,2})(?:[-/.]|月)(\d{1,2})日?")
_CLOCK = re.compile(r"(\d{1,2})(?:[:时点])(\d{2})?")
_ORDINAL = re.compile(r"第?\s*(\d{1,3}|[一二三四五六七八九十])\s*[场次节]?")
_HAN = "一二三四五六七八九十"


def fields_of(questions: Mapping[str, Question]) -> Fields:
    """What the forms of an event may tell: who, when, for what, and its questions by code."""
    asked = (
        Field(name, "text", tuple(dict.fromkeys((each.text, form_tools.title(each.text), name))))
        for name, each in questions.items()
    )
    return Fields("signups", (*SIGNUPS.all, *asked))


def questions_of(event: Event) -> dict[str, Question]:
    """An event's questions by the names of their fields."""
    asked = map(Question.read, signup_rules.questions(event))
    return {f"{q.code}_" if q.code in SIGNUPS.by_name else q.code: q for q in asked}


@dataclass(frozen=True, slots=True)
class Submission:
    """Somebody's wish as a form has it. Stamps: `asked_at`, and of what it says `submitted`, which
    is later where it was changed in the form tool. `timed`: whether the form says when.
    """

    row: Row
    who: Somebody
    session: str
    places: int
    answers: Mapping[str, str]
    asked_at: str
    submitted: str
    timed: bool


class FormRows:
    """Reads rows by the rules; those that cannot be right are put aside with the reason."""

    def __init__(
        self,
        desk: Desk,
        event: Event,
        sessions: list[Session],
        form: Form,
        columns: headers.Mapping,
        rejects: Rejects,
        *,
        session: str = WHOLE,
        day: date | None = None,
    ) -> None:
        self._desk, self._event, self._sessions = desk, event, sessions
        self._to_come = vacancies.to_come(sessions, stamp(desk.now()))
        self._form, self._columns, self._rejects = form, columns, rejects
        self._questions = questions_of(event)
        self._session, self._chosen = session, dict[str, str]()
        self._now = desk.now()
        self._undated = undated(desk, event, day)

    def read(self) -> Iterator[Submission]:
        """Every row that can be right, once for each session that it names."""
        columns = self._columns
        heading = (
            columns.headers[columns.columns["number"][0]] if "number" in columns.columns else ""
        )
        people = People(self._desk, self._event, heading)
        for rows in chunks(self._form.rows, LOOKED_UP):
            records = []
            for row in rows:
                with self._rejects.catching(row):
                    record = self._columns.record(self._form.read(row))
                    records.append((row, record, _named(record)))
            found = people.find({named for *_, named in records})
            for row, record, named in records:
                with self._rejects.catching(row):
                    who = found[named]
                    if isinstance(who, Refusal):
                        raise who
                    yield from self._submitted(row, record, who)

    def _submitted(self, row: Row, record: headers.Record, who: Somebody) -> list[Submission]:
        at = self._moment(record, "at")
        undated = self._undated + timedelta(microseconds=row.line)
        asked_at = stamp(at or undated)
        signup_rules.refuse_untimely(self._desk, self._event, asked_at)
        edited = self._moment(record, "edited")
        submitted = max(asked_at, stamp(edited)) if at and edited else asked_at
        answers = signup_rules.answered(self._event, self._answers(record))
        told = record.whole("places")
        places = 1 if told is None else told
        sessions = [self._session_for(each) for each in self._wanted(record)]
        for session in sessions:
            signup_rules.refuse_many(self._event, self._to_come, session, places)
        return [
            Submission(row, who, each, places, answers, asked_at, submitted, at is not None)
            for each in dict.fromkeys(sessions)
        ]

    def _moment(self, record: headers.Record, name: str) -> datetime | None:
        """Refuses TimeLater."""
        at = record.moment(name, self._desk.zone)
        if at is not None and at > self._now + AHEAD:
            raise Refusal("TimeLater", column=record.heading(name))
        return min(at, self._now) if at else None

    def _answers(self, record: headers.Record) -> dict[str, str]:
        """As the event's choices have them, by code."""
        told = {name: record.text(name) for name in self._questions}
        if words := record.text("words"):
            open_ = {n: q.choices for n, q in self._questions.items() if not told[n]}
            told |= form_answers.sorted_out(words, open_)
        return {
            question.code: str(without_identity("、".join(answer)))
            for name, question in self._questions.items()
            if (answer := form_answers.choices(told[name], question.choices))
        }

    def _wanted(self, record: headers.Record) -> list[str]:
        """The sessions that a row names."""
        said = record.text("session") if self._event.apart and self._session == WHOLE else ""
        if not said:
            return [self._session]
        return [session_named(self._desk, self._sessions, each) for each in _each_of(said)]

    def _session_for(self, session: str) -> str:
        """As `signup_rules.session_for`, asked once each."""
        if session not in self._chosen:
            wish = signup_rules.Wish(self._event.subject, session=session)
            with self._desk.reading() as connection:
                found = signup_rules.session_for(self._desk, connection, self._event, wish)
            self._chosen[session] = found
        return self._chosen[session]


def undated(desk: Desk, event: Event, day: date | None) -> datetime:
    """When those asked of whom a form does not say it: now, or at the end of a day that a person
    named, while one could sign up.
    """
    now = desk.now()
    if day is None:
        return now
    end = min(now, datetime.combine(day, time(23, 59, 59), desk.zone))
    closes = desk.local(event.closes_at) if event.closes_at else None
    if closes and closes <= end and closes.date() == day:
        end = closes - timedelta(seconds=1)
    return end


def _named(record: headers.Record) -> Named:
    """A telephone of which digits are lost is needed of nobody who gives a number."""
    number, name = capitals(record.text("number")), record.text("name")
    try:
        phone = record.text("phone")
    except Refusal:
        if not number:
            raise
        phone = ""
    return Named(number, name, phone)


def _each_of(said: str) -> list[str]:
    """`上午场┋下午场`: several; a choice alone may have any sign in it."""
    return [
        part.strip() for part in re.split(rf"[{form_answers.APART}\n;；]", said) if part.strip()
    ]


def session_named(desk: Desk, sessions: list[Session], text: str) -> str:
    """The session that words mean: its day (11月28日), its time, its place, or its number among
    all (第2场). Refuses SessionNotThere(known), SessionUnchosen (several).
    """
    said = normalize("NFKC", text).strip()
    found = [each for each in sessions if each.id == said]
    if not found and (ordinal := _ORDINAL.fullmatch(said)):
        number = _HAN.find(ordinal[1]) + 1 or int(ordinal[1])
        found = sessions[number - 1 : number]
    if not found:
        days = [(int(month), int(day)) for month, day in _DAY.findall(said)]
        rest = _DAY.sub(" ", said)
        times = [(int(hour), int(minute or 0)) for hour, minute in _CLOCK.findall(rest)]
        begins = {each.id: desk.local(each.begins) for each in sessions}
        found = [
            each
            for each in sessions
            if (days or times or each.place in said)
            and (not days or (begins[each.id].month, begins[each.id].day) == days[0])
            and (not times or (begins[each.id].hour, begins[each.id].minute) == times[0])
        ]
        if len(found) > 1:
            found = [each for each in found if each.place in said] or found
    if not found:
        raise event_views.not_there(desk.local(each.begins) for each in sessions)
    if len(found) > 1:
        raise Refusal("SessionUnchosen")
    return found[0].id
