"""What screens say, and where: set-up, sign-in, lists, labels that fit."""

from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

from deskapp import copies, endings, handovers, request_lists, requests, staff
from deskapp.app import DeskApp
from deskapp.desk import Desk, Role
from deskapp.endings import Ending
from deskapp.language import LANGUAGES, Language
from deskapp.request_lists import RequestList
from deskapp.requests import Question
from deskapp.staff import Entry
from screens.asking import AskScreen
from screens.choice import LABEL, Field
from screens.closing import ClosingScreen
from screens.handing import HandingScreen
from screens.home import HomeScreen
from screens.longlist import LongList
from screens.scanbox import ScanBox
from screens.setup import SetupScreen
from screens.signin import SignInScreen
from screens.standing import lines
from tests.front import PIN, app_on, at, never, on, shown, until
from tests.refusals import refused

OURS = "reader_services"


# The key line


async def test_setting_up_is_gone_through_by_arrows_and_asks_before_it_makes_a_folder(
    tmp_path: Path, quick_pins: None
) -> None:
    app = DeskApp(tmp_path / "new", Language())
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), SetupScreen) and app.focused)
        await pilot.press("down")
        await at(pilot, app, "desk-line")
        await pilot.press("up")
        await at(pilot, app, "profile")
        disk = tmp_path / "disk"
        wanted = {"desk": "3F", "name": "三层", "person": "赵琳", "badge": "1002", "pin": PIN}
        for name, value in {**wanted, "again": "135791", "copy": str(disk)}.items():
            app.screen.query_one(f"#{name}", Field).value = value
        await pilot.press("ctrl+s")
        await at(pilot, app, "pin-line")
        assert [app.screen.query_one(f"#{name}", Field).value for name in ("pin", "again")] == [
            "",
            "",
        ]
        for name in ("pin", "again"):
            app.screen.query_one(f"#{name}", Field).value = PIN
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("enter")  # no is chosen already
        await at(pilot, app, "copy-line")
        assert not disk.exists()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("right", "enter")
        await until(pilot, lambda: isinstance(app.seen(), SignInScreen))
    assert sorted(each.suffix for each in disk.iterdir()) == [".copy"]


def test_a_folder_is_made_on_a_disk_that_is_there(tmp_path: Path) -> None:
    refused("FolderMissing", copies.make_folder, tmp_path / "disk" / "copy")
    copies.make_folder(tmp_path / "disk")
    assert (tmp_path / "disk").is_dir()
    (tmp_path / "file").touch()
    refused("FileUnwritable", copies.make_folder, tmp_path / "file")


async def test_an_unknown_badge_is_typed_over(store: Path) -> None:
    app = app_on(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), SignInScreen) and app.focused)
        await pilot.press(*"1009", "enter", *PIN, "enter")
        await until(pilot, lambda: "有误" in shown(pilot, "message"))
        await at(pilot, app, "badge")
        await pilot.press(*"1002")  # over the wrong one
        assert app.screen.query_one("#badge", ScanBox).value == "1002"
        await pilot.press("enter", *PIN[::-1], "enter")
        await until(pilot, lambda: app.focused is not None and app.focused.id == "pin")
        assert app.screen.query_one("#badge", ScanBox).value == "1002"  # that one is known


# What is shown


async def test_another_department_is_seen_at_once(store: Path, desk: Desk) -> None:
    ours = len(desk.profile.departments)
    chen = next(each for each in staff.everybody(desk) if each.badge == "1004")
    requests.log(desk, Question("要全文", department="information"))
    waiting = requests.log(desk, Question("查新", department="information")).id
    handovers.hand_over(desk, waiting, department="information", reason="duty")
    app = app_on(store, "1004")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "待我签收 0" in shown(pilot, "offered-heading"))
        staff.enter(desk, Entry("1004", "陈莉", Role.LIBRARIAN, ("information",)))
        await until(pilot, lambda: "待我签收 1" in shown(pilot, "offered-heading"))
    assert ours
    assert "accept" in request_lists.record(desk.signed_in(chen), waiting).may
    assert handovers.accept(desk.signed_in(chen), waiting).by == "陈莉"


