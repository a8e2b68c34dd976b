"""Lines of a form: Enter goes on to the next one, in the last one it saves."""

from textual.binding import Binding
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input


class Field(Input):
    """One line of a form; posts `Completed` where Enter ends the last of them, Ctrl+S any."""

    BINDINGS = [
        Binding("enter", "go_on", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
        Binding("ctrl+s", "save", priority=True, show=False),
    ]

    class Completed(Message):
        """The form is to be saved."""

    def action_go_on(self) -> None:
        screen: Screen[object] = self.screen
        fields = [field for field in screen.query(Field) if field.display and not field.disabled]
        place = fields.index(self)
        if place + 1 < len(fields):
            fields[place + 1].focus()
        else:
            self.post_message(self.Completed())

    def action_save(self) -> None:
        self.post_message(self.Completed())
