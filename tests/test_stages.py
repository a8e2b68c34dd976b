"""Stages of long kinds: a purchase suggestion through to 'it has arrived'."""

from deskapp import corrections, stages, waiting
from deskapp.corrections import Correction
from deskapp.language import Language
from deskapp.request_lists import RequestList, record
from screens.telling import message
from tests.library import Library, differs_from_ledger, local
from tests.refusals import refused


def test_a_purchase_from_reply_to_arrival(library: Library) -> None:
    library.clock.put("2026-11-23 10:00")
    li, reader = library.at("li"), library.reader("00417")
    id = library.log(words="荐购《黄帝内经》", kind="purchase", patron=reader).id
    at = record(li, id)
    assert (at.stage, at.next_stage, at.due) == ("reply", "order", local("2026-11-25 17:30"))
    ordered = stages.go_on(li, id, "已下单")
    assert (ordered.stage, ordered.outside) == ("order", True)
    assert ordered.until == local("2026-11-30 08:00")
    library.clock.put("2026-12-30 09:00")
    assert not record(li, id).overdue
    assert RequestList(li, "to_chase").count() == 1
    arrived = stages.go_on(li, id)
    assert (arrived.stage, arrived.until) == ("arrival", local("2026-12-31 17:30"))
    at = record(li, id)
    assert (at.waits, at.next_stage, at.due) == (None, "", local("2026-12-31 17:30"))
    assert "已到馆" in message(Language("zh_CN"), li, at)
    assert "has arrived" in message(Language("en"), li, at)
    refused("LastStage", stages.go_on, li, id)
    assert differs_from_ledger(library.desk) == []


def test_what_may_not_go_on(library: Library) -> None:
    li = library.at("li")
    refused("LastStage", stages.go_on, li, library.log(kind="fault").id)
    id = library.log(kind="training").id
    refused("NotResponsible", stages.go_on, library.at("chen"), id)
    waiting.wait_for_reader(li, id)
    refused("RequestWaiting", stages.go_on, li, id)


def test_another_kind_begins_at_its_own_first_stage(library: Library) -> None:
    li, id = library.at("li"), library.log(kind="purchase").id
    stages.go_on(li, id)
    corrections.correct(li, id, Correction(kind="training"), "是预约培训")
    at = record(li, id)
    assert (at.stage, at.next_stage) == ("agree", "hold")
