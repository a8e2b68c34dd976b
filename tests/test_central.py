"""The centre as whoever looks after it knows it: made, upgraded, desks let in and put out."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from db import central as central_module
from db.central import FOLDER, Central
from db.centre import Greeting
from db.clock import SystemClock
from db.exchange import exchange
from db.postgres import PostgresCentre, address_of
from tests.postgres import Server
from tests.refusals import refused
from tests.shelf import KEY, MARK, desk, switch
from tests.toys import ToyClock


@pytest.fixture
def address(server: Server) -> str:
    """Of an empty database."""
    return server.database()


@pytest.fixture
def central(address: str) -> Iterator[Central]:
    central = Central(address, ToyClock())
    central.init()
    yield central
    central.close()


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The centre's scripts, to be changed."""
    folder = tmp_path / "centre"
    folder.mkdir()
    for file in FOLDER.iterdir():
        (folder / file.name).write_text(file.read_text("utf-8"), "utf-8")
    monkeypatch.setattr(central_module, "FOLDER", folder)
    return folder


def asked(address: str, question: str) -> list[tuple[object, ...]]:
    with psycopg.connect(address, autocommit=True) as connection:
        return connection.execute(sql.SQL(question)).fetchall()


SHAPE = (
    "SELECT relname::text, relkind::text, relacl::text FROM pg_class "
    "WHERE relnamespace = 'deskapp'::regnamespace UNION ALL "
    "SELECT oid::regprocedure::text, 'f', proacl::text FROM pg_proc "
    "WHERE pronamespace = 'deskapp'::regnamespace ORDER BY 1"
)
MINE = "SELECT rolname FROM pg_roles WHERE rolname LIKE current_database() || '%' ORDER BY 1"

# made and brought up to date


def test_making_it_twice_is_making_it_once(central: Central, address: str) -> None:
    before = asked(address, SHAPE)
    assert central.init() == 1
    assert asked(address, SHAPE) == before


def test_two_make_it_at_once(address: str) -> None:
    """The first ends with all of it, the others find it made."""

    def make(_: int) -> int:
        with closing(Central(address, SystemClock())) as central:
            return central.init()

    with ThreadPoolExecutor(3) as several:
        assert list(several.map(make, range(3))) == [1, 1, 1]


def test_what_fails_half_way_leaves_nothing(address: str, scripts: Path) -> None:
    (scripts / "functions.sql").write_text("CREATE FUNCTION broken", "utf-8")
    central = Central(address, SystemClock())
    with pytest.raises(psycopg.errors.SyntaxError):
        central.init()
    assert asked(address, "SELECT FROM pg_namespace WHERE nspname = 'deskapp'") == []
    assert asked(address, MINE) == []
    refused("CentreNotReady", central.standing)
    refused("CentreNotReady", central.grant, "2F")
    central.close()


