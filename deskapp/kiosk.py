"""The kiosk (自助选座): a card seats its reader at once; later ones step away, come back, leave.

It acts in the name of the librarian who opened it, who need not stay. The machine remembers that:
after a power cut it is open again, and locked, without anybody.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from db import undoing
from db.clock import stamp
from db.facts import Fact
from db.place import set_setting, setting, unset
from db.seats import seat_of
from deskapp import barcodes, cards, queues, seat_claims, seats, spaces, staff, undo
from deskapp.barcodes import Said
from deskapp.desk import Desk, Operator, Refusal, Role
from deskapp.readers import Found, masked_name
from deskapp.seats import AWAY
from deskapp.space_entries import Zone, ZoneKind

OPENING = Role.LIBRARIAN
"""who may open a kiosk, and end it"""
TWICE = timedelta(seconds=5)
"""in which the same card again is the same scan"""
STANDS = timedelta(seconds=15)
"""for which a reader stands before the kiosk: what is chosen is theirs"""
SETTING = "kiosk"
"""the setting that says which zone's kiosk this machine is, and who opened it"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the kiosk says to a scan or a choice, one thing to one reader.

    `what`: seated, back, choose, elsewhere (they sit in another zone), gone (for a while), left,
    queued (so many wait `ahead` of them), waits_not (they left the queue), undone, twice, refused.
    `name` is masked; `seat` is `exam/C-37`; `until` when it is theirs no more, or by when to be
    back; `minutes` that they were there. Of who is seated: `late`, for what they had reserved,
    which was noted; `given_up`, what they had reserved elsewhere from before now.
    """

    what: str
    name: str = ""
    seat: str = ""
    until: datetime | None = None
    minutes: int = 0
    ahead: int = 0
    refusal: Refusal | None = None
    late: bool = False
    given_up: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        """Whether something was done that can be undone."""
        return self.what in ("seated", "back", "gone", "left", "queued")

    @property
    def label(self) -> str:
        """The seat as it is written on it."""
        return self.seat.partition("/")[2]


class Kiosk:
    """One zone's kiosk, between two scans. Cards never mix: a choice is of the reader whose card
    was scanned last, and of nobody once that is `STANDS` ago.
    """

    def __init__(self, desk: Desk, zone: str) -> None:
        self._desk, self.zone = desk, offered(desk, zone)
        self._lately: dict[str, datetime] = {}
        self._reader: Found | None = None
        self._answer = Answer("")
        self._since = desk.now()

    @property
    def stands(self) -> bool:
        """Whether somebody stands before it, for whom something can be chosen."""
        return self._reader is not None and self._passed(self._since) < STANDS

    def _passed(self, since: datetime) -> timedelta:
        return abs(self._desk.now() - since)  # however the clock is put

    def idle(self) -> Answer:
        """What it says to nobody: a refusal while its zone is shut, so that nobody is asked for a
        card in vain.
        """
        try:
            seat_claims.hours(self._desk, self.zone, self._desk.now())
        except Refusal as refusal:
            return Answer("refused", refusal=refusal)
        return Answer("")

    def scan(self, code: str) -> Answer:
        """A card seats its reader, or brings them back, or has them wait where the zone is full, or
        stay on where their time is nearly up; of another who sits here it asks what they want, and
        asked again it steps away. A counter barcode is a choice.
        """
        said = barcodes.said(code)
        if said is not None:
            return self.choose(said)
        try:
            found = cards.whose(self._desk, code, scanned=True)
        except Refusal as refusal:
            return self._nobody(Answer("refused", refusal=refusal))
        if len(found) != 1:
            no = Refusal("CardAmbiguous" if found else "KioskCardUnknown")
            return self._nobody(Answer("refused", refusal=no))
        (reader,) = found
        if self._twice(reader.id):
            return Answer("twice", masked_name(reader.name))
        asked = self.stands and self._reader == reader and self._answer.what == "choose"
        self._reader, self._since = reader, self._desk.now()
        return self._say(self._away if asked else self._next)

    def choose(self, said: Said) -> Answer:
        """What the reader chooses whose card was scanned before."""
        if not self.stands:
            return Answer("refused", refusal=Refusal("CardFirst"))
        self._since = self._desk.now()
        return self._say({"away": self._away, "leave": self._leave, "undo": self._undo}[said])

    def _nobody(self, answer: Answer) -> Answer:
        self._reader, self._answer = None, answer
        return answer

    def _say(self, act: Callable[[Found], Answer]) -> Answer:
        """Do it for whoever stands there."""
        assert self._reader is not None
        try:
            answer = act(self._reader)
        except Refusal as refusal:
            answer = Answer("refused", masked_name(self._reader.name), refusal=refusal)
        if answer.refusal is None or not self._answer.done:
            self._answer = answer  # what was done can still be undone
        return answer

    def _twice(self, reader: str) -> bool:
        """Whether the card was just read; one that lies on the device is read again and again."""
        now = self._desk.now()
        before = self._lately.pop(reader, None)
        while self._lately and abs(now - next(iter(self._lately.values()))) >= TWICE:
            del self._lately[next(iter(self._lately))]
        self._lately[reader] = now
        return before is not None and abs(now - before) < TWICE

    # what is done

    def _next(self, reader: Found) -> Answer:
        name = masked_name(reader.name)
        try:
            taken = seats.take(self._desk, reader.id, zone=self.zone.code)
        except Refusal as refusal:
            if refusal.code in ("ZoneFull", "QueueFirst"):
                return self._queued(reader)
            if refusal.code != "AlreadySeated":
                raise
        else:
            late, given_up = taken.late, taken.given_up
            return Answer("seated", name, taken.seat, taken.until, late=late, given_up=given_up)
        standing = seats.standing(self._desk, reader.id, self.zone.code)
        there = standing.sitting
        if there is None:  # it ended just now
            raise Refusal("NotSeated")
        if there.seat.partition("/")[0] != self.zone.code:
            return Answer("elsewhere", name, there.seat, there.until)
        if there.status == AWAY:
            back = seats.come_back(self._desk, reader.id)
            return Answer("back", name, back.seat, back.until)
        if standing.act == "extend":
            more = seats.extend(self._desk, reader.id)
            return Answer("seated", name, more.seat, more.until)
        return Answer("choose", name, there.seat, there.until)

    def _queued(self, reader: Found) -> Answer:
        """Refuses as `queues.join`."""
        try:
            ahead = queues.join(self._desk, reader.id, self.zone.code).ahead
        except Refusal as refusal:
            if refusal.code != "QueuedAlready" or refusal.facts["zone"] != self.zone.code:
                raise
            ahead = queues.ahead(self._desk, reader.id)
        return Answer("queued", masked_name(reader.name), ahead=ahead)

    def _away(self, reader: Found) -> Answer:
        away = seats.step_away(self._desk, reader.id)
        return Answer("gone", masked_name(reader.name), away.seat, away.until)

    def _leave(self, reader: Found) -> Answer:
        try:
            left = seats.leave(self._desk, reader.id)
        except Refusal as refusal:
            place = queues.of_reader(self._desk, reader.id)
            if refusal.code != "NotSeated" or place is None:
                raise
            queues.leave(self._desk, place.id)
            return Answer("waits_not", masked_name(reader.name))
        return Answer("left", masked_name(reader.name), left.seat, minutes=left.minutes)

    def _undo(self, reader: Found) -> Answer:
        """Refuses NothingToUndo, where the last act here is not what this reader has just done."""
        minutes = self._desk.profile.limits.undo_minutes
        since = stamp(self._desk.now() - timedelta(minutes=minutes))
        with self._desk.reading() as connection:
            actor = self._desk.whoever().id
            facts = undoing.last_act(connection, self._desk.code, actor, since)
        if not self._answer.done or not any(self._is_of(fact, reader) for fact in facts):
            raise Refusal("NothingToUndo", minutes=minutes)
        undo.undo(self._desk)
        return Answer("undone", masked_name(reader.name), self._answer.seat)

    def _is_of(self, fact: Fact, reader: Found) -> bool:
        """Whether a fact is what the answer told this reader."""
        if fact.book == "seat":
            return seat_of(fact.subject)[1] == self._answer.seat
        return bool(fact.says().get("patron") == reader.id)


# opening and ending it


def offered(desk: Desk, zone: str) -> Zone:
    """A zone that may have a kiosk. Refuses ZoneUnknown, ZoneNotKiosk: its seats are given out at a
    desk, or it has no numbered ones.
    """
    found = spaces.zone(desk, zone)
    if found.staffed or found.kind is not ZoneKind.NUMBERED:
        raise Refusal("ZoneNotKiosk", zone=zone)
    return found


def open_here(desk: Desk, zone: str) -> Operator:
    """This machine is a zone's kiosk from now on. Refuses RoleTooLow, and as `offered`."""
    operator = desk.require(OPENING)
    offered(desk, zone)
    with desk.ledger.store.writing() as connection:
        set_setting(connection, SETTING, json.dumps({"zone": zone, "by": operator.id}))
    return operator


def opened_by(desk: Desk, zone: str) -> Operator | None:
    """Who opened the kiosk of this zone here, if nobody has ended it and they still may."""
    with desk.reading() as connection:
        said = json.loads(setting(connection, SETTING) or "{}")
    who = said.get("by") if said.get("zone") == zone else None
    there = (each for each in staff.everybody(desk) if each.id == who)
    return next((each for each in there if each.role.reaches(OPENING)), None)


def is_readers(desk: Desk, code: str) -> bool:
    """Whether a scan is a reader's card, and no badge or card by which somebody signs in."""
    badges = {each.badge for each in staff.everybody(desk)}
    return badges.isdisjoint({code.upper(), *cards.numbers(desk, code)})


def end(desk: Desk) -> bool:
    """This machine is no kiosk any more: True. Refuses RoleTooLow."""
    desk.require(OPENING)
    with desk.ledger.store.writing() as connection:
        unset(connection, SETTING)
    return True
