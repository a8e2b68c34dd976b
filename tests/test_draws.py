"""Draws: applications come in by line, the list is published, anybody repeats the lot."""

import subprocess
from collections import Counter
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from deskapp import allotment, draw_files, draws, erasures, lots, numbers, undo
from deskapp.applicants import ApplicantList
from deskapp.draw_sheets import RECIPE
from deskapp.language import Language
from tests.drawing import (
    NAMES,
    NUMBERS,
    SEATS,
    SOURCE,
    TERMS,
    applied,
    drawn,
    furnish_zone,
    opened,
    standing,
    write,
)
from tests.library import Library, differs_from_ledger, local
from tests.outside import posix
from tests.refusals import refused
from tests.shelf import bytes_of

ZH = Language("zh_CN")


def test_what_may_be_opened(hall: Library) -> None:
    lead = hall.at("lead")
    drawing = draws.open_draw(lead, TERMS)
    assert (drawing.code, drawing.stage, drawing.many) == ("2026-autumn:seat", "open", 3)
    open_ = draws.open_draw
    refused("DrawKnown", open_, lead, TERMS)
    refused("SeasonWrong", open_, lead, replace(TERMS, season="秋"))
    refused("PeriodWrong", open_, lead, replace(TERMS, last=date(2026, 11, 1)))
    past = replace(TERMS, confirm_until=local("2026-11-22 10:00"))
    refused("DeadlinePast", open_, lead, past)
    refused("ZoneUnknown", open_, lead, replace(TERMS, zone="nowhere"))
    refused("PlacesTooFew", open_, lead, replace(TERMS, season="x", many=4))
    refused("RoleTooLow", draws.open_draw, hall.at("li"), TERMS)
    lockers = replace(TERMS, thing="locker", zone="二层", many=40)
    assert draws.open_draw(lead, lockers).thing == "locker"
    refused("DrawAmbiguous", draws.named, lead, "")
    refused("DrawAmbiguous", draws.named, lead, "2026-autumn")
    refused("DrawUnknown", draws.named, lead, "2027")
    refused("NoDraw", draws.named, lead, "", (draws.DRAWN,))
    assert draws.named(lead, "２０２６-Autumn:LOCKER").thing == "locker"


def test_applications_come_in_by_line(hall: Library) -> None:
    li, drawing = hall.at("li"), draws.open_draw(hall.at("lead"), TERMS)
    rows = [
        applied(NUMBERS[0], NAMES[0]),
        applied("2099000001", "某某"),
        applied(NUMBERS[1], "别人"),
        applied(NUMBERS[2], NAMES[2], "否"),
        applied(NUMBERS[3], NAMES[3], ""),
        applied(NUMBERS[0], NAMES[0]),
        applied(NUMBERS[4], NAMES[4], "√"),
        applied(NUMBERS[5], NAMES[5], "未到"),
        applied(NUMBERS[6], NAMES[6], "陈建国"),  # who signed
        applied(NUMBERS[7], NAMES[7], " / "),
    ]
    file = write(hall.folder / "some.csv", rows)
    done = draw_files.load(li, drawing.id, file, ZH)
    assert (done.entered, done.known, done.rejected) == (3, 0, 7)
    assert done.rejects is not None
    lines = done.rejects.read_text("utf-8-sig").splitlines()[1:]
    reasons = {line.split(",")[-2]: line.split(",")[-1] for line in lines}
    assert reasons == {
        "3": ZH("refusal.PatronUnknown"),
        "4": "姓名与学号不符",
        "5": "无辅导员签字",
        "6": "无辅导员签字",
        "7": "与第2行是同一人",
        "9": "无辅导员签字",
        "11": "无辅导员签字",
    }
    again = draw_files.load(li, drawing.id, file, ZH)
    assert (again.entered, again.known) == (0, 3)
    first = standing(hall, drawing.id)[0]
    assert (first.name, first.reader, first.state) in {
        ("赵*", "2026****01", "applied"), ("周*五", "2026****05", "applied"),
        ("郑*", "2026****07", "applied"),
    }  # fmt: skip
    assert differs_from_ledger(hall.desk) == []


