"""Shifts, tallies, looks, found and lent things, told a second time and plainly."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from db.facts import Stub
from tests.simulation.lines import Line, in_force, lines_of, resting

Now = dict[Any, Any]
"""How a subject stands, by what a sentence about it would name."""

ENDINGS = {"found.collected": "collected", "found.passed_on": "passed_on"} | {
    "found.disposed": "disposed",
    "found.withdrawn": "withdrawn",
}


def _shift(now: Now, line: Line) -> None:
    said, kind = line.said, line.kind.removeprefix("shift.")
    if kind == "opened":
        now |= {"by": said["by"], "ended": None, "absent": 0}
        return
    _ = now["by"]
    if kind in ("joined", "left"):
        _duty(now, line)
    elif kind == "note":
        now["note", line.id] = line.private.get("words")
    elif kind == "handed_over":
        words = (line.private.get("other"), line.private.get("faults"))
        now["left", line.id] = (said["by"], said["visitors"], *words)
        now["signed", line.id] = None
    elif kind == "taken_over":
        _signed(now, line)
    if (kind == "closed" or said.get("absent") is not None) and now["ended"] is None:
        now |= {"ended": said["by"], "absent": int(kind == "taken_over")}


def _duty(now: Now, line: Line) -> None:
    who = ("duty", line.said["staff"])
    if line.kind == "shift.joined":
        now[who] = (line.at, None, None)
    elif now[who][1] is None:
        now[who] = (now[who][0], line.at, line.said["kept"])


def _signed(now: Now, line: Line) -> None:
    for id in line.said["signed"]:
        if ("left", id) in now:
            now["signed", id] = now["signed", id] or line.said["by"]
    for staff in line.said["absent"] or ():
        since, until, kept = now.get(("duty", staff), ("", "never here", None))
        if until is None:
            now["duty", staff] = (since, line.at, kept)


def _tally(now: Now, line: Line) -> None:
    what = line.said["what"]
    if line.kind == "tally.counted":
        now[what] = now.get(what, 0) + 1
    else:
        slips = now.setdefault("slips", set())
        now[what] -= line.said["undoes"] not in slips
        slips.add(line.said["undoes"])


def _look(now: Now, line: Line) -> None:
    now |= {"patron": line.said["patron"], "what": line.said["what"], "by": line.actor}


def _found(now: Now, line: Line) -> None:
    said, private = line.said, line.private
    if line.kind == "found.logged":
        now |= {"what": private.get("what"), "finder": private.get("finder")}
        now |= {"patron": said["patron"], "status": "kept", "told": None}
        now |= {"taker": None, "taker_patron": None, "to": None}
        return
    here = now["status"] == "kept"
    if line.kind == "found.told":
        now["told"] = now["told"] or line.at
    elif line.kind == "found.put_back":
        now |= {"status": "kept", "taker": None, "taker_patron": None, "to": None}
    elif here:
        now |= {"status": ENDINGS[line.kind], "to": said.get("to")}
        now |= {"taker": private.get("taker"), "taker_patron": said.get("patron")}


def _lent(now: Now, line: Line) -> None:
    match line.kind:
        case "lent.lent":
            now |= {"thing": line.said["thing"], "patron": line.said["patron"]}
            now |= {"name": line.private.get("name"), "status": "out", "by": None}
        case "lent.returned" if now["status"] != "back":
            now |= {"status": "back", "by": line.actor}
        case "lent.missing" if now["status"] == "out":
            now |= {"status": "missing", "by": line.actor}


TELLERS: dict[str, Callable[[Now, Line], None]] = {
    "shift": _shift,
    "tally": _tally,
    "look": _look,
    "found": _found,
    "lent": _lent,
}


def told(tell: Callable[[Now, Line], None], lines: Iterable[Line]) -> Now:
    """How a subject stands after these facts; what speaks of something unheard of waits for it."""
    now: Now = {}
    waiting: list[Line] = []
    for line in lines:
        waiting.append(line)
        place = 0
        while place < len(waiting):
            try:
                tell(now, waiting[place])
            except KeyError:
                place += 1
            else:
                del waiting[place]
                place = 0
    now.pop("slips", None)
    return now


def wrong(raw: sqlite3.Connection) -> list[str]:
    """Where the tables are not what the facts say."""
    held = _held(raw)
    should = {
        subject: now
        for book, tell in TELLERS.items()
        for subject, lines in lines_of(raw, book).items()
        if (now := told(tell, in_force(lines)))
    }
    return [
        f"{subject} is {held.get(subject)}, not {should.get(subject)}"
        for subject in sorted((held.keys() | should.keys()) - resting(raw))
        if held.get(subject) != should.get(subject)
    ]


def _held(raw: sqlite3.Connection) -> dict[str, Now]:
    held: dict[str, Now] = {}
    for subject, by, ended, absent in raw.execute(
        "SELECT subject, opened_by, closed_by, absent FROM shift"
    ):
        held[subject] = {"by": by, "ended": ended, "absent": absent}
    for subject, staff, *times in raw.execute(
        "SELECT subject, staff, since, until, kept FROM duty"
    ):
        held[subject]["duty", staff] = tuple(times)
    for subject, id, words in raw.execute("SELECT subject, id, words FROM shift_note"):
        held[subject]["note", id] = words
    for subject, id, signed, *left in raw.execute(
        "SELECT subject, id, signed_by, by, visitors, other, faults FROM shift_handover"
    ):
        held[subject] |= {("left", id): tuple(left), ("signed", id): signed}
    for subject, what, count in raw.execute("SELECT subject, what, count FROM tally"):
        held.setdefault(subject, {})[what] = count
    for table, columns in (
        ("look", {"patron": "patron", "what": "what", "by": "by"}),
        ("found_thing", {n: n for n in ("what", "finder", "patron", "status", "taker")}
         | {"told": "told_at", "taker_patron": "taker_patron", "to": "passed_to"}),
        ("lent_thing", {n: n for n in ("thing", "patron", "name", "status")} | {"by": "ended_by"}),
    ):  # fmt: skip
        for subject, *values in raw.execute(
            f"SELECT subject, {', '.join(columns.values())} FROM {table}"
        ):
            held[subject] = dict(zip(columns, values, strict=True))
    return held


def clash(one: Stub, other: Stub) -> bool:
    """Two who signed for the same keys; two who gave one thing away, or one who took that back."""
    kinds = Counter((one.kind, other.kind))
    first, second = json.loads(one.data), json.loads(other.data)
    if kinds == {"shift.taken_over": 2}:
        return first["by"] != second["by"] and not set(first["signed"]).isdisjoint(second["signed"])
    given = [kind for kind in kinds if kind in ENDINGS]
    if len(given) == len(kinds) == 1:
        same_reader = first == second and first.get("patron") is not None
        return not (same_reader or (first == second and given != ["found.collected"]))
    return bool(given) and set(kinds) <= {*ENDINGS, "found.put_back"}
