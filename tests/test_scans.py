"""A scanner at full speed on the real program: every code arrives, whole and in order."""

import re
from pathlib import Path

import pytest

from deskapp import cards, readers
from deskapp.desk import open_desk
from deskapp.language import Language
from tests.front import front, store_in
from tests.library import write_readers
from tests.program import by_badge
from tests.terminal import Terminal

NUMBERS = [f"2024{n:06d}" for n in range(500)]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = store_in(tmp_path_factory.mktemp("scans") / "store")
    desk = by_badge(open_desk(folder), "1001")
    rows = [(number, "尾生" if number == NUMBERS[-1] else f"读者{number}") for number in NUMBERS]
    readers.load(desk, write_readers(folder / "five.csv", ("学号", "姓名"), *rows), Language())
    desk.close()
    return folder


def received(home: Path) -> list[str]:
    """The readers whom the program has received, from its own log."""
    found = [path.read_text("utf-8") for path in home.rglob("deskapp.log")]
    return re.findall(r"scan: (\S+)", "".join(found))


def expected(store: Path, numbers: list[str]) -> list[str]:
    desk = by_badge(open_desk(store), "1001")
    try:
        return [reader.id for number in numbers for reader in cards.whose(desk, number)]
    finally:
        desk.close()


@pytest.mark.parametrize(("way", "count"), [("raw", 250), ("pasted", 150), ("bracketed", 150)])
def test_hundreds_of_scans_at_full_speed(store: Path, tmp_path: Path, way: str, count: int) -> None:
    numbers = NUMBERS[-count:]
    codes = "\r".join(numbers) + "\r"
    if way == "pasted":
        codes = codes.replace("\r", "\n")
    elif way == "bracketed":
        codes = f"\x1b[200~{codes}\x1b[201~"
    with front(tmp_path / "home", store=store, badge="1001", DESKAPP_LOG="debug") as t:
        t.wait("待我办理")
        t.send(codes)
        _last(t)
        t.wait_until(lambda: len(received(tmp_path)) >= count, "every reader", seconds=60)
    assert received(tmp_path) == expected(store, numbers)


def _last(t: Terminal) -> None:
    """The last card's reader stands on the screen."""
    t.wait("尾*", seconds=60)