def test_a_list_is_published_once_and_stays(hall: Library, tmp_path: Path) -> None:
    lead, drawing = hall.at("lead"), opened(hall)
    refused("ListNotPublished", lots.draw, lead, drawing.id, "518")
    refused("ListNotPublished", lots.withdraw_list, lead, drawing.id)
    refused("ListNotPublished", draw_files.rewrite, lead, drawing.id, ZH)
    refused("SeedSourceMissing", lots.publish, lead, drawing.id, " ")
    lots.strike(lead, standing(hall, drawing.id)[0].id)
    done, files = draw_files.publish(lead, drawing.id, ZH, SOURCE, tmp_path / "out")
    assert (done.listed, done.struck) == (7, 0)
    listed = files.table.read_bytes()
    assert sha256(listed).hexdigest() == done.drawing.digest
    assert [line.split(",")[0] for line in listed.decode("utf-8-sig").splitlines()] == [
        "number", *(f"{n:04}" for n in range(1, 8))
    ]  # fmt: skip
    assert not any(name in listed.decode() for name in NAMES)
    page = files.page.read_text("utf-8")
    for words in (done.drawing.digest, SOURCE, "A-1 A-2 A-3", "人人可以复核", "Anybody can repeat"):
        assert words in page
    for act in (lots.publish, draw_files.load):
        given = (SOURCE,) if act is lots.publish else (write(tmp_path / "a.csv", []), ZH)
        refused("ListPublished", act, lead, drawing.id, *given)
    late = standing(hall, drawing.id)[0]
    refused("ListPublished", lots.strike, lead, late.id)
    files.table.unlink()
    assert (
        draw_files.rewrite(lead, drawing.id, ZH, tmp_path / "out")[1].table.read_bytes() == listed
    )
    assert lots.withdraw_list(lead, drawing.id).stage == "open"
    again = lots.publish(lead, drawing.id, SOURCE)
    assert again.drawing.digest == done.drawing.digest
    assert differs_from_ledger(hall.desk) == []


def repeated(listed: bytes, seed: str) -> list[str]:
    """The order as anybody finds it who has read the page: nothing of the program is used."""
    digest = sha256(listed).hexdigest()
    numbers = [line.split(",")[0] for line in listed.decode("utf-8-sig").splitlines()[1:]]
    lot = {n: sha256(f"{seed}\n{digest}\n{n}".encode()).hexdigest() for n in numbers}
    return sorted(numbers, key=lot.__getitem__)


def test_anybody_repeats_the_draw(hall: Library, tmp_path: Path) -> None:
    lead, drawing = hall.at("lead"), opened(hall)
    _, listed = draw_files.publish(lead, drawing.id, ZH, SOURCE, tmp_path)
    refused("SeedMissing", lots.draw, lead, drawing.id, " ")
    done, files = draw_files.draw_lots(lead, drawing.id, ZH, " ５１８ ", tmp_path)
    assert done.seed == "518"
    refused("DrawnAlready", lots.draw, lead, drawing.id, "519")
    refused("DrawnAlready", lots.withdraw_list, lead, drawing.id)
    told = [line.split(",") for line in files.table.read_text("utf-8-sig").splitlines()[1:]]
    order = repeated(listed.table.read_bytes(), "518")
    assert [number for _, number, _ in told] == order
    assert [(int(rank), place) for rank, _, place in told][:4] == [
        (1, "A-1"), (2, "A-2"), (3, "A-3"), (4, "")
    ]  # fmt: skip
    assert "候补1" in files.page.read_text("utf-8")
    states = [each.state for each in standing(hall, drawing.id)]
    assert states == ["won"] * 3 + ["waiting"] * 5


