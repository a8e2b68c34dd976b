"""kill -9 at random moments: `python -m tests.kill --times 300`.

A child acts on a store as fast as it can and prints the ids of an act only after its commit. The
parent kills it and looks: what was confirmed is there, acts are whole, the doctor finds nothing.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from db.clock import SystemClock
from db.copy import Copy
from db.doctor import examine
from db.ledger import Ledger, found
from db.store import Store, driver
from tests.toys import LAMPS, SCHEMA

KEY = b"k" * 32


def make(folder: Path) -> None:
    """A desk's store in a folder, and its second copy."""
    store = Store.create(folder / "desk.db")
    found(store, "A", KEY)
    with store.writing() as connection:
        driver(connection).execute(SCHEMA)
    Copy(Ledger(store, [LAMPS], SystemClock()), folder / "copy.db").begin()
    store.close()


def open_(folder: Path) -> Ledger:
    return Ledger(Store(folder / "desk.db"), [LAMPS], SystemClock())


def work(folder: Path, confirm: int, acts: int | None, seed: int) -> None:
    """Act, and write each act's ids into `confirm` once it is durable. Without `acts`, for ever."""
    chance = random.Random(seed)
    ledger = open_(folder)
    if acts is None and chance.random() < 0.5:
        Copy(ledger, folder / "copy.db").follow(0.005)
    done = 0
    while acts is None or done < acts:
        done += 1
        with ledger.act("somebody") as act:
            ids: list[str] = []
            for _ in range(chance.choice((1, 1, 2, 40))):
                lamp = f"lamp:{chance.randrange(20)}"
                if chance.random() < 0.3:
                    person = f"p{act.id}-{len(ids)}"
                    private = {"name": "x" * chance.choice((3, 3, 9000))}
                    ids.append(act.record("lamp.named", lamp, person=person, private=private).id)
                    if chance.random() < 0.1:
                        erased = f"person:{person}"
                        ids.append(act.record("person.erased", erased, person=person).id)
                else:
                    ids.append(act.record("lamp.switched", lamp, {"to": "on"}).id)
        os.write(confirm, f"{' '.join(ids)}\n".encode())
    ledger.store.close()


def kill_once(folder: Path, chance: random.Random) -> tuple[list[list[str]], float]:
    """Let a child work and kill it; the acts that it confirmed, and after how many seconds."""
    reading, writing = os.pipe()
    seed = chance.randrange(1 << 30)
    pid = os.fork()
    if not pid:
        os.close(reading)
        try:
            work(folder, writing, None, seed)
        finally:
            os._exit(1)
    os.close(writing)
    after = chance.choice((0.05, 0.2, 0.5)) * chance.random()
    with os.fdopen(reading, "rb") as confirmed:
        time.sleep(after)
        os.kill(pid, signal.SIGKILL)
        lines = confirmed.read()
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL, "it died of itself"
    whole = lines[: lines.rfind(b"\n") + 1].decode()
    return [line.split() for line in whole.splitlines()], after


def look(folder: Path, confirmed: Sequence[Sequence[str]]) -> Counter[str]:
    """What is wrong after a kill; nothing, or AssertionError."""
    log = (folder / "desk.db-wal").exists()
    ledger = open_(folder)
    try:
        with ledger.store.reading() as connection:
            lines = driver(connection).execute("SELECT id, act, private FROM fact").fetchall()
        acts: dict[str, set[str]] = {}
        for id, act, _ in lines:
            acts.setdefault(act, set()).add(id)
        by_id = {id: act for id, act, _ in lines}
        for ids in confirmed:
            lost = [id for id in ids if id not in by_id]
            assert not lost, f"confirmed and gone: {lost}"
            assert acts[by_id[ids[0]]] == set(ids), "half an act"
        if ledger.purge_due():
            ledger.purge()
        copy = Copy(ledger, folder / "copy.db")
        copy.catch_up()
        findings = examine(ledger, copy.path)
        assert findings == [], findings
    finally:
        ledger.store.close()
    return Counter(kills=1, acts=len(confirmed), facts=sum(map(len, confirmed)), logs=log)


def run(folder: Path, times: int, seed: int) -> Counter[str]:
    """Kill so often, in stores that grow for a while; what that exercised."""
    chance = random.Random(seed)
    counted: Counter[str] = Counter()
    place = folder
    for number in range(times):
        if number % 25 == 0:
            place = folder / str(number)
            place.mkdir()
            make(place)
        confirmed, _ = kill_once(place, chance)
        counted += look(place, confirmed)
    return counted


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.kill", description=__doc__)
    parser.add_argument("--times", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", type=Path, metavar="DIR", help="act in DIR, killing nobody")
    parser.add_argument("--acts", type=int, default=5)
    given = parser.parse_args()
    if given.child:
        work(given.child, sys.stdout.fileno(), given.acts, given.seed)
        return
    with tempfile.TemporaryDirectory() as folder:
        counted = run(Path(folder), given.times, given.seed)
    print(", ".join(f"{count} {what}" for what, count in counted.items()))


if __name__ == "__main__":
    main()
