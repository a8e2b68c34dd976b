"""What a digit and Enter do on the map of seats, for the reader before the desk or a seat's."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from deskapp import conduct, moments, places, reservations, seats, sofas
from deskapp.desk import Refusal
from deskapp.language import Language
from deskapp.places import Noted
from deskapp.readers import Found
from deskapp.reservations import Reserved
from deskapp.zone_map import holder
from screens.base import Hint
from screens.choosing import ChoosingScreen
from screens.matters import deadline_words
from screens.seat_acts import seat_words
from screens.seat_words import person_words

if TYPE_CHECKING:
    from screens.seats import SeatsScreen

ACTS = (
    "queue",
    "away",
    "leave",
    "move",
    "things",
    "violation",
    "opinion",
    "order",
    "reserve",
    "group",
)
"""by digit, from 0"""
"""the kind of request that a word about a space is"""


def hints(t: Language) -> Iterable[Hint]:
    yield Hint("0-9", "", t("seats.help.digits"))
    for digit, act in sorted(enumerate(ACTS), key=_one_first):
        yield Hint(str(digit), "", t(f"seats.help.{act}"))


def _one_first(each: tuple[int, str]) -> bool:
    """0 stands behind 9, as on a keyboard."""
    return not each[0]


def offered(screen: "SeatsScreen") -> Mapping[int, str]:
    """What each digit does as things are; of what there is nobody for, nothing."""
    acts, spot = dict(sorted(enumerate(ACTS), key=_one_first)), screen.map.spot
    if screen.is_away():
        acts[1] = "back"
    standing, nobody = screen.standing, set[int]()
    if screen.patron is not None:
        if standing and not standing.sitting:
            nobody = {1, 3} if standing.reservations else {1, 2, 3}
            acts[2] = "cancel"
    elif spot is None or spot.patron is None:
        nobody = {1, 2, 3, 8}
    for digit in nobody:
        del acts[digit]
    if spot is not None and spot.noted:
        acts[4] = "cleared"
    if spot is not None and spot.closed:
        acts[7] = "in_order"
    return acts


def act(screen: "SeatsScreen", digit: int) -> None:
    """Do what the digit says."""
    what = ACTS[digit]
    if what in BY_SEAT:
        BY_SEAT[what](screen)
        return
    reader = _whose(screen)
    if reader is None and what == "violation":
        _conduct(screen)
    elif reader is None:
        screen.refuse(Refusal("NotSeated"))
    else:
        BY_READER[what](screen, reader)


def _whose(screen: "SeatsScreen") -> Found | None:
    """The reader before the desk, else whoever has the seat under the cursor."""
    spot = screen.map.spot
    if screen.patron is not None or spot is None:
        return screen.patron
    return screen.act(holder, screen.desk, spot)


def _seat(screen: "SeatsScreen") -> str:
    """The seat that is spoken of: the reader's, else the one under the cursor."""
    if screen.patron is not None and screen.standing and screen.standing.sitting:
        return screen.standing.sitting.seat
    return screen.seat_at(screen.map.spot)


# of a reader


def _away(screen: "SeatsScreen", reader: Found) -> None:
    rule = seats.come_back if screen.is_away() else seats.step_away
    screen.do(partial(rule, screen.desk, reader.id), reader)


def _leave(screen: "SeatsScreen", reader: Found) -> None:
    """They leave; whoever has only reserved gives that up."""
    desk, t = screen.desk, screen.t
    standing = screen.act(seats.standing, desk, reader.id)
    if standing is None:
        return
    if standing.sitting is not None or not standing.reservations:
        screen.do(partial(seats.leave, desk, reader.id), reader)
        return
    cancelled = screen.act(reservations.cancel, desk, reader.id, standing.reservations[0].id)
    if cancelled is not None:
        _over(screen, f"{_name(screen, cancelled.seat, reader)} {t('seats.done.cancelled')}")


def _move(screen: "SeatsScreen", reader: Found) -> None:
    screen.begin("move", reader)


def _reserve(screen: "SeatsScreen", reader: Found) -> None:
    """Which time, if there is any at which they might."""
    if screen.act(reservations.days, screen.desk, reader.id, screen.here):
        screen.begin("reserve", reader)


def reserved(screen: "SeatsScreen", text: str) -> None:
    """The time was typed: `14:00`, `11-24 9:00`, nothing for now or as soon as it is open."""
    reader, desk, t = screen.patron, screen.desk, screen.t
    if reader is None:
        return
    seat = screen.picked or screen.seat_at(screen.map.spot)

    def rule() -> Reserved:
        day, _, time = text.rpartition(" ")
        on = moments.day_to_come(desk, day)
        begins = moments.time_on(time, desk.midnight(on)) if time else None
        return reservations.reserve(desk, reader.id, seat, day=on, begins=begins)

    done = screen.act(rule)
    if done is not None:
        at = deadline_words(t, desk, done.begins)
        said = t("seats.done.reserved", at=at, by=t.time(done.sign_in_until))
        _over(screen, f"{_name(screen, done.seat, reader)} {said}")


