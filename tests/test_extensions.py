"""More time: asked for in time, agreed to when late; complex matters and further departments."""

import pytest

from db.clock import moment
from deskapp import endings, extensions, handovers, staff, waiting
from deskapp.desk import Desk
from deskapp.endings import Ending
from deskapp.language import Language
from deskapp.request_lists import record
from screens.standing import lines
from tests.library import PIN, Library, differs_from_ledger, local
from tests.refusals import refused


def due(library: Library, id: str) -> object:
    return moment(library.row(id)["due_at"])


@pytest.fixture
def fault(library: Library) -> str:
    """Asked on Tuesday 10:00, due on Wednesday 17:30."""
    library.clock.put("2026-11-24 10:00")
    id = library.log(kind="fault").id
    assert due(library, id) == local("2026-11-25 17:30")
    return id


def test_in_time_one_asks_with_a_reason_and_has_the_term_once_more(
    library: Library, fault: str
) -> None:
    li = library.at("li")
    refused("ReasonMissing", extensions.extend, li, fault, None, " ")
    refused("CodeUnknown", extensions.extend, li, fault, "mood")
    refused("NotResponsible", extensions.extend, library.at("chen"), fault, "parts")
    assert extensions.ways(li, fault).due == local("2026-11-26 17:30")
    extended = extensions.extend(li, fault, "parts", "缺保险丝")
    assert (extended.due, extended.late) == (local("2026-11-26 17:30"), False)
    row = library.row(fault)
    assert (row["extended"], row["late"]) == (1, 0)


def test_more_than_once_needs_a_lead(library: Library, fault: str, quick_pins: None) -> None:
    li = library.at("li")
    staff.set_pin(library.at("admin"), library.id("lead"), PIN)
    assert not extensions.ways(li, fault).needs_lead
    extensions.extend(li, fault, "parts")
    assert extensions.ways(li, fault).needs_lead
    refused("LeadMissing", extensions.extend, li, fault, None, "仍未到货")
    assert due(library, fault) == local("2026-11-26 17:30")
    again = extensions.extend(li, fault, None, "仍未到货", lead="1003", lead_pin=PIN)
    assert (again.due, again.late) == (local("2026-11-27 17:30"), False)
    assert due(library, fault) == local("2026-11-27 17:30")
    assert record(li, fault).extended == 2
    words = dict(lines(Language("zh_CN"), li, record(li, fault)))
    assert "已延期2次" in words["限时"]
    extensions.extend(library.at("lead"), fault, "parts")


def test_at_the_due_moment_it_is_still_in_time(library: Library, fault: str) -> None:
    library.clock.put("2026-11-25 17:30")
    assert not record(library.at("li"), fault).overdue
    assert not extensions.extend(library.at("li"), fault, "parts").late


def test_late_only_a_lead_agrees_and_it_counts(
    library: Library, fault: str, quick_pins: None
) -> None:
    li = library.at("li")
    for who in ("lead", "chen"):
        staff.set_pin(library.at("admin"), library.id(who), PIN)
    library.clock.put("2026-11-26 09:00")
    refused("ExtensionLate", extensions.extend, li, fault, "parts")
    assert extensions.ways(li, fault).needs_lead
    refused("SignInWrong", extensions.extend, li, fault, "parts", lead="1003", lead_pin="000000")
    refused("LeadUnknown", extensions.extend, li, fault, "parts", lead="1006", lead_pin=PIN)
    extended = extensions.extend(li, fault, "parts", lead="1003", lead_pin=PIN)
    assert (extended.due, extended.late) == (local("2026-11-27 17:30"), True)
    assert record(li, fault).late
    step = record(li, fault).course[-1]
    assert (step.facts["lead"], step.facts["lead_how"]) == ("周强", "face")
    library.clock.put("2026-11-28 09:00")
    assert extensions.extend(library.at("lead"), fault, "parts").late


def test_a_library_may_want_a_lead_for_every_one(library: Library, fault: str) -> None:
    li = library.at("li")
    limits = li.profile.limits.model_copy(update={"extension_needs_lead": True})
    strict = _with(li, limits)
    refused("LeadMissing", extensions.extend, strict, fault, "parts")
    assert extensions.ways(strict, fault).needs_lead
    lead = strict.signed_in(library.staff["lead"])
    assert not extensions.extend(lead, fault, "parts").late


def _with(desk: Desk, limits: object) -> Desk:
    profile = desk.profile.model_copy(update={"limits": limits})
    return Desk(
        desk.ledger, profile, desk.code, desk.place, desk.operator, calendars=desk.calendars
    )


