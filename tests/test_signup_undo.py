"""One's last act on sign-ups undone."""

from collections.abc import Iterator

import pytest

from db import signup_pages as pages
from deskapp import clashes, events, signups, undo
from deskapp.signups import CANCELLED, IN, VOID, WAITING
from tests.gatherings import gather
from tests.library import Library, differs_from_ledger
from tests.refusals import refused
from tests.seating import MANY, NUMBERS
from tests.test_signups import sign, statuses

ZENG = NUMBERS[1]


@pytest.fixture
def there(seated: Library) -> Iterator[tuple[Library, str]]:
    """Somebody has the only place at an event, two wait; a librarian did that."""
    event = gather(seated, "14:00-16:00", capacity=1)
    for number in MANY[:3]:
        sign(seated, event, number, who="li")
        seated.clock.move(seconds=1)
    yield seated, event
    assert differs_from_ledger(seated.desk) == []


def of(library: Library, event: str) -> list[str]:
    return list(statuses(library, event).values())


def test_a_mistaken_entry_is_withdrawn(there: tuple[Library, str]) -> None:
    library, event = there
    done = undo.undo(library.at("li"))
    assert (done.what, done.name) == ("signup.made", "读*2")
    assert of(library, event) == [IN, WAITING, VOID]
    assert sign(library, event, MANY[2]).status == WAITING


def test_who_is_withdrawn_frees_their_place(seated: Library) -> None:
    event = gather(seated, "14:00-16:00", capacity=1)
    sign(seated, event, MANY[0], who="assistant")
    sign(seated, event, MANY[1], who="li")
    undo.undo(seated.at("assistant"))
    assert sorted(of(seated, event)) == [IN, VOID]


def first(library: Library, event: str) -> str:
    """The sign-up of whoever asked first."""
    with library.desk.reading() as connection:
        (row,) = pages.of_person_at(connection, event, [library.reader(MANY[0])])
    return row.subject


def test_who_gave_it_up_has_it_again(there: tuple[Library, str]) -> None:
    library, event = there
    signups.cancel(library.at("li"), first(library, event))
    assert of(library, event) == [CANCELLED, IN, WAITING]
    assert undo.undo(library.at("li")).what == "signup.cancelled"
    assert of(library, event) == [IN, WAITING, WAITING]


def test_not_once_their_place_is_anothers(there: tuple[Library, str]) -> None:
    library, event = there
    (moved,) = signups.cancel(library.at("li"), first(library, event)).promoted
    with library.at("assistant").act() as act:
        act.record("signup.told", moved.subject, {"session": moved.session})
    refused("ActFollowed", undo.undo, library.at("li"))
    event = gather(library, "14:00-16:00", capacity=1)
    only = sign(library, event, MANY[0], who="li")
    signups.cancel(library.at("li"), only.subject)
    sign(library, event, MANY[1], who="assistant")
    refused("EventFull", undo.undo, library.at("li"))
    assert sorted(of(library, event)) == [CANCELLED, IN]


def test_a_change_is_undone_with_what_followed(there: tuple[Library, str]) -> None:
    library, event = there
    events.change(library.at("li"), event, capacity=3)
    assert of(library, event) == [IN, IN, IN]
    undo.undo(library.at("li"))
    assert of(library, event) == [IN, WAITING, WAITING]
    events.change(library.at("li"), event, capacity=4)
    done = signups.change(library.at("li"), first(library, event), places=2)
    assert done.promoted == ()
    undo.undo(library.at("li"))
    with library.desk.reading() as connection:
        (row,) = pages.by_subject(connection, first(library, event))
    assert row.places == 1


def test_fewer_places_undone_move_the_list_up(seated: Library) -> None:
    event, li = gather(seated, "14:00-16:00", capacity=2), seated.at("li")
    events.change(li, event, capacity=1)
    for number in MANY[:2]:
        sign(seated, event, number)
        seated.clock.move(seconds=1)
    assert of(seated, event) == [IN, WAITING]
    undo.undo(li)
    assert of(seated, event) == [IN, IN]


def test_a_settlement_moves_the_list_up(two_desks: Library) -> None:
    event, li = gather(two_desks, "14:00-16:00", capacity=3), two_desks.at("li")
    group = sign(two_desks, event).subject
    two_desks.exchange("2F")
    two_desks.exchange("3F")
    two_desks.clock.move(minutes=1)
    signups.change(li, group, places=2)
    two_desks.clock.move(minutes=1)
    signups.change(two_desks.at("lead", "3F"), group, places=3)
    for code in ("2F", "3F", "2F"):
        two_desks.exchange(code)
    assert sign(two_desks, event, ZENG).status == WAITING
    (line,) = clashes.ClashList(li).after(None, 5)
    clashes.settle(two_desks.at("lead"), line.pair, line.pair[0])
    assert of(two_desks, event) == [IN, IN]
    assert differs_from_ledger(two_desks.desk) == []


def test_what_a_door_did_is_the_doors(there: tuple[Library, str]) -> None:
    library, event = there
    with library.at("li").act() as act:
        subject, said = first(library, event), {"session": "s1", "door": "east"}
        act.record("door.admitted", subject, said)
    assert refused("CannotUndo", undo.undo, library.at("li")).facts["what"] == "door.admitted"
