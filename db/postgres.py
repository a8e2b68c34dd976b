"""The centre in PostgreSQL, as a desk speaks with it: three calls, as a role that may no more."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC
from typing import Any

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from db.arrays import Array, ArrayDumper, Growing
from db.centre import Greeting, Hello, Receipt
from db.facts import COLUMNS, Fact, chained
from db.refusal import Refusal
from db.stretch import Columns, Read, Stretch, columns_of, reading
from db.turned_away import state

REFUSED = "DK001"
"""the error by which the centre's functions refuse (assets/centre/functions.sql)"""
REFUSALS = {
    "CentreOfAnother": "CentreOfAnother",
    "CentreEmpty": "CentreEmpty",
    "NotYours": "NotYours",
    "Gap": "Gap",
    "Fork": "Fork",
    "ChainBroken": "ChainBroken",
    "IdTaken": "IdTaken",
    "OrderDiffers": "OrderDiffers",
}
"""what the centre may say, and what it is called here"""
PATIENCE = 10
"""seconds for which the network may say nothing"""
WATCH = {
    "connect_timeout": PATIENCE, "keepalives_idle": PATIENCE, "keepalives_interval": 5,
    "keepalives_count": 3, "tcp_user_timeout": PATIENCE * 1000,
}  # fmt: skip
"""by which a line that is dead without a word is found out, in half a minute"""
SENT = {
    "id": "text", "act": "text", "timeline": "bigint", "kind": "text", "version": "bigint",
    "subject": "text", "base": "bigint", "beyond": "text", "at": "text", "actor": "text",
    "data": "text", "person": "text", "scope": "text", "private": "text", "salt": "bytea",
    "seal": "bytea", "digest": "bytea",
}  # fmt: skip
"""what is sent of each fact; its desk and its place are those of the whole stretch"""
PLACED = ("id", "desk", "epoch", "seq", "digest", "chain")
"""what is kept of each meanwhile; of a fact that the centre has, nothing else is read"""
HELLO = (
    "SELECT form, now, timeline, forks, epoch, head, head_chain, scopes, handled, standings, top, "
    "link, fits, new, key FROM deskapp.hello(%b::text, %b::bigint, %b::text, %b::bigint, "
    "%b::bytea, %b::bigint, %b::bigint, %b::bytea)"
)
PUSH = (
    "SELECT deskapp.push(%b::text, %b::bigint, %b::bigint, %b::bytea, %b::bigint, "
    + ", ".join(f"%b::{kind}[]" for kind in SENT.values())
    + ", %b::bytea)"
)
PULL = "SELECT * FROM deskapp.pull(%b::text, %b::bigint, %b::bytea, %b::bigint)"
SAYS = {
    "password authentication failed": "CentrePassword",
    "not permitted to log in": "CentreRevoked",
    "no encryption": "CentreOpen",
    "does not support SSL": "CentreOpen",
    "does not match host name": "CentreName",
    "certificate verify failed": "CentreCertificate",
    "root certificate file": "CentreRoots",
    "starting up": "CentreAway",
    "shutting down": "CentreAway",
    "too many connections": "CentreAway",
    "too many clients": "CentreAway",
}
"""what is said where no connection comes about; what is said otherwise, its state tells"""
SEVERITY = re.compile(r": \S+:  ")
"""By these two spaces it is the server that speaks, in whatever language: `failed: FATAL:  …`."""
STATES = {
    "23502": "CentreAway",  # not_null_violation: it was set back since its hello
    "23514": "CentreFull",  # check_violation: no part of the ledger has this position
    "25006": "CentreAway",  # read_only_sql_transaction: a replica, until it is the first
    "42501": "CentreRefused",  # insufficient_privilege
    "3F000": "CentreNotReady",  # invalid_schema_name
    "42883": "CentreNotReady",  # undefined_function
    "42P01": "CentreNotReady",  # undefined_table
    "42704": "CentreNotReady",  # undefined_object: a role
}
AT_THE_DOOR = {
    "08": "CentreAway",  # connection exceptions
    "28P01": "CentrePassword",  # invalid_password
    "53": "CentreAway",  # insufficient resources: too many connections
    "57": "CentreAway",  # operator intervention: it starts, stops, or follows another
}
"""where no connection comes about, by state or class, in whatever language the server speaks"""
NEAR = ("127.0.0.1", "::1", "localhost")


@contextmanager
def explained() -> Iterator[None]:
    """What the database or the way to it refuses becomes a refusal."""
    try:
        yield
    except errors.Error as error:
        if error.sqlstate == REFUSED:
            code, said = error.diag.message_primary or "", error.diag.message_detail or "{}"
            if code not in REFUSALS:
                raise Refusal("CentreOther", why=code) from error
            raise Refusal(REFUSALS[code], **json.loads(said)) from error
        if error.sqlstate in STATES:
            raise Refusal(STATES[error.sqlstate], why=error.diag.message_primary) from error
        if isinstance(error, psycopg.OperationalError):
            raise _away(error) from error
        raise


def _away(error: psycopg.OperationalError) -> Refusal:
    """Why there is no connection, or no longer one. CentreAway: it may come back by itself."""
    said = str(error).strip().splitlines()[0]
    why = said.removeprefix("connection failed: ").removeprefix("connection is bad: ")
    if error.pgconn is not None and error.pgconn.needs_password:
        return Refusal("CentrePasswordMissing")
    words = next((words for words in SAYS if words in why), None)
    if words is not None:
        return Refusal(SAYS[words], why=why)
    if SEVERITY.search(why) and error.pgconn is not None:
        known = state(error.pgconn.info) or ""
        return Refusal(AT_THE_DOOR.get(known, AT_THE_DOOR.get(known[:2], "CentreRefused")), why=why)
    return Refusal("CentreAway", why=why)


