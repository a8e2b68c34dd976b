"""The school calendar: it comes in from a file, every due time follows it, every desk learns it.

New Year's Day 2027 is a Friday. Offices: 08:00 to 12:00 and 13:30 to 17:30; a handover waits four
working hours.
"""

import csv
from datetime import date
from pathlib import Path

import pytest

import assets
from db.ledger import ACT_LIMIT
from db.store import driver
from deskapp import (
    endings,
    exports,
    extensions,
    handovers,
    holidays,
    matter,
    profile,
    spaces,
    stages,
    waiting,
)
from deskapp.cells import Cell
from deskapp.endings import Ending
from deskapp.holidays import HolidaysImported
from deskapp.language import Language
from deskapp.school_calendar import Calendars
from screens.acts import receipt_words
from tests.commanding import FIXTURES, PIN, Run, table
from tests.library import Library, differs_from_ledger, local, stored
from tests.refusals import refused

prepared, desk, run, _ = FIXTURES
T = Language("zh_CN")
HEAD = "日期,结束日期,安排,名称,开放时间"
HALVES = (("01-01", "06-30"), ("07-01", "12-31"))
NOTICE = (
    HEAD,
    "2027-01-01,2027-01-03,休,元旦,",
    "2027-01-09,,班,元旦调休,",
    "2027-01-18,2027-02-28,寒假,,9：00—12：00、13：30—16：30",
    "2027-02-05,2027-02-11,休,春节,",
    "2027-02-08,2027-02-09,闭馆,,",
    "2027-10-01,2027-10-07,放假,国庆节,",
)


def load(library: Library, path: Path) -> HolidaysImported:
    return holidays.load(library.at("head"), path, T)


def test_it_comes_in_once_and_a_later_file_corrects_it(library: Library, tmp_path: Path) -> None:
    path = table(tmp_path / "2027.csv", *NOTICE)
    # On the two closed days of Spring Festival the file would say two things.
    done = load(library, path)
    assert (done.entered, done.rejected, done.unknown) == (3 + 1 + 1 + 7 + 7, 1, ())
    assert done.rejects is not None
    with done.rejects.open(encoding="utf-8-sig", newline="") as rejected:
        assert "见第5行" in list(csv.reader(rejected))[1][-1]
    again = load(library, path)
    assert (again.entered, again.changed, again.unchanged) == (0, 0, 19)
    sooner = ("2027-01-16,2027-02-27,寒假,,", "2027-10-07,,取消,,", "2027-02-08,,闭馆,,")
    done = load(library, table(tmp_path / "later.csv", HEAD, *sooner))
    assert (done.entered, done.changed, done.withdrawn, done.rejected) == (0, 2, 1, 0)
    desk = library.desk.calendars["desk"]
    assert desk.windows(date(2027, 1, 16))[0][1] == local("2027-01-16 17:30")  # the profile's hours
    assert desk.windows(date(2027, 2, 28))[0][1] == local("2027-02-28 17:30")  # a Sunday of term
    assert not desk.is_workday(date(2027, 2, 8))
    assert desk.is_workday(date(2027, 2, 9))
    assert differs_from_ledger(library.desk) == []


def test_more_days_than_an_act_holds_come_in_as_several(two_desks: Library, tmp_path: Path) -> None:
    """A house that is rebuilt for fourteen years: whole here, in pieces on the way."""
    library, years = two_desks, range(2027, 2041)
    halves = [f"{y}-{a},{y}-{b},闭馆,," for y in years for a, b in HALVES]
    many = sum((date(year + 1, 1, 1) - date(year, 1, 1)).days for year in years)
    done = load(library, table(tmp_path / "long.csv", HEAD, *halves))
    assert (done.entered, done.rejected) == (many, 0)
    assert many > ACT_LIMIT
    with library.desk.reading() as connection:
        sizes = driver(connection).execute(
            "SELECT count(*) FROM fact WHERE kind LIKE 'holiday%' GROUP BY act ORDER BY act"
        )
        assert sizes.fetchall() == [(ACT_LIMIT,), (many - ACT_LIMIT,)]
    assert library.exchange("2F").pushed == many
    assert library.exchange("3F").pulled == many
    assert differs_from_ledger(library.desks["3F"]) == []


