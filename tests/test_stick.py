"""Sticks between desks; the erased stay erased on every way."""

from pathlib import Path

import pytest

from db import stick
from db.exchange import exchange
from db.facts import COLUMNS, Fact
from db.file_centre import FileCentre
from db.ledger import Ledger
from db.refusal import Refusal
from tests.meeting import LAMP, reopened, same
from tests.shelf import KEY, bytes_of, desk, erase, name, rows, spoil, switch

pytestmark = pytest.mark.usefixtures("quick")


def test_facts_of_a_stick_go_behind_acknowledged_places(
    centre: FileCentre, a: Ledger, b: Ledger, tmp_path: Path
) -> None:
    a.store.backup(tmp_path / "empty.db")
    switch(a, 1)
    stick.write(a, tmp_path)
    a = reopened(a, tmp_path / "empty.db")
    switch(a, 2)
    exchange(a, centre)
    spoil(a, "DELETE FROM fact")
    stick.read(a, tmp_path)
    exchange(a, centre)
    exchange(a, centre)
    exchange(b, centre)
    same(a, b)
    assert [row[0] for row in rows(b, LAMP)] == ["lamp:1", "lamp:2"]


def test_late_words_of_an_erased_person_are_stripped_everywhere(
    centre: FileCentre, a: Ledger, b: Ledger, tmp_path: Path
) -> None:
    name(b, 1, "reader:1", "late-secret")
    stick.write(b, tmp_path)
    erase(a, "reader:1")
    stick.read(a, tmp_path)
    assert b"late-secret" not in bytes_of(a.store.path)
    for ledger in (a, b, a, b):
        exchange(ledger, centre)
    same(a, b)
    for path in (a.store.path, b.store.path, centre.path):
        assert b"late-secret" not in bytes_of(path)


def test_an_erasure_whose_wiping_was_cut_is_wiped_by_the_next_exchange(
    centre: FileCentre, a: Ledger, b: Ledger
) -> None:
    name(b, 1, "reader:1", "left-secret")
    for ledger in (b, a):
        exchange(ledger, centre)
    erase(a, "reader:1")
    exchange(a, centre)

    def cut(what: str, done: int) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        exchange(b, centre, cut)
    assert b.purge_due()
    assert b"left-secret" in bytes_of(b.store.path)
    exchange(b, centre)
    assert not b.purge_due()
    assert b"left-secret" not in bytes_of(b.store.path)


def test_a_stick_carries_facts_and_gives_no_position(
    centre: FileCentre, a: Ledger, b: Ledger, tmp_path: Path
) -> None:
    assert stick.write(a, tmp_path).files == []
    switch(a, 1, 2)
    name(a, 1, "reader:1", "two\u2028lines\x85")
    written = stick.write(a, tmp_path)
    assert (len(written.files), written.facts) == (1, 3)
    read = stick.read(b, tmp_path)
    assert (read.files, read.facts, read.broken, read.altered) == (1, 3, [], [])
    assert rows(b, LAMP) == rows(a, LAMP)
    assert rows(b, "SELECT DISTINCT pos, epoch, seq, chain FROM fact") == [(None,) * 4]
    assert rows(b, "SELECT cursor FROM place") == rows(a, "SELECT acked_seq FROM place") == [(0,)]
    assert exchange(b, centre).pushed == 0
    again = stick.read(b, tmp_path)
    assert (again.facts, stick.read(a, tmp_path).facts) == (0, 0)
    exchange(a, centre)
    exchange(b, centre)
    same(a, b)
    assert stick.write(a, tmp_path / "nothing").files == []


def test_a_file_on_a_stick_stays_as_it_is(a: Ledger, tmp_path: Path) -> None:
    switch(a, 1)
    (path,) = stick.write(a, tmp_path).files
    made = path.stat()
    assert stick.write(a, tmp_path).files == [path]
    assert path.stat() == made
    assert path.name.startswith("A_")
    assert len(list(tmp_path.glob("*.facts"))) == 1
    assert not list(tmp_path.glob("*.part"))


def test_whoever_finds_a_stick_reads_nothing(a: Ledger, tmp_path: Path) -> None:
    name(a, 1, "reader:1", "found-by-nobody")
    (path,) = stick.write(a, tmp_path).files
    assert b"found-by-nobody" in bytes_of(a.store.path)
    for word in (b"found-by-nobody", b"reader", b"lamp", KEY):
        assert word not in path.read_bytes()
    assert set(path.name.partition("_")[2]) <= set("0123456789abcdef-_.facts")


def test_a_stick_of_another_library_is_refused(a: Ledger, b: Ledger, tmp_path: Path) -> None:
    switch(a, 1)
    (path,) = stick.write(a, tmp_path).files
    spoil(b, "UPDATE place SET library_key = ?", b"z" * 32)
    with pytest.raises(Refusal, match="StickOfAnother"):
        stick.read(b, tmp_path)
    third = desk(tmp_path / "c.db", "C", a.clock)
    spoil(third, "UPDATE place SET library_key = ?", b"z" * 32)
    switch(third, 2)
    stick.write(third, tmp_path)
    read = stick.read(b, tmp_path)
    assert (read.files, read.facts, read.foreign, read.broken) == (1, 1, [path.name], [])
    assert [row[0] for row in rows(b, LAMP)] == ["lamp:2"]


