"""Undoing one's last act on a request: the course keeps both, the row is as it was before."""

from db.facts import Fact, Rows, put
from db.request_course import REQUESTS
from db.requests import CLOSED, NO_OFFER, NO_RESULT, NO_WAIT, OPEN, row_of

__all__ = ["OFFER", "REQUESTS", "WITHDRAWN"]

WITHDRAWN = "withdrawn"
"""the outcome of what was logged by mistake"""
OFFER = ("offer", "to", "department", "by", "at", "until", "reason")
"""what a fact says of an offer that stands again"""


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


@REQUESTS.fold("request.undone")
def _undone(rows: Rows, fact: Fact) -> Rows:
    """`{undoes, what, by}`, of an acceptance or a return also `offer`, which stands again, and of
    an acceptance `responsible`, `department` and `taken` as they were before.
    """
    said, row = fact.says(), row_of(rows)
    if said["what"] == "closed":
        return put(rows, "request", **NO_RESULT, status=OPEN) if row["status"] == CLOSED else rows
    if row["status"] == CLOSED:
        return rows
    if said["what"] == "offered":
        if row["offer"] != said["undoes"]:
            return rows
        return put(rows, "request", **NO_OFFER, back="taken_back")
    offer = said["offer"]
    again = {"offer": offer["offer"]} | {f"offer_{n}": offer[n] for n in OFFER if n != "offer"}
    if said["what"] == "accepted":
        if row["taken"] != offer["offer"]:
            return rows
        before = {n: said[n] for n in ("responsible", "department", "taken")}
        return put(rows, "request", **again, **before, confirmed=1, back=None)
    return put(rows, "request", **again, back=None)
