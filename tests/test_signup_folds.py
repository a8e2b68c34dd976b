"""Sign-ups as the ledger tells them: what each fact does, and what several doors may do apart."""

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from db import headcounts
from db.clock import SystemClock
from db.facts import Fact, Row, Rows
from db.folding import stub
from db.ledger import Ledger, found
from db.rows import whole
from db.signup_clashes import PAIRS, clash
from db.signups import SIGNUPS, draft, event_key, subject_of
from db.store import Store, driver

EVENT = "event:e"
SUBJECT = subject_of(event_key(b"key", EVENT), EVENT, "2023001")


def fact(kind: str, time: str, id: str, skew: int | None = None, **said: Any) -> Fact:
    at = f"2026-11-24T{time}.000000Z"
    data = json.dumps({"session": "s", **said})
    return Fact(
        id, id, "2F", 1, kind, 1, SUBJECT, 0, "[]", at, None, data,
        None, None, None, None, None, b"", skew=skew,
    )  # fmt: skip


def made(places: int = 1, **said: Any) -> Fact:
    return fact("signup.made", "01:00:00", "id-0", places=places, source="desk", **said)


def admitted(time: str, id: str, skew: int | None = None, **said: Any) -> Fact:
    return fact("door.admitted", time, id, skew, **{"door": id, **said})


def folded(*facts: Fact) -> Rows:
    rows: Rows = {}
    for each in facts:
        rows = SIGNUPS.folds[each.kind, 1](rows, each)
        rows = {key: whole(SIGNUPS, key, row) for key, row in rows.items()}
    return rows


def presence(*facts: Fact) -> Row:
    return folded(*facts)["presence", "s"]


def test_which_admission_counts_says_the_corrected_clock() -> None:
    east, west = admitted("02:00:30", "id-1"), admitted("02:00:00", "id-2", skew=60_000)
    assert presence(made(), east)["first_door"] == "id-1"
    with pytest.raises(LookupError):  # kept and shown: it counts when its sign-up is there
        folded(east)
    row = presence(made(), east, west)
    assert (row["came"], row["first"], row["first_at"][11:19]) == (1, "id-1", "02:00:30")
    row = presence(made(), east, admitted("02:00:00", "id-2", skew=-1))
    assert (row["first"], row["first_at"][11:23]) == ("id-2", "01:59:59.999")
    told = "2026-11-24T01:30:00.000000Z"
    sheet = admitted("05:00:00", "id-3", skew=60_000, how="list", came_at=told)
    assert presence(made(), sheet)["first_at"] == told
    card = admitted("02:00:00", "id-1", how="card")
    assert {presence(made(), *both)["first"] for both in permutations((sheet, card))} == {"id-1"}


scans = some.lists(
    some.tuples(
        some.sampled_from(["door.admitted", "door.left"]),
        some.integers(0, 40),
        some.sampled_from([None, 0, 7_000, -20_000]),
        some.integers(1, 3),
    ),
    max_size=5,
)


@given(scans, some.integers(1, 4))
def test_admissions_are_a_set(told: list[tuple[str, int, int | None, int]], places: int) -> None:
    facts = [
        fact(kind, f"02:00:{second:02}", f"id-{n}", skew, door="east", heads=heads)
        for n, (kind, second, skew, heads) in enumerate(told, 1)
    ]
    found = [folded(made(places), *order) for order in permutations(facts)]
    assert all(rows == found[0] for rows in found)
    for row in (row for key, row in found[0].items() if key[0] == "presence"):
        assert 0 <= row["inside"] <= row["came"] <= places


def test_a_place_is_kept_once_had_and_given_up_once() -> None:
    waits = made(waiting=True)
    up = fact("signup.promoted", "01:10:00", "id-1")
    no = fact("signup.cancelled", "01:20:00", "id-2", why="reader")
    for order in ((up, no), (no, up)):
        assert folded(waits, *order)["signup", "s"]["status"] == "cancelled"
    assert folded(waits, up)["signup", "s"]["promoted_at"] is not None
    assert folded(waits, made())["signup", "s"]["status"] == "in"
    again = fact("signup.made", "01:30:00", "id-3", source="desk", places=2)
    assert folded(waits, up, no, again)["signup", "s"]["places"] == 2


