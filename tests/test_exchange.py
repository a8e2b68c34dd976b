"""Exchange between desks: restores, clones, lost lines, odd facts, any order."""

import sqlite3
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import exchange as exchanges
from db.arrivals import new_epoch, take_in
from db.clock import after
from db.doctor import examine
from db.exchange import SLICE, exchange, slices
from db.facts import Fact, digest_of
from db.file_centre import FileCentre
from db.ledger import Ledger
from db.progress import nothing
from db.refusal import Refusal
from db.store import driver
from tests.clashing import open_clashes
from tests.meeting import CLASHES, LAMP, ORDER, copied, facts_in, reopened, same
from tests.shelf import desk, rows, spoil, switch
from tests.toys import ToyClock

pytestmark = pytest.mark.usefixtures("quick")


def test_what_one_desk_says_every_desk_knows(centre: FileCentre, a: Ledger, b: Ledger) -> None:
    switch(a, 1, 2)
    switch(b, 3)
    assert exchange(a, centre).pushed == 2
    summary = exchange(b, centre)
    assert (summary.pushed, summary.pulled) == (1, 2)
    exchange(a, centre)
    same(a, b)
    quiet = exchange(a, centre)
    assert (quiet.pushed, quiet.pulled, quiet.epochs, quiet.missing) == (0, 0, 0, 0)


def test_two_who_did_not_know_of_each_other_clash_until_somebody_settles(
    centre: FileCentre, a: Ledger, b: Ledger
) -> None:
    (one,) = switch(a, 1, to="on")
    (other,) = switch(b, 1, to="off")
    exchange(a, centre)
    exchange(b, centre)
    exchange(a, centre)
    assert rows(a, LAMP) == [("lamp:1", "off", "B", 2, None)]
    with a.store.reading() as connection:
        assert open_clashes(connection) == [("lamp:1", *sorted((one, other)))]
    with a.act("somebody") as act:
        said = {"pair": [one, other], "keep": one}
        settlement = act.record("clash.settled", "lamp:1", said).id
    assert rows(a, LAMP) == [("lamp:1", "on", "A", 1, None)]
    exchange(a, centre)
    exchange(b, centre)
    same(a, b)
    assert [settled for *_, settled in rows(b, CLASHES)] == [settlement]


def test_the_clocks_difference_rides_along(
    centre: FileCentre, clock: ToyClock, tmp_path: Path
) -> None:
    late = ToyClock(clock.at)
    late.move(minutes=-7)
    ledger = desk(tmp_path / "late.db", "L", late)
    switch(ledger, 1)
    assert exchange(ledger, centre).skew == 420_000
    assert rows(ledger, "SELECT skew FROM fact") == [(420_000,)]


def test_a_restored_desk_goes_on_in_a_new_epoch(
    centre: FileCentre, a: Ledger, b: Ledger, tmp_path: Path
) -> None:
    switch(a, 1)
    exchange(a, centre)
    switch(a, 2)
    a.store.backup(tmp_path / "backup.db")
    switch(a, 3)
    exchange(a, centre)
    a = reopened(a, tmp_path / "backup.db")
    with a.store.writing() as connection:
        assert new_epoch(driver(connection)) == 2
    switch(a, 4)
    summary = exchange(a, centre)
    assert (summary.pushed, summary.pulled, summary.epochs) == (2, 0, 0)
    exchange(b, centre)
    same(a, b)
    assert [row[0] for row in rows(b, LAMP)] == ["lamp:1", "lamp:2", "lamp:3", "lamp:4"]


def test_a_desk_restored_by_hand_finds_it_out(
    centre: FileCentre, a: Ledger, b: Ledger, tmp_path: Path
) -> None:
    switch(a, 1)
    a.store.backup(tmp_path / "backup.db")
    switch(a, 2)
    switch(a, 3)
    exchange(a, centre)
    a = reopened(a, tmp_path / "backup.db")
    switch(a, 4)
    summary = exchange(a, centre)
    assert (summary.epochs, summary.missing) == (1, 2)
    exchange(b, centre)
    same(a, b)
    assert rows(a, "SELECT count(*), max(pos) FROM fact") == [(4, 4)]


def test_a_clone_is_another_author(
    centre: FileCentre, a: Ledger, b: Ledger, tmp_path: Path
) -> None:
    switch(a, 1)
    twin = copied(a, tmp_path / "twin.db")
    (one,) = switch(a, 2, to="on")
    (other,) = switch(twin, 2, to="off")
    assert one != other
    exchange(a, centre)
    assert exchange(twin, centre).epochs == 1
    switch(a, 3)
    switch(twin, 4)
    for ledger in (a, twin, b, a):
        exchange(ledger, centre)
    same(a, twin, b)
    assert [row[1:3] for row in rows(b, CLASHES)] == [tuple(sorted((one, other)))]


