"""A pack in a real terminal, from the command that makes it to the one that brings it home."""

import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from db.central import Central
from db.clock import SystemClock, stamp
from db.exchange import exchange
from db.postgres import PostgresCentre
from deskapp import signups, staff
from deskapp.desk import STORE, Desk, open_desk
from deskapp.doors import Door
from tests import forks
from tests.commanding import FIXTURES, Run, Said
from tests.front import PIN
from tests.halls import NUMBERS, desk_on, hall_in, reader
from tests.postgres import Server
from tests.terminal import KEYS, Terminal

LEAD = "1003"
run = FIXTURES[2]


@pytest.fixture
def store(tmp_path: Path, quick_pins: None) -> Path:
    """A library with an event that is on, for which ten have signed up."""
    folder = hall_in(tmp_path / "desk")
    desk = desk_on(folder, "1001")
    for each in staff.everybody(desk):
        if each.badge in (LEAD, "1004"):
            staff.set_pin(desk, each.id, PIN)
    now = desk.now()
    times = {"begins": stamp(now - timedelta(minutes=5)), "until": stamp(now + timedelta(hours=3))}
    words = {"number": 7, "title": "信息检索大赛", "kind": "contest", "department": "information"}
    with desk.act() as act:
        event = act.new_subject("event")
        sessions = [{"id": "s1", **times, "place": "报告厅"}]
        act.record("event.announced", event, {**words, "sessions": sessions})
    for number in NUMBERS[:10]:
        signups.sign_up(desk, event, reader(desk, number))
    desk.close()
    return folder


def admissions(folder: Path) -> int:
    with sqlite3.connect(folder / STORE) as raw:
        return int(raw.execute("SELECT count(*) FROM admission").fetchone()[0])


def packed(run: Run, laptop: Path) -> Said:
    return run("event", "pack", "信息", "-o", laptop, "--badge", LEAD, "--json", pin=PIN)


def at_its_door(laptop: Desk) -> Door:
    assert laptop.pack is not None
    return Door(laptop.signed_in(staff.find(laptop, laptop.pack.staff)), laptop.pack.event)


def test_a_laptop_lets_in_closes_by_its_own_pin_and_comes_home(
    run: Run, store: Path, tmp_path: Path
) -> None:
    laptop = tmp_path / "laptop"
    made = packed(run, laptop)
    assert (made.status, made.facts["code"], made.facts["people"]) == (0, "2FP1", 10)
    argv = ["deskapp", "--data", str(laptop), "--lang", "zh", "volunteer", "--door", "东门"]
    with Terminal(argv, home=tmp_path, start=forks.start) as door:
        door.wait("名单截至")
        assert all(each in door.text() for each in ("应到10", "东门", "活动包2FP1"))
        door.send("".join(f"{number}\r" for number in NUMBERS[:5]))
        door.wait("已签到5")
        door.keys(*NUMBERS[30], "enter")
        door.wait("2 回车")
        door.keys("2", "enter")
        door.wait("已签到6")
        door.send(KEYS["ctrl+q"])
        door.wait("口令")
        door.keys(*LEAD, "enter", *PIN, "enter")
        door.wait("工号或口令有误")
        door.keys(*made.facts["pin"], "enter")
        assert door.leave() == 0
    shutil.copytree(laptop, tmp_path / "stick")
    said = run("event", "return", tmp_path / "stick", "--badge", "1004", pin=PIN)
    assert (said.status, said.out) == (
        0, "活动包2FP1（信息检索大赛）已收回：新增8条，入场6次，认出读者1人\n",
    )  # fmt: skip
    again = run("event", "return", laptop, "--badge", "1004", pin=PIN)
    assert again.out == "活动包2FP1（信息检索大赛）没有新内容\n"
    assert admissions(store) == 6


def test_a_pack_does_nothing_else(run: Run, store: Path, tmp_path: Path) -> None:
    laptop = tmp_path / "laptop"
    packed(run, laptop)
    for command in (
        ("export", "patrons", "-o", tmp_path / "all.csv", "--badge", LEAD),
        ("event", "pack", "信息", "-o", tmp_path / "more", "--badge", LEAD),
        ("kiosk", "commons", "--badge", LEAD),
        ("stick", "write", tmp_path / "stick"),
        ("backup", tmp_path / "copy.db"),
    ):
        said = run("--data", laptop, *command)
        assert said.status == 3, command
        assert said.err == "这是活动包2FP1，只用于现场签到：请运行 deskapp volunteer\n"
    assert run("--data", laptop, "doctor").out == "检查完毕，未发现问题\n"
    with Terminal(
        ["deskapp", "--data", str(laptop), "--lang", "zh"], home=tmp_path, start=forks.start
    ) as t:
        t.wait("这是活动包2FP1")
    assert run("event", "return", tmp_path, "--badge", LEAD, pin=PIN).status == 3
    assert run("volunteer").status == 2


def test_a_centre_takes_what_it_was_told_to_grant(
    run: Run, store: Path, tmp_path: Path, server: Server
) -> None:
    central = Central(server.database(), SystemClock())
    central.init()
    granted = central.grant("2F")
    where = make_conninfo(granted.address)
    assert run("sync", "--connect", where, given=f"{granted.password}\n").status == 0
    laptop = tmp_path / "laptop"
    packed(run, laptop)
    desk = open_desk(laptop, pack=True)
    assert at_its_door(desk).scan(NUMBERS[0]).what == "admitted"
    desk.close()
    run("event", "return", laptop, "--badge", LEAD, pin=PIN)
    said = run("sync")
    assert said.status == 0
    assert "deskapp central grant" in said.out
    assert "--packs 2FP1" in said.out
    central.grant("2F", packs=["2FP1"])
    assert "活动包上传1条" in run("sync").out
    assert "活动包" not in run("sync").out
    with sqlite3.connect(store / STORE) as raw:
        (line,) = raw.execute("SELECT pos IS NOT NULL, skew FROM fact WHERE kind = 'door.admitted'")
    assert line[0] == 1
    # Whoever had the maker's password on a laptop had the library's: a pack is not given it.
    said = run("--data", laptop, "sync", "--connect", where, given=f"{granted.password}\n")
    assert (said.status, "制作它的服务台" in said.err) == (3, True)
    # Where one pushes by itself all the same, nothing is told to it.
    desk = open_desk(laptop, pack=True)
    assert at_its_door(desk).scan(NUMBERS[1]).what == "admitted"
    before = len(list(laptop_facts(laptop)))
    centre = PostgresCentre(where, granted.password)
    assert (done := exchange(desk.ledger, centre)).pushed == 2
    assert (done.pulled, len(list(laptop_facts(laptop)))) == (0, before)
    centre.close()
    desk.close()
    run("sync")
    assert admissions(store) == 2
    central.close()


def laptop_facts(folder: Path) -> list[object]:
    with sqlite3.connect(folder / STORE) as raw:
        return raw.execute("SELECT id FROM fact").fetchall()
