"""Volunteers, results and feedback as the ledger tells them, and what desks may do of it apart."""

import json
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

from db import feedback, helpers, results
from db.facts import Book, Fact, Row, Rows
from db.feedback import FEEDBACK
from db.folding import stub
from db.helpers import HELPERS
from db.results import RANKINGS, RESULTS
from db.rows import whole

EVENT, READER = "event:e", "reader:r"
SUBJECTS = {
    "helper": helpers.subject_of(EVENT, READER),
    "result": results.subject_of(EVENT, READER),
    "ranking": results.ranking_of(EVENT),
    "feedback": feedback.subject_of(EVENT, "f"),
}
BOOKS = {book.name: book for book in (HELPERS, RESULTS, RANKINGS, FEEDBACK)}
PAIRS = {"helper": helpers.PAIRS, "feedback": feedback.PAIRS, **results.PAIRS}


def fact(
    kind: str,
    time: str,
    id: str,
    skew: int | None = None,
    private: dict[str, Any] | None = None,
    **said: Any,
) -> Fact:
    at = f"2026-11-24T{time}.000000Z"
    subject = SUBJECTS[kind.partition(".")[0]]
    confided = json.dumps(private) if private else None
    return Fact(
        id, id, "2F", 1, kind, 1, subject, 0, "[]", at, "staff:1", json.dumps(said),
        READER, None, confided, None, None, b"", skew=skew,
    )  # fmt: skip


def folded(*facts: Fact) -> Rows:
    rows: Rows = {}
    for each in facts:
        book = BOOKS[each.book]
        rows = book.folds[each.kind, 1](rows, each)
        rows = {key: whole(book, key, row) for key, row in rows.items()}
    return rows


def clashes(one: Fact, other: Fact) -> bool:
    how: Callable[..., bool] | None = BOOKS[one.book].clashes
    assert how is not None
    assert how(stub(one), stub(other)) is how(stub(other), stub(one))
    return how(stub(one), stub(other))


@pytest.mark.parametrize("book", BOOKS.values(), ids=list(BOOKS))
def test_every_pair_of_kinds_is_thought_of(book: Book) -> None:
    kinds = {kind.partition(".")[2] for kind, _ in book.folds} | {"undone"}
    assert {frozenset((one, other)) for one in kinds for other in kinds} == set(PAIRS[book.name])


# volunteers


def planned(begins: str = "02:00", until: str = "04:00", id: str = "s") -> Fact:
    when: dict[str, Any] = {"begins": f"2026-11-24T{begins}", "until": f"2026-11-24T{until}"}
    return fact("helper.planned", "01:00:00", id, role="引导", place="报告厅", grace=15, **when)


def stint(*facts: Fact) -> Row:
    return folded(planned(), *facts)["stint", "s"]


def test_of_scans_the_first_in_and_the_last_out_count_by_the_corrected_clock() -> None:
    scans = (
        fact("helper.came", "02:00:30", "i1", stint="s"),
        fact("helper.came", "02:01:00", "i2", 40_000, stint="s"),
        fact("helper.came", "02:01:00", "i3", -45_000, stint="s"),
        fact("helper.left", "04:00:00", "o1", stint="s"),
        fact("helper.left", "03:50:00", "o2", 660_000, stint="s"),
    )
    for order in permutations(scans):
        row = stint(*order)
        assert (row["in_at"][11:19], row["left_at"][11:19]) == ("02:00:15", "04:01:00")
    assert row["event"] == EVENT
    assert row["patron"] == READER


def test_leave_is_asked_once_and_what_a_librarian_adds_is_marked() -> None:
    first = fact(
        "helper.leave_asked", "01:10:00", "l1", None, {"why": "考试"}, stint="s", in_time=True
    )
    later = fact("helper.leave_asked", "01:40:00", "l2", stint="s", in_time=False)
    assert stint(first, later)["leave_in_time"] is True
    row = stint(
        fact("helper.completed", "09:00:00", "c", None, {"why": "忘记"}, stint="s", out="x"),
        fact("helper.excused", "09:00:00", "e", stint="s"),
    )
    assert (row["out_at"], row["out_by"], row["out_why"]) == ("x", "staff:1", "忘记")
    assert row["left_at"] is None
    assert row["excused_by"] == "staff:1"
    assert row["excused_why"] is None
    with pytest.raises(LookupError):
        folded(first)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (planned(), planned("03:30", "05:00", "t"), True),
        (planned(), planned("04:00", "05:00", "t"), False),
        (
            fact("helper.changed", "01:00:00", "a", stint="s", begins="1", until="2", role="x"),
            fact("helper.changed", "01:00:00", "b", stint="s", begins="1", until="2", role="y"),
            True,
        ),
        (
            fact("helper.dropped", "01:00:00", "a", stint="s"),
            fact("helper.came", "01:00:00", "b", stint="s"),
            True,
        ),
        (
            fact("helper.dropped", "01:00:00", "a", stint="s"),
            fact("helper.came", "01:00:00", "b", stint="t"),
            False,
        ),
        (
            fact("helper.completed", "01:00:00", "a", stint="s", out="1"),
            fact("helper.completed", "01:00:00", "b", stint="s", out="2"),
            True,
        ),
        (
            fact("helper.came", "01:00:00", "a", stint="s"),
            fact("helper.came", "01:00:00", "b", stint="s"),
            False,
        ),
    ],
)
def test_what_of_a_shift_needs_a_person(one: Fact, other: Fact, expected: bool) -> None:
    assert clashes(one, other) is expected


