"""Who sat where, how long, in two places at once, against which rules: told a second time."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import combinations
from typing import Any, Protocol

from sqlalchemy import Connection

from db.clock import moment
from db.facts import Stub
from db.store import driver
from tests.simulation.broken_rules import wrong_bans
from tests.simulation.lines import Line, in_force, lines_of, resting
from tests.simulation.registers import told

HOLDS = ("seat.reserved", "seat.taken", "seat.undone", "seat.extended")
WITNESSES = ("seat.taken", "seat.back", "seat.left", "seat.undone")
BEHIND = ("seat.taken", "seat.away", "seat.back", "seat.left", "seat.released", "seat.extended")
WENT_ON = ("seat.away", "seat.back", "seat.left", "seat.extended")


@dataclass
class Sitting:
    """One reader on one seat, from moment to moment."""

    id: str
    subject: str
    patron: str
    status: str
    until: str
    since: str | None = None
    reserved: str | None = None
    there: list[list[str]] = field(default_factory=list)
    """from when to when; the last without an end while they are there"""
    ended: str | None = None
    how: str | None = None
    aside: set[str] = field(default_factory=set)
    beside: set[str] = field(default_factory=set)

    def goes(self, at: str) -> None:
        """They are there no more. Behind a closing, whoever saw them go knew better."""
        over = self.status == "over"
        self.there = [
            [a, max(a, min(b, at) if over else b) if b else max(a, at)] for a, b in self.there
        ]

    def ends(self, at: str, how: str) -> None:
        self.goes(at)
        self.status, self.ended, self.how = "over", at, how

    def vanishes(self, at: str) -> None:
        self.status, self.how, self.there, self.ended = "over", "void", [], at

    def seconds(self) -> float:
        """Of presence that is over."""
        spans = (moment(b) - moment(a) for a, b in self.there if b)
        return sum(spans, timedelta()).total_seconds()

    def span(self) -> tuple[str, str] | None:
        """When it was, or is to be, somebody's; None if that never came about."""
        begins = self.since
        if begins is None and (self.status == "reserved" or self.aside):
            begins = self.reserved
        if begins is None or (self.how == "void" and not self.aside):
            return None
        return begins, min(self.ended or self.until, self.until)


def _seat(now: dict[Any, Any], line: Line) -> None:
    said, kind = line.said, line.kind.removeprefix("seat.")
    if kind in ("reserved", "taken") and "sitting" not in said:
        new = Sitting(line.id, "", said["patron"], kind, said["until"], reserved=said["from"])
        if kind == "taken":
            new.reserved, new.since, new.status = None, said["from"], "seated"
            new.there = [[said["from"], ""]]
        new.beside |= set(said.get("beside", ()))
        now[line.id] = new
        return
    sitting: Sitting = now[said["sitting"]]
    # What nobody knew better a closing has ended; whoever was there knew better.
    corrects = sitting.how == "closed" and line.at < (sitting.ended or "")
    match kind:
        case "put_aside":
            sitting.vanishes(sitting.ended or line.at)
            sitting.aside.add(said["for"])
        case "both_right":
            sitting.beside.add(said["other"])
        case "withdrawn":
            sitting.vanishes(line.at)
        case _ if sitting.status != "over" or corrects:
            _goes_on(sitting, kind, line)


def _goes_on(sitting: Sitting, kind: str, line: Line) -> None:
    said, over = line.said, sitting.status == "over"
    match kind:
        case "taken" if sitting.status == "reserved":
            sitting.since, sitting.status, sitting.until = said["from"], "seated", said["until"]
            sitting.there = [[said["from"], ""]]
            sitting.beside |= set(said.get("beside", ()))
        case "away" if over or sitting.status == "seated":
            sitting.goes(line.at)
            sitting.status = sitting.status if over else "away"
        case "back" if over:
            ended = sitting.ended or ""
            sitting.there.append([line.at, max(line.at, ended)])
        case "back" if sitting.status == "away":
            sitting.status = "seated"
            sitting.there.append([line.at, ""])
        case "left":
            sitting.ends(line.at, said["how"])
        case "released" if not over:
            sitting.ends(said["ended_at"], said["why"])
        case "extended" if not over:
            sitting.until = said["until"]


def sittings(raw: sqlite3.Connection) -> dict[str, Sitting]:
    """All of them by id, as the facts tell them."""
    found = {}
    for subject, lines in lines_of(raw, "seat").items():
        for id, sitting in told(_seat, in_force(lines)).items():
            sitting.subject = subject
            found[id] = sitting
    return found


