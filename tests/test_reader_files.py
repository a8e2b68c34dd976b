"""The university's reader file: taken whole, brought up to date, never doubled."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from db.doctor import examine
from db.store import driver
from deskapp import cards, erasures, readers
from deskapp.desk import Desk
from deskapp.fields import PATRONS
from deskapp.language import Language
from deskapp.readers import Imported, load, search
from deskapp.sheets import open_sheet, open_table
from tests.library import Library, differs_from_ledger, outcome_of, reader_of, write_readers
from tests.readerfiles import HEADERS, KOHA, rows, write_csv, write_xlsx
from tests.refusals import refused, spoken

SLICE = 200
MANY = 450  # more than two slices
HEAD = ("学号", "姓名", "读者类型", "手机号", "一卡通号")
ONE = ("2020001", "单国强", "本科生", "13812345678", "C1")


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "SLICE", SLICE)


def counts(done: Imported) -> tuple[int, int, int, int]:
    return done.entered, done.changed, done.unchanged, done.rejected


def table(desk: Desk) -> list[tuple[object, ...]]:
    with desk.reading() as connection:
        return driver(connection).execute("SELECT * FROM reader ORDER BY number").fetchall()


def facts(desk: Desk) -> Counter[str]:
    with desk.reading() as connection:
        return Counter(kind for (kind,) in driver(connection).execute("SELECT kind FROM fact"))


def test_what_a_file_has_no_column_for_stays(library: Library, tmp_path: Path) -> None:
    li = library.at("li")
    load(li, write_readers(tmp_path / "whole.csv", HEAD, ONE), spoken)
    before = table(li)
    again = load(li, write_readers(tmp_path / "short.csv", HEAD[:2], ONE[:2]), spoken)
    assert counts(again) == (0, 0, 1, 0)
    assert table(li) == before
    assert reader_of(li, "C1")
    # An empty cell says that there is none; a column that is not there says nothing.
    told = write_readers(tmp_path / "told.csv", (*HEAD[:2], "手机号"), (*ONE[:2], ""))
    assert counts(load(li, told, spoken)) == (0, 1, 0, 0)
    assert "13812345678" not in next(row for row in table(li) if "2020001" in row)
    assert reader_of(li, "C1")


@pytest.mark.parametrize(
    "make",
    [
        lambda path: write_csv(path / "r.csv", MANY),
        lambda path: write_csv(path / "r.csv", MANY, messy=True),
        lambda path: write_csv(path / "r.csv", MANY, encoding="gb18030", messy=True),
        lambda path: write_csv(path / "r.csv", MANY, encoding="utf-8", separator="\t"),
        lambda path: write_csv(path / "r.csv", MANY, encoding="utf-16", separator=";"),
        lambda path: write_xlsx(path / "r.xlsx", MANY),
        lambda path: write_xlsx(path / "r.xlsx", MANY, messy=True),
    ],
    ids=["clean", "messy", "gb18030", "tabs", "utf-16", "xlsx", "xlsx-messy"],
)
def test_the_same_readers_from_every_file(
    library: Library, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    li = library.at("li")
    before = len(table(li))
    done = load(li, make(tmp_path), spoken)
    assert counts(done) == (MANY, 0, 0, 0)
    assert done.rejects is None
    assert len(table(li)) == before + MANY
    for cells in (*rows(5), *list(rows(MANY))[-5:]):
        found = reader_of(li, cells[0])
        assert found is not None
        assert reader_of(li, cells[9]) == found  # by card
        assert found in search(li, cells[10][-8:])  # by telephone
    with li.reading() as connection:  # identity numbers are never stored
        raw = driver(connection)
        assert not raw.execute("SELECT 1 FROM fact WHERE private LIKE '%990000%'").fetchall()
    assert differs_from_ledger(li) == []


def test_a_word_that_the_library_does_not_know_is_rejected(
    library: Library, tmp_path: Path
) -> None:
    """Koha's code MA is in no profile: those rows wait, the others are taken."""
    file = write_csv(tmp_path / "r.csv", 100, headers=KOHA)
    done = load(library.at("li"), file, spoken)
    unknown = sum(cells[8] == "硕士研究生" for cells in rows(100))
    assert counts(done) == (100 - unknown, 0, 0, unknown)
    assert done.rejects is not None
    assert unknown == len([row for row in open_sheet(done.rejects).rows if "MA" in row.cells])
    for cells in rows(100):
        if cells[8] != "硕士研究生":
            assert reader_of(library.at("li"), cells[9])


