"""Erasing on request: whom the number finds, what goes, and that it is asked twice."""

from pathlib import Path

import pytest

from deskapp import cards, erasures
from deskapp.desk import open_desk
from tests.front import front, store_in
from tests.library import Library
from tests.program import by_badge
from tests.refusals import refused
from tests.shelf import bytes_of

NUMBER = "2023101234"


def test_what_goes_is_said_before(library: Library) -> None:
    reader = library.reader(NUMBER)
    library.log(words="找书", patron=reader)
    library.log("sun", "想约", kind="bibliotherapy", patron=reader)
    anonymous = library.log(words="拾到黑伞", contact="张三")
    lead = library.at("lead")
    who = erasures.find(lead, "A1B2C3")
    assert (who.id, who.cards, who.requests, who.confidential) == (reader, 2, 2, 1)
    assert erasures.find(lead, anonymous.number).id == anonymous.id
    refused("RoleTooLow", erasures.find, library.at("li"), NUMBER)
    refused("NobodyToErase", erasures.find, lead, "9999")
    refused("NobodyToErase", erasures.find, lead, "")
    refused("AskerIsReader", erasures.find, lead, "0001")


@pytest.mark.parametrize("code", [NUMBER, "a1b2c3", "0003"])
def test_the_number_is_typed_twice(library: Library, code: str) -> None:
    reader = library.reader(NUMBER)
    library.log(words="找书", patron=reader)
    library.log(words="还书", patron=reader)
    library.log(words="拾到黑伞", contact="张三13899990000")
    lead = library.at("lead")
    who = erasures.find(lead, code.upper())
    refused("NumbersDiffer", erasures.erase, lead, who, "2023101235")
    refused("RoleTooLow", erasures.erase, library.at("li"), who, code)
    assert erasures.erase(lead, who, f" {code} ").requests == (1 if code == "0003" else 2)
    gone = "张三13899990000" if code == "0003" else "单国强"
    assert gone.encode() not in bytes_of(library.desk.ledger.store.path)


def test_a_lead_erases_a_reader_from_the_palette(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    with front(tmp_path, store=store, badge="1003") as t:
        t.wait("待我办理", seconds=30)
        t.keys("ctrl+p")
        t.wait("危机求助")
        t.send("删除个人")
        t.keys("enter", gap=0.3)
        t.wait("应本人要求删除（")
        t.keys(*NUMBER, "enter")
        t.wait("将删除")
        assert "单国强" not in t.text()
        t.keys(*NUMBER, "enter")
        t.wait("确定删除？")
        t.keys("enter")  # the dialog starts on no
        t.wait_gone("确定删除？")
        assert "将删除" in t.text()
        t.keys("backspace", "5", "enter")
        t.wait("确定删除？")
        t.keys("left", "enter")
        t.wait("两次号码不同")
        t.keys("backspace", "4", "enter")
        t.wait("确定删除？")
        t.keys("left", "enter")
        t.wait("已删除，涉及事项0件", seconds=20)
        t.wait("待我办理")
    desk = open_desk(store)
    assert cards.whose(by_badge(desk, "1003"), NUMBER) == []
    desk.close()
