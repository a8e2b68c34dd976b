"""Confidential by hand (仅承办人可见): of any kind, because whoever asks wants it so."""

from pathlib import Path

import pytest

from db import doctor
from db.store import driver
from deskapp import completing, corrections, endings, erasures, extensions, handovers, undo
from deskapp import request_lists as lists
from deskapp.corrections import Correction
from deskapp.endings import Ending
from deskapp.requests import Question
from tests.front import front
from tests.library import Library
from tests.refusals import refused
from tests.shelf import bytes_of

SECRET = "想查室友的借阅"
CONTACT = "13812345678"


@pytest.fixture
def reader(library: Library) -> str:
    return library.reader("2023101234")


def words_seen(library: Library, who: str, id: str, code: str | None = None) -> set[str]:
    """What somebody sees of a request: on its record, in a list, by searching."""
    desk = library.at(who, code)
    record = lists.record(desk, id)
    found = [line.question or "" for line in lists.search(desk, SECRET)]
    listed = lists.RequestList(desk, "all").after(None, 50)
    listed_words = [line.question or "" for line in listed if line.subject == id]
    assert record.visible or not record.patron
    said = [word for step in record.course for word in step.facts.values()]
    return {word for word in (record.question, *found, *listed_words, *said) if SECRET in word}


def open_parts(library: Library, id: str, code: str | None = None) -> str:
    """What any desk may read of it in the ledger."""
    desk = library.desks[code] if code else library.desk
    with desk.reading() as connection:
        lines = driver(connection).execute(
            "SELECT data, person, scope FROM fact WHERE subject = ?", (id,)
        )
        return repr(lines.fetchall())


def test_it_is_as_a_confidential_kind_is(library: Library, reader: str) -> None:
    id = library.log("zheng", SECRET, patron=reader, contact=CONTACT, confidential=True).id
    row = library.row(id)
    assert (row["scope"], row["patron"], row["question"]) == ("reader_services", reader, SECRET)
    assert reader not in open_parts(library, id)
    assert words_seen(library, "li", id)  # of the department
    for stranger in ("head", "chen", "admin", "assistant"):
        assert not words_seen(library, stranger, id), stranger
    zheng = library.at("zheng")
    away = {"department": "information", "reason": "duty"}
    refused("ConfidentialStays", handovers.hand_over, zheng, id, **away)
    refused("ConfidentialStays", extensions.join, zheng, id, "information")
    plain = library.log("zheng", "找书", department="information").id
    assert library.row(plain)["scope"] is None


def test_marked_afterwards_it_is_hidden_from_then_on(library: Library, reader: str) -> None:
    id = library.log("li", SECRET, patron=reader, contact=CONTACT).id
    assert words_seen(library, "chen", id)
    corrections.correct(library.at("li"), id, Correction(confidential=True), "读者要求")
    assert not words_seen(library, "chen", id)
    assert words_seen(library, "li", id) == {SECRET}
    row = library.row(id)
    assert (row["scope"], row["patron"], row["contact"]) == ("reader_services", reader, CONTACT)
    again = Correction(confidential=True)
    refused("NothingCorrected", corrections.correct, library.at("li"), id, again, "再记")
    # What comes behind it is said in confidence.
    endings.close(library.at("li"), id, Ending("done", "已答复室友之事"))
    assert "室友" not in open_parts(library, id)
    assert list(doctor.examine(library.desk.ledger)) == []


def test_only_who_sees_it_takes_the_mark_off(library: Library, reader: str) -> None:
    id = library.log("li", SECRET, patron=reader, confidential=True).id
    off = Correction(confidential=False)
    for stranger in ("chen", "head", "admin"):
        refused("NotResponsible", corrections.correct, library.at(stranger), id, off, "转出")
    corrections.correct(library.at("zheng"), id, off, "读者同意")
    assert words_seen(library, "chen", id) == {SECRET}
    handovers.hand_over(library.at("li"), id, department="information", reason="duty")
    # A kind that is confidential stays so, whatever is said.
    kind = library.log("sun", SECRET, kind="bibliotherapy").id
    refused("NothingCorrected", corrections.correct, library.at("sun"), kind, off, "转出")


def test_what_was_said_under_the_mark_is_not_told_without_it(library: Library) -> None:
    li = library.at("li")
    id = library.log("li", SECRET, confidential=True).id
    offer = {"to": library.id("zheng"), "reason": "duty", "note": "情绪低落"}
    handovers.hand_over(li, id, **offer)
    handovers.send_back(library.at("zheng"), id, "先联系家长")
    plain = Correction(words="借阅规则", confidential=False)
    corrections.correct(li, id, plain, "读者同意")
    record = lists.record(library.at("chen"), id)
    said = "".join(word for step in record.course for word in step.facts.values())
    assert record.question == "借阅规则"
    assert not any(word in said for word in (SECRET, "情绪", "家长"))
    assert "读者同意" in said


def test_only_the_department_takes_it(library: Library) -> None:
    """Nobody else, though a lead offers it under the department's name; nor who has none."""
    id = library.log("sun", SECRET, kind="bibliotherapy").id
    lead = library.at("lead")
    assert library.id("nowhere") not in {each.id for each in handovers.takers(lead, id)}
    for taker in ("lead", "nowhere"):
        to = {"to": library.id(taker), "reason": "duty"}
        refused("ConfidentialStays", handovers.hand_over, lead, id, **to)
        refused("ConfidentialStays", handovers.hand_over, lead, id, department="reading", **to)


def test_what_several_departments_do_cannot_become_so(library: Library) -> None:
    id = library.log("li", SECRET).id
    extensions.join(library.at("li"), id, "information")
    mark = Correction(confidential=True)
    refused("ConfidentialStays", corrections.correct, library.at("li"), id, mark, "读者要求")


