"""Which facts of one subject clash, as a function of the facts alone.

f knew g if `g.pos <= f.base` or `g.id in f.beyond`. Two facts clash if neither knew the other and
their book says that they do not commute. Desks play no part: a cloned desk clashes with itself.
Every desk that holds the same facts finds the same clashes, whatever order they came in.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from db.facts import Book, Fact, Stub

SETTLED = "clash.settled"
"""A person's decision over a pair: `{"pair": [id, id], "keep": id or "both"}`, the ids in order."""
UNDONE = ".undone"
"""A kind that ends so undoes another fact of its subject, `{"undoes": id}`: the rows are as if that
one had never been."""

UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, RecursionError)
"""What reading the data of a malformed fact may raise."""

Forks: TypeAlias = Sequence[Sequence[int]]
"""The centre's restores: (timeline begun, last position kept)."""

Pair: TypeAlias = tuple[str, str]

NOTHING: frozenset[str] = frozenset()


class Decisions(NamedTuple):
    """What people have settled in one subject."""

    settled: dict[Pair, str]
    """The settlement that stands for a pair."""
    aside: dict[str, str]
    """The facts without effect, each with the settlement that set it aside, or the undoing."""

    def settles(self, pair: Pair) -> str | None:
        """The settlement that closes a pair, by naming it or by setting one of the two aside."""
        return self.settled.get(pair) or self.aside.get(pair[0]) or self.aside.get(pair[1])


def known_base(stub: Stub, forks: Forks) -> int:
    """A fact's base as far as it still means anything: above a later fork it counts as the fork.

    A timeline that the centre's history does not contain any more (it was set back to before that
    timeline began) left the common one nobody knows where: a clash too many, never one too few.
    """
    if stub.timeline != 1 and all(timeline != stub.timeline for timeline, _ in forks):
        return 0
    return min([stub.base, *(pos for timeline, pos in forks if timeline > stub.timeline)])


def pairs(book: Book, facts: Sequence[Stub], forks: Forks) -> list[Pair]:
    """The clashing pairs of a subject's facts, given in their order."""
    if book.clashes is None or len(facts) < 2:
        return []
    found: list[Pair] = []
    apart: list[tuple[Stub, Stub]] = []
    seen: list[tuple[Stub, int, frozenset[str]]] = []
    for later in facts:
        base, beyond = known_base(later, forks), known_ids(later.beyond)
        for earlier, earlier_base, earlier_beyond in seen:
            knew = earlier.id in beyond or (earlier.pos is not None and earlier.pos <= base)
            known = later.id in earlier_beyond or (
                later.pos is not None and later.pos <= earlier_base
            )
            if knew or known:
                continue
            if _clash(book, earlier, later):
                found.append(pair(earlier.id, later.id))
            elif book.together is not None:
                apart.append((earlier, later))
        seen.append((later, base, beyond))
    if apart and book.together is not None:
        found += [pair(one.id, other.id) for one, other in book.together(facts, apart)]
    return found


def pair(one: str, other: str) -> Pair:
    """Two ids as a pair is named everywhere: the smaller first."""
    return (one, other) if one < other else (other, one)


def decisions(facts: Sequence[Stub]) -> Decisions:
    """What stands of the settlements in a subject, given in its order.

    Read from the last: a later settlement decides before an earlier one of the same pair, and may
    set an earlier settlement itself aside.
    """
    settled: dict[Pair, str] = {}
    aside: dict[str, str] = {}
    if not any(decides(fact.kind) for fact in facts):
        return Decisions(settled, aside)
    for fact in reversed(facts):
        if fact.kind != SETTLED or fact.id in aside:
            continue
        decision = _decision(fact)
        if decision is None or decision[0] in settled:
            continue
        both, keep = decision
        settled[both] = fact.id
        if keep in both:
            aside[both[1] if keep == both[0] else both[0]] = fact.id
    # Not the one that began it: what was once on record does not vanish by anybody's undoing. Its
    # id is the lowest. It need not stand first: a centre that was set back may hear it last.
    began = min((fact.id for fact in facts), default="")
    acts = {fact.id for fact in facts if fact.id != began and not decides(fact.kind)}
    for fact in facts:
        if fact.kind.endswith(UNDONE) and fact.id not in aside and (id := undoes(fact)) in acts:
            aside.setdefault(id, fact.id)
    return Decisions(settled, aside)


def decides(kind: str) -> bool:
    """Whether a fact says of another one whether it stands: its subject is folded anew."""
    return kind == SETTLED or kind.endswith(UNDONE)


def undoes(fact: Stub | Fact) -> str:
    """The fact that this one undoes or makes up for; "" where it is no undoing."""
    try:
        return str(json.loads(fact.data)["undoes"])
    except UNREADABLE:
        return ""  # malformed: kept, without effect


def _clash(book: Book, earlier: Stub, later: Stub) -> bool:
    if SETTLED not in (earlier.kind, later.kind):
        try:
            return book.clashes is not None and book.clashes(earlier, later)
        except UNREADABLE:
            return False  # what cannot be read has no effect, and so none that clashes
    if earlier.kind != later.kind:
        return False
    # Two settlements of one pair, unaware of each other, that disagree.
    one, other = _decision(earlier), _decision(later)
    return one is not None and other is not None and one[0] == other[0] and one[1] != other[1]


def _decision(fact: Stub) -> tuple[Pair, str] | None:
    try:
        said = json.loads(fact.data)
        one, other = said["pair"]
        return pair(str(one), str(other)), str(said["keep"])
    except UNREADABLE:
        return None  # malformed: kept, without effect


@lru_cache(maxsize=10_000)
def known_ids(beyond: str) -> frozenset[str]:
    """The facts without a position that an author knew, by id."""
    if beyond == "[]":
        return NOTHING  # nearly always, and read for every fact that is folded
    try:
        return frozenset(json.loads(beyond))
    except UNREADABLE:
        return frozenset()  # malformed: knew nothing; a clash too many, never one too few
