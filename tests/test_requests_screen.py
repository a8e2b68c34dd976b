"""The lists of requests in the real program, and what a search found as a list's source."""

from pathlib import Path

from deskapp import requests
from deskapp.desk import Desk
from deskapp.request_lists import Line
from deskapp.requests import Question
from screens.requests import Hits
from tests.front import front
from tests.library import Library
from tests.terminal import KEYS


def test_lists_by_digit_and_tab_and_search_by_typing(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.send(KEYS["f3"])
        t.wait("[1待我办理 2]")
        assert "承办部门" not in t.text()
        t.send("2")
        t.wait("[2待我签收 1]")
        t.wait("馆际互借催办")
        t.send(KEYS["tab"])
        t.wait("[3本部门 3]")
        t.send(KEYS["shift+tab"])
        t.wait("[2待我签收 1]")
        t.send("6")
        t.wait("[6全部 3]")
        t.send("插座")  # typed on the list: the box takes it
        t.wait("找到1件")
        t.wait("> 插座")
        t.wait_gone("校友临时证")
        t.send(KEYS["enter"])
        t.wait("办理过程")
        t.send(KEYS["esc"])
        t.wait("找到1件")
        t.send(KEYS["esc"])
        t.wait("[6全部 3]")
        t.keys("0", "9", gap=0.05)  # no list has that digit: it is looked for
        t.wait("“09” 找到0件")
        t.send("\x15")
        t.send("！！")
        t.wait("没有可查的字词")
        t.keys("esc")
        t.wait("[6全部 3]")
        t.send("0003")
        t.wait("找到1件")
        t.wait("> 0003")
        t.send(KEYS["enter"])
        t.wait("办理过程")
        t.wait("馆际互借催办")


def test_what_was_logged_in_a_hurry_is_a_list_and_enter_completes_it(
    store: Path, desk: Desk
) -> None:
    requests.log(desk, Question("借书证", incomplete=True, urgent=True))
    with front(store.parent, store=store, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.send(KEYS["f3"])
        t.wait("待补全 1")
        t.send(KEYS["shift+tab"])  # behind the last one that has a digit
        t.wait("[待补全 1]")
        t.wait("加急 借书证")
        t.send(KEYS["enter"])
        t.wait("补全0004")
        t.send("丢了\r\r")
        t.wait("已补全0004")
        t.wait("[待补全 0]")
        t.keys("1")
        t.wait("[1待我办理 3]")
        t.keys(*"0004")
        t.wait("找到1件")
        t.keys("enter")
        t.wait("状态        加急  办理中")


def test_a_card_shows_whose_it_is(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.send(KEYS["f3"])
        t.wait("[1待我办理 2]")
        for card, said in (("A1B2C3", "读者 单*强  2023****34"), ("FFFF0000", "未识别此卡")):
            t.send(f"{card}\r")  # on the list
            t.wait(said)
        t.send("插座")
        t.wait("找到1件")
        t.pump(0.2)
        t.send("2023101235\r")  # in the box
        t.wait("读者 曾*查")
        t.wait("> 插座")
        t.wait("找到1件")


def test_more_columns_where_there_is_room(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001", language="en", columns=160, rows=48) as t:
        t.wait("To do", seconds=30)
        t.send(KEYS["f3"])
        t.wait("[1To do 2]")
        for title in ("Received", "Department", "Kind", "State"):
            assert title in t.text()
        t.wait("Reader Services")


def test_what_was_found_is_a_source(library: Library) -> None:
    for number in range(7):
        requests.log(library.at("li"), Question(f"插座{number} [/]"))
    hits = Hits(library.at("li"), "插座")
    assert hits.count() == 7
    rows: list[Line] = hits.rows
    assert [line.question for line in rows] == [f"插座{n} [/]" for n in range(6, -1, -1)]
    for place, line in enumerate(rows):
        assert hits.place(line) == place
        assert hits.after(hits.key(line), 3) == rows[place + 1 : place + 4]
        assert hits.before(hits.key(line), 3) == rows[max(0, place - 3) : place]
    assert hits.after(None, 2, 3) == rows[3:5]
    assert hits.before(None, 2, 3) == rows[2:4]
    library.log(words="又一个插座")
    assert hits.count() == 8
