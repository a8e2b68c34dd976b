"""Shifts: who is on duty, what is handed over, who signs for it, and for whom one takes over."""

from datetime import date

from db.folding import facts_of
from db.shifts import unsigned
from db.store import driver
from deskapp import completing, handovers, leaving, requests, shifts
from deskapp.desk import Desk
from deskapp.leaving import Leaving
from deskapp.requests import Question
from tests.clashing import open_clashes
from tests.library import Library, differs_from_ledger, local, stored
from tests.refusals import refused

EVENING = "2026-11-22 17:20"
"""Due the same day at this desk means 17:30."""


def people(desk: Desk) -> list[tuple[int, str]]:
    return [(each.digit, each.name) for each in shifts.on_duty(desk)]


def on_shift(library: Library, *who: str) -> str:
    """A shift in which these came on duty, one after the other; its id."""
    first, *others = who
    opened = shifts.open_shift(library.at(first))
    for each in others:
        library.clock.move(minutes=1)
        shifts.join(library.at(each))
    return opened.id


def test_who_is_on_duty_carries_digits(library: Library) -> None:
    assert people(library.desk) == []
    assert shifts.in_charge(library.desk) is None
    on_shift(library, "li", "assistant", "zheng")
    assert people(library.desk) == [(1, "李静"), (0, "吴昊"), (2, "郑浩")]
    in_charge = shifts.in_charge(library.desk)
    assert in_charge is not None
    assert in_charge.name == "李静"
    leaving.leave(library.at("li"), Leaving())
    assert people(library.desk) == [(0, "吴昊"), (1, "郑浩")]
    in_charge = shifts.in_charge(library.desk)
    assert in_charge is not None
    assert in_charge.name == "郑浩"
    assert differs_from_ledger(library.desk) == []


def test_what_cannot_be(library: Library) -> None:
    refused("RoleTooLow", shifts.open_shift, library.at("assistant"))
    refused("ShiftNotOpen", shifts.join, library.at("li"))
    refused("ShiftNotOpen", shifts.note, library.at("li"), "手台5号充电")
    refused("ShiftNotOpen", shifts.take_over, library.at("li"))
    refused("ShiftNotOpen", leaving.leave, library.at("li"), Leaving())
    refused("CodeUnknown", shifts.open_shift, library.at("li"), ["cellar"])
    on_shift(library, "li")
    refused("ShiftOpenAlready", shifts.open_shift, library.at("zheng"))
    refused("OnDutyAlready", shifts.join, library.at("li"))
    refused("OnDutyAlready", shifts.take_over, library.at("li"))
    refused("RoleTooLow", shifts.join, library.at("volunteer"))
    refused("NotOnDuty", leaving.leave, library.at("zheng"), Leaving())
    refused("NothingToSign", shifts.sign, library.at("li"))
    refused("NoteMissing", shifts.note, library.at("li"), "  ")
    refused("VisitorsUnclear", leaving.leave, library.at("li"), Leaving(visitors="很多"))
    refused("CodeUnknown", leaving.leave, library.at("li"), Leaving(things=["gold"]))
    shifts.join(library.at("assistant"))
    refused("RoleTooLow", leaving.close, library.at("assistant"), Leaving())
    assert not leaving.leave(library.at("assistant"), Leaving()).closed


def test_only_what_is_due_before_one_is_back_is_asked_about(library: Library) -> None:
    library.clock.put("2026-11-22 09:00")
    on_shift(library, "li")
    now = library.log("li", "打印机卡纸", kind="directional").id
    later = library.log("li", "灯不亮", kind="fault").id
    row = library.row(now)
    assert row["due_at"] < library.row(later)["due_at"]
    library.clock.put(EVENING)
    li = library.at("li")
    due = [line.subject for line in leaving.due_before(li)]
    assert now in due
    undecided = refused("MattersUndecided", leaving.leave, li, Leaving())
    assert undecided.facts["count"] == len(due)
    # who is back later is asked about more
    days = leaving.next_days(li)
    assert days[0] == date(2026, 11, 23)
    assert later in [line.subject for line in leaving.due_before(li, days[-1])]
    # what is offered to somebody is not asked about; it stays ours until they accept
    handovers.hand_over(li, now, to=library.id("zheng"), reason="shift")
    rest = [line.subject for line in leaving.due_before(li)]
    assert now not in rest
    gone = leaving.leave(li, Leaving(kept=rest))
    assert (gone.kept, gone.closed) == (2, True)
    assert library.row(now)["responsible"] == library.id("li")


def test_what_was_logged_in_a_hurry_is_completed_first(library: Library) -> None:
    on_shift(library, "li", "assistant")
    id = requests.log(library.at("assistant"), Question("找书", incomplete=True)).id
    leaving.leave(library.at("assistant"), Leaving())  # it is the librarian's in charge
    kept = Leaving(kept=[id])
    assert refused("EntriesIncomplete", leaving.leave, library.at("li"), kept).facts["count"] == 1
    completing.complete(library.at("li"), id, Question("找书", kind="reference"))
    assert leaving.leave(library.at("li"), kept).closed


