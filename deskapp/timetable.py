"""The hours that somebody works, as a profile writes them."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

MIDNIGHT = 24 * 60
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Window = tuple[int, int]  # minutes after the day's midnight; past midnight the end is > 1440
Windows = tuple[Window, ...]


def _minute(text: str) -> int:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d|24:00", text):
        raise ValueError(text)
    return int(text[:2]) * 60 + int(text[3:])


def read_windows(text: object) -> Windows:
    """`08:00-12:00 13:30-17:30` as minutes; `20:00-02:00` passes midnight. ValueError if not."""
    if not isinstance(text, str):
        raise ValueError(text)
    windows: list[Window] = []
    for part in text.split():
        first, _, last = part.partition("-")
        start, end = _minute(first), _minute(last)
        end += MIDNIGHT if end <= start else 0
        if start == MIDNIGHT or (windows and start < windows[-1][1]):
            raise ValueError(text)
        windows.append((start, end))
    return tuple(windows)


def _read_days(text: object) -> tuple[int, ...]:
    """`mon-wed fri` as weekdays 0, 1, 2, 4."""
    days: list[int] = []
    for part in str(text).split():
        first, _, last = part.partition("-")
        span = range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1)
        if not span or set(span) & set(days):
            raise ValueError(text)
        days += span
    return tuple(days)


def _read_week(lines: object) -> tuple[Windows, ...]:
    """`["mon-fri 08:00-12:00 13:30-17:30", "sat 09:00-12:00"]` as seven days of windows."""
    if not isinstance(lines, list):
        raise ValueError(lines)
    week: dict[int, Windows] = {}
    for line in lines:
        days, _, hours = re.sub(r"\s+(?=\d)", "|", str(line), count=1).partition("|")
        for day in _read_days(days):
            if day in week:
                raise ValueError(line)
            week[day] = read_windows(hours)
    return tuple(week.get(day, ()) for day in range(7))


Text = Annotated[str, Field(min_length=1)]
Code = Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]
Hours = Annotated[Windows, BeforeValidator(read_windows)]
Week = Annotated[tuple[Windows, ...], BeforeValidator(_read_week), Field(min_length=7)]
Days = Annotated[tuple[int, ...], BeforeValidator(_read_days), Field(min_length=1)]


def wrong(why: str, where: tuple[str, ...], value: str) -> PydanticCustomError:
    """What a cross-check says: why, at which keys, because of which value."""
    return PydanticCustomError(why, "{value}", {"where": where, "value": value})


class Entry(BaseModel):
    """A part of a profile: fixed once read, and with no key that is not known."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, defer_build=True
    )


class Named(Entry):
    """Anything with a code for the ledger and a name for people."""

    code: Code
    zh: Text
    en: Text

    def name(self, language: str) -> str:
        """The name in a language: `en`, else Chinese."""
        return self.en if language == "en" else self.zh


class Period(Entry):
    """Dates from `first` to `last`, both in it."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError(self.last)
        return self


class Vacation(Named):
    """A vacation (寒假, 暑假) and the dates that the school calendar gives it."""

    dates: tuple[Period, ...] = ()


class Timetable(Named):
    """The working hours of departments that share them, or the opening hours of the library.

    `statutory`: rests on statutory holidays and works on make-up weekends; a shift calendar does
    neither. `holiday` hours hold on a statutory holiday, `makeup` hours on a make-up workday (else
    those of the first weekday that has any), `vacations` instead of `week` in a vacation.
    """

    statutory: bool
    week: Week
    holiday: Hours = ()
    makeup: Hours = ()
    vacations: Mapping[str, Week] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _days_in_order(self) -> Self:
        weeks = (self.week, *self.vacations.values(), (self.holiday, self.makeup))
        windows = [window for week in weeks for day in week for window in day]
        if not any(self.week):
            raise wrong("value", ("week",), "")
        # A night that runs into the next morning's hours would have two days' due times crossing.
        if max(end for _, end in windows) - MIDNIGHT > min(start for start, _ in windows):
            raise wrong("value", ("week",), "24:00")
        return self
