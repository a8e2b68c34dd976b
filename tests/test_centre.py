"""The centre's contract, over every centre there is."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol, cast

import pytest

from db.arrivals import new_epoch, standing
from db.centre import ASTRAY, Centre, Greeting, linked
from db.exchange import _unsent, exchange
from db.facts import GENESIS, Fact, chained
from db.file_centre import FileCentre
from db.ledger import Ledger
from db.refusal import Refusal
from db.store import driver
from db.stretch import whole
from tests.meeting import same
from tests.postgres import Roles
from tests.shelf import KEY, MARK, bytes_of, desk, erase, name, rows, switch
from tests.simulation.troubles import quick_disk
from tests.toys import ToyClock


class Restorable(Centre, Protocol):
    """A centre that can be told that it was set back."""

    def restored(self, fork: int | None = None) -> int: ...

    def close(self) -> None: ...


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with quick_disk():
        yield


@pytest.fixture(params=["file", "postgres"])
def centre(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Restorable]:
    """Each kind of centre, empty. Another kind joins here."""
    kinds: dict[str, Callable[[], Restorable]] = {
        "file": lambda: FileCentre(tmp_path / "centre.db", ToyClock()),
        "postgres": lambda: Roles(request.getfixturevalue("server"), ToyClock()),
    }
    centre = kinds[request.param]()
    yield centre
    centre.close()


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return desk(tmp_path / "a.db", "A", ToyClock())


def unsent(ledger: Ledger) -> list[Fact]:
    return [*_unsent(ledger, whole)[3]]


def code_of(refused: pytest.ExceptionInfo[Refusal]) -> str:
    return refused.value.code


def test_a_push_gives_positions_in_order(centre: Restorable, ledger: Ledger) -> None:
    switch(ledger, 1, 2)
    switch(ledger, 3)
    facts = unsent(ledger)
    receipts = centre.push("A", 1, GENESIS, facts, skew=250)
    assert [(r.seq, r.id, r.pos, r.chain) for r in receipts] == [
        (f.seq, f.id, n, f.chain) for n, f in enumerate(facts, 1)
    ]
    pulled, cursor = centre.pull("B", 0, GENESIS, 10)
    assert cursor == 3
    assert [(f.id, f.pos, f.skew, f.digest) for f in pulled] == [
        (f.id, n, 250, f.digest) for n, f in enumerate(facts, 1)
    ]


def test_a_push_again_gives_the_same_receipts(centre: Restorable, ledger: Ledger) -> None:
    switch(ledger, 1, 2, 3)
    facts = unsent(ledger)
    first = centre.push("A", 1, GENESIS, facts, 0)
    assert centre.push("A", 1, GENESIS, facts, 0) == first
    assert facts[0].chain is not None
    assert centre.push("A", 1, facts[0].chain, facts[1:], 0) == first[1:]
    assert len(centre.pull("A", 0, GENESIS, 10)[0]) == 3


def test_the_same_fact_in_another_epoch_keeps_its_position(
    centre: Restorable, ledger: Ledger
) -> None:
    switch(ledger, 1, 2)
    first = centre.push("A", 1, GENESIS, unsent(ledger), 0)
    with ledger.store.writing() as connection:
        new_epoch(driver(connection))
    switch(ledger, 3)
    again = centre.push("A", 2, GENESIS, unsent(ledger), 0)
    assert [(r.id, r.pos) for r in again[:2]] == [(r.id, r.pos) for r in first]
    assert again[2].pos == 3
    assert (
        centre.hello(Greeting("A", 1, MARK)).head,
        centre.hello(Greeting("A", 2, MARK)).head,
    ) == (2, 3)
    assert centre.hello(Greeting("A", 1, MARK)).epoch == 2


def test_a_known_id_keeps_its_content(centre: Restorable, ledger: Ledger) -> None:
    switch(ledger, 1)
    (first,) = unsent(ledger)
    centre.push("A", 1, GENESIS, [first], 0)
    chain = chained(first.chain or b"", "A", 1, 2, bytes(32))
    other = replace(first, seq=2, digest=bytes(32), chain=chain)
    with pytest.raises(Refusal) as refused:
        centre.push("A", 1, first.chain or b"", [other], 0)
    assert (code_of(refused), refused.value.facts) == ("IdTaken", {"id": first.id})
    assert centre.hello(Greeting("A", 1, MARK)).head == 1


def test_whoever_was_first_keeps_an_id(centre: Restorable, ledger: Ledger) -> None:
    """A claim of another desk's is refused, or stands behind it: the contract leaves it open."""
    switch(ledger, 1)
    (first,) = unsent(ledger)
    centre.push("A", 1, GENESIS, [first], 0)
    chain = chained(GENESIS, "B", 1, 1, bytes(32))
    claim = replace(first, desk="B", act=first.id, seq=1, digest=bytes(32), chain=chain)
    said: object
    try:
        said = [receipt.pos for receipt in centre.push("B", 1, GENESIS, [claim], 0)]
    except Refusal as refusal:
        said = refusal.code, refusal.facts
    assert said in ([2], ("IdTaken", {"id": first.id}))
    facts, _ = centre.pull("A", 0, GENESIS, 10)
    assert (facts[0].id, facts[0].desk, facts[0].digest) == (first.id, "A", first.digest)
    assert {fact.desk for fact in facts[1:]} <= {"B"}


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda facts: facts[1:], "Gap"),
        (lambda facts: [facts[0], facts[2]], "Gap"),
        (lambda facts: [_changed(facts[0], digest=bytes(32)), *facts[1:]], "ChainBroken"),
        (lambda facts: [facts[0], _changed(facts[1], chain=bytes(32)), facts[2]], "ChainBroken"),
        (lambda facts: [_changed(facts[0], desk="B"), *facts[1:]], "NotYours"),
    ],
)
def test_a_push_is_taken_whole_or_not_at_all(
    centre: Restorable,
    ledger: Ledger,
    spoil: Callable[[list[Fact]], list[Fact]],
    code: str,
) -> None:
    switch(ledger, 1, 2, 3)
    facts = unsent(ledger)
    with pytest.raises(Refusal) as refused:
        centre.push("A", 1, GENESIS, spoil(facts), 0)
    assert code_of(refused) == code
    assert centre.pull("A", 0, GENESIS, 10) == ([], 0)
    assert centre.hello(Greeting("A", 1, MARK)).head == 0


