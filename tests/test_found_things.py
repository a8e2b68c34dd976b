"""Lost and found: owners told, things given back once, kept as long as the profile says."""

from pathlib import Path

import pytest

from deskapp import cards, erasures, found_things, lent_things
from deskapp.desk import open_desk
from deskapp.found_things import LogIt
from screens.asking import AskScreen
from screens.found_thing import ThingScreen
from screens.found_things import FoundScreen, LoggingScreen
from screens.home import HomeScreen
from screens.longlist import LongList
from tests.clashing import open_clashes
from tests.front import app_on, front, on, shown, store_in, until
from tests.library import Library, differs_from_ledger, local
from tests.program import by_badge
from tests.refusals import refused
from tests.shelf import bytes_of

NUMBER, NAME = "2023101234", "单国强"
UMBRELLA = LogIt("黑伞", "四层东侧", "张三13899990000", "二号柜")


def card(library: Library, where: str | None = None) -> str:
    logged = found_things.log(
        library.at("li", where), LogIt("校园卡", owner=library.reader(NUMBER))
    )
    return logged.id


def status(library: Library, id: str) -> str:
    return found_things.thing(library.at("li"), id).status


def test_what_is_logged_is_found_again(library: Library) -> None:
    li = library.at("li")
    umbrella = found_things.log(li, UMBRELLA)
    library.clock.put("2026-11-22 10:05")
    mine = card(library)
    assert (umbrella.number, umbrella.owner) == ("0001", None)
    assert [each.id for each in found_things.things(li)] == [mine, umbrella.id]
    for words in ("黑伞", "东侧", "号柜", "0001", "1"):
        assert [each.id for each in found_things.things(li, words=words)] == [umbrella.id], words
    for words in (NUMBER, "A1B2C3"):
        assert [each.id for each in found_things.things(li, words=words)] == [mine], words
    for words in ("%", "_", "白伞"):
        assert found_things.things(li, words=words) == []
    thing = found_things.thing(li, umbrella.id)
    assert (thing.finder, thing.until, thing.overdue) == ("张三13899990000", "2026-12-22", False)
    assert found_things.thing(library.at("assistant"), umbrella.id).finder == ""
    refused("ThingUnnamed", found_things.log, li, LogIt(" "))
    refused("FoundLater", found_things.log, li, LogIt("伞", found=local("2026-11-22 10:06")))
    refused("PatronUnknown", found_things.log, li, LogIt("卡", owner="reader:none"))
    refused("RoleTooLow", found_things.log, library.at("volunteer"), UMBRELLA)
    refused("ThingUnknown", found_things.thing, li, "found:none")


def test_a_lost_card_that_is_found_tells_its_owner(library: Library) -> None:
    li, reader = library.at("li"), library.reader(NUMBER)
    (card_id,) = [each.id for each in cards.of_reader(li, reader) if each.kind == "card"]
    cards.lose(li, reader, card_id)
    owner = found_things.owner_of(li, "A1B2C3", scanned=True)
    assert owner is not None
    assert owner.id == reader
    assert found_things.owner_of(li, "FFFFFF") is None
    id = found_things.log(li, LogIt("校园卡", owner=owner.id)).id
    assert [thing.id for thing in found_things.of_reader(li, reader)] == [id]
    found_things.collect(li, id, NUMBER)
    assert found_things.of_reader(li, reader) == []


@pytest.mark.parametrize(
    ("code", "checked"), [(NUMBER, "card"), ("A1B2C3", "card"), (NAME, "name")]
)
def test_its_owner_collects_it(library: Library, code: str, checked: str) -> None:
    li, id = library.at("li"), card(library)
    found_things.tell(li, id)
    assert found_things.thing(li, id).told is not None
    refused("OwnerDiffers", found_things.collect, li, id, "2023101235")
    refused("OwnerDiffers", found_things.collect, li, id, "李四")
    refused("TakerUnnamed", found_things.collect, li, id, " ")
    refused("RoleTooLow", found_things.collect, library.at("assistant"), id, code)
    found_things.collect(li, id, code)
    thing = found_things.thing(li, id)
    assert (thing.status, thing.taker, thing.checked, thing.ended_by) == (
        "collected", NAME, checked, "李静"
    )  # fmt: skip
    for act in (found_things.tell, found_things.dispose):
        refused("ThingGone", act, library.at("lead"), id)
    refused("ThingGone", found_things.collect, li, id, code)
    refused("ThingGone", found_things.pass_on, li, id, "保卫处")
    assert found_things.things(li) == []
    found_things.put_back(li, id)
    assert status(library, id) == "kept"
    refused("ThingKept", found_things.put_back, li, id)
    found_things.collect(library.at("lead"), id, "2023101235")
    assert found_things.thing(li, id).checked == "lead"
    assert differs_from_ledger(library.desk) == []


def test_what_nobody_fetches_is_passed_on_or_disposed_of(library: Library) -> None:
    li, lead = library.at("li"), library.at("lead")
    id, other = (found_things.log(li, UMBRELLA).id for _ in range(2))
    refused("OwnerUnknown", found_things.tell, li, id)
    refused("KeptStill", found_things.dispose, lead, id)
    library.clock.put("2026-12-22 17:00")
    assert (found_things.things(li, "due"), found_things.count_due(li)) == ([], 0)
    library.clock.put("2026-12-23 08:00")
    assert [each.id for each in found_things.things(li, "due")] == [id, other]
    assert found_things.count_due(li) == 2
    refused("RoleTooLow", found_things.dispose, li, id)
    found_things.dispose(lead, id)
    refused("TakerUnnamed", found_things.pass_on, li, other, "")
    found_things.pass_on(li, other, "保卫处")
    assert (status(library, id), status(library, other)) == ("disposed", "passed_on")
    assert found_things.thing(li, other).passed_to == "保卫处"


