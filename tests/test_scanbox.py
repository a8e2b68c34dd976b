"""Scans, pastes and typing into the real box: raw bytes on a real pseudo-terminal."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events
from textual.app import ComposeResult
from textual.widgets import Button

from screens import burst
from screens.burst import clean, now
from screens.keys import KeyedApp, Settled, StrayScan
from screens.scanbox import ScanBox
from tests.front import until
from tests.terminal import KEYS
from tests.toys_scanned import CODES, Start


@pytest.mark.parametrize(
    ("ways", "count"),
    [
        *(("", 250), ("open", 250)),
        *((ways, 200) for ways in ("unordered", "slow,open", "relay,open", "worker,open")),
        ("list,open", 200),
    ],
)
def test_scans_at_full_speed_lose_and_mix_nothing(toy: Start, ways: str, count: int) -> None:
    t = toy(ways)
    t.send("".join(f"{code}\r" for code in CODES[:count]))
    assert t.entered(count) == CODES[:count]
    notes = t.notes()
    assert len(notes) == count  # no button was pressed by a scan's Enter
    assert all(note["scanned"] for note in notes)
    if "open" in ways:
        assert {note["where"] for note in notes} == {"main", "ask", "stray"}
    assert t.leave(KEYS["ctrl+q"]) == 0


@pytest.mark.parametrize("ways", ["", "open", "unordered"])
def test_pasted_lines_come_one_by_one(toy: Start, ways: str) -> None:
    t = toy(ways)
    # (the 190th opens nothing that would take the line behind it)
    t.send("\x1b[200~" + "\r\n".join(CODES[:190]) + "\n12345\x1b[201~")
    assert t.entered(190) == CODES[:190]
    t.wait("12345")  # its last line has no end yet
    t.send("\r")
    assert t.entered(191)[-1] == "12345"


@pytest.mark.parametrize(
    ("before", "after"),
    [("", "\r\n"), ("", "\n"), ("\x02", "\x03\r"), ("\x02", "\x03"), ("", "\t"), ("", "\x13")],
    ids=["CRLF", "LF", "STX ETX CR", "STX ETX", "Tab", "Ctrl+S"],
)
def test_every_terminator_of_a_scanner(toy: Start, before: str, after: str) -> None:
    t = toy()
    for code in CODES[:20]:
        t.send(before + code + after)
        t.pump(0.02)
    t.send("".join(before + code + after for code in CODES[20:40]))
    assert t.entered(40) == CODES[:40]
    assert all(note["scanned"] for note in t.notes())


def test_a_group_separator_stays_in_the_code(toy: Start) -> None:
    t = toy()
    t.send("]C10100012\x1d2112345\r")
    assert t.entered(1) == ["]C10100012\x1d2112345"]


def test_a_scan_in_a_half_typed_sentence_is_entered_alone(toy: Start) -> None:
    t = toy()
    t.keys("张老师要2023年", gap=0.15)
    t.send("20231234\r\n")
    t.pump(0.4)
    t.keys("Nature一篇", "enter")
    assert t.entered(2) == ["20231234", "张老师要2023年Nature一篇"]
    assert [note["scanned"] for note in t.notes()] == [True, False]


def test_an_empty_enter_counts_only_when_it_does_not_trail_a_scan(toy: Start) -> None:
    t = toy()
    t.send("20231234\r")
    t.pump(0.1)
    t.send("\r")
    t.pump(0.5)
    t.send("\r")
    assert t.entered(2) == ["20231234", ""]


def test_a_lone_digit_and_full_width_figures(toy: Start) -> None:
    t = toy()
    t.keys("3", "enter", "２０２３", "enter", "12", "enter", gap=0.15)
    assert t.entered(3) == ["3", "2023", "12"]
    assert [note["digit"] for note in t.notes()] == [3, None, None]


def test_a_scan_through_an_input_method_is_told_and_can_be_repeated(toy: Start) -> None:
    t = toy()
    t.send("啊2023001\r")
    t.wait("请关闭输入法后重刷")
    t.pump(0.4)
    t.send("A2023001\r")
    assert t.entered(2) == ["啊2023001", "A2023001"]
    assert [note["where"] for note in t.notes()] == ["method", "main"]


def test_a_sentence_committed_by_an_input_method_is_no_scan(toy: Start) -> None:
    t = toy()
    t.send("考研座插座无电")
    t.pump(0.3)
    t.send("五层打印机\r")
    assert t.entered(1) == ["考研座插座无电五层打印机"]


def test_no_scan_answers_a_question(toy: Start) -> None:
    t = toy()
    t.keys("f6", gap=0.3)
    t.send("\x0220231234\x03\r\n")
    t.pump(0.5)
    assert [note["where"] for note in t.notes()] == ["stray"]
    t.keys("f6", gap=0.3)
    t.keys("enter", gap=0.3)  # a hand's Enter does
    assert t.notes()[1:] == [{"where": "pressed", "text": "no"}]


def test_the_rest_of_a_terminator_answers_nothing_that_its_scan_opened(toy: Start) -> None:
    t = toy("open")
    t.send("".join(f"{code}\x03\r\n" for code in CODES[:40]))
    assert t.entered(40) == CODES[:40]
    assert len(t.notes()) == 40
    t.send("abc\r\n" * 10)
    t.entered(50)
    assert [n["text"] for n in t.notes() if n["where"] != "pressed"][40:] == ["abc"] * 10


def test_keys_behind_a_function_key_belong_to_what_it_opens(toy: Start) -> None:
    t = toy()
    t.send(b"".join(KEYS["f5"] + f"{code}\r".encode() for code in CODES[:20]))
    assert t.entered(20) == CODES[:20]
    assert {note["where"] for note in t.notes()} == {"ask"}


def test_a_bare_digit_is_a_key_when_it_comes_alone(toy: Start) -> None:
    t = toy("list")
    t.keys("5", gap=0.4)
    t.send("55555123\r")
    t.pump(0.4)
    assert [note["text"] for note in t.notes()] == ["5", "55555123"]


class Log(KeyedApp):
    """A box and what came out of it."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[str, bool]] = []

    def compose(self) -> ComposeResult:
        yield ScanBox()

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        self.lines.append((event.text, event.scanned))


