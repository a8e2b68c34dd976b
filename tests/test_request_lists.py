"""Lists of requests, one request with its course, and search: who sees what, in which order."""

from collections.abc import Callable, Sequence
from dataclasses import fields

import pytest

from db.request_pages import Line
from deskapp import endings, extensions, handovers, requests, staff, telling, waiting
from deskapp.desk import Desk, Role
from deskapp.endings import Ending
from deskapp.request_lists import LISTS, RequestList, masked, record, search, searchable
from deskapp.requests import Question
from deskapp.staff import Entry
from tests.library import Library, local
from tests.refusals import refused

DONE = Ending("done", "已更换插座")
KINDS = ("fault", "consultation", "delivery", "training", "complaint")


def everything(desk: Desk, which: str, page: int = 3) -> list[Line]:
    """A list read from its beginning, a page at a time."""
    source, found, key = RequestList(desk, which), list[Line](), None
    while lines := source.after(key, page):
        found += lines
        key = source.key(lines[-1])
    return found


def words(lines: Sequence[Line]) -> list[str | None]:
    return [line.question for line in lines]


@pytest.fixture
def busy(library: Library) -> Library:
    """Thirty requests of three people, some handed over, some closed, two days of them."""
    for n in range(30):
        who = ("li", "zheng", "chen")[n % 3]
        contact = "8805" if n % 7 == 5 else ""
        id = library.log(who, f"第{n}件", kind=KINDS[n % 5], contact=contact).id
        if n % 7 == 1:
            handovers.hand_over(library.at(who), id, to=library.id("sun"), reason="duty")
        elif n % 7 == 3:
            handovers.hand_over(library.at(who), id, department="information", reason="duty")
        elif n % 7 == 5:
            endings.close(library.at(who), id, DONE)
        elif n == 27:
            waiting.wait_outside(library.at(who), id)
        elif n == 4:
            waiting.wait_outside(library.at(who), id, "", library.clock.at.date())
        elif n == 9:
            waiting.wait_for_reader(library.at(who), id)
        elif n == 16:
            endings.close(
                library.at(who), id, Ending("not_possible", alternative="传递", lead="1003")
            )
        elif n % 7 == 6:
            handovers.hand_over(library.at(who), id, to=library.id("technology"), reason="duty")
            handovers.accept(library.at("technology"), id)
        library.clock.move(hours=1)
    return library


SAYS: dict[str, Callable[[Library, Line], bool]] = {
    "mine": lambda lib, x: x.responsible == lib.id("zheng") and x.status == "open",
    "offered": lambda lib, x: (
        x.offer is not None
        and x.responsible != lib.id("zheng")
        and x.offer_to is None
        and x.offer_department in ("reader_services", "information")
    ),
    "department": lambda _, x: (
        x.department in ("reader_services", "information") and x.status == "open"
    ),
    "first_asked": lambda lib, x: (
        x.first_responder == lib.id("zheng") != x.responsible and x.status == "open"
    ),
    "overdue": lambda lib, x: (
        lib.desk.local(x.due_at) < lib.clock.at and x.status == "open" and x.waits is None
    ),
    "to_chase": lambda lib, x: (
        x.chase_at is not None and lib.desk.local(x.chase_at) <= lib.clock.at and ours(lib, x)
    ),
    "to_tell": lambda lib, x: x.tell_by is not None and ours(lib, x),
    "all": lambda lib, x: True,
}


def ours(library: Library, line: Line) -> bool:
    return line.responsible == library.id("zheng") or line.department in (
        "reader_services",
        "information",
    )


@pytest.mark.parametrize("which", SAYS)
def test_each_list_has_what_it_says(busy: Library, which: str) -> None:
    desk = busy.at("zheng")
    every = everything(desk, "all")
    assert len(every) == 30
    wanted = [line for line in every if SAYS[which](busy, line)]
    assert wanted, "a list that is empty proves nothing"
    found = everything(desk, which)
    assert {line.serial for line in found} == {line.serial for line in wanted}
    order = [(line.due_at, line.serial) for line in found]
    newest = [-line.serial for line in found]
    assert order == sorted(order) if which != "all" else newest == sorted(newest)