def address_of(text: str) -> str:
    """A connection string of libpq as it is used: only to a server that proves its name by TLS,
    unless it is one of this machine (sockets know no TLS).

    Refuses AddressWrong, AddressSecret (a password in it: other users of the machine see what a
    command is started with), AddressOpen.
    """
    try:
        parts = conninfo_to_dict(text)
    except psycopg.ProgrammingError:
        # Its words would repeat parts of the text, which may have a password in it.
        raise Refusal("AddressWrong") from None
    if parts.get("password") or parts.get("sslpassword"):
        raise Refusal("AddressSecret")
    mode = parts.setdefault("sslmode", "verify-full")
    hosts = str(parts.get("hostaddr") or parts.get("host") or "").split(",")
    near = all(host.startswith(("/", "@")) or host in NEAR for host in hosts)
    if mode != "verify-full" and not near:
        raise Refusal("AddressOpen", mode=mode)
    parts["gssencmode"] = "disable"  # Kerberos, where there is some, would go before TLS
    return make_conninfo("", **parts)


class Packed(Stretch):
    """A stretch as it goes over the wire. Only its places stay here: no fact is made of it."""

    def __init__(self, columns: Columns, arrays: list[Array]) -> None:
        super().__init__(columns)
        self.arrays = arrays


def _refuse_broken(columns: Columns) -> None:
    """Refuses Gap and ChainBroken."""
    following = [columns[name][1:] for name in ("desk", "epoch", "seq", "digest", "chain")]
    for before, seq, *rest in zip(columns["chain"], columns["seq"], *following, strict=False):
        desk, epoch, next_, digest, chain = rest
        if next_ != seq + 1:
            raise Refusal("Gap", seq=seq)
        if chained(before, desk, epoch, next_, digest) != chain:
            raise Refusal("ChainBroken", seq=next_)


class PostgresCentre:
    """The centre at a PostgreSQL, reached as one desk's role.

    `address` is a connection string of libpq; its password is not in it (see `address_of`); or a
    `connection` that is there already. Refuses CentreAway where trying again may help; where
    somebody must do something, CentrePassword, CentrePasswordMissing, CentreRevoked, CentreOpen (no
    TLS), CentreName, CentreCertificate, CentreRoots, CentreNotReady or CentreRefused; and whatever
    the centre refuses.
    """

    def __init__(
        self,
        address: str,
        password: str | None = None,
        connection: psycopg.Connection[tuple[Any, ...]] | None = None,
    ) -> None:
        self._address, self._password = make_conninfo(address_of(address), **WATCH), password
        self._connection = connection
        self._held = (0, 0)
        if connection is not None:
            connection.adapters.register_dumper(Array, ArrayDumper)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def hello(self, said: Greeting) -> Hello:
        who = said.desk, said.epoch, said.mark, said.cursor, said.link
        (row,) = self._ask(HELLO, *who, said.faults, said.skew, said.key)
        form, now, timeline, forks, epoch, head, chain, scopes, handled, standings, *rest = row
        self._held = (said.epoch, head)
        return Hello(
            form, now.astimezone(UTC), timeline, forks or [], epoch, head, chain, scopes or [],
            handled or {}, standings or {}, *rest,
        )  # fmt: skip

    def packed(self, epoch: int, last: int, read: Read) -> Packed:
        # Where the centre has said that it holds this place, the chain is enough to show it. Had it
        # been set back since, it would refuse rows that say nothing.
        held = epoch == self._held[0] and last <= self._held[1]
        columns: Columns = {name: [] for name in PLACED}
        arrays = {name: Growing(kind) for name, kind in SENT.items()}
        for name, values in columns_of(read, PLACED if held else COLUMNS):
            if name in columns:
                columns[name].extend(values)
            if name in arrays:
                arrays[name].add(values)
        _refuse_broken(columns)
        return Packed(columns, [each.whole() for each in arrays.values()])

    def push(
        self, desk: str, epoch: int, previous: bytes, facts: Sequence[Fact], skew: int
    ) -> list[Receipt]:
        if not facts:
            return []
        if not isinstance(facts, Packed):
            facts = self.packed(epoch, facts[-1].seq or 0, reading(facts))
        columns = facts.columns
        if set(columns["desk"]) != {desk}:
            raise Refusal("NotYours", desk=desk)
        seqs, chains = columns["seq"], columns["chain"]
        asked = self._ask(PUSH, desk, epoch, seqs[0], previous, skew, *facts.arrays, chains[-1])
        # The centre has seen that the last chain is right, and with it all before it.
        return [*map(Receipt, seqs, columns["id"], asked[0][0], chains)]

    def pull(self, desk: str, cursor: int, link: bytes, limit: int) -> tuple[list[Fact], int]:
        facts = [Fact(*row) for row in self._ask(PULL, desk, cursor, link, limit)]
        return facts, (facts[-1].pos or cursor) if facts else cursor

    def _ask(self, question: str, *said: object) -> list[tuple[Any, ...]]:
        with explained():
            try:
                with self._spoken().cursor(binary=True) as cursor:
                    return cursor.execute(question, said).fetchall()
            except psycopg.OperationalError:
                self.close()
                raise

    def _spoken(self) -> psycopg.Connection[tuple[Any, ...]]:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(
                self._address, password=self._password, autocommit=True
            )
            self._connection.adapters.register_dumper(Array, ArrayDumper)
        return self._connection