def test_clones_that_begin_the_same_epoch_part_again(
    centre: FileCentre, a: Ledger, tmp_path: Path
) -> None:
    """What the faster one pushed in it is never taken for the other's own chain."""
    switch(a, 1)
    twin = copied(a, tmp_path / "twin.db")
    exchange(a, centre)
    centre.restored()
    switch(twin, 2)
    for ledger in (twin, a):  # each hears of the restore and begins its second
        exchange(ledger, centre)
    own = "SELECT epoch, seq FROM fact WHERE epoch = (SELECT epoch FROM place)"
    assert rows(a, own) == []
    switch(a, 3)
    assert rows(a, own) == [(3, 1)]
    for ledger in (a, twin, a):
        exchange(ledger, centre)
    same(a, twin)


def test_two_clones_that_were_faster_in_two_epochs_are_both_made_way_for(
    centre: FileCentre, a: Ledger, tmp_path: Path
) -> None:
    first, second = (copied(a, tmp_path / name) for name in ("first.db", "second.db"))
    switch(first, 1)
    switch(second, 2)
    exchange(first, centre)
    assert exchange(second, centre).epochs == 1
    switch(a, 3)
    exchanges.pull(a, centre, exchanges.Summary(), nothing)  # they went on meanwhile
    assert rows(a, "SELECT epoch FROM fact WHERE pos IS NULL") == [(3,)]
    for ledger in (a, first, second):
        exchange(ledger, centre)
    same(a, first, second)


def test_ids_of_clones_differ_though_both_know_one_from_the_future(
    clock: ToyClock, a: Ledger, tmp_path: Path
) -> None:
    clock.move(days=365)
    switch(a, 1)
    clock.move(days=-365)
    twin = copied(a, tmp_path / "twin.db")
    ours = {id for _ in range(20) for id in switch(a, 1)}
    assert not ours & {id for _ in range(20) for id in switch(twin, 1)}
    assert after("no id at all", "b") == "b"


def test_the_last_line_cut_off_is_found_and_comes_back(centre: FileCentre, a: Ledger) -> None:
    switch(a, 1, to="on")
    switch(a, 1, to="off")
    exchange(a, centre)
    before = rows(a, LAMP), rows(a, ORDER)
    assert spoil(a, "DELETE FROM fact WHERE n = (SELECT max(n) FROM fact)") == 1
    assert rows(a, LAMP) == before[0]  # its effect still shows
    summary = exchange(a, centre)
    assert (summary.missing, summary.epochs) == (1, 1)
    assert (rows(a, LAMP), rows(a, ORDER)) == before
    same(a)
    switch(a, 2)
    assert exchange(a, centre).missing == 0


def test_a_line_cut_off_before_it_was_pulled_back(centre: FileCentre, a: Ledger) -> None:
    switch(a, 1)

    class Deaf(FileCentre):
        def pull(self, desk: str, cursor: int, link: bytes, limit: int) -> tuple[list[Fact], int]:
            raise ConnectionError

    with pytest.raises(ConnectionError):
        exchange(a, Deaf(centre.path, a.clock))
    spoil(a, "DELETE FROM fact")
    switch(a, 2)  # behind the place that the centre has acknowledged
    assert rows(a, "SELECT seq FROM fact") == [(2,)]
    assert exchange(a, centre).missing == 1
    same(a)
    assert rows(a, "SELECT count(*) FROM fact") == [(2,)]


def test_a_page_pulled_before_another_exchange_went_on_is_dropped(
    centre: FileCentre, a: Ledger, b: Ledger
) -> None:
    """Two processes exchange for one store at once."""
    switch(b, 1)
    exchange(b, centre)

    class Slow(FileCentre):
        def pull(self, desk: str, cursor: int, link: bytes, limit: int) -> tuple[list[Fact], int]:
            page = super().pull(desk, cursor, link, limit)
            exchange(a, centre)
            return page

    switch(a, 1)
    assert exchange(a, Slow(centre.path, a.clock)).pulled == 0
    exchange(b, centre)
    same(a, b)


def test_facts_that_contradict_positions_are_refused(a: Ledger, b: Ledger) -> None:
    switch(b, 1)
    switch(b, 2)
    with b.store.reading() as connection:
        one, two = facts_in(connection)
    one.pos, two.pos = 1, 1
    for some, code in (([one, two], "CentreDisagrees"), ([two], "OrderDiffers")):
        with a.store.writing() as connection:
            raw = driver(connection)
            if some == [two]:
                two.pos = None
                take_in(raw, a.books, [one, two])
                two.pos = 1
            with pytest.raises(Refusal, match=code):
                take_in(raw, a.books, some)


