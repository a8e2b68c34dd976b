"""What becomes of a request in a generated library: plots, and the lives that follow them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from db.clock import stamp
from db.facts import Draft, Fact
from db.requests import draft
from deskapp.demo_people import Member, Patron, contents
from deskapp.entries import Kind

if TYPE_CHECKING:
    from deskapp.demo_requests import Town

Ranges = Mapping[str, tuple[int, int]]

PLOTS: dict[str, tuple[int, tuple[str, ...]]] = {
    "spot": (46, ("logged", "closed_at_once")),
    "later": (16, ("logged", "closed")),
    "handed": (14, ("logged", "offered", "accepted", "closed")),
    "to_department": (6, ("logged", "offered_to_department", "accepted", "closed")),
    "by_phone": (3, ("logged", "offered", "accepted_by_phone", "confirmed", "closed")),
    "face_to_face": (3, ("logged", "offered", "accepted_face_to_face", "closed")),
    "sent_back": (2, ("logged", "offered", "sent_back", "closed")),
    "taken_back": (1, ("logged", "offered", "taken_back", "closed")),
    "lapsed": (2, ("logged", "offered", "lapsed", "closed")),
    "referred": (3, ("logged", "referred")),
    "not_possible": (2, ("logged", "not_possible")),
    "reopened": (2, ("logged", "closed", "reopened", "closed")),
    "backdated": (2, ("backdated", "closed")),
    "corrected": (1, ("logged", "corrected", "closed")),
}
"""what may become of a request: how often, and its facts one after the other"""

MINUTES: Ranges = {
    "closed_at_once": (1, 8),
    "closed": (30, 700),
    "offered": (4, 40),
    "offered_to_department": (4, 40),
    "accepted": (5, 150),
    "accepted_by_phone": (3, 30),
    "accepted_face_to_face": (1, 10),
    "confirmed": (60, 400),
    "sent_back": (10, 120),
    "taken_back": (3, 20),
    "referred": (2, 15),
    "not_possible": (10, 200),
    "reopened": (100, 2000),
    "corrected": (20, 200),
}
"""between a fact and the one before it"""

HOW = {"accepted_by_phone": "phone", "accepted_face_to_face": "face"}

LATE = 0.04
"""of all that is closed later: long after the due time"""


class Standing(NamedTuple):
    """A request that shall stand in some state at the end: so many facts of a plot, begun so many
    hours before; `ours` says on which side whoever is signed in stands: 1 asked first, 2 taker.
    """

    plot: str
    facts: int
    hours: float
    ours: int = 0
    late: bool = False


STANDING = (
    Standing("later", 1, 0.4, 1),
    Standing("later", 1, 2.5, 1),
    Standing("later", 1, 80, 1, late=True),
    Standing("backdated", 1, 3, 1),
    Standing("handed", 3, 20, 2),
    Standing("handed", 3, 74, 2),
    Standing("handed", 2, 0.8, 2),
    Standing("to_department", 2, 1.2, 2),
    Standing("handed", 2, 0.7, 1),
    Standing("by_phone", 3, 1.5, 2),
    Standing("sent_back", 3, 3, 1),
    Standing("lapsed", 3, 60, 1),
    Standing("taken_back", 3, 2, 1),
    Standing("reopened", 3, 7, 1),
    Standing("referred", 2, 5, 1),
    Standing("not_possible", 2, 9),
    Standing("corrected", 2, 4, 2),
    Standing("later", 1, 120, late=True),
    *(Standing("later", 1, hours) for hours in (0.2, 1, 4, 6, 22, 26, 50)),
    *(Standing("handed", 3, hours) for hours in (5, 28, 100)),
    *(Standing("to_department", 2, hours) for hours in (0.5, 1.6)),
)


@dataclass(slots=True)
class Life:
    """One request: what is still to come, and what its facts say."""

    town: "Town"
    kind: Kind
    first: Member
    taker: Member
    patron: Patron | None
    steps: list[tuple[datetime, str]]
    filling: dict[str, str]
    subject: str = ""
    offer: str = ""
    due: datetime = field(init=False)
    responsible: Member = field(init=False)

    def __post_init__(self) -> None:
        self.responsible = self.first

    @property
    def actor(self) -> str | None:
        """Who does what comes next; nobody where an offer lapses."""
        match self.steps[0][1]:
            case "accepted" | "sent_back" | "confirmed":
                return self.taker.id
            case "lapsed":
                return None
            case "corrected":
                return self.town.lead.id
        return self.responsible.id

    def draft(self) -> Draft:
        """The next fact, as the rules of `deskapp.requests` write it."""
        at, step = self.steps[0]
        if not self.subject:
            return self._logged(at, backdated=step == "backdated")
        kind, said, private = self._said(at, step)
        return self._draft(kind, said, private)

    def happened(self, fact: Fact) -> None:
        """The next fact is written: what it changes for those behind it."""
        _, step = self.steps.pop(0)
        if step.startswith("offered"):
            self.offer = fact.id
        elif step.startswith("accepted"):
            self.responsible = self.taker

    def _logged(self, at: datetime, *, backdated: bool) -> Draft:
        town = self.town
        received = at - timedelta(hours=20) if backdated else at
        department = self.kind.department
        year = received.astimezone(town.zone).year
        self.subject, self.due = f"request:{town.new_id()}", town.due(self.kind, received)
        said = {
            "year": year,
            "number": town.number(year),
            "received_at": stamp(received),
            "backdated": int(backdated),
            "channel": town.channel(),
            "kind": self.kind.code,
            "department": department,
            "patron": self.patron.id if self.patron else None,
            "patron_type": self.patron.type if self.patron else None,
            "first_responder": self.first.id,
            "responsible": self.first.id,
            "due_at": stamp(self.due),
            "told": [],
        }
        private = {"question": self._words("asked"), "contact": None}
        return self._draft("logged", said, private)

    def _draft(self, kind: str, said: dict[str, Any], private: dict[str, Any] | None) -> Draft:
        confidential = self.kind.confidential
        return draft(
            f"request.{kind}",
            self.subject,
            said,
            private,
            person=self.patron.id if self.patron and not confidential else None,
            scope=self.kind.department if confidential else None,
        )

    def _said(self, at: datetime, step: str) -> tuple[str, dict[str, Any], dict[str, Any] | None]:
        town = self.town
        match step:
            case "offered" | "offered_to_department":
                department = self.taker.departments[0]
                said = {
                    "to": self.taker.id if step == "offered" else None,
                    "department": department,
                    "by": self.responsible.id,
                    "until": stamp(town.until(department, at)),
                    "reason": town.reason(),
                }
                return "offered", said, None
            case "sent_back":
                why = {"reason": town.one_of("sending_back", "reasons", self.filling)}
                return step, {"offer": self.offer, "by": self.taker.id}, why
            case "taken_back":
                return step, {"offer": self.offer, "by": self.responsible.id}, None
            case "lapsed":
                return step, {"offer": self.offer}, None
            case "reopened":
                reason = {"reason": town.one_of("reopening", "reasons", self.filling)}
                self.due = town.due(self.kind, at)
                return step, {"due_at": stamp(self.due), "stage": None, "late": 0}, reason
            case "corrected":
                return "first_corrected", {"first_responder": self.taker.id}, {"reason": "误登"}
        if step.startswith("accepted") or step == "confirmed":
            how = HOW.get(step, "system")
            department = self.taker.departments[0]
            said = {"offer": self.offer, "by": self.taker.id, "department": department, "how": how}
            signs = stamp(town.next_day(department, at)) if how == "phone" else None
            return "accepted", {**said, "sign_until": signs}, None
        said, words = self._closed(step)
        return "closed", {**said, "late": int(self.due < at)}, words

    def _closed(self, step: str) -> tuple[dict[str, Any], dict[str, Any]]:
        town = self.town
        outcome = step if step in ("referred", "not_possible") else "done"
        possible = outcome != "not_possible"
        told = town.rng.choice(contents()["referred"]["places"]) if outcome == "referred" else None
        said = {
            "result": town.results[outcome],
            "outcome": outcome,
            "by": self.responsible.id,
            "referred_to": json.dumps(told, ensure_ascii=False) if told else None,
            "lead": None if possible else town.lead.id,
            "lead_how": None if possible else "face",
            "sign_until": None,
            "tell_by": None,
        }
        if outcome == "done":
            answer = self._words("answered")
        else:
            answer = town.one_of(outcome, "answered", self.filling)
        alternative = (
            None if possible else town.one_of("not_possible", "alternatives", self.filling)
        )
        return said, {"answer": answer, "alternative": alternative}

    def _words(self, which: str) -> str:
        of_kind = contents()["kinds"].get(self.kind.code)
        if of_kind is None:
            return self.kind.zh
        return str(self.town.rng.choice(of_kind[which])).format_map(self.filling)
