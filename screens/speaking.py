"""Which language is spoken to whom: one person's choice is not their colleagues'."""

from pathlib import Path
from typing import Any

from deskapp import config
from deskapp.language import Language
from deskapp.refusal import Refusal
from screens.base import DeskScreen
from screens.keys import KeyedApp

DOOR = "door"
"""the mode in which one signs in; each person who has signed in has a mode of their own"""


class SpeakingApp(KeyedApp):
    """An application that speaks the desk's language, or to each person the one they chose.

    The desk's stands in `desk.toml`, or was chosen at set-up; a person's own is theirs until the
    program ends.
    """

    def __init__(self, folder: Path, language: Language) -> None:
        super().__init__()
        self.folder = folder
        self.t = language
        self._desks = language.code
        self._chosen: dict[str, str] = {}  # by mode

    def speaks_for_all(self) -> bool:
        """Whether what is chosen here and now is the desk's language."""
        return True

    def say_why(self, refusal: Refusal) -> None:
        """Say what could not be remembered."""

    def resay(self) -> None:
        """Say the status line anew."""

    def speak(self, code: str) -> None:
        """Another language: here now, on other screens when they are seen. At set-up it is the
        desk's, and remembered.
        """
        self._chosen[self.current_mode] = code
        if self.speaks_for_all():
            self._desks = code
            self._keep(language=code)
        self.t = self.t.changed(code)
        self.resay()
        if screen := self.seen():
            self.call_later(screen.translate)

    def turn_to(self, mode: str) -> None:
        """Show somebody's screens, in their language. Who has none goes on in the door's, where it
        was chosen by whoever stands there now.
        """
        at_door = self._chosen.pop(DOOR, None)
        if at_door is not None:
            self._chosen.setdefault(mode, at_door)
        self.t = self.t.changed(self._chosen.get(mode, self._desks))
        self.resay()
        self.switch_mode(mode)

    def colour(self, theme: str) -> None:
        self.theme = theme
        self._keep(theme=theme)

    def _keep(self, **chosen: str) -> None:
        try:
            config.remember(self.folder, **chosen)
        except Refusal as refusal:
            self.call_later(self.say_why, refusal)

    def seen(self) -> DeskScreen[Any] | None:
        """The screen that is seen, if it can say something: no dialog, and all there."""
        if not self.is_running or not isinstance(self.screen, DeskScreen):
            return None
        return self.screen if self.screen.ready else None
