"""What two desks do apart to one room on one day: which of it clashes, what becomes of the rest."""

import re
from collections.abc import Mapping
from itertools import product
from typing import Any

from db.folding import facts_of
from db.room_clashes import PAIRS, called
from db.rooms import ROOMS, Booking
from db.rows import load
from db.store import driver
from tests.clashing import open_clashes
from tests.library import Library, differs_from_ledger, stored, utc

Done = tuple[str, Mapping[str, Any]]


def at(hour: int) -> str:
    return utc(f"2026-11-23 {hour:02}:00")


def time(begin: int, end: int) -> dict[str, str]:
    return {"from": at(begin), "until": at(end)}


def booking(begin: int, end: int, patron: str = "reader:a") -> dict[str, Any]:
    return {**time(begin, end), "patron": patron, "heads": 3, "least": 2, "hold_until": at(begin)}


def sides(held: str, waits: str, ended: str, ending: str, place: int = 0) -> dict[str, Done]:
    """What a desk may do where 9–10 is booked, somebody waits for 10–11, 11–12 was given up.
    `place`: which room; each has readers of its own, who are nowhere twice.
    """
    back = {"booking": ended, "undoes": ending, "by": "staff:li", **time(11, 12)}
    return {
        "book 8": ("booked", booking(8, 9, f"reader:a{place}")),
        "book 10": ("booked", booking(10, 11, f"reader:a{place}")),
        "book 10 to 12": ("booked", booking(10, 12, f"reader:b{place}")),
        "import 10": ("booked", {**booking(10, 11, f"reader:c{place}"), "booking": "import:1"}),
        "await": ("awaited", booking(9, 10, f"reader:d{place}")),
        "promote": ("promoted", {"booking": waits, "hold_until": at(10), **time(10, 11)}),
        "arrive": ("arrived", {"booking": held, "patron": f"reader:e{place}"}),
        "open": ("opened", {"booking": held}),
        "extend": ("extended", {"booking": held, **time(10, 11)}),
        "extend to 12": ("extended", {"booking": held, **time(10, 12)}),
        "end": ("ended", {"booking": held, "how": "left"}),
        "cancel": ("cancelled", {"booking": held}),
        "release": ("released", {"booking": held, "why": "no_show"}),
        "take back the ending": ("undone", back),
        "put aside": ("put_aside", {"booking": ended, "for": "elsewhere"}),
        "both right": ("both_right", {"booking": ended, "other": "elsewhere"}),
    }


TEN = ("book 10", "book 10 to 12", "import 10", "promote", "extend", "extend to 12")
TWELVE = ("book 10 to 12", "extend to 12", "take back the ending")
GIVEN_UP, LENGTHENED = ("cancel", "release"), ("extend", "extend to 12")
CLASH = {
    ("book 8", "book 8"),
    *product(TEN, TEN),
    *product(TWELVE, TWELVE),
    *product(GIVEN_UP, ("arrive", "open", *LENGTHENED)),
    *product(("end",), LENGTHENED),
} - {
    *product(LENGTHENED, LENGTHENED),
    ("import 10", "import 10"),
    ("promote", "promote"),
    ("take back the ending", "take back the ending"),
}
NAMES = tuple(sides("", "", "", ""))


def test_the_table_knows_every_kind_and_every_kind_is_tried() -> None:
    kinds = {called(kind) for kind, _ in ROOMS.folds} | {"undone"}
    assert {kind for pair in PAIRS for kind in pair} == kinds
    assert len(PAIRS) == len(kinds) * (len(kinds) + 1) // 2
    assert {kind for kind, _ in sides("", "", "", "").values()} == kinds


def test_two_desks_apart_in_either_order(two_desks: Library) -> None:
    """2F pushes first. Every two meet twice, each once at either desk."""
    library, pairs, known = two_desks, list(product(NAMES, NAMES)), {}
    subjects = [f"room:2026-11-23:r{place}" for place in range(len(pairs))]
    with library.at("li", "2F").act() as act:
        for place, subject in enumerate(subjects):
            a, w = f"reader:a{place}", f"reader:w{place}"
            held, ended = (
                act.record("room.booked", subject, booking(h, h + 1, a)) for h in (9, 11)
            )
            waits = act.record("room.awaited", subject, booking(10, 11, w))
            act.record("room.arrived", subject, {"booking": held.id, "patron": a})
            ending = act.record("room.cancelled", subject, {"booking": ended.id})
            known[subject] = sides(held.id, waits.id, ended.id, ending.id, place)
    for code in ("2F", "3F"):
        library.exchange(code)
    for place, code in enumerate(("2F", "3F")):
        with library.at("li", code).act() as act:
            for subject, names in zip(subjects, pairs, strict=True):
                kind, said = known[subject][names[place]]
                act.record(f"room.{kind}", subject, said)
    for code in ("2F", "3F", "2F"):
        library.exchange(code)
    desk = library.desks["2F"]
    assert stored(desk) == stored(library.desks["3F"])
    assert differs_from_ledger(desk) == []
    with desk.reading() as connection:
        clashing = {subject for subject, _, _ in open_clashes(connection)}
        rows = load(driver(connection), ROOMS, subjects)
        assert all(len(facts) == 7 for facts in facts_of(driver(connection), subjects).values())
    met = dict(zip(subjects, pairs, strict=True))
    expected = {pair for pair in pairs if pair in CLASH or pair[::-1] in CLASH}
    assert {met[subject] for subject in clashing} == expected
    by_pair = {met[s]: {key[1]: row for key, row in rows[s].items()} for s in subjects}
    for subject, (one, other) in met.items():
        if (one, other) not in expected and one < other:
            forth, back = by_pair[one, other], by_pair[other, one]
            assert told(forth) == told(back), (one, other, subject)


def told(rows: Mapping[str, Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    """What is the same in either order: when, whose, and whether it is held."""
    return sorted(
        tuple(
            re.sub(r"\d+", "", row[name]) if name in ("patron", "arrived") else row[name]
            for name in ("from_", "until", "patron", "status", "arrived")
        )
        for row in rows.values()
    )


def test_the_smallest_group_is_counted_wherever_it_is_scanned(two_desks: Library) -> None:
    library, subject = two_desks, "room:2026-11-23:s201"
    with library.at("li", "2F").act() as act:
        held = act.record("room.booked", subject, booking(9, 10)).id
    for code in ("2F", "3F"):
        library.exchange(code)
    for code, reader in (("2F", "reader:a"), ("3F", "reader:b"), ("3F", "reader:b")):
        with library.at("li", code).act() as act:
            act.record("room.arrived", subject, {"booking": held, "patron": reader})
        assert _row(library, code, subject).status == "booked"
    for code in ("2F", "3F", "2F"):
        library.exchange(code)
    for code in ("2F", "3F"):
        row = _row(library, code, subject)
        assert (row.status, row.arrived) == ("in_use", '["reader:a","reader:b"]')


def _row(library: Library, code: str, subject: str) -> Booking:
    with library.desks[code].reading() as connection:
        (line,) = load(driver(connection), ROOMS, [subject])[subject].values()
    return Booking(subject=subject, id="", **line)
