"""python -m tests.simulation --minutes N [--jobs J] [--centre postgres] [--world W] [--seed S] …"""

import argparse
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from multiprocessing import Pool
from typing import NamedTuple

from db.clock import SystemClock
from tests.postgres import running
from tests.simulation import WORLDS, Failed, play
from tests.simulation.course import CODES, Build
from tests.simulation.houses import Estate, Filed


@contextmanager
def building(centre: str) -> Iterator[Build]:
    """Where the centres of courses stand: each in a file, or all at one PostgreSQL."""
    if centre == "file":
        yield Filed
        return
    with running() as server:
        estate = Estate(server, SystemClock(), CODES)
        yield estate.build
        estate.close()


class Played(NamedTuple):
    """What one process played."""

    courses: int
    failed: int
    last: int
    counts: Counter[str]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="so many processes, a seed each")
    parser.add_argument("--centre", choices=("file", "postgres"), default="file")
    parser.add_argument("--world", choices=[*WORLDS, "both"], default="both")
    parser.add_argument("--seed", type=int, help="play this one only")
    parser.add_argument("--first", type=int, default=1, help="the seed to begin with")
    parser.add_argument("--desks", type=int, choices=range(3, 9), help="else by the seed")
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--wide", action="store_true", help="machines join, second copies")
    asked = parser.parse_args()
    if asked.seed is not None:
        asked.first, asked.jobs, asked.minutes = asked.seed, 1, 0
    if asked.jobs == 1:
        parts = [plays(asked, 0)]
    else:
        with Pool(asked.jobs) as pool:
            parts = pool.map(partial(plays, asked), range(asked.jobs))
    counts = sum((part.counts for part in parts), Counter[str]())
    failed = sum(part.failed for part in parts)
    for what, many in sorted(counts.items()):
        print(f"{many:9,}  {what}")
    courses, last = sum(part.courses for part in parts), max(part.last for part in parts)
    wrong = f"{failed} wrong" if failed else "none wrong"
    print(f"{courses:9,}  courses, {wrong} (seeds {asked.first} to {last})")
    return 1 if failed else 0


def plays(asked: argparse.Namespace, job: int) -> Played:
    """Every so many'th seed, until the time is over; one that fails is said at once."""
    ticks = SystemClock().ticks
    end = ticks() + asked.minutes * 60
    counts: Counter[str] = Counter()
    courses = failed = 0
    with building(asked.centre) as build:
        for seed in count(asked.first + job, asked.jobs):
            for name in WORLDS if asked.world == "both" else [asked.world]:
                try:
                    counts += play(seed, WORLDS[name], asked.desks, asked.steps, build, asked.wide)
                except Failed:
                    failed += 1
                    traceback.print_exc(file=sys.stdout)
                    print(f"failed; play it again with --world {name} --seed {seed}", flush=True)
                courses += 1
            if ticks() >= end:
                return Played(courses, failed, seed, counts)
    raise AssertionError("seeds never end")


if __name__ == "__main__":
    sys.exit(main())
