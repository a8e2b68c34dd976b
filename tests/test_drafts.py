"""Drafts: kept for their writer through a kill and a rebuild, and gone when they must be."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from db.books import BOOKS
from db.doctor import examine
from db.ledger import Act
from db.restore import restore
from db.store import driver
from deskapp import completing, copies, drafts, erasures, requests, staff, undo
from deskapp.desk import Desk, open_desk
from deskapp.drafts import Draft, Slip, kept
from deskapp.request_lists import RequestList
from deskapp.requests import Question
from tests.front import PIN, front
from tests.library import Library, outcome_of
from tests.program import by_badge
from tests.shelf import bytes_of
from tests.terminal import KEYS, Terminal

WORDS = "想借特藏回家，电话13800000000"


def put(desk: Desk, draft: Draft, *, last: bool = False) -> Slip:
    slip = Slip(desk)
    assert slip.put(draft, last=last)
    slip.write()
    return slip


def words(desk: Desk) -> list[str]:
    return [draft.words for _, draft in kept(desk)]


def lines(desk: Desk) -> int:
    with desk.reading() as connection:
        return int(driver(connection).execute("SELECT count(*) FROM draft").fetchone()[0])


def test_a_draft_is_its_writers_alone_and_outlives_the_program(library: Library) -> None:
    written = Draft(
        WORDS,
        patron=library.reader("2023101234"),
        kind="delivery",
        department="information",
        channel="phone",
        contact="手机",
        received="09:30",
        first_responder=library.id("lead"),
        result="hand_over",
        answer="写到一半",
        begun="想借",
    )
    slip = put(library.at("li"), written)
    library.reopen()
    ((found, draft),) = kept(library.at("li"))
    assert (found.id, draft) == (slip.id, written)
    assert kept(library.at("chen")) == kept(library.at("admin")) == []
    assert kept(library.at("li"), {slip.id}) == []
    assert found.put(None)
    found.write()
    assert lines(library.desk) == 0


def test_the_one_that_has_waited_longest_comes_first(library: Library) -> None:
    li = library.at("li")
    slips = {}
    for minute, each in enumerate(("甲", "乙", "丙")):
        library.clock.put(f"2026-11-22 10:0{minute}")
        slips[each] = put(li, Draft(each))
    assert words(li) == ["甲", "乙", "丙"]
    assert not slips["甲"].put(Draft("甲"))  # nothing changed, nothing to write
    library.clock.put("2026-11-22 10:05")
    assert slips["甲"].put(Draft("甲"), last=True)
    slips["甲"].write()
    assert words(li) == ["乙", "丙", "甲"]
    assert slips["乙"].put(Draft(" ")), "no words are no draft"
    slips["乙"].write()
    assert words(li) == ["丙", "甲"]


def test_what_was_put_last_stands_however_late_a_write_comes(library: Library) -> None:
    li = library.at("li")
    slip = put(li, Draft("一"))
    with li.ledger.store.writing():  # somebody else is writing: these wait for their turn
        threads = []
        for text in ("一二", "一二三"):
            slip.put(Draft(text))
            threads.append(Thread(target=slip.write))
            threads[-1].start()
        slip.put(None)
    for thread in threads:
        thread.join()
    assert words(li) == []


def test_what_is_just_being_written_is_thrown_away_too(library: Library) -> None:
    li = library.at("li")
    slip = Slip(li)
    slip.put(Draft(WORDS))
    with li.ledger.store.writing():
        thread = Thread(target=slip.write)
        thread.start()
        while not slip._lock.locked():
            pass
        assert slip.put(None), "nothing of it is on the disk yet; it will be"
    slip.write()
    thread.join()
    assert words(li) == []


class PowerCut(Exception):
    """Before the act is on the disk."""


class CutSlip(Slip):
    def take_away(self, act: Act) -> None:
        super().take_away(act)
        raise PowerCut


def test_an_entry_and_its_draft_are_never_both_there(library: Library) -> None:
    """The draft goes in the entry's own transaction: logged, completed, and back when undone."""
    li = library.at("li")
    hurried = library.log(words="快", incomplete=True).id
    cut = CutSlip(li)
    cut.put(Draft("找书"))
    cut.write()
    with pytest.raises(PowerCut):
        requests.log(li, Question("找书"), slip=cut)
    with pytest.raises(PowerCut):
        completing.complete(li, hurried, Question("找书"), slip=cut)
    assert (words(li), RequestList(li, "mine").count()) == (["找书"], 1)
    assert completing.waiting(li) == [hurried]
    ((slip, _),) = kept(li)
    requests.log(li, Question("找书"), slip=slip)
    assert (words(li), RequestList(li, "mine").count()) == ([], 2)
    undo.undo(li)
    assert (words(li), RequestList(li, "mine").count()) == (["找书"], 1)
    ((slip, _),) = kept(li)
    completing.complete(li, hurried, Question("找书"), slip=slip)
    assert (words(li), completing.waiting(li)) == ([], [])


