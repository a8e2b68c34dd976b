"""Home: the box, the lists, the counts."""

from asyncio import sleep
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, Static

from deskapp import readers, tallies
from deskapp.app import DeskApp
from deskapp.desk import Desk
from deskapp.language import LANGUAGES
from deskapp.readers import Found
from screens import finding
from screens.burst import GAP, now
from screens.finding import MOST, PAUSE, Finding
from screens.home import HomeScreen
from screens.longlist import LongList
from screens.scanbox import ScanBox
from screens.shorthand import Meanings
from screens.tallying import TallyLine
from tests.front import app_on, front, shown, store_in, until


async def at_home(pilot: Pilot[None], app: DeskApp) -> HomeScreen:
    """Home, as soon as it is there."""
    await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
    home = app.screen
    assert isinstance(home, HomeScreen)
    return home


def test_the_box_finds_readers_and_requests(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001") as t:
        t.wait("待我办理")
        t.send("2023101234\r")  # a scan
        t.wait("读者 单")
        assert "2023101234" not in t.text()
        t.keys("esc")
        t.wait_gone("读者 单")
        t.send("2023101234\r")
        t.wait("读者 单")
        t.send("XYZ99887\r")  # somebody else's card: the reader who was here is not meant
        t.wait("未识别此卡")
        t.wait_gone("读者 单")
        t.keys(*"47119", "enter", gap=0.05)
        t.wait("> 47119")  # a number that was mistyped is there to be mended
        t.keys(*["backspace"] * 5)
        t.send("zxc")
        t.pump(0.2)
        t.keys("enter")
        t.wait("请选择读者")
        t.keys("esc")
        t.wait_gone("请选择读者")
        assert "> zxc" in t.text()  # what was entered stands there again
        t.keys("enter")
        t.wait("请选择读者")
        t.keys("1")
        t.wait("读者 曾*查")
        t.keys(*["backspace"] * 3, *"0003", "enter", gap=0.05)
        t.wait_gone("待我签收")
        t.wait("馆际互借催办")


def test_readers_are_found_as_one_types(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.keys("z", "x", "c")
        t.wait("   曾小查  2023****35  理学院")
        t.keys("q")
        t.wait_gone("曾小查")
        t.keys("backspace")
        t.wait("曾小查  2023")
        t.keys("enter")
        t.wait("请选择读者")
        t.keys("1")
        t.wait("读者 曾*查")
        t.wait_gone("请选择读者")
        assert "曾小查" not in t.text()
        t.keys(*"20231")
        t.wait("曾小查  2023****35")
        assert "单国强  2023****34" in t.text()
        t.keys(*["backspace"] * 5, "esc", "f2")
        t.wait("首问登记")
        t.keys("down", "s", "g", "q")  # the same on the request
        t.wait("1单国强  2023****34")
        t.keys("enter", gap=0.2)
        t.wait("单*强")


def scan(pilot: Pilot[None], text: str, gap: float = 0.01) -> None:
    """Keys as a scanner's are read, `gap` seconds apart whatever else the machine has to do: here
    they are stamped so. Waited for between two keys, a busy machine makes a hand's of them.
    """
    for place, character in enumerate(text):
        event = events.Key("enter" if character == "\r" else character, character)
        event.time = now() + place * gap
        pilot.app.post_message(event)


async def test_a_scanner_starts_no_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    real = readers.search

    def search(desk: Desk, text: str, limit: int = 20) -> list[Found]:
        looked.append(text)
        return real(desk, text, limit)

    monkeypatch.setattr(readers, "search", search)
    assert PAUSE > GAP  # no key of a scan comes so late that it was looked for before
    monkeypatch.setattr(finding, "PAUSE", 0.4)  # of a busy machine's time, too
    app = app_on(store_in(tmp_path / "store"), "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        scan(pilot, "2023101234\r")
        await until(pilot, lambda: "单*强" in shown(pilot, "reader"))
        await sleep(1.5 * finding.PAUSE)
        assert looked == []
        for letter in "zxc":
            pilot.app.post_message(events.Key(letter, letter))
            await sleep(0.07)
        await until(pilot, lambda: "曾小查" in shown(pilot, "found"))
        assert looked[-1] == "zxc"
        looked.clear()
        scan(pilot, "2023101235\r")  # the text beside it stays, and what it found
        await until(pilot, lambda: "曾*查" in shown(pilot, "reader"))
        await sleep(1.5 * finding.PAUSE)
        assert "曾小查" in shown(pilot, "found")
        assert looked == []


async def test_so_many_as_fit_and_how_many_more(tmp_path: Path) -> None:
    app = app_on(store_in(tmp_path / "store"), "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        found = app.screen.query_one("#found", Finding)
        for count, more in ((1, ""), (4, ""), (9, "另有5人"), (MOST, "另有16+人")):
            found.show(
                [Found(f"r{n}", "张[/]", f"2023****{n:02}", "", "医学院") for n in range(count)]
            )
            lines = shown(pilot, "found").splitlines()
            assert len(lines) == (1 if count == 1 else 2)
            assert all(cell_len(line) < 80 for line in lines)
            assert lines[-1].endswith(more or "医学院")
        found.show([])
        assert not found.display


async def test_whoever_is_here_comes_before_what_is_put_aside(tmp_path: Path) -> None:
    app = app_on(store_in(tmp_path / "store"), "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        home = await at_home(pilot, app)
        waiting = home.query_one("#waiting", Static)
        for words, reader, seen in (
            ("暂存1 " * 9, True, False),
            ("暂存1 " * 9, False, True),
            ("暂存1", True, True),
        ):
            home.receive(Found("r1", "张建国", "2023****01", "", "医学院") if reader else None)
            waiting.update(words)
            home.show_meanings()
            assert waiting.display is seen


async def test_a_reader_scanned_into_shorthand_is_seen(tmp_path: Path) -> None:
    """However late the box says that the scan has come and gone in it."""
    app = app_on(store_in(tmp_path / "store"), "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        home = await at_home(pilot, app)
        line = home.query_one("#box", ScanBox)

        def said() -> str:
            return str(home.query_one(Meanings).content)

        await pilot.press("#", "g", "z")
        await until(pilot, lambda: line.value == "#gz" and "设施设备故障" in said())
        home.receive(Found("r1", "张建国", "2023****01", "", "医学院"))
        for stood in ("#g", "#gz1", line.value):
            line.post_message(Input.Changed(line, stood))
        await pilot.pause()
        assert "张*国" in said()
        await pilot.press("backspace")
        await until(pilot, lambda: "设施设备故障" in said())


@pytest.mark.parametrize("language", LANGUAGES)
async def test_all_that_is_counted_is_to_be_seen(tmp_path: Path, language: str) -> None:
    store = store_in(tmp_path / "store")
    app = app_on(store, "1001", language)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        entries = app.desk.profile.tallies
        for digit in 10 * [*range(1, len(entries) + 1)]:
            tallies.count_digit(app.desk, digit)
        app.screen.query_one(TallyLine).show(app.t, app.desk)
        line = shown(pilot, "tallies")
        assert cell_len(line) < 80
        assert all(entry.name(language) in line for entry in entries.values())


def test_lists_counts_and_keys(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001") as t:
        t.wait("待我办理 2")
        t.wait("待我签收 1")
        t.wait("转出未结0")
        t.keys("tab", "down", "enter")
        t.wait_gone("待我签收")
        t.wait("校友临时证")
        t.keys("esc")
        t.wait("待我签收 1")
        t.send("门口的灯坏了")
        t.wait("门口的灯坏了")
        t.keys("f2")
        t.wait("首问登记")
        t.wait("门口的灯坏了")


async def test_what_is_said_and_listed_is_never_markup(tmp_path: Path) -> None:
    app = app_on(store_in(tmp_path / "store"), "1002")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        screen = app.screen
        assert isinstance(screen, HomeScreen)
        assert screen.query_one("#mine", LongList).count == 1
        box = screen.query_one("#box", ScanBox)  # the terminal's cursor is there, for input methods
        await until(pilot, lambda: app.cursor_position == box.cursor_screen_offset)
        assert app.cursor_position.y == 2
        assert "转办待签收" in str(screen.query_one("#mine", LongList).render_line(1).text)
        screen.say("[/] [red]原样[/red]", error=True)
        assert "[/] [red]原样[/red]" in shown(pilot, "message")


async def test_a_list_being_drawn_survives_its_store(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        list_ = app.screen.query_one("#mine", LongList)
        source = list_._pages.source
        store.rename(tmp_path / "elsewhere")
        list_._pages._pages.clear()
        list_.refresh()
        await until(pilot, lambda: "找不到数据文件" in shown(pilot, "message"))
        list_.reload(source)
        assert (list_.count, list_.row) == (0, None)
        (tmp_path / "elsewhere").rename(store)
        await until(pilot, lambda: list_.count == 2)


async def test_tab_passes_over_an_empty_list(tmp_path: Path) -> None:
    app = app_on(store_in(tmp_path / "store"), "1004")  # nothing is hers, nothing offered
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        for key in ("tab", "shift+tab", "down"):
            await pilot.press(key)
            assert app.focused is app.screen.query_one("#box")
    app = app_on(tmp_path / "store", "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        for id_ in ("mine", "offered", "box"):
            await pilot.press("tab")
            assert app.focused is app.screen.query_one(f"#{id_}")
