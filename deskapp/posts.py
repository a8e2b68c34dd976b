"""Posts (岗位): what a responsibility letter makes somebody's own."""

from sqlalchemy import Connection

from db import staff as stored
from db.requests import Request
from deskapp import matter
from deskapp.desk import Desk, Operator, Refusal, Role


def holds(connection: Connection, desk: Desk, person: Operator, request: Request) -> bool:
    """Whether somebody's post lets them take a request over.

    Of a confidential one whose kind a post stands for, only who holds it, or leads the shift: its
    words are for them. Where nobody holds it (yet) whoever belongs to the department may.
    """
    kind = desk.profile.kinds.get(request.kind)
    if request.scope is None or kind is None or kind.post is None:
        return True
    holders = stored.holders(connection, kind.post)
    return not holders or person.id in holders or person.role.reaches(Role.SHIFT_LEAD)


def refuse_others(connection: Connection, desk: Desk, person: Operator, request: Request) -> None:
    """Refuses PostMissing(number)."""
    if not holds(connection, desk, person, request):
        raise Refusal("PostMissing", number=matter.label(desk, request))