def test_the_next_sign_for_what_was_left(library: Library) -> None:
    first = on_shift(library, "li")
    shifts.note(library.at("li"), "五层打印机报修未到")
    library.clock.put(EVENING)
    left = Leaving(
        note="手台5号充电", things=["keys"], other="雨伞2把", faults="五层打印机", visitors="1203"
    )
    assert leaving.leave(library.at("li"), left).closed
    assert people(library.desk) == []
    library.clock.put("2026-11-23 07:50")
    seen = shifts.standing(library.at("zheng"))
    assert (seen.opened, seen.on_duty, seen.forgotten) == (None, False, False)
    (waits,) = seen.unsigned
    assert (waits.by, waits.things, waits.other) == ("李静", ("keys",), "雨伞2把")
    assert (waits.faults, waits.visitors, waits.at) == ("五层打印机", 1203, local(EVENING))
    assert [(n.by, n.words) for n in seen.notes] == [
        ("李静", "手台5号充电"),
        ("李静", "五层打印机报修未到"),
    ]
    opened = shifts.open_shift(library.at("zheng"), ["power"])
    assert opened.signed == 1
    assert shifts.standing(library.at("zheng")).unsigned == ()
    with library.desk.reading() as connection:
        assert open_clashes(connection) == []
    assert first != opened.id
    assert differs_from_ledger(library.desk) == []


def test_a_colleague_who_stays_signs(library: Library) -> None:
    on_shift(library, "li", "zheng")
    assert not leaving.leave(library.at("li"), Leaving(things=["radios"])).closed
    assert shifts.standing(library.at("li")).unsigned == ()  # one's own
    assert len(shifts.standing(library.at("zheng")).unsigned) == 1
    refused("NothingToSign", shifts.sign, library.at("li"))
    assert shifts.sign(library.at("zheng")).count == 1
    library.clock.move(minutes=1)
    shifts.join(library.at("li"))  # back from lunch
    assert people(library.desk) == [(1, "郑浩"), (2, "李静")]
    gone = leaving.close(library.at("zheng"), Leaving())  # for both
    assert gone.closed
    assert people(library.desk) == []


def test_a_night_is_no_forgotten_day(library: Library) -> None:
    library.clock.put("2026-11-22 20:00")
    on_shift(library, "li")
    library.clock.put("2026-11-23 01:00")
    assert not shifts.standing(library.at("zheng")).forgotten
    library.clock.put("2026-11-23 06:00")
    assert shifts.standing(library.at("zheng")).forgotten


def test_taking_over_for_those_who_went_without_closing(library: Library) -> None:
    old = on_shift(library, "li", "zheng")
    id = library.log("li").id
    library.clock.put("2026-11-22 21:30")
    assert not shifts.standing(library.at("lead")).forgotten
    library.clock.put("2026-11-23 08:00")
    assert shifts.standing(library.at("lead")).forgotten
    refused("RoleTooLow", shifts.take_over, library.at("assistant"))
    took = shifts.take_over(library.at("lead"))
    assert took.absent == ("李静", "郑浩")
    assert people(library.desk) == [(1, "周强")]
    assert library.row(id)["responsible"] == library.id("li")  # theirs, and never nobody's
    shift = stored(library.desk)["shift"]
    assert [row[-1] for row in shift if row[0] == old] == [1]
    assert differs_from_ledger(library.desk) == []


def test_a_student_assistant_logs_for_the_librarian_in_charge(library: Library) -> None:
    refused("FirstResponderMissing", requests.log, library.at("assistant"), Question("找不到书"))
    assert shifts.first_responder(library.at("assistant")) is None
    on_shift(library, "li", "assistant")
    assert shifts.first_responder(library.at("assistant")) == library.id("li")
    assert shifts.first_responder(library.at("zheng")) == library.id("zheng")
    id = requests.log(library.at("assistant"), Question("找不到书")).id
    row = library.row(id)
    assert (row["first_responder"], row["responsible"]) == (library.id("li"), library.id("li"))


def test_two_people_who_sign_apart_clash(two_desks: Library) -> None:
    """The shift is the first desk's; a clone of it signs too, and only one was given the keys."""
    library = two_desks
    on_shift(library, "li")
    leaving.leave(library.at("li"), Leaving(things=["keys"]))
    library.exchange("2F")
    library.exchange("3F")
    (waits,) = shifts.standing(library.at("zheng")).unsigned
    with library.desk.reading() as connection:
        subject = unsigned(connection, "2F")[0].subject
    for code, who in (("2F", "zheng"), ("3F", "chen")):
        desk = library.at(who, code)
        said = {"by": library.id(who), "signed": [waits.id], "absent": None}
        with desk.act() as act:
            act.record("shift.taken_over", subject, said)
    for code in ("2F", "3F", "2F"):
        library.exchange(code)
    for code in ("2F", "3F"):
        with library.desks[code].reading() as connection:
            assert [clash[0] for clash in open_clashes(connection)] == [subject]
    assert (
        stored(library.desks["2F"])["shift_handover"]
        == stored(library.desks["3F"])["shift_handover"]
    )


def test_words_of_a_shift_are_private(library: Library) -> None:
    shift = on_shift(library, "li")
    shifts.note(library.at("li"), "张老师的包")
    with library.desk.reading() as connection:
        facts = facts_of(driver(connection), [shift])[shift]
    assert all("张老师" not in fact.data for fact in facts)
    assert [fact.person for fact in facts if fact.private] == [shift]
