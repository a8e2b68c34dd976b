"""Lateness (计逾期): what was late when somebody moved, stopped or ended the time stays late."""

from collections.abc import Callable

import pytest

from db.clock import moment
from db.facts import Draft
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
from deskapp.corrections import Correction
from deskapp.desk import Desk
from deskapp.endings import Ending
from deskapp.language import Language
from deskapp.request_lists import RequestList, record
from deskapp.requests import Question
from screens.matters import columns, state_words
from tests.library import Library, differs_from_ledger, local
from tests.refusals import refused

DONE = Ending("done", "好")
Act = Callable[[Desk, str], object]


def due(library: Library, id: str) -> object:
    return moment(library.row(id)["due_at"])


@pytest.fixture
def asked(library: Library) -> str:
    """A suggestion of Tuesday 10:00: three office days, to Friday 17:30. (A complaint has five.)"""
    library.clock.put("2026-11-24 10:00")
    id = library.log(kind="space_suggestion", words="太吵").id
    assert due(library, id) == local("2026-11-27 17:30")
    return id


ACTS: dict[str, Act] = {
    "join": lambda desk, id: extensions.join(desk, id, "technology"),
    "correct": lambda desk, id: corrections.correct(desk, id, Correction(kind="complaint"), "误选"),
    "extend": lambda desk, id: extensions.extend(desk, id, "parts"),
    "close": lambda desk, id: endings.close(desk, id, DONE),
    "wait": waiting.wait_for_reader,
    "outside": waiting.wait_outside,
}


@pytest.mark.parametrize("act", list(ACTS))
def test_late_stays_late_whatever_is_done(library: Library, asked: str, act: str) -> None:
    library.clock.put("2026-11-27 17:31")
    assert not record(library.at("li"), asked).late
    ACTS[act](library.at("lead"), asked)
    assert record(library.at("li"), asked).late
    assert differs_from_ledger(library.desk) == []


@pytest.mark.parametrize("act", list(ACTS))
def test_in_time_nothing_is_late(library: Library, asked: str, act: str) -> None:
    library.clock.put("2026-11-27 17:30")
    ACTS[act](library.at("lead"), asked)
    library.clock.put("2026-11-27 17:31")
    assert not record(library.at("li"), asked).late


@pytest.mark.parametrize("act", ["join", "correct"])
def test_behind_the_due_time_a_lead_must_move_it(library: Library, asked: str, act: str) -> None:
    li = library.at("li")
    library.clock.put("2026-11-27 17:31")
    refused("ExtensionLate", ACTS[act], li, asked)
    assert extensions.ways(li, asked).departments == ()
    assert extensions.ways(library.at("lead"), asked).departments
    corrections.correct(li, asked, Correction("很吵"), "听错")  # moves nothing
    corrections.correct(li, asked, Correction(kind="consultation"), "误选")  # nor does less time
    assert record(li, asked).late
    assert record(li, asked).overdue


def test_found_complex_late(library: Library) -> None:
    library.clock.put("2026-11-24 10:00")
    id = library.log(kind="complaint").id
    library.clock.put("2026-12-01 17:31")
    extensions.find_complex(library.at("lead"), id, "涉及多人")
    assert record(library.at("lead"), id).late


def test_a_stage_gone_on_to_late(library: Library) -> None:
    """A training's content is agreed three office days after Tuesday: until Friday."""
    li = library.at("li")
    library.clock.put("2026-11-24 10:00")
    first, second = (library.log(kind="training").id for _ in "12")
    stages.go_on(li, first)
    library.clock.put("2026-11-27 17:31")
    stages.go_on(li, first)  # it waited outside, and that began in time
    assert not record(li, first).late
    stages.go_on(li, second)
    assert record(li, second).late


def test_a_wait_begun_late_is_overdue_all_the_while(library: Library, asked: str) -> None:
    li = library.at("li")
    library.clock.put("2026-11-27 17:31")
    waiting.wait_for_reader(li, asked)
    other = library.log(kind="complaint").id
    waiting.wait_for_reader(li, other)
    library.clock.put("2026-12-30 09:00")
    late = RequestList(li, "overdue").after(None, 9)
    assert [line.subject for line in late] == [asked]
    assert (record(li, asked).overdue, record(li, other).overdue) == (True, False)
    for id in (asked, other):
        waiting.resume(li, id)
    assert (record(li, asked).late, record(li, other).late) == (True, False)


