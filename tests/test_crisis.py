"""The crisis key: telephones at once, and of a call nothing but that it was made."""

from pathlib import Path

from db.store import driver
from deskapp import crisis
from deskapp.desk import open_desk
from tests.front import front, store_in
from tests.library import Library, differs_from_ledger
from tests.refusals import refused


def test_only_the_call_is_on_record(library: Library) -> None:
    crisis.call(library.at("volunteer"), "guard")
    refused("CodeUnknown", crisis.call, library.at("li"), "nobody")
    refused("NobodySignedIn", crisis.call, library.desk, "guard")
    with library.desk.reading() as connection:
        raw = driver(connection)
        (fact,) = raw.execute("SELECT data, person, private FROM fact WHERE subject LIKE 'crisis%'")
        assert fact == ('{"whom":"guard"}', None, None)
        assert raw.execute("SELECT desk, whom FROM crisis_call").fetchall() == [("2F", "guard")]
    assert differs_from_ledger(library.desk) == []


def test_telephones_are_two_keys_away(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    with front(tmp_path, store=store, badge="1002") as t:
        t.wait("待我办理", seconds=30)
        t.keys("f2")
        t.wait("首问登记")
        t.send("他说")
        t.keys("ctrl+o", "0")
        t.wait("12356")
        t.wait("保卫处")
        t.keys("3")
        t.wait("已记录致电保卫处")
        t.keys("esc")
        t.wait("他说")
        t.keys("ctrl+p")
        t.wait("危机求助")
        t.keys("enter")  # the first that is offered
        t.wait("12356")
    assert calls(store) == 1


def calls(store: Path) -> int:
    desk = open_desk(store)
    with desk.reading() as connection:
        found = driver(connection).execute("SELECT count(*) FROM crisis_call").fetchone()
    desk.close()
    return int(found[0])


def test_a_locked_desk_shows_them_and_records_nothing(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    with front(tmp_path, store=store, badge="1002") as t:
        t.wait("待我办理", seconds=30)
        t.keys("ctrl+l")
        t.wait("已锁定")
        t.keys("ctrl+o", "0")
        t.wait("12356")
        assert "登录后再记录" in t.text()
        assert "李静" not in t.text()
        t.keys("3")
        t.wait("请先登录")
        t.keys("esc")
        t.wait("已锁定")
        assert "12356" not in t.text()
    assert calls(store) == 0