def _held(raw: sqlite3.Connection, gone: set[str]) -> dict[str, Sitting]:
    found = {}
    for subject, id, patron, status, until, since, reserved, spans, here, *rest in raw.execute(
        "SELECT subject, id, patron, status, until, since, reserved_from, spans, present_since, "
        "ended_at, how, aside, stands FROM sitting"
    ):
        ended, how, *words = rest
        there = [*json.loads(spans), *([[here, ""]] if here else [])]
        aside, beside = ({*json.loads(word or "{}")} for word in words)
        if subject not in gone:
            times = (until, since, reserved, there, ended, how)
            found[id] = Sitting(id, subject, patron, status, *times, aside, beside)
    return found


def wrong(connection: Connection) -> list[str]:
    """Where sittings, crossings and bans are not what the facts say."""
    raw = driver(connection)
    gone = resting(raw)
    should, held = sittings(raw), _held(raw, gone)
    found = [
        f"sitting {id} is {held.get(id)}, not {should.get(id)}"
        for id in sorted(should.keys() | held.keys())
        if held.get(id) != should.get(id)
    ]
    if gone:
        return found  # of the others only rows are here
    return [*found, *crossed(raw, "sitting", should), *unmet(raw), *wrong_bans(connection, should)]


# one reader in two places


def serving(raw: sqlite3.Connection) -> Mapping[str, str]:
    """Of each number the one that stands for its person."""
    links = {s: (into, number) for s, into, number in raw.execute(
        "SELECT subject, merged_into, number FROM reader"
    )}  # fmt: skip

    def of(subject: str) -> str:
        way, head = [subject], subject
        while way[-1] in links:
            into, number = links[way[-1]]
            head = way[-1] if number is not None else head
            if into in way:
                return min(way[way.index(into) :])
            if into is None:
                break
            way.append(into)
        return head

    return {subject: of(subject) for subject in links}


class Stay(Protocol):
    """A sitting or a booking."""

    id: str
    subject: str
    aside: set[str]
    beside: set[str]

    @property
    def patron(self) -> str | None: ...

    def span(self) -> tuple[str, str] | None: ...


def crossed(raw: sqlite3.Connection, what: str, known: Mapping[str, Stay]) -> list[str]:
    """Where the crossings are not those of these stays."""
    held = {
        (first, second): by is not None
        for first, second, by in raw.execute(
            "SELECT first, second, settled_by FROM crossing WHERE what = ?", (what,)
        )
    }
    should = dict(_crossings(serving(raw), known))
    return [
        f"crossing {pair} is {held.get(pair)}, not {should.get(pair)}"
        for pair in sorted(held.keys() | should.keys())
        if held.get(pair) != should.get(pair)
    ]


def _crossings(
    heads: Mapping[str, str], known: Mapping[str, Stay]
) -> Iterator[tuple[tuple[str, str], bool]]:
    """Each against each: who is in two places, and whether that is settled."""
    whose = [stay for stay in known.values() if stay.patron is not None]
    for one, other in combinations(sorted(whose, key=lambda each: each.id), 2):
        people = {heads.get(each.patron or "", each.patron) for each in (one, other)}
        days = [moment(f"{each.subject.split(':')[1]}T00:00:00Z") for each in (one, other)]
        if len(people) > 1 or abs(days[0] - days[1]) > timedelta(1):
            continue
        said = (
            (other.id in one.aside)
            + (one.id in other.aside)
            + (other.id in one.beside or one.id in other.beside)
        )
        spans = one.span(), other.span()
        if said or (spans[0] and spans[1] and overlap(spans[0], spans[1])):
            yield (one.id, other.id), said == 1 or (not said and bool(one.aside or other.aside))


