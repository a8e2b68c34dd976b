"""Ranks and prizes of a contest: who is equal shares a rank, and the next one is left out; prizes
go down the list as far as the rule has them. Where a prize ends among equals a person decides.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db.refusal import Refusal
from deskapp.helper_entries import Prize


@dataclass(frozen=True, slots=True)
class Entry:
    """What one person or team achieved: a score, or a rank as the judges gave it, or nothing."""

    id: str
    score: float | None = None
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """A prize and how many of it there are: `3`, or `10%` of those ranked."""

    code: str
    amount: str

    def places(self, ranked: int) -> int:
        """How many that is, a share rounded up."""
        if self.amount.endswith("%"):
            return -(-ranked * int(self.amount[:-1]) // 100)
        return int(self.amount)


@dataclass(frozen=True, slots=True)
class Border:
    """A prize ends among equals: `free` of it are left for all of `tied`."""

    prize: str
    free: int
    tied: tuple[str, ...]


def usual(prizes: Mapping[str, Prize]) -> tuple[Share, ...]:
    """The profile's rule."""
    return tuple(
        Share(code, str(each.many) if each.many is not None else f"{each.share}%")
        for code, each in prizes.items()
    )


def ranks(entries: Sequence[Entry], *, lowest: bool = False) -> dict[str, int]:
    """The rank of each who has a result: by score, else as they were given. Refuses ResultsMixed:
    some have a score, and others a rank alone.
    """
    scored = [each for each in entries if each.score is not None]
    given = [each for each in entries if each.score is None and each.rank is not None]
    if scored and given:
        raise Refusal("ResultsMixed", scores=len(scored), ranks=len(given))
    if given:
        return {each.id: each.rank or 0 for each in given}
    best = sorted((each.score or 0.0 for each in scored), reverse=not lowest)
    first: dict[float, int] = {}
    for place, score in enumerate(best, 1):
        first.setdefault(score, place)
    return {each.id: first[each.score or 0.0] for each in scored}


def award(
    ranked: Mapping[str, int], rule: Sequence[Share], chosen: Sequence[str] = ()
) -> tuple[dict[str, str], Border | None]:
    """The prize of each who has one, and the first border that nobody has decided, behind which
    nothing is given. `chosen`: who stands before their equals, the first first.
    """
    equals: dict[int, list[str]] = defaultdict(list)
    for id, rank in ranked.items():
        equals[rank].append(id)
    before = {id: place for place, id in reversed(list(enumerate(chosen)))}
    waiting = [equals[rank] for rank in sorted(equals)]
    prizes: dict[str, str] = {}
    for share in rule:
        free = share.places(len(ranked))
        while free and waiting:
            tied = waiting[0]
            if len(tied) > free:
                named = sorted((id for id in tied if id in before), key=lambda id: before[id])
                if len(named) < free:
                    return prizes, Border(share.code, free, tuple(tied))
                first = named[:free]
                waiting[0] = [id for id in tied if id not in first]
            else:
                first = waiting.pop(0)
            prizes |= dict.fromkeys(first, share.code)
            free -= len(first)
    return prizes, None