def test_what_another_department_is_offered_is_taken_back_first(two_desks: Library) -> None:
    library = two_desks
    li, id = library.at("li"), library.log("li", SECRET).id
    handovers.hand_over(li, id, department="information", reason="duty")
    mark = Correction(confidential=True)
    refused("OfferedAlready", corrections.correct, li, id, mark, "读者要求")
    handovers.take_back(li, id)
    for code in ("2F", "3F"):
        library.exchange(code)
    # Marked at one desk, offered at the other: what crosses is accepted no more.
    corrections.correct(li, id, mark, "读者要求")
    there = library.at("lead", "3F")
    handovers.hand_over(there, id, to=library.id("chen"), reason="duty")
    for code in ("2F", "3F", "2F"):
        library.exchange(code)
    for code in ("2F", "3F"):
        chen = library.at("chen", code)
        assert not lists.record(chen, id).may
        refused("NotOfferedToYou", handovers.accept, chen, id)
        assert not words_seen(library, "chen", id, code)


def test_a_wrong_kind_may_be_corrected_to_a_confidential_one(library: Library) -> None:
    id = library.log("li", SECRET).id
    right = Correction(kind="bibliotherapy", department="reading")
    corrections.correct(library.at("li"), id, right, "类别有误")
    assert library.row(id)["scope"] == "reading"
    assert words_seen(library, "sun", id)
    assert not words_seen(library, "zheng", id)
    back = Correction(kind="consultation", department="reader_services", confidential=True)
    refused("ConfidentialStays", corrections.correct, library.at("sun"), id, back, "又错")


def test_undoing_and_completing_keep_the_mark(library: Library, reader: str) -> None:
    li = library.at("li")
    id = library.log("li", SECRET, patron=reader, incomplete=True).id
    draft = completing.draft_of(li, id)
    assert not draft.confidential
    question = Question(draft.words, patron=reader, confidential=True)
    completing.complete(li, id, question)
    assert library.row(id)["scope"] == "reader_services"
    assert completing.draft_of(li, id).confidential
    marked = library.log("li", SECRET, patron=reader).id
    corrections.correct(li, marked, Correction(confidential=True), "读者要求")
    undo.undo(li)
    assert library.row(marked)["scope"] is None
    assert words_seen(library, "chen", marked) == {SECRET}


def test_other_desks_know_no_more_of_it(two_desks: Library) -> None:
    """What had come there before it was marked is in no table and on no screen; what comes later
    does not come. Without the mark it is said again to all.
    """
    library = two_desks
    reader = library.reader("2023101234")
    id = library.log("li", SECRET, patron=reader).id
    for code in ("2F", "3F"):
        library.exchange(code)
    assert words_seen(library, "chen", id, "3F")
    corrections.correct(library.at("li"), id, Correction(confidential=True), "读者要求")
    corrections.correct(library.at("li"), id, Correction(words=f"{SECRET}记录"), "补充")
    for code in ("2F", "3F"):
        library.exchange(code)
    row = library.row(id, "3F")
    assert (row["scope"], row["question"], row["patron"]) == ("reader_services", None, None)
    assert not words_seen(library, "chen", id, "3F")
    corrections.correct(library.at("li"), id, Correction(confidential=False), "读者同意")
    for code in ("2F", "3F"):
        library.exchange(code)
    row = library.row(id, "3F")
    assert (row["scope"], row["question"], row["patron"]) == (None, f"{SECRET}记录", reader)
    assert words_seen(library, "chen", id, "3F")
    for code in ("2F", "3F"):
        ledger = library.desks[code].ledger
        before = library.row(id, code)
        list(ledger.rebuild())
        assert library.row(id, code) == before
        assert list(doctor.examine(ledger)) == []


def test_erasing_reaches_what_was_said_under_the_mark(library: Library, reader: str) -> None:
    id = library.log("li", "找书", patron=reader).id
    for words, mark in ((SECRET, True), ("找一本书", False)):
        correction = Correction(words=words, confidential=mark)
        corrections.correct(library.at("li"), id, correction, "读者要求")
    endings.close(library.at("li"), id, Ending("done", "已找到"))
    erasures.erase_reader(library.at("lead"), reader)
    assert library.row(id)["question"] is None
    for word in (SECRET, "找一本书", "已找到"):
        assert word.encode() not in bytes_of(library.desk.ledger.store.path)
    assert list(doctor.examine(library.desk.ledger)) == []


def test_by_hand_in_the_real_program(store: Path) -> None:
    """A mark in the sentence; on the record Space takes it off, and the course says both."""
    with front(store.parent / "home", store=store, badge="1004") as t:
        t.wait("待我办理", seconds=30)
        t.keys(*"* ", gap=0.1)
        t.wait("[仅承办人可见]")
        t.send(SECRET)
        t.wait(SECRET)
        t.keys("f2")
        t.wait("首问登记")
        t.wait("[仅承办人可见]")
        t.pump(0.2)
        t.keys("enter", gap=0.2)
        t.wait("已登记0004")
        t.wait_gone(SECRET)  # Home faces the queue
        t.keys(*"0004", "enter")
        t.wait("仅承办人可见  ")
        t.wait(SECRET)
        t.keys("7")
        t.wait("可见范围")
        t.wait("1[x]仅承办人可见")
        while ">可见范围" not in t.text():
            t.keys("down", gap=0.05)
            t.pump(0.2)
        t.keys("space", gap=0.2)
        t.wait("1[ ]仅承办人可见")
        t.keys("down", gap=0.2)
        t.send("读者同意")
        t.pump(0.2)
        t.keys("enter")
        t.wait("不再限承办人可见")
