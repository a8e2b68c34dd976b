"""Due times worked out by hand, through the rules of requests.

2026: Spring Festival rests 15 to 23 February and works on Saturdays 14 and 28 February; National
Day rests 1 to 7 October and works on Sunday 20 September and Saturday 10 October. Offices: 08:00 to
12:00 and 13:30 to 17:30; the desk: to 22:00, at weekends to 17:30.
"""

from datetime import datetime

import pytest

from db.clock import moment
from deskapp import endings, extensions, handovers, requests, stages, waiting
from deskapp.endings import Ending
from deskapp.request_lists import record
from tests.library import Library, local

LOGGED = (
    # a fault: one workday of the technicians
    ("fault", "2026-02-12 10:00", "2026-02-13 17:30"),
    ("fault", "2026-02-13 10:00", "2026-02-14 17:30"),  # the Saturday is worked
    ("fault", "2026-02-14 17:00", "2026-02-24 17:30"),
    ("fault", "2026-02-18 10:00", "2026-02-24 17:30"),  # asked on a holiday
    ("fault", "2026-02-27 23:59", "2026-02-28 17:30"),  # to midnight it is still Friday's
    ("fault", "2026-02-28 00:01", "2026-03-02 17:30"),
    ("fault", "2026-09-18 10:00", "2026-09-20 17:30"),  # so is the Sunday
    ("fault", "2026-09-30 16:00", "2026-10-08 17:30"),
    ("fault", "2026-10-09 10:00", "2026-10-10 17:30"),
    ("fault", "2026-10-10 10:00", "2026-10-12 17:30"),
    # a delivery: two
    ("delivery", "2026-02-12 10:00", "2026-02-14 17:30"),
    ("delivery", "2026-02-13 10:00", "2026-02-24 17:30"),
    ("delivery", "2026-09-30 10:00", "2026-10-09 17:30"),
    # a suggestion that several must answer: three; a complaint: five
    ("space_suggestion", "2026-02-13 10:00", "2026-02-25 17:30"),
    ("complaint", "2026-02-13 09:00", "2026-02-27 17:30"),
    ("complaint", "2026-09-30 09:00", "2026-10-13 17:30"),
    # a question at the desk, which knows no holidays: the same day
    ("consultation", "2026-10-01 20:00", "2026-10-01 22:00"),
    ("consultation", "2026-10-02 23:30", "2026-10-03 17:30"),
    ("consultation", "2026-10-03 18:00", "2026-10-04 17:30"),
    ("consultation", "2026-02-17 09:00", "2026-02-17 22:00"),
)


def due(library: Library, id: str) -> datetime:
    return moment(library.row(id)["due_at"]).astimezone(library.desk.zone)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory, founded: Library) -> Library:
    return founded.copy(tmp_path_factory.mktemp("due"))


@pytest.mark.parametrize(("kind", "asked", "until"), LOGGED)
def test_when_it_is_due(empty: Library, kind: str, asked: str, until: str) -> None:
    empty.clock.put(asked)
    logged = empty.log(kind=kind)
    assert (due(empty, logged.id), logged.due_known) == (local(until), True)


@pytest.mark.parametrize(
    ("asked", "moved"),
    [
        ("2026-02-13 10:00", "2026-02-24 17:30"),  # due on 14 February
        ("2026-02-14 10:00", "2026-02-25 17:30"),
        ("2026-09-29 10:00", "2026-10-08 17:30"),
        ("2026-10-08 10:00", "2026-10-10 17:30"),
    ],
)
def test_a_workday_more(empty: Library, asked: str, moved: str) -> None:
    empty.clock.put(asked)
    id = empty.log(kind="fault").id
    assert extensions.extend(empty.at("li"), id, "parts").due == local(moved)


@pytest.mark.parametrize(
    ("paused", "resumed", "until"),
    [
        ("2026-02-14 16:30", "2026-02-24 09:00", "2026-02-24 10:00"),  # an hour was left
        ("2026-02-14 16:30", "2026-02-20 12:00", "2026-02-24 09:00"),
        ("2026-02-14 11:00", "2026-02-14 15:30", "2026-02-24 11:00"),  # 5 h: 2 h now, 3 h then
        ("2026-02-13 17:30", "2026-02-28 08:00", "2026-02-28 17:30"),  # a whole day
    ],
)
def test_what_a_pause_gives_back(empty: Library, paused: str, resumed: str, until: str) -> None:
    empty.clock.put("2026-02-13 10:00")
    id = empty.log(kind="fault").id
    empty.clock.put(paused)
    waiting.wait_for_reader(empty.at("li"), id)
    empty.clock.put(resumed)
    assert waiting.resume(empty.at("li"), id).due == local(until)


def test_complex_several_opened_again_and_told(empty: Library) -> None:
    lead = empty.at("lead")
    empty.clock.put("2026-02-13 09:00")
    id = empty.log("lead", kind="complaint", contact="8805").id
    assert extensions.find_complex(lead, id, "涉及多人").due == local("2026-03-05 17:30")
    fault = empty.log("lead", kind="fault").id
    assert extensions.join(lead, fault, "office").due == local("2026-02-25 17:30")
    empty.clock.put("2026-02-14 12:30")
    endings.close(lead, id, Ending("done", "已答复"))
    assert record(lead, id).tell_by == local("2026-02-24 17:30")
    again = endings.reopen(lead, id, "不满意").due
    assert again == local("2026-03-06 17:30")  # still complex: ten days behind the 14th


def test_stages_and_dates_to_ask_again(empty: Library) -> None:
    li = empty.at("li")
    empty.clock.put("2026-09-30 10:00")
    id = empty.log(kind="purchase").id
    assert due(empty, id) == local("2026-10-09 17:30")
    assert stages.go_on(li, id).until == local("2026-10-13 08:00")  # 8, 9, 10, 12, 13 October
    empty.clock.put("2026-10-09 11:00")
    assert stages.go_on(li, id).until == local("2026-10-10 17:30")


def test_a_handover_waits_in_the_takers_working_time(empty: Library) -> None:
    li = empty.at("li")
    empty.clock.put("2026-02-14 16:30")  # an hour of it today, three on the 24th
    id = empty.log().id
    offered = handovers.hand_over(li, id, department="information", reason="duty")
    assert offered.until == local("2026-02-24 11:00")


def test_a_year_that_is_not_published_is_a_guess_and_says_so(empty: Library) -> None:
    empty.clock.put("2027-03-05 10:00")  # a Friday
    logged = empty.log(kind="fault")
    assert (logged.due, logged.due_known) == (local("2027-03-08 17:30"), False)
    assert requests.log(empty.at("li"), requests.Question("几点闭馆")).due_known  # shifts know
    assert extensions.extend(empty.at("li"), logged.id, "parts").due == local("2027-03-09 17:30")