def _violation(screen: "SeatsScreen", reader: Found) -> None:
    """Which kind; it waits to be confirmed."""
    t, desk, seat = screen.t, screen.desk, _seat(screen)
    kinds = list(conduct.by_hand(desk))
    names = [desk.profile.violations[kind].name(t.code) for kind in kinds]

    def chosen(place: int | None) -> None:
        if place is None:
            return
        if place < 0:
            _conduct(screen, reader)
            return
        zone, _, label = seat.partition("/")
        rule = partial(conduct.note, desk, reader.id, kinds[place], zone or screen.here, label)
        if screen.act(rule) is not None:
            said = t("seats.done.violation", reader=person_words(reader), kind=names[place])
            _over(screen, said)

    title = t("seats.which_violation", reader=person_words(reader))
    own = t("seats.own_violations")
    screen.app.push_screen(ChoosingScreen(title, names, none=own), chosen)


def _name(screen: "SeatsScreen", seat: str, reader: Found) -> str:
    return f"{seat_words(screen.t, screen.desk, seat, screen.here)} {person_words(reader)}"


def _over(screen: "SeatsScreen", said: str) -> None:
    """It is done: the next reader."""
    screen.forget()
    screen.act(screen.reread)
    screen.say(said)


# of a seat


def _conduct(screen: "SeatsScreen", reader: Found | None = None) -> None:
    """What was noted of a reader, or waits of anybody."""
    from screens.conduct import ConductScreen

    shown = ConductScreen()
    shown.reader = reader
    screen.go_to(shown)


def _queue(screen: "SeatsScreen") -> None:
    """Who waits for a seat here."""
    from screens.queues import QueueScreen

    shown = QueueScreen()
    shown.zone = screen.zone
    screen.go_to(shown)


def _things(screen: "SeatsScreen") -> None:
    """Things were left on the seat; they are there no more."""
    if not (seat := _seat(screen)):
        return
    spot = screen.map.zone_map.by_label.get(seat.removeprefix(f"{screen.here}/"))
    noted = spot is not None and spot.noted
    rule = partial(places.note, screen.desk, seat, Noted.THINGS_LEFT)
    if screen.act(partial(places.clear_note, screen.desk, seat) if noted else rule) is not None:
        said = screen.t("seats.done.cleared" if noted else "seats.done.things")
        screen.act(screen.reread)
        screen.say(f"{seat_words(screen.t, screen.desk, seat, screen.here)} {said}")


def _order(screen: "SeatsScreen") -> None:
    """Out of order, or in order again."""
    spot = screen.map.spot
    if spot is None:
        return
    rule = places.put_right if spot.closed else places.close
    if screen.act(rule, screen.desk, screen.seat_at(spot)) is not None:
        screen.act(screen.reread)
        said = screen.t("seats.done.in_order" if spot.closed else "seats.done.order")
        screen.say(f"{spot.label} {said}")


def _opinion(screen: "SeatsScreen") -> None:
    """About the seat that a hand points to, else the reader's own, else the zone: not about one
    that is merely offered.
    """
    from screens import opinions

    if screen.zone is None:
        return
    sits = screen.standing.sitting if screen.patron and screen.standing else None
    points = screen.pointed == screen.seat_at(screen.map.spot)
    code, _, label = (screen.pointed if points else sits.seat if sits else "").partition("/")
    zone = screen.desk.profile.zones.get(code, screen.zone)
    where = f"{zone.name(screen.t.code)} {label}".rstrip()
    opinions.take_down(screen, where, screen.patron.id if screen.patron else None)


def _group(screen: "SeatsScreen") -> None:
    """Cards from now on are of one group; the reader before the desk is its first."""
    reader = screen.patron
    screen.begin("group", None)
    screen.group = [reader] if reader else []
    screen.show_reader()


def seat_group(screen: "SeatsScreen") -> None:
    """The group sits down together."""
    ids = [each.id for each in screen.group]
    if ids and (done := screen.act(seats.take_group, screen.desk, ids, screen.here)):
        labels = " ".join(each.seat.partition("/")[2] for each in done)
        _over(screen, screen.t("seats.done.group", seats=labels))
        screen.map.move(done[0].seat.partition("/")[2])


# without numbers


def counted(screen: "SeatsScreen", text: str) -> bool:
    """How many sit there, or one more, or one fewer; whether that was said."""
    seen = screen.act(sofas.seen, screen.desk, screen.here)
    before = seen.number if seen else 0
    number = {"+": before + 1, "-": max(0, before - 1)}.get(text)
    if number is None and text.isascii() and text.isdecimal() and len(text) <= 4:
        number = int(text)
    if number is None:
        return False
    if (done := screen.act(sofas.count, screen.desk, screen.here, number)) is not None:
        screen.act(screen.reread)
        screen.say(screen.t("seats.done.counted", count=done.number))
    return True


BY_READER: Mapping[str, Callable[["SeatsScreen", Found], None]] = {
    "away": _away,
    "leave": _leave,
    "move": _move,
    "violation": _violation,
    "reserve": _reserve,
}
BY_SEAT: Mapping[str, Callable[["SeatsScreen"], None]] = {
    "things": _things,
    "opinion": _opinion,
    "order": _order,
    "group": _group,
    "queue": _queue,
}
