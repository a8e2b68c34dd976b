"""Who was asked first: the operator, unless a digit says otherwise; and only who was there."""

from functools import partial
from pathlib import Path

from deskapp import request_lists, requests, shifts, staff
from deskapp.desk import open_desk
from deskapp.request_lists import RequestList
from deskapp.requests import Question
from deskapp.staff import Entry
from tests.front import front, store_in
from tests.library import Library, local
from tests.program import by_badge
from tests.refusals import refused


def test_only_who_is_on_duty_is_named(library: Library) -> None:
    li, lead, assistant = (library.at(who) for who in ("li", "lead", "assistant"))
    of = partial(Question, "找书")
    by_zheng = of(first_responder=library.id("zheng"))
    earlier = of(first_responder=library.id("zheng"), received=local("2026-11-21 10:00"))
    requests.log(li, by_zheng)  # no shift runs: nobody knows who is there
    shifts.open_shift(li)
    shifts.join(library.at("chen"))
    requests.log(li, of(first_responder=library.id("chen")))
    assert refused("FirstResponderAway", requests.log, li, by_zheng).facts == {"name": "郑浩"}
    requests.log(li, earlier)
    requests.log(lead, by_zheng)
    requests.log(library.at("zheng"), by_zheng)  # at this desk, though not on duty
    requests.log(assistant, of(first_responder=library.id("chen")))
    refused("FirstResponderAway", requests.log, assistant, by_zheng)
    refused("FirstResponderAway", requests.log, assistant, earlier)


def test_a_colleague_on_duty_costs_two_keys(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    desk = open_desk(store)
    shifts.open_shift(by_badge(desk, "1002"))
    shifts.join(by_badge(desk, "1004"))
    with front(tmp_path / "home", store=store, badge="1002") as t:
        t.wait("待我办理", seconds=30)
        t.send("还书箱在哪")
        t.pump(0.2)
        t.keys("enter", gap=0.2)
        t.wait(">办理结果")
        t.keys("up", gap=0.2)
        t.wait(">首问责任人  1李静* 2陈莉")
        t.keys("2", "4", "enter", gap=0.2)
        t.wait("承办人陈莉")
    line = RequestList(by_badge(desk, "1004"), "mine").after(None, 1)[0]
    record = request_lists.record(by_badge(desk, "1004"), line.subject)
    assert (record.question, record.first_responder) == ("还书箱在哪", "陈莉")
    desk.close()


OTHERS = ("钱一平", "冯二虎", "蒋三江", "沈四维", "韩五岳", "杨六郎", "朱七宝", "秦八方", "许九如")


def test_a_lead_sees_who_is_on_duty_before_all_others(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    desk = open_desk(store)
    lead = by_badge(desk, "1001")
    entries = [Entry(f"20{n:02}", name) for n, name in enumerate(OTHERS)]
    staff.enter_all(lead, entries)
    shifts.open_shift(lead)
    shifts.join(by_badge(desk, "1002"))
    desk.close()
    with front(tmp_path / "home", store=store, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.keys("f2")
        t.wait(" 首问责任人  1王敏* 2李静")
        assert OTHERS[0] not in t.text()
        t.send("找书\r")
        t.keys("up", gap=0.2)
        t.wait(OTHERS[0])  # with the focus, all
        t.send("xujiuru\r")
        t.wait(">办理结果")
        t.wait(" 首问责任人  许九如* 1王敏 2李静")


def test_a_confidential_kind_says_who_may_see_it(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    with front(tmp_path / "home", store=store, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.keys("f2")
        t.send("想约阅读疗法")
        t.wait("仅承办人可见")
        t.keys(*["backspace"] * 4, gap=0.05)
        t.wait_gone("仅承办人可见")
        t.send(" #ydlf ")
        t.wait("[阅读疗法预约] 仅承办人可见")
