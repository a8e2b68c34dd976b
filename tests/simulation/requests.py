"""Requests in a simulation, through the real rules: few matters and many hands meet."""

import sqlite3
from collections.abc import Callable, Sequence
from functools import cache, partial
from random import Random
from typing import NamedTuple, TypeAlias

from sqlalchemy import Connection

from db.clock import stamp
from db.facts import Book, Stub, canonical
from db.ledger import Act, Ledger
from db.readers import READERS, draft, id_of, living, present
from db.request_pages import lapsed
from db.requests import REQUESTS
from db.store import driver
from deskapp import (
    corrections,
    endings,
    extensions,
    handovers,
    requests,
    stages,
    telling,
    undo,
    waiting,
)
from deskapp.calendar import Calendar
from deskapp.corrections import Correction
from deskapp.desk import Desk, Operator, Role
from deskapp.endings import Ending
from deskapp.profile import Profile, load
from deskapp.requests import Question
from tests.clashing import open_clashes
from tests.simulation import matters, words
from tests.simulation.course import KEY
from tests.simulation.world import MOST, settle

LEAD, LIBRARIAN = Role.SHIFT_LEAD, Role.LIBRARIAN
STAFF = tuple(
    Operator(f"staff:{number}", f"100{number}", f"馆员{number}", role, departments)
    for number, role, departments in (
        (1, LEAD, ("reader_services",)),
        (2, LIBRARIAN, ("reader_services",)),
        (3, LIBRARIAN, ("reader_services", "information")),
        (4, LIBRARIAN, ("information",)),
        (5, LIBRARIAN, ("information",)),
    )
)
DEPARTMENTS = ("reader_services", "information")
NUMBERS = ("00417", "00418", "00419")
"""of readers; short enough not to be taken for a word that must be gone"""
GENERATIONS = 2
HANDOVER = 20
"""working minutes until an offer lapses: a course has some hours"""


@cache
def library() -> tuple[Profile, dict[str, Calendar]]:
    profile = load("ncst")
    limits = profile.limits.model_copy(update={"handover_minutes": HANDOVER})
    profile = profile.model_copy(update={"limits": limits})
    return profile, {each: Calendar.of(profile, each) for each in profile.calendars}


class Found(NamedTuple):
    """A request as whoever acts sees it."""

    subject: str
    status: str
    responsible: str
    confirmed: int
    offer: str | None
    offer_to: str | None
    offer_department: str | None
    waits: str | None
    kind: str
    sign_by: str | None

    def takers(self) -> list[Operator]:
        return [
            each
            for each in STAFF
            if each.id != self.responsible
            and (
                self.offer_to == each.id
                or (self.offer_to is None and self.offer_department in each.departments)
            )
        ]

    def givers(self) -> list[Operator]:
        return [each for each in STAFF if each.id == self.responsible or each.role is LEAD]


