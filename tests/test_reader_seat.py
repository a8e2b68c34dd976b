"""Home's line about the seat of whoever stands there: a card, then zero or a counter's barcode."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deskapp import seats
from deskapp.desk import Desk
from tests.front import front
from tests.halls import NUMBERS, desk_on, hall_in, reader
from tests.terminal import Terminal

ONE, TWO = NUMBERS[:2]
AWAY, LEAVE, UNDO = "2000000000015\r", "2000000000022\r", "2000000000039\r"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return hall_in(tmp_path / "store")


@pytest.fixture
def desk(store: Path) -> Iterator[Desk]:
    desk = desk_on(store)
    yield desk
    desk.close()


@pytest.fixture
def home(tmp_path: Path, store: Path) -> Iterator[Terminal]:
    with front(tmp_path, store=store, badge="1003") as terminal:
        terminal.wait("待我办理")
        yield terminal


def status(desk: Desk, number: str) -> str | None:
    sitting = seats.standing(desk, reader(desk, number)).sitting
    return sitting.status if sitting else None


def test_a_card_shows_the_seat_and_zero_does_what_is_likely(home: Terminal, desk: Desk) -> None:
    home.send(f"{ONE}\r")
    home.wait("0 签到 信息共享空间 A-1")
    home.keys("0", "enter")
    home.wait("信息共享空间 A-1 李* ", "已签到")
    home.wait("0 暂离")
    home.keys("0", "enter")
    home.wait("0 返回")
    assert status(desk, ONE) == "away"
    home.keys("esc")
    home.wait_gone("0 返回")
    home.keys("0", "enter")
    home.wait("请先刷校园卡")
    assert status(desk, ONE) == "away"


def test_a_barcode_is_of_the_card_before_it(home: Terminal, desk: Desk) -> None:
    seats.take(desk, reader(desk, ONE), "commons/B-2")
    seats.take(desk, reader(desk, TWO), "commons/B-3")
    home.send(LEAVE)
    home.wait("请先刷校园卡")
    home.send(f"{ONE}\r{TWO}\r{AWAY}")
    home.wait("B-3 暂离")
    assert (status(desk, ONE), status(desk, TWO)) == ("seated", "away")
    home.send(f"{ONE}\r{LEAVE}")
    home.wait("已签退")
    assert (status(desk, ONE), status(desk, TWO)) == (None, "away")
    home.send(UNDO)
    home.wait("已撤销")
    assert status(desk, ONE) == "seated"
