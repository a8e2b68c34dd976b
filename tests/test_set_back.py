"""The centre is set back to a backup: announced, in silence, twice; another stands in its place."""

import itertools
from pathlib import Path

import pytest

from db.centre import Greeting, Hello
from db.doctor import examine
from db.exchange import agreed, exchange
from db.file_centre import FileCentre
from db.ledger import Ledger
from db.place import greeting
from db.refusal import Refusal
from tests.meeting import CLASHES, LAMP, keep, reopened, same, set_back
from tests.refusals import refused
from tests.shelf import desk, rows, switch
from tests.toys import ToyClock

pytestmark = pytest.mark.usefixtures("quick")


def test_a_centre_set_back_and_announced_gets_everything_again(
    centre: FileCentre, a: Ledger, b: Ledger, tmp_path: Path
) -> None:
    switch(a, 1)
    exchange(a, centre)
    keep(centre, tmp_path / "kept.db")
    switch(a, 2)
    exchange(a, centre)
    exchange(b, centre)
    set_back(centre, tmp_path / "kept.db")
    number = centre.restored()
    switch(b, 2)
    for ledger in (b, a, b):
        exchange(ledger, centre)
    same(a, b)
    assert rows(b, "SELECT timeline, forks FROM place") == [(number, f"[[{number}, 1]]")]
    # b knew a's switch, but by a position that means nothing any more: a clash too many
    assert len(rows(a, CLASHES)) == 1
    assert [desk for (desk,) in rows(a, "SELECT desk FROM fact ORDER BY pos")] == ["A", "B", "A"]


def test_a_centre_set_back_in_silence_is_noticed(
    centre: FileCentre, a: Ledger, b: Ledger, tmp_path: Path
) -> None:
    switch(a, 1)
    exchange(a, centre)
    keep(centre, tmp_path / "kept.db")
    switch(a, 2)
    exchange(a, centre)
    set_back(centre, tmp_path / "kept.db")
    for number in (3, 4, 5):  # meanwhile another desk fills the places
        switch(b, number)
        exchange(b, centre)
    before = rows(a, "SELECT * FROM fact"), rows(a, "SELECT * FROM place")
    with pytest.raises(Refusal) as refused:
        exchange(a, centre)
    assert (refused.value.code, refused.value.facts) == ("CentreSetBack", {"agreed": 1})
    assert (rows(a, "SELECT * FROM fact"), rows(a, "SELECT * FROM place")) == before
    assert (agreed(a, centre), agreed(b, centre)) == (1, 4)
    centre.restored(1)
    for ledger in (a, b, a):
        exchange(ledger, centre)
    same(a, b)
    assert [row[0] for row in rows(b, LAMP)] == [f"lamp:{n}" for n in range(1, 6)]


def test_a_set_back_is_noticed_where_all_is_pulled_again(
    centre: FileCentre, a: Ledger, b: Ledger, tmp_path: Path
) -> None:
    """A desk that is given more confidences begins at the front, where every centre's link fits."""
    switch(a, 1)
    switch(b, 9)
    exchange(a, centre)
    exchange(b, centre)
    keep(centre, tmp_path / "kept.db")
    switch(a, 2)
    exchange(a, centre)
    exchange(b, centre)
    set_back(centre, tmp_path / "kept.db")
    c = desk(tmp_path / "c.db", "C")
    switch(c, 3)
    exchange(c, centre)
    centre.handles("B", ["reading"])
    before = rows(b, "SELECT * FROM fact")
    with pytest.raises(Refusal) as refused:
        exchange(b, centre)
    assert (refused.value.code, refused.value.facts) == ("CentreSetBack", {"agreed": 2})
    assert rows(b, "SELECT * FROM fact") == before