@posix
def test_coreutils_repeat_the_draw(hall: Library, tmp_path: Path) -> None:
    lead, drawing = hall.at("lead"), opened(hall)
    _, listed = draw_files.publish(lead, drawing.id, ZH, SOURCE, tmp_path)
    done, files = draw_files.draw_lots(lead, drawing.id, ZH, "2026-12-01 3 1 4", tmp_path)
    recipe = RECIPE.format(file=listed.table.name, seed=done.seed)
    ran = subprocess.run(
        ["sh", "-c", recipe], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    digest, *ranks = ran.stdout.split()
    told = [line.split(",") for line in files.table.read_text("utf-8-sig").splitlines()[1:]]
    assert digest == done.digest
    assert ranks == [f"{rank}:{number}" for rank, number, _ in told]


def test_who_cannot_be_listed_is_struck_out(hall: Library) -> None:
    lead, drawing = hall.at("lead"), opened(hall)
    one, other, gone = (hall.reader(NUMBERS[n]) for n in (0, 1, 2))
    numbers.merge(hall.at("li"), one, other)
    erasures.erase_reader(lead, gone)
    checked = lots.check(lead, drawing.id)
    assert checked.fit == 6
    assert sorted((each.id.rpartition("reader:")[2], why) for each, why in checked.unfit) == sorted(
        (id.removeprefix("reader:"), why) for id, why in ((one, "double"), (gone, "gone"))
    )
    done = lots.publish(lead, drawing.id, SOURCE)
    assert (done.listed, done.struck) == (6, 2)
    assert "考研".encode() in bytes_of(hall.desk.ledger.store.path)
    erasures.erase_reader(lead, hall.reader(NUMBERS[3]))
    refused("ListDiffers", lots.published, lead, drawing.id)
    assert len(standing(hall, drawing.id)) == 8
    assert differs_from_ledger(hall.desk) == []


def test_a_zone_for_some_types_of_reader_lists_those(hall: Library) -> None:
    lead = hall.at("lead")
    furnish_zone(hall, "teachers", ("A-1",))
    drawing = opened(hall, replace(TERMS, zone="teachers", many=1))
    assert {why for _, why in lots.check(lead, drawing.id).unfit} == {"ineligible"}
    refused("NobodyApplied", lots.publish, lead, drawing.id, SOURCE)


def test_what_an_applicant_said_goes_with_them(hall: Library) -> None:
    drawing = opened(hall)
    reader = hall.reader(NUMBERS[4])
    assert "周五五".encode() in bytes_of(hall.desk.ledger.store.path)
    erasures.erase_reader(hall.at("lead"), reader)
    assert "周五五".encode() not in bytes_of(hall.desk.ledger.store.path)
    assert [each.name for each in standing(hall, drawing.id)].count("") == 1


def test_a_seed_mistyped_is_undone(hall: Library) -> None:
    lead, drawing = hall.at("lead"), drawn(hall)
    done = undo.undo(lead)
    assert (done.what, done.name) == ("draw.drawn", "考研座位")
    assert draws.find(lead, drawing.id).stage == "published"
    assert lots.draw(lead, drawing.id, "519").seed == "519"
    assert len({each.number for each in standing(hall, drawing.id)}) == 8
    assert draws.find(lead, drawing.id).places == SEATS
    assert differs_from_ledger(hall.desk) == []


def test_applications_are_listed_a_page_at_a_time(hall: Library) -> None:
    drawing, li = opened(hall), hall.at("li")
    for turn in ("opened", "listed", "drawn", "confirmed", "passed down"):
        lead, every = hall.at("lead"), standing(hall, drawing.id)
        match turn:
            case "listed":
                lots.strike(lead, every[2].id)
                lots.publish(lead, drawing.id, SOURCE)
            case "drawn":
                lots.draw(lead, drawing.id, "518")
            case "confirmed":
                allotment.confirm(li, drawing.id, every[1].patron)
                allotment.give_up(li, every[0].id)
            case "passed down":
                allotment.pass_down(lead, drawing.id)
        every = standing(hall, drawing.id)
        assert draws.counts(li, drawing.id) == Counter(each.state for each in every)
        for which in ("", *draws.STATES):
            some = [each for each in every if which in ("", each.state)]
            rows = ApplicantList(li, drawing.id, which)
            assert rows.count() == len(some), (turn, which)
            assert [rows.place(each) for each in some] == list(range(len(some)))
            assert {rows.place(each) for each in every if each not in some} <= {None}
            for at, key in enumerate([None, *(each.id for each in some)]):
                behind = some[at:]
                before = some[: at - 1] if key else some
                assert rows.after(key, 2) == behind[:2], (turn, which, key)
                assert rows.after(key, 9, 1) == behind[1:]
                assert rows.before(key, 2) == before[-2:]
                assert rows.before(key, 9, 1) == before[:-1]
    assert len(draws.counts(li, drawing.id)) == 6
