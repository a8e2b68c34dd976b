"""Daily counts: a later number corrects, the ledger keeps both, a copied desk clashes."""

from datetime import date
from pathlib import Path

from db.counts import COUNTS
from db.facts import Stub
from db.store import driver
from deskapp import counts
from deskapp.counts import Counted
from screens.choice import Field
from screens.counts import CountsScreen
from tests.front import app_on, front, on, store_in
from tests.library import Library, differs_from_ledger
from tests.refusals import refused

DAY = date(2026, 11, 22)
DELIVERY, BOOKS = (DAY, "delivery"), (DAY, "teachers_books")


def test_a_later_number_corrects_and_both_are_kept(library: Library) -> None:
    li = library.at("li")
    assert counts.enter(li, {DELIVERY: 3, BOOKS: 0}) == Counted(2, 0, 0)
    assert counts.enter(li, {DELIVERY: 5, BOOKS: 0}) == Counted(0, 1, 1)
    assert counts.of_day(li, DAY) == {"delivery": 5, "teachers_books": 0}
    assert counts.of_day(li, date(2026, 11, 21)) == {}
    with library.desk.reading() as connection:
        kept = driver(connection).execute(
            "SELECT data FROM fact WHERE kind = 'count.entered' AND subject LIKE '%delivery'"
        )
        assert [data.count('"number":3') + 2 * data.count('"number":5') for (data,) in kept] == [
            1, 2
        ]  # fmt: skip
    assert differs_from_ledger(library.desk) == []


def test_what_is_no_count(library: Library) -> None:
    li = library.at("li")
    refused("RoleTooLow", counts.enter, library.at("assistant"), {DELIVERY: 1})
    refused("CodeUnknown", counts.enter, li, {(DAY, "weather"): 1})
    refused("CountLater", counts.enter, li, {(date(2026, 11, 23), "delivery"): 1})
    refused("CountWrong", counts.enter, li, {DELIVERY: -1})
    assert counts.of_day(li, DAY) == {}


def test_a_desk_and_its_copy_may_count_differently() -> None:
    assert COUNTS.clashes is not None

    def stub(number: int) -> Stub:
        return Stub("1", "count.entered", None, 0, "[]", 1, f'{{"number":{number}}}')

    assert COUNTS.clashes(stub(1), stub(2))
    assert not COUNTS.clashes(stub(2), stub(2))


def test_two_desks_count_each_for_itself(two_desks: Library) -> None:
    library = two_desks
    counts.enter(library.at("li", "2F"), {DELIVERY: 3})
    counts.enter(library.at("li", "3F"), {DELIVERY: 4})
    for desk in ("2F", "3F", "2F"):
        library.exchange(desk)
    assert counts.enter(library.at("li", "3F"), {BOOKS: 0}) == Counted(1, 0, 0)
    assert counts.enter(library.at("li", "2F"), {DELIVERY: 4}) == Counted(0, 1, 0)
    assert counts.enter(library.at("li", "2F"), {DELIVERY: 3}) == Counted(0, 1, 0)
    assert counts.of_day(library.at("li", "2F"), DAY) == {"delivery": 3}
    assert counts.of_day(library.at("li", "3F"), DAY) == {"delivery": 4, "teachers_books": 0}


def test_the_days_numbers_on_one_screen(tmp_path: Path) -> None:
    with front(tmp_path, store=store_in(tmp_path / "store"), badge="1002") as t:
        t.wait("待我办理", seconds=30)
        for typed, said in (("3", "已登记1项，更正0项"), ("4", "已登记0项，更正1项")):
            t.keys("ctrl+p")
            t.send("每日计数")
            t.pump(0.3)
            t.keys("enter", gap=0.3)
            t.wait("再次填写即更正")
            t.keys("backspace", *"x", "enter")
            t.wait("看不懂", "不是", "无法")
            t.keys("backspace", typed, "enter")
            t.wait(said)


async def test_the_numbers_stand_below_each_other(tmp_path: Path) -> None:
    screen, app = CountsScreen(), app_on(store_in(tmp_path / "store"), "1002", "en")
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, screen)
        assert len({each.line.region.x for each in screen.query(Field)}) == 1
