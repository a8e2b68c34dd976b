"""How a desk stands to its centre."""

from dataclasses import dataclass

from db.place import waiting
from deskapp.desk import Desk


@dataclass(frozen=True, slots=True)
class Standing:
    """connected: whether there is a centre that answers. waiting: facts it has not got yet."""

    connected: bool
    waiting: int


def standing(desk: Desk) -> Standing:
    """How the desk stands now. No desk has a centre yet: nothing is ever connected."""
    with desk.reading() as connection:
        return Standing(False, waiting(connection))
