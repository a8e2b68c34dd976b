"""Bugs in the folds of requests, planted one at a time: see test_simulation."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from db import fulltext
from db.facts import Fact, Fold, Rows, Stub, put
from db.requests import NO_OFFER, REQUESTS

PLANTED: dict[str, Callable[[], Any]] = {}


def planted(bug: Callable[[], Iterator[None]]) -> Callable[[], Iterator[None]]:
    PLANTED[bug.__name__] = contextmanager(bug)
    return bug


def _folding(kind: str, fold: Fold) -> Any:
    return patch.dict(REQUESTS.folds, {(kind, 1): fold})


def _signed(rows: Rows, fact: Fact) -> Rows:
    """An acceptance that looks at nothing."""
    said, row = fact.says(), rows["request",]
    return put(
        rows,
        "request",
        **(NO_OFFER if row["offer"] == said["offer"] else {}),
        responsible=said["by"],
        department=said["department"],
        taken=said["offer"],
        confirmed=int(said["how"] != "phone"),
        back=None,
    )


@planted
def the_last_signature_wins() -> Iterator[None]:
    """Whoever accepts is responsible, whoever had accepted before."""
    with _folding("request.accepted", _signed):
        yield


@planted
def an_older_offer_is_signed_again() -> Iterator[None]:
    """Only the last offer that was accepted is remembered: an older one can be accepted anew."""
    accept = REQUESTS.folds["request.accepted", 1]

    def accepted(rows: Rows, fact: Fact) -> Rows:
        same = rows["request",]["taken"] == fact.says()["offer"]
        return accept(rows, fact) if same else _signed(rows, fact)

    with _folding("request.accepted", accepted):
        yield


@planted
def what_came_back_cannot_be_accepted() -> Iterator[None]:
    """An acceptance has no effect where the offer was sent or taken back meanwhile."""
    accept = REQUESTS.folds["request.accepted", 1]

    def accepted(rows: Rows, fact: Fact) -> Rows:
        said, row = fact.says(), rows["request",]
        if row["back"] and said["offer"] not in (row["offer"], row["taken"]):
            return rows
        return accept(rows, fact)

    with _folding("request.accepted", accepted):
        yield


@planted
def two_takers_do_not_clash() -> Iterator[None]:
    """Two people who both accepted are left alone with it."""
    clashes = REQUESTS.clashes
    assert clashes is not None

    def lenient(one: Stub, other: Stub) -> bool:
        both = one.kind == other.kind == "request.accepted"
        return not both and clashes(one, other)

    with patch.object(REQUESTS, "clashes", lenient):
        yield


@planted
def a_return_clashes() -> Iterator[None]:
    """Every return that crosses an acceptance is put before a person."""
    clashes = REQUESTS.clashes
    assert clashes is not None

    def strict(one: Stub, other: Stub) -> bool:
        kinds = {one.kind, other.kind}
        return kinds == {"request.accepted", "request.sent_back"} or clashes(one, other)

    with patch.object(REQUESTS, "clashes", strict):
        yield


@planted
def full_text_keeps_what_was_erased() -> Iterator[None]:
    """The words of a row are put in and never taken out."""
    replace = fulltext.replace

    def added(raw: sqlite3.Connection, table: str, old: Any, new: Any) -> None:
        replace(raw, table, [], new)

    with patch.object(fulltext, "replace", added):
        yield


@planted
def full_text_is_not_purged() -> Iterator[None]:
    """Deleted words stay readable in the index's older segments."""
    with patch.object(REQUESTS, "purge", None):
        yield
