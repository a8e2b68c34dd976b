"""What stands in a cell is read as what it means, or refused."""

from datetime import date, datetime

import pytest

from deskapp import cells
from deskapp.cells import Cell
from tests.refusals import refused


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("２０２１０００１", "20210001"),
        (" 2021 0001\u200b", "20210001"),
        ("'00417", "00417"),
        ("T-2021A", "T-2021A"),
        (417, "417"),
        ("202100000000000001", "202100000000000001"),
        ("", ""),
    ],
)
def test_a_number_is_kept_as_it_was(cell: Cell, number: str) -> None:
    assert cells.number(cell) == number


@pytest.mark.parametrize(
    "cell",
    ["2.02114E+11", "2.02E+05", "2e+11", "2.0211e11", 2.02114e17, 1e15, "1234567890123456.0"],
)
def test_a_number_that_lost_digits_is_refused(cell: Cell) -> None:
    refused("NumberDigitsLost", cells.number, cell)


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("199-0000-0417", "19900000417"),
        ("+86 199 0000 0417", "19900000417"),
        ("0086-19900000417", "19900000417"),
        (19900000417, "19900000417"),
        ("19900000417.0", "19900000417"),
        ("１９９０００００４１７", "19900000417"),
        ("19900000417/19900000418", "19900000417"),
        ("（0315）8800417", "03158800417"),
        ("无", ""),
    ],
)
def test_a_phone_is_its_digits(cell: Cell, phone: str) -> None:
    assert cells.phone(cell) == phone


def test_a_phone_that_lost_digits_is_refused() -> None:
    refused("NumberDigitsLost", cells.phone, "1.99E+10")


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2027-06-30", date(2027, 6, 30)),
        ("2027/6/30 0:00:00", date(2027, 6, 30)),
        ("2027年6月30日", date(2027, 6, 30)),
        ("2027.6.30", date(2027, 6, 30)),
        ("20270630", date(2027, 6, 30)),
        (20270630, date(2027, 6, 30)),
        (datetime.fromisoformat("2027-06-30T08:00"), date(2027, 6, 30)),
        ("长期", None),
        ("", None),
    ],
)
def test_a_day_is_read_in_every_shape(cell: Cell, day: date | None) -> None:
    assert cells.day(cell) == day


@pytest.mark.parametrize("cell", ["2027-02-30", "06/30/2027", "2027-6", "明年", "2027-06-30x", 7])
def test_an_unclear_day_is_refused(cell: Cell) -> None:
    refused("DateUnclear", cells.day, cell)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("张　伟", "张伟"),
        (" 王\ue863\u200b ", "王䶮"),
        ("Anna  Schmidt", "Anna Schmidt"),
        ("买买提·艾力", "买买提·艾力"),
    ],
)
def test_a_name_is_cleaned_but_not_changed(cell: Cell, name: str) -> None:
    assert cells.name(cell) == name


def test_counts_and_words() -> None:
    assert cells.whole("5.0") == cells.whole(5) == cells.whole("5 min") == 5
    assert cells.whole("") is None
    for wrong in ("-5", "5.5", "约5"):
        refused("CountUnclear", cells.whole, wrong)
    assert cells.word("", {"": "other"}) == "other"
    assert cells.word("", {}) == ""
    assert cells.word(" UG ", {"ug": "undergraduate"}) == "undergraduate"
