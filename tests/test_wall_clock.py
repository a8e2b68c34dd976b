"""The machine's clock: before the last fact, or minutes off the centre's, is said in red."""

from datetime import datetime, timedelta
from pathlib import Path

from pyte.screens import Char

from db.clock import SystemClock, first_id
from db.place import LATEST, OFFSET, clock_offset, set_setting
from db.store import driver
from deskapp import requests, wall_clock
from deskapp.desk import open_desk
from deskapp.requests import Question
from tests.front import front, store_in
from tests.library import Library
from tests.program import by_badge


def test_a_clock_before_the_last_fact(library: Library) -> None:
    library.log("li", "一件事")
    library.clock.move(seconds=60)
    library.log("li", "后一件事")
    last = library.desk.now()
    library.clock.move(seconds=-70)
    doubt = wall_clock.doubt(library.desk)
    assert doubt is not None
    assert doubt.last == last
    library.clock.put(f"{last:%Y-%m-%d %H:%M}")
    assert wall_clock.doubt(library.desk) is None
    library.clock.move(seconds=-4)  # being kept right is no fault
    assert wall_clock.doubt(library.desk) is None
    library.clock.move(seconds=-2)
    doubt = wall_clock.doubt(library.desk)
    assert doubt is not None
    assert doubt.last == library.desk.now() + timedelta(seconds=6)
    library.log("li", "又一件事")  # the desk never stops, and the clock is no better for it
    library.log("zheng", "第三件事")
    assert wall_clock.doubt(library.desk) == doubt
    library.reopen()
    assert wall_clock.doubt(library.desk) == doubt
    library.clock.move(seconds=2)
    assert wall_clock.doubt(library.desk) is None


def test_the_offset_is_kept_at_every_exchange(two_desks: Library) -> None:
    library = two_desks
    assert library.centre is not None
    desk = library.desks["3F"]
    with desk.reading() as connection:
        assert clock_offset(connection) == 0

    class Late:
        """The centre's clock, some minutes ahead of the desk's."""

        ahead = timedelta(minutes=6)

        def now(self) -> datetime:
            return library.clock.now() + self.ahead

        def new_id(self) -> str:
            return library.clock.new_id()

        def ticks(self) -> float:
            return library.clock.ticks()

    late = Late()
    library.centre._clock = late
    library.exchange("3F")
    doubt = wall_clock.doubt(desk)
    assert doubt is not None
    assert (doubt.offset, doubt.minutes) == (timedelta(minutes=6), 6)
    library.desks["3F"].close()
    assert wall_clock.doubt(library.reopen("3F")) is not None  # after a restart too
    late.ahead = timedelta(minutes=4)
    library.exchange("3F")
    assert wall_clock.doubt(library.desks["3F"]) is None


class Ahead(SystemClock):
    def now(self) -> datetime:
        return super().now() + timedelta(hours=2)

    def new_id(self) -> str:
        return first_id(self.now()) + super().new_id()[13:]


def colours(line: dict[int, Char], words: str) -> set[str]:
    """Of the cells of these words in a line of the screen."""
    cells = [line[x] for x in range(80) if line[x].data]
    text = "".join(cell.data for cell in cells)
    at = text.index(words)
    return {cell.fg for cell in cells[at : at + len(words)]}


def test_it_is_said_in_red_at_the_start_and_in_the_header(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    desk = open_desk(store, Ahead())
    requests.log(by_badge(desk, "1001"), Question("钟快了"))
    desk.close()
    with front(tmp_path, store=store) as t:
        t.wait("早于最后一条记录")
        (red,) = colours(t.screen.buffer[22], "早于最后一条记录")
        assert colours(t.screen.buffer[0], "本机时间可能有误") == {red}
    store = store_in(tmp_path / "other")
    desk = open_desk(store)
    with desk.ledger.store.writing() as connection:
        set_setting(connection, OFFSET, "-400000")
    desk.close()
    with front(tmp_path, store=store, badge="1001") as t:
        t.wait("待我办理")
        t.wait("本机时间可能有误")
        t.keys("ctrl+l")
        t.wait("与中心相差7分钟")


def test_the_clock_is_looked_at_without_reading_the_ledger(library: Library) -> None:
    """It is, every second; a desk of years has millions of facts."""
    with library.desk.reading() as connection:
        plan = driver(connection).execute(f"EXPLAIN QUERY PLAN {LATEST}", ("a", "b")).fetchall()
    assert [line[3] for line in plan if "fact" in line[3]] == [
        "SEARCH fact USING INDEX sqlite_autoindex_fact_1 (id>?)"
    ]
