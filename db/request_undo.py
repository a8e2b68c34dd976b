"""What was logged by mistake is withdrawn: the course keeps it, nothing is to be done about it."""

from db.facts import Fact, Rows, put
from db.request_course import REQUESTS
from db.requests import CLOSED, NO_OFFER, NO_RESULT, NO_WAIT, WITHDRAWN, row_of

__all__ = ["REQUESTS"]


@REQUESTS.fold("request.withdrawn")
def _withdrawn(rows: Rows, fact: Fact) -> Rows:
    """`{undoes, by}`. It was logged by mistake; nothing is to be done about it."""
    row_of(rows)
    said = fact.says()
    return put(
        rows,
        "request",
        **NO_RESULT
        | NO_OFFER
        | NO_WAIT
        | {"status": CLOSED, "closed_at": fact.at, "closed_by": said["by"], "outcome": WITHDRAWN},
    )
