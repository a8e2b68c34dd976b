"""Gate records: each comes in once, and a reader's time is one number that its lines explain."""

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from db.clock import stamp
from db.seats import subject_of
from deskapp import erasures, quarters, reader_page, visit_files, visits
from deskapp.entries import Limits
from deskapp.language import Language
from deskapp.sheets import Taken
from deskapp.visits import Passage
from tests.commanding import FIXTURES, PIN, Run, table
from tests.library import Library, differs_from_ledger, local, utc
from tests.refusals import refused

prepared, desk, run, patrons = FIXTURES
T = Language("zh_CN")
NUMBER, OTHER = "2023101234", "2023101235"
HEAD = "学号,通行时间,进出,闸机"
BOTH_ENDS = "学号,进馆时间,离馆时间"
DAY = "2026-11-20"
QUARTER = (local("2026-10-01 00:00"), local("2027-01-01 00:00"))


class Said(NamedTuple):
    """A line of a presence: the day's times, what, where, the minutes that it counts."""

    begin: str
    end: str
    what: str
    where: str
    counts: float


def load(library: Library, folder: Path, *lines: str, head: str = HEAD) -> Taken:
    return visit_files.load(library.at("li"), table(folder / "gate.csv", head, *lines), T)


def passed(*ends: str, number: str = NUMBER) -> list[str]:
    """`in 09:00 A` as a gate's row."""
    parted = (end.split() for end in ends)
    return [f"{number},{DAY} {at},{way},{gate}" for way, at, gate in parted]


def told(library: Library, number: str = NUMBER) -> list[Said]:
    found = visits.presence(library.at("li"), library.reader(number), *QUARTER)
    assert sum((line.counted for line in found.lines), timedelta()) == found.total
    return [
        Said(
            f"{line.begin:%H:%M}", f"{line.end:%H:%M}", line.what, line.where,
            line.counted.total_seconds() / 60,
        )
        for line in found.lines
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("ends", "lines"),
    [
        (("进 09:00 A", "出 11:30 B"), [("09:00", "11:30", "gate", "A", 150)]),
        (
            ("in 09:00 A", "out 10:00 A", "in 10:00 A", "out 11:00 A"),
            [("09:00", "10:00", "gate", "A", 60), ("10:00", "11:00", "gate", "A", 60)],
        ),
        (
            ("进馆 09:00 A", "进馆 10:00 A", "出馆 11:00 A"),
            [("09:00", "09:00", "no_out", "A", 0), ("10:00", "11:00", "gate", "A", 60)],
        ),
        (
            ("in 09:00:00 A", "in 09:00:40 B", "in 09:01:30 B", "out 11:00 A", "out 11:00:20 A"),
            [("09:00", "11:00", "gate", "A", 120)],
        ),
        (
            ("out 09:00 A", "in 10:00 B"),
            [("09:00", "09:00", "no_in", "A", 0), ("10:00", "10:00", "no_out", "B", 0)],
        ),
    ],
)
def test_ends_are_paired_by_the_rules(
    library: Library, tmp_path: Path, ends: Sequence[str], lines: list[tuple[object, ...]]
) -> None:
    done = load(library, tmp_path, *passed(*ends))
    assert (done.entered, done.rejected) == (len(ends), 0)
    assert told(library) == lines


def test_what_overlaps_counts_once(library: Library, tmp_path: Path) -> None:
    """Two buildings' gates, each with its own in and out."""
    head = "学号,进馆时间,离馆时间,闸机"
    rows = [
        f"{NUMBER},{DAY} {begin},{DAY} {end},{gate}"
        for begin, end, gate in (("09:00", "11:00", "A"), ("10:00", "12:00", "B"),
                                 ("10:30", "11:30", "C"), ("11:45", "12:15", "A"))
    ]  # fmt: skip
    load(library, tmp_path, *rows, head=head)
    assert told(library) == [
        ("09:00", "11:00", "gate", "A", 120),
        ("10:00", "12:00", "gate", "B", 60),
        ("10:30", "11:30", "gate", "C", 0),
        ("11:45", "12:15", "gate", "A", 15),
    ]


