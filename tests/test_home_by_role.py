"""Home by who stands there: what a card does not do is not offered, nor a secret shown."""

from pathlib import Path

from deskapp import handovers, requests, staff
from deskapp.desk import Role, open_desk
from deskapp.endings import Ending
from deskapp.language import Language
from deskapp.requests import Question
from deskapp.staff import Entry
from tests.front import front, store_in
from tests.program import by_badge

HELPERS = (
    Entry("1014", "吴昊", Role.STUDENT_ASSISTANT, ("reader_services",)),
    Entry("1015", "刘洋", Role.VOLUNTEER, ("reader_services",)),
)


def with_helpers(folder: Path) -> Path:
    store = store_in(folder / "store")
    desk = by_badge(open_desk(store), "1001")
    staff.enter_all(desk, HELPERS)
    id = requests.log(desk, Question("给部门的一件")).id
    handovers.hand_over(desk, id, department="reader_services", reason="duty")
    desk.close()
    return store


def test_an_assistant_signs_and_hands_over_nothing(tmp_path: Path) -> None:
    store = with_helpers(tmp_path)
    with front(tmp_path / "home", store=store, badge="1014") as t:
        t.wait("待我办理", seconds=30)
        assert "待我签收" not in t.text()
        t.keys("f2")
        t.send("要一本书\r")
        t.wait("办理结果    4稍后办理* 6稍后补全")  # what they may, under the digits of all
        t.send("2\r")
        t.wait("权限不足，请另选办理结果")
        t.wait("办理结果    4稍后办理 6稍后补全")
        assert "已登记" not in t.text()  # a handover is not logged as something else
        t.keys("up", "1", "4", "enter")
        t.wait("已登记000")


def test_an_assistant_closes_what_assistants_may(tmp_path: Path) -> None:
    store = with_helpers(tmp_path)
    with front(tmp_path / "home", store=store, badge="1014") as t:
        t.wait("待我办理", seconds=30)
        t.keys("f2")
        t.send("借一把伞 #便民物品 \r")
        t.wait("1当场办结 3引导 4稍后办理* 5暂不能办理")
        t.keys("up", "1", "1", "enter")
        t.wait("，当场办结")


def test_a_volunteers_card_says_what_it_does_not_do(tmp_path: Path) -> None:
    store = with_helpers(tmp_path)
    with front(tmp_path / "home", store=store, badge="1015") as t:
        t.wait("志愿者卡不能登记或查找读者，请找当班馆员", seconds=30)
        assert "待我签收" not in t.text()
        assert "Ctrl+Z" not in t.text()
        assert "Ctrl+Y" not in t.text()
        t.keys("f1")
        t.wait("按键说明")
        assert "Ctrl+Z" not in t.text()
        assert "Ctrl+Y" not in t.text()


def test_what_is_confidential_stands_on_no_open_screen(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    desk = by_badge(open_desk(store), "1002")
    secret = Question("夜里总做噩梦", kind="bibliotherapy")
    requests.log(desk, secret)
    requests.log(desk, Question("找书", urgent=True))
    with front(tmp_path / "home", store=store, badge="1002", columns=160) as t:
        t.wait("（仅承办人可见）阅读疗法", seconds=30)
        t.wait("加急 找书")
        assert "噩梦" not in t.text()
        t.send("0004")
        t.pump(0.3)
        t.keys("enter", gap=0.2)
        t.wait("夜里总做噩梦")
    desk.close()


def test_chips_come_before_what_is_put_aside(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    desk = by_badge(open_desk(store), "1001")
    for _ in range(2):
        requests.log(desk, Question("快", incomplete=True))
    desk.close()
    with front(tmp_path / "home", store=store, badge="1001") as t:
        t.wait("待补全2  Ctrl+Y", seconds=30)
        t.keys("#", *"wxcd", gap=0.1)
        t.wait("> #wxcd")
        t.keys("space", gap=0.2)
        t.wait("[文献传递]")
        t.keys("/", *"xxzxb", gap=0.1)
        t.wait("> /xxzxb")
        t.keys("space", gap=0.2)
        t.wait("[文献传递] [信息咨询部]")
        t.wait_gone("待补全2")
        t.keys("backspace", "backspace", gap=0.2)
        t.wait("待补全2  Ctrl+Y")


def test_shorthand_without_a_meaning_is_named(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.send("#zzqq @nobodyxx 想要三体")
        t.pump(0.3)
        t.keys("enter", gap=0.2)
        t.wait("未识别简写：#zzqq @nobodyxx")
        t.wait("> #zzqq @nobodyxx 想要三体")


def test_digits_typed_together_are_the_next_number(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.keys(*"2023", "enter", gap=0.1)
        t.wait("请选择读者")
        t.keys(*"20231", gap=0.1)
        t.wait_gone("请选择读者")
        t.wait("> 20231")
        t.keys(*"01234", "enter", gap=0.1)
        t.wait("读者 单*强")


def test_what_waits_leaves_room_for_the_reader(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    desk = by_badge(open_desk(store), "1002")
    denied = Ending("not_possible", alternative="候补", lead="1001")
    requests.log(desk, Question("要一个座位"), denied)
    boss = by_badge(desk, "1001")
    for words in ("甲", "乙"):
        requests.log(boss, Question(words, incomplete=True))
    desk.close()
    with front(tmp_path / "home", store=store, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.keys("f2")
        t.send("丙")
        t.keys("f2", "esc")
        t.wait("待补全2  Ctrl+Y")
        assert t.text().count(Language("zh_CN")("list.to_sign")) == 1
        t.send("2023101234\r")
        t.wait("回车查看")
