"""Seats as the ledger tells them: what each fact does to a sitting, and what two desks may do to
one seat apart.
"""

import json
from itertools import permutations
from typing import Any

import pytest

from db.facts import Fact, Row, Rows
from db.folding import stub
from db.rows import whole
from db.seat_clashes import PAIRS, called, clash
from db.seats import SEATS

SUBJECT = "seat:2026-11-23:exam/C-37"
FIRST, SECOND = "id-1", "id-2"


def at(time: str) -> str:
    return f"2026-11-23T{time}:00.000000Z"


def fact(kind: str, time: str, id: str = "id-9", **said: Any) -> Fact:
    data = json.dumps(said)
    return Fact(
        id, id, "2F", 1, f"seat.{kind}", 1, SUBJECT, 0, "[]", at(time), None, data,
        None, None, None, None, None, b"",
    )  # fmt: skip


def taken(time: str, patron: str = "reader:1", id: str = FIRST, **said: Any) -> Fact:
    holds = {"patron": patron, "from": at(time), "until": at("14:00")}
    return fact("taken", time, id, **holds | said)


def reserved(patron: str = "reader:1", id: str = FIRST, **said: Any) -> Fact:
    holds = {"patron": patron, "from": at("06:00"), "until": at("14:00")}
    return fact("reserved", "00:00", id, **holds | {"hold_until": at("06:30")} | said)


def named(kind: str, time: str, **said: Any) -> Fact:
    return fact(kind, time, **{"sitting": FIRST, **said})


def released(time: str, why: str, ended: str) -> Fact:
    return named("released", time, why=why, ended_at=at(ended))


def folded(*facts: Fact) -> dict[str, Row]:
    rows: Rows = {}
    for each in facts:
        rows = SEATS.folds[each.kind, 1](rows, each)
        rows = {key: whole(SEATS, key, row) for key, row in rows.items()}
    return {key[1]: row for key, row in rows.items()}


def only(*facts: Fact) -> Row:
    (row,) = folded(*facts).values()
    return row


def spans(row: Row) -> list[list[str]]:
    return [[time[11:16] for time in span] for span in json.loads(row["spans"])]


AWAY = named("away", "08:00", until=at("08:30"))
BACK = named("back", "08:20")
LEFT = named("left", "09:00", how="left")
CLOSED = released("14:05", "closed", "14:00")


def test_a_sitting_from_reserving_to_leaving() -> None:
    row = only(reserved())
    assert (row["seat"], row["zone"], row["day"]) == ("exam/C-37", "exam", "2026-11-23")
    assert (row["status"], row["due_at"]) == ("reserved", at("06:30"))
    sits = taken("06:10", id="id-3", sitting=FIRST)
    row = only(reserved(), sits)
    assert (row["status"], row["since"], row["due_at"]) == ("seated", at("06:10"), at("14:00"))
    row = only(reserved(), sits, AWAY)
    assert (row["status"], row["due_at"], row["away_since"]) == ("away", at("08:30"), at("08:00"))
    row = only(reserved(), sits, AWAY, BACK, named("extended", "08:40", until=at("15:00")))
    assert (row["status"], row["due_at"], row["away_until"]) == ("seated", at("15:00"), None)
    row = only(reserved(), sits, AWAY, BACK, LEFT)
    assert (row["status"], row["how"], row["due_at"]) == ("over", "left", None)
    assert (row["ended_at"], spans(row)) == (at("09:00"), [["06:10", "08:00"], ["08:20", "09:00"]])


@pytest.mark.parametrize(
    ("facts", "how", "there"),
    [
        ([AWAY, released("08:40", "away", "08:30")], "away", [["07:00", "08:00"]]),
        ([CLOSED], "closed", [["07:00", "14:00"]]),
        ([named("left", "06:00", how="left")], "left", [["07:00", "07:00"]]),  # a clock set back
        ([LEFT, AWAY, BACK, CLOSED], "left", [["07:00", "09:00"]]),
        ([AWAY, named("withdrawn", "08:01")], "void", []),
        ([AWAY, named("put_aside", "08:01", **{"for": SECOND})], "void", []),
    ],
)
def test_how_a_sitting_ends(facts: list[Fact], how: str, there: list[list[str]]) -> None:
    row = only(taken("07:00"), *facts)
    assert (row["status"], row["how"], spans(row)) == ("over", how, there)


