"""Long lists: cells, pages by key, the cursor, the real thing at two sizes."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.text import Text
from textual.widgets import Static

from screens.cells import Column, fit, fit_text, plain, widths
from screens.longlist import PAGE, PAGES, LongList, Pages
from tests import forks
from tests.terminal import Terminal
from tests.toy_list import Matter, Matters, Toy, fill

ODD = st.sampled_from("中文，。é😀e\u0301\u200d\ufe0f\x1b\n")
ANY = st.text(st.characters(codec="utf-8") | ODD)
SPAN = st.tuples(st.integers(0, 9), st.integers(0, 9))


@given(ANY, st.integers(0, 30), st.booleans())
def test_a_cell_is_exactly_as_wide_as_its_column(text: str, width: int, right: bool) -> None:
    shown = fit(text, width, right)
    assert cell_len(shown) == width
    assert not any(c < " " or "\x7f" <= c < "\xa0" for c in shown)
    body = shown.strip(" ").removesuffix("..")
    assert body in plain(text)
    if cell_len(plain(text)) <= width:
        assert shown.strip(" ") == plain(text).strip(" ")


@given(ANY, st.integers(0, 30), st.booleans(), st.lists(SPAN))
def test_a_styled_cell_reads_like_a_plain_one(
    text: str, width: int, right: bool, spans: list[tuple[int, int]]
) -> None:
    styled = Text(text)
    for start, end in spans:
        styled.stylize("bold red", start, end)
    segments = fit_text(styled, width, right)
    assert "".join(s.text for s in segments) == fit(styled.plain, width, right)


def test_styles_stay_on_their_characters() -> None:
    text = Text("等待逾期了")
    text.stylize("red", 2, 4)
    (red,) = [s for s in fit_text(text, 9, right=True) if s.style and s.style.color]
    assert red.text == "逾"  # 等待逾.. fill 8 of 9 cells
    assert not any(s.style and s.style.color for s in fit_text(text, 9, no_colour=True))
    assert fit("中文字", 4) == "中.."
    assert fit("中文字", 5) == "中.. "
    assert fit("[/]\x1b[2J\n", 9) == "[/] [2J  "
    assert Segment.get_line_length(fit_text(Text("a\nb"), 6)) == 6


def test_columns_share_what_is_left() -> None:
    columns = [
        Column[str]("a", str, width=8),
        Column[str]("b", str, share=3, least=10),
        Column[str]("c", str, share=1, least=5),
        Column[str]("d", str, width=20, shown_from=120),
    ]
    assert widths(columns, 80) == [8, 10 + 40, 5 + 14, 0]
    assert sum(widths(columns, 160)) + 1 + 3 == 160
    full = Column[str]("e", str, least=5, most=9)  # what it does not need is for the others
    assert widths([*columns[:2], full], 80) == [8, 80 - 1 - 2 - 8 - 9, 9]
    state = (
        Column[str]("f", str, width=9, shown_to=110),
        Column[str]("f", str, width=20, shown_from=110),
    )
    assert [widths([*columns[:2], *state], room)[2:] for room in (109, 110)] == [[9, 0], [0, 20]]
    assert sum(widths(columns, 20)) >= 8 + 10 + 5  # too narrow: the line is cut, not the program


@pytest.fixture(scope="session")
def million(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("list") / "million.db"
    fill(path, 1_000_000)
    return path


@pytest.fixture
def thousand(tmp_path: Path) -> Path:
    fill(tmp_path / "list.db", 1_050)
    return tmp_path / "list.db"


@pytest.fixture(scope="module")
def some(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Matters, list[Matter]]]:
    path = tmp_path_factory.mktemp("pages") / "some.db"
    fill(path, 30 * PAGE + 17)
    source = Matters(path)
    yield source, list(source.after(None, 10**6))
    source.db.close()


@settings(max_examples=60, deadline=None)
@given(places=st.lists(st.integers(0, 30 * PAGE + 30), max_size=60))
def test_pages_show_the_rows_of_the_list_from_wherever_one_comes(
    some: tuple[Matters, list[Matter]], places: list[int]
) -> None:
    source, rows = some
    pages = Pages(source, print)
    for place in places:
        assert pages.row(place) == (rows[place] if place < len(rows) else None)
    assert len(pages._pages) <= PAGES


def steps(path: Path, begun_at: int, step: int) -> list[int]:
    """What SQLite had to do, in hundreds of its machine's steps, for each of the next pages."""
    source, taken = Matters(path), [0]

    def count() -> None:
        taken[-1] += 1

    pages = Pages(source, print)
    pages.row(begun_at)
    source.db.set_progress_handler(count, 100)
    for n in range(1, 10):
        taken.append(0)
        assert pages.row(begun_at + n * step) is not None
    source.db.close()
    return taken[1:]


