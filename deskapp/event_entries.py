"""The parts of a library's profile that its events need."""

from typing import Annotated, Literal

from pydantic import Field

from deskapp.entries import Table
from deskapp.timetable import Named, Text


class Asked(Named):
    """A question at sign-up: whether it `must` be answered, or is still asked at the `door`."""

    choices: tuple[Text, ...] = ()
    must: bool = False
    door: bool = False


class EventKind(Named):
    """A kind of event (活动): how many `minutes` it usually takes, what is usually asked at
    sign-up, and what a door usually `shows` of a name.
    """

    minutes: Annotated[int, Field(gt=0, le=1440)] = 90
    shows: Literal["name", "masked", "surname"] = "masked"
    questions: Table[Asked] = Field(default_factory=dict)
