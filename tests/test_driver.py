"""What the terminal sends, taken apart into keys."""

import time

import pytest
from textual.events import Key

from screens.driver import TOGETHER, KeyParser

LATER = TOGETHER + 0.01


def keys(*parts: str | float) -> list[str]:
    """The keys of what was read, and of pauses in seconds between."""
    parser, found = KeyParser(), []
    for part in (*parts, LATER):
        if isinstance(part, float):
            time.sleep(part)
            events = parser.tick()
        else:
            events = parser.feed(part)
        found += [event.key if isinstance(event, Key) else type(event).__name__ for event in events]
    return found


@pytest.mark.parametrize(
    ("read", "pressed"),
    [
        (("\x1b9E37\r",), "escape 9 E 3 7 enter"),
        (("\x1b", "9E\r"), "escape 9 E enter"),
        (("\x1b", LATER, "9E\r"), "escape 9 E enter"),
        (("\x1bo4AA",), "escape o 4 A A"),
        (("\x1b啊",), "escape 啊"),
        (("\x1b\r",), "escape enter"),
        (("a\x1b",), "a escape"),
        (("\x1b\x1b",), "escape escape"),
    ],
)
def test_esc_is_a_key_of_its_own(read: tuple[str | float, ...], pressed: str) -> None:
    assert keys(*read) == pressed.split()


@pytest.mark.parametrize(
    ("read", "pressed"),
    [
        (("\x1b[A",), "up"),
        (("\x1b", "[A"), "up"),
        (("\x1bO", "P"), "f1"),
        (("\x1b[27u",), "escape"),
        (("\x1b[200~a\r\nb\x1b[201~",), "Paste"),
    ],
)
def test_a_sequence_stays_one(read: tuple[str, ...], pressed: str) -> None:
    assert keys(*read) == pressed.split()
