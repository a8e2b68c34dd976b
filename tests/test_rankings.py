"""Rankings of a quarter against a recount in plain Python: ties, who is left out, the grounds."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from db import conduct, loans
from db import readers as stored
from db import visits as gates
from db.clock import stamp
from db.loans import Lending
from db.seats import subject_of
from db.visits import Passage
from deskapp import erasures, rankings
from deskapp.quarters import Quarter, named
from deskapp.rankings import LeftOut, Ranking
from tests.library import Library, differs_from_ledger, local
from tests.refusals import refused

NUMBERS = [f"20261{place:02}" for place in range(10)]
JOINED, OUT, BARRED, STAFF, ERASED = (f"reader:{place}" for place in range(1, 6))
PEOPLE = [f"reader:{place}" for place in range(10)]
OFF = {OUT: "opted_out", BARRED: "banned", STAFF: "staff", ERASED: "erased"}
"""reader:1 goes by reader:0's number; the others may be on a ranking"""
HOUR = timedelta(hours=1)
_quarters = count(1990 * 4)


@pytest.fixture
def crowd(library: Library) -> Library:
    """Ten readers: two are one, four are on no ranking."""
    numbers = {**dict(zip(PEOPLE, NUMBERS, strict=True)), STAFF: "1004"}
    with library.at("li").act() as act:
        for person, number in numbers.items():
            said = {"number": number, "name": "读者", "cards": (), "type": "master"}
            act.record_all([stored.draft("reader.entered", person, said)])
        act.record("reader.merged", JOINED, {"into": PEOPLE[0]})
    rankings.opt_out(library.at("li"), OUT)
    erasures.erase_reader(library.at("lead"), ERASED)
    return library


def told(ranking: Ranking) -> list[tuple[int, str, int]]:
    return [(line.rank, line.reader.id, line.amount) for line in ranking.lines]


def recounted(amounts: Counter[str], first: int) -> list[tuple[int, str, int]]:
    """By the rules that the list states."""
    mine = {who: amount for who, amount in amounts.items() if who not in OFF and amount}
    ranks = {who: 1 + sum(other > mine[who] for other in mine.values()) for who in mine}
    order = sorted(mine, key=lambda who: (-mine[who], NUMBERS[PEOPLE.index(who)]))
    return [(ranks[who], who, mine[who]) for who in order if ranks[who] <= first]


def left_out(patrons: set[str]) -> tuple[LeftOut, ...]:
    off = Counter(OFF[each] for each in patrons if each in OFF)
    return tuple(LeftOut(each, off[each]) for each in rankings.REASONS if off[each])


def stretches(begin: datetime, ends: list[tuple[int, int | None, bool]]) -> Iterator[Passage]:
    """From an hour on for some hours, as one record or two; without an end one alone."""
    for hour, lasts, whole in ends:
        came = stamp(begin + hour * HOUR)
        went = None if lasts is None else stamp(begin + (hour + lasts) * HOUR)
        yield from [Passage(came, went, "A")] if whole else [Passage(came, None, "A")]
        if went and not whole:
            yield Passage(None, went, "B")


def hours(passages: set[Passage], until: int, begin: datetime) -> set[int]:
    """In which hours from `begin` on somebody was there, recounted: whoever comes in is there until
    the next record that says that they went, if that is within 16 hours, and else never was.
    """
    found: set[int] = set()
    ends = set()
    for came, went, _ in passages:
        since, to = (
            (datetime.fromisoformat(at) - begin) // HOUR if at else None for at in (came, went)
        )
        if since is not None and to is not None and to - since <= 16:
            found |= set(range(since, to))
        else:
            ends |= {(at, way) for at, way in ((to, "a out"), (since, "b in")) if at is not None}
    inside: int | None = None
    for at, way in sorted(ends):
        if way == "a out" and inside is not None and at - inside <= 16:
            found |= set(range(inside, at))
        inside = at if way == "b in" else None
    return {hour for hour in found if 0 <= hour < until}


records = some.lists(
    some.tuples(some.integers(-30, 2220), some.integers(0, 18) | some.none(), some.booleans()),
    max_size=6,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=some.data(), first=some.integers(1, 4))
