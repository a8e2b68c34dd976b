"""What two desks may do to one request apart, and a person must look at."""

import json

from db.facts import Stub

LIFE = (
    "request.offered",
    "request.accepted",
    "request.closed",
    "request.reopened",
    "request.withdrawn",
    "request.undone",
)
AGREE_ON = {
    "request.accepted": "by",
    "request.closed": "result",
    "request.first_corrected": "first_responder",
    "request.extended": "due_at",
    "request.waiting": "for",
    "request.staged": "stage",
    "request.joined": "department",
}
"""two of a kind agree that say the same of this"""

TIMING = (
    "request.extended",
    "request.waiting",
    "request.staged",
    "request.found_complex",
    "request.joined",
    "request.reopened",
)
"""What sets a due time from how the request stands: two of them apart did not reckon with each
other."""


def clash(one: Stub, other: Stub) -> bool:
    """Whether two facts, neither of which knew the other, need a person.

    An acceptance that crosses a return holds everywhere and is no clash (签收与退回交叉，以签收
    为准); the same result twice and the same person accepting twice agree.
    """
    kinds = (one.kind, other.kind)
    if set(kinds) == {"request.accepted", "request.undone"}:
        # What was accepted by telephone and came back unsigned, while it was signed, is accepted.
        return bool(json.loads(one.data).get("offer") != json.loads(other.data).get("offer"))
    if kinds == ("request.corrected",) * 2:
        first, second = json.loads(one.data), json.loads(other.data)
        return not set(first["changed"]).isdisjoint(second["changed"])
    if kinds[0] == kinds[1]:
        name = AGREE_ON.get(kinds[0])
        if name is None:
            return kinds[0] == "request.offered"
        return bool(json.loads(one.data).get(name) != json.loads(other.data).get(name))
    if kinds[0] in LIFE and kinds[1] in LIFE:
        return True
    return _times(one) and _times(other)


def _times(stub: Stub) -> bool:
    if stub.kind in ("request.corrected", "request.accepted"):
        return "due_at" in json.loads(stub.data)
    return stub.kind in TIMING