def pushed_raw(centre: FileCentre, ledger: Ledger, change: dict[str, object]) -> None:
    """Spoil the last fact of a desk on its way: as a newer or a broken program would write it."""
    n = "(SELECT max(n) FROM fact)"
    for column, value in change.items():
        spoil(ledger, f"UPDATE fact SET {column} = ? WHERE n = {n}", value)
    with ledger.store.writing() as connection:
        raw = driver(connection)
        if "digest" not in change:
            digest = digest_of(facts_in(connection)[-1])
            raw.execute(f"UPDATE fact SET digest = ? WHERE n = {n}", (digest,))
        new_epoch(raw)
    exchange(ledger, centre)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kind": "lamp.dimmed"}, "unknown"),
        ({"version": 9}, "unknown"),
        ({"data": "{}"}, "malformed"),
        ({"data": "no JSON"}, "malformed"),
        ({"data": '{"to": ["on"]}'}, "malformed"),
        ({"subject": "kettle:1"}, "unknown"),
        ({"beyond": "?"}, None),
        ({"digest": bytes(32)}, "altered"),
    ],
)
def test_odd_facts_are_kept_and_stop_nobody(
    centre: FileCentre, a: Ledger, b: Ledger, change: dict[str, object], reason: str | None
) -> None:
    switch(b, 1, to="off")
    switch(b, 1, to="on")
    pushed_raw(centre, b, change)
    switch(b, 2)
    exchange(b, centre)
    exchange(a, centre)
    assert rows(a, "SELECT count(*) FROM fact") == [(3,)]
    assert [why for (why,) in rows(a, "SELECT reason FROM fault")] == ([reason] if reason else [])
    lamps = {row[0]: row[1] for row in rows(a, LAMP)}
    assert lamps == {"lamp:1": "off" if reason else "on", "lamp:2": "on"}
    before = rows(a, LAMP), rows(a, "SELECT * FROM fault")
    assert list(a.rebuild())
    assert (rows(a, LAMP), rows(a, "SELECT * FROM fault")) == before
    if reason == "unknown":
        held = str(rows(a, "SELECT subject FROM fault")[0][0])
        with a.act("somebody") as act, pytest.raises(Refusal, match="SubjectTooNew"):
            act.record("lamp.switched", held, {"to": "on"})


def test_a_private_part_that_was_not_sealed_is_nobodys_word(
    centre: FileCentre, a: Ledger, b: Ledger
) -> None:
    """Kept without it and folded: the same as where the fact arrives stripped."""
    with b.act("somebody") as act:
        act.record("lamp.named", "lamp:1", person="person:1", private={"name": "晨"})
    exchange(b, centre)
    raw = sqlite3.connect(centre.path)
    raw.execute("""UPDATE ledger SET private = '{"name":"forged"}'""")
    raw.commit()
    raw.close()
    exchange(a, centre)
    assert rows(a, "SELECT name FROM lamp") == [(None,)]
    assert rows(a, "SELECT private, salt FROM fact") == [(None, None)]
    assert [each.code for each in examine(a)] == ["PrivateMissing"]


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_order_of_upload_changes_no_clash(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("orders")
    clock = ToyClock()
    desks = [desk(folder / f"{code}.db", code, clock) for code in "ABC"]
    lamps = st.lists(st.integers(1, 3), min_size=1, max_size=3, unique=True)
    for _ in range(data.draw(st.integers(3, 8))):
        clock.move(seconds=1)
        switch(data.draw(st.sampled_from(desks)), *data.draw(lamps))
    found = []
    orders = list(permutations(range(3)))
    for number, order in enumerate(data.draw(st.permutations(orders))[:3]):
        centre = FileCentre(folder / f"centre{number}.db", clock)
        copies = [copied(each, folder / f"{number}-{i}.db") for i, each in enumerate(desks)]
        for index in (*order, *order):
            exchange(copies[index], centre)
        same(*copies)
        found.append(rows(copies[0], CLASHES))
        for each in copies:
            each.store.close()
        centre.close()
    assert found[0] == found[1] == found[2]


def test_slices_never_split_an_act(a: Ledger) -> None:
    with a.store.reading() as connection:
        assert list(slices(facts_in(connection))) == []
    for size in (SLICE - 1, 5, 150, 1):
        switch(a, *range(size))
    with a.store.reading() as connection:
        facts = facts_in(connection)
    assert [len(some) for some in slices(facts)] == [SLICE + 4, 150, 1]
    assert [fact for some in slices(facts) for fact in some] == facts
