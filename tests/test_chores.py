"""What the desk does by itself while it is open."""

from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import pytest

from db.comparison import compare
from db.place import OFFSET, set_setting
from db.store import connect
from deskapp import chores, copies, handovers
from deskapp.chores import Chores
from deskapp.desk import open_desk
from tests.front import front, store_in
from tests.library import Library, outcome_of


def eventually(true: Callable[[], bool], seconds: float = 20) -> None:
    end = monotonic() + seconds
    while not true():
        assert monotonic() < end
        sleep(0.02)


def same(library: Library, path: Path) -> bool:
    return not list(compare(library.desk.ledger.store.path, path))


def test_the_second_copy_follows_while_the_desk_is_open(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chores, "BEHIND", 0.02)
    doing = Chores(library.desk)
    doing.do()  # none is kept yet
    disk = tmp_path / "disk"
    disk.mkdir()
    copy = copies.begin(library.at("admin"), disk)
    doing.do()
    library.log()
    eventually(lambda: same(library, copy))
    copy.rename(tmp_path / "gone")
    library.log()
    eventually(lambda: outcome_of(doing.do) == "CopyGone")
    assert outcome_of(doing.do) is None  # it is said once
    (tmp_path / "gone").rename(copy)
    eventually(lambda: same(library, copy))
    monkeypatch.setattr(chores, "BEHIND", 60)
    library.log()
    doing.end()
    assert same(library, copy)


def test_the_program_keeps_the_copy_in_step(tmp_path: Path) -> None:
    store, disk = store_in(tmp_path / "store"), tmp_path / "disk"
    disk.mkdir()
    desk = open_desk(store)
    copy = copies.begin(desk, disk)
    desk.close()
    with front(tmp_path, store=store, badge="1001") as t:
        t.wait("待我办理")
        t.keys("f2")
        t.wait("首问登记")
        t.send("书架有灰尘吗？")
        t.keys("enter", "enter")
        t.wait("已登记")
        eventually(lambda: not list(compare(store / "desk.db", copy)))
    with connect(copy, read_only=True) as raw:
        (held,) = raw.execute("SELECT count(*) FROM fact WHERE private LIKE '%书架有灰尘%'")
    assert held == (1,)


def offset_by(library: Library, milliseconds: int) -> None:
    """As the last exchange has found the clock."""
    with library.desk.ledger.store.writing() as connection:
        set_setting(connection, OFFSET, str(milliseconds))


def test_offers_come_back_by_themselves(library: Library) -> None:
    asked = library.log()
    handovers.hand_over(library.at("li"), asked.id, to=library.id("chen"), reason="duty")
    doing = Chores(library.desk)
    assert doing.do() == []
    library.clock.move(days=9)
    offset_by(library, -9 * 86_400_000)
    assert doing.do() == []  # nine days ahead of the centre, as it is known to be
    offset_by(library, 0)
    assert [each.id for each in doing.do()] == [asked.id]
