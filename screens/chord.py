"""Ctrl+O and a digit are an F-key: laptops keep theirs behind Fn, browsers keep them for
themselves.
"""

from textual import events

CHORD = 3.0
"""seconds in which a digit after Ctrl+O is taken for an F-key"""


class Chord:
    """What Ctrl+O begins."""

    def __init__(self) -> None:
        self._begun = float("-inf")

    def turned(self, event: events.Key) -> events.Key:
        """The key, or the F-key that it stands for (f0: help in a crisis), wherever it would go."""
        begun, self._begun = self._begun, float("-inf")
        if event.key == "ctrl+o":
            self._begun = event.time
        elif event.key in "0123456789" and event.time - begun <= CHORD:
            key = events.Key(f"f{event.key}", None)
            key.time = event.time
            return key
        return event
