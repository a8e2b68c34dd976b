"""What is remembered of the screen for the next start, and what a library sets for it."""

from functools import partial
from pathlib import Path

import pytest

from deskapp import config
from deskapp.config import Look, remember, remembered
from deskapp.language import best
from screens.home import HomeScreen
from tests import forks
from tests.front import PIN, app_on, shown, store_in, until
from tests.refusals import refused
from tests.terminal import Terminal


def test_what_was_chosen_is_remembered(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    assert remembered(folder) == Look()
    remember(folder, language="en")
    remember(folder, theme="light")
    assert remembered(folder) == Look("en", "light")
    remember(folder, language="zh_CN")
    assert remembered(folder) == Look("zh_CN", "light")
    assert [each.name for each in folder.iterdir()] == [config.SCREEN]


@pytest.mark.parametrize("text", ["", "{", "[1]", '"en"', '{"language": 1}', "\xff\xfe"])
def test_a_file_that_says_nothing_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / config.SCREEN).write_bytes(text.encode("latin-1"))
    assert best(None, {}, remembered(tmp_path).language) == "zh_CN"
    remember(tmp_path, theme="light")
    assert remembered(tmp_path).theme == "light"


def test_what_cannot_be_kept_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused("FileUnwritable", remember, tmp_path / "file", theme="light")


def test_options_and_environment_come_first() -> None:
    assert best(None, {}, "en") == "en"
    assert best(None, {"DESKAPP_LANG": "zh"}, "en") == "zh_CN"
    assert best("zh", {}, "en") == "zh_CN"
    assert best(None, {}, "xx") == "zh_CN"


def start(store: Path, *options: str) -> Terminal:
    argv = ["deskapp", "--data", str(store), *options]
    return Terminal(argv, home=store.parent, start=forks.start)


def test_the_program_comes_back_as_it_was_left(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    with start(store) as t:
        t.wait("请登录", "工号", seconds=30)
        t.keys(*"1001", "enter", *PIN, "enter")
        t.wait("待我办理")
        for words, seen in (("浅色", ""), ("英文", "To do")):
            t.keys("ctrl+p")
            t.wait("查找命令")
            t.send(words)
            t.wait_gone("退出程序", seconds=10)
            t.keys("enter")
            t.wait_gone("查找命令")
            t.wait(seen)
    assert remembered(store) == Look("", "light")
    with start(store) as t:
        t.wait("工号", seconds=30)
    (store / config.SETTINGS).write_text("[screen]\nlanguage = 'en'\n", "utf-8")
    with start(store) as t:
        t.wait("Badge", seconds=30)
    with start(store, "--lang", "zh") as t:
        t.wait("工号", seconds=30)


async def test_the_colouring_comes_back(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    assert app_on(store).theme == "dark"
    for chosen in ("light", "dark"):
        app = app_on(store, "1001")
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, partial(shown, pilot, "keys"))
            app.colour(chosen)
        assert app_on(store).theme == chosen
    remember(store, theme="nonsense")
    assert app_on(store).theme == "dark"


async def test_what_cannot_be_remembered_is_said_and_done_all_the_same(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    (store / config.SCREEN).mkdir()
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        app.colour("light")
        await until(pilot, lambda: "无法写入" in str(app.screen.query_one("#message").render()))
        assert app.theme == "light"
