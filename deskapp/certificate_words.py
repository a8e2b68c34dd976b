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


def fill(
    desk: Desk, roll: Roll, award: Said, holder: str, kind: str | None = None
) -> tuple[str, ...]:
    """The finished paragraphs. `kind`: the type of reader that the holder is; None of a team.

    Refuses RollWordsWrong (something else stands in braces, or these do not match), and as `text`.
    """
    try:
        values = _values(roll, award, holder) | {"salutation": _salutation(desk, kind)}
        return filled(text(desk, roll), values)
    except ValueError as error:
        raise Refusal("RollWordsWrong", name=str(error), known=" ".join(NAMES)) from error


def _salutation(desk: Desk, kind: str | None) -> str:
    """With a blank before it: it stands behind a name. A team has none, and no visitor."""
    known = desk.profile.patrons.get(kind or "")
    return f" {known.salutation}" if known is not None and known.salutation else ""


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
