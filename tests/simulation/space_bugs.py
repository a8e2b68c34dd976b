"""Bugs in what is told and ruled of seats and rooms, planted one at a time: see test_simulation."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from db import conduct, crossings, room_clashes, seat_clashes
from db import queues as stored_queues
from db.crossings import Stay
from db.facts import Change, Draft
from db.ledger import Act
from db.queues import Queueing
from db.seats import SEATS
from deskapp import calls, sweeps
from deskapp.calls import Called
from deskapp.desk import Desk

HALLS: dict[str, Callable[[], Any]] = {}
ROOMS: dict[str, Callable[[], Any]] = {}


def planted(
    where: dict[str, Callable[[], Any]],
) -> Callable[[Callable[[], Iterator[None]]], Callable[[], Iterator[None]]]:
    def plant(bug: Callable[[], Iterator[None]]) -> Callable[[], Iterator[None]]:
        where[bug.__name__] = contextmanager(bug)
        return bug

    return plant


@planted(HALLS)
def any_desk_sweeps() -> Iterator[None]:
    """A desk ends what another one may know better of."""
    with patch.object(sweeps, "NIGHT", timedelta(days=-1)):
        yield


@planted(HALLS)
def crossings_from_the_act() -> Iterator[None]:
    """Who is in two places is found when they sit down, and not told again."""
    follow = SEATS.follow
    assert follow is not None

    def once(raw: Any, changes: list[Change]) -> None:
        follow(raw, [change for change in changes if change.old is None])

    with patch.object(SEATS, "follow", once):
        yield


@planted(HALLS)
def overlap_in_local_time() -> Iterator[None]:
    """One of two times is read as the library's, which is eight hours ahead."""
    overlap = crossings._overlap

    def local(one: Stay, other: Stay) -> bool:
        hours = f"{(int(one.until[11:13]) + 8) % 24:02}"
        return overlap(one._replace(until=one.until[:11] + hours + one.until[13:]), other)

    with patch.object(crossings, "_overlap", local):
        yield


@planted(HALLS)
def a_release_forgets_the_violation() -> Iterator[None]:
    """Who did not come back in time is not reproached for it."""
    ending = sweeps._ending

    def released(*given: Any) -> list[Draft]:
        return ending(*given)[:1]

    with patch.object(sweeps, "_ending", released):
        yield


@planted(HALLS)
def a_call_keeps_no_seat() -> Iterator[None]:
    """Whoever waits is called, and the seat is anybody's."""

    def call(act: Act, desk: Desk, row: Queueing) -> Iterator[Called]:
        said = {"seat": "hall/A-1", "sitting": act.id, "until": row.joined_at}
        act.record_all([stored_queues.draft("queue.called", row.subject, said)])
        yield from ()

    with patch.object(calls, "_call", call):
        yield


@planted(HALLS)
def a_window_must_be_declared_in_time() -> Iterator[None]:
    """An exemption that is declared afterwards lifts nothing."""
    late = conduct._WINDOWS.replace("WHERE", "WHERE declared_at <= since AND")
    with patch.object(conduct, "_WINDOWS", late):
        yield


@planted(HALLS)
def what_people_say_differently_is_settled() -> Iterator[None]:
    """Two have put aside one each, and neither stands."""
    line = crossings._line

    def settled(what: str, patron: str, one: Stay, other: Stay) -> Any:
        aside = {k: v for k, v in one.aside.items() if k != other.id or one.id > other.id}
        return line(what, patron, one._replace(aside=aside), other)

    with patch.object(crossings, "_line", settled):
        yield


@planted(HALLS)
def the_last_seat_is_called_out_twice() -> Iterator[None]:
    """Two readers whom two desks called to one seat are put before nobody."""
    hold = seat_clashes._both_hold

    def hold_uncalled(first: dict[str, Any], second: dict[str, Any]) -> bool:
        return hold(first, second) and not ("queue" in first and "queue" in second)

    with patch.object(seat_clashes, "_both_hold", hold_uncalled):
        yield


@planted(HALLS)
def nobody_minds_who_sits_on() -> Iterator[None]:
    """Whoever stays longer on a seat that is another's by then is put before nobody."""
    pairs = {frozenset((kind, "extended")): "." for kind in ("reserved", "taken")}
    with patch.dict(seat_clashes.PAIRS, pairs):
        yield


@planted(ROOMS)
def nobody_minds_who_stays_longer() -> Iterator[None]:
    """A room that is extended into another's time is put before nobody."""
    pair = frozenset(("booked", "extended"))
    with patch.dict(room_clashes.PAIRS, {pair: "."}):
        yield
