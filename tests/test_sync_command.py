"""`deskapp sync`: its tie to a centre, what it says, how it ends."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event
from types import ModuleType, SimpleNamespace

import pytest

from db import files
from db.refusal import Refusal
from db.store import Store
from db.store import connect as connect_to
from db.turn import taken
from deskapp import password
from deskapp.desk import STORE
from deskapp.exchanges import STOPPED
from deskapp.sync import LOCK
from tests import commanding
from tests.commanding import ROOT, Run
from tests.outside import posix
from tests.postgres import Roles, Server
from tests.refusals import refused
from tests.test_chores import eventually
from tests.toys import ToyClock

prepared, desk, run, _ = commanding.FIXTURES


@pytest.fixture
def centre(run: Run, desk: Path, tmp_path: Path) -> Path:
    """The desk's centre, in a file."""
    file = tmp_path / "centre.db"
    said = run("sync", "--connect", file)
    assert said.status == 0
    assert "中心是新的" in said.out
    return file


def test_a_desk_without_a_centre_is_told_how_to_get_one(run: Run, desk: Path) -> None:
    said = run("sync")
    assert said.status == 3
    assert "未设中心" in said.err
    assert "未设中心" in run("sync", "--status").out
    assert run("sync", "--disconnect").status == 3


def test_an_exchange_and_what_it_says(run: Run, desk: Path, centre: Path) -> None:
    before = run("sync", "--dry-run")
    assert "将上传" in before.out
    assert "馆员名单" in before.out
    waiting = sum(run("sync", "--dry-run", "--json").facts["going"].values())
    assert waiting
    assert "尚未" in run("sync", "--status").out
    said = run("sync")
    assert (said.status, said.out) == (0, f"已上传{waiting}条，收取0条\n")
    assert run("sync").out == "已同步，没有新记录\n"
    there = run("sync", "--status", "--json").facts
    assert (there["state"], there["waiting"], there["running"]) == ("online", 0, False)
    assert "在线" in run("sync", "--status").out
    assert "online" in run("--lang", "en", "sync", "--status").out
    assert "中心是新的" not in run("sync", "--connect", centre).out
    assert run("sync", "--disconnect").status == 0
    assert run("sync").status == 3


def test_a_file_that_was_put_back_is_declared(run: Run, desk: Path, centre: Path) -> None:
    before = centre.read_bytes()
    run("sync")
    for end in ("-wal", "-shm"):
        Path(f"{centre}{end}").unlink(missing_ok=True)
    centre.write_bytes(before)
    assert run("sync", "--json").facts["refused"] == "CentreSetBack"
    assert run("central", "restored", f"{centre}.lost").status == 3
    assert run("central", "restored", centre, "--fork", 0).status == 0
    assert run("sync").status == 0
    assert run("sync", "--status", "--json").facts["waiting"] == 0


def test_each_step_is_a_line_of_json(run: Run, desk: Path, centre: Path) -> None:
    lines = [json.loads(line) for line in run("sync", "--json").out.splitlines()]
    assert lines[0]["step"] == "push"
    assert lines[-1]["did"]["pushed"] == lines[0]["done"]


def test_what_is_left_to_people_is_in_the_exit_status(run: Run, desk: Path, centre: Path) -> None:
    assert run("sync").status == 0
    store = Store(desk / STORE)
    with store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO fault SELECT id, subject, 'x' FROM fact LIMIT 1")
    store.close()
    said = run("sync")
    assert said.status == 1
    assert "不能识别" in said.out


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("postgresql://desk:hush@db.example/library", "AddressSecret"),
        ("host=db.example password=hush dbname=library", "AddressSecret"),
        ("host=db.example dbname=library sslmode=require", "AddressOpen"),
        ("host=db.example dbname='", "AddressWrong"),
        ("", "AddressWrong"),
        ("/no/such/folder/centre.db", "CentreAway"),
        ("/", "StoreForeign"),
    ],
)
def test_an_address_that_is_not_taken(run: Run, desk: Path, address: str, code: str) -> None:
    said = run("sync", "--connect", address, "--json")
    assert (said.status, said.facts["refused"]) == (3, code)
    assert "hush" not in said.out + said.err
    assert run("sync", "--status", "--json").facts["centre"] is None


@pytest.fixture
def at_postgres(server: Server, desk: Path) -> Iterator[Roles]:
    roles = Roles(server, ToyClock(), ["2F"])
    yield roles
    roles.close()