def _changed(fact: Fact, **values: object) -> Fact:
    return Fact(**{name: getattr(fact, name) for name in Fact.__slots__} | values)


def test_another_chain_at_a_known_place_is_a_fork(
    centre: Restorable, ledger: Ledger, tmp_path: Path
) -> None:
    twin = desk(tmp_path / "twin.db", "A")
    switch(ledger, 1)
    switch(twin, 2)
    centre.push("A", 1, GENESIS, unsent(ledger), 0)
    for previous, facts in ((GENESIS, unsent(twin)), (bytes(31) + b"x", unsent(twin))):
        with pytest.raises(Refusal) as refused:
            centre.push("A", 1, previous, facts, 0)
        assert code_of(refused) == "Fork"
    switch(twin, 3)
    facts = unsent(twin)
    assert facts[0].chain is not None
    with pytest.raises(Refusal) as refused:
        centre.push("A", 1, facts[0].chain, facts[1:], 0)
    assert code_of(refused) == "Fork"
    assert centre.hello(Greeting("A", 1, MARK)).head == 1


def test_a_pull_never_splits_an_act(centre: Restorable, ledger: Ledger) -> None:
    for _ in range(3):
        switch(ledger, 1, 2, 3)
    centre.push("A", 1, GENESIS, unsent(ledger), 0)
    for limit, want in ((1, 3), (3, 3), (4, 6), (9, 9), (99, 9)):
        facts, cursor = centre.pull("B", 0, GENESIS, limit)
        assert (len(facts), cursor) == (want, want)