def test_an_upgrade_and_those_who_lag_behind(
    central: Central, address: str, scripts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    granted, before = central.grant("2F"), asked(address, SHAPE)
    functions = (scripts / "functions.sql").read_text("utf-8")
    more = "CREATE FUNCTION more() RETURNS integer LANGUAGE sql AS 'SELECT 1';"
    (scripts / "functions.sql").write_text(functions + more, "utf-8")
    assert central.init() == 1
    with (
        psycopg.connect(granted.address, autocommit=True) as guest,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        guest.execute("SELECT deskapp.more()")
    (scripts / "functions.sql").write_text(functions, "utf-8")
    (scripts / "0002_more.sql").write_text("ALTER TABLE desk ADD more text", "utf-8")
    refused("CentreNotReady", central.standing)  # the program is newer
    assert central.init() == 2
    assert asked(address, SHAPE) == before
    monkeypatch.undo()
    for act in (central.init, central.standing, central.restored):
        refused("CentreTooNew", act)
    refused("CentreTooNew", central.grant, "3F")


def test_a_server_that_will_not_do(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    other = make_conninfo(server.address, dbname="template1")
    with psycopg.connect(other, autocommit=True) as connection:
        connection.execute(
            "CREATE DATABASE plain ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0"
        )
    central = Central(make_conninfo(server.address, dbname="plain"), SystemClock())
    refused("ServerEncoding", central.init)
    monkeypatch.setattr(central_module, "LEAST", 99)
    refused("ServerTooOld", central.init)
    assert central.doubts() == ["tls", "objects"]
    central.close()


# desks


def test_a_desk_comes_in(central: Central, tmp_path: Path) -> None:
    granted = central.grant("2F", ["psychology", "reading"])
    parts = conninfo_to_dict(granted.address)
    assert "password" not in parts
    assert granted.role == parts["user"] == f"{parts['dbname']}_desk_2f"
    assert granted.departments == ("psychology", "reading")
    ledger = desk(tmp_path / "2f.db", "2F")
    switch(ledger, 1, 2)
    centre = PostgresCentre(granted.address, granted.password)
    assert exchange(ledger, centre).pushed == 2
    centre.close()
    replica = make_conninfo(granted.address, options="-c default_transaction_read_only=on")
    centre = PostgresCentre(replica, granted.password)
    refused("CentreAway", centre.hello, Greeting("2F", 1, MARK))
    centre.close()


def test_what_is_not_said_stays(central: Central) -> None:
    first = central.grant("2F", ["psychology"], ["P1"])
    assert first.password is not None
    assert len(set(first.password) - {"-"}) > 5
    again = central.grant("2F", packs=["P2"])
    assert (again.departments, again.packs, again.password) == (("psychology",), ("P1", "P2"), None)
    renewed = central.grant("2F", [], renew=True)
    assert (renewed.departments, renewed.packs) == ((), ("P1", "P2"))
    assert renewed.password not in (None, first.password)


def test_packs_are_their_maker_s(central: Central) -> None:
    central.grant("2F", packs=["P1"])
    central.grant("3F")
    for wrong in ("P1", "2F"):
        assert refused("PackTaken", central.grant, "3F", None, [wrong]).facts["desk"] == "2F"
    refused("PackTaken", central.grant, "P1")
    central.revoke("P1")
    out = {each.desk: each.revoked for each in central.standing().desks}
    assert out == {"2F": False, "P1": True, "3F": False}
    assert central.grant("2F", packs=["P1"]).packs == ("P1",)
    refused("DeskUnknown", central.revoke, "9F")


def test_a_pack_s_facts_come_by_its_maker(central: Central, tmp_path: Path) -> None:
    maker, other = central.grant("2F", packs=["P1"]), central.grant("3F")
    pack = desk(tmp_path / "pack.db", "P1")
    switch(pack, 1)
    centre = PostgresCentre(other.address, other.password)
    refused("NotYours", exchange, pack, centre)
    centre.close()
    centre = PostgresCentre(maker.address, maker.password)
    assert exchange(pack, centre).pushed == 1
    centre.close()


def test_no_two_codes_have_one_role(central: Central) -> None:
    codes = ["2F", "2f", "二层", "二 层", "A" * 60, "A" * 61, "DESKS", "S", 'x";--', "é", "É"]
    granted = [central.grant(code) for code in codes]
    roles = [each.role for each in granted]
    assert len(set(roles)) == len(codes)
    assert all(len(role.encode()) <= 63 for role in roles)
    centre = PostgresCentre(granted[2].address)
    refused("NotYours", centre.hello, Greeting("2F", 1, MARK))
    assert centre.hello(Greeting("二层", 1, MARK, key=KEY)).head == 0
    centre.close()


def test_a_role_of_somebody_else_is_left_alone(central: Central, address: str) -> None:
    taken = f"{conninfo_to_dict(address)['dbname']}_desk_2f"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(taken)))
        refused("RoleTaken", central.grant, "2F")
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(taken)))
    assert central.grant("2F").role == taken


@pytest.fixture
def owned(server: Server, address: str) -> Iterator[Central]:
    """By an owner that may make roles and no more."""
    name = str(conninfo_to_dict(address)["dbname"])
    with psycopg.connect(server.address, autocommit=True) as root:
        for words in ("CREATE ROLE {} LOGIN CREATEROLE", "ALTER DATABASE {} OWNER TO {}"):
            names = [sql.Identifier(name)] * words.count("{}")
            root.execute(sql.SQL(words).format(*names))
    central = Central(make_conninfo(address, user=name), SystemClock())
    central.init()
    yield central
    central.close()


def soil(address: str) -> None:
    """A fact at the centre whose words were taken out."""
    with psycopg.connect(address, autocommit=True) as raw:
        raw.execute(
            "INSERT INTO deskapp.ledger SELECT 1, '1', '1', 'X', 1, 'k', 1, 's', 0, '', '', '', '',"
            " NULL, NULL, NULL, NULL, NULL, '', 1, 1, '', 0, ''"
        )
        raw.execute("INSERT INTO deskapp.soiled VALUES (1, clock_timestamp())")


def test_a_backup_from_before_keeps_words(owned: Central, address: str) -> None:
    """Somebody else's, of which the owner is not told since when it runs."""
    with psycopg.connect(address) as backup:
        backup.execute("SELECT 1")
        soil(address)
        assert owned.clean() == 0
    assert (owned.clean(), owned.clean()) == (1, 0)


