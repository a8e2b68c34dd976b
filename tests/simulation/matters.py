"""The rules of requests, told a second time and plainly: what stores are held against."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from db.facts import Stub
from tests.simulation import steps
from tests.simulation.lines import LOGGED, Line, in_force, lines_of, resting

RETURNS = ("request.sent_back", "request.taken_back", "request.lapsed")
RESULTS = ("done", "referred", "not_possible")

AGREE_ON = {
    "request.accepted": "by",  # one request, two people who both hold that it is theirs
    "request.closed": "result",
    "request.reopened": "responsible",
    "request.first_corrected": "first_responder",
    "request.extended": "due_at",
    "request.waiting": "for",
    "request.staged": "stage",
    "request.joined": "department",
}
"""Two of a kind made apart are for a person, unless they say the same of this."""
AT_ODDS = {
    frozenset(("request." + one, "request." + other))
    for one, other in (
        ("offered", "offered"),  # two givers, or one who does not know what is waiting
        ("offered", "accepted"),  # who had it handed it on; who offers it gave what was gone
        ("offered", "closed"),
        ("offered", "reopened"),
        ("accepted", "closed"),
        ("accepted", "reopened"),
        ("closed", "reopened"),
    )
}
"""What cannot both have been meant. A return ends its own offer and nothing else, and against an
acceptance it has no effect (签收与退回交叉，以签收为准): so it is never at odds with anything."""


LATER = ("request.undone", "request.withdrawn")
"""What takes an earlier word back: nobody else may have gone on meanwhile."""
LIVES = ("request.offered", "request.accepted", "request.closed", "request.reopened")
RECKONED = {
    "request.extended",
    "request.waiting",
    "request.resumed",
    "request.staged",
    "request.found_complex",
    "request.joined",
    "request.reopened",
}
"""Each sets a due time without the others."""


def _reckons(fact: Stub) -> bool:
    return fact.kind in RECKONED or (
        fact.kind in ("request.corrected", "request.accepted")
        and json.loads(fact.data).get("due_at") is not None
    )


def clash(one: Stub, other: Stub) -> bool:
    """Whether two facts of people who did not know of each other need a third."""
    if one.kind == other.kind == "request.corrected":
        names = [set(json.loads(each.data)["changed"]) for each in (one, other)]
        return bool(names[0] & names[1])
    if {one.kind, other.kind} == {"request.accepted", "request.undone"}:
        first, second = (json.loads(each.data).get("offer") for each in (one, other))
        return bool(first != second)  # signed while it came back unsigned: it is signed
    for right, done in ((one, other), (other, one)):
        if right.kind == "request.corrected" and _was_wrong(json.loads(right.data), done):
            return True
    if one.kind != other.kind and {one.kind, other.kind} & {*LATER}:
        return {one.kind, other.kind} <= {*LATER, *LIVES}
    if one.kind != other.kind and _reckons(one) and _reckons(other):
        return True
    if one.kind == other.kind and (name := AGREE_ON.get(one.kind)):
        return bool(json.loads(one.data).get(name) != json.loads(other.data).get(name))
    return frozenset((one.kind, other.kind)) in AT_ODDS


def _was_wrong(right: dict[str, Any], done: Stub) -> bool:
    """Whether what a correction calls wrong is what somebody else went by."""
    said, kind = json.loads(done.data), done.kind.removeprefix("request.")
    if kind == "told_reader":  # somebody who is not the reader
        return bool({"patron", "contact"} & {*right["changed"]})
    if kind not in ("offered", "accepted", "joined"):
        return False
    confided = right.get("scope")
    wanted = confided or (right.get("department") if kind != "offered" else None)
    return wanted is not None and wanted != said["department"]


@dataclass(slots=True)
class Matter:
    """How a request stands."""

    first_responder: str
    responsible: str
    department: str
    due_at: str
    patron: str | None
    question: str | None
    scope: str | None
    kind: str
    channel: str
    patron_type: str | None = None
    contact: str | None = None
    status: str = "open"
    stage: str | None = None
    involved: str | None = None
    found_complex: int = 0
    extended: int = 0
    late: int = 0
    waits: str | None = None
    waiting: str | None = None
    waits_since: str | None = None
    chase_at: str | None = None
    sign_by: str | None = None
    sign_until: str | None = None
    tell_by: str | None = None
    told_at: str | None = None
    told_channel: str | None = None
    minutes: int | None = None
    effort: int | None = None
    satisfaction: int | None = None
    confirmed: int = 1
    reopened: int = 0
    offer: str | None = None
    offer_to: str | None = None
    offer_by: str | None = None
    back: str | None = None
    closed_by: str | None = None
    result: str | None = None
    answer: str | None = None
    alternative: str | None = None
    signed: dict[str, str] = field(default_factory=dict)
    """who accepted each offer: the first who did"""

    def waits_for_nobody(self) -> None:
        self.offer = self.offer_to = self.offer_by = None

    def no_result(self) -> None:
        self.result = self.closed_by = self.answer = self.alternative = None
        self.sign_by = self.sign_until = None
        self.tell_by = self.told_at = self.told_channel = None


COLUMNS = tuple(name for name in Matter.__slots__ if name != "signed")
COMMON = ("first_responder", "responsible", "status", "result", "offer", "reopened")
"""What of a request nobody's order may decide, where nothing clashes."""


