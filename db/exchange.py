"""What a desk does when the centre is there: push its own, pull everybody's, fold."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from time import sleep
from typing import Any

from db import horizon, twins
from db.arrivals import new_epoch, new_timeline, onward, stand, standing, step_back, take_in
from db.carrying import carry
from db.centre import FORM, Centre, Hello, Receipt, linked
from db.confided import confidences
from db.cycles import unsearched
from db.facts import GENESIS, Fact, canonical
from db.flushing import flushing
from db.folding import forks_of
from db.ledger import ACT_LIMIT, Ledger
from db.place import (
    OFFSET,
    STANDINGS,
    TOP,
    greeting,
    is_pack,
    library_key,
    offset_moved,
    set_setting,
    setting,
)
from db.progress import Counting, nothing
from db.refusal import Refusal
from db.store import GaveWay, driver
from db.stretch import Read, Stretch

PAGE = 2000
LONG = 1000
"""Facts folded in one transaction while nobody else writes: an act has it undone at once."""
SLICE = 60
"""The same behind an act, whoever waits: some milliseconds. Then twice as many each time."""
GAP = 0.0005
"""seconds before that, in which an act that waits begins (see `db.store.MOMENT`)"""
NO_PLACE = 2**63 - 1
"""that a fact has: behind them all"""


@dataclass(slots=True)
class Summary:
    """What an exchange did."""

    pushed: int = 0
    pulled: int = 0
    """Facts of other desks: one's own come back too, with their position, but are no news."""
    missing: int = 0
    """This desk's own facts that this store had lost, or that a clone wrote, and that came back."""
    epochs: int = 0
    """New epochs begun: this desk was restored, cloned or cut."""
    set_back: int = 0
    """Facts whose position the centre had lost: it was restored; they get another."""
    fetched: int = 0
    """Matters past the horizon whose facts were needed here again."""
    founded: int = 0
    """1: the centre had no library yet, and this desk has founded it there."""
    skew: int = 0
    """Milliseconds that this desk's clock is behind the centre's."""
    carried: int = 0
    """Facts of packs that this desk made, and that came home."""
    barred: list[str] = field(default_factory=list)
    """Packs in whose name the centre takes nothing from this desk."""


def exchange(ledger: Ledger, centre: Centre, progress: Counting = nothing) -> Summary:
    """One whole exchange; may be cut anywhere and begun again, and loses and doubles nothing. A
    pack only pushes: nothing of the library ever comes to it.

    Refusals: CentreSetBack (an older centre stands in place of ours, and whoever looks after it has
    not said so; `agreed` is what `restored` needs to hear), CentreDisagrees, ForkedAgain (try once
    more), and whatever the store or the centre refuses.
    """
    summary = Summary()
    hello = greet(ledger, centre, summary)
    with ledger.store.reading() as connection:
        pack = is_pack(connection)
    try:
        for _ in range(3):
            try:
                push(ledger, centre, summary, progress)
                break
            except Refusal as refusal:
                if refusal.code == "IdTaken" and not pack:
                    pull(ledger, centre, summary, progress)  # and see by whom: ours is put aside
                elif refusal.code == "Fork":
                    begin_epoch(ledger, hello, summary)
                else:
                    raise
        else:
            raise Refusal("ForkedAgain")
        if pack:
            return summary
        summary.carried, summary.barred = carry(ledger, centre)
        if summary.pushed or summary.carried or _behind(ledger, hello):
            pull(ledger, centre, summary, progress)
        summary.fetched = horizon.go_on(ledger, centre)
        # Also what an exchange that was cut left over.
        if ledger.purge_due():
            ledger.purge()
    except Refusal as refusal:
        if refusal.code not in ("Gap", "OrderDiffers"):
            raise
        # A gap is what the centre had acknowledged and does not have any more.
        raise Refusal("CentreSetBack", agreed=agreed(ledger, centre)) from refusal
    return summary


def _behind(ledger: Ledger, hello: Hello) -> bool:
    """Whether there is anything to pull: where nothing is, hello was the only call."""
    with ledger.store.reading() as connection:
        return standing(driver(connection)) != (hello.top, hello.link)


def agreed(ledger: Ledger, centre: Centre) -> int:
    """The last position up to which this desk and the centre have one order.

    What the centre hears last is that this desk's goes on as another.
    """
    with ledger.store.reading() as connection:
        raw = driver(connection)
        said, links = greeting(connection), [GENESIS]
        for pos, id, digest in raw.execute(
            "SELECT pos, id, digest FROM fact WHERE pos IS NOT NULL ORDER BY pos"
        ):
            if pos != len(links):
                break
            links.append(linked(links[-1], id, digest))
    low, high = 0, len(links) - 1
    while low < high:
        middle = (low + high + 1) // 2
        try:
            centre.pull(said.desk, middle, links[middle], 1)
            low = middle
        except Refusal as refusal:
            if refusal.code != "OrderDiffers":
                raise
            high = middle - 1
    centre.hello(said)
    return low


