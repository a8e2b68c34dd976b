"""What forms promise and do: the key line, choices, what is said when nothing is found."""

from pathlib import Path

from textual.events import Paste
from textual.widgets import OptionList

from deskapp import handovers, readers, request_lists, requests, staff
from deskapp.desk import Desk
from deskapp.language import Language
from deskapp.requests import Question
from screens.choice import Choice, Field
from screens.choosing import ChoosingScreen
from screens.closing import ClosingScreen
from screens.handing import HandingScreen
from screens.home import HomeScreen
from screens.keys import StrayScan
from screens.log import LogScreen
from screens.record import RecordScreen
from screens.scanbox import ScanBox
from screens.signing import SigningScreen
from tests.front import app_on, at, never, on, shown, until
from tests.library import write_readers
from tests.refusals import refused

OURS = "reader_services"


# The key line


async def test_the_key_line_follows_the_focus_while_closing(store: Path) -> None:
    app = app_on(store, "1004")
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, ClosingScreen("问", "done", never))
        await at(pilot, app, "answer-line")
        assert "1-9" not in shown(pilot, "keys")
        assert "Shift+Tab上一项" in shown(pilot, "keys")
        await pilot.press("shift+tab")
        await at(pilot, app, "result")
        await until(pilot, lambda: "1-9选择" in shown(pilot, "keys"))
        await pilot.press("3")
        await at(pilot, app, "alternative-line")
        await until(pilot, lambda: "1-9" not in shown(pilot, "keys"))
        assert "Enter下一项" in shown(pilot, "keys")
        app.screen.query_one("#alternative", Field).value = "馆际互借"
        app.screen.query_one("#lead", Field).value = "1003"
        await pilot.press("down", "down")
        await at(pilot, app, "lead_pin-line")
        await until(pilot, lambda: "Enter办结" in shown(pilot, "keys"))


async def test_the_key_line_follows_the_focus_while_signing(store: Path, desk: Desk) -> None:
    id_ = requests.log(desk, Question("借还机卡书", department=OURS)).id
    chen = next(each for each in staff.everybody(desk) if each.badge == "1004")
    handovers.hand_over(desk, id_, to=chen.id, reason="duty")
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, SigningScreen(id_))
        await at(pilot, app, "pin-line")
        assert "1-9" not in shown(pilot, "keys")
        await pilot.press("up", "up")
        await until(pilot, lambda: "1-9选择" in shown(pilot, "keys"))


# Scans and messages


async def test_a_card_on_a_screen_without_a_box_is_answered(store: Path, desk: Desk) -> None:
    id_ = requests.log(desk, Question("借还机卡书")).id
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = RecordScreen(id_)
        await on(pilot, app, screen)
        screen.post_message(StrayScan("2023101234", 5.0))
        await until(pilot, lambda: "请先按 Esc 返回再刷卡" in shown(pilot, "message"))


async def test_a_complaint_ends_with_the_next_entry_that_succeeds(store: Path) -> None:
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        await pilot.press(*"8765", "enter")
        await until(pilot, lambda: "没有找到读者" in shown(pilot, "message"))
        await pilot.press("ctrl+u", *"00417", "enter")
        await until(pilot, lambda: "欧*建国" in shown(pilot, "reader") or shown(pilot, "reader"))
        await until(pilot, lambda: "没有找到" not in shown(pilot, "message"))


# Choosing


async def test_of_one_name_the_exact_ones_stand_first_and_0_logs_the_words(
    store: Path, desk: Desk, tmp_path: Path
) -> None:
    rows = [("学号", "姓名", "读者类型")]
    rows += [(f"20249{n:05}", "王小芳" if n % 2 else "欧阳王小芳", "本科生") for n in range(12)]
    readers.load(desk, write_readers(tmp_path / "more.csv", *rows), Language())
    found = [each.name for each in readers.search(desk, "王小芳")]
    assert found[:6] == ["王小芳"] * 6
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        app.screen.query_one("#box", ScanBox).value = "王小芳"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ChoosingScreen))
        options = app.screen.query_one(OptionList)
        assert "0 按事由登记" in str(options.get_option_at_index(0).prompt)
        assert options.highlighted == 1  # Enter still means a reader
        await pilot.press("0")
        await until(pilot, lambda: isinstance(app.seen(), LogScreen))
        assert app.screen.query_one("#words", ScanBox).value == "王小芳"


