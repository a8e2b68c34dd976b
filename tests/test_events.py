"""Events: announced under a number, changed, moved, called off, found by what people say."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from db.numbering import keep_numbers, next_number
from db.store import Store, driver
from deskapp import events
from deskapp.desk import Desk
from deskapp.event_lists import between
from deskapp.events import EventList, Plan, Question, Stage, Time, Wanted
from tests.library import Library, differs_from_ledger, local
from tests.refusals import refused


def at(day: str, begin: str = "10:30", until: str = "12:00", place: str = "报告厅") -> Time:
    return Time(local(f"{day} {begin}"), local(f"{day} {until}"), place)


def contest(**more: Any) -> Plan:
    plan = {"title": "信息检索大赛", "kind": "search_contest", "sessions": [at("2026-11-24")]}
    return Plan(**{**plan, **more})


@pytest.fixture
def li(library: Library) -> Desk:
    return library.at("li")


def test_an_event_is_announced_under_the_next_number(library: Library, li: Desk) -> None:
    question = Question("team", "参赛队名", must=True)
    more: dict[str, Any] = {"partners": ["教务处", " 教务处 "], "audience": ["teachers"]}
    first = events.announce(li, contest(need="新生不会检索", questions=[question], **more))
    second = events.announce(li, contest(title="读书会", kind="reading_club"))
    assert (first.name, second.name) == ("2F-1", "2F-2")
    assert [each.name for each in second.beside] == ["2F-1"]
    event = events.event(li, first.id)
    assert (event.department, event.need, event.shows) == (
        "reader_services", "新生不会检索", "masked",
    )  # fmt: skip
    assert (event.partners, event.audience, event.questions) == (
        ("教务处",), ("teachers",), (question,),
    )  # fmt: skip
    (session,) = event.sessions
    assert (session.begin, session.place) == (local("2026-11-24 10:30"), "lecture")
    assert session.stage(local("2026-11-24 10:30")) is Stage.NOW
    assert event.stage(local("2026-11-24 12:00")) is Stage.OVER
    assert differs_from_ledger(li) == []


def test_what_cannot_be_announced(library: Library, li: Desk) -> None:
    day = "2026-11-24"
    cases: dict[str, dict[str, Any]] = {
        "EventUntitled": {"title": " "},
        "EventKindUnknown": {"kind": "circus"},
        "DepartmentUnknown": {"department": "circus"},
        "SegmentUnknown": {"audience": ["circus"]},
        "SeriesUnknown": {"series": "series:circus"},
        "CapacityWrong": {"capacity": 0},
        "SessionMissing": {"sessions": []},
        "SessionTimesWrong": {"sessions": [at(day, "10:30", "10:30")]},
        "SessionPlaceMissing": {"sessions": [at(day, place="  ")]},
        "SessionsTooMany": {"sessions": [at(day)] * 367},
        "QuestionWrong": {"questions": [Question("a", "x"), Question("a", "y")]},
        "SignupTimesWrong": {
            "opens_at": local(f"{day} 09:00"),
            "closes_at": local(f"{day} 08:00"),
        },
    }
    for code, more in cases.items():
        refused(code, events.announce, li, contest(**more))
    refused("RoleTooLow", events.announce, library.at("assistant"), contest())
    refused("DepartmentMissing", events.announce, library.at("nowhere"), contest())
    assert EventList(li).count() == 0


def test_an_event_is_found_by_what_people_say(library: Library, li: Desk) -> None:
    old = events.announce(li, contest(sessions=[at("2026-03-24")]))
    new = events.announce(li, contest())
    other = events.announce(li, contest(title="信息检索讲座", kind="lecture"))
    for text, id in {
        "2f-1": old.id,
        "２Ｆ－２": new.id,
        "3": other.id,
        "信息检索大赛": new.id,
        "讲座": other.id,
        old.id: old.id,
        new.id.partition(":")[2].upper(): new.id,
    }.items():
        assert events.find(li, text).id == id
    assert refused("EventAmbiguous", events.find, li, "检索").facts["events"] == "2F-3 2F-2"
    refused("EventUnknown", events.find, li, "2F-9")
    refused("EventUnknown", events.find, li, " ")


def test_only_what_is_another_now_is_changed(library: Library, li: Desk) -> None:
    id = events.announce(li, contest()).id
    changed = events.change(li, id, title="信息检索大赛", capacity=60, audience=["teachers"])
    assert changed.fields == ("capacity", "audience")
    assert events.event(li, id).sessions[0].most == 60
    assert events.change(li, id, capacity=60).fields == ()
    closes = local("2026-11-23 18:00")
    assert events.change(li, id, closes_at=closes).fields == ("closes_at",)
    refused("SignupTimesWrong", events.change, li, id, opens_at=closes + timedelta(hours=1))
    refused("EventUntitled", events.change, li, id, title="")
    refused("EventUnknown", events.change, li, "event:x", title="y")


def test_who_is_to_be_told_since_when(library: Library, li: Desk) -> None:
    """Of places alone nobody need be told; of what is over neither."""
    sessions = [at("2026-11-20"), at("2026-11-24"), at("2026-12-01")]
    id = events.announce(li, contest(sessions=sessions)).id
    past, first, second = (each.id for each in events.event(li, id).sessions)

    def changed() -> list[bool]:
        return [each.changed_at is not None for each in events.event(li, id).sessions]

    same = at("2026-11-24")
    events.move(li, id, first, same)
    events.move(li, id, first, Time(same.begin, same.until, "lecture", 40))
    assert changed() == [False, False, False]
    events.move(li, id, first, at("2026-11-25", place="二层大厅"))
    assert changed() == [False, True, False]
    moved = events.event(li, id).session(first)
    assert moved.was == Time(same.begin, same.until, "lecture")
    assert (moved.place, moved.capacity) == ("二层大厅", None)
    assert not events.cancel(li, id, "疫情").to_tell
    assert changed() == [False, True, True]
    assert events.event(li, id).session(second).why == "疫情"
    before = events.event(li, id).session(second).changed_at
    library.clock.put("2026-11-22 11:00")
    events.restore(li, id)
    after = events.event(li, id).session(second).changed_at
    assert before is not None
    assert after is not None
    assert after > before
    assert events.event(li, id).session(past).changed_at is None
    assert differs_from_ledger(li) == []


def test_a_session_is_dropped_and_held_after_all(library: Library, li: Desk) -> None:
    id = events.announce(li, contest(sessions=[at("2026-11-24"), at("2026-12-01")])).id
    first, second = (each.id for each in events.event(li, id).sessions)
    refused("ReasonMissing", events.drop, li, id, first, " ")
    events.drop(li, id, first, "停电")
    event = events.event(li, id)
    assert [each.cancelled for each in event.sessions] == [True, False]
    assert event.session(first).why == "停电"
    refused("SessionDropped", events.drop, li, id, first, "停电")
    refused("SessionDropped", events.move, li, id, first, at("2026-11-25"))
    refused("NotCalledOff", events.restore, li, id, second)
    refused("NotCalledOff", events.restore, li, id)
    refused("SessionUnknown", events.drop, li, id, "x", "停电")
    events.restore(li, id, first)
    assert not events.event(li, id).session(first).cancelled
    events.cancel(li, id, "停电")
    for act in (events.change, events.schedule, events.move, events.drop, events.cancel):
        given: dict[Any, Any] = {
            events.change: (),
            events.schedule: ([at("2026-12-08")],),
            events.move: (first, at("2026-12-08")),
            events.drop: (first, "停电"),
            events.cancel: ("停电",),
        }
        refused("EventCancelled", act, li, id, *given[act])
    assert events.event(li, id).stage(library.desk.now()) is Stage.CANCELLED


def test_more_sessions_and_more_people(library: Library, li: Desk) -> None:
    id = events.announce(li, contest(capacity=2)).id
    added = events.schedule(li, id, [at("2026-12-01"), at("2026-12-08")])
    assert len(added.sessions) == 2
    first = events.event(li, id).sessions[0].id
    refused("RoleTooLow", events.allow, li, id, first, 3)
    lead = library.at("lead")
    refused("CapacityWrong", events.allow, lead, id, first, 2)
    events.allow(lead, id, first, 3)
    assert [each.most for each in events.event(li, id).sessions] == [3, 2, 2]


def test_what_was_learnt_is_reported_once_it_has_begun(library: Library, li: Desk) -> None:
    id = events.announce(li, contest()).id
    refused("EventToCome", events.report, li, id, "早点开始")
    library.clock.put("2026-11-24 12:30")
    refused("ReportEmpty", events.report, li, id, " ")
    events.report(li, id, " 早点开始 ")
    event = events.event(li, id)
    assert (event.learnt, event.reported_at) == ("早点开始", local("2026-11-24 12:30"))


def test_the_list_is_by_time_whatever_came_first(library: Library, li: Desk) -> None:
    days = ["2026-12-01", "2026-11-24", "2026-11-20", "2026-11-24"]
    ids = [events.announce(li, contest(sessions=[at(day)])).id for day in days]
    rows = EventList(li)
    assert rows.count() == 4
    found = list(rows.after(None, 10))
    assert [each.event for each in found] == [ids[2], ids[1], ids[3], ids[0]]
    assert [rows.place(each) for each in found] == [0, 1, 2, 3]
    assert list(rows.after(rows.key(found[1]), 2)) == found[2:]
    assert list(rows.before(rows.key(found[3]), 2, 1)) == found[:2]
    wanted = Wanted(since="2026-11-23", kind="search_contest", words="检索")
    assert EventList(li, wanted).count() == 3
    today = between(li, local("2026-11-24 11:59"), local("2026-11-24 18:00"))
    assert [each.event for each in today] == [ids[1], ids[3]]
    refused("RoleTooLow", EventList, library.at("volunteer"))


def test_a_number_that_a_restored_store_has_lost_is_not_given_again(
    library: Library, li: Desk, tmp_path: Path
) -> None:
    """What the former store can still tell is kept, whatever else of it cannot be read."""
    events.announce(li, contest())
    li.ledger.store.backup(tmp_path / "old.db")
    assert events.announce(li, contest()).name == "2F-2"
    with Store(tmp_path / "old.db").writing() as old, li.reading() as former:
        keep_numbers(driver(old), driver(former))
        assert next_number(old, "event", "2F") == 3
