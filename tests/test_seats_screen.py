"""F4: cards, seats, digits; the map of a zone as the store has it; the floors."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from deskapp import (
    daily,
    drafts,
    places,
    queues,
    register_files,
    seats,
    sofas,
    zone_map,
)
from deskapp.barcodes import CODES
from deskapp.desk import Desk, Role
from deskapp.language import Language
from screens.seat_map import SeatMap
from screens.seats import SeatsScreen
from tests.front import app_on, front, on, shown, until
from tests.halls import NUMBERS, desk_on, hall_in, reader, sit
from tests.program import by_badge
from tests.refusals import refused
from tests.terminal import Terminal

ONE, TWO, THREE, FOUR = NUMBERS[:4]
AWAY, LEAVE, UNDO = CODES


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return hall_in(tmp_path / "store")


@pytest.fixture
def desk(store: Path) -> Iterator[Desk]:
    desk = desk_on(store)
    yield desk
    desk.close()


def at(desk: Desk, number: str) -> str | None:
    """Where somebody sits, and whether they are away."""
    sitting = seats.standing(desk, reader(desk, number)).sitting
    return f"{sitting.seat} {sitting.status}" if sitting else None


# the map


def test_the_map_says_how_each_seat_stands(desk: Desk) -> None:
    sit(desk, ONE, "it/A-2")
    sit(desk, TWO, "it/A-3", away=20)
    sit(desk, THREE, "it/A-4", minutes=90, away=-5)
    places.close(desk, "it/A-5")
    places.note(desk, "it/A-6", "things_left")
    drawn = zone_map.zone_map(desk, "it")
    assert [spot.state for spot in drawn.spots[:6]] == [
        "free", "seated", "away", "over", "closed", "free",
    ]  # fmt: skip
    assert drawn.by_label["A-6"].noted
    assert (drawn.by_label["A-1"].socket, drawn.by_label["A-1"].window) == (True, True)
    assert drawn.counts["free"] == len(drawn.spots) - 4 == 56
    holder = zone_map.holder(desk, drawn.by_label["A-3"])
    assert holder
    assert holder.name == "王芳"
    assert zone_map.holder(desk, drawn.by_label["A-1"]) is None


def test_how_full_the_floors_are(store: Path, desk: Desk, tmp_path: Path) -> None:
    sit(desk, ONE, "it/A-2")
    sit(desk, TWO, "it/A-3", away=20)
    refused("ZoneNumbered", sofas.count, desk, "it", 3)
    refused("CountWrong", sofas.count, desk, "sofas", -1)
    for number in (36, 37):
        sofas.count(desk, "sofas", number)
    head = by_badge(desk, "1001")  # a moment's number is none of the day's
    assert register_files.export(head, "counts", tmp_path / "counts.csv", Language()) == 0
    found = zone_map.floors(desk)
    by_code = {each.zone.code: each for each in found}
    assert (by_code["it"].seated, by_code["it"].places) == (1, 60)
    assert by_code["it"].share == 2 / 60
    assert (by_code["sofas"].seated, by_code["sofas"].places) == (37, 110)
    assert by_code["gallery"].seated is None
    assert (daily.today(desk).seated, daily.today(desk).places) == (1, 180)
    floors = [each.zone.floor for each in found]
    assert floors == sorted(floors)


def test_a_volunteer_sees_no_map(desk: Desk) -> None:
    volunteer = desk.signed_in(replace(desk.whoever(), role=Role.VOLUNTEER))
    refused("RoleTooLow", zone_map.zone_map, volunteer, "it")
    refused("RoleTooLow", sofas.count, volunteer, "sofas", 1)


# the box, as a hand and a scanner use it


@pytest.fixture
def open_f4(store: Path, tmp_path: Path) -> Iterator[Terminal]:
    """F4, at the map of the second zone: the first has no seats here."""
    with front(tmp_path, store=store, badge="1003") as t:
        t.wait("待我办理", seconds=30)
        t.keys("f4")
        t.wait("考研空间")
        t.keys("pgdn")
        t.wait("信息共享空间")
        yield t


def scan(t: Terminal, number: str, *seen: str) -> None:
    """A card, and what is seen then; a hand's Enter may follow."""
    t.send(f"{number}\r")
    t.wait(*seen or (f"2023****{number[-2:]}",))
    t.pump(0.35)  # an Enter at once is the scanner's


