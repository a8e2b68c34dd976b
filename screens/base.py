"""What every screen of the desk has: the lines above and below, one way to act, one way to refuse."""

from collections.abc import Callable
from typing import ParamSpec, Protocol, TypeVar, cast

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from deskapp.desk import Desk, Refusal
from deskapp.language import Language

P = ParamSpec("P")
R = TypeVar("R")


class Front(Protocol):
    """What a screen may ask of the application."""

    desk: Desk
    t: Language


class Done(Message):
    """A slow act (one that hashes a PIN, one that reads a file) has its receipt."""

    def __init__(self, receipt: object, then: Callable[[object], None]) -> None:
        super().__init__()
        self.receipt, self.then = receipt, then


class Refused(Message):
    """A slow act was refused."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__()
        self.refusal = refusal


class DeskScreen(Screen[R]):
    """A screen of the desk: get, act, show.

    `act` does a quick act at once: the next key is given out when it is on the disk. `act_slowly`
    does one that takes longer in a thread; its receipt comes back as a message. Either way a refusal
    becomes one sentence in the message line, with a bell; anything else goes to the error screen.
    """

    BINDINGS = [Binding("escape", "back", show=False)]

    @property
    def front(self) -> Front:
        return cast(Front, self.app)

    @property
    def desk(self) -> Desk:
        return self.front.desk

    @property
    def t(self) -> Language:
        return self.front.t

    def compose(self) -> ComposeResult:
        yield Static(id="status", markup=False)
        yield from self.body()
        yield Static(id="message", markup=False)
        yield Static(id="keys", markup=False)

    def body(self) -> ComposeResult:
        """What stands between the lines."""
        yield from ()

    def keys(self) -> str:
        """The line of keys at the foot."""
        return ""

    def act(self, rule: Callable[P, R], *args: P.args, **facts: P.kwargs) -> R | None:
        """Do it; None if it was refused, and then the reason is on the screen."""
        try:
            return rule(*args, **facts)
        except Refusal as refusal:
            self.refuse(refusal)
            return None

    def act_slowly(self, rule: Callable[[], R], then: Callable[[R], None]) -> None:
        """Do it in a thread, and `then` go on with its receipt; for PINs and files."""
        self._work(rule, cast(Callable[[object], None], then))

    @work(thread=True)
    def _work(self, rule: Callable[[], object], then: Callable[[object], None]) -> None:
        try:
            receipt = rule()
        except Refusal as refusal:
            self.post_message(Refused(refusal))
        else:
            self.post_message(Done(receipt, then))

    def on_done(self, message: Done) -> None:
        message.then(message.receipt)

    def on_refused(self, message: Refused) -> None:
        self.refuse(message.refusal)

    def refuse(self, refusal: Refusal) -> None:
        """The one place where a refusal becomes a sentence."""
        self.say(self.t(f"refusal.{refusal.code}", **refusal.facts), error=True)

    def say(self, sentence: str, *, error: bool = False) -> None:
        """A sentence in the message line, with the time; an error also rings."""
        line = self.query_one("#message", Static)
        line.set_class(error, "error")
        line.update(Text(f" {self.t.time(self.desk.now())} {sentence}"))
        if error:
            self.app.bell()

    def action_back(self) -> None:
        self.dismiss()
