"""One-time telling (一次性告知): what the reader must bring, ticked, on record, and said again."""

from pathlib import Path

import pytest

from deskapp import completing, corrections, drafts, request_lists, requests, waiting
from deskapp.corrections import Correction
from deskapp.desk import Desk
from deskapp.drafts import Draft, Slip
from deskapp.language import Language
from deskapp.requests import Question
from deskapp.staff import everybody
from screens.log import LogScreen
from screens.standing import lines
from screens.telling import message
from screens.tickline import TickLine
from tests.front import app_on, at, front, on, until
from tests.library import Library, differs_from_ledger
from tests.refusals import refused
from tests.terminal import KEYS


def test_ticked_while_logging_parked_and_on_record(store: Path, desk: Desk) -> None:
    with front(store.parent, store=store, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.send(KEYS["f2"])
        t.wait("首问登记")
        t.send("要一篇自然杂志 #wxcd \r")
        t.wait("1[ ]篇名 2[ ]刊名年卷期 3[ ]DOI 4[ ]邮箱")
        t.keys("up", "up", "space")
        t.wait("1[x]篇名 2[ ]刊名年卷期")
        t.wait("空格勾选")
        t.keys("left", "space", "3", "3")  # round to the last one; a digit ticks, and takes back
        ticked = "1[x]篇名 2[ ]刊名年卷期 3[ ]DOI 4[x]邮箱"
        t.wait(ticked)
        t.send(KEYS["f2"])  # the telephone
        t.wait_gone("自然杂志")
        t.send(KEYS["ctrl+y"])
        t.wait(ticked)
        t.send("\r\r")
        t.wait("已登记0004")
        t.keys(*"0004", "enter")
        t.wait("一次性告知  篇名  邮箱")
        t.keys("7")  # what was told can be corrected like the rest
        t.wait("更正")
        t.wait(ticked)
        t.keys(*["down"] * 6, "3", *["down"] * 4)
        t.send("漏记\r")
        t.wait("一次性告知  篇名  DOI  邮箱")
    (line,) = request_lists.search(desk, "自然杂志")
    assert request_lists.record(desk, line.subject).told == ("title", "doi", "mail")


async def test_what_is_offered_again_moves_nobody(store: Path) -> None:
    """The same list comes again whenever something of the entry was understood."""
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = LogScreen()
        await on(pilot, app, screen)
        await pilot.press(*"#wxcd", "space")
        line = screen.query_one("#told", TickLine)
        await until(pilot, lambda: len(line.options) > 3)
        line.focus()
        await at(pilot, app, "told")
        await pilot.press("right", "right", "left", "space")
        await until(pilot, lambda: line.ticked == (line.options[1].value,))
        line.offer(list(line.options))
        await pilot.press("space")
        await until(pilot, lambda: line.ticked == ())
        line.offer(line.options[2:])
        await pilot.press("space")
        await until(pilot, lambda: line.ticked == (line.options[0].value,))


def test_it_costs_no_key_at_a_spot_answer(store: Path) -> None:
    with front(store.parent, store=store, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.send(KEYS["f2"])
        t.wait("首问登记")
        t.send("三楼插座没电\r")
        t.wait("1[ ]地点或座位号")
        t.send("1")
        t.wait_gone("地点或座位号")
        t.send("\r")
        t.wait("已登记0004，当场办结")


def test_a_draft_keeps_it(library: Library) -> None:
    li = library.at("li")
    slip = Slip(li)
    slip.put(Draft("要全文", kind="delivery", told=("title", "mail")))
    slip.write()
    ((_, draft),) = drafts.kept(li)
    assert draft.told == ("title", "mail")


def test_what_was_logged_in_a_hurry_is_completed_with_it(library: Library) -> None:
    li = library.at("li")
    hurried = Question("要全文", kind="delivery", told=("title",), incomplete=True)
    id = requests.log(li, hurried).id
    assert completing.draft_of(li, id).told == ("title",)
    completing.complete(li, id, Question("要全文", kind="delivery", told=("doi", "mail")))
    assert request_lists.record(li, id).told == ("doi", "mail")
    id = requests.log(li, hurried).id
    completing.complete(li, id, Question("要全文", kind="delivery"))
    assert request_lists.record(li, id).told == ()


def test_it_is_of_the_kind_as_corrected(library: Library) -> None:
    li = library.at("li")
    id = requests.log(li, Question("要全文", kind="delivery", told=("title",))).id
    wrong = Correction(kind="fault", told=("title",))
    refused("CodeUnknown", corrections.correct, li, id, wrong, "错")
    corrections.correct(li, id, Correction(kind="fault", told=("place",)), "错")
    at = request_lists.record(li, id)
    assert (at.kind, at.told) == ("fault", ("place",))
    assert dict(lines(Language(), li, at))["一次性告知"] == "地点或座位号"
    assert differs_from_ledger(library.desk) == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh_CN", "。请备：篇名、邮箱。"),
        ("en", ". Please have ready: Title of the article, E-mail address."),
    ],
)
def test_the_reader_is_told_it_again(library: Library, language: str, words: str) -> None:
    li, t = library.at("li"), Language(language)
    id = requests.log(li, Question("要全文", kind="delivery", told=("title", "mail"))).id
    assert words in message(t, li, request_lists.record(li, id))
    waiting.wait_for_reader(li, id, "作者")
    assert words in message(t, li, request_lists.record(li, id))


def test_a_reader_who_comes_back_brings_it(library: Library) -> None:
    """What one waited for counts as received (收到材料); what is missing is corrected."""
    li = library.at("li")
    id = requests.log(li, Question("要全文", kind="delivery", told=("title", "mail"))).id
    waiting.wait_outside(li, id)
    assert not waiting.resume(li, id).brought  # it was not the reader who answered
    assert request_lists.record(li, id).materials == ()
    waiting.wait_for_reader(li, id)
    assert waiting.resume(li, id).brought
    at = request_lists.record(li, id)
    assert dict(lines(Language(), li, at))["收到材料"] == "篇名  邮箱"
    waiting.wait_for_reader(li, id, "还缺卷期")
    assert "请备" not in message(Language(), li, at)
    corrections.correct(li, id, Correction(materials=("mail",)), "篇名没带")
    at = request_lists.record(li, id)
    assert (at.told, at.materials) == (("title", "mail"), ("mail",))
    assert "请备：篇名。" in message(Language(), li, at)
    refused("CodeUnknown", corrections.correct, li, id, Correction(materials=("isbn",)), "错")
    assert differs_from_ledger(library.desk) == []


def test_what_was_received_is_ticked_on_the_record(store: Path, desk: Desk) -> None:
    li = desk.signed_in(next(p for p in everybody(desk) if p.badge == "1001"))
    logged = requests.log(li, Question("要全文", kind="delivery", told=("title", "mail")))
    waiting.wait_for_reader(li, logged.id)
    with front(store.parent, store=store, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.keys(*logged.number, "enter")
        t.wait("一次性告知  篇名  邮箱")
        t.keys("4")
        t.wait("已记收到材料，有误可更正")
        t.wait("收到材料    篇名  邮箱")
        t.keys("7")
        t.wait("收到材料    1[x]篇名 2[ ]刊名年卷期 3[ ]DOI 4[x]邮箱")
        t.keys(*["down"] * 7, "1", *["down"] * 3)
        t.send("篇名没带\r")
        t.wait("收到材料    邮箱")
