"""An event of few places with two doors, whose people sign up, give up, wait, and come by card, by
ticket or unannounced.
"""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from functools import cache
from random import Random
from typing import Any

from sqlalchemy import Connection

from db import clash_pages, crowds, doubles, packs
from db.books import BOOKS
from db.clashes import SETTLED, UNDONE
from db.clock import moment, stamp
from db.facts import Book, Draft, Stub
from db.ledger import Ledger
from db.place import desk_code
from db.store import driver
from deskapp import clashes, event_plans, events, numbers, signups, tickets
from deskapp import crowds as offered
from deskapp.crowds import CROWD
from deskapp.desk import Desk, Refusal
from deskapp.doors import Door
from deskapp.event_plans import Plan, Time
from deskapp.profile import Profile
from deskapp.signups import Outsider
from tests.simulation import sittings, words
from tests.simulation.counter import at_counter, subjects
from tests.simulation.desk import Wrong
from tests.simulation.requests import NUMBERS, STAFF, Requests, library, word

NAMES = ("reader", "event", "signup", "scan", "pack")
DOORS = ("east", "west")
EVENTS = 2
CAPACITY = 2
PHONES = ("13800000001", "13800000002")
UNDO = 120


@cache
def quick() -> Profile:
    profile, _ = library()
    limits = profile.limits.model_copy(update={"undo_minutes": UNDO})
    return profile.model_copy(update={"limits": limits})


class Gatherings:
    """No desk by itself signs up more than there are places; no scan is lost, or counted twice."""

    books: Sequence[Book] = tuple(book for book in BOOKS if book.name in NAMES)
    persons: Sequence[str] = Requests.persons

    def __init__(self) -> None:
        self._papers: dict[str, list[str]] = {}
        """tickets in people's hands, by event"""

    def prepare(self, raw: sqlite3.Connection) -> None:
        Requests().prepare(raw)
        raw.execute("INSERT INTO setting VALUES ('profile', 'ncst')")

    def act(self, rng: Random, ledger: Ledger) -> None:
        """Some acts at once; a refusal of one stops no other."""
        for _ in range(rng.randint(1, 4)):
            with suppress(Refusal):
                self._act(rng, ledger)

    def _act(self, rng: Random, ledger: Ledger) -> None:
        with ledger.store.reading() as connection:
            made = packs.maker(connection)
        if made is not None:
            self._at_pack(rng, ledger, made)
            return
        begun = at_counter(rng, ledger, new=0.06, house=quick)
        if begun is None:
            return
        desk, readers = begun
        known = _all(desk, "SELECT subject FROM event WHERE status = 'planned' ORDER BY 1")
        if not known or (len(known) < EVENTS and rng.random() < 0.1):
            _announce(rng, desk)
            return
        event = rng.choice(known[:EVENTS])
        (session,) = _all(desk, f"SELECT id FROM session WHERE subject = '{event}'")
        before = _crowded(desk)
        come, ticket = self._come, self._ticket
        acts = (*(_sign_up,) * 4, *(come,) * 5, _give_up, *(ticket, _judge, _alter) * 2)
        allowed = rng.choice(acts)(rng, desk, rng.choice(readers), event, session)
        now = _crowded(desk)
        more = sorted(each for each in now if now[each] > before.get(each, 0))
        if more and not allowed:
            raise Wrong(f"{desk.code} by its own acts alone: {more}")

    def _at_pack(self, rng: Random, ledger: Ledger, made: packs.Maker) -> None:
        """A volunteer with a laptop that knows one event, and of its readers no number."""
        with ledger.store.reading() as connection:
            code = str(desk_code(connection))
        desk = Desk(ledger, quick(), code, code, pack=made).signed_in(STAFF[0])
        (session,) = _all(desk, f"SELECT id FROM session WHERE subject = '{made.event}'")
        papers = self._papers.get(made.event, [])
        _at_door(rng, Door(desk, made.event, session, code), rng.choice(NUMBERS), papers)

    def _come(self, rng: Random, desk: Desk, reader: str, event: str, session: str) -> bool:
        """To a door: somebody let in there may be more than there is room for."""
        door = Door(desk, event, session, rng.choice(DOORS))
        (number,) = _all(desk, f"SELECT number FROM reader WHERE subject = '{reader}'")
        texts = [each.text for each in tickets.of_event(desk, event)]
        _at_door(rng, door, number, texts)
        return True

    def _ticket(self, rng: Random, desk: Desk, reader: str, event: str, session: str) -> bool:
        if there := _signed_up(desk, event):
            act = rng.choice((tickets.issue, tickets.issue, tickets.revoke, tickets.replace))
            given = act(desk, *rng.choice(there))
            if isinstance(given, tickets.Ticket):
                self._papers.setdefault(event, []).append(given.text)
        return False

    def invariants(self, connection: Connection) -> list[str]:
        raw = driver(connection)
        lists = [*doubles.check(raw), *crowds.check(raw)]
        return [*words.wrong(raw), *(f"lists of {each}" for each in lists), *_wrong(raw)]

    def at_rest(self, connection: Connection) -> list[str]:
        return []

    def clash(self, one: Stub, other: Stub) -> bool:
        return clash(one, other)

    def words(self, private: str) -> list[str]:
        answers = json.loads(private).get("answers") or {}
        return [*words.of(private), *words.of(json.dumps(answers))]


