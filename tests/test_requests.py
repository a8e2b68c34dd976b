"""The rules of 首问责任制: what a desk may do with a request, and every no that it may hear."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from db.clock import stamp
from db.store import driver
from deskapp import endings, erasures, handovers, requests, staff
from deskapp.desk import Desk, Role
from deskapp.endings import Ending
from deskapp.request_lists import record
from deskapp.requests import Question
from deskapp.staff import Entry
from tests.library import PIN, Library, correct_first, differs_from_ledger, local, rows_of, utc
from tests.refusals import refused

DONE = Ending("done", "已更换插座")
REFERRED = Ending("referred", "请到教务处", unit="教务处", place="行政楼101", telephone="8805000")
IMPOSSIBLE = Ending("not_possible", "暂无此刊", alternative="可办理文献传递")


def owner(library: Library, id: str) -> tuple[str, str]:
    row = library.row(id)
    return row["first_responder"], row["responsible"]


# logging


def test_whoever_is_asked_first_owns_the_matter(library: Library) -> None:
    logged = library.log("li", "  考研座插座无电 ")
    assert (logged.number, logged.due_known, logged.closed) == ("0001", True, False)
    row = library.row(logged.id)
    li = library.id("li")
    assert (row["first_responder"], row["responsible"], row["status"]) == (li, li, "open")
    assert row["question"] == "考研座插座无电"
    assert (row["kind"], row["channel"]) == ("consultation", "in_person")
    assert row["department"] == "reader_services"
    assert (row["backdated"], row["reopened"], row["confirmed"]) == (0, 0, 1)
    assert library.log("chen").number == "0002"


@pytest.mark.parametrize(
    ("kind", "received", "due"),
    [
        ("consultation", "2026-11-22 10:00", "2026-11-22 17:30"),  # Sunday, the desk's own hours
        ("consultation", "2026-11-22 17:40", "2026-11-23 22:00"),  # after closing: the next day
        ("fault", "2026-11-22 10:00", "2026-11-23 17:30"),  # one day of the technicians' office
        ("fault", "2026-11-20 16:00", "2026-11-23 17:30"),  # Friday: the weekend does not count
        ("delivery", "2026-11-22 10:00", "2026-11-24 17:30"),  # two days
        ("training", "2026-11-22 10:00", "2026-11-25 17:30"),  # three
        ("complaint", "2026-11-22 10:00", "2026-11-27 17:30"),  # five
        ("fault", "2026-09-30 10:00", "2026-10-08 17:30"),  # 国庆节, 1 to 7 October 2026
    ],
)
def test_due_in_the_working_time_of_the_department(
    library: Library, kind: str, received: str, due: str
) -> None:
    library.clock.put(received)
    logged = library.log(kind=kind)
    assert logged.due == local(due)
    assert library.row(logged.id)["due_at"] == utc(due)


def test_due_follows_the_undertaking_department(library: Library) -> None:
    assert library.log(kind="fault", department="reader_services").due == local("2026-11-23 22:00")


def test_a_due_time_on_unpublished_holidays_says_so(library: Library) -> None:
    library.clock.put("2031-03-03 10:00")
    assert not library.log(kind="fault").due_known
    assert library.log(kind="consultation").due_known  # desks are staffed on holidays too


def test_back_dated(library: Library) -> None:
    received = local("2026-11-19 16:00")
    logged = library.log(kind="fault", received=received, channel="paper")
    row = library.row(logged.id)
    assert (row["backdated"], row["received_at"]) == (1, utc("2026-11-19 16:00"))
    assert (row["logged_at"], row["due_at"]) == (utc("2026-11-22 10:00"), utc("2026-11-20 17:30"))
    assert record(library.at("li"), logged.id).backdated
    refused("ReceivedLater", library.log, received=local("2026-11-22 10:01"))


def test_numbers_count_a_year_of_the_library(library: Library) -> None:
    library.clock.put("2027-01-01 09:00")
    night = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)  # a minute before the library's midnight
    assert library.log(received=night).number == "2026-0001"
    morning = night.replace(hour=16)
    assert library.log(received=morning).number == "0001"
    assert library.log(received=morning).number == "0002"
    assert library.row(library.log(received=morning).id)["year"] == 2027


def test_a_patron_is_written_down_with_type(library: Library) -> None:
    logged = library.log(patron=library.reader("00417"), contact=" 8805 ")
    row = library.row(logged.id)
    assert (row["patron"], row["patron_type"]) == (library.reader("00417"), "teacher")
    assert row["contact"] == "8805"


def test_what_cannot_be_logged(library: Library) -> None:
    refused("QuestionMissing", library.log, words=" \u3000\n")
    assert "consultation" in str(refused("CodeUnknown", library.log, kind="wish").facts["known"])
    refused("CodeUnknown", library.log, department="cellar")
    refused("CodeUnknown", library.log, channel="pigeon")
    refused("PatronUnknown", library.log, patron="reader:nobody")
    refused("StaffUnknown", library.log, first_responder="staff:nobody")
    refused("RoleTooLow", library.log, first_responder=library.id("assistant"))
    refused("NobodySignedIn", requests.log, library.desk, Question("问"))
    refused("RoleTooLow", library.log, "volunteer")
    gone = library.reader("00417")
    erasures.erase_reader(library.at("lead"), gone)
    refused("PatronUnknown", library.log, patron=gone)
    staff.leave(library.at("admin"), library.id("zheng"))
    refused("StaffUnknown", library.log, first_responder=library.id("zheng"))
    with library.desk.reading() as connection:
        assert driver(connection).execute("SELECT count(*) FROM request").fetchone() == (0,)


def test_a_student_assistant_logs_for_a_librarian(library: Library) -> None:
    refused("FirstResponderMissing", library.log, "assistant")
    logged = library.log("assistant", first_responder=library.id("li"))
    assert owner(library, logged.id) == (library.id("li"), library.id("li"))
    assert record(library.at("li"), logged.id).course[0].actor == "吴昊"
    assistant = library.at("assistant")
    refused("RoleTooLow", endings.close, assistant, logged.id, DONE)
    refused("RoleTooLow", handovers.hand_over, assistant, logged.id, to="x", reason="duty")


def test_answered_on_the_spot(library: Library) -> None:
    logged = requests.log(library.at("li"), Question("洗手间在哪"), DONE)
    row = library.row(logged.id)
    assert logged.closed
    assert (row["status"], row["result"], row["outcome"]) == ("closed", "done", "done")
    with library.desk.reading() as connection:
        acts = driver(connection).execute("SELECT act FROM fact WHERE subject = ?", (logged.id,))
        assert len(set(acts)) == 1
    refused("AnswerMissing", requests.log, library.at("li"), Question("问"), Ending("done"))
    no = Ending("not_possible")
    refused("AlternativeMissing", requests.log, library.at("li"), Question("问"), no)
    assert library.log().number == "0002"  # nothing of the refused one is left


# closing


def test_nothing_closes_without_a_result(library: Library) -> None:
    id = library.log().id
    li = library.at("li")
    refused("CodeUnknown", endings.close, li, id, Ending("no"))
    refused("AnswerMissing", endings.close, li, id, Ending("done", "  "))
    refused("NotResponsible", endings.close, library.at("chen"), id, DONE)
    refused("RequestUnknown", endings.close, li, "request:none", DONE)
    assert library.row(id)["status"] == "open"
    closed = endings.close(li, id, DONE)
    assert closed.outcome == "done"
    row = library.row(id)
    assert (row["answer"], row["closed_at"]) == ("已更换插座", utc("2026-11-22 10:00"))
    assert row["closed_by"] == library.id("li")
    refused("RequestClosed", endings.close, li, id, DONE)


@pytest.mark.parametrize("missing", ["unit", "place", "telephone"])
def test_referred_outside_only_with_the_place_told(library: Library, missing: str) -> None:
    id = library.log().id
    without = replace(REFERRED, **{missing: " "})
    refused("PlaceMissing", endings.close, library.at("li"), id, without)
    endings.close(library.at("li"), id, REFERRED)
    told = record(library.at("li"), id).referred_to
    assert told == ("教务处", "行政楼101", "8805000")


def test_not_possible_needs_an_alternative_and_a_lead(library: Library, quick_pins: None) -> None:
    id = library.log().id
    li = library.at("li")
    none = replace(IMPOSSIBLE, alternative=" ")
    refused("AlternativeMissing", endings.close, li, id, none)
    refused("AlternativeMissing", endings.close, library.at("lead"), id, none)
    refused("LeadMissing", endings.close, li, id, IMPOSSIBLE)
    refused("LeadUnknown", endings.close, li, id, replace(IMPOSSIBLE, lead="9999"))
    refused("LeadUnknown", endings.close, li, id, replace(IMPOSSIBLE, lead="1006"))
    by_pin = replace(IMPOSSIBLE, lead="1003", lead_pin=PIN)
    refused("PinMissing", endings.close, li, id, by_pin)
    for who in ("lead", "chen"):
        staff.set_pin(library.at("admin"), library.id(who), PIN)
    wrong = replace(by_pin, lead_pin="135791")
    refused("SignInWrong", endings.close, li, id, wrong)
    refused("LeadUnknown", endings.close, li, id, replace(by_pin, lead="1006"))
    assert library.row(id)["status"] == "open"
    assert endings.close(li, id, by_pin).outcome == "not_possible"
    row = library.row(id)
    assert (row["lead"], row["lead_how"]) == (library.id("lead"), "face")
    assert row["alternative"] == "可办理文献传递"


def test_a_lead_agrees_by_telephone_or_alone(library: Library) -> None:
    one, other = library.log().id, library.log("lead").id
    endings.close(library.at("li"), one, replace(IMPOSSIBLE, lead="1003"))
    assert (library.row(one)["lead"], library.row(one)["lead_how"]) == (
        library.id("lead"),
        "phone",
    )
    endings.close(library.at("lead"), other, IMPOSSIBLE)
    assert (library.row(other)["lead"], library.row(other)["lead_how"]) == (
        library.id("lead"),
        "self",
    )


def test_closing_ends_an_offer(library: Library) -> None:
    id = library.log().id
    handovers.hand_over(library.at("li"), id, to=library.id("chen"), reason="duty")
    endings.close(library.at("li"), id, DONE)
    assert library.row(id)["offer"] is None
    refused("RequestClosed", handovers.accept, library.at("chen"), id)
    library.clock.put("2026-12-01 12:00")
    assert handovers.lapse(library.desk) == []


def _reopen_closed(library: Library, who: str) -> None:
    id = library.log(kind="fault").id
    endings.close(library.at("li"), id, DONE)
    endings.reopen(library.at(who), id, "又坏了")


def test_reopened_by_whom_it_concerns_with_a_reason(library: Library) -> None:
    id = library.log(kind="fault").id
    chen = library.at("technology")
    refused("NotResponsible", _reopen_closed, library, "chen")
    refused("RequestOpen", endings.reopen, chen, id, "又坏了")
    endings.close(library.at("li"), id, DONE)
    refused("ReasonMissing", endings.reopen, chen, id, " ")
    refused("RequestUnknown", endings.reopen, chen, "request:none", "又坏了")
    refused("RoleTooLow", endings.reopen, library.at("assistant"), id, "又坏了")
    library.clock.put("2026-11-25 10:00")
    assert endings.reopen(chen, id, "又坏了").due == local("2026-11-26 17:30")
    row = library.row(id)
    assert (row["status"], row["reopened"], row["responsible"]) == ("open", 1, library.id("li"))
    assert [row[name] for name in ("result", "outcome", "answer", "closed_at", "closed_by")] == (
        [None] * 5
    )
    course = record(chen, id).course
    assert [step.kind for step in course] == ["logged", "closed", "reopened"]
    assert course[1].facts["answer"] == "已更换插座"  # the old result stays on record
    assert course[2].facts["reason"] == "又坏了"


def test_only_a_lead_corrects_the_first_responder(library: Library) -> None:
    id = library.log("li").id
    correct = correct_first
    refused("RoleTooLow", correct, library.at("li"), id, library.id("zheng"))
    lead = library.at("lead")
    refused("ReasonMissing", correct, lead, id, library.id("zheng"), " ")
    refused("StaffUnknown", correct, lead, id, "staff:none")
    refused("RequestUnknown", correct, lead, "request:none", library.id("zheng"))
    refused("RoleTooLow", correct, lead, id, library.id("assistant"))
    refused("NothingCorrected", correct, lead, id, library.id("li"))
    assert owner(library, id) == (library.id("li"), library.id("li"))
    correct(lead, id, library.id("zheng"))
    assert owner(library, id) == (library.id("zheng"), library.id("li"))
    said = [step.facts.get("first_responder") for step in record(lead, id).course]
    assert said == ["李静", "郑浩"]  # the ledger keeps both


# the ledger under it


def test_words_of_somebody_erased_go_and_the_course_stays(library: Library) -> None:
    reader = library.reader("00417")
    id = library.log(words="想借黄帝内经", patron=reader, contact="8805").id
    handovers.hand_over(library.at("li"), id, to=library.id("chen"), reason="duty", note="欧阳老师")
    handovers.accept(library.at("chen"), id)
    endings.close(library.at("chen"), id, Ending("done", "欧阳老师已取书"))
    erasures.erase_reader(library.at("lead"), reader)
    row = library.row(id)
    assert [row[name] for name in ("question", "contact", "answer")] == [None] * 3
    assert (row["status"], row["patron_type"]) == ("closed", "teacher")
    endings.reopen(library.at("chen"), id, "补办")  # still an open matter, of nobody
    assert differs_from_ledger(library.desk) == []


def test_no_act_is_half_done(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing fails between the two facts of one act: neither is there."""

    def fail(*given: object, **named: object) -> None:
        raise sqlite3.OperationalError("planted")

    monkeypatch.setattr(endings, "end", fail)
    with pytest.raises(sqlite3.OperationalError):
        requests.log(library.at("li"), Question("问"), DONE)
    with library.desk.reading() as connection:
        raw = driver(connection)
        assert raw.execute("SELECT count(*) FROM request").fetchone() == (0,)
        kinds = raw.execute("SELECT 1 FROM fact WHERE kind LIKE 'request%'").fetchall()
        assert kinds == []