@pytest.mark.parametrize("which", LISTS)
@pytest.mark.parametrize("page", [1, 4, 100])
def test_pages_fit_together_from_either_end(busy: Library, which: str, page: int) -> None:
    source = RequestList(busy.at("zheng"), which)
    found = everything(busy.at("zheng"), which, page)
    assert source.count() == len(found) == len(set(found))
    back, key = list[Line](), None
    while lines := source.before(key, page):
        back = [*lines, *back]
        key = source.key(lines[0])
    assert back == found
    for index, line in enumerate(found):
        assert source.place(line) == index
        assert list(source.after(source.key(line), 2, 1)) == found[index + 2 : index + 4]
        assert (
            list(source.before(source.key(line), 2, 1))
            == (found[max(0, index - 3) : max(0, index - 1)])
        )


def test_what_left_a_list_has_no_place_in_it(busy: Library) -> None:
    source = RequestList(busy.at("zheng"), "mine")
    line = source.after(None, 1)[0]
    endings.close(busy.at("zheng"), line.subject, DONE)
    assert source.place(line) is None
    assert line not in source.after(None, 100)


def test_lists_of_somebody_without_a_department(busy: Library) -> None:
    for which in LISTS:
        found = everything(busy.at("nowhere"), which)
        assert len(found) == {"all": 30, "overdue": len(found)}.get(which, 0)
    refused("NobodySignedIn", RequestList, busy.desk, "mine")


# one request


def test_the_course_of_a_request(library: Library) -> None:
    li, chen = library.at("li"), library.at("chen")
    reader = library.reader("00417")
    id = library.log(words="想要一篇论文", kind="delivery", patron=reader, contact="8805").id
    library.clock.move(minutes=5)
    handovers.hand_over(li, id, to=library.id("chen"), reason="expertise", note="急")
    seen = record(li, id)
    assert (seen.offered_to, seen.offered_until) == ("陈莉", local("2026-11-23 12:00"))
    library.clock.move(minutes=5)
    handovers.send_back(chen, id, "请先补全")
    handovers.hand_over(li, id, department="information", reason="duty")
    assert record(li, id).offered_to == "information"
    handovers.accept(chen, id)
    endings.close(chen, id, Ending("done", "已传递"))
    seen = record(chen, id)
    assert [step.kind for step in seen.course] == (
        ["logged", "offered", "sent_back", "offered", "accepted", "closed"]
    )
    assert [step.actor for step in seen.course] == ["李静", "李静", "陈莉", "李静", "陈莉", "陈莉"]
    assert seen.course[1].at == local("2026-11-22 10:05")
    assert seen.course[1].facts["note"] == "急"
    assert seen.course[2].facts["reason"] == "请先补全"
    assert not any("offer" in step.facts for step in seen.course)  # an id says nothing to people
    assert (seen.patron_name, seen.patron_number, seen.contact) == ("欧阳建国", "00417", "8805")
    assert (seen.first_responder, seen.responsible, seen.result) == ("李静", "陈莉", "done")
    assert (seen.due, seen.overdue) == (local("2026-11-24 17:30"), False)
    refused("RequestUnknown", record, li, "request:none")
    refused("NobodySignedIn", record, library.desk, id)


def test_overdue_from_the_moment_it_is_due(library: Library) -> None:
    id = library.log().id
    library.clock.put("2026-11-22 17:30")
    assert not record(library.at("li"), id).overdue
    assert everything(library.at("li"), "overdue") == []
    library.clock.move(seconds=1)
    assert record(library.at("li"), id).overdue
    assert len(everything(library.at("li"), "overdue")) == 1
    endings.close(library.at("li"), id, DONE)
    assert not record(library.at("li"), id).overdue
    assert everything(library.at("li"), "overdue") == []


# confidential kinds


SECRET = "近来睡不着想约阅读疗法"


@pytest.fixture
def secret(library: Library) -> str:
    """A bibliotherapy appointment, asked of 李静 and handed over to 孙洁 of the department."""
    reader = library.reader("2023101234")
    id = library.log("li", SECRET, kind="bibliotherapy", patron=reader, contact="13812345678").id
    handovers.hand_over(library.at("li"), id, department="reading", reason="duty", note="单国强急")
    handovers.accept(library.at("sun"), id)
    endings.close(library.at("sun"), id, Ending("done", "已约周三"))
    endings.reopen(library.at("sun"), id, "再约一次")
    return id


