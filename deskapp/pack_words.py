"""What is said of a pack that was made, and of one that came home."""

from deskapp.language import Language
from deskapp.packs import Home, Packed


def made(t: Language, done: Packed, event: str) -> list[str]:
    """What was made, and what is to be done with it, in sentences."""
    folder = done.file.parent
    return [
        t("pack.made", code=done.code, event=event, people=done.people, folder=folder),
        t("pack.pin", badge=done.badge, pin=done.pin),
        t("pack.how"),
    ]


def home(t: Language, done: Home) -> list[str]:
    """What a pack brought, in sentences."""
    said = {"code": done.code, "event": done.event}
    if done.facts:
        new = {"facts": done.facts, "admitted": done.admitted, "identified": done.identified}
        sentences = [t("pack.home", **said, **new)]
    else:
        sentences = [t("pack.nothing_new", **said)]
    if done.strange:
        sentences.append(t("pack.strange", count=done.strange))
    return sentences