def test_what_is_being_written_while_it_is_logged_does_not_come_back(library: Library) -> None:
    """A thread has begun to write; the store is busy with the very act that logs it."""
    li = library.at("li")
    slip = Slip(li)
    slip.put(Draft("找书"))
    with li.act() as act:
        late = Thread(target=slip.write)
        late.start()
        while not slip._lock.locked():
            pass
        slip.take_away(act)
    late.join()
    assert words(li) == []


def test_a_draft_goes_with_the_reader_whom_it_names(library: Library) -> None:
    li, person = library.at("li"), library.reader("2023101234")
    slip = put(li, Draft(WORDS, patron=person))
    put(li, Draft("别人的事", patron=library.reader("2023101235")))
    put(library.at("chen"), Draft("另一人写的", patron=person))
    erasures.erase_reader(library.at("lead"), person)
    assert words(li) == ["别人的事"]
    assert words(library.at("chen")) == []
    # whoever still has it before them does not bring it back
    slip.put(Draft(WORDS + "！", patron=person))
    slip.write()
    assert words(li) == ["别人的事"]
    held = bytes_of(li.ledger.store.path)
    assert "别人的事".encode() in held
    assert WORDS.encode() not in held
    assert examine(li.ledger) == []


def test_an_erasure_from_elsewhere_takes_it_too(two_desks: Library) -> None:
    person = two_desks.reader("2023101234")
    put(two_desks.at("li", "3F"), Draft(WORDS, patron=person))
    erasures.erase_reader(two_desks.at("lead", "2F"), person)
    for code in ("2F", "3F"):
        two_desks.exchange(code)
    assert lines(two_desks.desks["3F"]) == 0
    assert WORDS.encode() not in bytes_of(two_desks.desks["3F"].ledger.store.path)


def test_whoever_leaves_leaves_no_drafts(library: Library) -> None:
    put(library.at("li"), Draft(WORDS))
    staff.leave(library.at("admin"), library.id("li"))
    assert lines(library.desk) == 0


def test_the_ledger_and_its_keepers_know_nothing_of_drafts(
    library: Library, tmp_path: Path
) -> None:
    li = library.at("li")
    disk = tmp_path / "disk"
    disk.mkdir()
    copy = copies.begin(library.desk, disk)
    put(li, Draft(WORDS, patron=library.reader("2023101234")))
    assert copies.catch_up(library.desk) is None
    assert WORDS.encode() not in bytes_of(copy)
    assert examine(li.ledger, copy) == []
    for _ in li.ledger.rebuild():
        pass
    assert words(li) == [WORDS]
    assert examine(li.ledger, copy) == []
    with li.reading() as connection:
        facts = driver(connection).execute("SELECT data || ifnull(private, '') FROM fact")
        assert not any(WORDS in text for (text,) in facts)


@pytest.mark.parametrize("of", ["backup", "copy"])
def test_a_restore_brings_no_draft_back(library: Library, tmp_path: Path, of: str) -> None:
    li, source = library.at("li"), tmp_path / "backup.db"
    put(li, Draft(WORDS))
    if of == "backup":
        li.ledger.store.backup(source)
    else:
        disk = tmp_path / "disk"
        disk.mkdir()
        source = copies.begin(library.desk, disk)
    put(li, Draft("后来写的"))
    library.desk.close()
    restore(source, li.ledger.store.path, BOOKS, library.clock)
    library.reopen()
    assert lines(library.desk) == 0
    assert WORDS.encode() not in bytes_of(li.ledger.store.path)
    assert examine(library.desk.ledger) == []


