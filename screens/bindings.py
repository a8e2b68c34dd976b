"""The keys that all screens share. What is moved in `desk.toml` is found by its id: the action."""

from textual.binding import Binding, BindingType

from deskapp import keymap

MISSING = {action: keymap.USUAL[action].casefold() for action in keymap.MISSING}
"""keys of what this version does not have yet: in no key line, and not silent when pressed"""
SCREENS = {
    "requests": ("screens.requests", "RequestsScreen"),
    "seats": ("screens.seats", "SeatsScreen"),
    "rooms": ("screens.rooms", "RoomsScreen"),
    "events": ("screens.events", "EventsScreen"),
    "certificates": ("screens.rolls", "RollsScreen"),
    "sync": ("screens.sync", "SyncScreen"),
    "rounds": ("screens.rounds", "RoundsScreen"),
}
"""what keys lead to from everywhere: a module, loaded when it is wanted, and its screen"""
LED = ("seats", "rooms", "events", "certificates", "rounds")
"""those of them that are not for volunteers"""


def shared(key: str, action: str, id_: str = "") -> Binding:
    """A key that works wherever one writes."""
    return Binding(key, action, priority=True, show=False, id=id_ or action)


SHARED: list[BindingType] = [
    Binding("escape", "back", show=False),
    shared("f1", "help"),
    shared("f2", "log"),
    *(shared(keymap.USUAL[name].casefold(), f"go({name!r})", name) for name in SCREENS),
    shared("ctrl+g", "shift"),
    shared("ctrl+y", "take_back_draft", "take_back"),
    shared("ctrl+z", "undo"),
    *(shared(key, f"missing({name!r})", name) for name, key in MISSING.items()),
]
APPLICATION: list[BindingType] = [
    shared("f0", "crisis"),  # Ctrl+O 0; the application's, for dialogs have it too
    shared("ctrl+q", "quit"),
    shared("ctrl+l", "lock"),
    shared("ctrl+p", "palette"),
]
COPY = Binding("ctrl+f", "copy", show=False, id="copy")
"""of the screens with something to copy"""
