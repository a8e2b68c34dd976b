"""Days and moments as they are typed at a desk."""

import re
from datetime import date, datetime, timedelta
from unicodedata import normalize

from deskapp.desk import Desk, Refusal

_DAY = r"(?:(?P<year>\d{4})[-/.年])?(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?"
_CLOCK = r"(?:(?P<hour>\d{1,2})[:.点](?P<minute>\d{2})|(?P<whole>\d{4}))"
_TYPED_DAY = re.compile(_DAY)
_TYPED_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.点]?(?P<minute>\d{2}))?点?")
_TYPED_MOMENT = re.compile(rf"(?:{_DAY}\s+)?{_CLOCK}")


def _read(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    """Refuses MomentUnclear."""
    typed = pattern.fullmatch(normalize("NFKC", text))
    if typed is None:
        raise Refusal("MomentUnclear", value=text)
    return typed


def received_at(desk: Desk, text: str) -> datetime | None:
    """When it was asked, as typed: `09:30`, `0930`, `11-21 15:20`, `2026-11-21 15:20`.

    A day without a year is the last one that is not in the future; "" is None: now. Refuses
    MomentUnclear, ReceivedLater.
    """
    text = text.strip()
    if not text:
        return None
    typed, now = _read(_TYPED_MOMENT, text), desk.now()
    whole = typed["whole"] or ""
    hour, minute = int(typed["hour"] or whole[:2]), int(typed["minute"] or whole[2:])
    try:
        moment = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if typed["day"]:
            year, month, day = int(typed["year"] or now.year), typed["month"], typed["day"]
            moment = moment.replace(year=year, month=int(month), day=int(day))
            if moment > now and not typed["year"] and moment - now > timedelta(days=1):
                moment = moment.replace(year=now.year - 1)
    except ValueError as error:
        raise Refusal("MomentUnclear", value=text) from error
    if moment > now:
        raise Refusal("ReceivedLater")
    return moment


def as_received(moment: datetime) -> str:
    """What `received_at` reads as this moment."""
    return f"{moment:%Y-%m-%d %H:%M}"


def day_to_come(desk: Desk, text: str) -> date | None:
    """A day as typed: `11-25`, `11月25日`, `2026-11-25`; without a year the next one; "" is None.

    Refuses MomentUnclear.
    """
    text = text.strip()
    if not text:
        return None
    typed, today = _read(_TYPED_DAY, text), desk.now().date()
    try:
        day = date(int(typed["year"] or today.year), int(typed["month"]), int(typed["day"]))
        return day if typed["year"] or day >= today else day.replace(year=today.year + 1)
    except ValueError as error:
        raise Refusal("MomentUnclear", value=text) from error


def time_on(text: str, usual: datetime) -> datetime:
    """A time of that day as typed: `14`, `14:30`, `1430`; "" is the usual one. Refuses
    MomentUnclear.
    """
    text = text.strip()
    if not text:
        return usual
    typed = _read(_TYPED_TIME, text)
    try:
        return usual.replace(hour=int(typed["hour"]), minute=int(typed["minute"] or 0))
    except ValueError as error:
        raise Refusal("MomentUnclear", value=text) from error