def test_closed_late_and_opened_again_it_was_late(library: Library, asked: str) -> None:
    li, t = library.at("li"), Language("zh_CN")
    library.clock.put("2026-11-30 09:00")
    assert (record(li, asked).overdue, record(li, asked).late) == (True, False)
    endings.close(li, asked, DONE)
    assert (record(li, asked).overdue, record(li, asked).late) == (False, True)
    (line,) = RequestList(li, "all").after(None, 9)
    (shown,) = (each.cell(line) for each in columns(t, li, {}) if each.title == t("list.due"))
    assert shown == "计逾期"
    endings.reopen(li, asked, "仍吵")
    assert (record(li, asked).overdue, record(li, asked).late) == (False, True)
    (line,) = RequestList(li, "all").after(None, 9)
    assert state_words(t, li, line, {}) == "计逾期"


def test_a_reader_never_told_in_time_is_late_when_it_is_opened_again(library: Library) -> None:
    li = library.at("li")
    library.clock.put("2026-11-24 10:00")
    in_time, too_late = (library.log(contact="8805").id for _ in "12")
    for id in (in_time, too_late):
        endings.close(li, id, DONE)
    endings.reopen(li, in_time, "再问")
    library.clock.put("2026-11-26 10:00")
    endings.reopen(li, too_late, "再问")
    assert (record(li, in_time).late, record(li, too_late).late) == (False, True)


def test_a_late_closing_undone_is_open_and_overdue(library: Library, asked: str) -> None:
    li = library.at("li")
    library.clock.put("2026-11-30 09:00")
    endings.close(li, asked, DONE)
    assert undo.undo(li).what == "closed"
    assert (record(li, asked).overdue, record(li, asked).late) == (True, False)


def test_answered_on_the_spot_and_entered_days_later_is_not_late(library: Library) -> None:
    li = library.at("li")
    question = Question("几点闭馆", received=local("2026-11-19 10:00"))
    seen = record(li, requests.log(li, question, Ending("done", "22点")).id)
    assert not seen.late
    assert library.row(seen.id)["closed_at"] == library.row(seen.id)["received_at"]
    open_ = requests.log(li, question).id
    endings.close(li, open_, DONE)
    assert record(li, open_).late


def test_a_fact_that_says_nothing_of_it_changes_nothing(library: Library, asked: str) -> None:
    """As an import, or another desk's older version, writes it."""
    with library.at("li").act() as act:
        said = {"result": "done", "outcome": "done", "by": library.id("li"), "lead": None}
        act.record_all([Draft("request.closed", asked, {**said, "lead_how": None}, None, None)])
    assert (record(library.at("li"), asked).status, record(library.at("li"), asked).late) == (
        ("closed", False)
    )


# the taker's calendar


def test_due_times_follow_the_department_that_undertakes_it(library: Library) -> None:
    """A question of Sunday 10:00 to a desk is due at 17:30; to an office that rests until Monday,
    then. Extended to Monday night it is due no earlier.
    """
    li, chen = library.at("li"), library.at("chen")
    first, extended = (library.log().id for _ in "12")
    assert due(library, first) == local("2026-11-22 17:30")
    extensions.extend(li, extended, "parts")
    assert due(library, extended) == local("2026-11-23 22:00")
    for id in (first, extended):
        handovers.hand_over(li, id, to=library.id("chen"), reason="duty")
        handovers.accept(chen, id)
    assert due(library, first) == local("2026-11-23 17:30")
    assert due(library, extended) == local("2026-11-23 22:00")
    assert not record(li, first).late
    assert undo.undo(chen).what == "accepted"
    assert due(library, extended) == local("2026-11-23 22:00")


def test_an_acceptance_that_moves_no_due_time_says_none(library: Library) -> None:
    """So that it is not at odds with an extension asked for elsewhere."""
    id = library.log().id
    handovers.hand_over(library.at("li"), id, to=library.id("zheng"), reason="shift")
    handovers.accept(library.at("zheng"), id)
    assert "due_at" not in record(library.at("li"), id).course[-1].facts


def test_what_is_overdue_is_not_made_good_by_handing_it_over(library: Library) -> None:
    li, chen = library.at("li"), library.at("chen")
    id = library.log().id
    handovers.hand_over(li, id, to=library.id("chen"), reason="duty")
    library.clock.put("2026-11-23 09:00")
    handovers.accept(chen, id)
    assert due(library, id) == local("2026-11-22 17:30")
    assert record(chen, id).overdue
    endings.close(chen, id, DONE)
    assert record(chen, id).late


def test_told_late_counts_too(library: Library) -> None:
    li = library.at("li")
    library.clock.put("2026-11-24 10:00")
    id = library.log(contact="8805").id
    endings.close(li, id, DONE)
    library.clock.put("2026-11-27 10:00")
    telling.tell(li, id, "phone")
    assert record(li, id).late
