"""The model of requests in hands: who is responsible, what is offered, who is said to have it."""

from dataclasses import dataclass
from datetime import datetime

from tests.library import PEOPLE
from tests.machines import WITHDRAWN


@dataclass
class Offer:
    """A handover that waits."""

    to: str | None
    department: str
    until: datetime


@dataclass
class Given:
    """How it stood before somebody is said to have accepted by telephone; `until`: their limit."""

    responsible: str
    department: str
    confirmed: bool
    given: "Given | None"
    until: datetime


@dataclass
class Matter:
    """What must be true of a request."""

    id: str
    first: str
    responsible: str
    department: str = "reader_services"
    offer: Offer | None = None
    confirmed: bool = True
    back: str | None = None
    result: str | None = None
    reopened: int = 0
    unsigned: bool = False
    """a shift lead agreed by telephone"""
    given: Given | None = None

    def gave_back(self, how: str) -> None:
        """Nobody signed what they are said to have accepted by telephone."""
        assert self.given is not None
        before, self.back = self.given, self.back or how  # what came back since is the last word
        self.responsible, self.department = before.responsible, before.department
        self.confirmed, self.given = before.confirmed, before.given

    def waits_for(self, who: str) -> bool:
        if self.offer is None or who == self.responsible:
            return False
        ours = self.offer.department in PEOPLE[who].departments
        return self.offer.to == who or (self.offer.to is None and ours)

    def withdraw(self) -> None:
        self.result, self.offer = WITHDRAWN, None