def test_no_identity_number_is_kept(library: Library) -> None:
    li, number = library.at("li"), "130203199001011234"
    id = found_things.log(li, LogIt(f"身份证{number}", finder=f"张三{number}")).id
    found_things.collect(li, id, f"李四{number}")
    lent_things.lend(li, "cable", name=f"王五{number}")
    thing = found_things.thing(li, id)
    assert (thing.what[:3], thing.finder[:2], thing.taker[:2]) == ("身份证", "张三", "李四")
    assert number[6:].encode() not in bytes_of(library.desk.ledger.store.path)


def test_a_finder_is_erased_on_request(library: Library) -> None:
    id = found_things.log(library.at("li"), UMBRELLA).id
    refused("RoleTooLow", erasures.erase_words, library.at("li"), id)
    assert found_things.thing(library.at("li"), id).own_words
    erasures.erase_words(library.at("lead"), id)
    thing = found_things.thing(library.at("li"), id)
    assert (thing.finder, thing.what, thing.status, thing.own_words) == ("", "", "kept", False)
    assert "张三13899990000".encode() not in bytes_of(library.desk.ledger.store.path)
    refused("NothingToErase", erasures.erase_words, library.at("lead"), id)
    found_things.collect(library.at("li"), id, "李四")
    assert found_things.thing(library.at("li"), id).taker == "李四"


def test_an_erased_owner_leaves_the_thing(library: Library) -> None:
    id = card(library)
    found_things.collect(library.at("li"), id, NUMBER)
    erasures.erase_reader(library.at("lead"), library.reader(NUMBER))
    thing = found_things.thing(library.at("li"), id)
    assert (thing.status, thing.what, thing.taker) == ("collected", "", "")
    assert NAME.encode() not in bytes_of(library.desk.ledger.store.path)
    assert differs_from_ledger(library.desk) == []


@pytest.mark.parametrize(
    ("there", "clash"), [("same", False), ("name", True), ("other", True), ("passed", True)]
)
def test_given_away_at_two_desks_is_a_clash(two_desks: Library, there: str, clash: bool) -> None:
    library = two_desks
    logged = card(library) if there != "name" else found_things.log(library.at("li"), UMBRELLA).id
    library.exchange("2F")
    library.exchange("3F")
    code = "张三" if there == "name" else NUMBER
    found_things.collect(library.at("li", "2F"), logged, code)
    lead = library.at("lead", "3F")
    if there == "passed":
        found_things.pass_on(lead, logged, "保卫处")
    else:
        other = {"same": NUMBER, "name": "李四", "other": "2023101235"}[there]
        found_things.collect(lead, logged, other)
    for desk in ("2F", "3F", "2F"):
        library.exchange(desk)
    for desk in ("2F", "3F"):
        with library.desks[desk].reading() as connection:
            assert bool(open_clashes(connection)) == clash
        assert found_things.thing(library.at("li", desk), logged).status == "collected"
        assert differs_from_ledger(library.desks[desk]) == []


async def test_what_was_just_logged_is_on_the_list(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    desk = by_badge(open_desk(store), "1003")
    found_things.log(desk, UMBRELLA)
    app = app_on(store, "1003")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = FoundScreen()
        await on(pilot, app, screen)
        await pilot.press("2")
        await until(pilot, lambda: screen.which == "due")
        await pilot.press("1")
        await until(pilot, lambda: isinstance(app.seen(), LoggingScreen) and app.focused)
        await pilot.press(*"U", "ctrl+s")
        await until(pilot, lambda: app.seen() is screen)
        await until(pilot, lambda: getattr(screen.query_one(LongList).row, "what", "") == "U")
        assert screen.which == "kept"
    desk.close()


async def test_a_lead_erases_a_finder(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    desk = by_badge(open_desk(store), "1003")
    thing = found_things.log(desk, UMBRELLA)
    app = app_on(store, "1003")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        app.push_screen(ThingScreen(thing.id))
        await until(pilot, lambda: isinstance(app.seen(), ThingScreen))
        await pilot.press("6")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("right", "enter")
        await until(pilot, lambda: "已删除" in shown(pilot, "message"))
    assert found_things.thing(desk, thing.id).finder == ""
    desk.close()


def test_a_found_card_and_its_message(tmp_path: Path) -> None:
    with front(tmp_path, store=store_in(tmp_path / "store"), badge="1002") as t:
        t.wait("待我办理", seconds=30)
        t.keys("ctrl+p")
        t.send("失物")
        t.pump(0.3)
        t.keys("enter", gap=0.3)
        t.wait("没有失物")
        t.keys("1", gap=0.3)
        t.wait("失物登记")
        t.send(f"{NUMBER}\r")
        t.wait("失主 单*强")
        t.pump(0.4)  # an Enter at once is the scanner's
        t.keys("enter", gap=0.2)
        t.send("四层\r")
        t.keys("enter", gap=0.2)
        t.send("柜3\r")
        t.wait("失物0001已登记")
        assert "柜3" in t.text()
        t.wait("您好，您遗失的校园卡（2023****34）已由二层服务台保管")
        assert NAME not in t.text()
        t.keys("2", gap=0.3)
        t.wait("已记录通知失主")
        t.keys("1", gap=0.3)
        t.wait("领取")
        t.keys(*"2023101235", "enter")
        t.wait("与失主不符")
        t.keys("backspace", "4", "enter")
        t.wait("失物0001：已领取")
        t.keys("esc")
        t.wait("没有失物")
        t.keys("四", gap=0.3)
        t.wait("已领取")
