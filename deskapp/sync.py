"""How a desk stands to its centre."""

from dataclasses import dataclass

from deskapp.desk import Desk


@dataclass(frozen=True, slots=True)
class Standing:
    """connected: whether there is a centre that answers. waiting: facts it has not got yet."""

    connected: bool
    waiting: int


def standing(desk: Desk) -> Standing:
    """How the desk stands now. No desk has a centre yet: nothing is ever connected."""
    with desk.reading() as connection:
        waiting = connection.exec_driver_sql(
            "SELECT (SELECT max(seq) FROM fact WHERE desk = place.desk AND epoch = place.epoch)"
            " - acked_seq FROM place"
        ).scalar()
    return Standing(False, int(waiting or 0))
