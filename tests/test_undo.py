"""One's last act undone: by the same person, soon, if nothing came behind it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from db.doctor import examine
from db.rows import load
from db.store import driver
from deskapp import (
    cards,
    corrections,
    drafts,
    endings,
    extensions,
    handovers,
    lent_things,
    request_lists,
    requests,
    shifts,
    tallies,
    telling,
    undo,
    waiting,
)
from deskapp.corrections import Correction
from deskapp.endings import Ending
from deskapp.requests import Question
from tests.front import front, prepare
from tests.library import Library, correct_first, differs_from_ledger, local, stored
from tests.refusals import refused

DONE = Ending("done", answer="已答复")


@pytest.fixture(autouse=True)
def later(library: Library) -> None:
    """What was done when the library was founded is too long ago."""
    library.clock.put("2026-11-22 10:30")


def kinds(library: Library, id: str) -> list[str]:
    return [step.kind for step in request_lists.record(library.at("lead"), id).course]


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
    refused("RequestWithdrawn", endings.reopen, li, logged.id, "仍要办理")
    assert "reopen" not in request_lists.record(li, logged.id).may
    assert differs_from_ledger(library.desk) == []


def test_a_handover_an_acceptance_and_a_return(library: Library) -> None:
    li, chen = library.at("li"), library.at("chen")
    id = library.log("li").id
    before = library.row(id)
    handovers.hand_over(li, id, to=library.id("chen"), reason="duty")
    assert undo.undo(li).what == "offered"
    assert library.row(id) == before
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


def test_what_began_a_matter_is_never_undone_whatever_a_desk_writes(library: Library) -> None:
    li = library.at("li")
    id = requests.log(li, Question("考研座没电", kind="fault")).id
    with li.act() as act:
        (began,) = driver(act.connection).execute("SELECT id FROM fact WHERE subject = ?", (id,))
        act.record("request.undone", id, {"undoes": began[0]})
    assert request_lists.record(li, id).status == "open"
    assert examine(li.ledger) == []


def test_what_cannot_be_undone(library: Library) -> None:
    li = library.at("li")
    refused("NothingToUndo", undo.undo, li)
    refused("RoleTooLow", undo.undo, library.at("volunteer"))
    id = library.log("li").id
    refused("NothingToUndo", undo.undo, library.at("chen"))  # another's
    correct_first(library.at("lead"), id, library.id("chen"))
    refused("ActFollowed", undo.undo, li)
    assert undo.undo(library.at("lead")).what == "first_corrected"
    shifts.open_shift(li)
    assert refused("CannotUndo", undo.undo, li).facts == {"what": "shift.opened"}
    library.log("li", "第二件")
    library.clock.put("2026-11-22 10:41")
    refused("NothingToUndo", undo.undo, li)


def test_a_signature_behind_a_telephone_call(library: Library) -> None:
    """Undone, it is accepted by telephone as before."""
    li, chen = library.at("li"), library.at("chen")
    id = library.log("li").id
    handovers.hand_over(li, id, to=library.id("chen"), reason="duty")
    handovers.accept_by_phone(li, id, library.id("chen"))
    by_phone = library.row(id)
    handovers.confirm(chen, id)
    assert undo.undo(chen).what == "accepted"
    assert library.row(id) == by_phone
    assert (by_phone["responsible"], by_phone["confirmed"]) == (library.id("chen"), 0)


def test_a_closing_gives_back_the_time_that_was_left(library: Library) -> None:
    """Asked of the technicians on Tuesday 10:00, due on Wednesday 17:30; from 14:30 on it waits:
    3 hours of that day and 8 of the next are left. Behind the undoing they still are: from Friday
    16:30 on 1 hour, Monday 8, Tuesday 2.
    """
    library.clock.put("2026-11-24 10:00")
    li = library.at("li")
    id = library.log(kind="fault").id
    library.clock.put("2026-11-24 14:30")
    waiting.wait_for_reader(li, id)
    handovers.hand_over(li, id, to=library.id("chen"), reason="duty")
    stood = library.row(id)
    library.clock.put("2026-11-27 16:20")
    endings.close(li, id, DONE)
    undo.undo(li)
    assert library.row(id) == stood
    library.clock.put("2026-11-27 16:30")
    assert waiting.resume(li, id).due == local("2026-12-01 10:00")
    assert differs_from_ledger(library.desk) == []


def test_an_acceptance_behind_a_correction(library: Library) -> None:
    """The department is the corrected one again, not that of the log."""
    li, chen = library.at("li"), library.at("chen")
    id = library.log("li").id
    corrections.correct(li, id, Correction(department="technology"), "误登")
    handovers.hand_over(li, id, to=library.id("chen"), reason="duty")
    before = library.row(id)
    handovers.accept(chen, id)
    assert library.row(id)["department"] == "information"
    undo.undo(chen)
    assert library.row(id) == before
    assert before["department"] == "technology"


def test_one_of_several_in_one_act_takes_all_back(library: Library) -> None:
    li, id = library.at("li"), library.log("li").id
    before = library.row(id)
    with li.act() as act:
        said = {"to": None, "department": "information", "by": library.id("li"), "reason": "duty"}
        offered = act.record("request.offered", id, said | {"until": "2026-11-23T00:00:00Z"})
        taken = {"offer": offered.id, "by": library.id("chen"), "how": "system"}
        act.record("request.accepted", id, taken | {"department": "information"})
    assert undo.undo(li).what == "accepted"
    assert library.row(id) == before
    refused("NothingToUndo", undo.undo, library.at("chen"))


def test_what_others_hear_only_later_is_undone_there_too(two_desks: Library) -> None:
    id = two_desks.log("li").id
    before = two_desks.row(id)
    handovers.hand_over(two_desks.at("li"), id, to=two_desks.id("chen"), reason="duty")
    exchanged(two_desks)
    undo.undo(two_desks.at("li"))
    exchanged(two_desks)
    assert two_desks.row(id, "3F") == before
    assert stored(two_desks.desks["2F"]) == stored(two_desks.desks["3F"])


def test_what_is_undone_is_not_undone_again_where_that_came_first(library: Library) -> None:
    """On a new disk, in the order of a centre that was set back."""
    li = library.at("li")
    id = library.log("li").id
    endings.close(li, id, DONE)
    assert undo.undo(li).what == "closed"
    with li.ledger.store.writing() as connection:
        sets = "UPDATE fact SET n = (SELECT max(n) + 1 FROM fact) WHERE kind = 'request.closed'"
        driver(connection).execute(sets)
    assert undo.undo(li).what == "logged"


def test_what_was_undone_stays_so_whatever_order_a_centre_hears_it_in(two_desks: Library) -> None:
    """Set back, it may hear last what began the matter."""
    assert two_desks.centre is not None
    exchanged(two_desks)
    with two_desks.desk.reading() as connection:
        (before,) = driver(connection).execute("SELECT cursor FROM place").fetchone()
    lent = lent_things.lend(two_desks.at("li"), "umbrella", name="王先生").id
    exchanged(two_desks)
    out = stored(two_desks.desks["2F"])["lent_thing"]
    lent_things.give_up(two_desks.at("lead", "3F"), lent)
    undo.undo(two_desks.at("lead", "3F"))
    for table in ("ledger", "receipt"):
        two_desks.centre._raw.execute(f"DELETE FROM {table} WHERE pos > ?", (before,))
    two_desks.centre.restored()
    two_desks.exchange("3F")
    exchanged(two_desks)
    for desk in two_desks.desks.values():
        assert stored(desk)["lent_thing"] == out
        assert differs_from_ledger(desk) == []


def test_what_the_undoing_itself_lost_in_a_clash_stands(two_desks: Library) -> None:
    """A settlement that sets the undoing aside brings back what it undid."""
    id = two_desks.log("li").id
    exchanged(two_desks)
    li = two_desks.at("li")
    endings.close(li, id, DONE)
    closed = two_desks.row(id)
    exchanged(two_desks)
    endings.reopen(two_desks.at("li", "3F"), id, "再办")
    undo.undo(li)
    exchanged(two_desks)
    (clash,) = stored(two_desks.desks["2F"])["clash"]
    undone = next(each for each in clash[1:3] if kind_of(two_desks, each) == "request.undone")
    reopened = next(each for each in clash[1:3] if each != undone)
    for keep, status in ((undone, "open"), (reopened, "open")):
        with li.act() as act:
            said = {"pair": sorted((undone, reopened)), "keep": keep}
            act.record("clash.settled", id, said)
        assert two_desks.row(id)["status"] == status
    assert two_desks.row(id)["reopened"] == 1
    assert closed["reopened"] == 0
    assert differs_from_ledger(two_desks.desks["2F"]) == []


def exchanged(library: Library) -> None:
    for code in ("2F", "3F", "2F"):
        library.exchange(code)


def kind_of(library: Library, fact: str) -> str:
    with library.desk.reading() as connection:
        line = driver(connection).execute("SELECT kind FROM fact WHERE id = ?", (fact,))
        return str(line.fetchone()[0])


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
    # Handed over just now: a store that others copied may be older than what can be undone.
    with front(tmp_path, store=prepare(tmp_path / "new"), badge="1002") as t:
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


def test_waiting_extending_correcting_and_telling(library: Library) -> None:
    """Undone, the request stands as it did before each of them."""
    li = library.at("li")
    id = library.log("li", patron=library.reader("2023101234")).id
    steps: dict[str, Callable[[], object]] = {
        "waiting": partial(waiting.wait_for_reader, li, id),
        "extended": partial(extensions.extend, li, id, "parts"),
        "corrected": partial(corrections.correct, li, id, Correction(kind="fault"), "误登"),
        "told_reader": partial(telling.tell, li, id, "phone"),
    }
    for what, step in steps.items():
        before = library.row(id)
        step()
        assert undo.undo(li) == undo.Undone(what, "0001", id)
        assert library.row(id) == before
    assert differs_from_ledger(library.desk) == []


def test_a_binding_is_released_and_a_loan_given_back(library: Library) -> None:
    assistant, li = library.at("assistant"), library.at("li")
    reader = library.reader("2023101234")
    cards.bind(assistant, "04A1B2C3D4", reader)
    assert undo.undo(assistant) == undo.Undone("card.bound", "04A1****D4")
    assert cards.whose(li, "04A1B2C3D4", scanned=True) == []
    refused("NothingToUndo", undo.undo, assistant)
    cards.bind(assistant, "04A1B2C3D4", reader)
    (waits,) = cards.to_verify(li)
    cards.verify(li, waits.id)
    assert refused("CannotUndo", undo.undo, li).facts == {"what": "card.verified"}
    refused("ActFollowed", undo.undo, assistant)
    lent_things.lend(li, "umbrella", reader=reader)
    assert undo.undo(li) == undo.Undone("lent.lent", "umbrella")
    assert lent_things.loans(li) == []
    assert differs_from_ledger(library.desk) == []


def test_what_has_no_opposite_is_named(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.keys("ctrl+g")
        t.wait("开班")
        t.keys("enter")
        t.wait("待我办理", seconds=10)
        t.keys("ctrl+z")
        t.wait("交接班不能撤销，如有误请更正")
