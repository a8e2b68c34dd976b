"""What readers are told reads like a sentence, in either language, however their matter ended."""

import pytest

from deskapp import corrections, endings, request_lists
from deskapp.corrections import Correction
from deskapp.endings import Ending
from deskapp.language import Language
from screens.telling import message
from tests.library import Library

FROM = "华北理工大学图书馆"


@pytest.mark.parametrize(
    ("ending", "zh", "en"),
    [
        (
            Ending("done", "已发至邮箱。"),
            "您好，您11-22 周日提出的“要全文”（0001）已办理：已发至邮箱。",
            "Hello, about what you asked on Sun 22 Nov, “要全文” (0001): 已发至邮箱. ",
        ),
        (
            Ending("done", "当场答复"),
            "您好，您11-22 周日提出的“要全文”（0001）已办结。",
            "Hello, what you asked on Sun 22 Nov, “要全文” (0001), has been dealt with. ",
        ),
        (
            Ending("referred", "已告知去处", "校医院", "东门四层", "2591234"),
            "您好，您11-22 周日提出的“要全文”（0001），请向校医院（东门四层，电话2591234）咨询。",
            (
                "Hello, about what you asked on Sun 22 Nov, “要全文” (0001): "
                "please turn to 校医院 (东门四层, tel. 2591234). "
            ),
        ),
        (
            Ending("not_possible", "数据库未订购", alternative="馆际互借。"),
            (
                "您好，您11-22 周日提出的“要全文”（0001），本馆目前暂不能办理，建议：馆际互借。"
                "数据库未订购。"
            ),
            (
                "Hello, we are sorry that we cannot do what you asked on Sun 22 Nov, “要全文” "
                "(0001), at present. We suggest instead: 馆际互借. 数据库未订购. "
            ),
        ),
    ],
)
def test_how_it_ended(library: Library, ending: Ending, zh: str, en: str) -> None:
    lead, id = library.at("lead"), library.log("lead", "要全文", contact="8805").id
    endings.close(lead, id, ending)
    record = request_lists.record(lead, id)
    said = [message(Language(code), lead, record) for code in ("zh_CN", "en")]
    library_en = lead.profile.name("en")
    assert said == [f"{zh}{FROM}{lead.place}", f"{en}{lead.place}, {library_en}"]


def test_what_another_kind_asked_for_has_its_name_too(library: Library) -> None:
    """A corrected kind takes nothing back of what the reader was told, and no code is shown."""
    li = library.at("li")
    id = library.log("li", "要全文", kind="fault", told=("symptom",), contact="8805").id
    corrections.correct(li, id, Correction(kind="consultation"), "类别有误")
    record = request_lists.record(li, id)
    assert record.told == ("symptom",)
    for code in ("zh_CN", "en"):
        name = li.profile.kinds["fault"].told["symptom"].name(code)
        assert name in message(Language(code), li, record)
