"""How rooms and their bookings read in sentences."""

from collections.abc import Iterable

from deskapp.bookings import Freed
from deskapp.desk import Desk
from deskapp.language import Language
from deskapp.rooms import Held, State
from deskapp.space_entries import Room


def room_name(t: Language, room: Room) -> str:
    return room.name(t.code)


def called(t: Language, desk: Desk, code: str) -> str:
    """A room by its code, one that the profile has no more too."""
    known = desk.profile.rooms.get(code)
    return known.name(t.code) if known else code


def purpose(t: Language, desk: Desk, what: str | None) -> str:
    known = desk.profile.purposes.get(what or "")
    return known.name(t.code) if known else what or ""


def held_words(t: Language, desk: Desk, held: Held) -> str:
    """`14:00-15:00 预约 张*国 2023****34 6人 小组讨论`; of a confidential one 占用."""
    time = f"{t.time(held.begin)}-{t.time(held.until)}"
    if held.secret:
        return f"{time}  {t('rooms.secret')}"
    if held.state is State.EVENT:
        return f"{time}  {t('rooms.state.event')}  {held.who}"
    parts = [time, t(f"rooms.state.{held.state.value}"), held.who]
    parts += [t("rooms.heads", heads=held.heads), purpose(t, desk, held.what)]
    if held.state is State.DUE:
        parts.append(t("rooms.there", count=held.arrived, least=held.least))
        if held.hold_until is not None:
            parts.append(t("rooms.hold", time=t.time(held.hold_until)))
    if held.words != held.who:
        parts.append(held.words)
    if held.series is not None:
        parts.append(t("rooms.weekly"))
    return "  ".join(filter(None, parts))


def to_come(t: Language, desk: Desk, held: Held) -> str:
    """`202研讨间 11-24 周二 09:30-11:30`, and whether it is only waited for."""
    waits = t("rooms.state.waiting") if held.state is State.WAITING else ""
    when = f"{t.day(held.day)} {t.time(held.begin)}-{t.time(held.until)}"
    return f"{waits} {called(t, desk, held.room)} {when}".strip()


def freed_words(t: Language, desk: Desk, freed: Iterable[Freed]) -> str:
    """What came free, and who has it now: they are to be told."""
    freed = list(freed)
    sentence = t("rooms.freed", room=called(t, desk, freed[0].room), count=len(freed))
    for each in (held for one in freed for held in one.promoted):
        time = f"{t.time(each.begin)}-{t.time(each.until)}"
        sentence += "  " + t("rooms.promoted", who=each.who, time=time)
    return sentence
