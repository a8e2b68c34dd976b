"""Seats in any order of acts, by several staff, with clocks that jump, against a model of the
rules: nobody on two seats, no seat under two, every minute and violation accounted for.
"""

from collections import Counter
from datetime import timedelta

from hypothesis import seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from db.store import driver
from deskapp import bans, reservations, seats, undo
from tests.library import Library, differs_from_ledger, outcome_of, stored
from tests.machines import SMALL
from tests.reckoned_seats import (
    A_DAY,
    AWAY,
    EARLY,
    LATE,
    MEAL,
    MINUTE,
    Done,
    Hold,
    Reckoned,
    Refused,
    minutes_add_up,
    violations_have_causes,
)

SEATS = ("it/A-1", "it/A-2", "commons/B-2")
STAFF = ("assistant", "li")
SHOWN = (
    *(f"seat.{each}" for each in ("taken", "reserved", "away", "back", "left", "released")),
    *("seat.extended", "seat.withdrawn", "seat.undone", "ban.imposed", "violation.noted"),
    *("AlreadySeated", "SeatTaken", "Banned", "ZoneShut", "TooEarly", "NotSeated", "AwayAlready"),
    *("NotAway", "NoLonger", "ReservedEnough", "ReservationUnknown", "ActFollowed undone"),
    *(
        "AlreadySeated undone",
        "moved",
        "as reserved",
        "until reserved",
        "behind a clock set back",
        "three violations",
        "given up",
    ),
)
"""facts, refusals and situations that a run must have shown"""


