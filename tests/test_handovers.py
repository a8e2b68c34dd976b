"""Handing requests over: nothing moves until accepted, and what is not accepted comes back."""

from functools import partial

import pytest

from db.store import driver
from deskapp import endings, handovers, requests, staff
from deskapp.desk import Operator, Role
from deskapp.endings import Ending
from deskapp.request_lists import record
from deskapp.requests import Question
from deskapp.staff import Entry
from tests.clashing import open_clashes
from tests.library import PIN, Library, differs_from_ledger, local, outcome_of
from tests.refusals import refused

DONE = Ending("done", "已更换插座")


def owner(library: Library, id: str) -> tuple[str, str]:
    row = library.row(id)
    return row["first_responder"], row["responsible"]


def test_an_offer_moves_nothing_until_accepted(library: Library) -> None:
    id = library.log().id
    offered = handovers.hand_over(library.at("li"), id, to=library.id("chen"), reason="expertise")
    assert (offered.to, offered.until) == ("陈莉", local("2026-11-23 12:00"))
    assert owner(library, id) == (library.id("li"), library.id("li"))
    assert library.row(id)["department"] == "reader_services"
    refused("NotResponsible", endings.close, library.at("chen"), id, DONE)
    assert handovers.accept(library.at("chen"), id).by == "陈莉"
    assert owner(library, id) == (library.id("li"), library.id("chen"))
    row = library.row(id)
    assert (row["department"], row["offer"], row["confirmed"]) == ("information", None, 1)
    refused("NotResponsible", endings.close, library.at("li"), id, DONE)
    endings.close(library.at("chen"), id, DONE)


def test_the_time_limit_runs_in_the_working_time_of_the_taker(library: Library) -> None:
    id = library.log().id
    here = handovers.hand_over(library.at("li"), id, to=library.id("zheng"), reason="shift")
    assert here.until == local("2026-11-22 14:00")
    handovers.take_back(library.at("li"), id)
    office = handovers.hand_over(
        library.at("li"), id, to=library.id("zheng"), department="information", reason="shift"
    )
    assert office.until == local("2026-11-23 12:00")


def test_whoever_of_a_department_signs_first(library: Library) -> None:
    id = library.log().id
    offered = handovers.hand_over(library.at("li"), id, department="information", reason="duty")
    assert offered.to == "information"
    refused("NotOfferedToYou", handovers.accept, library.at("technology"), id)
    refused("NotOfferedToYou", handovers.accept, library.at("lead"), id)
    handovers.accept(library.at("zheng"), id)
    refused("NotOffered", handovers.accept, library.at("chen"), id)
    assert library.row(id)["responsible"] == library.id("zheng")


def test_nobody_accepts_their_own_offer(library: Library) -> None:
    id = library.log("li").id
    handovers.hand_over(library.at("li"), id, department="reader_services", reason="load")
    refused("NotOfferedToYou", handovers.accept, library.at("li"), id)
    handovers.accept(library.at("zheng"), id)
    zheng, mine = library.at("zheng"), library.id("zheng")
    refused("OfferToOneself", handovers.hand_over, zheng, id, to=mine, reason="duty")


def test_what_cannot_be_handed_over(library: Library) -> None:
    li, chen = library.at("li"), library.id("chen")
    id = library.log().id
    hand_over = handovers.hand_over
    refused("RequestUnknown", hand_over, li, "request:none", to=chen, reason="duty")
    refused("CodeUnknown", hand_over, li, id, to=chen, reason="boredom")
    refused("CodeUnknown", hand_over, li, id, department="cellar", reason="duty")
    refused("TakerMissing", hand_over, li, id, reason="duty")
    refused("StaffUnknown", hand_over, li, id, to="staff:none", reason="duty")
    refused("RoleTooLow", hand_over, li, id, to=library.id("assistant"), reason="duty")
    refused("NotResponsible", hand_over, library.at("chen"), id, to=chen, reason="duty")
    hand_over(li, id, to=chen, reason="duty")
    refused("OfferedAlready", hand_over, li, id, to=library.id("zheng"), reason="duty")
    handovers.take_back(li, id)
    endings.close(li, id, DONE)
    refused("RequestClosed", hand_over, li, id, to=chen, reason="duty")