def test_a_second_import_is_no_fact(library: Library, tmp_path: Path) -> None:
    li, file = library.at("li"), write_csv(tmp_path / "r.csv", MANY)
    load(li, file, spoken)
    before, written = table(li), facts(li)
    assert counts(load(li, file, spoken)) == (0, 0, MANY, 0)
    assert counts(load(li, write_xlsx(tmp_path / "r.xlsx", MANY), spoken)) == (0, 0, MANY, 0)
    assert (table(li), facts(li)) == (before, written)


def test_a_changed_file_writes_what_changed(library: Library, tmp_path: Path) -> None:
    li = library.at("li")
    file = tmp_path / "r.csv"
    load(li, write_readers(file, HEAD, ONE), spoken)
    changed = ("2020001", "单国强", "硕士生", "13900000000", "C2", "C3")
    two_cards = (*HEAD, "芯片号")
    assert counts(load(li, write_readers(file, two_cards, changed), spoken)) == (0, 1, 0, 0)
    assert [reader_of(li, card) is not None for card in ("C1", "C2", "C3")] == [False, True, True]
    assert "单国强" not in [each.name for each in search(li, "5678") if each.type == "master"]
    found = search(li, "13900000000"[-8:])
    assert [each.type for each in found] == ["master"]
    with li.reading() as connection:  # the old card is kept, with its end
        old = driver(connection).execute("SELECT until FROM identifier WHERE value = 'C1'")
        assert old.fetchone()[0] is not None
    assert counts(load(li, write_readers(file, HEAD, ONE), spoken)) == (0, 1, 0, 0)
    assert [reader_of(li, card) is not None for card in ("C1", "C2")] == [True, False]


def test_two_cards_in_one_cell_are_two_cards(library: Library, tmp_path: Path) -> None:
    li = library.at("li")
    cells = "1112038970；a1b2c4", "1112038971 1112038972"
    lines = [(f"20200{n}", "单国强", "本科生", "", cell) for n, cell in enumerate(cells)]
    file = write_readers(tmp_path / "r.csv", HEAD, *lines)
    assert counts(load(li, file, spoken)) == (2, 0, 0, 0)
    for n, chips in enumerate((("1112038970", "a1b2c4"), ("1112038971", "1112038972"))):
        owner = reader_of(li, f"20200{n}")
        assert owner is not None
        assert [reader_of(li, chip) for chip in chips] == [owner, owner]
        assert owner in search(li, chips[1][:5])
    assert counts(load(li, file, spoken)) == (0, 0, 2, 0)


def everything(desk: Desk) -> list[list[tuple[object, ...]]]:
    """All tables of readers, with the numbers that this store gave them."""
    with desk.reading() as connection:
        raw = driver(connection)
        return [
            raw.execute(f"SELECT * FROM {name} ORDER BY {key}").fetchall()
            for name, key in (
                ("reader", "serial"),
                ("identifier", "subject, value"),
                ("reader_term", "term, reader"),
            )
        ]


def test_a_rebuild_gives_the_same_tables(library: Library, tmp_path: Path) -> None:
    li, file = library.at("li"), tmp_path / "r.csv"
    load(li, write_csv(file, MANY, messy=True), spoken)
    load(li, write_csv(file, 50, seed=1), spoken)  # the same numbers, other people and cards
    erasures.erase_reader(library.at("lead"), library.reader("20200000000"))
    load(li, file, spoken)
    before = everything(li)
    assert len(before[0]) > MANY
    assert len(before[2]) > 5 * MANY
    assert list(li.ledger.rebuild())
    assert everything(li) == before
    assert examine(li.ledger) == []


def test_slices_follow_the_order_of_subjects(library: Library, tmp_path: Path) -> None:
    """Else each would write a page of every index for each of its readers."""
    load(library.at("li"), write_csv(tmp_path / "r.csv", MANY), spoken)
    with library.desk.reading() as connection:
        subjects = [
            subject
            for (subject,) in driver(connection).execute(
                "SELECT subject FROM reader ORDER BY serial DESC LIMIT ?", (MANY,)
            )
        ]
    assert subjects == sorted(subjects, reverse=True)


