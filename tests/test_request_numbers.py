"""A plain number means the own desk's request first, else those of all desks that gave it."""

from pathlib import Path

from deskapp import box, erasures, requests
from deskapp.box import RequestNumber, Requests, understand
from deskapp.desk import open_desk
from deskapp.request_lists import search
from deskapp.requests import Question
from screens.choosing import ChoosingScreen
from screens.home import HomeScreen
from screens.record import RecordScreen
from tests.front import app_on, store_in, until
from tests.library import Library
from tests.refusals import refused
from tests.shelf import spoil


def test_a_plain_number_finds_it_at_whatever_desk(two_desks: Library) -> None:
    library = two_desks
    first, second = (library.log(words=words).id for words in ("第一件", "第二件"))
    for code in ("2F", "3F"):
        library.exchange(code)
    there = library.at("li", "3F")
    assert understand(there, "0001") == RequestNumber(first, "2F-0001", "第一件")
    assert [line.subject for line in search(there, "0001")] == [first]
    assert box.requests_of(there, "2025-0001") == []
    ours = requests.log(there, Question("这里的第一件")).id
    assert understand(there, "0001") == RequestNumber(ours, "0001", "这里的第一件")
    assert understand(there, "2f-0001") == RequestNumber(first, "2F-0001", "第一件")
    assert understand(there, "0002") == RequestNumber(second, "2F-0002", "第二件")


def test_of_several_other_desks_one_is_chosen(two_desks: Library) -> None:
    library = two_desks
    library.log(words="三层的")
    library.log(words="保密的", kind="bibliotherapy")
    for code in ("2F", "3F"):
        library.exchange(code)
    there = library.at("admin", "3F")
    moved = "UPDATE request SET desk = '4F', number = 1 WHERE kind = 'bibliotherapy'"
    assert spoil(there.ledger, moved) == 1
    found = understand(there, "0001")
    assert isinstance(found, Requests)
    assert {(each.number, each.words) for each in found.requests} == {
        ("2F-0001", "三层的"), ("4F-0001", ""),
    }  # fmt: skip
    assert len(search(there, "0001")) == 2
    refused("RequestAmbiguous", erasures.find, there, "0001")


async def test_of_two_with_one_number_one_is_chosen_on_the_screen(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    desk = open_desk(store)
    assert spoil(desk.ledger, "UPDATE request SET number = 1") == 3
    desk.close()
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen) and app.focused)
        await pilot.press(*"0001", "enter")
        await until(pilot, lambda: isinstance(app.screen, ChoosingScreen))
        choosing = app.screen
        assert isinstance(choosing, ChoosingScreen)
        assert [each.split()[-1] for each in choosing.choices] == [
            "馆际互借催办", "校友临时证", "考研座插座无电",
        ]  # fmt: skip
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.seen(), RecordScreen))
        await pilot.press(*"0001", "enter")
        await until(pilot, lambda: isinstance(app.screen, ChoosingScreen))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.seen(), RecordScreen))
