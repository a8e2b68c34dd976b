"""One's last act undone: by the same person, soon, if nothing came behind it."""

from functools import partial
from pathlib import Path

import pytest

from db.doctor import examine
from db.rows import load
from db.store import driver
from deskapp import drafts, endings, handovers, request_lists, requests, tallies, undo
from deskapp.endings import Ending
from deskapp.requests import Question
from tests.front import front
from tests.library import Library, differs_from_ledger, stored
from tests.refusals import refused

DONE = Ending("done", answer="已答复")


@pytest.fixture(autouse=True)
def later(library: Library) -> None:
    """What was done when the library was founded is too long ago."""
    library.clock.put("2026-11-22 10:30")


def kinds(library: Library, id: str) -> list[str]:
    return [step.kind for step in request_lists.record(library.at("lead"), id).course]


def row(library: Library, id: str, *without: str) -> dict[str, object]:
    return {name: value for name, value in library.row(id).items() if name not in without}


def test_what_was_counted(library: Library) -> None:
    li = library.at("li")
    for what in ("toilet", "printing"):
        tallies.count(li, what)
    tallies.count(library.at("chen"), "printing")
    for what in ("printing", "toilet"):  # one's own only, the newest first
        assert undo.undo(li) == undo.Undone("counted", what)
    assert list(tallies.today(li).values())[:2] == [0, 1]
    refused("NothingToUndo", undo.undo, li)
    assert examine(li.ledger) == []


@pytest.mark.parametrize("ending", [None, DONE])
def test_what_was_logged_is_withdrawn_and_put_aside(
    library: Library, ending: Ending | None
) -> None:
    li, reader = library.at("li"), library.reader("2023101234")
    question = Question("考研坐无电", kind="fault", channel="phone", patron=reader, contact="手机")
    logged = requests.log(li, question, ending)
    assert undo.undo(li) == undo.Undone("logged", logged.number, logged.id)
    assert request_lists.RequestList(li, "mine").count() == 0
    assert kinds(library, logged.id)[-1] == "withdrawn"
    now = library.row(logged.id)
    assert (now["status"], now["outcome"], now["result"]) == ("closed", "withdrawn", None)
    assert now["question"] == "考研坐无电"
    ((_, draft),) = drafts.kept(li)
    assert (draft.words, draft.patron, draft.kind) == ("考研坐无电", reader, "fault")
    assert (draft.channel, draft.contact) == ("phone", "手机")
    refused("NothingToUndo", undo.undo, li)
    endings.reopen(li, logged.id, "仍要办理")  # it was no mistake after all
    assert library.row(logged.id)["status"] == "open"
    assert differs_from_ledger(library.desk) == []


def test_a_handover_an_acceptance_and_a_return(library: Library) -> None:
    li, chen = library.at("li"), library.at("chen")
    id = library.log("li").id
    before = row(library, id, "back")
    handovers.hand_over(li, id, to=library.id("chen"), reason="duty")
    assert undo.undo(li).what == "offered"
    assert row(library, id, "back") == before
    handovers.hand_over(li, id, to=library.id("chen"), reason="duty")
    offered = library.row(id)
    send_back = partial(handovers.send_back, reason="非本部门职责")
    for act in (handovers.accept, send_back):
        act(chen, id)
        assert library.row(id)["offer"] is None
        assert undo.undo(chen).what == ("accepted" if act is handovers.accept else "sent_back")
        assert library.row(id) == offered
    handovers.accept(chen, id)
    handovers.hand_over(chen, id, to=library.id("zheng"), reason="duty")
    twice = library.row(id)
    handovers.accept(library.at("zheng"), id)
    undo.undo(library.at("zheng"))  # back where it came from: an offer accepted before stays so
    assert library.row(id) == twice
    assert twice["responsible"] == library.id("chen")
    assert examine(li.ledger) == []


def test_a_closing(library: Library) -> None:
    li = library.at("li")
    id = library.log("li").id
    before = library.row(id)
    endings.close(li, id, DONE)
    assert undo.undo(li).what == "closed"
    assert library.row(id) == before
    assert kinds(library, id) == ["logged", "closed", "undone"]


def test_what_cannot_be_undone(library: Library) -> None:
    li = library.at("li")
    refused("NothingToUndo", undo.undo, li)
    refused("RoleTooLow", undo.undo, library.at("volunteer"))
    id = library.log("li").id
    refused("NothingToUndo", undo.undo, library.at("chen"))  # another's
    requests.correct_first_responder(library.at("lead"), id, library.id("chen"), "误登")
    refused("ActFollowed", undo.undo, li)
    refused("CannotUndo", undo.undo, library.at("lead"))
    library.log("li", "第二件")
    library.clock.put("2026-11-22 10:41")
    refused("NothingToUndo", undo.undo, li)


def test_an_acceptance_signed_again_stays(library: Library) -> None:
    li, chen = library.at("li"), library.at("chen")
    id = library.log("li").id
    handovers.hand_over(li, id, to=library.id("chen"), reason="duty")
    handovers.accept_by_phone(li, id, library.id("chen"))
    handovers.confirm(chen, id)
    refused("CannotUndo", undo.undo, chen)


def test_apart_it_is_for_a_person(two_desks: Library) -> None:
    id = two_desks.log("li").id
    for code in ("2F", "3F"):
        two_desks.exchange(code)
    handovers.hand_over(two_desks.at("li"), id, to=two_desks.id("chen"), reason="duty")
    for code in ("2F", "3F"):
        two_desks.exchange(code)
    handovers.accept(two_desks.at("chen", "3F"), id)
    undo.undo(two_desks.at("li"))
    for code in ("2F", "3F", "2F"):
        two_desks.exchange(code)
    assert len(stored(two_desks.desks["2F"])["clash"]) == 1
    assert stored(two_desks.desks["2F"]) == stored(two_desks.desks["3F"])
    assert two_desks.row(id)["responsible"] == two_desks.id("chen")


def test_the_ledger_keeps_both(library: Library) -> None:
    li = library.at("li")
    id = library.log("li").id
    undo.undo(li)
    with li.reading() as connection:
        facts = driver(connection).execute("SELECT kind FROM fact WHERE subject = ?", (id,))
        assert [kind for (kind,) in facts] == ["request.logged", "request.withdrawn"]
        assert load(driver(connection), li.ledger.books["request"], [id])[id]


def test_ctrl_z_on_home(tmp_path: Path) -> None:
    with front(tmp_path, badge="1002") as t:
        t.wait("待我办理", seconds=30)
        t.keys("1", "enter")
        t.wait("1洗手间1")
        t.keys("ctrl+z")
        t.wait("已撤销指引计数：洗手间")
        t.wait("1洗手间0")
        t.keys("f2")
        t.wait("首问登记")
        t.send("写错的一件\r\r")
        t.wait("待我办理 2")
        t.keys("ctrl+z")
        t.wait("内容已暂存，Ctrl+Y 取回")
        t.wait("待我办理 1")
        t.wait("暂存1")
        t.keys("ctrl+y")
        t.wait("> 写错的一件")
        t.keys("esc")
        t.wait("待我办理 1")
        t.keys("ctrl+z")
        t.wait("已撤销转办")
