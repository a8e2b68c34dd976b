"""What a correction put right reads old and new; what may not be told is not told that way."""

from db.people import ERASED
from deskapp import corrections
from deskapp.corrections import Correction
from deskapp.language import Language
from deskapp.request_lists import record
from screens.course import sentence
from tests.library import Library

ZH = Language("zh_CN")


def said(library: Library, id: str, who: str = "li") -> list[str]:
    desk = library.at(who)
    return [sentence(ZH, desk.profile, step) for step in record(desk, id).course]


def erase(library: Library, reader: str) -> None:
    with library.at("admin").act() as act:
        act.record(ERASED, f"person:{reader}", person=reader)


def test_the_course_says_what_was_wrong_and_what_is_right(library: Library) -> None:
    li, id = library.at("li"), library.log(words="打引机坏了").id
    right = Correction("打印机坏了", kind="fault", department="technology", contact="8805")
    corrections.correct(li, id, right, "听错")
    corrections.correct(li, id, Correction(contact=""), "误留")
    assert said(library, id)[1:] == [
        (
            "李静 更正：事由 打引机坏了 → 打印机坏了  联系方式 8805  类别 一般咨询 → 设施设备故障  "
            "承办部门 读者服务部 → 技术服务部  原因：听错"
        ),
        "李静 更正：联系方式 8805 → 无  原因：误留",
    ]


def test_of_a_wrong_reader_only_what_was_wrong_is_named(library: Library) -> None:
    li, wrong, right = library.at("li"), library.reader("2023101234"), library.reader("00417")
    id = library.log(words="要全文", patron=wrong).id
    corrections.correct(li, id, Correction(patron=right), "同名")
    assert said(library, id)[1] == ("李静 更正：读者 单*强 2023****34 → 欧**国 0**17  原因：同名")
    assert said(library, id, "assistant")[1] == said(library, id)[1]


def test_a_wrong_readers_contact_and_what_was_erased_are_not_told(library: Library) -> None:
    li, wrong, right = library.at("li"), library.reader("2023101234"), library.reader("00417")
    id = library.log(words="要全文两编", patron=wrong, contact="13812345678").id
    words = Correction("要全文两篇", patron=right, contact="8805")
    corrections.correct(li, id, words, "同名")
    (line,) = said(library, id)[1:]
    assert "事由 要全文两编 → 要全文两篇" in line
    assert "联系方式 8805" in line
    assert "13812345678" not in "".join(said(library, id))
    assert "8805" not in "".join(said(library, id, "assistant"))  # no telephone numbers
    erase(library, right)
    assert "要全文" not in "".join(said(library, id))


def test_what_was_said_in_confidence_is_told_to_its_department_only(library: Library) -> None:
    li, id = library.at("li"), library.log(words="查室友借阅").id
    corrections.correct(li, id, Correction("查借阅"), "误记")
    corrections.correct(li, id, Correction("查本人借阅", confidential=True), "本人要求")
    corrections.correct(li, id, Correction("查自己借阅"), "误记")
    assert said(library, id)[2:] == [
        "李静 更正：改为仅承办人可见  事由 查借阅 → 查本人借阅  原因：本人要求",
        "李静 更正：事由 查本人借阅 → 查自己借阅  原因：误记",
    ]
    assert "借阅" not in "".join(said(library, id, "chen"))
    assert "更正：事由" in "".join(said(library, id, "chen"))
    corrections.correct(li, id, Correction(confidential=False), "本人同意")
    opened = "".join(said(library, id, "chen"))
    assert "不再限承办人可见" in opened
    assert "查室友借阅 → 查借阅" in opened
    assert "查本人借阅" not in opened
