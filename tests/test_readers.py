"""Readers at the desk: found as one types, masked in lists, erased on request."""

from pathlib import Path

import pytest

from db import readers as stored
from db.doctor import examine
from db.facts import Change
from db.rows import load, write
from db.store import driver
from deskapp import cards, erasures, found_things, readers, requests
from deskapp.desk import Role
from deskapp.language import Language
from deskapp.readers import masked_name, masked_number, search
from deskapp.requests import Question
from tests.library import READERS, Library, differs_from_ledger, reader_of, write_readers
from tests.readerfiles import COMPOUND
from tests.refusals import refused, spoken

CAST = (
    READERS[0],
    ("2023200001", "单国强", "本科生", "医学院", "13812345678", "A1B2C3"),
    ("2023200002", "仇小慧", "本科生", "理学院", "13800001111", ""),
    ("2023200003", "解行之", "博士生", "理学院", "", ""),
    ("2023200004", "区志远", "教师", "理学院", "", ""),
    ("2023200005", "曾乐", "教师", "理学院", "", ""),
    ("2023200006", "查良", "教师", "理学院", "", ""),
    ("2023200007", "吕绿", "教师", "理学院", "", ""),
    ("2023200008", "买买提·艾力", "本科生", "理学院", "", ""),
    ("2023200009", "王䶮", "本科生", "理学院", "", ""),
    ("2023200010", "欧阳建国", "教师", "理学院", "", ""),
    ("2023200011", "Anna Schmidt", "留学生", "理学院", "", "08FF"),
)


@pytest.fixture
def cast(library: Library, tmp_path: Path) -> Library:
    readers.load(library.at("li"), write_readers(tmp_path / "cast.csv", *CAST), spoken)
    return library


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("2023200001", "2023200001"),
        ("２０２３２００００１", "2023200001"),
        ("单国强", "2023200001"),
        ("国强", "2023200001"),
        ("shanguoqiang", "2023200001"),
        ("Shan Guo", "2023200001"),
        ("sgq", "2023200001"),
        ("5678", "2023200001"),
        ("12345678", "2023200001"),
        ("a1b2", "2023200001"),
        ("qiuxiaohui", "2023200002"),
        ("1111", "2023200002"),
        ("xiexing", "2023200003"),
        ("ouzhi", "2023200004"),
        ("zengle", "2023200005"),
        ("zhaliang", "2023200006"),
        ("lvlv", "2023200007"),
        ("lulu", "2023200007"),
        ("买买提", "2023200008"),
        ("艾力", "2023200008"),
        ("买买提•艾", "2023200008"),
        ("wangyan", "2023200009"),
        ("王䶮", "2023200009"),
        ("oyjg", "2023200010"),
        ("ouyangjian", "2023200010"),
        ("jianguo", "2023200010"),
        ("schmidt", "2023200011"),
        ("ANNA", "2023200011"),
    ],
)
def test_found_as_one_types(cast: Library, typed: str, number: str) -> None:
    wanted = reader_of(cast.at("li"), number)
    assert wanted in search(cast.at("li"), typed)


def test_what_nobody_has_finds_nobody(cast: Library) -> None:
    for typed in ("", "  ", "·", "没有此人", "zzz", "9" * 20, "<8765", "%", "' OR 1=1"):
        assert search(cast.at("li"), typed) == []
    assert search(cast.at("li"), "567") == []  # three digits of a telephone are too few
    assert len(search(cast.at("li"), "2023", limit=4)) == 4


def test_lists_are_masked(cast: Library) -> None:
    found = search(cast.at("li"), "2023200001")[0]
    assert (found.name, found.number) == ("单国强", "2023****01")
    assert not any("13812345678" in str(value) for value in (found.name, found.number, found.type))
    assert not hasattr(found, "phone")


def test_masks() -> None:
    numbers = ("", "1", "1234", "12345", "2023101234")
    assert [masked_number(n) for n in numbers] == ["", "1", "***4", "1**45", "2023****34"]
    names = ("", "李", "李伟", "张建国", "买买提·艾力")
    assert [masked_name(n) for n in names] == ["", "李", "李*", "张*国", "买****力"]
    for number in numbers[2:]:
        assert "*" in masked_number(number)
        assert len(masked_number(number)) == len(number)
    for name in COMPOUND:
        assert len(masked_name(name + "伟")) == 3


