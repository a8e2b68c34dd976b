"""Closed matters past the horizon: rows stay at the desk, facts at the centre, and come when asked.

A lamp that was switched off is closed.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from db import exchange as exchange_module
from db import horizon, stick
from db.copy import Copy
from db.doctor import examine
from db.exchange import exchange
from db.file_centre import FileCentre
from db.ledger import Ledger
from db.restore import restore
from db.store import Store
from tests.horizons import ELSEWHERE, EVERYTHING, HORIZON, WORDS, rest
from tests.meeting import CLASHES, LAMP
from tests.refusals import refused
from tests.shelf import bytes_of, codes, desk, erase, name, rows, spoil, switch, with_lamps
from tests.toys import LAMPS, ToyClock

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def old(centre: FileCentre, a: Ledger, b: Ledger, clock: ToyClock) -> Iterator[Ledger]:
    """`a`, with lamps 1 to 3 switched off long ago, 4 on, 5 off lately; `b` knows all that."""
    name(a, 1, "p1", WORDS)
    name(a, 2, "p2", "others")
    switch(a, 1, 2, 3, 4)
    exchange(a, centre)
    exchange(b, centre)
    switch(b, 1, 2, 3, to="off")
    exchange(b, centre)
    clock.move(days=401)
    switch(b, 5, to="off")
    for ledger in (b, a):
        exchange(ledger, centre)
    yield a
    for ledger in (a, b):
        assert codes(examine(ledger)) <= {"FactFault"}
        ledger.store.close()


def test_what_is_closed_and_old_goes_and_its_rows_stay(old: Ledger, centre: FileCentre) -> None:
    before, lines = rows(old, LAMP), rows(old, EVERYTHING)
    assert (rest(old), rest(old)) == (3, 0)
    assert rows(old, ELSEWHERE) == [("lamp:1",), ("lamp:2",), ("lamp:3",)]
    assert rows(old, LAMP) == before
    assert WORDS not in str(rows(old, EVERYTHING))
    assert list(old.rebuild())
    assert rows(old, LAMP) == before
    assert examine(old) == []
    quiet = exchange(old, centre)
    assert (quiet.pushed, quiet.pulled, quiet.fetched) == (0, 0, 0)
    assert horizon.fetch(old, centre, ["lamp:1", "lamp:3", "lamp:4", "lamp:9"]) == 2
    assert horizon.fetch(old, centre, ["lamp:2"]) == 1
    assert (rows(old, EVERYTHING), rows(old, LAMP)) == (lines, before)
    assert rest(old) == 3


def test_a_confidence_handed_on_does_not_come_back_with_its_course(
    a: Ledger, b: Ledger, centre: FileCentre, clock: ToyClock
) -> None:
    """The centre gives it to its author again, who has dropped it."""
    centre.handles("A", ["reading"])
    exchange(a, centre)
    with a.act("somebody") as act:
        act.record("lamp.switched", "lamp:1", {"to": "off"})
        private = {"name": WORDS}
        act.record("lamp.named", "lamp:1", person="p1", private=private, scope="reading")
    exchange(a, centre)
    clock.move(days=401)
    assert rest(a) == 1
    centre.handles("A", [])
    centre.handles("B", ["reading"])
    for ledger in (b, b, a):
        exchange(ledger, centre)
    horizon.fetch(a, centre, ["lamp:1"])
    assert rows(a, ELSEWHERE) == []
    assert (rows(a, LAMP)[0][4], rows(b, LAMP)[0][4]) == (None, WORDS)
    assert WORDS not in str(rows(a, EVERYTHING))


def test_the_centre_is_not_told_that_whoever_fetches_is_far_behind(
    old: Ledger, b: Ledger, centre: FileCentre
) -> None:
    rest(old)
    horizon.fetch(old, centre, ["lamp:1"])
    (top,) = rows(old, "SELECT cursor FROM place")[0]
    assert centre._raw.execute("SELECT pos FROM standing WHERE desk = 'A'").fetchone() == (top,)


def _spoilt(sql: str) -> Callable[[Ledger, ToyClock], object]:
    return lambda ledger, clock: spoil(ledger, sql)


STAYS: dict[str, Callable[[Ledger, ToyClock], object]] = {
    "a fact behind the horizon": lambda ledger, clock: switch(ledger, 1, to="off"),
    "what is not off": lambda ledger, clock: clock.move(days=-3),
    "a fault": _spoilt("INSERT INTO fault SELECT id, subject, 'unknown' FROM fact"),
    "altered": _spoilt("UPDATE fact SET actor = 'nobody'"),
    "other rows": _spoilt("UPDATE lamp SET by = 'Z'"),
    "a gap": _spoilt("UPDATE fact SET pos = 7"),
    "behind the cursor": _spoilt("UPDATE place SET cursor = 0, cursor_link = NULL"),
}


@pytest.mark.parametrize("why", STAYS)
def test_what_stays(a: Ledger, centre: FileCentre, clock: ToyClock, why: str) -> None:
    switch(a, 1, to="on" if why == "what is not off" else "off")
    exchange(a, centre)
    clock.move(days=401)
    STAYS[why](a, clock)
    assert (rest(a), rows(a, ELSEWHERE)) == (0, [])


def test_a_clash_stays_until_it_is_settled(
    a: Ledger, b: Ledger, centre: FileCentre, clock: ToyClock
) -> None:
    (one,), (other,) = switch(a, 1, to="off"), switch(b, 1, to="off")
    for ledger in (a, b, a):
        exchange(ledger, centre)
    clock.move(days=401)
    assert rest(b) == 0
    with a.act("somebody") as act:
        act.record("clash.settled", "lamp:1", {"pair": [one, other], "keep": one})
    for ledger in (a, b):
        exchange(ledger, centre)
        assert rest(ledger) == 0
    clock.move(days=401)
    for ledger in (a, b):
        assert rest(ledger) == 1
        assert rows(ledger, CLASHES) != []
        assert examine(ledger) == []


def test_what_came_late_to_the_centre_has_not_been_there_for_long(
    a: Ledger, centre: FileCentre, tmp_path: Path, clock: ToyClock
) -> None:
    """However old it says it is: the centre's backups may not have it yet."""
    silent = desk(tmp_path / "c.db", "C", clock)
    switch(silent, 1, to="off")
    clock.move(days=401)
    switch(a, 2)
    for ledger in (a, silent, a):
        exchange(ledger, centre)
    assert rest(a) == 0
    clock.move(days=401)
    assert rest(a) == 1


