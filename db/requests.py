"""Requests: what a reader asked, whose it is, until it is closed. Facts, folds and clashes."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from db import fulltext
from db.facts import Book, Change, Draft, Fact, Row, Rows, put
from db.request_clashes import RETURNS, clash
from db.rows import chunks, marks

OPEN, CLOSED = "open", "closed"
WITHDRAWN = "withdrawn"
"""the outcome of what was logged by mistake"""
COUNTS = f"outcome IS NOT '{WITHDRAWN}'"
"""of a request that was no mistake"""


class Request(SQLModel, table=True):
    """One request. Moments are UTC stamps; staff and readers are subjects; codes are the
    profile's.
    """

    __table_args__ = (
        Index("request_mine", "responsible", "status", "due_at", "serial"),
        Index("request_first", "first_responder", "status", "due_at", "serial"),
        Index("request_open", "status", "due_at", "serial"),
        Index("request_department", "department", "status", "due_at", "serial"),
        Index(
            "request_joined",
            *("status", "due_at", "serial"),
            sqlite_where=text("involved IS NOT NULL"),
        ),
        Index("request_offer", "offer_until", sqlite_where=text("offer IS NOT NULL")),
        Index("request_chase", "chase_at", sqlite_where=text("chase_at IS NOT NULL")),
        Index("request_tell", "tell_by", sqlite_where=text("tell_by IS NOT NULL")),
        Index("request_sign", "sign_by", sqlite_where=text("sign_by IS NOT NULL")),
        Index("request_unsigned", "sign_until", sqlite_where=text("sign_until IS NOT NULL")),
        Index("request_patron", "patron", "serial"),
        Index("request_number", "desk", "year", "number"),
        Index("request_day", "desk", "logged_at", sqlite_where=text("backdated = 0")),
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
    """of a confidential one the department that handles it; its words stay there"""
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
    urgent: int
    """1 where whoever logged it said so; no due time follows from it"""
    told: str | None = None
    """what the reader was told to bring (一次性告知): codes, a JSON list"""
    stage: str | None = None
    """of a long kind, once it has left the first"""
    involved: str | None = None
    """departments that joined the undertaking one: a JSON list"""
    found_complex: int
    extended: int
    """how often the due time was moved on request"""
    late: int
    """1 where the time was up when somebody moved, stopped or ended it: it counts as overdue"""
    waits: str | None = None
    """for whom the clock stands: reader, outside"""
    waiting: str | None = None
    """the fact by which it stands"""
    waits_since: str | None = None
    chase_at: str | None = None
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
    sign_by: str | None = None
    """the shift lead who agreed by telephone and has not signed yet"""
    sign_until: str | None = None
    """when that must be signed, or by whoever accepted by telephone"""
    tell_by: str | None = None
    """when the reader must know the result; nothing once they do, or where nobody can be told"""
    told_at: str | None = None
    told_channel: str | None = None
    minutes: int | None = None
    effort: int | None = None
    """READ scale, 1 to 6"""
    satisfaction: int | None = None
    reopened: int
    materials: str | None = None
    """of what the reader was told to bring, what was received (收到材料): a JSON list"""


LISTS = ("told", "materials")


WHOSE = ("patron", "patron_type")
HIDDEN = (*WHOSE, "referred_to")
"""What a fact of a request says openly, unless it is confidential"""


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

    Of a confidential one nothing open tells whose it is or where it was referred: that is private
    too, and always the request's own. Who erases its patron must erase it as well.
    """
    if scope is not None and (hidden := {n: said[n] for n in HIDDEN if said.get(n) is not None}):
        private = {**hidden, **(private or {})}
    if scope is not None:
        said = {name: value for name, value in said.items() if name not in HIDDEN}
    whose = (person or subject) if private is not None else None
    return Draft(kind, subject, said, whose, private, scope)


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
        [(change.serial or serials[change.subject], old) for change, old, _ in texts if old],
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


def _over(rows: Rows) -> bool:
    """Closed, the reader told, and everything signed."""
    row = rows["request",]
    waits = row["tell_by"] or row["sign_by"] or row["sign_until"]
    return row["status"] == CLOSED and waits is None


REQUESTS = Book(
    "request",
    (Request,),
    clashes=clash,
    closed=_over,
    follow=_derive,
    empty=lambda raw: fulltext.empty(raw, "request_text"),
    purge=lambda raw: fulltext.optimize(raw, "request_text"),
    check=_check,
    lasts=True,
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
        "sign_by",
        "sign_until",
        "tell_by",
        "told_at",
        "told_channel",
    )
)
NO_WAIT = dict.fromkeys(("waits", "waiting", "waits_since", "chase_at"))
USUAL: Row = {"urgent": 0, **dict.fromkeys(("question", "contact", *WHOSE, *LISTS))}


