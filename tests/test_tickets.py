"""Tickets given out, replaced and revoked, at one desk and at two that have not heard of each
other.
"""

from datetime import timedelta
from typing import Any

import pytest

from db import ticket_pages as pages
from db.place import library_key
from deskapp import events, signups, tickets, undo
from deskapp.events import Time
from deskapp.signups import Outsider
from deskapp.ticket_text import Read
from deskapp.tickets import Ticket
from tests.gatherings import gather
from tests.library import Library, differs_from_ledger, local
from tests.refusals import refused


def guest(library: Library, event: str, name: str = "张三丰", **more: Any) -> str:
    """Somebody who is no reader signs up; the sign-up."""
    who = Outsider(name)
    desk = library.at("assistant")
    return signups.sign_up(desk, event, outsider=who, **more).subject


def read(library: Library, ticket: Ticket) -> Read:
    """As a door with nothing but the public key."""
    with library.desk.reading() as connection:
        key = tickets.public_key(library_key(connection))
    found = tickets.read(key, ticket.text)
    assert found is not None
    return found


def test_a_ticket_says_what_it_is_for(library: Library) -> None:
    event = gather(library, "14:00-16:00", "18:00-20:00", shows="surname")
    desk = library.at("assistant")
    made = tickets.issue(desk, guest(library, event, places=3))
    said = read(library, made)
    assert (said.serial, said.places, made.name, made.new) == (made.serial, 3, "张**", True)
    assert said.is_for(event, "s1")
    assert said.is_for(event, "s2")
    assert not said.is_for("event:other", "s1")
    assert made.good_until == said.good_until == local("2026-11-24 20:00") + tickets.LATE
    assert said.good_from == library.clock.at - tickets.EARLY
    assert tickets.code_of(made.serial) == made.code
    again = tickets.issue(desk, made.subject)
    assert (again.text, again.new) == (made.text, False)
    assert tickets.of_signup(desk, made.subject) == again
    assert differs_from_ledger(library.desk) == []


def test_sessions_apart_have_tickets_of_their_own(library: Library) -> None:
    event = gather(library, "14:00-16:00", "18:00-20:00", apart=True)
    subject = guest(library, event, session="s2")
    refused("SignupUnknown", tickets.issue, library.at("li"), subject)
    said = read(library, tickets.issue(library.at("li"), subject, "s2"))
    assert said.is_for(event, "s2")
    assert not said.is_for(event, "s1")


def test_a_moved_session_needs_no_new_ticket(library: Library) -> None:
    event, li = gather(library, "14:00-16:00"), library.at("li")
    made = tickets.issue(li, guest(library, event))
    later = local("2026-11-24 14:00") + timedelta(days=70)
    events.move(li, event, "s1", Time(later, later + timedelta(hours=2), "报告厅"))
    (now,) = tickets.of_event(li, event)
    assert (now.serial, now.code) == (made.serial, made.code)
    assert read(library, now).is_good(later)


def test_who_has_no_place_has_no_ticket(library: Library) -> None:
    event, li = gather(library, "14:00-16:00", capacity=1), library.at("li")
    first, second = guest(library, event), guest(library, event, "李四")
    refused("TicketWaits", tickets.issue, li, second)
    refused("RoleTooLow", tickets.issue, library.at("volunteer"), first)
    tickets.issue(li, first)
    signups.cancel(li, first)
    refused("SignupOver", tickets.issue, li, first)
    assert tickets.of_event(li, event) == []
    assert tickets.issue(li, second).new, "who moved up has a place"
    events.cancel(li, event, "停电")
    refused("EventCancelled", tickets.issue, li, second)
    refused("EventCancelled", tickets.for_event, li, event)


def test_what_is_lost_is_revoked_and_replaced(library: Library) -> None:
    event, li = gather(library, "14:00-16:00"), library.at("li")
    subject = guest(library, event)
    refused("TicketNone", tickets.replace, li, subject)
    lost = tickets.issue(li, subject)
    new = tickets.replace(library.at("assistant"), subject)
    assert (new.replaces, new.new) == (lost.serial, True)
    assert new.code != lost.code
    with library.desk.reading() as connection:
        known = pages.by_serial(connection, lost.serial)
    assert known is not None
    assert (known.replaced_by, known.revoked_at is None) == (new.serial, False)
    assert [each.serial for each in tickets.of_event(li, event)] == [new.serial]
    refused("RoleTooLow", tickets.revoke, library.at("assistant"), subject)
    assert tickets.revoke(li, subject, why="转让").serials == (new.serial,)
    refused("TicketNone", tickets.revoke, li, subject)
    assert tickets.of_signup(li, subject) is None
    assert tickets.for_event(li, event) == 0, "what was revoked is not given out again by the way"
    assert tickets.issue(li, subject).new
    assert differs_from_ledger(library.desk) == []


