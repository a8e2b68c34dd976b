"""The parts of a library's profile that its spaces need: zones, rooms, and the rules of both."""

from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator

from deskapp import plans
from deskapp.entries import Table
from deskapp.timetable import Entry, Hours, Named, Period, Text, wrong

Minutes = Annotated[int, Field(ge=0, le=24 * 60)]


class Building(Named):
    """A building of the library."""


class Season(Named):
    """A time of other rules (考试周); its dates may come with the school calendar instead."""

    dates: tuple[Period, ...] = ()


class Segment(Named):
    """Who may use a space: readers of these types, or those who are entered by name (`listed`)."""

    patrons: tuple[str, ...] = ()
    listed: bool = False


class Meal(Entry):
    """Hours in which a step away may be longer."""

    hours: Hours
    minutes: Minutes


class Terms(Entry):
    """The rules of numbered seats: times are minutes, `ahead`, `within` and `bar` days.

    A reservation may be taken from `sign_in_before` its begin to `sign_in_after` it, then it is a
    no-show; from `late` on its reader is late, where that counts. `longest` is how long a sitting
    may last without being asked for again (0: to closing). `ahead` -1: no reservations. `call`: for
    whoever is called from the queue. `most` violations of the kinds that count (`counts`) `within`
    so many days bar for `bar` days; `apart`: each kind is counted by itself.
    """

    sign_in_before: Minutes = 15
    sign_in_after: Minutes = 30
    late: Minutes = 15
    away: Minutes = 30
    meals: tuple[Meal, ...] = ()
    longest: Minutes = 0
    ahead: Annotated[int, Field(ge=-1, le=30)] = 1
    a_day: Annotated[int, Field(ge=0, le=20)] = 3
    call: Minutes = 10
    counts: tuple[str, ...] = ()
    most: Annotated[int, Field(ge=1, le=20)] = 3
    within: Annotated[int, Field(ge=1, le=366)] = 30
    bar: Annotated[int, Field(ge=1, le=366)] = 7
    apart: bool = False