async def test_what_is_offered_says_from_whom_and_until_when(store: Path, desk: Desk) -> None:
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "待我签收 1" in shown(pilot, "offered-heading"))
        list_ = app.screen.query_one("#offered", LongList)
        await until(pilot, lambda: list_.row is not None)
        words = " ".join("".join(each.text for each in list_.render_line(n)) for n in range(3))
        line = list_.row
        assert line is not None
        assert "李静" in words, words
        until_when = desk.local(line.offer_until)
        days = (Language().time(until_when), f"{until_when:%m-%d}")
        assert any(each in words for each in days), words


def test_how_a_closed_request_stands_and_ended_is_one_line(store: Path, desk: Desk) -> None:
    id_ = requests.log(desk, Question("要全文")).id
    endings.close(desk, id_, Ending("not_possible", alternative="馆际互借"))
    said = dict(lines(Language(), desk, request_lists.record(desk, id_)))
    assert said["状态"] == "暂不能办理"
    assert "办理结果" not in said


async def test_a_unit_that_the_library_knows_brings_its_telephone(store: Path) -> None:
    app = app_on(store, "1004")
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, ClosingScreen("问", "referred", never))
        await at(pilot, app, "unit-line")
        await pilot.press(*"心理援助热线", "enter")
        await at(pilot, app, "place-line")
        assert app.screen.query_one("#telephone", Field).value == "12356"


@pytest.mark.parametrize("language", ["zh_CN", "en"])
async def test_counts_and_labels_are_whole_in_80_columns(
    store: Path, desk: Desk, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RequestList, "count", lambda self: 60000)
    app = app_on(store, "1001", language)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        await pilot.press("f3")
        await until(pilot, lambda: "60000" in shown(pilot, "lists"))
        for line in shown(pilot, "lists").splitlines():
            assert cell_len(line.rstrip()) <= 79, line
        assert app.screen.query_one("#lists").size.height == len(shown(pilot, "lists").splitlines())


async def test_a_long_question_stays_beside_its_label(store: Path, desk: Desk) -> None:
    id_ = requests.log(desk, Question("借还机卡书了，" * 20)).id
    app = app_on(store, "1001", "en")
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, HandingScreen(id_))
        await at(pilot, app, "to")
        assert app.screen.query_one("#what").size.height == 1
        body = [strip.text for strip in app.screen._compositor.render_strips()][3:15]
        assert not [line for line in body if line[:1].strip("> ")], body


def test_every_label_of_a_form_fits() -> None:
    labels = [
        *(
            f"closing.{each}"
            for each in (
                "answer",
                "unit",
                "place",
                "telephone",
                "alternative",
                "lead",
                "pin",
                "result",
            )
        ),
        *(
            f"handing.{each}"
            for each in (
                "way",
                "to",
                "words",
                "reason",
            )
        ),
        *(
            f"signing.{each}"
            for each in (
                "badge",
                "pin",
                "who",
            )
        ),
        *(
            f"log.{each}"
            for each in (
                "first",
                "kind",
                "department",
                "channel",
                "received",
                "contact",
                "result",
                "answer",
            )
        ),
        *(
            f"reason.{each}"
            for each in (
                "reason",
                "usual",
            )
        ),
        *(
            f"setup.{each}"
            for each in (
                "profile",
                "field.desk",
                "field.name",
                "field.person",
                "field.badge",
                "field.pin",
                "field.again",
                "field.copy",
            )
        ),
    ]
    for code in LANGUAGES:
        t: Callable[[str], str] = Language(code)
        assert [each for each in labels if cell_len(t(each)) > LABEL - 2] == []