@pytest.mark.parametrize("who", ["li", "admin", "head", "lead", "zheng", "technology", "assistant"])
def test_only_those_who_handle_it_see_a_confidential_request(
    library: Library, secret: str, who: str
) -> None:
    desk = library.at(who)
    reader = library.reader("2023101234")
    lines = [line for which in LISTS for line in everything(desk, which)]
    assert secret in [line.subject for line in lines]
    seen = record(desk, secret)
    assert not seen.visible
    shown = repr([lines, seen, search(desk, "1"), search(desk, "0001")])
    for word in (SECRET, "睡不着", "13812345678", "单国强", "2023101234", "周三", "再约", reader):
        assert word not in shown, word
    assert seen.kind == "bibliotherapy"  # that there is one, and when it is due, is no secret
    assert len(seen.course) == 5


def test_those_who_handle_it_see_all(library: Library, secret: str) -> None:
    desk = library.at("sun")
    seen = record(desk, secret)
    assert (seen.question, seen.patron_name) == (SECRET, "单国强")
    assert words(search(desk, "1")) == [SECRET]
    course = repr(seen.course)
    assert all(word in course for word in ("周三", "再约", "单国强急"))
    assert SECRET in words(everything(desk, "all"))


def test_words_of_a_confidential_request_are_not_to_be_found(library: Library, secret: str) -> None:
    for who in ("sun", "li", "zheng"):
        for word in (SECRET, "睡不着", "阅读", "周三"):
            assert search(library.at(who), word) == []


def test_an_open_request_is_masked_for_nobody(library: Library) -> None:
    library.log("li", "考研座插座无电")
    (line,) = everything(library.at("technology"), "all")
    assert masked(library.at("technology"), [line]) == [line]
    assert record(library.at("technology"), line.subject).visible


# search


def test_words_and_telephones_are_not_for_every_eye(library: Library) -> None:
    patron = library.reader("2023101234")
    logged = library.log("chen", words="要全文", patron=patron, contact="13812345678")
    for who, words, telephone in (
        ("volunteer", "", ""),
        ("assistant", "要全文", ""),
        ("li", "要全文", "13812345678"),
    ):
        desk = library.at(who)
        seen = record(desk, logged.id)
        assert (seen.question, seen.contact) == (words, telephone)
        (line,) = RequestList(desk, "all").after(None, 9)
        assert (line.question or "") == words
        assert ("13812345678" in repr(seen)) == bool(telephone)


def test_a_confidential_request_is_for_librarians_only(library: Library, secret: str) -> None:
    helper = Entry("3001", "帮忙", Role.STUDENT_ASSISTANT, ("reading",))
    entered = staff.enter(library.at("admin"), helper)
    desk = library.desk.signed_in(staff.find(library.desk, entered.id))
    assert not record(desk, secret).visible


def test_found_by_number(library: Library) -> None:
    first = library.log(words="第一件").id
    seat = library.log(words="第0001号座位坏了").id
    li = library.at("li")
    for text in ("0001", " 0001 ", "０００１"):
        assert [line.subject for line in search(li, text)] == [first, seat]  # the number's first
    assert [line.subject for line in search(li, "0001", limit=1)] == [first]
    assert [line.subject for line in search(li, "1")] == [first]
    assert [line.subject for line in search(li, "2")] == [seat]
    assert search(li, "7777") == []
    for text in ("😀", "！？", "-", "😀😀"):
        assert (search(li, text), searchable(text)) == ([], False)
    assert all(map(searchable, ("a1", "座😀")))
    library.clock.put("2027-01-03 10:00")
    newer = library.log(words="新年第一件").id
    assert [line.subject for line in search(li, "1")] == [newer, first]
    assert [line.subject for line in search(li, "2026-0001")] == [first]
    assert [line.subject for line in search(li, "2f-2027-0001")] == [newer]
    assert search(li, "2025-0001") == []
    assert (record(li, newer).number, record(li, first).number) == ("0001", "2026-0001")
    library.clock.put("2026-12-31 10:00")
    assert record(li, first).number == "0001"


