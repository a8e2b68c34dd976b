"""What an award list and what is on it are called in words."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from deskapp import events, helper_hours, quarters, series
from deskapp.certificate_templates import Template
from deskapp.desk import Desk
from deskapp.language import Language
from deskapp.refusal import Refusal
from deskapp.rolls import HOURS, PRESENCE, Roll


def step_words(t: Language, row: Roll) -> str:
    """What is next, or that nobody is put on it any more."""
    return t("roll.closed") if row.closed else t(f"roll_step.{row.step.value}")


def basis_words(t: Language, desk: Desk, row: Roll) -> str:
    """What it rests on, in a sentence."""
    said = row.basis
    least = said.get("least", 0)
    return t(
        f"roll_basis.{said['of']}",
        of=_what(desk, said),
        least=f"{least / 60:g}" if said["of"] == HOURS else least,
        year=said.get("year", ""),
        quarter=said.get("quarter", ""),
        first=said.get("first", 10),
    )


def _what(desk: Desk, said: Mapping[str, Any]) -> str:
    """The event, the series or the days."""
    if "event" in said:
        try:
            return events.event(desk, said["event"]).title
        except Refusal:
            return ""
    if "series" in said:
        known = {each.id: each.title for each in series.all_series(desk)}
        return known.get(said["series"], "")
    return " – ".join(str(said[name]) for name in ("since", "until") if name in said)


def template_words(t: Language, template: Template) -> str:
    """Its title, and which way up it is."""
    way = t("roll.landscape" if template.landscape else "roll.portrait")
    return f"{template.title.get(t.code) or next(iter(template.title.values()))} {way}"


def amount_words(t: Language, roll: Roll, amount: float | None) -> str:
    """What somebody reached, in its unit."""
    if amount is None:
        return ""
    of = roll.basis["of"]
    if of == PRESENCE:
        return quarters.clock(timedelta(seconds=amount))
    if of == HOURS:
        return helper_hours.clock(round(amount))
    return t(f"roll_amount.{of}", many=f"{amount:g}")
