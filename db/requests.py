"""Requests: what a reader asked, whose it is, until it is closed. Facts, folds and clashes."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from db import fulltext
from db.facts import Book, Change, Draft, Fact, Row, Rows, Stub, put
from db.rows import chunks, marks

OPEN, CLOSED = "open", "closed"


class Request(SQLModel, table=True):
    """One request. Moments are UTC stamps; staff and readers are subjects; codes are the
    profile's.
    """

    __table_args__ = (
        Index("request_mine", "responsible", "status", "due_at", "serial"),
        Index("request_first", "first_responder", "status", "due_at", "serial"),
        Index("request_open", "status", "due_at", "serial"),
        Index("request_department", "department", "status", "due_at", "serial"),
        Index("request_offer", "offer_until", sqlite_where=text("offer IS NOT NULL")),
        Index("request_patron", "patron", "serial"),
        Index("request_number", "desk", "year", "number"),
    )
    serial: int | None = Field(default=None, primary_key=True)
    """This store's own numbering: what the full text refers to"""
    subject: str = Field(unique=True)
    desk: str
    year: int
    number: int
    """with desk and year: what people call it"""
    received_at: str
    logged_at: str
    backdated: int
    channel: str
    kind: str
    department: str
    scope: str | None = None
    """of a confidential kind the department that handles it; its words stay there"""
    patron: str | None = None
    patron_type: str | None = None
    contact: str | None = None
    question: str | None = None
    first_responder: str
    responsible: str
    confirmed: int
    """0 where somebody is said to have accepted by telephone and has not signed yet"""
    status: str
    due_at: str
    offer: str | None = None
    """the fact that offers the request, while nobody has accepted it"""
    offer_to: str | None = None
    offer_department: str | None = None
    offer_by: str | None = None
    offer_at: str | None = None
    offer_until: str | None = None
    offer_reason: str | None = None
    taken: str | None = None
    """the offer last accepted"""
    back: str | None = None
    """how the last offer that nobody accepted came back: sent_back, taken_back, lapsed"""
    closed_at: str | None = None
    closed_by: str | None = None
    result: str | None = None
    outcome: str | None = None
    answer: str | None = None
    alternative: str | None = None
    referred_to: str | None = None
    """unit, place, telephone: a JSON list"""
    lead: str | None = None
    lead_how: str | None = None
    minutes: int | None = None
    effort: int | None = None
    reopened: int


LIFE = ("request.offered", "request.accepted", "request.closed", "request.reopened")
RETURNS = ("request.sent_back", "request.taken_back", "request.lapsed")


WHOSE = ("patron", "patron_type")
HIDDEN = (*WHOSE, "referred_to")
"""What a fact of a request says openly, unless its kind is confidential"""


def draft(
    kind: str,
    subject: str,
    said: Mapping[str, Any],
    private: Mapping[str, Any] | None = None,
    *,
    person: str | None = None,
    scope: str | None,
) -> Draft:
    """A request's fact. `person`: whose words the private part holds, if not the request's own.

    Of a confidential kind nothing open tells whose it is or where it was referred: that is private
    too, and always the request's own. Who erases its patron must erase it as well.
    """
    if scope is not None and (hidden := {n: said[n] for n in HIDDEN if said.get(n) is not None}):
        private = {**hidden, **(private or {})}
    if scope is not None:
        said = {name: value for name, value in said.items() if name not in HIDDEN}
    whose = (person or subject) if private is not None else None
    return Draft(kind, subject, said, whose, private, scope)


def _clashes(one: Stub, other: Stub) -> bool:
    """What two desks may do to one request apart, and a person must look at.

    An acceptance that crosses a return holds everywhere and is no clash (签收与退回交叉，以签收
    为准); the same result twice and the same person accepting twice agree.
    """
    kinds = (one.kind, other.kind)
    if kinds[0] == kinds[1]:
        first, second = json.loads(one.data), json.loads(other.data)
        match kinds[0]:
            case "request.accepted":
                return bool(first.get("by") != second.get("by"))
            case "request.closed":
                return bool(first.get("result") != second.get("result"))
            case "request.first_corrected":
                return bool(first.get("first_responder") != second.get("first_responder"))
            case "request.offered":
                return True
        return False
    return kinds[0] in LIFE and kinds[1] in LIFE


def _serials(raw: sqlite3.Connection, changes: list[Change]) -> dict[str, int]:
    serials: dict[str, int] = {}
    for chunk in chunks([change.subject for change in changes]):
        where = "WHERE subject IN " + marks(len(chunk))
        serials.update(raw.execute(f"SELECT subject, serial FROM request {where}", chunk))
    return serials


def body(row: Row | None) -> str:
    """What full text finds of a request: its words, but none of a confidential one."""
    if row is None or row["scope"] is not None:
        return ""
    return " ".join(row[name] for name in ("question", "answer", "alternative") if row[name])


def _derive(raw: sqlite3.Connection, changes: list[Change]) -> None:
    texts = [(change, body(change.old), body(change.new)) for change in changes]
    texts = [each for each in texts if each[1] != each[2]]
    if not texts:
        return
    serials = _serials(raw, [change for change, _, _ in texts])
    fulltext.replace(
        raw,
        "request_text",
        [(serials[change.subject], old) for change, old, _ in texts if old],
        [(serials[change.subject], new) for change, _, new in texts if new],
    )