def test_hours_of_a_vacation_and_days_on_which_nobody_works(
    library: Library, tmp_path: Path
) -> None:
    path = tmp_path / "winter.xlsx"
    rows: list[list[Cell | None]] = [
        [date(2027, 1, 18), date(2027, 2, 28), "寒假", None, "9：00—12：00、13：30—16：30"],
        [date(2027, 7, 12), date(2027, 7, 18), "暑假", None, "闭馆"],
    ]
    exports.write(path, HEAD.split(","), rows, sheet_title="校历")
    assert load(library, path).entered == 2
    desk, office = library.desk.calendars["desk"], library.desk.calendars["office"]
    assert desk.windows(date(2027, 1, 24)) == [
        (local("2027-01-24 09:00"), local("2027-01-24 12:00")),
        (local("2027-01-24 13:30"), local("2027-01-24 16:30")),
    ]
    assert office.windows(date(2027, 1, 18))[1][1] == local("2027-01-18 17:00")
    assert not any(each.is_workday(date(2027, 7, 14)) for each in (desk, office))


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_what_goes_out_comes_in_again(
    library: Library, tmp_path: Path, language: str, suffix: str
) -> None:
    t = Language(language)
    load(library, table(tmp_path / "2027.csv", *NOTICE, "2027-07-12,2027-08-29,暑假,,闭馆"))
    out = tmp_path / f"out.{suffix}"
    refused("RoleTooLow", holidays.export, library.at("lead"), out, t)
    assert holidays.export(library.at("head"), out, t) == 20
    again = holidays.load(library.at("head"), out, t)
    assert (again.entered, again.changed, again.unchanged, again.rejected) == (0, 0, 20, 0)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2027-01-03,2027-01-01,休,,", "起止日期"),
        ("2026-01-01,2027-01-01,休,,", "起止日期"),
        (",2027-01-01,休,,", "日期 为空"),
        ("元旦,,休,,", "元旦"),
        ("2027-01-01,,调,,", "调"),
        ("2027-01-01,,休,,09:00-12:00", "寒暑假"),
        ("2027-01-18,2027-02-28,寒假,,早九晚五", "早九晚五"),
        ("2027-01-18,2027-02-28,寒假,,12:00-09:00 08:00-10:00", "08:00-10:00"),
        ("2027-02-28,2027-03-10,暑假,,", "2027-02-20至2027-03-05"),
    ],
)
def test_what_cannot_be_right_is_given_back(
    library: Library, tmp_path: Path, line: str, reason: str
) -> None:
    kept = load(library, table(tmp_path / "a.csv", HEAD, "2027-02-20,2027-03-05,寒假,,"))
    assert kept.rejected == 0
    done = load(library, table(tmp_path / "b.csv", HEAD, line))
    assert (done.entered, done.changed, done.rejected) == (0, 0, 1)
    assert done.rejects is not None
    with done.rejects.open(encoding="utf-8-sig", newline="") as rejected:
        assert reason in list(csv.reader(rejected))[1][-1]


def test_for_department_heads(library: Library, tmp_path: Path) -> None:
    path = table(tmp_path / "2027.csv", *NOTICE)
    refused("RoleTooLow", holidays.load, library.at("lead"), path, T)


@pytest.mark.parametrize("with_notice", [False, True])
def test_new_years_day_brings_no_handover_back(
    library: Library, tmp_path: Path, with_notice: bool
) -> None:
    """90 minutes on Thursday, the other 150 on Monday: not at 10:30 on New Year's Day."""
    if with_notice:
        load(library, table(tmp_path / "2027.csv", *NOTICE))
    library.clock.put("2026-12-31 16:00")
    li = library.at("li")
    id = library.log().id
    offered = handovers.hand_over(li, id, department="information", reason="duty")
    assert offered.until == local("2027-01-04 10:30")
    assert matter.guessed(li, id, offered.until) == (None if with_notice else 2027)
    for moment, back in (("2027-01-01 12:00", 0), ("2027-01-04 10:29", 0), ("2027-01-04 10:31", 1)):
        library.clock.put(moment)
        assert len(handovers.lapse(li)) == back


