"""The staff list: who comes, changes, gets a PIN and leaves, by administrators apart."""

import sqlite3
from collections.abc import Sequence
from random import Random
from typing import Any

from sqlalchemy import Connection

from db.facts import Book, Stub, canonical
from db.ledger import Ledger
from db.staff import LISTS, STAFF
from db.store import driver
from deskapp import staff
from deskapp.desk import Desk, Role
from tests.clashing import open_clashes
from tests.simulation import words
from tests.simulation.lines import Line, in_force, lines_of
from tests.simulation.requests import DEPARTMENTS, library
from tests.simulation.world import settle

BADGES = ("1001", "1002", "1003", "1004")
COLUMNS = ("badge", "name", "role", *LISTS, "active", "pin")


class People:
    """Few badges, so that desks meet. Whoever leaves is erased by it, and with them their PIN."""

    books: Sequence[Book] = (STAFF,)
    persons: Sequence[str] = ("reader:nobody",)

    def prepare(self, raw: sqlite3.Connection) -> None:
        pass

    def act(self, rng: Random, ledger: Ledger) -> None:
        with ledger.store.reading() as connection:
            (code,) = driver(connection).execute("SELECT desk FROM place").fetchone()
            waiting = open_clashes(connection)
        profile, calendars = library()
        desk = Desk(ledger, profile, code, code, calendars=calendars)
        there = staff.everybody(desk)
        keepers = [each for each in there if each.role is Role.ADMINISTRATOR]
        if keepers:
            desk = desk.signed_in(rng.choice(keepers))
        if not there or rng.random() < 0.5:
            staff.enter(desk, _entry(rng))
        elif waiting and rng.random() < 0.3:
            with desk.act() as act:
                settle(rng, act, waiting)
        elif rng.random() < 0.5:
            staff.leave(desk, rng.choice(there).id)
        else:
            with desk.act() as act:  # as `staff.set_pin`, which takes its time
                one, said = rng.choice(there).id, {"hash": f"w{rng.getrandbits(64):016x}"}
                act.record("staff.pin_set", one, person=one, private=said)

    def invariants(self, connection: Connection) -> list[str]:
        raw = driver(connection)
        rows = {
            subject: dict(zip(COLUMNS, values, strict=True))
            for subject, *values in raw.execute(f"SELECT subject, {', '.join(COLUMNS)} FROM staff")
        }
        should = {
            subject: told
            for subject, lines in lines_of(raw, "staff").items()
            if (told := _told(in_force(lines)))
        }
        return [
            f"{subject} is {rows.get(subject)}, not {should.get(subject)}"
            for subject in sorted(rows.keys() | should.keys())
            if rows.get(subject) != should.get(subject)
        ]

    def at_rest(self, connection: Connection) -> list[str]:
        return []

    def clash(self, one: Stub, other: Stub) -> bool:
        """Two changes, or a change and a farewell."""
        return {one.kind, other.kind} <= {"staff.changed", "staff.left"}

    def words(self, private: str) -> list[str]:
        return words.of(private)


def _entry(rng: Random) -> staff.Entry:
    role = rng.choice((Role.LIBRARIAN, Role.SHIFT_LEAD, Role.ADMINISTRATOR))
    departments = tuple(each for each in DEPARTMENTS if rng.random() < 0.5)
    return staff.Entry(rng.choice(BADGES), f"馆员{rng.randrange(4)}", role, departments)


def _told(lines: Sequence[Line]) -> dict[str, Any]:
    """How somebody stands on the list, told a second time and plainly."""
    now: dict[str, Any] = {}
    if not lines or lines[0].kind != "staff.entered":
        return now  # it has not come yet, or is not what was signed
    for line in lines:
        match line.kind:
            case "staff.entered":
                now = {**line.said, "active": 1, "pin": None}
            case "staff.changed":
                now |= line.said
            case "staff.left":
                now |= {"active": 0, "pin": None}
            case "staff.pin_set":
                now["pin"] = line.private.get("hash")
    return {name: canonical(said) if name in LISTS else said for name, said in now.items()}
