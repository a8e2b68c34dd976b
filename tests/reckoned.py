"""The model of requests in time: due times, waiting, stages, over holidays and vacations."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from deskapp.calendar import Calendar, Recess
from tests.machines import Machine

SECRET = "bibliotherapy"
VACATIONS = (
    Recess("winter", date(2026, 1, 26), date(2026, 3, 1)),
    Recess("summer", date(2026, 7, 13), date(2026, 8, 30)),
)


@dataclass
class Matter:
    """What must be true of a request."""

    id: str
    kind: str
    first: str
    responsible: str
    department: str
    due: datetime
    contact: bool
    received: datetime
    scope: str | None = None
    stage: int = 0
    waits: str | None = None
    since: datetime | None = None
    chase: datetime | None = None
    involved: set[str] = field(default_factory=set)
    found_complex: bool = False
    extended: int = 0
    late: bool = False
    closed: bool = False
    tell_by: datetime | None = None
    told: bool = False
    rated: bool = False
    withdrawn: bool = False

    @property
    def secret(self) -> bool:
        return self.scope is not None

    def withdraw(self) -> None:
        self.closed = self.withdrawn = True
        self.told, self.tell_by = False, None
        self.waits = self.since = self.chase = None


class Reckoned(Machine[Matter]):
    """A desk whose department calendars know vacations, and what is reckoned with them."""

    def __init__(self) -> None:
        super().__init__()
        desk = self.library.desk
        calendars = {
            code: Calendar.of(desk.profile, code, vacations=VACATIONS)
            for code in desk.profile.calendars
        }
        self.library.desks[desk.code] = replace(desk, calendars=calendars)

    # what the rules know

    def calendar(self, department: str) -> Any:
        return self.library.desk.calendar(department)

    def kind(self, matter: Matter) -> Any:
        return self.library.desk.profile.kinds[matter.kind]

    def stages(self, matter: Matter) -> list[Any]:
        return list(self.kind(matter).stages.values())

    def rule_of(self, matter: Matter) -> Any:
        steps = self.stages(matter)
        own = steps[matter.stage].due if steps else None
        return self.library.desk.profile.due[own or self.kind(matter).due]

    def arrived(self, matter: Matter) -> bool:
        """Whether a long kind is at its last stage, of which its reader was promised to hear."""
        return matter.stage > 0 and matter.stage + 1 == len(self.stages(matter))

    def time_is_up(self, matter: Matter) -> bool:
        if matter.closed:
            return matter.tell_by is not None and matter.tell_by < self.now
        return matter.due < (matter.since or self.now)

    def usual_chase(self, matter: Matter) -> datetime:
        """The morning of the fifth workday on; for the reader of the tenth."""
        calendar = self.calendar(matter.department)
        end = calendar.end_after(self.now, 10 if matter.waits == "reader" else 5)
        mornings = [start for start, _ in calendar.windows(end.date())]
        return datetime.fromisoformat(min(mornings).isoformat())

    def undertakes(self, matter: Matter, department: str) -> None:
        """One that had joined changes places with the one that undertook it."""
        if department in matter.involved:
            matter.involved = (matter.involved | {matter.department}) - {department}
            self.done["joined, then undertakes"] += 1
        matter.department = department

    def by_rule(self, matter: Matter, since: datetime | None = None) -> datetime:
        due: datetime = self.calendar(matter.department).due(
            since or matter.received,
            self.rule_of(matter),
            departments=1 + len(matter.involved),
            complex_matter=matter.found_complex,
        )
        return due

    def by_right_kind(self, matter: Matter, kind: str) -> tuple[datetime, int]:
        """The due time of another kind, with as many minutes as this one was given beyond its
        rule.
        """
        calendar, right = self.calendar(matter.department), replace(matter, kind=kind, stage=0)
        more = calendar.minutes(self.by_rule(matter), matter.due)
        return calendar.later(self.by_rule(right), more), more
