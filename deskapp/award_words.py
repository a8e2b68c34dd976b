"""How the lines read that an award rests on."""

from collections.abc import Iterable
from datetime import date

from db import event_pages
from deskapp.awards import Rest
from deskapp.desk import Desk
from deskapp.helper_hours import clock
from deskapp.language import Language

EVENTS = ("session", "stint")
"""lines whose id begins with an event's"""
SECONDS = ("gate", "seat", "no_in", "no_out")
"""lines whose amount is time in the library"""


def lines(desk: Desk, t: Language, rests: Iterable[Rest]) -> list[str]:
    """A sentence a line: when, what, how much."""
    told = list(rests)
    events = {each.id.partition(" ")[0] for each in told if each.what in EVENTS}
    with desk.reading() as connection:
        titles = {id: row.title for id, row in event_pages.by_subjects(connection, events).items()}
    return [_line(desk, t, titles, each) for each in told]


def _line(desk: Desk, t: Language, titles: dict[str, str], rest: Rest) -> str:
    what, amount = rest.what, rest.amount or 0
    many = clock(round(amount / 60)) if what in SECONDS else f"{amount:g}"
    if what == "stint":
        many = clock(round(amount))
    title = titles.get(rest.id.partition(" ")[0], "")
    said = t(f"rest.{what}", many=many, title=title, of=rest.id)
    return f"{_when(desk, t, rest.at)}  {said}".strip()


def _when(desk: Desk, t: Language, at: str | None) -> str:
    """A moment, or a day alone."""
    if at is None:
        return ""
    return t.moment(desk.local(at)) if "T" in at else t.day(date.fromisoformat(at))