def test_rankings_are_those_of_a_recount(
    crowd: Library, drawn: some.DataObject, first: int
) -> None:
    """Every example in a quarter of its own, with ties as often as not."""
    li = crowd.at("li")
    quarter = Quarter(1990, 1).moved(
        2 * (next(_quarters) - 1990 * 4)
    )  # one between: nights reach over
    begin, end = li.midnight(quarter.first), li.midnight(quarter.moved(1).first)
    lent, there = Counter[str](), {who: set[int]() for who in PEOPLE}
    having = {"loans": set[str](), "presence": set[str]()}
    drafts = []
    whole: dict[str, set[Passage]] = {who: set() for who in PEOPLE}
    for who in PEOPLE:
        days = drawn.draw(some.lists(some.integers(-1, 91), max_size=3, unique=True))
        for day in days:
            of_day = (quarter.first + timedelta(day)).isoformat()
            many = drawn.draw(some.integers(1, 2))
            items = [Lending(of_day, f"{place:016}") for place in range(many)]
            drafts.append(loans.draft(who, of_day, items))
            if quarter.first.isoformat() <= of_day <= quarter.last.isoformat():
                lent[PEOPLE[0] if who == JOINED else who] += many
                having["loans"].add(who)
        told_: dict[str, set[Passage]] = {}
        for passage in stretches(begin, drawn.draw(records)):
            at = li.local(passage.entered or passage.left or "").date().isoformat()
            told_.setdefault(at, set()).add(passage)
        for of_day, passages in told_.items():
            drafts.append(gates.draft(who, of_day, passages))
            whole[PEOPLE[0] if who == JOINED else who] |= passages
            if quarter.first.isoformat() <= of_day <= quarter.last.isoformat():
                having["presence"].add(who)
    ban = {"patron": BARRED, "from": stamp(begin - HOUR), "until": stamp(begin + HOUR)}
    said = {**ban, "needed": 0, "violations": [], "zones": []}
    for who in PEOPLE:
        there[who] = hours(whole[who], (end - begin) // HOUR, begin)
    with li.act() as act:
        drafts.append(conduct.draft("ban.imposed", act.new_subject("ban"), said))
        act.record_all(drafts)
    by_loans = rankings.by_loans(li, quarter, first)
    by_presence = rankings.by_presence(li, quarter, first)
    assert told(by_loans) == recounted(lent, first)
    times = Counter({who: len(each) * 3600 for who, each in there.items()})
    assert told(by_presence) == recounted(times, first)
    for ranking in (by_loans, by_presence):
        assert ranking.left_out == left_out(having[ranking.by])
        for line in ranking.lines:
            grounds = rankings.lines_of(li, ranking.by, quarter, line.reader.id)
            assert sum(each.amount for each in grounds) == line.amount
            what = "loan:" if ranking.by == "loans" else "visit:"
            assert all(each.id.startswith(what) for each in grounds)
    assert by_loans.until is None


def test_a_seat_counts_and_who_sits_there_still_counts_up_to_now(crowd: Library) -> None:
    li, who = crowd.at("li"), PEOPLE[6]
    with li.act() as act:
        said = {
            "patron": who,
            "from": stamp(local("2026-11-22 09:00")),
            "until": stamp(local("2026-11-22 22:00")),
        }
        taken = act.record("seat.taken", subject_of("2026-11-22", "exam/C-37"), said).id
    quarter = named("2026-Q4")
    found = rankings.by_presence(li, quarter)
    assert told(found) == [(1, who, 3600)]
    assert found.until == li.now()
    (ground,) = rankings.lines_of(li, "presence", quarter, who)
    assert (ground.what, ground.id, ground.amount) == ("seat", taken, 3600)


def test_who_wants_to_be_on_none_and_who_may_say_so(crowd: Library) -> None:
    li = crowd.at("li")
    assert rankings.is_off(li, OUT)
    assert not rankings.opt_out(li, OUT)
    assert not rankings.is_off(li, OUT)
    assert rankings.opt_out(li, JOINED)
    assert rankings.is_off(li, PEOPLE[0])  # one person
    assert not rankings.opt_out(li, PEOPLE[0])
    assert not rankings.is_off(li, JOINED)
    refused("PatronUnknown", rankings.opt_out, li, ERASED)
    refused("RoleTooLow", rankings.opt_out, crowd.at("assistant"), OUT)
    refused("RoleTooLow", rankings.by_loans, crowd.at("assistant"), Quarter(2026, 3))
    assert differs_from_ledger(crowd.desk) == []


@pytest.mark.parametrize("text", ["2026-Q3", "2026q3", "2026Ｑ3", "2026年第3季度", "2026年3季度"])
def test_a_quarter_is_read_as_people_write_it(text: str) -> None:
    assert named(text) == (2026, 3)


@pytest.mark.parametrize("text", ["", "2026", "2026-Q5", "2026-Q0", "26-Q1", "2026-03", "9999-Q1"])
def test_what_is_no_quarter_is_refused(text: str) -> None:
    refused("QuarterWrong", named, text)
