"""Doors: whoever's ticket, card or number is scanned is let in, or told why not; all on record."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from db import headcounts
from db.ledger import Act
from db.place import library_key
from db.signups import WHOLE
from db.store import driver
from deskapp import door_duty, events, signups, tickets
from deskapp.admissions import Doorway
from deskapp.desk import Desk, Refusal
from deskapp.doors import Door, Verdict
from deskapp.signups import Outsider
from deskapp.verdicts import Case
from tests.gatherings import gather
from tests.library import Library, differs_from_ledger, local
from tests.refusals import refused
from tests.seating import MANY, NUMBERS

SHAN, ZENG, OUYANG = NUMBERS
BEFORE, LATER = "2026-11-24 13:30", "2026-11-24 14:20"


@pytest.fixture
def there(seated: Library) -> Iterator[Library]:
    seated.clock.put(BEFORE)
    yield seated
    assert differs_from_ledger(seated.desk) == []
    with seated.desk.reading() as connection:
        assert headcounts.check(driver(connection)) == []


def sign(library: Library, event: str, number: str = SHAN, **more: Any) -> str:
    return signups.sign_up(library.at("li"), event, library.reader(number), **more).subject


def door(library: Library, event: str, session: str | None = None, name: str = "东门") -> Door:
    return Door(library.at("li"), event, session, name)


def facts(desk: Desk, *kinds: str) -> list[tuple[str, str]]:
    """Kinds and reasons, in their order."""
    sql = (
        "SELECT kind, coalesce(json_extract(data, '$.why'), '') FROM fact "
        "WHERE kind LIKE 'door.%' OR kind LIKE 'scan.%' OR kind LIKE 'signup.%' ORDER BY n"
    )
    with desk.reading() as connection:
        found = driver(connection).execute(sql).fetchall()
    return [each for each in found if not kinds or each[0] in kinds]


def whys(library: Library) -> list[str]:
    return [why for _, why in facts(library.desk, "scan.refused")]


def said(verdict: Verdict) -> tuple[str, str, int]:
    return verdict.what, verdict.name, verdict.ordinal


def test_a_card_a_number_and_four_digits_let_in(there: Library) -> None:
    event = gather(there, "14:00-16:00")
    for number in (SHAN, ZENG, OUYANG):
        sign(there, event, number)
    east = door(there, event)
    assert said(east.scan("A1B2C3")) == ("admitted", "单*强", 1)
    assert said(east.scan(ZENG, scanned=False)) == ("admitted", "曾*查", 2)
    assert said(east.scan("0417", scanned=False)) == ("admitted", "欧**国", 3)
    counts = east.counts()
    assert (counts.expected, counts.came, east.lately(), counts.waiting) == (3, 3, 3, 0)
    there.clock.move(minutes=2)
    again = east.scan("5678", scanned=False)  # of the telephone
    assert said(again) == ("already", "单*强", 0)
    assert (again.door, again.since) == ("东门", local(BEFORE))
    assert east.lately() == 0
    assert whys(there) == ["already"]


def test_the_same_code_within_five_seconds_is_one_scan(there: Library) -> None:
    event = gather(there, "14:00-16:00")
    sign(there, event)
    east = door(there, event)
    assert east.scan(SHAN).passed
    there.clock.move(seconds=3)
    assert said(east.scan("A1B2C3")) == ("twice", "单*强", 0)  # the same person's card
    there.clock.move(seconds=4)
    assert east.scan(SHAN).what == "twice"
    there.clock.move(seconds=6)
    assert east.scan(SHAN).what == "already"
    assert east.scan("nobody").what == "unknown"
    again = east.scan("nobody")
    assert (again.what, again.name, again.code) == ("twice", "", "no**dy")
    assert whys(there) == ["twice", "twice", "already", "unknown", "twice"]


def test_the_rest_of_a_group_comes_with_the_same_code_right_away(there: Library) -> None:
    event = gather(there, "14:00-16:00")
    sign(there, event, places=3)
    east = door(there, event)
    for heads, ordinal, rest in ((1, 1, 2), (2, 3, 0)):
        assert east.scan(SHAN).asked is not None
        assert east.scan(SHAN).what == "twice"  # before anybody has answered
        told = east.answer(str(heads))
        assert told is not None
        assert (told.what, told.ordinal, told.rest) == ("admitted", ordinal, rest)
    assert east.scan(SHAN).what == "twice"


def test_several_at_once_are_each_an_act_of_their_own(
    there: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What keeps one from being written keeps none of the others."""
    event = gather(there, "14:00-16:00")
    for number in (SHAN, ZENG, OUYANG):
        sign(there, event, number)
    east = door(there, event)
    told = [each.what for each in east.scan_all([SHAN, "nobody", "A1B2C3", ZENG])]
    assert told == ["admitted", "unknown", "twice", "admitted"]
    with there.desk.reading() as connection:
        sql = "SELECT count(DISTINCT act) FROM fact WHERE kind GLOB 'door.*' OR kind GLOB 'scan.*'"
        assert driver(connection).execute(sql).fetchone() == (4,)
    assert east.undo().name == "曾*查"
    there.clock.move(seconds=6)

    def broken(way: Doorway, act: Act, case: Case, *, fresh: bool) -> Verdict:
        if case.scanned.code == "nobody":
            raise Refusal("SubjectTooNew")
        return judge(way, act, case, fresh=fresh)

    judge = Doorway.judge
    monkeypatch.setattr(Doorway, "judge", broken)
    told = [each.what for each in east.scan_all([ZENG, "nobody", OUYANG])]
    assert told == ["admitted", "refused", "admitted"]
    assert east.counts().came == 3