def _all(desk: Desk, sql: str) -> list[str]:
    with desk.reading() as connection:
        return subjects(driver(connection), sql)


def _crowded(desk: Desk) -> dict[str, int]:
    """People of each session that is over its capacity."""
    with desk.reading() as connection:
        return dict(driver(connection).execute("SELECT session, heads FROM crowd").fetchall())


# what people do; true where somebody has let more in, or merged people


def _announce(rng: Random, desk: Desk) -> None:
    begin = desk.now() - timedelta(minutes=1)
    time = Time(begin, begin + timedelta(days=30), "hall")
    asked = event_plans.Question("size", "尺码", (), must=False, door=False)
    exits = rng.random() < 0.3
    plan = Plan("讲座", "lecture", (time,), "reader_services", capacity=CAPACITY, exits=exits)
    events.announce(desk, Plan(**{**_fields(plan), "questions": (asked,)}))


def _fields(plan: Plan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in plan.__slots__}


def _sign_up(rng: Random, desk: Desk, reader: str, event: str, session: str) -> bool:
    said: dict[str, Any] = {"places": rng.choice((1, 1, 2)), "session": rng.choice(("", session))}
    if rng.random() < 0.3:
        who = Outsider(word(rng), rng.choice(PHONES))
        signups.sign_up(desk, event, outsider=who, **said)
    else:
        signups.sign_up(desk, event, reader, answers={"size": word(rng)}, **said)
    return False


def _signed_up(desk: Desk, event: str) -> list[tuple[str, str]]:
    sql = "SELECT subject, session FROM signup WHERE event = ? AND status IN ('in', 'waiting')"
    with desk.reading() as connection:
        return driver(connection).execute(f"{sql} ORDER BY 1, 2", (event,)).fetchall()


def _give_up(rng: Random, desk: Desk, reader: str, event: str, session: str) -> bool:
    if there := _signed_up(desk, event):
        signups.cancel(desk, *rng.choice(there))
    return False


def _at_door(rng: Random, door: Door, number: str, texts: Sequence[str]) -> None:
    """Scanned, asked, let in or not; now and then it was a mistake."""
    match rng.choice(("card", "card", "ticket", "walk_in", "stranger", "undo")):
        case "undo":
            door.undo()
            return
        case "ticket" if texts:
            verdict = door.scan(rng.choice(texts))
        case "walk_in":
            verdict = door.walk_in(number, scanned=False)
        case "stranger":
            verdict = door.walk_in(name=word(rng), phone=rng.choice(PHONES))
        case _:
            verdict = door.scan(number, scanned=False)
    for _ in range(3):
        if verdict.asked is None:
            break
        answer = str(verdict.asked.most) if verdict.asked.what == "heads" else "1"
        verdict = door.answer(answer) or verdict


def _alter(rng: Random, desk: Desk, reader: str, event: str, session: str) -> bool:
    lead = desk.signed_in(STAFF[0])
    others = _all(desk, "SELECT subject FROM reader WHERE number NOTNULL ORDER BY 1")
    match rng.choice(("move", "merge", "merge", "part", "cancel", "unheard", "unheard")):
        case "move":
            begin = desk.now() - timedelta(minutes=rng.randint(1, 9))
            events.move(desk, event, session, Time(begin, begin + timedelta(days=30), "hall"))
        case "merge":
            numbers.merge(desk, reader, rng.choice(others))
        case "part":
            numbers.part(desk, reader)
        case "cancel" if rng.random() < 0.1:
            events.cancel(lead, event, "weather")
        case "unheard":
            _unheard(rng, desk, event, session)
    return True


