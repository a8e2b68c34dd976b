"""Correcting an entry: the course keeps both, due times follow, words go to the right reader."""

from db.clock import moment
from db.people import ERASED
from deskapp import corrections, endings, extensions, waiting
from deskapp.corrections import NOBODY, Correction
from deskapp.endings import Ending
from deskapp.request_lists import record, search
from tests.library import Library, differs_from_ledger, local
from tests.refusals import refused


def test_the_entry_is_right_and_the_course_keeps_both(library: Library) -> None:
    library.clock.put("2026-11-23 10:00")
    li = library.at("li")
    id = library.log(words="打引机坏了").id
    assert moment(library.row(id)["due_at"]) == local("2026-11-23 22:00")
    right = Correction("打印机坏了", kind="fault", department="technology", channel="phone")
    assert corrections.correct(li, id, right, "听错").due == local("2026-11-24 17:30")
    at = record(li, id)
    assert (at.question, at.kind, at.channel) == ("打印机坏了", "fault", "phone")
    assert at.responsible_id == library.id("li")
    logged, corrected = at.course
    assert logged.facts["question"] == "打引机坏了"
    assert corrected.facts["changed"].split() == ["channel", "department", "kind", "question"]
    assert corrected.facts["reason"] == "听错"
    assert [line.subject for line in search(li, "打印机")] == [id]
    assert search(li, "打引机") == []
    assert differs_from_ledger(library.desk) == []


def test_a_right_kind_keeps_the_time_that_was_given(library: Library) -> None:
    """Asked on Tuesday 10:00. As a fault due on Wednesday 17:30, extended by its one day to
    Thursday. As a complaint: five office days, to Tuesday; and that one day, to Wednesday.
    """
    library.clock.put("2026-11-24 10:00")
    li = library.at("li")
    id = library.log(words="风扇吵", kind="fault").id
    assert extensions.extend(li, id, "parts").due == local("2026-11-26 17:30")
    due = corrections.correct(li, id, Correction(kind="complaint"), "误选").due
    assert due == local("2026-12-02 17:30")
    assert corrections.correct(li, id, Correction(kind="fault"), "误选").due == local(
        "2026-11-26 17:30"
    )


def test_a_right_kind_keeps_the_time_that_it_waited(library: Library) -> None:
    """From Tuesday 14:30 to Friday 16:30 the clock stood: 3, 8, 8 and 7 hours. Five office days and
    those: Wednesday, Thursday, Friday, and 2 hours of Monday.
    """
    library.clock.put("2026-11-24 10:00")
    li = library.at("li")
    id = library.log(words="风扇吵", kind="fault").id
    library.clock.put("2026-11-24 14:30")
    waiting.wait_for_reader(li, id)
    library.clock.put("2026-11-27 16:30")
    waiting.resume(li, id)
    due = corrections.correct(li, id, Correction(kind="complaint"), "误选").due
    assert due == local("2026-12-07 10:00")


def test_a_right_kind_counts_whoever_joined(library: Library) -> None:
    """A fault of two offices: 3 workdays. A complaint of two: as long as its rule says."""
    library.clock.put("2026-11-24 10:00")
    li = library.at("li")
    id = library.log(words="风扇吵", kind="complaint").id
    alone = corrections.correct(li, id, Correction(kind="fault"), "误选").due
    assert alone == local("2026-11-25 17:30")
    extensions.join(li, id, "information")
    assert moment(library.row(id)["due_at"]) == local("2026-11-27 17:30")
    corrections.correct(li, id, Correction(kind="complaint"), "误选")
    several = corrections.correct(li, id, Correction(kind="fault"), "误选").due
    assert several == local("2026-11-27 17:30")


def test_a_request_opened_again_is_not_overdue_by_its_right_kind(library: Library) -> None:
    """Opened again on Tuesday, a week later: a fault's one day to Wednesday. From Wednesday the
    25th to there five workdays have gone; a complaint's five end on Tuesday, so: Tuesday the 8th.
    """
    library.clock.put("2026-11-24 10:00")
    li = library.at("li")
    id = library.log(words="风扇吵", kind="fault").id
    endings.close(li, id, Ending("done", "好"))
    library.clock.put("2026-12-01 10:00")
    assert endings.reopen(li, id, "又响").due == local("2026-12-02 17:30")
    due = corrections.correct(li, id, Correction(kind="complaint"), "误选").due
    assert due == local("2026-12-08 17:30")