def greet(ledger: Ledger, centre: Centre, summary: Summary, times: int = 3) -> Hello:
    """Say hello, measure the clocks' difference, and see whether anybody was set back or cloned.

    Refuses CentreSetBack; CentresTwo where it was set back so many times from one hello to the
    next: two centres answer in turn behind one name.
    """
    with ledger.store.reading() as connection:
        raw = driver(connection)
        said, forks, key = greeting(connection), forks_of(raw), library_key(connection)
        pack = is_pack(connection)
    asked = ledger.clock.now()
    hello = centre.hello(said)
    if hello.new:
        if pack:
            raise Refusal("CentreEmpty")  # it has no library's key to found it with
        if said.cursor and all(fork in forks for fork in hello.forks):
            # The library's is another, or was lost and nobody has said so: not founded by a slip.
            raise Refusal("CentreSetBack", agreed=0)
        hello = centre.hello(replace(said, key=key))
        summary.founded = 1
    heard = ledger.clock.now()
    refuse_other_form(hello)
    summary.skew = round((hello.now - (asked + (heard - asked) / 2)).total_seconds() * 1000)
    _keep_offset(ledger, summary.skew)
    if forks != hello.forks:
        if not times:
            raise Refusal("CentresTwo")
        summary.set_back += _hear_restore(ledger, centre, hello)
        return greet(ledger, centre, summary, times - 1)
    if not hello.fits:
        # Before anything is pushed: behind it the backup's end would be hard to tell.
        raise Refusal("CentreSetBack", agreed=agreed(ledger, centre))
    _see_fork(ledger, hello, summary, said.desk, said.epoch)
    with ledger.store.writing() as connection:
        confidences(driver(connection), ledger.books, hello)
        twins.greeted(driver(connection), hello.top)
        for name, value in ((STANDINGS, canonical(hello.standings)), (TOP, str(hello.top))):
            if value != setting(connection, name):
                set_setting(connection, name, value)
    return hello


def _hear_restore(ledger: Ledger, centre: Centre, hello: Hello) -> int:
    """Go on from where the centre was set back to; how many positions were lost by that.

    Refuses CentreBeforeHorizon.
    """

    def go_on() -> int:
        with ledger.store.writing() as connection:
            raw = driver(connection)
            return new_timeline(raw, ledger.books, hello.timeline, hello.forks)

    try:
        return go_on()
    except Refusal as refusal:
        if refusal.code != "CentreBeforeHorizon":
            raise
        horizon.wake(ledger, centre, refusal.facts["fork"])
        return go_on()


def refuse_other_form(hello: Hello) -> None:
    """A centre speaks its own form and the one before it: it is upgraded before its desks."""
    if hello.form < FORM:
        raise Refusal("CentreOlder", form=hello.form, known=FORM)
    if hello.form > FORM + 1:
        raise Refusal("CentreNewer", form=hello.form, known=FORM)


def _keep_offset(ledger: Ledger, milliseconds: int) -> None:
    """The machine's clock is nobody's to set: how far off it is, is kept beside it."""
    with ledger.store.reading() as connection:
        moved = offset_moved(connection, milliseconds)
    if moved:
        with ledger.store.writing() as connection:
            set_setting(connection, OFFSET, str(milliseconds))


def _see_fork(ledger: Ledger, hello: Hello, summary: Summary, desk: str, epoch: int) -> None:
    """Compare the centre's last place of our epoch with our own chain."""
    if not hello.head:
        return
    with ledger.store.reading() as connection:
        raw = driver(connection)
        ours = raw.execute(
            "SELECT chain FROM fact WHERE desk = ? AND epoch = ? AND seq = ?",
            (desk, epoch, hello.head),
        ).fetchone()
    if ours is None or ours[0] != hello.head_chain:
        begin_epoch(ledger, hello, summary)
        with ledger.store.writing() as connection:
            step_back(driver(connection))


def begin_epoch(ledger: Ledger, hello: Hello, summary: Summary) -> None:
    with ledger.store.writing() as connection:
        new_epoch(driver(connection), hello.epoch)
        twins.begin(driver(connection), ledger.clock.new_id())
    summary.epochs += 1


@unsearched()
def push(ledger: Ledger, centre: Centre, summary: Summary, progress: Counting) -> None:
    """Push the unsent tail in batches that never split an act; of a long one the next batch is read
    and packed while the centre takes one.
    """
    with ThreadPoolExecutor(1) as aside:
        desk, epoch, previous, facts = _unsent(ledger, centre.packed)
        while facts:
            seqs, chains = facts.columns["seq"], facts.columns["chain"]
            behind = (epoch, seqs[-1], chains[-1])
            long = len(facts) > ACT_LIMIT // 2
            coming = aside.submit(_unsent, ledger, centre.packed, behind) if long else None
            receipts = centre.push(desk, epoch, previous, facts, summary.skew)
            every = _acknowledge(ledger, epoch, facts, receipts)
            summary.pushed += len(facts)
            progress("push", summary.pushed)
            desk, epoch, previous, facts = (
                coming.result() if coming and every else _unsent(ledger, centre.packed)
            )


