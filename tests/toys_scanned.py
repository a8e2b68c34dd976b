"""The toy program around a ScanBox on a pseudo-terminal, and what was entered in it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests import forks
from tests.terminal import Terminal

CODES = [f"{20230000 + 7 * n}" for n in range(500)]


class Toy(Terminal):
    """The toy program with a log of what was entered."""

    def __init__(self, folder: Path, ways: str = "") -> None:
        self.log = folder / "scan.log"
        argv = ["tests.toy_scan", str(self.log), ways]
        super().__init__(argv, home=folder / "home", start=forks.start)
        self.wait("0行")
        self.pump(0.1)

    def again(self) -> None:
        """What a busy machine held up on its way here proves nothing."""
        self.close()
        self.log.unlink(missing_ok=True)

    def notes(self) -> list[dict[str, Any]]:
        whole, _, _ = self._written().rpartition("\n")  # the last line may be half written
        return [json.loads(line) for line in whole.splitlines()]

    def _written(self) -> str:
        return self.log.read_text("utf-8") if self.log.exists() else ""

    def entered(self, count: int, seconds: float = 30) -> list[str]:
        """What was entered, once there is so much of it, and nothing more for a while."""
        self.wait_until(lambda: self._written().count("\n") >= count, f"{count} lines", seconds)
        self.pump(0.4)
        return [note["text"] for note in self.notes() if note["where"] != "pressed"]


Start = Callable[..., Toy]
