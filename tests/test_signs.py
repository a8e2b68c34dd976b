"""Signs of uncertain width: measured at the terminal, drawn as ASCII where they are too wide."""

from pathlib import Path
from unicodedata import east_asian_width

import pytest
from pyte import screens
from rich.cells import cell_len

from deskapp import config, requests
from deskapp.desk import open_desk
from deskapp.request_lists import RequestList
from deskapp.requests import Question
from screens.signs import ASCII, MEASURED
from tests.front import front, store_in
from tests.program import by_badge
from tests.terminal import Terminal

ASKED = "“甲”…乙"


def store_with_signs(folder: Path, signs: str = "") -> Path:
    store = store_in(folder / "store")
    desk = open_desk(store)
    requests.log(by_badge(desk, "1001"), Question(ASKED))
    desk.close()
    if signs:
        (store / config.SETTINGS).write_text(f'[screen]\nsigns = "{signs}"\n', "utf-8")
    return store


def wide(character: str) -> int:
    """How a terminal counts whose font was made for Chinese."""
    return 2 if east_asian_width(character) in "WFA" else 1


def border(t: Terminal, words: str) -> int:
    """The column in which the line with the words has the border between the lists."""
    (line,) = [line for line in t.lines() if words in line]
    return cell_len(line.partition("|")[0])


def test_each_sign_keeps_its_cell() -> None:
    for sign, plain in ASCII.items():
        assert (east_asian_width(chr(sign)), cell_len(chr(sign))) == ("A", 1), chr(sign)
        assert len(plain) == 1
        assert plain.isascii()
    assert {ord(sign) for sign in MEASURED} <= ASCII.keys()


@pytest.mark.parametrize("draws_wide", [False, True])
@pytest.mark.parametrize("signs", ["", "auto", "ascii", "all"])
def test_signs_are_drawn_as_the_terminal_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, draws_wide: bool, signs: str
) -> None:
    if draws_wide:
        monkeypatch.setattr(screens, "wcwidth", wide)
    with front(tmp_path, store=store_with_signs(tmp_path, signs), badge="1001") as t:
        t.wait("正在打开", "待我办理", seconds=30)
        assert MEASURED not in t.text()
        t.wait("待我办理 3", seconds=30)
        if signs == "ascii" or (draws_wide and signs != "all"):
            t.wait('"甲".乙')
            assert "“" not in t.text()
            t.wait_until(lambda: border(t, "甲") == border(t, "校友临时证"), "one border")
        else:
            t.wait("“ 甲” … 乙" if draws_wide else "“甲”…乙")
            assert '"' not in t.text()


def test_what_was_typed_is_kept_as_it_was(tmp_path: Path) -> None:
    """Only the drawing is ASCII."""
    store = store_with_signs(tmp_path, "ascii")
    with front(tmp_path, store=store, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.send("“丙”→丁")
        t.wait('"丙">丁')
        t.keys("f2")
        t.wait("首问登记")
        t.keys("1", "enter")
        t.wait("已登记")
    desk = open_desk(store)
    newest = RequestList(by_badge(desk, "1001"), "all").after(None, 1)
    desk.close()
    assert [line.question for line in newest] == ["“丙”→丁"]
