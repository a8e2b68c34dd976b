"""The parts of a library's profile that its registers need."""

from typing import Annotated

from pydantic import Field

from deskapp.timetable import Named


class LentKind(Named):
    """A thing lent at the desk: how many each desk has, and the due rule by which it comes back."""

    count: Annotated[int, Field(gt=0)]
    due: str


class Counted(Named):
    """What is only counted, a number a day: document delivery, teachers' book buying."""


class CrisisLine(Named):
    """Whom to call when somebody is in danger; the library fills in its own numbers."""

    telephone: str = ""
