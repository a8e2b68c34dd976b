"""Seats from and to files: tables, the JSON of reservation systems, and what they look like."""

import csv
import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.places import LAID, Place
from db.refusal import Refusal
from deskapp import places, plans, profile, seat_files, sheets
from deskapp.desk import Desk
from deskapp.language import Language
from deskapp.seat_files import SeatsImported
from tests.commanding import FIXTURES, PIN, Run
from tests.library import Library, differs_from_ledger
from tests.refusals import refused, spoken

prepared, desk, run, patrons = FIXTURES

HEADINGS = ("区域", "座位号", "排", "列", "电源", "靠窗", "台灯", "无障碍", "停用")
IT = ["A bwwwww wwwwwb", *(f"{row} s..... .....s" for row in "BCDE")]


@pytest.fixture
def head(library: Library) -> Desk:
    """The head's desk, with the IT space laid out."""
    places.lay_out(library.at("head"), ["it"])
    return library.at("head")


def table(path: Path, *rows: Sequence[str], headings: Sequence[str] = HEADINGS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    return path


def laid_json(path: Path, said: object) -> Path:
    path.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    return path


def counts(done: SeatsImported) -> tuple[int, int, int, int, int]:
    return done.entered, done.changed, done.removed, done.unchanged, done.rejected


def reasons(done: SeatsImported) -> list[str]:
    assert done.rejects is not None
    return [str(row.cells[-1]).partition(" ")[0] for row in sheets.open_sheet(done.rejects).rows]


def of(desk: Desk, zone: str) -> dict[str, Place]:
    return {place.label: place for place in places.seats(desk, zone)}


def test_good_rows_come_in_and_the_others_say_why_not(head: Desk, tmp_path: Path) -> None:
    file = table(
        tmp_path / "s.csv",
        ("IT空间", "A-1", "1", "1", "是", "有", "", "", ""),
        ("it", "Ｚ－１", "第7排", "3列", "√", "", "1", "否", "漏水"),
        ("IT space", "Y-1", "Z", "1", "", "", "", "", "是"),
        ("沙发", "A-2", "1", "2", "", "", "", "", ""),
        ("sofas", "A-2", "1", "2", "", "", "", "", ""),
        ("", "A-2", "1", "2", "", "", "", "", ""),
        ("it", "a1", "9", "9", "", "", "", "", ""),
        ("it", "X-1", "1", "2", "", "", "", "", ""),
        ("it", "X-2", "二", "2", "", "", "", "", ""),
        ("it", "X-3", "8", "1000", "", "", "", "", ""),
        ("it", "X-4", "8", "4", "坏", "", "", "", ""),
        ("it", "X-5", "8", "5", "", "", "", "", "坏"),
        ("it", "—", "8", "6", "", "", "", "", ""),
        ("it", "", "8", "7", "", "", "", "", ""),
    )
    done = seat_files.load(head, file, spoken)
    assert counts(done) == (2, 0, 0, 1, 11)
    assert reasons(done) == [
        *("refusal.CodeUnknown", "refusal.ZoneCounted", "refusal.ZoneMissing"),
        *("refusal.SeatTwice", "refusal.PlaceTwice", "refusal.PlaceUnclear"),
        *("refusal.PlaceUnclear", "refusal.WordUnknown", "refusal.WordUnknown"),
        *("refusal.SeatUnknown", "refusal.ValueMissing"),
    ]
    assert done.rejects is not None
    why = sheets.open_sheet(done.rejects).rows
    assert "(it)" in str(next(iter(why)).cells[-1])
    z1 = of(head, "it")["Z-1"]
    assert (z1.row, z1.col, z1.socket, z1.window, z1.lamp, z1.closed) == (7, 3, 1, 0, 1, "leak")
    assert of(head, "it")["Y-1"].closed == ""
    assert done.plans == {"it": [*IT, "-", "Z   x", "-", "Y x"]}
    assert differs_from_ledger(head) == []


def test_a_file_speaks_only_of_what_it_has_columns_for(head: Desk, tmp_path: Path) -> None:
    places.close(head, "C-1", "socket")
    file = table(tmp_path / "s.csv", ("c1", "无"), ("G-4", "有"), headings=("座位", "台灯"))
    refused("ZoneUnknown", seat_files.load, head, file, spoken, zone="cellar")
    refused("ZoneCounted", seat_files.load, head, file, spoken, zone="sofas")
    done = seat_files.load(head, file, spoken, zone="it")
    assert counts(done) == (1, 0, 0, 1, 0)
    seats = of(head, "it")
    assert (seats["C-1"].closed, seats["C-1"].socket, seats["C-1"].row) == ("socket", 1, 3)
    assert (seats["G-4"].row, seats["G-4"].col, seats["G-4"].lamp) == (7, 4, 1)
    for said, closed in (("是", "socket"), ("", None)):
        file = table(tmp_path / "o.csv", ("C-1", said), headings=("座位", "停用"))
        seat_files.load(head, file, spoken, zone="it")
        assert of(head, "it")["C-1"].closed == closed


def test_seats_change_places(head: Desk, tmp_path: Path) -> None:
    file = table(tmp_path / "s.csv", ("A-1", "8", "1"), ("A-2", "1", "1"), headings=HEADINGS[1:4])
    assert counts(seat_files.load(head, file, spoken, zone="it")) == (0, 2, 0, 0, 0)


def test_what_is_not_in_a_file_stays_unless_it_is_the_whole(head: Desk, tmp_path: Path) -> None:
    places.lay_out(head, ["commons"])
    rows = [("it", "C-3", "1", "1"), ("it", "N-1", "1", "2")]
    bad = table(tmp_path / "bad.csv", *rows, ("it", "N-2", "?", "3"), headings=HEADINGS[:4])
    done = seat_files.load(head, bad, spoken, whole=True)
    assert counts(done) == (0, 0, 0, 0, 3)  # stand there, and nothing is removed
    good = table(tmp_path / "good.csv", *rows, headings=HEADINGS[:4])
    done = seat_files.load(head, good, spoken, whole=True)
    assert counts(done) == (1, 1, 59, 0, 0)
    assert done.plans == {"it": ["1 .."]}
    assert len(places.seats(head, "commons")) == 120
    done = seat_files.lay_out(head)
    assert (done.removed, len(places.seats(head, "it"))) == (0, 61)


CELLS = [
    {"row": 1, "col": 1, "type": "seat", "name": "001", "power": True, "window": False},
    {"row": 1, "col": 2, "type": "aisle"},
    {"row": 1, "col": 3, "type": "seat", "name": "002", "power": False, "window": True},
    {"row": 3, "col": 1, "type": "door", "name": "东门"},
    {"row": 3, "col": 3, "type": "seat", "name": "003", "status": "DISABLED"},
    {"row": 3, "col": 4, "type": "seat", "name": "004", "status": "IN_USE"},
]
ROOM = {"name": "李大钊 主题空间", "rows": 3, "cols": 4}
DRAWN = ["1 s w", "-", "3   x."]


def keyed(step: int, less: int) -> dict[str, object]:
    """The cells under one number each, as a room of `step` columns, counted from 1 - `less`."""
    return {
        str((c["row"] - less) * step + c["col"] - less): {
            k: v for k, v in c.items() if k not in ("row", "col")
        }
        for c in CELLS
        if isinstance(c["row"], int) and isinstance(c["col"], int)
    }


@pytest.mark.parametrize(
    "said",
    [
        {**ROOM, "cells": CELLS},
        {"status": "success", "data": {**ROOM, "layout": keyed(1000, 0)}},
        {"data": {**ROOM, "layout": keyed(1000, 1)}},
        {**ROOM, "layout": keyed(4, 1)},
        [{**ROOM, "seats": CELLS}],
        {"rooms": [{**ROOM, "seats": [dict(reversed(cell.items())) for cell in CELLS]}]},
        {**ROOM, "grid": [CELLS[:3], [None, {"type": "empty"}], [CELLS[3], None, *CELLS[4:]]]},
        [
            {
                "区域": ROOM["name"],
                "座位号": c["name"],
                "排": c["row"],
                "列": c["col"],
                "电源": c.get("power"),
                "靠窗": c.get("window"),
                "状态": c.get("status"),
            }
            for c in CELLS
            if c["type"] == "seat"
        ],
    ],
)
def test_rooms_as_reservation_systems_lay_them_out(
    library: Library, tmp_path: Path, said: object
) -> None:
    head, path = library.at("head"), laid_json(tmp_path / "room.json", said)
    assert seat_files.open_table(path)[1].ignored == ()  # `type` says what is a seat: it is read
    done = seat_files.load(head, path, spoken)
    assert counts(done) == (4, 0, 0, 0, 0)
    assert done.plans == {"dazhao": DRAWN}
    assert list(of(head, "dazhao")) == ["001", "002", "003", "004"]
    assert places.find(head, "3").closed == ""


NAMELESS = [{k: v for k, v in cell.items() if k != "name"} for cell in CELLS]


@pytest.mark.parametrize(
    ("said", "drawn"),
    [
        ({**ROOM, "cells": NAMELESS}, ["A s w", "-", "C   x."]),
        ({**ROOM, "cells": [["seat", "aisle", "seat"], [], [None, "wall", "seat"]]},
         ["A . .", "-", "C   ."]),
    ],
)  # fmt: skip
def test_seats_without_a_name_are_numbered_by_row(
    library: Library, tmp_path: Path, said: object, drawn: list[str]
) -> None:
    head = library.at("head")
    done = seat_files.load(head, laid_json(tmp_path / "room.json", said), spoken)
    assert done.plans == {"dazhao": drawn}
    assert list(of(head, "dazhao"))[:3] == ["A-1", "A-2", "C-1"]
    again = seat_files.load(head, laid_json(tmp_path / "room.json", said), spoken)
    assert again.unchanged == done.entered


@pytest.mark.parametrize(
    ("said", "code"), [("{", "FileBroken"), ("[]", "FileEmpty"), ('{"a": 1}', "FileEmpty"),
                       ('"seats"', "FileEmpty"), ('[{"type": "wall", "name": "1"}]', "FileEmpty"),
                       ("[" * 100_000, "FileBroken"), (None, "FileMissing")]
)  # fmt: skip
def test_a_file_that_lays_nothing_out(
    head: Desk, tmp_path: Path, said: str | None, code: str
) -> None:
    file = tmp_path / "room.json"
    if said is not None:
        file.write_text(said)
    refused(code, seat_files.load, head, file, spoken)


@pytest.mark.parametrize("name", ["seats.csv", "seats.xlsx", "seats.json"])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_what_goes_out_comes_in_as_it_was(
    head: Desk, library: Library, tmp_path: Path, name: str, language: str
) -> None:
    t = Language(language)
    places.lay_out(head, ["dazhao"])
    places.close(head, "it/B-1", "socket")
    places.close(head, "it/B-2")
    refused("RoleTooLow", seat_files.export, library.at("lead"), tmp_path / name, t)
    refused("RoleTooLow", seat_files.load, library.at("lead"), tmp_path / name, t)
    assert seat_files.export(head, tmp_path / name, t) == 90
    before = [of(head, zone) for zone in ("it", "dazhao")]
    assert counts(seat_files.load(head, tmp_path / name, t)) == (0, 0, 0, 90, 0)
    with head.act() as act:
        places.lay(act, {"it": [], "dazhao": []}, whole=True)
    assert counts(seat_files.load(head, tmp_path / name, t, whole=True)) == (90, 0, 0, 0, 0)
    for zone, stood in zip(("it", "dazhao"), before, strict=True):
        for label, place in of(head, zone).items():
            for column in (*LAID, "closed"):
                assert getattr(place, column) == getattr(stood[label], column)


def test_the_plans_that_ship_are_drawn_as_they_are_read() -> None:
    for name in profile.names():
        for zone in profile.load(name).zones.values():
            assert plans.drawn(plans.seats(zone.plan)) == list(zone.plan)


@given(
    st.lists(
        st.text("swblax. ", min_size=1, max_size=12).map(str.rstrip).filter(bool),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=60, deadline=None)
def test_a_drawn_plan_is_read_as_the_same_seats(rows: list[str]) -> None:
    plan = [f"{chr(ord('A') + at)} {row}" for at, row in enumerate(rows)]
    seats = list(plans.seats(plan))
    assert list(plans.seats(plans.drawn(seats))) == seats


KEYS = ("row", "col", "r", "type", "name", "status", "power", "zone", "排", "1001", "9" * 5000)
LEAVES = st.sampled_from(
    (
        None,
        True,
        0,
        -1,
        1.5,
        1e300,
        "",
        "A-1",
        "seat",
        "wall",
        "it",
        "是",
        "9" * 5000,
        "a/b",
        "\ud800",
    )
)
CELL = st.dictionaries(st.sampled_from(KEYS), LEAVES, max_size=5)
CELLS_SAID = st.lists(CELL, max_size=5) | st.dictionaries(st.sampled_from(KEYS), CELL, max_size=3)


@given(said=st.fixed_dictionaries({"name": LEAVES, "cells": CELLS_SAID}), whole=st.booleans())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_a_file_says_is_taken_or_refused(
    head: Desk, tmp_path: Path, said: object, whole: bool
) -> None:
    file = tmp_path / "room.json"
    file.write_text(json.dumps(said), "utf-8")
    with suppress(Refusal):
        done = seat_files.load(head, file, spoken, whole=whole)
        assert sum(counts(done)) > 0
    for zone in ("it", "dazhao"):
        seats = places.seats(head, zone)
        assert len({(place.row, place.col) for place in seats}) == len(seats)


def test_on_the_command_line(run: Run, desk: Path, tmp_path: Path) -> None:
    who = ("--badge", "1001")
    room = laid_json(tmp_path / "room.json", {**ROOM, "cells": CELLS})
    said = run("import", "seats", room, "--whole", "--zone", "dazhao", *who, pin=PIN)
    assert (said.status, said.out.splitlines()[0]) == (0, "座位新增4，更新0，撤去30，无变化0")
    assert said.out.splitlines()[-3:] == DRAWN
    assert "电源（socket）← power" in said.err
    said = run("--lang", "en", "import", "seats", room, "--whole", "--json", *who, pin=PIN)
    assert (said.facts["unchanged"], said.facts["plans"]) == (4, {"dazhao": DRAWN})
    said = run("import", "seats", "--plan", "--json", *who, pin=PIN)
    assert len(said.facts["plans"]) == 6
    said = run("export", "seats", "-o", tmp_path / "out.csv", *who, pin=PIN)
    assert said.status == 0
    for wrong in (("seats",), ("patrons", "--plan"), ("seats", room, "--plan"),
                  ("patrons", room, "--whole")):  # fmt: skip
        assert run("import", *wrong, *who, pin=PIN).status == 2