def test_who_is_not_for_this_session_is_told_why(there: Library) -> None:
    event = gather(there, "14:00-16:00", "18:00-20:00", apart=True, capacity=2)
    sign(there, event, SHAN, session="s2")
    gone = sign(there, event, ZENG, session="s1")
    signups.cancel(there.at("li"), gone, "s1")
    for number in MANY[:3]:
        sign(there, event, number, session="s1")
    first = door(there, event)
    elsewhere = first.scan(SHAN)
    assert (elsewhere.what, elsewhere.since) == ("other_session", local("2026-11-24 18:00"))
    assert first.scan(ZENG).what == "cancelled"
    waits = first.scan(MANY[2])
    assert (waits.what, waits.walk_in) == ("waiting", False)
    stranger = first.scan(OUYANG)
    assert (stranger.what, stranger.name, stranger.walk_in) == ("unknown", "欧**国", False)
    assert whys(there) == ["other_session", "cancelled", "waiting", "unknown"]
    events.cancel(there.at("li"), event, "讲师临时有事")
    assert first.scan(MANY[0]).what == "cancelled"


# tickets


def ticket(library: Library, event: str, session: str = WHOLE, **more: Any) -> str:
    with library.desk.reading() as connection:
        key = tickets.signer(library_key(connection))
    said: dict[str, Any] = {"good_from": local("2026-11-24 12:00"), "serial": "00000000000000a1"}
    said |= {"good_until": local("2026-11-24 18:00"), **more}
    return tickets.write(key, event, session, **said)


def issue(library: Library, subject: str, serial: str, session: str = WHOLE) -> str:
    code = tickets.code_of(serial)
    with library.at("li").act() as act:
        act.record("ticket.issued", subject, {"serial": serial, "session": session, "code": code})
    return code


def test_a_signed_ticket_is_told_from_a_forged_one(there: Library) -> None:
    event = gather(there, "14:00-16:00", "18:00-20:00", apart=True)
    someone = Outsider("王五", "13900001111")
    subject = signups.sign_up(there.at("li"), event, outsider=someone, session="s1").subject
    true = ticket(there, event, "s1")
    code = issue(there, subject, "00000000000000a1", "s1")
    east = door(there, event)
    assert said(east.scan(true)) == ("admitted", "王*", 1)
    there.clock.move(seconds=10)
    assert said(east.scan(code, scanned=False)) == ("already", "王*", 0)
    forged = str((int(true[-1]) + 1) % 10)
    assert east.scan(true[:-1] + forged).what == "forged"
    assert east.scan(true[:-1]).what == "misread"
    theirs = east.scan(ticket(there, event, "s2"))
    assert (theirs.what, theirs.since) == ("other_session", local("2026-11-24 18:00"))
    assert east.scan(ticket(there, "event:other")).what == "other_session"
    early = east.scan(ticket(there, event, serial="00000000000000a2", good_from=local(LATER)))
    assert (early.what, early.since) == ("not_yet", local(LATER))
    over = east.scan(ticket(there, event, serial="00000000000000a3", good_until=local(BEFORE)))
    assert over.what == "over"
    with there.at("li").act() as act:
        act.record("ticket.revoked", subject, {"serial": "00000000000000a1"})
    there.clock.move(seconds=10)
    assert (east.scan(true).what, east.scan(true).what) == ("revoked", "twice")
    new = issue(there, subject, "00000000000000a9", "s1")
    assert east.scan(code, scanned=False).what == "revoked"
    shown = east.scan(new, scanned=False)
    assert shown.what == "already", "the new ticket of who was told to show it is no repetition"


