"""Tables go out so that nothing is lost, and come back as they were."""

import csv
import json
import math
from datetime import date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.refusal import Refusal
from deskapp import cells
from deskapp.cells import Cell
from deskapp.exports import Rejects, write
from deskapp.fields import PATRONS
from deskapp.headers import match
from deskapp.sheets import open_sheet
from tests.refusals import refused, spoken

FORMULAS = ["=1+1", "+1", "-1", "@x", "\t=1", "'", "''", "'=1", "'a", "＝1", "-", "00417", " a "]


texts = st.one_of(
    st.sampled_from(FORMULAS),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30),
    st.from_regex(r"0{0,3}[0-9]{1,25}", fullmatch=True),
    st.text("中文\"',;\t\r\n=+-@ a", max_size=12),
)


@settings(deadline=None)
@given(st.lists(st.tuples(texts, texts), max_size=8), st.sampled_from([".csv", ".xlsx"]))
def test_text_is_read_back_as_it_was_written(rows: list[tuple[str, str]], suffix: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"out{suffix}"
        numbered = [(f"{place:04d}", *row) for place, row in enumerate(rows)]
        headers = ["学号", "姓名", "事由"]
        assert write(path, headers, numbered, sheet_title="登记") == len(rows)
        sheet = open_sheet(path)
        assert sheet.headers == headers
        assert [row.cells for row in sheet.rows] == numbered
        assert sheet.count >= len(rows)


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(
            st.integers(-(10**14), 10**14),
            st.booleans(),
            st.dates(date(1901, 1, 1)),
            st.datetimes(datetime.fromisoformat("1901-01-01")).map(
                lambda d: d.replace(microsecond=0)
            ),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_a_workbook_keeps_types(values: list[int | date | datetime]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "out.xlsx"
        write(path, ["学号", "姓名"], [("1", value) for value in values], sheet_title="x")
        back = [row.cells[1] for row in open_sheet(path).rows]
        # Midnight is a day to a spreadsheet.
        assert [cells.moment(b) if isinstance(b, date) else b for b in back] == [
            cells.moment(v) if isinstance(v, date) else v for v in values
        ]
        assert [type(b) for b in back if not isinstance(b, date)] == [
            type(v) for v in values if not isinstance(v, date)
        ]


def test_long_numbers_stay_whole_in_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "n.xlsx"
    write(path, ["学号", "姓名"], [(10**17 + 1, math.inf), ("1", 0.5)], sheet_title="a/b:c[d]")
    rows = [row.cells for row in open_sheet(path).rows]
    assert rows == [(str(10**17 + 1), "inf"), ("1", 0.5)]


def test_a_csv_does_not_run_in_excel(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write(
        path,
        ["a"],
        [[text] for text in FORMULAS] + [[-5], [None], [date(2026, 1, 2)]],
        sheet_title="",
    )
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        written = [row[0] if row else "" for row in csv.reader(file)][1:]
    assert not any(cell.startswith(("=", "+", "@", "\t", "＝")) for cell in written)
    assert written[-3:] == ["-5", "", "2026-01-02"]


def test_json_is_a_list_of_objects(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    rows: list[list[Cell | None]] = [
        ["张", 1, None, True, date(2026, 1, 2)],
        ["李", 0.5, "", False, time(9)],
    ]
    assert write(path, list("abcde"), rows, sheet_title="") == 2
    assert json.loads(path.read_text("utf-8")) == [
        {"a": "张", "b": 1, "c": None, "d": True, "e": "2026-01-02"},
        {"a": "李", "b": 0.5, "c": "", "d": False, "e": "09:00:00"},
    ]


def test_writing_is_all_or_nothing(tmp_path: Path) -> None:
    def broken() -> object:
        yield ["1"]
        raise Refusal("Stopped")

    for suffix in (".csv", ".xlsx", ".json"):
        path = tmp_path / f"out{suffix}"
        path.write_text("before")
        refused("Stopped", write, path, ["a"], broken(), sheet_title="")
        assert path.read_text() == "before"
        refused("FileUnwritable", write, path / "in" / f"a{suffix}", ["a"], [], sheet_title="")
        refused("FileUnwritable", write, tmp_path / "no" / f"a{suffix}", ["a"], [], sheet_title="")
    refused("FileKind", write, tmp_path / "out.pdf", ["a"], [], sheet_title="")
    refused("CellTooLong", write, tmp_path / "l.xlsx", ["a"], [["中" * 32_768]], sheet_title="")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "out.json", "out.xlsx"]


@pytest.mark.parametrize(
    ("given", "made"), [("r.csv", "r.rejected.csv"), ("r.xlsx", "r.rejected.xlsx")]
)
def test_refused_rows_are_written_beside_the_input(tmp_path: Path, given: str, made: str) -> None:
    path = tmp_path / given
    write(path, ["学号", "姓名"], [["1", "张"], ["", "=李"], ["3", "王"]], sheet_title="")
    sheet = open_sheet(path)
    mapping = match(sheet.headers, PATRONS)
    rejects = Rejects(path, sheet.headers, spoken)
    assert rejects.save() is None
    assert [p.name for p in tmp_path.iterdir()] == [given]
    for row in sheet.rows:
        try:
            mapping.record(row).text("number")
        except Refusal as no:
            rejects.add(row, no)
    assert rejects.save() == tmp_path / made
    assert len(rejects) == 1
    back = open_sheet(tmp_path / made)
    assert back.headers == ["学号", "姓名", "sheet.line {}", "sheet.reason {}"]
    (row,) = back.rows
    assert row.cells[:2] == ("", "=李")
    assert int(str(row.cells[2])) == 3
    assert "ValueMissing" in str(row.cells[3])
    assert "学号" in str(row.cells[3])


def test_where_refusals_cannot_be_written_is_said_before_anything_happens(tmp_path: Path) -> None:
    refused("FileUnwritable", Rejects, tmp_path / "gone" / "r.csv", ["a"], spoken)
    assert (
        Rejects(tmp_path / "gone" / "r.csv", ["a"], spoken, folder=tmp_path).path.parent == tmp_path
    )
    assert not list(tmp_path.iterdir())
