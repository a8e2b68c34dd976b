"""The application: start, keys, languages, other processes, a store that goes, trouble."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from deskapp import config, requests
from deskapp.app import DeskApp
from deskapp.desk import Role, open_desk
from deskapp.requests import Question
from screens.base import DeskScreen
from screens.commands import offered
from screens.home import HomeScreen
from screens.scanbox import ScanBox
from screens.signin import SignInScreen
from tests.front import PIN, app_on, front, shown, store_in, until
from tests.program import by_badge
from tests.terminal import ROOT, Terminal

LATIN = {"Enter", "Tab", "Esc", "Ctrl", "PgUp", "PgDn", "Home", "End", "csv", "xlsx", "AIM"}
"""Latin letters that a Chinese screen may show: names of keys and of kinds of file"""


def test_nothing_of_the_store_is_loaded_before_the_first_paint() -> None:
    heavy = ("sqlmodel", "sqlalchemy", "pydantic", "argon2", "pypinyin", "calamine")
    code = f"import sys, deskapp.app; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_frame_is_painted_first_and_keys_typed_meanwhile_are_kept(tmp_path: Path) -> None:
    with front(tmp_path, afresh=True) as t:
        t.wait("正在打开")
        t.keys(*"1002", "enter", *PIN, "enter", gap=0.045)
        t.wait("待我办理")
        t.wait("李静")


def test_keys_of_the_frame(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001") as t:
        t.wait("待我办理")
        for keys in (("f1",), ("ctrl+o", "1")):
            t.keys(*keys)
            t.wait("按键说明")
            t.wait("办件台账")
            t.keys("esc")
            t.wait_gone("按键说明")
        t.keys("1")
        t.wait("> 1")  # without Ctrl+O a digit is a digit
        t.keys("backspace", "ctrl+c")
        t.wait("按 Ctrl+Q 退出")
        t.keys("ctrl+q")
        t.wait("确定退出")
        t.send("2023101234\r")  # a scan answers nothing: the next reader is there
        t.wait_gone("确定退出")
        t.wait("回车查看")
        t.keys("ctrl+q", "enter")
        t.wait_gone("确定退出")
        t.keys("ctrl+q", "right")
        assert t.leave(b"\r") == 0


def test_the_palette_finds_its_commands(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001") as t:
        t.wait("待我办理")
        t.keys("ctrl+p")
        t.wait("查找命令")
        t.send("没有这个")
        t.wait("没有匹配的命令")
        t.keys("enter")
        t.send("2023101234\r")  # a stray scan runs nothing and leaves nothing behind
        t.wait_gone("没有匹配的命令")
        t.keys("esc")
        t.wait_gone("方向键选择")
        t.keys("ctrl+p")
        t.send("导入")
        t.wait_gone("馆员名单")
        t.keys("enter")
        t.wait("输入文件路径")


async def test_another_language_keeps_what_is_typed(tmp_path: Path) -> None:
    app = app_on(store_in(tmp_path / "store"), "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        app.screen.query_one("#box", ScanBox).value = "打印机卡纸"
        app.speak("en")
        await until(pilot, lambda: "To do" in shown(pilot, "mine-heading"))
        box = app.screen.query_one("#box", ScanBox)
        assert box.value == "打印机卡纸"
        assert app.focused is box
        assert "Scan a card" in str(box.placeholder)
        assert "Help" in shown(pilot, "keys")
        app.speak("zh_CN")
        await until(pilot, lambda: "待我办理" in shown(pilot, "mine-heading"))


def _words(app: DeskApp) -> str:
    assert isinstance(app.screen, DeskScreen)
    return "".join(f"{each.word} {each.sentence} " for each in app.screen.all_hints()) + "".join(
        f"{each.words} {each.sentence} " for each in offered(app.screen)
    )


@pytest.mark.parametrize("badge", ["", "1001"])
async def test_each_language_is_spoken_alone(tmp_path: Path, badge: str) -> None:
    app = app_on(store_in(tmp_path / "store"), badge)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen if badge else SignInScreen))
        assert set(re.findall(r"[A-Za-z]{2,}", _words(app))) <= LATIN
        app.speak("en")
        await until(pilot, lambda: "Help" in shown(pilot, "keys"))
        assert not re.search("[\u3400-\u9fff]", _words(app))


async def test_what_another_process_logs_is_seen(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        await until(pilot, lambda: "2" in shown(pilot, "mine-heading"))
        other = open_desk(store)
        requests.log(by_badge(other, "1001"), Question("门禁刷不开"))
        other.close()
        await until(pilot, lambda: "3" in shown(pilot, "mine-heading"))


def test_a_store_that_goes_is_told_and_nothing_typed_is_lost(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    with front(tmp_path, store=store, badge="1001") as t:
        t.wait("待我办理")
        t.send("考研座位的灯不亮")
        t.wait("灯不亮")
        store.rename(tmp_path / "elsewhere")
        t.wait("找不到数据文件")
        for key in ("enter", "f2", "f3"):
            t.keys(key)
            t.pump(0.2)
            t.wait("灯不亮")
        assert "Traceback" not in t.text()
        (tmp_path / "elsewhere").rename(store)
        t.wait("台账已可使用")
        t.keys("f3")
        t.wait_gone("灯不亮")


def test_a_store_that_cannot_be_opened_is_explained_and_tried_again(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    whole = (store / "desk.db").read_bytes()
    (store / "desk.db").write_bytes(b"not a store at all" * 100)
    with front(tmp_path, store=store) as t:
        t.wait("按 Enter 重试")
        t.wait("desk.db")
        (store / "desk.db").write_bytes(whole)
        t.keys("enter")
        t.wait("请刷工作证")


BREAKS = """
import sys
from dataclasses import replace
from pathlib import Path
from deskapp import app
from deskapp.language import Language
from screens import home
from tests.program import by_badge
from deskapp.desk import Role, open_desk

