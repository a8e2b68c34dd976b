"""Erasing people on request (PIPL art. 47), wherever their words stand.

What was done stays countable, by nobody: private parts and salts leave ledger, rows, search and
the second copy, and by the exchange every desk.
"""

from collections.abc import Iterable, Sequence

from db import confided
from db import readers as stored_readers
from db.ledger import Act
from db.people import ERASED
from deskapp import matter
from deskapp.desk import Desk, Refusal, Role


def erase_reader(desk: Desk, id: str) -> None:
    """Erase a reader, and what they said in confidence as far as this desk knows of it.

    Refuses RoleTooLow, PatronUnknown.
    """
    desk.require(Role.SHIFT_LEAD)
    with desk.act() as act:
        if stored_readers.by_subject(act.connection, id) is None:
            raise Refusal("PatronUnknown")
        _erase(act, [id, *_own(act, confided.of_reader(act.connection, id))])


def erase_asker(desk: Desk, id: str) -> None:
    """Erase the words and contact of a request whose asker is no reader of the library.

    Refuses RoleTooLow, RequestUnknown, AskerIsReader (whoever is known is erased as a reader).
    """
    desk.require(Role.SHIFT_LEAD)
    with desk.act() as act:
        if matter.find(act.connection, id).patron is not None:
            raise Refusal("AskerIsReader")
        _erase(act, _own(act, [id]))


def go_on(desk: Desk) -> int:
    """Erase what readers erased at another desk have said here in confidence: only the desks of
    that department know whose it is. In nobody's name. Gives the number of requests.
    """
    with desk.reading() as connection:
        if not confided.of_erased(connection):
            return 0
    with desk.ledger.act(None) as act:
        requests = confided.of_erased(act.connection)
        _erase(act, _own(act, requests))
        return len(requests)


def _erase(act: Act, persons: Iterable[str]) -> None:
    for person in persons:
        act.record(ERASED, f"person:{person}", person=person)


def _own(act: Act, requests: Sequence[str]) -> list[str]:
    return confided.persons(act.connection, requests)
