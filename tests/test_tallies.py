"""Directional questions: counted in two keys, and never lost or doubled by an exchange."""

from pathlib import Path

from db.doctor import examine
from db.facts import Draft
from db.tallies import subject_of
from deskapp import tallies
from tests.front import front
from tests.library import Library, differs_from_ledger, stored
from tests.refusals import refused

DAY = "2026-11-22"


def test_a_question_is_counted_at_this_desk_today(library: Library) -> None:
    li = library.at("li")
    assert set(tallies.today(li).values()) == {0}
    assert tallies.count(li, "printing").count == 1
    counted = tallies.count_digit(library.at("assistant"), 2)
    assert (counted.what, counted.count) == ("printing", 2)
    assert tallies.count(li, "toilet").count == 1
    assert list(tallies.today(li).items())[:3] == [("toilet", 1), ("printing", 2), ("finding", 0)]
    library.clock.put("2026-11-23 08:00")
    assert set(tallies.today(li).values()) == {0}
    assert tallies.count(li, "printing").count == 1


def test_what_cannot_be_counted(library: Library) -> None:
    li = library.at("li")
    refused("CodeUnknown", tallies.count, li, "telegraph")
    for digit in (0, 8, 9):
        refused("TallyUnknown", tallies.count_digit, li, digit)
    refused("RoleTooLow", tallies.count, library.at("volunteer"), "printing")
    assert set(tallies.today(li).values()) == {0}


def test_counts_of_desks_apart_all_stand(two_desks: Library) -> None:
    for code, times in (("2F", 3), ("3F", 2)):
        for _ in range(times):
            tallies.count(two_desks.at("li", code), "toilet")
    for code in ("2F", "3F", "2F"):
        two_desks.exchange(code)
    assert tallies.today(two_desks.at("li", "2F"))["toilet"] == 3
    assert tallies.today(two_desks.at("li", "3F"))["toilet"] == 2
    assert stored(two_desks.desks["2F"])["tally"] == stored(two_desks.desks["3F"])["tally"]
    assert stored(two_desks.desks["2F"])["clash"] == []
    assert differs_from_ledger(two_desks.desks["2F"]) == []


def test_one_slip_is_taken_back_once_however_often_it_is_said(library: Library) -> None:
    li = library.at("li")
    tallies.count(li, "toilet")
    tallies.count(li, "toilet")
    subject = subject_of(li.code, DAY)
    with li.act() as act:
        (id,) = act.raw.execute("SELECT max(id) FROM fact WHERE subject = ?", (subject,)).fetchone()
        said = {"what": "toilet", "undoes": id}
        act.record_all([Draft("tally.taken_back", subject, said)] * 2)
    assert tallies.today(li)["toilet"] == 1
    assert examine(li.ledger) == []


def test_a_digit_and_enter_on_home(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.wait("指引 1洗手间0 2打印0 3找书0 4校园网0 5存包0 6还书0 7座位0   数字+回车  +再记")
        t.keys("+", "enter")
        t.wait("还没有可再记的指引项")
        t.keys("2", "enter")
        t.wait("指引计数：打印 今日第1次")
        t.wait("2打印1")
        t.send("+\r")
        t.wait("2打印2")
        t.send("2023101234\r")
        t.wait("读者 单")
        t.keys("+")  # one key is enough
        t.wait("2打印3")
        t.pump(0.3)
        t.keys("enter")  # by habit: counts nothing, opens nothing, takes nothing back
        t.pump(0.3)
        t.wait("2打印3")
        assert "指引计数：打印 今日第3次" in t.text()
        t.keys("esc")
        t.wait_gone("读者 单")
        t.keys("＋", "enter")  # an input method's plus
        t.wait("2打印4")
        t.keys("9", "enter")
        t.wait("没有编号为9的指引项")
        t.keys("2", "enter", "3", "enter")
        t.wait("3找书1")
        t.wait("2打印5")
