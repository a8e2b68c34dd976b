"""The words of a paper: a roll's text, or its template's own, with what is said of one award in the
places of `{holder}`, `{prize}` and such.
"""

from string import Formatter
from typing import Protocol

from deskapp import certificate_templates as templates
from deskapp.desk import Desk, Refusal
from deskapp.rolls import ATTENDANCE, HOURS, LOANS, PRESENCE, Roll

NAMES = (
    *("holder", "title", "prize", "rank", "date", "year", "quarter"),
    *("sessions", "hours", "loans"),
)
"""what may stand in braces"""


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
    """The finished paragraphs. One in which nothing stands, as of an award without a prize, is left
    out.

    Refuses RollWordsWrong (something else stands in braces, or these do not match), and as `text`.
    """
    values = _values(roll, award, holder)
    found = (_filled(line, values).strip() for line in text(desk, roll).splitlines())
    return tuple(line for line in found if line)


def _filled(line: str, values: dict[str, str]) -> str:
    said = []
    try:
        for words, name, how, turned in Formatter().parse(line):
            if name is not None and (name not in values or how or turned):
                raise Refusal("RollWordsWrong", name=name)
            said += [words, values[name] if name else ""]
    except ValueError as error:
        raise Refusal("RollWordsWrong", name=line) from error
    return "".join(said)


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
