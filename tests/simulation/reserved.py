"""Who had which room, who came, who waited: told a second time and plainly."""

import json
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from db.facts import Stub
from tests.simulation.lines import Line, in_force, lines_of, resting
from tests.simulation.registers import told
from tests.simulation.sittings import crossed, overlap

OPENS = ("room.arrived", "room.opened", "room.extended")


@dataclass
class Booking:
    """One room for a time, or a wait for it."""

    id: str
    subject: str
    patron: str | None
    status: str
    begins: str
    until: str
    hold: str | None
    least: int
    words: str | None
    came: set[str] = field(default_factory=set)
    ended: str | None = None
    how: str | None = None
    aside: set[str] = field(default_factory=set)
    beside: set[str] = field(default_factory=set)

    def ends(self, at: str, how: str) -> None:
        if self.status != "over":
            self.status, self.ended, self.how = "over", at, how

    def span(self) -> tuple[str, str] | None:
        """When it was, or is to be, somebody's; None if that never came about."""
        was = self.status in ("booked", "in_use") or self.how in ("left", "time_up")
        if not was and not self.aside:
            return None
        return self.begins, min(self.ended or self.until, self.until)


def _room(now: dict[Any, Any], line: Line) -> None:
    said, kind = line.said, line.kind.removeprefix("room.")
    if kind in ("booked", "awaited"):
        status = "booked" if kind == "booked" else "waiting"
        times = (said["from"], said["until"], said.get("hold_until"))
        words = line.private.get("words")
        new = Booking(line.id, "", said["patron"], status, *times, said["least"], words)
        new.beside |= set(said.get("beside", ()))
        now[line.id] = new
        return
    booking: Booking = now[said["booking"]]
    if kind in ("ended", "released", "cancelled", "put_aside", "both_right"):
        _over(booking, kind, line)
        return
    match kind:
        case "promoted" if booking.status == "waiting":
            booking.status, booking.begins, booking.hold = (
                "booked",
                said["from"],
                said["hold_until"],
            )
            booking.beside |= set(said.get("beside", ()))
        case "arrived":
            booking.came.add(said["patron"])
            if len(booking.came) >= booking.least and booking.status == "booked":
                booking.status = "in_use"
        case "opened" if booking.status == "booked":
            booking.status = "in_use"
        case "extended" if booking.status != "over":
            booking.until = max(booking.until, said["until"])


def _over(booking: Booking, kind: str, line: Line) -> None:
    said = line.said
    match kind:
        case "ended":
            booking.ends(said.get("ended_at") or line.at, said["how"])
        case "released":
            booking.ends(said["ended_at"], said["why"])
        case "cancelled":
            booking.ends(line.at, "withdrawn" if "undoes" in said else "cancelled")
        case "put_aside":
            booking.ends(line.at, "void")
            booking.how = "void"
            booking.aside.add(said["for"])
        case "both_right":
            booking.beside.add(said["other"])


def wrong(raw: sqlite3.Connection) -> list[str]:
    """Where bookings and crossings are not what the facts say."""
    gone = resting(raw)
    should, held = {}, {}
    for subject, lines in lines_of(raw, "room").items():
        for id, booking in told(_room, in_force(lines)).items():
            booking.subject = subject
            should[id] = booking
    for (
        subject,
        id,
        patron,
        status,
        *times,
        least,
        words,
        came,
        ended,
        how,
        aside,
        beside,
    ) in raw.execute(
        "SELECT subject, id, patron, status, from_, until, hold_until, least, words, arrived, "
        "ended_at, how, aside, stands FROM booking"
    ):
        if subject not in gone:
            begins, until, hold = times
            sets = ({*json.loads(each or "{}")} for each in (aside, beside))
            here = {*json.loads(came)}
            held[id] = Booking(
                id, subject, patron, status, begins, until, hold, least, words, here,
                ended, how, *sets,
            )  # fmt: skip
    found = [
        f"booking {id} is {held.get(id)}, not {should.get(id)}"
        for id in sorted(should.keys() | held.keys())
        if held.get(id) != should.get(id)
    ]
    return found if gone else [*found, *crossed(raw, "booking", should)]


def clash(one: Stub, other: Stub) -> bool:
    """Two bookings that want the room at one time; one that is given up and held to, or longer."""
    facts = [(each.kind, json.loads(each.data), each.id) for each in (one, other)]
    (kind, first, id), (behind, second, other_id) = facts
    same = first.get("booking", id) == second.get("booking", other_id)
    if "from" in first and "from" in second and "room.awaited" not in (kind, behind):
        times = ((said["from"], said["until"]) for said in (first, second))
        if not same and overlap(*times):
            return True
    gives_up = {
        "room.ended": ("room.extended",),
        "room.cancelled": OPENS,
        "room.released": OPENS,
    }
    return same and (behind in gives_up.get(kind, ()) or kind in gives_up.get(behind, ()))
