"""A hand that types ahead: a pilot waits until nothing moves behind each key, 65 ms and more."""

from asyncio import sleep
from collections.abc import Iterable
from functools import cache

import pytest
from textual import _time, app
from textual._wait import wait_for_idle

from screens.keys import KeyedApp

STEP = 0.065
"""seconds between two keys, as a pilot presses them: no scan, see screens/burst.py"""


@cache
def type_ahead() -> None:
    """From now on a pilot waits behind the last of the keys that it presses at once, as ever.

    Those before it are read `STEP` apart by the clock that stamps events, which is put ahead
    instead of waited for; what comes of one before the next is given out is the application's work.
    """
    press, time = KeyedApp._press_keys, _time.get_time
    ahead, waits = 0.0, True

    async def waited(least: float) -> None:
        nonlocal ahead
        if waits:
            await wait_for_idle(least)
        else:
            ahead += STEP / 2  # it is waited for twice a key
            await sleep(0)

    async def pressed(self: KeyedApp, keys: Iterable[str]) -> None:
        nonlocal waits
        *first, last = keys
        waits = False
        try:
            await press(self, first)
        finally:
            waits = True
        await press(self, [last])

    _time.get_time = lambda: time() + ahead
    patch = pytest.MonkeyPatch()
    patch.setattr(app, "wait_for_idle", waited)
    patch.setattr(KeyedApp, "_press_keys", pressed)
