"""The people of a generated library: its staff, and its readers."""

import random
import tomllib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from db import readers as stored
from db.facts import Draft
from db.ledger import Ledger
from db.place import library_key
from db.rows import chunks
from deskapp.entries import Role
from deskapp.profile import Profile
from deskapp.staff import Entry

SLICE = 1000
FIRST_BADGE = 1001


@cache
def contents() -> Mapping[str, Any]:
    """assets/demo/library.toml."""
    file = resources.files("assets") / "demo" / "library.toml"
    return tomllib.loads(file.read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Member:
    """One of the generated staff."""

    id: str
    role: Role
    departments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Patron:
    """One of the generated readers."""

    id: str
    type: str


def cast(profile: Profile, rng: random.Random) -> list[Entry]:
    """Staff for every department: heads, shift leads, librarians in all posts, students' help.

    The first, whom the demo signs in, leads the shifts of the department that most is asked of.
    """
    names = list(contents()["staff"])
    posts: dict[str, list[str]] = defaultdict(list)
    for post in profile.posts.values():
        posts[post.department].append(post.code)
    asked = [kind.department for kind in profile.kinds.values()]
    first = max(profile.departments, key=asked.count)
    others = [code for code in profile.departments if code != first]
    wanted: list[tuple[Role, str]] = [(Role.SHIFT_LEAD, first), (Role.LIBRARIAN, first)]
    wanted += [(Role.LIBRARIAN, code) for code in others]
    wanted += [(Role.DEPARTMENT_HEAD, code) for code in (first, *others)]
    wanted += [(Role.LIBRARIAN, first)] * 4 + [(Role.SHIFT_LEAD, first)]
    wanted += [(Role.LIBRARIAN, code) for code in others]
    wanted += [(Role.ADMINISTRATOR, others[-1] if others else first)]
    wanted += [(Role.STUDENT_ASSISTANT, first)] * 2 + [(Role.VOLUNTEER, first)]
    committees = list(profile.committees)
    entries = []
    given: dict[str, int] = defaultdict(int)
    for place, (role, department) in enumerate(wanted[: len(names)]):
        entry = Entry(str(FIRST_BADGE + place), names[place], role, (department,))
        theirs = [code for code in posts[department] if code not in list(Role)]
        if role in posts[department]:
            entry = replace(entry, posts=(role.value,))
        elif theirs and role.reaches(Role.LIBRARIAN):
            entry = replace(entry, posts=(theirs[given[department] % len(theirs)],))
            given[department] += 1
        if committees and role is Role.DEPARTMENT_HEAD:
            entry = replace(
                entry, committees=tuple(rng.sample(committees, k=min(2, len(committees))))
            )
        entries.append(entry)
    return entries


def enter_staff(ledger: Ledger, entries: list[Entry]) -> list[Member]:
    """Put them on the list, by nobody: a set-up."""
    people = []
    with ledger.act(None) as act:
        for entry in entries:
            subject = act.new_subject("staff")
            act.record("staff.entered", subject, entry.said())
            people.append(Member(subject, entry.role, entry.departments))
    return people


def enter_readers(
    ledger: Ledger,
    profile: Profile,
    rng: random.Random,
    count: int,
    today: datetime,
    progress: Callable[[int], None],
) -> list[Patron]:
    """Enter readers; of a large library only the last few thousand come to ask."""
    with ledger.store.reading() as connection:
        key = library_key(connection)
    patrons: list[Patron] = []
    for places in chunks(range(count), SLICE):
        some = []
        with ledger.act(None) as act:
            drafts: list[Draft] = []
            for place in places:
                values = _reader(profile, rng, place, today)
                subject = stored.id_of(key, values["number"])
                drafts.append(stored.draft("reader.entered", subject, values))
                some.append(Patron(subject, values["type"]))
            act.record_all(drafts)
        patrons = (patrons + some)[-5000:]
        progress(places[-1] + 1)
    return patrons


def _reader(profile: Profile, rng: random.Random, place: int, today: datetime) -> dict[str, Any]:
    """A reader. The number tells the year of entry, as university numbers do."""
    words = contents()
    types = list(profile.patrons)
    type_ = types[min(int(rng.expovariate(0.7)), len(types) - 1)]
    college = rng.choice(list(words["colleges"]))
    major = rng.choice(words["colleges"][college])
    student = types.index(type_) < 4
    year = today.year - rng.randrange(4) - (1 if today.month < 9 else 0)
    number = f"{year}{place:06d}" if student else f"{19000000 + place}"
    if place % 97 == 96:
        name = rng.choice(words["others"])
    else:
        name = rng.choice(words["surnames"]) + "".join(
            rng.choice(words["given"]) for _ in range(1 if rng.random() < 0.25 else 2)
        )
    return {
        "number": number,
        "name": name,
        "type": type_,
        "college": college,
        "major": major if student else None,
        "class": f"{major[:2]}{year % 100}-{rng.randrange(1, 5)}" if student else None,
        "phone": f"100{rng.randrange(10**8):08d}" if rng.random() < 0.8 else None,
        "mail": None,
        "valid_until": f"{year + 4}-07-31" if student else None,
        "cards": [f"{(place * 2654435761 + 12345) % 2**32:08X}"],
    }
