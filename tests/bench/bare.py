"""What a Textual program costs by itself: one word, and another one after each key."""

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    """A program with nothing in it."""

    pressed = 0

    def compose(self) -> ComposeResult:
        yield Static("空", id="word")

    def on_key(self, event: events.Key) -> None:
        self.pressed += 1
        self.query_one("#word", Static).update(f"{event.key} {self.pressed}")


if __name__ == "__main__":
    Bare().run()
