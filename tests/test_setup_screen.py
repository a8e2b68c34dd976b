"""Set-up: the screen, and that a store comes about whole or not at all."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from deskapp import copies, setup, staff
from deskapp.desk import Refusal, Role, has_store, open_desk
from deskapp.setup import SetUp
from tests.front import PIN, front
from tests.refusals import refused
from tests.terminal import Terminal
from tests.toys import ToyClock

WANTED = SetUp("ncst", "3f", "三层服务台", "赵琳", "1002", PIN)


@pytest.mark.usefixtures("quick_pins")
def test_the_first_person_is_the_administrator_and_can_sign_in(tmp_path: Path) -> None:
    desk = setup.set_up(tmp_path / "new", WANTED, clock=ToyClock())
    assert (desk.code, desk.place) == ("3F", "三层服务台")
    assert desk.whoever().role is Role.ADMINISTRATOR
    desk.close()
    again = open_desk(tmp_path / "new")
    assert staff.sign_in(again, "1002", PIN).whoever().name == "赵琳"
    again.close()
    assert sorted(each.name for each in (tmp_path / "new").iterdir()) == ["desk.db"]
    refused("StoreExists", setup.set_up, tmp_path / "new", WANTED)


@pytest.mark.usefixtures("quick_pins")
@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"pin": "123456"}, "PinTooWeak"),
        ({"badge": "工号"}, "BadgeWrong"),
        ({"name": " "}, "NameMissing"),
        ({"desk": "三层"}, "DeskCodeWrong"),
        ({"profile": "none"}, "ProfileUnknown"),
        ({"departments": ("none",)}, "CodeUnknown"),
    ],
)
def test_what_is_refused_leaves_nothing_behind(
    tmp_path: Path, wrong: dict[str, str], code: str
) -> None:
    values = {name: getattr(WANTED, name) for name in WANTED.__dataclass_fields__} | wrong
    refused(code, setup.set_up, tmp_path / "new", SetUp(**values))
    assert not has_store(tmp_path / "new")
    assert not list((tmp_path / "new").glob("*"))


@pytest.mark.usefixtures("quick_pins")
def test_a_second_copy_is_begun_with_the_store_or_neither_is_there(tmp_path: Path) -> None:
    disk, new = tmp_path / "disk", tmp_path / "new"
    wanted = replace(WANTED, copy=disk)
    refused("FolderMissing", setup.set_up, new, wanted)
    assert not has_store(new)
    disk.mkdir()
    desk = setup.set_up(new, wanted)
    kept = disk / "deskapp-3F.copy"
    assert copies.path_of(desk) == kept
    assert copies.catch_up(desk) is None
    desk.close()
    with sqlite3.connect(kept) as raw:
        assert raw.execute("SELECT count(*) FROM fact").fetchone() > (0,)
    raw.close()
    before = kept.read_bytes()
    refused("CopyForeign", setup.set_up, tmp_path / "other", wanted)  # another library's 3F
    assert not has_store(tmp_path / "other")
    assert kept.read_bytes() == before


@pytest.mark.usefixtures("quick_pins")
def test_a_copy_of_a_store_that_did_not_come_about_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object, **_how: object) -> None:
        raise Refusal("DiskFull", file="x")

    monkeypatch.setattr(setup, "settle", full)
    refused("DiskFull", setup.set_up, tmp_path / "new", replace(WANTED, copy=tmp_path))
    assert not list(tmp_path.glob("*.copy"))


def fill(t: Terminal, *lines: str) -> None:
    for line in lines:
        t.keys(*line, "enter", gap=0.045)


def test_a_pasted_pin_is_a_pin_and_a_card_is_none(tmp_path: Path) -> None:
    with front(tmp_path, store=tmp_path / "new") as t:
        t.wait("初次设置")
        t.keys("enter", gap=0.1)
        fill(t, "3F", "三层服务台", "赵琳", "1002")
        t.wait("1002")
        for card in ("A1B2C3D4\r", "1002\r"):
            t.send(card)
            t.wait("! ")
            assert "•" not in t.text()
        for line in (1, 2):
            t.send(PIN)  # without an Enter, as it comes from the clipboard
            t.pump(1.3)  # longer than one waits for the rest of a card
            t.keys("enter")
            t.pump(0.2)
            assert t.text().count("•" * len(PIN)) == line
        t.pump(0.4)
        t.keys("enter")
        t.wait("三层服务台已建立，请登录", seconds=30)


def test_the_screen_leads_to_signing_in(tmp_path: Path) -> None:
    with front(tmp_path, store=tmp_path / "new") as t:
        t.wait("初次设置")
        t.wait("改用 deskapp init --join 加入")
        t.keys("ctrl+s")
        t.wait("请填写台号")
        t.keys("shift+tab", "2", "enter")  # the second library
        fill(t, "3F!", "三层服务台", "赵琳", "1002", PIN, "135791", "")
        t.wait("两次口令不一致")
        assert PIN not in t.text()
        fill(t, PIN, PIN, "")  # into two empty lines, the first of them first
        t.wait("台号须为")
        t.keys("backspace", gap=0.05)  # at the line that is wrong
        t.keys("shift+tab", "shift+tab", gap=0.1)  # round to the last one
        t.send(f"{tmp_path / 'disk'}\r")
        t.wait("现在新建吗")
        t.pump(0.4)  # what was sent at once looked like a scan, and the key like its end
        t.keys("right", "enter", gap=0.1)
        t.wait("三层服务台已建立，请登录")
        fill(t, "1002", PIN)
        t.wait("待我办理")
        assert "赵琳" in t.lines()[0]
    desk = open_desk(tmp_path / "new")
    assert desk.profile.departments.keys() >= {"reader_services"}  # of ncst alone
    assert copies.path_of(desk) == tmp_path / "disk" / "deskapp-3F.copy"
    desk.close()