def test_every_limit_follows_it(library: Library, tmp_path: Path) -> None:
    """Saturday 9 January is worked; the winter vacation, in which offices end at 17:00, begins on
    the 18th.
    """
    load(library, table(tmp_path / "2027.csv", *NOTICE))
    li = library.at("li")
    library.clock.put("2026-12-31 10:00")
    fault = library.log(kind="fault")
    assert (fault.due, fault.due_known) == (local("2027-01-04 17:30"), True)
    library.clock.put("2027-01-04 10:00")
    waits = waiting.wait_outside(li, fault.id)  # 5, 6, 7, 8, 9 January
    assert waits.chase == local("2027-01-09 08:00")
    library.clock.put("2027-01-09 08:00")
    assert waiting.resume(li, fault.id).due == local("2027-01-09 15:30")  # 2 h and 4 h were left
    assert extensions.extend(li, fault.id, "parts").due == local("2027-01-11 17:30")
    library.clock.put("2027-01-15 10:00")
    endings.close(library.at("lead"), fault.id, Ending("done", "已换"))
    reopened = endings.reopen(library.at("lead"), fault.id, "又坏了")
    assert reopened.due == local("2027-01-18 17:00")
    purchase = library.log(kind="purchase")
    assert purchase.due == local("2027-01-19 17:00")
    assert stages.go_on(li, purchase.id).until == local("2027-01-22 08:30")
    library.clock.put("2027-02-04 10:00")  # then Spring Festival, to the 11th
    assert library.log(kind="fault").due == local("2027-02-12 17:00")


def test_a_guess_is_said_of_whoever_must_keep_the_time(library: Library) -> None:
    library.clock.put("2026-12-31 10:00")
    li, fault = library.at("li"), library.log(kind="fault")
    assert (fault.due_known, matter.guessed(li, fault.id, fault.due)) == (False, 2027)
    extended = extensions.extend(li, fault.id, "parts")
    assert matter.guessed(li, fault.id, extended.due) == 2027
    assert receipt_words(T, li, extended).endswith("17:30  2027年假期未公布，暂按周末推算")
    at_desk = library.log()
    assert matter.guessed(li, at_desk.id, local("2027-01-02 17:30")) is None  # shifts know
    handovers.hand_over(li, at_desk.id, department="information", reason="duty")
    assert matter.guessed(li, at_desk.id, local("2027-01-04 10:30")) == 2027
    assert matter.guessed(li, at_desk.id, local("2026-12-31 17:30")) is None


def test_it_stands_over_the_dates_of_the_profile(library: Library, tmp_path: Path) -> None:
    ncst = (Path(assets.__file__).parent / "profiles" / "ncst.toml").read_text("utf-8")
    dates = "{ first = 2026-01-24, last = 2026-03-01 }, { first = 2027-01-11, last = 2027-02-21 }"
    winter = ncst.replace('en = "Winter vacation"', f'en = "Winter vacation", dates = [{dates}]')
    own = profile.read(winter.encode(), "ours.toml")
    desk = Calendars(library.desk.ledger.store, own)["desk"]
    ends = [desk.windows(day)[-1][1].hour for day in (date(2026, 2, 2), date(2027, 1, 12))]
    assert ends == [17, 17]
    load(library, table(tmp_path / "2027.csv", HEAD, "2027-01-18,2027-02-28,寒假,,"))
    desk = Calendars(library.desk.ledger.store, own)["desk"]
    days = date(2026, 2, 2), date(2027, 1, 12), date(2027, 2, 23)
    assert [desk.windows(day)[-1][1].hour for day in days] == [17, 22, 17]


