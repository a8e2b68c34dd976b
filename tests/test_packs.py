"""Packs: an event on a volunteer's laptop, which holds that event and nothing else."""

import json
import os
from pathlib import Path

import pytest

from db import doctor
from db import packs as stored_packs
from db import passes as stored_passes
from db.signups import subject_of
from db.store import driver
from deskapp import erasures, packs, signups, staff, tickets, walk_ins
from deskapp.desk import STORE, found_desk, open_desk
from deskapp.doors import Door, Verdict
from deskapp.signups import Outsider
from tests.gatherings import gather
from tests.library import PIN, READERS, Library
from tests.packing import (
    BEFORE,
    OUYANG,
    SESSION,
    SHAN,
    ZENG,
    admitted,
    home,
    opened,
    packed,
    scan,
    sign,
)
from tests.refusals import refused
from tests.seating import MANY
from tests.shelf import bytes_of, child, outcome, rows

pytestmark = pytest.mark.usefixtures("quick_pins")


# what it is


def test_a_pack_lets_in_by_card_number_four_digits_and_telephone(noon: Library) -> None:
    event = gather(noon, "14:00-16:00")
    for number in (SHAN, ZENG, OUYANG):
        sign(noon, event, number)
    guest = signups.sign_up(noon.at("li"), event, outsider=Outsider("钱二", "13700001111"))
    done = packed(noon, event)
    assert (done.code, done.people, done.badge) == ("2FP1", 4, "1003")
    noon.clock.put(BEFORE)
    laptop = opened(noon)
    east = Door(laptop, event, name="东门")

    def said(verdict: Verdict) -> tuple[str, str]:
        return verdict.what, verdict.name

    assert said(east.scan("A1B2C3")) == ("admitted", "单*强")
    assert said(east.scan(ZENG, scanned=False)) == ("admitted", "曾*查")
    assert said(east.scan("0417", scanned=False)) == ("admitted", "欧**国")
    assert said(east.scan("13700001111", scanned=False)) == ("admitted", "钱*")
    assert said(east.scan("nobody")) == ("unknown", "")
    assert (east.counts().came, east.counts().expected) == (4, 4)
    assert doctor.examine(laptop.ledger) == []
    laptop.close()
    came = home(noon)
    assert (came.facts, came.admitted, came.strange) == (5, 4, 0)
    assert [door for door, _ in admitted(noon.desk.ledger)] == ["东门"] * 4
    with noon.desk.reading() as connection:
        assert signups.find(connection, guest.subject, "").name == "钱二"
    assert doctor.examine(noon.desk.ledger) == []


def everything(library: Library) -> set[str]:
    """All that is told of anybody in private, each value by itself."""
    found: set[str] = set()
    for (private,) in rows(library.desk.ledger, "SELECT private FROM fact WHERE private <> ''"):
        values = list(json.loads(str(private)).values())
        while values:
            value = values.pop()
            values += value if isinstance(value, list) else []
            values += value.values() if isinstance(value, dict) else []
            found |= {value} if isinstance(value, str) and len(value) > 1 else set()
    return found


def test_nobody_s_name_number_card_or_telephone_is_in_the_file(noon: Library) -> None:
    event = gather(noon, SESSION, questions=[{"code": "diet", "text": "忌口", "must": False}])
    other = gather(noon, SESSION, title="另一场活动")
    sign(noon, event, answers={"diet": "不吃香菜"})
    sign(noon, event, ZENG)
    sign(noon, other, OUYANG)
    signups.sign_up(noon.at("li"), event, outsider=Outsider("上官婉儿", "13700001111"))
    packed(noon, event)
    held = bytes_of(noon.folder / "laptop" / STORE).decode("utf-8", "replace")
    told = everything(noon) | {value for row in READERS[1:] for value in row[:2]}
    assert {"单国强", SHAN, "A1B2C3", "13812345678", "上官婉儿", "不吃香菜", MANY[0]} <= told
    there_are = {value for value in told if value in held and value not in ("本科生", "医学院")}
    assert there_are == set(), "words of somebody"
    names = {each.name for each in noon.staff.values()}
    assert {name for name in names if name in held} == {"周强"}, "who answers for it"
    assert "另一场活动" not in held
    assert "单*强" in held
    assert (noon.folder / "laptop" / STORE).stat().st_mode & 0o077 == 0


def test_names_are_whole_where_the_event_shows_them(noon: Library) -> None:
    event = gather(noon, SESSION, shows="name")
    sign(noon, event)
    packed(noon, event)
    held = bytes_of(noon.folder / "laptop" / STORE)
    assert "单国强".encode() in held
    assert SHAN.encode() not in held


def test_a_lead_makes_it_under_the_next_code_and_it_has_a_pin_of_its_own(noon: Library) -> None:
    event = gather(noon, SESSION)
    refused("RoleTooLow", packs.pack, noon.at("li"), event, noon.folder / "laptop")
    one, two = packed(noon, event, "one"), packed(noon, event, "two")
    assert (one.code, two.code) == ("2FP1", "2FP2")
    refused("StoreExists", packed, noon, event, "one")
    laptop = opened(noon, "one")
    assert staff.verify(laptop, one.badge, one.pin).name == "周强"
    refused("SignInWrong", staff.verify, laptop, one.badge, PIN)
    refused("SignInWrong", staff.verify, laptop, "1004", one.pin)
    laptop.close()
    assert [each.code for each in packs.of_event(noon.desk, event)] == ["2FP2", "2FP1"]
    refused("PackOnly", open_desk, noon.folder / "one", noon.clock)


