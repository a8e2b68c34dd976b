"""Table files come in as universities export them."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from db.refusal import Refusal
from deskapp import cells
from deskapp.fields import PATRONS
from deskapp.headers import match
from deskapp.sheets import Row, Sheet, open_sheet
from tests import readerfiles
from tests.refusals import refused


def table(path: Path, *lines: str, encoding: str = "utf-8") -> Sheet:
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return open_sheet(path)


def workbook(path: Path, rows: Sequence[Sequence[object]]) -> Sheet:
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for line, row in enumerate(rows):
        sheet.write_row(line, 0, row)
    book.close()
    return open_sheet(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("messy", [False, True])
def test_readers_come_in_from_every_text_file(
    tmp_path: Path, encoding: str, separator: str, messy: bool
) -> None:
    path = tmp_path / "readers.csv"
    readerfiles.write_csv(path, 300, encoding=encoding, separator=separator, messy=messy)
    check_readers(open_sheet(path), messy)


@pytest.mark.parametrize("messy", [False, True])
def test_readers_come_in_from_a_workbook(tmp_path: Path, messy: bool) -> None:
    check_readers(open_sheet(readerfiles.write_xlsx(tmp_path / "r.xlsx", 300, messy=messy)), messy)


def check_readers(sheet: Sheet, messy: bool) -> None:
    assert sheet.headers == list(readerfiles.HEADERS)
    assert sheet.header_line == (3 if messy else 1)
    assert abs(sheet.count - 300) <= 12  # quoted newlines and blank lines may be counted
    mapping = match(sheet.headers, PATRONS)
    mapping.check()
    assert mapping.dropped == ("身份证号",)
    assert mapping.ignored == ("性别",)
    records = [mapping.record(row) for row in sheet.rows]
    assert [
        [
            r.text("number"),
            r.text("name"),
            *r.several("cards"),
            r.text("phone"),
            str(r.day("until")),
        ]
        for r in records
    ] == [[row[0], cells.name(row[1]), row[9], row[10], row[12]] for row in readerfiles.rows(300)]
    lines = [record.line for record in records]
    assert lines[0] == sheet.header_line + 1
    assert lines == sorted(set(lines))
    assert {record.row.cells[3] for record in records} == {""}


def test_koha_readers_come_in_whole(tmp_path: Path) -> None:
    path = readerfiles.write_csv(tmp_path / "koha.csv", 500, headers=readerfiles.KOHA)
    sheet = open_sheet(path)
    mapping = match(sheet.headers, PATRONS)
    mapping.check()
    codes = {"type": {"ug": "undergraduate", "MA": "master", "PhD": "doctor", "staff": "teacher"}}
    found = [mapping.record(row, codes) for row in sheet.rows]
    assert [r.text("name") for r in found] == [cells.name(n) for n in readerfiles.names(500)]
    assert {r.text("type") for r in found} == {"undergraduate", "master", "doctor", "teacher"}


def test_lines_are_those_that_a_spreadsheet_shows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    sheet = table(
        path, "读者名单,,", "", "学号,姓名,,", "1,张,,", "", ",,,", '2,"李\n梅",,', "3,王"
    )
    assert sheet.headers == ["学号", "姓名"]
    assert list(sheet.rows) == [Row(4, ("1", "张")), Row(7, ("2", "李\n梅")), Row(8, ("3", "王"))]
    assert list(sheet.rows) == list(sheet.rows)


def test_a_header_without_known_words_is_found_or_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert table(path, "报表", "甲,乙,丙", "1001,x,y").headers == ["甲", "乙", "丙"]
    assert open_sheet(path, header_line=3).headers == ["1001", "x", "y"]
    assert table(path, "胸牌号", "1001", "1002").headers == ["胸牌号"]


def test_numbers_of_a_workbook_keep_every_digit_or_are_refused(tmp_path: Path) -> None:
    values: list[object] = [
        20210001,
        "00417",
        "'0042",
        123456789012345678,
        "2.02114E+11",
        "20210001.0",
    ]
    sheet = workbook(tmp_path / "n.xlsx", [["学号", "姓名"], *([v, "张"] for v in values)])
    mapping = match(sheet.headers, PATRONS)
    found = []
    for row in sheet.rows:
        try:
            found.append(mapping.record(row).text("number"))
        except Refusal as no:
            found.append(f"{no.code} {no.facts['column']}")
    lost = "NumberDigitsLost 学号"
    assert found == ["20210001", "00417", "0042", lost, lost, "20210001"]


def test_dates_of_a_workbook_are_dates(tmp_path: Path) -> None:
    day = date(2027, 6, 30)
    sheet = workbook(
        tmp_path / "d.xlsx",
        [
            ["学号", "姓名", "有效期至"],
            ["1", "张", day],
            ["2", "李", "2027/6/30"],
            ["3", "王", 46568],
        ],
    )
    mapping = match(sheet.headers, PATRONS)
    assert [mapping.record(row).day("until") for row in sheet.rows] == [day, day, day]


def test_a_row_with_too_many_cells_is_refused(tmp_path: Path) -> None:
    sheet = table(tmp_path / "a.csv", "学号,姓名", "1,张", "2,李,建国", "3")
    mapping = match(sheet.headers, PATRONS)
    rows = list(sheet.rows)
    assert mapping.record(rows[0]).text("name") == "张"
    assert rows[2].cells == ("3", "")
    refused("RowTooLong", mapping.record, rows[1])
    refused("ValueMissing", mapping.record(rows[2]).text, "name")


def test_bad_files_are_refused_by_name(tmp_path: Path) -> None:
    refused("FileMissing", open_sheet, tmp_path / "none.csv")
    refused("FileKind", open_sheet, tmp_path / "none.pdf")
    good = readerfiles.write_xlsx(tmp_path / "good.xlsx", 50).read_bytes()
    for name, content, code in [
        ("a.csv", b"\xe5\xad\xa6\xe5\x8f\xb7,\xff\xff\n", "FileEncoding"),
        ("b.csv", b"a,b\n\0\0", "FileBroken"),
        ("c.csv", b"", "FileEmpty"),
        ("d.csv", b"\n,,\n", "FileEmpty"),
        ("e.xls", b"<html><table>", "FileIsPage"),
        ("f.xlsx", good[:2000], "FileBroken"),
        ("g.xlsx", b"PK\x03\x04junk", "FileBroken"),
        ("h.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "FileBroken"),
    ]:
        (tmp_path / name).write_bytes(content)
        refused(code, open_sheet, tmp_path / name)
    (tmp_path / "d").mkdir()
    refused("FileUnreadable", open_sheet, (tmp_path / "d").rename(tmp_path / "d2.csv"))
    workbook_without = tmp_path / "w.xlsx"
    refused("FileEmpty", workbook, workbook_without, [])


def test_an_unclosed_quote_does_not_swallow_the_rest(tmp_path: Path) -> None:
    lines = ["学号,姓名", "1,张", '2,"李', *(f"{n},王" for n in range(3, 200))]
    (tmp_path / "a.csv").write_text("\n".join(lines))
    no = refused("LineBroken", lambda: list(open_sheet(tmp_path / "a.csv").rows))
    assert no.facts["file"] == "a.csv"


def test_what_a_file_is_counts_not_what_it_is_called(tmp_path: Path) -> None:
    readerfiles.write_xlsx(tmp_path / "a.xlsx", 5).rename(tmp_path / "really.xls")
    readerfiles.write_csv(tmp_path / "a.csv", 5).rename(tmp_path / "text.xls")
    for name in ("really.xls", "text.xls"):
        assert len(list(open_sheet(tmp_path / name).rows)) == 5


@pytest.mark.parametrize("end", ["", "\n"])
def test_the_count_is_that_of_the_rows(tmp_path: Path, end: str) -> None:
    """What a progress bar runs to."""
    path = tmp_path / "three.csv"
    path.write_text("学号,姓名\n1001,甲\n1002,乙\n1003,丙" + end, encoding="utf-8")
    assert open_sheet(path).count == 3
