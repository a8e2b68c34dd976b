"""Since when whoever is offered a request can know of it: its time limit runs from then (DESK).

An offer is heard where the taker's desk, as the centre says, has pulled it: the desk where that
person acted last; of a department any where one of it did. Who acts here, or has acted nowhere yet,
hears at once.
"""

import json
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from db import hearing as stored
from db.clock import stamp
from db.hearing import Offer
from db.place import STANDINGS, set_setting, setting
from db.requests import Request
from deskapp import matter, staff
from deskapp.desk import Desk, Role

HEARD = "heard"
"""the setting that says since when: a moment by offer of this desk, while it waits"""


def hear(desk: Desk) -> None:
    """See which offers of this desk can be known by now where they are meant for."""
    with desk.reading() as connection:
        known, waiting = heard(connection), stored.offers(connection, desk.code)
        if waiting.keys() == known.keys():
            return
        places = stored.last_places(connection)
        found = {
            id: at
            for id, offer in waiting.items()
            if (at := known.get(id) or _since(desk, connection, offer, places))
        }
    if found != known:
        with desk.ledger.store.writing() as connection:
            set_setting(connection, HEARD, json.dumps(found))


def heard(connection: Connection) -> dict[str, str]:
    """Since when each offer of this desk can be known where it is meant for."""
    found: dict[str, str] = json.loads(setting(connection, HEARD) or "{}")
    return found


def _since(
    desk: Desk, connection: Connection, offer: Offer, places: Mapping[str, str]
) -> str | None:
    """The same of an offer of which it was not known until now; None if it is not."""
    theirs = {places[person] for person in _takers(desk, offer) if person in places}
    if not theirs or desk.code in theirs:
        return offer.at
    standings: dict[str, int] = json.loads(setting(connection, STANDINGS) or "{}")
    there = offer.pos is not None and any(standings.get(d, 0) >= offer.pos for d in theirs)
    return stamp(desk.now()) if there else None


def _takers(desk: Desk, offer: Offer) -> list[str]:
    """Whom an offer is meant for."""
    if offer.to is not None:
        return [offer.to]
    return [
        each.id
        for each in staff.everybody(desk)
        if offer.department in each.departments and each.role.reaches(Role.LIBRARIAN)
    ]


def until(desk: Desk, connection: Connection, request: Request) -> str | None:
    """Until when what is offered is to be accepted; None while it is not known where it is meant
    for. Of another desk's offer what its giver said.
    """
    said = request.offer_until
    offer = stored.offers(connection, desk.code, request.subject).get(str(request.offer))
    if offer is None or said is None:
        return said
    at = heard(connection).get(str(request.offer))
    at = at or _since(desk, connection, offer, stored.last_places(connection))
    if at is None or at <= offer.at:
        return at and said
    calendar = desk.calendar(matter.undertaking(desk, request, offer.department))
    limit = desk.profile.limits.handover_minutes
    return max(said, stamp(calendar.later(desk.local(at), limit)))


def over(desk: Desk, connection: Connection, found: Iterable[Request]) -> list[Request]:
    """Those of which the time to accept is up; what is not offered any more stays among them."""
    now = stamp(desk.now())
    limits = ((each, until(desk, connection, each)) for each in found)
    return [each for each, limit in limits if each.offer is None or (limit and limit <= now)]
