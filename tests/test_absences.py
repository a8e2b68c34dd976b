"""Whoever stands in sees the matters of the absent, and takes each by name."""

from dataclasses import replace

import pytest

from deskapp import absences, handovers, leaving, request_lists, requests, shifts, staff, undo
from deskapp.leaving import Leaving
from deskapp.requests import Question
from tests.library import PEOPLE, Library, differs_from_ledger, stored
from tests.refusals import refused


@pytest.fixture
def theirs(library: Library) -> list[str]:
    """On Sunday li and zheng went without closing, chen left as one should; on Monday the lead
    stood in. What li and zheng are responsible for, by due time.
    """
    shifts.open_shift(library.at("li"))
    for who in ("zheng", "chen"):
        shifts.join(library.at(who))
    fault = library.log("li", "灯不亮", kind="fault").id
    lost = library.log("zheng", "找不到书").id
    leaving.leave(library.at("chen"), Leaving(kept=due(library, "chen")))
    library.clock.put("2026-11-23 08:00")
    shifts.take_over(library.at("lead"))
    return [lost, fault]


def due(library: Library, who: str) -> list[str]:
    return [line.subject for line in leaving.due_before(library.at(who))]


def seen(library: Library, who: str = "lead") -> list[str]:
    return [line.subject for line in absences.matters(library.at(who))]


def test_they_are_seen_and_stay_theirs(library: Library, theirs: list[str]) -> None:
    assert seen(library) == theirs
    assert request_lists.RequestList(library.at("lead"), "absent").count() == 2
    assert {library.row(id)["responsible"] for id in theirs} == set(
        map(library.id, ("li", "zheng"))
    )


def test_each_is_taken_by_name_in_one_act(library: Library, theirs: list[str]) -> None:
    lead, first = library.at("lead"), library.row(theirs[0])
    taken = absences.take(lead, theirs[0])
    assert taken.by == "周强"
    row = library.row(theirs[0])
    assert (row["responsible"], row["confirmed"], row["offer"]) == (library.id("lead"), 1, None)
    assert (row["first_responder"], row["due_at"]) == (library.id("zheng"), first["due_at"])
    steps = request_lists.record(lead, theirs[0]).course[1:]
    assert [(s.kind, s.facts["by"]) for s in steps] == [("offered", "郑浩"), ("accepted", "周强")]
    assert steps[-1].facts["how"] == "stood_in"
    assert seen(library) == theirs[1:]
    refused("NotAbsent", absences.take, lead, theirs[0])
    assert undo.undo(lead).what == "accepted"
    assert library.row(theirs[0]) == first
    assert seen(library) == theirs
    assert differs_from_ledger(library.desk) == []


def test_who_may_not(library: Library, theirs: list[str]) -> None:
    refused("NotOnDuty", absences.take, library.at("sun"), theirs[0])
    shifts.join(library.at("assistant"))
    refused("RoleTooLow", absences.take, library.at("assistant"), theirs[0])
    shifts.join(library.at("technology"))
    others = library.log("sun", "找书").id
    refused("NotAbsent", absences.take, library.at("technology"), others)
    handovers.hand_over(library.at("lead"), theirs[1], to=library.id("sun"), reason="duty")
    assert seen(library) == theirs[:1]  # it waits for another's signature
    refused("OfferedAlready", absences.take, library.at("technology"), theirs[1])
    assert absences.take(library.at("technology"), theirs[0]).by == "马超"


def test_whoever_comes_back_has_their_own_again(library: Library, theirs: list[str]) -> None:
    shifts.join(library.at("zheng"))
    assert seen(library) == theirs[1:]
    refused("NotAbsent", absences.take, library.at("lead"), theirs[0])


def test_the_next_shift_sees_what_nobody_took(library: Library, theirs: list[str]) -> None:
    leaving.leave(library.at("lead"), Leaving(kept=due(library, "lead")))
    assert seen(library, "sun") == []  # no shift runs
    library.clock.put("2026-11-24 08:00")
    shifts.open_shift(library.at("sun"))
    assert seen(library, "sun") == theirs


def test_what_was_confided_stays_in_its_department(library: Library) -> None:
    shifts.open_shift(library.at("sun"))
    secret = library.log("sun", "想约阅读疗法", kind="bibliotherapy").id
    library.clock.put("2026-11-23 08:00")
    shifts.take_over(library.at("li"))
    (line,) = absences.matters(library.at("li"))
    assert (line.subject, line.question) == (secret, None)
    refused("ConfidentialStays", absences.take, library.at("li"), secret)
    entry = staff.Entry("2001", "钱多", departments=("reading",))
    colleague = staff.find(library.desk, staff.enter(library.at("admin"), entry).id)
    shifts.join(library.desk.signed_in(colleague))
    assert absences.take(library.desk.signed_in(colleague), secret).by == "钱多"


def test_a_post_is_not_stood_in_for(library: Library) -> None:
    entry = replace(PEOPLE["sun"], badge="1020", name="屠宁", posts=("therapy_librarian",))
    therapist = library.desk.signed_in(
        staff.find(library.desk, staff.enter(library.at("admin"), entry).id)
    )
    shifts.open_shift(therapist)
    id = requests.log(therapist, Question("想约阅读疗法", kind="bibliotherapy")).id
    library.clock.put("2026-11-23 10:00")
    shifts.take_over(library.at("sun"))
    assert seen(library, "sun") == [id]
    refused("PostMissing", absences.take, library.at("sun"), id)
    assert library.row(id)["responsible"] == therapist.whoever().id


def test_apart_from_the_absents_own_act_it_is_for_a_person(two_desks: Library) -> None:
    library = two_desks
    shifts.open_shift(library.at("li"))
    id = library.log("li", "灯不亮", kind="fault").id
    for code in ("2F", "3F"):
        library.exchange(code)
    library.clock.put("2026-11-23 08:00")
    shifts.take_over(library.at("lead"))
    absences.take(library.at("lead"), id)
    handovers.hand_over(library.at("li", "3F"), id, to=library.id("sun"), reason="duty")
    for code in ("2F", "3F", "2F"):
        library.exchange(code)
    assert stored(library.desks["2F"]) == stored(library.desks["3F"])
    assert stored(library.desks["2F"])["clash"] != []
