"""Facts: what the digest, the seal and the chain cover, and what they do not."""

import json
from copy import copy
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.facts import (
    COLUMNS,
    GENESIS,
    Fact,
    Rows,
    canonical,
    chained,
    digest_of,
    put,
    seal_of,
    unwire,
    without,
)

SIGNED = (
    "id", "act", "desk", "timeline", "kind", "version", "subject", "base", "beyond", "at",
    "actor", "data", "person", "scope", "seal",
)  # fmt: skip
salts = st.binary(min_size=16, max_size=16)
text = st.text(st.characters(codec="utf-8"), max_size=8)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)
facts = st.builds(
    Fact,
    id=text, act=text, desk=text, timeline=st.integers(1, 99), kind=text,
    version=st.integers(1, 99), subject=text, base=st.integers(0, 99), beyond=text, at=text,
    actor=st.none() | text, data=values.map(canonical), person=st.none() | text,
    scope=st.none() | text, private=st.none() | text,
    salt=st.none() | st.binary(min_size=16, max_size=16),
    seal=st.none() | st.binary(min_size=32, max_size=32),
    digest=st.binary(min_size=32, max_size=32), epoch=st.none() | st.integers(1, 9),
    seq=st.none() | st.integers(1, 9), chain=st.none() | st.binary(min_size=32, max_size=32),
    pos=st.none() | st.integers(1, 9), skew=st.none() | st.integers(-9, 9),
)  # fmt: skip


def test_every_column_is_signed_or_is_known_not_to_be() -> None:
    unsigned = {"private", "salt", "digest", "epoch", "seq", "chain", "pos", "skew"}
    assert unsigned | set(SIGNED) == set(COLUMNS)


@given(fact=facts, other=facts)
def test_the_digest_is_the_content_and_nothing_else(fact: Fact, other: Fact) -> None:
    for column in COLUMNS:
        changed = copy(fact)
        setattr(changed, column, getattr(other, column))
        same = column not in SIGNED or getattr(fact, column) == getattr(other, column)
        assert (digest_of(changed) == digest_of(fact)) == same, column


@given(fact=facts, one=text, two=text, cut=st.integers(0, 16))
def test_moving_text_between_columns_changes_the_digest(
    fact: Fact, one: str, two: str, cut: int
) -> None:
    both = one + two
    other = replace(fact, act=both[:cut], desk=both[cut:])
    fact = replace(fact, act=one, desk=two)
    assert (digest_of(fact) == digest_of(other)) == (fact.act == other.act)


def test_nothing_is_not_the_empty_text() -> None:
    fact = Fact(
        "i", "a", "d", 1, "k", 1, "s", 0, "[]", "t", None, "{}", None, None, None, None, None, b""
    )
    assert digest_of(fact) != digest_of(replace(fact, actor=""))
    assert digest_of(fact) != digest_of(replace(fact, person=""))
    assert digest_of(replace(fact, person="x")) != digest_of(replace(fact, scope="x"))
    assert digest_of(replace(fact, actor="x")) != digest_of(replace(fact, person="x"))


def test_the_digest_is_for_ever() -> None:
    """Stores and centres hold digests: whoever changes how they are made breaks them all."""
    fact = Fact(
        "i",
        "a",
        "二层",
        1,
        "k",
        2,
        "s",
        3,
        "[]",
        "t",
        None,
        "{}",
        "p",
        None,
        None,
        None,
        b"\1",
        b"",
    )
    content = "1:i1:a2:二层1:11:k1:21:s1:32:[]1:t-2:{}1:p-2:01"
    assert digest_of(fact) == sha256(content.encode()).digest()
    link = chained(GENESIS, "二层", 1, 2, b"\2" * 32)
    assert link == sha256(bytes(32) + "\x1f二层\x1f1\x1f2\x1f".encode() + b"\2" * 32).digest()


@given(
    previous=st.binary(min_size=32, max_size=32),
    digest=st.binary(min_size=32, max_size=32),
    place=st.tuples(text, st.integers(1, 99), st.integers(1, 99)),
    other=st.tuples(text, st.integers(1, 99), st.integers(1, 99)),
)
def test_the_chain_is_of_its_place(
    previous: bytes, digest: bytes, place: tuple[str, int, int], other: tuple[str, int, int]
) -> None:
    link = chained(previous, *place, digest)
    assert (chained(previous, *other, digest) == link) == (place == other)
    if previous != digest:
        assert chained(digest, *place, previous) != link


@given(
    salt=st.binary(min_size=16, max_size=16), other=st.binary(min_size=16, max_size=16), said=text
)
def test_the_seal_says_nothing_without_its_salt(salt: bytes, other: bytes, said: str) -> None:
    assert (seal_of(salt, said) == seal_of(other, said)) == (salt == other)
    assert seal_of(salt, said) != sha256(said.encode()).digest()
    assert seal_of(salt, said) != seal_of(salt, said + " ")


@given(fact=facts)
def test_a_fact_comes_through_the_wire_as_it_was(fact: Fact) -> None:
    assert unwire(json.loads(json.dumps(fact.wire()))) == fact


@pytest.mark.parametrize("spoil", [{"digest": "zz"}, {"id": None}])
def test_what_is_no_fact_is_told_apart(spoil: dict[str, object]) -> None:
    packet = dict.fromkeys(COLUMNS, "00") | spoil
    if packet["id"] is None:
        del packet["id"]
    with pytest.raises((ValueError, KeyError)):
        unwire(packet)


@given(value=values)
def test_canonical_text_has_one_spelling(value: Any) -> None:
    written = canonical(value)
    assert canonical(json.loads(written)) == written
    assert json.loads(written) == value
    if isinstance(value, dict):
        assert canonical(dict(reversed(value.items()))) == written


def test_what_has_no_one_spelling_is_not_written() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical(float("nan"))


def test_folds_are_given_rows_that_do_not_change() -> None:
    rows: Rows = {("lamp",): {"state": "on"}}
    more = put(rows, "lamp", by="A")
    assert rows == {("lamp",): {"state": "on"}}
    assert more == {("lamp",): {"state": "on", "by": "A"}}
    assert put(more, "loan", "7", days=1)[("loan", "7")] == {"days": 1}
    assert without(more, "lamp") == {}
    assert without(more, "loan", "7") == more
