"""A centre that grows: what each call costs a desk among a hundred thousand facts, and millions.

`python -m tests.bench growth` goes to a million; `python -m tests.bench.growth 10000000` further,
and prints what the README's page of growth says. Five thousand real facts are pushed, and copied
within the database until there are as many: fifty desks, fifty thousand readers.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import psycopg

from db.centre import Greeting
from db.facts import GENESIS, Fact, chained, digest_of
from db.people import ERASED
from db.postgres import PostgresCentre
from tests.bench.centres import BATCH, MARK, batches, busy_desk, facts, restamped, roles
from tests.bench.measure import HEAD, Figure, machine, seconds, share
from tests.postgres import Roles, running

SIZES = (100_000, 1_000_000)
COPIES = 100
"""of the first batch, in one statement"""
TURNS = 5
FILL = """
INSERT INTO deskapp.ledger
SELECT pos + k * {many}, lpad(to_hex(k), 8, '0') || substr(id, 9), act, 'D' || k % 50, timeline,
    kind, version, subject || k, base, beyond, at, actor, data, person || k % 25, scope, private,
    salt, seal, digest, epoch, k / 50 * {many} + seq, chain, skew, link
FROM deskapp.ledger, generate_series({first}, {last}) AS k WHERE pos <= {many} ORDER BY k, pos
"""
RECEIPTS = """
INSERT INTO deskapp.receipt SELECT desk, epoch, seq, id, pos, chain FROM deskapp.ledger
WHERE pos > {first} * {many}
"""
END = """
UPDATE deskapp.counter SET pos = l.pos, link = l.link
FROM (SELECT pos, link FROM deskapp.ledger ORDER BY pos DESC LIMIT 1) l
"""


def figures(folder: Path, sizes: Sequence[int] = SIZES) -> Iterator[Figure]:
    with (
        TemporaryDirectory(dir=folder) as place,
        running(folder) as server,
        busy_desk(folder, Path(place) / "desk") as desk,
    ):
        centre = roles(server, "2F", "B")
        parts = iter(batches(restamped(facts(desk), "2F")))
        begun = next(parts)
        centre.push("2F", 1, *begun, 0)
        erasures = _erasures(begun[1])
        least: dict[str, float] = {}
        for size in sizes:
            _fill(centre, size)
            for what, times in _measured(centre, parts, erasures).items():
                taken = share(times, 0.5) * 1000
                floor = least.setdefault(what, taken)
                name = f"{what} among {size:,}"
                met = taken <= 2 * floor
                yield Figure(name, taken, floor, "ms", f"2 × among {sizes[0]:,}", met)
            yield Figure(f"a fact's room among {size:,}", _room(centre), None, "bytes", "", True)
        centre.close()


def _fill(centre: Roles, size: int) -> None:
    """Copies until there are as many, and nothing of it left to be written later."""
    with psycopg.connect(centre.address, autocommit=True) as raw:
        (top,) = raw.execute("SELECT pos FROM deskapp.counter").fetchall()[0]
        for first in range(-(-top // BATCH), size // BATCH, COPIES):
            last = min(first + COPIES, size // BATCH) - 1
            for words in (FILL, RECEIPTS, END):
                raw.execute(words.format(many=BATCH, first=first, last=last).encode())
            print(f"\r{(last + 1) * BATCH:,} facts ", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
        raw.execute("CHECKPOINT")


def _measured(
    centre: Roles,
    parts: Iterator[tuple[bytes, list[Fact]]],
    erasures: Iterator[tuple[bytes, list[Fact]]],
) -> dict[str, list[float]]:
    """Seconds of each call; every turn by a connection of its own, as each exchange has one."""
    found: dict[str, list[float]] = defaultdict(list)

    def take(what: str, act: Callable[[], object]) -> None:
        found[what].append(seconds(act))

    for cursor, link in _places(centre):
        desk, other = (PostgresCentre(centre.addresses[code]) for code in ("2F", "B"))
        hello = partial(desk.hello, Greeting("2F", 1, MARK))
        take("to connect and say hello", hello)
        take("hello again", hello)
        before, some = next(parts)
        take(f"{BATCH:,} facts pushed", partial(desk.push, "2F", 1, before, some, 0))
        take("the same again", partial(desk.push, "2F", 1, before, some, 0))
        epoch = desk.hello(Greeting("2F", 1, MARK)).epoch + 1
        anew = restamped(some, "2F", epoch)
        take("the same in another epoch", partial(desk.push, "2F", epoch, GENESIS, anew, 0))
        take("1,000 facts pulled, the first", partial(desk.pull, "2F", cursor, link, 1000))
        take("1,000 facts pulled", partial(desk.pull, "2F", cursor, link, 1000))
        take("a reader erased", partial(other.push, "B", 1, *next(erasures), 0))
        desk.close()
        other.close()
    return found


def _places(centre: Roles) -> list[tuple[int, bytes]]:
    """Where a desk might stand that pulls, from one end to the other."""
    with psycopg.connect(centre.address) as raw:
        return raw.execute(
            "SELECT l.pos, l.link FROM deskapp.counter c, generate_series(1, %s) AS turn, "
            "deskapp.ledger l WHERE l.pos = turn * (c.pos / %s) / %s * %s + 1",
            (TURNS, TURNS + 1, BATCH, BATCH),
        ).fetchall()


def _erasures(some: list[Fact]) -> Iterator[tuple[bytes, list[Fact]]]:
    """Desk B erases one reader after another, of those that the copies are about."""
    people = sorted({fact.person for fact in some if fact.person and fact.private})
    chain = GENESIS
    for seq, person in enumerate(people, 1):
        made = replace(
            some[0], id=f"0{some[0].id[1:-6]}{seq:06}", desk="B", kind=ERASED, person=f"{person}7",
            private=None, salt=None, seal=None, epoch=1, seq=seq,
        )  # fmt: skip
        digest = digest_of(made)
        before, chain = chain, chained(chain, "B", 1, seq, digest)
        yield before, [replace(made, digest=digest, chain=chain)]


def _room(centre: Roles) -> float:
    with psycopg.connect(centre.address) as raw:
        return float(
            raw.execute(
                "SELECT sum(pg_total_relation_size(c.oid)) / (SELECT pos FROM deskapp.counter) "
                "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE n.nspname = 'deskapp' AND c.relkind = 'r'"
            ).fetchall()[0][0]
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth", description=__doc__)
    parser.add_argument("facts", type=int, help="how many the centre has in the end")
    parser.add_argument("--stores", type=Path, default=Path(gettempdir()))
    asked = parser.parse_args()
    print(machine(), HEAD, sep="\n\n", flush=True)
    for figure in figures(asked.stores, [*SIZES, asked.facts]):
        print(figure.line(), flush=True)


if __name__ == "__main__":
    main()
