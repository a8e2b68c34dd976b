"""The centre in PostgreSQL, for whoever looks after it: made, desks let in and put out."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

import psycopg
from psycopg import errors, sql
from psycopg.conninfo import conninfo_to_dict

from db.admission import Admission, new_password, say
from db.centre import ASTRAY
from db.clock import Clock
from db.postgres import address_of, explained
from db.refusal import Refusal
from db.staff import EARLY, departments_in

SCHEMA = "deskapp"
LEAST = 15
"""the oldest PostgreSQL"""
POSITIONS = 4_000_000
"""in one part of the ledger"""
PARTS = 16
"""of the ledger, which stand ready behind its end: 64 million facts. Each costs every call a little
"""
DRAWERS = 16
"""parts of the receipts, by desk"""
HELD = "2s"
"""how long desks wait, at most, for a part of the ledger that somebody else is reading"""
CALLS = ("hello", "push", "pull")
"""what a desk may do"""
OBJECTS = ("lo_creat", "lo_create", "lo_from_bytea")
"""calls that PostgreSQL gives to everybody, and by which anybody could fill the disk"""
FOLDER = files("assets") / "centre"


@dataclass(frozen=True, slots=True)
class Granted:
    """What a desk may: as which role of the database it comes in, whose confidences it is given,
    for which events' packs it pushes. `password` is told this once, where it is a new one.
    """

    desk: str
    role: str
    departments: tuple[str, ...]
    packs: tuple[str, ...]
    address: str
    password: str | None


@dataclass(frozen=True, slots=True)
class DeskStanding:
    """How a desk stands: how far it has pulled, and how many of the centre's facts it has not.

    maker: of a pack, its desk. offset: milliseconds that its clock was behind at its last push;
    None before the first. faults: facts that it could not fold.
    """

    desk: str
    role: str
    maker: str | None
    revoked: bool
    departments: tuple[str, ...]
    seen: datetime | None
    pulled: int
    behind: int
    offset: int | None
    faults: int


@dataclass(frozen=True, slots=True)
class CentreStanding:
    """How the centre stands; size in bytes, of the whole database. room: for how many facts more
    the ledger has parts; None where it has none.
    """

    facts: int
    room: int | None
    size: int
    timeline: int
    desks: tuple[DeskStanding, ...]


def scripts() -> list[tuple[int, str]]:
    """The numbered changes of the centre's tables, in their order."""
    found = (each for each in FOLDER.iterdir() if each.name[:4].isdigit())
    return sorted((int(each.name[:4]), each.read_text("utf-8")) for each in found)