def test_found_by_exactly_a_number_or_card(cast: Library) -> None:
    li = cast.at("li")
    by_card, by_number = reader_of(li, "08FF"), reader_of(li, "2023200011")
    assert by_card == by_number
    assert by_card is not None
    assert readers.by_id(li, by_card.id) == by_card
    assert reader_of(li, "08F") is None
    assert readers.by_id(li, "reader:none") is None
    # A1B2C3 is on two people's entries: the desk must ask.
    assert len(cards.whose(li, "A1B2C3")) == 2
    refused("CardAmbiguous", found_things.owner_of, li, "A1B2C3")
    refused("CardAmbiguous", erasures.find, cast.at("lead"), "A1B2C3")


def test_who_may_look(cast: Library) -> None:
    for who in ("assistant", "li", "lead"):
        assert search(cast.at(who), "shan")
    refused("RoleTooLow", search, cast.at("volunteer"), "shan")
    refused("RoleTooLow", cards.whose, cast.at("volunteer"), "2023200001")
    refused("NobodySignedIn", search, cast.desk, "shan")
    refused("NobodySignedIn", cards.whose, cast.desk, "2023200001")


def test_only_a_head_exports(cast: Library, tmp_path: Path) -> None:
    target = tmp_path / "all.csv"
    refused("RoleTooLow", readers.export, cast.at("lead"), target, Language())
    assert not target.exists()
    count = readers.export(cast.at("head"), target, Language())
    assert count == len(CAST) - 1 + len(READERS) - 1
    assert "13812345678" in target.read_text("utf-8-sig")


@pytest.mark.parametrize(("code", "word"), [("zh_CN", "博士"), ("en", "Doctoral")])
def test_an_export_names_the_types_in_words(
    cast: Library, tmp_path: Path, code: str, word: str
) -> None:
    target = tmp_path / "all.csv"
    count = readers.export(cast.at("head"), target, Language(code))
    written = target.read_text("utf-8-sig")
    assert word in written
    for inner in cast.desk.profile.patrons:
        assert f",{inner}," not in written
    again = readers.load(cast.at("li"), target, spoken)
    assert (again.unchanged, again.changed, again.rejected) == (count, 0, 0)


# erasure


@pytest.mark.parametrize(
    ("harm", "book"),
    [
        ("DELETE FROM reader_term WHERE term = 'sgq'", "reader"),
        ("INSERT INTO reader_term SELECT 'zz', serial FROM reader LIMIT 1", "reader"),
        ("INSERT INTO request_text (rowid, body) VALUES (99, '没 有')", "request"),
        (
            "INSERT INTO request_text (request_text, rowid, body) VALUES ('delete', 1, '插 座')",
            "request",
        ),
    ],
)
def test_the_doctor_looks_after_what_is_searched(cast: Library, harm: str, book: str) -> None:
    desk = cast.at("li")
    requests.log(desk, Question("插座"))
    assert examine(desk.ledger) == []
    with desk.ledger.store.writing() as connection:
        driver(connection).execute(harm)
    found = examine(desk.ledger)
    assert {(each.code, each.facts["book"]) for each in found} == {("DerivedWrong", book)}
    assert list(desk.ledger.rebuild())
    assert examine(desk.ledger) == []


def test_terms_of_a_reader_who_is_no_row_any_more_go(cast: Library) -> None:
    """Their number in this store may be another's by then."""
    with cast.desk.ledger.store.writing() as connection:
        raw = driver(connection)
        last = raw.execute("SELECT subject FROM reader ORDER BY serial DESC").fetchone()[0]
        rows = load(raw, stored.READERS, [last])[last]
        name = rows["reader",]["name"]
        other = {**rows, ("reader",): {**rows["reader",], "name": "Bond"}}
        went = [Change(last, key, row, None) for key, row in rows.items()]
        write(
            raw,
            stored.READERS,
            [*went, *(Change("reader:new", key, None, row) for key, row in other.items())],
        )
        assert stored.READERS.check is not None
        assert stored.READERS.check(raw) == []
        found = stored.search(connection, name), stored.search(connection, "bond")
        assert [[each.subject for each in some] for some in found] == [[], ["reader:new"]]
        gone = [Change("reader:new", key, row, None) for key, row in other.items()]
        write(raw, stored.READERS, gone)
        assert stored.READERS.check(raw) == []
        assert raw.execute("SELECT count(*) FROM reader").fetchone()[0] > 5


