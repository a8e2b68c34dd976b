"""Similar records of the last weeks (相近记录): the reader's own first, then what reads alike."""

from datetime import timedelta

from db import readers as stored_readers
from db import request_pages as pages
from db import similar as stored
from db.clock import stamp
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
    found: list[Line] = []
    with desk.reading() as connection:
        if patron is not None:
            person = stored_readers.one_person(connection, patron)
            found += pages.page(connection, pages.of_patron(*person), None, limit + 1)
        if len(words.strip()) >= LEAST:
            found += pages.by_serials(connection, stored.serials(connection, words, 10))
    recent = {
        line.subject: masked(desk, line)
        for line in found
        if line.received_at >= since and line.subject != besides
    }
    return [line for line in recent.values() if line.question][:limit]
