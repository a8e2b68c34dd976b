"""Who may be responsible for an open request: a librarian on the staff list, and so nobody who has
gone.
"""

from sqlalchemy import Connection

from db import staff as stored
from db.folding import facts_of
from db.requests import OPEN, Request
from db.store import driver
from deskapp import matter, posts
from deskapp.desk import Desk, Operator, Refusal, Role

LEAST = Role.LIBRARIAN


def bears(connection: Connection, person: str) -> bool:
    """Whether somebody may be responsible for a request."""
    role = stored.role_of(connection, person)
    return role is not None and Role(role).reaches(LEAST)


def refuse_gone(connection: Connection, id: str) -> None:
    """An open request falls back to nobody who has gone. Refuses ResponsibleGone(name)."""
    request = matter.find(connection, id)
    if request.status == OPEN and not bears(connection, request.responsible):
        gone = stored.by_subject(connection, request.responsible)
        raise Refusal("ResponsibleGone", name=gone.name if gone else "")


def giver(connection: Connection, request: Request) -> str:
    """Who gave a request to whoever accepted it last."""
    facts = facts_of(driver(connection), [request.subject])[request.subject]
    return str(next(fact.says()["by"] for fact in facts if fact.id == request.taken))


def may_return(connection: Connection, request: Request) -> bool:
    """Whether what was accepted by telephone may go back: its giver has not gone."""
    return bears(connection, giver(connection, request))


def again(connection: Connection, desk: Desk, operator: Operator, request: Request) -> str:
    """Whose a closed request is once it is open again: whoever was responsible. Where they have
    gone, or never signed for what another closed, the operator's. Refuses PostMissing.
    """
    if request.confirmed and bears(connection, request.responsible):
        return request.responsible
    posts.refuse_others(connection, desk, operator, request)
    return operator.id
