"""No refusal of the rules goes unseen."""

import ast
from pathlib import Path

RULES = [
    "requests",
    "handovers",
    "endings",
    "matter",
    "waiting",
    "extensions",
    "stages",
    "telling",
    "corrections",
    "staff",
    "readers",
    "cards",
    "shapes",
    "scanners",
    "numbers",
    "request_lists",
    "shifts",
    "leaving",
    "duty_log",
    "undo",
    "tallies",
    "completing",
    "shorthand",
    "reader_page",
    "erasures",
    "found_things",
    "lent_things",
    "counts",
    "crisis",
    "desk",
    "posts",
    "absences",
    "spaces",
    "draws",
    "lots",
    "allotment",
    "segments",
    "places",
    "conduct",
    "bans",
    "rooms",
    "booking_rules",
    "bookings",
    "room_undo",
    "exemptions",
    "rounds",
    "round_slips",
    "queues",
    "calls",
    "signups",
    "signup_rules",
    "signup_lists",
    "signup_undo",
    "notices",
]


def test_every_refusal_of_the_rules_is_reached() -> None:
    """Each code raised in the rules is one that a test here saw refused."""
    here = Path(__file__).parent

    def codes(file: Path, function: str) -> set[str]:
        calls = (n for n in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(n, ast.Call))
        return {
            call.args[0].value
            for call in calls
            if isinstance(call.func, ast.Name)
            and call.func.id == function
            and call.args
            and isinstance(call.args[0], ast.Constant)
            and isinstance(call.args[0].value, str)
        }

    raised = set().union(*(codes(here.parent / "deskapp" / f"{n}.py", "Refusal") for n in RULES))
    reached = set().union(*(codes(file, "refused") for file in here.glob("test_*.py")))
    assert raised - reached == set()