class Central:
    """A library's centre, by a connection of whoever owns its database; that must be a role that
    may make roles.

    Refuses as `PostgresCentre`, CentreNotReady before `init`, and CentreTooNew where a newer
    version has been here.
    """

    def __init__(self, address: str, clock: Clock, password: str | None = None) -> None:
        self._clock = clock
        with explained():
            self._address = address_of(address)
            self._raw = psycopg.connect(self._address, password=password, autocommit=True)
        self._roles = Admission(self._raw)

    def close(self) -> None:
        self._raw.close()

    @property
    def connection(self) -> psycopg.Connection[tuple[Any, ...]]:
        """To a centre of this version, for what else its owner does there."""
        with self._whole() as raw:
            return raw

    @contextmanager
    def _whole(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """One transaction, in the centre's schema, which is of this version."""
        with explained(), self._raw.transaction():
            self._raw.execute(f"SET LOCAL search_path = {SCHEMA}, pg_temp")
            self._check()
            yield self._raw

    def _check(self) -> None:
        ((form,),) = self._raw.execute("SELECT coalesce(max(number), 0) FROM form").fetchall()
        known = scripts()[-1][0]
        if form > known:
            raise Refusal("CentreTooNew", form=form, known=known)
        if form < known:
            raise Refusal("CentreNotReady")

    def init(self) -> int:
        """Make the centre, or bring it up to date, whole or not at all; may be run again.

        Gives its tables' number. Refuses ServerTooOld, ServerEncoding, RoleTaken.
        """
        info = self._raw.info
        if info.server_version < LEAST * 10_000:
            raise Refusal("ServerTooOld", version=info.server_version // 10_000, least=LEAST)
        if info.parameter_status("server_encoding") != "UTF8":
            raise Refusal("ServerEncoding", encoding=info.parameter_status("server_encoding"))
        try:
            self._install()
        except psycopg.errors.UniqueViolation:
            self._install()  # somebody else had begun to make it, and is done now
        self.clean()
        return scripts()[-1][0]

    def _install(self) -> None:
        with explained(), self._raw.transaction():
            self._raw.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
            self._raw.execute(f"SET LOCAL search_path = {SCHEMA}, pg_temp")
            self._raw.execute("CREATE TABLE IF NOT EXISTS form (number integer PRIMARY KEY)")
            self._raw.execute("LOCK TABLE form")
            done = {number for (number,) in self._raw.execute("SELECT number FROM form")}
            for number, script in scripts():
                if number not in done:
                    self._raw.execute(script)
                    self._raw.execute("INSERT INTO form VALUES (%s)", (number,))
            self._check()
            self._divide()
            self._define()
            self._let_nobody_else()

    def _divide(self) -> None:
        """The parts of the receipts, and of the ledger; of those, more each time."""
        ((top,),) = self._raw.execute("SELECT pos FROM counter").fetchall()
        for part in range(top // POSITIONS + PARTS):
            say(
                self._raw,
                "CREATE TABLE IF NOT EXISTS {part} PARTITION OF ledger "
                "FOR VALUES FROM ({begin}) TO ({end})",
                part=f"ledger_{part}",
                begin=sql.Literal(part * POSITIONS),
                end=sql.Literal((part + 1) * POSITIONS),
            )
        # Where the server counts what is frequent, it would keep words of its own.
        self._raw.execute("ALTER TABLE ledger ALTER private SET STATISTICS 0")
        for part in range(DRAWERS):
            say(
                self._raw,
                "CREATE TABLE IF NOT EXISTS {part} PARTITION OF receipt "
                "FOR VALUES WITH (MODULUS {all}, REMAINDER {part_})",
                part=f"receipt_{part}",
                all=sql.Literal(DRAWERS),
                part_=sql.Literal(part),
            )

    def _define(self) -> None:
        """The functions, in place of all that were there: one of another form would stay beside."""
        there = self._raw.execute(
            "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = %s::regnamespace",
            (SCHEMA,),
        )
        for (signature,) in there.fetchall():
            say(self._raw, "DROP FUNCTION {it}", it=sql.SQL(signature))
        self._raw.execute((FOLDER / "functions.sql").read_text("utf-8"))

    def _let_nobody_else(self) -> None:
        """Desks may make the calls. What PostgreSQL gives to everybody is taken back: to connect,
        to make tables, to call what is new.
        """
        desks = self._roles.everybody
        names = {"s": SCHEMA, "d": self._roles.database, "desks": desks}
        self._roles.make(desks, "desks")
        say(self._raw, "REVOKE ALL ON DATABASE {d} FROM PUBLIC", **names)
        say(self._raw, "REVOKE ALL ON SCHEMA public FROM PUBLIC")
        say(self._raw, "REVOKE ALL ON SCHEMA {s} FROM PUBLIC", **names)
        say(self._raw, "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {s} FROM PUBLIC", **names)
        say(self._raw, "GRANT CONNECT ON DATABASE {d} TO {desks}", **names)
        say(self._raw, "GRANT USAGE ON SCHEMA {s} TO {desks}", **names)
        for call in CALLS:
            say(self._raw, "GRANT EXECUTE ON FUNCTION {call} TO {desks}", call=call, **names)
        if self._roles.is_superuser():
            say(self._raw, f"REVOKE EXECUTE ON FUNCTION {', '.join(OBJECTS)} FROM PUBLIC")

    def doubts(self) -> list[str]:
        """What only whoever runs the server can mend: `tls` is off, another `password` encryption
        than SCRAM, large `objects` may be made by everybody.
        """
        with explained():
            ((tls, password, objects),) = self._raw.execute(
                "SELECT current_setting('ssl') <> 'on', "
                "current_setting('password_encryption') <> 'scram-sha-256', "
                "bool_or(has_function_privilege('public', oid, 'EXECUTE')) FROM pg_proc "
                "WHERE pronamespace = 'pg_catalog'::regnamespace AND proname = ANY (%s)",
                (list(OBJECTS),),
            ).fetchall()
        found = {"tls": tls, "password": password, "objects": objects}
        return [name for name, there in found.items() if there]

    def grant(
        self,
        desk: str,
        departments: Sequence[str] | None = None,
        packs: Sequence[str] = (),
        *,
        renew: bool = False,
        host: str | None = None,
    ) -> Granted:
        """Let a desk in. One that is in keeps what is not said: its password but to `renew` it, its
        departments; packs are added. `host` is what desks call the server, where that is another
        name than that of this connection.

        Refuses PackTaken where a code is that of a desk, or of another's pack, and RoleTaken.
        """
        role = self._roles.role_of(desk)
        password = None
        with self._whole() as raw:
            known = raw.execute(
                "SELECT maker, revoked FROM desk WHERE code = %s", (desk,)
            ).fetchone()
            if known is not None and known[0] is not None:
                raise Refusal("PackTaken", pack=desk, desk=known[0])
            if self._roles.make(role, desk) or known is None or known[1] or renew:
                password = new_password()
                self._roles.let_in(role, password)
            raw.execute(
                "INSERT INTO desk (code, role) VALUES (%s, %s) "
                "ON CONFLICT (code) DO UPDATE SET role = excluded.role, revoked = false",
                (desk, role),
            )
            for pack in packs:
                self._add(pack, desk, role)
            if departments is not None:
                raw.execute("DELETE FROM scope WHERE desk = %s", (desk,))
                for department in departments:
                    raw.execute("INSERT INTO scope VALUES (%s, %s)", (desk, department))
            given, made = raw.execute(
                "SELECT ARRAY(SELECT department FROM scope WHERE desk = %(desk)s ORDER BY 1), "
                "ARRAY(SELECT code FROM desk WHERE maker = %(desk)s AND NOT revoked ORDER BY 1)",
                {"desk": desk},
            ).fetchall()[0]
        address = self._roles.address(role, conninfo_to_dict(self._address), host)
        return Granted(desk, role, tuple(given), tuple(made), address, password)

    def _add(self, pack: str, desk: str, role: str) -> None:
        self._raw.execute(
            "INSERT INTO desk (code, role, maker) VALUES (%s, %s, %s) "
            "ON CONFLICT (code) DO UPDATE SET role = excluded.role, revoked = false "
            "WHERE desk.maker = excluded.maker",
            (pack, role, desk),
        )
        (maker,) = self._raw.execute("SELECT maker FROM desk WHERE code = %s", (pack,)).fetchall()
        if maker != (desk,):
            raise Refusal("PackTaken", pack=pack, desk=maker[0] or pack)

    def departments(self) -> set[str]:
        """The departments of the staff whom the library entered first, by the facts that are here:
        a new one may not be among them.
        """
        with self._whole() as raw:
            lines = raw.execute(
                "SELECT data FROM ledger WHERE pos <= %s "
                "AND kind IN ('staff.entered', 'staff.changed')",
                (EARLY,),
            ).fetchall()
        return departments_in(data for (data,) in lines)

    def revoke(self, desk: str) -> str:
        """Put a desk out, at once: it may not log in, and what is open ends. Its role's name.

        With it go the packs it made; a pack can be put out alone. What was pushed stays. Refuses
        DeskUnknown.
        """
        with self._whole() as raw:
            row = raw.execute("SELECT role, maker FROM desk WHERE code = %s", (desk,)).fetchone()
            if row is None:
                raise Refusal("DeskUnknown", desk=desk)
            role: str = row[0]
            if row[1] is not None:
                raw.execute("UPDATE desk SET revoked = true WHERE code = %s", (desk,))
                return role
            self._roles.keep_out(role)
        with self._whole() as raw:
            self._roles.throw_out(role)
            # Its row it may have held until it was out. To wait for one that stays helps nobody.
            raw.execute("SET LOCAL lock_timeout = '10s'")
            raw.execute("UPDATE desk SET revoked = true WHERE role = %s", (role,))
        return role

    def standing(self) -> CentreStanding:
        """How the centre and each of its desks stand."""
        with self._whole() as raw:
            ((top, timeline, size, parts),) = raw.execute(
                "SELECT pos, (SELECT max(number) FROM timeline), "
                "pg_database_size(current_database()), "
                "(SELECT count(*) FROM pg_inherits WHERE inhparent = 'ledger'::regclass) "
                "FROM counter"
            ).fetchall()
            lines = raw.execute(
                "SELECT code, role, maker, revoked, ARRAY(SELECT department FROM scope "
                "WHERE scope.desk = code ORDER BY 1), seen, greatest(pulled, 0), skew, faults "
                "FROM desk ORDER BY coalesce(maker, code), maker IS NOT NULL, code"
            ).fetchall()
        desks = tuple(
            DeskStanding(
                code, role, maker, out, tuple(given), seen, pulled, top - pulled, skew, faults
            )
            for code, role, maker, out, given, seen, pulled, skew, faults in lines
        )
        return CentreStanding(top, parts * POSITIONS - 1 - top, size, timeline, desks)

    def clean(self) -> int:
        """Leave no words of erased persons in the files of the ledger; how many parts of it were
        written anew, each locked meanwhile: a minute for four million facts. Log, backups and
        replicas of the server are its operator's.

        Nothing is done while a transaction is open that began before, as that of a running backup:
        it would keep the words; or that holds a part, since all desks would wait with us. The next
        time will do.
        """
        with self._whole() as raw:
            parts = raw.execute(
                "SELECT ledger.tableoid::regclass::text, array_agg(pos) FROM ledger JOIN soiled "
                "USING (pos) WHERE NOT EXISTS (SELECT FROM pg_stat_activity a "
                "WHERE a.pid <> pg_backend_pid() AND a.datname = current_database() "
                # Of other people's sessions the owner is told that they are in one, not since when.
                "AND (a.xact_start <= soiled.at OR a.xact_start IS NULL AND EXISTS (SELECT "
                "FROM pg_locks l WHERE l.pid = a.pid AND l.locktype = 'virtualxid'))) GROUP BY 1"
            ).fetchall()
        cleaned = 0
        with explained(), suppress(errors.LockNotAvailable):
            say(self._raw, "SET lock_timeout = {time}", time=sql.Literal(HELD))
            for part, taken in parts:
                # VACUUM alone frees the place of a line, and leaves the words in it.
                say(self._raw, "VACUUM FULL {schema}.{part}", schema=SCHEMA, part=part)
                self._raw.execute(f"DELETE FROM {SCHEMA}.soiled WHERE pos = ANY (%s)", (taken,))
                cleaned += 1
        with explained():
            self._raw.execute("RESET lock_timeout")
        return cleaned

    def restored(self, fork: int | None = None) -> int:
        """As `FileCentre.restored`: say that the database was set back to a backup."""
        with self._whole() as raw:
            astray = raw.execute("SELECT code FROM desk WHERE pulled = %s ORDER BY 1", (ASTRAY,))
            if fork is None and (desks := [desk for (desk,) in astray]):
                raise Refusal("ForkUnsaid", desks=", ".join(desks))
            ((top, newest),) = raw.execute(
                "SELECT pos, (SELECT max(number) FROM timeline) FROM counter FOR UPDATE"
            ).fetchall()
            number = max(newest + 1, int(self._clock.now().timestamp() * 1000))
            kept = top if fork is None else min(fork, top)
            raw.execute("INSERT INTO timeline VALUES (%s, %s)", (number, kept))
            raw.execute("UPDATE desk SET pulled = 0 WHERE pulled = %s", (ASTRAY,))
        return int(number)
