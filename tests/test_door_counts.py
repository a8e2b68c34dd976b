"""Two doors of one event in any order of scans, walk-ins and undoings, people leaving and coming in
again: what is said and counted is what a model says, and every scan is a fact.
"""

from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from db import headcounts
from db.store import driver
from deskapp import signups
from deskapp.doors import Door, Verdict
from tests.gatherings import gather
from tests.library import Library, differs_from_ledger
from tests.refusals import refused
from tests.seating import MANY

PEOPLE, GROUP, STRANGERS = MANY[:2], MANY[2], MANY[3:5]
PLACES = 3
"""of the group's sign-up"""
SCANS = ("door.admitted", "door.left", "scan.refused")


@dataclass
class Model:
    """Who has passed, in which order: (door, who, out, how many, whether as a walk-in)."""

    exits: bool
    passed: list[tuple[int, str, bool, int, bool]] = field(default_factory=list)

    def places(self, who: str) -> int:
        if who in STRANGERS:
            return int(any(walked and each == who for _, each, _, _, walked in self.passed))
        return PLACES if who == GROUP else 1

    def stands(self, who: str) -> tuple[int, int]:
        """How many of them have come, and are inside."""
        places, came, inside = max(1, self.places(who)), 0, 0
        for _, each, out, heads, _ in self.passed:
            if each == who and out:
                inside = max(0, inside - heads)
            elif each == who:
                came, inside = min(places, came + heads), min(places, inside + heads)
        return came, inside

    def counts(self) -> tuple[int, int, int]:
        """Expected, come, inside."""
        everybody = (*PEOPLE, GROUP, *STRANGERS)
        stands = [self.stands(each) for each in everybody if self.places(each)]
        expected = sum(map(self.places, everybody))
        return expected, sum(came for came, _ in stands), sum(inside for _, inside in stands)


acts = some.lists(
    some.tuples(
        some.sampled_from(["scan", "scan", "scan", "again", "walk_in", "undo"]),
        some.integers(0, 1),
        some.sampled_from([*PEOPLE, GROUP, *STRANGERS]),
        some.integers(1, PLACES),
        some.sampled_from("12"),
    ),
    max_size=14,
)


def scanned(library: Library, event: str) -> int:
    sql = (
        f"SELECT count(*) FROM fact WHERE kind IN {SCANS} AND (instr(subject, ?1) "
        "OR json_extract(data, '$.event') = 'event:' || ?1)"
    )
    with library.desk.reading() as connection:
        return int(driver(connection).execute(sql, (event.partition(":")[2],)).fetchone()[0])


def scan(model: Model, door: Door, n: int, who: str, heads: int, way: str) -> Verdict:
    came, inside = model.stands(who)
    there, places = inside if model.exits else came, model.places(who)
    verdict = door.scan(who, heads=heads)
    if not places:
        assert verdict.what == "unknown"
        return verdict
    if model.exits and 0 < there < places:
        assert verdict.asked is not None
        assert verdict.asked.what == "way"
        answered = door.answer(way)
        assert answered is not None
        verdict = answered
    elif not model.exits and there == places:
        assert verdict.what == "already"
        return verdict
    else:
        way = "2" if there == places else "1"
    out = way == "2"
    assert verdict.what == ("out" if out else "admitted")
    many = min(heads, there if out else places - there)
    assert verdict.heads == many
    model.passed.append((n, who, out, many, False))
    return verdict


def walk_in(model: Model, door: Door, n: int, who: str) -> None:
    if who not in STRANGERS or model.places(who):
        return
    assert door.walk_in(who).what == "admitted"
    model.passed.append((n, who, False, 1, True))


def undo(model: Model, door: Door, n: int) -> None:
    """Not where somebody else's scan hangs on a walk-in: that stays, and so does the sign-up."""
    mine = [each for each in model.passed if each[0] == n]
    if not mine:
        refused("NothingToUndo", door.undo)
        return
    if mine[-1][4] and sum(each[1] == mine[-1][1] for each in model.passed) > 1:
        return
    assert door.undo().what == "undone"
    del model.passed[len(model.passed) - 1 - model.passed[::-1].index(mine[-1])]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(acts, some.booleans())
def test_what_is_counted_is_what_happened(
    seated: Library, told: list[tuple[str, int, str, int, str]], exits: bool
) -> None:
    seated.clock.put("2026-11-24 13:30")
    event = gather(seated, "14:00-16:00", exits=exits)
    for who in (*PEOPLE, GROUP):
        places = PLACES if who == GROUP else 1
        signups.sign_up(seated.at("li"), event, seated.reader(who), places=places)
    model = Model(exits)
    doors = [Door(seated.at("li"), event, None, name) for name in ("东门", "西门")]
    for what, n, who, heads, way in told:
        seated.clock.move(seconds=7)
        before, door = scanned(seated, event), doors[n]
        if what == "walk_in":
            walk_in(model, door, n, who)
        elif what == "undo":
            undo(model, door, n)
        else:
            said = scan(model, door, n, who, heads, way)
            assert scanned(seated, event) > before
        if what == "again" and not said.rest:
            seated.clock.move(seconds=2)
            before = scanned(seated, event)
            assert door.scan(who, heads=heads).what == "twice"
            assert scanned(seated, event) == before + 1
        counts = door.counts()
        assert (counts.expected, counts.came, counts.inside) == model.counts()
    with seated.desk.reading() as connection:
        assert headcounts.check(driver(connection)) == []
    assert differs_from_ledger(seated.desk) == []
