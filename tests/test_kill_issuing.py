"""A batch that is killed goes on where it was: see tests/kill_issuing.py."""

from pathlib import Path

from tests import kill_issuing


def test_a_batch_that_is_killed_again_and_again(tmp_path: Path) -> None:
    kills, found = kill_issuing.kill_until_done(tmp_path, seed=1, longest=0.08)
    assert found == []
    assert kills > 1
