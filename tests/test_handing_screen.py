"""Handing over and signing on the screen: people by who they are, not by what they are called."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from deskapp import handovers, request_lists, requests, shifts, staff
from deskapp.app import DeskApp
from deskapp.desk import Desk, Role, open_desk
from deskapp.language import Language
from deskapp.requests import Question
from deskapp.staff import Entry
from screens.choice import Choice, Field
from screens.correcting import CorrectingScreen
from screens.handing import HandingScreen, note_to_copy
from screens.home import HomeScreen
from screens.record import RecordScreen
from screens.signing import SigningScreen
from tests import oldcodes
from tests.front import PIN, app_on, on, shown, until
from tests.program import by_badge

OURS = "reader_services"
NAMESAKES = (
    Entry("1011", "王敏", Role.LIBRARIAN, (OURS,)),
    Entry("1012", "李静", Role.LIBRARIAN, (OURS,)),
)
"""王敏 1001 is who signs in; 李静 1002 is of another department"""


@pytest.fixture
def desk(store: Path) -> Iterator[Desk]:
    """王敏 1001 at a desk where two have her name and two 李静's."""
    desk = by_badge(open_desk(store), "1001")
    staff.enter_all(desk, NAMESAKES)
    yield desk
    desk.close()


def person(desk: Desk, badge: str) -> str:
    (found,) = [each.id for each in staff.everybody(desk) if each.badge == badge]
    return found


def logged(desk: Desk) -> str:
    return requests.log(desk, Question("借还机卡书", department=OURS)).id


def offers(pilot: Pilot[None], id_: str) -> dict[str, str]:
    """What a line of the screen offers: labels by value."""
    return {
        each.value: each.label for each in pilot.app.screen.query_one(f"#{id_}", Choice).options
    }


async def at_home(pilot: Pilot[None], app: DeskApp) -> None:
    await until(pilot, lambda: isinstance(app.seen(), HomeScreen))


async def test_handed_over_to_a_namesake_of_the_giver(store: Path, desk: Desk) -> None:
    id_, app = logged(desk), app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await at_home(pilot, app)
        app.push_screen(HandingScreen(id_))
        await until(pilot, lambda: isinstance(app.focused, Choice))
        people = {v: label for v, label in offers(pilot, "to").items() if v.startswith("staff:")}
        assert people == {
            person(desk, "1003"): "周强",
            person(desk, "1004"): "陈莉",
            person(desk, "1011"): "王敏(1011)",
            person(desk, "1012"): "李静(1012)",
        }
        await pilot.press(*"wm")
        mine = {person(desk, "1011"): "王敏(1011)"}
        await until(pilot, lambda: offers(pilot, "to") == mine)
        await pilot.press("1", "1")
        await until(pilot, lambda: request_lists.record(desk, id_).offered_to)
    record = request_lists.record(desk, id_)
    assert (record.offered_to, record.offered_to_id) == ("王敏", person(desk, "1011"))
    assert (record.responsible, record.responsible_id) == ("王敏", person(desk, "1001"))


async def test_a_department_is_found_by_letters(store: Path, desk: Desk) -> None:
    id_, app = logged(desk), app_on(store, "1001")
    found = {"department:information": "信息咨询部(任一人)"}
    async with app.run_test(size=(80, 24)) as pilot:
        await at_home(pilot, app)
        app.push_screen(HandingScreen(id_))
        await until(pilot, lambda: isinstance(app.focused, Choice))
        for typed in ("xinxizi", "xxzx", "informationa"):
            await pilot.press(*typed)
            await until(pilot, lambda: offers(pilot, "to") == found)
            await pilot.press(*["backspace"] * len(typed))
        await pilot.press(*"xxzx", "enter", "1")
        await until(pilot, lambda: request_lists.record(desk, id_).offered_to)
    assert request_lists.record(desk, id_).offered_to == "information"


async def test_signed_by_telephone_by_the_one_it_is_offered_to(store: Path, desk: Desk) -> None:
    id_, app = logged(desk), app_on(store, "1001")
    handovers.hand_over(desk, id_, to=person(desk, "1012"), reason="duty")
    async with app.run_test(size=(80, 24)) as pilot:
        await at_home(pilot, app)
        app.push_screen(SigningScreen(id_, "phone"))
        await until(pilot, lambda: isinstance(app.focused, Choice))
        assert offers(pilot, "who") == {person(desk, "1012"): "李静(1012)"}
        await pilot.press(*"lj")
        assert offers(pilot, "who") == {person(desk, "1012"): "李静(1012)"}
        await pilot.press("1")
        await until(pilot, lambda: not isinstance(app.seen(), SigningScreen))
    assert request_lists.record(desk, id_).responsible_id == person(desk, "1012")


async def test_of_a_department_all_sign_but_the_giver(store: Path, desk: Desk) -> None:
    id_, app = logged(desk), app_on(store, "1001")
    handovers.hand_over(desk, id_, department=OURS, reason="duty")
    async with app.run_test(size=(80, 24)) as pilot:
        await at_home(pilot, app)
        app.push_screen(SigningScreen(id_))
        await until(pilot, lambda: isinstance(app.seen(), SigningScreen) and app.focused)
        assert app.focused is not None
        assert app.focused.id == "badge-line"  # nobody is named
        assert app.screen.query_one("#badge", Field).value == ""
        assert list(offers(pilot, "who").values()) == ["周强", "陈莉", "王敏(1011)", "李静(1012)"]


