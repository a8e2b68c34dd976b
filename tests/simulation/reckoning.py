"""The end of a course: the cuts stop, everybody exchanges until quiet, and all is counted."""

from collections import defaultdict
from contextlib import nullcontext
from typing import Any

from db import clash_pages, horizon, stick
from db.clashes import SETTLED
from db.confided import clear_away
from db.facts import COLUMNS, GENESIS, ID, Fact, chained, sound
from db.folding import FACT
from db.store import driver
from deskapp.clashes import decided
from deskapp.crowds import CROWD
from tests.clashing import open_clashes
from tests.simulation.adoption import adopt
from tests.simulation.broken_rules import fallen
from tests.simulation.comebacks import check_copied, follow_all
from tests.simulation.confidences import check_given, check_never_told, private_of
from tests.simulation.course import Course
from tests.simulation.desk import Desk, Wrong
from tests.simulation.gatherings import allowed
from tests.simulation.laptops import all_home, bereft, check_skews
from tests.simulation.meetings import check_clashes
from tests.simulation.programs import NEWEST, upgrade
from tests.simulation.reports import check_reports
from tests.simulation.resting import elsewhere
from tests.simulation.setbacks import announce
from tests.simulation.sticks import read_stick
from tests.simulation.tables import DERIVED, contents, learnt
from tests.simulation.troubles import at_once
from tests.simulation.words import found_in

ROUNDS = 15


def settle_down(course: Course) -> None:
    """Until all is quiet, then check; settle every clash, and check once more."""
    with nullcontext() if course.in_small else at_once():
        _settle_down(course)


def _settle_down(course: Course) -> None:
    course.calm = True
    course.note("calm")
    for desk in course.desks:
        check_desk(course, desk)
    announce(course, course.desks[0])
    must = set(course.centre_has).union(
        *(desk.has for desk in (*course.desks, *course.laptops)), *course.sticks.values()
    )
    must -= course.rogue  # what nobody signed, no stick brings home
    quiet(course)
    all_home(course)
    for folder in ("stick0", "stick1"):
        for desk in course.desks:
            read_stick(course, desk, course.folder / folder)
    bring_home(course)
    old = [desk for desk in course.desks if desk.program != NEWEST]
    for desk in old:
        while desk.program != NEWEST:
            upgrade(course, desk)
    if erase_again(course) or old:
        quiet(course)
    wake(course)
    check(course, must)
    clashes = settle_all(course)
    if not clashes:
        return  # nothing has happened since it was checked
    quiet(course)
    for desk in course.desks:
        with desk.ledger.store.reading() as connection:
            if left := clash_pages.page(connection, None, 9):
                raise Wrong(f"{desk.path.stem}: settled, and still open: {left}")
    check(course, must)
    course.counts["clashes settled at the end"] += clashes


def quiet(course: Course) -> None:
    """Exchange until nobody has anything to say or to hear."""
    for _ in range(ROUNDS):
        busy = False
        for desk in course.desks:
            course.hours.pass_by(60)
            summary = course.exchange(desk)
            busy |= summary is None or bool(summary.pushed or summary.pulled or summary.epochs)
        if not busy:
            return
    raise Wrong(f"not quiet after {ROUNDS} rounds")


def bring_home(course: Course) -> None:
    """What only other desks still hold goes on a stick to a desk of its author's code."""
    for attempt in range(5):
        quiet(course)
        if not without_position(course):
            return
        folder = course.folder / f"home{attempt}"
        folder.mkdir()
        for desk in course.desks:
            stick.write(desk.ledger, folder)
        course.counts["facts brought home"] += 1
        for desk in course.desks:
            read_stick(course, desk, folder)
    codes = {desk.code for desk in course.desks}
    left = without_position(course)
    if at_work := [fact.id for fact in left.values() if fact.desk in codes]:
        raise Wrong(f"facts of desks at work that never got a position: {at_work}")
    adopt(course)
    quiet(course)
    if left := without_position(course):
        raise Wrong(f"facts that never got a position: {sorted(left)}")


def without_position(course: Course) -> dict[str, Fact]:
    """What only desks hold, and not the centre; no stick carries what nobody has signed."""
    found: dict[str, Fact] = {}
    for desk in course.desks:
        with desk.ledger.store.reading() as connection:
            lines = driver(connection).execute(FACT + "WHERE pos IS NULL ORDER BY id")
            facts = [fact for line in lines if sound(fact := Fact(*line))]
        for fact in facts:
            # Whose words were said in confidence may stand without them at another desk.
            if fact.private is not None or fact.id not in found:
                found[fact.id] = fact
    return found


def erase_again(course: Course) -> bool:
    """An erasure that was lost with the last store that knew it is done again by the people."""
    desk = course.desks[0]
    with desk.ledger.store.reading() as connection:
        known = {p for (p,) in driver(connection).execute("SELECT person FROM erased")}
    persons = {said.person for said in course.said.values() if said.erases and said.person}
    for person in (lost := sorted(persons - known)):
        course.note("erased again", person)
        course.erase(desk, person)
    return bool(lost)


