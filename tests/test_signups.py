"""Signing up for events: by whom, for what, up to when; who waits moves up in the order asked."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from db import event_pages
from db import signup_pages as pages
from db.clock import stamp
from db.store import driver
from deskapp import events, numbers, signups
from deskapp.desk import Desk
from deskapp.doors import Door
from deskapp.signups import IN, WAITING, WHOLE, Outsider, SignedUp
from tests.gatherings import gather
from tests.library import Library, differs_from_ledger, local, stored
from tests.refusals import refused
from tests.seating import MANY, NUMBERS

SHAN, ZENG, OUYANG = NUMBERS


@pytest.fixture
def there(seated: Library) -> Iterator[Library]:
    yield seated
    assert differs_from_ledger(seated.desk) == []


def sign(
    library: Library, event: str, number: str = SHAN, who: str = "assistant", **more: Any
) -> SignedUp:
    return signups.sign_up(library.at(who), event, library.reader(number), **more)


def statuses(library: Library, event: str) -> dict[str, str]:
    """By the first places' numbers, in the order asked."""
    sql = (
        "SELECT coalesce(reader.number, signup.name), status FROM signup LEFT JOIN reader "
        "ON reader.subject = patron WHERE event = ? ORDER BY asked_at, signup.subject"
    )
    with library.desk.reading() as connection:
        return dict(driver(connection).execute(sql, (event,)).fetchall())


def test_a_reader_signs_up_and_gives_it_up(there: Library) -> None:
    event = gather(there, "14:00-16:00", capacity=2)
    done = sign(there, event)
    assert (done.status, done.session, done.ahead) == (IN, WHOLE, 0)
    assert refused("SignedUpAlready", sign, there, event).facts["status"] == IN
    signups.cancel(there.at("assistant"), done.subject, why="有事")
    refused("SignupOver", signups.cancel, there.at("li"), done.subject)
    refused("SignupUnknown", signups.cancel, there.at("li"), "signup:e:nobody")
    assert sign(there, event).subject == done.subject
    with there.desk.reading() as connection:
        assert event_pages.heads(connection, [event])[event][WHOLE].expected == 1


def test_who_waits_moves_up_in_the_order_asked(there: Library) -> None:
    event, li = gather(there, "14:00-16:00", capacity=2), there.at("li")
    first = sign(there, event, MANY[0], places=2)
    for n, number in enumerate(MANY[1:4]):
        there.clock.move(seconds=1)
        done = sign(there, event, number, places=2 if n == 0 else 1)
        assert (done.status, done.ahead) == (WAITING, n)
    fewer = signups.change(li, first.subject, places=1)
    assert [each.places for each in fewer.promoted] == [1], "the group has no room yet"
    assert list(statuses(there, event).values()) == [IN, WAITING, IN, WAITING]
    refused("EventFull", signups.change, li, first.subject, places=2)
    gone = signups.cancel(li, first.subject)
    assert len(gone.promoted) == 1
    assert list(statuses(there, event).values()) == ["cancelled", WAITING, IN, IN]


def test_a_greater_capacity_moves_them_up(there: Library) -> None:
    event = gather(there, "14:00-16:00", capacity=1)
    for number in MANY[:4]:
        sign(there, event, number)
        there.clock.move(seconds=1)
    assert signups.go_on(there.at("li"), event) == ()
    events.change(there.at("li"), event, capacity=2)
    assert list(statuses(there, event).values()) == [IN, IN, WAITING, WAITING]
    events.allow(there.at("lead"), event, "s1", 3)
    assert list(statuses(there, event).values()) == [IN, IN, IN, WAITING]


def test_what_the_event_refuses(there: Library) -> None:
    tomorrow, past = stamp(local("2026-11-23 08:00")), stamp(local("2026-11-21 08:00"))
    refused("EventUnknown", sign, there, "event:none")
    assert "08:00" in str(
        refused("SignupNotOpen", sign, there, gather(there, "14:00-16:00", opens_at=tomorrow)).facts
    )
    closed = gather(there, "14:00-16:00", closes_at=past)
    assert refused("SignupClosed", sign, there, closed).facts == {"closes": "11-21 08:00"}
    teachers = gather(there, "14:00-16:00", audience=["teachers"])
    assert refused("NotInvited", sign, there, teachers).facts == {"whose": "teachers"}
    no = Door(there.at("li"), teachers, "s1", "东门").walk_in(SHAN).refusal
    assert no is not None
    assert no.facts == {"whose": "teachers"}
    refused("NotInvited", sign, there, gather(there, "14:00-16:00", audience=["gone"]))
    assert sign(there, gather(there, "14:00-16:00", audience=["teachers"]), OUYANG).status == IN
    event = gather(there, "14:00-16:00", capacity=1, queues=False)
    refused("PlacesWrong", sign, there, event, places=2)
    refused("PlacesWrong", sign, there, event, places=0)
    sign(there, event)
    assert refused("EventFull", sign, there, event, ZENG).facts == {"free": 0}
    refused("RoleTooLow", signups.sign_up, there.at("volunteer"), event, there.reader(ZENG))
    refused("PatronUnknown", signups.sign_up, there.at("li"), event, "reader:nobody")
    refused("NobodyNamed", signups.sign_up, there.at("li"), event)
    with there.at("li").act() as act:
        act.record("event.cancelled", event, {"why": "停电"})
    title = {"event": "信息检索大赛"}
    assert refused("EventCancelled", sign, there, event, ZENG).facts == title
    event = gather(there, "14:00-16:00")
    there.clock.put("2026-11-24 16:00")
    refused("SessionOver", sign, there, event)


