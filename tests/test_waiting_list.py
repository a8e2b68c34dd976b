"""The waiting list, whatever is done in whatever order: never too many, in the order asked, nobody
lost, nobody waits for what is free.
"""

from typing import Any, NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from db import event_pages
from db.signup_lists import Wanted, page
from deskapp import events, signups, vacancies
from deskapp.desk import Refusal
from deskapp.signups import IN, WAITING, WHOLE
from tests.gatherings import gather
from tests.library import Library
from tests.seating import MANY

PEOPLE = len(MANY)
who = some.integers(0, PEOPLE - 1)
places = some.integers(1, 3)
acts = some.lists(
    some.one_of(
        some.tuples(some.just("sign"), who, places),
        some.tuples(some.just("sign"), who, places),
        some.tuples(some.just("cancel"), who, places),
        some.tuples(some.just("change"), who, places),
        some.tuples(some.just("capacity"), some.integers(1, 6), places),
        some.tuples(some.just("allow"), some.integers(1, 8), places),
    ),
    min_size=2,
    max_size=14,
)


class State(NamedTuple):
    """Who has a place and who waits, with how many people, in the order asked."""

    has: dict[str, int]
    waits: dict[str, int]
    free: int
    most: int


def stands(library: Library, event: str) -> State:
    with library.desk.reading() as connection:
        lines = page(connection, Wanted(event))
        row = event_pages.event(connection, event)
        assert row is not None
        (session,) = vacancies.sessions_of(connection, event)
        free = vacancies.find(connection, row, session.begins).of(WHOLE)
        most = vacancies.capacity(row, session)
    assert free is not None
    assert most is not None
    has = {line.subject: line.places for line in lines if line.status == IN}
    waits = {line.subject: line.places for line in lines if line.status == WAITING}
    assert free == most - sum(has.values())
    return State(has, waits, free, most)


def do(library: Library, event: str, act: tuple[str, int, int], known: dict[int, str]) -> None:
    """One act; `known`: the sign-ups that stand, by who."""
    what, number, many = act
    li, lead = library.at("li"), library.at("lead")
    match what:
        case "sign":
            reader = library.reader(MANY[number])
            known[number] = signups.sign_up(li, event, reader, places=many).subject
        case "cancel" if number in known:
            signups.cancel(li, known[number])
            del known[number]
        case "change" if number in known:
            signups.change(li, known[number], places=many)
        case "capacity":
            events.change(li, event, capacity=number)
        case "allow":
            events.allow(lead, event, "s1", number)


@given(acts, some.integers(1, 4), some.permutations(range(5)), some.lists(places, min_size=5))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_never_too_many_and_in_order(
    seated: Library,
    told: list[tuple[str, int, int]],
    capacity: int,
    first: list[int],
    groups: list[int],
) -> None:
    event = gather(seated, "14:00-16:00", capacity=capacity)
    known: dict[int, str] = {}
    before = stands(seated, event)
    for act in [*(("sign", *each) for each in zip(first, groups, strict=False)), *told]:
        seated.clock.move(seconds=1)
        try:
            do(seated, event, act, known)
        except Refusal:
            assert stands(seated, event) == before, "what was refused has changed nothing"
            continue
        now = stands(seated, event)
        check(before, now)
        assert set(now.has) | set(now.waits) == set(known.values()), "somebody is lost"
        before = now


def check(before: State, now: State) -> None:
    """What holds after every act."""
    people = sum(now.has.values())
    assert people <= max(now.most, sum(before.has.values())), "more people than places"
    assert all(many > now.free for many in now.waits.values()), "somebody waits for what is free"
    order: list[Any] = [*before.waits]
    for moved in set(order) & set(now.has):
        ahead = order[: order.index(moved)]
        passed = [each for each in ahead if now.waits.get(each, 99) <= now.has[moved]]
        assert not passed, "somebody of no more people was passed over"