@pytest.mark.parametrize(
    "text", ["电", "插座", "考研座", "插座无电", "没电，请", "WiFi", "wif", "5楼"]
)
def test_found_by_words_of_any_length(library: Library, text: str) -> None:
    wanted = library.log(words="考研座插座无电").id
    also = library.log(words="5楼WIFI没电请修").id
    library.log(words="想借一本小说")
    found = {line.subject for line in search(library.at("li"), text)}
    assert found
    assert found <= {wanted, also}


def test_found_by_answer_and_by_what_was_offered_instead(library: Library) -> None:
    requests.log(library.at("li"), Question("想借一本小说"), Ending("done", "在四层东侧书架"))
    impossible = Ending("not_possible", "暂无", alternative="可办理馆际互借")
    requests.log(library.at("lead"), Question("想看手稿"), impossible)
    li = library.at("li")
    assert words(search(li, "东侧")) == ["想借一本小说"]
    assert words(search(li, "馆际")) == ["想看手稿"]
    id = search(li, "馆际")[0].subject
    endings.reopen(li, id, "再找")
    assert search(li, "馆际") == []  # the old answer stays in the course alone
    assert words(search(li, "手稿")) == ["想看手稿"]


def test_newest_first_a_page_at_a_time(library: Library) -> None:
    for n in range(7):
        library.log(words=f"插座{n}")
    li = library.at("li")
    page = search(li, "插座", limit=3)
    assert words(page) == ["插座6", "插座5", "插座4"]
    rest = search(li, "插座", limit=9, before=page[-1].serial)
    assert words(rest) == ["插座3", "插座2", "插座1", "插座0"]
    for nothing in ("", " ", "，。", '"', "*", "没有的"):
        assert search(li, nothing) == []


def test_who_has_joined_sees_it_too_and_it_concerns_them(library: Library) -> None:
    li, chen = library.at("li"), library.at("chen")
    id = library.log(kind="complaint", contact="8805").id
    library.log(kind="complaint")
    assert RequestList(chen, "department").count() == 0
    assert record(chen, id).may == set()
    extensions.join(li, id, "information")
    assert [line.subject for line in RequestList(chen, "department").after(None, 9)] == [id]
    assert RequestList(library.at("admin"), "department").count() == 2  # the office's own
    assert record(chen, id).may == {"correct", "tell"}
    waiting.wait_outside(li, id)
    library.clock.move(hours=24 * 14)
    assert RequestList(chen, "to_chase").count() == 1
    endings.close(li, id, DONE)
    assert RequestList(chen, "to_tell").count() == 1
    assert RequestList(library.at("sun"), "to_tell").count() == 0
    telling.tell(chen, id, "phone")
    endings.reopen(chen, id, "仍吵")


# what one may do


def test_what_the_record_offers_is_what_may_be_done(library: Library) -> None:
    id = library.log("li").id
    may = {who: record(library.at(who), id).may for who in ("li", "chen", "lead", "assistant")}
    more = {"extend", "wait_reader", "wait_outside"}
    assert may == {
        "li": {"hand_over", "close", "correct", *more},
        "chen": set(),
        "lead": {"hand_over", "close", "correct", *more},
        "assistant": set(),
    }
    handovers.hand_over(library.at("li"), id, to=library.id("chen"), reason="duty")
    assert record(library.at("li"), id).may == {
        *("take_back", "accept_for", "close", "correct"),
        *more,
    }
    assert record(library.at("chen"), id).may == {"accept", "send_back"}
    handovers.accept_by_phone(library.at("li"), id, library.id("chen"))
    assert record(library.at("chen"), id).may == {
        *("hand_over", "close", "confirm", "deny", "correct"),
        *more,
    }
    endings.close(library.at("chen"), id, DONE)
    assert record(library.at("sun"), id).may == set()
    assert record(library.at("chen"), id).may == {"reopen", "correct", "rate"}


def test_a_line_says_no_more_than_a_list_needs() -> None:
    """Contact, answers and phone numbers are in no list."""
    assert not {"contact", "answer", "phone"} & set(Line._fields)
    assert "name" not in {each.name for each in fields(Question)}
