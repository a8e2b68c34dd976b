"""A row of an old register, read by the rules: what was asked, whose it was, how it ended."""

import hmac
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from db import readers as stored_readers
from db import staff as stored_staff
from db.clock import stamp
from db.facts import Draft
from db.people import is_erased
from db.place import library_key
from db.requests import LISTS, draft
from db.staff import Staff
from deskapp import exports, headers, sheets
from deskapp.cells import alike, without_identity
from deskapp.desk import Desk, Operator, Refusal, Role
from deskapp.entries import Kind, Outcome, Words, codes

OPEN_WORDS = ("办理中", "未办结", "处理中", "待办", "open", "pending", "in progress")
YES_WORDS = ("1", "是", "有", "加急", "保密", "仅承办人可见", "yes", "urgent", "confidential")
NO_WORDS = ("0", "否", "无", "no")
SATISFIED = {
    "3": ("满意", "很满意", "非常满意", "satisfied", "very satisfied"),
    "2": ("基本满意", "较满意", "一般", "partly satisfied", "neutral"),
    "1": ("不满意", "很不满意", "not satisfied", "dissatisfied"),
}
"""what readers' answers are called"""
DONE_WORDS = ("已办结", "办结", "已完成", "完成", "已解决", "已处理", "是", "closed", "resolved")


@dataclass(slots=True)
class RegisterRow:
    """A row that can be right: facts to be, but for its number."""

    subject: str
    label: str
    """the desk that the file's number names, if it names one"""
    wanted: int | None
    """the number that the file gives it"""
    logged: dict[str, Any]
    private: dict[str, Any]
    patron: str | None
    scope: str | None
    closed: dict[str, Any] | None = None
    answers: dict[str, Any] = field(default_factory=dict)

    def drafts(self, number: int) -> Iterator[Draft]:
        """Its facts under this number."""
        yield self._draft("request.logged", {**self.logged, "number": number}, self.private)
        if self.closed is not None:
            yield self._draft("request.closed", self.closed, self.answers)

    def _draft(self, kind: str, said: dict[str, Any], private: dict[str, Any]) -> Draft:
        person = None if self.scope else self.patron
        return draft(kind, self.subject, said, private, person=person, scope=self.scope)


