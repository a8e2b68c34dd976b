"""The screens of draws: from opening to passing down by keys alone; a card leads to its line."""

from datetime import timedelta
from pathlib import Path

from textual.pilot import Pilot

from deskapp import draw_files, draws, lots
from deskapp.app import DeskApp
from deskapp.desk import Desk, open_desk
from deskapp.draws import LOCKER, Drawing, Opening
from deskapp.language import Language
from screens.asking import AskScreen
from screens.choice import Field
from screens.drawing import DrawingScreen
from screens.draws import DrawsScreen, OpeningScreen
from screens.longlist import LongList
from screens.reader import ReaderScreen
from screens.reasons import ReasonScreen
from tests.commanding import table
from tests.front import app_on, front, on, shown, store_in, until
from tests.program import by_badge
from tests.test_record_screen import picture

ROWS = ("学号,姓名,辅导员签字", "2023101234,单国强,是", "2023101235,曾小查,是")


async def told(pilot: Pilot[None], words: str) -> None:
    await until(pilot, lambda: words in shown(pilot, "message"))


async def fill(pilot: Pilot[None], app: DeskApp, words: str) -> None:
    """Write it in the one line of a form, and go on."""
    await until(pilot, lambda: isinstance(app.seen(), ReasonScreen))
    app.screen.query_one("#reason", Field).value = words
    await pilot.press("enter")


async def test_a_draw_by_keys_alone(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    file = table(tmp_path / "a.csv", *ROWS)
    app = app_on(store, "1003")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = DrawsScreen()
        await on(pilot, app, screen)
        await pilot.press("1")
        await until(pilot, lambda: isinstance(app.seen(), OpeningScreen))
        await pilot.press("2", "ctrl+s")
        await told(pilot, "名额")
        for name, words in (
            ("season", "2030"), ("many", "1"), ("first", "2030-01-01"), ("last", "2030-02-01"),
            ("confirm", "2029-12-31"),
        ):  # fmt: skip
            app.screen.query_one(f"#{name}", Field).value = words
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.seen(), DrawingScreen))
        drawing = app.screen
        assert isinstance(drawing, DrawingScreen)
        await pilot.press("3", "enter")
        await fill(pilot, app, str(file))
        await told(pilot, "新登记2行")
        await pilot.press("4", "enter")
        await told(pilot, "可列入名单2份")
        await pilot.press("1", "enter")
        await fill(pilot, app, "福彩")
        await told(pilot, "已写入")
        await pilot.press("2", "enter", "right", "enter")
        await told(pilot, "名单已撤回")
        await pilot.press("1", "enter")
        await fill(pilot, app, "福彩")
        await until(pilot, lambda: "名单已公布" in shown(pilot, "about"))
        await pilot.press("1", "enter")
        await fill(pilot, app, "518")
        await until(pilot, lambda: "已抽签" in shown(pilot, "about"))
        await pilot.press("enter")
        await told(pilot, "已确认 001")
        await pilot.press("ctrl+f")
        await told(pilot, "没有要确认的")
        await pilot.press("ctrl+z")
        await told(pilot, "已撤销确认")
        await pilot.press("ctrl+f")
        await told(pilot, "您申请的2030已中签，编号")
        assert "001，请于" in app.clipboard
        await pilot.press("1", "enter")
        await told(pilot, "没有要收回或递补的")
        await pilot.press("2")
        await pilot.pause(0.4)  # it may begin a number that is read out
        assert app.screen is drawing
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("right", "enter")
        await told(pilot, "已放弃")
        await pilot.press("1", "enter")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("right", "enter")
        await told(pilot, "递补1个")
        await pilot.press("tab")
        await until(pilot, lambda: "[递补待确认 1]" in shown(pilot, "heading"))
        row = drawing.query_one("#list", LongList).row
        assert row is not None
        assert (row.rank, row.place) == (2, "001")
        await pilot.press("3", "enter")
        await fill(pilot, app, "009")
        await told(pilot, "没有可分配的009")
        await pilot.press("escape", "4", "enter")
        await told(pilot, "此时不能用4")
        await pilot.press("5", "enter")
        await told(pilot, "已写入")
        screen.go_to(ReaderScreen(row.patron))
        await until(pilot, lambda: isinstance(app.seen(), ReaderScreen))
        await until(pilot, lambda: "2030001递补待确认" in picture(app))


def drawn(desk: Desk, folder: Path) -> Drawing:
    today = desk.now().date()
    last, soon = today + timedelta(days=90), desk.now() + timedelta(days=3)
    terms = Opening("x", LOCKER, "二层", 1, today, last, soon, name="存包柜")
    drawing = draws.open_draw(desk, terms)
    file = table(folder / "a.csv", *ROWS)
    draw_files.load(desk, drawing.id, file, Language("zh_CN"))
    lots.publish(desk, drawing.id, "福彩")
    return lots.draw(desk, drawing.id, "518")


def test_a_card_leads_to_its_line(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    desk = by_badge(open_desk(store), "1003")
    drawing = drawn(desk, tmp_path)
    first = draws.applicants(desk, drawing.id)[0]
    desk.close()
    won, waits = ("2023101234", "0099887766")
    if first.reader.endswith("35"):
        won, waits = ("2023101235", "A1B2C3")
    with front(tmp_path, store=store, badge="1004") as t:
        t.wait("待我办理", seconds=30)
        t.keys("ctrl+p")
        t.send("存包柜")
        t.pump(0.3)
        t.keys("enter", gap=0.3)
        t.wait("已抽签")
        t.keys("enter", gap=0.3)
        t.wait("中签待确认 1")
        t.send(f"{waits}\r")
        t.wait("  候补")
        t.pump(0.4)  # an Enter at once is the scanner's
        t.keys("enter", gap=0.2)
        t.wait("未中签，候补第1位")
        t.send("00417\r")
        t.wait("没有该读者的申请")
        t.send(f"{won}\r")
        t.wait("回车确认")
        t.pump(0.4)
        t.keys("enter", gap=0.2)
        t.wait("已确认 001")
        t.keys("1", "enter", gap=0.2)
        t.wait("此时不能用1")  # a librarian passes nothing down