def lateness(row: Row, said: Mapping[str, Any]) -> dict[str, int]:
    """A fact that moves, stops or ends the time says openly whether that was up. Once late, always
    late (计逾期).
    """
    return {"late": max(row["late"], said.get("late", 0))}


def listed(said: Mapping[str, Any]) -> Row:
    """The lists that a fact says, as rows hold them."""
    return {n: json.dumps(said[n]) if said[n] else None for n in LISTS if n in said}


def joined(row: Row) -> list[str]:
    """The departments that have joined the undertaking one."""
    return list(json.loads(row["involved"] or "[]"))


def joining(departments: Iterable[str], undertakes: str) -> str | None:
    """The same as rows hold them: whoever undertakes a request does not join it."""
    there = sorted({*departments} - {undertakes})
    return json.dumps(there) if there else None


def row_of(rows: Rows) -> Row:
    """The request; LookupError (and so a fault) while the fact that logged it has not arrived."""
    return rows["request",]


@REQUESTS.fold("request.logged")
def _logged(rows: Rows, fact: Fact) -> Rows:
    """Number, kind, channel, department, due time, patron and who was asked; private: question,
    contact, and of a confidential one the patron. An import says how it ended up: told, materials,
    told_at, satisfaction.

    Two desks that import the same register log the same request: the first stands.
    """
    if ("request",) in rows:
        return rows
    said = USUAL | fact.says() | fact.confides()
    return put(
        rows,
        "request",
        **NO_OFFER,
        **NO_WAIT,
        **NO_RESULT | said | listed(said),
        found_complex=0,
        extended=0,
        late=0,
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
    said, row = fact.says(), row_of(rows)
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
    """`{offer, by, department, how, due_at, sign_until}`. The first to accept an offer has it, even
    if it had come back meanwhile; who accepted a later offer keeps it from whoever signs an older
    one. `due_at`: where it moves with the department. One that had joined changes places with it.
    """
    said, row = fact.says(), row_of(rows)
    if row["taken"] == said["offer"]:
        if said["by"] != row["responsible"]:
            return rows
        return put(rows, "request", confirmed=1, sign_until=None)
    clear = NO_OFFER if row["offer"] == said["offer"] else {}
    undertakes, there = said["department"], joined(row)
    if (row["taken"] or "") > said["offer"]:
        return put(rows, "request", **clear)
    return put(
        rows,
        "request",
        **clear,
        responsible=said["by"],
        department=undertakes,
        involved=joining([*there, row["department"]] if undertakes in there else there, undertakes),
        taken=said["offer"],
        confirmed=0 if said["how"] == "phone" else 1,
        sign_until=said.get("sign_until"),
        back=None,
        due_at=said.get("due_at", row["due_at"]),
        **lateness(row, said),
    )


def _back(rows: Rows, fact: Fact) -> Rows:
    """`{offer}`. Nothing but the offer ends; an offer already accepted stays accepted."""
    if row_of(rows)["offer"] != fact.says()["offer"]:
        return rows
    return put(rows, "request", **NO_OFFER, back=fact.kind.removeprefix("request."))


for _kind in RETURNS:
    REQUESTS.fold(_kind)(_back)


@REQUESTS.fold("request.closed")
def _closed(rows: Rows, fact: Fact) -> Rows:
    """`{result, outcome, by, referred_to, lead, lead_how, sign_until, tell_by, late}`; private:
    answer, alternative, and of a confidential one where it was referred.

    An import says `closed_at`, when that was. Whoever ends what they are said to have accepted has
    accepted it.
    """
    openly, row = fact.says(), row_of(rows)
    said = dict.fromkeys(("answer", "alternative", "referred_to")) | openly | fact.confides()
    if row["status"] == CLOSED:
        return rows
    return put(
        rows,
        "request",
        **NO_OFFER,
        **NO_WAIT,
        **lateness(row, openly),
        status=CLOSED,
        confirmed=max(row["confirmed"], int(said["by"] == row["responsible"])),
        closed_at=said.get("closed_at") or fact.at,
        closed_by=said["by"],
        result=said["result"],
        outcome=said["outcome"],
        answer=said["answer"],
        alternative=said["alternative"],
        referred_to=said["referred_to"],
        lead=said["lead"],
        lead_how=said["lead_how"],
        sign_by=said["lead"] if said["lead_how"] == "phone" else None,
        sign_until=said.get("sign_until"),
        tell_by=None if row["told_at"] else said.get("tell_by"),
    )
