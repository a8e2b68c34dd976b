"""Making this machine the door of a session: a lead's badge and PIN, and the door's name."""

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Static

from deskapp import door_duty, doors
from deskapp.desk import Desk
from screens.base import Hint
from screens.scanbox import ScanBox
from screens.signin import SecretBox, SignInScreen


class NameBox(ScanBox):
    """What is written stays."""

    clears = False


class DoorOpeningScreen(SignInScreen, inherit_bindings=False):
    """From here on the machine is a door, until a lead takes it back."""

    BINDINGS = [Binding("escape", "close", show=False)]

    def __init__(self, event: str, session: str = "") -> None:
        super().__init__()
        self._event, self._session = event, session or None

    def body(self) -> ComposeResult:
        with Horizontal(classes="line"):
            yield Static(f" {self.t('door.name')}", classes="label", markup=False)
            yield NameBox(self.desk.place, id="door")
        yield from super().body()

    def title_words(self) -> str:
        return self.t("door.opening")

    def all_hints(self) -> list[Hint]:
        t = self.t
        enter = Hint("Enter", t("key.enter"), t("signin.help.enter"))
        return [enter, Hint("Esc", t("key.back"), t("help.back"))]

    def reread(self) -> None:
        known = self.act(doors.chosen, self.desk, self._event, self._session)
        words = self.t("door.opens", title=known.title) if known else ""
        self.query_one("#who", Static).update(Text(f" {words}"))

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        if event.box.id == "door" and not event.scanned:
            event.stop()
            event.prevent_default()
            self.query_one("#badge").focus()

    def action_back(self) -> None:
        """Begin again; what the door is called stays."""
        for box in self.query(SecretBox):
            box.value = ""
        self.query_one("#badge").focus()

    def action_close(self) -> None:
        self.dismiss()

    def _signed_in(self, desk: Desk) -> None:
        name = self.query_one("#door", ScanBox).value
        opened = self.act(door_duty.open_here, desk, self._event, self._session, name)
        if opened is not None:
            self.front.become_door()