def _unheard(rng: Random, desk: Desk, event: str, session: str) -> None:
    """A true ticket at a door that has not heard of it: as it would be if this desk had not."""
    serials = _all(desk, f"SELECT serial FROM ticket WHERE event = '{event}' ORDER BY subject")
    if not serials:
        return
    subject = doubles.of_ticket(event, rng.choice(serials))
    if _all(desk, f"SELECT subject FROM signup WHERE subject = '{subject}'"):
        return
    said = {"session": session, "places": 1}
    with desk.act() as act:
        made = {**said, "patron": None, "waiting": False, "source": "ticket"}
        act.record("signup.made", subject, made)
        how = {"door": rng.choice(DOORS), "heads": 1, "how": "ticket"}
        act.record("door.admitted", subject, {**said, **how})


def _judge(rng: Random, desk: Desk, reader: str, event: str, session: str) -> bool:
    """A shift lead looks at what no sign-up by itself shows."""
    lead = desk.signed_in(STAFF[0])
    with desk.reading() as connection:
        waiting = [each for each in clash_pages.page(connection, None, 9) if each.what is not None]
    if waiting:
        line = rng.choice(waiting)
        pair = (line.first, line.second)
        if line.what == CROWD:
            found = offered.crowd(lead, *pair)
            if found.last and rng.random() < 0.5:
                offered.cancel(lead, *pair, found.last[0])
            else:
                offered.allow(lead, *pair)
        else:
            clashes.settle(lead, pair, rng.choice((*pair, clashes.BOTH)))
    return True


def allowed(connection: Connection, crowd: clash_pages.Open) -> list[Draft]:
    """All who have signed up for a session may come."""
    row = crowds.find(connection, *crowd.pair)
    said = {"session": crowd.second, "heads": row.heads if row else 0}
    return [Draft("event.allowed", crowd.first, said)]


# told a second time, and plainly


def _wrong(raw: sqlite3.Connection) -> list[str]:
    """Every scan that stands is there, the earliest by the corrected clock counts, none twice."""
    found: list[str] = []
    facts = raw.execute(
        "SELECT id, subject, kind, at, skew, data FROM fact WHERE subject LIKE 'signup:%' "
        "AND actor IS NOT 'rogue' AND data <> ''"
    ).fetchall()
    gone = {json.loads(data).get("undoes") for *_, kind, _, _, data in facts if kind[-7:] == UNDONE}
    settled = {subject for _, subject, kind, *_ in facts if kind == SETTLED}
    faults = {id for (id,) in raw.execute("SELECT id FROM fault")}
    there = {
        line[0]: line[1:]
        for line in raw.execute("SELECT id, subject, session, way, heads, corrected FROM admission")
    }
    for id, subject, kind, at, skew, _ in facts:
        if kind not in ("door.admitted", "door.left") or subject in settled or id in faults:
            continue
        if (id in there) == (id in gone):
            found.append(f"scan {id} of {subject} is {'there' if id in there else 'lost'}")
        if id in there:
            right = stamp(moment(at) + timedelta(milliseconds=skew or 0))
            if there[id][4] != right:
                found.append(f"scan {id} was at {right}, not {there[id][4]}")
    for subject, session, came, first in raw.execute(
        "SELECT p.subject, p.session, p.came, p.first FROM presence p"
    ):
        ours = sorted(
            (line[4], id, line[3])
            for id, line in there.items()
            if line[:3] == (subject, session, "in")
        )
        if first != (ours[0][1] if ours else None):
            found.append(f"{subject} came first by {first}, not {ours[:1]}")
        rows = dict(raw.execute("SELECT session, places FROM signup WHERE subject = ? "
                                "AND aside IS NULL", (subject,)))  # fmt: skip
        places = rows.get(session, rows.get("", came))
        if came > min(places, sum(heads for *_, heads in ours)):
            found.append(f"{subject}: {came} came")
    return found


def clash(one: Stub, other: Stub) -> bool:
    if one.kind.startswith("reader."):
        return sittings.clash(one, other)
    kinds = {one.kind, other.kind}
    first, second = json.loads(one.data), json.loads(other.data)
    ours = {first.get("session"), second.get("session")}
    if one.kind.startswith("event."):
        if kinds == {"event.moved"}:
            return len(ours) == 1 and first != second
        return kinds == {"event.moved", "event.cancelled"}
    if kinds == {"signup.made"}:
        return len(ours) == 1 and first.get("places") != second.get("places")
    if kinds == {"door.admitted", "ticket.revoked"}:
        return bool(first.get("serial") == second.get("serial"))
    if kinds == {"door.admitted"}:
        places = min(first.get("places", 1), second.get("places", 1))
        return len(ours) == 1 and first.get("heads", 1) + second.get("heads", 1) > places
    ends = {"signup.cancelled", "signup.withdrawn", "signup.put_aside"}
    if "door.admitted" in kinds and kinds & ends:
        return len(ours) == 1 or "" in ours
    return kinds == {"signup.made", "signup.cancelled"} and (len(ours) == 1 or "" in ours)
