"""The parts of a library's profile that its registers need."""

from typing import Annotated

from pydantic import Field

from deskapp.timetable import Named


class LentKind(Named):
    """A thing lent at the desk: how many each desk has, the due rule by which it comes back, and
    how many of it one reader gets without being asked again.
    """

    count: Annotated[int, Field(gt=0)]
    due: str
    each: Annotated[int, Field(gt=0)] = 1


class Counted(Named):
    """What is only counted, a number a day: document delivery, teachers' book buying."""


class CrisisLine(Named):
    """Whom to call when somebody is in danger; the library fills in its own numbers."""

    telephone: str = ""
