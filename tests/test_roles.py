"""Who may come in to the centre, and how far: refused by Debian's PostgreSQL itself, over TLS."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest

from db.central import CALLS, Central, Granted
from db.centre import Greeting
from db.clock import SystemClock
from db.exchange import exchange
from db.facts import GENESIS
from db.postgres import PATIENCE, PostgresCentre
from deskapp.language import Language
from tests.commanding import FIXTURES, Run
from tests.debian import PASSWORD, Guarded, guarded
from tests.refusals import refused
from tests.shelf import MARK, desk, name

Connection = psycopg.Connection[tuple[Any, ...]]
prepared, _, run, _ = FIXTURES
DENIED = "42501"
WHISPERED: dict[str, Any] = {
    "person": "reader:2", "private": {"name": "whispered"}, "scope": "psychology",
}  # fmt: skip


class Guests:
    """The centre of that server with two desks; 2F is given the confidences of `psychology`."""

    def __init__(self, server: Guarded, folder: Path) -> None:
        self.server = server
        self.central = Central(server.owner, SystemClock(), PASSWORD)
        refused("CentreNotReady", self.central.standing)
        self.central.init()
        self._centres: dict[str, PostgresCentre] = {}
        self.granted = {
            "2F": self.central.grant("2F", ["psychology"], ["PACK"]),
            "3F": self.central.grant("3F"),
        }
        ledger = desk(folder / "2f.db", "2F")
        name(ledger, 1, "reader:1", "openly")
        with ledger.act("somebody") as act:
            act.record("lamp.named", "lamp:2", **WHISPERED)
        exchange(ledger, self.centre("2F"))

    def way(self, desk: str, **other: str | int | None) -> str:
        return self.server.way(self.granted[desk].role, **other)

    def centre(self, desk: str) -> PostgresCentre:
        """As this desk sees it, by the password that it has now."""
        if desk not in self._centres:
            self._centres[desk] = PostgresCentre(self.way(desk), self.granted[desk].password)
        return self._centres[desk]

    def regrant(self, desk: str, *, renew: bool = False) -> Granted:
        self.forget(desk)
        self.granted[desk] = self.central.grant(desk, renew=renew)
        return self.granted[desk]

    def forget(self, desk: str) -> None:
        if desk in self._centres:
            self._centres.pop(desk).close()

    def close(self) -> None:
        for code in list(self._centres):
            self.forget(code)
        self.central.close()

    def connected(self, desk: str) -> Connection:
        password = self.granted[desk].password
        return psycopg.connect(self.way(desk), password=password, autocommit=True)


@pytest.fixture(scope="module")
def guests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guests]:
    folder = tmp_path_factory.mktemp("guests")
    with guarded() as server, closing(Guests(server, folder)) as guests:
        yield guests


@pytest.fixture
def intruder(guests: Guests) -> Iterator[Connection]:
    """Somebody with a desk's password and a client of his own."""
    with guests.connected("3F") as connection:
        yield connection


def state_of(connection: Connection, statement: str) -> str | None:
    """By which error the server refuses it; None if it does not."""
    try:
        connection.execute(statement)
    except psycopg.Error as error:
        return error.sqlstate
    return None


def relations(guests: Guests) -> list[str]:
    with psycopg.connect(guests.server.root, dbname="library") as root:
        rows = root.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p') "
            "AND relnamespace = 'deskapp'::regnamespace"
        ).fetchall()
    return [row[0] for row in rows]


def test_no_table_is_read_or_written(guests: Guests, intruder: Connection) -> None:
    there = relations(guests)
    assert {"deskapp.ledger", "deskapp.ledger_0", "deskapp.receipt", "deskapp.scope"} < set(there)
    ways = (
        "SELECT FROM {0}", "INSERT INTO {0} DEFAULT VALUES", "DELETE FROM {0}", "TRUNCATE {0}",
        "DROP TABLE {0}", "COPY {0} TO STDOUT", "ALTER TABLE {0} ADD more text",
        "CREATE INDEX ON {0} ((1))", "DO 'BEGIN LOCK TABLE {0} IN ACCESS SHARE MODE; END'",
    )  # fmt: skip
    said = {way: {state_of(intruder, way.format(each)) for each in there} for way in ways}
    assert said == {way: {DENIED} for way in ways}
    for statement in (
        "UPDATE deskapp.ledger SET private = NULL",
        "UPDATE deskapp.desk SET revoked = false",
        "SELECT key FROM deskapp.library",
        "COPY deskapp.ledger FROM STDIN",
    ):
        assert state_of(intruder, statement) == DENIED, statement


