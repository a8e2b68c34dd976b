"""Who has signed up for a demo's events, who waits, and who came to those that are over."""

from collections.abc import Mapping
from itertools import cycle, islice
from typing import Any

from db import readers as stored_readers
from db.clock import stamp
from db.place import library_key
from db.signups import WHOLE, draft, event_key, subject_of
from deskapp import readers, waiting_list
from deskapp.desk import Desk
from deskapp.event_views import event
from deskapp.signup_rules import DESK

MOST = 150
"""readers who go to events"""
HELPERS = 12
"""others who help there"""
GAVE_UP = 2
"""of an event that is full"""


class Crowd:
    """Readers who go to events, one after the other, and those who help there."""

    def __init__(self, desk: Desk) -> None:
        known = [each.id for each in readers.search(desk, "20", MOST + HELPERS)]
        self.helpers = cycle(known[MOST:] or known)
        with desk.reading() as connection:
            rows = stored_readers.by_subjects(connection, known[:MOST])
            self._key = library_key(connection)
        self._people = [(row.subject, row.number) for row in rows.values() if row.number]
        self._next = cycle(self._people)
        self._signed: dict[str, list[tuple[str, str]]] = {}

    def sign_up(self, desk: Desk, id_: str, counts: Mapping[str, int]) -> None:
        """So many `signed` up, and more are `waiting`. A set-up, by nobody."""
        signed, waiting = counts["signed"], counts.get("waiting", 0)
        some = list(islice(self._next, min(len(self._people), signed + waiting)))
        ours = event_key(self._key, id_)
        theirs = [(subject_of(ours, id_, number), patron) for patron, number in some]
        self._signed[id_] = theirs[:signed]
        with desk.ledger.act(None) as act:
            said: dict[str, Any] = {"session": WHOLE, "places": 1, "source": DESK}
            said["asked_at"] = stamp(act.at)
            drafts = [
                draft("signup.made", each, {**said, "patron": patron, "waiting": place >= signed})
                for place, (each, patron) in enumerate(theirs)
            ]
            if waiting and "came" not in counts:
                gone = {"session": WHOLE, "why": None}
                drafts += [draft("signup.cancelled", each, gone) for each, _ in theirs[:GAVE_UP]]
            act.record_all(drafts)
            waiting_list.go_on(act, id_)  # some are to be told

    def come(self, desk: Desk, id_: str, count: int, session: int) -> None:
        """As at a door that is not watched."""
        said: dict[str, Any] = {"session": event(desk, id_).planned[session].id}
        said |= {"door": desk.place, "heads": 1, "places": 1, "how": "card"}
        self._signed[id_] = self._signed[id_][:count]
        with desk.ledger.act(None) as act:
            act.record_all([draft("door.admitted", each, said) for each, _ in self._signed[id_]])

    def who(self, id_: str) -> list[str]:
        """The readers who came."""
        return [patron for _, patron in self._signed.get(id_, ())]
