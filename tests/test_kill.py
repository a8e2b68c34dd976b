"""What was confirmed is on the disk: after kill -9, and by the order of the system's calls."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import kill
from tests.outside import posix, program, without

pytestmark = posix


def test_what_was_confirmed_survives_a_kill(tmp_path: Path) -> None:
    counted = kill.run(tmp_path, times=15, seed=20261122)
    assert counted["kills"] == 15
    assert counted["acts"] > 15
    assert counted["logs"] > 5, "killed before anything was written"


def test_a_confirmation_without_its_facts_is_seen(tmp_path: Path) -> None:
    kill.make(tmp_path)
    with pytest.raises(AssertionError, match="confirmed and gone"):
        kill.look(tmp_path, [["nowhere"]])


CALL = re.compile(r"^(?:\[pid +\d+\] |\d+ +)?(\w+)\((\d+)<([^>]*)>(.*)$")
CALLS = "fsync,fdatasync,write,pwrite64"


def order(trace: str) -> list[str]:
    """The calls that matter: `log` (written), `sync` (of the log), `confirm`."""
    found = []
    for line in trace.splitlines():
        match = CALL.match(line)
        if not match:
            continue
        name, number, file, _ = match.groups()
        if file.endswith("-wal"):
            found.append("sync" if name in ("fsync", "fdatasync") else "log")
        elif number == "1" and name == "write":
            found.append("confirm")
    return found


def durable(calls: list[str]) -> int:
    """How many confirmations there were, each after the sync of a log that was written before."""
    count = 0
    since: list[str] = []
    for call in calls:
        since.append(call)
        if call == "confirm":
            assert "log" in since, "confirmed without writing"
            last = len(since) - 1 - since[::-1].index("log")
            assert "sync" in since[last:], "confirmed before it was on the disk"
            count += 1
            since = []
    return count


def test_a_confirmation_before_the_sync_is_seen() -> None:
    assert durable(["log", "log", "sync", "confirm", "log", "sync", "confirm"]) == 2
    for calls in (["log", "confirm", "sync"], ["sync", "log", "confirm"], ["sync", "confirm"]):
        with pytest.raises(AssertionError):
            durable(calls)


def test_the_log_is_synced_before_the_confirmation(tmp_path: Path) -> None:
    strace = program("strace")
    kill.make(tmp_path)
    trace = tmp_path / "trace"
    acting = [sys.executable, "-m", "tests.kill", "--child", str(tmp_path), "--acts", "7"]
    done = subprocess.run(
        [strace, "-f", "-y", "-s", "0", "-e", f"trace={CALLS}", "-o", str(trace), *acting],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    if "ptrace" in done.stderr:
        without(done.stderr)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 7
    assert durable(order(trace.read_text("utf-8"))) == 7