def test_a_draft_older_than_the_program_or_the_profile_is_read(library: Library) -> None:
    li = library.at("li")
    slip = put(li, Draft(WORDS, kind="delivery", channel="phone"))
    with li.ledger.store.writing() as connection:
        raw = driver(connection)
        (body,) = raw.execute("SELECT body FROM draft").fetchone()
        body = json.loads(body) | {"kind": "telegram", "forgotten": 1}
        raw.execute("UPDATE draft SET body = ? WHERE id = ?", (json.dumps(body), slip.id))
    ((_, draft),) = kept(li)
    assert (draft.words, draft.kind, draft.channel) == (WORDS, None, "phone")


def test_nobody_has_no_drafts(library: Library) -> None:
    assert outcome_of(lambda: Slip(library.desk)) == "NobodySignedIn"
    assert outcome_of(lambda: drafts.kept(replace(library.desk, operator=None))) == "NobodySignedIn"


# In the real program


@contextmanager
def session(store: Path, badge: str = "1001") -> Iterator[Terminal]:
    with front(store.parent / "home", store=store, badge=badge) as t:
        t.wait("待我办理", seconds=30)
        yield t


def on_disk(store: Path, badge: str = "1001") -> list[Draft]:
    desk = by_badge(open_desk(store), badge)
    try:
        return [draft for _, draft in kept(desk)]
    finally:
        desk.close()


def sign_in(t: Terminal, badge: str) -> None:
    t.wait("请刷工作证", "已锁定")
    t.send(f"{badge}\r")
    for count, digit in enumerate(PIN, 1):  # by hand: digits read together would be a scan
        t.keys(digit)
        t.wait("•" * count)
    t.keys("enter")
    t.wait("待我办理", seconds=30)


def test_a_kill_in_the_middle_of_an_entry_loses_nothing(store: Path) -> None:
    with session(store) as t:
        t.send(KEYS["f2"])
        t.wait("首问登记")
        t.send("A1B2C3\r写到一半")
        t.wait("> 写到一半")
        t.keys("enter", "1", gap=0.15)
        t.wait("答复")
        t.keys("tab", gap=0.1)
        t.send("，在三楼")
        t.wait_until(lambda: any(d.answer for d in on_disk(store)), "on the disk", 6)
        t.kill()
        assert t.status(5) == -9
    with front(store.parent / "home", store=store) as t:
        sign_in(t, "1002")
        assert "草稿" not in t.text()
        t.send(KEYS["f2"])
        t.wait("首问登记")
        assert "写到一半" not in t.text()
        t.send(KEYS["ctrl+l"])
        sign_in(t, "1001")
        t.wait("草稿已保留")
        t.wait("暂存1")
        t.send(KEYS["ctrl+y"])
        t.wait("> 写到一半")
        t.wait("单*强")
        t.wait("当场答复，在三楼")
        t.wait("已取回草稿")
        t.keys("tab", "tab", gap=0.1)
        t.send(KEYS["ctrl+s"])
        t.wait("已登记")
        assert on_disk(store) == []
    with session(store) as t:
        t.pump(0.3)
        assert "草稿" not in t.text()


def test_a_lock_and_a_parked_request_are_on_the_disk_at_once(store: Path) -> None:
    with session(store) as t:
        t.send(KEYS["f2"])
        t.wait("首问登记")
        t.send("甲的事")
        t.wait("> 甲的事")
        t.send(KEYS["f2"])
        t.wait("> 事由")
        t.send("乙的事")
        t.wait("> 乙的事")
        t.send(KEYS["ctrl+l"])
        t.wait("请刷工作证", "已锁定")
        t.kill()
    assert [draft.words for draft in on_disk(store)] == ["甲的事", "乙的事"]
    with session(store) as t:
        t.wait("草稿已保留，共2件")
        t.send(KEYS["ctrl+y"])
        t.wait("> 乙的事")
        t.wait("另有1件")
        t.keys(*["backspace"] * 3, "esc", gap=0.05)  # without words it is thrown away
        t.wait("待我办理")
        assert [draft.words for draft in on_disk(store)] == ["甲的事"]