def test_a_long_code_is_cut_and_none_is_given_twice(tmp_path: Path, noon: Library) -> None:
    key = b"k" * 32
    desk = found_desk(tmp_path / "long", "ncst", "LIBRARY1", "", key, noon.clock)
    assert packs.next_code(desk) == ("LIBRARP1", 1)
    with desk.ledger.act(None) as act:
        act.record_all([stored_packs.draft("made", "LIBRARP1", "event:e", 1, people=0)])
    assert packs.next_code(desk) == ("LIBRARP2", 2)
    desk.close()


def test_killed_on_the_way_it_leaves_nothing_half(
    noon: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = gather(noon, SESSION)
    sign(noon, event)
    noon.desk.close()

    def make() -> None:
        packed(noon, event)

    def killed(*_: object) -> int:
        os._exit(9)

    with monkeypatch.context() as patch:
        patch.setattr(stored_passes, "write", killed)
        assert outcome(child(make)) == 9
    folder = noon.folder / "laptop"
    assert not (folder / STORE).exists()
    assert packs.of_event(noon.desk, event) == []
    packed(noon, event)
    assert [path.name for path in folder.iterdir()] == [STORE]


# people


def test_who_walked_in_by_a_number_is_known_at_home(noon_apart: Library) -> None:
    event = gather(noon_apart, SESSION)
    packed(noon_apart, event)
    noon_apart.clock.put(BEFORE)
    laptop = opened(noon_apart)
    door = Door(laptop, event, "s1", "laptop")
    assert door.walk_in(SHAN, scanned=False).what == "admitted"
    assert door.walk_in("2099000001", scanned=False).what == "admitted"
    assert door.walk_in(name="上官婉儿", phone="13700001111").what == "admitted"
    assert door.scan(SHAN, scanned=False).what == "already"
    laptop.close()
    assert home(noon_apart).identified == 1
    assert home(noon_apart).identified == 0
    patrons = "SELECT patron FROM signup WHERE patron IS NOT NULL"
    assert rows(noon_apart.desk.ledger, patrons) == [(noon_apart.reader(SHAN),)]
    noon_apart.exchange("2F")
    noon_apart.exchange("3F")
    assert walk_ins.identify(noon_apart.desks["3F"]) == 0
    known = Outsider("上官婉儿", "13700001111")
    refused("SignedUpAlready", signups.sign_up, noon_apart.at("li"), event, outsider=known)


def test_erased_persons_are_in_no_pack_and_what_comes_of_them_has_no_words(
    noon: Library,
) -> None:
    event = gather(noon, SESSION)
    guest = signups.sign_up(noon.at("li"), event, outsider=Outsider("上官婉儿", "13700001111"))
    sign(noon, event)
    sign(noon, event, ZENG)
    erasures.erase_reader(noon.at("lead"), noon.reader(ZENG))
    packed(noon, event)
    noon.clock.put(BEFORE)
    assert scan(noon, event, ZENG)[0][0] == "unknown"
    laptop = opened(noon)
    with laptop.reading() as connection:
        assert driver(connection).execute("SELECT count(*) FROM pass").fetchone() == (2,)
        assert driver(connection).execute("SELECT count(*) FROM signup").fetchone() == (2,)
    door = Door(laptop, event, "s1")
    door.walk_in(name="司马相如", phone="13700002222")
    laptop.close()
    key = stored_passes.event_key
    with noon.desk.reading() as connection:
        walked = subject_of(key(connection, event), event, "13700002222")
    with noon.at("lead").act() as act:
        for person in (guest.subject, walked):
            act.record("person.erased", f"person:{person}", person=person)
    came = home(noon)
    assert (came.admitted, came.strange) == (1, 0)
    held = bytes_of(noon.folder / "2F" / STORE).decode("utf-8", "replace")
    assert not {"上官婉儿", "司马相如", "13700002222"} & {
        word for word in ("上官婉儿", "司马相如", "13700002222") if word in held
    }
    assert doctor.examine(noon.desk.ledger) == []


def test_what_was_answered_before_is_not_asked_and_not_lost(noon: Library) -> None:
    questions = [
        {"code": "size", "text": "尺码", "choices": [], "must": True, "door": True},
        {"code": "team", "text": "队名", "choices": [], "must": False, "door": True},
    ]
    event = gather(noon, SESSION, questions=questions)
    subject = sign(noon, event, answers={"size": "XL"})
    packed(noon, event)
    noon.clock.put(BEFORE)
    laptop = opened(noon)
    door = Door(laptop, event, "s1")
    asked = door.scan(SHAN, scanned=False).asked
    assert asked is not None
    assert asked.code == "team"
    answered = door.answer("一队")
    assert answered is not None
    assert answered.what == "admitted"
    laptop.close()
    home(noon)
    with noon.desk.reading() as connection:
        answers = signups.find(connection, subject, "").answers
    assert answers == '{"size":"XL","team":"一队"}'


def test_a_ticket_is_told_by_the_public_key_alone(noon: Library) -> None:
    event = gather(noon, SESSION)
    guest = signups.sign_up(noon.at("li"), event, outsider=Outsider("上官婉儿", "13700001111"))
    ticket = tickets.issue(noon.at("li"), guest.subject, "")
    packed(noon, event)
    noon.clock.put(BEFORE)
    assert scan(noon, event, ticket.text)[0] == ("admitted", "上**儿")
    forged = ("1" if ticket.text[5] != "1" else "2").join((ticket.text[:5], ticket.text[6:]))
    assert scan(noon, event, forged)[0][0] == "forged"
