"""Bugs in what is told of events and their doors, planted one at a time: see test_simulation."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from db import carrying, doubles, packing, signup_clashes, signups, stick
from db.facts import Fact, Rows, digest_of
from db.signup_rows import CANCELLED
from db.signups import SIGNUPS
from deskapp import waiting_list

PLANTED: dict[str, Callable[[], Any]] = {}


def planted(bug: Callable[[], Iterator[None]]) -> Callable[[], Iterator[None]]:
    PLANTED[bug.__name__] = contextmanager(bug)
    return bug


def folding(kind: str, fold: Callable[[Rows, Fact], Rows]) -> Any:
    return patch.dict(SIGNUPS.folds, {(kind, 1): fold})


@planted
def the_first_to_be_heard_of_came_first() -> Iterator[None]:
    """Which admission counts says the order in which doors were heard of."""
    reckoned = signups._reckoned

    def by_arrival(rows: Rows) -> Rows:
        first = {key: row for key, row in reckoned(rows).items() if key[0] == "presence"}
        for key, row in first.items():
            known = rows.get(key)
            if known is not None and known["first"] is not None and row["first"] is not None:
                same = {name: known[name] for name in ("first", "first_at", "first_door")}
                first[key] = {**row, **same}
        return {**reckoned(rows), **first}

    with patch.object(signups, "_reckoned", by_arrival):
        yield


@planted
def a_learnt_offset_is_not_told_again() -> Iterator[None]:
    """What was scanned stays at the time that its door's clock said."""
    with patch.object(SIGNUPS, "clocked", False):
        yield


@planted
def nobody_comes_on_a_sign_up_given_up() -> Iterator[None]:
    """Who was let in by a door that had not heard is as if they had not come."""
    admitted = SIGNUPS.folds["door.admitted", 1]

    def refused(rows: Rows, fact: Fact) -> Rows:
        given_up = [row for key, row in rows.items() if key[0] == "signup"]
        if given_up and all(row["status"] == CANCELLED for row in given_up):
            return rows
        return admitted(rows, fact)

    with folding("door.admitted", refused):
        yield


@planted
def a_place_is_given_twice() -> Iterator[None]:
    """Who moves up takes a place whatever is left of them."""
    moving = waiting_list._moving

    def careless(act: Any, event: str, session: str, free: Any) -> Any:
        for each, left in free.free.items():
            free.free[each] = None if left is None else left + 1
        return moving(act, event, session, free)

    with patch.object(waiting_list, "_moving", careless):
        yield


@planted
def nobody_minds_a_ticket_at_two_doors() -> Iterator[None]:
    pair = frozenset(("door.admitted",))
    with patch.dict(signup_clashes.PAIRS, {pair: "."}):
        yield


@planted
def a_merger_looks_at_no_sign_up() -> Iterator[None]:
    """One person twice is found when they sign up, and not when they are known for one."""
    with patch.object(doubles, "follow_readers", lambda raw, patrons: None):
        yield


@planted
def a_ticket_unheard_of_is_somebody_else() -> Iterator[None]:
    """Who came by a ticket before the sign-up was heard of is counted beside it for ever."""

    def alone(raw: Any, changes: Any) -> None:
        signups_only = [each for each in changes if each.key[0] != "ticket"]
        with patch.object(doubles, "_of_tickets", lambda raw, entry: iter(())):
            doubles.follow(raw, signups_only)

    with patch.object(SIGNUPS, "follow", alone):
        yield


@planted
def a_pack_brought_again_counts_again() -> Iterator[None]:
    """What comes home has ids given there, and is not known by its own."""
    unknown = stick.unknown

    def told_anew(ledger: Any, facts: Any) -> Any:
        new = unknown(ledger, facts)
        again = [each for each in facts if each not in new and each.kind == "door.admitted"]
        again = [replace(each, id=ledger.clock.new_id()) for each in again]
        return [*new, *(replace(each, digest=digest_of(each)) for each in again)]

    with patch.object(packing, "unknown", told_anew):
        yield


@planted
def how_far_off_a_laptop_was_stays_at_home() -> Iterator[None]:
    """A pack's facts are pushed as if its clock had been right."""
    with patch.object(carrying, "_skew", lambda pack, fact: 0):
        yield
