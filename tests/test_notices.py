"""Whom to tell: who moved up, whose session was moved or dropped, whose event is off."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from db import signup_lists as lists
from db.clock import stamp
from db.signup_rows import WHOLE
from deskapp import crowds, events, notices, signups, undo
from deskapp.events import Time
from deskapp.notices import Notice
from deskapp.signups import Outsider
from tests.gatherings import DAY, gather
from tests.library import Library, differs_from_ledger, local
from tests.refusals import refused
from tests.seating import MANY
from tests.test_signups import sign

LATER = Time(local(f"{DAY} 18:00"), local(f"{DAY} 20:00"), "报告厅")


@pytest.fixture
def there(seated: Library) -> Iterator[Library]:
    yield seated
    assert differs_from_ledger(seated.desk) == []


def whats(library: Library, event: str | None = None) -> list[list[str]]:
    return [[news.what for news in each.news] for each in to_tell(library, event)]


def to_tell(library: Library, event: str | None = None) -> list[Notice]:
    found = notices.to_tell(library.at("assistant"), event)
    assert notices.count(library.at("assistant"), event) == len(found)
    return found


def test_who_moved_up_is_told_once(there: Library) -> None:
    event, li = gather(there, "14:00-16:00", capacity=1), there.at("li")
    first, _ = (sign(there, event, number) for number in MANY[:2])
    assert to_tell(there) == []
    there.clock.move(minutes=1)
    signups.cancel(li, first.subject)
    (notice,) = to_tell(there, event)
    assert (notice.who, notice.number) == ("读*1", "2023****02")
    assert notices.message(li, notice) == (
        "您好！您候补的“信息检索大赛”已递补成功：11-24 周二 14:00-16:00 报告厅。"
        "请准时参加，不能参加请及时告知。（2F）"
    )
    assert notices.tell(li, [notice]) == 1
    assert to_tell(there) == []
    refused("NothingToTell", notices.tell, li, [notice])
    undo.undo(li)
    assert to_tell(there) == [notice]
    there.clock.put(f"{DAY} 16:00")
    assert to_tell(there) == [], "it is over"


def test_who_signed_up_is_told_of_every_change(there: Library) -> None:
    event, li = gather(there, "14:00-16:00", "19:00-20:00", apart=True), there.at("li")
    sign(there, event, MANY[0], session="s1")
    sign(there, event, MANY[1], session="s2")
    there.clock.move(minutes=1)
    events.move(li, event, "s1", LATER)
    (notice,) = to_tell(there)
    assert "18:00-20:00" in notices.message(li, notice)
    there.clock.move(minutes=1)
    sign(there, event, MANY[2], session="s1")
    assert len(to_tell(there)) == 1, "who signs up afterwards knows it"
    there.clock.move(minutes=1)
    events.drop(li, event, "s1", "停电")
    assert notices.tell(li, [notice]) == 1, "what they were told was as it was before"
    assert whats(there) == [["dropped"], ["dropped"]]
    assert "原因：停电。" in notices.message(li, to_tell(there)[0])
    notices.tell(li, to_tell(there))
    there.clock.move(minutes=1)
    events.restore(li, event, "s1")
    assert whats(there) == [["moved"], ["moved"]]
    notices.tell(li, to_tell(there))
    there.clock.move(minutes=1)
    events.drop(li, event, "s2", "停电")
    assert whats(there, event) == [["dropped"]]


def test_one_message_of_all_that_changed(there: Library) -> None:
    event = gather(there, "09:00-10:00", "11:00-12:00", "14:00-15:00", capacity=1)
    li = there.at("li")
    first, _ = (sign(there, event, number) for number in MANY[:2])
    there.clock.move(minutes=1)
    signups.cancel(li, first.subject)
    events.drop(li, event, "s2", "停电")
    (notice,) = to_tell(there)
    assert [news.what for news in notice.news] == ["promoted", "dropped", "promoted"]
    words = notices.message(li, notice)
    assert words.count("递补") == 1
    assert words.index("14:00") < words.index("11:00")
    assert notices.message(li, notice, "en") == (
        "Dear reader: You have a place at “信息检索大赛”, for which you were waiting: Tue 24 Nov "
        "09:00-10:00 报告厅; Tue 24 Nov 14:00-15:00 报告厅. Please be on time, or tell us if you "
        "cannot come. This session of “信息检索大赛” is cancelled: Tue 24 Nov 11:00-12:00 报告厅. "
        "Reason: 停电. (2F)"
    )


def test_what_is_on_again_before_anybody_was_told_needs_no_word(there: Library) -> None:
    event, li = gather(there, "09:00-10:00", "14:00-16:00", apart=True), there.at("li")
    sign(there, event, MANY[0], session="s1")
    there.clock.move(minutes=1)
    events.drop(li, event, "s1", "停电")
    assert whats(there) == [["dropped"]]
    there.clock.move(minutes=1)
    assert not events.restore(li, event, "s1").to_tell
    assert whats(there) == []
    with li.reading() as connection:
        assert lists.count_untold(connection, stamp(li.now())) == 0


def test_an_event_that_is_off_and_on_again(there: Library) -> None:
    event, li = gather(there, "09:00-10:00", "14:00-16:00"), there.at("li")
    signups.sign_up(li, event, outsider=Outsider("孙女士", "13800001111"))
    there.clock.move(minutes=1)
    events.cancel(li, event, "停电")
    (notice,) = to_tell(there)
    assert (notice.who, notice.phone, [news.what for news in notice.news]) == (
        "孙*士", "1380*****11", ["cancelled"],
    )  # fmt: skip
    notices.tell(li, [notice])
    there.clock.move(minutes=1)
    events.restore(li, event)
    assert whats(there) == [["held", "held"]]


def test_volunteers_tell_nobody(there: Library) -> None:
    refused("RoleTooLow", notices.to_tell, there.at("volunteer"))


def test_whose_place_was_taken_back_is_told(there: Library) -> None:
    event, lead = gather(there, "14:00-16:00", capacity=2), there.at("lead")
    for number in MANY[:2]:
        sign(there, event, number)
        there.clock.move(minutes=1)
    with lead.act() as act:
        act.record("event.changed", event, {"capacity": 1})
    crowd = crowds.crowd(lead, event, "s1")
    crowds.cancel(lead, event, "s1", crowd.last[0])
    with lead.act() as act:  # another desk, which has not heard of it, told them of a later change
        change = stamp(act.at + timedelta(minutes=1))
        act.record("signup.told", crowd.last[0].subject, {"session": WHOLE, "change": change})
    (notice,) = to_tell(there)
    assert notice.number == "2023****02"
    assert notices.message(lead, notice) == (
        "您好！很抱歉，“信息检索大赛”报名人数超出名额，您的报名已取消：11-24 周二 14:00-16:00 "
        "报告厅。（2F）"
    )
    assert notices.tell(lead, [notice]) == 1
    assert to_tell(there) == []
    there.clock.move(minutes=1)
    events.move(lead, event, "s1", LATER)
    assert [each.number for each in to_tell(there)] == ["2023****01"], "who is out is told no more"
