"""Staff from a table file: the list that the personnel office keeps."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from db import staff as stored
from deskapp import exports, headers, sheets, staff
from deskapp.cells import alike
from deskapp.desk import Desk, Refusal, Role
from deskapp.fields import STAFF
from deskapp.profile import Profile
from deskapp.staff import Entry

OF_A_ROW = frozenset({"BadgeWrong", "NameMissing", "CodeUnknown", "OwnRole"})
"""Refusals that reject a row; any other ends the import."""


@dataclass(frozen=True, slots=True)
class StaffImported:
    """What a staff file did."""

    entered: int
    changed: int
    unchanged: int
    rejected: int
    rejects: Path | None


def mapping(
    path: Path, override: Mapping[str, headers.Choice] | None = None
) -> tuple[sheets.Sheet, headers.Mapping]:
    """The file and what its columns were taken for: to be shown before anything is written."""
    sheet = sheets.open_sheet(path)
    return sheet, headers.match(sheet.headers, STAFF, dict(override) if override else None)


def load(
    desk: Desk,
    path: Path,
    t: Callable[..., str],
    override: Mapping[str, headers.Choice] | None = None,
) -> StaffImported:
    """Import a staff file by badge: the new are entered, the known brought up to date.

    Departments, posts, committees and roles may be written as code or name, several in a cell;
    what a file does not tell of somebody known stays as it is. Nobody is taken off the list, and
    PINs are set by each person. Whoever imports keeps their own role: nobody locks the last
    administrator out. Refuses RoleTooLow and what `sheets` and `headers` refuse.
    """
    operator = desk.require(Role.ADMINISTRATOR)
    sheet, columns = mapping(path, override)
    columns.check()
    rejects = exports.Rejects(path, sheet.headers, t)
    known = _known(desk)
    entered = changed = unchanged = 0
    for row, entry in _entries(desk.profile, sheet, columns, rejects, known):
        if known.get(entry.badge) == entry:
            unchanged += 1
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
    return StaffImported(entered, changed, unchanged, len(rejects), rejects.save())


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


def _entries(
    profile: Profile,
    sheet: sheets.Sheet,
    columns: headers.Mapping,
    rejects: exports.Rejects,
    known: Mapping[str, Entry],
) -> Iterator[tuple[sheets.Row, Entry]]:
    roles = {word: role.value for role in Role for word in _role_words(role, rejects.t)}
    offices = _codes(profile.departments)
    committees = _codes(profile.committees)
    posts = _codes(profile.posts)
    for row in sheet.rows:
        try:
            record = columns.record(row, {"role": roles})
            badge, name = record.text("badge"), record.text("name")
            before = known.get(badge, Entry(badge, name))
            units = [_code(word, offices | committees) for word in record.several("departments")]
            entry = Entry(
                badge,
                name,
                Role(record.text("role") or before.role),
                tuple(c for c in units if c in profile.departments) or before.departments,
                tuple(_code(word, posts) for word in record.several("posts")) or before.posts,
                tuple(c for c in units if c in profile.committees) or before.committees,
            )
        except Refusal as why:
            rejects.add(row, why)
        else:
            yield row, entry


def _role_words(role: Role, t: Callable[..., str]) -> tuple[str, ...]:
    return role.value, t(f"role.{role.value}")


def _codes(table: Mapping[str, object]) -> dict[str, str]:
    words: dict[str, str] = {}
    for code, entry in table.items():
        for word in (code, getattr(entry, "zh", ""), getattr(entry, "en", "")):
            words[alike(word)] = code
    return words


def _code(word: str, codes: Mapping[str, str]) -> str:
    try:
        return codes[alike(word)]
    except KeyError:
        raise Refusal(
            "CodeUnknown", value=word, known=" ".join(sorted(set(codes.values())))
        ) from None