def test_a_true_ticket_nobody_here_has_heard_of_lets_in(there: Library) -> None:
    event = gather(there, "14:00-16:00")
    east = door(there, event)
    true = ticket(there, event, places=3)
    verdict = east.scan(true)
    assert verdict.asked is not None
    assert (verdict.what, verdict.asked.what, verdict.asked.most) == ("ask", "heads", 3)
    first = east.answer("2")
    assert first is not None
    assert (first.what, first.heads, first.rest, first.ordinal) == ("admitted", 2, 1, 2)
    there.clock.move(seconds=10)
    rest = east.scan(true)
    assert (rest.what, rest.heads, rest.rest, rest.ordinal) == ("admitted", 1, 0, 3)
    there.clock.move(seconds=10)
    assert east.scan(true).what == "already"


# asked


def test_of_several_one_is_chosen_by_a_digit(there: Library) -> None:
    event = gather(there, "14:00-16:00")
    for name, phone in (("王五", "13900001235"), ("赵六", "13800001235")):
        signups.sign_up(there.at("li"), event, outsider=Outsider(name, phone))
    sign(there, event, ZENG)
    east = door(there, event)
    verdict = east.scan("1235", scanned=False)
    assert verdict.asked is not None
    assert verdict.asked.what == "who"
    assert len(verdict.asked.options) == 3
    chosen = next(n for n, each in enumerate(verdict.asked.options, 1) if "曾*查" in each)
    assert east.answer("4") is None
    let = east.answer(str(chosen))
    assert let is not None
    assert said(let) == ("admitted", "曾*查", 1)
    assert east.answer("1") is None
    assert whys(there) == ["ask"]


def test_what_must_be_answered_at_the_door_is(there: Library) -> None:
    size = {"code": "size", "text": "衣服尺码", "choices": ["S", "M"], "must": False, "door": True}
    event = gather(there, "14:00-16:00", questions=[size])
    subject = sign(there, event)
    sign(there, event, ZENG, answers={"size": "M"})
    east = door(there, event)
    assert east.scan(ZENG).passed
    verdict = east.scan(SHAN)
    assert verdict.asked is not None
    assert (verdict.asked.words, verdict.asked.options) == ("衣服尺码", ("S", "M"))
    assert east.scan(OUYANG).what == "unknown"
    assert east.answer("1") is None, "whoever was asked has gone"
    some = east.scan_all([SHAN, SHAN, "nobody", SHAN])
    assert [each.what for each in some] == ["ask", "twice", "unknown", "ask"]
    let = east.answer("1")
    assert let is not None
    assert let.passed
    assert facts(there.desk)[-2:] == [("signup.changed", ""), ("door.admitted", "")]
    with there.desk.reading() as connection:
        sql = "SELECT answers FROM signup WHERE subject = ?"
        assert driver(connection).execute(sql, (subject,)).fetchone() == ('{"size":"S"}',)
    assert east.undo().what == "undone"
    assert east.scan(SHAN).what == "ask", "what was answered is undone with it"


# walking in


def test_a_walk_in_signs_up_and_comes_in_at_once(there: Library) -> None:
    event = gather(there, "14:00-16:00", capacity=3)
    east = door(there, event)
    refused("ScanFirst", east.walk_in)
    offered = east.scan(SHAN)
    assert (offered.what, offered.walk_in) == ("unknown", True)
    assert said(east.walk_in()) == ("admitted", "单*强", 1)
    assert said(east.walk_in("A1B2C3")) == ("already", "单*强", 0)
    assert said(east.walk_in("2026123456", scanned=False)) == ("admitted", "", 2)
    assert east.walk_in("2026123457").what == "unknown"  # a card, or a number: nobody knows
    assert said(east.walk_in(name="王五", phone="13900001111")) == ("admitted", "王*", 3)
    assert east.walk_in(ZENG).what == "full"
    assert east.counts()[:3] == (3, 0, 3)
    undone = east.undo()
    assert said(undone) == ("undone", "王*", 0)
    assert east.counts()[:3] == (2, 0, 2)
    assert facts(there.desk)[-2:] == [("door.undone", ""), ("signup.withdrawn", "")]
    closed = door(there, gather(there, "14:00-16:00", walk_ins=False))
    assert closed.scan(SHAN).walk_in is False
    no = closed.walk_in(SHAN)
    assert no.refusal is not None
    assert no.refusal.code == "WalkInsClosed"