def test_whoever_cleans_waits_for_nobody_long(
    central: Central, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All desks would wait behind it."""
    monkeypatch.setattr(central_module, "HELD", "10ms")
    soil(address)
    central.connection.execute("SET statement_timeout = '5s'")
    with psycopg.connect(address) as backup:
        backup.execute("SELECT FROM deskapp.ledger")
        assert central.clean() == 0
    assert asked(address, "SELECT pos FROM deskapp.soiled") == [(1,)]
    assert (central.clean(), central.clean()) == (1, 0)


def test_an_owner_that_may_make_roles_and_no_more(owned: Central) -> None:
    """As PostgreSQL 16 and later have it, where whoever makes a role is not thereby of it."""
    central = owned
    for _ in range(2):
        central.init()
        granted = central.grant("2F")
        with psycopg.connect(granted.address, autocommit=True) as guest:
            guest.execute("BEGIN")
            central.revoke("2F")
            with pytest.raises(psycopg.errors.AdminShutdown):
                guest.execute("SELECT 1")
        refused("CentreRevoked", PostgresCentre(granted.address).hello, Greeting("2F", 1, MARK))
    assert central.doubts() == ["tls", "objects"]


def test_after_a_restore_on_another_server(central: Central, address: str) -> None:
    """The database is back, its roles are not."""
    role = central.grant("2F", ["psychology"]).role
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
    again = central.grant("2F")
    assert again.password is not None
    assert again.departments == ("psychology",)


def test_no_call_takes_or_gives_more_than_it_may(central: Central, address: str) -> None:
    granted = central.grant("2F")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO deskapp.ledger SELECT n, n, n, 'X', 1, 'k', 1, 's', 0, '', '', '', '', "
            "NULL, NULL, NULL, NULL, NULL, '', 1, n, '', 0, '' FROM generate_series(1, 6000) n"
        )
    with psycopg.connect(granted.address, autocommit=True) as guest:
        (row,) = guest.execute(
            "SELECT count(*) FROM deskapp.pull('2F', 0, '', 1000000000000)"
        ).fetchall()
        assert row == (5000,)
        many = "array_fill('x'::text, ARRAY[5001])"
        with pytest.raises(psycopg.Error, match="TooMany"):
            guest.execute(
                f"SELECT deskapp.push('2F', 1, 1, '', 0, {many}, " + "NULL, " * 16 + "'')"
            )


def test_how_it_stands(central: Central, tmp_path: Path) -> None:
    there, away = central.grant("2F"), central.grant("3F", ["psychology"], ["P1"])
    ledger = desk(tmp_path / "2f.db", "2F", ToyClock())
    switch(ledger, 1, 2, 3)
    centre = PostgresCentre(there.address, there.password)
    exchange(ledger, centre)
    centre.hello(Greeting("2F", 1, MARK, 2, 7, link=b"another order"))
    centre.close()
    standing = central.standing()
    one, other, pack = standing.desks
    assert (standing.facts, standing.timeline) == (3, 1)
    assert standing.size > 5_000_000
    assert (one.desk, one.pulled, one.behind, one.faults) == ("2F", 0, 3, 7)
    assert one.seen is not None
    assert one.offset is not None
    assert one.offset > 1000  # its clock stood still in 2026
    centre = PostgresCentre(away.address, away.password)
    centre.hello(Greeting("3F", 1, MARK, skew=-604_800_000))  # it has nothing to push
    centre.hello(Greeting("3F", 1, MARK))  # nothing was measured
    centre.close()
    assert central.standing().desks[1].offset == -604_800_000
    assert (other.desk, other.seen, other.behind, other.offset) == ("3F", None, 3, None)
    assert (other.departments, other.role, other.maker) == (("psychology",), away.role, None)
    assert (pack.desk, pack.role, pack.maker) == ("P1", away.role, "3F")


# how a server is reached


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("postgresql://a@db/library", "verify-full"),
        ("postgresql://a@db/library?sslmode=verify-full", "verify-full"),
        ("host=/run/postgresql dbname=library", "verify-full"),
        ("host=127.0.0.1 sslmode=disable", "disable"),
        ("host=localhost,::1 sslmode=prefer", "prefer"),
        ("", "verify-full"),
    ],
)
def test_where_to(text: str, want: str) -> None:
    parts = conninfo_to_dict(address_of(text))
    assert (parts["sslmode"], parts["gssencmode"]) == (want, "disable")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("postgresql://a:hunter@db/library", "AddressSecret"),
        ("host=db password=hunter", "AddressSecret"),
        ("host=db sslkey=k sslpassword=hunter", "AddressSecret"),
        ("host=db sslmode=require", "AddressOpen"),
        ("sslmode=disable", "AddressOpen"),
        ("service=library sslmode=prefer", "AddressOpen"),
        ("host=127.0.0.1,db sslmode=disable", "AddressOpen"),
        ("host=127.0.0.1.db sslmode=disable", "AddressOpen"),
        ("host=127.0.0.1 hostaddr=10.0.0.1 sslmode=verify-ca", "AddressOpen"),
        ("postgresql://a:hun ter@db", "AddressWrong"),
        ("library", "AddressWrong"),
    ],
)
def test_whereto_not(text: str, code: str) -> None:
    refusal = refused(code, address_of, text)
    assert "ter" not in f"{refusal} {refusal.__cause__}"
