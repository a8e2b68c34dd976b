"""Listed segments: who is in, until when, and what two desks may do apart."""

from datetime import date, timedelta
from pathlib import Path

from db import segments
from db.facts import Draft
from db.store import driver
from deskapp import erasures, spaces, undo
from deskapp import segments as rules
from screens.members import MembersScreen
from screens.reasons import ReasonScreen
from screens.scanbox import ScanBox
from tests.clashing import open_clashes
from tests.front import app_on, on, shown, store_in, until
from tests.library import Library, differs_from_ledger
from tests.refusals import refused

TEAM, EXAM = "postgraduates", "exam_candidates"
NUMBER, OTHER = "2023101234", "2023101235"


def enter(library: Library, reader: str, until: str | None = None, where: str = "2F") -> None:
    with library.at("li", where).act() as act:
        act.record_all([segments.entered(EXAM, reader, until)])


def inside(library: Library, reader: str, day: str, where: str = "2F") -> set[str]:
    with library.desks[where].reading() as connection:
        return segments.segments_of(connection, reader, day)


def test_a_member_is_in_until_the_end_of_a_day(library: Library) -> None:
    reader, other = library.reader(NUMBER), library.reader(OTHER)
    enter(library, reader, "2026-12-20")
    assert inside(library, reader, "2026-12-20") == {EXAM}
    assert inside(library, reader, "2026-12-21") == set()
    assert inside(library, other, "2026-12-20") == set()
    enter(library, reader)
    assert inside(library, reader, "2030-01-01") == {EXAM}
    with library.at("li").act() as act:
        act.record_all([Draft("segment.left", segments.subject_of(EXAM, reader))])
    assert inside(library, reader, "2026-12-20") == set()
    enter(library, reader, "2026-12-20")
    with library.desk.reading() as connection:
        ((patron, _, until),) = segments.members(connection, EXAM, "2026-12-20")
        assert (patron, until) == (reader, "2026-12-20")
        assert segments.members(connection, TEAM, "2026-12-20") == []
    assert differs_from_ledger(library.desk) == []


def test_a_merged_number_stays_in(library: Library) -> None:
    old, new = library.reader(NUMBER), library.reader(OTHER)
    enter(library, old)
    with library.at("li").act() as act:
        act.record_all([Draft("reader.merged", old, {"into": new})])
    assert inside(library, new, "2026-11-22") == {EXAM}


def test_who_is_entered_may_use_the_zone(library: Library) -> None:
    li, reader = library.at("li"), library.reader(NUMBER)
    hall = spaces.zone(li, "exam")
    for may in (False, True):
        with li.reading() as connection:
            assert spaces.eligible(li, connection, hall, reader) == may
            assert not spaces.eligible(li, connection, hall, library.reader(OTHER))
        enter(library, reader, "2026-11-22")
    library.clock.put("2026-11-23 08:00")
    with li.reading() as connection:
        assert not spaces.eligible(li, connection, hall, reader)


def test_a_librarian_enters_and_takes_out(library: Library) -> None:
    li, reader = library.at("li"), library.reader(NUMBER)
    assert [each.code for each in rules.listed(li)] == [EXAM, TEAM]
    today = date(2026, 11, 22)
    assert rules.enter(li, EXAM, reader, today).until == today
    (member,) = rules.members(li, EXAM)
    assert (member.reader.id, member.until, f"{member.since:%H:%M}") == (reader, today, "10:00")
    refused("LastDayOver", rules.enter, li, EXAM, reader, date(2026, 11, 21))
    refused("SegmentUnknown", rules.enter, li, "teachers", reader)
    refused("PatronUnknown", rules.enter, li, EXAM, "reader:none")
    refused("RoleTooLow", rules.members, library.at("assistant"), EXAM)
    refused("NotMember", rules.take_out, li, TEAM, reader)
    assert undo.undo(li).name == "单*强"
    assert rules.members(li, EXAM) == []
    rules.enter(li, EXAM, reader)
    rules.take_out(li, EXAM, reader)
    assert rules.members(li, EXAM) == []
    assert undo.undo(li).what == "segment.left"
    assert len(rules.members(li, EXAM)) == 1
    erasures.erase_reader(library.at("lead"), reader)
    assert rules.members(li, EXAM) == []
    assert differs_from_ledger(library.desk) == []


async def test_a_card_enters_and_a_digit_takes_out(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    app = app_on(store, "1004")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = MembersScreen()
        await on(pilot, app, screen)
        await pilot.press("tab")
        await until(pilot, lambda: "[研究生与科研团队 0]" in shown(pilot, "heading"))
        screen.query_one(ScanBox).value = NUMBER
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.seen(), ReasonScreen))
        await pilot.press("enter")
        await until(pilot, lambda: "单*强已列入名单" in shown(pilot, "message"))
        await pilot.press("1", "down", "1")
        await until(pilot, lambda: "单*强已移出名单" in shown(pilot, "message"))
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "单*强已回到名单" in shown(pilot, "message"))


def test_taken_out_and_entered_apart_is_a_clash(two_desks: Library) -> None:
    library = two_desks
    reader = library.reader(NUMBER)
    enter(library, reader)
    library.exchange("2F")
    library.exchange("3F")
    library.clock.at += timedelta(minutes=1)
    with library.at("li").act() as act:
        act.record_all([Draft("segment.left", segments.subject_of(EXAM, reader))])
    enter(library, reader, "2027-01-31", "3F")
    for desk in ("2F", "3F", "2F"):
        library.exchange(desk)
    for each in library.desks.values():
        with each.reading() as connection:
            ((subject, *_),) = open_clashes(connection)
            raw = driver(connection)
            assert raw.execute("SELECT left_at IS NULL FROM member").fetchall() == [(1,)]
        assert subject == segments.subject_of(EXAM, reader)
        assert differs_from_ledger(each) == []
