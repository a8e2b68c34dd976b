"""A sync may be cut at any byte. The long form, at every one, is a command: tests/cut_bytes.py."""

from pathlib import Path

import pytest

from db.refusal import Refusal
from tests.cut_bytes import Shore, run, socket_of
from tests.outside import posix
from tests.postgres import Server
from tests.proxy import broken_line
from tests.simulation.bugs import PLANTED

pytestmark = posix


def test_a_sync_cut_at_any_byte_loses_and_doubles_nothing(tmp_path: Path, server: Server) -> None:
    counted = run(tmp_path, server, every=900)
    assert counted["up"] >= 4
    assert counted["down"] > counted["bytes of the push's answer"] > 50
    assert counted["bytes up"] > 2000
    assert counted["bytes down"] > 2000


@pytest.mark.usefixtures("quick")
def test_a_cut_finds_what_is_acknowledged_too_early(tmp_path: Path, server: Server) -> None:
    with broken_line(socket_of(server)) as line, PLANTED["acknowledged_early"]():
        shore = Shore(tmp_path, server, line)
        with pytest.raises((AssertionError, Refusal)):
            shore.sweep("up", range(600, 3000, 200))
        shore.close()
