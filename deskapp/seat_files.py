"""Seats from and to table files, and from the JSON in which reservation systems lay rooms out."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from unicodedata import normalize

from db import places as stored
from db.places import Place
from deskapp import exports, headers, places, plans, seat_layouts, sheets, spaces
from deskapp.cells import Cell, alike
from deskapp.desk import Desk, Refusal
from deskapp.entries import codes
from deskapp.fields import headings
from deskapp.language import Language
from deskapp.places import LAYING
from deskapp.plans import HAS, Seat
from deskapp.register_fields import SEATS
from deskapp.space_entries import ZoneKind

YES, NO = "yes", "no"
_WORDS = {
    YES: ("是", "有", "√", "✓", "yes", "y", "1", "1.0", "true", "t", "x"),
    NO: ("否", "无", "no", "n", "0", "0.0", "false", "f", "-", "—", "/"),
}
_OUT = frozenset(
    (
        *(
            "停用",
            "维修",
            "维修中",
            "损坏",
            "故障",
            "禁用",
            "不可用",
            "disabled",
            "disable",
            "broken",
        ),
        *("repair", "maintenance", "unavailable", "closed", "outoforder", "offline"),
    )
)
"""states of a seat that is out of order; any other is that of a moment, or nobody's here"""
_LETTERS = re.compile(r"[A-Z]{1,2}")
LONGEST = 20
"""characters of a label"""
MOST = stored.LINE - 1
"""rows, and places of a row"""


@dataclass(frozen=True, slots=True)
class SeatsImported:
    """What a file did, in seats, and the plan of each zone that it spoke of as it is now."""

    entered: int
    changed: int
    removed: int
    unchanged: int
    rejected: int = 0
    rejects: Path | None = None
    plans: Mapping[str, list[str]] = field(default_factory=dict)


def open_table(
    path: Path, override: Mapping[str, headers.Choice] | None = None
) -> tuple[sheets.Sheet | seat_layouts.Layout, headers.Mapping]:
    """See `sheets.open_table`; a layout in JSON is one too."""
    json = path.suffix.lower() == seat_layouts.SUFFIX
    sheet = seat_layouts.read(path) if json else sheets.open_sheet(path)
    return sheet, headers.match(sheet.headers, SEATS, override)


def load(
    desk: Desk,
    path: Path,
    t: Callable[..., str],
    override: Mapping[str, headers.Choice] | None = None,
    *,
    zone: str | None = None,
    whole: bool = False,
) -> SeatsImported:
    """Import seats; one that is on record becomes what the file says of it.

    What a file has no column for stays as it is; row and column are then read off the label (C-37).
    `zone`: of all of them, whatever the file calls it. `whole`: seats of the zones in the file that
    are not in it are there no more, unless a row of it could not be taken. Rows that cannot be
    right are written beside the file with the reason. Refuses RoleTooLow, ZoneUnknown, ZoneCounted
    and what `sheets`, `seat_layouts` and `headers` refuse.
    """
    desk.require(LAYING)
    if zone is not None:
        _numbered(desk, spaces.zone(desk, zone).code)
    sheet, columns = open_table(path, override)
    columns.check()
    rejects = exports.Rejects(path, sheet.headers, t)
    with desk.act() as act:
        known = stored.everything(act.connection)
        rows = _Rows(desk, columns, known, zone, whole)
        rejected = rows.take_in(sheet.rows)
        if whole and rejected:
            whole, rows = False, _Rows(desk, columns, known, zone, False)
            rejected = rows.take_in(sheet.rows)
        done = places.lay(act, rows.seats, whole=whole)
    for row, why in rejected:
        rejects.add(row, why)
    return SeatsImported(
        done.entered,
        done.changed,
        done.removed,
        done.unchanged,
        len(rejects),
        rejects.save(),
        {code: drawn(desk, code) for code in rows.seats},
    )


def lay_out(desk: Desk) -> SeatsImported:
    """The same by the profile's plans: what they draw is so, what they do not draw stays."""
    wanted = {each.code: list(plans.seats(each.plan)) for each in spaces.zones(desk) if each.plan}
    desk.require(LAYING)
    with desk.act() as act:
        known = {place.seat: place for place in stored.everything(act.connection)}
        for code, seats in wanted.items():
            for at, seat in enumerate(seats):
                if place := known.get(f"{code}/{seat.label}"):
                    seats[at] = seat._replace(closed=place.closed)
        done = places.lay(act, wanted, whole=False)
    return SeatsImported(
        done.entered,
        done.changed,
        done.removed,
        done.unchanged,
        plans={code: drawn(desk, code) for code in wanted},
    )


def drawn(desk: Desk, zone: str) -> list[str]:
    """A zone's plan as it is now, to be looked at for mistakes."""
    return plans.drawn(_seat(place) for place in places.seats(desk, zone))


def _seat(place: Place) -> Seat:
    has = {name: bool(getattr(place, name)) for name in HAS}
    return Seat(place.label, place.row, place.col, closed=place.closed, **has)


def _numbered(desk: Desk, code: str) -> str:
    if desk.profile.zones[code].kind is ZoneKind.COUNTED:
        raise Refusal("ZoneCounted")
    return code


