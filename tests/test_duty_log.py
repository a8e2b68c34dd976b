"""The duty log: what happened in a day's shifts, on one page of paper."""

import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

from deskapp import (
    duty_log,
    endings,
    found_things,
    handovers,
    leaving,
    lent_things,
    requests,
    shifts,
    tallies,
    waiting,
)
from deskapp.desk import has_store
from deskapp.endings import Ending
from deskapp.found_things import LogIt
from deskapp.language import Language
from deskapp.leaving import Leaving
from deskapp.requests import Question
from tests.commanding import FIXTURES, PIN, Run
from tests.front import front, store_in
from tests.library import Library, local
from tests.refusals import refused

prepared, desk, run, patrons = FIXTURES


def a_day(library: Library) -> None:
    """A Sunday: an opening, two colleagues, four requests, a closing; one is told the day after."""
    library.clock.put("2026-11-22 07:55")
    shifts.open_shift(library.at("li"), ["power"])
    library.clock.put("2026-11-22 08:10")
    shifts.join(library.at("zheng"))
    tallies.count_digit(library.at("li"), 1)
    tallies.count_digit(library.at("li"), 1)
    done = library.log("li", "打印机<卡纸>").id
    endings.close(library.at("li"), done, Ending("done", "已取出"))
    library.log("zheng", "想聊聊失眠", kind="bibliotherapy")
    given = library.log("li", "借充电器").id
    handovers.hand_over(library.at("li"), given, to=library.id("zheng"), reason="duty")
    handovers.accept(library.at("zheng"), given)
    requests.log(library.at("li"), Question("补录的事", received=local("2026-11-20 09:00")))
    library.clock.put("2026-11-22 17:20")
    leaving.leave(library.at("zheng"), Leaving(kept=_due(library, "zheng")))
    left = Leaving(
        kept=_due(library, "li"),
        note="手台<5号>充电",
        things=["keys"],
        faults="五层打印机",
        rounds=["windows"],
        visitors="1203",
    )
    leaving.leave(library.at("li"), left)
    library.clock.put("2026-11-23 08:00")
    shifts.open_shift(library.at("lead"))
    library.log("lead", "周一的事")


def _due(library: Library, who: str) -> list[str]:
    return [line.subject for line in leaving.due_before(library.at(who))]


def test_what_happened(library: Library) -> None:
    a_day(library)
    refused("RoleTooLow", duty_log.duty_log, library.at("assistant"))
    log = duty_log.duty_log(library.at("lead"), date(2026, 11, 22))
    (course,) = log.shifts
    assert [(f"{e.at:%H:%M}", e.what, e.who) for e in course] == [
        ("07:55", "opened", "李静"),
        ("07:55", "joined", "李静"),
        ("08:10", "joined", "郑浩"),
        ("17:20", "left", "郑浩"),
        ("17:20", "left", "李静"),
        ("17:20", "note", "李静"),
        ("17:20", "handed_over", "李静"),
        ("17:20", "closed", "李静"),
    ]
    assert (log.logged, log.closed, log.offered, log.accepted) == (4, 1, 1, 1)
    assert (log.logged, log.backdated) == (4, 1)
    assert [(entry.line.question, entry.backdated) for entry in log.entries] == [
        ("打印机<卡纸>", False),
        ("想聊聊失眠", False),
        ("借充电器", False),
        ("补录的事", True),
    ]
    assert log.entries[-1].at == local("2026-11-20 09:00")
    assert [event.due for event in course if event.what == "left"] == [("0003",), ("0004",)]
    assert (log.older, log.carried, log.carried_count) == ((), (), 0)
    assert log.tallies == {next(iter(library.desk.profile.tallies)): 2}
    monday = duty_log.duty_log(library.at("lead"))
    assert [[e.what for e in course] for course in monday.shifts] == [["opened", "joined"]]
    assert (monday.logged, len(monday.entries), monday.closed) == (1, 1, 0)
    assert monday.carried_count == len(monday.carried) == 3
    assert monday.carried[0].line.number == 4  # overdue since Friday
    endings.close(library.at("zheng"), monday.carried[1].line.subject, Ending("done", "已办"))
    later = duty_log.duty_log(library.at("lead"))
    assert [each.line.number for each in later.older] == [monday.carried[1].line.number]
    assert (later.closed, later.carried_count) == (1, 2)
    refused("DayAhead", duty_log.duty_log, library.at("lead"), date(2026, 11, 24))


def test_a_day_behind_a_clock_that_was_far_ahead(library: Library) -> None:
    """No id is below the ledger's greatest: those of the days after say nothing of when."""
    library.clock.put("2027-03-01 09:00")
    library.log("li", "时钟走到了来年")
    library.clock.put("2026-11-22 09:00")
    endings.close(library.at("li"), library.log("li", "打印机卡纸").id, Ending("done", "已取出"))
    log = duty_log.duty_log(library.at("lead"), date(2026, 11, 22))
    assert (log.logged, log.closed) == (1, 1)


