"""Who asks what, and when, in a generated library: its events in the order of time."""

import heapq
import random
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from db.facts import Fact
from db.numbering import next_number
from deskapp.calendar import Calendar
from deskapp.demo_clock import Event
from deskapp.demo_lives import LATE, MINUTES, PLOTS, STANDING, Life, Standing
from deskapp.demo_people import Member, Patron, contents
from deskapp.entries import Kind, Role
from deskapp.profile import Profile

MANY = 5000
"""requests; more of them are written in bulk"""


class Town:
    """Everybody who asks and answers: the events of a library in the order of time."""

    most = 400
    """facts in one act at most"""

    def __init__(
        self,
        profile: Profile,
        rng: random.Random,
        people: Sequence[Member],
        patrons: Sequence[Patron],
        new_id: Callable[[], str],
        *,
        start: datetime,
        end: datetime,
        requests: int,
    ) -> None:
        self.rng = rng
        self.new_id = new_id
        self.zone = ZoneInfo(profile.zone)
        self.logged = 0
        self._profile = profile
        self._end = end
        self._patrons = patrons
        self._calendars = {
            code: Calendar.of(profile, office.calendar)
            for code, office in profile.departments.items()
        }
        self._dues: dict[tuple[str, str, datetime], datetime] = {}
        able = [each for each in people if each.role.reaches(Role.LIBRARIAN)]
        self.operator = people[0]
        self.lead = self.operator
        self._staff: dict[str, list[Member]] = defaultdict(list)
        for each in able:
            self._staff[each.departments[0]].append(each)
        self._able = able
        self.results = {result.outcome.value: code for code, result in profile.results.items()}
        weights = contents()["kinds"]
        self._kinds = list(profile.kinds.values())
        self._weights = [weights.get(kind.code, {}).get("weight", 1) for kind in self._kinds]
        self._channels = list(profile.channels)
        self._reasons = list(profile.reasons)
        self._numbers: dict[int, int] = {}
        # A small library's acts stand one by one; a large one's of the same person and time are
        # written together: of an hour, of half a day where only speed counts.
        hours = 0 if requests <= MANY else 1 if requests <= 20 * MANY else 12
        self._slot = timedelta(hours=hours)
        self._births = self._all_births(start, max(0, requests - len(STANDING)))
        self._waiting: list[tuple[datetime, int, Life]] = []
        self._together: deque[tuple[datetime, str | None, list[Life]]] = deque()
        self._count = 0
        for standing in STANDING[:requests]:
            self._push(self._stand(standing))
        self._bear(start)

    # what lives ask

    def begin(self, connection: Connection, desk: str) -> None:
        """Numbers go on behind those that the desk has given."""
        for year in range(self._end.year - 30, self._end.year + 2):
            self._numbers[year] = next_number(connection, "request", desk, year)

    def number(self, year: int) -> int:
        given = self._numbers[year]
        self._numbers[year] = given + 1
        return given

    def channel(self) -> str:
        return self._channels[0] if self.rng.random() < 0.6 else self.rng.choice(self._channels)

    def reason(self) -> str:
        return self.rng.choice(self._reasons)

    def due(self, kind: Kind, received: datetime) -> datetime:
        """The due time; those of one hour are the same."""
        hour = received.replace(minute=0, second=0, microsecond=0)
        known = self._dues.get((kind.department, kind.due, hour))
        if known is None:
            if len(self._dues) > 5000:
                self._dues.clear()
            known = self._calendars[kind.department].due(received, self._profile.due[kind.due])
            self._dues[kind.department, kind.due, hour] = known
        return known

    def until(self, department: str, at: datetime) -> datetime:
        minutes = self._profile.limits.handover_minutes
        return self._calendars[department].later(at, minutes)

    def next_day(self, department: str, at: datetime) -> datetime:
        return self._calendars[department].end_after(at, 1)

    def one_of(self, section: str, which: str, filling: Mapping[str, str]) -> str:
        return str(self.rng.choice(contents()[section][which])).format_map(filling)

    # the order of events

    def events(self) -> Iterator[Event]:
        """When, by whom, which lives go on."""
        while self._together or (self._waiting and self._waiting[0][0] <= self._end):
            if not self._together:
                self._gather()
            yield Event(*self._together.popleft(), self.happened)

    def _gather(self) -> None:
        """Take what happens next; in a large library all of the slot, by who does it."""
        at, _, life = heapq.heappop(self._waiting)
        at = min(at + self._slot, self._end)
        self._bear(at)
        by_actor: dict[str | None, list[Life]] = defaultdict(list)
        by_actor[life.actor].append(life)
        while self._slot and self._waiting and self._waiting[0][0] <= at:
            life = heapq.heappop(self._waiting)[2]
            by_actor[life.actor].append(life)
        for actor, lives in by_actor.items():
            for first in range(0, len(lives), self.most):
                self._together.append((at, actor, lives[first : first + self.most]))

    def happened(self, lives: Sequence[Any], facts: Sequence[Fact]) -> None:
        for life, fact in zip(lives, facts, strict=True):
            self.logged += fact.kind == "request.logged"
            life.happened(fact)
            self._push(life)

    def _push(self, life: Life) -> None:
        if life.steps:
            self._count += 1
            heapq.heappush(self._waiting, (life.steps[0][0], self._count, life))

    def _bear(self, until: datetime) -> None:
        """Let everybody come to the desk who does so up to a moment, and one more."""
        for at in self._births:
            self._push(self._life(at))
            if at > until:
                return

    def _all_births(self, start: datetime, requests: int) -> Iterator[datetime]:
        """When requests come: by day, fewer at weekends, most in the late morning and afternoon."""
        days = max(1, (self._end - start).days)
        weights = [
            0.5 if (start + timedelta(days=day)).astimezone(self.zone).weekday() > 4 else 1.0
            for day in range(days)
        ]
        share, owed = requests / sum(weights), 0.0
        for day, weight in enumerate(weights):
            owed += share * weight
            count = round(owed)
            owed -= count
            midnight = (start + timedelta(days=day)).astimezone(self.zone)
            midnight = midnight.replace(hour=0, minute=0, second=0, microsecond=0)
            minutes = sorted(self.rng.triangular(480, 1315, 780) for _ in range(count))
            for minute in minutes:
                yield max(start, midnight + timedelta(minutes=minute))

    # what becomes of a request

    def _life(self, at: datetime) -> Life:
        kind = self.rng.choices(self._kinds, self._weights)[0]
        first = self._first(kind)
        plot = self.rng.choices(list(PLOTS), [weight for weight, _ in PLOTS.values()])[0]
        if plot == "later" and kind.department not in first.departments:
            plot = "handed"
        return self._plan(plot, at, kind, first, self._taker(kind, first))

    def _first(self, kind: Kind) -> Member:
        """Whoever is asked first: mostly the desk, sometimes the office itself."""
        office = self._staff.get(kind.department)
        if office and self.rng.random() < 0.2:
            return self.rng.choice(office)
        return self.rng.choice(self._staff[self.operator.departments[0]])

    def _taker(self, kind: Kind, first: Member) -> Member:
        others = [each for each in self._staff.get(kind.department, ()) if each is not first]
        return self.rng.choice(others or [each for each in self._able if each is not first])

    def _stand(self, standing: Standing) -> Life:
        """A life whose first so many facts lie before the end, and no more."""
        kind = self._standing_kind(standing)
        first, taker = self._first(kind), self._taker(kind, self.operator)
        if standing.ours == 1:
            first = self.operator
        elif standing.ours == 2:
            taker = self.operator
        if first is taker or (standing.ours != 1 and first is self.operator):
            first = next(each for each in self._able if each not in (taker, self.operator))
        back = standing.hours
        while True:
            at = self._end - timedelta(hours=back)
            life = self._plan(standing.plot, at, kind, first, taker, hurried=back < 8)
            life.steps = life.steps[: standing.facts]
            if life.steps[-1][0] <= self._end:
                return life
            back += 24

    def _standing_kind(self, standing: Standing) -> Kind:
        """A kind that is not due yet, or overdue where that is wanted; what we take is ours."""
        kinds = self._kinds
        if standing.ours == 2:
            ours = self.operator.departments
            kinds = [kind for kind in kinds if kind.department in ours] or kinds
        at = self._end - timedelta(hours=standing.hours)
        fit = [kind for kind in kinds if (self.due(kind, at) < self._end) == standing.late]
        return self.rng.choice(fit or kinds)

    def _plan(
        self,
        plot: str,
        at: datetime,
        kind: Kind,
        first: Member,
        taker: Member,
        *,
        hurried: bool = False,
    ) -> Life:
        steps: list[tuple[datetime, str]] = []
        factor = 20 if self.rng.random() < LATE else 1
        for step in PLOTS[plot][1]:
            if step == "lapsed":
                at = self.until(taker.departments[0], at)
            elif steps:
                low, high = MINUTES[step]
                minutes = low if hurried else self.rng.uniform(low, high)
                at += timedelta(minutes=minutes * (factor if step == "closed" else 1))
                at = at if hurried else self._by_day(at)
            steps.append((at, step))
        patron = (
            self.rng.choice(self._patrons) if self._patrons and self.rng.random() < 0.7 else None
        )
        slots = contents()["slots"]
        filling = {name: self.rng.choice(words) for name, words in slots.items()}
        filling["n"] = str(self.rng.randrange(2, 10))
        return Life(self, kind, first, taker, patron, steps, filling)

    def _by_day(self, at: datetime) -> datetime:
        """The same moment if somebody is there then, else the next morning."""
        local = at.astimezone(self.zone)
        if 8 <= local.hour < 22:
            return at
        morning = local.replace(hour=8, minute=self.rng.randrange(5, 50))
        return morning if local.hour < 8 else morning + timedelta(days=1)