def test_a_clock_far_ahead_keeps_nothing_here_and_lets_nothing_go(
    a: Ledger, b: Ledger, centre: FileCentre, tmp_path: Path, clock: ToyClock
) -> None:
    ahead = desk(tmp_path / "c.db", "C", ToyClock(clock.at + timedelta(days=9000)))
    switch(ahead, 9)
    exchange(ahead, centre)
    switch(a, 1, to="off")
    exchange(a, centre)
    clock.move(days=401)
    exchange(a, centre)
    switch(a, 2, to="off")  # behind an id of the years to come
    exchange(a, centre)
    assert (rest(a), rows(a, ELSEWHERE)) == (1, [("lamp:1",)])
    for ledger in (a, b, ahead):
        ledger.store.close()


def test_a_late_fact_waits_until_the_rest_has_been_fetched(
    old: Ledger, b: Ledger, centre: FileCentre, tmp_path: Path
) -> None:
    rest(old)
    before = rows(old, LAMP)
    switch(b, 1, to="on")
    stick.write(b, tmp_path / "stick")
    stick.read(old, tmp_path / "stick")
    assert rows(old, "SELECT subject, reason FROM fault") == [("lamp:1", "waiting")]
    assert list(old.rebuild())
    assert rows(old, LAMP) == before
    refused("CourseAtCentre", switch, old, 1)
    assert codes(examine(old)) == {"FactFault"}
    exchange(b, centre)
    assert exchange(old, centre).fetched == 1
    exchange(b, centre)
    assert rows(old, LAMP) == rows(b, LAMP) != before
    assert rows(old, "SELECT * FROM fault") == []
    assert rest(old) == 0
    switch(old, 1)