def test_every_desk_learns_it_and_a_contradiction_is_a_clash(
    two_desks: Library, tmp_path: Path
) -> None:
    library = two_desks
    load(library, table(tmp_path / "2027.csv", *NOTICE))
    third = library.desks["3F"].calendars["office"]
    assert third.is_workday(date(2027, 2, 8))
    for code in ("2F", "3F"):
        library.exchange(code)
    third = library.desks["3F"].calendars["office"]
    assert not third.is_workday(date(2027, 2, 8))
    assert library.desks["3F"].calendars["office"].known(2027)
    other = table(tmp_path / "other.csv", HEAD, "2027-01-09,,休,,")
    holidays.load(library.at("head", "3F"), other, T)
    load(library, table(tmp_path / "again.csv", HEAD, "2027-01-09,,闭馆,,"))
    for code in ("2F", "3F", "2F"):
        library.exchange(code)
    assert stored(library.desks["2F"])["holiday"] == stored(library.desks["3F"])["holiday"]
    clashes = stored(library.desks["2F"])["clash"]
    assert [clash[0] for clash in clashes] == ["holiday:2027-01-09"]


def test_days_that_are_none_stop_nothing(library: Library) -> None:
    """A rogue desk's facts are kept and shown, and no due time stumbles over them."""
    with library.at("head").act() as act:
        said = {"what": "winter", "name": None, "hours": "early"}
        days = {"first": "2027-01-18", "last": "2027-02-28"}
        act.record("holiday.entered", "holiday:winter-2027", {**said, **days})
        act.record("holiday.entered", "holiday:later", {**said, **days, "what": "newer"})
    desk = library.desk.calendars["desk"]
    assert desk.windows(date(2027, 1, 24))[0][1] == local("2027-01-24 17:30")
    with library.desk.reading() as connection:
        count = driver(connection).execute("SELECT count(*) FROM holiday").fetchone()[0]
    assert count == 2


def test_by_the_command_line(run: Run, desk: Path, tmp_path: Path) -> None:
    path = table(tmp_path / "2027.csv", *NOTICE[:4], "2028-01-01,,休,元旦,")
    said = run("import", "holidays", path, "--badge", "1001", pin=PIN)
    assert said.status == 0
    assert "新增6，更新0，撤销0，无变化0" in said.out
    assert "2028年假期尚未公布" in said.out
    again = run("import", "holidays", path, "--badge", "1001", "--json", pin=PIN)
    assert (again.facts["unchanged"], again.facts["unknown"]) == (6, [2027, 2028])


def test_exam_weeks_come_with_the_school_calendar(library: Library, tmp_path: Path) -> None:
    """Twice a year, and stricter then; the notice of a year replaces what the profile has."""
    notice = ("2027-01-04,2027-01-15,考试周,,", "2027-06-28,2027-07-09,Exam weeks,期末,")
    done = load(library, table(tmp_path / "2027.csv", HEAD, *notice))
    assert (done.entered, done.rejected) == (2, 0)
    zone = spaces.zone(library.desk, "commons")

    def away(day: str) -> int:
        return spaces.terms(library.desk, zone, date.fromisoformat(day)).away

    assert [away(f"2027-{day}") for day in ("01-03", "01-04", "01-15", "01-16")] == [30, 20, 20, 30]
    assert away("2027-07-01") == 20
    moved = ("2027-01-05,2027-01-15,考试周,,", "2027-06-20,2027-07-10,取消,,")
    done = load(library, table(tmp_path / "moved.csv", HEAD, *moved))
    assert (done.changed, done.withdrawn) == (1, 1)
    assert [away(f"2027-{day}") for day in ("01-04", "01-05", "07-01")] == [30, 20, 30]
    assert library.desk.calendars["desk"].is_workday(date(2027, 1, 5))
    done = load(library, table(tmp_path / "hours.csv", HEAD, "2027-01-05,,考试周,,9:00-12:00"))
    assert done.rejected == 1
    out = tmp_path / "out.csv"
    assert holidays.export(library.at("head"), out, T) == 1
    assert load(library, out).unchanged == 1
    assert differs_from_ledger(library.desk) == []