async def test_of_a_named_taker_the_pin_alone_is_typed(store: Path, desk: Desk) -> None:
    id_, app = logged(desk), app_on(store, "1001")
    staff.set_pin(desk, person(desk, "1012"), PIN)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_home(pilot, app)
        app.push_screen(HandingScreen(id_))
        await until(pilot, lambda: isinstance(app.focused, Choice))
        await pilot.press("up", "2", "down", *"lj")
        both = ["李静(1002)", "李静(1012)"]
        await until(pilot, lambda: list(offers(pilot, "to").values()) == both)
        await pilot.press("2", "1")
        await until(pilot, lambda: isinstance(app.seen(), SigningScreen) and app.focused)
        assert app.screen.query_one("#badge", Field).value == "1012"
        assert app.focused is not None
        assert app.focused.id == "pin-line"
        await pilot.press(*"531975", "enter")  # a wrong one, and one goes on with the next
        await until(pilot, lambda: "口令" in shown(pilot, "message"))
        assert app.screen.query_one("#badge", Field).value == "1012"
        await pilot.press(*PIN, "enter")
        await until(pilot, lambda: not isinstance(app.seen(), SigningScreen))
    record = request_lists.record(desk, id_)
    assert (record.responsible_id, record.confirmed) == (person(desk, "1012"), True)


async def test_namesakes_are_told_apart_where_the_first_asked_is_corrected(
    store: Path, desk: Desk
) -> None:
    app, id_ = app_on(store, "1001"), logged(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_home(pilot, app)
        app.push_screen(CorrectingScreen(id_))
        await until(pilot, lambda: isinstance(app.seen(), CorrectingScreen) and app.focused)
        labels = list(offers(pilot, "who").values())
        assert labels == ["王敏(1001)", "李静(1002)", "周强", "陈莉", "王敏(1011)", "李静(1012)"]
        app.screen.query_one("#who").focus()
        await pilot.press(*"lj", "2", "enter")
        app.screen.query_one("#reason", Field).value = "记错了"
        await pilot.press("enter")
        record = request_lists.record
        await until(pilot, lambda: record(desk, id_).first_responder_id == person(desk, "1012"))


async def test_codes_that_the_profile_has_dropped_are_shown_as_they_are(
    store: Path, desk: Desk
) -> None:
    old, app = oldcodes.before(desk), app_on(store, "1001")
    asked = Question("发报", kind=oldcodes.KIND, channel=oldcodes.CHANNEL)
    waiting, free = requests.log(old, asked).id, requests.log(old, asked).id
    handovers.hand_over(old, waiting, department=oldcodes.DEPARTMENT, reason=oldcodes.REASON)
    note = note_to_copy(Language("en"), desk, request_lists.record(desk, free))
    assert oldcodes.KIND in note
    async with app.run_test(size=(80, 24)) as pilot:
        await at_home(pilot, app)
        app.push_screen(RecordScreen(waiting))
        await until(pilot, lambda: oldcodes.REASON in words(app))
        for code in (oldcodes.KIND, oldcodes.CHANNEL, oldcodes.DEPARTMENT):
            assert code in words(app)
        await pilot.press("ctrl+f", "2")  # copied; and on to signing
        await until(pilot, lambda: isinstance(app.seen(), SigningScreen))
        assert oldcodes.DEPARTMENT in shown(pilot, "what")
        assert offers(pilot, "who") == {}
        app.push_screen(HandingScreen(free))
        await until(pilot, lambda: isinstance(app.seen(), HandingScreen) and app.focused)
        assert len(offers(pilot, "to")) == len(desk.profile.departments)
        await pilot.press(*"cl", "1", "1")
        await until(pilot, lambda: request_lists.record(desk, free).offered_to == "陈莉")


def words(app: DeskApp) -> str:
    """What stands on the screen."""
    lines = app.screen._compositor.render_strips()
    return "".join("".join(strip.text.split()) for strip in lines)


async def test_the_likeliest_takers_come_first(store: Path, desk: Desk) -> None:
    """Where the kind goes if it is elsewhere, who is on duty, the departments in their order."""
    shifts.open_shift(desk)
    shifts.join(by_badge(desk, "1003"))
    strayed = requests.log(desk, Question("校园网连不上", kind="fault", department=OURS)).id
    ours = requests.log(desk, Question("借还机卡书", kind="directional", department=OURS)).id
    order = list(desk.profile.departments)
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        for id_, first in ((strayed, ["technology"]), (ours, [])):
            await on(pilot, app, HandingScreen(id_))
            await until(pilot, lambda: isinstance(app.focused, Choice))
            rest = [each for each in order if each not in first]
            departments = [f"department:{each}" for each in rest]
            wanted = [*(f"department:{each}" for each in first), person(desk, "1003"), *departments]
            assert list(offers(pilot, "to"))[: len(wanted)] == wanted
            app.pop_screen()
            await at_home(pilot, app)
