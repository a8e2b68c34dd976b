"""Sign-ups (报名), tickets (票) and admissions (签到): what one person has to do with one event.

A subject is one person at one event, `signup:<event>:<who>`: what cannot be had twice. `who` is an
HMAC under the event's own key, of a reader's number or of the telephone of who is none, so that a
volunteer's laptop that knows no reader names the same person as a desk does.

Admissions are a set: which of them counts says the clock, corrected by what the centre knows of
each desk's, and never the order in which doors were heard of.
"""

import hmac
import json
from datetime import timedelta
from typing import Any

from sqlmodel import SQLModel

from db import doubles
from db.clock import moment, stamp
from db.doubles import of_ticket
from db.events import event_of
from db.facts import Book, Fact, Row, Rows, canonical, drafted, put
from db.signup_clashes import clash, together
from db.signup_rows import (
    CANCELLED,
    IN,
    INWARD,
    LISTED,
    OUTWARD,
    VOID,
    WAITING,
    WHOLE,
    Admission,
    Presence,
    Signup,
    Ticket,
)

__all__ = [
    "CANCELLED",
    "IN",
    "INWARD",
    "LISTED",
    "OUTWARD",
    "VOID",
    "WAITING",
    "WHOLE",
    "of_ticket",
]


def event_key(library_key: bytes, event: str) -> bytes:
    """The key of one event: a laptop that has it can name nobody at any other."""
    return hmac.digest(library_key, f"event\x1f{event}".encode(), "sha256")


def subject_of(key: bytes, event: str, known: str, generation: int = 0) -> str:
    """One person at an event (`event:<id>`): by their number, or by their telephone. `key` is the
    event's. Erasure raises the generation, as of readers.
    """
    content = f"{known.upper()}\x1f{generation}".encode()
    who = hmac.new(key, content, "sha256").hexdigest()[:32]
    return f"signup:{event.partition(':')[2]}:{who}"


draft = drafted
_TABLES: tuple[type[SQLModel], ...] = (Signup, Ticket, Admission, Presence)
SIGNUPS = Book(
    "signup",
    _TABLES,
    clashes=clash,
    together=together,
    follow=doubles.follow,
    empty=doubles.empty,
    check=doubles.check,
    clocked=True,
)


# folds


def _told(fact: Fact, **said: Any) -> dict[str, Any]:
    """What every row of a subject says."""
    return {"event": event_of(fact.subject), **said}


def _signup(rows: Rows, fact: Fact) -> tuple[str, Row]:
    """LookupError (and so a fault) while the sign-up has not arrived."""
    session = str(fact.says()["session"])
    return session, rows["signup", session]


def _changed(rows: Rows, fact: Fact, **values: Any) -> Rows:
    session, _ = _signup(rows, fact)
    return _reckoned(put(rows, "signup", session, **values))


@SIGNUPS.fold("signup.made")
def _made(rows: Rows, fact: Fact) -> Rows:
    """`{session, patron, places, waiting, source, asked_at}`; private: name, phone, number,
    answers. Made twice it is one, and has its place where one of them had; made again after it was
    given up it stands again.
    """
    said, words = fact.says(), fact.confides()
    session, status = str(said["session"]), WAITING if said.get("waiting") else IN
    known = rows.get(("signup", session))
    if known is not None and known["status"] in (IN, WAITING):
        one = {"made": min(known["made"], fact.id)}
        if status == IN and known["status"] == WAITING:
            one["status"] = IN
        return put(rows, "signup", session, **one)
    answers = words.get("answers")
    return _reckoned(
        put(
            rows,
            "signup",
            session,
            **_told(fact, patron=said.get("patron"), places=int(said.get("places", 1))),
            **{name: words.get(name) for name in ("name", "phone", "number")},
            answers=canonical(answers) if answers else None,
            status=status,
            source=said["source"],
            desk=fact.desk,
            asked_at=said.get("asked_at") or fact.at,
            made=fact.id,
            made_at=fact.at,
            made_by=fact.actor,
            **dict.fromkeys(("promoted_at", "told_place_at", "ended_at", "ended_by", "why")),
            **dict.fromkeys(("aside", "stands")),
        )
    )