# results


def entered(id: str = "r", time: str = "01:00:00", **said: Any) -> Fact:
    return fact("result.entered", time, id, None, {"note": "作品"}, source="desk", **said)


def listed(kind: str, id: str, *lines: list[Any]) -> Fact:
    return fact(f"ranking.{kind}", "05:00:00", id, None, {"why": "漏登"}, list=lines)


def test_what_was_withdrawn_stands_when_it_is_entered_again() -> None:
    gone = fact("result.withdrawn", "02:00:00", "w")
    row = folded(entered(score=88.5), gone)["result",]
    assert (row["score"], row["note"], row["withdrawn_at"][11:16]) == (88.5, "作品", "02:00")
    assert folded(entered(score=88.5), gone, entered(score=90))["result",]["withdrawn_at"] is None


def test_a_confirmed_list_is_fixed_and_a_correction_keeps_what_it_was() -> None:
    a, b, c = "result:e:a", "result:e:b", "result:e:c"
    first = listed("confirmed", "1", [a, 1, "first", 90], [b, 2, "second", 80])
    second = listed("confirmed", "2", [b, 1, "first", 90])
    assert folded(first, second) == folded(first)
    fixed = listed("corrected", "3", [b, 1, "first", 95], [c, 2, None, 70])
    rows = folded(first, fixed)
    assert rows["ranked", b]["rank"] == 1
    assert json.loads(rows["ranked", b]["was"]) == [
        2,
        "second",
        80,
    ]
    assert rows["ranked", a]["rank"] is None
    assert json.loads(rows["ranked", a]["was"])[0] == 1
    assert rows["ranking",]["fact"] == "3"
    assert rows["ranking",]["why"] == "漏登"
    assert json.loads(rows["ranked", c]["was"]) == [None, None, None]
    again = folded(first, fixed, listed("corrected", "4", [b, 1, "second", 95]))
    assert json.loads(again["ranked", b]["was"]) == [2, "second", 80]
    with pytest.raises(LookupError):
        folded(fixed)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (entered(score=90), entered("q", score=91), True),
        (entered(score=90), entered("q", score=90, patron=READER), False),
        (entered(score=90), fact("result.withdrawn", "01:00:00", "w"), True),
        (
            listed("confirmed", "1", ["a", 1, None, 1]),
            listed("confirmed", "2", ["a", 1, None, 1]),
            False,
        ),
        (
            listed("confirmed", "1", ["a", 1, None, 1]),
            listed("confirmed", "2", ["b", 1, None, 1]),
            True,
        ),
        (
            fact("ranking.ruled", "01:00:00", "a", lowest=True),
            listed("confirmed", "1", ["a", 1, None, 1]),
            True,
        ),
    ],
)
def test_what_of_results_needs_a_person(one: Fact, other: Fact, expected: bool) -> None:
    assert clashes(one, other) is expected


def test_a_team_is_known_by_its_name_and_different_ones_differ() -> None:
    assert results.subject_named(b"k", EVENT, "医学院") == results.subject_named(
        b"k", EVENT, "医学院"
    )
    assert len({results.subject_named(b"k", EVENT, name) for name in ("医学院", "理学院")}) == 2
    assert len({results.subject_named(key, EVENT, "医学院") for key in (b"k", b"l")}) == 2


# feedback


def test_feedback_taken_twice_is_one() -> None:
    taken = fact(
        "feedback.taken",
        "01:00:00",
        "f",
        None,
        {"word": "好"},
        counts=[0, 0, 1, 2, 9],
        source="paper",
    )
    row = folded(taken, taken)["feedback",]
    assert (row["fives"], row["fours"], row["word"], row["event"]) == (9, 2, "好", EVENT)
    assert folded(taken, fact("feedback.withdrawn", "02:00:00", "w"))["feedback",]["withdrawn_at"]
