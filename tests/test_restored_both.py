"""A desk restored while its centre is: what either had is still at one of them."""

from pathlib import Path

import pytest

from db.doctor import examine
from db.exchange import exchange
from db.file_centre import FileCentre
from db.restore import restore
from tests.shelf import desk, meet, rows, switch, unhurried, with_lamps
from tests.toys import LAMPS


def test_what_a_restored_centre_has_lost_is_taken_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own, and what a desk that is gone has left here: a position is no proof of it there."""
    with_lamps(monkeypatch)
    unhurried(monkeypatch)
    ours, theirs = desk(tmp_path / "desk.db"), desk(tmp_path / "b.db", "B")
    switch(ours, 1)
    meet(tmp_path, ours, theirs)
    earlier = (tmp_path / "centre.db").read_bytes()
    ours.store.backup(tmp_path / "backup.db")
    switch(theirs, 4)
    switch(ours, 5)
    meet(tmp_path, theirs, ours)
    theirs.store.close()
    assert rows(ours, "SELECT count(*) FROM fact WHERE pos IS NULL") == [(0,)]
    (tmp_path / "centre.db").write_bytes(earlier)
    ours.store.close()
    restore(tmp_path / "backup.db", ours.store.path, [LAMPS], ours.clock)
    assert rows(ours, "SELECT subject FROM lamp") == [("lamp:1",), ("lamp:4",), ("lamp:5",)]
    assert examine(ours) == []
    centre = FileCentre(tmp_path / "centre.db", ours.clock)
    centre.restored(1)
    exchange(ours, centre)
    centre.close()
    assert rows(ours, "SELECT subject FROM fact WHERE pos IS NULL") == [("lamp:4",)], "to adopt"
    assert examine(ours) == []
    ours.store.close()