def wake(course: Course) -> None:
    """Nobody who was erased is in the rows of what rests; with its course they are the same."""
    for desk in course.desks:
        clear_away(desk.ledger)
    follow_all(course)
    check_erased(course)
    for desk in course.desks:
        subjects = elsewhere(desk)
        with desk.ledger.store.reading() as connection:
            before = contents(driver(connection), desk)
        horizon.fetch(desk.ledger, course.house.centre, subjects)
        if left := elsewhere(desk):
            raise Wrong(f"{desk.path.stem} was not given back {left}")
        with desk.ledger.store.reading() as connection:
            after = contents(driver(connection), desk)
        if wrong := [name for name in after if after[name] != before[name]]:
            raise Wrong(f"{desk.path.stem}: what rested is not what its course says: {wrong}")
        course.counts["old matters woken"] += len(subjects)


def settle_all(course: Course) -> int:
    """One desk settles whatever is open, until nothing is."""
    desk = course.desks[0]

    def settle_first() -> None:
        with desk.ledger.act("staff:1") as act:
            subject, first, second = open_clashes(act.connection)[0]
            act.record(SETTLED, subject, {"pair": [first, second], "keep": second})

    def settle_crossing() -> None:
        with desk.ledger.act("staff:1") as act:
            first = clash_pages.page(act.connection, None, 1)[0]
            crossing = clash_pages.find(act.connection, (first.first, first.second))
            assert crossing is not None
            crowd, how = crossing.what == CROWD, (act.connection, crossing, crossing.second)
            act.record_all(allowed(*how[:2]) if crowd else decided(desk.ledger.books, *how, None))

    for done in range(500):
        with desk.ledger.store.reading() as connection:
            clash, any_ = open_clashes(connection), clash_pages.count(connection)
        if not any_:
            return done
        course.doing(desk, settle_first if clash else settle_crossing, "settlement")
    raise Wrong("settling never ends")


def check(course: Course, must: set[str]) -> None:
    """Everything that DESIGN promises of a library that has come to rest."""
    held = check_centre(course, must)
    want: dict[tuple[str, frozenset[str] | None], Any] = {}
    for desk in course.desks:
        check_desk(course, desk)
        with desk.ledger.store.reading() as connection:
            raw = driver(connection)
            ours = raw.execute(LINES.format("fact", "WHERE pos IS NOT NULL ")).fetchall()
            if ours != held:
                wrong = [(a, b) for a, b in zip(ours, held, strict=False) if a != b][:2]
                raise Wrong(f"{desk.path.stem}: {len(ours)} facts, the centre {len(held)}; {wrong}")
            # Desks that were told the same words have the same rows.
            told, tables = private_of(raw), contents(raw, desk)
            # What the centre lost of a rogue's, some had pulled.
            tables["fault"] = [
                (id, *rest)
                for id, *rest in tables["fault"]
                if id not in course.rogue and "+" not in id
            ]
            for name, rows in tables.items():
                which = (name, told if name not in DERIVED else None)
                if rows != want.setdefault(which, rows):
                    theirs = want[which]
                    wrong = sorted(set(rows) ^ set(theirs), key=str)[:4]
                    raise Wrong(f"{desk.path.stem}: {name} is not the same: {wrong}")
    with course.desks[0].ledger.store.reading() as connection:
        if broken := course.world.at_rest(connection):
            raise Wrong(f"at rest: {broken}")
        course.counts["bans fallen"] = max(course.counts["bans fallen"], fallen(connection))
    clash, faults = want["clash", None], want["fault", None]
    if faults := [fault for fault in faults if not bereft(course, fault[0])]:
        raise Wrong(f"nobody can read {faults}")
    course.counts["clashes"] = max(course.counts["clashes"], len(clash))
    for _, _, what, *_ in want["crossing", None]:
        course.counts[f"crossing: {what}"] += 1
    course.counts["over capacity"] += len(want["crowd", None])
    course.counts["offsets learnt"] += learnt(want)
    for _, _, what, *_ in want["double", None]:
        course.counts[f"double: {what}"] += 1
    check_skews(course)
    check_clashes(course, {(first, second) for _, first, second, _ in clash})
    for desk in course.desks:
        clear_away(desk.ledger)
    check_copied(course)
    check_reports(course)
    check_erased(course)
    check_given(course)
    check_never_told(course)


_OWN = ("id", "epoch", "seq", "chain", "private", "salt")
"""A place is a desk's own matter, and who is told what was said in confidence another's."""
LINES = (
    f"SELECT substr(id, 1, {ID}), {', '.join(name for name in COLUMNS if name not in _OWN)}, "
    "CASE WHEN scope IS NULL THEN private END, CASE WHEN scope IS NULL THEN salt END "
    "FROM {} {}ORDER BY pos"
)
"""facts as every store must have them"""


