"""The application of a door: one screen, and no way to the desk without a lead's PIN."""

from pathlib import Path

from deskapp import door_duty
from deskapp.app import DeskApp
from deskapp.desk import Desk
from deskapp.door_duty import Post
from deskapp.kiosk_app import again
from deskapp.language import Language
from screens.bindings import shared
from screens.volunteer import VolunteerScreen


class VolunteerApp(DeskApp, inherit_bindings=False):
    """The door that this machine is, in the name of the lead who opened it."""

    BINDINGS = [shared("ctrl+q", "quit")]
    packs = True

    def begin(self, desk: Desk) -> None:
        found = door_duty.standing(desk)
        if found is None:  # it was taken back elsewhere, or whoever opened it has left
            door_duty.forget(desk)
            self.exit()
            return
        post, operator = found
        self._opened = desk.signed_in(operator)
        self.stand(self._opened, post)

    def restand(self, desk: Desk) -> None:
        """At a door nobody is to be troubled with a centre that there is not."""
        super().restand(desk)
        if self._no_centre and desk.pack is None:
            self._sync = ""

    def stand(self, desk: Desk, post: Post) -> None:
        self.push_screen(VolunteerScreen(desk, post))

    async def action_quit(self) -> None:
        if isinstance(self.screen, VolunteerScreen):
            self.screen.action_end()
        elif self._opened is None:  # the store cannot be opened: there is nobody's badge either
            self.exit()


def run(folder: Path, language: Language) -> None:
    """The door on this terminal, until a lead takes it back."""
    again(lambda: VolunteerApp(folder, language), language)
