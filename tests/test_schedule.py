"""When a desk exchanges by itself: once a night, every few minutes, and never in a crowd."""

from collections import Counter
from datetime import datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from deskapp import config
from deskapp.schedule import LONGEST, LOOSE, Plan, due, night, night_done
from deskapp.schedule import Past as Kept
from tests.refusals import refused

ZONE = ZoneInfo("Asia/Shanghai")
BEGUN = datetime(2026, 11, 22, 10, 0, tzinfo=ZONE)
MINUTE = timedelta(minutes=1)
PLANS = st.builds(
    Plan,
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.integers(0, 12 * 60).map(lambda n: n * MINUTE),
    st.integers(0, 60).map(lambda n: n * MINUTE),
)


class Days:
    """A desk through days: open at times, the network there at times."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.now, self.past = plan, BEGUN, Kept()
        self.done: list[tuple[datetime, str, bool]] = []

    def look(self, *, network: bool) -> None:
        """What the program does every half minute, and when it starts."""
        what = due(self.plan, "2F", self.now, self.past)
        if not what:
            return
        self.done.append((self.now, what, network))
        nightly = self.now if what == "nightly" else self.past.nightly
        if network:
            self.past = Kept(self.now, 0, nightly)
        else:
            self.past = Kept(self.now, self.past.failures + 1, self.past.nightly)

    def nights(self) -> Counter[datetime]:
        """How many exchanges of a night there were, by the night's beginning."""
        found: Counter[datetime] = Counter()
        for at, what, network in self.done:
            if what == "nightly" and network:
                days = (at.date() - timedelta(days=n) for n in (0, 1, 2))
                starts = (
                    night(self.plan, "2F", datetime.combine(day, self.plan.nightly or time(), ZONE))
                    for day in days
                )
                found[max(start for start in starts if start <= at)] += 1
        return found


@given(PLANS, st.lists(st.tuples(st.integers(1, 20 * 60), st.booleans(), st.booleans())))
def test_one_night_is_one_however_often_a_desk_starts(
    plan: Plan, hours: list[tuple[int, bool, bool]]
) -> None:
    days = Days(plan)
    for minutes, open_, network in hours:
        if open_:
            for _ in range(min(minutes, 90)):
                days.look(network=network)
                days.now += MINUTE
        else:
            days.now += minutes * MINUTE
    # The first is due at once: nobody knows of one before it.
    assert all(count == 1 for count in days.nights().values())


@given(PLANS, st.integers(0, 3 * 24 * 60))
def test_a_night_that_was_missed_is_due_as_soon_as_the_desk_is_on(plan: Plan, off: int) -> None:
    days = Days(plan)
    days.look(network=True)
    assert days.past.nightly == BEGUN
    days.now += off * MINUTE
    missed = any(
        BEGUN < night(plan, "2F", datetime.combine(BEGUN.date() + n * timedelta(days=1), at, ZONE))
        <= days.now
        for n in range(-1, 5)
        for at in [plan.nightly or time()]
    )  # fmt: skip
    assert (due(plan, "2F", days.now, days.past) == "nightly") == missed


@given(PLANS.filter(lambda plan: plan.every > timedelta()), st.booleans())
def test_no_more_attempts_than_was_set(plan: Plan, network: bool) -> None:
    days = Days(plan)
    for _ in range(600):
        days.look(network=network)
        days.now += MINUTE
    least = plan.every * (1 - LOOSE)
    small = [at for at, what, _ in days.done if what == "small" or not network]
    assert all(later - earlier >= least for earlier, later in pairwise(small))
    if not network:
        most = max(plan.every, LONGEST) * (1 + LOOSE) + MINUTE
        gaps = [later - earlier for earlier, later in pairwise(small)]
        assert max(gaps) <= most, "nobody waits longer for a network that is back"


def test_an_hour_without_the_network_is_tried_ever_less_often() -> None:
    days = Days(Plan(every=2 * MINUTE))
    for _ in range(60):
        days.look(network=False)
        days.now += MINUTE
    assert 5 <= len(days.done) <= 9


def test_fifty_desks_do_not_come_at_once() -> None:
    plan, begins = Plan(), datetime(2026, 11, 23, 2, 30, tzinfo=ZONE)
    minutes = Counter(night(plan, f"D{n}", begins).minute for n in range(50))
    assert max(minutes.values()) <= 5
    assert all(begins <= night(plan, f"D{n}", begins) <= begins + plan.spread for n in range(50))
    assert len({night(plan, "2F", begins + timedelta(days=n)).time() for n in range(9)}) > 5


def test_a_clock_that_was_ahead_stops_nothing() -> None:
    plan, ahead = Plan(), BEGUN + timedelta(days=300)
    assert due(plan, "2F", BEGUN, Kept(ahead, 0, ahead)) == "nightly"
    assert due(plan, "2F", BEGUN, Kept(ahead, 9, BEGUN)) == "small"
    assert not night_done(plan, BEGUN, Kept(ahead, 0, ahead))


def test_what_is_switched_off_is_never_due() -> None:
    off = Plan(nightly=None, every=timedelta())
    assert due(off, "2F", BEGUN, Kept()) == ""
    assert due(Plan(every=timedelta()), "2F", BEGUN, Kept(BEGUN, 0, BEGUN)) == ""
    assert due(Plan(nightly=None), "2F", BEGUN, Kept()) == "small"


def test_a_library_sets_it(tmp_path: Path) -> None:
    def said(text: str) -> Plan:
        (tmp_path / "desk.toml").write_text(f"[sync]\n{text}\n", "utf-8")
        return config.settings(tmp_path).sync

    assert said("") == Plan()
    assert said('nightly = "03:15"\nspread = 0\nevery = 1') == Plan(
        time(3, 15), timedelta(), MINUTE
    )
    assert said('nightly = ""').nightly is None
    for wrong in ('nightly = "25:00"', "nightly = 3", "every = -1", "every = true", "spread = 900"):
        refused("SettingWrong", said, wrong)
    refused("SettingUnknown", said, "hour = 3")
