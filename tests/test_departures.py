"""Whoever has gone is responsible for nothing: what would be theirs again is another's."""

from dataclasses import replace

import pytest

from deskapp import absences, endings, handovers, shifts, staff, undo
from deskapp.desk import Role
from deskapp.endings import Ending
from deskapp.language import Language
from deskapp.request_lists import RequestList, record
from screens.course import sentence
from tests.library import PEOPLE, Library, differs_from_ledger
from tests.refusals import refused

DONE = Ending("done", "已办")


@pytest.fixture
def closed(library: Library) -> str:
    """Closed by li, who then left."""
    id = library.log("li").id
    endings.close(library.at("li"), id, DONE)
    staff.leave(library.at("admin"), library.id("li"))
    return id


@pytest.fixture
def by_phone(library: Library) -> str:
    """Given by li, who then left; zheng is said to have accepted it."""
    id = library.log("li").id
    handovers.hand_over(library.at("li"), id, to=library.id("zheng"), reason="duty")
    handovers.accept_by_phone(library.at("li"), id, library.id("zheng"))
    staff.leave(library.at("admin"), library.id("li"))
    return id


def responsible(library: Library, id: str) -> str:
    return next(who for who in PEOPLE if library.id(who) == library.row(id)["responsible"])


def test_what_is_opened_again_is_whose_who_opens_it(library: Library, closed: str) -> None:
    lead, t = library.at("lead"), Language("zh_CN")
    endings.reopen(lead, closed, "没好")
    assert responsible(library, closed) == "lead"
    assert RequestList(lead, "mine").count() == 1
    (*_, step) = record(lead, closed).course
    assert sentence(t, lead.profile, step).startswith("周强 重新办理，由其承办")
    assert differs_from_ledger(library.desk) == []


def test_whoever_is_still_here_has_it_again(library: Library) -> None:
    id = library.log("li").id
    endings.close(library.at("li"), id, DONE)
    endings.reopen(library.at("lead"), id, "没好")
    assert responsible(library, id) == "li"


def test_whoever_may_be_responsible_no_more_has_it_not_again(library: Library) -> None:
    id = library.log("li").id
    endings.close(library.at("li"), id, DONE)
    staff.enter(library.at("admin"), replace(PEOPLE["li"], role=Role.VOLUNTEER))
    endings.reopen(library.at("zheng"), id, "没好")
    assert responsible(library, id) == "zheng"


def test_what_is_confidential_goes_to_whom_the_post_lets(library: Library) -> None:
    id = library.log("sun", "想约阅读疗法", kind="bibliotherapy").id
    endings.close(library.at("sun"), id, DONE)
    staff.leave(library.at("admin"), library.id("sun"))
    admin = library.at("admin")
    for badge, name, held in (("1020", "屠宁", ("therapy_librarian",)), ("1021", "林夕", ())):
        staff.enter(admin, replace(PEOPLE["sun"], badge=badge, name=name, posts=held))
    tu, lin = (
        library.desk.signed_in(person)
        for person in staff.everybody(admin)
        if person.badge in ("1020", "1021")
    )
    refused("NotResponsible", endings.reopen, library.at("lead"), id, "没好")
    refused("PostMissing", endings.reopen, lin, id, "没好")
    endings.reopen(tu, id, "没好")
    assert record(tu, id).responsible == "屠宁"


def test_what_was_never_accepted_does_not_go_back_to_who_left(
    library: Library, by_phone: str
) -> None:
    """Whoever is said to have it hands it on."""
    zheng = library.at("zheng")
    assert refused("ResponsibleGone", handovers.deny, zheng, by_phone, "未接到").facts == {
        "name": "李静"
    }
    library.clock.put("2026-11-25 12:00")
    assert handovers.lapse(library.desk) == []
    assert responsible(library, by_phone) == "zheng"
    handovers.hand_over(zheng, by_phone, to=library.id("lead"), reason="duty")
    handovers.accept(library.at("lead"), by_phone)
    assert responsible(library, by_phone) == "lead"
    assert differs_from_ledger(library.desk) == []


def test_no_undoing_gives_it_to_who_left(library: Library) -> None:
    taken, ended = library.log("li").id, library.log("li").id
    handovers.hand_over(library.at("li"), taken, to=library.id("zheng"), reason="duty")
    handovers.accept(library.at("zheng"), taken)
    endings.close(library.at("lead"), ended, DONE)
    staff.leave(library.at("admin"), library.id("li"))
    for who in ("zheng", "lead"):
        refused("ResponsibleGone", undo.undo, library.at(who))
    assert responsible(library, taken) == "zheng"
    assert library.row(ended)["status"] == "closed"


def test_who_answers_for_requests_stays_a_librarian(library: Library) -> None:
    admin, id = library.at("admin"), library.log("li").id
    for role in (Role.STUDENT_ASSISTANT, Role.VOLUNTEER):
        low = replace(PEOPLE["li"], role=role)
        assert refused("StillResponsible", staff.enter, admin, low).facts["count"] == 1
    staff.enter(admin, replace(PEOPLE["li"], role=Role.SHIFT_LEAD))
    staff.enter(admin, PEOPLE["li"])
    endings.close(library.at("li"), id, DONE)
    staff.enter(admin, replace(PEOPLE["li"], role=Role.VOLUNTEER))


def test_nobody_leaves_twice(library: Library) -> None:
    staff.leave(library.at("admin"), library.id("li"))
    refused("StaffUnknown", staff.leave, library.at("admin"), library.id("li"))


def test_what_another_desk_did_not_know_of_is_seen_by_a_lead(two_desks: Library) -> None:
    """Li left while the other desk was offline, and logged there."""
    id = two_desks.log("li").id
    staff.leave(two_desks.at("admin", "3F"), two_desks.id("li"))
    for code in ("3F", "2F", "3F"):
        two_desks.exchange(code)
    for code in ("2F", "3F"):
        lead = two_desks.at("lead", code)
        assert [line.subject for line in absences.matters(lead)] == [id]
    lead = two_desks.at("lead", "3F")
    shifts.open_shift(lead)
    absences.take(lead, id)
    assert record(lead, id).responsible == "周强"
    assert absences.matters(lead) == []