@SIGNUPS.fold("signup.promoted")
def _promoted(rows: Rows, fact: Fact) -> Rows:
    """`{session}`: up from the waiting list (候补递补)."""
    _, row = _signup(rows, fact)
    if row["status"] != WAITING:
        return rows
    return _changed(rows, fact, status=IN, promoted_at=fact.at)


@SIGNUPS.fold("signup.cancelled")
def _cancelled(rows: Rows, fact: Fact) -> Rows:
    """`{session, why}`: by who had signed up, or by the library."""
    _, row = _signup(rows, fact)
    if row["status"] not in (IN, WAITING):
        return rows
    ended = {"ended_at": fact.at, "ended_by": fact.actor, "why": fact.says().get("why")}
    return _changed(rows, fact, status=CANCELLED, **ended)


@SIGNUPS.fold("signup.withdrawn")
def _withdrawn(rows: Rows, fact: Fact) -> Rows:
    """`{session, undoes, by}`: it was entered by mistake."""
    return _changed(rows, fact, status=VOID, ended_at=fact.at, ended_by=fact.actor, why=None)


def _settled(rows: Rows, fact: Fact, name: str, other: str, **values: Any) -> Rows:
    """Which of two sign-ups of one person stands (`doubles`): of what was made since, nothing."""
    said = fact.says()
    _, row = _signup(rows, fact)
    if row["made"] != said["made"]:
        return rows
    known = json.loads(row[name]) if row[name] else {}
    known = {**known, str(said[other]): min(fact.id, known.get(said[other], fact.id))}
    return _changed(rows, fact, **{name: canonical(known)}, **values)


@SIGNUPS.fold("signup.put_aside")
def _put_aside(rows: Rows, fact: Fact) -> Rows:
    """`{session, made, for}`, by the facts that made them: the person has the other sign-up, and
    this one no people.
    """
    ended = {"status": VOID, "ended_at": fact.at, "ended_by": fact.actor}
    return _settled(rows, fact, "aside", "for", **ended)


@SIGNUPS.fold("signup.both_right")
def _both_right(rows: Rows, fact: Fact) -> Rows:
    """`{session, made, other}`: both are to stand."""
    return _settled(rows, fact, "stands", "other")


@SIGNUPS.fold("signup.changed")
def _amended(rows: Rows, fact: Fact) -> Rows:
    """`{session, places}`; private: name, phone, answers, or those that are `added` to them, as at
    a door that need not know them. What is not said stays.
    """
    said, words = fact.says(), fact.confides()
    values: dict[str, Any] = {name: words[name] for name in ("name", "phone") if name in words}
    if "answers" in words:
        values["answers"] = canonical(words["answers"])
    if "added" in words:
        _, row = _signup(rows, fact)
        known = json.loads(row["answers"]) if row.get("answers") else {}
        values["answers"] = canonical({**known, **words["added"]})
    if "places" in said:
        values["places"] = int(said["places"])
    return _changed(rows, fact, **values)


@SIGNUPS.fold("signup.identified")
def _identified(rows: Rows, fact: Fact) -> Rows:
    """`{session, patron}`: who walked in, or filled a form in, is this reader."""
    return _changed(rows, fact, patron=fact.says()["patron"])


@SIGNUPS.fold("signup.told")
def _was_told(rows: Rows, fact: Fact) -> Rows:
    """`{session}`, and of what moment they know: `change`, when their session changed; or `place`,
    when they moved up or their place was taken back, without which it is all until then.
    """
    said, (_, row) = fact.says(), _signup(rows, fact)
    name = "told_change" if "change" in said else "told_place_at"
    at = str(said.get("change") or said.get("place") or fact.at)
    return _changed(rows, fact, **{name: max(at, row[name] or "")})


