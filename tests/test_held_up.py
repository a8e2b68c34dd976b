"""Scans that are held up on their way, end in silence, or come as slowly as a hand types."""

from time import perf_counter

import pytest

from screens.burst import STALL
from tests.toys_scanned import CODES, Start, Toy


@pytest.mark.parametrize("ways", ["", "open", "list,open"])
def test_a_code_that_was_held_up_stays_whole(toy: Start, ways: str) -> None:
    for _ in range(10):
        t = toy(ways)
        t.send("20230000\r")
        t.entered(1)
        # 0: before it, 8: before its Enter
        if all(_in_two(t, code, place % 9) for place, code in enumerate(CODES[1:36])):
            break
        t.again()
    assert t.entered(36) == CODES[:36]


def _in_two(t: Toy, code: str, cut: int) -> bool:
    """Send a code in two pieces; whether this machine held it up no longer than was meant."""
    t.send(code[:cut])
    before = perf_counter()
    t.pump(0.13)
    held = perf_counter() - before
    t.send(code[cut:] + "\r")
    return held < STALL - 0.05


@pytest.mark.parametrize("ways", ["", "open", "list,open"])
def test_a_longer_code_is_not_cut_where_a_shorter_one_ended(toy: Start, ways: str) -> None:
    t = toy(ways)
    t.send("20230000\r")
    t.entered(1)
    t.send("]Q3*2023")
    t.pump(0.13)
    t.send("101234\r")
    assert t.entered(2)[1:] == ["]Q3*2023101234"]


@pytest.mark.parametrize("gap", [0.0, 0.005, 0.015])
def test_silence_ends_a_burst_without_terminator(toy: Start, gap: float) -> None:
    for _ in range(10):  # a machine that held up us, or the reading of it, proves nothing
        t = toy()
        for code in CODES[:3]:
            for character in code:
                t.send(character)
                t.pump(gap)
            t.pump(0.25)
        t.pump(0.4)
        if (entered := [note["text"] for note in t.notes()]) == CODES[:3]:
            break
        t.again()
    assert entered == CODES[:3]


@pytest.mark.parametrize("pause", [0.12, 0.3, 0.6])
@pytest.mark.parametrize("ways", ["", "open"])
def test_one_scanner_ends_its_codes_and_another_does_not(
    toy: Start, ways: str, pause: float
) -> None:
    t = toy(ways)
    t.send("DAA69D4C\r")
    assert t.entered(1) == ["DAA69D4C"]
    t.pump(1.5)
    t.send("9E37A9EA")
    t.pump(pause)
    t.send("3C6F239B\r")
    assert t.entered(3) == ["DAA69D4C", "9E37A9EA", "3C6F239B"]


def test_a_person_is_never_cut(toy: Start) -> None:
    t = toy()
    for words in ("20231234", " ab12cd34ef56"):
        for place, character in enumerate(words):
            t.send(character)
            t.pump(0.012 if place % 4 == 1 else 0.07)  # now and then two keys rolled
        t.pump(0.5)
        assert t.notes() == []
    t.keys("esc")
    t.wait("20231234 ab12cd34ef56")  # Esc keeps the text
    t.send("\x13")
    assert t.entered(1) == ["20231234 ab12cd34ef56"]
    assert not t.notes()[0]["scanned"]