def told(lines: Iterable[Line]) -> Matter | None:
    """How a request stands after these facts, in this order."""
    now: Matter | None = None
    for line in lines:
        said = line.said
        if line.kind == LOGGED:
            kept = {n: said[n] for n in ("first_responder", "responsible", "department", "due_at")}
            everything = line.private | said
            now = Matter(
                **kept,
                patron=everything.get("patron"),
                patron_type=everything.get("patron_type"),
                kind=said["kind"],
                channel=said["channel"],
                scope=line.scope,
                question=line.private.get("question"),
                contact=line.private.get("contact"),
            )
        elif now is not None:
            _goes_on(now, line)
    return now


def _goes_on(now: Matter, line: Line) -> None:
    said, kind = line.said, line.kind.removeprefix("request.")
    if kind in steps.WHILE_OPEN:
        if now.status == "open":
            steps.WHILE_OPEN[kind](now, line, said)
        return
    if kind in steps.EVER:
        steps.EVER[kind](now, line)
        return
    match kind:
        case "offered" if now.status == "open" and line.id > max(now.signed, default=""):
            now.offer, now.offer_to, now.offer_by = line.id, said["to"], said["by"]
            now.back = None
        case "accepted":
            _signed(now, line)
        case "sent_back" | "taken_back" | "lapsed" as how if now.offer == said["offer"]:
            now.waits_for_nobody()
            now.back = how
        case "closed" if now.status == "open":
            now.waits_for_nobody()
            steps.waits_no_more(now)
            now.sign_by = said["lead"] if said["lead_how"] == "phone" else None
            now.sign_until = said["sign_until"]
            now.tell_by = None if now.told_at else said["tell_by"]
            steps.counts_late(now, said)
            now.status, now.result, now.closed_by = "closed", said["result"], said["by"]
            now.confirmed = max(now.confirmed, int(now.closed_by == now.responsible))
            now.answer, now.alternative = (line.private.get(n) for n in ("answer", "alternative"))
        case "reopened" if now.status == "closed":
            now.status, now.due_at, now.reopened = "open", said["due_at"], now.reopened + 1
            now.stage = said["stage"]
            now.extended, now.confirmed = 0, 1
            now.responsible = said.get("responsible", now.responsible)
            steps.counts_late(now, said)
            now.no_result()
        case "first_corrected":
            now.first_responder = said["first_responder"]


def _signed(now: Matter, line: Line) -> None:
    """Whoever accepts an offer first has it; whoever accepted a later offer keeps it."""
    offer, by = line.said["offer"], line.said["by"]
    if offer in now.signed:
        if offer == max(now.signed) and now.signed[offer] == by:
            now.confirmed, now.sign_until = 1, None
        return
    latest = not now.signed or offer > max(now.signed)
    now.signed[offer] = by
    if now.offer == offer:
        now.waits_for_nobody()
    if latest:
        steps.undertakes(now, line.said["department"])
        now.responsible = by
        now.confirmed, now.back = int(line.said["how"] != "phone"), None
        now.sign_until = line.said.get("sign_until")
        if "due_at" in line.said:
            now.due_at = line.said["due_at"]
            steps.counts_late(now, line.said)