def test_an_erased_person_is_nowhere(cast: Library) -> None:
    li, lead = cast.at("li"), cast.at("lead")
    person = cast.reader("2023200002")
    asked = requests.log(li, Question("仇小慧想借黄帝内经", patron=person, contact="13800001111"))
    refused("RoleTooLow", erasures.erase_reader, li, person)
    refused("PatronUnknown", erasures.erase_reader, lead, "reader:none")
    erasures.erase_reader(lead, person)
    assert reader_of(li, "2023200002") is None
    for typed in ("qiu", "qxh", "仇小慧", "2023200002", "1111"):
        assert person not in [each.id for each in search(li, typed)]
    assert cast.row(asked.id)["patron_type"] == "undergraduate"  # still to be counted
    with cast.desk.reading() as connection:
        raw = driver(connection)
        tables = [
            name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        for table in tables:
            for row in raw.execute(f"SELECT * FROM {table}"):
                assert "小慧" not in repr(row), table
                assert "13800001111" not in repr(row), table
    assert differs_from_ledger(cast.desk) == []


def test_the_same_person_coming_back_is_somebody_new(cast: Library, tmp_path: Path) -> None:
    old = cast.reader("2023200002")
    erasures.erase_reader(cast.at("lead"), old)
    again = readers.load(cast.at("li"), write_readers(tmp_path / "cast.csv", *CAST), spoken)
    assert (again.entered, again.changed) == (1, 0)
    new = cast.reader("2023200002")
    assert new != old
    erasures.erase_reader(cast.at("lead"), new)
    readers.load(cast.at("li"), write_readers(tmp_path / "cast.csv", *CAST), spoken)
    assert cast.reader("2023200002") not in (old, new)


def test_erasing_twice_changes_nothing(cast: Library) -> None:
    person = cast.reader("2023200002")
    erasures.erase_reader(cast.at("lead"), person)
    erasures.erase_reader(cast.at("lead"), person)
    assert differs_from_ledger(cast.desk) == []


def test_an_erasure_reaches_the_other_desk(two_desks: Library) -> None:
    person = two_desks.reader("2023101234")
    assert search(two_desks.at("li", "3F"), "shan")
    asked = requests.log(two_desks.at("li", "3F"), Question("单国强要充电线", patron=person))
    erasures.erase_reader(two_desks.at("lead", "2F"), person)
    for code in ("2F", "3F", "2F"):
        two_desks.exchange(code)
    for code in ("2F", "3F"):
        assert search(two_desks.at("li", code), "shan") == []
        assert two_desks.row(asked.id, code)["question"] is None
        assert differs_from_ledger(two_desks.desks[code]) == []
    refused("PatronUnknown", requests.log, two_desks.at("li", "3F"), Question("问", patron=person))


def test_roles_stand_in_an_order() -> None:
    roles = list(Role)
    for place, role in enumerate(roles):
        assert [role.reaches(least) for least in roles] == [at <= place for at in range(len(roles))]


def test_an_import_ends_only_what_it_speaks_for(cast: Library, tmp_path: Path) -> None:
    """A card bound at the desk is none of the university's file's business."""
    desk = cast.at("li")
    found = reader_of(desk, "08FF")
    assert found is not None
    with desk.ledger.store.writing() as connection:
        driver(connection).execute(
            "INSERT INTO identifier VALUES (?, 'BOUND1', 'bound', '2026-11-22', NULL)",
            (found.id,),
        )
    changed = ("2023200011", "Anna Schmidt", "留学生", "理学院", "", "D4E5F6")
    readers.load(desk, write_readers(tmp_path / "again.csv", CAST[0], changed), spoken)
    assert reader_of(desk, "BOUND1") == reader_of(desk, "D4E5F6")
    assert reader_of(desk, "BOUND1") is not None
    assert reader_of(desk, "08FF") is None
