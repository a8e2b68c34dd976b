"""The places of facts: each desk's chain, and the centre's order."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from db.centre import linked
from db.facts import GENESIS, chained
from db.findings import Findings, Progress, finding
from db.ledger import tail

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


def chains(raw: sqlite3.Connection, progress: Progress) -> Findings:
    """Every two neighbours in a chain are linked, and where there may be no gap there is none.

    The own epoch and every other desk's first have none. Other epochs may: where one began, what
    the centre already had stayed in the older.
    """
    own, current, acked = raw.execute("SELECT desk, epoch, acked_seq FROM place").fetchone()
    ends: dict[str, list[_Link]] = defaultdict(list)
    astray: list[_Link] = []
    before: _Link | None = None
    for done, link in enumerate(_links(raw)):
        began = before is None or before[1:3] != link[1:3]
        seq, chain = (0, GENESIS) if before is None or began else (before.seq, before.chain)
        if before is not None and (began or link.seq != seq + 1):
            ends[before.desk].append(before)
        loose = link.desk == own and link.epoch != current and link.pos is None
        if link.seq <= seq or link.epoch < 1 or loose:
            yield finding("PlaceWrong", **link.where())
        if link.seq > seq + 1:
            astray.append(link)
            yield from _gap(link, seq + 1, (own, current, acked))
        elif not _follows(chain, link, link.epoch, link.seq):
            yield finding("ChainWrong", **link.where())
        before = link
        if done % PAGE == 0:
            progress("chains", done)
    if before is not None:
        ends[before.desk].append(before)
    # Behind a gap no neighbour shows a place to be right; that it links elsewhere shows it wrong.
    for link in astray:
        if any(_follows(end.chain, link, end.epoch, end.seq + 1) for end in ends[link.desk]):
            yield finding("PlaceWrong", **link.where())


def _links(raw: sqlite3.Connection) -> Iterator[_Link]:
    for line in raw.execute(
        "SELECT id, desk, epoch, seq, chain, digest, pos FROM fact "
        "WHERE epoch IS NOT NULL AND seq IS NOT NULL AND chain IS NOT NULL "
        "ORDER BY desk, epoch, seq"
    ):
        yield _Link(*line)


def _gap(link: _Link, first: int, own: tuple[str, int, int]) -> Findings:
    if (link.desk, link.epoch) == own[:2]:
        yield from _hole(link.desk, link.epoch, first, link.seq - 1, own[2])
    elif link.desk != own[0] and link.epoch == 1:
        yield finding("PlaceMissing", desk=link.desk, epoch=1, first=first, last=link.seq - 1)


def _follows(before: bytes, link: _Link, epoch: int, seq: int) -> bool:
    try:
        return chained(before, link.desk, epoch, seq, link.digest) == link.chain
    except UnicodeEncodeError:
        return False


def _hole(desk: str, epoch: int, first: int, last: int, acked: int) -> Findings:
    """Empty places of the own chain: the centre has those up to `acked`, nobody the rest."""
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
    for pos, id in raw.execute("SELECT pos, id FROM fact WHERE pos <= ? ORDER BY pos", (cursor,)):
        if pos != before + 1:
            yield finding("PositionMissing", first=before + 1, last=pos - 1)
        before, ours = pos, linked(ours, _legible(id))
    if before < cursor:
        yield finding("PositionMissing", first=before + 1, last=cursor)
    elif ours != (link or GENESIS):
        yield finding("OrderWrong", cursor=cursor)


def _legible(damaged: object) -> str:
    """An id that can be hashed, if to no purpose."""
    return str(damaged).encode("utf-8", "replace").decode()
