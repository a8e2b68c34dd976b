"""`deskapp event pack`, `deskapp event return`: an event goes along on a laptop, and comes home."""

from dataclasses import asdict

from deskapp import pack_words, packs
from deskapp.command import PARTLY, Command, Report
from deskapp.desk import Desk
from deskapp.events import Event


def pack(command: Command, desk: Desk, event: Event) -> Report:
    """`deskapp event pack EVENT -o DIR`: what its door is closed with is told once."""
    done = packs.pack(desk, event.id, command.asked.output)
    return Report(
        pack_words.made(command.t, done, event.title), asdict(done) | {"event": event.name}
    )


def bring_home(command: Command, desk: Desk) -> Report:
    """`deskapp event return DIR`"""
    done = packs.bring_home(desk, command.asked.folder)
    return Report(pack_words.home(command.t, done), asdict(done), PARTLY if done.strange else 0)
