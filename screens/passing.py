"""Words of what a draw passes down, and for whoever is to confirm a place."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from deskapp.allotment import Passing
from deskapp.draws import OFFERED, Applicant, Drawing
from deskapp.language import Language

MOMENT = timedelta(seconds=1)
"""what ends with a day ends a moment before the next"""
MOST = 5
"""steps that are named before one agrees to all of them"""


def is_any(done: Passing) -> bool:
    """Whether anything is passed down."""
    return bool(done.forfeited or done.offered or done.put_back)


def said(t: Language, done: Passing) -> str:
    """How many, in a sentence."""
    return t("draws.passed", forfeited=len(done.forfeited), offered=len(done.offered))


def steps(t: Language, done: Passing) -> list[str]:
    """Each step on a line."""
    return list(_steps(t, done))


def _steps(t: Language, done: Passing) -> Iterator[str]:
    for place, some in done.doubled:
        numbers = " ".join(each.number for each in some)
        yield t("draws.doubled", place=place, numbers=numbers)
    for each, why in done.forfeited:
        yield f"{each.number} {each.name} {each.place}  {t(f'draw_why.{why}')}"
    for each, place in done.offered:
        words = t("draws.offer", place=place, day=t.day(done.last))
        yield f"{each.number} {each.name}  {words}"
    for each in done.put_back:
        yield f"{each.number} {each.name}  {t('draws.put_back')}"


def first(t: Language, lines: Sequence[str]) -> list[str]:
    """As many as one looks at, and how many there are beside them."""
    rest = len(lines) - MOST
    return [*lines[:MOST], *([t("draws.more", count=rest)] if rest > 0 else [])]


def message(t: Language, desk: str, drawing: Drawing, row: Applicant, until: datetime) -> str:
    """For the reader; no name, no whole number."""
    facts = {"name": drawing.name, "number": row.number, "place": row.place, "desk": desk}
    if row.state == OFFERED:
        return t("draws.message_offered", **facts, until=t.moment(until - MOMENT))
    return t("draws.message_won", **facts, until=t.moment(until))
