"""Staff from a table file: the list that the personnel office keeps."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from db import staff as stored
from db.readers import capitals
from deskapp import exports, headers, sheets, staff
from deskapp.desk import Desk, Refusal, Role
from deskapp.entries import Words
from deskapp.fields import STAFF
from deskapp.language import LANGUAGES, Language
from deskapp.profile import Profile
from deskapp.staff import Entry

OF_A_ROW = frozenset({"BadgeWrong", "NameMissing", "CodeUnknown", "OwnRole", "StillResponsible"})
"""Refusals that reject a row; any other ends the import."""


@dataclass(frozen=True, slots=True)
class StaffImported:
    """What a staff file did."""

    entered: int
    changed: int
    unchanged: int
    rejected: int
    rejects: Path | None
    notes: tuple[str, ...] = ()
    """what was passed over in rows that were taken, a sentence each"""


def load(
    desk: Desk,
    path: Path,
    t: Language,
    override: Mapping[str, headers.Choice] | None = None,
) -> StaffImported:
    """Import a staff file by badge: the new are entered, the known brought up to date.

    Departments, posts, committees and roles may be written as code or name, several in a cell;
    what a file does not tell of somebody known stays as it is. A post that the library does not
    have, as titles are, is passed over with a note. Nobody is taken off the list, and PINs are set
    by each person. Whoever imports keeps their own role: nobody locks the last
    administrator out. Refuses RoleTooLow and what `sheets` and `headers` refuse.
    """
    operator = desk.require(Role.ADMINISTRATOR)
    sheet, columns, rejects = sheets.open_import(path, STAFF, t, override)
    known = _known(desk)
    passed_over: dict[str, list[int]] = defaultdict(list)
    first: dict[str, tuple[int, str]] = {}
    entered = changed = unchanged = 0
    for row, entry, unknown in _entries(desk.profile, sheet, columns, rejects, known, t):
        line, name = first.setdefault(entry.badge, (row.line, entry.name))
        if name != entry.name:
            rejects.twice(row, line)
            continue
        if known.get(entry.badge) == entry:
            unchanged += 1
            _note(passed_over, unknown, row)
            continue
        try:
            if entry.badge == operator.badge and entry.role is not operator.role:
                raise Refusal("OwnRole")
            staff.enter(desk, entry)
        except Refusal as why:
            if why.code not in OF_A_ROW:
                raise
            rejects.add(row, why)
            continue
        entered += entry.badge not in known
        changed += entry.badge in known
        known[entry.badge] = entry
        _note(passed_over, unknown, row)
    posts = "、".join(post.name(t.code) for post in desk.profile.posts.values())
    notes = tuple(
        t("staff_file.post_unknown", value=word, lines=" ".join(map(str, lines)), posts=posts)
        for word, lines in passed_over.items()
    )
    return StaffImported(entered, changed, unchanged, len(rejects), rejects.save(), notes)


def _note(passed_over: dict[str, list[int]], unknown: Iterable[str], row: sheets.Row) -> None:
    for word in unknown:
        passed_over[word].append(row.line)


def _known(desk: Desk) -> dict[str, Entry]:
    """Everybody on the list, by badge."""
    with desk.reading() as connection:
        people = stored.everybody(connection)
    return {
        each.badge: Entry(
            each.badge,
            each.name,
            Role(each.role),
            tuple(json.loads(each.departments)),
            tuple(json.loads(each.posts)),
            tuple(json.loads(each.committees)),
        )
        for each in people
    }


def _roles() -> dict[str, str]:
    """By code and name in any language: a file has its own, whatever whoever imports it speaks."""
    found = {role.value: role.value for role in Role}
    for t in map(Language, LANGUAGES):
        found |= {t(f"role.{role.value}"): role.value for role in Role}
    return found


def _entries(
    profile: Profile,
    sheet: sheets.Sheet,
    columns: headers.Mapping,
    rejects: exports.Rejects,
    known: Mapping[str, Entry],
    t: Language,
) -> Iterator[tuple[sheets.Row, Entry, list[str]]]:
    """Each row's person, and what stands under posts that is none."""
    roles = _roles()
    units = Words({**profile.departments, **profile.committees}, t.code)
    posts = Words(profile.posts, t.code)
    for row in sheet.rows:
        with rejects.catching(row):
            record = columns.record(row, {"role": roles})
            badge, name = capitals(record.text("badge")), record.text("name")
            before = known.get(badge, Entry(badge, name))
            of = [units.code(word) for word in record.several("departments")]
            duties = {word: posts.find(word) for word in record.several("posts")}
            entry = Entry(
                badge,
                name,
                Role(record.text("role") or before.role),
                tuple(c for c in of if c in profile.departments) or before.departments,
                tuple(dict.fromkeys(code for code in duties.values() if code)) or before.posts,
                tuple(c for c in of if c in profile.committees) or before.committees,
            )
            yield row, entry, [word for word, code in duties.items() if code is None]