def _check(raw: sqlite3.Connection) -> list[str]:
    """The requests whose full text is not that of their rows, as far as counting words tells."""
    held = dict(fulltext.lengths(raw, "request_text"))
    wrong = []
    for serial, subject, scope, *words in raw.execute(
        "SELECT serial, subject, scope, question, answer, alternative FROM request"
    ):
        text = "" if scope is not None else " ".join(filter(None, words))
        if held.pop(serial, 0) != len(fulltext.tokens(text)):
            wrong.append(subject)
    return wrong + [f"{serial}" for serial in held]


REQUESTS = Book(
    "request",
    (Request,),
    clashes=_clashes,
    follow=_derive,
    empty=lambda raw: fulltext.empty(raw, "request_text"),
    purge=lambda raw: fulltext.optimize(raw, "request_text"),
    check=_check,
)

NO_OFFER = dict.fromkeys(
    ("offer", "offer_to", "offer_department", "offer_by", "offer_at", "offer_until", "offer_reason")
)
NO_RESULT = dict.fromkeys(
    (
        "closed_at",
        "closed_by",
        "result",
        "outcome",
        "answer",
        "alternative",
        "referred_to",
        "lead",
        "lead_how",
    )
)


def _row(rows: Rows) -> Row:
    """The request; LookupError (and so a fault) while the fact that logged it has not arrived."""
    return rows["request",]


@REQUESTS.fold("request.logged")
def _logged(rows: Rows, fact: Fact) -> Rows:
    """Number, kind, channel, department, due time, patron and who was asked; private: question,
    contact, and of a confidential kind the patron.

    Two desks that import the same register log the same request: the first stands.
    """
    if ("request",) in rows:
        return rows
    told = dict.fromkeys(("question", "contact", *WHOSE)) | fact.says() | fact.confides()
    return put(
        rows,
        "request",
        **NO_OFFER,
        **NO_RESULT,
        **told,
        desk=fact.desk,
        scope=fact.scope,
        logged_at=fact.at,
        status=OPEN,
        confirmed=1,
        reopened=0,
    )


@REQUESTS.fold("request.offered")
def _offered(rows: Rows, fact: Fact) -> Rows:
    """`{to, department, by, until, reason}`. The giver stays responsible.

    An offer older than one already accepted is over: ids follow what their author knew.
    """
    said, row = fact.says(), _row(rows)
    if row["status"] == CLOSED or (row["taken"] or "") >= fact.id:
        return rows
    return put(
        rows,
        "request",
        offer=fact.id,
        offer_to=said["to"],
        offer_department=said["department"],
        offer_by=said["by"],
        offer_at=fact.at,
        offer_until=said["until"],
        offer_reason=said["reason"],
        back=None,
    )


@REQUESTS.fold("request.accepted")
def _accepted(rows: Rows, fact: Fact) -> Rows:
    """`{offer, by, how}`. The first to accept an offer has it, even if it had come back
    meanwhile; who accepted a later offer keeps it from whoever signs an older one.
    """
    said, row = fact.says(), _row(rows)
    if row["taken"] == said["offer"]:
        return put(rows, "request", confirmed=1) if said["by"] == row["responsible"] else rows
    clear = NO_OFFER if row["offer"] == said["offer"] else {}
    if (row["taken"] or "") > said["offer"]:
        return put(rows, "request", **clear)
    return put(
        rows,
        "request",
        **clear,
        responsible=said["by"],
        department=said["department"],
        taken=said["offer"],
        confirmed=0 if said["how"] == "phone" else 1,
        back=None,
    )


def _back(rows: Rows, fact: Fact) -> Rows:
    """`{offer}`. Nothing but the offer ends; an offer already accepted stays accepted."""
    if _row(rows)["offer"] != fact.says()["offer"]:
        return rows
    return put(rows, "request", **NO_OFFER, back=fact.kind.removeprefix("request."))


for _kind in RETURNS:
    REQUESTS.fold(_kind)(_back)


@REQUESTS.fold("request.closed")
def _closed(rows: Rows, fact: Fact) -> Rows:
    """`{result, outcome, by, referred_to, lead, lead_how}`; private: answer, alternative, and of a
    confidential kind where it was referred.

    An import says `closed_at`, when that was.
    """
    said = dict.fromkeys(("answer", "alternative", "referred_to")) | fact.says() | fact.confides()
    if _row(rows)["status"] == CLOSED:
        return rows
    return put(
        rows,
        "request",
        **NO_OFFER,
        status=CLOSED,
        closed_at=said.get("closed_at") or fact.at,
        closed_by=said["by"],
        result=said["result"],
        outcome=said["outcome"],
        answer=said["answer"],
        alternative=said["alternative"],
        referred_to=said["referred_to"],
        lead=said["lead"],
        lead_how=said["lead_how"],
    )


@REQUESTS.fold("request.reopened")
def _reopened(rows: Rows, fact: Fact) -> Rows:
    """`{reason, due_at}`. The course keeps the old result; the row is open again."""
    row = _row(rows)
    if row["status"] == OPEN:
        return rows
    return put(
        rows,
        "request",
        **NO_RESULT,
        status=OPEN,
        due_at=fact.says()["due_at"],
        reopened=row["reopened"] + 1,
    )


@REQUESTS.fold("request.first_corrected")
def _first_corrected(rows: Rows, fact: Fact) -> Rows:
    """`{first_responder}`; private: reason. By a lead: the one way in which this changes."""
    _row(rows)
    return put(rows, "request", first_responder=fact.says()["first_responder"])