def test_sessions_that_are_apart(there: Library) -> None:
    event = gather(there, "09:00-10:00", "14:00-16:00", "15:00-17:00", apart=True, capacity=1)
    refused("SessionUnchosen", sign, there, event)
    refused("SessionUnknown", sign, there, event, session="s9")
    assert sign(there, event, session="s2").status == IN
    assert sign(there, event, session="s1").status == IN
    other = sign(there, event, session="s3")
    assert [(each.title, each.event) for each in other.beside] == [("信息检索大赛", event)]
    assert sign(there, event, ZENG, session="s2").status == WAITING
    with there.at("li").act() as act:
        act.record("event.dropped", event, {"session": "s3"})
    refused("SessionDropped", sign, there, event, ZENG, session="s3")
    there.clock.put("2026-11-24 13:00")
    assert sign(there, event, OUYANG).session == "s2", "the only one that is to come"


def test_one_who_is_expected_elsewhere_is_warned(there: Library) -> None:
    film, talk = gather(there, "14:00-16:00", title="电影"), gather(there, "15:00-17:00")
    sign(there, film)
    assert [each.title for each in sign(there, talk).beside] == ["电影"]
    assert signups.beside(there.at("li"), talk, there.reader(SHAN))[0].event == film
    assert signups.beside(there.at("li"), talk, there.reader(ZENG)) == ()


def test_questions_are_answered(there: Library) -> None:
    size = {"code": "size", "text": "尺码", "choices": ["S", "M", "L"], "must": True}
    diet = {"code": "diet", "text": "饮食", "choices": [], "must": False}
    door = {"code": "team", "text": "队名", "choices": [], "must": True, "door": True}
    event = gather(there, "14:00-16:00", questions=[size, diet, door])
    refused("QuestionUnanswered", sign, there, event)
    refused("AnswerUnknown", sign, there, event, answers={"size": "XXL"})
    done = sign(there, event, answers={"size": "m", "diet": " 清真 ", "shoe": "42"})
    row = find(there.desk, done)
    assert json.loads(row["answers"]) == {"size": "M", "diet": "清真"}
    before = stored(there.desk)
    same = signups.change(
        there.at("li"), done.subject, places=1, answers={"size": "M", "diet": "清真"}
    )
    assert (same.changed, stored(there.desk)) == (False, before), "nothing to record"
    assert signups.change(there.at("li"), done.subject, answers={"size": "L"}).changed
    assert json.loads(find(there.desk, done)["answers"]) == {"size": "L"}


def find(desk: Desk, done: SignedUp) -> dict[str, Any]:
    with desk.reading() as connection:
        row = pages.row(connection, done.subject, done.session)
    assert row is not None
    return row.model_dump()


def test_whoever_is_no_reader(there: Library) -> None:
    event, li = gather(there, "14:00-16:00"), there.at("li")

    def outside(name: str, phone: str = "") -> SignedUp:
        return signups.sign_up(li, event, outsider=Outsider(name, phone))

    refused("NobodyNamed", outside, " ")
    refused("PhoneWrong", outside, "孙女士", "12")
    done = outside("孙　女士", "＋86 138-0000-1111")
    assert find(there.desk, done) | {"name": "孙女士", "phone": "13800001111"} == find(
        there.desk, done
    )
    refused("SignedUpAlready", outside, "孙女士", "13800001111")
    assert outside("小孩").subject != outside("小孩").subject
    signups.change(li, done.subject, phone="13900002222", places=3)
    assert find(there.desk, done)["phone"] == "13900002222"
    refused("SignedUpAlready", outside, "孙女士", "13900002222")
    refused("NotInvited", signups.sign_up, li, gather(there, "14:00-16:00", audience=["teachers"]),
            outsider=Outsider("某人"))  # fmt: skip


def test_two_numbers_are_one_person(there: Library) -> None:
    event = gather(there, "14:00-16:00")
    done = sign(there, event, SHAN)
    numbers.merge(there.at("li"), there.reader(SHAN), there.reader(ZENG))
    refused("SignedUpAlready", sign, there, event, ZENG)
    signups.cancel(there.at("li"), done.subject)
    assert sign(there, event, ZENG).status == IN


def test_who_was_there_keeps_it(there: Library) -> None:
    event, li = gather(there, "14:00-16:00"), there.at("li")
    done = sign(there, event, places=3)
    with li.act() as act:
        act.record("door.admitted", done.subject, {"session": "s1", "door": "east", "heads": 2})
    refused("SignupUsed", signups.cancel, li, done.subject)
    refused("PlacesUsed", signups.change, li, done.subject, places=1)
    assert signups.change(li, done.subject, places=2).places == 2
