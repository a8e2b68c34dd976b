"""Which key does what: the usual keys, and those that a library has moved."""

from collections.abc import Mapping
from types import MappingProxyType

from deskapp.refusal import Refusal

USUAL: Mapping[str, str] = MappingProxyType(
    {
        "help": "F1",
        "log": "F2",
        "requests": "F3",
        "seats": "F4",
        "rooms": "F5",
        "events": "F6",
        "certificates": "F7",
        "figures": "F8",
        "sync": "F9",
        "crisis": "Ctrl+O 0",
        "shift": "Ctrl+G",
        "lock": "Ctrl+L",
        "take_back": "Ctrl+Y",
        "undo": "Ctrl+Z",
        "rounds": "Ctrl+R",
        "palette": "Ctrl+P",
        "copy": "Ctrl+F",
        "quit": "Ctrl+Q",
    }
)
"""action → key, as a person reads it. Enter, Esc, Tab, Ctrl+S, digits and arrows never move."""

MISSING = ("figures",)
"""actions that this version does not have yet: another may have their keys"""

FREE = {f"ctrl+o{n}": f"Ctrl+O {n}" if n == 0 else f"F{n}" for n in range(10)}
FREE |= {key.casefold(): key for key in USUAL.values() if " " not in key}
"""What may be bound, as typed without blanks: the rest belongs to terminals, browsers, input
methods, scanners and whoever writes in a box (DESK.md, "Keys").
"""
NAMED = {"alt", "backspace", "ctrl", "delete", "down", "end", "enter", "esc", "escape", "home"}
NAMED |= {"insert", "left", "meta", "pagedown", "pageup", "right", "shift", "space", "tab", "up"}
NAMED |= {f"f{n}" for n in range(1, 25)}


def moved(wanted: Mapping[str, object]) -> Mapping[str, str]:
    """The whole key map with some keys moved. Refuses KeyActionUnknown, KeyUnknown, KeyReserved,
    KeyTaken.
    """
    keys = dict(USUAL)
    for action, key in wanted.items():
        if action not in USUAL:
            raise Refusal("KeyActionUnknown", action=action)
        keys[action] = _free(str(key))
    actions: dict[str, str] = {}
    for action, key in keys.items():
        if action in MISSING and action not in wanted:
            continue
        if (other := actions.setdefault(key, action)) != action:
            raise Refusal("KeyTaken", key=key, action=action, other=other)
    return MappingProxyType(keys)


def _free(key: str) -> str:
    typed = key.casefold().replace(" ", "")
    if typed in FREE:
        return FREE[typed]
    if all(part in NAMED or len(part) == 1 for part in typed.split("+")):
        raise Refusal("KeyReserved", key=key)
    raise Refusal("KeyUnknown", key=key)


def bound(keys: Mapping[str, str]) -> dict[str, str]:
    """The moved ones alone, by the names that Textual has: `f2`, `ctrl+y`, `f0` for Ctrl+O 0."""
    return {
        action: key.casefold().replace("ctrl+o ", "f")
        for action, key in keys.items()
        if key != USUAL[action]
    }
