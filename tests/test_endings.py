"""What an ending needs, asked once for rule and screen; and codes that the profile has dropped."""

from dataclasses import replace

import pytest

from deskapp import endings, handovers, requests, staff
from deskapp.desk import Desk, Role
from deskapp.endings import Ending
from deskapp.request_lists import RequestList, record
from deskapp.requests import Question
from deskapp.staff import Entry
from tests import oldcodes
from tests.library import PIN, Library, local
from tests.refusals import refused

WHOLE = {
    "done": Ending("done", "好"),
    "referred": Ending("referred", "已告知", "教务处", "行政楼101", "8805"),
    "not_possible": Ending("not_possible", alternative="馆际互借", lead="1003"),
}
CODES = {
    "answer": "AnswerMissing",
    "unit": "PlaceMissing",
    "place": "PlaceMissing",
    "telephone": "PlaceMissing",
    "alternative": "AlternativeMissing",
    "lead": "LeadMissing",
}


def test_what_each_result_needs(library: Library) -> None:
    li, lead = library.at("li"), library.at("lead")
    assert endings.needs(li, "done") == ("answer",)
    assert endings.needs(li, "referred") == ("answer", "unit", "place", "telephone")
    assert endings.needs(li, "not_possible") == ("alternative", "lead")
    assert endings.needs(lead, "not_possible") == ("alternative",)
    refused("CodeUnknown", endings.needs, li, "no")
    refused("CodeUnknown", endings.missing, li, Ending("no"))


@pytest.mark.parametrize("who", ["li", "lead"])
@pytest.mark.parametrize("result", list(WHOLE))
def test_a_request_closes_with_all_of_it_and_with_nothing_less(
    library: Library, result: str, who: str
) -> None:
    desk, id = library.at(who), library.log(who).id
    needed = endings.needs(desk, result)
    for place, field in enumerate(needed):
        for empty in ("", " \u3000"):
            without = replace(WHOLE[result], **dict.fromkeys(needed[place:], empty))
            assert endings.missing(desk, without) == field
            refused(CODES[field], endings.close, desk, id, without)
            refused(CODES[field], requests.log, desk, Question("问"), without)
    assert endings.missing(desk, WHOLE[result]) is None
    endings.close(desk, id, WHOLE[result])
    row = library.row(id)
    how = {"li": "phone", "lead": "self"}[who] if result == "not_possible" else None
    assert (row["result"], row["lead_how"]) == (result, how)
    assert row["lead"] == (library.id("lead") if how else None)


# codes that the profile has dropped


def telegram(library: Library, desk: Desk) -> str:
    """A request of a time when there were telegrams; logged at `desk`."""
    question = Question("发报", kind=oldcodes.KIND, channel=oldcodes.CHANNEL)
    return requests.log(desk, question).id


def test_a_request_of_a_dropped_kind_goes_on_to_its_end(library: Library, quick_pins: None) -> None:
    old, li = oldcodes.before(library.at("li")), library.at("li")
    entry = Entry("1030", "秦岚", Role.LIBRARIAN, (oldcodes.DEPARTMENT,))
    keeper = staff.enter(oldcodes.before(library.at("admin")), entry).id
    staff.set_pin(library.at("admin"), keeper, PIN)
    id = telegram(library, old)
    handovers.hand_over(old, id, department=oldcodes.DEPARTMENT, reason=oldcodes.REASON)

    seen = record(li, id)
    assert (seen.kind, seen.channel, seen.department) == (
        (oldcodes.KIND, oldcodes.CHANNEL, oldcodes.DEPARTMENT)
    )
    assert seen.offered_to == oldcodes.DEPARTMENT
    assert [line.kind for line in RequestList(li, "all").after(None, 5)] == [oldcodes.KIND]
    assert [each.id for each in handovers.signers(li, id)] == [keeper]
    handovers.take_back(li, id)

    # whose department is gone takes it in the hours of the usual kind's department
    offered = handovers.hand_over(li, id, to=keeper, reason="duty")
    assert offered.until == local("2026-11-22 14:00")
    assert library.row(id)["offer_department"] == "reader_services"
    handovers.take_back(li, id)
    nobody = handovers.hand_over(li, id, to=library.id("nowhere"), reason="duty")
    assert nobody.until == local("2026-11-22 14:00")
    handovers.take_back(li, id)
    refused(
        "CodeUnknown", handovers.hand_over, li, id, department=oldcodes.DEPARTMENT, reason="duty"
    )
    handovers.hand_over(li, id, to=keeper, reason="duty")
    handovers.accept_face_to_face(li, id, "1030", PIN)
    assert library.row(id)["department"] == "reader_services"


def test_a_closed_request_of_a_dropped_kind_is_opened_again(library: Library) -> None:
    old, li = oldcodes.before(library.at("li")), library.at("li")
    id = telegram(library, old)
    endings.close(old, id, Ending(oldcodes.RESULT, "已存"))
    assert record(li, id).result == oldcodes.RESULT
    refused("CodeUnknown", endings.close, li, library.log().id, Ending(oldcodes.RESULT, "已存"))
    assert endings.reopen(li, id, "再发").due == local("2026-11-22 17:30")  # the usual kind's


def test_a_kind_that_is_there_is_due_in_the_hours_of_its_own_department(library: Library) -> None:
    """Only the department was dropped: the rule is the kind's, the hours are its department's."""
    old, li = oldcodes.before(library.at("li")), library.at("li")
    question = Question("求文献", kind="delivery", department=oldcodes.DEPARTMENT)
    logged = requests.log(old, question)
    endings.close(li, logged.id, WHOLE["done"])
    assert endings.reopen(li, logged.id, "不全").due == library.log(kind="delivery").due
