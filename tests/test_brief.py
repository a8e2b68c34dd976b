"""Home's short lists: what stands beside a request, and the counts of what is not shown."""

from datetime import date
from pathlib import Path

from deskapp import endings, handovers, waiting
from deskapp.endings import Ending
from deskapp.language import Language
from deskapp.request_lists import RequestList
from screens import brief
from tests.front import front
from tests.library import Library

T = Language()


def shown(library: Library, who: str = "li") -> list[list[str]]:
    """The cells of what is somebody's own."""
    desk = library.at(who)
    columns = brief.mine(T, desk)
    lines = RequestList(desk, "mine").after(None, 9)
    return [[str(column.cell(line)) for column in columns] for line in lines]


def test_what_is_to_be_chased_is_not_called_overdue(library: Library) -> None:
    id = library.log("li", "灯不亮", kind="fault").id
    waiting.wait_outside(library.at("li"), id, day=date(2026, 11, 24))
    assert shown(library)[0][-1] == "11-24 周二"
    assert brief.count_words(T, library.at("li")) == " 本部门0  逾期0  转出未结0"
    library.clock.put("2026-11-25 10:00")
    assert shown(library)[0][-1] == "待催"
    assert brief.count_words(T, library.at("li")) == " 本部门0  逾期0  转出未结0\n 待催 1"


def test_what_came_back_says_so_beside_its_due_time(library: Library) -> None:
    id = library.log("li", "找不到书").id
    handovers.hand_over(library.at("li"), id, to=library.id("zheng"), reason="duty")
    assert shown(library)[0][-1] == "转办待签收"
    handovers.send_back(library.at("zheng"), id, "不归我办")
    assert shown(library)[0][1] == "已退回 找不到书"
    assert shown(library)[0][-1].startswith("今日")


def test_what_the_reader_has_not_been_told_is_counted(library: Library) -> None:
    id = library.log("li", "找不到书", contact="13800000000").id
    endings.close(library.at("li"), id, Ending("done", "已找到"))
    assert brief.count_words(T, library.at("li")).endswith("\n 待回告 1")


def test_kind_and_department_where_there_is_room(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001", columns=160, rows=48) as t:
        wanted = ("考研座插座无电", "一般咨询", "读者服务部")
        t.wait_until(
            lambda: any(all(word in line for word in wanted) for line in t.lines()), f"{wanted}"
        )
