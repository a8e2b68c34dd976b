"""Counter barcodes: real EAN-13, told from every card, on a sheet in both languages."""

import re
from pathlib import Path

from deskapp import barcodes, box, isbn
from tests.commanding import FIXTURES, Run
from tests.library import Library

prepared, desk, run, patrons = FIXTURES
WIDTHS = {"0": "3211", "1": "2221", "2": "2122", "3": "1411", "4": "1132",
          "5": "1231", "6": "1114", "7": "1312", "8": "1213", "9": "3112"}  # fmt: skip
"""of space, bar, space, bar in a digit of the left half (GS1 General Specifications 5.2.1.2)"""


def runs(modules: str) -> str:
    return "".join(str(len(each[0])) for each in re.finditer(r"0+|1+", modules))


def read(modules: str) -> str:
    """What a scanner reads: digits by the widths, the first one by which of them are mirrored."""
    assert len(modules) == 95
    assert (modules[:3], modules[45:50], modules[-3:]) == ("101", "01010", "101")
    digits = {width: digit for digit, width in WIDTHS.items()}
    mirrored = {width[::-1]: digit for digit, width in WIDTHS.items()}
    left = [runs(modules[at : at + 7]) for at in range(3, 45, 7)]
    right = [runs(modules[at : at + 7]) for at in range(50, 92, 7)]
    odd = ["L" if modules[at] == "0" and modules[at : at + 7].count("1") % 2 else "G"
           for at in range(3, 45, 7)]  # fmt: skip
    assert "".join(odd) == "LLGGLG"  # a 2 in front
    known = (
        (digits if parity == "L" else mirrored)[w] for w, parity in zip(left, odd, strict=True)
    )
    return "2" + "".join(known) + "".join(digits[width] for width in right)


def test_the_bars_are_read_as_the_digits() -> None:
    for code in barcodes.CODES:
        assert read(barcodes.bars(code)) == code


def test_check_digits_are_those_of_known_numbers() -> None:
    for known in ("4006381333931", "9780306406157"):
        assert barcodes.checked(known[:-1]) == known


def test_it_is_no_book_and_nobodys_card(library: Library) -> None:
    for code, said in barcodes.CODES.items():
        assert barcodes.said(code) == said
        assert isbn.normal(code) is None
        assert box.understand(library.at("li"), code, scanned=True) == box.UnknownCard(code)
    assert barcodes.said("2000000000016") is None


def test_the_sheet(desk: Path, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "sheet.html"
    assert run("print", "barcodes", "-o", file).out == f"条码已写入{file}\n"
    page = file.read_text("utf-8")
    for code, word in zip(
        barcodes.CODES, ("暂离  Step away", "签退  Leave", "撤销  Undo"), strict=True
    ):
        assert f">{word}</h2>" in page
        assert f'<p class="number">{code}</p>' in page
    assert page.count("<svg") == 6
    assert not re.search(r"(?:href|src|url)\W", page)
    assert run("print", "barcodes", "-o", file).status == 3
    assert run("print", "barcodes", "-o", file, "--force").status == 0
