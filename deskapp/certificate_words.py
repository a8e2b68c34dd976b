"""The words of a paper: a roll's text, or its template's own, with what is said of one award in the
places of `{holder}`, `{prize}` and such.
"""

from typing import Protocol

from deskapp import certificate_templates as templates
from deskapp.certificate_blanks import NAMES, filled
from deskapp.desk import Desk, Refusal
from deskapp.rolls import ATTENDANCE, HOURS, LOANS, PRESENCE, Roll


class Said(Protocol):
    """What the words tell of an award."""

    @property
    def prize(self) -> str: ...
    @property
    def rank(self) -> int | None: ...
    @property
    def amount(self) -> float | None: ...


def text(desk: Desk, roll: Roll) -> str:
    """The roll's text, or its template's. Refuses TemplateUnknown, TemplateWrong."""
    return roll.words or templates.find(desk, roll.template).words[roll.lang]


def fill(desk: Desk, roll: Roll, award: Said, holder: str) -> tuple[str, ...]:
    """The finished paragraphs.

    Refuses RollWordsWrong (something else stands in braces, or these do not match), and as `text`.
    """
    try:
        return filled(text(desk, roll), _values(roll, award, holder))
    except ValueError as error:
        raise Refusal("RollWordsWrong", name=str(error), known=" ".join(NAMES)) from error


def _values(roll: Roll, award: Said, holder: str) -> dict[str, str]:
    """By name; hours to a tenth, of minutes served or seconds in the library."""
    of, many = roll.basis["of"], award.amount
    hours = {HOURS: 60, PRESENCE: 3600}.get(of)
    return dict.fromkeys(NAMES, "") | {
        "holder": holder,
        "title": roll.title,
        "prize": award.prize,
        "rank": str(award.rank or ""),
        "date": roll.day.isoformat(),
        "year": str(roll.basis.get("year", roll.day.year)),
        "quarter": str(roll.basis.get("quarter", "")),
        "sessions": f"{many:g}" if many is not None and of == ATTENDANCE else "",
        "loans": f"{many:g}" if many is not None and of == LOANS else "",
        "hours": f"{round(many / hours, 1):g}" if many is not None and hours else "",
    }
