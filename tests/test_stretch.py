"""A stretch of a desk's chain by its columns is the facts that it was read from."""

from pathlib import Path

from db.exchange import _unsent
from db.facts import COLUMNS, Fact
from db.store import driver
from db.stretch import AT_ONCE, Stretch, reading, whole
from tests.shelf import desk, switch


def test_a_stretch_is_its_facts(tmp_path: Path) -> None:
    ledger = desk(tmp_path / "a.db", "A")
    switch(ledger, *range(AT_ONCE + 1))  # more than are turned into columns at once
    with ledger.store.reading() as connection:
        lines = driver(connection).execute(f"SELECT {', '.join(COLUMNS)} FROM fact ORDER BY seq")
        facts = [Fact(*values) for values in lines]
    found = _unsent(ledger, whole)[3]
    assert [*found] == facts
    assert found[-1] == facts[-1]
    assert isinstance(found[3:], Stretch)
    assert [*found[3:]] == facts[3:]
    assert whole(1, len(facts), reading(facts)).columns == found.columns