class Seating(Reckoned):
    """Whatever may be done."""

    # acts

    readers_ = st.integers(0, 11)
    staff_ = st.sampled_from(STAFF)
    seats_ = st.sampled_from(SEATS)

    def one(self, n: int, *wanted: str | None) -> str:
        """A reader; below 9 one who stands so, if there is any: seated, away, or (None) neither."""
        fit = []
        for reader in self.readers if n < 9 else ():
            there = self.there(reader)
            if (there.status if there else None) in wanted:
                fit.append(reader)
        some = fit or self.readers
        return some[n % len(some)]

    @initialize()
    def begin(self) -> None:
        self.agree()

    def _sit(self, reader: str, seat: str, left: list[Hold]) -> list[Hold]:
        until, mine = self.claimed(reader, seat)
        for hold in left:
            hold.end(self.now, "moved")
            self.done["moved"] += 1
        given_up = [h for h in self.reserved(reader) if h is not mine and h.begins <= self.now]
        for hold in given_up:
            hold.end(self.now, "cancelled")
            self.done["given up"] += 1
        if mine is None:
            mine = Hold("", reader, seat, self.today, "seated", self.now, until)
            self.holds.append(mine)
        else:
            self.done["as reserved"] += 1
        if until.hour != 22:
            self.done["until reserved"] += 1
        mine.status, mine.begins, mine.present, mine.until = "seated", self.now, self.now, until
        return [*left, *given_up, mine]

    @rule(n=readers_, who=staff_, seat=seats_)
    def take(self, n: int, who: str, seat: str) -> None:
        reader = self.one(n, None)

        def sit() -> list[Hold]:
            if self.there(reader) is not None:
                raise Refused("AlreadySeated")
            return self._sit(reader, seat, [])

        self.do(who, sit, lambda: seats.take(self.at(who), reader, seat))

    @rule(n=readers_, who=staff_, seat=seats_)
    def move(self, n: int, who: str, seat: str) -> None:
        reader = self.one(n, "seated", "away")

        def change() -> list[Hold]:
            hold = self.seated(reader)
            if hold.seat == seat:
                raise Refused("AlreadySeated")
            return self._sit(reader, seat, [hold])

        self.do(who, change, lambda: seats.move(self.at(who), reader, seat))

    @rule(n=readers_, who=staff_)
    def step_away(self, n: int, who: str) -> None:
        reader = self.one(n, "seated")

        def go() -> list[Hold]:
            hold = self.seated(reader)
            if hold.status == "away":
                raise Refused("AwayAlready")
            at = self.now.hour * 60 + self.now.minute
            meal = 660 <= at < 780 or 1020 <= at < 1110
            hold.go(self.now)
            hold.status, hold.away_until = "away", self.now + (MEAL if meal else AWAY)
            return [hold]

        self.do(who, go, lambda: seats.step_away(self.at(who), reader))

    @rule(n=readers_, who=staff_)
    def come_back(self, n: int, who: str) -> None:
        reader = self.one(n, "away")

        def come() -> list[Hold]:
            hold = self.seated(reader)
            if hold.status != "away":
                raise Refused("NotAway")
            hold.status, hold.away_until, hold.present = "seated", None, self.now
            return [hold]

        self.do(who, come, lambda: seats.come_back(self.at(who), reader))

    @rule(n=readers_, who=staff_)
    def leave(self, n: int, who: str) -> None:
        reader = self.one(n, "seated", "away")

        def go() -> list[Hold]:
            hold = self.seated(reader)
            hold.end(self.now, "left")
            return [hold]

        self.do(who, go, lambda: seats.leave(self.at(who), reader))

    @rule(n=readers_, who=staff_)
    def extend(self, n: int, who: str) -> None:
        reader = self.one(n, "seated", "away")

        def go_on() -> list[Hold]:
            hold = self.seated(reader)
            until = self.within_hours()
            theirs = self.against(reader, hold.seat, self.now, until)
            begun = [h.begins for h in (*theirs, *self.reserved(reader)) if h.begins > self.now]
            until = min([until, *begun])
            if until <= hold.until:
                raise Refused("NoLonger")
            hold.until = until
            return [hold]

        self.do(who, go_on, lambda: seats.extend(self.at(who), reader))

    @rule(n=readers_, who=staff_, seat=seats_, half_hours=st.sampled_from([None, 0, 1, 2, 4, 24]))
    def reserve(self, n: int, who: str, seat: str, half_hours: int | None) -> None:
        reader = self.one(n, None)
        begins = None if half_hours is None else self.now + half_hours * 30 * MINUTE

        def hold() -> list[Hold]:
            self.refuse_barred(reader)
            opens, closes = self.opening(begins or self.now)
            wanted = max(self.now, begins or self.now)
            if not (max(wanted, opens) < closes and (begins is None or opens <= begins)):
                raise Refused("ZoneShut" if opens > wanted else "ZoneClosed")
            since = max(wanted, opens)
            day = since.date().isoformat()
            made = [h for h in self.holds if h.reserved and h.how != "void" and h.day == day]
            if sum(each.reader == reader for each in made) >= A_DAY:
                raise Refused("ReservedEnough")
            own = [each for each in self.holds if each.open and each.reader == reader]
            if any(each.begins < closes and each.until > since for each in own):
                raise Refused("AlreadySeated")
            if self.against(reader, seat, since, closes):
                raise Refused("SeatTaken")
            hold_until = min(closes, since + LATE)
            new = Hold("", reader, seat, day, "reserved", since, closes, hold_until, True)
            self.holds.append(new)
            return [new]

        self.do(who, hold, lambda: reservations.reserve(self.at(who), reader, seat, begins=begins))

    @rule(n=readers_, who=staff_, k=st.integers(0, 3))
    def cancel(self, n: int, who: str, k: int) -> None:
        reader = self.one(n, None)
        known = self.reserved(reader) or [each for each in self.holds if each.reserved]
        if not known:
            return
        wanted = known[k % len(known)]

        def give_up() -> list[Hold]:
            if all(each is not wanted for each in self.reserved(reader)):
                raise Refused("ReservationUnknown")
            wanted.end(self.now, "cancelled")
            return [wanted]

        self.do(who, give_up, lambda: reservations.cancel(self.at(who), reader, wanted.id))

    @precondition(lambda self: not self.bans and len(self.acts) > 12)
    @rule(n=readers_)
    def bar(self, n: int) -> None:
        reader = self.readers[n % len(self.readers)]
        bans.impose(self.at("lead"), reader, "disorder", 1)
        self.bans.append((reader, self.now, self.now + timedelta(1)))
        self.latest = max(self.latest, self.now)

    @precondition(lambda self: self.acts)
    @rule(who=st.sampled_from([*STAFF, *["whoever acted last"] * 3]))
    def undo(self, who: str) -> None:
        """One's newest act of the last minutes, unless somebody went on from it."""
        who = who if who in STAFF else self.acts[-1].who
        self.sweep()
        since = self.now - 10 * MINUTE
        own = [a for a in self.acts if a.who == who and not a.undone and a.at >= since]
        wanted = "NothingToUndo" if not own else self.no_undoing(own[-1])
        code = outcome_of(lambda: undo.undo(self.at(who)))
        assert code == wanted, (code, wanted)
        if wanted is not None:
            self.done[f"{wanted} undone"] += 1
        else:
            own[-1].undone = True
            for hold, before in own[-1].before:
                self.followed[hold.day, hold.seat].remove(own[-1])
                if before is None:
                    hold.end(self.now, "void")
                    hold.spans = []
                else:
                    vars(hold).update(vars(before))
            self.latest = max(self.latest, self.now)
        self.agree()

    def no_undoing(self, done: Done) -> str | None:
        for hold, _ in done.before:
            if self.followed[hold.day, hold.seat][-1] is not done:
                return "ActFollowed"
        ours = [hold for hold, _ in done.before]
        for hold, before in done.before:
            if hold.ended is None or before is None:
                continue
            for other in self.holds:
                theirs = other.open and other.reader == hold.reader and other not in ours
                since = max(self.now, before.begins)
                if theirs and other.begins < hold.until and other.until > since:
                    return "AlreadySeated"
                sat = other.reader == hold.reader and other not in ours and other.spans
                both = max(before.begins, other.begins)
                until = min(other.ended or other.until, other.until)
                since_then = min(until, hold.ended) <= both < min(until, hold.until)
                if sat and other.how != "void" and since_then:
                    return "AlreadySeated"
        return None

    # several in a row, of readers 9 to 11: these three as they are

    @rule(n=st.integers(9, 11), who=staff_, seat=seats_)
    def reserve_and_come(self, n: int, who: str, seat: str) -> None:
        self.reserve(n, who, seat, 1)
        self.take(n, who, seat)
        self.later(15)
        self.take(n, who, seat)
        self.undo(who)
        self.later(4)
        self.take(n, who, seat)

    @rule(n=st.integers(9, 11), who=staff_)
    def leave_for_another(self, n: int, who: str) -> None:
        self.take(n, who, SEATS[0])
        self.leave(n, who)
        self.take(n, STAFF[1 - STAFF.index(who)], SEATS[1])
        self.undo(who)

    @rule(n=st.integers(9, 11), who=staff_, seat=seats_)
    def reserve_and_forget(self, n: int, who: str, seat: str) -> None:
        self.reserve(n, who, seat, 0)
        self.later(31)

    @rule(n=st.integers(9, 11), who=staff_)
    def go_for_a_moment(self, n: int, who: str) -> None:
        self.step_away(n, who)
        self.step_away(n, who)
        self.come_back(n, who)
        self.come_back(n, who)
        self.undo(who)

    @rule(n=st.integers(9, 11), who=staff_, seat=seats_)
    def sit_before_another_comes(self, n: int, who: str, seat: str) -> None:
        self.reserve(n, who, seat, 2)
        self.take(n + 1, who, seat)
        self.extend(n + 1, who)
        self.cancel(n, who, 0)
        self.extend(n + 1, who)

    # time

    @rule(minutes=st.sampled_from([1, 4, 9, 15, 29, 31, 60]))
    def later(self, minutes: int) -> None:
        self.library.clock.move(minutes=minutes)
        self.agree()

    @rule(n=st.integers(0, 5), seconds=st.sampled_from([-1, 0, 1]))
    def until_something_is_due(self, n: int, seconds: int) -> None:
        """About the moment at which a hold ends, or may be taken."""
        times = [each.due()[0] for each in self.holds if each.open]
        times += [each.begins - EARLY for each in self.holds if each.status == "reserved"]
        times = [each for each in times if each < self.now + 120 * MINUTE]
        if times:
            at = times[n % len(times)] + timedelta(seconds=seconds)
            self.library.clock.at = max(self.now, at)
        self.agree()

    @precondition(lambda self: self.now.hour >= 18)
    @rule(closing=st.booleans())
    def until_next_morning(self, closing: bool) -> None:
        if closing:
            self.library.clock.at = max(self.now, self.opening(self.now)[1])
            self.agree()
        self.library.clock.at = (self.now + timedelta(1)).replace(hour=7, minute=50)
        self.agree()

    @precondition(lambda self: not self.doubted() and self.now >= self.begun)
    @rule(seconds=st.sampled_from([3, 600, 3600]))
    def set_back(self, seconds: int) -> None:
        self.library.clock.move(seconds=-seconds)
        self.agree()

    # what holds at the end

    def teardown(self) -> None:
        desk = self.library.desk
        with desk.reading() as connection:
            raw = driver(connection)
            kinds = raw.execute("SELECT kind FROM fact").fetchall()
            self.done.update(kind for (kind,) in kinds)
            minutes_add_up(raw)
            violations_have_causes(raw, self.excused)
        assert differs_from_ledger(desk) == []
        before = stored(desk)
        assert list(desk.ledger.rebuild())
        assert stored(desk) == before
        self.library.close()
        self.place.cleanup()


def test_any_acts_in_any_order(furnished: Library) -> None:
    Seating.founded, Seating.done = furnished, Counter()
    for each in (10, *range(100, 109)):
        run_state_machine_as_test(seed(each)(Seating), settings=settings(SMALL, max_examples=12))
        if all(map(Seating.done.__getitem__, SHOWN)):
            break
    assert [each for each in SHOWN if not Seating.done[each]] == []
