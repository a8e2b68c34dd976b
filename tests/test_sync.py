"""How a desk stands to its centre, as its head line says."""

from deskapp.sync import standing
from tests.library import Library


def test_a_desk_without_a_centre_stands_alone(library: Library) -> None:
    assert standing(library.desk).alone


def test_a_desk_that_met_its_centre_tells_what_waits(two_desks: Library) -> None:
    there = standing(two_desks.desk)
    assert (there.alone, there.waiting) == (False, 0)
    two_desks.log()
    assert standing(two_desks.desk).waiting > 0