def test_not_while_the_clock_stands(library: Library, fault: str) -> None:
    waiting.wait_for_reader(library.at("li"), fault)
    refused("RequestWaiting", extensions.extend, library.at("li"), fault, "parts")


def test_a_complaint_may_be_complex(library: Library) -> None:
    """Monday 10:00: five office days to Monday, ten to the Monday after."""
    library.clock.put("2026-11-23 10:00")
    id = library.log(kind="complaint").id
    assert due(library, id) == local("2026-11-30 17:30")
    refused("RoleTooLow", extensions.find_complex, library.at("li"), id, "涉及多人")
    assert extensions.ways(library.at("li"), id).complex_due is None
    lead = library.at("lead")
    assert extensions.ways(lead, id).complex_due == local("2026-12-07 17:30")
    refused("ReasonMissing", extensions.find_complex, lead, id, " ")
    assert extensions.find_complex(lead, id, "涉及多人").due == local("2026-12-07 17:30")
    refused("NotComplex", extensions.find_complex, lead, id, "涉及多人")
    other = library.log(kind="fault").id
    refused("NotComplex", extensions.find_complex, lead, other, "涉及多人")
    assert record(lead, id).found_complex


def test_a_second_department_makes_it_several(library: Library, fault: str) -> None:
    """1 workday for one office, 3 for several, from receipt: Friday."""
    li = library.at("li")
    refused("JoinedAlready", extensions.join, li, fault, "technology")
    refused("CodeUnknown", extensions.join, li, fault, "kitchen")
    refused("NotResponsible", extensions.join, library.at("chen"), fault, "office")
    assert extensions.ways(li, fault).joined_due == local("2026-11-27 17:30")
    assert extensions.join(li, fault, "office").due == local("2026-11-27 17:30")
    assert record(li, fault).involved == ("office",)
    assert library.row(fault)["responsible"] == library.id("li")
    refused("JoinedAlready", extensions.join, li, fault, "office")
    assert "office" not in extensions.ways(li, fault).departments
    secret = library.log("sun", kind="bibliotherapy").id
    refused("ConfidentialStays", extensions.join, library.at("sun"), secret, "office")


def test_opened_again_it_is_as_complex_and_as_many_take_part(library: Library) -> None:
    """A complex complaint has 10 workdays, what several undertake 3, from then on; the first
    extension of the new term needs no lead.
    """
    library.clock.put("2026-11-23 10:00")
    li, lead = library.at("li"), library.at("lead")
    id = library.log(kind="complaint").id
    complex_due = extensions.find_complex(lead, id, "涉及多人").due
    extensions.extend(li, id, "parts")
    endings.close(li, id, Ending("done", "已办"))
    assert endings.reopen(li, id, "未解决").due == complex_due
    assert (due(library, id), record(li, id).extended) == (complex_due, 0)
    assert extensions.extend(li, id, "parts").due > complex_due
    refused("LeadMissing", extensions.extend, li, id, "parts")
    fault = library.log(kind="fault").id
    several = extensions.join(li, fault, "office").due
    endings.close(li, fault, Ending("done", "已办"))
    assert endings.reopen(li, fault, "又坏了").due == several
    assert differs_from_ledger(library.desk) == []


def test_who_joined_and_then_undertakes_changes_places(library: Library, fault: str) -> None:
    """Neither is named twice, and whoever gave it still takes part."""
    li, chen = library.at("li"), library.at("chen")
    several = extensions.join(li, fault, "information").due
    given = record(li, fault).department
    handovers.hand_over(li, fault, department="information", reason="duty")
    handovers.accept(chen, fault)
    seen = record(chen, fault)
    assert (seen.department, seen.involved, seen.due) == ("information", (given,), several)
    assert given not in extensions.ways(chen, fault).departments
    refused("JoinedAlready", extensions.join, chen, fault, given)
    handovers.hand_over(chen, fault, to=library.id("sun"), reason="duty")
    handovers.accept(library.at("sun"), fault)
    assert record(chen, fault).involved == (given,)
    assert differs_from_ledger(library.desk) == []


def test_joined_apart_it_is_not_named_twice(two_desks: Library) -> None:
    """Information accepts at one desk what it joins at the other."""
    id = two_desks.log(kind="fault").id
    handovers.hand_over(two_desks.at("li"), id, department="information", reason="duty")
    for code in ("2F", "3F"):
        two_desks.exchange(code)
    handovers.accept(two_desks.at("chen", "2F"), id)
    extensions.join(two_desks.at("lead", "3F"), id, "information")
    for code in ("2F", "3F", "2F"):
        two_desks.exchange(code)
    for code in ("2F", "3F"):
        row = two_desks.row(id, code)
        assert (row["department"], row["involved"]) == ("information", None)
