"""What one library is: its departments, posts, hours and kinds of request, as a checked file.

A profile is a TOML file of `assets/profiles`, or a library's own. No code repeats what it says.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, ValidationError, model_validator

from db.refusal import Refusal
from deskapp.entries import (
    Branch,
    Channel,
    Committee,
    Department,
    Digits,
    Dimension,
    DueRule,
    Handed,
    Kind,
    Limits,
    Outcome,
    PatronType,
    Post,
    Reason,
    Result,
    Role,
    Round,
    Stage,
    Step,
    Table,
    Tallied,
    Usual,
)
from deskapp.event_entries import EventKind
from deskapp.helper_entries import Gathered
from deskapp.register_entries import Counted, CrisisLine, LentKind
from deskapp.space_entries import Spaces
from deskapp.timetable import Named, Timetable, Vacation, wrong

__all__ = [
    "Department",
    "Dimension",
    "DueRule",
    "Kind",
    "Named",
    "Outcome",
    "Profile",
    "Result",
    "Role",
    "Stage",
    "Step",
    "load",
    "load_file",
    "names",
    "read",
]


def _known_zone(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(zone) from error
    return zone


TimeZone = Annotated[str, AfterValidator(_known_zone)]


class Profile(Spaces, Gathered, Named):
    """One library. Every table is by code, in the file's order."""

    version: Literal[1]
    zone: TimeZone
    opening: str
    usual: Usual
    limits: Limits
    calendars: Table[Timetable]
    vacations: Table[Vacation] = Field(default_factory=dict)
    departments: Table[Department]
    committees: Table[Committee] = Field(default_factory=dict)
    branches: Table[Branch] = Field(default_factory=dict)
    posts: Table[Post]
    patrons: Table[PatronType]
    channels: Digits[Channel]
    reasons: Digits[Reason]
    delays: Digits[Reason]
    results: Digits[Result]
    due: Table[DueRule]
    kinds: Table[Kind]
    lent: Table[LentKind] = Field(default_factory=dict, max_length=9)
    counts: Table[Counted] = Field(default_factory=dict)
    crisis: Table[CrisisLine] = Field(default_factory=dict, max_length=9)
    tallies: Digits[Tallied] = Field(default_factory=dict)
    shift_things: Table[Handed] = Field(default_factory=dict)
    shift_rounds: Table[Round] = Field(default_factory=dict)
    events: Table[EventKind] = Field(default_factory=dict)

    def _references(self) -> Iterator[tuple[tuple[str, ...], str | None, Mapping[str, Named]]]:
        yield ("opening",), self.opening, self.calendars
        yield ("usual", "kind"), self.usual.kind, self.kinds
        yield ("usual", "channel"), self.usual.channel, self.channels
        yield ("usual", "isbn"), self.usual.isbn, self.kinds
        for hours in self.calendars.values():
            for vacation in hours.vacations:
                yield ("calendars", hours.code, "vacations", vacation), vacation, self.vacations
        for office in self.departments.values():
            yield ("departments", office.code, "calendar"), office.calendar, self.calendars
        for post in self.posts.values():
            yield ("posts", post.code, "department"), post.department, self.departments
        for branch in self.branches.values():
            yield ("branches", branch.code, "post"), branch.post, self.posts
        for thing in self.lent.values():
            yield ("lent", thing.code, "due"), thing.due, self.due
        for kind in self.kinds.values():
            yield ("kinds", kind.code, "due"), kind.due, self.due
            yield ("kinds", kind.code, "department"), kind.department, self.departments
            yield ("kinds", kind.code, "post"), kind.post, self.posts
            for stage in kind.stages.values():
                yield ("kinds", kind.code, "stages", stage.code, "due"), stage.due, self.due
        for purpose in self.purposes.values():
            yield ("purposes", purpose.code, "kind"), purpose.kind, self.kinds
        yield from ((("limits", "unranked"), each, self.patrons) for each in self.limits.unranked)
        yield from self.space_references(self.calendars, self.patrons)

    @model_validator(mode="after")
    def _refers_to_what_exists(self) -> Self:
        for where, value, table in self._references():
            if value is not None and value not in table:
                raise wrong("reference", where, value)
        return self

    @model_validator(mode="after")
    def _stages_have_a_limit(self) -> Self:
        for kind in self.kinds.values():
            for place, stage in enumerate(kind.stages.values()):
                limits = [place == 0, stage.due is not None, stage.outside]
                if sum(limits) != 1:
                    raise wrong("value", ("kinds", kind.code, "stages", stage.code), stage.code)
        return self

    @model_validator(mode="after")
    def _words_are_clear(self) -> Self:
        for section, words in (("kinds", self._kind_words()), ("patrons", self._patron_words())):
            owners: dict[str, str] = {}
            for word, code in words:
                if owners.setdefault(word, code) != code:
                    raise wrong("twice", (section, code), word)
        return self

    @model_validator(mode="after")
    def _every_outcome_has_a_result(self) -> Self:
        for outcome in Outcome:
            if outcome not in {result.outcome for result in self.results.values()}:
                raise wrong("missing", ("results",), outcome)
        return self

    @model_validator(mode="after")
    def _vacations_do_not_overlap(self) -> Self:
        days = sorted((first, last, code) for code, first, last in self.vacation_dates())
        for before, after in pairwise(days):
            if after[0] <= before[1]:
                raise wrong("value", ("vacations", after[2]), str(after[0]))
        return self

    def _kind_words(self) -> Iterator[tuple[str, str]]:
        for kind in self.kinds.values():
            for word in (kind.zh, kind.en, *kind.words):
                yield word.casefold(), kind.code

    def _patron_words(self) -> Iterator[tuple[str, str]]:
        for patron in self.patrons.values():
            for word in (patron.code, patron.zh, patron.en, *patron.words):
                yield word.casefold(), patron.code

    def kind_words(self) -> dict[str, str]:
        """Kind by every word that selects it, in lower case."""
        return dict(self._kind_words())

    def patron_words(self) -> dict[str, str]:
        """Patron type by every word that a reader file may use for it, in lower case."""
        return dict(self._patron_words())

    def vacation_dates(self) -> list[tuple[str, date, date]]:
        """Vacation, first and last day."""
        return [(v.code, p.first, p.last) for v in self.vacations.values() for p in v.dates]

    def season_dates(self) -> list[tuple[str, date, date]]:
        """Season, first and last day, in the profile's order."""
        return [(s.code, p.first, p.last) for s in self.seasons.values() for p in s.dates]


