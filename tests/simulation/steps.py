"""What happens between log and end of a request, told a second time and plainly."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.simulation.matters import Line, Matter

Step = Callable[["Matter", "Line", dict[str, Any]], None]


def waits_no_more(now: "Matter") -> None:
    now.waits = now.waiting = now.waits_since = now.chase_at = None


def extended(now: "Matter", line: "Line", said: dict[str, Any]) -> None:
    now.due_at, now.extended = said["due_at"], now.extended + 1
    now.late = now.late or said["late"]


def waiting(now: "Matter", line: "Line", said: dict[str, Any]) -> None:
    now.waits, now.waiting = said["for"], line.id
    now.waits_since, now.chase_at = line.at, said["chase_at"]


def chased(now: "Matter", line: "Line", said: dict[str, Any]) -> None:
    if now.waiting == said["waiting"]:
        now.chase_at = said["chase_at"]


def resumed(now: "Matter", line: "Line", said: dict[str, Any]) -> None:
    if now.waiting == said["waiting"]:
        waits_no_more(now)
        now.due_at = said["due_at"]


def staged(now: "Matter", line: "Line", said: dict[str, Any]) -> None:
    now.stage = said["stage"]
    if said["due_at"]:
        waits_no_more(now)
        now.due_at = said["due_at"]
    else:
        waiting(now, line, {"for": "outside", "chase_at": said["chase_at"]})


def found_complex(now: "Matter", line: "Line", said: dict[str, Any]) -> None:
    now.found_complex, now.due_at = 1, said["due_at"]


def joined(now: "Matter", line: "Line", said: dict[str, Any]) -> None:
    there = set(json.loads(now.involved)) if now.involved else set()
    now.involved = json.dumps(sorted(there | {said["department"]}))
    now.due_at = said["due_at"]


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


def told_reader(now: "Matter", line: "Line") -> None:
    if now.status != "closed" or now.told_at:
        return
    if now.tell_by and line.at > now.tell_by:
        now.late = 1
    now.told_at, now.told_channel, now.tell_by = line.at, line.said["channel"], None


def rated(now: "Matter", line: "Line") -> None:
    for name in ("minutes", "effort", "satisfaction"):
        if line.said[name] is not None:
            setattr(now, name, line.said[name])


def undone(now: "Matter", line: "Line") -> None:
    """An act undone by whoever did it: as it was before."""
    said = line.said
    offer = said.get("offer") or {}
    match said["what"]:
        case "closed" if now.status == "closed":
            now.status = "open"
            now.no_result()
        case "offered" if now.status == "open" and now.offer == said["undoes"]:
            now.waits_for_nobody()
            now.back = "taken_back"
        case "accepted" if now.status == "open" and max(now.signed, default="") == offer["offer"]:
            now.offered_again(offer)
            now.responsible, now.department = said["responsible"], said["department"]
            now.accepted_before(said["taken"], said["responsible"])
            now.confirmed = 1
        case "sent_back" if now.status == "open":
            now.offered_again(offer)


def withdrawn(now: "Matter", line: "Line") -> None:
    now.no_result()
    now.waits_for_nobody()
    waits_no_more(now)
    now.status, now.closed_by = "closed", line.said["by"]


def agreement_signed(now: "Matter", line: "Line") -> None:
    if now.sign_by == line.said["lead"]:
        now.sign_by = None


EVER: dict[str, Callable[["Matter", "Line"], None]] = {
    "corrected": corrected,
    "told_reader": told_reader,
    "rated": rated,
    "agreement_signed": agreement_signed,
    "undone": undone,
    "withdrawn": withdrawn,
}
