"""Bugs in the folds of a desk's day, planted one at a time: see test_simulation."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from db.facts import Book, Fact, Fold, Rows, canonical, put
from db.found_things import FOUND, KEPT
from db.lent_things import LENT
from db.looks import LOOKS
from db.shifts import SHIFTS
from db.tallies import TALLIES

PLANTED: dict[str, Callable[[], Any]] = {}


def planted(bug: Callable[[], Iterator[None]]) -> Callable[[], Iterator[None]]:
    PLANTED[bug.__name__] = contextmanager(bug)
    return bug


def _folding(book: Book, kind: str, fold: Fold) -> Any:
    return patch.dict(book.folds, {(kind, 1): fold})


@planted
def the_absent_stay_on_duty() -> Iterator[None]:
    """Who went without closing is on duty for ever."""
    fold = SHIFTS.folds["shift.taken_over", 1]

    def closed(rows: Rows, fact: Fact) -> Rows:
        said = fact.says()
        nobody = said | {"absent": said["absent"] and []}
        return fold(rows, replace(fact, data=canonical(nobody)))

    with _folding(SHIFTS, "shift.taken_over", closed):
        yield


@planted
def who_left_twice_left_later() -> Iterator[None]:
    """The last word says when somebody left."""

    def left(rows: Rows, fact: Fact) -> Rows:
        said = fact.says()
        return put(rows, "duty", said["staff"], until=fact.at, kept=said["kept"] + 1)

    with _folding(SHIFTS, "shift.left", left):
        yield


@planted
def the_last_to_give_it_away_gave_it() -> Iterator[None]:
    """A found thing that is gone is given away again."""
    fold = FOUND.folds["found.collected", 1]

    def collected(rows: Rows, fact: Fact) -> Rows:
        _ = rows["found_thing",]
        return fold(put(rows, "found_thing", status=KEPT), fact)

    with _folding(FOUND, "found.collected", collected):
        yield


@planted
def what_is_put_back_stays_its_takers() -> Iterator[None]:
    """An ending is taken back, and who had taken the thing is still there."""

    def put_back(rows: Rows, fact: Fact) -> Rows:
        _ = rows["found_thing",]
        return put(rows, "found_thing", status=KEPT)

    with _folding(FOUND, "found.put_back", put_back):
        yield


@planted
def what_was_given_up_never_comes_back() -> Iterator[None]:
    """A lent thing that nobody expects stays missing."""
    fold = LENT.folds["lent.returned", 1]

    def returned(rows: Rows, fact: Fact) -> Rows:
        return rows if rows["lent_thing",]["status"] == "missing" else fold(rows, fact)

    with _folding(LENT, "lent.returned", returned):
        yield


@planted
def a_slip_is_not_taken_back() -> Iterator[None]:
    """What was counted by mistake counts."""
    with _folding(TALLIES, "tally.taken_back", lambda rows, _: rows):
        yield


@planted
def nobody_looked() -> Iterator[None]:
    """A look is on record, and not whose it was."""
    fold = LOOKS.folds["reader.looked_at", 1]

    def looked(rows: Rows, fact: Fact) -> Rows:
        return fold(rows, replace(fact, actor=None))

    with _folding(LOOKS, "reader.looked_at", looked):
        yield
