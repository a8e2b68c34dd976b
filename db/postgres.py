"""The centre in PostgreSQL, as a desk speaks with it: three calls, as a role that may no more."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC
from itertools import pairwise
from typing import Any

import psycopg
from psycopg import errors

from db.centre import Greeting, Hello, Receipt
from db.facts import Fact, chained
from db.refusal import Refusal

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
SENT = {
    "id": "text", "act": "text", "timeline": "bigint", "kind": "text", "version": "bigint",
    "subject": "text", "base": "bigint", "beyond": "text", "at": "text", "actor": "text",
    "data": "text", "person": "text", "scope": "text", "private": "text", "salt": "bytea",
    "seal": "bytea", "digest": "bytea",
}  # fmt: skip
"""what is sent of each fact; its desk and its place are those of the whole stretch"""
HELLO = (
    "SELECT form, now, timeline, forks, epoch, head, head_chain, scopes, handled, standings, top, "
    "link, new, key "
    "FROM deskapp.hello(%b::text, %b::bigint, %b::text, %b::bigint, %b::bigint, %b::bytea)"
)
PUSH = (
    "SELECT deskapp.push(%b::text, %b::bigint, %b::bigint, %b::bytea, %b::bigint, "
    + ", ".join(f"%b::{kind}[]" for kind in SENT.values())
    + ", %b::bytea)"
)
PULL = "SELECT * FROM deskapp.pull(%b::text, %b::bigint, %b::bytea, %b::bigint)"


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
        if isinstance(error, psycopg.OperationalError):
            why = str(error).strip().splitlines()[0]
            # Without a connection there is no sqlstate: it is the server that says FATAL.
            raise Refusal("CentreRefused" if "FATAL" in why else "CentreAway", why=why) from error
        raise


class PostgresCentre:
    """The centre at a PostgreSQL, reached as one desk's role.

    `address` is a connection string of libpq; its password is not in it. Refuses CentreAway,
    CentreNotUs (no such role, or another password), and whatever the centre refuses.
    """

    def __init__(self, address: str, password: str | None = None) -> None:
        self._address, self._password = address, password
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def hello(self, said: Greeting) -> Hello:
        asked = (said.desk, said.epoch, said.mark, said.cursor, said.faults, said.key)
        (row,) = self._ask(HELLO, *asked)
        form, now, timeline, forks, epoch, head, chain, scopes, handled, standings, *rest = row
        return Hello(
            form, now.astimezone(UTC), timeline, forks or [], epoch, head, chain, scopes or [],
            handled or {}, standings or {}, *rest,
        )  # fmt: skip

    def push(
        self, desk: str, epoch: int, previous: bytes, facts: Sequence[Fact], skew: int
    ) -> list[Receipt]:
        if not facts:
            return []
        if any(fact.desk != desk for fact in facts):
            raise Refusal("NotYours", desk=desk)
        for before, fact in pairwise(facts):
            seq = (before.seq or 0) + 1
            if fact.seq != seq:
                raise Refusal("Gap", seq=seq - 1)
            if chained(before.chain or b"", desk, epoch, seq, fact.digest) != fact.chain:
                raise Refusal("ChainBroken", seq=seq)
        columns = [[getattr(fact, name) for fact in facts] for name in SENT]
        last = facts[-1].chain
        asked = self._ask(PUSH, desk, epoch, facts[0].seq, previous, skew, *columns, last)
        # The centre has seen that the last chain is right, and with it all before it.
        return [
            Receipt(fact.seq or 0, fact.id, pos, fact.chain or b"")
            for fact, pos in zip(facts, asked[0][0], strict=True)
        ]

    def pull(self, desk: str, cursor: int, link: bytes, limit: int) -> tuple[list[Fact], int]:
        facts = [Fact(*row) for row in self._ask(PULL, desk, cursor, link, limit)]
        return facts, (facts[-1].pos or cursor) if facts else cursor

    def _ask(self, question: str, *said: object) -> list[tuple[Any, ...]]:
        with explained():
            try:
                with self._spoken().cursor(binary=True) as cursor:
                    return cursor.execute(question, said, prepare=True).fetchall()
            except psycopg.OperationalError:
                self.close()
                raise

    def _spoken(self) -> psycopg.Connection[tuple[Any, ...]]:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(
                self._address,
                password=self._password,
                autocommit=True,
                connect_timeout=PATIENCE,
            )
        return self._connection
