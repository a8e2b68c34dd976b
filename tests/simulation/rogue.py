"""Somebody has a desk's password and pushes what no desk would: refused, or without effect."""

from collections.abc import Callable
from dataclasses import replace

from db.centre import Greeting
from db.facts import GENESIS, Fact, chained, digest_of
from db.place import mark_of
from db.refusal import Refusal
from tests.simulation.course import KEY, Course
from tests.simulation.desk import Desk, Said, Wrong
from tests.simulation.troubles import Cut

ROGUE = "rogue"
"""who says it: the second telling of each world leaves such lines out"""


def stamped(fact: Fact, epoch: int, seq: int, previous: bytes) -> Fact:
    fact.epoch, fact.seq = epoch, seq
    fact.chain = chained(previous, fact.desk, epoch, seq, fact.digest)
    return fact


def push_what_no_desk_would(course: Course, desk: Desk) -> None:
    centre, rng, code = course.house.centre, course.rng, desk.code
    (one,) = course.house.rows("SELECT max(pos) FROM ledger")[0]
    if one is None:
        return
    hello = centre.hello(Greeting(code, 0, mark_of(KEY)))
    epoch = max(hello.epoch, 1)
    hello = centre.hello(Greeting(code, epoch, mark_of(KEY)))
    seq, previous = hello.head, hello.head_chain or GENESIS
    if rng.random() < 0.5:
        epoch, seq, previous = epoch + 1, 0, GENESIS
    book = course.world.books[-1].name
    new = made(course, code, f"{book}.stolen", f"{book}:rogue")
    pos = rng.randint(1, one)
    others, _ = centre.pull(code, pos - 1, _link(course, pos - 1), 1)
    other = others[0]
    taken = replace(new, id=other.id)
    taken.digest = digest_of(taken)
    altered = replace(new, kind=other.kind, subject=other.subject, data=other.data)
    altered.digest = bytes(32)
    attempts: dict[str, Callable[[], list[Fact]]] = {
        "NotYours": lambda: [stamped(replace(new, desk="Z"), epoch, seq + 1, previous)],
        "IdTaken": lambda: [stamped(taken, epoch, seq + 1, previous)],
        "Gap": lambda: [stamped(new, epoch, seq + 3, previous)],
        "ChainBroken": lambda: [replace(stamped(new, epoch, seq + 1, previous), chain=bytes(32))],
        "altered": lambda: [stamped(altered, epoch, seq + 1, previous)],
        "unknown": lambda: [stamped(new, epoch, seq + 1, previous)],
    }
    if hello.head:
        attempts["Fork"] = lambda: [stamped(new, max(hello.epoch, 1), 1, GENESIS)]
    what = rng.choice(sorted(attempts))
    facts = attempts[what]()
    first = facts[0].seq or 0
    before = GENESIS if first == 1 else previous
    try:
        centre.push(code, facts[0].epoch or 0, before, facts, 0)
    except Cut:
        return
    except Refusal as refusal:
        if refusal.code != what:
            raise Wrong(f"a rogue was refused {refusal.code}, not {what}") from refusal
        course.note("rogue refused", what)
        course.counts[f"rogue: {what}"] += 1
        return
    course.note("rogue took place", f"{what} as {code}")
    course.counts[f"rogue: {what}"] += 1
    if what == "IdTaken" and other.desk != code and not course.house.knows_every_id:
        course.counts["rogue: another's id"] += 1
        return
    if what not in ("altered", "unknown"):
        raise Wrong(f"a rogue got through: {what}")
    for fact in facts:
        course.said[fact.id] = Said(
            fact.act, fact.subject, frozenset(), fact.digest, None, None, False, code, None
        )
        course.centre_has.add(fact.id)
        course.rogue.add(fact.id)


def made(course: Course, code: str, kind: str, subject: str) -> Fact:
    """A fact out of nowhere, whose digest is right."""
    id = course.clock.new_id()
    fact = Fact(
        id=id, act=id, desk=code, timeline=1, kind=kind, version=1, subject=subject, base=10**9,
        beyond="[]", at="2026-11-22T02:00:00.000000Z", actor=ROGUE, data="{}", person=None,
        scope=None, private=None, salt=None, seal=None, digest=b"",
    )  # fmt: skip
    fact.digest = digest_of(fact)
    return fact


def _link(course: Course, pos: int) -> bytes:
    links: dict[int, bytes] = dict(course.house.rows("SELECT pos, link FROM ledger"))
    return links.get(pos, GENESIS)
