"""Accepted or agreed to by telephone: to be signed by the next workday, or denied."""

import pytest

from deskapp import endings, extensions, handovers, staff, undo
from deskapp.endings import Ending
from deskapp.language import Language
from deskapp.request_lists import RequestList, record
from screens.acts import by_digit
from screens.course import sentence
from screens.matters import columns
from tests.clashing import open_clashes
from tests.library import Library, differs_from_ledger, local, outcome_of, utc
from tests.refusals import refused


@pytest.fixture
def by_phone(library: Library) -> str:
    """On Sunday said to have been accepted by chen, who works in an office: to be signed by Monday
    17:30.
    """
    id = library.log(words="要全文").id
    handovers.hand_over(library.at("li"), id, to=library.id("chen"), reason="duty")
    handovers.accept_by_phone(library.at("li"), id, library.id("chen"))
    assert library.row(id)["sign_until"] == utc("2026-11-23 17:30")
    return id


def stands(library: Library, id: str) -> tuple[str, str, str | None, int]:
    row = library.row(id)
    return row["responsible"], row["department"], row["back"], row["confirmed"]


def test_who_never_accepted_says_so_and_it_goes_back(library: Library, by_phone: str) -> None:
    li, chen = library.at("li"), library.at("chen")
    assert by_digit(record(chen, by_phone))[2] == "deny"
    refused("NotResponsible", handovers.deny, li, by_phone, "x")
    refused("ReasonMissing", handovers.deny, chen, by_phone, " ")
    back = handovers.deny(chen, by_phone, "未接到电话")
    assert (back.how, back.giver) == ("sent_back", library.id("li"))
    assert stands(library, by_phone) == (library.id("li"), "reader_services", "sent_back", 1)
    row = library.row(by_phone)
    assert (row["offer"], row["sign_until"], row["due_at"]) == (None, None, utc("2026-11-22 17:30"))
    refused("NotResponsible", handovers.deny, chen, by_phone, "x")
    seen = record(li, by_phone)
    t, profile = Language("zh_CN"), li.profile
    words = [sentence(t, profile, step) for step in seen.course[-2:]]
    assert words == ["电话签收未获本人确认", "陈莉 退回  原因：未接到电话"]
    refused("CannotUndo", undo.undo, chen)
    assert differs_from_ledger(library.desk) == []


def test_what_was_signed_is_nobodys_to_deny(library: Library, by_phone: str) -> None:
    chen = library.at("chen")
    handovers.confirm(chen, by_phone)
    assert library.row(by_phone)["sign_until"] is None
    refused("NothingToConfirm", handovers.deny, chen, by_phone, "未接到电话")
    library.clock.put("2026-11-24 09:00")
    assert handovers.lapse(library.desk) == []


def test_what_is_offered_on_must_be_taken_back_first(library: Library, by_phone: str) -> None:
    chen = library.at("chen")
    handovers.hand_over(chen, by_phone, to=library.id("sun"), reason="duty")
    refused("OfferedAlready", handovers.deny, chen, by_phone, "未接到电话")


def test_not_signed_in_time_it_goes_back_by_itself(library: Library, by_phone: str) -> None:
    """What was done meanwhile stays done."""
    chen = library.at("chen")
    extensions.extend(chen, by_phone, "parts")
    due = library.row(by_phone)["due_at"]
    library.clock.put("2026-11-23 17:29")
    assert handovers.lapse(library.desk) == []
    library.clock.put("2026-11-23 17:30")
    (back,) = handovers.lapse(library.desk)
    assert (back.id, back.how, back.giver) == (by_phone, "lapsed", library.id("li"))
    assert stands(library, by_phone) == (library.id("li"), "reader_services", "lapsed", 1)
    assert library.row(by_phone)["due_at"] == due
    assert handovers.lapse(library.desk) == []
    assert differs_from_ledger(library.desk) == []


def test_only_the_givers_desk_brings_it_back(two_desks: Library) -> None:
    id = two_desks.log().id
    handovers.hand_over(two_desks.at("li"), id, to=two_desks.id("chen"), reason="duty")
    handovers.accept_by_phone(two_desks.at("li"), id, two_desks.id("chen"))
    for code in ("2F", "3F"):
        two_desks.exchange(code)
    two_desks.clock.put("2026-11-23 17:30")
    assert handovers.lapse(two_desks.desks["3F"]) == []
    assert len(handovers.lapse(two_desks.desks["2F"])) == 1


