"""What lies in a demo's cupboard, and what is out."""

from deskapp import counts, found_things, lent_things, readers
from deskapp.demo_people import contents
from deskapp.desk import Desk
from deskapp.found_things import LogIt


def fill(desk: Desk) -> None:
    """A few things found, one of them a reader's card, a few lent, and today's numbers."""
    known = readers.search(desk, "2", 4)  # by number: the same in every demo
    for thing in contents()["found"]:
        found_things.log(desk, LogIt(**thing))
    card = contents()["found_card"]
    if known:
        found_things.log(desk, LogIt(**card, owner=known[-1].id))
    for thing, reader in zip(desk.profile.lent, known, strict=False):
        lent_things.lend(desk, thing, reader=reader.id)
    today = desk.now().date()
    counts.enter(desk, {(today, what): n for n, what in enumerate(desk.profile.counts, 3)})
