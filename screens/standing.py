"""How a request stands, line by line, as its record shows it."""

from collections.abc import Iterable

from deskapp.desk import Desk
from deskapp.language import Language
from deskapp.readers import masked_name, masked_number
from deskapp.request_lists import Record
from screens.course import named
from screens.matters import deadline_words
from screens.options import called
from screens.wording import due_words, record_words


def lines(t: Language, desk: Desk, record: Record) -> Iterable[tuple[str, str]]:
    """Label and words of each line."""
    profile = desk.profile
    urgent = t("short.urgent") if record.urgent and record.status == "open" else ""
    hurried = t("list.to_complete") if record.incomplete else ""
    secret = t("short.confidential") if record.confidential else ""
    at_odds = t("clash.title") if record.clashes else ""
    standing = (urgent, secret, state(t, desk, record), at_odds, hurried)
    yield t("record.state"), "  ".join(filter(None, standing))
    yield record.number, record_words(t, record)
    if record.patron_name:
        parts = (masked_name(record.patron_name), masked_number(record.patron_number))
        yield t("log.reader"), "  ".join(parts)
    if record.contact:
        yield t("log.contact"), record.contact
    of = profile.kinds.get(record.kind)
    if of is not None and of.tells and record.status == "open" and not record.reachable:
        yield t("log.reader"), t("log.nobody_to_tell")
    kind = named(t, profile.kinds, record.kind)
    departments = (record.department, *record.involved)
    undertaking = " ".join(named(t, profile.departments, each) for each in departments)
    yield t("log.kind"), f"{kind}  {undertaking}"
    yield t("log.first"), record.first_responder
    yield t("record.responsible"), record.responsible
    received = f"{t.moment(record.received)}  {named(t, profile.channels, record.channel)}"
    if record.backdated:
        received += "  " + t("log.backdated")
    yield t("log.received"), received
    yield t("log.due"), "  ".join(_due(t, desk, record))
    for label, listed in ((t("log.told"), record.told), (t("log.materials"), record.materials)):
        if listed:
            yield label, "  ".join(called_things(t, desk, record.kind, listed))
    yield from _end(t, desk, record)


def _due(t: Language, desk: Desk, record: Record) -> Iterable[str]:
    yield deadline_words(t, desk, record.due)
    if record.overdue and record.status == "open" and record.waits is None:
        yield due_words(t, desk, record.due)
    if record.extended:
        yield t("record.extended_times", count=record.extended)
    if record.found_complex:
        yield t("record.complex")
    if record.late:
        yield t("record.counts_late")


def called_things(t: Language, desk: Desk, code: str, listed: Iterable[str]) -> Iterable[str]:
    """What readers are told to bring, in words; also by the kind that an entry had before."""
    kinds = desk.profile.kinds
    own = [kinds[code]] if code in kinds else []
    asked = {said: each for kind in (*kinds.values(), *own) for said, each in kind.told.items()}
    for each in listed:
        yield named(t, asked, each)


def _end(t: Language, desk: Desk, record: Record) -> Iterable[tuple[str, str]]:
    if record.answer:
        yield t("log.answer"), record.answer
    if record.referred_to:
        yield t("record.referred"), "  ".join(record.referred_to)
    if record.alternative:
        yield t("closing.alternative"), record.alternative
    if record.told_at is not None:
        channel = named(t, desk.profile.channels, record.told_channel)
        yield t("telling.label"), f"{t.moment(record.told_at)}  {channel}"
    elif record.tell_by is not None:
        until = deadline_words(t, desk, record.tell_by)
        words = [t("record.to_tell", until=until)]
        if record.overdue:
            words.append(due_words(t, desk, record.tell_by))
        yield t("telling.label"), "  ".join(words)
    rating = rating_words(t, record.minutes, record.effort, record.satisfaction)
    if rating:
        yield t("record.rate"), rating


def rating_words(
    t: Language, minutes: int | None, effort: int | None, satisfaction: int | None
) -> str:
    """What is known afterwards, in a few words."""
    pleased = {1: t("rating.no"), 2: t("rating.partly"), 3: t("rating.yes")}
    words = []
    if satisfaction is not None:
        words.append(pleased.get(satisfaction, ""))
    if effort is not None:
        words.append(t("rating.effort_of", level=effort))
    if minutes is not None:
        words.append(t("rating.minutes_of", minutes=minutes))
    return "  ".join(words)


def state(t: Language, desk: Desk, record: Record) -> str:
    """Closed, offered, waiting, come back, or being done; of a long kind at which stage."""
    if record.status != "open":
        return named(t, desk.profile.results, record.result or "") or t("record.is_closed")
    words = _open(t, desk, record)
    return f"{called(t, desk, record.stage)}  {words}" if record.stage else words


def _open(t: Language, desk: Desk, record: Record) -> str:
    if record.offered_to:
        to = named(t, desk.profile.departments, record.offered_to)
        if record.offered_until is None:
            return t("record.is_offered_unheard", to=to)
        until = deadline_words(t, desk, record.offered_until)
        return t("record.is_offered", to=to, until=until)
    if record.waits is not None and record.chase is not None:
        reader = record.waits == "reader"
        return t(
            "record.is_waiting_reader" if reader else "record.is_waiting_outside",
            chase=t.day(record.chase.date()),
        )
    if not record.confirmed:
        return t("record.is_unconfirmed")
    match record.back:
        case "lapsed":
            return t("record.is_lapsed")
        case "sent_back":
            return t("record.is_sent_back")
    return t("matter.open")