@pytest.mark.parametrize("apart", [1, SLICE, 2 * SLICE + 1])
def test_a_reader_twice_in_a_file_counts_once_and_loses_nothing(
    library: Library, tmp_path: Path, apart: int
) -> None:
    li = library.at("li")
    others = [(f"30{n:05d}", "王伟", "本科生", "", "") for n in range(apart)]
    twice = ("2020001", "单国强", "硕士生", "", "C2")
    file = write_readers(tmp_path / "r.csv", HEAD, ONE, *others, twice)
    done = load(li, file, spoken)
    assert counts(done) == (apart + 1, 0, 1, 0)
    found = reader_of(li, "2020001")
    assert found is not None
    assert found.type == "master"
    assert found in search(li, "12345678")
    again = load(li, file, spoken)
    assert (again.entered, again.changed) == (0, 0)  # and not to and fro


@pytest.mark.parametrize("number", ["S2020001", "s2020001"])
def test_a_number_of_two_names_in_a_file_stays_the_first_ones(
    library: Library, tmp_path: Path, number: str
) -> None:
    li = library.at("li")
    first = ("S2020001", *ONE[1:])
    file = write_readers(tmp_path / "r.csv", HEAD, first, (number, "李伟", "", "", ""), first)
    done = load(li, file, Language())
    assert counts(done) == (1, 0, 1, 1)
    assert done.rejects is not None
    (row,) = open_sheet(done.rejects).rows
    assert row.cells[1] == "李伟"
    assert row.cells[-1] == "本文件内证号重复而姓名不同，见第2行"
    found = reader_of(li, "S2020001")
    assert found is not None
    assert found.name == "单国强"
    assert found in search(li, "12345678")


def test_a_known_number_under_another_name_is_said(library: Library, tmp_path: Path) -> None:
    li = library.at("li")
    load(li, write_readers(tmp_path / "r.csv", HEAD, ONE), spoken)
    other = (ONE[0], "单国庆", *ONE[2:])
    done = load(li, write_readers(tmp_path / "r.csv", HEAD, other), spoken)
    assert (done.changed, done.renamed) == (1, 1)
    phone = (*other[:3], "13900000000", other[4])
    done = load(li, write_readers(tmp_path / "r.csv", HEAD, phone), spoken)
    assert (done.changed, done.renamed) == (1, 0)


def test_the_case_of_letters_makes_nobody_another(library: Library, tmp_path: Path) -> None:
    li = library.at("li")
    lower = ("s2023a1", "单国强", "", "", "c1ff")
    assert counts(load(li, write_readers(tmp_path / "r.csv", HEAD, lower), spoken)) == (1, 0, 0, 0)
    upper = ("S2023A1", "单国强", "", "", "C1FF")
    assert counts(load(li, write_readers(tmp_path / "r.csv", HEAD, upper), spoken)) == (0, 0, 1, 0)
    found = reader_of(li, "S2023A1")
    assert found is not None
    for code in ("s2023a1", "S2023a1", "c1ff", "C1FF", "c1FF"):
        assert reader_of(li, code) == found, code
        assert cards.whose(li, code) == [found], code
        assert search(li, code) == [found], code
    erasures.erase_reader(library.at("lead"), found.id)
    assert counts(load(li, write_readers(tmp_path / "r.csv", HEAD, lower), spoken)) == (1, 0, 0, 0)
    again = reader_of(li, "S2023A1")
    assert again is not None
    assert again.id != found.id


