"""Keys take effect in the order in which they were typed, however the program is held up."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from threading import Timer

from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from db import request_pages as pages
from deskapp.desk import open_desk
from screens.burst import clean
from screens.choice import Choice, Option, Sentence
from screens.keys import KeyedApp
from screens.scanbox import ScanBox
from tests.front import PIN, front, store_in, until
from tests.program import by_badge
from tests.terminal import KEYS, Terminal

WORDS = "借特藏回家"
ANSWERED = f"{WORDS}\r1\r".encode()
"""the words, and that it was answered on the spot"""


def logged(folder: Path) -> list[tuple[str | None, str]]:
    """Words and result of what was logged at this desk, in the order of logging."""
    desk = by_badge(open_desk(folder / "store"), "1001")
    try:
        with desk.reading() as connection:
            lines = pages.page(connection, pages.every(), None, 200)
        return [(line.question, line.status) for line in reversed(lines)][3:]
    finally:
        desk.close()


def test_it_ends_with_its_terminal(tmp_path: Path) -> None:
    """Also where whoever started it ignores the hang-up, as nohup does."""
    store = store_in(tmp_path / "store")
    argv = ["sh", "-c", "trap '' HUP; exec \"$@\"", "sh", sys.executable, "-m", "deskapp"]
    with Terminal([*argv, "--data", str(store)], home=tmp_path / "home") as t:
        t.wait("请刷工作证", seconds=30)
        t.hang_up()
        assert t.process.wait(10) == -signal.SIGHUP


def stop(t: Terminal) -> None:
    """Have the program stand still; it hears nothing of it beforehand."""
    t.kill(signal.SIGSTOP)
    os.waitpid(t.process.pid, os.WUNTRACED)


def test_a_program_that_was_stopped_reads_on_in_order(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001", afresh=True) as t:
        t.wait("待我办理", seconds=30)
        for _ in range(3):
            stop(t)
            t.kill(signal.SIGCONT)
            t.keys("f2")
            t.wait("首问责任人")
            for byte in ANSWERED:  # two readers would each take some bytes of a character
                t.send(bytes([byte]))
                t.pump(0.004)
            t.wait("，当场办结")
            t.screen.reset()
        assert logged(tmp_path) == [(WORDS, "closed")] * 3
        assert t.leave(KEYS["ctrl+q"] + KEYS["right"] + b"\r") == 0


def test_a_program_that_was_stopped_shows_all_of_its_screen_again(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001", afresh=True) as t:
        t.wait("待我办理", seconds=30)
        stop(t)
        t.send("问")  # while it stands still
        t.screen.reset()
        t.kill(signal.SIGCONT)
        for words in ("> 问", "考研座插座无电", "校友临时证", "F1帮助"):
            t.wait(words)


def test_what_comes_in_one_read_is_taken_as_it_was_typed(tmp_path: Path) -> None:
    whole = KEYS["f2"] + ANSWERED
    with front(tmp_path, badge="1001", afresh=True) as t:
        t.wait("待我办理", seconds=30)
        stop(t)
        t.send(whole * 2)
        t.kill(signal.SIGCONT)
        t.wait_until(lambda: len(logged(tmp_path)) == 2, "two of them")
        for cut in range(1, len(whole)):  # and in every two pieces, close together or not
            t.send(whole[:cut])
            if cut > 2:  # between ESC and the rest a busy machine must not let a tenth pass
                t.pump(0.07 if cut % 2 else 0.003)
            t.send(whole[cut:])
        t.wait_until(lambda: len(logged(tmp_path)) == 1 + len(whole), "all of them", 60)
        assert set(logged(tmp_path)) == {(WORDS, "closed")}


def test_a_pin_is_typed_by_hand_however_slow_the_machine(tmp_path: Path) -> None:
    with front(tmp_path, afresh=True) as t:
        t.wait("未设中心", seconds=30)
        stop(t)
        Timer(1.0, t.kill, [signal.SIGCONT]).start()
        t.keys(*"1002", "enter", *PIN, "enter", gap=0.045)
        t.wait("待我办理")


class Form(Screen[tuple[str, str]]):
    """Words and a choice, as on the screen where a request is logged."""

    def compose(self) -> ComposeResult:
        yield Sentence(id="words")
        yield Choice("结果", [Option(each, each) for each in "123"], "1", id="result")

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        self.query_one("#result").focus()

    def on_choice_entered(self, event: Choice.Entered) -> None:
        words = clean(self.query_one("#words", Sentence).value)
        self.dismiss((words, event.choice.value or ""))


class Forms(KeyedApp):
    """F2 opens one; what was entered in each."""

    BINDINGS = [("f2", "open")]

    def __init__(self) -> None:
        super().__init__()
        self.entered: list[tuple[str, str] | None] = []

    def compose(self) -> ComposeResult:
        yield ScanBox()

    def action_open(self) -> None:
        self.push_screen(Form(), self.entered.append)


def pressed(key: str, time: float) -> events.Key:
    """A key as the reading thread stamps it."""
    name, character = {"\r": ("enter", "\r"), "f2": ("f2", None)}.get(key, (key, key))
    made = events.Key(name, character)
    made.time = time
    return made


GAPS = st.sampled_from([0.0, 0.0001, 0.003, 0.03, 0.06, 0.35])
SAID = st.text("ab 张要年，", min_size=1, max_size=6).filter(str.strip)
CHOSEN = st.sampled_from(["1", "2", "3", "12", "31", "23"])  # the last digit holds
FORMS = st.lists(st.tuples(SAID, CHOSEN), min_size=1, max_size=4)


@settings(max_examples=15, deadline=None)
@given(FORMS, st.data())
def test_whatever_the_gaps_what_is_entered_is_what_was_typed(
    forms: list[tuple[str, str]], data: st.DataObject
) -> None:
    """The model: words, choice, words, choice. The gaps are those stamped, and those given out."""
    keys = [key for words, digits in forms for key in ("f2", *words, "\r", *digits, "\r")]
    gaps = data.draw(st.lists(GAPS, min_size=len(keys), max_size=len(keys)))
    waits = data.draw(st.sets(st.integers(0, len(keys) - 1), max_size=4))

    async def run() -> list[tuple[str, str] | None]:
        app = Forms()
        async with app.run_test() as pilot:
            time = 1000.0
            for place, (key, gap) in enumerate(zip(keys, gaps, strict=True)):
                time += gap
                app.post_message(pressed(key, time))
                if place in waits:
                    await pilot.pause(0.03)
            await until(pilot, lambda: len(app.entered) == len(forms), 20)
            return app.entered

    assert asyncio.run(run()) == [(clean(words), digits[-1]) for words, digits in forms]