class Requests:
    """A desk's staff, three readers who come, go and come back, and what they ask."""

    books: Sequence[Book] = (READERS, REQUESTS)
    persons: Sequence[str] = tuple(
        id_of(KEY, number, generation) for generation in range(GENERATIONS) for number in NUMBERS
    )

    def __init__(self, open_at_once: int = 6) -> None:
        self._most = open_at_once

    def prepare(self, raw: sqlite3.Connection) -> None:
        """The staff list is there from the beginning: it is no matter of this world."""
        raw.executemany(
            "INSERT INTO staff (subject, badge, name, role, departments, posts, committees, active)"
            " VALUES (?, ?, ?, ?, ?, '[]', '[]', 1)",
            [(s.id, s.badge, s.name, s.role.value, canonical(s.departments)) for s in STAFF],
        )

    def act(self, rng: Random, ledger: Ledger) -> None:
        with ledger.store.reading() as connection:
            raw = driver(connection)
            (code,) = raw.execute("SELECT desk FROM place").fetchone()
            waiting = open_clashes(connection)
            hands = {each.id: each for each in STAFF}
            own = "SELECT actor FROM fact WHERE desk = ? ORDER BY n DESC LIMIT 1"
            (last,) = raw.execute(own, (code,)).fetchone() or (None,)
            late = lapsed(connection, code, stamp(ledger.clock.now()))
            all_ = raw.execute(f"SELECT {', '.join(Found._fields)} FROM request ORDER BY subject")
            found = [Found(*line) for line in all_]
            patrons = [
                subject
                for (subject,) in raw.execute(
                    "SELECT subject FROM reader WHERE number IS NOT NULL ORDER BY subject"
                )
            ]
        profile, calendars = library()
        desk = Desk(ledger, profile, code, code, calendars=calendars)
        if 0 < 2 * len(late) <= MOST and rng.random() < 0.7:
            handovers.lapse(desk)
        elif waiting and rng.random() < 0.15:
            with ledger.act(STAFF[0].id) as act:
                settle(rng, act, waiting)
        elif rng.random() < 0.15:
            with ledger.act(rng.choice(STAFF).id) as act:
                enter(rng, act)
        elif last in hands and rng.random() < 0.04:
            undo.undo(desk.signed_in(hands[last]))
        elif not found or (len(found) < self._most and rng.random() < 0.25):
            log(rng, desk, rng.choice(patrons) if patrons and rng.random() < 0.7 else None)
        else:
            one_of_them(rng, desk, rng.choice(found), patrons)

    def invariants(self, connection: Connection) -> list[str]:
        raw = driver(connection)
        return [*matters.wrong(raw, {each.id for each in STAFF}), *words.wrong(raw)]

    def at_rest(self, connection: Connection) -> list[str]:
        return matters.hanging(driver(connection))

    def clash(self, one: Stub, other: Stub) -> bool:
        return matters.clash(one, other)

    def words(self, private: str) -> list[str]:
        return words.of(private)


def word(rng: Random) -> str:
    """What somebody says, and nobody else."""
    return f"座位 w{rng.getrandbits(64):016x}"


def enter(rng: Random, act: Act) -> None:
    """A reader as the university's file has them: entered, changed, or back after an erasure."""
    number = rng.choice(NUMBERS)
    subject = living(act.connection, KEY, number)
    values = {
        "type": rng.choice(("teacher", "master")),
        "college": "医学院",
        "number": number,
        "name": f"w{rng.getrandbits(64):016x}",
        "phone": f"1{rng.randrange(10**10):010}",
        "cards": [f"C{rng.getrandbits(64):016X}" for _ in range(rng.randrange(3))],
    }
    known = subject in present(act.connection, [subject])
    act.record_all([draft("reader.changed" if known else "reader.entered", subject, values)])


def log(rng: Random, desk: Desk, patron: str | None) -> None:
    first = rng.choice((None, None, rng.choice(STAFF).id))
    question = Question(
        word(rng),
        kind=rng.choice((None, None, "bibliotherapy", "purchase", "complaint", "complaint")),
        patron=patron,
        contact=rng.choice(("", word(rng))),
        first_responder=first,
    )
    ending = an_ending(rng) if rng.random() < 0.1 else None
    requests.log(desk.signed_in(rng.choice(STAFF)), question, ending)


def an_ending(rng: Random) -> Ending:
    match rng.choice(("done", "done", "referred", "not_possible")):
        case "done":
            return Ending("done", word(rng))
        case "referred":
            return Ending("referred", word(rng), "教务处", "行政楼101", "8805")
        case _:
            return Ending("not_possible", "", alternative=word(rng), lead=STAFF[0].badge)


Choice: TypeAlias = tuple[Callable[[Desk, str], object], list[Operator], float]


