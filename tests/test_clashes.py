"""Clashes as a function of the facts alone: who knew of whom, what settlements settle."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.clashes import SETTLED, Decisions, decisions, known_base, pairs
from db.facts import Stub, canonical
from tests.toys import LAMPS

ON = canonical({"to": "on"})


def switched(
    id: str, pos: int | None = None, base: int = 0, beyond: tuple[str, ...] = (), timeline: int = 1
) -> Stub:
    return Stub(id, "lamp.switched", pos, base, canonical(beyond), timeline, ON)


def settled(
    id: str, one: str, other: str, keep: str, base: int = 0, beyond: tuple[str, ...] = ()
) -> Stub:
    said = canonical({"pair": [one, other], "keep": keep})
    return Stub(id, SETTLED, None, base, canonical(beyond), 1, said)


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        (switched("a", 1), switched("b", 2), True),
        (switched("a", 1), switched("b", 2, base=1), False),
        (switched("a", 1), switched("b", 2, beyond=("a",)), False),
        (switched("a"), switched("b", beyond=("a",)), False),
        (switched("a", 2, base=1), switched("b", 1), False),
        (switched("a"), switched("b"), True),
        # a base says nothing of what has no position yet
        (switched("a"), switched("b", base=9), True),
        (switched("a", 1), Stub("b", "lamp.named", 2, 0, "[]", 1, "{}"), False),
        # malformed: knew nothing
        (switched("a", 1), Stub("b", "lamp.switched", 2, 0, "{", 1, ON), True),
        (switched("a", 1), Stub("b", "lamp.switched", 2, 0, "7", 1, ON), True),
    ],
)
def test_two_clash_where_neither_knew_the_other(one: Stub, other: Stub, clash: bool) -> None:
    assert pairs(LAMPS, [one, other], []) == ([("a", "b")] if clash else [])
    assert pairs(LAMPS, [other, one], []) == ([("a", "b")] if clash else [])


@pytest.mark.parametrize(
    ("timeline", "base", "forks", "known"),
    [
        (1, 50, [], 50),
        (1, 50, [[7, 30]], 30),
        (1, 20, [[7, 30]], 20),
        (7, 50, [[7, 30]], 50),
        (7, 50, [[7, 30], [9, 40]], 40),
        (1, 50, [[7, 30], [9, 40]], 30),
        # the centre was set back to before timeline 8 began: nobody can tell what 50 was there
        (8, 50, [[9, 40]], 0),
    ],
)
def test_a_base_above_a_fork_counts_as_the_fork(
    timeline: int, base: int, forks: list[list[int]], known: int
) -> None:
    assert known_base(switched("a", None, base, timeline=timeline), forks) == known


def test_a_settlement_sets_one_aside() -> None:
    two = [switched("a", 1), switched("b", 2)]
    assert decisions([*two, settled("s", "b", "a", "b")]) == Decisions(
        {("a", "b"): "s"}, {"a": "s"}
    )
    assert decisions([*two, settled("s", "a", "b", "both")]) == Decisions({("a", "b"): "s"}, {})


def test_the_later_of_two_settlements_stands_and_the_two_clash() -> None:
    facts = [settled("s", "a", "b", "a"), settled("t", "a", "b", "b")]
    assert decisions(facts).aside == {"a": "t"}
    assert pairs(LAMPS, facts, []) == [("s", "t")]
    agreeing = [settled("s", "a", "b", "a"), settled("t", "b", "a", "a")]
    assert pairs(LAMPS, agreeing, []) == []
    knowing = [settled("s", "a", "b", "a"), settled("t", "a", "b", "b", beyond=("s",))]
    assert pairs(LAMPS, knowing, []) == []


def test_a_settlement_may_be_set_aside_itself() -> None:
    facts = [
        settled("s", "a", "b", "a"),
        settled("t", "a", "b", "b"),
        settled("u", "s", "t", "s", beyond=("s", "t")),
    ]
    decided = decisions(facts)
    assert decided.aside == {"t": "u", "b": "s"}
    assert decided.settles(("a", "b")) == "s"
    assert decided.settles(("s", "t")) == "u"


@pytest.mark.parametrize("said", ["{", "[]", '{"pair": ["a"]}', '{"pair": 3, "keep": "a"}', "{}"])
def test_a_malformed_settlement_settles_nothing(said: str) -> None:
    facts = [switched("a"), switched("b"), Stub("s", SETTLED, None, 0, "[]", 1, said)]
    assert decisions(facts) == Decisions({}, {})
    assert pairs(LAMPS, facts, []) == [("a", "b")]


@st.composite
def courses(draw: st.DrawFn) -> list[Stub]:
    """Facts of one lamp; each knew some of the earlier ones, by position or by id."""
    count = draw(st.integers(2, 6))
    stubs: list[Stub] = []
    for number in range(count):
        placed = draw(st.booleans())
        base = draw(st.integers(0, number))
        beyond = draw(st.sets(st.sampled_from("abcdef"[:number]))) if number else set()
        pos = number + 1 if placed else None
        stubs.append(switched("abcdef"[number], pos, base, tuple(sorted(beyond))))
    return stubs


@given(courses())
def test_the_clashes_do_not_depend_on_the_order(stubs: list[Stub]) -> None:
    expected = set(pairs(LAMPS, stubs, []))
    for order in list(permutations(stubs))[:24]:
        assert set(pairs(LAMPS, list(order), [])) == expected
