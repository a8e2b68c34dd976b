"""The day on Home: note of the last shift, what is due next, the numbers so far."""

from pathlib import Path

from rich.cells import cell_len

from db.store import driver
from deskapp import conduct, daily, found_things, leaving, lent_things, requests, shifts, tallies
from deskapp.desk import open_desk
from deskapp.found_things import LogIt
from deskapp.leaving import Leaving
from deskapp.requests import Question
from screens.daily import folded
from tests.front import front, store_in
from tests.library import Library, local
from tests.program import by_badge


def test_the_numbers_of_the_day(library: Library) -> None:
    library.clock.put("2026-11-21 16:00")
    library.log("li", "昨天的事")
    library.clock.put("2026-11-22 00:10")
    li = library.at("li")
    assert (daily.today(li).logged, daily.today(li).tallied) == (0, 0)
    library.log("zheng", "今天的事")
    requests.log(li, Question("补录的事", received=local("2026-11-20 09:00")))
    tallies.count_digit(li, 1)
    day = daily.today(li)
    assert (day.logged, day.tallied) == (1, 1)  # what was entered afterwards is not of today


def test_what_is_due_next_of_those_on_duty(library: Library) -> None:
    far = library.log("li", "灯不亮", kind="fault").id
    near = library.log("zheng", "找不到书").id
    li = library.at("li")
    alone = daily.today(li).next_due
    assert alone is not None
    assert alone.subject == far
    shifts.open_shift(library.at("zheng"))
    both = daily.today(li).next_due
    assert both is not None
    assert both.subject == near
    library.clock.put("2026-11-22 18:00")  # that one is overdue, not next
    later = daily.today(li).next_due
    assert later is not None
    assert later.subject == far


def test_what_somebody_left_behind_is_next_with_their_name(library: Library) -> None:
    lead, li = library.at("lead"), library.at("li")
    shifts.open_shift(lead)
    shifts.join(library.at("zheng"))
    left = library.log("zheng", "找不到书").id
    assert daily.today(li).away == ""
    leaving.close(lead, Leaving(kept=[left]))
    shifts.open_shift(li)
    day = daily.today(li)
    assert day.next_due is not None
    assert (day.next_due.subject, day.away) == (left, "郑浩")


def test_the_note_of_the_last_shift_stays_until_the_next_but_one(library: Library) -> None:
    def notes() -> list[str]:
        return [note.words for note in daily.today(library.at("zheng")).notes]

    for words in ("第一班", "第二班", ""):
        shifts.open_shift(library.at("li"))
        leaving.leave(library.at("li"), Leaving(note=words))
        library.clock.move(hours=12)
    assert notes() == ["第二班"]
    assert daily.today(library.at("zheng")).unsigned == 1
    assert daily.today(library.at("assistant")).unsigned == 0  # does not sign
    shifts.open_shift(library.at("zheng"))
    assert notes() == []


def test_things_that_are_due(library: Library) -> None:
    li = library.at("li")
    found_things.log(li, LogIt("雨伞", place="二层"))
    lent_things.lend(li, "cable", reader=library.reader("00417"))
    assert (daily.today(li).found, daily.today(li).lent) == (0, 0)
    library.clock.put("2026-11-24 08:00")
    assert (daily.today(li).found, daily.today(li).lent) == (0, 1)
    library.clock.put("2026-12-23 08:00")
    assert (daily.today(li).found, daily.today(li).lent) == (1, 1)


def test_violations_that_wait_are_said_to_whoever_may_confirm_them(library: Library) -> None:
    li, reader = library.at("li"), library.reader("2023101234")
    id = conduct.note(li, reader, "holding", "commons").id
    assert [daily.today(library.at(who)).violations for who in ("li", "assistant")] == [1, 0]
    conduct.confirm(li, id)
    assert daily.today(li).violations == 0


def test_every_number_is_found_by_an_index(library: Library) -> None:
    seen: list[str] = []
    with library.desk.reading() as connection:
        driver(connection).set_trace_callback(seen.append)
    daily.today(library.at("li"))
    with library.desk.reading() as connection:
        raw = driver(connection)
        raw.set_trace_callback(None)
        plans = {
            line[3]
            for sql in seen
            if sql.startswith("SELECT")
            for line in raw.execute(f"EXPLAIN QUERY PLAN {sql}")
        }
    assert any("request" in plan for plan in plans)
    assert [plan for plan in plans if plan.startswith("SCAN request")] == []


def test_words_in_a_narrow_place() -> None:
    assert folded("短", 16, 3) == ["短"]
    lines = folded("五层打印机报修未到；手台5号充电；下午有消防检查，请提前清场", 16, 2)
    assert len(lines) == 2
    assert all(cell_len(line) <= 16 for line in lines)
    assert lines[-1].endswith("..")


def test_home_shows_it(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    desk = open_desk(store)
    shifts.open_shift(by_badge(desk, "1003"))
    leaving.leave(by_badge(desk, "1003"), Leaving(note="五层打印机报修未到；手台[/]充电"))
    desk.close()
    with front(tmp_path, store=store, badge="1001") as t:
        t.wait("交接待签收1项")
        t.wait("周强")
        t.wait("手台[/]")
        t.wait("今日首问3  指引0")
        t.keys("1", "enter")
        t.wait("今日首问3  指引1")