def test_everybody_without_a_card_has_one(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tickets, "SLICE", 4)
    event, desk = gather(library, "14:00-16:00"), library.at("assistant")
    for n in range(9):
        guest(library, event, f"来宾{n}")
        library.clock.move(seconds=1)
    signups.sign_up(desk, event, library.reader("2023101234"))
    assert (tickets.for_event(desk, event), tickets.for_event(desk, event)) == (9, 0)
    found = tickets.of_event(desk, event)
    assert len({each.serial for each in found}) == len({each.code for each in found}) == 9
    assert [each.name for each in found][:2] == ["来*0", "来*1"]
    assert (tickets.for_event(desk, event, readers=True), len(tickets.of_event(desk, event))) == (
        1,
        10,
    )


def test_a_short_code_is_given_out_once(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two serials with one code the second is not taken."""
    monkeypatch.setattr(tickets, "code_of", lambda serial: f"{int(serial, 16) % 4:010}")
    event, desk = gather(library, "14:00-16:00"), library.at("assistant")
    for n in range(4):
        guest(library, event, f"来宾{n}")
    assert tickets.for_event(desk, event) == 4
    assert {each.code for each in tickets.of_event(desk, event)} == {f"{n:010}" for n in range(4)}


def test_what_another_desk_revoked_is_known_from_the_next_exchange_on(
    two_desks: Library,
) -> None:
    library = two_desks
    event = gather(library, "14:00-16:00")
    subject = guest(library, event)
    lost = tickets.issue(library.at("li"), subject)

    def known(code: str) -> tuple[bool, bool] | None:
        """What a desk knows of the ticket that was lost: that it is, revoked, replaced."""
        with library.desks[code].reading() as connection:
            row = pages.by_serial(connection, lost.serial)
        return None if row is None else (row.revoked_at is not None, bool(row.replaced_by))

    assert known("3F") is None
    assert read(library, lost).is_for(event, "s1"), "and yet it is a true one"
    for code in ("2F", "3F"):
        library.exchange(code)
    assert known("3F") == (False, False)
    new = tickets.replace(library.at("li"), subject)
    assert known("3F") == (False, False), "as far as it has heard"
    for code in ("2F", "3F"):
        library.exchange(code)
    assert known("3F") == (True, True)
    assert tickets.of_event(library.at("li", "3F"), event)[0].text == new.text, "signed there"


def test_two_desks_apart_may_both_give_one_out(two_desks: Library) -> None:
    library = two_desks
    event = gather(library, "14:00-16:00")
    subject = guest(library, event)
    for code in ("2F", "3F"):
        library.exchange(code)
    both = {tickets.issue(library.at("li", code), subject).serial for code in ("2F", "3F")}
    for code in ("2F", "3F", "2F"):
        library.exchange(code)
    li = library.at("li")
    assert {each.serial for each in tickets.of_event(li, event)} == both
    new = tickets.replace(li, subject)
    assert [each.serial for each in tickets.of_event(li, event)] == [new.serial]


def test_a_ticket_given_by_mistake_is_taken_back_and_a_revoked_one_stays_so(
    library: Library,
) -> None:
    event, desk = gather(library, "14:00-16:00"), library.at("li")
    subject = guest(library, event)
    first = tickets.issue(desk, subject)
    assert undo.undo(desk) == undo.Undone("ticket.issued", "张*丰")
    assert tickets.of_signup(desk, subject) is None
    again = tickets.issue(desk, subject)
    assert (again.new, again.serial == first.serial) == (True, False)
    tickets.replace(desk, subject)
    refused("TicketGone", undo.undo, desk)
    tickets.revoke(desk, subject)
    refused("TicketGone", undo.undo, desk)
    for name in ("李四", "王五"):
        guest(library, event, name)
    tickets.for_event(desk, event)
    refused("TicketsMany", undo.undo, desk)
    assert differs_from_ledger(library.desk) == []
