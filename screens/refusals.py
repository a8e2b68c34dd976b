"""A refusal as a sentence: what a place is called on the wall, not in the ledger."""

from typing import TYPE_CHECKING

from deskapp.language import Language
from deskapp.refusal import Refusal

if TYPE_CHECKING:  # as in `screens.base`
    from deskapp.desk import Desk


def refusal_words(t: Language, desk: "Desk | None", refusal: Refusal) -> str:
    """`读者已有座位：信息共享空间 C-37`"""
    facts = dict(refusal.facts)
    zones = desk.profile.zones if desk else {}
    for name in ("seat", "number"):
        zone, _, label = str(facts.get(name, "")).partition("/")
        if label and zone in zones:
            facts[name] = f"{zones[zone].name(t.code)} {label}"
    if desk and (whose := str(facts.get("whose", ""))):
        segments = desk.profile.segments
        facts["whose"] = "/".join(segments[each].name(t.code) for each in whose.split("/"))
    return t.refused(refusal.code, facts)