async def test_nobody_found_is_said_and_the_old_choice_is_no_answer(
    store: Path, desk: Desk
) -> None:
    id_ = requests.log(desk, Question("借还机卡书", department=OURS)).id
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, HandingScreen(id_))
        await at(pilot, app, "to")
        await pilot.press(*"cl", "1", "up", "up", *"qqq")
        line = app.screen.query_one("#to", Choice)
        await until(pilot, lambda: "没有找到" in str(line.content))
        assert "陈莉" not in str(line.content)
        await pilot.press("enter")
        assert app.focused is line  # nothing was chosen by it
        await pilot.press("backspace", "backspace", "backspace")
        line.post_message(Paste("李静"))  # as an input method may give it
        await until(pilot, lambda: "1李静" in str(line.content))


async def test_the_chosen_one_is_shown_once_and_pages_are_explained(
    store: Path, desk: Desk
) -> None:
    id_ = requests.log(desk, Question("借还机卡书", department=OURS)).id
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, HandingScreen(id_))
        await at(pilot, app, "to")
        line = app.screen.query_one("#to", Choice)
        assert "PgUp/PgDn翻页" in str(line.content)
        await pilot.press(*"lj", "1")
        await at(pilot, app, "reason")
        await until(pilot, lambda: str(line.content).count("李静") == 1)


# Handing over


async def test_the_taker_is_named_before_the_reason(store: Path, desk: Desk) -> None:
    id_, app = requests.log(desk, Question("问", department=OURS)).id, app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, HandingScreen(id_))
        await at(pilot, app, "to")
        await pilot.press(*"cl", "1")
        await at(pilot, app, "reason")
        await until(pilot, lambda: "转给 陈莉：原因？" in shown(pilot, "asks"))


async def test_a_sentence_typed_at_the_reason_is_the_note(store: Path, desk: Desk) -> None:
    id_ = requests.log(desk, Question("借还机卡书", department=OURS)).id
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, HandingScreen(id_))
        await at(pilot, app, "to")
        await pilot.press(*"cl", "1")
        await at(pilot, app, "reason")
        await pilot.press(*"卡在B口")
        await at(pilot, app, "words-line")
        assert app.screen.query_one("#words", Field).value == "卡在B口"
        await pilot.press("enter", "2")
        await until(pilot, lambda: request_lists.record(desk, id_).offered_to == "陈莉")
    assert "卡在B口" in str(request_lists.record(desk, id_).course)


async def test_sending_back_needs_a_reason(store: Path, desk: Desk) -> None:
    lj = next(each for each in staff.everybody(desk) if each.badge == "1002")
    id_ = requests.log(desk, Question("借还机卡书")).id
    handovers.hand_over(desk, id_, to=lj.id, reason="duty")
    refused("ReasonMissing", handovers.send_back, desk.signed_in(lj), id_, " ")
    app = app_on(store, "1002")
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, RecordScreen(id_))
        await pilot.press("2")
        await at(pilot, app, "reason-line")
        await pilot.press("enter")
        await until(pilot, lambda: "请填写原因" in shown(pilot, "message"))
        assert request_lists.record(desk, id_).offered_to == "李静"
        await pilot.press("down")
        await at(pilot, app, "usual")
        await pilot.press("1")
        await until(pilot, lambda: not request_lists.record(desk, id_).offered_to)
    assert "非本部门职责" in str(request_lists.record(desk, id_).course)


async def test_who_agreed_by_telephone_is_there_already_where_one_alone_can(
    store: Path, desk: Desk
) -> None:
    id_ = requests.log(desk, Question("借还机卡书", department=OURS)).id
    lj = next(each for each in staff.everybody(desk) if each.badge == "1002")
    handovers.hand_over(desk, id_, to=lj.id, reason="duty")
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, SigningScreen(id_, "phone"))
        await at(pilot, app, "who")
        assert app.screen.query_one("#who", Choice).value == lj.id
        await pilot.press("enter")
        await until(pilot, lambda: request_lists.record(desk, id_).responsible_id == lj.id)


# Setting up, signing in