def test_a_reader_and_a_seat_in_whichever_order_and_in_a_burst(
    open_f4: Terminal, desk: Desk
) -> None:
    t = open_f4
    scan(t, ONE, "Enter 签到 A-1")
    t.keys("enter")
    t.wait("李* 2023****01 已签到")
    assert at(desk, ONE) == "commons/A-1 seated"
    t.keys(*"b5", "enter")
    t.wait("B-5 请刷卡入座")
    scan(t, TWO, "B-5 王* 2023****02 已签到")
    assert at(desk, TWO) == "commons/B-5 seated"
    scan(t, THREE)
    t.keys(*"ｂ－6", "enter")
    t.wait("B-6 张* 2023****03 已签到")
    scan(t, THREE, "2023****03  B-6 在座至00:00  Enter 暂离")
    t.keys(*"c6")  # who has a seat changes it, and that is said before
    t.wait("Enter 换到 C-6")
    t.keys("enter")
    t.wait("C-6 张* 2023****03 已由B-6换座")
    assert at(desk, THREE) == "commons/C-6 seated"
    t.keys(*"c6", "enter", gap=0.2)  # somebody sits there: it waits for no card
    assert "请刷卡入座" not in t.text()
    scan(t, NUMBERS[3], "Enter 签到")
    assert at(desk, NUMBERS[3]) is None
    t.keys("esc", "pgdn")  # of a burst, what is refused leaves nothing behind for the next
    t.wait("IT空间")
    places.close(desk, "it/B-2")
    sent = (*NUMBERS[10:12], "2099999998", *NUMBERS[13:16])
    pairs = zip(sent, ("B-1", "B-2", "B-3", "B-4", "B-1", "B-6"), strict=False)
    t.send("".join(f"{seat}\r{card}\r" for card, seat in pairs).encode())
    t.wait("B-6  在座")
    seated = {"B-1": 10, "B-4": 13, "B-6": 15}
    assert [at(desk, NUMBERS[n]) for n in range(10, 16)] == [
        next((f"it/{seat} seated" for seat, who in seated.items() if who == n), None)
        for n in range(10, 16)
    ]
    pairs = zip(("2099999999", *NUMBERS[16:19]), ("C-1", "C-2", "B-1", "C-4"), strict=False)
    t.send("".join(f"{card}\r{seat}\r" for card, seat in pairs).encode())
    t.wait("C-4  在座")
    sat = [at(desk, number) for number in NUMBERS[16:19]]
    assert sat == ["it/C-2 seated", None, "it/C-4 seated"]


def test_two_cards_never_mix_and_the_way_to_the_floors(open_f4: Terminal, desk: Desk) -> None:
    t = open_f4
    t.wait("# 在座0")
    t.pump(0.5)
    before = t.output
    sit(desk, ONE, "commons/A-1")
    t.wait("# 在座1")  # what others do is seen by itself
    t.wait("A-1  在座")
    assert t.output - before < 6000  # a line of the map and some of words, of 15,000
    sit(desk, TWO, "commons/A-2", away=20)
    t.send(f"{ONE}\r{TWO}\r")
    t.wait("已换为新读者；李* 2023****01未办理")
    t.wait("Enter 返回")
    t.pump(0.35)
    t.keys("enter")
    t.wait("A-2 王* 2023****02 已返回")
    assert (at(desk, ONE), at(desk, TWO)) == ("commons/A-1 seated", "commons/A-2 seated")
    t.keys("enter", "enter")  # nobody is there: nothing is done to who sits under the cursor
    t.wait("输入数字办理")
    t.send(f"{ONE}\r")
    t.wait("Enter 暂离")
    t.keys("esc")
    t.wait_gone("Enter 暂离")
    t.pump(0.35)
    t.keys("enter", gap=0.3)
    assert at(desk, ONE) == "commons/A-1 seated"
    t.keys("esc")
    t.wait("在座2/180")  # at Home
    t.keys("f4")
    t.wait("信息共享空间")
    sit(desk, FOUR, "it/A-2")
    t.keys("tab")
    t.wait("仅空座")
    t.keys("tab")
    t.wait("插座]")
    t.send(f"{THREE}\t".encode())  # the Tab of a scanner that ends with it filters nothing
    t.wait("Enter 签到")
    t.wait("插座]")
    t.pump(0.4)
    t.keys("esc")
    assert next(line for line in t.lines() if line.startswith(" C ")).count(".") == 2
    t.keys("shift+tab", "shift+tab")
    t.wait_gone("仅空座")
    t.keys("pgdn")
    t.wait("IT空间")
    t.keys("f4")
    t.wait("在座1/60")
    t.keys("2")
    t.wait(">2层")
    t.keys("down", "enter")
    t.wait("110座，未清点")
    t.wait("座位不编号，只清点人数")
    t.keys(*"37", "enter")
    t.wait("已记在座37人")
    t.wait("在座37/110")
    assert "空0" not in t.text()
    t.keys("+", "enter")
    t.wait("已记在座38人")
    t.keys("f4")
    t.wait("在座38/110")
    scan(t, THREE, "张*")  # a card leads back to the map
    t.wait("休闲沙发区")