KEY_NAMES = {"\r": "enter", "\n": "ctrl+j", "\t": "tab", "\x03": "ctrl+c", "\x1d": "ctrl+]"}


def key(character: str, time: float) -> events.Key:
    """A key as the reading thread stamps it."""
    made = events.Key(KEY_NAMES.get(character, character), character)
    made.time = time
    return made


class Listing(KeyedApp):
    """A list of which digits act, and a button, as on a record; what happened."""

    def __init__(self) -> None:
        super().__init__()
        self.scanner.terminates = True  # a scanner was used
        self.happened: list[str] = []

    def compose(self) -> ComposeResult:
        yield Button("是")

    def on_key(self, event: events.Key) -> None:
        if event.is_printable:
            self.happened.append(event.key)

    def on_button_pressed(self) -> None:
        self.happened.append("pressed")

    def on_stray_scan(self, event: StrayScan) -> None:
        self.happened.append(f"scan {event.text}")


@pytest.mark.parametrize("gap", [0.016, 0.039, 0.05, 0.075])
@pytest.mark.parametrize(("second", "does"), [("6", "6"), ("\r", "pressed")])
async def test_two_quick_keys_of_a_hand_act_at_once(
    monkeypatch: pytest.MonkeyPatch, gap: float, second: str, does: str
) -> None:
    monkeypatch.setattr(burst, "PAUSE", 60.0)  # whoever waits for it is never done
    app = Listing()
    async with app.run_test() as pilot:
        begun = now()
        app.post_message(key("5", begun - gap))
        app.post_message(key(second, begun))
        await until(pilot, lambda: app.happened == ["5", does])


@pytest.mark.parametrize("held", [0.0001, 0.13, 0.28, 0.9])
@pytest.mark.parametrize("place", range(2, 9))
async def test_a_scan_on_a_list_presses_nothing_wherever_it_is_held_up(
    held: float, place: int
) -> None:
    app = Listing()
    async with app.run_test() as pilot:
        app.screen.query_one(Button).focus()
        time = now()
        for at, character in enumerate("20231234\r"):
            time += held if at == place else 0.0001
            while now() < time:
                await pilot.pause(0.01)
            app.post_message(key(character, time))
        await until(pilot, lambda: app.happened)
        assert app.happened == ["scan 20231234"]


class Busy(Log):
    """Slow to settle what a key has brought about."""

    async def on_settled(self, _: Settled) -> None:
        await asyncio.sleep(0.15)


async def test_a_separator_lets_no_silence_into_its_code() -> None:
    app = Busy()
    async with app.run_test() as pilot:
        for character in "]C10100012\x1d2112345\r":
            app.post_message(key(character, now()))
        await until(pilot, lambda: app.lines)
        assert app.lines == [("]C10100012\x1d2112345", True)]


WORDS = st.text("abc 张要年12", min_size=1, max_size=8)
SCANS = st.tuples(
    st.from_regex(r"\A[A-Z]?[0-9]{4,12}\Z"), st.sampled_from(["\r", "\n", "\r\n", "\x03\r", "\t"])
)


@settings(max_examples=15, deadline=None)
@given(st.lists(WORDS | SCANS, max_size=12), st.sampled_from([0.0, 0.001, 0.02]))
def test_whatever_is_typed_between_scans_both_stay_whole(
    parts: list[str | tuple[str, str]], gap: float
) -> None:
    """The model: scans come out alone and in order, what a hand typed stays until its Enter."""

    async def run() -> list[tuple[str, bool]]:
        app = Log()
        async with app.run_test() as pilot:
            time = 1000.0

            def press(character: str, later: float) -> None:
                nonlocal time
                time += later
                app.post_message(key(character, time))

            for part in parts:
                time += 1.2  # after less a single character could be the first of the scan
                if isinstance(part, str):
                    for character in part:
                        press(character, 0.12)
                else:
                    for character in "".join(part):
                        press(character, gap)
            press("\r", 0.5)
            scans = sum(not isinstance(part, str) for part in parts)
            await until(pilot, lambda: len(app.lines) > scans)
            await pilot.pause(0.02)  # nothing more comes
            return app.lines

    typed = "".join(part for part in parts if isinstance(part, str))
    scans = [(part[0], True) for part in parts if not isinstance(part, str)]
    assert asyncio.run(run()) == [*scans, (clean(typed), False)]
