"""A hundred thousand facts pushed, beside the bare function and beside COPY; and pushed again."""

import gc
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import psycopg

from db.exchange import Summary, greet, push
from db.facts import Fact
from db.postgres import PUSH, SENT, PostgresCentre
from db.progress import nothing
from deskapp.desk import Desk
from tests.bench.centres import batches, busy_desk, facts, roles, unpushed, wire
from tests.bench.measure import Figure, in_turn, seconds, share
from tests.postgres import Roles, Server, running

ROUNDS = 5
COPIED = "COPY (SELECT * FROM deskapp.ledger) TO STDOUT (FORMAT binary)"


def figures(folder: Path) -> Iterator[Figure]:
    with (
        TemporaryDirectory(dir=folder) as place,
        running(folder) as server,
        busy_desk(folder, Path(place) / "desk") as desk,
    ):
        yield from _pushed(server, desk)
        yield _bytes(server, desk)


def _pushed(server: Server, desk: Desk) -> Iterator[Figure]:
    code, columns, lines = _prepared(server, desk)
    count = sum(len(each[5]) for each in columns)
    again: list[float] = []

    def ours() -> float:
        centre = roles(server, code)
        first = _push(desk, centre.centres[code])
        before = _state(centre)
        again.append(_push(desk, centre.centres[code]))
        assert _state(centre) == before
        assert before[0] == count
        centre.close()
        return first

    sides: list[Callable[[], float]] = [
        ours,
        partial(_bare, server, code, columns),
        partial(_copy, server, code, lines),
    ]
    whole, bare, copy = (share(each, 0.5) for each in in_turn(sides, ROUNDS, _call))
    name = f"{count:,} facts pushed"
    rate = count / whole
    for what, floor, least in (("the bare function", bare, 0.7), ("COPY", copy, 0.25)):
        yield Figure(
            f"{name} (floor: {what})", rate, count / floor, "/s", f"{least} × floor",
            rate >= least * count / floor,
        )  # fmt: skip
    replay = share(again, 0.5)
    yield Figure(
        f"{name} again (floor: for the first time)", replay, whole, "s", "0.5 × floor",
        replay <= 0.5 * whole,
    )  # fmt: skip


def _call(side: Callable[[], float]) -> float:
    """Each side says itself what it took: to make its centre is no part of it."""
    return side()


def _prepared(server: Server, desk: Desk) -> tuple[str, list[tuple[Any, ...]], list[bytes]]:
    """The same rows for the other two: as lists for the function, as COPY's own bytes."""
    every = facts(desk)
    code = every[0].desk
    centre = roles(server, code)
    _push(desk, centre.centres[code])
    with psycopg.connect(centre.address) as raw, raw.cursor().copy(COPIED) as out:
        lines = [bytes(part) for part in out]
    centre.close()
    columns = [_columns(code, before, part) for before, part in batches(every)]
    del every
    gc.collect()
    gc.freeze()  # what is kept for the others costs ours nothing
    return code, columns, lines


def _columns(code: str, before: bytes, part: list[Fact]) -> tuple[Any, ...]:
    columns = ([getattr(fact, name) for fact in part] for name in SENT)
    return (code, 1, part[0].seq, before, 0, *columns, part[-1].chain)


def _push(desk: Desk, centre: PostgresCentre) -> float:
    unpushed(desk)
    summary = Summary()

    def act() -> None:
        greet(desk.ledger, centre, summary)
        push(desk.ledger, centre, summary, nothing)

    return seconds(act)


def _state(centre: Roles) -> tuple[int, ...]:
    """How many lines there are of each, and the last position."""
    with psycopg.connect(centre.address) as raw:
        (row,) = raw.execute(
            "SELECT (SELECT count(*) FROM deskapp.ledger), "
            "(SELECT count(*) FROM deskapp.receipt), pos FROM deskapp.counter"
        ).fetchall()
    return tuple(row)


def _bare(server: Server, code: str, columns: list[tuple[Any, ...]]) -> float:
    """What a plain loop over a plain driver needs for it."""
    centre = roles(server, code)
    with psycopg.connect(centre.addresses[code], autocommit=True) as raw:
        spent = seconds(lambda: _loop(raw, columns))
    centre.close()
    return spent


def _loop(raw: psycopg.Connection[tuple[Any, ...]], columns: list[tuple[Any, ...]]) -> None:
    with raw.cursor(binary=True) as cursor:
        for each in columns:
            cursor.execute(PUSH, each).fetchall()


def _copy(server: Server, code: str, lines: list[bytes]) -> float:
    """The same bytes into one table that has columns and nothing else."""
    centre = roles(server, code)
    with psycopg.connect(centre.address, autocommit=True) as raw:
        raw.execute("CREATE TABLE bare (LIKE deskapp.ledger)")
        begun = perf_counter()
        with raw.cursor().copy("COPY bare FROM STDIN (FORMAT binary)") as table:
            for part in lines:
                table.write(part)
        spent = perf_counter() - begun
    centre.close()
    return spent


def _bytes(server: Server, desk: Desk) -> Figure:
    """Both ways over the wire, beside what the bare driver's loop needs."""
    code, columns, _ = _prepared(server, desk)

    def ours(address: str) -> None:
        spoken = PostgresCentre(address)
        _push(desk, spoken)
        spoken.close()

    def bare(address: str) -> None:
        with psycopg.connect(address, autocommit=True) as raw:
            _loop(raw, columns)

    taken = []
    for act in (ours, bare):
        centre = roles(server, code)
        with wire(centre.addresses[code]) as (line, address):
            act(address)
            taken.append(sum(line.passed.values()) / 1e6)
        centre.close()
    sent, floor = taken
    return Figure("the same, on the wire", sent, floor, "MB", "1.1 × floor", sent <= 1.1 * floor)
