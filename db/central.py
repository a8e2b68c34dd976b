"""The centre in PostgreSQL, for whoever looks after it: made, desks let in and put out."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

import psycopg
from psycopg import sql

from db.clock import Clock
from db.postgres import explained
from db.refusal import Refusal

SCHEMA = "deskapp"
POSITIONS = 4_000_000
"""in one part of the ledger"""
PARTS = 64
"""of the ledger, which stand ready: 256 million facts"""
DRAWERS = 16
"""parts of the receipts, by desk"""
CALLS = ("hello", "push", "pull")
"""what a desk may do"""
LIMITS = {"statement_timeout": "120s", "idle_in_transaction_session_timeout": "30s"}
"""of a desk's role; a push of 5,000 facts takes a tenth of a second"""
CONNECTIONS = 4
"""of a desk at once: one exchanges, one that was cut may not be gone yet"""
FOLDER = files("assets") / "centre"


@dataclass(frozen=True, slots=True)
class Granted:
    """A desk may come in: as which role of the database."""

    desk: str
    role: str
    departments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeskStanding:
    """How a desk stands: how far it has pulled, and how many of the centre's facts it has not.

    offset: milliseconds that its clock was behind at its last push; None before the first.
    """

    desk: str
    role: str
    revoked: bool
    departments: tuple[str, ...]
    seen: datetime | None
    pulled: int
    behind: int
    facts: int
    offset: int | None


@dataclass(frozen=True, slots=True)
class CentreStanding:
    """How the centre stands; size in bytes, of the whole database."""

    facts: int
    size: int
    timeline: int
    desks: tuple[DeskStanding, ...]


def scripts() -> list[tuple[int, str]]:
    """The numbered changes of the centre's tables, in their order."""
    found = (each for each in FOLDER.iterdir() if each.name[:4].isdigit())
    return sorted((int(each.name[:4]), each.read_text("utf-8")) for each in found)