def test_a_seat_counts_while_somebody_is_there(library: Library, tmp_path: Path) -> None:
    """On a seat from 9 to 10 and since 11, inside by the gate's record from 9:30 to 10:30."""
    li, reader = library.at("li"), library.reader(NUMBER)
    load(library, tmp_path, *passed("in 09:30 A", "out 10:30 A"))

    def record(at: str, kind: str, **said: object) -> str:
        library.clock.put(f"{DAY} {at}")
        with li.act() as act:
            return act.record(kind, subject_of(DAY, "exam/C-37"), said).id

    until = utc(f"{DAY} 22:00")
    id = record(
        "09:00:00.9", "seat.taken", patron=reader, until=until, **{"from": utc(f"{DAY} 09:00")}
    )
    record("10:00", "seat.away", sitting=id, until=until)
    record("11:00", "seat.back", sitting=id)
    wrong = record(
        "11:30", "seat.taken", patron=reader, until=until, **{"from": utc(f"{DAY} 11:30")}
    )
    record("11:45", "seat.put_aside", sitting=wrong, **{"for": id})
    assert told(library) == [
        ("09:00", "10:00", "seat", "exam/C-37", 60),
        ("09:30", "10:30", "gate", "A", 30),
        ("11:00", "11:45", "seat", "exam/C-37", 45),
        ("11:30", "11:45", "void", "exam/C-37", 0),
    ]
    out = tmp_path / "out.csv"
    assert visit_files.export_presence(library.at("head"), out, T) == 4
    with out.open(encoding="utf-8-sig", newline="") as stream:
        rows = [(row["地点"], row["座位编码"], row["说明"]) for row in csv.DictReader(stream)]
    assert rows == [
        ("考研空间 C-37", "exam/C-37", ""),
        ("A", "", "其中0:30:00已计入前面的行"),
        ("考研空间 C-37", "exam/C-37", "仍在座，计到现在"),
        ("考研空间 C-37", "exam/C-37", "该签到已撤销或核定作废，不计"),
    ]


def test_each_line_says_why_it_does_not_count_whole(library: Library, tmp_path: Path) -> None:
    """Over the quarter's begin, twice inside another, without a way in."""
    head = "学号,进馆时间,离馆时间,闸机"
    rows = [
        f"{NUMBER},2026-09-30 23:00,2026-10-01 01:00,A",
        f"{NUMBER},2026-10-01 00:10,2026-10-01 00:20,B",
        f"{NUMBER},2026-10-01 00:30,2026-10-01 01:30,",
        f"{NUMBER},,2026-10-02 09:00,A",
    ]
    load(library, tmp_path, *rows, head=head)
    li, reader = library.at("li"), library.reader(NUMBER)
    now = quarters.of(li.now().date())
    assert (now, now.moved(-1), now.moved(-4), now.moved(1)) == (
        (2026, 4), (2026, 3), (2025, 4), (2027, 1)
    )  # fmt: skip
    found = quarters.open_page(li, reader, now)
    assert found == visits.presence(li, reader, *QUARTER)
    said = [
        (quarters.where_words(T, li, line), quarters.clock(line.counted),
         quarters.why_words(T, li, line))
        for line in found.lines
    ]  # fmt: skip
    assert said == [
        ("A", "1:00:00", "此前部分在所查时段之外"),
        ("B", "0:00:00", "全部0:10:00已计入前面的行"),
        ("闸机", "0:30:00", "其中0:30:00已计入前面的行"),
        ("A", "0:00:00", "960分钟内无相配的进馆记录，按0分钟计，且不越过上一条记录"),
    ]
    (line,) = quarters.again(li, reader, now.moved(-1)).lines
    assert quarters.why_words(T, li, line) == "此后部分在所查时段之外"
    assert [look.what for look in reader_page.again(library.at("lead"), reader).looks] == [
        quarters.PRESENCE
    ]
    refused("RoleTooLow", quarters.open_page, library.at("assistant"), reader, now)
    refused("PatronUnknown", quarters.open_page, li, "reader:none", now)


def test_who_has_no_end_is_counted_as_the_profile_says() -> None:
    def at(hour: float) -> datetime:
        return datetime(2026, 11, 20, tzinfo=UTC) + timedelta(hours=hour)

    limits = Limits(handover_minutes=1, chase_days=1, gate_missing_minutes=60)
    passages = [Passage(stamp(at(hour)), None, None) for hour in (1, 1.5, 9)]
    passages += [Passage(None, stamp(at(hour)), None) for hour in (4.75, 5, 26)]
    spans = sorted(visits.by_gates(passages, limits))
    assert [(each.begin, each.end, each.what) for each in spans] == [
        (at(1), at(1.5), "no_out"),  # no further than the next
        (at(1.5), at(4.75), "gate"),
        (at(4.75), at(5), "no_in"),  # no further than the last
        (at(9), at(10), "no_out"),  # 17 hours are no visit
        (at(25), at(26), "no_in"),
    ]