def breaks(*_):
    raise ZeroDivisionError("{secret}")

if "{when}" == "tab":
    home.HomeScreen.action_back = breaks
else:
    home.HomeScreen.reread = breaks
store = Path("{store}")
app.run(store, Language(), operator=by_badge(open_desk(store), "1001").operator)
"""


def _broken(tmp_path: Path, when: str) -> Terminal:
    store = store_in(tmp_path / "store")
    code = BREAKS.format(store=store, when=when, secret="unforeseen thing")
    return Terminal([sys.executable, "-c", code], home=tmp_path)


def test_trouble_is_a_sentence_and_the_desk_goes_on(tmp_path: Path) -> None:
    with _broken(tmp_path, "tab") as t:
        t.wait("待我办理")
        t.send("读者要一篇论文")
        t.pump(0.2)
        t.keys("esc")
        t.wait("程序出现意外")
        t.wait("读者要一篇论文")
        assert "Traceback" not in t.text()
        (log,) = tmp_path.rglob("deskapp.log")
        assert "unforeseen thing" in log.read_text("utf-8")
        assert "论文" not in log.read_text("utf-8")
        t.keys("enter")
        t.wait("待我办理")
        t.wait("王敏")
        t.keys("ctrl+q", "right")
        assert t.leave(b"\r") == 0


def test_trouble_without_end_ends(tmp_path: Path) -> None:
    with _broken(tmp_path, "at once") as t:
        assert t.leave() == 1
        t.wait("程序接连出现意外")
        assert "Traceback" not in t.text()


async def test_each_person_has_screens_of_their_own(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        first = app.screen
        assert isinstance(first, HomeScreen)
        li = by_badge(app.desk, "1002")
        app.lock()
        app.enter(li)
        await until(pilot, lambda: app.seen() is not first and isinstance(app.seen(), HomeScreen))
        second = app.screen
        assert isinstance(second, HomeScreen)
        assert first.desk.whoever().badge == "1001"  # what it does late is still done by 王敏
        assert second.desk.whoever().badge == "1002"
        app.lock()
        app.enter(li)
        await until(pilot, lambda: app.screen is second)
        app.lock()
        app.enter(li.signed_in(replace(li.whoever(), role=Role.SHIFT_LEAD)))
        await until(pilot, lambda: app.seen() is not second and isinstance(app.seen(), HomeScreen))
        third = app.seen()
        assert third is not None
        assert third.desk.whoever().role is Role.SHIFT_LEAD


async def test_a_language_is_its_persons_own(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    app = app_on(store, "1002")
    desk = open_desk(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        app.speak("en")
        await until(pilot, lambda: "Help" in shown(pilot, "keys"))
        app.lock()
        await until(pilot, lambda: isinstance(app.seen(), SignInScreen))
        await until(pilot, lambda: "帮助" in shown(pilot, "keys"))
        assert config.remembered(store).language == ""
        app.enter(app.desk.signed_in(by_badge(desk, "1001").operator))
        await until(pilot, lambda: "待我办理" in shown(pilot, "mine-heading"))
        app.enter(app.desk.signed_in(by_badge(desk, "1002").operator))
        await until(pilot, lambda: "To do" in shown(pilot, "mine-heading"))
        app.lock()
        await until(pilot, lambda: isinstance(app.seen(), SignInScreen))
        app.speak("en")  # whoever comes in now wants it so
        app.enter(app.desk.signed_in(by_badge(desk, "1001").operator))
        await until(pilot, lambda: "To do" in shown(pilot, "mine-heading"))
        app.enter(app.desk.signed_in(by_badge(desk, "1004").operator))
        await until(pilot, lambda: "待我办理" in shown(pilot, "mine-heading"))
        assert config.remembered(store).language == ""
    desk.close()
