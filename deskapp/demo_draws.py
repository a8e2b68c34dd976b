"""A draw in a demo: lockers of a term, drawn, some of them confirmed."""

from datetime import timedelta

from db import draws as stored
from db import readers as stored_readers
from deskapp import allotment, draws, lots, readers
from deskapp.demo_people import contents
from deskapp.desk import Desk
from deskapp.draws import Opening

APPLICANTS, LOCKERS, CONFIRMED = 24, 10, 4


def fill(desk: Desk) -> None:
    """Opened, applied for, listed and drawn by whoever is signed in."""
    said, now = contents()["draw"], desk.now()
    known = readers.search(desk, "20", APPLICANTS)
    if not known:
        return
    terms = Opening(
        said["season"],
        draws.LOCKER,
        said["where"],
        LOCKERS,
        now.date(),
        now.date() + timedelta(days=120),
        desk.midnight(now.date() + timedelta(days=4)),
        name=said["name"],
    )
    draw = draws.open_draw(desk, terms).id
    with desk.act() as act:
        people = stored_readers.by_subjects(act.connection, [each.id for each in known])
        act.record_all(
            [
                stored.applied(draw, each.subject, each.college, {"name": each.name})
                for each in people.values()
            ]
        )
    lots.publish(desk, draw, said["seed_from"])
    lots.draw(desk, draw, said["seed"])
    for each in draws.applicants(desk, draw)[:CONFIRMED]:
        allotment.confirm(desk, draw, each.patron)