class RegisterReader:
    """Reads rows by the rules; those that cannot be right are put aside with the reason."""

    def __init__(
        self,
        desk: Desk,
        operator: Operator,
        columns: headers.Mapping,
        rejects: exports.Rejects,
        language: str,
    ) -> None:
        profile = desk.profile
        self._desk = desk
        self._operator = operator
        self._columns = columns
        self._rejects = rejects
        self._now = desk.now()
        self._departments = Words(profile.departments, language)
        results = codes(profile.results)
        done = next(c for c, r in profile.results.items() if r.outcome is Outcome.DONE)
        results |= dict.fromkeys(map(alike, DONE_WORDS), done)
        results |= dict.fromkeys(map(alike, OPEN_WORDS), OPEN_WORDS[0])
        self._done = done
        self._words = {
            "kind": {**profile.kind_words(), **codes(profile.kinds)},
            "channel": codes(profile.channels),
            "patron_type": {alike(w): code for w, code in profile.patron_words().items()},
            "result": results,
            "satisfaction": _levels(SATISFIED),
            "urgent": _levels({"1": YES_WORDS, "": NO_WORDS}),
            "confidential": _levels({"1": YES_WORDS, "": NO_WORDS}),
        }
        self._told = {"result", "closed"} & columns.columns.keys()
        self._seen: Counter[tuple[str, str]] = Counter()
        with desk.reading() as connection:
            self._key = library_key(connection)
            self._staff = stored_staff.all_ever(connection)

    def rows(self, sheet: sheets.Sheet) -> Iterator[RegisterRow]:
        for row in sheet.rows:
            with self._rejects.catching(row):
                yield self._row(self._columns.record(row, self._words))

    def _row(self, record: headers.Record) -> RegisterRow:
        desk, profile = self._desk, self._desk.profile
        received = record.moment("received", desk.zone)
        if received is None:
            raise Refusal("ValueMissing", column=record.heading("received"))
        if received > self._now:
            raise Refusal("ReceivedLater")
        question = str(without_identity(record.text("question")))
        kind = profile.kinds[record.text("kind") or profile.usual.kind]
        wanted = record.text("department")
        department = self._departments.code(wanted) if wanted else kind.department
        if kind.confidential and department != kind.department:
            raise Refusal("ConfidentialStays", number=record.text("number"))
        due = desk.calendar(department).due(received, profile.due[kind.due])
        number = record.text("number")
        closed, answers = self._ending(record, received)
        responsible = self._member(record.text("responsible"), gone=closed is not None)
        first = self._member(record.text("first_responder"), gone=True)
        first = first or responsible or self._operator.id
        if responsible is None:
            # Whoever has left cannot go on being responsible.
            active = {each.subject for each in self._staff if each.active}
            responsible = first if closed or first in active else self._operator.id
        patron, patron_type, contact = self._patron(record)
        if closed is not None:
            closed["by"] = responsible
        satisfaction = record.text("satisfaction")
        lists = {name: self._listed(record, name, kind) for name in LISTS}
        # What is none of the library's own words may tell of somebody.
        free = any(each not in kind.told for listed in lists.values() for each in listed)
        return RegisterRow(
            self._subject(number, received, question),
            *_number(number),
            {
                "year": received.year,
                "received_at": stamp(received),
                "backdated": 1,
                "channel": record.text("channel") or profile.usual.channel,
                "kind": kind.code,
                "department": department,
                "patron": patron,
                "patron_type": record.text("patron_type") or patron_type,
                "first_responder": first,
                "responsible": responsible,
                "due_at": stamp(due),
                "minutes": record.whole("minutes"),
                "effort": record.whole("effort"),
                "satisfaction": int(satisfaction) if satisfaction else None,
                "told_at": self._told_at(record, received),
                "urgent": int(bool(record.text("urgent"))),
                **({} if free else lists),
            },
            {"question": question, "contact": contact, **(lists if free else {})},
            patron,
            department if kind.confidential or record.text("confidential") else None,
            closed,
            answers,
        )

    def _listed(self, record: headers.Record, name: str, kind: Kind) -> list[str]:
        """Things to bring: the codes of those that the library names, the others as they stand."""
        known = codes(kind.told)
        words = (str(without_identity(each)) for each in record.several(name))
        return list(dict.fromkeys(known.get(alike(each), each) for each in words))

    def _told_at(self, record: headers.Record, received: datetime) -> str | None:
        """When the reader was told the result. Refuses ToldWhen."""
        told = record.moment("told_at", self._desk.zone)
        if told is None:
            return None
        if not received <= told <= self._now:
            raise Refusal("ToldWhen")
        return stamp(told)

    def _subject(self, number: str, received: datetime, question: str) -> str:
        content = "\x1f".join((number, stamp(received), question))
        if not number:
            # Three readers may have asked the same on the same day of a register without hours.
            self._seen[stamp(received), question] += 1
            content += f"\x1f{self._seen[stamp(received), question]}"
        digest = hmac.new(self._key, b"request\x1f" + content.encode(), "sha256")
        return "request:" + digest.hexdigest()[:32]

    def _member(self, who: str, *, gone: bool) -> str | None:
        """Staff by badge or name; `gone`: those who have left may be meant too."""
        if not who:
            return None
        meant = [e for e in self._staff if e.name == who or e.badge == stored_readers.capitals(who)]
        found = [e for e in meant if e.active] or (meant if gone else [])
        if not found:
            raise Refusal("StaffUnnamed", who=who)
        if len(found) > 1:
            raise Refusal("StaffAmbiguous", who=who)
        return _may_answer(found[0])

    def _patron(self, record: headers.Record) -> tuple[str | None, str | None, str | None]:
        """Reader, their type, and the contact; a reader who is not known is kept as a contact."""
        who, contact = record.text("patron"), record.text("contact")
        contact = str(without_identity(contact))
        if not who:
            return None, None, contact or None
        with self._desk.reading() as connection:
            found = stored_readers.by_identifier(connection, who)
            erased = is_erased(connection, stored_readers.id_of(self._key, who))
        if len(found) == 1:
            return found[0].subject, found[0].type, contact or None
        if not erased:  # whoever asked to be forgotten does not come back by an old register
            contact = " ".join(filter(None, (str(without_identity(who)), contact)))
        return None, None, contact or None

    def _ending(
        self, record: headers.Record, received: datetime
    ) -> tuple[dict[str, Any] | None, dict[str, Any]]:
        """How it ended: by its result, by the time it was closed, or where the register has no
        column for either, by an answer.
        """
        result, closed = record.text("result"), record.moment("closed", self._desk.zone)
        answer = str(without_identity(record.text("answer")))
        if result == OPEN_WORDS[0]:
            return None, {}
        if not result:
            if closed is None and (self._told or not answer):
                return None, {}
            result = self._done
        entry = self._desk.profile.results[result]
        alternative = record.text("alternative")
        referred = _referred(record.text("referred_to"))
        lead = None
        if entry.needs_place and not any(referred):
            raise Refusal("PlaceMissing")
        if entry.needs_lead:
            if not alternative:
                raise Refusal("AlternativeMissing")
            lead = self._member(record.text("lead"), gone=True)
            if lead is None:
                raise Refusal("LeadMissing")
        if closed is not None and not received <= closed <= self._now:
            raise Refusal("ClosedWhen")
        told = [*[*referred, ""][:2], " ".join(referred[2:])]
        said = {
            "result": result,
            "outcome": entry.outcome.value,
            "referred_to": json.dumps(told, ensure_ascii=False) if any(told) else None,
            "lead": lead,
            "lead_how": "phone" if lead else None,
            "closed_at": stamp(closed) if closed is not None else None,
        }
        return said, {"answer": answer or None, "alternative": alternative or None}


def _may_answer(who: Staff) -> str:
    if not Role(who.role).reaches(Role.LIBRARIAN):
        raise Refusal("RoleTooLow", role=who.role, least=Role.LIBRARIAN.value)
    return who.subject


def _levels(words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Level by word, in the form in which words are compared."""
    return {alike(each): level for level, several in words.items() for each in several}


def _referred(written: str) -> tuple[str, ...]:
    """Unit, place and telephone, parted by / or as a list is."""
    plain = written.replace("／", "/")
    return tuple(part.strip() for part in re.split("/" if "/" in plain else "[、，,；;]", plain))


def _number(written: str) -> tuple[str, int | None]:
    """The desk, if one is named, and the number in `0231`, `3F-0231` or `2025-0231`."""
    label, _, digits = written.rpartition("-")
    digits = digits.strip()
    fits = digits.isdecimal() and 0 < int(digits) < 1_000_000
    return label.strip(), int(digits) if fits else None