def test_a_lead_may_act_for_whoever_is_responsible(library: Library) -> None:
    id = library.log("li").id
    handovers.hand_over(library.at("lead"), id, to=library.id("chen"), reason="absence")
    assert library.row(id)["offer_by"] == library.id("li")
    assert library.row(id)["responsible"] == library.id("li")
    handovers.take_back(library.at("head"), id)
    endings.close(library.at("lead"), id, DONE)
    assert library.row(id)["closed_by"] == library.id("lead")


def test_somebody_without_a_department_takes_it_as_it_is(library: Library) -> None:
    id = library.log("li").id
    handovers.hand_over(library.at("li"), id, to=library.id("nowhere"), reason="wish")
    handovers.accept(library.at("nowhere"), id)
    row = library.row(id)
    assert (row["responsible"], row["department"]) == (library.id("nowhere"), "reader_services")


@pytest.mark.parametrize("how", ["sent_back", "taken_back", "lapsed"])
def test_an_offer_comes_back(library: Library, how: str) -> None:
    id = library.log().id
    handovers.hand_over(library.at("li"), id, to=library.id("chen"), reason="duty", note="请看")
    if how == "sent_back":
        refused("NotOfferedToYou", handovers.send_back, library.at("technology"), id, "x")
        refused("ReasonMissing", handovers.send_back, library.at("chen"), id, " ")
        back = handovers.send_back(library.at("chen"), id, "非本部职责")
    elif how == "taken_back":
        refused("NotResponsible", handovers.take_back, library.at("chen"), id)
        back = handovers.take_back(library.at("li"), id)
    else:
        library.clock.put("2026-11-23 12:00")
        (back,) = handovers.lapse(library.desk)
    assert (back.id, back.number, back.how) == (id, "0001", how)
    row = library.row(id)
    assert (row["offer"], row["offer_to"], row["offer_until"], row["back"]) == (None,) * 3 + (how,)
    assert owner(library, id) == (library.id("li"), library.id("li"))
    refused("NotOffered", handovers.accept, library.at("chen"), id)
    refused("NotOffered", handovers.send_back, library.at("chen"), id, "x")
    refused("NotOffered", handovers.take_back, library.at("li"), id)
    handovers.hand_over(library.at("li"), id, to=library.id("chen"), reason="duty")
    assert library.row(id)["back"] is None


def test_a_lapse_is_nobodys_act_and_the_giver_is_told(library: Library) -> None:
    id = library.log().id
    handovers.hand_over(library.at("li"), id, to=library.id("chen"), reason="duty")
    library.clock.put("2026-11-23 11:59")
    assert handovers.lapse(library.desk) == []
    library.clock.put("2026-11-23 12:00")
    assert [each.id for each in handovers.lapse(library.desk)] == [id]
    assert handovers.lapse(library.desk) == []
    seen = record(library.at("li"), id)
    assert (seen.back, seen.responsible, seen.course[-1].kind) == ("lapsed", "李静", "lapsed")
    assert seen.course[-1].actor == ""


def test_face_to_face_with_the_takers_pin(library: Library, quick_pins: None) -> None:
    staff.set_pin(library.at("admin"), library.id("chen"), PIN)
    staff.set_pin(library.at("admin"), library.id("technology"), PIN)
    id = library.log().id
    li = library.at("li")
    refused("NotOffered", handovers.accept_face_to_face, li, id, "1006", PIN)
    handovers.hand_over(li, id, to=library.id("chen"), reason="duty")
    refused("SignInWrong", handovers.accept_face_to_face, li, id, "1006", "135791")
    refused("NotOfferedToYou", handovers.accept_face_to_face, li, id, "1008", PIN)
    assert owner(library, id)[1] == library.id("li")
    handovers.accept_face_to_face(li, id, "1006", PIN)
    assert owner(library, id)[1] == library.id("chen")
    course = record(library.at("chen"), id).course
    assert (course[-1].facts["how"], course[-1].facts["by"]) == ("face", "陈莉")


