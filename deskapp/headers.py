"""Which column of a table holds what: found by its heading, shown, overruled by a person."""

from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from db.refusal import Refusal
from deskapp import cells
from deskapp.cells import Cell, Row, alike
from deskapp.fields import IDENTITY, OTHERS, PATRONS, REQUESTS, STAFF, Field, Fields
from deskapp.register_fields import TABLES


class _Column(NamedTuple):
    """Where a field stands and how its cells are read."""

    field: Field
    places: tuple[int, ...]
    header: str
    read: Callable[[Cell, str], str]


How = Literal["exact", "alike", "contained", "content", "person"]
Choice = str | int | Sequence[str | int] | None


@dataclass(frozen=True)
class Mapping:
    """What was found: a person looks at it before anything is written.

    `columns`: field → places of its columns; `how` it was found; `ignored`: headings that nothing
    reads; `dropped`: headings of identity numbers, never read; `unclear`: field → headings that
    all could be it; `missing`: required fields without a column.
    """

    fields: Fields
    headers: tuple[str, ...]
    columns: dict[str, tuple[int, ...]] = field(default_factory=dict)
    how: dict[str, How] = field(default_factory=dict)
    unclear: dict[str, tuple[str, ...]] = field(default_factory=dict)
    day: date | None = None
    """of times that stand in the table without one"""

    @property
    def dropped(self) -> tuple[str, ...]:
        return tuple(header for header in self.headers if is_identity(header))

    @property
    def ignored(self) -> tuple[str, ...]:
        used = {place for places in self.columns.values() for place in places}
        return tuple(
            header
            for place, header in enumerate(self.headers)
            if place not in used and header and not is_identity(header)
        )

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(
            wanted.name
            for wanted in self.fields.all
            if wanted.required
            and wanted.name not in self.columns
            and wanted.name not in self.unclear
            and not (wanted.name == "name" and "surname" in self.columns)
        )

    def check(self) -> None:
        """Refuses ColumnsUnclear and ColumnsMissing, with headings a person can go by."""
        for headers in self.unclear.values():
            raise Refusal("ColumnsUnclear", headers="、".join(headers))
        if self.missing:
            words = [self.fields[name].words for name in self.missing]
            english = [next((w for w in each if w.isascii()), each[0]) for each in words]
            pairs = zip(words, english, strict=True)
            raise Refusal("ColumnsMissing", headers="、".join(f"{w[0]}/{e}" for w, e in pairs))

    def record(self, row: Row, codes: Dict[str, Dict[str, str]] | None = None) -> "Record":
        """The row, to be asked by field. `codes`: field → word → code. Refuses RowTooLong."""
        if len(row.cells) > len(self.headers):
            raise Refusal("RowTooLong", columns=len(self.headers), cells=len(row.cells))
        return Record(self, row, codes or {})

    @cached_property
    def plan(self) -> dict[str, _Column]:
        """Every field, once rows are read: what was matched stays as it is from then on."""
        return {
            each.name: _Column(
                each,
                places := self.columns.get(each.name, ()),
                self.headers[places[0]] if places else each.words[0],
                _READ.get(each.kind, _plain),
            )
            for each in self.fields.all
        }


