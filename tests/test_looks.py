"""What is to be seen at 80 by 24: both colourings readable, and everything without colours."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from deskapp import config
from tests.front import front, store_in
from tests.terminal import Terminal

WALK: Sequence[tuple[tuple[str, ...], str]] = (
    ((), "待我办理"),
    (("4", "7", "1", "1", "9", "enter"), "没有找到读者"),
    (("ctrl+g",), "开班"),
    (("esc", "f2"), "首问登记"),
    (("esc", "f3"), "全部"),
    (("enter",), "办理过程"),
    (("f1",), "按 Esc 返回"),
)
"""keys, and what is seen then"""
LEAST = 4.5  # contrast of text and ground, WCAG 2.2, 1.4.3


def screens(t: Terminal) -> Iterator[str]:
    for keys, seen in WALK:
        for key in keys:
            t.keys(key)
            if key == "esc":
                t.pump(0.3)
        t.wait(seen, seconds=30)
        t.pump(0.3)
        yield seen


def brightness(colour: str) -> float:
    """Relative luminance of `rrggbb`, as WCAG defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted(map(brightness, (one, other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_words_stand_out_from_their_ground(tmp_path: Path, theme: str) -> None:
    store = store_in(tmp_path / "store")
    config.remember(store, theme=theme)
    faint: dict[str, str] = {}
    with front(tmp_path, store=store, badge="1001") as t:
        for seen in screens(t):
            # What is behind a dialog is faint on purpose: only its middle is looked at there.
            edge = 16 if seen.startswith("按 Esc") else 0
            for y in range(edge // 4, t.rows - edge // 4):
                for x in range(edge, t.columns - edge):
                    cell = t.screen.buffer[y][x]
                    if not cell.data.isalnum() or "default" in (cell.fg, cell.bg):
                        continue
                    found = contrast(cell.fg, cell.bg)
                    if found < LEAST:
                        faint[f"{seen} {y}: {t.lines()[y]}"] = f"{cell.fg} {cell.bg} {found:.1f}"
    assert faint == {}


def test_without_colours(tmp_path: Path) -> None:
    """NO_COLOR: none is sent, and a cursor, a choice, an error are still to be told."""
    with front(tmp_path, badge="1001", NO_COLOR="1", TERM="xterm", COLORTERM="") as t:
        for seen in screens(t):
            cells = [cell for row in t.screen.buffer.values() for cell in row.values()]
            assert {(cell.fg, cell.bg) for cell in cells} == {("default", "default")}
            if seen == "待我办理":
                assert [cell.data for cell in cells if cell.reverse][:1] == ["请"]
            if seen == "没有找到读者":
                assert "! 没有找到读者" in t.text()
            if seen == "全部":
                row = next(y for y, line in enumerate(t.lines()) if line.startswith(">0"))
                assert all(t.screen.buffer[row][x].reverse for x in range(t.columns - 2))
        t.keys("esc", "esc")
        t.pump(0.5)
        t.keys("ctrl+p")
        t.wait("查找命令")
        t.wait_until(
            lambda: any(c.underscore for row in t.screen.buffer.values() for c in row.values()),
            "which command is chosen",
        )
