"""The generated library: everything in it is what the rules would have written."""

import random
import sqlite3
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from db import doctor
from deskapp import (
    counts,
    demo,
    demo_people,
    demo_requests,
    endings,
    feedback,
    found_things,
    handovers,
    helper_files,
    helpers,
    lent_things,
    plans,
    profile,
    quarters,
    rankings,
    readers,
    request_lists,
    requests,
    results,
    rolls,
    seats,
    shifts,
    signers,
    spaces,
    staff,
)
from deskapp.demo_clock import WalkingClock
from deskapp.demo_lives import PLOTS
from deskapp.desk import Desk, Role, found_desk
from deskapp.endings import Ending
from deskapp.language import Language
from deskapp.requests import Question
from tests.library import correct_first
from tests.toys import ToyClock

NOW = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
"""a Friday, 10:30 in the library"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return demo.open_demo(tmp_path_factory.mktemp("demo"), clock=ToyClock(NOW))


def ask(desk: Desk, sql: str) -> list[Any]:
    with desk.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql)]


def count(desk: Desk, which: str) -> int:
    return request_lists.RequestList(desk, which).count()


def test_a_demo_is_made_once(tmp_path: Path) -> None:
    """How soon is measured in tests/bench."""
    clock = ToyClock(NOW)
    first = demo.open_demo(tmp_path, clock=clock)
    facts = ask(first, "SELECT count(*), max(id) FROM fact")
    first.close()
    clock.move(days=1)
    again = demo.open_demo(tmp_path, clock=clock)
    assert ask(again, "SELECT count(*), max(id) FROM fact") == facts
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    again.close()


def test_nothing_is_wrong_with_it(desk: Desk) -> None:
    assert doctor.examine(desk.ledger) == []


def test_what_stands_in_it(desk: Desk) -> None:
    assert ask(desk, "SELECT count(*) FROM reader") == [(1500,)]
    assert ask(desk, "SELECT count(*) FROM request") == [(120,)]
    departments = {each.departments[0] for each in staff.everybody(desk)}
    assert departments == set(desk.profile.departments)
    assert len(departments) == 9
    assert {each.role for each in staff.everybody(desk)} == set(Role)
    assert 5 <= count(desk, "mine") <= 20
    assert 2 <= count(desk, "offered") <= 8
    assert count(desk, "overdue") >= 2
    states = {row[0] for row in ask(desk, "SELECT back FROM request WHERE status = 'open'")}
    assert states == {None, "sent_back", "taken_back", "lapsed"}
    assert {row[0] for row in ask(desk, "SELECT outcome FROM request")} == {
        None, "done", "referred", "not_possible",
    }  # fmt: skip
    for sign in ("confirmed = 0", "reopened > 0", "backdated = 1", "scope IS NOT NULL"):
        assert ask(desk, f"SELECT count(*) FROM request WHERE {sign}") > [(0,)], sign


def test_its_seats_and_rooms_are_in_use(desk: Desk) -> None:
    """At half past ten; every seat that the profile draws is there, and whoever sits may."""
    drawn = sum(len(list(plans.seats(zone.plan))) for zone in desk.profile.zones.values())
    assert ask(desk, "SELECT count(*) FROM seat WHERE NOT removed") == [(drawn,)]
    here = dict(ask(desk, "SELECT status, count(*) FROM sitting GROUP BY status"))
    assert here["seated"] > 0.6 * drawn
    assert here["away"] > 20
    sitting = ask(desk, "SELECT DISTINCT patron, zone FROM sitting WHERE ended_at IS NULL")
    with desk.reading() as connection:
        for reader, zone in sitting:
            assert spaces.eligible(desk, connection, spaces.zone(desk, zone), reader)
    bookings = dict(ask(desk, "SELECT status, count(*) FROM booking GROUP BY status"))
    assert bookings.keys() == {"booked", "in_use", "over"}
    assert ask(desk, "SELECT count(*) FROM crossing") == [(0,)]
    ((away,),) = ask(desk, "SELECT patron FROM sitting WHERE status = 'away' LIMIT 1")
    assert seats.come_back(desk, away).seat
    assert ask(desk, "SELECT count(*) FROM violation GROUP BY status") == [(3,), (1,)]
    assert ask(desk, "SELECT count(*) FROM ban") == [(1,)]


def test_its_events_have_volunteers_results_and_feedback(desk: Desk, tmp_path: Path) -> None:
    states = Counter(
        each.state.value
        for each in helpers.between(desk, NOW - timedelta(days=90), NOW + timedelta(days=9))
    )
    assert states == {
        "done": 10, "leave": 2, "there": 3, "late_now": 1,
        "absent": 2, "absent_late": 1, "absent_early": 1,
    }  # fmt: skip
    (fixed,), (open_,) = (
        ask(desk, f"SELECT subject FROM event WHERE number = {number}") for number in (4, 28)
    )
    assert [each.rank for each in results.confirmed(desk, fixed[0])][:5] == [1, 2, 2, 4, 5]
    listed = results.standings(desk, open_[0])
    assert listed.confirmed_at is None
    assert listed.border is not None
    assert (listed.border.prize, listed.border.free) == ("excellence", 1)
    summary = feedback.of_event(desk, open_[0])
    assert (summary.count, len(summary.words)) == (25, 2)
    head = desk.signed_in(next(e for e in staff.everybody(desk) if e.role is Role.ADMINISTRATOR))
    for form in desk.profile.volunteers.forms:
        assert helper_files.export(head, tmp_path / "f.csv", Language(), form=form) == 10


def test_its_award_lists_are_in_every_state(desk: Desk) -> None:
    with desk.reading() as connection:
        ids = [str(row[0]) for row in connection.exec_driver_sql("SELECT subject FROM roll")]
    steps = [rolls.roll(desk, each).step.value for each in ids]
    assert steps == ["hand", "print", "issue", "issue"]
    papers = ask(desk, "SELECT reason, copies > 0, handed_at > 0 FROM certificate")
    assert Counter(each[0] for each in papers).keys() == {None, "withdrawn", "replaced"}
    assert {each[1:] for each in papers} == {(0, None), (1, None), (1, 1)}
    signers.open_key(desk, demo.PASSPHRASE)
    quarter = quarters.of(NOW.date()).moved(-1)
    first = rankings.by_loans(desk, quarter).lines[0]
    lines = rankings.lines_of(desk, "loans", quarter, first.reader.id)
    assert (first.rank, sum(each.amount for each in lines)) == (1, first.amount)


def test_nobody_sits_there_at_night(tmp_path: Path) -> None:
    made = found_desk(tmp_path, "ncst", "2F", "二层", demo.KEY, ToyClock(NOW + timedelta(hours=12)))
    demo.generate(made.ledger, made.profile, requests=40, readers=1200, spaces=True)
    assert ask(made, "SELECT count(*) FROM sitting") == [(0,)]
    assert ask(made, "SELECT count(*) FROM member") > [(500,)]
    made.close()


def test_its_facts_say_what_the_rules_say(desk: Desk, tmp_path: Path) -> None:
    """The same keys in open and private parts, kind by kind, as acts through the rules write."""
    clock = ToyClock(NOW)
    real = found_desk(tmp_path, "ncst", "2F", "二层", b"k" * 32, clock)
    staff.enter(real, staff.Entry("1", "甲", Role.ADMINISTRATOR, ("office",)))
    staff.enter_all(real.signed_in(staff.everybody(real)[0]), [
        staff.Entry("2", "乙", Role.SHIFT_LEAD, ("office",)),
    ])  # fmt: skip
    one, two = (real.signed_in(each) for each in staff.everybody(real))
    to = two.whoever().id

    def offered() -> str:
        logged = requests.log(one, Question("问"))
        handovers.hand_over(one, logged.id, to=to, reason="duty")
        return logged.id

    assert demo.notice(real, Language()) == ""  # no other desk tells a PIN
    handovers.accept(two, offered())
    handovers.send_back(two, offered(), "退")
    handovers.take_back(one, offered())
    lapsing = offered()
    clock.move(days=9)
    handovers.lapse(one)
    endings.close(one, lapsing, Ending("done", "答"))
    endings.reopen(one, lapsing, "又问")
    correct_first(two, lapsing, to)
    shapes = (
        "SELECT DISTINCT kind, (SELECT group_concat(key) FROM (SELECT key FROM json_each(data) "
        "ORDER BY key)), (SELECT group_concat(key) FROM (SELECT key FROM json_each(private) "
        "ORDER BY key)), private IS NULL, person IS NULL FROM fact WHERE kind LIKE 'request.%' "
        "AND scope IS NULL"
    )
    wanted = {row[0]: row for row in ask(real, shapes)}
    made: dict[str, set[Any]] = {}
    for row in ask(desk, shapes):
        made.setdefault(row[0], set()).add(row)
    assert {kind: {row} for kind, row in wanted.items() if kind in made} == made
    assert {
        "request.logged",
        "request.offered",
        "request.accepted",
        "request.closed",
    } <= made.keys()
    real.close()


def test_every_fact_happens_behind_the_one_before(desk: Desk) -> None:
    lines = ask(desk, "SELECT id, at FROM fact ORDER BY n")
    assert lines == sorted(lines)
    times = [at for _, at in lines]
    assert times == sorted(times)
    assert times[-1] <= "2026-11-20T02:30:00.000000Z"
    late = "SELECT count(*) FROM request WHERE logged_at <> received_at AND NOT backdated"
    assert ask(desk, late) == [(0,)]
    assert ask(desk, "SELECT count(*) FROM fact WHERE kind LIKE 'request.%' AND actor IS NULL "
               "AND kind <> 'request.lapsed'") == [(0,)]  # fmt: skip


def test_the_day_goes_on_in_it(desk: Desk, tmp_path: Path) -> None:
    """The demo is a desk like any other: its operator logs, hands over, closes; others sign in."""
    logged = requests.log(desk, Question("现在的一件"))
    top = ask(desk, "SELECT max(number) FROM request")[0][0]
    assert logged.number == f"{top:04d}"
    endings.close(desk, logged.id, Ending("done", "好"))
    assert staff.sign_in(desk, "1002", demo.PIN).whoever().name == "李静"
    assert "202611" in demo.notice(desk, Language("en"))
    assert len(readers.search(desk, "20")) == 20
    assert request_lists.search(desk, "座")


def test_the_same_seed_makes_the_same_library(tmp_path: Path) -> None:
    def content(name: str, seed: int) -> list[Any]:
        made = found_desk(tmp_path / name, "ncst", "2F", "二层", demo.KEY, ToyClock(NOW))
        demo.generate(made.ledger, made.profile, requests=40, readers=20, seed=seed)
        found = ask(made, "SELECT id, kind, at, data FROM fact ORDER BY n")
        made.close()
        return found

    first = content("a", 1)
    assert content("b", 1) == first
    assert content("c", 2) != first


@pytest.mark.parametrize("many", [40, 500])
def test_a_large_library_is_written_in_bulk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(demo_requests, "MANY", many)
    made = found_desk(tmp_path, "ncst", "2F", "二层", demo.KEY, ToyClock(NOW))
    seen: list[tuple[int, int]] = []
    demo.generate(
        made.ledger, made.profile, requests=1200, readers=50, days=60,
        progress=lambda done, total: seen.append((done, total)),
    )  # fmt: skip
    assert ask(made, "SELECT count(*) FROM request") == [(1200,)]
    assert seen == sorted(seen)
    assert seen[-1] == (1250, 1250)
    kinds = Counter(dict(ask(made, "SELECT kind, count(*) FROM fact GROUP BY kind")))
    assert {f"request.{kind}" for kind in ("lapsed", "first_corrected", "reopened")} <= kinds.keys()
    assert doctor.examine(made.ledger) == []
    made.close()


def test_any_profile_makes_a_library(tmp_path: Path) -> None:
    for name in profile.names():
        made = found_desk(tmp_path / name, name, "1", "", demo.KEY, ToyClock(NOW))
        demo.generate(made.ledger, made.profile, requests=60, readers=10)
        assert doctor.examine(made.ledger) == []
        made.close()


def test_a_demo_cut_short_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(done: int, _total: int) -> None:
        if done > 300:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo.open_demo(tmp_path, clock=ToyClock(NOW), progress=cut)
    assert list(tmp_path.iterdir()) == []
    demo.open_demo(tmp_path, clock=ToyClock(NOW)).close()


def test_ids_of_a_made_up_past_are_uuid7_and_rise() -> None:
    clock = WalkingClock(NOW, random.Random(1))
    ids = []
    for _ in range(500):
        ids += [clock.new_id() for _ in range(3)]
        clock.at += timedelta(milliseconds=1)
    assert ids == sorted(set(ids))
    assert all(len(id) == 36 and id[14] == "7" and id[19] in "89ab" for id in ids)
    assert int(ids[0][:8] + ids[0][9:13], 16) == NOW.timestamp() * 1000


def test_every_plot_begins_by_being_logged() -> None:
    assert {steps[0] for _, steps in PLOTS.values()} == {"logged", "backdated"}


def test_the_file_is_for_this_user_alone(desk: Desk) -> None:
    assert desk.ledger.store.path.stat().st_mode & 0o077 == 0
    with sqlite3.connect(desk.ledger.store.path) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    raw.close()


def test_a_shift_runs_and_the_last_one_left_word(desk: Desk) -> None:
    people = shifts.on_duty(desk)
    assert [each.digit for each in people] == [1, 2]
    assert people[0].id == desk.whoever().id
    (note,) = shifts.notes(desk)
    assert note.words == demo_people.contents()["left"]["note"]
    assert note.by not in {each.name for each in people}


def test_the_registers_are_not_empty(desk: Desk) -> None:
    things = found_things.things(desk)
    assert len(things) == 4
    assert [thing.owner is not None for thing in things].count(True) == 1
    assert len(lent_things.loans(desk)) == 4
    assert len(counts.of_day(desk, desk.now().date())) == 2
