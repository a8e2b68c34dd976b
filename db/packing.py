"""Packs as stores: one is made of an event's facts, and its own are taken in when it comes home.

A pack has a chain of its own, and is told no more than it was made with: its cursor stays 0, so
that whatever it does names by id what it knew (`beyond`), and clashes are as right as any desk's.
Of the facts of its event it has what others than their department are given: no private parts.
"""

import hmac
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from sqlalchemy import Connection

from db import packs, passes
from db.arrivals import take_in
from db.books import BOOKS, FOLDS
from db.clock import Clock
from db.exchange import slices
from db.facts import COLUMNS, ID, Draft, Fact, canonical, sealed, sound
from db.ledger import Ledger, found
from db.packs import Maker, maker
from db.passes import Bearer
from db.place import EVENT_KEY, MAKER, MARK, clock_offset, desk_code, mark_of, set_setting, setting
from db.refusal import Refusal
from db.rows import chunks
from db.signups import event_key
from db.stick import unknown
from db.store import Store, driver

SEAL = "seal"
"""the setting by which a library knows the pack that it made"""
PAGE = 1000
FACT = f"SELECT {', '.join(COLUMNS)} FROM fact "
DONE = (
    *("signup.made", "signup.changed", "signup.promoted", "signup.withdrawn"),
    *("door.admitted", "door.left", "door.undone", "scan.refused", "event.allowed"),
)
"""the kinds of what is done at a door"""


def _seal(key: bytes, code: str, made: Maker) -> str:
    said = f"pack\x1f{code}\x1f{canonical(asdict(made))}"
    return hmac.new(key, said.encode(), "sha256").hexdigest()


# made


def make(
    path: Path,
    source: Connection,
    key: bytes,
    code: str,
    made: Maker,
    told: Mapping[str, str],
    shown: Callable[[Bearer], tuple[str, str]],
    clock: Clock,
) -> int:
    """Make the store of a pack, whole: how many sign-ups it knows. `key` is the library's, which it
    is not given; `told`: its other settings; `shown`: of everybody the name, and what they answered
    without the answers.
    """
    ours = event_key(key, made.event)
    store = Store.create(path)
    try:
        found(store, code, secrets.token_bytes(32))
        ledger = Ledger(store, BOOKS, clock)
        with store.writing(durable=False) as connection:
            raw = driver(connection)
            place = driver(source).execute("SELECT timeline, forks FROM place").fetchone()
            raw.execute("UPDATE place SET timeline = ?, forks = ?", place)
            for some in chunks(_facts(source, made), PAGE):
                take_in(raw, ledger.books, some)
            known = ((each, *shown(each)) for each in passes.bearers(source, made.event))
            people = passes.write(connection, ours, known)
            made = replace(made, people=people)
            own = {MAKER: canonical(asdict(made)), SEAL: _seal(key, code, made)}
            own |= {MARK: mark_of(key)}
            own |= {EVENT_KEY: ours.hex(), "folds": str(FOLDS)}
            for name, value in {**told, **own}.items():
                set_setting(connection, name, value)
        store.checkpoint()
    finally:
        store.close()
    return people


def _facts(source: Connection, made: Maker) -> Iterator[Fact]:
    """Of the event, its series, its sign-ups but those of erased people, and of whoever answers for
    the pack.
    """
    raw = driver(source)
    (series,) = raw.execute("SELECT series FROM event WHERE subject = ?", (made.event,)).fetchone()
    people = made.event.replace("event:", "signup:", 1)
    lines = raw.execute(
        f"SELECT subject FROM signup WHERE event = ? AND EXISTS ({passes.GONE})", (made.event,)
    )
    gone = {subject for (subject,) in lines}
    ranges = [(each, each) for each in (made.staff, series, made.event) if each]
    ranges.append((f"{people}:", f"{people};"))
    for first, last in ranges:
        lines = raw.execute(
            f"{FACT} WHERE subject BETWEEN ? AND ? AND length(id) = {ID} AND data <> '' "
            "ORDER BY subject, id",
            (first, last),
        )
        for fact in (Fact(*line) for line in lines):
            if fact.subject not in gone:
                yield replace(fact, private=None, salt=None)


# brought home


@dataclass(slots=True)
class Brought:
    """What a pack's store says. `title`: of its event; `behind`: milliseconds that its clock was
    behind the centre's, if it has measured that; `strange`: facts that no door writes, or that
    nobody signed so.
    """

    code: str
    maker: Maker
    title: str
    facts: list[Fact]
    strange: int
    behind: int | None


def read(path: Path, key: bytes) -> Brought:
    """What is in a pack's store. `key` is the library's.

    Refuses NotPack, PackOfAnother (library), and as `Store`.
    """
    store = Store(path)
    try:
        with store.reading() as connection:
            made, code = maker(connection), desk_code(connection)
            if made is None or code is None:
                raise Refusal("NotPack", file=str(path))
            if setting(connection, SEAL) != _seal(key, code, made):
                raise Refusal("PackOfAnother", file=str(path))
            lines = driver(connection).execute(f"{FACT} WHERE desk = ? ORDER BY n", (code,))
            facts = [Fact(*line) for line in lines]
            behind = clock_offset(connection)
            told = "SELECT title FROM event WHERE subject = ?"
            (title,) = driver(connection).execute(told, (made.event,)).fetchone()
    finally:
        store.close()
    own = [each for each in facts if _is_done(each, made.event)]
    for each in own:
        each.pos = each.skew = None
    return Brought(code, made, title, own, len(facts) - len(own), behind)


def _is_done(fact: Fact, event: str) -> bool:
    """Whether a fact is what a door of this event writes: others have no business in a pack."""
    people = event.replace("event:", "signup:", 1)
    ours = fact.subject == event or fact.subject.startswith((f"{people}:", "scan:"))
    return ours and fact.kind in DONE and sound(fact) and sealed(fact)


def take_home(ledger: Ledger, brought: Brought, behind: int) -> list[Fact]:
    """Take in what is not here yet, as from a stick: without positions; what that was. How many
    milliseconds its clock was behind is of these facts: a copied pack may have another.
    """
    new = [replace(fact, skew=behind) for fact in unknown(ledger, brought.facts)]
    for some in slices(new):
        with ledger.store.writing() as connection:
            take_in(driver(connection), ledger.books, some)
    if ledger.purge_due():
        ledger.purge()
    return new


def returned(brought: Brought, behind: int) -> Draft:
    """The fact that it is home."""
    made = brought.maker
    said = {"maker": made.desk, "people": made.people, "made_at": made.at, "behind": behind}
    return packs.draft("returned", brought.code, made.event, made.number, **said)