class _Rows:
    """The seats of a file's zones as they will be: `seats` by zone."""

    def __init__(
        self,
        desk: Desk,
        columns: headers.Mapping,
        known: list[Place],
        zone: str | None,
        whole: bool,
    ) -> None:
        self.seats: dict[str, list[Seat]] = {}
        self._desk, self._columns, self._zone = desk, columns, zone
        self._known = {(place.zone, places.form(place.label)): place for place in known}
        self._spots = {} if whole else {(p.zone, p.row, p.col): p.label for p in known}
        self._lines: dict[tuple[str, tuple[str | int, ...]], int] = {}
        truths = {word: code for code, words in _WORDS.items() for word in map(alike, words)}
        truths |= {word: code for code, words in _WORDS.items() for word in words}
        reasons, zones = codes(desk.profile.closures), codes(desk.profile.zones)
        self._codes = dict.fromkeys(HAS, truths)
        self._codes |= {"closed": truths | reasons, "zone": zones}

    def take_in(self, rows: Iterable[sheets.Row]) -> list[tuple[sheets.Row, Refusal]]:
        """Take what can be taken; the rest, each with its reason."""
        rejected = []
        for row in rows:
            try:
                self._take(row)
            except Refusal as why:
                rejected.append((row, why))
        return rejected

    def _take(self, row: sheets.Row) -> None:
        """Refuses ValueMissing, WordUnknown, CodeUnknown (the zone), ZoneMissing, ZoneCounted,
        SeatTwice, PlaceUnclear, PlaceTwice.
        """
        record = self._columns.record(row, self._codes)
        zone = self._zone or self._zone_of(record)
        if not zone:
            raise Refusal("ZoneMissing")
        _numbered(self._desk, zone)
        said = normalize("NFKC", record.text("label")).replace("/", "-")
        label = "".join(filter(str.isprintable, said)).strip()
        key = zone, places.form(label)
        if not key[1] or len(label) > LONGEST:
            raise Refusal("SeatUnknown", seat=label[:LONGEST])
        if key in self._lines:
            raise Refusal("SeatTwice", seat=label, line=self._lines[key])
        known = self._known.get(key)
        place = self._place(record, label, known)
        if (there := self._spots.get((zone, *place), label)) not in (label, known and known.label):
            raise Refusal("PlaceTwice", seat=there, row=place[0], column=place[1])
        if known is not None:
            self._spots.pop((zone, known.row, known.col), None)
        has = {name: self._has(record, name, known) for name in HAS}
        closed = self._closed(record, known)
        seat = Seat(known.label if known else label, *place, closed=closed, **has)
        self._lines[key] = row.line
        self._spots[zone, *place] = seat.label
        self.seats.setdefault(zone, []).append(seat)

    def _zone_of(self, record: headers.Record) -> str:
        try:
            return record.text("zone")
        except Refusal as why:
            zones = self._desk.profile.zones.values()
            numbered = (each for each in zones if each.kind is ZoneKind.NUMBERED)
            known = " / ".join(f"{each.zh} ({each.code})" for each in numbered)
            value = why.facts.get("value", "")
            raise Refusal("CodeUnknown", value=value, known=known) from why

    def _has(self, record: headers.Record, name: str, known: Place | None) -> bool:
        if name not in self._columns.columns:
            return bool(known and getattr(known, name))
        return record.text(name) == YES

    def _closed(self, record: headers.Record, known: Place | None) -> str | None:
        """Why it is out of order; None where it is not."""
        there = known.closed if known else None
        said = record.text("closed")
        if said not in ("", YES, NO):
            return said
        if "closed" in self._columns.columns:
            return there or "" if said == YES else None
        if "state" in self._columns.columns:
            return there or "" if alike(record.text("state")) in _OUT else None
        return there

    def _place(self, record: headers.Record, label: str, known: Place | None) -> tuple[int, int]:
        """Row and column, of what is said, was known or stands in the label."""
        row, column = record.text("row"), record.text("column")
        parts = places.form(label)
        if not row:
            row = str(known.row) if known else "".join(map(str, parts[:-1])) or "1"
        if not column:
            column = str(known.col) if known else str(parts[-1])
        return _counted(row, label), _counted(column, label)


def _counted(text: str, label: str) -> int:
    """`3`, `C` (the third), `AA` (the 27th) or `第3排`; refuses PlaceUnclear."""
    plain = normalize("NFKC", text).strip().upper().removesuffix(".0")
    plain = re.sub(r"^第|[排行列]$", "", plain)
    number = 0
    if plain.isascii() and plain.isdecimal():
        number = int(plain[:6])
    elif _LETTERS.fullmatch(plain):
        for letter in plain:
            number = number * 26 + ord(letter) - ord("A") + 1
    if not 0 < number <= MOST:
        raise Refusal("PlaceUnclear", seat=label, value=text)
    return number


# what is on record goes out


def export(desk: Desk, path: Path, t: Language) -> int:
    """Write every seat to a file that `load` reads again; gives their number.

    Refuses RoleTooLow (department heads up) and what `exports` refuses.
    """
    desk.require(LAYING)
    with desk.reading() as connection:
        rows = [_line(desk, place, t) for place in stored.everything(connection)]
    return exports.write(path, headings(t, SEATS)[:-1], rows, sheet_title=t("sheet.seats"))


def _line(desk: Desk, place: Place, t: Language) -> list[Cell | None]:
    zone = desk.profile.zones.get(place.zone)
    yes = next(word for word in _WORDS[YES] if word.isascii() is (t.code == "en"))
    closures = desk.profile.closures
    closed = None
    if place.closed is not None:
        reason = closures.get(place.closed)
        closed = reason.name(t.code) if reason else yes
    return [
        zone.name(t.code) if zone else place.zone,
        place.label,
        place.row,
        place.col,
        *(yes if getattr(place, name) else None for name in HAS),
        closed,
    ]