def check_centre(course: Course, must: set[str]) -> list[tuple[Any, ...]]:
    """Every confirmed act once and whole, positions gapless, chains sound."""
    held = course.house.rows(LINES.format("ledger", ""))
    found = course.house.rows("SELECT pos, id, act, digest, actor FROM ledger ORDER BY pos")
    if [pos for pos, *_ in found] != list(range(1, len(found) + 1)):
        raise Wrong("positions with gaps")
    acts: dict[str, list[int]] = defaultdict(list)
    for pos, id, act, digest, actor in found:
        if actor == "rogue":
            continue
        acts[act].append(pos)
        if id not in course.said:
            raise Wrong(f"the centre has {id}, which nobody said")
        if course.said[id].digest != digest:
            raise Wrong(f"{id} is not what was said")
    if lost := sorted(must - {id for _, id, *_ in found}):
        raise Wrong(f"lost: {lost}")
    whole: dict[str, int] = defaultdict(int)
    for said in course.said.values():
        whole[said.act] += 1
    for act, places in acts.items():
        if len(places) != whole[act] or places[-1] - places[0] != len(places) - 1:
            raise Wrong(f"act {act} is in pieces: {places} of {whole[act]}")
    _check_receipts(course)
    return held


def _check_receipts(course: Course) -> None:
    chain, before = GENESIS, ("", 0, 0)
    for desk, epoch, seq, digest, link, id, there in course.house.rows(
        "SELECT r.desk, r.epoch, r.seq, l.digest, r.chain, r.id, l.id "
        "FROM receipt r LEFT JOIN ledger l ON l.pos = r.pos ORDER BY r.desk, r.epoch, r.seq"
    ):
        if (desk, epoch) != before[:2]:
            chain, before = GENESIS, (desk, epoch, 0)
        chain = chained(chain, desk, epoch, seq, digest)
        if seq != before[2] + 1 or chain != link or id != there:
            raise Wrong(f"receipt {desk} {epoch} {seq} is not sound")
        before = (desk, epoch, seq)


def check_desk(course: Course, desk: Desk) -> None:
    """A store agrees with itself: chain, positions, a rebuild, the rules of its world."""
    with desk.ledger.store.reading() as connection:
        raw = driver(connection)
        epoch, cursor = raw.execute("SELECT epoch, cursor FROM place").fetchone()
        chain = GENESIS
        for number, (seq, digest, link) in enumerate(
            raw.execute(
                "SELECT seq, digest, chain FROM fact WHERE desk = ? AND epoch = ? ORDER BY seq",
                (desk.code, epoch),
            ),
            1,
        ):
            chain = chained(chain, desk.code, epoch, seq, digest)
            if seq != number or chain != link:
                raise Wrong(f"{desk.path.stem}: the chain breaks at {epoch}/{seq}")
        positions = [p for (p,) in raw.execute("SELECT pos FROM fact WHERE pos > 0 ORDER BY pos")]
        # The cursor stands lower while a desk is told again what is confided to it.
        if positions != list(range(1, len(positions) + 1)) or cursor > len(positions):
            raise Wrong(f"{desk.path.stem}: positions {positions}, cursor {cursor}")
        held = {id for (id,) in raw.execute("SELECT id FROM fact")}
        if lost := sorted(desk.has - held):
            raise Wrong(f"{desk.path.stem} lost {lost}")
        known = "person IN (SELECT person FROM erased)"
        if raw.execute(f"SELECT 1 FROM fact WHERE private IS NOT NULL AND {known}").fetchone():
            raise Wrong(f"{desk.path.stem} holds words of somebody erased")
        before = contents(raw, desk)
        if broken := course.world.invariants(connection):
            raise Wrong(f"{desk.path.stem}: {broken}")
    for _ in desk.ledger.rebuild():
        pass
    with desk.ledger.store.reading() as connection:
        after = contents(driver(connection), desk)
    for name, rows in after.items():
        if rows != before[name]:
            wrong = sorted(set(rows) ^ set(before[name]), key=str)[:4]
            raise Wrong(f"{desk.path.stem}: {name} is not what a rebuild gives: {wrong}")


def check_erased(course: Course) -> None:
    """Not a byte of an erased person's words, in any store."""
    persons = {said.person for said in course.said.values() if said.erases}

    def words_of(*, erased: bool) -> set[bytes]:
        return {
            word.encode()
            for said in course.said.values()
            if (said.person in persons) == erased and said.private
            for word in course.world.words(said.private)
        }

    # A correction may have made the words of a wrong reader the right one's.
    words = words_of(erased=True) - words_of(erased=False)
    if not words:
        return
    course.counts["erased words looked for"] += len(words)
    for file in [*course.house.files(), *(file for desk in course.desks for file in desk.files())]:
        if left := found_in(words, file):
            raise Wrong(f"{file.name} still has {left[:3]}")
