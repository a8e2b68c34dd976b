"""The clock: ids that only grow, whatever the machine's clock does, and stamps that sort."""

import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import UUID7, TypeAdapter

from db.clock import NEVER, SystemClock, after, moment, stamp
from tests.toys import made_id

read = TypeAdapter(UUID7).validate_python
"""what another reads in an id; refuses what is none of version 7"""
FULL_HIGH, FULL_LOW = (1 << 12) - 1, (1 << 62) - 1
ids = st.builds(
    made_id,
    st.integers(0, (1 << 48) - 100),
    st.integers(0, FULL_HIGH) | st.just(FULL_HIGH),
    st.integers(0, FULL_LOW) | st.integers(FULL_LOW - 3, FULL_LOW),
)


@given(previous=ids, candidate=ids)
def test_an_id_is_above_the_greatest_and_still_an_id(previous: str, candidate: str) -> None:
    found = after(previous, candidate)
    assert found > previous
    assert found == str(read(found)) == found.lower()
    assert read(found).version == 7
    assert read(found).variant == "specified in RFC 4122"
    if candidate > previous:
        assert found == candidate
    else:
        assert milliseconds(found) == milliseconds(previous) + 1
        assert found[14:] == candidate[14:], "the candidate's own random bits"


def milliseconds(id: str) -> int:
    return read(id).int >> 80


@pytest.mark.parametrize(
    ("previous", "following"),
    [
        ((5, 1, 8), (6, 2, 3)),
        ((5, FULL_HIGH, FULL_LOW), (6, 2, 3)),
        (((1 << 20) - 1, FULL_HIGH, FULL_LOW), (1 << 20, 2, 3)),
        (((1 << 32) - 1, 0, 0), (1 << 32, 2, 3)),
        (((1 << 48) - 1, 0, 0), (1, 2, 3)),
    ],
)
def test_the_next_id_carries_over_all_its_parts(
    previous: tuple[int, int, int], following: tuple[int, int, int]
) -> None:
    """And the end of time stops nobody, nor does an id that is none."""
    assert after(made_id(*previous), made_id(1, 2, 3)) == made_id(*following)
    assert after("no id", made_id(1, 2, 3)) == made_id(1, 2, 3)


@given(first=ids, count=st.integers(1, 50))
def test_a_clock_that_stands_gives_ids_in_order(first: str, count: int) -> None:
    given_out = [first]
    for _ in range(count):
        given_out.append(after(given_out[-1], first))
    assert given_out == sorted(set(given_out))


moments = st.timedeltas(timedelta(0), timedelta(days=70_000)).map(
    lambda since: datetime(1990, 1, 1, tzinfo=UTC) + since
)


@given(one=moments, other=moments)
def test_stamps_sort_as_their_moments(one: datetime, other: datetime) -> None:
    assert (stamp(one) < stamp(other)) == (one < other)
    assert moment(stamp(one)) == one
    assert len(stamp(one)) == len("2026-11-22T02:05:00.000000Z")


def test_a_stamp_is_in_utc() -> None:
    china = timezone(timedelta(hours=8))
    assert stamp(datetime(2026, 11, 22, 10, 5, tzinfo=china)) == "2026-11-22T02:05:00.000000Z"


@pytest.mark.parametrize(
    "text", ["", "x", "2026-11-22", "9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00+23:00"]
)
def test_what_is_no_moment_is_never(text: str) -> None:
    """Nor is one so far off that to show it on a wall, or to stop a clock there, would fail."""
    assert moment(text) == NEVER
    assert moment(text).astimezone(timezone(timedelta(hours=-12))).year == 1969


def test_the_machines_clock() -> None:
    clock = SystemClock()
    before, id = clock.now(), clock.new_id()
    assert before.tzinfo is UTC
    assert read(id).version == 7
    born = datetime.fromtimestamp(int(id.replace("-", "")[:12], 16) / 1000, UTC)
    assert abs(born - before) < timedelta(seconds=5)
    assert len({clock.new_id() for _ in range(1000)}) == 1000
    assert clock.ticks() <= clock.ticks()


def test_after_is_no_matter_of_luck() -> None:
    chance = random.Random(7)
    greatest = ""
    for _ in range(2000):
        wound_back = made_id(chance.randrange(4), chance.choice((0, FULL_HIGH)), FULL_LOW)
        following = after(greatest, wound_back)
        assert following > greatest
        greatest = following
