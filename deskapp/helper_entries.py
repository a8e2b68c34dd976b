"""The parts of a library's profile that volunteers, results and feedback need."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from deskapp.entries import Table
from deskapp.timetable import Entry, Named, wrong

Told = Literal[
    "number", "name", "college", "major", "class", "phone",
    "event", "title", "kind", "level", "department", "role", "place",
    "date", "dates", "begin", "end", "time", "hours", "credits", "shifts", "completed",
]  # fmt: skip
"""what a column of a form may hold"""


class Term(Named):
    """A term (学期) begins on this day of each year, `MM-DD`, and lasts until the next begins."""

    begins: Annotated[str, Field(pattern=r"(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])")]

    def first(self, year: int) -> date:
        month, day = map(int, self.begins.split("-"))
        return date(year, month, day)


class Form(Named):
    """A table for another system: `columns` by its headings, in their order; a line is a `person`
    at an event, or a `shift`. `level`: how such systems grade what the library holds.
    """

    each: Literal["person", "shift"]
    level: str = ""
    columns: Annotated[Mapping[str, Told], Field(min_length=1)]


class Volunteers(Entry):
    """Whoever comes later, or leaves earlier, than by `grace_minutes` counts as absent; leave is
    asked `leave_hours` before. Hours are certified to `unit_minutes`; `credit_hours` of them are a
    credit (学分). Within `again_minutes` a card scanned again means nothing.
    """

    grace_minutes: Annotated[int, Field(ge=0, le=240)] = 15
    leave_hours: Annotated[int, Field(ge=0, le=720)] = 24
    unit_minutes: Annotated[int, Field(gt=0, le=60)] = 6
    again_minutes: Annotated[int, Field(ge=0, le=60)] = 5
    credit_hours: Annotated[int, Field(gt=0)] = 16
    terms: Table[Term] = Field(default_factory=dict)
    forms: Table[Form] = Field(default_factory=dict)


class Prize(Named):
    """A prize of a contest: so `many`, or a `share` of those ranked in percent, rounded up."""

    many: Annotated[int | None, Field(gt=0)] = None
    share: Annotated[int | None, Field(gt=0, le=100)] = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.many is None) is (self.share is None):
            raise wrong("value", (self.code,), self.code)
        return self


class Gathered(Entry):
    """What a profile says of those who help at events and those who win there."""

    volunteers: Volunteers = Field(default_factory=Volunteers)
    prizes: Table[Prize] = Field(default_factory=dict, max_length=9)
