"""`deskapp event pack`, `deskapp event return`: an event goes along on a laptop, and comes home."""

from dataclasses import asdict

from deskapp import packs
from deskapp.command import PARTLY, Command, Report
from deskapp.desk import Desk
from deskapp.events import Event
from deskapp.language import Language
from deskapp.packs import Home, Packed


def pack(command: Command, desk: Desk, event: Event) -> Report:
    """`deskapp event pack EVENT -o DIR`: what its door is closed with is told once."""
    done = packs.pack(desk, event.id, command.asked.output)
    return Report(made(command.t, done, event.title), asdict(done) | {"event": event.name})


def made(t: Language, done: Packed, event: str) -> list[str]:
    """What was made, and what is to be done with it, in sentences."""
    return [
        t("pack.made", code=done.code, event=event, people=done.people, file=done.file),
        t("pack.pin", badge=done.badge, pin=done.pin),
        t("pack.how", folder=done.file.parent),
    ]


def bring_home(command: Command, desk: Desk) -> Report:
    """`deskapp event return DIR`"""
    done = packs.bring_home(desk, command.asked.folder)
    return Report(home(command.t, done), asdict(done), PARTLY if done.strange else 0)


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