def test_the_password_lies_in_a_file_for_this_user_alone(
    run: Run, desk: Path, at_postgres: Roles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = at_postgres.centres["2F"]._password or ""
    done = run("sync", "--connect", at_postgres.addresses["2F"], given=f"{secret}\n")
    assert done.status == 0
    assert secret not in done.out + done.err
    file = desk / password.FILE
    assert file.read_text("utf-8") == f"{secret}\n"
    assert run("sync").status == 0
    assert run("backup", tmp_path / "kept.db").status == 0
    holding = [
        f for f in desk.parent.rglob("*") if f.is_file() and secret.encode() in f.read_bytes()
    ]
    assert holding == [file]
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600
        file.chmod(0o640)
        said = run("sync", "--json")
        assert (said.status, said.facts["refused"]) == (3, "SecretExposed")
        file.chmod(0o600)
    with monkeypatch.context() as patch:
        patch.setattr(Store, "writing", full)
        assert run("sync", "--disconnect").status == 3
    assert file.exists()
    assert run("sync", "--disconnect").status == 0
    assert not file.exists()


def full(*_: object) -> None:
    """In place of what writes: the disk has no room."""
    raise Refusal("DiskFull", file="")


def test_nothing_is_kept_of_a_centre_that_refuses(run: Run, desk: Path, server: Server) -> None:
    empty = server.database()
    assert run("sync", "--connect", empty, given="x\n").status == 3
    assert run("sync", "--status", "--json").facts["centre"] is None
    assert not (desk / password.FILE).exists()


class Ring(ModuleType):
    """Stands in for the `keyring` package, which no test may unlock a real keyring of."""

    def __init__(self, priority: float = 5) -> None:
        super().__init__("keyring")
        self.priority = priority
        self.errors = SimpleNamespace(KeyringError=LookupError)
        self.kept: dict[tuple[str, str], str] = {}

    def get_keyring(self) -> "Ring":
        return self

    def set_password(self, service: str, name: str, value: str) -> None:
        self.kept[service, name] = value

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def delete_password(self, service: str, name: str) -> None:
        del self.kept[service, name]


def test_a_keyring_is_used_where_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = Ring()
    monkeypatch.setitem(sys.modules, "keyring", ring)
    password.keep(tmp_path, "hush", ring=True)
    assert "hush" not in (tmp_path / password.FILE).read_text("utf-8")
    assert password.known(tmp_path) == "hush"
    password.forget(tmp_path)
    assert (ring.kept, password.known(tmp_path)) == ({}, None)
    password.keep(tmp_path, "in the file")
    monkeypatch.setitem(sys.modules, "keyring", Ring(priority=0))
    refused("KeyringMissing", password.keep, tmp_path, "hush", ring=True)
    monkeypatch.setitem(sys.modules, "keyring", None)
    refused("KeyringMissing", password.keep, tmp_path, "hush", ring=True)
    assert password.known(tmp_path) == "in the file"


def test_a_password_that_cannot_be_written_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = Ring()
    monkeypatch.setitem(sys.modules, "keyring", ring)
    password.keep(tmp_path, "first", ring=True)

    with monkeypatch.context() as patch:
        patch.setattr(files, "settle", full)
        refused("DiskFull", password.keep, tmp_path, "second")
    assert password.known(tmp_path) == "first"
    password.keep(tmp_path, "second")
    assert (ring.kept, password.known(tmp_path)) == ({}, "second")


def test_a_keyring_that_waits_to_be_unlocked_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring, unlocked = Ring(), Event()
    monkeypatch.setattr(password, "PATIENCE", 0.05)
    monkeypatch.setattr(ring, "set_password", lambda *_: unlocked.wait(10))
    monkeypatch.setitem(sys.modules, "keyring", ring)
    refused("KeyringSilent", password.keep, tmp_path, "hush", ring=True)
    unlocked.set()


def test_without_a_password_there_is_no_file(tmp_path: Path) -> None:
    assert password.known(tmp_path) is None
    (tmp_path / password.FILE).mkdir()
    refused("SecretUnreadable", password.known, tmp_path)


@posix
def test_a_signal_stops_it_in_order_and_the_next_goes_on(
    run: Run, desk: Path, centre: Path
) -> None:
    with closing(connect_to(centre)) as busy:
        busy.execute("BEGIN IMMEDIATE")
        child = subprocess.Popen(
            [sys.executable, "-m", "deskapp", "--data", desk, "sync"],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        eventually(lambda: taken(desk / LOCK))
        assert run("sync", "--json").facts["refused"] == "SyncRunning"
        assert run("sync", "--status", "--json").facts["running"]
        child.send_signal(signal.SIGTERM)
        busy.execute("ROLLBACK")
        said = child.communicate(timeout=20)[1].decode()
    assert child.returncode == 1
    assert said
    there = run("sync", "--status", "--json").facts
    assert [each["code"] for each in there["log"]] == [STOPPED]
    assert not there["running"]
    assert run("sync").status == 0


@posix
def test_whoever_was_killed_holds_nobody_up(run: Run, desk: Path, centre: Path) -> None:
    with closing(connect_to(centre)) as busy:
        busy.execute("BEGIN IMMEDIATE")
        child = subprocess.Popen(
            [sys.executable, "-m", "deskapp", "--data", desk, "sync"], cwd=ROOT
        )
        eventually(lambda: taken(desk / LOCK))
        child.kill()
        child.wait()
    assert run("sync").status == 0