def test_a_night_belongs_to_both_of_its_days(library: Library, tmp_path: Path) -> None:
    load(library, tmp_path, f"{NUMBER},2026-09-30 22:00,进,A", f"{NUMBER},2026-10-01 01:30,出,A")
    li, reader = library.at("li"), library.reader(NUMBER)
    edges = [local(f"2026-{month}-01 00:00") for month in ("07", "10", "12")]
    both = [visits.presence(li, reader, *edges[place : place + 2]) for place in (0, 1)]
    assert [each.total for each in both] == [timedelta(hours=2), timedelta(hours=1.5)]
    assert (both[0].lines[0].end, both[1].lines[0].begin) == (edges[1], edges[1])
    load(library, tmp_path, f"{OTHER},2026-09-30 23:00,2026-10-01 01:00", head=BOTH_ENDS)
    first, last = date(2026, 10, 1), date(2026, 10, 2)
    head, out = library.at("head"), tmp_path / "out.csv"
    assert visit_files.export_presence(head, out, T, since=first, until=last) == 2
    assert f"{OTHER},2026-10-01 00:00:00,2026-10-01 01:00:00" in out.read_text("utf-8")


def test_a_file_comes_in_once(library: Library, tmp_path: Path) -> None:
    rows = [*passed("in 09:00 A", "out 10:00 A"), *passed("in 09:30 A", number=OTHER)]
    assert load(library, tmp_path, *rows, rows[0]) == Taken(3, 1, 0, None)
    assert load(library, tmp_path, *rows) == Taken(0, 3, 0, None)
    before = told(library)
    assert load(library, tmp_path, *rows, *passed("in 11:00 A")).entered == 1
    assert told(library)[:1] == before
    assert differs_from_ledger(library.desk) == []


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"{NUMBER},2026-11-23 09:00,进,A", "通行时间晚于现在"),
        (f"{NUMBER},{DAY} 09:00,,A", "进出"),
        (f"{NUMBER},{DAY} 09:00,上,A", "上"),
        (f"{NUMBER},,进,A", "通行时间"),
        (f",{DAY} 09:00,进,A", "学号"),
        (f"2099000000,{DAY} 09:00,进,A", "未找到该读者"),
    ],
)
def test_what_cannot_be_right_is_given_back(
    library: Library, tmp_path: Path, row: str, reason: str
) -> None:
    done = load(library, tmp_path, row, *passed("in 09:00 A"))
    assert (done.entered, done.rejected) == (1, 1)
    assert done.rejects is not None
    with done.rejects.open(encoding="utf-8-sig", newline="") as rejected:
        assert reason in list(csv.reader(rejected))[1][-1]


def test_out_before_in_is_given_back(library: Library, tmp_path: Path) -> None:
    row = f"{NUMBER},{DAY} 11:00,{DAY} 09:00"
    assert load(library, tmp_path, row, head=BOTH_ENDS).rejected == 1


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_what_goes_out_comes_in_again(
    library: Library, tmp_path: Path, suffix: str, language: str
) -> None:
    load(library, tmp_path, *passed("in 09:00 A", "out 10:00 B"))
    load(library, tmp_path, f"{OTHER},{DAY} 09:00,{DAY} 10:00", head=BOTH_ENDS)
    head, path = library.at("head"), tmp_path / f"out.{suffix}"
    assert visit_files.export(head, path, Language(language)) == 3
    assert visit_files.load(library.at("li"), path, T) == Taken(0, 3, 0, None)


def test_a_reader_erased_has_no_time_in_a_file(library: Library, tmp_path: Path) -> None:
    load(library, tmp_path, *passed("in 09:00 A", "out 10:00 B"))
    erasures.erase_reader(library.at("lead"), reader := library.reader(NUMBER))
    assert visit_files.export_presence(library.at("head"), tmp_path / "out.csv", T) == 0
    refused("PatronUnknown", visits.presence, library.at("li"), reader, *QUARTER)
    assert load(library, tmp_path, *passed("in 09:00 A")).rejected == 1


def test_who_may(library: Library, tmp_path: Path) -> None:
    path = table(tmp_path / "gate.csv", HEAD)
    refused("RoleTooLow", visit_files.load, library.at("assistant"), path, T)
    refused("RoleTooLow", visit_files.export, library.at("lead"), tmp_path / "out.csv", T)
    refused("RoleTooLow", visit_files.export_presence, library.at("lead"), tmp_path / "out.csv", T)
    reader = library.reader(NUMBER)
    refused("RoleTooLow", visits.presence, library.at("assistant"), reader, *QUARTER)


