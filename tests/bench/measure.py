"""How things are measured: both sides in one run, turn by turn, and a table of what came out."""

import gc
import os
import platform
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from time import perf_counter, process_time
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, beside the least that it could be, and what it must be."""

    name: str
    ours: float
    floor: float | None
    unit: str
    target: str
    met: bool

    def line(self) -> str:
        ratio = f"{self.ours / self.floor:.2f}" if self.floor else ""
        ours, floor = (_number(number) for number in (self.ours, self.floor))
        met = "yes" if self.met else "**no**"
        return f"| {self.name} | {ours} {self.unit} | {floor} | {ratio} | {self.target} | {met} |"


def _number(number: float | None) -> str:
    if number is None:
        return ""
    return f"{number:,.0f}" if number >= 1000 else f"{number:.3g}"


HEAD = "| number | ours | floor | ratio | target | met |\n|---|---|---|---|---|---|"


def seconds(act: Callable[[], object]) -> float:
    begun = perf_counter()
    act()
    return perf_counter() - begun


def processor(act: Callable[[], object]) -> float:
    """Seconds of this process's processor."""
    begun = process_time()
    act()
    return process_time() - begun


def in_turn(
    sides: Sequence[Callable[[], T]],
    rounds: int,
    clock: Callable[[Callable[[], T]], float] = seconds,
) -> list[list[float]]:
    """Measure several sides, one of each a round, after a tenth of the rounds for nothing."""
    times: list[list[float]] = [[] for _ in sides]
    gc.collect()
    for turn in range(rounds + rounds // 10 + 1):
        for side, taken in zip(sides, times, strict=True):
            spent = clock(side)
            if turn > rounds // 10:
                taken.append(spent)
    return times


def share(times: Sequence[float], part: float) -> float:
    """The time that this part of all stays under: 0.5 the median, 0.99 the p99."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def machine() -> str:
    """Where and with what it was measured."""
    about = Path("/proc/cpuinfo")
    lines = about.read_text("utf-8").splitlines() if about.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    packages = [f"{name} {version(name)}" for name in ("textual", "sqlmodel", "sqlalchemy")]
    return ", ".join(
        [
            f"{names[0] if names else platform.processor()} × {os.cpu_count()}",
            f"{platform.system()} {platform.release()}",
            f"Python {platform.python_version()}",
            f"SQLite {sqlite3.sqlite_version}",
            *packages,
        ]
    )