class Central:
    """A library's centre, by a connection of whoever owns its database.

    Refuses as `PostgresCentre`, and CentreTooNew where a newer version has been here.
    """

    def __init__(self, address: str, clock: Clock) -> None:
        self._clock = clock
        with explained():
            self._raw = psycopg.connect(address, autocommit=True)

    def close(self) -> None:
        self._raw.close()

    @contextmanager
    def _whole(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """One transaction, in the centre's schema."""
        with explained(), self._raw.transaction():
            self._raw.execute(f"SET LOCAL search_path = {SCHEMA}, pg_temp")
            yield self._raw

    def _say(self, words: str, /, **names: sql.Composable | str) -> None:
        """A statement with names or values in it that no parameter can carry."""
        named = {
            key: value if isinstance(value, sql.Composable) else sql.Identifier(value)
            for key, value in names.items()
        }
        self._raw.execute(sql.SQL(words).format(**named))

    def init(self) -> int:
        """Make the centre, or bring it up to date; may be run again. Gives its tables' number."""
        known = scripts()
        with explained():
            self._raw.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        with self._whole() as raw:
            raw.execute("CREATE TABLE IF NOT EXISTS form (number integer PRIMARY KEY)")
            raw.execute("LOCK TABLE form")
            done = {number for (number,) in raw.execute("SELECT number FROM form")}
            if done and max(done) > known[-1][0]:
                raise Refusal("CentreTooNew", form=max(done), known=known[-1][0])
            for number, script in known:
                if number not in done:
                    raw.execute(script)
                    raw.execute("INSERT INTO form VALUES (%s)", (number,))
            for part in range(PARTS):
                self._say(
                    "CREATE TABLE IF NOT EXISTS {part} PARTITION OF ledger "
                    "FOR VALUES FROM ({begin}) TO ({end})",
                    part=f"ledger_{part}",
                    begin=sql.Literal(part * POSITIONS),
                    end=sql.Literal((part + 1) * POSITIONS),
                )
            for part in range(DRAWERS):
                self._say(
                    "CREATE TABLE IF NOT EXISTS {part} PARTITION OF receipt "
                    "FOR VALUES WITH (MODULUS {all}, REMAINDER {part_})",
                    part=f"receipt_{part}",
                    all=sql.Literal(DRAWERS),
                    part_=sql.Literal(part),
                )
            raw.execute((FOLDER / "functions.sql").read_text("utf-8"))
            # What PostgreSQL gives to everybody: to connect, to make tables, to call what is new.
            self._say("REVOKE ALL ON DATABASE {d} FROM PUBLIC", d=raw.info.dbname)
            raw.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
            self._say("REVOKE ALL ON SCHEMA {s} FROM PUBLIC", s=SCHEMA)
            self._say("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {s} FROM PUBLIC", s=SCHEMA)
        return known[-1][0]

    def grant(self, desk: str, departments: Sequence[str], password: str) -> Granted:
        """Let a desk in, or give it another password or other departments.

        The password goes to the server as what SCRAM keeps of it: no log has it.
        """
        with self._whole() as raw:
            role = f"{raw.info.dbname}_{desk}".lower()
            kept = raw.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
            there = raw.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
            self._say(
                f"{'ALTER' if there else 'CREATE'} ROLE {{role}} LOGIN NOSUPERUSER NOCREATEDB "
                "NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT {most} PASSWORD {kept}",
                role=role,
                most=sql.Literal(CONNECTIONS),
                kept=sql.Literal(kept.decode()),
            )
            for name, value in LIMITS.items():
                self._say(
                    "ALTER ROLE {role} SET {name} = {value}",
                    role=role,
                    name=name,
                    value=sql.Literal(value),
                )
            self._say("GRANT CONNECT ON DATABASE {d} TO {role}", d=raw.info.dbname, role=role)
            self._say("GRANT USAGE ON SCHEMA {s} TO {role}", s=SCHEMA, role=role)
            for call in CALLS:
                self._say("GRANT EXECUTE ON FUNCTION {call} TO {role}", call=call, role=role)
            raw.execute(
                "INSERT INTO desk (code, role) VALUES (%s, %s) "
                "ON CONFLICT (code) DO UPDATE SET role = excluded.role, revoked = false",
                (desk, role),
            )
            raw.execute("DELETE FROM scope WHERE desk = %s", (desk,))
            for department in departments:
                raw.execute("INSERT INTO scope VALUES (%s, %s)", (desk, department))
        return Granted(desk, role, tuple(departments))

    def revoke(self, desk: str) -> str:
        """Put a desk out, at once: it may not log in, and what is open ends. Its role's name.

        What it has pushed stays. Refuses DeskUnknown.
        """
        with self._whole() as raw:
            row = raw.execute(
                "UPDATE desk SET revoked = true WHERE code = %s RETURNING role", (desk,)
            ).fetchone()
            if row is None:
                raise Refusal("DeskUnknown", desk=desk)
            role: str = row[0]
            self._say("ALTER ROLE {role} NOLOGIN PASSWORD NULL", role=role)
            for call in CALLS:
                self._say("REVOKE ALL ON FUNCTION {call} FROM {role}", call=call, role=role)
            raw.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (role,)
            )
        return role

    def standing(self) -> CentreStanding:
        """How the centre and each of its desks stand."""
        with self._whole() as raw:
            ((top, timeline, size),) = raw.execute(
                "SELECT pos, (SELECT max(number) FROM timeline), "
                "pg_database_size(current_database()) FROM counter"
            ).fetchall()
            lines = raw.execute(
                "SELECT code, role, revoked, (SELECT coalesce(array_agg(department ORDER BY "
                "department), '{}') FROM scope WHERE scope.desk = code), seen, pulled, "
                "(SELECT count(DISTINCT id) FROM receipt WHERE receipt.desk = code), skew "
                "FROM desk ORDER BY code"
            ).fetchall()
        desks = tuple(
            DeskStanding(code, role, out, tuple(given), seen, pulled, top - pulled, facts, skew)
            for code, role, out, given, seen, pulled, facts, skew in lines
        )
        return CentreStanding(top, size, timeline, desks)

    def restored(self, fork: int | None = None) -> int:
        """As `FileCentre.restored`: say that the database was set back to a backup."""
        with self._whole() as raw:
            ((top, newest),) = raw.execute(
                "SELECT pos, (SELECT max(number) FROM timeline) FROM counter FOR UPDATE"
            ).fetchall()
            number = max(newest + 1, int(self._clock.now().timestamp() * 1000))
            kept = top if fork is None else min(fork, top)
            raw.execute("INSERT INTO timeline VALUES (%s, %s)", (number, kept))
        return int(number)
