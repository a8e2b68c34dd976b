"""One person twice at one event, one ticket at two doors of which one had not heard of it, and more
people than places: derived, the same at every desk, and nobody counted twice.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from db import crowds, door_pages, doubles
from db.books import BOOKS
from db.clash_pages import OPEN
from db.exchange import exchange
from db.file_centre import FileCentre
from db.ledger import Ledger, found
from db.rows import load
from db.signups import SIGNUPS, draft, event_key, of_ticket, subject_of
from db.store import Store, driver
from tests.shelf import KEY, rows
from tests.toys import ToyClock

EVENT = "event:e"
HERE = {"session": "s"}


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[tuple[Ledger, Ledger, FileCentre]]:
    made, clock = [], ToyClock()
    for code in ("2F", "3F"):
        store = Store.create(tmp_path / f"{code}.db")
        found(store, code, KEY)
        made.append(Ledger(store, BOOKS, clock))
    centre = FileCentre(tmp_path / "centre.db", clock)
    times = {"begins": "2026-11-24T06:00:00.000000Z", "until": "2026-11-24T08:00:00.000000Z"}
    said = {"number": 1, "title": "电影", "kind": "film", "department": "reading", "capacity": 3}
    with made[0].act(None) as act:
        session = {"id": "s", "place": "报告厅", **times}
        act.record("event.announced", EVENT, {**said, "sessions": [session]})
    yield made[0], made[1], centre
    for ledger in made:
        assert same(ledger) == []
        before = derived(ledger)
        assert list(ledger.rebuild())
        assert derived(ledger) == before
        ledger.store.close()
    centre.close()


def same(ledger: Ledger) -> list[str]:
    with ledger.store.reading() as connection:
        return doubles.check(driver(connection)) + crowds.check(driver(connection))


def derived(ledger: Ledger) -> list[Any]:
    return [rows(ledger, f"SELECT * FROM {name} ORDER BY 1, 2") for name in
            ("double", "crowd", "headcount", "signup", "presence", "clash")]  # fmt: skip


def meet(desks: tuple[Ledger, Ledger, FileCentre]) -> None:
    here, there, centre = desks
    for ledger in (here, there, here):
        exchange(ledger, centre)
    assert derived(here) == derived(there)


def who(known: str) -> str:
    return subject_of(event_key(KEY, EVENT), EVENT, known)


def record(ledger: Ledger, kind: str, subject: str, **said: Any) -> str:
    with ledger.act(None) as act:
        return act.record(kind, subject, {**HERE, **said}).id


def signed_up(ledger: Ledger, known: str, patron: str | None = None, **said: Any) -> str:
    said = {"patron": patron, "places": 1, "source": "desk", **said}
    return record(ledger, "signup.made", who(known), **said)


def came_by_ticket(ledger: Ledger, subject: str | None = None) -> str:
    """To a door, which makes a sign-up of the ticket where it knows of none."""
    if subject is None:
        subject = of_ticket(EVENT, "ab")
        record(ledger, "signup.made", subject, patron=None, places=1, source="ticket")
    return record(ledger, "door.admitted", subject, door="东门", heads=1, places=1, serial="ab")


def heads(ledger: Ledger) -> list[tuple[Any, ...]]:
    return rows(ledger, "SELECT expected, waiting, came, inside FROM headcount")


def waiting(ledger: Ledger) -> list[tuple[Any, ...]]:
    return rows(ledger, f"SELECT what, first, second FROM {OPEN} ORDER BY 1, 2, 3")


def test_two_numbers_of_one_reader(desks: tuple[Ledger, Ledger, FileCentre]) -> None:
    here, there, _ = desks
    one, other = signed_up(here, "1", "reader:1"), signed_up(there, "2", "reader:2")
    meet(desks)
    assert waiting(here) == []
    for number in ("1", "2"):
        with here.act(None) as act:
            private = {"number": number, "name": "单国强"}
            act.record("reader.entered", f"reader:{number}", {"type": "undergraduate"},
                       person=f"reader:{number}", private=private)  # fmt: skip
    with here.act(None) as act:
        act.record("reader.merged", "reader:1", {"into": "reader:2"})
    meet(desks)
    assert waiting(there) == [("signup", *sorted((one, other)))]
    record(there, "signup.put_aside", who("2"), made=other, **{"for": one})
    record(here, "signup.put_aside", who("1"), made=one, **{"for": other})
    assert (waiting(here), waiting(there), heads(here)) == ([], [], [(1, 0, 0, 0)])
    meet(desks)  # said in two ways: somebody must look again
    assert len(waiting(there)) == 1
    assert heads(there) == []


def test_who_is_known_for_a_reader_later(desks: tuple[Ledger, Ledger, FileCentre]) -> None:
    here, there, _ = desks
    one, other = signed_up(here, "1", "reader:1"), signed_up(there, "13812345678")
    record(there, "signup.identified", who("13812345678"), patron="reader:1")
    meet(desks)
    assert len(waiting(here)) == 1
    record(here, "signup.both_right", who("1"), made=one, other=other)
    meet(desks)
    assert (waiting(there), heads(there)) == ([], [(2, 0, 0, 0)])
    signed_up(here, "3", "reader:3")
    record(here, "signup.cancelled", who("3"))
    record(there, "signup.made", who("4"), patron="reader:3", places=1, source="desk")
    meet(desks)
    assert waiting(there) == []


def test_a_ticket_whose_sign_up_the_door_had_not_heard_of(
    desks: tuple[Ledger, Ledger, FileCentre],
) -> None:
    here, there, _ = desks
    made = signed_up(here, "13812345678")
    record(here, "ticket.issued", who("13812345678"), serial="ab", code="1")
    came_by_ticket(there)
    assert heads(there) == [(1, 0, 1, 1)]
    meet(desks)
    assert (waiting(there), heads(there)) == ([], [(1, 0, 1, 1)])
    with here.store.reading() as connection:
        assert door_pages.missing_count(connection, EVENT, "s") == 0
    came_by_ticket(here, who("13812345678"))  # had a door let them in again
    meet(desks)
    (line,) = waiting(there)
    assert (line[0], made in line, heads(there)) == ("signup", True, [(1, 0, 1, 1)])
    ((unknown,),) = rows(there, "SELECT made FROM signup WHERE subject LIKE '%ticket-ab'")
    record(there, "signup.put_aside", of_ticket(EVENT, "ab"), made=unknown, **{"for": made})
    meet(desks)
    assert (waiting(here), heads(here)) == ([], [(1, 0, 1, 1)])


def test_a_ticket_that_was_good_no_more(desks: tuple[Ledger, Ledger, FileCentre]) -> None:
    here, there, _ = desks
    signed_up(here, "13812345678")
    record(here, "ticket.issued", who("13812345678"), serial="ab", code="1")
    record(here, "ticket.revoked", who("13812345678"), serial="ab", why="lost")
    came_by_ticket(there)
    meet(desks)
    assert len(waiting(here)) == 1


def test_more_than_there_are_places(desks: tuple[Ledger, Ledger, FileCentre]) -> None:
    here, there, _ = desks
    signed_up(here, "1", places=2)
    signed_up(there, "2")
    meet(desks)
    assert waiting(here) == []
    signed_up(there, "3", session="")
    meet(desks)
    assert rows(here, "SELECT heads, places FROM crowd") == [(4, 3)]
    assert waiting(here) == [("crowd", EVENT, "s")]
    with here.act(None) as act:
        act.record("event.allowed", EVENT, {**HERE, "heads": 4})
    assert waiting(here) == []
    signed_up(here, "4")
    assert rows(here, "SELECT heads, places FROM crowd") == [(5, 4)]
    record(here, "signup.cancelled", who("4"))
    assert waiting(here) == []


def test_a_sign_up_put_aside_stands_again_once_made_again(
    desks: tuple[Ledger, Ledger, FileCentre],
) -> None:
    here, _, _ = desks
    one, other = signed_up(here, "1", "reader:1"), signed_up(here, "2", "reader:1")
    record(here, "signup.put_aside", who("2"), made=other, **{"for": one})
    again = signed_up(here, "2", "reader:1")
    assert waiting(here) == [("signup", one, again)]
    with here.store.reading() as connection:
        kept = load(driver(connection), SIGNUPS, [who("2")])[who("2")]["signup", "s"]
    assert (kept["aside"], kept["status"]) == (None, "in")
    undone = record(here, "signup.put_aside", who("1"), made=one, **{"for": again})
    with here.act(None) as act:
        act.record_all([draft("signup.undone", who("1"), {**HERE, "undoes": undone})])
    assert waiting(here) == [("signup", one, again)]
    meet(desks)
