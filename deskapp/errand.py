"""An exchange in a process of its own, as the application that started it sees it."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from db.clock import SystemClock

HERE = Path(__file__).parent.parent
LOW = 10
"""of a process's niceness: whoever sits at the desk comes first"""
PATIENCE = 3.0
"""seconds that it has to end in order, when the application closes"""


class Errand:
    """A `deskapp sync` on its way. Its thread writes here, screens look; it outlives its screen.

    began: when. step, done: what it does, and how many facts of it are behind it. over: it has
    ended; told: that has been said; minded: and was kept. said: what it reported, a report of
    `deskapp sync --json`; empty where it was ended from outside.
    """

    def __init__(self, folder: Path, *, nightly: bool = False) -> None:
        # -P: this very program, whatever lies in the folder in which it was started.
        self._command = [sys.executable, "-P", "-m", "deskapp", "--data", str(folder.absolute())]
        self._command += ["sync", "--json", *(["--nightly"] if nightly else [])]
        self.began = SystemClock().now()
        self.step, self.done = "", 0
        self.over = self.told = self.minded = self.stopped = False
        self.said: dict[str, object] = {}
        self._process: subprocess.Popen[str] | None = None

    def run(self) -> None:
        """Do it; for a thread."""
        try:
            with self._started() as process:
                assert process.stdout is not None
                for line in process.stdout:
                    self._heard(line)
        except OSError:  # no such program, no more processes: the next attempt tells
            pass
        finally:
            self.over = True

    def _started(self) -> subprocess.Popen[str]:
        below = getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
        hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        paths = os.pathsep.join(filter(None, (str(HERE), os.environ.get("PYTHONPATH"))))
        process = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            errors="replace",
            env=os.environ | {"PYTHONIOENCODING": "utf-8", "PYTHONPATH": paths},
            creationflags=below | hidden,
        )
        self._process = process
        if sys.platform != "win32":
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, process.pid, LOW)
        if self.stopped:
            process.terminate()
        return process

    def _heard(self, line: str) -> None:
        with suppress(ValueError):
            said = json.loads(line)
            if "step" in said:
                self.step, self.done = said["step"], said["done"]
            else:
                self.said = said

    def stop(self) -> None:
        """End it in order, soon: what it has done stays, the next one goes on."""
        self.stopped = True
        if self._process is not None:
            self._process.terminate()

    def end(self) -> None:
        """End it now, and wait for it: the application closes."""
        self.stop()
        if self._process is not None:
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
