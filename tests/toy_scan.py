"""A small program around a ScanBox for the tests on a pseudo-terminal: `toy_scan LOG [WAYS]`.

Every line entered is appended to LOG as JSON. WAYS, separated by commas: `open` opens a screen with
a box of its own at every 7th line and a question without a box at every 11th; `slow` sleeps a
little in the handler; `worker` finishes a line in a worker that holds the keys; `relay` opens by a
message of its own; `list` starts with the focus elsewhere; `unordered` is a plain App.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.widgets import Button, Static

from screens.keys import KeyedApp, StrayScan
from screens.scanbox import ScanBox

LOG = Path(sys.argv[1] if len(sys.argv) > 1 else "scan.log")
WAYS = set((sys.argv[2] if len(sys.argv) > 2 else "").split(","))


def note(where: str, **facts: Any) -> None:
    with LOG.open("a", encoding="utf-8") as log:
        log.write(json.dumps({"where": where} | facts, ensure_ascii=False) + "\n")


def _busy() -> None:
    """Hold everything up, as a slow act on the screen's own thread does."""
    time.sleep(0.002)


class Ask(Screen[None]):
    """Asks for one more line."""

    def compose(self) -> ComposeResult:
        yield Static("再来一行")
        yield ScanBox()

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        note("ask", text=event.text, scanned=event.scanned)
        self.dismiss()


class Question(ModalScreen[None]):
    """A question without a box; no scan may answer it."""

    def compose(self) -> ComposeResult:
        yield Button("否", id="no")
        yield Button("是", id="yes")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        note("pressed", text=str(event.button.id))
        self.dismiss()

    def on_stray_scan(self, event: StrayScan) -> None:
        event.stop()
        note("stray", text=event.text, scanned=True)
        self.dismiss()


class Main(Screen[None]):
    """The box, a button beside it, the number of lines and what was said last."""

    BINDINGS = [Binding("f5", "ask", priority=True), Binding("f6", "question")]
    lines = 0

    class Next(Message):
        """A line was noted: what comes of it is a message later."""

    def compose(self) -> ComposeResult:
        yield ScanBox(placeholder="请刷卡")
        yield Button("别处", id="elsewhere")
        yield Static("0行", id="count")

    def on_mount(self) -> None:
        if "list" in WAYS:
            self.query_one("#elsewhere").focus()

    async def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        if "slow" in WAYS:
            _busy()
            await asyncio.sleep(0.002)
        if "worker" in WAYS:
            assert isinstance(self.app, KeyedApp)
            release = self.app.hold_keys()
            self.run_worker(self.work(event, release))
            return
        self.done(event)

    async def work(self, event: ScanBox.Entered, release: Any) -> None:
        await asyncio.sleep(0.001)
        self.done(event)
        release()

    def done(self, event: ScanBox.Entered) -> None:
        note("main", text=event.text, scanned=event.scanned, digit=event.digit, ms=event.ms)
        self.lines += 1
        self.query_one("#count", Static).update(f"{self.lines}行")
        if "relay" in WAYS:
            self.post_message(self.Next())
        else:
            self.on_main_next()

    def on_main_next(self) -> None:
        if "open" in WAYS and self.lines % 7 == 0:
            self.app.push_screen(Ask())
        elif "open" in WAYS and self.lines % 11 == 0:
            self.app.push_screen(Question())

    def on_scan_box_input_method_on(self, event: ScanBox.InputMethodOn) -> None:
        note("method", text=event.text)
        self.query_one("#count", Static).update("请关闭输入法后重刷")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        note("pressed", text=str(event.button.id))

    def action_ask(self) -> None:
        self.app.push_screen(Ask())

    def action_question(self) -> None:
        self.app.push_screen(Question())

    def key_5(self) -> None:
        note("digit", text="5")


class Ordered(KeyedApp):
    def on_mount(self) -> None:
        self.push_screen(Main())


class Unordered(App[None]):
    def on_mount(self) -> None:
        self.push_screen(Main())


if __name__ == "__main__":
    (Unordered() if "unordered" in WAYS else Ordered()).run()
