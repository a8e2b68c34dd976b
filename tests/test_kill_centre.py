"""What was confirmed survives kill -9 of desk and server. The long form: tests/kill_centre.py."""

from pathlib import Path

from tests import kill_centre
from tests.outside import posix

pytestmark = posix


def test_desks_and_server_killed_in_the_middle_lose_nothing(tmp_path: Path) -> None:
    with kill_centre.mortal() as server:
        counted = kill_centre.run(tmp_path, server, times=3, seed=20261123)
    assert counted["kills of the server"] == 1
    assert counted["kills"] == 3
    assert counted["processes of the server"] > 5
    assert counted["confirmed"] > 100
