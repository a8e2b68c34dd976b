"""A process that has loaded the program and waits: tests start programs hundreds of times.

    python -m tests.forks SOCKET

What it forks is the real program, in a session of its own on a terminal of its own, run as
`python -m` runs it; it has merely been loaded already, and has shown Home once, which takes most of
a start. What a start loads, and in what order, is seen by the tests that start the program itself
(test_order, bench).
"""

import asyncio
import atexit
import gc
import json
import logging
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from random import seed
from runpy import run_module
from typing import Any

from tests.moulds import statements_shared

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("db", "deskapp", "screens")
WAIT = 0.01
"""seconds between two looks whether a program has ended"""


class Forked:
    """A program that was forked; asked as a `Popen` is."""

    def __init__(self, server: "Server", pid: int) -> None:
        self._server, self.pid = server, pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self._server.ask(ended=self.pid)
        return self.returncode

    def wait(self, timeout: float = 30.0) -> int:
        end = time.monotonic() + timeout
        while (status := self.poll()) is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired("forked", timeout)
            time.sleep(WAIT)
        return status


class Server:
    """The waiting process, of one process of the tests."""

    def __init__(self, env: Mapping[str, str]) -> None:
        ours, theirs = socket.socketpair()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.forks", str(theirs.fileno())],
            env=dict(env),
            cwd=ROOT,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        theirs.close()
        self._socket, self._lines = ours, ours.makefile("r", encoding="utf-8")

    def ask(self, **what: object) -> Any:
        self._socket.sendall((json.dumps(what) + "\n").encode())
        return json.loads(self._lines.readline())

    def close(self) -> None:
        self._lines.close()
        self._socket.close()
        self._process.wait()


@cache
def _server() -> Server:
    from tests.terminal import environment

    server = Server(environment(Path(tempfile.mkdtemp(prefix="forks"))))
    atexit.register(server.close)
    return server


def start(argv: list[str], env: Mapping[str, str], terminal: str) -> Forked:
    """A module with its arguments, as behind `python -m`, on this terminal."""
    server = _server()
    return Forked(server, server.ask(argv=argv, env=dict(env), terminal=terminal))


def _load() -> None:
    for package in PACKAGES:
        for module in iter_modules([str(ROOT / package)], f"{package}."):
            if not module.name.endswith("__main__"):
                with suppress(ImportError):  # a program that needs it will say so itself
                    import_module(module.name)


async def _show() -> None:
    """Show Home once, so that what is made ready at first use is ready."""
    from screens.home import HomeScreen
    from tests.front import app_on, prepare, until

    with tempfile.TemporaryDirectory() as folder:
        app = app_on(prepare(Path(folder) / "store"), "1001")
        async with app.run_test() as pilot:
            await until(pilot, lambda: isinstance(app.seen(), HomeScreen), 60)
        for handler in logging.getLogger("deskapp").handlers[:]:
            logging.getLogger("deskapp").removeHandler(handler)  # each program has its own


def _become(argv: list[str], env: Mapping[str, str], terminal: str) -> None:
    """In the fork: what a program that was started afresh would find."""
    os.setsid()
    opened = os.open(terminal, os.O_RDWR)
    for fd, name in enumerate(("stdin", "stdout", "stderr")):
        os.dup2(opened, fd)
        stream = os.fdopen(fd, "w" if fd else "r", encoding="utf-8", closefd=False)
        setattr(sys, name, stream)  # the server's own took theirs for a file
        setattr(sys, f"__{name}__", stream)
    os.close(opened)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    seed()
    sys.argv = argv


def _serve(connection: socket.socket) -> str:
    """Fork programs until the tests end; in a fork, what it is to run is given back."""
    lines = connection.makefile("r", encoding="utf-8")
    for line in lines:
        asked = json.loads(line)
        if "ended" in asked:
            pid, status = os.waitpid(asked["ended"], os.WNOHANG)
            _answer(connection, os.waitstatus_to_exitcode(status) if pid else None)
        elif os.fork() == 0:
            _become(**asked)
            # Only now may the test close its end of the program's terminal: somebody has it open.
            _answer(connection, os.getpid())
            lines.close()
            connection.close()
            return sys.argv[0]
    sys.exit()


def _answer(connection: socket.socket, what: int | None) -> None:
    connection.sendall((json.dumps(what) + "\n").encode())


class _Ending:
    """Behind all else that a program does when it ends.

    What comes then is to free all that was loaded, which would touch and so copy it: it took a
    third of what a program costs. Those that are started afresh are seen to do it.
    """

    def __init__(self) -> None:
        self.status = 1  # of who raises
        atexit.register(self._leave)  # the first to be registered is the last to be called

    def _leave(self) -> None:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):  # the terminal may be gone
                stream.flush()
        os._exit(self.status)

    def run(self, module: str) -> None:
        try:
            run_module(module, run_name="__main__", alter_sys=True)
            self.status = 0
        except SystemExit as left:
            self.status = left.code if isinstance(left.code, int) else int(left.code is not None)
            raise


if __name__ == "__main__":
    ending = _Ending()
    _load()
    with statements_shared():
        asyncio.run(_show())
        gc.freeze()  # a collection would touch and so copy all that was loaded
        ending.run(_serve(socket.socket(fileno=int(sys.argv[1]))))
