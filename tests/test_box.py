"""What a line of the box means, on a real store."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskapp import box, drafts, readers, requests, serials, staff
from deskapp.box import (
    CertificateCode,
    Digit,
    Nothing,
    ReaderFound,
    Readers,
    RequestNumber,
    Sentence,
    UnknownCard,
    understand,
)
from deskapp.desk import Desk, Role, found_desk
from tests.refusals import refused, spoken
from tests.toys import ToyClock

READERS = """学号,姓名,读者类型,学院,手机,一卡通号
2023101234,单国强,本科生,医学院,13812340002,A1B2C3D4
2023101235,曾小查,硕士,医学院,13912341003,0412345678
2023101236,张文印,本科生,理学院,13912340001,
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("box")
    desk = found_desk(folder, "generic", "2F", "二层服务台", b"k" * 32, ToyClock())
    person = staff.enter(desk, staff.Entry("1001", "王敏", Role.ADMINISTRATOR))
    desk = desk.signed_in(staff.find(desk, person.id))
    file = folder / "readers.csv"
    file.write_text(READERS, "utf-8")
    assert readers.load(desk, file, spoken).entered == 3
    for number in range(3):
        requests.log(desk, requests.Question(f"第{number}问"))
    yield desk
    desk.close()


def name(understood: object) -> str:
    assert isinstance(understood, ReaderFound)
    return understood.reader.name


def test_a_scan_is_a_reader_or_an_unknown_card_and_nothing_else(desk: Desk) -> None:
    assert name(understand(desk, "2023101234", scanned=True)) == "单国强"
    assert name(understand(desk, "a1b2c3d4", scanned=True)) == "单国强"
    for code in ("9999", "20231", "0001", "1", "zhang", "还书在哪", ""):
        assert understand(desk, code, scanned=True) == UnknownCard(code)


def test_what_stands_on_a_certificate_is_no_card(desk: Desk) -> None:
    number = serials.specimen(date(2026, 11, 22))
    for text in (number, serials.spaced(number), "7" * 420, f"https://lib.example/#{'7' * 420}"):
        assert understand(desk, text) == understand(desk, text, True) == CertificateCode(text)
    assert understand(desk, "7" * 237, scanned=True) == UnknownCard("7" * 237)  # a ticket


def test_what_is_typed(desk: Desk) -> None:
    assert understand(desk, "  ") == Nothing()
    assert understand(desk, "7") == Digit(7)
    assert name(understand(desk, "2023101235")) == "曾小查"
    for short in ("2023", "20231012"):
        found = understand(desk, short)
        assert isinstance(found, Readers)
        assert len(found.readers) == 3
    for text, who in (
        ("shan", "单国强"),
        ("zxz", "曾小查"),
        ("国强", "单国强"),
        ("1003", "曾小查"),
    ):
        found = understand(desk, text)
        assert isinstance(found, Readers)
        assert [each.name for each in found.readers] == [who]
        assert found.words == text
    assert understand(desk, "98765") == UnknownCard("98765")
    assert understand(desk, "7F3A9901") == UnknownCard("7F3A9901")
    for words in (
        "考研座插座无电",
        "打印",
        "wifi5g",
        "printer broken",
        "2023年Nature一篇",
        "７楼热",
    ):
        assert understand(desk, words) == Sentence(words)


def test_a_request_is_called_by_its_number(desk: Desk) -> None:
    first = understand(desk, "0001")
    assert isinstance(first, RequestNumber)
    assert first.number == "0001"
    assert understand(desk, "2f-0001") == first
    # nothing with that number: the end of a telephone number, or nobody's
    assert isinstance(understand(desk, "3412"), UnknownCard)
    assert understand(desk, "3F-0001") == Sentence("3F-0001")
    assert box.request_of(desk, "第1问") is None
    year = desk.now().year
    assert understand(desk, f"{year}-0001") == first
    assert understand(desk, f"2f-{year}-0001") == first
    assert box.request_of(desk, f"{year - 1}-0001") is None
    assert box.request_of(desk, "1") is None


def test_a_number_that_is_a_request_and_a_telephone_is_asked_about(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (line,) = box.requests_of(desk, "0001")
    monkeypatch.setattr(box, "requests_of", lambda *_: [line])
    both = understand(desk, "1003")
    assert isinstance(both, Readers)
    assert both.requests == (line,)
    assert [each.name for each in both.readers] == ["曾小查"]
    assert understand(desk, "0003") == line


def test_nobody_without_the_right_looks_anybody_up(desk: Desk) -> None:
    refused("NobodySignedIn", understand, desk.signed_in(None), "2023")
    volunteer = staff.enter(desk, staff.Entry("9", "刘洋", Role.VOLUNTEER))
    refused("RoleTooLow", understand, desk.signed_in(staff.find(desk, volunteer.id)), "2023")


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=40), scanned=st.booleans())
def test_every_line_means_something(desk: Desk, text: str, scanned: bool) -> None:
    meant = understand(desk, text, scanned)
    if scanned:
        assert isinstance(meant, ReaderFound | UnknownCard)
    if isinstance(meant, Sentence):
        assert meant.words == text.strip()


def test_words_select_a_kind(desk: Desk) -> None:
    for words, kind in (
        ("考研座插座没电了", "fault"),
        ("请问DOI怎么查", "delivery"),
        ("aDOIb", "consultation"),
        ("随便问问", "consultation"),
        ("借伞", "lending"),
    ):
        assert drafts.kind_in(desk, words) == kind


def test_due_in_the_working_time_of_the_department(desk: Desk) -> None:
    office = drafts.due(desk, "fault", "office")
    assert office.at.astimezone(UTC) == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert office.rule.days == 1
    assert office.known
    asked = desk.now().replace(day=20)  # a Friday
    assert drafts.due(desk, "reference", "office", asked).at.day == 24
    logged = requests.log(desk, requests.Question("查资料", kind="reference"))
    assert logged.due == drafts.due(desk, "reference", "reference").at


def test_staff_are_found_as_one_types(desk: Desk) -> None:
    for text in ("wm", "wang", "王", "敏", "1001"):
        assert [each.name for each in staff.search(desk, text)] == ["王敏"], text
    assert staff.search(desk, "，") == []
    assert "王敏" in staff.names(desk).values()
