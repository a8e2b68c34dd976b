"""Whoever has a desk's password says what they like to PostgreSQL: it stops nobody."""

from pathlib import Path

import pytest

from db.clock import SystemClock
from db.doctor import examine
from db.exchange import exchange
from db.facts import GENESIS, chained, digest_of
from db.postgres import PUSH, SENT
from tests.postgres import Roles, Server
from tests.shelf import desk, rows, switch

pytestmark = pytest.mark.usefixtures("quick")


def test_anothers_id_is_told_apart(tmp_path: Path, server: Server) -> None:
    """`B` claims what `A` has pushed, by the bare call, twice in one push: everybody goes on."""
    roles = Roles(server, SystemClock())
    a, b = desk(tmp_path / "a.db", "A"), desk(tmp_path / "b.db", "B")
    switch(a, 1)
    exchange(a, roles)
    (claimed,), _ = roles.pull("B", 0, GENESIS, 1)
    claimed.desk, claimed.data = "B", '{"to":"off"}'
    claimed.digest = digest_of(claimed)
    chain = chained(GENESIS, "B", 1, 1, claimed.digest)
    chain = chained(chain, "B", 1, 2, claimed.digest)
    columns = [[getattr(claimed, name)] * 2 for name in SENT]
    ((positions,),) = roles.centres["B"]._ask(PUSH, "B", 1, 1, GENESIS, 0, *columns, chain)
    assert positions == [2, 3]
    switch(a, 2)
    for ledger in (a, b, a):
        exchange(ledger, roles)
    late = desk(tmp_path / "late.db", "B")
    exchange(late, roles)
    id = claimed.id
    for ledger in (a, b, late):
        assert rows(ledger, "SELECT id, pos FROM fact WHERE pos < 4 ORDER BY pos") == [
            (id, 1),
            (f"{id}+2", 2),
            (f"{id}+3", 3),
        ]
        assert rows(ledger, "SELECT subject, state, turns FROM lamp ORDER BY subject") == [
            ("lamp:1", "on", 1),
            ("lamp:2", "on", 1),
        ]
        assert {found.code for found in examine(ledger)} == {"FactFault"}
    roles.close()
