"""Two words now, the rest before the shift is handed over."""

from functools import partial
from pathlib import Path

from db.doctor import examine
from deskapp import (
    completing,
    corrections,
    drafts,
    endings,
    handovers,
    leaving,
    request_lists,
    requests,
    shifts,
    undo,
)
from deskapp.corrections import Correction
from deskapp.desk import open_desk
from deskapp.endings import Ending
from deskapp.language import Language
from deskapp.leaving import Leaving
from deskapp.request_lists import RequestList
from deskapp.requests import Logged, Question
from screens.course import sentence
from tests.front import front, store_in
from tests.library import Library, stored
from tests.program import by_badge
from tests.refusals import refused


def hurry(library: Library, who: str = "li", words: str = "找书") -> Logged:
    return requests.log(library.at(who), Question(words, incomplete=True))


def complete(library: Library, who: str, id: str, question: Question) -> Logged:
    return completing.complete(library.at(who), id, question)


def test_what_was_logged_in_a_hurry_waits_for_its_writer(library: Library) -> None:
    li = library.at("li")
    first, second = hurry(library), hurry(library, words="问路")
    library.log("li", "写全的一件")
    assert completing.waiting(li) == [first.id, second.id]
    assert completing.waiting(library.at("chen")) == []
    draft = completing.draft_of(li, first.id)
    assert (draft.words, draft.completes) == ("找书", first.id)
    patron = library.reader("2023101234")
    done = complete(
        library, "li", first.id, Question("找书《黄帝内经》", kind="reference", patron=patron)
    )
    assert (done.id, done.number) == (first.id, first.number)
    row = library.row(first.id)
    assert (row["question"], row["kind"], row["patron"]) == (
        "找书《黄帝内经》",
        "reference",
        patron,
    )
    assert completing.waiting(li) == [second.id]
    assert complete(library, "li", second.id, Question("问路")).number == second.number
    assert completing.waiting(li) == []
    refused("NotIncomplete", complete, library, "li", second.id, Question("问路"))
    assert examine(li.ledger) == []


def test_its_reason_is_said_in_everybodys_language(library: Library) -> None:
    li, id = library.at("li"), hurry(library).id
    complete(library, "li", id, Question("找书《黄帝内经》"))
    corrections.correct(li, id, Correction(words="找书"), "补全")  # as older facts have it
    for language, words in (("zh_CN", ["补全", "补全"]), ("en", ["Completed afterwards", "补全"])):
        course = request_lists.record(li, id).course
        said = [
            sentence(Language(language), li.profile, step)
            for step in course
            if step.kind == "corrected"
        ]
        assert [each.endswith(word) for each, word in zip(said, words, strict=True)] == [True] * 2


def test_another_kind_brings_its_department(library: Library) -> None:
    """Nobody had chosen one when it was noted in a hurry; one that was chosen stays."""
    li, profile = library.at("li"), library.desk.profile
    assert completing.draft_of(li, hurry(library).id).department is None
    assert profile.kinds["consultation"].department != "information"
    chosen = Question("找书", department="information", incomplete=True)
    assert completing.draft_of(li, requests.log(li, chosen).id).department == "information"


def test_what_was_withdrawn_or_closed(library: Library) -> None:
    library.clock.put("2026-11-22 10:30")
    li = library.at("li")
    hurry(library)
    assert undo.undo(li).what == "logged"
    assert completing.waiting(li) == []
    closed = hurry(library)
    endings.close(li, closed.id, Ending("done", answer="已答复"))
    assert completing.waiting(li) == [closed.id]  # its kind and reader are still unknown
    complete(library, "li", closed.id, Question("找书", kind="reference"))
    assert library.row(closed.id)["kind"] == "reference"