def test_a_pull_goes_on_only_where_it_came_from(centre: Restorable, ledger: Ledger) -> None:
    switch(ledger, 1, 2, 3)
    centre.push("A", 1, GENESIS, unsent(ledger), 0)
    facts, _ = centre.pull("B", 0, GENESIS, 10)
    link = linked(linked(GENESIS, facts[0].id, facts[0].digest), facts[1].id, facts[1].digest)
    assert [f.pos for f in centre.pull("B", 2, link, 10)[0]] == [3]
    for cursor, wrong in ((2, linked(GENESIS, facts[1].id, facts[1].digest)), (1, link), (4, link)):
        with pytest.raises(Refusal) as refused:
            centre.pull("B", cursor, wrong, 10)
        assert code_of(refused) == "OrderDiffers"


def test_restores_are_timelines_of_their_own(centre: Restorable, ledger: Ledger) -> None:
    switch(ledger, 1, 2, 3)
    centre.push("A", 1, GENESIS, unsent(ledger), 0)
    assert (
        centre.hello(Greeting("A", 1, MARK)).timeline,
        centre.hello(Greeting("A", 1, MARK)).forks,
    ) == (1, [])
    one = centre.restored()
    two = centre.restored(2)
    three = centre.restored(99)
    assert 1 < one < two < three
    hello = centre.hello(Greeting("A", 1, MARK))
    assert (hello.timeline, hello.forks) == (three, [[one, 3], [two, 2], [three, 3]])


def test_the_first_desk_founds_the_library_and_others_join_it(
    centre: Restorable, ledger: Ledger
) -> None:
    with pytest.raises(Refusal) as refused:
        centre.hello(Greeting("B", 1, ""))
    assert code_of(refused) == "CentreEmpty"
    assert centre.hello(Greeting("A", 1, MARK)).new
    said = centre.hello(Greeting("A", 1, MARK, key=KEY))
    assert (said.new, said.key) == (False, None)
    assert centre.hello(Greeting("B", 1, "")).key == KEY
    assert centre.hello(Greeting("B", 1, MARK)).key is None
    with pytest.raises(Refusal) as refused:
        centre.hello(Greeting("B", 1, "of another", key=b"another"))
    assert code_of(refused) == "CentreOfAnother"


def test_hello_says_where_everybody_stands(centre: Restorable, ledger: Ledger) -> None:
    switch(ledger, 1, 2)
    exchange(ledger, centre)
    (first, *_), _ = centre.pull("B", 0, GENESIS, 1)
    link = linked(GENESIS, first.id, first.digest)
    said = centre.hello(Greeting("B", 1, MARK, 1, link=link))
    with ledger.store.reading() as connection:
        end = standing(driver(connection))
    assert (said.top, said.link, said.fits) == (*end, True)
    assert said.standings["A"] == 2
    assert centre.hello(Greeting("A", 1, MARK, 2, link=end[1])).standings["B"] == 1


@pytest.mark.parametrize("filled", [0, 2])
def test_nothing_is_pushed_into_a_centre_that_was_set_back(
    centre: Restorable, ledger: Ledger, tmp_path: Path, filled: int
) -> None:
    """Not by a desk that can know it. Who says so without a fork is told that it is too late."""
    b = desk(tmp_path / "b.db", "B", ToyClock())
    for each in (ledger, b):
        switch(each, 1)
        exchange(each, centre)
    exchange(ledger, centre)
    set_back(centre, 1)
    c = desk(tmp_path / "c.db", "C", ToyClock())
    for number in range(filled):
        switch(c, number + 3)
        exchange(c, centre)
    switch(ledger, 2)
    for _ in range(2):
        with pytest.raises(Refusal, match=r"CentreSetBack\(agreed=1\)"):
            exchange(ledger, centre)
    said = centre.hello(Greeting("C", 1, MARK))
    assert (said.top, said.standings["A"]) == (1 + filled, ASTRAY)
    with pytest.raises(Refusal, match=r"ForkUnsaid\(desks=A\)"):
        centre.restored()
    centre.restored(1)
    for each in (ledger, b, c, ledger, b):
        exchange(each, centre)
    same(ledger, b)
    assert len(rows(ledger, "SELECT 1 FROM fact WHERE pos > 0")) == 3 + filled
    assert centre.hello(Greeting("C", 1, MARK)).standings["A"] == 3 + filled
    centre.restored()