def test_the_same_fact_at_the_same_place_does_not_make_the_same_order(
    centre: FileCentre, a: Ledger, b: Ledger, clock: ToyClock, tmp_path: Path
) -> None:
    """After a set back the places fill up again, the last one with the same fact as before."""
    c = desk(tmp_path / "c.db", "C", clock)
    keep(centre, tmp_path / "kept.db")
    switch(a, 1)
    a.store.backup(tmp_path / "a-before.db")
    switch(b, 2)
    exchange(b, centre)
    exchange(a, centre)
    exchange(c, centre)
    set_back(centre, tmp_path / "kept.db")
    a = reopened(a, tmp_path / "a-before.db")
    d = desk(tmp_path / "d.db", "D", clock)
    switch(d, 3)
    exchange(d, centre)
    exchange(a, centre)
    assert rows(a, "SELECT id FROM fact WHERE pos = 2") == rows(
        c, "SELECT id FROM fact WHERE pos = 2"
    )
    with pytest.raises(Refusal, match=r"CentreSetBack\(agreed=0\)"):
        exchange(c, centre)


def test_a_timeline_lost_by_a_later_restore_is_not_taken_for_another(
    centre: FileCentre, a: Ledger, b: Ledger, clock: ToyClock, tmp_path: Path
) -> None:
    for lamp in (1, 2):
        switch(a, lamp)
        exchange(a, centre)
        keep(centre, tmp_path / f"kept{lamp}.db")
    switch(a, 3)
    exchange(a, centre)
    exchange(b, centre)
    set_back(centre, tmp_path / "kept1.db")
    first = centre.restored()
    switch(b, 4)
    exchange(b, centre)
    exchange(a, centre)
    clock.move(hours=1)
    set_back(centre, tmp_path / "kept2.db")
    second = centre.restored()
    switch(b, 1)
    for ledger in (b, a, b, a):
        exchange(ledger, centre)
    same(a, b)
    assert first != second
    assert rows(a, "SELECT forks FROM place") == [(f"[[{second}, 2]]",)]


def test_another_centre_does_not_pass_for_ours(
    centre: FileCentre, a: Ledger, b: Ledger, tmp_path: Path
) -> None:
    switch(a, 1)
    exchange(a, centre)
    other = FileCentre(tmp_path / "other.db", a.clock)
    switch(b, 2)
    exchange(b, other)
    with pytest.raises(Refusal, match="CentreSetBack"):
        exchange(a, other)
    assert rows(a, "SELECT count(*) FROM fact") == [(1,)]


def test_no_second_centre_is_founded_by_a_slip(
    centre: FileCentre, a: Ledger, b: Ledger, clock: ToyClock, tmp_path: Path
) -> None:
    switch(a, 1)
    exchange(a, centre)
    centre.restored()
    exchange(a, centre)
    exchange(b, centre)
    before = rows(a, "SELECT * FROM fact"), rows(a, "SELECT * FROM place")
    other = FileCentre(tmp_path / "other.db", clock)
    with a.store.reading() as connection:
        said = greeting(connection)
    assert refused("CentreSetBack", exchange, a, other).facts == {"agreed": 0}
    assert (rows(a, "SELECT * FROM fact"), rows(a, "SELECT * FROM place")) == before
    assert other.hello(said).new
    assert not exchange(a, centre).set_back
    other.restored(0)  # now it is no slip: the library moves there
    switch(b, 2)
    for ledger in (a, b, a):
        exchange(ledger, other)
    same(a, b)
    other.close()


def test_two_centres_in_turn_behind_one_name(
    centre: FileCentre, a: Ledger, tmp_path: Path, clock: ToyClock
) -> None:
    switch(a, 1)
    exchange(a, centre)
    keep(centre, tmp_path / "other.db")
    other = FileCentre(tmp_path / "other.db", clock)
    for each in (centre, other):
        clock.move(seconds=1)
        each.restored()
    turns = itertools.cycle((centre.hello, other.hello))

    class Both(FileCentre):
        def hello(self, said: Greeting) -> Hello:
            return next(turns)(said)

    both = Both(tmp_path / "centre.db", clock)
    refused("CentresTwo", exchange, a, both)
    both.close()
    other.close()
    exchange(a, centre)
    assert examine(a) == []