def test_no_function_is_called_but_three(guests: Guests, intruder: Connection) -> None:
    with psycopg.connect(guests.server.root, dbname="library") as root:
        rows = root.execute(
            "SELECT proname, proargtypes::regtype[]::text[] FROM pg_proc "
            "WHERE pronamespace = 'deskapp'::regnamespace"
        ).fetchall()
    assert {proname for proname, _ in rows} > set(CALLS)
    for proname, types in rows:
        nothing = ", ".join(f"NULL::{each}" for each in types)
        said = state_of(intruder, f"SELECT deskapp.{proname}({nothing})")
        assert said == ("DK001" if proname in CALLS else DENIED), proname


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE deskapp.mine (n integer)",
        "CREATE TABLE public.mine (n integer)",
        "CREATE TEMP TABLE mine (n integer)",
        "CREATE FUNCTION deskapp.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT $1'",
        "CREATE OR REPLACE FUNCTION pg_temp.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine",
        "CREATE DATABASE mine",
        "CREATE EXTENSION pgcrypto SCHEMA public",
        "CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION deskapp.hello()",
        "DROP SCHEMA deskapp CASCADE",
        "DROP FUNCTION deskapp.sized",
        "ALTER FUNCTION deskapp.sized RESET ALL",
        "DROP DATABASE library",
        "DROP ROLE library_desk_2f",
        "ALTER ROLE library_desk_2f PASSWORD 'mine'",
        "ALTER ROLE library_desk_3f CONNECTION LIMIT 100",
        "ALTER ROLE library_desk_3f CREATEROLE",
        "ALTER SYSTEM SET ssl = off",
        "GRANT library TO library_desk_3f",
        "GRANT library_desk_2f TO library_desk_3f",
        "GRANT pg_read_all_data TO library_desk_3f",
        "SET ROLE library",
        "SET ROLE library_desk_2f",
        "SET SESSION AUTHORIZATION library_desk_2f",
        "SET temp_file_limit = -1",
        "SELECT lo_create(0)",
        "SELECT lo_from_bytea(0, 'x')",
        "COPY (SELECT 1) TO '/dev/null'",
        "COPY (SELECT 1) TO PROGRAM 'cat'",
        "SELECT pg_read_file('postgresql.conf')",
        "SELECT rolpassword FROM pg_authid",
        "SELECT stxdexpr FROM pg_statistic_ext_data",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'library'",
        "SELECT pg_reload_conf()",
    ],
)
def test_nothing_else_is_done(intruder: Connection, statement: str) -> None:
    assert state_of(intruder, statement) == DENIED


def test_a_desk_speaks_for_itself_alone(guests: Guests) -> None:
    centre = guests.centre("3F")
    for said in ("2F", "PACK", "", "library"):
        refused("NotYours", centre.hello, Greeting(said, 1, MARK))
        refused("NotYours", centre.pull, said, 0, GENESIS, 10)
    facts, _ = guests.centre("2F").pull("2F", 0, GENESIS, 10)
    ours = [facts[0]]
    refused("NotYours", centre.push, "2F", 1, GENESIS, ours, 0)
    refused("NotYours", centre.push, "3F", 1, GENESIS, ours, 0)
    assert guests.centre("2F").hello(Greeting("PACK", 1, MARK)).head == 0


def test_a_dead_line_is_found_out(guests: Guests) -> None:
    held = guests.centre("2F")._spoken().fileno()
    with socket.socket(fileno=os.dup(held)) as line:
        idle = line.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE)
        unsaid = line.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
    assert (idle, unsaid) == (PATIENCE, PATIENCE * 1000)


def test_another_department_s_words_stay(guests: Guests) -> None:
    told = {desk: guests.centre(desk).pull(desk, 0, GENESIS, 10)[0] for desk in ("2F", "3F")}
    words = {desk: [fact.private for fact in facts] for desk, facts in told.items()}
    assert words["2F"] == ['{"name":"openly"}', '{"name":"whispered"}']
    assert words["3F"] == ['{"name":"openly"}', None]
    assert [fact.salt is None for fact in told["3F"]] == [False, True]


def listening() -> int:
    """The port of a server that knows no TLS: it answers `N` to whoever asks for it, once."""
    server = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        with server, server.accept()[0] as guest:
            guest.recv(8)
            guest.sendall(b"N")
            guest.recv(8)

    Thread(target=answer, daemon=True).start()
    port: int = server.getsockname()[1]
    return port


