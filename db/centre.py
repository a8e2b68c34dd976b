"""The centre: where every desk's facts meet and get their one order.

The contract is three calls. It stands over an SQLite file (`db.file_centre`) and over PostgreSQL
(`db.postgres`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple, Protocol

from db.facts import GENESIS, ID, Fact
from db.stretch import Read, Stretch


@dataclass(frozen=True, slots=True)
class Greeting:
    """Who is there: a desk, its epoch, of which library (`place.mark_of`), how far it has pulled:
    the position, and the link there (see `linked`).

    `mark` is empty where a desk joins that has no library yet; `key` is the library's, told to a
    centre that is `new`. `faults` counts the facts that the desk could not fold; `skew` is by how
    many milliseconds its clock was behind when last measured.
    """

    desk: str
    epoch: int
    mark: str
    cursor: int = 0
    faults: int = 0
    key: bytes | None = None
    link: bytes = GENESIS
    skew: int | None = None


@dataclass(frozen=True, slots=True)
class Hello:
    """What the centre knows of a desk. `head` is the last place it holds of the epoch asked for.

    `forks` lists the centre's restores, [timeline begun, last position kept], by timeline. `scopes`
    are the departments whose confidences the desk is given; `handled` says of each department how
    far another desk that handles its confidences has pulled, `standings` of each other desk.
    `top` and `link` are the end of the centre's order; `fits`: up to its cursor, the desk's is the
    same. `new`: the centre has no library yet; `key` is the library's, for a desk that joins it.
    """

    form: int
    now: datetime
    timeline: int
    forks: list[list[int]]
    epoch: int
    head: int
    head_chain: bytes | None
    scopes: list[str]
    handled: dict[str, int]
    standings: dict[str, int]
    top: int
    link: bytes
    fits: bool
    new: bool
    key: bytes | None


class Receipt(NamedTuple):
    """The centre has the fact of this place, under this position."""

    seq: int
    id: str
    pos: int
    chain: bytes


class Centre(Protocol):
    """What a desk may ask of the centre, and nothing else."""

    def hello(self, said: Greeting) -> Hello:
        """Refuses CentreOfAnother (library), CentreEmpty where a desk joins one that is new."""

    def push(
        self, desk: str, epoch: int, previous: bytes, facts: Sequence[Fact], skew: int
    ) -> list[Receipt]:
        """Take a stretch of the desk's chain, whole or not at all; known facts get a receipt again.

        `previous` is the chain before the first. Refuses Gap, Fork (another chain stands at a known
        place), ChainBroken, IdTaken (another content of this desk's is known by this id).

        Where another desk's is, a centre may refuse this one as IdTaken or take it beside the
        first, which keeps the id: desks bear either (see `db.claims`).
        """

    def packed(self, epoch: int, last: int, read: Read) -> Stretch:
        """What is read of an epoch, up to the place `last`, as `push` takes it soonest: made while
        another push is under way. Refuses as `push`.
        """

    def pull(self, desk: str, cursor: int, link: bytes, limit: int) -> tuple[list[Fact], int]:
        """Facts behind `cursor` in the centre's order, never splitting an act, and the new cursor.

        What desks of other departments wrote in confidence comes without its private part.

        Refuses OrderDiffers where `link` (see `linked`) is not the centre's at `cursor`: an older
        centre, or another, stands in place of the one that this desk pulled from.
        """


FORM = 1
"""Of facts and of this contract. A centre speaks its own form and the one before it, so that it is
upgraded first and its desks one by one; with any other a desk does not exchange."""
ASTRAY = -1
"""where a desk stands whose order is not the centre's"""


def linked(previous: bytes, id: str, digest: bytes) -> bytes:
    """The next link of the centre's order: whoever has the same link has the same facts, in the
    same positions, from the first on.
    """
    return sha256(previous + id[:ID].encode() + digest).digest()
