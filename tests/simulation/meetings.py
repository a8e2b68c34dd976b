"""The clashes that there must be: of people who did not know of each other."""

import json
from collections import Counter, defaultdict
from itertools import combinations

from db.clashes import SETTLED, Pair, pair
from db.facts import Stub
from tests.simulation.course import Course
from tests.simulation.desk import Wrong


def check_clashes(course: Course, stand: set[Pair]) -> None:
    """The clashes are those of people who did not know of each other; see Said.knew.

    After the centre was set back there may be more of them, never fewer.
    """
    by_subject: dict[str, list[Stub]] = defaultdict(list)
    for subject, *values in course.house.rows(
        "SELECT subject, id, kind, pos, base, beyond, timeline, data FROM ledger "
        "WHERE actor IS DISTINCT FROM 'rogue' ORDER BY pos"
    ):
        by_subject[subject].append(Stub(*values))
    exercised = Counter(f"fact {stub.kind}" for stubs in by_subject.values() for stub in stubs)
    books = {book.name: book for book in course.world.books}
    true: set[Pair] = set()
    for subject, stubs in by_subject.items():
        if subject.partition(":")[0] not in books:
            continue
        strangers = [both for both in combinations(stubs, 2) if apart(course, *both)]
        together = books[subject.partition(":")[0]].together
        if together is not None:
            beside = [both for both in strangers if SETTLED not in (both[0].kind, both[1].kind)]
            true |= {pair(one.id, other.id) for one, other in together(stubs, beside)}
        for one, other in strangers:
            clash = clashes(course, one, other)
            kinds = " and ".join(sorted((one.kind, other.kind)))
            if all("queue" in json.loads(each.data) for each in (one, other)):
                kinds += ", both called"  # to one seat, the last
            exercised[f"{'clash' if clash else 'no clash'}: {kinds}"] += 1
            true |= {pair(one.id, other.id)} if clash else set()
    if missed := sorted(true - stand):
        raise Wrong(f"clashes missed: {missed}")
    if (more := sorted(stand - true)) and not course.set_backs.done:
        raise Wrong(f"clashes of people who knew of each other: {more}")
    course.counts["clashes too many after a set back"] += len(more)
    for what, count in exercised.items():  # this is looked at twice
        course.counts[what] = max(course.counts[what], count)


def apart(course: Course, one: Stub, other: Stub) -> bool:
    said = course.said
    return one.id not in said[other.id].knew and other.id not in said[one.id].knew


def clashes(course: Course, one: Stub, other: Stub) -> bool:
    """What the world says of two facts; two settlements that disagree over one pair do."""
    if SETTLED not in (one.kind, other.kind):
        return course.world.clash(one, other)
    if one.kind != other.kind:
        return False
    first, second = json.loads(one.data), json.loads(other.data)
    return bool(first["pair"] == second["pair"] and first["keep"] != second["keep"])
