"""What a screen may ask of the application."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from deskapp.language import Language

if TYPE_CHECKING:  # the store behind it takes longer to load than a first paint may
    from deskapp.desk import Desk
    from deskapp.errand import Errand
    from deskapp.wall_clock import Doubt
    from screens.jobs import Job


class Front(Protocol):
    """What a screen may ask of the application."""

    desk: "Desk"
    folder: Path
    """where the store and what was chosen for the screen lie"""
    t: Language
    job: "Job | None"
    """a reader file that is being imported, or was"""
    left: dict[tuple[str, str, str], dict[str | None, str | None]]
    """what was left half-written in forms: by person, form and what it is about, line by line"""
    zone: str
    """the zone whose map was looked at last, by its code"""
    doubt: "Doubt | None"
    """what speaks against this machine's clock"""

    errand: "Errand | None"
    """an exchange with the centre that is on its way, or was"""

    badge: str
    """scanned by whoever takes over, whose PIN is still to be typed"""

    def now(self) -> datetime:
        """The time in the library, or of the machine before a desk is open."""
        ...

    def look(self) -> int:
        """The store's version; refuses as `Store.version` where it cannot be reached."""
        ...

    def sync_words(self) -> str:
        """How the desk stands to the centre, in words."""
        ...

    def resay(self) -> None:
        """Read anew how the desk stands to the centre."""
        ...

    def exchange(self) -> None:
        """Begin an exchange with the centre, unless one is on its way."""
        ...

    def hold_keys(self) -> Callable[[], None]:
        """See `KeyedApp.hold_keys`."""
        ...

    def open(self) -> None:
        """Open the store, in a thread; the screen that is wanted comes by itself."""
        ...

    def enter(self, desk: "Desk") -> None:
        """Somebody has signed in."""
        ...

    def become_door(self) -> None:
        """Go on as the door of an event that this machine is now: see `door_duty`."""
        ...

    def speak(self, code: str) -> None:
        """Go on in another language, see `SpeakingApp.speak`."""
        ...

    def colour(self, theme: str) -> None:
        """Go on in another colouring, after the next start too."""
        ...

    def lock(self, badge: str = "") -> None:
        """Ask for badge and PIN, or the PIN alone; what is half-typed waits for its writer."""
        ...

    def hand_on(self, sentence: str) -> None:
        """Have the screen that is seen next say this."""
        ...

    def handed_on(self) -> str:
        """What it has to say, once."""
        ...
