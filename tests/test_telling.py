"""The reader learns the result in time; what is known afterwards is added."""

from dataclasses import replace

import pytest

from deskapp import corrections, endings, erasures, requests, telling, undo
from deskapp.corrections import Correction
from deskapp.endings import Ending
from deskapp.language import Language
from deskapp.request_lists import RequestList, record
from deskapp.requests import Question
from screens.telling import message
from tests.library import Library, local
from tests.refusals import refused

DONE = Ending("done", "已传递到邮箱")


@pytest.fixture
def closed(library: Library) -> str:
    """Asked by a reader on Monday 10:00, closed at once."""
    library.clock.put("2026-11-23 10:00")
    id = library.log(kind="delivery", words="要全文", patron=library.reader("00417")).id
    endings.close(library.at("li"), id, DONE)
    return id


def test_whoever_asked_is_told_within_a_workday(library: Library, closed: str) -> None:
    li = library.at("li")
    assert record(li, closed).tell_by == local("2026-11-24 17:30")
    for who, count in (("li", 1), ("chen", 1), ("sun", 0)):
        assert RequestList(library.at(who), "to_tell").count() == count
    refused("CodeUnknown", telling.tell, li, closed, "pigeon")
    refused("NotResponsible", telling.tell, library.at("sun"), closed, "phone")
    telling.tell(library.at("chen"), closed, "mail")
    at = record(li, closed)
    assert (at.told_at, at.told_channel, at.late) == (library.clock.at, "mail", False)
    assert RequestList(li, "to_tell").count() == 0
    refused("ToldAlready", telling.tell, li, closed, "mail")
    assert "tell" not in at.may


def test_told_late_counts_as_overdue(library: Library, closed: str) -> None:
    li = library.at("li")
    library.clock.put("2026-11-25 08:00")
    assert record(li, closed).overdue
    telling.tell(li, closed, "phone")
    at = record(li, closed)
    assert (at.overdue, at.late) == (False, True)


def test_who_stands_there_is_told_with_the_end(library: Library) -> None:
    li = library.at("li")
    id = library.log(kind="delivery", words="要全文", patron=library.reader("00417")).id
    refused("CodeUnknown", endings.close, li, id, replace(DONE, told="pigeon"))
    endings.close(li, id, replace(DONE, told="in_person"))
    at = record(li, id)
    assert (at.told_channel, at.tell_by, "tell" in at.may) == ("in_person", None, False)
    assert undo.undo(li).what == "closed"
    at = record(li, id)
    assert (at.status, at.told_at) == ("open", None)


def test_opened_again_it_is_to_be_told_again(library: Library, closed: str) -> None:
    li = library.at("li")
    telling.tell(li, closed, "mail")
    endings.reopen(li, closed, "缺页")
    telling.tell(li, closed, "mail")  # how it stands: that is not yet the result
    assert record(li, closed).told_at is None
    endings.close(li, closed, DONE)
    assert record(li, closed).tell_by is not None


def test_nobody_is_told_who_is_not_known_or_stood_there(library: Library) -> None:
    li = library.at("li")
    id = library.log().id
    endings.close(li, id, DONE)
    refused("NobodyToTell", telling.tell, li, id, "phone")
    asked = Question("几点闭馆", patron=library.reader("00417"))
    assert record(li, requests.log(li, asked, Ending("done", "22点")).id).tell_by is None
    assert RequestList(li, "to_tell").count() == 0


def test_nobody_is_told_who_was_erased(library: Library) -> None:
    li, reader = library.at("li"), library.reader("00417")
    id, kept = (library.log(patron=reader, contact="8805").id for _ in "12")
    erasures.erase_reader(library.at("lead"), reader)
    endings.close(li, id, DONE)
    assert record(li, id).tell_by is None
    corrections.correct(li, kept, Correction(contact="8806"), "另有联系人")
    endings.close(li, kept, DONE)
    assert record(li, kept).tell_by is not None
    assert RequestList(li, "to_tell").count() == 1


def test_the_message_says_what_was_asked_and_what_became_of_it(
    library: Library, closed: str
) -> None:
    li = library.at("li")
    said = message(Language("zh_CN"), li, record(li, closed))
    for words in ("要全文", "已传递到邮箱", record(li, closed).number, "华北理工大学图书馆"):
        assert words in said
    assert "要全文" in message(Language("en"), li, record(li, closed))
    secret = library.log("sun", words="想约阅读疗法", kind="bibliotherapy", contact="8805").id
    said = message(Language("zh_CN"), library.at("sun"), record(library.at("sun"), secret))
    assert "您预约的服务有新安排" in said
    assert "阅读疗法" not in said


def test_what_is_known_afterwards(library: Library, closed: str) -> None:
    li = library.at("li")
    for wrong in ({}, {"effort": 7}, {"satisfaction": 0}, {"minutes": -1}):
        refused("RatingWrong", telling.rate, li, closed, **wrong)
    refused("NotResponsible", telling.rate, library.at("sun"), closed, effort=3)
    refused("RequestOpen", telling.rate, li, library.log().id, effort=3)
    telling.rate(li, closed, minutes=25, effort=4)
    telling.rate(library.at("chen"), closed, satisfaction=3)
    at = record(li, closed)
    assert (at.minutes, at.effort, at.satisfaction) == (25, 4, 3)


def test_a_lead_signs_what_was_agreed_by_telephone(library: Library) -> None:
    li, lead, id = library.at("li"), library.at("lead"), library.log().id
    endings.close(li, id, Ending("not_possible", alternative="馆际互借", lead="1003"))
    assert RequestList(lead, "to_sign").count() == 1
    assert "sign" in record(lead, id).may
    refused("RoleTooLow", endings.sign_agreement, li, id)
    refused("NoAgreement", endings.sign_agreement, library.at("head"), id)
    endings.sign_agreement(lead, id)
    assert RequestList(lead, "to_sign").count() == 0
    refused("NoAgreement", endings.sign_agreement, lead, id)


def test_what_was_told_to_bring_is_on_record(library: Library) -> None:
    li = library.at("li")
    question = Question("要全文", kind="delivery", told=("title", "mail"))
    assert record(li, requests.log(li, question).id).told == ("title", "mail")
    refused("CodeUnknown", requests.log, li, Question("x", kind="delivery", told=("passport",)))


def test_a_student_assistant_closes_only_what_is_for_assistants(library: Library) -> None:
    assistant = library.at("assistant")
    first = library.id("li")
    question = Question("要全文", kind="delivery", first_responder=first)
    refused("RoleTooLow", requests.log, assistant, question, DONE)
    asked = Question("洗手间在哪", kind="directional", first_responder=first)
    assert requests.log(assistant, asked, Ending("done", "二层东")).closed
