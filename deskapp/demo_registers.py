"""What lies in a demo's cupboard, what is out, and what was noted of readers."""

from deskapp import conduct, counts, found_things, lent_things, readers
from deskapp.demo_people import contents
from deskapp.desk import Desk
from deskapp.found_things import LogIt


def fill(desk: Desk) -> None:
    """A few things found, one of them a reader's card, a few lent, today's numbers, and violations:
    one that waits, and as many of one reader as bar them.
    """
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
    zone = next(iter(desk.profile.zones), None)
    if known and zone is not None:
        rules = desk.profile.seat_rules[desk.profile.zones[zone].rules]
        kind = next(kind for kind in conduct.by_hand(desk) if kind in rules.counts)
        conduct.note(desk, known[0].id, kind, zone)
        for _ in range(rules.most):
            conduct.confirm(desk, conduct.note(desk, known[1].id, kind, zone).id)
