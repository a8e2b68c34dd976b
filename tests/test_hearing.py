"""The limit of a handover runs from when the taker's desk is known to have it."""

import pytest

from deskapp import handovers, hearing, requests
from deskapp.desk import Desk
from deskapp.request_lists import record
from deskapp.requests import Question
from tests.library import Library, local


def settled_at(library: Library, who: str, code: str) -> None:
    """Whoever it is has acted at a desk last, and everybody knows."""
    requests.log(library.at(who, code), Question("自己的一件"))
    for each in (code, "2F", "3F", "2F"):
        library.exchange(each)


def offered(library: Library, **to: str) -> str:
    id = library.log().id
    handovers.hand_over(library.at("li"), id, reason="duty", **to)
    return id


def lapsed(desk: Desk) -> list[str]:
    return [each.id for each in handovers.lapse(desk)]


def test_what_the_takers_desk_has_not_got_does_not_come_back(two_desks: Library) -> None:
    library = two_desks
    settled_at(library, "chen", "3F")
    id = offered(library, to=library.id("chen"))
    library.exchange("2F")
    library.clock.put("2026-11-25 11:00")  # two workdays on, and 3F was cut off
    library.exchange("2F")
    assert lapsed(library.desk) == []
    assert record(library.at("li"), id).offered_until is None
    library.clock.put("2026-11-26 17:30")
    library.exchange("3F")  # there it is now, and 2F has not been told
    assert lapsed(library.desk) == []
    library.clock.put("2026-11-27 08:00")
    library.exchange("2F")
    hearing.hear(library.desk)
    library.clock.put("2026-11-27 11:59")  # four working hours less a minute
    assert lapsed(library.desk) == []
    assert record(library.at("li"), id).offered_until == local("2026-11-27 12:00")
    library.clock.put("2026-11-27 12:01")
    assert lapsed(library.desk) == [id]


def test_where_the_taker_acts_here_the_limit_runs_from_the_offer(two_desks: Library) -> None:
    library = two_desks
    settled_at(library, "chen", "2F")
    id = offered(library, to=library.id("chen"))
    library.clock.put("2026-11-23 11:59")
    assert lapsed(library.desk) == []
    library.clock.put("2026-11-23 18:00")
    assert lapsed(library.desk) == [id]


@pytest.mark.parametrize("hears", [True, False])
def test_of_a_department_one_who_can_know_is_enough(two_desks: Library, hears: bool) -> None:
    library = two_desks
    settled_at(library, "chen", "3F")
    settled_at(library, "zheng", "2F" if hears else "3F")
    settled_at(library, "head", "3F")
    id = offered(library, department="information")
    library.exchange("2F")
    library.clock.put("2026-11-25 18:00")
    assert lapsed(library.desk) == ([id] if hears else [])


def test_what_is_heard_stays_heard_and_what_is_over_is_forgotten(two_desks: Library) -> None:
    library = two_desks
    settled_at(library, "chen", "3F")
    id = offered(library, to=library.id("chen"))
    for code in ("2F", "3F", "2F"):
        library.exchange(code)
    hearing.hear(library.desk)
    offer = library.row(id)["offer"]
    with library.desk.reading() as connection:
        first = hearing.heard(connection)
    assert first.keys() == {offer}
    library.clock.move(hours=1)
    offered(library, to=library.id("chen"))  # it is looked at again
    for code in ("2F", "3F", "2F"):
        library.exchange(code)
    hearing.hear(library.desk)
    with library.desk.reading() as connection:
        assert hearing.heard(connection)[offer] == first[offer]
    handovers.accept(library.at("chen", "2F"), id)
    hearing.hear(library.desk)
    with library.desk.reading() as connection:
        assert offer not in hearing.heard(connection)