def wrong(raw: sqlite3.Connection, staff: Collection[str]) -> list[str]:
    """What does not hold of a store's requests, at any moment."""
    lines = lines_of(raw, "request")
    rows = {
        subject: dict(zip(COLUMNS, values, strict=True))
        for subject, *values in raw.execute(f"SELECT subject, {', '.join(COLUMNS)} FROM request")
    }
    found = []
    for subject in sorted((rows.keys() | lines.keys()) - resting(raw)):
        row, facts = rows.get(subject), in_force(lines[subject])
        should = told(facts)
        if differ := [n for n in COLUMNS if (row and row[n]) != getattr(should, n, None)]:
            found.append(f"{subject}: {differ} {row} is not {should} {_course(facts)}")
        if row is not None:
            found += [f"{subject}: {each}" for each in _promises(row, facts, staff)]
    return found


def hanging(raw: sqlite3.Connection) -> list[str]:
    """Requests that hang on the order of facts though nothing clashes: a clash was missed.

    Of a library at rest: before everybody has heard that the centre was set back, positions mean
    one thing to one desk and another to the next.
    """
    at_odds = {subject for (subject,) in raw.execute("SELECT subject FROM clash")}
    forks = json.loads(raw.execute("SELECT forks FROM place").fetchone()[0])
    found = []
    for subject, lines in lines_of(raw, "request").items():
        if subject not in at_odds and (other := _otherwise(subject, in_force(lines), forks)):
            found.append(f"{subject} hangs on the order, and nothing clashes: {_course(other)}")
    return found


def _promises(row: dict[str, Any], facts: Sequence[Line], staff: Collection[str]) -> Iterator[str]:
    """首问责任制, of one request."""
    if row["responsible"] not in staff:
        yield f"{row['responsible']} is responsible, and nobody"
    gone = any(line.kind == "request.withdrawn" for line in facts)
    if (row["status"] == "closed") != (row["result"] in RESULTS) and not gone:
        yield f"{row['status']} with the result {row['result']}"
    named = [
        line.said["first_responder"] for line in facts if line.kind == "request.first_corrected"
    ]
    asked = [line.said["first_responder"] for line in facts if line.kind.endswith("logged")]
    if row["first_responder"] != [*asked, *named][-1]:
        yield f"first asked was {row['first_responder']}, and nobody said so"
    if row["status"] == "closed" and row["offer"] is not None:
        yield "closed, and offered"


def _otherwise(
    subject: str, facts: Sequence[Line], forks: Sequence[Sequence[int]]
) -> Sequence[Line]:
    """The facts in another order that fits what their authors knew, and says something else.

    After a centre was set back an offer may stand behind its own return, and then waits once more.
    """
    place = {line.id: number for number, line in enumerate(facts)}
    ended = [line for line in facts if line.kind in RETURNS]
    if any(place.get(line.said["offer"], 0) > place[line.id] for line in ended):
        return ()
    rng, now = Random(subject), told(facts)
    for _ in range(3):
        left: list[Line] = list(facts)
        order: list[Line] = []
        while left:
            ready = [one for one in left if not any(_knew(one, other, forks) for other in left)]
            order.append(rng.choice(ready or left))
            left.remove(order[-1])
        other = told(order)
        if any(getattr(other, name, None) != getattr(now, name, None) for name in COMMON):
            return order
    return ()


def _course(lines: Iterable[Line]) -> str:
    """A request's course, for whoever looks into it."""
    told = (f"{line.kind[8:]} {line.id[-4:]} at {line.pos} {line.said}" for line in lines)
    return "; ".join(told)


def _knew(one: Line, other: Line, forks: Sequence[Sequence[int]]) -> bool:
    """Whether one's author knew the other; what a fact names by itself was known for certain."""
    if one is other or one.kind == LOGGED:
        return False
    base = min([one.base, *(pos for timeline, pos in forks if timeline > one.timeline)])
    if one.timeline != 1 and all(timeline != one.timeline for timeline, _ in forks):
        base = 0
    return (
        other.kind == LOGGED
        or other.id in one.beyond
        or other.id in (one.said.get("offer"), one.said.get("waiting"), one.said.get("undoes"))
        or (other.pos is not None and other.pos <= base)
    )