def _unsent(
    ledger: Ledger,
    pack: Callable[[int, int, Read], Stretch],
    behind: tuple[int, int, bytes] | None = None,
) -> tuple[str, int, bytes, Stretch]:
    """The next batch: what the centre is not known to have, or what is behind this place of it."""
    with ledger.store.reading() as connection:
        raw = driver(connection)
        desk, epoch, seq, chain = raw.execute(
            "SELECT desk, epoch, acked_seq, acked_chain FROM place"
        ).fetchone()
        if behind is not None and behind[0] == epoch and behind[1] > seq:
            _, seq, chain = behind
        there = "FROM fact WHERE desk = ? AND epoch = ? AND seq > ?"
        # An act that does not fit whole is left for the next.
        beyond = raw.execute(
            f"SELECT seq, act {there} ORDER BY seq LIMIT 1 OFFSET ?", (desk, epoch, seq, ACT_LIMIT)
        ).fetchone()
        found = raw.execute(
            f"SELECT seq {there} AND seq < ? AND act <> ? ORDER BY seq DESC LIMIT 1",
            (desk, epoch, seq, *(beyond or (NO_PLACE, ""))),
        ).fetchone()
        if found is None:
            return desk, epoch, chain or GENESIS, Stretch({"id": []})
        (last,) = found

        def read(names: Sequence[str]) -> Iterable[tuple[Any, ...]]:
            return raw.execute(
                f"SELECT {', '.join(names)} {there} AND seq <= ? ORDER BY seq",
                (desk, epoch, seq, last),
            )

        return desk, epoch, chain or GENESIS, pack(epoch, last, read)


def _acknowledge(ledger: Ledger, epoch: int, facts: Stretch, receipts: Sequence[Receipt]) -> bool:
    """Note what this batch's receipts show, and not a place more; whether that is all of it.

    A design that took the centre's high-water mark instead lost a fact after a restore.
    """
    places = zip(*(facts.columns[name] for name in ("seq", "id", "chain")), strict=True)
    shown = None
    for place, receipt in zip(places, receipts, strict=False):
        if (receipt.seq, receipt.id, receipt.chain) != place:
            break
        shown = receipt
    if shown is None:
        raise Refusal("CentreDisagrees")
    with ledger.store.writing() as connection:
        driver(connection).execute(
            "UPDATE place SET acked_epoch = ?, acked_seq = ?, acked_chain = ? "
            "WHERE epoch = ? AND acked_seq < ?",
            (epoch, shown.seq, shown.chain, epoch, shown.seq),
        )
    return receipts[-1] is shown and len(receipts) == len(facts)


@unsearched()
def pull(ledger: Ledger, centre: Centre, summary: Summary, progress: Counting) -> None:
    """Pull everybody's facts, rows and cursor in one transaction each slice."""
    with flushing(ledger.store.path) as flush:
        size = LONG
        while True:
            with ledger.store.reading() as connection:
                raw = driver(connection)
                (desk,) = raw.execute("SELECT desk FROM place").fetchone()
                here = standing(raw)
            facts, _ = centre.pull(desk, *here, PAGE)
            if not facts:
                break
            while facts:
                some = first(facts, size)
                reached = onward(some, *here)
                try:
                    missing = _take(ledger, some, here, reached, size > SLICE)
                except GaveWay:
                    size = SLICE
                    sleep(GAP)
                    continue
                if missing is None:
                    break
                flush()
                size = min(2 * size, LONG)
                facts, here = facts[len(some) :], reached
                summary.missing += missing
                summary.pulled += sum(fact.desk != desk for fact in some)
                progress("pull", summary.pulled)


def _take(
    ledger: Ledger,
    some: Sequence[Fact],
    here: tuple[int, bytes],
    reached: tuple[int, bytes],
    giving_way: bool,
) -> int | None:
    """How many of this desk's own came back; None where this desk does not stand here any more:
    another exchange of this store was faster, or began a new timeline.
    """
    store = ledger.store
    # Not durable: what a power cut takes, the centre has, and the cursor goes with it.
    with store.giving_way() if giving_way else store.writing(durable=False) as connection:
        raw = driver(connection)
        if standing(raw) != here:
            return None
        missing = take_in(raw, ledger.books, some)
        stand(raw, *reached)
        return missing


def slices(facts: Sequence[Fact]) -> Iterator[Sequence[Fact]]:
    """About SLICE facts at a time."""
    while facts:
        some = first(facts, SLICE)
        yield some
        facts = facts[len(some) :]


def first(facts: Sequence[Fact], count: int) -> Sequence[Fact]:
    """About so many facts, never splitting an act."""
    while count < len(facts) and facts[count].act == facts[count - 1].act:
        count += 1
    return facts[:count]
