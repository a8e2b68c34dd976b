"""The map of a zone: what is drawn where, the cursor, what is drawn again, two sizes."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import RenderableType
from textual.screen import Screen
from textual.widgets import Static

from deskapp.zone_map import AWAY, CLOSED, FREE, OVER, SEATED, STATES, Spot, ZoneMap
from screens.seat_map import CURSOR, NOTED, SIGNS, Plan, SeatMap, row_and_number, sign
from tests import forks
from tests.front import until
from tests.terminal import Terminal
from tests.toy_map import HALL, Toy, changed, hall


def drawn(app: Toy) -> list[str]:
    return [app.map.render_line(y).text.rstrip() for y in range(app.map.size.height)]


def small(**states: str) -> ZoneMap:
    """Two rows of three and two, an aisle between, all free but for some."""
    free = ZoneMap("it", tuple(spot._replace(state=FREE) for spot in hall("AB", (3, 2)).spots))
    return changed(free, **states)


@pytest.mark.parametrize(
    ("label", "parts"),
    [("C-37", ("C", "37")), ("A12", ("A", "12")), ("101", ("", "101")), ("门旁", ("门旁", ""))],
)
def test_a_label_is_a_row_and_a_number(label: str, parts: tuple[str, str]) -> None:
    assert row_and_number(label) == parts


def test_each_state_has_a_sign_of_its_own() -> None:
    signs = {sign(Spot("A-1", 0, 0, state)) for state in STATES}
    assert len(signs | {CURSOR, NOTED}) == len(STATES) + 2 == len(SIGNS) + 2
    assert all(len(each) == 1 and each.isascii() for each in signs)
    assert sign(Spot("A-1", 0, 0, FREE, noted=True)) == NOTED
    assert sign(Spot("A-1", 0, 0, SEATED, noted=True)) == "#"
    spots = (Spot("A-1", 0, 0, FREE, noted=True), Spot("A-2", 0, 1, SEATED, noted=True))
    assert ZoneMap("exam", spots).noted == 1  # as many as have the sign


async def test_the_room_is_drawn_as_it_lies() -> None:
    room = small(A_2=SEATED, A_4=AWAY, B_1=OVER, B_5=CLOSED)
    app = Toy(room)
    async with app.run_test(size=(14, 6)) as pilot:
        await pilot.pause()
        assert drawn(app)[:3] == ["   1   4", " A @#. ~.", " B !.. .x"]
        await pilot.resize_terminal(80, 6)  # two cells a seat where there is room
        await until(pilot, lambda: drawn(app)[0] != "   1   4")
        assert drawn(app)[:3] == ["   1       4 5", " A @ # .   ~ .", " B ! . .   . x"]
        app.map.show(ZoneMap("it", ()))
        assert drawn(app)[0] == " 没有座位"
        assert app.map.spot is None
        assert app.map.press("down")


async def test_rows_without_names_have_no_numbers_above() -> None:
    app = Toy(ZoneMap("x", (Spot("101", 3, 5), Spot("102", 3, 6), Spot("9", 5, 6))))
    async with app.run_test(size=(20, 6)) as pilot:
        await pilot.pause()
        assert drawn(app)[:4] == ["", "  @ .", "", "    ."]


async def test_keys_move_over_seats() -> None:
    app = Toy(hall("ABC", (3, 2)))
    async with app.run_test(size=(80, 8)) as pilot:
        await pilot.pause()
        for keys, label in (
            ("right right right", "A-4"),  # over the aisle
            ("down down down", "C-4"),
            ("end", "C-5"),
            ("home up", "B-1"),
            ("home", "A-1"),  # of the row, then of the room
            ("left up", "A-1"),
            ("end end", "C-5"),
        ):
            await pilot.press(*keys.split())
            assert app.map.spot
            assert app.map.spot.label == label, keys
        state = app.map.spot.state if app.map.spot else ""
        assert str(app.query_one("#said", Static).content) == f"C-5 {state}"


async def test_steps_up_and_down_keep_to_their_column() -> None:
    spots = (Spot("A-1", 0, 0), Spot("A-2", 0, 9), Spot("B-1", 1, 4), Spot("C-1", 2, 1))
    app = Toy(ZoneMap("x", (*spots, Spot("C-2", 2, 9))))
    async with app.run_test(size=(80, 8)) as pilot:
        await pilot.press("right", "down", "down")
        assert app.map.spot
        assert app.map.spot.label == "C-2"


async def test_a_filter_shows_and_steps_on_what_is_wanted_only() -> None:
    app = Toy(small(A_1=SEATED, A_2=SEATED, B_2=SEATED))
    async with app.run_test(size=(14, 6)) as pilot:
        await pilot.press("f4")
        assert drawn(app)[1:3] == [" A   @ ..", " B . . .."]
        await pilot.press("down", "home", "right")
        assert app.map.spot
        assert app.map.spot.label == "B-3"
        await pilot.press("f2")  # taken: it is wanted no more, and one stays there
        assert app.map.spot.label == "B-3"
        assert drawn(app)[2] == " B . @ .."
        await pilot.press("left")
        assert drawn(app)[2] == " B @   .."
        await pilot.press("f4")
        assert drawn(app)[1:3] == [" A ##. ..", " B @## .."]


def test_home_and_end_where_nothing_is_wanted() -> None:
    map_ = SeatMap()
    assert map_.filter(lambda _: False) == 0
    assert map_.press("end")
    assert not map_.press("enter")


class Watched(Toy):
    """Says which cells were sent to the screen."""

    cells: int | None = 0
    """None: all of them"""

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        spans = getattr(renderable, "spans", None)
        if spans is None:
            self.cells = None
        elif self.cells is not None and self.map.is_mounted:
            high = self.map.size.height
            self.cells += sum(x2 - x1 for y, x1, x2 in spans if y < high)
        super()._display(screen, renderable)


async def test_only_what_changed_is_drawn_again() -> None:
    app = Watched(hall())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "right")
        await pilot.pause(0.05)
        app.cells = 0
        await pilot.press("right")
        await pilot.pause(0.05)
        assert app.cells == 2  # where it was, where it is
        app.cells = 0
        app.map.show(changed(app.map.zone_map, C_7="closed", D_9="over"))
        await pilot.pause(0.05)
        assert app.cells == 2
        assert "x" in drawn(app)[3]
        app.cells = 0
        app.map.show(changed(app.map.zone_map, Y_1="closed"))  # out of sight
        app.map.show(ZoneMap("hall", tuple(app.map.zone_map.spots)))
        await pilot.pause(0.05)
        assert app.cells == 0
        await pilot.press("end", "end")
        assert drawn(app)[-1].startswith(" Y x")


async def test_a_change_leaves_the_cursor_on_its_seat() -> None:
    app = Toy(small())
    async with app.run_test(size=(30, 6)) as pilot:
        await pilot.press("down", "right")
        grown = hall("AABC", (4, 2))
        app.map.show(ZoneMap("it", grown.spots[6:]))
        await pilot.pause()
        assert app.map.spot
        assert app.map.spot.label == "B-2"
        app.map.show(ZoneMap("other", grown.spots[6:]))  # another zone begins at its first seat
        await pilot.pause()
        assert app.map.spot.label == "A-1"
        assert str(app.query_one("#said", Static).content).startswith("A-1")


async def test_a_click_leads_to_a_seat() -> None:
    app = Toy(small())
    async with app.run_test(size=(40, 6)) as pilot:
        await pilot.click(SeatMap, offset=(3 + 2 * 4, 2))
        assert app.map.spot
        assert app.map.spot.label == "B-4"
        await pilot.click(SeatMap, offset=(3 + 2 * 3, 1))  # the aisle
        assert app.map.spot.label == "B-4"


@settings(max_examples=40, deadline=None)
@given(
    spots=st.dictionaries(
        st.tuples(st.integers(0, 6), st.integers(0, 12)), st.sampled_from(STATES), min_size=1
    ),
    keys=st.lists(st.sampled_from(("up", "down", "left", "right", "home", "end")), max_size=20),
    wanted=st.sampled_from((None, FREE)),
    chance=st.data(),
)
def test_every_key_leads_to_a_seat_that_is_wanted(
    spots: dict[tuple[int, int], str], keys: list[str], wanted: str | None, chance: st.DataObject
) -> None:
    seats = [Spot(f"{r}-{c}", r, c, state) for (r, c), state in sorted(spots.items())]
    plan = Plan(seats)

    def is_wanted(spot: Spot) -> bool:
        return wanted in (None, spot.state)

    some = [spot for spot in seats if is_wanted(spot)]
    here = at = chance.draw(st.sampled_from(seats))
    for key in keys:
        at = plan.beside(at, key, at.col, is_wanted) or at
        assert at in (*some, here)
        if key in ("up", "down", "left", "right"):
            back = {"up": "down", "down": "up", "left": "right", "right": "left"}[key]
            beyond = plan.beside(at, back, at.col, is_wanted)
            assert beyond is None or beyond in some
    for key, last in (("home", 0), ("end", -1)):
        for _ in range(2):
            at = plan.beside(at, key, at.col, is_wanted) or at
        assert not some or at == some[last]


def start(home: Path, columns: int, rows: int, **env: str) -> Terminal:
    argv = ["tests.toy_map"]
    return Terminal(argv, home=home, columns=columns, rows=rows, env=env, start=forks.start)


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (200, 60)])
def test_a_thousand_seats_on_a_terminal(tmp_path: Path, columns: int, rows: int) -> None:
    with start(tmp_path, columns, rows, NO_COLOR="1") as t:
        t.wait(" A @")
        third = "10" if columns == 200 else "11"
        assert t.lines()[0].split()[:3] == ["1", "5", third]
        t.keys("end", "end")
        t.wait_until(lambda: any(line.startswith(" Y ") for line in t.lines()), "the last row")
        last = next(line for line in t.lines() if line.startswith(" Y "))
        assert last.rstrip().endswith("@")
        step = 2 if columns == 200 else 1
        assert len(last.rstrip()) == 3 + (sum(HALL) + len(HALL) - 1) * step - (step - 1)
        assert any(line.startswith(" A ") for line in t.lines()) == (rows == 60)
        t.send(b"\x1b[A" * 30 + b"\x1b[D" * 50)  # a burst of keys ends where it must
        t.wait("A-1 ")