def between(rng: Random, found: Found, patrons: Sequence[str]) -> list[Choice]:
    """What may be done to an open request without its ending or changing hands."""
    givers, lead = found.givers(), [STAFF[0]]
    extend = partial(extensions.extend, reason="parts", note=word(rng))
    join = partial(extensions.join, department=rng.choice(("information", "technology")))
    find_complex = partial(extensions.find_complex, note="涉及多人")
    wait = rng.choice((waiting.wait_for_reader, waiting.wait_outside))
    choices: list[Choice] = [(correction(rng, patrons), givers, 2)]
    if found.waits is None:
        choices += [(extend, givers, 2), (partial(wait, note=word(rng)), givers, 3)]
        choices += [(join, givers, 1), (telling_by(rng), givers, 1)]
        choices += [(find_complex, lead, 2)] * (found.kind == "complaint")
    else:
        choices += [(waiting.resume, givers, 8)]
        choices += [(waiting.chase, givers, 4)] * (found.waits == "outside")
    choices += [(stages.go_on, givers, 3)] * (found.kind == "purchase")
    return choices


def after(rng: Random, found: Found, patrons: Sequence[str]) -> list[Choice]:
    """What may be done to a closed request."""
    givers = found.givers()
    rate = partial(telling.rate, minutes=rng.randrange(60), effort=rng.randint(1, 6))
    choices: list[Choice] = [(rate, givers, 1), (telling_by(rng), givers, 3)]
    choices.append((correction(rng, patrons), givers, 1))
    choices += [(endings.sign_agreement, [STAFF[0]], 3)] * (found.sign_by is not None)
    return choices


def telling_by(rng: Random) -> Callable[[Desk, str], object]:
    return partial(telling.tell, channel=rng.choice(("phone", "mail")))


def correction(rng: Random, patrons: Sequence[str]) -> Callable[[Desk, str], object]:
    right = rng.choice(
        (
            Correction(words=word(rng)),
            Correction(kind=rng.choice(("purchase", "fault", "complaint"))),
            Correction(channel=rng.choice(("phone", "mail"))),
            Correction(contact=word(rng)),
            Correction(patron=rng.choice(("", *patrons))),
        )
    )
    return partial(corrections.correct, correction=right, reason=word(rng))


def one_of_them(rng: Random, desk: Desk, found: Found, patrons: Sequence[str]) -> None:
    """What somebody may do to a request as it stands here; now and then what nobody may."""
    id, takers, givers = found.subject, found.takers(), found.givers()
    anybody = list(STAFF)
    taker = rng.choice(takers or anybody)
    hand_over = partial(
        handovers.hand_over, reason="duty", note=word(rng) if rng.random() < 0.3 else ""
    )
    to_a_person = partial(hand_over, to=rng.choice(STAFF).id)
    to_a_department = partial(hand_over, department=rng.choice(DEPARTMENTS))
    by_phone = partial(handovers.accept_by_phone, taker=taker.id)
    send_back = partial(handovers.send_back, reason=word(rng))
    close = partial(endings.close, ending=an_ending(rng))
    reopen = partial(endings.reopen, reason=word(rng))
    first = Correction(first_responder=rng.choice(STAFF).id)
    correct = partial(corrections.correct, correction=first, reason="误登")
    choices: list[Choice] = [(correct, [STAFF[0]], 1)]
    if rng.random() < 0.25:
        choices = (after if found.status == "closed" else between)(rng, found, patrons)
    elif rng.random() < 0.05:
        acts = (to_a_person, handovers.accept, by_phone, send_back, handovers.take_back)
        choices += [(each, anybody, 2) for each in (*acts, close, reopen, handovers.confirm)]
    elif found.status == "closed":
        choices.append((reopen, anybody, 4))
    elif found.offer is not None:
        choices += [
            (handovers.accept, [taker], 4),
            (by_phone, givers, 2),
            (send_back, [taker], 2),
            (handovers.take_back, givers, 2),
            (close, givers, 1),
        ]
    else:
        deny = partial(handovers.deny, reason=word(rng))
        responsible = [each for each in STAFF if each.id == found.responsible]
        choices += [(to_a_person, givers, 4), (to_a_department, givers, 4), (close, givers, 3)]
        choices += [(handovers.confirm, responsible, 4), (deny, responsible, 2)] * (
            not found.confirmed
        )
    ((act, hands, _),) = rng.choices(choices, [weight for _, _, weight in choices])
    act(desk.signed_in(rng.choice(hands)), id)