def set_back(centre: Restorable, pos: int) -> None:
    if isinstance(centre, Roles):
        centre.set_back(pos)
    elif isinstance(centre, FileCentre):
        for table in ("ledger", "receipt"):
            centre._raw.execute(f"DELETE FROM {table} WHERE pos > ?", (pos,))


class Counting:
    """A centre, and what it was asked."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.asked: Counter[str] = Counter()

    def __getattr__(self, name: str) -> object:
        self.asked[name] += name != "packed"  # which asks nothing
        return getattr(self.centre, name)


def test_where_nothing_is_to_do_hello_is_all(centre: Restorable, ledger: Ledger) -> None:
    switch(ledger, 1)
    exchange(ledger, centre)
    counting = Counting(centre)
    exchange(ledger, cast(Centre, counting))
    assert +counting.asked == {"hello": 1}


def test_the_erased_stay_erased_at_the_centre(
    centre: Restorable, ledger: Ledger, tmp_path: Path
) -> None:
    late = desk(tmp_path / "b.db", "B")
    name(late, 1, "reader:1", "late-secret")
    name(late, 2, "reader:2", "kept-secret")
    name(ledger, 1, "reader:1", "early-secret")
    exchange(ledger, centre)
    erase(ledger, "reader:1")
    exchange(ledger, centre)
    centre.push("B", 1, GENESIS, unsent(late), 0)
    facts, _ = centre.pull("A", 0, GENESIS, 10)
    private = {f.private for f in facts if f.kind == "lamp.named"}
    assert private == {None, '{"name":"kept-secret"}'}
    assert {f.salt is None for f in facts if f.person == "reader:1"} == {True}
    assert all(f.seal is not None for f in facts if f.kind == "lamp.named")
    if isinstance(centre, FileCentre):
        content = bytes_of(centre.path)
        assert b"kept-secret" in content
        assert b"late-secret" not in content
        assert b"early-secret" not in content


def test_no_page_of_the_centre_keeps_what_was_erased(tmp_path: Path) -> None:
    """Pages that were split and joined on the way leave nothing behind."""
    centre = FileCentre(tmp_path / "centre.db", ToyClock())
    ledger = desk(tmp_path / "a.db", "A", ToyClock())
    for number in range(150):
        for person in (1, 2, 3):
            text = f"secret-of-{person}-" + "x" * (number * 37 % 900)
            name(ledger, number, f"reader:{person}", text)
    exchange(ledger, centre)
    for person in (2, 1):
        erase(ledger, f"reader:{person}")
        exchange(ledger, centre)
    for path in (centre.path, ledger.store.path):
        content = bytes_of(path)
        assert b"secret-of-3" in content
        assert b"secret-of-1" not in content, path.name
        assert b"secret-of-2" not in content, path.name


def test_a_centre_is_no_other_file(tmp_path: Path, ledger: Ledger) -> None:
    before = ledger.store.path.read_bytes()
    with pytest.raises(Refusal) as refusal:
        FileCentre(ledger.store.path, ToyClock())
    assert code_of(refusal) == "StoreForeign"
    assert ledger.store.path.read_bytes() == before
    with pytest.raises(Refusal) as refusal:
        FileCentre(tmp_path / "nowhere" / "centre.db", ToyClock())
    assert code_of(refusal) == "StoreGone"
    centre = tmp_path / "centre.db"
    FileCentre(centre, ToyClock()).close()
    FileCentre(centre, ToyClock()).close()
    if os.name == "posix":
        assert centre.stat().st_mode & 0o077 == 0


def test_centres_keep_what_they_were_told(tmp_path: Path, ledger: Ledger) -> None:
    centre = FileCentre(tmp_path / "kept.db", ToyClock())
    switch(ledger, 1)
    receipts = centre.push("A", 1, GENESIS, unsent(ledger), 0)
    centre.close()
    again = FileCentre(tmp_path / "kept.db", ToyClock())
    assert again.push("A", 1, GENESIS, unsent(ledger), 0) == receipts
    assert again.hello(Greeting("A", 1, MARK)).head_chain == receipts[-1].chain
