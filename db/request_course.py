"""What happens to a request between its log and its end, and behind it: facts and folds."""

from db.facts import Fact, Rows, put
from db.requests import (
    CLOSED,
    NO_RESULT,
    NO_WAIT,
    OPEN,
    REQUESTS,
    joined,
    joining,
    lateness,
    listed,
    row_of,
)

__all__ = ["REQUESTS"]


@REQUESTS.fold("request.extended")
def _extended(rows: Rows, fact: Fact) -> Rows:
    """`{due_at, late, lead, lead_how, reason}`; private: note. A due time moved on request."""
    said, row = fact.says(), row_of(rows)
    if row["status"] == CLOSED:
        return rows
    return put(
        rows,
        "request",
        due_at=said["due_at"],
        extended=row["extended"] + 1,
        **lateness(row, said),
    )


@REQUESTS.fold("request.waiting")
def _waiting(rows: Rows, fact: Fact) -> Rows:
    """`{for, chase_at, late}`; private: note. The clock stands from now on."""
    said, row = fact.says(), row_of(rows)
    if row["status"] == CLOSED:
        return rows
    return put(
        rows,
        "request",
        waits=said["for"],
        waiting=fact.id,
        waits_since=fact.at,
        chase_at=said["chase_at"],
        **lateness(row, said),
    )


@REQUESTS.fold("request.chased")
def _chased(rows: Rows, fact: Fact) -> Rows:
    """`{waiting, chase_at}`; private: note. Asked again outside: the next date to do so."""
    said = fact.says()
    if row_of(rows)["waiting"] != said["waiting"]:
        return rows
    return put(rows, "request", chase_at=said["chase_at"])


@REQUESTS.fold("request.resumed")
def _resumed(rows: Rows, fact: Fact) -> Rows:
    """`{waiting, due_at, late}`; private: materials. The clock runs again; the due time gives back
    what was left.
    """
    said, row = fact.says(), row_of(rows)
    if row["waiting"] != said["waiting"]:
        return rows
    due, brought = said["due_at"], listed(fact.confides())
    return put(rows, "request", **NO_WAIT, **lateness(row, said), **brought, due_at=due)


@REQUESTS.fold("request.staged")
def _staged(rows: Rows, fact: Fact) -> Rows:
    """`{stage, due_at, chase_at, late}`; private: note. A stage without a due time waits
    outside.
    """
    said, row = fact.says(), row_of(rows)
    if row["status"] == CLOSED:
        return rows
    begun = {"stage": said["stage"], **lateness(row, said)}
    if said["due_at"] is not None:
        return put(rows, "request", **NO_WAIT, **begun, due_at=said["due_at"])
    return put(
        rows,
        "request",
        **begun,
        waits="outside",
        waiting=fact.id,
        waits_since=fact.at,
        chase_at=said["chase_at"],
    )


@REQUESTS.fold("request.found_complex")
def _found_complex(rows: Rows, fact: Fact) -> Rows:
    """`{due_at, late}`; private: note. A complex matter has a longer term."""
    row = row_of(rows)
    if row["status"] == CLOSED:
        return rows
    said = fact.says()
    return put(rows, "request", found_complex=1, due_at=said["due_at"], **lateness(row, said))


@REQUESTS.fold("request.joined")
def _joined(rows: Rows, fact: Fact) -> Rows:
    """`{department, due_at, late}`. A further department takes part; who is responsible stays
    so.
    """
    said, row = fact.says(), row_of(rows)
    if row["status"] == CLOSED:
        return rows
    involved = joining([*joined(row), said["department"]], row["department"])
    return put(rows, "request", involved=involved, due_at=said["due_at"], **lateness(row, said))


@REQUESTS.fold("request.corrected")
def _corrected(rows: Rows, fact: Fact) -> Rows:
    """`{changed, …, due_at, late}`: the names of what was wrong, and what is right; private: the
    words, reason. `scope`: it became confidential, or (None) is so no more.

    What `changed` names and the fact no longer says was erased.
    """
    row, openly = row_of(rows), fact.says()
    said = openly | fact.confides()
    right = {name: said.get(name) for name in openly["changed"]}
    if "due_at" in said and row["status"] != CLOSED:
        right |= {"due_at": said["due_at"], **lateness(row, openly)}
    if "kind" in right:
        right["stage"] = None
    if "department" in right:
        right["involved"] = joining(joined(row), str(right["department"]))
    return put(rows, "request", **right | listed(right))


@REQUESTS.fold("request.first_corrected")
def _first_corrected(rows: Rows, fact: Fact) -> Rows:
    """`{first_responder}`; private: reason. By a lead: the one way in which this changes."""
    row_of(rows)
    return put(rows, "request", first_responder=fact.says()["first_responder"])


@REQUESTS.fold("request.told_reader")
def _told_reader(rows: Rows, fact: Fact) -> Rows:
    """`{channel, result}`. Of a closed request, unless it says otherwise, it is the result; told
    late counts as overdue.
    """
    said, row = fact.says(), row_of(rows)
    result = said.get("result", row["status"] == CLOSED)
    if not result or row["told_at"] is not None:
        return rows
    late = row["tell_by"] is not None and fact.at > row["tell_by"]
    return put(
        rows,
        "request",
        told_at=fact.at,
        told_channel=said["channel"],
        tell_by=None,
        late=max(row["late"], int(late)),
    )


@REQUESTS.fold("request.rated")
def _rated(rows: Rows, fact: Fact) -> Rows:
    """`{minutes, effort, satisfaction}`: what is known afterwards; the last word counts."""
    row_of(rows)
    return put(rows, "request", **{n: v for n, v in fact.says().items() if v is not None})


@REQUESTS.fold("request.agreement_signed")
def _agreement_signed(rows: Rows, fact: Fact) -> Rows:
    """`{lead}`. What a shift lead agreed to by telephone, signed."""
    if row_of(rows)["sign_by"] != fact.says()["lead"]:
        return rows
    return put(rows, "request", sign_by=None, sign_until=None)


@REQUESTS.fold("request.reopened")
def _reopened(rows: Rows, fact: Fact) -> Rows:
    """`{due_at, stage, responsible, late}`; private: reason. The course keeps the old result; the
    row is open again, its term a new one. `responsible`: where it is another.
    """
    said, row = fact.says(), row_of(rows)
    if row["status"] == OPEN:
        return rows
    return put(
        rows,
        "request",
        **NO_RESULT,
        **lateness(row, said),
        status=OPEN,
        responsible=said.get("responsible", row["responsible"]),
        confirmed=1,
        due_at=said["due_at"],
        extended=0,
        stage=said.get("stage", row["stage"]),
        reopened=row["reopened"] + 1,
    )
