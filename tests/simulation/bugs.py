"""Bugs, planted one at a time, that the simulation must find: see test_simulation."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import db.arrivals
import db.clashes
import db.exchange
import db.file_centre
import db.folding
import db.ledger
from db.centre import Centre, Hello, Receipt, linked
from db.facts import Book, Fact, Stub
from db.file_centre import FileCentre
from db.folding import Extension, order
from db.ledger import Ledger
from db.people import ERASED
from db.store import driver
from db.stretch import Stretch, whole

PLANTED: dict[str, Callable[[], Any]] = {}


def planted(bug: Callable[[], Iterator[None]]) -> Callable[[], Iterator[None]]:
    PLANTED[bug.__name__] = contextmanager(bug)
    return bug


@planted
def no_chain_check_at_the_centre() -> Iterator[None]:
    """A place once taken is acknowledged to whoever asks."""

    def take(
        self: FileCentre,
        raw: sqlite3.Connection,
        desk: str,
        epoch: int,
        previous: bytes,
        fact: Fact,
        skew: int,
    ) -> Receipt:
        assert fact.seq is not None
        assert fact.chain is not None
        place = (desk, epoch, fact.seq)
        held = raw.execute(
            "SELECT pos FROM receipt WHERE desk = ? AND epoch = ? AND seq = ?", place
        ).fetchone()
        if held is not None:
            return Receipt(fact.seq, fact.id, held[0], fact.chain)
        known = raw.execute("SELECT pos FROM ledger WHERE id = ?", (fact.id,)).fetchone()
        pos = known[0] if known else self._append(raw, epoch, fact.chain, fact, skew)
        raw.execute(
            "INSERT INTO receipt VALUES (?, ?, ?, ?, ?, ?)", (*place, fact.id, pos, fact.chain)
        )
        return Receipt(fact.seq, fact.id, pos, fact.chain)

    with (
        patch.object(FileCentre, "_take", take),
        patch.object(FileCentre, "_refuse_fork", lambda *_: None),
        patch.object(db.exchange, "_see_fork", lambda *_: None),
    ):
        yield


@planted
def high_water_acknowledgement() -> Iterator[None]:
    """What the centre holds of this epoch counts as sent, whoever sent it."""
    greet = db.exchange.greet

    def trusting(ledger: Ledger, centre: Centre, summary: Any) -> Hello:
        hello = greet(ledger, centre, summary)
        with ledger.store.writing() as connection:
            driver(connection).execute(
                "UPDATE place SET acked_seq = ?, acked_chain = ? WHERE acked_seq < ?",
                (hello.head, hello.head_chain, hello.head),
            )
        return hello

    with (
        patch.object(db.exchange, "greet", trusting),
        patch.object(db.exchange, "_see_fork", lambda *_: None),
    ):
        yield


@planted
def acknowledged_early() -> Iterator[None]:
    """The batch is noted as sent before it is."""

    def early(
        ledger: Ledger, centre: Centre, summary: Any, progress: Callable[[str, int], None]
    ) -> None:
        while True:
            desk, epoch, previous, facts = db.exchange._unsent(ledger, whole)
            if not facts:
                return
            with ledger.store.writing() as connection:
                driver(connection).execute(
                    "UPDATE place SET acked_seq = ?, acked_chain = ?",
                    (facts[-1].seq, facts[-1].chain),
                )
            centre.push(desk, epoch, previous, facts, summary.skew)
            summary.pushed += len(facts)

    with patch.object(db.exchange, "push", early):
        yield


@planted
def cursor_before_rows() -> Iterator[None]:
    """The cursor moves in one transaction, the rows follow in the next."""

    def hasty(
        ledger: Ledger, centre: Centre, summary: Any, progress: Callable[[str, int], None]
    ) -> None:
        while True:
            with ledger.store.reading() as connection:
                raw = driver(connection)
                (desk,) = raw.execute("SELECT desk FROM place").fetchone()
                cursor, link = db.arrivals.standing(raw)
            facts, _ = centre.pull(desk, cursor, link, db.exchange.PAGE)
            if not facts:
                break
            for fact in facts:
                cursor, link = cursor + 1, linked(link, fact.id, fact.digest)
            with ledger.store.writing() as connection:
                db.arrivals.stand(driver(connection), cursor, link)
            for some in db.exchange.slices(facts):
                with ledger.store.writing() as connection:
                    db.arrivals.take_in(driver(connection), ledger.books, some)
                summary.pulled += len(some)
                progress("pull", summary.pulled)
        if ledger.purge_due():
            ledger.purge()

    with patch.object(db.exchange, "pull", hasty):
        yield


@planted
def last_writer_wins() -> Iterator[None]:
    """Facts are ordered by the clock of whoever wrote them."""
    with patch.object(db.folding, "order", lambda fact: fact.at):
        yield


@planted
def late_erasure_at_a_desk() -> Iterator[None]:
    """A desk forgets whom it has erased as soon as it is done."""

    def only_now(raw: sqlite3.Connection, facts: Sequence[Fact]) -> set[str]:
        return {fact.person for fact in facts if fact.kind == ERASED and fact.person}

    with patch.object(db.arrivals, "_erased", only_now):
        yield


@planted
def late_erasure_at_the_centre() -> Iterator[None]:
    """The centre strips what it holds, and keeps no list for what arrives later."""
    append = FileCentre._append

    def forgetful(self: FileCentre, raw: sqlite3.Connection, *values: Any) -> int:
        pos = append(self, raw, *values)
        raw.execute("DELETE FROM erased")
        return pos

    with patch.object(FileCentre, "_append", forgetful):
        yield


@planted
def position_from_the_receipt() -> Iterator[None]:
    """A desk takes its facts' positions from the push, before it knows what stands between."""
    acknowledge, push, skew = db.exchange._acknowledge, FileCentre.push, 0

    def measured(self: FileCentre, *values: Any) -> list[Receipt]:
        nonlocal skew
        skew = values[-1]
        return push(self, *values)

    def greedy(ledger: Ledger, epoch: int, facts: Stretch, receipts: Sequence[Receipt]) -> None:
        acknowledge(ledger, epoch, facts, receipts)
        with ledger.store.writing() as connection:
            driver(connection).executemany(
                "UPDATE fact SET pos = ?, skew = ? WHERE id = ?",
                [(receipt.pos, skew, receipt.id) for receipt in receipts],
            )

    with (
        patch.object(db.exchange, "_acknowledge", greedy),
        patch.object(FileCentre, "push", measured),
    ):
        yield


