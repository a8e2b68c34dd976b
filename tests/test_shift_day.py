"""A whole shift as raw bytes into the real program: each matter there, once, in the right hands.

The long form: `python -m tests.shift_day --people 120 --seeds 5`.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest

from tests.shift_day.book import Book, differences, read
from tests.shift_day.shift import play

PEOPLE, SEED = 5, 4264


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Book, Path]:
    """A short shift: a power cut, a colleague, a device that is learnt, everybody's closing."""
    book, store, done = play(tmp_path_factory.mktemp("shift"), SEED, PEOPLE)
    assert {"accepted", "calls", "completed", "cuts", "learnt", "quick", "tallies"} <= done.keys()
    return book, store


def test_every_matter_is_there_once_in_the_right_hands(played: tuple[Book, Path]) -> None:
    book, store = played
    assert differences(book, read(store)) == []
    assert len(book.matters) >= PEOPLE


def _lost(book: Book) -> None:
    del book.matters[max(book.matters)]


def _twice(book: Book) -> None:
    last = max(book.matters)
    again = f"{int(last) + 1:04d}"
    book.matters[again] = replace(book.matters[last], number=again)


def _with_the_giver(book: Book) -> None:
    matter = book.matters[max(book.matters)]
    matter.responsible = "1002" if matter.responsible != "1002" else "1003"


def _of_another_reader(book: Book) -> None:
    book.matters[max(book.matters)].reader = "2023101234"


def _miscounted(book: Book) -> None:
    book.tallies["lockers"] += 1


def _left_over(book: Book) -> None:
    book.drafts["1003"] += 1


def _not_closed(book: Book) -> None:
    book.duty.pop()


@pytest.mark.parametrize(
    "otherwise",
    [_lost, _twice, _with_the_giver, _of_another_reader, _miscounted, _left_over, _not_closed],
)
def test_what_is_otherwise_is_told(
    played: tuple[Book, Path], otherwise: Callable[[Book], None]
) -> None:
    book, store = played
    found = read(store)
    wrong = deepcopy(found)
    otherwise(wrong)
    assert len(differences(book, wrong)) == 1
