"""A reader's page: what it shows to whom, and that every look is on record."""

from pathlib import Path

from db.store import driver
from deskapp import box, cards, endings, erasures, reader_page
from deskapp.desk import open_desk
from deskapp.endings import Ending
from tests.front import front, store_in
from tests.library import Library, differs_from_ledger
from tests.program import by_badge
from tests.refusals import refused

NUMBER, NAME, TELEPHONE = "2023101234", "单国强", "13812345678"


def looks(library: Library) -> list[tuple[str, str]]:
    with library.desk.reading() as connection:
        return driver(connection).execute("SELECT patron, by FROM look ORDER BY at").fetchall()


def test_it_shows_what_is_open_and_what_was_asked(library: Library) -> None:
    reader = library.reader(NUMBER)
    late = library.log(words="参考", kind="reference", patron=reader).id
    soon = library.log(words="找书", patron=reader).id
    done = library.log(words="旧事", patron=reader).id
    library.log(words="别人的事")
    endings.close(library.at("li"), done, Ending("done", "好"))
    page = reader_page.open_page(library.at("li"), reader)
    assert [line.subject for line in page.open] == [soon, late]
    assert [line.subject for line in page.contacts] == [done]
    assert (page.reader.name, page.reader.number, page.telephone) == (
        NAME, "2023****34", "1381*****78"
    )  # fmt: skip
    assert [(card.value, card.kind) for card in page.cards] == [
        ("2023****34", "number"), ("A1**C3", "card")
    ]  # fmt: skip
    assert page.looks == ()


def test_what_others_confided_is_not_there(library: Library) -> None:
    reader = library.reader(NUMBER)
    asked = library.log("sun", "想约", kind="bibliotherapy", patron=reader).id
    assert reader_page.open_page(library.at("li"), reader).open == ()
    assert [e.subject for e in reader_page.open_page(library.at("sun"), reader).open] == [asked]


def test_every_look_is_on_record_and_reading_again_is_none(library: Library) -> None:
    reader = library.reader(NUMBER)
    reader_page.open_page(library.at("li"), reader)
    reader_page.again(library.at("li"), reader)
    library.clock.put("2026-11-22 10:05")
    seen = reader_page.open_page(library.at("lead"), reader).looks
    assert looks(library) == [(reader, library.id("li")), (reader, library.id("lead"))]
    assert [look.name for look in seen] == ["周强", "李静"]
    assert differs_from_ledger(library.desk) == []
    refused("RoleTooLow", reader_page.open_page, library.at("assistant"), reader)
    refused("RoleTooLow", reader_page.again, library.at("assistant"), reader)
    refused("RoleTooLow", reader_page.telephone, library.at("assistant"), reader)
    refused("PatronUnknown", reader_page.open_page, library.at("li"), "reader:none")
    assert len(looks(library)) == 2


def test_the_telephone_is_a_look_of_its_own(library: Library) -> None:
    reader = library.reader(NUMBER)
    assert reader_page.telephone(library.at("li"), reader) == TELEPHONE
    refused("NoTelephone", reader_page.telephone, library.at("li"), library.reader("00417"))
    (look,) = reader_page.again(library.at("lead"), reader).looks
    assert (look.name, look.what) == ("李静", "telephone")


def test_of_an_erased_reader_there_is_no_page(library: Library) -> None:
    reader = library.reader(NUMBER)
    reader_page.open_page(library.at("li"), reader)
    erasures.erase_reader(library.at("lead"), reader)
    refused("PatronUnknown", reader_page.again, library.at("li"), reader)


def test_enter_on_the_reader_before_the_desk_opens_the_page(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    with front(tmp_path, store=store, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.send(f"{NUMBER}\r")
        t.wait("回车查看")
        t.pump(0.35)  # an Enter that trails a scan is swallowed
        t.keys("enter")
        t.wait("没有未结事项")
        t.wait("最近查看")
        for word in (NUMBER, NAME, TELEPHONE):
            assert word not in t.text()
        t.keys("ctrl+f")
        t.wait(f"电话{TELEPHONE}，已送剪贴板")
        t.keys("f2")
        t.wait("首问登记")
        t.wait("单*强")
        t.send("找书")
        t.keys("enter", "enter", gap=0.3)
        t.wait("未结 1")
        t.keys("enter")
        t.wait("找书")
        t.keys("esc", "esc")
        t.wait("待我办理")
    desk = open_desk(store)
    with desk.reading() as connection:
        lines = driver(connection).execute("SELECT count(*) FROM look").fetchone()
    desk.close()
    assert lines == (2,)


def test_a_lost_card_is_said_to_be_lost(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    desk = open_desk(store)
    lead = by_badge(desk, "1001")
    found = box.understand(lead, NUMBER)
    assert isinstance(found, box.ReaderFound)
    reader = found.reader.id
    (card,) = [each for each in cards.of_reader(lead, reader) if each.kind == "card"]
    cards.lose(lead, reader, card.id)
    desk.close()
    with front(tmp_path, store=store, badge="1001", language="en") as t:
        t.wait("To do", seconds=30)
        t.send(f"{NUMBER}\r")
        t.wait("Enter: page")
        t.pump(0.35)
        t.keys("enter")
        t.wait(f"{card.value} (lost ")
