"""The desks of a simulation, and what it remembers of them by itself."""

from dataclasses import dataclass, field
from pathlib import Path

from db.ledger import Ledger
from tests.simulation.clock import SimulatedClock


class Wrong(AssertionError):
    """The simulation found something that must not be."""


@dataclass(slots=True)
class Said:
    """A recorded fact, as its author had it then, and what they knew of its subject."""

    act: str
    subject: str
    knew: frozenset[str]
    digest: bytes
    person: str | None
    private: str | None
    erases: bool
    desk: str
    scope: str | None


@dataclass(slots=True)
class Copy:
    """A backup, and the facts that must be in it."""

    path: Path
    has: set[str]


@dataclass(slots=True)
class Desk:
    """A store and the machine under it. `has` are the facts that it must hold, come what may;
    `program` is its version.
    """

    code: str
    path: Path
    clock: SimulatedClock
    ledger: Ledger
    program: int
    has: set[str] = field(default_factory=set)
    copies: list[Copy] = field(default_factory=list)
    busy: int = 0
    """exchanges under way on this store"""
    second: Path | None = None
    """the second copy, on another disk"""
    second_has: set[str] = field(default_factory=set)

    def files(self) -> list[Path]:
        """All that may hold words."""
        paths = [self.path, *([self.second] if self.second else [])]
        return [file for path in paths for file in (path, path.with_name(f"{path.name}-wal"))]


@dataclass(slots=True)
class Laptop(Desk):
    """A pack: of an event, made by a desk."""

    event: str = ""
    maker: str = ""
