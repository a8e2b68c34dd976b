"""What comes out of an event by a table file, beside its sign-ups."""

from collections.abc import Callable
from typing import NamedTuple

from deskapp import attendance_files, feedback, result_files, sheets
from deskapp.fields import Fields
from deskapp.gathering_fields import ATTENDANCE, FEEDBACK, RESULTS

WHO_CAME = "attendance"


class Gathered(NamedTuple):
    """Its columns, and the rule that takes it in."""

    fields: Fields
    load: Callable[..., sheets.Taken]


GATHERED = {
    "results": Gathered(RESULTS, result_files.load),
    "feedback": Gathered(FEEDBACK, feedback.load),
    WHO_CAME: Gathered(ATTENDANCE, attendance_files.load),
}
