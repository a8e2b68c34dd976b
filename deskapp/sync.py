"""How a desk stands to its centre."""

from dataclasses import dataclass

from db.place import clock_offset, waiting
from deskapp.desk import Desk


@dataclass(frozen=True, slots=True)
class Standing:
    """alone: no centre was ever spoken with. connected: whether there is one that answers.
    waiting: facts it has not got yet.
    """

    alone: bool
    connected: bool
    waiting: int


def standing(desk: Desk) -> Standing:
    """How the desk stands now. Nothing speaks with a centre yet: none is ever connected."""
    with desk.reading() as connection:
        return Standing(clock_offset(connection) is None, False, waiting(connection))