def test_things_lent_and_found(library: Library) -> None:
    li = library.at("li")
    thing = next(iter(library.desk.profile.lent))
    lent = [lent_things.lend(li, thing, name="访客").id for _ in range(2)]
    lent_things.give_back(li, lent[0])
    library.clock.put("2026-11-23 09:00")
    found_things.log(li, LogIt("雨伞", place="二层"))
    day = duty_log.duty_log(li).things
    assert (day.lent, day.returned, day.out, day.found, day.collected) == (0, 0, 1, 1, 0)
    before = duty_log.duty_log(li, date(2026, 11, 22)).things
    assert (before.lent, before.returned, before.found) == (2, 1, 0)


def test_each_of_several_shifts_has_its_own(library: Library, tmp_path: Path) -> None:
    library.clock.put("2026-11-22 07:30")
    library.log("li", "太早")
    for hour in ("08", "13"):
        library.clock.put(f"2026-11-22 {hour}:00")
        shifts.open_shift(library.at("li"))
        library.log("li", "一件事")
        leaving.leave(library.at("li"), Leaving(kept=_due(library, "li")))
    file = tmp_path / "log.html"
    duty_log.print_log(library.at("li"), Language(), None, file)
    text = " ".join(Page(file.read_text("utf-8")).words)
    places = [text.index(word) for word in ("开班前登记", "第1班", "第2班", "登记3件")]
    assert places == sorted(places)
    numbers = [text.index(f" {number} ") for number in ("0001", "0002", "0003")]
    assert [sum(at > place for place in places) for at in numbers] == [1, 2, 3]


def test_taking_over_is_said(library: Library) -> None:
    shifts.open_shift(library.at("li"))
    shifts.take_over(library.at("lead"))
    log = duty_log.duty_log(library.at("lead"))
    (event,) = [e for course in log.shifts for e in course if e.what == "stood_in"]
    assert (event.who, event.others) == ("周强", ("李静",))


class Page(HTMLParser):
    """The text of a page, and every address in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not {name for name, _ in attrs} & {"src", "href", "style", "onclick"}

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_page(library: Library, tmp_path: Path) -> None:
    a_day(library)
    for code in ("zh_CN", "en"):
        file = tmp_path / f"{code}.html"
        lead = library.at("lead")
        assert duty_log.print_log(lead, Language(code), date(2026, 11, 22), file) == file
        text = file.read_text("utf-8")
        page = Page(text)
        words = " ".join(page.words)
        assert "手台<5号>充电" in words
        assert words.count(Language(code).dated(date(2026, 11, 22))) == 1
        assert "打印机" not in re.sub("五层打印机", "", text)  # what readers said is not on paper
        assert lead.profile.kinds["consultation"].name(code) in words
        assert Language(code)("log.backdated") in words
        assert Language(code)("dutylog.backdated", count=1) in words
        assert Language(code)("due.overdue") in words
        assert "1203" in words
        assert "失眠" not in text
        assert lead.profile.kinds["bibliotherapy"].name(code) not in words
        assert "script" not in page.tags
        assert not re.search(r"https?:|@import|url\(", text)
        assert not re.search(r"[a-z_]+\.[a-z_]+\.[a-z_]+", words)  # a key without its message
    refused(
        "FileKind", duty_log.print_log, library.at("lead"), Language(), None, tmp_path / "x.pdf"
    )
    nowhere = tmp_path / "none" / "x.html"
    refused("FileUnwritable", duty_log.print_log, library.at("lead"), Language(), None, nowhere)


def test_how_each_matter_stands(library: Library, tmp_path: Path) -> None:
    library.clock.put("2026-11-23 09:00")
    waiting.wait_for_reader(library.at("li"), library.log("li", "缺学号").id)
    handovers.hand_over(
        library.at("li"), library.log("li", "借充电器").id, to=library.id("zheng"), reason="duty"
    )
    library.log("li", "问路")
    file = duty_log.print_log(
        library.at("li"), Language(), date(2026, 11, 23), tmp_path / "log.html"
    )
    words = Page(file.read_text("utf-8")).words
    for state in ("待读者", "转办待签收", "办理中"):
        assert state in words


def test_on_the_command_line(run: Run, desk: Path, tmp_path: Path) -> None:
    assert has_store(desk)
    file = tmp_path / "log.html"
    said = run("print", "log", "-o", file, "--badge", "1001", pin=PIN)
    assert (said.status, said.out) == (0, f"值班日志已生成：{file}\n")
    assert "当日未开班" in file.read_text("utf-8")
    said = run("print", "log", "--day", "2026-11-21", "--badge", "1001", "--json", pin=PIN)
    assert Path(said.facts["file"]).name == "log-2F-2026-11-21.html"


def test_from_the_palette(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    with front(tmp_path, store=store, badge="1001") as t:
        t.wait("待我办理")
        t.keys("ctrl+p")
        t.send("值班日志")
        t.wait("打印值班日志")
        t.keys("enter")
        t.wait("值班日志已生成")
    (file,) = (store / "print").glob("log-2F-*.html")
    assert "0001" in file.read_text("utf-8")
