"""Things lent at the desk: no more than there are, back by card, and who is late."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from db.facts import Fact, Rows
from db.lent_things import LENT
from deskapp import erasures, lent_things
from tests.clashing import open_clashes
from tests.front import front, store_in
from tests.library import Library, differs_from_ledger, local
from tests.refusals import refused

NUMBER = "2023101234"


def left(library: Library, thing: str, code: str | None = None) -> int:
    return {each.thing: each.left for each in lent_things.stock(library.at("li", code))}[thing]


def test_lent_by_card_and_given_back(library: Library) -> None:
    li, reader = library.at("li"), library.reader(NUMBER)
    cable = lent_things.lend(li, "cable", reader=reader)
    umbrella = lent_things.lend(li, "umbrella", reader=reader, item="12")
    visitor = lent_things.lend(library.at("assistant"), "cable", name="张三 校友")
    assert cable.due == local("2026-11-22 22:00")
    assert umbrella.due == local("2026-11-23 22:00")
    assert (left(library, "cable"), left(library, "umbrella")) == (6, 9)
    assert [each.id for each in lent_things.loans(li)] == [cable.id, visitor.id, umbrella.id]
    theirs = lent_things.loans(li, reader)
    assert [(each.thing, each.item, each.who) for each in theirs] == [
        ("cable", "", "单*强 2023****34"), ("umbrella", "12", "单*强 2023****34")
    ]  # fmt: skip
    assert not lent_things.give_back(li, cable.id).late
    refused("LoanOver", lent_things.give_back, li, cable.id)
    library.clock.put("2026-11-23 22:01")
    assert [each.overdue for each in lent_things.loans(li)] == [True, True]
    assert lent_things.give_back(li, umbrella.id).late
    assert (left(library, "cable"), lent_things.loans(li, reader)) == (7, [])
    assert differs_from_ledger(library.desk) == []


def test_what_cannot_be_lent(library: Library) -> None:
    li, reader = library.at("li"), library.reader(NUMBER)
    refused("BorrowerMissing", lent_things.lend, li, "cable", name=" ")
    refused("CodeUnknown", lent_things.lend, li, "boat", reader=reader)
    refused("PatronUnknown", lent_things.lend, li, "cable", reader="reader:none")
    refused("RoleTooLow", lent_things.lend, library.at("volunteer"), "cable", reader=reader)
    refused("RoleTooLow", lent_things.loans, library.at("volunteer"))
    for _ in range(4):
        lent_things.lend(li, "glasses", name="张三")
    refused("NoneLeft", lent_things.lend, li, "glasses", reader=reader)
    refused("LoanUnknown", lent_things.give_back, li, "lent:none")


def test_one_of_a_kind_at_a_time_unless_somebody_says_so(library: Library) -> None:
    li, reader = library.at("li"), library.reader(NUMBER)
    first = lent_things.lend(li, "power_bank", reader=reader)
    lent_things.lend(li, "cable", reader=reader)
    refused("HasOneAlready", lent_things.lend, li, "power_bank", reader=reader)
    lent_things.lend(li, "power_bank", reader=library.reader("00417"))
    second = lent_things.lend(li, "power_bank", reader=reader, again=True)
    lent_things.give_back(li, first.id)
    refused("HasOneAlready", lent_things.lend, li, "power_bank", reader=reader)
    lent_things.give_back(li, second.id)
    lent_things.lend(li, "power_bank", reader=reader)


def test_what_is_given_up_may_still_come_back(library: Library) -> None:
    li, lead = library.at("li"), library.at("lead")
    id = lent_things.lend(li, "glasses", reader=library.reader(NUMBER)).id
    refused("RoleTooLow", lent_things.give_up, li, id)
    lent_things.give_up(lead, id)
    refused("LoanOver", lent_things.give_up, lead, id)
    assert lent_things.loans(li) == []
    lent_things.give_back(li, id)
    refused("LoanOver", lent_things.give_up, lead, id)


def test_of_an_erased_reader_nothing_but_the_loan_stays(library: Library) -> None:
    lent_things.lend(library.at("li"), "cable", reader=library.reader(NUMBER))
    erasures.erase_reader(library.at("lead"), library.reader(NUMBER))
    (loan,) = lent_things.loans(library.at("li"))
    assert (loan.thing, loan.who) == ("cable", "")


def test_taken_back_at_two_desks_is_no_clash(two_desks: Library) -> None:
    library = two_desks
    id = lent_things.lend(library.at("li"), "umbrella", reader=library.reader(NUMBER)).id
    library.exchange("2F")
    library.exchange("3F")
    assert left(library, "umbrella", "3F") == 10
    lent_things.give_back(library.at("li", "2F"), id)
    lent_things.give_up(library.at("lead", "3F"), id)
    for desk in ("2F", "3F", "2F"):
        library.exchange(desk)
    for desk in ("2F", "3F"):
        with library.desks[desk].reading() as connection:
            assert open_clashes(connection) == []
        assert lent_things.loans(library.at("li", desk)) == []
        refused("LoanOver", lent_things.give_back, library.at("li", desk), id)
        assert differs_from_ledger(library.desks[desk]) == []


def fact(kind: str, at: int) -> Fact:
    data = '{"thing":"cable","item":null,"patron":null,"lent_at":"1","due_at":"2"}'
    return Fact(
        f"{at}", "", "2F", 1, kind, 1, "lent:x", 0, "[]", f"{at}", "staff:1",
        data if kind == "lent.lent" else "{}", None, None, None, None, None, b""
    )  # fmt: skip


@given(st.lists(st.sampled_from(["lent.returned", "lent.missing", "lent.lent"]), max_size=5))
def test_what_came_back_is_back_in_any_order(kinds: list[str]) -> None:
    rows: Rows = {}
    for at, kind in enumerate(["lent.lent", *kinds]):
        rows = LENT.folds[kind, 1](rows, fact(kind, at))
    status = rows["lent_thing",]["status"]
    expected = (
        "back" if "lent.returned" in kinds else "missing" if "lent.missing" in kinds else "out"
    )
    assert status == expected


def test_a_card_a_digit_and_a_card_again(tmp_path: Path) -> None:
    with front(tmp_path, store=store_in(tmp_path / "store"), badge="1002") as t:
        t.wait("待我办理", seconds=30)
        t.keys("ctrl+p")
        t.send("便民")
        t.pump(0.3)
        t.keys("enter", gap=0.3)
        t.wait("雨伞 剩10")
        t.keys("1", "enter")
        t.wait("请先刷卡")
        t.send(f"{NUMBER}\r")
        t.wait("单*强")
        t.keys("1", "enter")
        t.wait("已借出雨伞")
        t.wait("剩9")
        t.keys("1", "enter", gap=0.3)
        t.wait("该读者已借该物品1件")
        t.keys("enter")
        t.pump(0.3)
        assert "剩9" in t.text()
        t.keys("1", "enter", gap=0.3)
        t.wait("该读者已借该物品1件")
        t.keys("right", "enter")
        t.wait("剩8")
        t.send(f"{NUMBER}\r")
        t.wait("在借 2")
        t.pump(0.35)
        t.keys("enter", "enter")
        t.wait("剩9")
        t.keys("esc")
        t.wait("全部借出 1")
        t.send("A1B2C3\r")
        t.wait("在借 1")
        t.pump(0.35)
        t.keys("enter")
        t.wait("已归还雨伞")
