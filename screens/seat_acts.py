"""What is done with a seat, or a reader's: the words of it."""

from collections.abc import Callable, Mapping, Sequence

from rich.text import Text

from deskapp import seats
from deskapp.desk import Desk
from deskapp.language import Language
from deskapp.readers import Found
from deskapp.seats import CameBack, Extended, Left, Seated, Sits, Standing, SteppedAway
from screens.matters import deadline_words
from screens.refusals import refusal_words
from screens.seat_words import person_words

Done = Seated | SteppedAway | CameBack | Extended | Left

RULES: Mapping[str, Callable[[Desk, str], Done]] = {
    "take": seats.take,
    "back": seats.come_back,
    "away": seats.step_away,
    "extend": seats.extend,
    "leave": seats.leave,
}
"""what a reader's likely act does"""


def seat_words(t: Language, desk: Desk, seat: str, here: str) -> str:
    """`C-37`; of another zone than the one that is looked at `IT空间 B-2`."""
    zone, _, label = seat.partition("/")
    known = desk.profile.zones.get(zone)
    return label if zone == here or known is None else f"{known.name(t.code)} {label}"


def done_words(t: Language, desk: Desk, done: Done, here: str, reader: Found | None) -> str:
    """`C-37 李*伟 已签到，至22:00`"""
    who = f"{seat_words(t, desk, done.seat, here)} {person_words(reader)}".rstrip()
    match done:
        case Seated(late=True):
            said = t("seats.done.late", until=t.time(done.until))
        case Seated(left=None):
            said = t("seats.done.taken", until=t.time(done.until))
        case Seated():
            left = seat_words(t, desk, done.left or "", here)
            said = t("seats.done.moved", left=left, until=t.time(done.until))
        case SteppedAway():
            said = t("seats.done.away", until=t.time(done.until))
        case CameBack():
            said = t("seats.done.back", until=t.time(done.until))
        case Extended():
            said = t("seats.done.extended", until=t.time(done.until))
        case Left():
            said = t("seats.done.left", hours=done.minutes // 60, minutes=done.minutes % 60)
    if isinstance(done, Seated) and done.given_up:
        said += f"  {given_up_words(t, desk, done.given_up, here)}"
    return f"{who} {said}"


def given_up_words(t: Language, desk: Desk, seats: Sequence[str], here: str) -> str:
    """`B-2的预约已取消`: who sits down elsewhere has given up what was theirs by now."""
    return t("seats.given_up", seats=" ".join(seat_words(t, desk, each, here) for each in seats))


def is_full(standing: Standing | None) -> bool:
    """Whether there is no seat for them, and that alone is why."""
    refusal = standing.refusal if standing else None
    return refusal is not None and refusal.code == "ZoneFull"


def standing_words(
    t: Language, desk: Desk, reader: Found, standing: Standing | None, here: str, picked: str
) -> Text:
    """`李*伟 20231**17  C-37 在座至22:00  Enter 暂离  违规2`: who, how they stand, what is next; a
    seat of their own has just been said. `picked` is the seat that Enter gives them.
    """
    line = Text(person_words(reader), "bold")
    if standing is None:
        return line
    if standing.sitting is not None:
        line.append(f"  {sits_words(t, desk, standing.sitting, here)}")
    for each in standing.reservations:
        seat = seat_words(t, desk, each.seat, here)
        at = deadline_words(t, desk, each.begins)
        line.append(f"  {t('seats.reserved_for', seat=seat, at=at)}")
    act = "move" if picked and standing.sitting is not None else standing.act
    if act is not None:
        seat = seat_words(t, desk, picked or standing.seat or "", here)
        line.append("  ").append(f"Enter {t(f'seats.next.{act}', seat=seat)}", "bold reverse")
    elif is_full(standing):
        line.append("  ").append(f"Enter {t('seats.next.queue')}", "bold reverse")
    elif standing.refusal is not None:
        line.append(f"  ! {refusal_words(t, desk, standing.refusal)}", "bold")
    if standing.violations:
        line.append(f"  {t('seats.violations', count=standing.violations)}", "bold")
    about = filter(None, (_type(t, desk, reader), reader.college))
    return line.append(f"  {'  '.join(about)}")


def _type(t: Language, desk: Desk, reader: Found) -> str:
    known = desk.profile.patrons.get(reader.type)
    return known.name(t.code) if known else reader.type


def sits_words(t: Language, desk: Desk, sits: Sits, here: str) -> str:
    """`C-37 在座至22:00`"""
    seat = seat_words(t, desk, sits.seat, here)
    if sits.status == seats.AWAY and sits.away_until is not None:
        return t("seats.stands.away", seat=seat, until=t.time(sits.away_until))
    return t("seats.stands.seated", seat=seat, until=t.time(sits.until))
