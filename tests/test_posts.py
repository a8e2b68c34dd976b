"""Posts: who may take over what a responsibility letter makes somebody's own."""

from dataclasses import replace

import pytest

from deskapp import handovers, staff
from deskapp.desk import Role
from tests.library import PEOPLE, Library
from tests.refusals import refused

TU = replace(PEOPLE["sun"], badge="1020", name="屠宁", posts=("therapy_librarian",))


@pytest.fixture
def offered(library: Library) -> str:
    id = library.log("li", "想约阅读疗法", kind="bibliotherapy").id
    handovers.hand_over(library.at("li"), id, department="reading", reason="duty")
    return id


def takers(library: Library, id: str) -> set[str]:
    return {each.name for each in handovers.takers(library.at("li"), id)}


def test_while_nobody_holds_the_post_the_department_may(library: Library, offered: str) -> None:
    assert handovers.accept(library.at("sun"), offered).by == "孙洁"


def test_who_holds_the_post_takes_what_is_confidential(library: Library, offered: str) -> None:
    tu = staff.enter(library.at("admin"), TU).id
    refused("PostMissing", handovers.accept, library.at("sun"), offered)
    refused("PostMissing", handovers.accept_by_phone, library.at("li"), offered, library.id("sun"))
    handovers.take_back(library.at("li"), offered)
    assert "屠宁" in takers(library, offered)
    assert "孙洁" not in takers(library, offered)
    handovers.hand_over(library.at("li"), offered, department="reading", reason="duty")
    therapist = library.desk.signed_in(staff.find(library.desk, tu))
    assert handovers.accept(therapist, offered).by == "屠宁"


def test_a_shift_lead_of_the_department_steps_in(library: Library, offered: str) -> None:
    for entry in (TU, replace(TU, badge="1021", name="冯琪", role=Role.SHIFT_LEAD, posts=())):
        last = staff.enter(library.at("admin"), entry).id
    lead = library.desk.signed_in(staff.find(library.desk, last))
    assert handovers.accept(lead, offered).by == "冯琪"


def test_a_post_of_an_open_kind_keeps_nobody_away(library: Library) -> None:
    staff.enter(library.at("admin"), replace(TU, posts=("desk_librarian",)))
    id = library.log("li", "捡到一张卡", kind="lost_found").id
    assert "陈莉" in takers(library, id)