@pytest.mark.parametrize("first", ["2F", "3F"])
def test_signed_while_it_came_back_it_is_signed(two_desks: Library, first: str) -> None:
    id = two_desks.log().id
    handovers.hand_over(two_desks.at("li"), id, to=two_desks.id("chen"), reason="duty")
    handovers.accept_by_phone(two_desks.at("li"), id, two_desks.id("chen"))
    for code in ("2F", "3F"):
        two_desks.exchange(code)
    two_desks.clock.put("2026-11-23 17:30")
    handovers.lapse(two_desks.desks["2F"])
    handovers.confirm(two_desks.at("chen", "3F"), id)
    second = "3F" if first == "2F" else "2F"
    for code in (first, second, first):
        two_desks.exchange(code)
    for code in ("2F", "3F"):
        row = two_desks.row(id, code)
        assert (row["responsible"], row["confirmed"]) == (two_desks.id("chen"), 1)
        with two_desks.desks[code].reading() as connection:
            assert open_clashes(connection) == []


def test_an_agreement_is_due_the_next_workday(library: Library) -> None:
    """Of an office's matter of Sunday: Monday 17:30."""
    li, lead = library.at("li"), library.at("lead")
    id = library.log(kind="fault").id
    endings.close(li, id, Ending("not_possible", alternative="馆际互借", lead="1003"))
    assert library.row(id)["sign_until"] == utc("2026-11-23 17:30")
    library.clock.put("2026-11-24 09:00")
    (line,) = RequestList(lead, "to_sign").after(None, 9)
    t = Language("zh_CN")
    (cell,) = (each.cell(line) for each in columns(t, lead, {}) if each.title == t("list.due"))
    assert str(cell) == "逾期1日"
    endings.sign_agreement(lead, id)
    assert library.row(id)["sign_until"] is None


def test_an_agreement_is_signed_for_no_more_once_it_is_opened_again(library: Library) -> None:
    li, id = library.at("li"), library.log().id
    endings.close(li, id, Ending("not_possible", alternative="馆际互借", lead="1003"))
    endings.reopen(li, id, "有了")
    assert (library.row(id)["sign_by"], library.row(id)["sign_until"]) == (None, None)
    assert outcome_of(lambda: endings.sign_agreement(library.at("lead"), id)) == "NoAgreement"
    assert library.clock.at == local("2026-11-22 10:00")


def test_what_a_lead_has_not_signed_in_time_is_every_leads(library: Library) -> None:
    """Also where that lead has left; the course says who agreed and who signed."""
    li, head, t = library.at("li"), library.at("head"), Language("zh_CN")
    id = library.log(kind="fault").id
    endings.close(li, id, Ending("not_possible", alternative="馆际互借", lead="1003"))
    staff.leave(library.at("admin"), library.id("lead"))
    library.clock.put("2026-11-23 17:30")
    assert RequestList(head, "to_sign").count() == 0
    assert "sign" not in record(head, id).may
    refused("NoAgreement", endings.sign_agreement, head, id)
    library.clock.put("2026-11-23 17:31")
    assert [RequestList(library.at(w), "to_sign").count() for w in ("li", "head")] == [0, 1]
    assert "sign" in record(head, id).may
    assert "sign" not in record(li, id).may
    refused("RoleTooLow", endings.sign_agreement, li, id)
    endings.sign_agreement(head, id)
    assert library.row(id)["sign_by"] is None
    assert RequestList(head, "to_sign").count() == 0
    signed = sentence(t, li.profile, record(li, id).course[-1])
    assert signed == "赵琳 补签电话同意  值班长周强电话同意"
    refused("NoAgreement", endings.sign_agreement, head, id)
    assert differs_from_ledger(library.desk) == []


def test_who_ends_what_they_accepted_has_signed_for_it(library: Library, by_phone: str) -> None:
    chen, done = library.at("chen"), Ending("done", "已传递")
    endings.close(chen, by_phone, done)
    assert stands(library, by_phone)[3] == 1
    endings.reopen(chen, by_phone, "缺页")
    assert stands(library, by_phone) == (library.id("chen"), "information", None, 1)
    refused("NothingToConfirm", handovers.deny, chen, by_phone, "未接到电话")


def test_what_another_ended_for_them_is_not_theirs_again(library: Library, by_phone: str) -> None:
    """They never said that they had it: whoever opens it has."""
    lead = library.at("lead")
    endings.close(lead, by_phone, Ending("done", "已传递"))
    assert stands(library, by_phone)[3] == 0
    assert undo.undo(lead).what == "closed"
    assert library.row(by_phone)["sign_until"] == utc("2026-11-23 17:30")
    endings.close(lead, by_phone, Ending("done", "已传递"))
    endings.reopen(lead, by_phone, "缺页")
    assert stands(library, by_phone) == (library.id("lead"), "information", None, 1)
    library.clock.put("2026-11-30 12:00")
    assert handovers.lapse(library.desk) == []
