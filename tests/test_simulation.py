"""The simulation in its short form, and the bugs that it must find. The long form is a command."""

import subprocess
import sys
from collections import Counter

import pytest

from tests.simulation import play
from tests.simulation.bugs import PLANTED

SEEDS = range(1, 31)
BOUND = 150
"""Seeds within which a planted bug must be found."""
FIRST = {"any_order_will_do": 80, "late_erasure_at_a_desk": 15, "timelines_are_counted": 140}
"""Where to begin to look for the rarest."""

EXERCISED = (
    "act",
    "acts between",
    "backups",
    "broken files named",
    "centre backups",
    "centre set back",
    "centre set back meanwhile",
    "clashes",
    "clashes settled at the end",
    "clock jumps",
    "clones",
    "crash before wiping",
    "crash in an act",
    "crash pull before",
    "crash push after",
    "crash slice",
    "cut append",
    "cut hello after",
    "cut hello before",
    "cut pull after",
    "cut pull before",
    "cut push after",
    "cut push before",
    "cut slice",
    "disks lost",
    "epochs",
    "erased words looked for",
    "erasure",
    "erasures late at a desk",
    "erasures late at the centre",
    "exchanges crossed",
    "facts put at risk",
    "lines missed",
    "refolds",
    "refused Fork",
    "refused Gap",
    "restores",
    "restores by hand",
    "set back announced",
    "set back noticed",
    "settlement",
    "sticks pulled out",
    "sticks read",
    "sticks written",
)


def test_a_library_comes_to_rest_whatever_happened() -> None:
    counts: Counter[str] = Counter()
    for seed in SEEDS:
        counts += play(seed)
    assert [what for what in EXERCISED if not counts[what]] == []


def test_a_seed_plays_the_same_again() -> None:
    assert play(4) == play(4)
    assert play(4) != play(5)


@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_found(bug: str) -> None:
    """`pytest -rP` says how many seeds it took."""
    first = FIRST.get(bug, 1)
    for seed in range(first, first + BOUND):
        try:
            with PLANTED[bug]():
                play(seed)
        except Exception as found:  # noqa: BLE001 - a bug shows itself in many ways
            print(f"{bug}: found by seed {seed}, {seed - first + 1} played: {str(found)[:70]}")
            break
    else:
        pytest.fail(f"{bug} was not found in {BOUND} seeds")
    play(seed)  # it was the bug


def test_the_command_says_what_it_exercised_and_which_seed() -> None:
    command = [sys.executable, "-m", "tests.simulation", "--seed", "4", "--desks", "3"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "1  courses, none wrong (seeds 4 to 4)" in done.stdout
    assert "exchanges" in done.stdout
