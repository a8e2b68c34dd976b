"""How seats and zones read: a seat in a line, the signs of a map with their numbers."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from rich.text import Text

from deskapp import spaces, zone_map
from deskapp.desk import Desk
from deskapp.language import Language
from deskapp.readers import Found, masked_name
from deskapp.sofas import Seen
from deskapp.space_entries import Zone
from deskapp.zone_map import AWAY, CLOSED, FREE, OVER, RESERVED, Spot, ZoneMap
from screens.seat_map import NOTED, SIGNS, TWICE

MINUTE = timedelta(minutes=1)
HAS = ("socket", "window", "lamp", "accessible")
FILTERS = ("", "free", "socket", "window", "accessible")
"""what Tab shows: all seats, the free ones, of those the ones with something"""


def wanted(filter_: str, spot: Spot) -> bool:
    """Whether a filter shows a seat."""
    return not filter_ or (spot.state == FREE and (filter_ == "free" or getattr(spot, filter_)))


def legend(t: Language, drawn: ZoneMap, room: int) -> Text:
    """`. 空187  # 在座731 …`: the signs, what they mean, how many there are; first what somebody
    must settle. Where there is no room for all, those that are not on the map are left out.
    """
    signs = [(TWICE, t("seats.twice"), drawn.twice)]
    signs += [(SIGNS[each], t(f"seat.state.{each}"), drawn.counts[each]) for each in SIGNS]
    signs += [(NOTED, t("seats.noted"), drawn.noted)]
    some = [each for each in signs if each[2] or each[0] not in (TWICE, NOTED)]
    line = _signs(t, some)
    if line.cell_len > room:
        some = [each for each in some if each[2]]
        line = _signs(t, some)
    return line if line.cell_len <= room else _signs(t, some, " ")


def _signs(t: Language, signs: Sequence[tuple[str, str, int]], gap: str = "  ") -> Text:
    return Text(gap).join(
        Text.assemble((sign, "bold"), f" {t('seats.counted', state=words, count=count)}")
        for sign, words, count in signs
    )


def seen_words(t: Language, zone: Zone, seen: Seen | None) -> str:
    """`在座37/110（09:30清点）`, of places that are only counted."""
    if seen is None:
        return t("floors.uncounted", places=zone.places)
    return t("floors.counted", seated=seen.number, places=zone.places, at=t.time(seen.at))


def counted(t: Language, state: str, count: int) -> str:
    """`空187`"""
    return t("seats.counted", state=t(f"seat.state.{state}"), count=count)


def zone_words(t: Language, desk: Desk, zone: Zone) -> str:
    """`考研空间  1层  07:00-22:30`."""
    return "  ".join((zone.name(t.code), t("seats.floor", floor=zone.floor), hours(t, desk, zone)))


def hours(t: Language, desk: Desk, zone: Zone) -> str:
    """When it is open on this library day."""
    now = desk.now()
    windows = spaces.window(desk, zone, spaces.day_of(desk, zone, now))
    said = " ".join(f"{t.time(first)}-{t.time(last)}" for first, last in windows)
    if not said:
        return t("seats.shut_today")
    inside = any(first <= now < last for first, last in windows)
    return said if inside else f"{said} {t('seats.shut_now')}"


def person_words(reader: Found | None) -> str:
    """`李*伟 20231**17`"""
    return f"{masked_name(reader.name)} {reader.number}" if reader else ""


def spot_words(t: Language, desk: Desk, spot: Spot) -> str:
    """`C-37  暂离 09:50起 剩12分  李*伟 20231**17  插座 靠窗`."""
    allotted = spot.state == RESERVED and spot.since is None
    state = t("seat.state.allotted") if allotted else t(f"seat.state.{spot.state}")
    parts = (
        spot.label,
        " ".join(filter(None, (state, *_times(t, desk, spot)))),
        t("seats.twice_settle", key=t.keys["sync"]) if spot.twice else "",
        person_words(zone_map.holder(desk, spot)),
        " ".join(t(f"seat.has.{each}") for each in HAS if getattr(spot, each)),
        t("seat.state.closed") if spot.closed and spot.state != CLOSED else "",
        t("seats.noted") if spot.noted else "",
    )
    return "  ".join(filter(None, parts))


def _times(t: Language, desk: Desk, spot: Spot) -> Iterator[str]:
    if spot.state == FREE and spot.until is not None:
        yield t("seats.reserved_from", at=t.time(desk.local(spot.until)))
    if spot.since is None:
        return
    yield t("seats.since", at=t.time(desk.local(spot.since)))
    if spot.until is None:
        return
    left = desk.local(spot.until) - desk.now()
    if spot.state == AWAY:
        yield t("seats.left", minutes=max(0, -(-left // MINUTE)))
    elif spot.state == OVER:
        yield t("seats.late", minutes=-left // MINUTE)
    else:
        yield t("seats.until", at=t.time(desk.local(spot.until)))
