"""Exchanges as desks have them: with nothing to do, eight at once, and while somebody works."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

import psycopg

from db.clock import SystemClock
from db.exchange import exchange
from db.postgres import PostgresCentre
from deskapp import centre as centres
from deskapp import demo, requests, staff
from deskapp.desk import Desk, Role, found_desk
from deskapp.errand import Errand
from deskapp.language import Language
from deskapp.requests import Question
from tests.bench import stores
from tests.bench.centres import BATCH, batches, busy_desk, facts, restamped, roles, wire
from tests.bench.measure import Figure, in_turn, seconds, share
from tests.bench.painted import PaintedDesk
from tests.bench.painting import keys_to_paint
from tests.bench.writing import WORDS
from tests.postgres import Roles, Server, running

DESKS = 8
EACH = 5 * BATCH
"""facts of each of eight desks"""
PAUSE = 0.02
"""seconds between two requests at a desk whose waiting is measured"""
USED = 1.0
"""the same where the exchange is measured beside them: a queue that is served without a break"""
FOLDING = "ABCDE"
"""desks that fold one after the other beside one request a second"""
LOGGED = 150
"""requests, from which what is usual is known"""
STARTS = 7


def figures(folder: Path) -> Iterator[Figure]:
    with TemporaryDirectory(dir=folder) as place, running(folder) as server:
        yield from _nothing_to_do(server, Path(place))
        yield from _together(server, folder, Path(place))
        yield from _at_work(server, folder, Path(place))


def _nothing_to_do(server: Server, place: Path) -> Iterator[Figure]:
    """Beside the least that a database answers; and as the whole command, beside Python alone."""
    desk = _desk(place / "idle", "C")
    centre = roles(server, "C")
    with wire(centre.addresses["C"]) as (line, address):
        spoken = PostgresCentre(address)
        exchange(desk.ledger, spoken)
        before = line.turns
        exchange(desk.ledger, spoken)
        trips = line.turns - before
        spoken.close()
    yield Figure("nothing to do, round trips", trips, 1, "", "1", trips == 1)
    with psycopg.connect(centre.addresses["C"], autocommit=True) as raw:
        sides: list[Callable[[], object]] = [
            lambda: raw.execute("SELECT 1").fetchall(),
            lambda: exchange(desk.ledger, centre.centres["C"]),
        ]
        least, ours = (share(times, 0.5) * 1000 for times in in_turn(sides, 100))
    yield Figure("nothing to do (floor: SELECT 1)", ours, least, "ms", "50 ms", ours < 50)
    centres.connect(desk, centre.addresses["C"], None)
    command = ["-m", "deskapp", "--data", str(place / "idle"), "sync"]
    starts = [partial(_run, "-c", "pass"), partial(_run, *command)]
    least, ours = (share(times, 0.5) for times in in_turn(starts, STARTS))
    yield Figure("`deskapp sync` with nothing to do (floor: Python)", ours, least, "s", "", True)
    desk.close()
    centre.close()


def _run(*command: str) -> None:
    subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)


def _desk(place: Path, code: str) -> Desk:
    """A desk of the demo's library, with somebody at it."""
    desk = found_desk(place, "ncst", code, "", demo.KEY, SystemClock())
    first = staff.enter(desk, staff.Entry("9001", "测试", Role.ADMINISTRATOR))
    return desk.signed_in(staff.find(desk, first.id))


def _together(server: Server, folder: Path, place: Path) -> Iterator[Figure]:
    """Eight desks push at once: the longest that any of them waited for one batch."""
    with busy_desk(folder, place / "together") as desk:
        some = facts(desk)[:EACH]
    codes = [f"D{n}" for n in range(DESKS)]
    centre = roles(server, *codes)
    theirs = {code: batches(restamped(some, code)) for code in codes}

    def push(code: str) -> list[float]:
        own = centre.centres[code]
        return [seconds(partial(own.push, code, 1, *each, 0)) for each in theirs[code]]

    with ThreadPoolExecutor(DESKS) as desks:
        longest = max(max(times) for times in desks.map(push, codes))
    with psycopg.connect(centre.address) as raw:
        ((count, top),) = raw.execute("SELECT count(*), max(pos) FROM deskapp.ledger").fetchall()
    gapless = count == top == DESKS * len(some)
    name = f"{DESKS} desks at once, the longest wait for {BATCH:,} facts"
    yield Figure(name, longest, None, "s", "2 s, gapless", longest <= 2 and gapless)
    centre.close()


def _at_work(server: Server, folder: Path, place: Path) -> Iterator[Figure]:
    """While a desk pushes a hundred thousand facts and learns their positions, and another folds
    them: a request logged there, and keys at the list of requests.
    """
    with busy_desk(folder, place / "busy") as desk:
        centre = roles(server, desk.code, *FOLDING, "Z")
        centres.connect(desk, centre.addresses[desk.code], None)
        yield _logging(stores.at_work(desk), "pushes")[0]
        top = centre.central.standing().facts
    yield _folding(centre, place / "Z", "Z", PAUSE)[0]
    runs = [_folding(centre, place / code, code, USED) for code in FOLDING]
    rate = median(rate for _, rate in runs)
    name = f"{top:,} facts pulled and folded, a request logged every second, median of {len(runs)}"
    yield Figure(name, rate, None, "/s", "15,000 /s", rate >= 15_000)
    centre.close()
    with busy_desk(folder, place / "keys") as desk:
        centre = roles(server, desk.code)
        centres.connect(desk, centre.addresses[desk.code], None)
        app = PaintedDesk(place / "keys", Language(), stores.at_work(desk).whoever())
        errand = Errand(place / "keys")
        times = asyncio.run(keys_to_paint(app, at_list=True, meanwhile=errand))
        taken = share(times, 0.95) * 1000
        name = f"key to paint while the desk pushes {top:,}, p95"
        yield Figure(name, taken, None, "ms", "50 ms", taken <= 50)
        centre.close()


def _folding(centre: Roles, place: Path, code: str, pause: float) -> tuple[Figure, float]:
    """`_logging` at a desk that has nothing yet."""
    desk = _desk(place, code)
    centres.connect(desk, centre.addresses[code], None)
    try:
        return _logging(desk, "folds", pause)
    finally:
        desk.close()


def _logging(desk: Desk, does: str, pause: float = PAUSE) -> tuple[Figure, float]:
    """Beside the usual median; and the facts a second that were folded meanwhile."""
    errand = Errand(desk.ledger.store.path.parent)
    seen: list[tuple[float, int]] = []

    def log(pause: float = PAUSE) -> float:
        sleep(pause)
        if errand.step == "pull":
            seen.append((perf_counter(), errand.done))
        return seconds(lambda: requests.log(desk, Question(WORDS)))

    usual = share([log() for _ in range(LOGGED)], 0.5) * 1000
    thread = threading.Thread(target=errand.run)
    thread.start()
    times = []
    while not errand.over:
        times.append(log(pause))
    thread.join()
    did = errand.said.get("did")
    assert isinstance(did, dict), errand.said
    assert did["pushed"] + did["pulled"] > 100_000
    (begun, first), (ended, last) = seen[0], seen[-1]
    taken = share(times, 0.5) * 1000
    name = f"a request logged while the desk {does} 100,000, median"
    figure = Figure(name, taken, usual, "ms", "floor + 3 ms", taken <= usual + 3)
    return figure, (last - first) / (ended - begun)