@pytest.mark.parametrize(
    ("one", "other", "clashes"),
    [
        (admitted("02:00:00", "id-1"), admitted("02:00:00", "id-2"), True),
        (admitted("02:00:00", "id-1"), admitted("02:00:00", "id-2", session="t"), False),
        (
            admitted("02:00:00", "id-1", heads=5, places=12),
            admitted("02:00:00", "id-2", heads=7, places=12),
            False,
        ),
        (admitted("02:00:00", "id-1"), fact("signup.cancelled", "01:00:00", "id-2"), True),
        (
            admitted("02:00:00", "id-1"),
            fact("signup.cancelled", "01:00:00", "id-2", session=""),
            True,
        ),
        (
            admitted("02:00:00", "id-1", serial="aa"),
            fact("ticket.revoked", "01:00:00", "id-2", serial="aa"),
            True,
        ),
        (
            admitted("02:00:00", "id-1"),
            fact("ticket.revoked", "01:00:00", "id-2", serial="aa"),
            False,
        ),
        (made(), fact("signup.made", "01:30:00", "id-3", places=1), False),
        (made(), fact("signup.made", "01:30:00", "id-3", places=2), True),
        (
            fact("signup.changed", "01:30:00", "id-3", places=2),
            fact("signup.changed", "01:31:00", "id-4"),
            False,
        ),
        (
            fact("signup.changed", "01:30:00", "id-3", places=2),
            fact("signup.changed", "01:31:00", "id-4", places=3),
            True,
        ),
    ],
)
def test_what_needs_a_person(one: Fact, other: Fact, clashes: bool) -> None:
    assert clash(stub(one), stub(other)) is clash(stub(other), stub(one)) is clashes


def test_every_pair_of_kinds_is_thought_of() -> None:
    kinds = {kind for kind, _ in SIGNUPS.folds} | {"signup.undone", "door.undone"}
    assert {frozenset((one, other)) for one in kinds for other in kinds} == set(PAIRS)


def test_headcounts_follow(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "desk.db")
    ledger = Ledger(store, [SIGNUPS], SystemClock())
    found(store, "2F", b"key")
    here = {"session": "s"}
    with ledger.act(None) as act:
        act.record_all(
            [
                draft("signup.made", SUBJECT, {**here, "places": 3, "source": "desk"}),
                draft("door.admitted", SUBJECT, {**here, "door": "east", "heads": 2}),
                draft("door.left", SUBJECT, {**here, "door": "east"}),
                draft("ticket.issued", SUBJECT, {**here, "serial": "00a1", "code": "1"}),
            ]
        )
        assert driver(act.connection).execute("SELECT serial FROM ticket").fetchall() == [("00a1",)]
        scan = act.record("door.admitted", SUBJECT, {**here, "door": "west"})
        lines = driver(act.connection).execute("SELECT * FROM headcount").fetchall()
        assert lines == [(EVENT, "s", 3, 0, 3, 2)]
        act.record("door.undone", SUBJECT, {**here, "undoes": scan.id})
        act.record("signup.cancelled", SUBJECT, here)
        lines = driver(act.connection).execute("SELECT * FROM headcount").fetchall()
        assert lines == [(EVENT, "s", 0, 0, 2, 1)]
        assert headcounts.check(driver(act.connection)) == []
    assert list(ledger.rebuild())
    with store.reading() as connection:
        lines = driver(connection).execute("SELECT * FROM headcount").fetchall()
        assert lines == [(EVENT, "s", 0, 0, 2, 1)]
        assert headcounts.check(driver(connection)) == []
    store.close()