def test_what_a_desk_is_told(guests: Guests, tmp_path: Path) -> None:
    folder = guests.server.folder
    with socket.create_server(("127.0.0.1", 0)) as gone:
        nobody = gone.getsockname()[1]
    way, password = guests.way("3F"), guests.granted["3F"].password
    cases: list[tuple[str, str, str | None]] = [
        ("CentrePassword", way, "guessed"),
        ("CentrePassword", guests.server.way("library"), "guessed"),
        ("CentrePasswordMissing", way, None),
        ("CentreRefused", guests.server.way("nobody"), password),
        ("CentreRefused", guests.way("3F", dbname="postgres"), password),
        ("CentreOpen", guests.way("3F", sslmode="disable"), password),
        ("CentreOpen", guests.way("3F", port=listening()), password),
        ("CentreName", guests.way("3F", host="elsewhere.library"), password),
        ("CentreCertificate", guests.way("3F", sslrootcert=str(folder / "foreign.crt")), password),
        ("CentreRoots", guests.way("3F", sslrootcert=str(tmp_path / "none.crt")), password),
        ("CentreAway", guests.way("3F", port=nobody), password),
    ]
    for code, address, given in cases:
        refusal = refused(code, PostgresCentre(address, given).hello, Greeting("3F", 1, MARK))
        for language in ("zh_CN", "en"):
            sentence = Language(language)(f"refusal.{code}", **refusal.facts)
            assert sentence != f"refusal.{code}"
            assert (code == "CentrePasswordMissing") == ("sync --connect" in sentence)
            assert "guessed" not in sentence
            assert str(password) not in f"{sentence} {refusal.__cause__}"


def test_what_a_role_is_limited_to(intruder: Connection) -> None:
    names = ("statement_timeout", "idle_in_transaction_session_timeout", "temp_file_limit")
    shown = [intruder.execute(f"SHOW {name}").fetchall() for name in names]
    assert shown == [[("2min",)], [("30s",)], [("1GB",)]]
    # As README says: whoever has the password can lift what guards against mistakes.
    assert state_of(intruder, "SET statement_timeout = 0") is None


def test_four_connections_and_no_more(guests: Guests) -> None:
    guests.forget("3F")
    with ExitStack() as held:
        for _ in range(4):
            held.enter_context(guests.connected("3F"))
        refused("CentreAway", guests.centre("3F").hello, Greeting("3F", 1, MARK))


def test_whoever_is_put_out_is_out_at_once(guests: Guests) -> None:
    guests.granted["4F"] = guests.central.grant("4F", (), ["OWN"])
    centre, held = guests.centre("4F"), guests.connected("4F")
    assert centre.hello(Greeting("4F", 1, MARK)).head == 0
    held.execute("SET idle_in_transaction_session_timeout = 0")
    held.execute("BEGIN")
    held.execute("SELECT deskapp.pull('4F', 0, '', 1)")  # its row is locked by this
    assert guests.central.revoke("4F") == "library_desk_4f"
    assert state_of(held, "SELECT 1") == "57P01"
    refused("CentreAway", centre.hello, Greeting("4F", 1, MARK))
    refused("CentreRevoked", centre.hello, Greeting("4F", 1, MARK))
    out = {each.desk: each.revoked for each in guests.central.standing().desks}
    assert out == {"2F": False, "PACK": False, "3F": False, "4F": True, "OWN": True}
    old, new = guests.granted["4F"].password, guests.regrant("4F").password
    assert new not in (None, old)
    refused("CentrePassword", PostgresCentre(guests.way("4F"), old).hello, Greeting("4F", 1, MARK))
    assert guests.centre("4F").hello(Greeting("4F", 1, MARK)).head == 0


def test_the_server_keeps_no_password(guests: Guests) -> None:
    passwords = [PASSWORD, guests.granted["3F"].password, guests.regrant("3F", renew=True).password]
    log = (guests.server.folder / "log").read_text("utf-8")
    assert "ALTER ROLE" in log
    assert len(set(passwords)) == 3
    for password in passwords:
        assert str(password) not in log
    assert guests.central.doubts() == []


def test_the_owner_s_password_is_typed_or_in_a_file(
    guests: Guests, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.terminal import Terminal  # here: Windows has no such terminal

    owner = guests.server.owner
    said = run("central", "status", owner)
    assert said.status == 2
    assert "PGPASSFILE" in said.err
    file = tmp_path / "pgpass"
    file.write_text(f"*:*:*:library:{PASSWORD}\n", "utf-8")
    file.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(file))
    assert "3F" in run("central", "status", owner).out
    command = [sys.executable, "-m", "deskapp", "central", "status", owner]
    with Terminal(command, home=tmp_path / "home") as terminal:
        terminal.wait("数据库口令", seconds=60)
        terminal.send(f"{PASSWORD}\r")
        terminal.wait("最近连接", "3F", seconds=60)
        assert PASSWORD not in terminal.text()
        assert terminal.leave(seconds=60) == 0