def test_a_page_of_a_million_rows_costs_what_one_of_a_few_does(
    million: Path, tmp_path: Path
) -> None:
    """How long it takes is measured in tests/bench."""
    fill(tmp_path / "few.db", 20 * PAGE)
    least = max(steps(tmp_path / "few.db", 0, PAGE))
    for begun_at, step in ((0, PAGE), (999_999, -PAGE), (500_000, PAGE)):
        assert max(steps(million, begun_at, step)) <= least + 5


def said(app: Toy) -> str:
    return str(app.query_one("#said", Static).content)


async def test_keys_move_the_cursor_and_choose(thousand: Path) -> None:
    app = Toy(thousand)
    async with app.run_test(size=(80, 24)) as pilot:
        rows = app.matters.after(None, 2000)
        await pilot.press("down", "down", "pagedown")
        assert (app.shown.cursor, app.shown.row) == (24, rows[24])
        await pilot.press("end")
        assert app.shown.cursor == 1049
        await pilot.press("pageup", "up", "enter")
        assert said(app) == f"选了{rows[1049 - 23].id}"
        await pilot.press("home", "up")
        assert app.shown.row == rows[0]
        assert round(app.shown.scroll_y) == 0


async def test_mouse_clicks_and_wheels(thousand: Path) -> None:
    app = Toy(thousand)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(LongList, offset=(5, 4))
        assert app.shown.cursor == 3
        await pilot.click(LongList, offset=(5, 0))  # the titles
        assert app.shown.cursor == 3
        app.shown.scroll_to(y=500, animate=False)
        await pilot.pause()
        await pilot.press("enter")  # the cursor was out of sight: it only comes
        assert (app.shown.cursor, said(app)) == (500, "在第501行")
        await pilot.click(LongList, offset=(5, 3), times=2)
        assert said(app) == f"选了{app.matters.after(None, 1, 502)[0].id}"


async def test_a_change_leaves_the_cursor_on_its_row(thousand: Path) -> None:
    app = Toy(thousand)
    async with app.run_test(size=(80, 24)) as pilot:
        app.shown.move(600)
        await pilot.pause()
        row, line = app.shown.row, 600 - app.shown.scroll_y
        await pilot.press("f2")  # a row before it
        assert (app.shown.row, app.shown.cursor, app.shown.count) == (row, 601, 1051)
        assert 601 - app.shown.scroll_y == line
        await pilot.press("f4")  # it has gone: the next is there
        assert app.shown.row == app.matters.after(None, 1, 601)[0]
        row = app.shown.row
        await pilot.press("f5")  # it went to the end, and the cursor with it
        assert row
        assert app.shown.row
        assert (app.shown.row.id, app.shown.cursor) == (row.id, 1049)


async def test_an_emptied_list_says_so(tmp_path: Path) -> None:
    fill(tmp_path / "two.db", 2)
    app = Toy(tmp_path / "two.db")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("end", "f4", "f4", "enter", "down")
        assert (app.shown.row, app.shown.cursor) == (None, 0)
        assert "没有待办事项" in app.shown.render_line(1).text
        await pilot.press("f2")
        assert said(app) == "在第1行"


def start(path: Path, home: Path, *more: str, columns: int = 80, rows: int = 24) -> Terminal:
    argv = ["tests.toy_list", str(path), *more]
    env = {"NO_COLOR": "1"}
    return Terminal(argv, home=home, columns=columns, rows=rows, env=env, start=forks.start)


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (160, 48)])
def test_on_a_terminal_at_two_sizes(
    thousand: Path, tmp_path: Path, columns: int, rows: int
) -> None:
    first, last = (Matters(thousand).after(None, 2000)[n] for n in (0, 1049))
    with start(thousand, tmp_path, columns=columns, rows=rows) as t:
        t.wait(f">{first.id:07}")
        t.wait_until(
            lambda: sum(any(c in line for c in "待已逾") for line in t.lines()) == rows - 2, "lines"
        )
        lines = t.lines()
        assert ("备注" in lines[0]) == (columns == 160)
        assert cell_len(lines[1][: lines[1].index(first.status)]) == columns - 18
        t.keys("end")
        t.wait(f">{last.id:07}")
        t.resize(240 - columns, 72 - rows)
        t.wait_until(lambda: ("备注" in t.lines()[0]) == (columns == 80), "the other columns")
        t.wait(f">{last.id:07}")  # still in sight
        t.wait_until(lambda: t.lines()[-2].startswith(">"), "the cursor on the last line")


def test_a_burst_of_keys_ends_where_it_must(thousand: Path, tmp_path: Path) -> None:
    with start(thousand, tmp_path) as t:
        t.wait(">")
        t.send(b"\x1b[B" * 200 + b"\x1b[A" * 50 + b"\r")
        t.wait(f"选了{Matters(thousand).after(None, 1, 150)[0].id}")


def test_a_million_rows_are_painted(million: Path, tmp_path: Path) -> None:
    """How soon is measured in tests/bench."""
    with start(Path(shutil.copy(million, tmp_path / "list.db")), tmp_path) as t:
        t.wait(">0")
