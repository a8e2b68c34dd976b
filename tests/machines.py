"""What the state machines of requests stand on: one desk, its people, reasons, and undoing."""

from collections import Counter
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, Generic, Protocol, TypeVar

from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from db.store import driver
from deskapp import undo
from deskapp.desk import Role
from tests.library import OPENED, PEOPLE, Library, local, outcome_of, stored

SMALL = settings(
    stateful_step_count=40,
    deadline=None,
    derandomize=True,  # so that what is counted is no matter of luck
    database=None,
    suppress_health_check=list(HealthCheck),
)
TAKEN_BACK = (
    *("logged", "offered", "accepted", "sent_back", "taken_back", "closed", "told_reader"),
    *("extended", "waiting", "chased", "resumed", "staged", "found_complex", "joined"),
    *("corrected", "rated", "reopened", "first_corrected", "agreement_signed"),
)
"""what may be undone"""
WITHDRAWN = "withdrawn"


def reaches(who: str, least: Role) -> bool:
    return PEOPLE[who].role.reaches(least)


@dataclass
class Reasons:
    """Every reason for which an act must be refused; with none it must be done."""

    codes: set[str] = field(default_factory=set)

    def when(self, holds: bool, code: str) -> "Reasons":
        if holds:
            self.codes.add(code)
        return self

    def role(self, who: str, least: Role) -> "Reasons":
        return self.when(not reaches(who, least), "RoleTooLow")


class Known(Protocol):
    """What every model of a request has."""

    id: str

    def withdraw(self) -> None: ...


M = TypeVar("M", bound=Known)


@dataclass
class Done(Generic[M]):
    """An act that was done, and how the request stood before."""

    who: str
    what: str
    matter: M
    before: M | None
    at: datetime
    undone: bool = False


def run_until_shown(
    machine: type["Machine[M]"], wanted: Sequence[str], examples: int, seeds: Sequence[int]
) -> None:
    """A round of each of these seeds, and more where they show less than all that is wanted."""

    def missing() -> list[str]:
        return [each for each in wanted if not machine.done[each]]

    for each in (*seeds, *range(100, 109)):
        if each not in seeds and not missing():
            break
        small = settings(SMALL, max_examples=examples)
        run_state_machine_as_test(seed(each)(machine), settings=small)
    assert missing() == []


class Machine(RuleBasedStateMachine, Generic[M]):
    """One desk, exactly as the model says after every act."""

    founded: ClassVar[Library]
    done: ClassVar[Counter[str]]
    """facts and situations that have been there"""

    def __init__(self) -> None:
        super().__init__()
        self.place = TemporaryDirectory()
        self.library = self.founded.copy(Path(self.place.name))
        self.library.clock.move(minutes=30)  # what was done at its founding is too long ago
        self.matters: list[M] = []
        self.acts: list[Done[M]] = []
        self._before: dict[str, M] = {}

    def teardown(self) -> None:
        desk = self.library.desk
        with desk.reading() as connection:
            kinds = driver(connection).execute("SELECT kind FROM fact")
            self.done.update(kind for (kind,) in kinds)
        before = stored(desk)
        assert list(desk.ledger.rebuild())
        assert stored(desk) == before
        self.library.close()
        self.place.cleanup()

    @property
    def now(self) -> datetime:
        return self.library.desk.now()

    def here(self, who: str) -> str:
        """Whoever acts, where somebody may have gone."""
        return who

    def nobodys(self, matter: M) -> bool:
        """Whether it is open, and whose it is has gone."""
        return False

    def picked(self, n: int, fit: Callable[[M], object] = lambda matter: True) -> M:
        """Which request; from 4 on whichever it may be, below that one that fits."""
        fitting = [matter for matter in self.matters if n < 4 and fit(matter)]
        some = fitting or self.matters
        return some[n % len(some)]

    def tried(self, reasons: Reasons, act: Callable[[], object]) -> bool:
        """Whether it was done; refused it must be, and for one of these reasons, if there are."""
        code = outcome_of(act)
        assert (code in reasons.codes) if reasons.codes else (code is None), (code, reasons.codes)
        return code is None

    def did(self, who: str, what: str, matter: M) -> None:
        """Remember an act that was done."""
        self.acts.append(Done(who, what, matter, self._before.get(matter.id), self.now))

    @rule(who=st.sampled_from(("li", "zheng", "lead", *["whoever acted last"] * 4)))
    def undo(self, who: str) -> None:
        """One's newest act of the last minutes that is not undone, if nothing came behind it."""
        if who not in PEOPLE:
            who = next((act.who for act in reversed(self.acts) if act.who in PEOPLE), "li")
        who, since = self.here(who), self.now - timedelta(minutes=10)
        own = [a for a in self.acts if a.who == who and not a.undone and a.at >= since]
        last = own[-1] if own else None
        reasons = Reasons().role(who, Role.STUDENT_ASSISTANT).when(last is None, "NothingToUndo")
        if last is None:  # a clock set back makes its founding young again
            reasons.when(self.now < local(OPENED), "CannotUndo")
        else:
            reasons.when(last.what not in TAKEN_BACK, "CannotUndo")
            reasons.when(self._followed(last), "ActFollowed")
            nobodys = last.before is not None and self.nobodys(last.before)
            reasons.when(nobodys, "ResponsibleGone")
        if self.tried(reasons, lambda: undo.undo(self.library.at(who))):
            assert last is not None
            self.done[f"undone {last.what}"] += 1
            self.done["undone below another"] += self._of(last.matter)[-1] is not last
            last.undone = True
            if last.what == "logged":
                last.matter.withdraw()
            else:
                assert last.before is not None
                vars(last.matter).update(vars(deepcopy(last.before)))
            self.acts.append(Done("", "undone", last.matter, None, self.now, undone=True))

    def _followed(self, act: Done[M]) -> bool:
        return [each for each in self._of(act.matter) if not each.undone][-1] is not act

    def _of(self, matter: M) -> list[Done[M]]:
        return [each for each in self.acts if each.matter is matter]

    @invariant()
    def how_they_stand_is_remembered(self) -> None:
        """For whoever undoes the next act."""
        self._before = {matter.id: deepcopy(matter) for matter in self.matters}
