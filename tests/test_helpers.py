"""Volunteers: shifts planned, in and out by card, absent or excused, hours that add up."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from db.clock import stamp
from db.helpers import Stint
from deskapp import clashes, erasures, helper_hours, helpers, undo
from deskapp.desk import Desk
from deskapp.helper_entries import Volunteers
from deskapp.helpers import Shift, State, term_of
from deskapp.language import LANGUAGES, Language
from screens.clash_words import kind_words, outcome_lines, side_words
from tests.gatherings import DAY, gather
from tests.library import Library, differs_from_ledger, local
from tests.refusals import refused
from tests.shelf import bytes_of

RULES = Volunteers()


def shift(begin: str = "14:00", until: str = "16:00") -> Shift:
    return Shift(local(f"{DAY} {begin}"), local(f"{DAY} {until}"), "", "引导")


@pytest.fixture
def event(library: Library) -> str:
    return gather(library, "14:00-16:00")


@pytest.fixture
def li(library: Library) -> Desk:
    return library.at("li")


def planned(library: Library, event: str, number: str = "2023101234") -> str:
    return helpers.plan(library.at("li"), event, library.reader(number), shift()).id


def scan(library: Library, event: str, at: str, code: str = "A1B2C3") -> helpers.Signed:
    library.clock.put(f"{DAY} {at}")
    return helpers.sign_card(library.at("assistant"), event, code, scanned=True)


def test_a_card_signs_in_and_out_and_the_hours_are_certified(
    library: Library, li: Desk, event: str
) -> None:
    id = planned(library, event)
    assert helpers.duty(li, id).shift.place == "lecture"
    assert helpers.duty(li, id).state is State.TO_COME
    came = scan(library, event, "14:10")
    assert (came.way, came.state, came.minutes) == ("in", State.THERE, 0)
    assert refused("SignedJustNow", scan, library, event, "14:12").facts["name"] == "单*强"
    left = scan(library, event, "16:20")
    assert (left.way, left.state, left.minutes) == ("out", State.DONE, 108)  # 110, to six
    assert differs_from_ledger(li) == []
    assert refused("NoShiftToday", scan, library, event, "16:40").facts["name"] == "单*强"
    refused("NoShiftToday", scan, library, event, "14:00", "0099887766")
    refused("PatronUnknown", scan, library, event, "14:00", "77777777")


@pytest.mark.parametrize(
    ("came", "left", "state", "minutes"),
    [
        ("14:15", "15:45", State.DONE, 90),
        ("14:16", "16:00", State.ABSENT_LATE, 0),
        ("14:00", "15:44", State.ABSENT_EARLY, 0),
        ("13:00", "17:00", State.DONE, 120),
        ("14:00", None, State.OPEN, 0),
        (None, None, State.ABSENT, 0),
    ],
)
def test_absent_is_who_is_late_or_early_by_more_than_the_grace(
    library: Library, li: Desk, event: str, came: str, left: str, state: State, minutes: int
) -> None:
    id = planned(library, event)
    for at in filter(None, (came, left)):
        scan(library, event, at)
    library.clock.put(f"{DAY} 18:00")
    duty = helpers.duty(li, id)
    assert (duty.state, duty.minutes) == (state, minutes)
    if state in helper_hours.ABSENCES and came:
        excused = helpers.excuse(library.at("lead"), id, "公交晚点")
        assert (excused.state, excused.excused, excused.by) == (State.DONE, True, "周强")
        assert excused.minutes > 0


def test_leave_a_day_before_is_leave_and_later_a_lead_decides(
    library: Library, li: Desk, event: str
) -> None:
    early, late = planned(library, event), planned(library, event, "2023101235")
    library.clock.put("2026-11-23 14:00")
    assert helpers.ask_leave(li, early, "考试").in_time
    library.clock.put("2026-11-23 14:01")
    assert not helpers.ask_leave(li, late, "考试").in_time
    refused("LeaveAsked", helpers.ask_leave, li, late)
    assert helpers.duty(li, late).state is State.LEAVE_LATE
    library.clock.put(f"{DAY} 15:00")
    assert [each.state for each in helpers.of_event(li, event)] == [State.LEAVE, State.ABSENT]
    refused("RoleTooLow", helpers.excuse, li, late, "准")
    refused("ReasonMissing", helpers.excuse, library.at("lead"), late, " ")
    assert helpers.excuse(library.at("lead"), late, "准").state is State.LEAVE
    refused("ShiftNotMissed", helpers.excuse, library.at("lead"), early, "准")
    assert helpers.duty(library.at("assistant"), late).why == ""


def test_a_forgotten_sign_out_is_completed_and_marked(
    library: Library, li: Desk, event: str
) -> None:
    id = planned(library, event)
    refused("NotSignedIn", helpers.complete, li, id, local(f"{DAY} 16:00"), "忘记")
    scan(library, event, "13:58")
    library.clock.put(f"{DAY} 17:00")
    refused("ShiftTimesWrong", helpers.complete, li, id, local(f"{DAY} 17:01"), "忘记")
    refused("ShiftTimesWrong", helpers.complete, li, id, local(f"{DAY} 13:00"), "忘记")
    refused("ReasonMissing", helpers.complete, li, id, local(f"{DAY} 16:00"), "")
    done = helpers.complete(li, id, local(f"{DAY} 16:00"), "忘记刷卡")
    assert (done.completed, done.by, done.why, done.minutes) == (True, "李静", "忘记刷卡", 120)
    assert undo.undo(li).what == "helper.completed"
    assert helpers.duty(li, id).state is State.OPEN


def test_what_was_planned_is_undone_unless_somebody_went_on(
    library: Library, li: Desk, event: str
) -> None:
    id = planned(library, event)
    assert undo.undo(li).name == "单*强"
    refused("ShiftUnknown", helpers.duty, li, id)
    id = planned(library, event)
    library.clock.put(f"{DAY} 13:55")
    helpers.change(li, id, shift("14:00", "15:00"))
    undo.undo(li)
    assert helpers.duty(li, id).shift.until == local(f"{DAY} 16:00")
    again = helpers.change(li, id, shift("14:00", "15:00")).id
    scan(library, event, "14:00")
    refused("ActFollowed", undo.undo, li)
    assert undo.undo(library.at("assistant")).what == "helper.came"
    assert helpers.duty(li, again).came is None
    assert differs_from_ledger(li) == []


def test_a_shift_is_changed_dropped_and_nobody_is_in_two_places(
    library: Library, li: Desk, event: str
) -> None:
    id, reader = planned(library, event), library.reader("2023101234")
    other = gather(library, "15:00-17:00")
    refused("ShiftOverlaps", helpers.plan, li, other, reader, shift("15:30", "17:00"))
    refused("ShiftTimesWrong", helpers.plan, li, other, reader, shift("16:00", "16:00"))
    refused("EventUnknown", helpers.plan, li, "event:none", reader, shift())
    helpers.change(li, id, shift("14:30", "15:30"))
    second = helpers.plan(li, other, reader, shift("15:30", "17:00")).id
    assert [each.event for each in helpers.of_reader(li, reader)] == [other, event]
    helpers.drop(li, id)
    refused("ShiftUnknown", helpers.drop, li, id)
    assert helpers.of_event(li, event) == []
    scan(library, other, "15:30")
    refused("ShiftBegun", helpers.drop, li, second)
    refused("RoleTooLow", helpers.drop, library.at("assistant"), second)


def test_erasing_a_volunteer_takes_name_and_reasons_along(
    library: Library, li: Desk, event: str
) -> None:
    id = planned(library, event)
    helpers.ask_leave(li, id, "家中有事请假回乡")
    erasures.erase_reader(library.at("lead"), library.reader("2023101234"))
    (duty,) = helpers.of_event(li, event)
    assert duty.reader is not None
    assert (duty.reader.name, duty.reader.number, duty.why) == ("", "", "")
    assert differs_from_ledger(li) == []
    for path in li.ledger.store.path.parent.glob("desk.db*"):
        assert "家中有事请假回乡".encode() not in bytes_of(path)


def test_two_desks_that_scan_one_volunteer_agree(two_desks: Library) -> None:
    event = gather(two_desks, "14:00-16:00")
    reader = two_desks.reader("2023101234")
    id = helpers.plan(two_desks.at("li"), event, reader, shift()).id
    two_desks.exchange("2F"), two_desks.exchange("3F")
    for code, at in (("3F", "14:05"), ("2F", "14:02")):
        two_desks.clock.put(f"{DAY} {at}")
        helpers.sign(two_desks.at("assistant", code), event, reader)
    for code in ("2F", "3F", "2F"):
        two_desks.exchange(code)
    for code in ("2F", "3F"):
        assert helpers.duty(two_desks.at("li", code), id).came == local(f"{DAY} 14:02")


def test_two_desks_that_plan_one_volunteer_twice_clash_in_words(two_desks: Library) -> None:
    event = gather(two_desks, "14:00-16:00")
    two_desks.exchange("2F")
    two_desks.exchange("3F")
    reader = two_desks.reader("2023101234")
    for code, end in (("2F", "16:00"), ("3F", "15:00")):
        helpers.plan(two_desks.at("li", code), event, reader, shift("14:00", end))
    for code in ("2F", "3F", "2F"):
        two_desks.exchange(code)
    lead = two_desks.at("lead")
    (line,) = clashes.ClashList(lead).after(None, 9)
    assert line.name == "单*强"
    clash = clashes.clash(lead, line.pair)
    for t in map(Language, LANGUAGES):
        for side in clash.sides:
            said = side_words(t, lead, clash, side)
            assert kind_words(t, side.kind) in said
            assert "14:00" in said
            assert "role." not in said
        for outcome in clash.outcomes:
            assert list(outcome_lines(t, lead, outcome)) is not None
    clashes.settle(lead, line.pair, clash.sides[0].id)
    assert len(helpers.of_event(lead, event)) == 1


def test_terms_follow_each_other(li: Desk) -> None:
    term = term_of(li, local("2027-01-05 10:00").date())
    assert (term.code, str(term.first), str(term.last)) == (
        "2026-autumn", "2026-08-20", "2027-02-14",
    )  # fmt: skip
    assert helpers.term_named(li, "2027-spring").first.month == 2
    refused("TermUnknown", helpers.term_named, li, "2027-winter")


times = some.integers(0, 600)


@given(some.lists(some.tuples(times, times, times, times), max_size=6))
def test_hours_add_up(told: list[tuple[int, int, int, int]]) -> None:
    """Never more than the person was there, never a minute twice, never outside a shift."""
    start = local("2026-11-24 08:00")

    def at(minutes: int) -> str:
        return stamp(start + timedelta(minutes=minutes))

    rows = [
        Stint(
            subject="s", id=str(n), event=str(n % 2), patron="r", role="", place="", grace=15,
            begins=at(min(a, b)), until=at(max(a, b)), planned_at="",
            in_at=at(min(c, d)), left_at=at(max(c, d)),
        )
        for n, (a, b, c, d) in enumerate(told)
    ]  # fmt: skip
    now = start + timedelta(days=1)
    exact = Volunteers(unit_minutes=1)
    minutes = helper_hours.certified(rows, exact, now)
    covered = {
        minute
        for a, b, c, d in told
        for minute in range(max(min(a, b), min(c, d)), min(max(a, b), max(c, d)))
    }
    assert sum(minutes.values()) <= len(covered)
    assert all(minutes[each.id] > 0 for each in rows if each.id in minutes)
    each = [helper_hours.certified([row], exact, now) for row in rows]
    assert all(minutes.get(r.id, 0) <= one.get(r.id, 0) for r, one in zip(rows, each, strict=True))
    assert helper_hours.certified(rows[::-1], exact, now) == minutes
    rounded = helper_hours.certified(rows, RULES, now)
    assert all(abs(rounded[id] - minutes[id]) <= RULES.unit_minutes / 2 for id in rounded)
