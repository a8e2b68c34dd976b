"""python -m tests.simulation --minutes N [--centre postgres] [--world W] [--seed S] …"""

import argparse
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

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


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--centre", choices=("file", "postgres"), default="file")
    parser.add_argument("--world", choices=[*WORLDS, "both"], default="both")
    parser.add_argument("--seed", type=int, help="play this one only")
    parser.add_argument("--first", type=int, default=1, help="the seed to begin with")
    parser.add_argument("--desks", type=int, choices=range(3, 9), help="else by the seed")
    parser.add_argument("--steps", type=int, default=60)
    asked = parser.parse_args()
    with building(asked.centre) as build:
        return plays(asked, build)


def plays(asked: argparse.Namespace, build: Build) -> int:
    ticks = SystemClock().ticks
    end = ticks() + asked.minutes * 60
    counts: Counter[str] = Counter()
    seed = first = asked.seed if asked.seed is not None else asked.first
    played = 0
    while True:
        for name in WORLDS if asked.world == "both" else [asked.world]:
            try:
                counts += play(seed, WORLDS[name], asked.desks, asked.steps, build)
            except Failed:
                traceback.print_exc()
                print(f"failed; play it again with --world {name} --seed {seed}", flush=True)
                return 1
            played += 1
        if asked.seed is not None or ticks() > end:
            break
        seed += 1
    for what, count in sorted(counts.items()):
        print(f"{count:9,}  {what}")
    print(f"{played:9,}  courses, none wrong (seeds {first} to {seed})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
