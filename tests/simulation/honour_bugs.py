"""Bugs in what is told and ruled of awards and certificates, planted one at a time: see
test_simulation.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from db import award_rows
from db import certificate_pages as pages
from db.awards import AWARDS
from db.facts import Fact, Rows, put
from db.signers import SIGNERS
from db.store import driver
from deskapp import issuing, serials

PLANTED: dict[str, Callable[[], Any]] = {}


def planted(bug: Callable[[], Iterator[None]]) -> Callable[[], Iterator[None]]:
    PLANTED[bug.__name__] = contextmanager(bug)
    return bug


@planted
def the_next_number_is_one_more() -> Iterator[None]:
    """Numbers are counted, as on paper: each desk by what it knows."""

    def counted(desk: Any, act: Any, many: int) -> list[str]:
        (last,) = driver(act.connection).execute("SELECT count(*) FROM certificate").fetchone()
        return [serials.whole(f"202611{last + each:012}") for each in range(many)]

    with patch.object(issuing, "_numbers", counted):
        yield


@planted
def a_number_put_aside_is_forgotten() -> Iterator[None]:
    """As of every other fact, nothing is left of a certificate that a person set aside."""
    with patch.dict(AWARDS.overruled):
        del AWARDS.overruled["certificate.issued", 1]
        yield


@planted
def a_number_revoked_comes_back() -> Iterator[None]:
    """A revocation that a person set aside has never been."""
    with patch.dict(AWARDS.overruled):
        del AWARDS.overruled["certificate.revoked", 1]
        yield


@planted
def nobody_minds_two_papers() -> Iterator[None]:
    """Two desks issue a certificate each for one award, and it is put before nobody."""
    with patch.dict(award_rows.PAIRS, {frozenset(("certificate.issued",)): "."}):
        yield


@planted
def what_replaces_one_put_aside_is_good() -> Iterator[None]:
    """A person lets another paper stand, and the one that replaced this one stands as well."""
    issued = AWARDS.folds["certificate.issued", 1]

    def alone(rows: Rows, fact: Fact) -> Rows:
        serial = str(fact.says()["serial"])
        new = issued(rows, fact)
        if new["certificate", serial].get("reason") == award_rows.CLASH:
            return put(new, "certificate", serial, revoked_at=None, reason=None)
        return new

    with patch.dict(AWARDS.folds, {("certificate.issued", 1): alone}):
        yield


@planted
def a_batch_begins_anew() -> Iterator[None]:
    """Whoever has a certificate is given another one."""
    with patch.object(pages, "good", lambda connection, awards: {}):
        yield


@planted
def a_key_was_lost_when_it_was_said_last() -> Iterator[None]:
    lost = SIGNERS.folds["signer.lost", 1]

    def last(rows: Rows, fact: Fact) -> Rows:
        return put(lost(rows, fact), "signer", lost_since=str(fact.says()["since"]))

    with patch.dict(SIGNERS.folds, {("signer.lost", 1): last}):
        yield