def test_digits_act_for_the_reader_or_the_seat(open_f4: Terminal, desk: Desk) -> None:
    t = open_f4
    sit(desk, ONE, "commons/A-1")
    t.wait("A-1  在座")  # seen by itself
    t.keys("1", "enter")
    t.wait("A-1 李* 2023****01 已暂离")
    t.wait("1返回")
    t.keys("1", "enter")
    t.wait("已返回")
    scan(t, ONE)
    t.keys("2", "enter")
    t.wait("A-1 李* 2023****01 已签退，在座1小时")
    assert at(desk, ONE) is None
    t.keys("ctrl+z")
    t.wait("已撤销")
    t.wait("A-1  在座")
    assert at(desk, ONE) == "commons/A-1 seated"
    t.keys("3", "enter")
    t.wait("换座：输入座位号")
    t.keys("down", "enter")
    t.wait("B-1 李* 2023****01 已由A-1换座")
    t.keys("4", "enter")
    t.wait("B-1 已记遗留物品")
    t.wait("4物品已取")
    t.keys("4", "enter")
    t.wait("B-1 物品已取走")
    t.keys("5", "enter")
    t.wait("占座不用")
    t.keys("1")
    t.wait("占座不用，已记，待核实")
    t.keys("5", "enter", "0")
    t.wait("李*  2023****01")  # their own
    t.wait("占座不用")
    t.keys("esc", "esc")
    t.wait("B-1  在座")
    t.keys("7", "enter")  # whoever sits there may stay
    t.wait("7恢复")
    t.wait("插座  停用")
    t.keys("7", "enter")
    t.wait("B-1 已恢复使用")
    t.keys("right", "7", "enter")
    t.wait("B-2 已停用")
    t.keys("7", "enter")
    t.wait("B-2 已恢复使用")
    t.keys("6", "enter")
    t.wait("首问登记")
    t.wait("信息共享空间 B-2：")
    t.keys("enter", "enter")
    t.wait("请填写事由")  # a place alone is no opinion, and nothing to keep
    t.keys("esc")
    t.wait("B-2  空")
    scan(t, TWO, "王*")
    t.keys("6", "enter")
    t.wait("空间建议")
    t.send("太冷")
    t.wait("信息共享空间：太冷")  # no seat is theirs, and none was pointed to
    t.keys("esc")
    t.wait("草稿已保留，")
    t.keys("right", "left", "6", "enter")
    t.wait("信息共享空间 A-1：")
    t.keys("esc", "esc")
    scan(t, TWO, "王*")
    t.keys("6", "enter")
    t.wait("信息共享空间：")  # anew: another reader's words are not gone on with
    assert "太冷" not in t.text()
    t.send("太暗")
    t.wait("信息共享空间：太暗")
    t.keys("enter", "enter")
    t.wait("已登记")
    ((_, kept),) = drafts.kept(desk)
    assert kept.words == "信息共享空间：太冷"