class SeatRules(Named, Terms):
    """Rules by name, and what is otherwise in a season."""

    seasons: Mapping[str, Mapping[str, object]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _seasons_are_terms(self) -> Self:
        for season, said in self.seasons.items():
            try:
                Terms.model_validate(said)
            except ValidationError as error:
                problem = error.errors(include_url=False)[0]
                where = ("seasons", season, *map(str, problem["loc"]))
                raise wrong(problem["type"], where, str(problem["input"])) from error
        return self

    @cached_property
    def _terms(self) -> dict[str | None, Terms]:
        usual = Terms(**{name: getattr(self, name) for name in Terms.model_fields})
        stated = {season: Terms.model_validate(said) for season, said in self.seasons.items()}
        return {None: usual} | {
            season: usual.model_copy(update={n: getattr(each, n) for n in each.model_fields_set})
            for season, each in stated.items()
        }

    def in_season(self, season: str | None) -> Terms:
        """The terms of a season, else the usual ones."""
        return self._terms.get(season, self._terms[None])

    def all_terms(self) -> Collection[Terms]:
        """The usual terms and those of every season."""
        return self._terms.values()


class ZoneKind(StrEnum):
    """Numbered seats, or places that are only counted (sofas)."""

    NUMBERED = "numbered"
    COUNTED = "counted"


class Zone(Named):
    """A hall or space. `plan` draws its numbered seats (see `deskapp.plans`) unless they come from
    a file; `staffed`: seats are given out at a desk, not at a kiosk.
    """

    building: str
    floor: int
    hours: str
    rules: str
    kind: ZoneKind = ZoneKind.NUMBERED
    places: Annotated[int, Field(ge=0)] = 0
    segments: tuple[str, ...] = ()
    plan: tuple[Text, ...] = ()
    staffed: bool = False

    @model_validator(mode="after")
    def _counted_or_drawn(self) -> Self:
        if (self.kind is ZoneKind.COUNTED) != bool(self.places):
            raise wrong("value", ("places",), str(self.places))
        if self.plan and self.kind is ZoneKind.COUNTED:
            raise wrong("value", ("plan",), self.code)
        try:
            plans.rows(self.plan)
        except ValueError as error:
            raise wrong("value", ("plan",), str(error)) from error
        return self


class RoomRules(Named):
    """Rules of rooms by name: booked in steps of `step` minutes, from `shortest` to `longest`.

    The smallest group must be there within `sign_in` minutes before or after the begin (0: nobody
    signs in), else the room is released, with the `violation` named or none. `by_staff`: only
    librarians book. `a_day`: bookings that one reader may have on a day.
    """

    step: Annotated[int, Field(ge=5, le=120)] = 30
    shortest: Minutes = 30
    longest: Minutes = 240
    ahead: Annotated[int, Field(ge=0, le=366)] = 7
    a_day: Annotated[int, Field(ge=1, le=20)] = 1
    sign_in: Minutes = 15
    violation: str | None = None
    by_staff: bool = False
    segments: tuple[str, ...] = ()


class Equipped(Named):
    """What a room may have: a screen, a whiteboard."""


class Purpose(Named):
    """What a room is booked for; of a confidential `kind` of request others see 占用 alone."""

    kind: str | None = None


class Room(Named):
    """A room (研讨间): `least` is the smallest group."""

    building: str
    floor: int
    capacity: Annotated[int, Field(ge=1)]
    least: Annotated[int, Field(ge=1)] = 1
    equipment: tuple[str, ...] = ()
    hours: str
    rules: str

    @model_validator(mode="after")
    def _room_for_the_least(self) -> Self:
        if self.least > self.capacity:
            raise wrong("value", ("least",), str(self.least))
        return self


class ViolationKind(Named):
    """A kind of violation (违规); an `automatic` one is drawn by the clock and not confirmed."""

    automatic: bool = False


class Closure(Named):
    """A reason why a seat is out of order, one key."""


Reference = tuple[tuple[str, ...], str, Mapping[str, Named]]


class Spaces(Entry):
    """What a profile says of its spaces; all of it may be missing."""

    buildings: Table[Building] = Field(default_factory=dict)
    seasons: Table[Season] = Field(default_factory=dict)
    segments: Table[Segment] = Field(default_factory=dict)
    violations: Table[ViolationKind] = Field(default_factory=dict)
    closures: Table[Closure] = Field(default_factory=dict, max_length=9)
    seat_rules: Table[SeatRules] = Field(default_factory=dict)
    zones: Table[Zone] = Field(default_factory=dict)
    equipment: Table[Equipped] = Field(default_factory=dict)
    purposes: Table[Purpose] = Field(default_factory=dict, max_length=9)
    room_rules: Table[RoomRules] = Field(default_factory=dict)
    rooms: Table[Room] = Field(default_factory=dict)

    def space_references(
        self, calendars: Mapping[str, Named], patrons: Mapping[str, Named]
    ) -> Iterator[Reference]:
        """What refers to what: where, value, table."""
        for segment in self.segments.values():
            for patron in segment.patrons:
                yield ("segments", segment.code, "patrons"), patron, patrons
        yield from self._of_seats()
        yield from self._of_rooms()
        for table, places in (("zones", self.zones), ("rooms", self.rooms)):
            for place in places.values():
                yield (table, place.code, "building"), place.building, self.buildings
                yield (table, place.code, "hours"), place.hours, calendars

    def _of_seats(self) -> Iterator[Reference]:
        for rules in self.seat_rules.values():
            for season in rules.seasons:
                yield ("seat_rules", rules.code, "seasons", season), season, self.seasons
            for terms in rules.all_terms():
                for kind in terms.counts:
                    yield ("seat_rules", rules.code, "counts"), kind, self.violations
        for zone in self.zones.values():
            yield ("zones", zone.code, "rules"), zone.rules, self.seat_rules
            for segment in zone.segments:
                yield ("zones", zone.code, "segments"), segment, self.segments

    def _of_rooms(self) -> Iterator[Reference]:
        for rules in self.room_rules.values():
            if rules.violation is not None:
                yield ("room_rules", rules.code, "violation"), rules.violation, self.violations
            for segment in rules.segments:
                yield ("room_rules", rules.code, "segments"), segment, self.segments
        for room in self.rooms.values():
            yield ("rooms", room.code, "rules"), room.rules, self.room_rules
            for thing in room.equipment:
                yield ("rooms", room.code, "equipment"), thing, self.equipment