def _line(text: str, where: tuple[str | int, ...]) -> int:
    """The line of a TOML text that writes `where`, or as much of it as is written."""
    line = 1
    table: tuple[str, ...] = ()
    for number, row in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[([\w.]+)\]", row):
            table = tuple(header[1].split("."))
            path = table
        elif key := re.match(r"\s*([\w.]+)\s*=", row):
            path = (*table, *key[1].split("."))
        else:
            continue
        if path == where[: len(path)]:
            line = number
    return line


def _refusal(error: ValidationError, text: str, file: str) -> Refusal:
    """The first thing wrong, as a person can find it."""
    problem = error.errors(include_url=False)[0]
    context = problem.get("ctx", {})
    path = (*problem["loc"], *context.get("where", ()))
    where, line = ".".join(map(str, path)), _line(text, path)
    value = context.get("value", problem["input"])
    value = "" if isinstance(value, dict) else str(value)[:80]
    match problem["type"]:
        case "missing":
            return Refusal("ProfileKeyMissing", file=file, line=line, where=where)
        case "extra_forbidden":
            return Refusal("ProfileKeyUnknown", file=file, line=line, where=where)
        case "reference":
            return Refusal(
                "ProfileReferenceUnknown", file=file, line=line, where=where, value=value
            )
        case "twice":
            return Refusal("ProfileWordTwice", file=file, line=line, where=where, value=value)
    return Refusal("ProfileValueWrong", file=file, line=line, where=where, value=value)


def names() -> list[str]:
    """The profiles that come with the program."""
    folder = resources.files("assets") / "profiles"
    return sorted(Path(f.name).stem for f in folder.iterdir() if f.name.endswith(".toml"))


def load(name: str) -> Profile:
    """A profile that comes with the program. Refuses `ProfileUnknown`, and as `load_file`."""
    if name not in names():
        raise Refusal("ProfileUnknown", name=name, names=" ".join(names()))
    file = f"{name}.toml"
    return read((resources.files("assets") / "profiles" / file).read_bytes(), file)


def load_file(path: str | Path) -> Profile:
    """A library's own profile. Refuses `ProfileMissing`, and as `read`."""
    return read(_bytes(path), str(path))


def named(name: str) -> Profile:
    """One that comes with the program, or by the path of its file. Refuses as both."""
    return load_file(name) if name.endswith(".toml") else load(name)


def own_text(path: str | Path) -> str:
    """The text of a library's own profile, once it is known to be one. Refuses as `load_file`."""
    data = _bytes(path)
    read(data, str(path))
    return data.decode("utf-8-sig")


def _bytes(path: str | Path) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise Refusal("ProfileMissing", file=str(path)) from error


@lru_cache(maxsize=4)
def read(data: bytes, file: str) -> Profile:
    """The profile in `data`, which nobody changes: it is read once.

    Refuses, each with `file` and `line`: `ProfileSyntax` (not TOML, or a key twice), and with
    `where`: `ProfileKeyMissing`, `ProfileKeyUnknown`, and with `value`: `ProfileReferenceUnknown`,
    `ProfileWordTwice`, `ProfileValueWrong`.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Refusal("ProfileSyntax", file=file, line=line) from error
    try:
        return Profile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        raise Refusal("ProfileSyntax", file=file, line=line) from error
    except ValidationError as error:
        raise _refusal(error, text, file) from error