def test_what_was_done_before_a_closing_is_heard_after_it() -> None:
    """Another desk closed all; what this one saw meanwhile came later. In any order the same."""
    for facts, there in (
        ([LEFT], [["07:00", "09:00"]]),
        ([AWAY], [["07:00", "08:00"]]),
        ([AWAY, BACK], [["07:00", "08:00"], ["08:20", "14:00"]]),
        ([AWAY, BACK, LEFT], [["07:00", "08:00"], ["08:20", "09:00"]]),
    ):
        for place in range(len(facts) + 1):
            row = only(taken("07:00"), *facts[:place], CLOSED, *facts[place:])
            assert spans(row) == there, (place, facts)
            assert row["how"] == ("left" if LEFT in facts else "closed")
            assert row["status"] == "over"


def test_an_act_on_a_sitting_that_was_set_aside_does_nothing() -> None:
    for each in (AWAY, BACK, LEFT, CLOSED, named("both_right", "09:00", other=SECOND)):
        with pytest.raises(LookupError):  # it waits for what it speaks of
            folded(each)
    assert (
        only(taken("07:00"), named("both_right", "09:00", other=SECOND))["stands"]
        == '{"id-2":"id-9"}'
    )


NEW = {"patron": "reader:3", "from": at("08:00"), "until": at("12:00")}
LATER = {"from": at("14:00"), "until": at("15:00")}
SIDES = {
    "reserved": fact("reserved", "05:00", SECOND, **NEW, hold_until=at("08:30")),
    "reserved for later": reserved("reader:2", SECOND, **LATER),
    "taken": taken("07:30", "reader:2", SECOND),
    "taken by the same": taken("07:30", id=SECOND),
    "taken as reserved": taken("06:20", id="id-3", sitting=FIRST),
    "away": AWAY,
    "back": BACK,
    "left": LEFT,
    "cancelled": named("left", "05:30", how="cancelled"),
    "left another": named("left", "09:00", how="left", sitting="id-0"),
    "released": released("08:40", "away", "08:30"),
    "closed": CLOSED,
    "extended": named(
        "extended", "08:40", patron="reader:1", **{"from": at("14:00"), "until": at("15:00")}
    ),
    "extended by an earlier version": named("extended", "08:40", until=at("15:00")),
    "withdrawn": named("withdrawn", "08:01", undoes=FIRST, by=None),
    "undone the leaving": named(
        "undone", "08:01", undoes="id-0", by=None, what="left", patron="reader:1",
        **{"from": at("08:01"), "until": at("14:00")},
    ),
    "undone the taking": named("undone", "08:01", undoes="id-3", by=None, what="taken"),
    "put aside": named("put_aside", "08:01", **{"for": "id-5"}),
    "right": named("both_right", "08:01", other="id-5"),
    "right beside another": named("both_right", "08:01", other="id-6"),
}  # fmt: skip
CLASHES = {
    ("reserved", "taken"), ("reserved", "taken as reserved"), ("reserved", "reserved"),
    ("taken", "taken as reserved"), ("taken", "taken by the same"),
    ("reserved", "taken by the same"), ("extended", "reserved for later"),
    ("undone the leaving", "reserved"), ("undone the leaving", "taken"),
    ("released", "taken as reserved"), ("released", "back"), ("released", "left"),
    ("cancelled", "taken as reserved"), ("left", "taken as reserved"), ("released", "cancelled"),
    ("released", "undone the leaving"),
    *(("withdrawn", each) for each in (
        "taken as reserved", "away", "back", "left", "cancelled", "released", "closed", "extended",
        "extended by an earlier version", "undone the leaving", "undone the taking",
    )),
    *(("undone the taking", each) for each in (
        "away", "back", "left", "cancelled", "extended", "extended by an earlier version",
    )),
}  # fmt: skip


def test_which_acts_apart_need_a_person() -> None:
    """Each side by each; with itself nothing clashes but what another reader did."""
    clashing = {frozenset(pair) for pair in CLASHES}
    for (one, first), (other, second) in permutations(SIDES.items(), 2):
        found = clash(stub(first), stub(second))
        assert found == (frozenset((one, other)) in clashing), (one, other)
    overlapping = {**NEW, "patron": "reader:4", "from": at("11:59"), "until": at("13:00")}
    third = fact("reserved", "05:00", "id-3", **overlapping, hold_until=at("12:15"))
    assert clash(stub(SIDES["reserved"]), stub(third))
    assert not clash(stub(SIDES["taken"]), stub(SIDES["taken"]))


def test_the_table_knows_every_kind_and_every_kind_is_tried() -> None:
    kinds = {called(kind) for kind, _ in SEATS.folds} | {"undone"}
    assert {kind for pair in PAIRS for kind in pair} == kinds
    assert len(PAIRS) == len(kinds) * (len(kinds) + 1) // 2
    assert {called(each.kind) for each in SIDES.values()} == kinds