def test_a_draft_outlives_the_entry_that_it_would_have_completed(library: Library) -> None:
    """Both undone, one behind the other: neither draft is saved into what counts no more."""
    li, id = library.at("li"), hurry(library).id
    complete(library, "li", id, Question("找一本《黄帝内经》"))
    undo.undo(li)
    ((_, draft),) = drafts.kept(li)
    assert draft.completes == id
    undo.undo(li)
    kept = [draft for _, draft in drafts.kept(li)]
    assert [(each.completes, each.withdrawn) for each in kept] == [(None, id)] * 2
    assert {each.words for each in kept} == {"找一本《黄帝内经》", "找书"}
    refused("NotIncomplete", complete, library, "li", id, Question("找书"))
    assert examine(li.ledger) == []


def test_nobody_leaves_before(library: Library) -> None:
    li = library.at("li")
    shifts.open_shift(li)
    logged = hurry(library)
    due = [line.subject for line in leaving.due_before(li)]
    gone = Leaving(kept=due)
    assert refused("EntriesIncomplete", leaving.leave, li, gone).facts == {"count": 1}
    complete(library, "li", logged.id, Question("找书"))
    leaving.leave(li, gone)


def test_an_assistants_is_for_whoever_is_responsible_too(library: Library) -> None:
    logged = requests.log(
        library.at("assistant"),
        Question("找书", incomplete=True, first_responder=library.id("li")),
    )
    assert completing.waiting(library.at("li")) == [logged.id]
    assert completing.waiting(library.at("assistant")) == []  # who may not complete it
    assert RequestList(library.at("assistant"), "to_complete").count() == 0
    refused("RoleTooLow", complete, library, "assistant", logged.id, Question("找书"))
    complete(library, "li", logged.id, Question("找书"))
    assert completing.waiting(library.at("li")) == []


def test_it_is_completed_before_it_is_handed_over(library: Library) -> None:
    li, id = library.at("li"), hurry(library).id
    assert request_lists.record(li, id).incomplete
    to_chen = partial(handovers.hand_over, to=library.id("chen"), reason="duty")
    refused("EntryIncomplete", to_chen, li, id)
    to_chen(library.at("lead"), id)  # its writer has gone: a lead says so
    handovers.take_back(library.at("lead"), id)
    complete(library, "li", id, Question("找书"))
    assert not request_lists.record(li, id).incomplete
    to_chen(li, id)


def test_completed_at_two_desks_apart(two_desks: Library) -> None:
    logged = hurry(two_desks)
    for code in ("2F", "3F"):
        two_desks.exchange(code)
    for code in ("2F", "3F"):
        completing.complete(two_desks.at("li", code), logged.id, Question("找书"))
    for code in ("2F", "3F", "2F"):
        two_desks.exchange(code)
    assert stored(two_desks.desks["2F"]) == stored(two_desks.desks["3F"])
    assert stored(two_desks.desks["2F"])["clash"] == []


def test_two_words_and_enter_in_the_real_program(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    with front(tmp_path / "home", store=store, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.send("找书")
        t.pump(0.2)
        t.keys("enter", "6", "enter", gap=0.15)
        t.wait("；待补全")
        t.wait("待补全1  Ctrl+Y")
        t.keys("f3", gap=0.15)
        t.wait_gone("今日首问")
        t.keys("esc")
        t.wait("今日首问")
        t.pump(0.3)
        assert "；待补全" not in t.text()  # it may have been completed there
        t.keys(*"0004", "enter", gap=0.2)
        t.wait("办理中  待补全")
        t.keys("2")
        t.wait("请先补全再转办，Ctrl+Y 补全")
        t.keys("ctrl+y")
        t.wait("> 找书")
        t.wait("补全000")
        t.keys("tab", gap=0.15)
        t.send("，书名不详")
        t.pump(0.15)
        t.keys("enter", "1", "enter", gap=0.15)
        t.wait("，当场办结")
        t.wait_gone("待补全1")
    desk = by_badge(open_desk(store), "1001")
    (line,) = request_lists.RequestList(desk, "all").after(None, 1)
    record = request_lists.record(desk, line.subject)
    assert (record.question, record.status) == ("找书，书名不详", "closed")
    desk.close()
