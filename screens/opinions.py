"""A reader's word about a place: a request of its own kind, the place filled in."""

from typing import Any

from deskapp.drafts import Draft
from screens.base import DeskScreen

KIND = "space_suggestion"


def take_down(screen: DeskScreen[Any], place: str, patron: str | None = None) -> None:
    """Open the log with it; of a library that has no such kind, without a kind."""
    from screens.log import LogScreen

    words = screen.t("seats.opinion_of", place=place)
    kind = KIND if KIND in screen.desk.profile.kinds else None
    screen.go_to(LogScreen(draft=Draft(words=words, kind=kind, patron=patron, begun=words)))
