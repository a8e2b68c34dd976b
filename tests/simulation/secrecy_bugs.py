"""Bugs planted in what desks of different departments and versions do with each other's facts."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import db.arrivals
import db.confided
import db.dormant
import db.exchange
import db.file_centre
import db.horizon
import db.stick
from db.arrivals import stand
from db.centre import Hello
from db.facts import GENESIS, Book, Fact
from db.file_centre import FileCentre
from db.folding import refold
from db.ledger import Ledger

PLANTED: dict[str, Callable[[], Any]] = {}


def planted(bug: Callable[[], Iterator[None]]) -> Callable[[], Iterator[None]]:
    PLANTED[bug.__name__] = contextmanager(bug)
    return bug


@planted
def scope_ignored_at_pull() -> Iterator[None]:
    """The centre gives every desk the words of all departments."""
    with patch.object(db.file_centre, "withheld", lambda fact: fact):
        yield


@planted
def words_from_a_stick() -> Iterator[None]:
    """Whoever has a stick in hand is told what is on it."""
    with patch.object(db.stick, "withheld", lambda fact: fact):
        yield


@planted
def withheld_taken_for_erased() -> Iterator[None]:
    """What came without its words is never told again."""
    with patch.object(db.arrivals, "_confide", lambda *_: set()):
        yield


def _confidences(*, again: bool, drop: str) -> Callable[..., None]:
    """`db.confided.confidences`, once more: what is pulled again, which places are dropped."""

    def confidences(raw: sqlite3.Connection, books: Mapping[str, Book], hello: Hello) -> None:
        known = db.confided.scopes(raw)
        if again and not known.issuperset(hello.scopes):
            stand(raw, 0, GENESIS)
        told = json.dumps(hello.scopes)
        raw.execute("INSERT OR REPLACE INTO setting VALUES ('scopes', ?)", (told,))
        for department, pos in hello.handled.items():
            if department not in hello.scopes:
                lines = raw.execute(
                    "UPDATE fact SET private = NULL, salt = NULL WHERE scope = ? "
                    f"AND private IS NOT NULL AND {drop} RETURNING subject",
                    (department, pos),
                )
                refold(raw, books, [subject for (subject,) in lines.fetchall()])

    return confidences


@planted
def granted_from_now_on() -> Iterator[None]:
    """A desk that is given a department's words is given the new ones only."""
    with patch.object(db.exchange, "confidences", _confidences(again=False, drop="pos <= ?")):
        yield


@planted
def words_kept_for_ever() -> Iterator[None]:
    """Who wrote it in confidence keeps it, whoever handles it."""
    with patch.object(db.exchange, "confidences", _confidences(again=True, drop="pos < 0 * ?")):
        yield


@planted
def words_dropped_unsent() -> Iterator[None]:
    """What is for another department is dropped as soon as there is a desk of that department."""
    with patch.object(db.exchange, "confidences", _confidences(again=True, drop="? >= 0")):
        yield


@planted
def an_upgrade_learns_nothing() -> Iterator[None]:
    """What the version before could not read stays as it is."""
    with patch.object(Ledger, "learn", lambda *_: None):
        yield


@planted
def altered_facts_are_folded() -> Iterator[None]:
    """Nobody looks whether a content is what was signed."""
    with patch.object(db.arrivals, "sound", lambda fact: True):
        yield


@planted
def an_id_is_taken_twice() -> Iterator[None]:
    """The centre acknowledges an id that it knows, whatever is said under it."""
    take = FileCentre._take

    def trusting(
        self: FileCentre, raw: sqlite3.Connection, desk: str, epoch: int, previous: bytes,
        fact: Fact, skew: int,
    ) -> Any:  # fmt: skip
        raw.execute("UPDATE ledger SET digest = ? WHERE id = ?", (fact.digest, fact.id))
        return take(self, raw, desk, epoch, previous, fact, skew)

    with patch.object(FileCentre, "_take", trusting):
        yield


@planted
def what_rests_keeps_its_words() -> Iterator[None]:
    """An erasure does not reach the rows of what lies at the centre."""
    with patch.object(db.dormant, "silence", lambda *_: []):
        yield


@planted
def what_rests_is_never_woken() -> Iterator[None]:
    """A fact that comes late to what lies at the centre waits for ever."""
    with patch.object(db.horizon, "go_on", lambda *_: 0):
        yield