def test_by_the_command_line(desk: Path, patrons: Path, run: Run, tmp_path: Path) -> None:
    assert run("import", "patrons", patrons, "--badge", "1001", pin=PIN).status == 0
    gate = table(tmp_path / "gate.csv", HEAD, *passed("in 09:00 A", "out 11:05 A", "in 12:00 A"))
    said = run("import", "visits", gate, "--badge", "1001", pin=PIN)
    assert (said.status, said.out) == (0, "新登记3行，已有0行\n")
    out = tmp_path / "out.csv"
    asked = ("export", "presence", "-o", out, "--since", DAY, "--until", DAY, "--badge", "1001")
    assert run(*asked, pin=PIN).status == 0
    alone = "960分钟内无相配的离馆记录，按0分钟计，且不越过下一条记录"
    assert out.read_text("utf-8-sig").splitlines() == [
        "学工号,起,止,依据,地点,座位编码,计入,说明,累计",
        f"{NUMBER},{DAY} 09:00:00,{DAY} 11:05:00,进出馆记录,A,,2:05:00,,2:05:00",
        f"{NUMBER},{DAY} 12:00:00,{DAY} 12:00:00,缺离馆记录,A,,0:00:00,{alone},2:05:00",
    ]


# whatever the records say

BEGUN = datetime(2026, 11, 1, tzinfo=UTC)
MINUTES = 3 * 24 * 60
minutes = some.integers(0, MINUTES)
ends = some.tuples(minutes | some.none(), minutes | some.none(), some.sampled_from("AB"))


def passages_of(drawn: Iterable[tuple[int | None, int | None, str]]) -> list[Passage]:
    def at(minute: int | None) -> str | None:
        return None if minute is None else stamp(BEGUN + timedelta(minutes=minute))

    return [
        Passage(at(first), at(last), gate)
        for first, last, gate in drawn
        if (first, last) != (None, None) and (first is None or last is None or first <= last)
    ]


@given(some.lists(ends, max_size=12), minutes, minutes, some.sampled_from([0, 30, 240]))
def test_the_number_is_the_minutes_in_which_somebody_was_there(
    drawn: list[tuple[int | None, int | None, str]], one: int, other: int, missing: int
) -> None:
    """Counted a minute at a time; and the parts of a time add up to the whole."""
    limits = Limits(handover_minutes=1, chase_days=1, gate_missing_minutes=missing)
    spans = list(visits.by_gates(passages_of(drawn), limits))
    assert sorted(spans) == sorted(visits.by_gates(passages_of(reversed(drawn)), limits))

    def total(first: int, last: int) -> float:
        edges = (BEGUN + timedelta(minutes=each) for each in (first, last))
        found = visits.counted(spans, *edges)
        assert found.total == sum((line.counted for line in found.lines), timedelta())
        return found.total / timedelta(minutes=1)

    def there(minute: int) -> bool:
        at = BEGUN + timedelta(minutes=minute)
        return any(span.begin <= at < span.end for span in spans)

    first, last = sorted((one, other))
    assert total(first, last) == sum(map(there, range(first, last))) <= last - first
    assert total(0, first) + total(first, last) + total(last, MINUTES) == total(0, MINUTES)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=some.data())
def test_the_order_of_files_does_not_matter(
    library: Library, tmp_path: Path, drawn: some.DataObject
) -> None:
    """The same records cut into files twice, in another order, for two readers: the same time."""
    times = drawn.draw(
        some.lists(some.tuples(some.integers(0, 1439), some.sampled_from("进出")), max_size=8)
    )
    since, until = (local(f"2026-11-{day} 00:00") for day in (20, 21))
    found = []
    for number in (NUMBER, OTHER):
        order, cut = drawn.draw(some.permutations(times)), drawn.draw(some.integers(0, 8))
        for part in (order[:cut], order[cut:], order):
            rows = [f"{number},{DAY} {at // 60}:{at % 60:02},{way},A" for at, way in part]
            load(library, tmp_path, *rows)
        of_reader = visits.presence(library.at("li"), library.reader(number), since, until)
        found.append([(line.begin, line.end, line.what) for line in of_reader.lines])
        assert of_reader.total <= until - since
    assert found[0] == found[1]
