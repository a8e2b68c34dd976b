"""What happens between log and end of a request, told a second time and plainly."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.simulation.lines import Line
    from tests.simulation.matters import Matter

Step = Callable[["Matter", "Line", dict[str, Any]], None]


def counts_late(now: "Matter", said: dict[str, Any]) -> None:
    now.late = max(now.late, said["late"])


def waits_no_more(now: "Matter") -> None:
    now.waits = now.waiting = now.waits_since = now.chase_at = None


def extended(now: "Matter", line: "Line", said: dict[str, Any]) -> None:
    now.due_at, now.extended = said["due_at"], now.extended + 1
    counts_late(now, said)


def waiting(now: "Matter", line: "Line", said: dict[str, Any]) -> None:
    now.waits, now.waiting = said["for"], line.id
    now.waits_since, now.chase_at = line.at, said["chase_at"]
    counts_late(now, said)


def chased(now: "Matter", line: "Line", said: dict[str, Any]) -> None:
    if now.waiting == said["waiting"]:
        now.chase_at = said["chase_at"]


def resumed(now: "Matter", line: "Line", said: dict[str, Any]) -> None:
    if now.waiting == said["waiting"]:
        waits_no_more(now)
        now.due_at = said["due_at"]
        counts_late(now, said)


def staged(now: "Matter", line: "Line", said: dict[str, Any]) -> None:
    now.stage = said["stage"]
    if said["due_at"]:
        waits_no_more(now)
        now.due_at = said["due_at"]
        counts_late(now, said)
    else:
        waiting(now, line, {**said, "for": "outside"})


def found_complex(now: "Matter", line: "Line", said: dict[str, Any]) -> None:
    now.found_complex, now.due_at = 1, said["due_at"]
    counts_late(now, said)


def _others(now: "Matter", departments: set[str]) -> None:
    now.involved = json.dumps(sorted(departments)) if departments else None


def undertakes(now: "Matter", department: str) -> None:
    """One that takes part already changes places with the one that did so."""
    there = set(json.loads(now.involved)) if now.involved else set()
    if department in there:
        _others(now, (there | {now.department}) - {department})
    now.department = department


def joined(now: "Matter", line: "Line", said: dict[str, Any]) -> None:
    there = set(json.loads(now.involved)) if now.involved else set()
    if said["department"] != now.department:
        _others(now, there | {said["department"]})
    now.due_at = said["due_at"]
    counts_late(now, said)


WHILE_OPEN: dict[str, Step] = {
    "extended": extended,
    "waiting": waiting,
    "chased": chased,
    "resumed": resumed,
    "staged": staged,
    "found_complex": found_complex,
    "joined": joined,
}


def corrected(now: "Matter", line: "Line") -> None:
    everything = {**line.said, **line.private}
    for name in line.said["changed"]:
        setattr(now, name, everything.get(name))
        if name == "kind":
            now.stage = None
    if now.status == "open" and "due_at" in line.said:
        now.due_at = line.said["due_at"]
        counts_late(now, line.said)


def told_reader(now: "Matter", line: "Line") -> None:
    if not line.said.get("result", now.status == "closed") or now.told_at:
        return
    if now.tell_by and line.at > now.tell_by:
        now.late = 1
    now.told_at, now.told_channel, now.tell_by = line.at, line.said["channel"], None


def rated(now: "Matter", line: "Line") -> None:
    for name in ("minutes", "effort", "satisfaction"):
        if line.said[name] is not None:
            setattr(now, name, line.said[name])


def withdrawn(now: "Matter", line: "Line") -> None:
    now.no_result()
    now.waits_for_nobody()
    waits_no_more(now)
    now.status, now.closed_by = "closed", line.said["by"]


def agreement_signed(now: "Matter", line: "Line") -> None:
    if now.sign_by == line.said["lead"]:
        now.sign_by = now.sign_until = None


EVER: dict[str, Callable[["Matter", "Line"], None]] = {
    "corrected": corrected,
    "told_reader": told_reader,
    "rated": rated,
    "agreement_signed": agreement_signed,
    "withdrawn": withdrawn,
}
