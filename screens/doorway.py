"""An application that may go on as the door of an event."""

from textual.app import App


class DoorwayApp(App[None]):
    to_door = False
    """whether it ends because this machine is a door from now on"""

    def become_door(self) -> None:
        """Go on as the door that this machine is now: see `deskapp.door_duty`."""
        self.to_door = True
        self.exit()
