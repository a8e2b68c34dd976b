"""Where people were last, and which offers of a desk wait for them."""

from typing import NamedTuple

from sqlalchemy import Connection

from db.store import driver

LOOK_BACK = 20_000
"""facts among which somebody's last one is looked for: some days of a busy library"""


class Offer(NamedTuple):
    """An offer that waits. `pos`: its place at the centre, None until it is known there."""

    to: str | None
    department: str | None
    at: str
    pos: int | None


def offers(connection: Connection, desk: str, subject: str | None = None) -> dict[str, Offer]:
    """What was offered at this desk and waits, of all requests or of one, by the fact's id."""
    lines = driver(connection).execute(
        "SELECT offer, offer_to, offer_department, offer_at, pos FROM request "
        "JOIN fact ON fact.id = request.offer WHERE offer IS NOT NULL AND fact.desk = ?"
        + (" AND request.subject = ?" if subject else ""),
        (desk, subject) if subject else (desk,),
    )
    return {id: Offer(*rest) for id, *rest in lines}


def last_places(connection: Connection) -> dict[str, str]:
    """At which desk each person acted last, as far as this one knows."""
    lines = driver(connection).execute(
        "SELECT actor, desk, max(id) FROM (SELECT id, actor, desk FROM fact ORDER BY n DESC "
        "LIMIT ?) WHERE actor IS NOT NULL GROUP BY actor",
        (LOOK_BACK,),
    )
    return {actor: desk for actor, desk, _ in lines}