class Record:
    """One row by its fields; an unmapped field is empty. A value that cannot be right is refused
    when it is asked for (NumberDigitsLost, NumberIsIdentity, DateUnclear, CountUnclear,
    WordUnknown), an empty required one too (ValueMissing), each with its column."""

    __slots__ = ("_codes", "_day", "_plan", "line", "row")

    def __init__(self, mapping: Mapping, row: Row, codes: Dict[str, Dict[str, str]]) -> None:
        self._plan = mapping.plan
        self._day = mapping.day
        self._codes = codes
        self.row = row
        self.line = row.line

    def heading(self, name: str) -> str:
        """Of its column; where it has none, a word that would head it."""
        return self._plan[name].header

    def text(self, name: str) -> str:
        """The field as text in the form of its kind: digits of a phone, code of a word."""
        column = self._plan[name]
        if column.places:
            filled = self._filled(column)
            found = filled[0] if filled else ""
        else:
            found = self._joined() if name == "name" and "surname" in self._plan else ""
        if not found and column.field.required:
            raise Refusal("ValueMissing", column=column.header)
        return found

    def several(self, name: str) -> tuple[str, ...]:
        """All entries of a field that holds a list or has several columns."""
        column = self._plan[name]
        kind = column.field.kind
        if kind == "several":
            found = [entry for cell in self._cells(column) for entry in cells.several(cell)]
        elif kind == "number":
            each = [cells.numbers(cell, column.header) for cell in self._cells(column)]
            found = [one for some in each for one in some]
        else:
            found = self._filled(column)
        return tuple(dict.fromkeys(found))

    def day(self, name: str) -> date | None:
        """The day, or None where none is given."""
        column = self._plan[name]
        return next((cells.day(cell, column.header) for cell in self._cells(column)), None)

    def moment(self, name: str, zone: tzinfo | None) -> datetime | None:
        """The day and time to the second, in this zone, or None where none is given."""
        column = self._plan[name]
        there = self._cells(column)
        found = next((cells.moment(cell, column.header, self._day) for cell in there), None)
        return found and found.replace(microsecond=0, tzinfo=zone)

    def past(self, name: str, now: datetime) -> datetime | None:
        """The same of what has happened. Refuses TimeLater."""
        found = self.moment(name, now.tzinfo)
        if found is not None and found > now:
            raise Refusal("TimeLater", column=self.heading(name))
        return found

    def whole(self, name: str) -> int | None:
        """The count, or None where none is given."""
        column = self._plan[name]
        return next((cells.whole(cell, column.header) for cell in self._cells(column)), None)

    def _cells(self, column: _Column) -> list[Cell]:
        there = self.row.cells
        return [there[place] for place in column.places if place < len(there)]

    def _filled(self, column: _Column) -> list[str]:
        found = []
        for cell in self._cells(column):
            if column.field.kind == "word" and column.field.name in self._codes:
                value = cells.word(cell, self._codes[column.field.name], column.header)
            else:
                value = column.read(cell, column.header)
            if value:
                found.append(value)
        return found

    def _joined(self) -> str:
        """Koha's surname and firstname as one name: 张 + 建国, but John + Smith."""
        surname = next(iter(self._filled(self._plan["surname"])), "")
        first = next(iter(self._filled(self._plan["firstname"])), "")
        if (surname + first).isascii() or not (surname and first):
            return f"{first} {surname}".strip()
        return surname + first if min(surname + first) >= "\u3400" else f"{first} {surname}"


def _name(cell: Cell, _header: str) -> str:
    return cells.name(cell)


def _plain(cell: Cell, _header: str) -> str:
    # A text that Excel was to take as text keeps its mark; 20210001 may stand in any column.
    return cells.text(cell).removeprefix("'")


_READ: dict[str, Callable[[Cell, str], str]] = {
    "number": cells.number,
    "phone": cells.phone,
    "name": _name,
}


def is_identity(header: str) -> bool:
    """Whether a column so headed holds citizens' identity numbers."""
    plain = alike(header)
    return any(plain == word or (len(word) > 2 and word in plain) for word in _identity_words())


def known(header: str) -> bool:
    """Whether some table has a column so headed."""
    return alike(header) in _known_words()


