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
    ("cell", "cards"),
    [
        *[(f"1112038970{mark}A1B2C3", "1112038970 A1B2C3") for mark in ";；、,，/|\n"],
        *[
            (f"1112038970{mark}1537810351", "1112038970 1537810351")
            for mark in (" ", "\u3000", ";;")
        ],
        ("'00417; 00418 ;", "00417 00418"),
        ("1112038970/1112038970", "1112038970"),
        ("123456,123456,018,12345", "123456 018,12345"),
        # One number each: blanks in a chip's or a printed number, a comma as cards print it.
        ("04 A2 3F 1B", "04A23F1B"),
        ("1234 5678 9012 3456", "1234567890123456"),
        ("018,12345", "018,12345"),
        (1112038970, "1112038970"),
        ("", ""),
        (" ;\n", ""),
    ],
)
def test_several_numbers_may_stand_in_one_cell(cell: Cell, cards: str) -> None:
    assert " ".join(cells.numbers(cell)) == cards


def test_each_of_several_numbers_is_looked_at() -> None:
    refused("NumberDigitsLost", cells.numbers, "1112038970;1.53E+09")
    refused("NumberDigitsLost", cells.numbers, 1.5e17)
    refused("NumberIsIdentity", cells.numbers, "1112038970 130102199001011234")


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
    assert refused("DateUnclear", cells.day, cell).facts["value"] == str(cell)


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
