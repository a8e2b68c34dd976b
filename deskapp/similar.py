"""Similar records of the last weeks (相近记录): what reads alike, and the reader's own."""

from datetime import timedelta

from db import readers as stored_readers
from db import request_pages as pages
from db import similar as stored
from db.clock import stamp
from db.requests import WITHDRAWN
from deskapp.desk import Desk
from deskapp.request_lists import Line, masked

WEEKS = 4
LEAST = 2
"""characters before anything is looked for"""


def find(
    desk: Desk, words: str, patron: str | None, besides: str | None = None, limit: int = 2
) -> list[Line]:
    """Up to `limit` requests but `besides`. Some milliseconds: for a thread."""
    since = stamp(desk.now() - timedelta(weeks=WEEKS))
    own: list[Line] = []
    alike: list[Line] = []
    with desk.reading() as connection:
        if patron is not None:
            person = stored_readers.one_person(connection, patron)
            own = pages.page(connection, pages.of_patron(*person), None, limit + 1)
        if len(words.strip()) >= LEAST:
            alike = pages.by_serials(connection, stored.serials(connection, words, 10))
    recent = {
        line.subject: line
        for line in [*alike[:1], *own[:1], *alike[1:], *own[1:]]
        if line.received_at >= since and line.subject != besides and line.outcome != WITHDRAWN
    }
    return [line for line in masked(desk, recent.values()) if line.question][:limit]
