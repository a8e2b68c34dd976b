"""A library with seats, for tests: two zones laid out, and readers enough to fill one."""

from deskapp import places, readers
from tests.library import READERS, Library, write_readers
from tests.refusals import spoken

COMMONS, IT, TEACHERS = "commons", "it", "teachers"
MANY = [f"20230{n:05}" for n in range(1, 8)]
"""numbers of readers"""
NUMBERS = ("2023101234", "2023101235", "00417")


def furnish(library: Library) -> None:
    """Lay out the seats of three zones, and enter more readers."""
    places.lay_out(library.at("head"), (COMMONS, IT, TEACHERS))
    more = [(number, f"读者{n}", "本科生", "", "", "") for n, number in enumerate(MANY)]
    readers.load(
        library.at("li"), write_readers(library.folder / "more.csv", *READERS, *more), spoken
    )