def match(
    headers: Sequence[str],
    fields: Fields,
    override: Dict[str, Choice] | None = None,
    day: date | None = None,
) -> Mapping:
    """Find each field's column: the heading itself, then one alike, then one that contains it.
    Times without a date are of `day`.

    `override` is a person's word: field → heading, place (from 0), several of them, or None for
    "leave it out". Refuses ColumnUnknown, and IdentityColumn for a column never to be read.
    """
    found = Mapping(fields, tuple(headers), day=day)
    for name, choice in (override or {}).items():
        found.how[name] = "person"
        if chosen := _chosen(found.headers, choice):
            found.columns[name] = chosen
    taken = {place for places in found.columns.values() for place in places}
    taken |= {p for p, header in enumerate(headers) if not header or is_identity(header)}
    for how, tier in _LEVELS:
        claims, contested = _claims(found, how, tier, taken)
        for name, places in claims.items():
            if name in contested or (len(places) > 1 and not fields[name].many):
                found.unclear[name] = tuple(headers[place] for place in places)
            else:
                found.columns[name] = found.columns.get(name, ()) + tuple(places)
                found.how.setdefault(name, how)
            taken.update(places)
    return found


_LEVELS: tuple[tuple[How, int], ...] = (
    ("exact", 0),
    ("alike", 0),
    ("exact", 1),
    ("alike", 1),
    ("exact", 2),
    ("alike", 2),
    ("contained", 0),
    ("contained", 1),
)


def _claims(
    found: Mapping, how: How, tier: int, taken: set[int]
) -> tuple[dict[str, list[int]], set[str]]:
    """Which free columns each open field could take at this level, and which fields share one."""
    claims: dict[str, list[int]] = {}
    contested: set[str] = set()
    for place, header in enumerate(found.headers):
        if place in taken:
            continue
        fits = {wanted.name: _fit(header, wanted, how, tier) for wanted in found.fields.all}
        best = max(fits.values())
        # If the field that fits best has its column already, this one is nobody's.
        names = [name for name, fit in fits.items() if best and fit == best]
        names = [name for name in names if _is_open(found, name)]
        for name in names:
            claims.setdefault(name, []).append(place)
        if len(names) > 1:
            contested.update(names)
    return claims, contested


def _is_open(found: Mapping, name: str) -> bool:
    if found.how.get(name) == "person" or name in found.unclear:
        return False
    # Where a whole name stands its parts are not wanted, nor the other way round.
    rival = {"surname": "name", "firstname": "name", "name": "surname"}.get(name)
    if rival in found.columns:
        return False
    return name not in found.columns or found.fields[name].many


def _fit(header: str, wanted: Field, how: How, tier: int) -> int:
    """How well a heading fits a field at a level: the length of the word that fits, or 0."""
    words = (wanted.words, wanted.second, wanted.third)[tier]
    if how == "exact":
        return len(header) if header in words else 0
    plain = alike(header)
    if how == "alike":
        return len(plain) if plain in _alikes(words) else 0
    if any(other in plain for other in _alikes(OTHERS)):
        return 0
    # Short words hide in longer ones: `id` in `width`.
    inside = (w for w in _alikes(words) if len(w) >= (5 if w.isascii() else 2) and w in plain)
    return max(map(len, inside), default=0)


def _chosen(headers: tuple[str, ...], choice: Choice) -> tuple[int, ...]:
    if choice is None:
        return ()
    wanted = [choice] if isinstance(choice, str | int) else choice
    places = []
    for each in wanted:
        if isinstance(each, str) and headers.count(each) != 1:
            raise Refusal("ColumnUnknown", column=each)
        place = headers.index(each) if isinstance(each, str) else each
        if not 0 <= place < len(headers):
            raise Refusal("ColumnUnknown", column=place + 1)
        if is_identity(headers[place]):
            raise Refusal("IdentityColumn", column=headers[place])
        places.append(place)
    return tuple(places)


@lru_cache(maxsize=256)
def _alikes(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(alike, words))


@lru_cache(maxsize=1)
def _identity_words() -> frozenset[str]:
    return _alikes(IDENTITY)


@lru_cache(maxsize=1)
def _known_words() -> frozenset[str]:
    tables = (PATRONS, STAFF, REQUESTS, *TABLES)
    return (
        frozenset(
            alike(word)
            for table in tables
            for wanted in table.all
            for word in (*wanted.words, *wanted.second, *wanted.third)
        )
        | _identity_words()
    )