def test_a_late_fact_that_clashes_is_found_to(
    old: Ledger, b: Ledger, centre: FileCentre, tmp_path: Path, clock: ToyClock
) -> None:
    silent = desk(tmp_path / "c.db", "C", clock)
    switch(silent, 2)
    rest(old)
    rest(b)
    for ledger in (silent, old, b):
        exchange(ledger, centre)
    for ledger in (old, b):
        exchange(ledger, centre)
        assert rows(ledger, CLASHES) == rows(silent, CLASHES) != []
        assert rows(ledger, LAMP) == rows(silent, LAMP)
    silent.store.close()


def test_erasing_reaches_the_rows_of_what_is_dormant(
    old: Ledger, b: Ledger, centre: FileCentre
) -> None:
    for ledger in (old, b):
        rest(ledger)
    erase(b, "p1")
    assert (rows(b, LAMP)[0][4], rows(b, LAMP)[1][4]) == (None, "others")
    assert WORDS.encode() not in bytes_of(b.store.path)
    for ledger in (b, old):
        exchange(ledger, centre)
        exchange(ledger, centre)
        assert WORDS.encode() not in bytes_of(ledger.store.path)
        assert examine(ledger) == []
    assert rows(old, LAMP) == rows(b, LAMP)
    assert WORDS.encode() not in bytes_of(centre.path)
    assert rest(old) == 1


def test_what_is_fetched_of_whom_the_centre_does_not_know_to_be_erased(
    old: Ledger, centre: FileCentre
) -> None:
    rest(old)
    erase(old, "p1")
    assert horizon.fetch(old, centre, ["lamp:1"]) == 1
    assert (rows(old, LAMP)[0][4], WORDS in str(rows(old, EVERYTHING))) == (None, False)


