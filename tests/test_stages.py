"""Stages of long kinds: a purchase suggestion through to 'it has arrived'."""

from deskapp import corrections, endings, extensions, stages, telling, waiting
from deskapp.corrections import Correction
from deskapp.endings import Ending
from deskapp.language import Language
from deskapp.request_lists import RequestList, record
from screens.acts import by_digit
from screens.telling import message
from tests.library import Library, differs_from_ledger, local
from tests.refusals import refused

DONE = Ending("done", "好")


def test_a_purchase_from_reply_to_arrival(library: Library) -> None:
    library.clock.put("2026-11-23 10:00")
    li, reader = library.at("li"), library.reader("00417")
    id = library.log(words="荐购《黄帝内经》", kind="purchase", patron=reader).id
    at = record(li, id)
    assert (at.stage, at.next_stage, at.due) == ("reply", "order", local("2026-11-25 17:30"))
    ordered = stages.go_on(li, id, "已下单")
    assert (ordered.stage, ordered.outside) == ("order", True)
    digits = by_digit(record(li, id))
    assert (digits[4], digits[5]) == ("next_stage", "chase")
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


def test_not_done_before_its_reader_can_be_told_that_it_has_come(library: Library) -> None:
    library.clock.put("2026-11-23 10:00")
    li, reader = library.at("li"), library.reader("00417")
    id, held, lost = (library.log(kind="purchase", patron=reader).id for _ in "123")
    for stage in ("reply", "order"):
        assert record(li, id).stage == stage
        refused("StageAhead", endings.close, li, id, DONE)
        stages.go_on(li, id)
    telling.tell(li, id, "phone")
    assert record(li, id).told_at == library.clock.at
    refused("ToldAlready", telling.tell, li, id, "phone")
    endings.close(li, id, DONE)
    at = record(li, id)
    assert (at.tell_by, at.told_channel, at.late) == (None, "phone", False)
    assert RequestList(li, "to_tell").count() == 0
    endings.close(li, held, Ending("referred", "馆藏已有", "四层", "东侧书架", "8805"))
    endings.close(library.at("lead"), lost, Ending("not_possible", alternative="馆际互借"))
    telling.tell(li, held, "phone")
    assert differs_from_ledger(library.desk) == []


def test_telling_how_it_stands_is_not_the_result(library: Library) -> None:
    li = library.at("li")
    id = library.log(kind="purchase", contact="8805").id
    telling.tell(li, id, "phone")
    assert record(li, id).told_at is None


def test_opened_again_a_purchase_on_order_begins_at_its_reply(library: Library) -> None:
    """On Monday the 30th: two office days, to Wednesday. At the arrival: one, to Tuesday."""
    library.clock.put("2026-11-23 10:00")
    li = library.at("li")
    ordered, arrived = (library.log(kind="purchase").id for _ in "12")
    for id in (ordered, arrived, arrived):
        stages.go_on(li, id)
    lead = library.at("lead")
    for id in (ordered, arrived):
        endings.close(lead, id, Ending("not_possible", alternative="馆际互借"))
    library.clock.put("2026-11-30 10:00")
    assert endings.reopen(li, ordered, "又有货").due == local("2026-12-02 17:30")
    assert endings.reopen(li, arrived, "又有货").due == local("2026-12-01 17:30")
    at = record(li, ordered)
    assert (at.stage, at.waits, at.next_stage) == ("reply", None, "order")
    assert record(li, arrived).stage == "arrival"
    assert differs_from_ledger(library.desk) == []


def test_an_investigation_replies_in_five_workdays_and_concludes_in_ten(library: Library) -> None:
    """From Monday the 23rd: Monday the 30th, and Monday the 7th, however soon the reply. Extended
    by five days, which are given to the conclusion too.
    """
    library.clock.put("2026-11-23 10:00")
    li = library.at("li")
    id, extended = (library.log(kind="investigation").id for _ in "12")
    assert (record(li, id).stage, record(li, id).due) == ("reply", local("2026-11-30 17:30"))
    assert extensions.extend(li, extended, "inquiry").due == local("2026-12-07 17:30")
    library.clock.put("2026-11-25 10:00")
    assert stages.go_on(li, id, "已答复").until == local("2026-12-07 17:30")
    assert stages.go_on(li, extended).until == local("2026-12-14 17:30")
    library.clock.put("2026-12-01 10:00")
    assert not record(li, id).overdue
    endings.close(li, id, DONE)
    assert not record(li, id).late


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
