"""Sticks in a simulation: written, read, pulled out half way."""

from contextlib import suppress
from pathlib import Path

from db import stick
from db.ledger import found
from db.refusal import Refusal
from db.store import driver
from tests.simulation.course import KEY, Course
from tests.simulation.desk import Desk, Wrong
from tests.simulation.programs import NEWEST
from tests.simulation.troubles import Crash


def write_stick(course: Course, desk: Desk) -> None:
    folder = course.folder / f"stick{course.rng.randrange(2)}"
    written = stick.write(desk.ledger, folder)
    for path in written.files:
        course.sticks[path] = {fact.id for fact in stick.facts_on(path, KEY)}
    names = set().union(*(course.sticks[path] for path in written.files))
    ever = course.centre_has | course.set_backs.ever()
    if written.files and course.rng.random() < 0.15:
        # Pulled out half way: the last file is not what was written.
        path = written.files[-1]
        kept = path.read_bytes()
        path.write_bytes(kept[: course.rng.randrange(len(kept))])
        course.note("sticks pulled out")
        del course.sticks[path]
    elif unsaid := desk.has - ever - names - _placed(desk):
        raise Wrong(f"{desk.path.stem} left {sorted(unsaid)} off the stick")
    elif names:
        course.note("sticks written", f"{folder.name} by {desk.path.stem}: {len(names)}")


def write_anothers(course: Course, desk: Desk) -> None:
    """A stick of ours lay at another library's desk, which has the same codes and matters."""
    folder = course.folder / f"stick{course.rng.randrange(2)}"
    path = course.empty(NEWEST)
    ledger = course.ledger(path, desk.clock, NEWEST)
    found(ledger.store, desk.code, bytes(31) + b"1")
    for _ in range(3):
        with suppress(Refusal, Crash):
            course.world.act(course.rng, ledger)
    stick.write(ledger, folder)
    ledger.store.close()
    course.note("another library's facts", f"on {folder.name}")


def read_stick(course: Course, desk: Desk, folder: Path | None = None) -> None:
    place = folder or course.folder / f"stick{course.rng.randrange(2)}"
    if not course.calm and course.rng.random() < course.roughness:
        course.fuse = course.rng.randint(1, 4)
    _note_late(course, desk, place)
    try:
        read = stick.read(desk.ledger, place)
    except Crash:
        course.note("crash at a stick")
        course.reopen(desk)
        return
    except Refusal as refusal:
        if refusal.code != "StickOfAnother":
            raise
        course.note("sticks of another library", place.name)
        return
    finally:
        course.fuse = 0
    if altered := set(read.altered) - course.rogue:
        raise Wrong(f"altered on {place.name}: {altered}")
    course.counts["broken files named"] += len(read.broken)
    course.counts["another library's files named"] += len(read.foreign)
    if read.facts:
        course.note("sticks read", f"{place.name} by {desk.path.stem}: {read.facts}")


def _placed(desk: Desk) -> set[str]:
    with desk.ledger.store.reading() as connection:
        lines = driver(connection).execute("SELECT id FROM fact WHERE pos IS NOT NULL")
        return {id for (id,) in lines}


def _note_late(course: Course, desk: Desk, place: Path) -> None:
    """Count the words of erased persons that a desk is about to read and has not."""
    with desk.ledger.store.reading() as connection:
        raw = driver(connection)
        gone = {p for (p,) in raw.execute("SELECT person FROM erased")}
        held = {id for (id,) in raw.execute("SELECT id FROM fact")}
    on_it = set().union(*(ids for path, ids in course.sticks.items() if path.parent == place))
    late = [id for id in on_it - held if course.said[id].private and course.said[id].person in gone]
    course.counts["erasures late at a desk"] += len(late)