def test_every_act_needs_somebody(library: Library) -> None:
    id = library.log().id
    nobody = library.desk
    acts: list[Callable[[Desk], object]] = [
        lambda desk: handovers.hand_over(desk, id, to=library.id("chen"), reason="duty"),
        lambda desk: handovers.accept(desk, id),
        lambda desk: handovers.accept_face_to_face(desk, id, "1006", PIN),
        lambda desk: handovers.accept_by_phone(desk, id, library.id("chen")),
        lambda desk: handovers.confirm(desk, id),
        lambda desk: handovers.send_back(desk, id, "x"),
        lambda desk: handovers.take_back(desk, id),
        lambda desk: endings.close(desk, id, DONE),
        lambda desk: endings.reopen(desk, id, "x"),
        lambda desk: correct_first(desk, id, library.id("li")),
    ]
    for act in acts:
        refused("NobodySignedIn", act, nobody)
        refused("RoleTooLow", act, library.at("volunteer"))


def test_somebody_who_left_keeps_their_name_on_record(library: Library) -> None:
    id = library.log("zheng").id
    leave, zheng = staff.leave, library.id("zheng")
    refusal = refused("StillResponsible", leave, library.at("admin"), zheng)
    assert refusal.facts == {"name": "郑浩", "count": 1}
    handovers.hand_over(library.at("lead"), id, to=library.id("chen"), reason="absence")
    refused("StillResponsible", leave, library.at("admin"), zheng)  # offered is still theirs
    handovers.accept(library.at("chen"), id)
    leave(library.at("admin"), zheng)
    assert record(library.at("li"), id).first_responder == "郑浩"


def test_an_offer_to_somebody_who_left_comes_back(library: Library) -> None:
    id = library.log().id
    handovers.hand_over(library.at("li"), id, to=library.id("chen"), reason="duty")
    staff.leave(library.at("admin"), library.id("chen"))
    refused("StaffUnknown", handovers.accept_by_phone, library.at("li"), id, library.id("chen"))
    library.clock.put("2026-11-24 12:00")
    assert len(handovers.lapse(library.desk)) == 1


def test_the_fact_says_when_by_the_desks_clock(library: Library) -> None:
    id = library.log().id
    assert rows_of(library.desk, id)["logged_at"] == stamp(library.clock.at)
    entry = Entry("2001", "新人", Role.LIBRARIAN)
    assert staff.enter(library.at("admin"), entry).badge == "2001"