def overlap(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether there is a moment in both; there is none in what ended before it began."""
    return max(one[0], other[0]) < min(one[1], other[1])


def doubled(raw: sqlite3.Connection) -> set[tuple[str, ...]]:
    """Two on one seat, one on two, one who is called twice: what no desk may bring about."""
    found: set[tuple[str, ...]] = set()
    heads = serving(raw)
    open_ = raw.execute(
        "SELECT id, seat, patron, since, coalesce(since, reserved_from), "
        "CASE WHEN since IS NULL THEN min(hold_until, until) ELSE until END "
        "FROM sitting WHERE ended_at IS NULL ORDER BY id"
    ).fetchall()
    for one, other in combinations(open_, 2):
        people = {heads.get(each[2], each[2]) for each in (one, other)}
        if not overlap(one[4:], other[4:]):
            continue
        if one[1] == other[1] and len(people) == 2:
            found.add(("two on a seat", one[0], other[0]))
        if len(people) == 1 and one[3] and other[3]:
            found.add(("one on two", one[0], other[0]))
    rooms = raw.execute(
        "SELECT id, room, patron, from_, until FROM booking WHERE status IN ('booked', 'in_use') "
        "ORDER BY id"
    ).fetchall()
    for one, other in combinations(rooms, 2):
        if overlap(one[3:], other[3:]):
            found |= {("two in a room", one[0], other[0])} if one[1] == other[1] else set()
            if one[2] and heads.get(one[2], one[2]) == heads.get(other[2], other[2]):
                found.add(("one in two", one[0], other[0]))
    for pair in raw.execute("SELECT first, second FROM crossing WHERE settled_by IS NULL"):
        found.add(("crossing", *pair))
    for subject, called in raw.execute(
        "SELECT subject, count(*) FROM fact WHERE kind = 'queue.called' GROUP BY 1"
    ):
        found |= {("called", subject, str(n)) for n in range(2, called + 1)}
    return found


def unmet(raw: sqlite3.Connection) -> list[str]:
    """Two who hold one seat, and no clash puts it before anybody. Who were one reader once, may."""
    said: dict[str, set[str]] = defaultdict(set)
    for id, data in raw.execute("SELECT id, data FROM fact WHERE subject LIKE 'seat:%'"):
        said[json.loads(data or "{}").get("sitting", id)].add(id)
    if raw.execute("SELECT 1 FROM fact WHERE kind = 'reader.merged'").fetchone():
        return []
    clashes = [{*pair} for pair in raw.execute("SELECT first, second FROM clash")]
    return [
        f"{one} and {other} hold one seat, and nobody is told"
        for what, one, other in sorted(doubled(raw))
        if what == "two on a seat"
        and not any(pair & said[one] and pair & said[other] for pair in clashes)
    ]


# what two desks do apart


def clash(one: Stub, other: Stub) -> bool:
    """Two holders of one seat; one sitting of which one says what another denies; one reader called
    to two seats; right and wrong of one violation; fates of a number, of a seat.
    """
    kinds, said = (one.kind, other.kind), (json.loads(one.data), json.loads(other.data))
    match one.kind.partition(".")[0]:
        case "seat":
            return _seats_clash([*zip(kinds, said, (one.id, other.id), strict=True)])
        case "queue":
            return {*kinds} == {"queue.called"} and len({each["seat"] for each in said}) == 2
        case "violation":
            decided = {"violation.confirmed", "violation.upheld"} & {*kinds}
            return "violation.lifted" in kinds and bool(decided)
        case "reader":
            fates = {*kinds} <= {"reader.merged", "reader.parted"}
            return fates and (len({*kinds}) == 2 or said[0] != said[1])
        case "place":
            if {*kinds} == {"place.laid"}:
                return bool(said[0] != said[1])
            return {*kinds} in ({"place.closed", "place.opened"}, {"place.laid", "place.removed"})
    return False


def _seats_clash(facts: Sequence[tuple[str, dict[str, Any], str]]) -> bool:
    holding = [said for kind, said, _ in facts if kind in HOLDS and "patron" in said]
    again = [kind for kind, *_ in facts if kind in ("seat.undone", "seat.extended")]
    if len(holding) == 2 and len(again) < 2 and holding[0]["patron"] != holding[1]["patron"]:
        spans = [(said["from"], said["until"]) for said in holding]
        if overlap(*spans):
            return True
    if len({said.get("sitting", id) for _, said, id in facts}) > 1:
        return False
    for (kind, said, _), (other, about, _) in (facts, facts[::-1]):
        took_back = other == "seat.undone" and about["what"] == "taken"
        match kind:
            case "seat.released" if other in WITNESSES and not took_back:
                return bool(said["why"] != "closed")
            case "seat.left" if other == "seat.taken":
                return True
            case "seat.withdrawn" if other in (*BEHIND, "seat.undone"):
                return True
            case "seat.undone" if other in WENT_ON and said["what"] == "taken":
                return True
    return False
