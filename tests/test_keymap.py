"""Which key does what: the usual keys, and those that a library has moved in `desk.toml`."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.widgets import Static

from deskapp import config
from deskapp.config import Settings, settings
from deskapp.keymap import FREE, USUAL, bound, moved
from screens.base import DeskScreen
from screens.bindings import APPLICATION, COPY, MISSING, SHARED
from screens.help import SENTENCES
from screens.home import HomeScreen
from screens.log import LogScreen
from screens.longlist import LongList
from screens.record import RecordScreen
from screens.signin import SignInScreen
from tests.front import app_on, front, shown, store_in, until
from tests.refusals import refused

MOVED = {
    "log": "F7",
    "certificates": "F2",
    "undo": "Ctrl+R",
    "rounds": "Ctrl+Z",
    "palette": "Ctrl+L",
    "lock": "Ctrl+P",
}


def written(folder: Path, keys: Mapping[str, str]) -> Path:
    lines = "".join(f'{action} = "{key}"\n' for action, key in keys.items())
    (folder / config.SETTINGS).write_text(f"[keys]\n{lines}", "utf-8")
    return folder


def test_the_usual_keys_are_those_that_are_bound() -> None:
    keys = {each.id: each.key for each in (*SHARED, *APPLICATION) if isinstance(each, Binding)}
    keys |= {COPY.id: COPY.key, None: ""}
    assert keys.pop(None) == ""  # Esc has none: it never moves
    everywhere = {action: key.casefold().replace("ctrl+o ", "f") for action, key in USUAL.items()}
    assert keys == everywhere
    assert set(USUAL) == SENTENCES.keys() | MISSING.keys()
    assert set(FREE.values()) == set(USUAL.values())


def test_keys_are_moved() -> None:
    keys = moved({"log": " f6", "events": "Ctrl+O 2", "undo": "ctrl + r", "rounds": "CTRL+Z"})
    assert keys == {**USUAL, "log": "F6", "events": "F2", "undo": "Ctrl+R", "rounds": "Ctrl+Z"}
    assert bound(keys) == {"log": "f6", "events": "f2", "undo": "ctrl+r", "rounds": "ctrl+z"}
    assert bound(moved({"crisis": "F9", "sync": "Ctrl+O 0"})) == {"crisis": "f9", "sync": "f0"}
    assert bound(USUAL) == {}


@pytest.mark.parametrize("key", [
    *(f"Ctrl+{letter}" for letter in "ABCDEHIJKMNOSTUVWX"), "F10", "F11", "F12", "Shift+F2",
    "Ctrl+F2", "Alt+l", "Alt+F4", "Space", "Enter", "Esc", "Tab", "Up", "Delete",
    *"aZ0159.,;=-/", "Ctrl+O",
])  # fmt: skip
def test_keys_of_others_are_never_bound(key: str) -> None:
    refused("KeyReserved", moved, {"log": key})


@pytest.mark.parametrize("key", ["", "F99", "Hyper+L", "登记", "Ctrl", "Ctrl+Ctrl+", 4])
def test_keys_that_are_none(key: object) -> None:
    refused("KeyReserved" if key in ("Ctrl", 4) else "KeyUnknown", moved, {"log": key})


def test_one_key_is_for_one_action() -> None:
    assert refused("KeyTaken", moved, {"log": "F3"}).facts == {
        "key": "F3", "action": "requests", "other": "log",
    }  # fmt: skip
    refused("KeyTaken", moved, {"log": "F8", "figures": "F8"})
    assert moved({"log": "F8"})["log"] == "F8"  # of what is not there yet
    refused("KeyTaken", moved, {"seats": "F3"})
    assert refused("KeyActionUnknown", moved, {"logg": "F4"}).facts == {"action": "logg"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[keys\nlog = 1", "SettingsUnreadable"),
        ("\xff\xfe", "SettingsUnreadable"),
        ("keys = 1", "SettingUnknown"),
        ("screen = 'x'", "SettingUnknown"),
        ("[key]\nlog = 'F4'", "SettingUnknown"),
        ("[screen]\nsign = 'all'", "SettingUnknown"),
        ("[screen]\nsigns = 'some'", "SettingWrong"),
        ("[screen]\nlanguage = 'fr'", "SettingWrong"),
        ("[screen]\nsigns = ['all']", "SettingWrong"),
        ("[keys]\nlog = 'F3'", "KeyTaken"),
    ],
)
def test_what_is_written_wrong_is_refused(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / config.SETTINGS).write_bytes(text.encode("latin-1"))
    refused(code, settings, tmp_path)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    assert settings(tmp_path) == Settings()
    file = tmp_path / config.SETTINGS
    file.write_text('[screen]\nsigns = "ascii"\n[keys]\nlog = "F4"\nseats = "F2"\n', "utf-8-sig")
    said = settings(tmp_path)
    assert (said.signs, said.keys["log"], said.keys["seats"]) == ("ascii", "F4", "F2")
    file.write_text("[keys]\nlog 1", "utf-8")
    assert refused("SettingsUnreadable", settings, tmp_path).facts == {"line": 2}


def test_moved_keys_work_and_are_shown(tmp_path: Path) -> None:
    store = written(store_in(tmp_path / "store"), MOVED)
    with front(tmp_path, store=store, badge="1001") as t:
        t.wait("F7登记", seconds=30)
        assert "F2" not in t.text()
        t.keys("f2")
        t.wait("还没有表彰名单")
        t.keys("esc")
        t.wait("Ctrl+R撤销")
        t.keys(*"1", "enter")
        t.wait("Ctrl+R撤销")
        t.keys("ctrl+z")
        t.wait("没有标记的座位")
        t.keys("esc")
        t.wait("Ctrl+R撤销")
        t.keys("f1")
        t.wait("登记一件首问")
        t.keys("f1")
        t.wait_gone("登记一件首问")
        t.keys("ctrl+o", "7")  # Ctrl+O and a digit are an F-key, whatever that does
        t.wait("首问登记")
        t.keys(*"wendu", "f7")
        t.wait("Ctrl+Y 取回")
        t.keys("esc")
        t.wait("待我办理")
        t.keys("ctrl+l")
        t.wait("查找命令")
        t.send("按键一览")
        t.wait_gone("退出程序")
        t.keys("enter")
        t.wait("desk.toml")
        t.wait("requests")
        t.keys("esc")
        t.wait_gone("desk.toml")
        t.keys("ctrl+p")
        t.wait("口令")


def test_a_key_of_what_is_not_there_yet_may_be_taken(tmp_path: Path) -> None:
    store = written(store_in(tmp_path / "store"), {"log": "F8"})
    with front(tmp_path, store=store, badge="1001") as t:
        t.wait("F8登记", seconds=30)
        t.keys("f8")
        t.wait("> 事由")


@pytest.mark.parametrize("badge", ["1001", ""])
@pytest.mark.parametrize(
    ("language", "said"), [("zh_CN", "“Ctrl+A”另有用途"), ("en", '"Ctrl+A" cannot be given')]
)
async def test_a_fault_is_said_and_the_usual_keys_are_used(
    tmp_path: Path, badge: str, language: str, said: str
) -> None:
    store = written(store_in(tmp_path / "store"), {"log": "Ctrl+A"})
    app = app_on(store, badge, language)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen if badge else SignInScreen))
        await until(pilot, lambda: said in shown(pilot, "message"))
        assert app.screen.query_one("#message").has_class("error")
        await pilot.press("f2")
        assert isinstance(app.screen, LogScreen if badge else SignInScreen)


async def test_ctrl_s_is_enter_in_a_list_too(tmp_path: Path) -> None:
    app = app_on(store_in(tmp_path / "store"), "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        await pilot.press("f3")
        await until(pilot, lambda: isinstance(app.focused, LongList))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, RecordScreen))


async def test_every_screen_finds_what_is_not_there_yet(tmp_path: Path) -> None:
    app = app_on(store_in(tmp_path / "store"), "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        for opened in ("", "f2", "f3", "ctrl+g"):
            if opened:
                await pilot.press(opened)
                await until(pilot, lambda: app.seen() is not None)
            screen = app.screen
            assert isinstance(screen, DeskScreen)
            for key in MISSING.values():
                screen.query_one("#message", Static).update("")
                await pilot.press(key)
                assert app.screen is screen
                assert "尚未开通" in shown(pilot, "message")
            assert "F8" not in {hint.key for hint in screen.all_hints()}
            if opened:
                await pilot.press("escape")


def test_the_readme_example_is_right() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
    example = readme.partition("```toml\n")[2].partition("```")[0]
    said = tomllib.loads(example)
    assert bound(moved(said["keys"]))
    assert said["screen"]["signs"] in config.SIGNS