@SIGNUPS.fold("ticket.issued")
def _issued(rows: Rows, fact: Fact) -> Rows:
    """`{serial, session, code}`, in place of another `{replaces}`."""
    said = fact.says()
    serial, replaces = str(said["serial"]), said.get("replaces")
    if ("ticket", serial) in rows:
        return rows
    issued = {"issued_at": fact.at, "issued_by": fact.actor}
    row = _told(fact, session=said["session"], code=said["code"], **issued)
    rows = put(rows, "ticket", serial, **row)
    if replaces is None:
        return rows
    known = rows["ticket", str(replaces)]
    ended = known["revoked_at"] or fact.at
    return put(rows, "ticket", str(replaces), revoked_at=ended, replaced_by=serial)


@SIGNUPS.fold("ticket.revoked")
def _revoked(rows: Rows, fact: Fact) -> Rows:
    """`{serial, why}`"""
    said = fact.says()
    if rows["ticket", str(said["serial"])]["revoked_at"] is not None:
        return rows
    return put(rows, "ticket", str(said["serial"]), revoked_at=fact.at, why=said.get("why"))


def corrected(fact: Fact) -> str:
    """When it was by the centre's clock, as far as that is known."""
    if not fact.skew:
        return fact.at
    return stamp(moment(fact.at) + timedelta(milliseconds=fact.skew))


def _passed(rows: Rows, fact: Fact, way: str) -> Rows:
    said = fact.says()
    if ("signup", WHOLE) not in rows and ("signup", str(said["session"])) not in rows:
        raise LookupError(fact.subject)
    row = {name: said[name] for name in ("session", "door")}
    row |= {"heads": int(said.get("heads", 1)), "how": said.get("how", LISTED), "way": way}
    times = {"at": fact.at, "corrected": corrected(fact), "skew": fact.skew}
    if "came_at" in said:
        at = str(said["came_at"])
        times = {"at": at, "corrected": at, "skew": None}
    who = {"desk": fact.desk, "actor": fact.actor}
    return _reckoned(put(rows, "admission", fact.id, **_told(fact, **row), **times, **who))


@SIGNUPS.fold("door.admitted")
def _admitted(rows: Rows, fact: Fact) -> Rows:
    """`{session, door, heads, how, serial}`; the time is the fact's own, or `came_at` of who was
    put on record afterwards (补录), off a sheet. Where a question had to be answered first,
    `signup.changed` stands beside it.
    """
    return _passed(rows, fact, INWARD)


@SIGNUPS.fold("door.left")
def _left(rows: Rows, fact: Fact) -> Rows:
    """`{session, door, heads, how, serial}`"""
    return _passed(rows, fact, OUTWARD)


def _reckoned(rows: Rows) -> Rows:
    """What the admissions come to, session by session, in the order of the corrected times."""
    scans = sorted(
        ((row["corrected"], key[1], row) for key, row in rows.items() if key[0] == "admission"),
        key=lambda each: each[:2],
    )
    for session in sorted({str(row["session"]) for _, _, row in scans}):
        signup = rows.get(("signup", session)) or rows["signup", WHOLE]
        places = signup["places"] if signup["aside"] is None else 0
        came = inside = 0
        first: tuple[str, str, Row] | None = None
        for scan in scans:
            _, _, row = scan
            if row["session"] != session:
                continue
            if row["way"] == OUTWARD:
                inside = max(0, inside - row["heads"])
                continue
            came = min(places, came + row["heads"])
            inside = min(places, inside + row["heads"])
            if first is None or first[2]["how"] == LISTED != row["how"]:
                first = scan  # a door knows better when that was than a sheet
        rows = put(
            rows,
            "presence",
            session,
            event=signup["event"],
            came=came,
            inside=inside,
            first=first[1] if first else None,
            first_at=first[0] if first else None,
            first_door=first[2]["door"] if first else None,
        )
    return rows
