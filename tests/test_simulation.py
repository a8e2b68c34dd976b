"""The simulation in its short form, and the bugs that it must find. The long form is a command."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from db.clock import SystemClock
from tests.postgres import Server
from tests.simulation import (
    WORLDS,
    Days,
    Failed,
    Gatherings,
    Halls,
    Honours,
    Lamps,
    Requests,
    Rooms,
    World,
    door_bugs,
    honour_bugs,
    play,
    register_bugs,
    request_bugs,
    secrecy_bugs,
    space_bugs,
)
from tests.simulation.bugs import PLANTED
from tests.simulation.course import CODES
from tests.simulation.exercised import EXERCISED
from tests.simulation.houses import Estate

SEEDS = {
    "lamps": (54, 66, 81, 84, 74, 21, 19, 146),
    "cards": (68, 1, 12),
    "days": (31, 14, 3),
    "doors": (54, 38, 32, 49, 60, 3, 40, 51, 13),
    "halls": (3, 30, 63, 76, 64),
    "honours": (62, 39, 60, 61, 109),
    "people": (72, 24),
    "rooms": (3, 26, 30),
    "requests": (77, 75, 41, 83, 73, 48, 88, 52),
}
SIZE = dict.fromkeys(("doors", "halls", "honours", "rooms"), (3, 45))
"""desks and steps, where people meet in fewer"""
WIDE = (22, 41, 140)
WIDER = (
    "backups adopted",
    "come back from a second copy",
    "joined under a used code",
    "joinings resumed",
    "machines joined",
    "machines replaced",
    "made way",
    "second copies",
    "second copies begun anew",
)
SERVED = (7, 8, 22, 23)
AT_A_SERVER = (
    "centre set back",
    "clashes",
    "confidences dropped",
    "confidences withdrawn",
    "epochs",
    "erasures late at the centre",
    "rogue took place",
)
BOUND = 150
"""Seeds within which a planted bug must be found."""
FIRST = {
    "a_batch_begins_anew": 109,
    "a_call_keeps_no_seat": 3,
    "a_cut_erasure_is_forgotten": 54,
    "a_key_was_lost_when_it_was_said_last": 39,
    "a_merger_looks_at_no_sign_up": 5,
    "a_number_put_aside_is_forgotten": 39,
    "a_number_revoked_comes_back": 60,
    "a_release_forgets_the_violation": 3,
    "a_return_clashes": 61,
    "a_slip_is_not_taken_back": 31,
    "a_window_must_be_declared_in_time": 30,
    "acknowledged_early": 146,
    "altered_facts_are_folded": 84,
    "an_id_is_taken_twice": 81,
    "an_older_offer_is_signed_again": 77,
    "an_upgrade_learns_nothing": 2,
    "any_desk_sweeps": 3,
    "any_order_will_do": 17,
    "clashes_by_desk": 17,
    "crossings_from_the_act": 3,
    "cursor_before_rows": 54,
    "full_text_is_not_purged": 52,
    "full_text_keeps_what_was_erased": 77,
    "granted_from_now_on": 54,
    "high_water_acknowledgement": 84,
    "how_far_off_a_laptop_was_stays_at_home": 9,
    "last_writer_wins": 66,
    "late_erasure_at_a_desk": 32,
    "late_erasure_at_the_centre": 1,
    "no_chain_check_at_the_centre": 84,
    "nobody_comes_on_a_sign_up_given_up": 254,
    "nobody_looked": 31,
    "nobody_minds_a_ticket_at_two_doors": 38,
    "nobody_minds_two_papers": 39,
    "nobody_minds_who_sits_on": 76,
    "nobody_minds_who_stays_longer": 3,
    "overlap_in_local_time": 3,
    "position_from_the_receipt": 81,
    "refold_left_out": 66,
    "scope_ignored_at_pull": 146,
    "the_absent_stay_on_duty": 31,
    "the_first_to_be_heard_of_came_first": 46,
    "the_last_seat_is_called_out_twice": 3,
    "the_last_signature_wins": 77,
    "the_last_to_give_it_away_gave_it": 14,
    "the_next_id_is_one_more": 13,
    "the_next_number_is_one_more": 39,
    "timelines_are_counted": 38,
    "two_order_authorities": 84,
    "two_takers_do_not_clash": 41,
    "what_came_back_cannot_be_accepted": 52,
    "what_is_put_back_stays_its_takers": 31,
    "what_people_say_differently_is_settled": 3,
    "what_replaces_one_put_aside_is_good": 39,
    "what_rests_is_never_woken": 54,
    "what_rests_keeps_its_words": 109,
    "what_was_given_up_never_comes_back": 3,
    "who_left_twice_left_later": 31,
    "withheld_taken_for_erased": 54,
    "words_dropped_unsent": 54,
    "words_from_a_stick": 28,
    "words_kept_for_ever": 54,
}
"""Where to begin to look, if not at the first."""

played = cache(play)
"""a course of the code as it is: what many tests ask of one is played once"""


@pytest.mark.parametrize("world", WORLDS)
def test_a_library_comes_to_rest_whatever_happened(world: str) -> None:
    """And everything happened: where the usual seeds show less, further ones are played."""
    counts: Counter[str] = Counter()

    def missing() -> list[str]:
        return [what for what in EXERCISED[world] if not counts[what]]

    for seed in (*SEEDS[world], *range(100, 100 + BOUND)):
        if not missing():
            break
        counts += played(seed, WORLDS[world], *SIZE.get(world, ()))
    assert missing() == []


def test_machines_join_and_come_back_from_second_copies() -> None:
    """Sampled. The long form is the command with `--wide`."""
    counts = sum((play(seed, Lamps, wide=True) for seed in WIDE), Counter[str]())
    assert [what for what in WIDER if not counts[what]] == []


def test_a_library_comes_to_rest_at_a_postgresql(server: Server) -> None:
    """The same, sampled. The long form is the command with `--centre postgres`."""
    estate = Estate(server, SystemClock(), CODES)
    counts: Counter[str] = Counter()
    for seed in SERVED:
        counts += play(seed, Lamps, desks=3, steps=40, build=estate.build)
    estate.close()
    assert [what for what in AT_A_SERVER if not counts[what]] == []


@pytest.mark.parametrize("world", WORLDS)
def test_a_seed_plays_the_same_again(world: str) -> None:
    course = SEEDS[world][0], WORLDS[world], *SIZE.get(world, ())
    assert play(*course) == played(*course)


def test_another_seed_plays_something_else() -> None:
    one, other = (played(seed, Lamps) for seed in SEEDS["lamps"][:2])
    assert one != other


@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_found(bug: str) -> None:
    """`pytest -rP` says how many seeds it took."""
    found(bug, PLANTED[bug], Lamps)


@pytest.mark.parametrize("bug", secrecy_bugs.PLANTED)
def test_a_bug_between_departments_and_versions_is_found(bug: str) -> None:
    found(bug, secrecy_bugs.PLANTED[bug], Lamps)


@pytest.mark.parametrize("bug", request_bugs.PLANTED)
def test_a_bug_in_the_folds_of_requests_is_found(bug: str) -> None:
    found(bug, request_bugs.PLANTED[bug], Requests)


@pytest.mark.parametrize("bug", register_bugs.PLANTED)
def test_a_bug_in_the_folds_of_a_day_is_found(bug: str) -> None:
    found(bug, register_bugs.PLANTED[bug], Days)


@pytest.mark.parametrize("bug", [*space_bugs.HALLS, *space_bugs.ROOMS])
def test_a_bug_in_seats_and_rooms_is_found(bug: str) -> None:
    world = Halls if bug in space_bugs.HALLS else Rooms
    found(bug, (space_bugs.HALLS | space_bugs.ROOMS)[bug], world, *SIZE["halls"])


@pytest.mark.parametrize("bug", door_bugs.PLANTED)
def test_a_bug_at_the_doors_of_an_event_is_found(bug: str) -> None:
    found(bug, door_bugs.PLANTED[bug], Gatherings, *SIZE["doors"])


@pytest.mark.parametrize("bug", honour_bugs.PLANTED)
def test_a_bug_in_awards_and_certificates_is_found(bug: str) -> None:
    found(bug, honour_bugs.PLANTED[bug], Honours, *SIZE["honours"])


def found(
    bug: str,
    plant: Callable[[], Any],
    world: Callable[[], World],
    desks: int | None = None,
    steps: int = 60,
) -> None:
    first = FIRST.get(bug, 1)
    for seed in range(first, first + BOUND):
        try:
            with plant():
                play(seed, world, desks, steps)
        except Failed as wrong:
            print(f"{bug}: found by seed {seed}, {seed - first + 1} played: {str(wrong)[:70]}")
            break
    else:
        pytest.fail(f"{bug} was not found in {BOUND} seeds")
    played(seed, world, desks, steps)  # it was the bug


def test_the_command_says_what_it_exercised_and_which_seeds() -> None:
    command = [sys.executable, "-m", "tests.simulation", "--minutes", "0", "--jobs", "2"]
    command += ["--world", "people", "--first", "4", "--desks", "3", "--steps", "20"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "2  courses, none wrong (seeds 4 to 5)" in done.stdout
    assert "exchanges" in done.stdout