def test_who_may_and_what_must_be_said(library: Library) -> None:
    li, id = library.at("li"), library.log().id
    correct, wrong = corrections.correct, Correction(channel="phone")
    refused("ReasonMissing", correct, li, id, wrong, " ")
    refused("NotResponsible", correct, library.at("chen"), id, wrong, "x")
    refused("NothingCorrected", correct, li, id, Correction(), "x")
    refused("NothingCorrected", correct, li, id, Correction(kind="consultation"), "x")
    refused("QuestionMissing", correct, li, id, Correction(words=" "), "x")
    refused("CodeUnknown", correct, li, id, Correction(kind="weather"), "x")
    refused("PatronUnknown", correct, li, id, Correction(patron="reader:none"), "x")
    refused("ConfidentialStays", correct, li, id, Correction(kind="bibliotherapy"), "x")
    first = Correction(first_responder=library.id("zheng"))
    refused("RoleTooLow", correct, li, id, first, "x")
    correct(library.at("lead"), id, first, "误登")
    assert record(li, id).first_responder == "郑浩"
    endings.close(li, id, Ending("done", "好"))
    due = library.row(id)["due_at"]
    correct(library.at("zheng"), id, Correction(kind="fault"), "类别有误")  # closed: no due time
    assert (library.row(id)["kind"], library.row(id)["due_at"]) == ("fault", due)


def test_words_become_the_right_readers_and_survive_the_wrong_one(library: Library) -> None:
    """The wrong reader's erasure takes nothing of the right one; their contact does not stay."""
    li = library.at("li")
    wrong, right = library.reader("2023101234"), library.reader("00417")
    id = library.log(words="要全文", patron=wrong, contact="13812345678").id
    corrections.correct(li, id, Correction(patron=right), "同名")
    row = library.row(id)
    assert (row["patron"], row["patron_type"]) == (right, "teacher")
    assert (row["question"], row["contact"]) == ("要全文", None)
    with library.at("admin").act() as act:
        act.record(ERASED, f"person:{wrong}", person=wrong)
    assert library.row(id)["question"] == "要全文"
    with library.at("admin").act() as act:
        act.record(ERASED, f"person:{right}", person=right)
    assert library.row(id)["question"] is None
    corrections.correct(li, id, Correction(patron=NOBODY, contact="8805"), "无此人")
    seen = record(li, id)
    assert (seen.patron_number, seen.contact) == ("", "8805"), "the erased are nobody already"


def test_of_a_confidential_kind_nothing_open_tells_whose_it_is(library: Library) -> None:
    sun, reader = library.at("sun"), library.reader("00417")
    id = library.log("sun", words="想约", kind="bibliotherapy").id
    corrections.correct(sun, id, Correction(patron=reader), "补登")
    assert library.row(id)["patron"] == reader
    with library.desk.reading() as connection:
        from db.store import driver

        facts = driver(connection).execute("SELECT data FROM fact WHERE subject = ?", (id,))
        assert not [data for (data,) in facts if reader in data]
    refused("NotResponsible", corrections.correct, library.at("lead"), id, Correction("x"), "x")
    moved = Correction(department="office")
    refused("ConfidentialStays", corrections.correct, sun, id, moved, "x")


def test_the_right_department_does_not_join_itself(library: Library) -> None:
    """The wrong one was never in it: of two departments one is left, and its time."""
    li, one, both = library.at("li"), library.log(kind="fault").id, library.log(kind="fault").id
    extensions.join(li, both, "information")
    for id in (one, both):
        corrections.correct(li, id, Correction(department="information"), "登错")
        seen = record(li, id)
        assert (seen.department, seen.involved) == ("information", ())
    assert record(li, both).due == record(li, one).due
    extensions.join(li, both, "office")
    corrections.correct(li, both, Correction(department="technology"), "又登错")
    assert record(li, both).involved == ("office",)
    assert differs_from_ledger(library.desk) == []