@planted
def refold_left_out() -> Iterator[None]:
    """What arrives late is folded on top, wherever it belongs."""
    extensions = db.arrivals._extensions

    def on_top(
        raw: sqlite3.Connection,
        books: Mapping[str, Book],
        new: Mapping[str, Fact],
        before: Mapping[str, list[Stub]],
        now: Mapping[str, list[Stub]],
        anew: set[str],
    ) -> dict[str, Extension]:
        tops = {}
        for subject, stubs in now.items():
            had = before.get(subject, [])
            known = {stub.id for stub in had}
            tops[subject] = [*had, *(stub for stub in stubs if stub.id not in known)]
        return extensions(raw, books, new, before, tops, anew)

    with patch.object(db.arrivals, "_extensions", on_top):
        yield


@planted
def clashes_by_desk() -> Iterator[None]:
    """What one desk wrote never clashes with itself; a cloned desk does."""
    pairs = db.clashes.pairs
    desks: dict[str, str] = {}
    remember = db.folding.stub

    def noted(fact: Fact) -> Stub:
        desks[fact.id] = fact.desk
        return remember(fact)

    def elsewhere(book: Book, facts: Sequence[Stub], forks: Any) -> list[tuple[str, str]]:
        return [
            (one, other)
            for one, other in pairs(book, facts, forks)
            if desks.get(one, one) != desks.get(other, other)
        ]

    with patch.object(db.folding, "stub", noted), patch.object(db.folding, "pairs", elsewhere):
        yield


@planted
def two_order_authorities() -> Iterator[None]:
    """A desk's own facts stand on top of everybody else's, whatever the centre says."""
    forks_of, here = db.folding.forks_of, ""

    def at_hand(raw: sqlite3.Connection) -> Any:
        nonlocal here
        (here,) = raw.execute("SELECT desk FROM place").fetchone()
        return forks_of(raw)

    def own_on_top(fact: Fact) -> Any:
        return (fact.desk == here, *order(fact))

    with (
        patch.object(db.folding, "forks_of", at_hand),
        patch.object(db.folding, "order", own_on_top),
    ):
        yield


@planted
def the_next_id_is_one_more() -> Iterator[None]:
    """Whoever knows an id from the future goes on from it, each to the same next one."""

    def one_more(previous: str, candidate: str) -> str:
        if candidate > previous:
            return candidate
        digits = f"{int(previous.replace('-', ''), 16) + 1:032x}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    with patch.object(db.ledger, "after", one_more):
        yield


@planted
def timelines_are_counted() -> Iterator[None]:
    """The centre numbers its restores 2, 3, 4: also those that a later restore forgot."""
    restored = FileCentre.restored

    def counted(self: FileCentre, fork: int | None = None) -> int:
        number = restored(self, fork)
        newest = "(SELECT max(number) FROM timeline WHERE number < ?)"
        self._raw.execute(
            f"UPDATE timeline SET number = {newest} + 1 WHERE number = ?", (number, number)
        )
        return number

    with patch.object(FileCentre, "restored", counted):
        yield


@planted
def any_order_will_do() -> Iterator[None]:
    """Nobody checks that a desk goes on in the history that it came from."""
    with patch.object(db.file_centre, "_fits", lambda *_: True):
        yield


@planted
def a_cut_erasure_is_forgotten() -> Iterator[None]:
    """What an erasure left in the log is wiped only by the exchange that brought it."""
    with patch.object(Ledger, "purge_due", lambda _, **_more: False):
        yield
