"""Rules that were broken, and what came of it: told a second time and plainly."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy import Connection

from db import conduct, merged
from db.clock import moment, stamp
from db.store import driver
from tests.simulation.lines import lines_of


class Stay(Protocol):
    """What a violation is of."""

    how: str | None


CLOCKS = {"away": "too_long", "no_show": "no_show"}
"""why a clock ended a stay, and the violation that this is"""


def without_cause(raw: sqlite3.Connection) -> list[str]:
    """What a clock did is done by a desk that saw the stay, or long after it; a violation that it
    drew has its release, and a release its violation (but of who could not have come); a call keeps
    a seat; a ban has as many violations as it needs.
    """
    facts: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    begun: dict[str, str] = {}
    seen: dict[str, set[str]] = defaultdict(set)
    for act, id, kind, subject, desk, at, actor, data in raw.execute(
        "SELECT act, id, kind, subject, desk, at, actor, data FROM fact WHERE data <> ''"
    ):
        begun[id] = data
        if kind.startswith("seat."):
            stay = json.loads(data).get("sitting", id)
            seen[stay] |= {desk} if kind != "seat.released" else set()
        if actor is None:
            facts[act].append((id, kind, subject, desk, at, data))
    found = []
    for each in facts.values():
        noted = {subject for _, kind, subject, *_ in each if kind == "violation.noted"}
        kept = {id for id, kind, *_ in each if kind == "seat.reserved"}
        drawn = set()
        for _, kind, subject, desk, at, data in each:
            said = json.loads(data)
            if kind in ("seat.released", "room.released"):
                stay = said.get("sitting") or said.get("booking")
                told = begun.get(stay, "{}")
                what = f"violation:{stay}:{CLOCKS.get(said['why'])}"
                drawn.add(what)
                if kind == "seat.released":
                    found += _early(subject, desk, seen[stay], at, json.loads(told))
                    if what not in noted and said["why"] == "away" and "queue" not in told:
                        found.append(f"{said['why']} of {stay} is no violation")
            elif kind == "queue.called" and said["sitting"] not in kept:
                found.append(f"{subject} is called to nothing")
        found += [f"{what} has no cause" for what in sorted(noted - drawn)]
    return [*found, *_bans_without(raw)]


def _early(subject: str, desk: str, whose: set[str], at: str, told: dict[str, Any]) -> list[str]:
    """Another desk may know better, until half a night after the end."""
    until = told.get("until")
    if desk in whose or until is None or moment(at) - moment(until) >= timedelta(hours=5):
        return []
    return [f"{subject} of {sorted(whose)} was released by {desk} at {at}"]


def _bans_without(raw: sqlite3.Connection) -> list[str]:
    found = []
    for subject, needed, violations in raw.execute("SELECT subject, needed, violations FROM ban"):
        known = [
            each
            for each in json.loads(violations)
            if raw.execute("SELECT 1 FROM violation WHERE subject = ?", (each,)).fetchone()
        ]
        if len(known) < needed or (needed and f"violation:{subject[4:].rstrip('+')}" not in known):
            found.append(f"{subject} needs {needed} and has {known}")
    return found


Window = tuple[str, str]


def _windows(raw: sqlite3.Connection, zone: str) -> list[Window]:
    """The exemption windows of a zone, told from the facts."""
    found = []
    for lines in lines_of(raw, "exemption").values():
        now: dict[str, Any] = {}
        for line in lines:
            kind = line.kind.partition(".")[2]
            now |= {"gone": True} if kind == "withdrawn" else line.said
        if "from" in now and "gone" not in now and zone in (now.get("zones") or [zone]):
            found.append((now["from"], now["until"]))
    return sorted(found)


def _stood(windows: Sequence[Window], since: str, due: str) -> str:
    """When a clock ran out, had every second of it stood that fell into a window."""
    left, at = moment(due) - moment(since), moment(since)
    edges = sorted({moment(edge) for window in windows for edge in window if edge > since})
    for edge in [*edges, moment("2999-01-01T00:00:00Z")]:
        stands = any(moment(a) <= at < moment(b) for a, b in windows)
        if not stands and left <= edge - at:
            return stamp(at + left)
        left, at = left if stands else left - (edge - at), edge
    raise AssertionError("clocks do not stand for ever")


def _counts(raw: sqlite3.Connection, violation: str, known: Mapping[str, Stay]) -> bool:
    line = raw.execute(
        "SELECT zone, since, due, at, status FROM violation WHERE subject = ?", (violation,)
    ).fetchone()
    cause = violation.split(":")[1]
    begun = raw.execute("SELECT kind FROM fact WHERE id = ?", (cause,)).fetchone()
    if line is None or line[4] not in ("confirmed", "appealed"):
        return False
    if begun is not None and (cause not in known or known[cause].how == "void"):
        return False
    zone, since, due, at, _ = line
    windows = _windows(raw, zone)
    if since and due:
        return bool(_stood(windows, since, due) <= at)
    return not any(first <= at < until for first, until in windows)


def wrong_bans(connection: Connection, known: Mapping[str, Stay]) -> list[str]:
    """Who is barred at the begin and shortly before the end of each ban, reckoned anew."""
    raw, found = driver(connection), []
    bans = raw.execute(
        "SELECT patron, since, until, needed, violations, zones, lifted_at FROM ban"
    ).fetchall()
    for patron, since, until, *_ in bans:
        head = merged.head(raw, patron)
        for at in (since, stamp(moment(until) - timedelta(seconds=1))):
            should = [
                over
                for whose, begins, over, needed, violations, zones, lifted in bans
                if _of(raw, head, whose)
                and begins <= at < over
                and lifted is None
                and "hall" in (json.loads(zones) if zones else ["hall"])
                and sum(_counts(raw, v, known) for v in json.loads(violations)) >= needed
            ]
            held = conduct.banned(connection, head, "hall", at)
            if held != max(should, default=None):
                found.append(f"{head} is barred at {at} until {held}, not {should}")
    return found


def _of(raw: sqlite3.Connection, head: str, number: str) -> bool:
    """Whether a number is a person's who is known by another now."""
    way = [number]
    while way[-1] != head:
        line = raw.execute("SELECT merged_into FROM reader WHERE subject = ?", way[-1:]).fetchone()
        if line is None or line[0] is None or line[0] in way:
            return False
        way.append(line[0])
    return True


def fallen(connection: Connection) -> int:
    """How many bans have not enough violations that count any more."""
    raw = driver(connection)
    bans = raw.execute("SELECT needed, violations FROM ban WHERE lifted_at IS NULL").fetchall()
    return sum(not conduct.stands(raw, *ban) for ban in bans)
