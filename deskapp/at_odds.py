"""A clash as lists show it and as whoever settles it needs it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from db.clashes import Pair
from deskapp.record import Record, Step
from deskapp.stays import Stay, Then


@dataclass(frozen=True, slots=True)
class Line:
    """A clash in a list. `name`: what people call the thing; `kinds`, `who`: of the two facts."""

    subject: str
    pair: Pair
    name: str
    kinds: tuple[str, str]
    who: tuple[str, str]
    at: datetime
    heads: int = 0
    places: int = 0
    """of a session over its capacity"""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two. `at`: by the clock of its desk; `behind`: by how much that one was behind the
    centre's, as far as anybody knows; `step`: of a request, what was done; `said`: of anything else
    what it says openly, with names for ids.
    """

    id: str
    kind: str
    at: datetime
    desk: str
    behind: timedelta | None
    who: str
    step: Step | None
    said: Mapping[str, str]
    stay: Stay | None = None
    """of a seat or a room: whose, where and when"""
    counts: bool = False
    """of an admission: whether it is the one that counts now"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the thing stands if this is kept: a fact's id, or BOTH. `values`: of what is no request,
    by column, as far as the outcomes differ; `stays`: of a seat or a room.
    """

    keep: str
    record: Record | None
    values: Mapping[str, str] = field(default_factory=dict)
    stays: tuple[Then, ...] = ()


@dataclass(frozen=True, slots=True)
class Clash:
    """One clash, the earlier id first; what each choice makes of it: the first, the second, both.
    `record`: the request as it stands.
    """

    subject: str
    pair: Pair
    name: str
    sides: tuple[Side, Side]
    outcomes: tuple[Outcome, ...]
    record: Record | None
    may: bool
    """whether the operator may settle it"""


@dataclass(frozen=True, slots=True)
class Settled:
    """A clash is settled. `left`: how many of the same thing still wait."""

    subject: str
    name: str
    left: int
