"""Step undone behind step, and all of what a step did."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from db.doctor import examine
from deskapp import (
    completing,
    drafts,
    duty_log,
    endings,
    extensions,
    found_things,
    handovers,
    lent_things,
    register_files,
    requests,
    undo,
)
from deskapp.endings import Ending
from deskapp.found_things import LogIt
from deskapp.language import Language
from deskapp.requests import Question
from tests.front import front, prepare
from tests.library import Library, correct_first, differs_from_ledger, local
from tests.refusals import refused

DONE = Ending("done", answer="已答复")
NUMBER = "2023101234"


@pytest.fixture(autouse=True)
def later(library: Library) -> None:
    """What was done when the library was founded is too long ago."""
    library.clock.put("2026-11-22 10:30")


def test_one_step_behind_the_other(library: Library) -> None:
    li = library.at("li")
    id = library.log("li", kind="fault").id
    steps: list[Callable[[], object]] = [
        partial(extensions.extend, li, id, "parts"),
        partial(endings.close, li, id, DONE),
        partial(endings.reopen, li, id, "没修好"),
        partial(handovers.hand_over, li, id, to=library.id("zheng"), reason="duty"),
    ]
    stood = []
    for step in steps:
        stood.append(library.row(id))
        step()
    for what in ("offered", "reopened", "closed", "extended"):
        assert undo.undo(li).what == what
        assert library.row(id) == stood.pop()
    assert undo.undo(li).what == "logged"
    refused("NothingToUndo", undo.undo, li)
    assert differs_from_ledger(library.desk) == []
    assert examine(li.ledger) == []


def test_what_a_taker_undid_stands_behind_nothing(library: Library) -> None:
    li, chen = library.at("li"), library.at("chen")
    id = library.log("li").id
    handovers.hand_over(li, id, to=library.id("chen"), reason="duty")
    handovers.accept(chen, id)
    refused("ActFollowed", undo.undo, li)
    undo.undo(chen)
    assert undo.undo(li).what == "offered"


def test_who_denies_what_was_accepted_again_by_telephone(library: Library) -> None:
    """The acceptance that stands is the one that falls."""
    li, id = library.at("li"), library.log("li").id
    handovers.hand_over(li, id, to=library.id("zheng"), reason="duty")
    handovers.accept_by_phone(li, id, library.id("zheng"))
    undo.undo(li)
    handovers.accept_by_phone(li, id, library.id("zheng"))
    handovers.deny(library.at("zheng"), id, "未接电话")
    assert library.row(id)["responsible"] == library.id("li")
    refused("CannotUndo", undo.undo, library.at("zheng"))
    refused("ActFollowed", undo.undo, li)


def test_who_was_asked_first_and_what_a_lead_signed(library: Library) -> None:
    lead, li, id = library.at("lead"), library.at("li"), library.log("li").id
    endings.close(li, id, Ending("not_possible", "没有", alternative="传递", lead="1003"))
    before = library.row(id)
    correct_first(lead, id, library.id("chen"))
    corrected = library.row(id)
    endings.sign_agreement(lead, id)
    assert undo.undo(lead).what == "agreement_signed"
    assert library.row(id) == corrected
    assert undo.undo(lead).what == "first_corrected"
    assert library.row(id) == before


def test_what_was_logged_is_put_aside_with_all_that_was_said(library: Library) -> None:
    li, reader = library.at("li"), library.reader(NUMBER)
    question = Question(
        "要2023年一篇文献",
        kind="delivery",
        channel="phone",
        patron=reader,
        contact="手机",
        received=local("2026-11-22 07:30"),
        urgent=True,
        told=tuple(li.profile.kinds["delivery"].told)[:1],
    )
    requests.log(li, question, Ending("done", answer="已发邮箱"))
    undo.undo(li)
    ((slip, draft),) = drafts.kept(li)
    assert draft.received == "2026-11-22 07:30"
    assert (draft.urgent, draft.told) == (True, question.told)
    assert (draft.result, draft.answer) == ("done", "已发邮箱")
    slip.put(None)
    slip.write()
    requests.log(li, Question("快", incomplete=True))
    undo.undo(li)
    ((_, draft),) = drafts.kept(li)
    assert (draft.result, draft.received) == (drafts.HURRIED, "")


@pytest.mark.parametrize("ending", [None, DONE])
@pytest.mark.parametrize("words", ["快", "考研座没电"])
def test_a_completion(library: Library, words: str, ending: Ending | None) -> None:
    """It is to be completed again, and what was written is a draft that does so."""
    li, id = library.at("li"), library.log("li", "快", incomplete=True).id
    before = library.row(id)
    question = Question(words, kind=str(before["kind"]), first_responder=library.id("li"))
    completing.complete(li, id, question, ending)
    assert completing.waiting(li) == []
    assert undo.undo(li) == undo.Undone("completed", "0001", id)
    assert library.row(id) == before
    assert completing.waiting(li) == [id]
    ((_, draft),) = drafts.kept(li)
    assert (draft.words, draft.completes) == (words, id)
    assert draft.result == (ending and ending.result)
    assert undo.undo(li).what == "logged"
    assert differs_from_ledger(library.desk) == []
    assert examine(li.ledger) == []


def test_a_found_thing(library: Library) -> None:
    """Each step of it, and its log: then nothing was found."""
    li = library.at("li")
    thing = found_things.log(li, LogIt("校园卡", owner=library.reader(NUMBER)))
    states = [found_things.thing(li, thing.id)]
    found_things.tell(li, thing.id)
    states.append(found_things.thing(li, thing.id))
    found_things.collect(li, thing.id, NUMBER)
    for what in ("found.collected", "found.told"):
        assert undo.undo(li) == undo.Undone(what, "0001")
        assert found_things.thing(li, thing.id) == states.pop()
    assert undo.undo(li) == undo.Undone("found.logged", "0001")
    assert found_things.thing(li, thing.id).status == "withdrawn"
    assert found_things.things(li) == []
    assert found_things.of_reader(li, library.reader(NUMBER)) == []
    out = library.folder / "found.csv"
    assert register_files.export(library.at("head"), "found", out, Language("zh_CN")) == 0
    things = duty_log.duty_log(library.at("lead"), local("2026-11-22").date()).things
    assert (things.found, things.collected) == (0, 0)
    assert found_things.log(li, LogIt("黑伞")).number == "0002"
    assert differs_from_ledger(library.desk) == []
    assert examine(li.ledger) == []


def test_a_found_thing_that_others_went_on_with(library: Library) -> None:
    li = library.at("li")
    id = found_things.log(li, LogIt("黑伞")).id
    found_things.pass_on(library.at("lead"), id, "保卫处")
    refused("ActFollowed", undo.undo, li)
    undo.undo(library.at("lead"))
    assert undo.undo(li).what == "found.logged"


def test_a_thing_given_back_and_one_given_up(library: Library) -> None:
    li, lead = library.at("li"), library.at("lead")
    id = lent_things.lend(li, "umbrella", reader=library.reader(NUMBER)).id
    lent_things.give_back(li, id)
    assert undo.undo(li) == undo.Undone("lent.returned", "umbrella")
    lent_things.give_up(lead, id)
    assert undo.undo(lead) == undo.Undone("lent.missing", "umbrella")
    assert [loan.id for loan in lent_things.loans(li)] == [id]
    assert undo.undo(li).what == "lent.lent"
    assert lent_things.loans(li) == []
    things = duty_log.duty_log(lead, local("2026-11-22").date()).things
    assert (things.lent, things.returned) == (0, 0)
    assert differs_from_ledger(library.desk) == []


def test_what_was_written_back_dated_and_ticked_comes_back(tmp_path: Path) -> None:
    # Handed over just now: a store that others copied may be older than what can be undone.
    with front(tmp_path, store=prepare(tmp_path / "new"), badge="1002") as t:
        t.wait("待我办理", seconds=30)
        t.keys("f2")
        t.wait("首问登记")
        t.send("文献传递一篇\r")
        t.wait("办理结果")
        t.keys("shift+tab", "shift+tab", "space", gap=0.2)
        t.wait("1[x]篇名")
        t.keys("shift+tab", "shift+tab", gap=0.2)
        t.send("1-1 08:00")
        t.wait("1-1 08:00")
        t.keys("ctrl+s")
        t.wait("待我办理 2")
        t.keys("ctrl+z")
        t.wait("内容已暂存")
        t.keys("ctrl+y")
        t.wait("-01-01 08:00")
        t.wait("1[x]篇名")
        t.wait("已取回草稿")
        t.keys("enter")
        t.wait(">办理结果")
        t.keys("enter")
        t.wait("待我办理 2")
        t.keys("ctrl+z")
        t.wait("内容已暂存")
        t.keys("ctrl+z")  # behind it, what was done before: handed over when the store was made
        t.wait("已撤销转办")
