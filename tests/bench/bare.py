"""What a Textual program costs by itself: one word, and another one after each key."""

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    """A program with nothing in it."""

    def compose(self) -> ComposeResult:
        yield Static("空", id="word")

    def on_key(self, event: events.Key) -> None:
        word = self.query_one("#word", Static)
        word.update(f"{event.key} {len(str(word.content))}")


if __name__ == "__main__":
    Bare().run()