def test_a_file_cut_at_any_byte_is_no_file(a: Ledger, b: Ledger, tmp_path: Path) -> None:
    switch(a, 1)
    (path,) = stick.write(a, tmp_path).files
    content = path.read_bytes()
    path.unlink()
    for length in range(len(content)):
        path.with_name(f"{length}_{path.name}").write_bytes(content[:length])
    read = stick.read(b, tmp_path)
    assert (read.files, len(read.broken)) == (0, len(content))
    assert rows(b, LAMP) == []


def test_files_hold_whole_acts(
    a: Ledger, b: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stick, "MOST", 4)
    for size in (3, 2, 2, 1, 4, 1):
        switch(a, *range(size))
    sizes = []
    for path in stick.write(a, tmp_path).files:
        sizes.append(len(stick.facts_on(path, KEY)))
    assert sizes == [3, 4, 1, 4, 1]
    assert stick.read(b, tmp_path).files == 5
    assert rows(b, LAMP) == rows(a, LAMP)


@pytest.mark.parametrize("harm", ["cut", "byte", "empty", "part", "name", "text"])
def test_a_broken_file_is_named_and_the_rest_read(
    a: Ledger, b: Ledger, tmp_path: Path, harm: str
) -> None:
    switch(a, 1)
    (path,) = stick.write(a, tmp_path).files
    content = path.read_bytes()
    match harm:
        case "cut":
            path.write_bytes(content[:-20])
        case "byte":
            path.write_bytes(content[:-20] + bytes([content[-20] ^ 1]) + content[-19:])
        case "empty":
            path.write_bytes(b"")
        case "part":
            path.rename(path.with_name(path.name + ".part"))
        case "name":
            path.rename(path.with_name("found on the floor.facts"))
        case "text":
            path.with_name("notes.txt").write_text("hello")
    whole = desk(tmp_path / "c.db", "C", a.clock)
    switch(whole, 2)
    stick.write(whole, tmp_path)
    read = stick.read(b, tmp_path)
    assert len(read.broken) == (0 if harm in ("part", "text") else 1)
    assert [row[0] for row in rows(b, LAMP)][-1:] == ["lamp:2"]
    assert len(rows(b, LAMP)) == (2 if harm == "text" else 1)


@pytest.mark.parametrize(
    "change", [{"id": 7}, {"subject": None}, {"base": "0"}, {"private": 3}, {"digest": "zz"}, None]
)
def test_a_file_of_something_else_is_broken(
    a: Ledger,
    b: Ledger,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: dict[str, object] | None,
) -> None:
    """Whole, and by somebody who has the library's key."""
    switch(a, 1)
    (path,) = stick.write(a, tmp_path).files
    (fact,) = stick.facts_on(path, KEY)
    path.unlink()

    def wire(fact: Fact) -> dict[str, object]:
        packet = {name: getattr(fact, name) for name in COLUMNS} | (change or {})
        packet = {n: v.hex() if isinstance(v, bytes) else v for n, v in packet.items()}
        return packet if change else {n: v for n, v in packet.items() if n != "kind"}

    with monkeypatch.context() as patch:
        patch.setattr(Fact, "wire", wire)
        path = stick._write(tmp_path, "A", [fact], KEY)
    read = stick.read(b, tmp_path)
    assert (read.broken, read.facts) == ([path.name], 0)


def test_an_altered_fact_is_left_to_the_centre(
    centre: FileCentre, a: Ledger, b: Ledger, tmp_path: Path
) -> None:
    (id,) = switch(a, 1)
    switch(a, 2)
    sound = rows(a, "SELECT data FROM fact ORDER BY n")[0][0]
    spoil(a, 'UPDATE fact SET data = \'{"to":"xx"}\' WHERE id = ?', id)
    stick.write(a, tmp_path)
    spoil(a, "UPDATE fact SET data = ? WHERE id = ?", sound, id)
    read = stick.read(b, tmp_path)
    assert (read.altered, read.facts) == ([id], 1)
    for ledger in (a, b):
        exchange(ledger, centre)
    same(a, b)
    assert rows(b, "SELECT count(*) FROM fault") == [(0,)]


def test_what_a_desk_lost_comes_home_on_a_stick(
    centre: FileCentre, a: Ledger, b: Ledger, tmp_path: Path
) -> None:
    a.store.backup(tmp_path / "empty.db")
    switch(a, 1, 2)
    stick.write(a, tmp_path)
    stick.read(b, tmp_path)
    a = reopened(a, tmp_path / "empty.db")
    assert exchange(a, centre).pushed == 0
    (tmp_path / "home").mkdir()
    assert stick.write(b, tmp_path / "home").facts == 2
    assert stick.read(a, tmp_path / "home").facts == 2
    assert exchange(a, centre).pushed == 2
    exchange(b, centre)
    same(a, b)


def test_no_folder_is_a_refusal(a: Ledger, tmp_path: Path) -> None:
    switch(a, 1)
    with pytest.raises(Refusal, match="FolderMissing"):
        stick.write(a, tmp_path / "gone" / "exchange")
    with pytest.raises(Refusal, match="FileUnreadable"):
        stick.read(a, tmp_path / "gone")
    assert not (tmp_path / "gone").exists()
    (tmp_path / "file").touch()
    with pytest.raises(Refusal, match="FileUnwritable"):
        stick.write(a, tmp_path / "file")
    assert stick.write(a, tmp_path / "gone").facts == 1