def test_accepted_by_telephone_and_confirmed_later(library: Library) -> None:
    id = library.log().id
    li, chen = library.at("li"), library.at("chen")
    refused("NotOffered", handovers.accept_by_phone, li, id, library.id("chen"))
    handovers.hand_over(li, id, to=library.id("chen"), reason="duty")
    refused("NotResponsible", handovers.accept_by_phone, chen, id, library.id("chen"))
    refused("NotOfferedToYou", handovers.accept_by_phone, li, id, library.id("sun"))
    refused("StaffUnknown", handovers.accept_by_phone, li, id, "staff:none")
    handovers.accept_by_phone(li, id, library.id("chen"))
    row = library.row(id)
    assert (row["responsible"], row["confirmed"]) == (library.id("chen"), 0)
    refused("NotResponsible", handovers.confirm, li, id)
    handovers.confirm(chen, id)
    assert library.row(id)["confirmed"] == 1
    refused("NothingToConfirm", handovers.confirm, chen, id)
    endings.close(chen, id, DONE)
    refused("RequestClosed", handovers.confirm, chen, id)


# who may take it, and who may sign


@pytest.fixture
def namesakes(library: Library) -> dict[str, str]:
    """Two more of the staff have the name of somebody who is there; their ids."""
    entries = (
        Entry("1016", "李静", Role.LIBRARIAN, ("reader_services",)),
        Entry("1017", "陈莉", Role.LIBRARIAN, ("information",)),
    )
    entered = staff.enter_all(library.at("admin"), entries)
    return {"li": entered[0].id, "chen": entered[1].id}


def ids(found: list[Operator]) -> set[str]:
    return {each.id for each in found}


def test_a_namesake_is_somebody_else(library: Library, namesakes: dict[str, str]) -> None:
    li, id = library.at("li"), library.log("li").id
    takers = ids(handovers.takers(li, id))
    assert namesakes["li"] in takers
    assert library.id("li") not in takers
    assert handovers.signers(li, id) == []
    handovers.hand_over(li, id, to=library.id("chen"), reason="duty")
    (chen,) = handovers.signers(li, id)
    assert (chen.id, chen.badge, chen.name) == (library.id("chen"), "1006", "陈莉")
    assert chen.departments == ("information",)
    refused("NotOfferedToYou", handovers.accept_by_phone, li, id, namesakes["chen"])
    seen = record(li, id)
    assert (seen.offered_to, seen.offered_to_id) == ("陈莉", library.id("chen"))
    handovers.accept_by_phone(li, id, library.id("chen"))
    seen = record(li, id)
    assert (seen.responsible_id, seen.first_responder_id) == (library.id("chen"), library.id("li"))
    assert seen.offered_to_id is None


@pytest.mark.parametrize("kind", ["consultation", "bibliotherapy"])
def test_those_may_take_whom_it_can_be_handed_to(
    library: Library, namesakes: dict[str, str], kind: str
) -> None:
    li, id = library.at("li"), library.log("li", kind=kind).id
    everybody = [each.id for each in staff.everybody(li)]
    takers = ids(handovers.takers(li, id))
    taken = set()
    for to in everybody:
        act = partial(handovers.hand_over, li, id, to=to, reason="duty")
        if outcome_of(act) is None:
            taken.add(to)
            assert handovers.takers(li, id) == []
            handovers.take_back(li, id)
    assert takers == taken
    assert 0 < len(taken) < len(everybody)
    departments = handovers.departments(li, id)
    assert departments == [code for code in li.profile.departments if code in departments]
    for code in li.profile.departments:
        act = partial(handovers.hand_over, li, id, department=code, reason="duty")
        assert (outcome_of(act) is None) == (code in departments)
        if code in departments:
            handovers.take_back(li, id)
    endings.close(li, id, DONE)
    assert handovers.takers(li, id) == []
    refused("RequestUnknown", handovers.takers, li, "request:none")


