"""Who has signed up for a demo's events, who waits, and who came to those that are over."""

from collections.abc import Mapping
from itertools import cycle, islice
from typing import Any

from db import readers as stored_readers
from db.clock import stamp
from db.facts import Draft
from db.place import library_key
from db.signups import WHOLE, draft, event_key, subject_of
from deskapp import readers, waiting_list
from deskapp.desk import Desk
from deskapp.event_views import Event, event
from deskapp.signup_rules import DESK

MOST = 150
"""readers who go to events"""
GAVE_UP = 2
"""of an event that is full"""


def fill(desk: Desk, people: Mapping[str, Mapping[str, int]]) -> None:
    """By event: how many `signed` up, of them `came` to the last session that is over, and more
    are `waiting`. A set-up, by nobody.
    """
    known = readers.search(desk, "20", MOST)
    with desk.ledger.act(None) as act:
        key = library_key(act.connection)
        rows = stored_readers.by_subjects(act.connection, [each.id for each in known])
        theirs = cycle((row.subject, row.number) for row in rows.values() if row.number)
        if not rows:
            return
        drafts: list[Draft] = []
        for id_, counts in people.items():
            of, ours = event(desk, id_), event_key(key, id_)
            many = min(len(rows), counts.get("signed", 0) + counts.get("waiting", 0))
            subjects: list[str] = []
            for place, (patron, number) in enumerate(islice(theirs, many)):
                subjects.append(subject_of(ours, id_, number))
                waits = place >= counts.get("signed", 0)
                said = {"session": WHOLE, "patron": patron, "places": 1, "waiting": waits}
                said |= {"source": DESK, "asked_at": stamp(act.at)}
                drafts.append(draft("signup.made", subjects[-1], said))
            drafts += _came(desk, of, subjects[: counts.get("came", 0)])
            if counts.get("waiting") and not counts.get("came"):
                said = {"session": WHOLE, "why": None}
                drafts += [draft("signup.cancelled", each, said) for each in subjects[:GAVE_UP]]
        act.record_all(drafts)
        for id_ in people:
            waiting_list.go_on(act, id_)  # some are to be told


def _came(desk: Desk, of: Event, subjects: list[str]) -> list[Draft]:
    """As from a sheet that is entered afterwards."""
    past = [each for each in of.planned if each.until <= desk.now()]
    if not past:
        return []
    said: dict[str, Any] = {"session": past[-1].id, "door": desk.place, "heads": 1, "places": 1}
    said |= {"how": "list", "sheet": True}
    return [draft("door.admitted", subject, said) for subject in subjects]