def test_the_doctor_does_not_miss_the_words_of_an_erasure_that_is_on_its_way(
    old: Ledger, b: Ledger, centre: FileCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fetched, or pulled by an exchange that was cut, before this desk has heard of it."""
    rest(old)
    name(b, 4, "p3", WORDS)
    name(b, 6, "p4", "others")
    switch(b, *range(10, 20))
    erase(b, "p1")
    erase(b, "p3")
    exchange(b, centre)
    assert horizon.fetch(old, centre, ["lamp:1"]) == 1
    assert (rows(old, LAMP)[0][4], examine(old)) == (None, [])
    monkeypatch.setattr(exchange_module, "SLICE", 2)
    with pytest.raises(KeyboardInterrupt):
        exchange(old, centre, stop)
    assert rows(old, LAMP)[3][4] is None
    assert examine(old) == []
    exchange(old, centre)
    assert examine(old) == []
    ((words, salt),) = rows(old, "SELECT private, salt FROM fact WHERE person = 'p4'")
    sets = "UPDATE fact SET private = ?, salt = ? WHERE person = 'p4'"
    spoil(old, sets, None, None)
    assert "PrivateMissing" in codes(examine(old))
    spoil(old, sets, words, salt)


def stop(what: str, done: int) -> None:
    if done:
        raise KeyboardInterrupt


def test_a_subject_of_two_persons_keeps_the_words_of_the_other(
    a: Ledger, b: Ledger, centre: FileCentre, clock: ToyClock
) -> None:
    name(a, 1, "p1", WORDS)
    name(a, 1, "p2", "others")
    switch(a, 1, to="off")
    exchange(a, centre)
    clock.move(days=401)
    assert rest(a) == 1
    erase(a, "p1")
    assert rows(a, LAMP)[0][4] is None  # nobody knows here whose words they were
    assert exchange(a, centre).fetched == 1
    assert rows(a, LAMP)[0][4] == "others"
    assert (rest(a), examine(a)) == (1, [])


def test_cut_short_it_goes_on(old: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(horizon, "PAGE", 4)
    monkeypatch.setattr(horizon, "SLICE", 1)

    with pytest.raises(KeyboardInterrupt):
        horizon.put_to_rest(old, old.clock.now(), HORIZON, stop)
    begun = len(rows(old, ELSEWHERE))
    assert 0 < begun < 3
    assert examine(old) == []
    assert rest(old) == 3 - begun


def test_folds_of_another_revision_read_it_again(old: Ledger, centre: FileCentre) -> None:
    old.learn(1)
    rest(old)
    right = rows(old, LAMP)
    old.learn(2)
    spoil(old, "UPDATE lamp SET by = 'as it was folded then'")
    assert exchange(old, centre).fetched == 3
    assert rows(old, LAMP)[:3] == right[:3]
    spoil(old, "UPDATE lamp SET by = 'B' WHERE by LIKE 'as %' AND subject = 'lamp:5'")
    list(old.rebuild())


def test_damage_is_named_and_not_taken_for_the_horizon(old: Ledger) -> None:
    rest(old)
    for sql in (
        "UPDATE lamp SET by = 'Z' WHERE subject = 'lamp:2'",
        "DELETE FROM lamp WHERE subject = 'lamp:2'",
        *(
            f"UPDATE fact SET {column} = 'x' WHERE subject = 'lamp:2'"
            for column in ("kind", "at", "person", "scope")
        ),
    ):
        kept = old.store.path.with_name("kept.db")
        old.store.backup(kept)
        spoil(old, sql)
        assert codes(examine(old)) == {"DormantWrong"}
        old.store.close()
        old.store.path.write_bytes(kept.read_bytes())
        kept.unlink()
    spoil(old, f"UPDATE fact SET data = '' WHERE id = ({'SELECT max(id) FROM fact'})")
    assert "DigestWrong" in codes(examine(old))
    spoil(old, 'UPDATE fact SET data = \'{"to":"off"}\' WHERE id = (SELECT max(id) FROM fact)')


def test_what_the_centre_has_otherwise_stops_nothing(
    old: Ledger, b: Ledger, centre: FileCentre
) -> None:
    rest(old)
    centre._raw.execute("UPDATE ledger SET data = '{}' WHERE subject = 'lamp:1'")
    assert horizon.fetch(old, centre, ["lamp:1", "lamp:2"]) == 1
    assert rows(old, ELSEWHERE) == [("lamp:1",), ("lamp:3",)]


def test_backups_and_the_second_copy(
    old: Ledger,
    centre: FileCentre,
    clock: ToyClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_lamps(monkeypatch)
    before = rows(old, LAMP)
    whole = Copy(old, tmp_path / "whole.db")
    whole.begin()
    rest(old)
    empty = Copy(old, tmp_path / "empty.db")
    empty.begin()
    whole.catch_up()
    assert examine(old, whole.path) == examine(old, empty.path) == []
    horizon.fetch(old, centre, ["lamp:1"])
    assert examine(old, whole.path) == examine(old, empty.path) == []
    rest(old)
    old.store.backup(tmp_path / "backup.db")
    for source, missing in ((whole.path, 0), (empty.path, 3), (tmp_path / "backup.db", 0)):
        target = tmp_path / f"restored.{source.name}"
        assert restore(source, target, [LAMPS], clock).findings == []
        again = Ledger(Store(target), [LAMPS], clock)
        assert len(rows(again, LAMP)) == len(before) - missing
        assert exchange(again, centre).fetched == missing
        assert rows(again, LAMP) == before
        assert examine(again) == []
        again.store.close()
    erase(old, "p1")
    for copy in (whole, empty):
        copy.catch_up()
        assert WORDS.encode() not in bytes_of(copy.path)
        assert examine(old, copy.path) == []


def test_the_second_copy_keeps_confidences_too(
    a: Ledger, centre: FileCentre, clock: ToyClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_lamps(monkeypatch)
    centre.handles("A", ["reading"])
    with a.act("somebody") as act:
        private = {"name": WORDS}
        act.record("lamp.named", "lamp:1", person="p1", private=private, scope="reading")
    switch(a, 1, to="off")
    exchange(a, centre)
    copy = Copy(a, tmp_path / "copy.db")
    copy.begin()
    clock.move(days=401)
    assert rest(a) == 1
    copy.catch_up()
    assert WORDS.encode() in bytes_of(copy.path)
    assert examine(a, copy.path) == []