@pytest.mark.parametrize("to", ["chen", None])
def test_those_may_sign_who_can_accept(
    library: Library, namesakes: dict[str, str], to: str | None
) -> None:
    li = library.at("zheng")  # of the department itself: the giver does not sign

    def offered() -> str:
        id = library.log("zheng").id
        taker = library.id(to) if to else None
        handovers.hand_over(li, id, to=taker, department="information", reason="duty")
        return id

    id = offered()
    signers = ids(handovers.signers(li, id))
    signed = set()
    for each in staff.everybody(li):
        if outcome_of(partial(handovers.accept, library.desk.signed_in(each), id)) is None:
            signed.add(each.id)
            assert handovers.signers(li, id) == []
            id = offered()
    assert signers == signed
    assert signers == (
        {library.id("chen")} if to else {library.id("chen"), library.id("head"), namesakes["chen"]}
    )
    endings.close(li, id, DONE)
    assert handovers.signers(li, id) == []
    refused("RequestUnknown", handovers.signers, li, "request:none")


def test_an_assistant_of_the_department_does_not_sign_face_to_face(
    library: Library, quick_pins: None
) -> None:
    staff.set_pin(library.at("admin"), library.id("assistant"), PIN)
    id = library.log("li").id
    handovers.hand_over(library.at("li"), id, department="reader_services", reason="load")
    assert library.id("assistant") not in ids(handovers.signers(library.at("li"), id))
    sign = handovers.accept_face_to_face
    refused("RoleTooLow", sign, library.at("li"), id, "1014", PIN)
    assert owner(library, id)[1] == library.id("li")


# across desks


def test_only_the_desk_of_the_giver_writes_the_return(two_desks: Library) -> None:
    id = two_desks.log().id
    handovers.hand_over(two_desks.at("li"), id, to=two_desks.id("chen"), reason="duty")
    two_desks.exchange("2F")
    two_desks.exchange("3F")
    two_desks.clock.put("2026-11-25 12:00")
    assert handovers.lapse(two_desks.desks["3F"]) == []
    assert [each.id for each in handovers.lapse(two_desks.desks["2F"])] == [id]


@pytest.mark.parametrize("first", ["2F", "3F"])
def test_an_acceptance_that_crosses_the_return_holds_everywhere(
    two_desks: Library, first: str
) -> None:
    id = two_desks.log().id
    handovers.hand_over(two_desks.at("li"), id, to=two_desks.id("chen"), reason="duty")
    two_desks.exchange("2F")
    two_desks.exchange("3F")
    two_desks.clock.put("2026-11-23 11:50")
    handovers.accept(two_desks.at("chen", "3F"), id)
    two_desks.clock.put("2026-11-23 12:10")
    assert len(handovers.lapse(two_desks.desks["2F"])) == 1
    second = "3F" if first == "2F" else "2F"
    for code in (first, second, first):
        two_desks.exchange(code)
    for code in ("2F", "3F"):
        row = two_desks.row(id, code)
        assert row["responsible"] == two_desks.id("chen"), code
        assert (row["offer"], row["status"]) == (None, "open")
        assert differs_from_ledger(two_desks.desks[code]) == []
        with two_desks.desks[code].reading() as connection:
            assert driver(connection).execute("SELECT count(*) FROM clash").fetchone() == (0,)


@pytest.mark.parametrize("second", ["zheng", "chen"])
def test_two_who_accept_apart_are_a_clash_for_a_person(two_desks: Library, second: str) -> None:
    """The one whose acceptance the centre saw first has it; the same person twice agrees."""
    id = two_desks.log().id
    handovers.hand_over(two_desks.at("li"), id, department="information", reason="duty")
    for code in ("2F", "3F"):
        two_desks.exchange(code)
    handovers.accept(two_desks.at("zheng", "2F"), id)
    handovers.accept(two_desks.at(second, "3F"), id)
    for code in ("3F", "2F", "3F"):
        two_desks.exchange(code)
    for code in ("2F", "3F"):
        assert two_desks.row(id, code)["responsible"] == two_desks.id(second)
        with two_desks.desks[code].reading() as connection:
            assert len(open_clashes(connection)) == (second == "chen")


def test_a_number_of_another_desk_names_it(two_desks: Library) -> None:
    id = two_desks.log().id
    two_desks.exchange("2F")
    two_desks.exchange("3F")
    assert record(two_desks.at("li", "3F"), id).number == "2F-0001"
    assert requests.log(two_desks.at("li", "3F"), Question("问")).number == "0001"