def test_reserving_a_group_a_queue(open_f4: Terminal, desk: Desk) -> None:
    t = open_f4
    scan(t, ONE)
    t.keys("down", "8", "enter")
    t.wait("李* 2023****01 预约B-1：时间如14:00")
    tomorrow = desk.now() + timedelta(days=1)
    t.keys(*f"{tomorrow:%m-%d}", "space", *"9:30", "enter")
    t.wait("B-1 李* 2023****01 已预约")
    (reserved,) = seats.standing(desk, reader(desk, ONE)).reservations
    assert (reserved.seat, f"{reserved.begins:%H:%M}") == ("commons/B-1", "09:30")
    scan(t, ONE, "预约 B-1")
    t.wait("2取消预约")
    for done in ("已取消预约", "已恢复预约：信息共享空间 B-1"):
        t.keys(*(("2", "enter") if done == "已取消预约" else ("ctrl+z",)))
        t.wait(done)
    scan(t, ONE, "预约 B-1")
    t.keys("2", "enter")
    t.wait("B-1 李* 2023****01 已取消预约")
    assert seats.standing(desk, reader(desk, ONE)).reservations == ()
    scan(t, ONE)
    t.keys("9", "enter")
    t.wait("同坐（继续刷卡，回车安排）：李* 2023****01")
    scan(t, TWO, "王* 2023****02")
    scan(t, THREE, "张* 2023****03")
    t.keys("enter")
    t.wait("已同坐：A-1 A-2 A-3")
    t.keys("7", "enter", "ctrl+z")
    t.wait("已撤销停用：信息共享空间 A-1")
    assert at(desk, TWO) == "commons/A-2 seated"
    t.keys("9", "enter")
    scan(t, TWO, "安排）：王*")
    t.keys("enter")
    t.wait("读者已有座位：信息共享空间 A-2")
    t.keys("esc")
    scan(t, TWO)
    scan(t, LEAVE, "A-2 王* 2023****02 已签退")
    scan(t, UNDO, "已撤销")
    assert at(desk, TWO) == "commons/A-2 seated"
    scan(t, AWAY, "请先刷读者卡")
    for place in places.seats(desk, "commons")[3:]:
        places.close(desk, place.seat)
    scan(t, FOUR, "Enter 候位")
    t.keys("enter")
    t.wait("刘* 2023****04 已登记候位，前面0人")
    t.wait("候位1")
    assert queues.waiting(desk) == {"commons": 1}
    t.keys("0", "enter")
    t.wait("刘* 2023****04")


async def test_another_language_leaves_one_where_one_was(store: Path) -> None:
    app = app_on(store, "1003")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = SeatsScreen()
        await on(pilot, app, screen)
        await pilot.press("pagedown", "tab", "down", "right")
        assert screen.map.spot
        assert (screen.here, screen.map.spot.label) == ("commons", "B-2")
        app.speak("en")
        await until(pilot, lambda: "[free only]" in shown(pilot, "zone"))
        await until(pilot, lambda: screen.map.spot and screen.map.spot.label == "B-2")
        assert "socket" not in shown(pilot, "seat")
        await pilot.press("left")
        await until(pilot, lambda: "socket" in shown(pilot, "seat"))


async def test_a_click_chooses_the_seat_as_its_label_does(store: Path, desk: Desk) -> None:
    app = app_on(store, "1003")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = SeatsScreen()
        await on(pilot, app, screen)
        await pilot.press("pagedown")

        async def click(label: str) -> None:
            spot = screen.map.zone_map.by_label[label]
            x, y = screen.map._place(spot)
            await pilot.click(SeatMap, offset=(screen.map._plan.gutter + x, y + 1))

        async def card(number: str) -> None:
            await pilot.press(*number, "enter")
            await until(pilot, lambda: f"****{number[-2:]}" in shown(pilot, "reader"))

        await card(ONE)
        await click("B-3")
        await until(pilot, lambda: "B-3 李* 2023****01 已签到" in shown(pilot, "message"))
        assert at(desk, ONE) == "commons/B-3 seated"
        await click("B-4")  # before the card
        await until(pilot, lambda: "B-4 请刷卡入座" in shown(pilot, "reader"))
        await pilot.press(*TWO, "enter")
        await until(pilot, lambda: "B-4 王* 2023****02 已签到" in shown(pilot, "message"))
        await card(ONE)
        await click("B-5")  # a look at it moves nobody who has a seat
        await until(pilot, lambda: "B-5" in shown(pilot, "seat"))
        assert at(desk, ONE) == "commons/B-3 seated"
        await pilot.press("3", "enter")
        await click("B-6")
        await until(pilot, lambda: "B-6 李* 2023****01 已由B-3换座" in shown(pilot, "message"))
