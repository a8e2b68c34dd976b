"""The places of facts: each desk's chain, and the centre's order."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from db.centre import linked
from db.facts import GENESIS, chained
from db.findings import Findings, finding
from db.ledger import tail
from db.progress import Counting

PAGE = 1000


class _Link(NamedTuple):
    """A fact's place in its chain."""

    id: str
    desk: str
    epoch: int
    seq: int
    chain: bytes
    digest: bytes
    pos: int | None

    def where(self) -> dict[str, Any]:
        return {"id": self.id, "desk": self.desk, "epoch": self.epoch, "seq": self.seq}


@dataclass(slots=True)
class _Run:
    """Neighbours in one chain without a gap between them."""

    first: _Link
    last: _Link


def chains(raw: sqlite3.Connection, progress: Counting, *, pieces: bool = False) -> Findings:
    """Every two neighbours in a chain are linked, and where there may be no gap there is none:
    `pieces` of the chains of others are all that a pack has.

    The own epoch has none, nor has another desk that never began a second one. Elsewhere a gap may
    be: what the centre already had when an epoch began stayed in the older. An own earlier epoch
    may be Parted, not linked: its places are our own, and a clone of this desk wrote in it too.
    """
    own, current, acked = raw.execute("SELECT desk, epoch, acked_seq FROM place").fetchone()
    runs: list[_Run] = []
    for done, link in enumerate(_links(raw)):
        earlier = link.desk == own and link.epoch != current
        if link.seq < 1 or link.epoch < 1 or (earlier and link.pos is None):
            yield finding("PlaceWrong", **link.where())
        last = runs[-1].last if runs else None
        on = last is not None and last[1:3] == link[1:3] and last.seq + 1 == link.seq
        chain = last.chain if last is not None and on else GENESIS
        if (on or link.seq == 1) and not _follows(chain, link, link.epoch, link.seq):
            yield finding("Parted" if earlier else "ChainWrong", **link.where())
        if on:
            runs[-1].last = link
        else:
            runs.append(_Run(link, link))
        if done % PAGE == 0:
            progress("chains", done)
    yield from _gaps(runs, own, current, acked, pieces=pieces)


def _gaps(runs: list[_Run], own: str, current: int, acked: int, *, pieces: bool) -> Findings:
    epochs: dict[str, set[int]] = defaultdict(set)
    for run in runs:
        epochs[run.first.desk].add(run.first.epoch)
    before: _Link | None = None
    for run in runs:
        link = run.first
        held = before.seq if before is not None and before[1:3] == link[1:3] else 0
        if link.seq > held + 1:
            if (link.desk, link.epoch) == (own, current):
                yield from _hole(own, current, held + 1, link.seq - 1, acked)
            elif not pieces and link.desk != own and epochs[link.desk] == {1}:
                yield from _hole(link.desk, 1, held + 1, link.seq - 1, 0)
            # Behind a gap no neighbour shows a place to be right. That it links elsewhere shows
            # it to be wrong.
            ends = [run.last for run in runs if run.first.desk == link.desk]
            if any(_follows(end.chain, link, end.epoch, end.seq + 1) for end in ends):
                yield finding("PlaceWrong", **link.where())
        before = run.last


def _links(raw: sqlite3.Connection) -> Iterator[_Link]:
    for line in raw.execute(
        "SELECT id, desk, epoch, seq, chain, digest, pos FROM fact "
        "WHERE epoch IS NOT NULL AND seq IS NOT NULL AND chain IS NOT NULL "
        "ORDER BY desk, epoch, seq"
    ):
        yield _Link(*line)


def _follows(before: bytes, link: _Link, epoch: int, seq: int) -> bool:
    try:
        return chained(before, link.desk, epoch, seq, link.digest) == link.chain
    except UnicodeEncodeError:
        return False


def _hole(desk: str, epoch: int, first: int, last: int, acked: int) -> Findings:
    """Empty places of a chain: the centre has those up to `acked`, nobody the rest."""
    for code, low, high in (
        ("AcknowledgedMissing", first, min(last, acked)),
        ("PlaceMissing", max(first, acked + 1), last),
    ):
        if low <= high:
            yield finding(code, desk=desk, epoch=epoch, first=low, last=high)


def acknowledged(raw: sqlite3.Connection) -> Findings:
    """What the centre has acknowledged is here, and is the same."""
    desk, current, epoch, seq, chain = raw.execute(
        "SELECT desk, epoch, acked_epoch, acked_seq, acked_chain FROM place"
    ).fetchone()
    if not seq or epoch != current:
        return
    ours = raw.execute(
        "SELECT id, chain FROM fact WHERE desk = ? AND epoch = ? AND seq = ?", (desk, epoch, seq)
    ).fetchone()
    last = tail(raw, desk, epoch)[0]
    if last < seq:
        yield from _hole(desk, epoch, last + 1, seq, seq)
    elif ours is not None and ours[1] != chain:
        yield finding("Forked", id=ours[0], desk=desk, epoch=epoch, seq=seq)


def positions(raw: sqlite3.Connection) -> Findings:
    """The centre's order is whole up to the cursor, and is the order that was pulled."""
    cursor, link = raw.execute("SELECT cursor, cursor_link FROM place").fetchone()
    before, ours = 0, GENESIS
    lines = raw.execute("SELECT pos, id, digest FROM fact WHERE pos <= ? ORDER BY pos", (cursor,))
    for pos, id, digest in lines:
        if pos != before + 1:
            yield finding("PositionMissing", first=before + 1, last=pos - 1)
        before, ours = pos, linked(ours, _legible(id), digest)
    if before < cursor:
        yield finding("PositionMissing", first=before + 1, last=cursor)
    elif ours != (link or GENESIS):
        yield finding("OrderWrong", cursor=cursor)


def _legible(damaged: object) -> str:
    """An id that can be hashed, if to no purpose."""
    return str(damaged).encode("utf-8", "replace").decode()
