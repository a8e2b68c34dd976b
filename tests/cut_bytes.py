"""A small sync cut at every byte, in both directions: `python -m tests.cut_bytes --every 1`.

After each cut it is done again: nothing is lost, nothing is there twice, and the tables are those
of a desk whose line never broke.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from psycopg.conninfo import conninfo_to_dict, make_conninfo

import db.central
from db.centre import Receipt
from db.exchange import exchange
from db.facts import Fact
from db.postgres import PostgresCentre
from db.refusal import Refusal
from tests.postgres import Roles, Server, running
from tests.proxy import Line, Way, broken_line
from tests.shelf import desk, name, rows, switch
from tests.simulation.troubles import quick_disk
from tests.toys import ToyClock


class Watched(PostgresCentre):
    """Notes where in the line's bytes the answer to a push stands."""

    line: Line
    answer: range = range(0)

    def push(
        self, desk: str, epoch: int, previous: bytes, facts: Sequence[Fact], skew: int
    ) -> list[Receipt]:
        before = self.line.passed["down"]
        receipts = super().push(desk, epoch, previous, facts, skew)
        self.answer = range(before, self.line.passed["down"] + 1)
        return receipts


class Shore:
    """Two desks at one centre: `near` by a line that breaks, `far` by one that does not."""

    def __init__(self, folder: Path, server: Server, line: Line) -> None:
        self.clock = ToyClock()
        # Whoever comes anew looks at all parts of the tables; there is not much in them here.
        with patch.multiple(db.central, PARTS=2, DRAWERS=2):
            self.roles = Roles(server, self.clock)
        self.line = line
        self.near, self.far = (desk(folder / f"{d}.db", d, self.clock) for d in ("A", "B"))
        own = self.roles.centres["A"]
        way = make_conninfo(own._address, host="127.0.0.1", port=line.port, sslmode="disable")
        self.centre = Watched(make_conninfo(way, gssencmode="disable"), own._password)
        self.centre.line = line
        self.said: list[str] = []
        self.counted: Counter[str] = Counter()

    def act(self) -> None:
        """Some facts to go up, some to come down; each lamp is touched by both."""
        self.clock.move(seconds=1)
        lamp = len(self.said)
        self.said += switch(self.near, lamp, lamp + 1)
        self.said.append(name(self.near, lamp + 2, "reader:1", "晨"))
        self.said += switch(self.far, lamp)
        self.said.append(name(self.far, lamp + 1, "reader:1", "暮"))
        exchange(self.far, self.roles.centres["B"])

    def exchange(self) -> bool:
        """Whether all of it was done."""
        try:
            exchange(self.near, self.centre)
        except Refusal as refusal:
            self.counted[refusal.code] += 1
            if refusal.code not in ("CentreAway", "CentreRefused"):
                raise
            return False
        finally:
            self.centre.close()
        return True

    def cut(self, way: Way, after: int) -> bool:
        """Sync with a cut, and once more without; whether there was anything to cut."""
        known = len(self.said)
        self.act()
        self.line.breaks(way, after)
        while not self.exchange() and not self.line.broken:
            # What served the lines that broke before is not all gone yet, and a desk has only four.
            time.sleep(0.05)
        broke = self.line.broken
        exchange(self.near, self.roles.centres["A"])
        self.counted[way] += broke
        new = f"SELECT count(*), max(pos) FROM {{}} WHERE pos > {known}"
        wanted = (len(self.said) - known, len(self.said))
        assert self.asked(new.format("ledger")) == [wanted], f"{way} {after}"
        assert rows(self.near, new.format("fact")) == [wanted], f"{way} {after}"
        return broke

    def asked(self, sql: str) -> list[tuple[Any, ...]]:
        """What the centre's owner sees."""
        with self.roles.central._whole() as raw:
            return raw.execute(sql).fetchall()

    def sweep(self, way: Way, offsets: Iterable[int]) -> int:
        """Cut at each of these, until there is nothing more to cut; the last one."""
        last = 0
        for after in offsets:
            if not self.cut(way, after):
                break
            last = after
        return last

    def look(self) -> None:
        """Both desks and the centre tell the same story, each fact once."""
        exchange(self.far, self.roles.centres["B"])
        ids = self.asked("SELECT id FROM ledger ORDER BY pos")
        assert sorted(id for (id,) in ids) == sorted(self.said)
        for sql in (
            "SELECT pos, id, digest, private, chain FROM fact ORDER BY pos",
            "SELECT * FROM lamp ORDER BY subject",
            "SELECT * FROM clash ORDER BY first, second",
        ):
            assert rows(self.near, sql) == rows(self.far, sql), sql
        tables = rows(self.near, "SELECT * FROM lamp"), rows(self.near, "SELECT * FROM clash")
        assert list(self.near.rebuild())
        assert tables == (
            rows(self.near, "SELECT * FROM lamp"),
            rows(self.near, "SELECT * FROM clash"),
        )

    def close(self) -> None:
        self.roles.close()
        for ledger in (self.near, self.far):
            ledger.store.close()


def socket_of(server: Server) -> str:
    """Where a server of the tests listens."""
    known = conninfo_to_dict(server.address)
    return f"{known['host']}/.s.PGSQL.{known.get('port') or 5432}"


def run(folder: Path, server: Server, every: int) -> Counter[str]:
    """Cut at every so manyth byte both ways, and at all of the answer to a push."""
    with broken_line(socket_of(server)) as line, quick_disk():
        shore = Shore(folder, server, line)
        shore.act()
        shore.exchange()
        shore.counted["bytes up"], shore.counted["bytes down"] = line.passed.values()
        answer = shore.centre.answer
        shore.sweep("up", range(1, 1 << 20, every))
        shore.sweep("down", range(1, 1 << 20, every))
        if every > 1:
            shore.sweep("down", answer)
        shore.counted["bytes of the push's answer"] = len(answer)
        shore.look()
        shore.close()
        return shore.counted


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.cut_bytes", description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="cut at every so manyth byte")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running() as server:
        counted = run(Path(folder), server, given.every)
    print(", ".join(f"{count} {what}" for what, count in counted.items()))


if __name__ == "__main__":
    main()
