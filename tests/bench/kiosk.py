"""2,000 cards in one burst of raw bytes at a kiosk, beside the same rules called without a screen:
all answered alike, in order, and how many a second.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import TemporaryDirectory
from time import perf_counter

from tests import crowd
from tests.bench.measure import Figure, share
from tests.terminal import Terminal

SEATS, SCANS, ROUNDS = 1000, 2000, 5


def figures(folder: Path) -> Iterator[Figure]:
    codes = crowd.cards(SEATS, SCANS)
    rates: list[tuple[float, float]] = []
    alike = True
    with TemporaryDirectory(dir=folder) as scratch:
        hall = crowd.hall(Path(scratch) / "hall", SEATS, SCANS)
        for turn in range(ROUNDS + 1):
            alone, shown = (copytree(hall, Path(scratch) / name) for name in ("alone", "shown"))
            begun = perf_counter()
            wanted = crowd.answered(alone, codes)
            rule = perf_counter() - begun
            screen, found = burst(shown, codes)
            alike &= found == wanted
            if turn:
                rates.append((SCANS / rule, SCANS / screen))
            for store in (alone, shown):
                rmtree(store)
    rule, screen = (share(each, 0.5) for each in zip(*rates, strict=True))
    ratio = share([with_screen / without for without, with_screen in rates], 0.5)
    name = "2,000 cards in one burst at a kiosk" + ("" if alike else ", NOT ALIKE")
    yield Figure(name, screen, rule, "a second", "half, in order", alike and ratio >= 0.5)


def burst(store: Path, codes: list[str]) -> tuple[float, list[str]]:
    """Seconds from the first byte to the last answer, and the answers."""
    journal = store / "journal"
    program = [sys.executable, "-m", "tests.kiosk_program"]
    argv = [*program, str(store), "zh_CN", crowd.BADGE, crowd.ZONE, str(journal)]
    with Terminal(argv, home=store / "home") as terminal:
        terminal.wait("请将校园卡放在读卡处", seconds=60)
        terminal.pump(1.0)
        begun = perf_counter()
        terminal.send("".join(f"{code}\r" for code in codes), seconds=300)
        lines = 0
        while lines < len(codes) and perf_counter() - begun < 300:
            terminal.pump(0.05)
            lines = journal.read_bytes().count(b"\n")
        return perf_counter() - begun, journal.read_text("utf-8").splitlines()
