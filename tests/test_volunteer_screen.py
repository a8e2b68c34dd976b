"""The door on a real terminal: bursts of codes, one big verdict, digits, and no way out but a
lead's PIN.
"""

import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from argon2 import PasswordHasher

from db.clock import stamp
from db.store import driver
from deskapp import door_duty, signups, staff, tickets
from deskapp.desk import open_desk
from deskapp.doors import Door
from deskapp.signups import Outsider
from tests import forks
from tests.front import PIN
from tests.halls import NUMBERS, desk_on, hall_in, reader
from tests.terminal import KEYS, Terminal
from tests.volunteer_program import DOOR, line

LEAD, LIBRARIAN = "1003", "1004"
SIZE = {"code": "size", "text": "衣服尺码", "choices": ["S", "M"], "must": False, "door": True}
BLOCK = "█"
WIDE = {ord("0") + each: ord("０") + each for each in range(10)}


def event_in(store: Path, **more: object) -> str:
    """An event that is on, with 20 who have signed up, a group and one of no card."""
    desk = desk_on(store)
    now = desk.now()
    times = {"begins": stamp(now - timedelta(minutes=5)), "until": stamp(now + timedelta(hours=3))}
    words = {"number": 7, "title": "信息检索大赛", "kind": "contest", "department": "information"}
    with desk.act() as act:
        event = act.new_subject("event")
        sessions = [{"id": "s1", **times, "place": "报告厅"}]
        act.record("event.announced", event, {**words, "sessions": sessions, **more})
    for number in NUMBERS[:20]:
        signups.sign_up(desk, event, reader(desk, number))
    signups.sign_up(desk, event, outsider=Outsider("王五", "13900001111"), places=5)
    signups.sign_up(desk, event, outsider=Outsider("赵六", "13900000001"))
    desk.close()
    return event


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a lead and a librarian have PINs."""
    folder = hall_in(tmp_path / "store")
    desk = desk_on(folder, "1001")
    monkeypatch.setattr(staff, "_HASHER", PasswordHasher(1, 32, 1))
    for each in staff.everybody(desk):
        if each.badge in (LEAD, LIBRARIAN):
            staff.set_pin(desk, each.id, PIN)
    desk.close()
    return folder


@pytest.fixture
def event(store: Path) -> str:
    return event_in(store, capacity=40)


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture
def here(tmp_path: Path, store: Path, event: str, journal: Path) -> Iterator[Terminal]:
    """A door that a lead has opened."""
    argv = ["tests.volunteer_program", str(store), "zh_CN", LEAD, event, str(journal)]
    with Terminal(argv, home=tmp_path, start=forks.start) as terminal:
        terminal.wait("请刷校园卡或扫码")
        yield terminal


def verdicts(journal: Path) -> list[str]:
    return journal.read_text("utf-8").splitlines()


def said(here: Terminal, journal: Path, wanted: str, count: int) -> None:
    here.wait_until(lambda: len(verdicts(journal)) >= count, wanted)
    assert verdicts(journal)[count - 1].startswith(wanted), verdicts(journal)


def test_a_crowd_is_told_in_order_and_nobody_for_another(
    here: Terminal, store: Path, event: str, journal: Path, tmp_path: Path
) -> None:
    """In one burst of raw bytes: what the rules alone say."""
    random = Random(5)
    codes = [*NUMBERS[:20], *(f"99{random.randrange(10**8):08}" for _ in range(20))]
    random.shuffle(codes)
    codes += codes[-1:]
    here.send("".join(f"{code}\r" for code in codes))
    here.wait_until(lambda: len(verdicts(journal)) >= len(codes), "all told", 60.0)
    twin = hall_in(tmp_path / "alone")
    alone = Door(desk_on(twin), event_in(twin, capacity=40), None, DOOR)
    assert verdicts(journal) == [line(alone.scan(code)) for code in codes]
    assert written(store) == [20, 21]
    here.send("".join(f"88{each:08}\r" for each in range(40)))
    here.wait_until(lambda: len(verdicts(journal)) > len(codes), "more")
    here.kill(signal.SIGTERM)
    assert here.status(10) == 0  # ended in order from outside: all that was told is there
    assert written(store)[1] - 21 >= len(verdicts(journal)) - len(codes)


def written(store: Path) -> list[int]:
    """How many were let in, and how many scans were not."""
    desk = open_desk(store)
    with desk.reading() as connection:
        sql = "SELECT count(*) FROM admission UNION ALL SELECT count(*) FROM scan"
        counts = [count for (count,) in driver(connection).execute(sql)]
    desk.close()
    return counts


def test_the_last_lines_say_whose_a_repetition_was(here: Terminal, journal: Path) -> None:
    """And never two of them: whoever came before is still to be seen."""
    for n, code in enumerate([*NUMBERS[:2], "99887766", *NUMBERS[1:2] * 3], 1):
        here.send(f"{code}\r")
        said(here, journal, "", n)
    here.wait("王*  重复")
    here.pump(0.3)
    assert "王*  √ 通过" in here.text()
    here.send("99887766\r")
    here.wait("998***66  重复")
    here.send(f"{NUMBERS[2]}\r")
    here.wait("第3位")
    assert "998***66  × 未查到" in here.text()


def test_a_name_finds_nobody_and_says_what_does(here: Terminal) -> None:
    """A name is no reason to send anybody away; all that is said has room."""
    here.wait("学号或手机后四位，回车")
    assert "未设中心" not in here.text()
    here.send("李伟\r")
    here.wait("不能按姓名查，请输学号或手机后四位")
    assert "不能入场，请到服务台" not in here.text()
    here.keys("9", "enter")
    here.wait("no search by name: type a number, or the last four of number or phone")
    here.wait("last 4 of number or phone, Enter")
    here.wait("4 Call staff")
    assert "0 End sign-in" in here.text()


def test_digits_do_the_rest(here: Terminal, journal: Path) -> None:
    here.keys(*"0001", "enter")
    here.wait("请核对姓名")
    here.keys("2", "enter")
    said(here, journal, "admitted", 2)
    here.keys(*"1111", "enter")
    here.wait("全部 5 人")
    here.keys("9", "enter")
    here.wait("请按屏幕上的数字作答")
    here.keys("3", "enter")
    here.wait("本团还有2人未到")
    name = next(each for each in here.lines() if "本团还有" in each).split()[0]
    here.wait(f"1撤销 {name}")
    here.keys("1", "enter")
    here.wait("本次记录已撤销")
    here.keys("2", "enter")
    here.wait("现场报名：刷卡或输学号")
    here.send(f"{NUMBERS[30]}\r")
    said(here, journal, "admitted", 6)
    here.keys(*NUMBERS[31], "enter")
    here.wait("有名额：2 回车")
    here.keys("2", "enter")
    said(here, journal, "admitted", 8)
    here.keys("2", "enter", "0", "enter")
    said(here, journal, "admitted 散客", 9)
    here.keys("3", "enter")
    here.wait("未到 21 份报名")
    here.send(f"{NUMBERS[3]}\r")  # from the list, too
    said(here, journal, "admitted", 10)
    here.keys("5", "enter")
    here.wait("志愿者签到、签退")
    here.send(f"{NUMBERS[4]}\r")
    here.wait("现为 陈静")
    here.send(f"{NUMBERS[4]}\r")
    said(here, journal, "admitted", 11)
    here.keys("0", "enter")
    here.wait("本场签到已结束")
    here.keys("9", "enter")
    here.wait("sign-in for this session is over")


def test_nothing_else_is_reached_but_by_a_lead(here: Terminal, store: Path, journal: Path) -> None:
    here.send(f"{NUMBERS[0]}\r")
    here.wait("第1位")
    assert any(BLOCK in each for each in here.lines())
    everything = [f"f{n}" for n in range(1, 10)] + ["esc", "tab", "up", "down"]
    here.keys(*everything, *(f"ctrl+{c}" for c in "befgklnoprtuwyz"), gap=0.01)
    here.send(KEYS["ctrl+o"] + b"3")
    here.pump(0.5)
    assert "第1位" in here.text()
    here.keys("backspace", "ctrl+q")
    here.wait("请值班长刷工作证")
    here.keys("esc")  # as it says there
    here.wait("第1位")
    here.keys("ctrl+q")
    here.wait("请值班长刷工作证")
    here.keys("1", "enter")  # meant for the door
    here.wait("本次记录已撤销")
    here.send(f"{NUMBERS[0]}\r")
    here.wait("第1位")
    here.keys("ctrl+q")
    here.wait("请值班长刷工作证")
    here.send(f"{NUMBERS[1]}\r")  # somebody has come meanwhile
    said(here, journal, "admitted", 4)
    here.keys("ctrl+q")
    here.wait("请值班长刷工作证")
    here.keys(*LIBRARIAN, "enter", *PIN, "enter")  # is no lead
    here.wait("!")
    assert here.status(0.1) is None
    here.keys(*LEAD, "enter", *PIN)
    assert here.leave(b"\r") == 0
    desk = open_desk(store)
    assert door_duty.standing(desk) is None
    desk.close()


def test_after_a_power_cut_it_is_a_door_again_and_locked(
    here: Terminal, store: Path, tmp_path: Path
) -> None:
    here.send(f"{NUMBERS[0]}\r")
    here.wait("第1位")
    here.kill()
    here.wait_until(lambda: here.status(0.1) is not None, "gone")
    for argv in (["volunteer", "检索"], []):  # by its own command, and as the desk
        whole = ["deskapp", "--data", str(store), "--lang", "en", *argv]
        with Terminal(whole, home=tmp_path, columns=160, rows=48, start=forks.start) as again:
            again.wait("Scan a card or ticket")
            again.send(f"{NUMBERS[0]}\r")
            again.wait("door “东门”")
            again.keys("ctrl+q")
            again.wait("A shift lead's badge")


def test_what_must_be_answered_holds_whoever_comes(tmp_path: Path, store: Path) -> None:
    event = event_in(store, questions=[SIZE])
    argv = ["tests.volunteer_program", str(store), "en", LEAD, event, str(tmp_path / "journal")]
    with Terminal(argv, home=tmp_path, start=forks.start) as terminal:
        terminal.wait("Scan a card or ticket")
        terminal.send(f"{NUMBERS[0]}\r")
        terminal.wait("1 S   2 M")
        terminal.keys("2", "enter")
        terminal.wait("No. 1")


def test_from_f6_a_lead_makes_the_desk_a_door_and_a_desk_again(
    tmp_path: Path, store: Path, event: str
) -> None:
    argv = ["deskapp", "--data", str(store), "--lang", "zh_CN"]
    with Terminal(argv, home=tmp_path, start=forks.start) as here:
        here.wait("工号")
        here.keys(*LIBRARIAN, "enter", *PIN, "enter")
        here.wait("待我办理")
        here.keys("f6")
        here.wait("信息检索大赛")
        here.keys("enter")
        here.wait("4开门签到")
        here.keys("4", "enter")
        here.wait("本机将只作入场签到")
        here.keys(*LEAD, "enter", *PIN, "enter")
        here.wait("请刷校园卡或扫码", seconds=20)
        here.send(f"{NUMBERS[0]}\r")
        here.wait("第1位")
        here.keys("ctrl+q")
        here.wait("请值班长刷工作证")
        here.keys(*LEAD, "enter", *PIN, "enter")
        here.wait("请刷工作证或输入工号", seconds=20)
    desk = open_desk(store)
    assert door_duty.standing(desk) is None
    desk.close()


def test_yes_rings_once_a_question_twice_no_three_times(here: Terminal, journal: Path) -> None:
    for n, (code, rings) in enumerate([(NUMBERS[0], 1), (NUMBERS[30], 2), ("99887766", 3)], 1):
        here.copy = bytearray()
        here.send(f"{code}\r")
        said(here, journal, "", n)
        here.pump(0.9)
        assert here.copy.count(b"\a") == rings


def test_a_ticket_in_full_width_digits_is_none(here: Terminal, store: Path, journal: Path) -> None:
    """Pasted, as if typed with an input method: a number may be, a ticket may not."""
    desk = desk_on(store, LEAD)
    with desk.reading() as connection:
        sql = "SELECT subject FROM signup WHERE patron IS NULL AND places = 1"
        ((subject,),) = driver(connection).execute(sql).fetchall()
    ticket = tickets.issue(desk, subject).text
    desk.close()
    for n, (code, wanted) in enumerate(
        [(ticket.translate(WIDE), "misread"), (NUMBERS[0].translate(WIDE), "admitted")], 1
    ):
        here.send(f"\x1b[200~{code}\x1b[201~")
        here.pump(0.5)
        here.keys("enter")
        said(here, journal, wanted, n)
    here.send(f"{ticket}\r")
    said(here, journal, "admitted 赵*", 3)