@pytest.mark.parametrize("code", ["zh_CN", "en"])
def test_rejected_rows_are_written_out_with_reasons(
    library: Library, tmp_path: Path, code: str
) -> None:
    t = Language(code)
    file = write_readers(
        tmp_path / "r.csv",
        HEAD,
        ("2020001", "单国强", "本科生", "13812345678", "C1"),
        ("", "无号", "本科生", "", ""),
        ("2020003", "", "本科生", "", ""),
        ("2020004", "外星人", "外星人", "", ""),
        ("2.02E+09", "王伟", "本科生", "", ""),
    )
    done = load(library.at("li"), file, t)
    assert counts(done) == (1, 0, 0, 4)
    assert done.rejects is not None
    assert done.rejects.parent == file.parent
    sheet = open_sheet(done.rejects)
    lines = [row.cells for row in sheet.rows]
    assert [line[1] for line in lines] == ["无号", "", "外星人", "王伟"]
    assert [line[-2] for line in lines] == ["3", "4", "5", "6"]
    for line in lines:
        assert line[-1], line
        assert "refusal." not in str(line[-1])
    # Once put right, the rejects are a file to import themselves; what is still wrong in it comes
    # out again with one line number and one reason, those of this time.
    same = done.rejects.rename(tmp_path / "again.csv")
    once_more = load(library.at("li"), same, Language("zh_CN" if code == "en" else "en"))
    assert once_more.rejects is not None
    assert open_sheet(once_more.rejects).headers[:-2] == list(HEAD)
    assert [row.cells[-2] for row in open_sheet(once_more.rejects).rows] == ["2", "3", "4", "5"]
    fixed = [[*line[:5]] for line in lines]
    for n, cells in enumerate(fixed):
        cells[:3] = [f"202001{n}", str(cells[1]) or "补名", "本科生"]
    again = write_readers(tmp_path / "r2.csv", HEAD, *(tuple(map(str, c)) for c in fixed))
    assert counts(load(library.at("li"), again, t)) == (4, 0, 0, 0)


def test_a_file_of_rejects_goes_when_there_are_none(library: Library, tmp_path: Path) -> None:
    file = write_readers(tmp_path / "r.csv", HEAD, ("", "无号", "本科生", "", ""))
    rejects = load(library.at("li"), file, spoken).rejects
    assert rejects is not None
    assert rejects.exists()


class Cut(Exception):
    """The power goes."""


@pytest.mark.parametrize("at", [0, 1, 2])
def test_cut_in_the_middle_and_begun_again(library: Library, tmp_path: Path, at: int) -> None:
    li, file = library.at("li"), write_csv(tmp_path / "r.csv", MANY, messy=True)
    before = len(table(li))
    steps = 0

    def cut(done: int, total: int) -> None:
        nonlocal steps
        if done and steps == at:
            raise Cut
        steps += bool(done)

    with pytest.raises(Cut):
        load(li, file, spoken, progress=cut)
    half = len(table(li)) - before
    assert half == min((at + 1) * SLICE, MANY)
    desk = library.reopen().signed_in(li.whoever())
    assert differs_from_ledger(desk) == []
    assert counts(load(desk, file, spoken)) == (MANY - half, 0, half, 0)
    assert len(table(desk)) - before == MANY
    assert facts(desk)["reader.entered"] == MANY + before


def test_progress_goes_up_to_the_end(library: Library, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    file = write_csv(tmp_path / "r.csv", MANY)
    load(library.at("li"), file, spoken, progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1] >= MANY
    assert len(seen) > 2


def test_what_is_shown_before_anything_is_written(library: Library, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "r.csv", 3, messy=True)
    before = facts(library.desk)
    sheet, mapping = open_table(file, PATRONS)
    assert mapping.missing == ()
    assert sheet.headers[mapping.columns["number"][0]].strip() == HEADERS[0]
    assert facts(library.desk) == before
    refused("RoleTooLow", load, library.at("assistant"), file, spoken)
    refused("NobodySignedIn", load, library.desk, file, spoken)
    wrong = write_readers(tmp_path / "w.csv", ("甲", "乙"), ("1", "2"))
    assert outcome_of(lambda: load(library.at("li"), wrong, spoken)) is not None
    assert facts(library.desk) == before


def test_a_person_may_choose_the_columns(library: Library, tmp_path: Path) -> None:
    li, row = library.at("li"), ("2020001", "单国强", "", "", "王伟")
    file = write_readers(tmp_path / "r.csv", HEAD, row)
    load(li, file, spoken, override={"name": HEAD[4], "cards": None})
    found = reader_of(li, "2020001")
    assert found is not None
    assert found.name == "王伟"
    assert reader_of(li, "王伟") is None
