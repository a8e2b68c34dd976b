"""Waiting: the clock stands, and what was left of the working time is left."""

from datetime import date

from db.clock import moment
from deskapp import endings, handovers, waiting
from deskapp.endings import Ending
from deskapp.request_lists import RequestList, record
from screens.acts import by_digit
from tests.library import Library, differs_from_ledger, local
from tests.refusals import refused


def due(library: Library, id: str) -> object:
    return moment(library.row(id)["due_at"])


def test_what_was_left_before_waiting_is_left_behind_it(library: Library) -> None:
    """Asked of the technicians on Tuesday 10:00: due Wednesday 17:30. Two hours before the lunch
    break and four behind it, eight on Wednesday: 14 hours are left, less the night.
    """
    library.clock.put("2026-11-24 10:00")
    li = library.at("li")
    id = library.log(kind="fault").id
    assert due(library, id) == local("2026-11-25 17:30")
    library.clock.put("2026-11-24 14:30")  # 3 h today, 8 h tomorrow are left
    waiting.wait_for_reader(li, id, "座位号")
    row = library.row(id)
    assert (row["waits"], moment(row["chase_at"])) == ("reader", local("2026-12-08 08:00"))
    library.clock.put("2026-11-27 16:30")  # Friday: 1 h; Monday 8 h; Tuesday 2 h
    assert not record(li, id).overdue
    assert RequestList(li, "overdue").count() == 0
    assert waiting.resume(li, id).due == local("2026-12-01 10:00")
    assert due(library, id) == local("2026-12-01 10:00")
    assert library.row(id)["waits"] is None
    assert differs_from_ledger(library.desk) == []


def test_a_pause_begun_too_late_gives_nothing(library: Library) -> None:
    library.clock.put("2026-11-24 10:00")
    id = library.log(kind="fault").id
    library.clock.put("2026-11-26 09:00")
    waiting.wait_for_reader(library.at("li"), id)
    library.clock.put("2026-11-30 09:00")
    assert waiting.resume(library.at("li"), id).due == local("2026-11-25 17:30")
    assert record(library.at("li"), id).overdue


def test_outside_has_a_date_to_ask_again(library: Library) -> None:
    li = library.at("li")
    library.clock.put("2026-11-24 10:00")
    id = library.log(kind="fault").id
    chase = waiting.wait_outside(li, id, "后勤处").chase
    assert chase == local("2026-12-01 08:00")  # five office days on
    assert RequestList(li, "to_chase").count() == 0
    library.clock.put("2026-12-01 08:01")
    assert RequestList(li, "to_chase").count() == 1
    assert RequestList(library.at("technology"), "to_chase").count() == 1
    assert RequestList(library.at("sun"), "to_chase").count() == 0
    again = waiting.chase(li, id, "已去电", date(2026, 12, 5)).chase  # a Saturday
    assert again == local("2026-12-07 08:00")
    assert RequestList(li, "to_chase").count() == 0
    waiting.resume(li, id)
    assert library.row(id)["chase_at"] is None
    assert [step.kind for step in record(li, id).course][1:] == ["waiting", "chased", "resumed"]


def test_the_reader_is_asked_again_after_ten_workdays(library: Library) -> None:
    """From Tuesday the 24th the tenth office day is Tuesday the 8th; from there, the 22nd."""
    li = library.at("li")
    library.clock.put("2026-11-24 10:00")
    id = library.log(kind="fault").id
    assert waiting.wait_for_reader(li, id).chase == local("2026-12-08 08:00")
    library.clock.put("2026-12-08 07:59")
    assert RequestList(li, "to_chase").count() == 0
    library.clock.put("2026-12-08 08:00")
    assert RequestList(li, "to_chase").count() == 1
    assert {"chase", "resume"} <= record(li, id).may
    again = waiting.chase(li, id, "未接电话")
    assert (again.whom, again.chase) == ("reader", local("2026-12-22 08:00"))
    assert RequestList(li, "to_chase").count() == 0
    assert by_digit(record(li, id))[4] == "resume"
    assert by_digit(record(li, id))[5] == "ask_again"
    waiting.resume(li, id)
    assert library.row(id)["chase_at"] is None


def test_what_may_not_wait(library: Library) -> None:
    li, id = library.at("li"), library.log().id
    refused("NotResponsible", waiting.wait_for_reader, library.at("chen"), id)
    refused("RoleTooLow", waiting.wait_outside, library.at("assistant"), id)
    refused("NotWaiting", waiting.resume, li, id)
    refused("NotWaiting", waiting.chase, li, id)
    refused("ChasePast", waiting.wait_outside, li, id, "", date(2026, 11, 21))
    waiting.wait_for_reader(library.at("lead"), id)
    refused("RequestWaiting", waiting.wait_outside, li, id)
    refused("NotResponsible", waiting.resume, library.at("chen"), id)
    assert "extend" not in record(li, id).may


def test_it_may_be_handed_over_and_closed_meanwhile(library: Library) -> None:
    li, id = library.at("li"), library.log().id
    waiting.wait_outside(li, id)
    handovers.hand_over(li, id, to=library.id("chen"), reason="duty")
    handovers.accept(library.at("chen"), id)
    assert library.row(id)["waits"] == "outside"
    endings.close(library.at("chen"), id, Ending("done", "好"))
    row = library.row(id)
    assert {row[n] for n in ("waits", "waiting", "waits_since", "chase_at")} == {None}
