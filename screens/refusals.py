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
        from screens.event_words import segments_words

        facts["whose"] = segments_words(t, desk, whose.split("/"))
    return t.refused(refusal.code, facts)