def test_who_waits_is_let_in_on_the_place_of_who_has_not_come(there: Library) -> None:
    event = gather(there, "14:00-16:00", capacity=1)
    sign(there, event, SHAN)
    there.clock.move(seconds=1)
    sign(there, event, ZENG)
    east = door(there, event)
    assert east.walk_in(ZENG).what == "full"
    assert east.places(east.counts()) == (0, local("2026-11-24 14:00"))
    there.clock.put(LATER)
    assert east.places(east.counts()) == (1, None)
    waits = east.scan(ZENG)
    assert (waits.what, waits.walk_in) == ("waiting", True)
    assert said(east.walk_in()) == ("admitted", "曾*查", 1)
    assert facts(there.desk)[-2:] == [("signup.promoted", ""), ("door.admitted", "")]
    with there.desk.reading() as connection:
        assert driver(connection).execute("SELECT allowed FROM session").fetchone() == (2,)
        assert driver(connection).execute("SELECT * FROM crowd").fetchall() == []
    east.undo()
    assert east.counts()[:3] == (1, 1, 0)
    with there.desk.reading() as connection:
        assert driver(connection).execute("SELECT allowed FROM session").fetchone() == (None,)
    there.clock.move(seconds=10)
    east.scan(ZENG)
    east.walk_in()
    with there.at("li").act() as act:
        act.record("event.allowed", event, {"session": "s1", "heads": 5})
    east.undo()
    with there.desk.reading() as connection:
        assert driver(connection).execute("SELECT allowed FROM session").fetchone() == (5,)
    assert not differs_from_ledger(there.desk)


def test_two_doors_undo_in_whatever_order(there: Library) -> None:
    event = gather(there, "14:00-16:00", capacity=2)
    for number in MANY[:2]:
        sign(there, event, number)
    there.clock.put(LATER)
    east, west = door(there, event), door(there, event, name="西门")
    told = []
    for act in (partial(east.walk_in, ZENG), partial(west.walk_in, OUYANG), east.undo, west.undo):
        act()
        with there.desk.reading() as connection:
            told += driver(connection).execute("SELECT allowed FROM session").fetchone()
    assert told == [3, 4, 3, None]


# out and in again


def test_who_leaves_comes_in_again(there: Library) -> None:
    event = gather(there, "14:00-16:00", exits=True)
    sign(there, event)
    sign(there, event, ZENG, places=2)
    east = door(there, event)
    for what, inside in (("admitted", 1), ("out", 0), ("admitted", 1)):
        verdict = east.scan(SHAN)
        assert verdict.counts is not None
        assert (verdict.what, verdict.counts.came, verdict.counts.inside) == (what, 1, inside)
        there.clock.move(seconds=6)
    assert east.scan(ZENG, heads=1).what == "admitted"
    there.clock.move(seconds=6)
    way = east.scan(ZENG, heads=1)
    assert way.asked is not None
    assert way.asked.what == "way"
    out = east.answer("2")
    assert out is not None
    assert out.what == "out"
    there.clock.move(seconds=6)
    assert east.scan(ZENG, heads=2).passed
    there.clock.move(seconds=6)
    assert (east.scan(ZENG, heads=1).what, east.scan(ZENG).what) == ("out", "ask")


def test_undo_is_of_this_door(there: Library) -> None:
    event = gather(there, "14:00-16:00")
    for number in (SHAN, ZENG):
        sign(there, event, number)
    east, west = door(there, event), door(there, event, name="西门")
    east.scan(SHAN)
    west.scan(ZENG)
    west.scan(SHAN)
    assert said(east.undo()) == ("undone", "单*强", 0)
    assert east.scan(SHAN).passed, "at once, it is not the same scan"
    east.undo()
    assert refused("NothingToUndo", east.undo).facts["minutes"]
    there.clock.move(minutes=30)
    refused("NothingToUndo", west.undo)


def test_the_door_of_the_session_that_is_on(there: Library) -> None:
    event = gather(there, "09:00-10:00", "14:00-16:00", "14:30-17:00", apart=True)
    assert door(there, event).meeting.session == "s2"
    assert door(there, event, "3").meeting.session == "s3"
    assert "3) 11-24 14:30" in str(refused("SessionNotThere", door, there, event, "4").facts)
    there.clock.put("2026-11-24 12:00")
    assert refused("NoSessionNow", door, there, event).facts["next"] == "11-24 14:00"
    refused("EventUnknown", door, there, "event:none")
    refused("RoleTooLow", Door, there.at("volunteer"), event)
    door_duty.open_here(there.at("lead"), event, "2", "东门")
    for where, stands in ((("2", "东门"), True), (("3",), False), ((None, "西门"), False)):
        assert door_duty.stands(there.desk, event, *where) is stands
