"""Days and moments as people type them."""

from datetime import date

import pytest

from deskapp import moments
from deskapp.desk import Desk
from tests.library import Library, local
from tests.refusals import refused


@pytest.fixture
def desk(library: Library) -> Desk:
    return library.at("li")  # Sunday 2026-11-22 10:00


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("0930", "2026-11-22 09:30"),
        ("9:05", "2026-11-22 09:05"),
        ("９：０５", "2026-11-22 09:05"),
        ("11-21 15:20", "2026-11-21 15:20"),
        ("11/21 1520", "2026-11-21 15:20"),
        ("12-31 08:00", "2025-12-31 08:00"),
        ("2026年11月1日 9点05", "2026-11-01 09:05"),
    ],
)
def test_when_it_was_asked(desk: Desk, typed: str, said: str) -> None:
    found = moments.received_at(desk, typed)
    assert found == local(said)
    assert found is not None
    assert moments.received_at(desk, moments.as_received(found)) == found


def test_now_and_what_nobody_can_have_been_asked(desk: Desk) -> None:
    assert moments.received_at(desk, " ") is None
    refused("ReceivedLater", moments.received_at, desk, "10:01")
    for typed in ("25:00", "2-30 08:00", "昨天", "99", "11-21"):
        refused("MomentUnclear", moments.received_at, desk, typed)


@pytest.mark.parametrize(
    "typed", ["11-25", "11/25", "11.25", "11月25日", "１１－２５", "2026.11.25"]
)
def test_a_day_to_come_in_every_shape(desk: Desk, typed: str) -> None:
    assert moments.day_to_come(desk, typed) == date(2026, 11, 25)


def test_without_a_year_it_is_the_next_one(desk: Desk) -> None:
    assert moments.day_to_come(desk, " ") is None
    assert moments.day_to_come(desk, "11-22") == date(2026, 11, 22)
    assert moments.day_to_come(desk, "2-3") == date(2027, 2, 3)
    assert moments.day_to_come(desk, "2027-01-04") == date(2027, 1, 4)
    for wrong in ("明天", "13-40", "1", "2-30", "0930"):
        refused("MomentUnclear", moments.day_to_come, desk, wrong)
