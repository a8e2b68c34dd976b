"""Whoever closes the shift, or stands in, ends it for others: what they hold is named first."""

from typing import Any

import pytest

from db import days
from deskapp import absences, completing, daily, leaving, requests, shifts
from deskapp.leaving import Leaving
from deskapp.requests import Question
from tests.library import Library, differs_from_ledger, local, stored
from tests.refusals import refused

EVENING = "2026-11-22 17:00"


def due(library: Library, who: str) -> list[str]:
    return [line.subject for line in leaving.due_before(library.at(who))]


def duty(library: Library, who: str) -> dict[str, Any]:
    """Somebody's row of the shift."""
    names = ("subject", "staff", "since", "until", "ended_by", "kept", "back")
    (row,) = [row for row in stored(library.desk)["duty"] if row[1] == library.id(who)]
    return dict(zip(names, row, strict=True))


@pytest.fixture
def hurried(library: Library) -> Library:
    """In the evening li and zheng are on duty; zheng has an entry to complete and two due today."""
    shifts.open_shift(library.at("li"))
    for who in ("zheng", "assistant"):
        library.clock.move(minutes=1)
        shifts.join(library.at(who))
    requests.log(library.at("zheng"), Question("找书", incomplete=True))
    library.log("zheng", "打印机卡纸", kind="directional")
    library.clock.put(EVENING)
    return library


def test_nobody_closes_over_what_others_hold(hurried: Library) -> None:
    library = hurried
    (held,) = leaving.held(library.at("li"))
    assert (held.name, held.incomplete) == ("郑浩", 1)
    assert [line.subject for line in held.due] == due(library, "zheng")
    refusal = refused("OthersUndecided", leaving.close, library.at("li"), Leaving())
    assert refusal.facts == {"names": "郑浩"}
    assert len(shifts.on_duty(library.desk)) == 3
    # they leave themselves
    (id,) = completing.waiting(library.at("zheng"))
    completing.complete(library.at("zheng"), id, Question("找书", kind="reference"))
    assert [(each.name, each.incomplete) for each in leaving.held(library.at("li"))] == [
        ("郑浩", 0)
    ]
    leaving.leave(library.at("zheng"), Leaving(kept=due(library, "zheng")))
    assert leaving.held(library.at("li")) == []
    assert leaving.close(library.at("li"), Leaving()).closed


def test_a_lead_closes_for_them_and_they_are_told(hurried: Library) -> None:
    library = hurried
    shifts.join(library.at("lead"))
    theirs = due(library, "zheng")
    assert len(theirs) == 2
    assert leaving.close(library.at("lead"), Leaving()).closed
    assert duty(library, "zheng")["ended_by"] == library.id("lead")
    assert duty(library, "zheng")["kept"] == 2
    shift = duty(library, "zheng")["subject"]
    with library.desk.reading() as connection:
        facts = days.course(connection, shift)
    left = {fact.says()["staff"]: fact.says() for fact in facts if fact.kind == "shift.left"}
    assert left[library.id("zheng")]["due"] == theirs
    assert left[library.id("li")]["due"] == []
    told = shifts.put_out(library.at("zheng"))
    assert told is not None
    assert (told.by, told.at, told.stood_in) == ("周强", local(EVENING), False)
    assert shifts.put_out(library.at("lead")) is None
    assert shifts.put_out(library.at("sun")) is None
    library.clock.put("2026-11-23 08:00")
    shifts.open_shift(library.at("zheng"))
    assert shifts.put_out(library.at("zheng")) is None
    assert differs_from_ledger(library.desk) == []


def test_standing_in_before_closing_time_is_for_a_lead(library: Library) -> None:
    shifts.open_shift(library.at("li"))
    library.clock.move(minutes=17)
    assert not shifts.standing(library.at("zheng")).replaceable
    refusal = refused("ShiftRuns", shifts.take_over, library.at("zheng"))
    assert refusal.facts == {"names": "李静"}
    assert shifts.standing(library.at("lead")).replaceable
    assert shifts.take_over(library.at("lead")).absent == ("李静",)
    told = shifts.put_out(library.at("li"))
    assert told is not None
    assert (told.by, told.stood_in) == ("周强", True)
    # the library has closed, and nobody has closed the shift
    library.clock.put("2026-11-22 21:59")
    assert not shifts.standing(library.at("zheng")).replaceable
    library.clock.put("2026-11-22 22:00")
    assert shifts.standing(library.at("zheng")).replaceable
    assert shifts.take_over(library.at("zheng")).absent == ("周强",)


def test_what_those_who_went_home_left_for_today(library: Library) -> None:
    """Seen by whoever is here, and taken by name; the owner's until then."""
    shifts.open_shift(library.at("li"))
    shifts.join(library.at("zheng"))
    today = library.log("li", "打印机卡纸", kind="directional").id
    library.log("li", "灯不亮", kind="fault")  # not due today
    library.clock.put("2026-11-22 14:00")
    zheng = library.at("zheng")
    assert absences.matters(zheng) == []
    refused("NotAbsent", absences.take, zheng, today)
    leaving.leave(library.at("li"), Leaving(kept=due(library, "li")))
    assert [line.subject for line in absences.matters(zheng)] == [today]
    assert absences.matters(library.at("li")) == []  # one's own
    day = daily.today(zheng)
    assert day.absent == 1
    assert day.next_due is not None
    assert (day.next_due.subject, day.away) == (today, "李静")
    assert library.row(today)["responsible"] == library.id("li")
    assert absences.take(zheng, today).by == "郑浩"
    assert library.row(today)["responsible"] == library.id("zheng")
    assert absences.matters(zheng) == []
    assert daily.today(zheng).away == ""


def test_who_comes_back_or_should_be_back_has_their_own(library: Library) -> None:
    shifts.open_shift(library.at("li"))
    shifts.join(library.at("zheng"))
    library.log("li", "打印机卡纸", kind="directional")
    leaving.leave(library.at("li"), Leaving(kept=due(library, "li")))
    assert len(absences.matters(library.at("zheng"))) == 1
    library.clock.move(hours=1)
    shifts.join(library.at("li"))
    assert absences.matters(library.at("zheng")) == []
    leaving.leave(library.at("li"), Leaving(kept=due(library, "li")))
    library.clock.put("2026-11-23 07:50")  # the day on which she is back
    assert len(absences.matters(library.at("zheng"))) == 1
    library.clock.put("2026-11-24 07:50")
    assert absences.matters(library.at("zheng")) == []
    library.clock.put("2026-11-23 07:55")
    assert leaving.leave(library.at("zheng"), Leaving()).closed
    assert len(absences.matters(library.at("zheng"))) == 1
    shifts.open_shift(library.at("li"))
    assert absences.matters(library.at("zheng")) == []


def test_a_shift_that_another_machine_left_open_is_closed_behind_this_one(
    library: Library,
) -> None:
    """Two machines under one code, or a desk restored, each opened one; then they heard of it."""
    zheng, li = library.at("zheng"), library.at("li")
    shifts.open_shift(zheng)
    library.clock.move(minutes=5)
    with li.act() as act:
        act.record("shift.opened", "shift:2F-other", {"by": library.id("li"), "rounds": []})
        act.record("shift.joined", "shift:2F-other", {"staff": library.id("li")})
    refused("NotOnDuty", leaving.close, zheng, Leaving())
    for who in (li, zheng):
        assert leaving.close(who, Leaving()).closed
    refused("ShiftNotOpen", leaving.close, zheng, Leaving())
