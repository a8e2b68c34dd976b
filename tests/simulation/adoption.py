"""What is left of desks that are gone: whoever looks after the centre takes it in for them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from db.centre import Greeting
from db.facts import GENESIS, Fact, chained
from db.place import mark_of
from tests.simulation import programs
from tests.simulation.course import KEY, Course
from tests.simulation.houses import Served


def adopt(course: Course, stranded: Iterable[Fact]) -> None:
    """Push each gone desk's facts in its name, in an epoch that it never used."""
    if isinstance(course.house, Served):
        # First from whoever has the words that go with them.
        for wordless in (False, True):
            for desk in course.desks:
                with programs.running(desk.program):
                    done = course.house.adopt(desk.path, wordless)
                course.counts["stranded facts adopted"] += sum(done.values())
        course.centre_has.update(fact.id for fact in stranded)
        return
    by_desk: dict[str, list[Fact]] = defaultdict(list)
    for fact in stranded:
        by_desk[fact.desk].append(replace(fact))
    for code, facts in by_desk.items():
        centre = course.house.centre
        epoch, chain = centre.hello(Greeting(code, 0, mark_of(KEY))).epoch + 1, GENESIS
        for seq, fact in enumerate(sorted(facts, key=lambda each: (each.act, each.id)), 1):
            chain = chained(chain, code, epoch, seq, fact.digest)
            fact.epoch, fact.seq, fact.chain = epoch, seq, chain
        facts.sort(key=lambda each: each.seq or 0)
        centre.push(code, epoch, GENESIS, facts, 0)
        course.centre_has.update(fact.id for fact in facts)
        course.note("stranded facts adopted", f"{len(facts)} of {code}")
