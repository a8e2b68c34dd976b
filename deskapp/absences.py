"""The matters of those who are away: whoever went without closing their shift (代接班), and what
falls due today of those who went home. Theirs until somebody takes each by name.
"""

from db import request_pages as pages
from db import shifts as stored
from db.clock import stamp
from deskapp import handovers, matter, posts, shifts
from deskapp.desk import Desk, Refusal
from deskapp.handovers import Accepted
from deskapp.request_lists import Line, RequestList, left_behind

__all__ = ["MOST", "Line", "matters", "take"]

MOST = 99
"""matters that are shown at once"""


def matters(desk: Desk) -> list[Line]:
    """The open requests of those away that are offered to nobody, what is due first, first."""
    return list(RequestList(desk, "absent").after(None, MOST))


def take(desk: Desk, id: str) -> Accepted:
    """Take a matter of somebody away on: it is handed over and signed for at once, in one act.

    Refuses RoleTooLow, NotOnDuty, RequestClosed, OfferedAlready, NotAbsent (whoever is responsible
    is not, or is back, or it is not due before they are), ConfidentialStays, PostMissing.
    """
    desk.require(shifts.LEADING)
    with desk.act() as act:
        taker = matter.active(act.connection, desk.whoever().id, shifts.LEADING)
        if all(each.staff != taker.id for each in stored.attending(act.connection, desk.code)):
            raise Refusal("NotOnDuty")
        request = matter.still_open(act.connection, desk, id)
        number = matter.label(desk, request)
        if request.offer is not None:
            raise Refusal("OfferedAlready", number=number)
        if pages.place(act.connection, left_behind(desk, act.connection), id) is None:
            raise Refusal("NotAbsent", number=number)
        posts.refuse_others(act.connection, desk, taker, request)
        department = handovers.department_of(desk, taker, request)
        said = {"by": request.responsible, "until": stamp(act.at), "reason": None}
        offered = {"to": taker.id, "department": department, **said}
        offer = matter.record(act, request, "request.offered", offered)
        taken = {"offer": offer.id, "by": taker.id, "how": "stood_in"}
        taken |= handovers.undertaken(desk, request, department)
        matter.record(act, request, "request.accepted", taken)
    return Accepted(id, number, taker.name)
