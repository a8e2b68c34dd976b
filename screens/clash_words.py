"""What a clash is about, who did what, and what each choice comes to, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from rich.text import Text

from deskapp.clashes import Clash, Outcome, Side
from deskapp.desk import Desk
from deskapp.language import Language
from deskapp.profile import Named
from deskapp.wall_clock import WRONG
from screens import event_odds
from screens.course import named, sentence
from screens.standing import lines
from screens.stays import place_words, short_words, stay_words, then_words

KINDS = {
    "clash.settled": "clash.settle",
    "request.offered": "record.hand_over",
    "request.accepted": "record.accept",
    "request.closed": "record.close",
    "request.reopened": "record.reopen",
    "request.withdrawn": "clash.withdrawn",
    "request.undone": "key.undo",
    "request.extended": "record.extend",
    "request.waiting": "course.step.waiting",
    "request.resumed": "record.resume",
    "request.staged": "record.next_stage",
    "request.found_complex": "record.complex",
    "request.joined": "course.step.joined",
    "request.corrected": "record.correct",
    "request.first_corrected": "record.correct",
    "request.told_reader": "record.tell",
    "card.bound": "clash.bound",
    "card.lost": "cards.key.lose",
    "card.verified": "cards.key.verify",
    "card.released": "cards.key.release",
    "reader.merged": "cards.key.merge",
    "reader.parted": "cards.key.part",
    "holiday.entered": "clash.day_entered",
    "holiday.withdrawn": "clash.day_withdrawn",
    "staff.entered": "staff.key.enter",
    "staff.changed": "staff.key.change",
    "staff.left": "staff.key.leave",
    "count.entered": "counts.title",
    "found.collected": "found_things.collect",
    "found.passed_on": "found_things.pass_on",
    "found.disposed": "found_things.dispose",
    "found.put_back": "found_things.put_back",
    "shift.taken_over": "clash.taken_over",
    "violation.confirmed": "conduct.confirm",
    "violation.upheld": "conduct.uphold",
    "violation.lifted": "conduct.lift",
    "queue.called": "queue.call",
    "segment.entered": "segments.entered",
    "segment.left": "segments.left",
    "draw.opened": "draws.opened",
    "draw.published": "draws.published",
    "draw.drawn": "draws.drawn",
    "draw.undone": "key.undo",
    "application.struck": "draws.struck",
    "application.offered": "draws.offered",
    "application.confirmed": "draws.confirmed",
    "application.moved": "draws.moved",
    "application.forfeited": "draws.forfeited",
    "application.put_back": "draws.put_back",
    "application.undone": "key.undo",
    "place.laid": "clash.place_laid",
    "place.removed": "clash.place_removed",
    "place.closed": "clash.place_closed",
    "place.opened": "clash.place_opened",
    "seat.reserved": "stay.reserve",
    "seat.taken": "stay.take",
    "seat.away": "seat.state.away",
    "seat.back": "key.back",
    "seat.left": "stay.leave",
    "seat.released": "stay.release",
    "seat.extended": "stay.extend",
    "seat.withdrawn": "stay.withdraw",
    "seat.undone": "key.undo",
    "room.booked": "stay.book",
    "room.awaited": "stay.wait",
    "room.promoted": "stay.promote",
    "room.arrived": "stay.arrive",
    "room.opened": "stay.open",
    "room.extended": "stay.extend",
    "room.ended": "stay.end",
    "room.cancelled": "stay.cancel",
    "room.released": "stay.release_room",
    "room.undone": "key.undo",
    "event.changed": "event.changed",
    "event.moved": "event.moved",
    "event.dropped": "event.dropped",
    "event.restored": "event.restored",
    "event.cancelled": "event.cancelled",
    "event.reported": "event.reported",
    "signup.made": "signup.made",
    "signup.cancelled": "signup.cancelled",
    "signup.withdrawn": "signup.withdrawn",
    "signup.changed": "signup.changed",
    "signup.identified": "signup.identified",
    "signup.put_aside": "odds.put_aside",
    "ticket.revoked": "ticket.revoked",
    "door.admitted": "door.admitted",
    "helper.planned": "helper.planned",
    "helper.changed": "helper.changed",
    "helper.dropped": "helper.dropped",
    "helper.came": "helper.came",
    "helper.completed": "helper.completed",
    "result.entered": "result.entered",
    "result.corrected": "result.corrected",
    "result.withdrawn": "result.withdrawn",
    "ranking.ruled": "ranking.ruled",
    "ranking.confirmed": "ranking.confirmed",
    "ranking.corrected": "ranking.corrected",
    "feedback.taken": "feedback.taken",
    "roll.changed": "roll.changed",
    "award.granted": "award.granted",
    "award.withdrawn": "award.withdrawn",
    "award.prize_handed": "award.prize_handed",
    "certificate.issued": "certificate.issued",
    "certificate.revoked": "certificate.revoked",
    "certificate.handed_out": "certificate.handed_out",
}
BOOKS = {
    "reader": "log.reader",
    "card": "cards.kind.bound",
    "holiday": "clash.calendar",
    "staff": "staff.title",
    "count": "counts.title",
    "found": "found_things.title",
    "shift": "key.shift",
    "violation": "conduct.violation",
    "queue": "queue.title",
    "segment": "segments.title",
    "draw": "draws.title",
    "application": "draws.application",
    "place": "clash.place",
    "seat": "seats.title",
    "room": "feature.rooms",
    "crossing": "clash.crossing",
    "double": "odds.double",
    "crowd": "odds.crowd",
    "event": "event.title",
    "signup": "signup.title",
    "helper": "helper.title",
    "result": "result.title",
    "ranking": "ranking.title",
    "feedback": "feedback.title",
    "roll": "roll.title",
    "award": "award.title",
}
"""what is no request, in a word"""
COLUMNS = {
    "what": "list.kind",
    "number": "clash.number",
    "first": "clash.first",
    "last": "clash.last",
    "hours": "clash.hours",
    "name": "staff.name",
    "badge": "staff.badge",
    "role": "staff.role",
    "departments": "staff.departments",
    "posts": "clash.posts",
    "committees": "clash.committees",
    "active": "clash.active",
    "reader": "log.reader",
    "verified": "cards.verified",
    "lost": "cards.key.lose",
    "until": "cards.key.release",
    "merged_into": "cards.merged",
    "patron": "found_things.owner",
    "status": "record.state",
    "passed_to": "found_things.passed_to",
    "signed_by": "key.sign",
    "seed": "draws.seed",
    "digest": "draws.digest",
    "place": "draws.place",
    "last_day": "segments.until",
    "left_at": "segments.left",
    "row": "clash.row",
    "col": "clash.col",
    "socket": "seat.has.socket",
    "window": "seat.has.window",
    "lamp": "seat.has.lamp",
    "accessible": "seat.has.accessible",
    "closed": "clash.place_closed",
    "closed_at": "clash.closed_at",
    "removed": "clash.place_removed",
    "seat": "rounds.seat",
    "begins": "helper.begins",
    "out": "helper.out",
    "score": "result.score",
    "rank": "result.rank",
    "prize": "award.prize",
    "gift": "award.gift",
    "serial": "certificate.serial",
    "template": "roll.template",
    "lang": "roll.lang",
    "issuers": "roll.issuers",
    "signatory": "roll.signatory",
    "day": "roll.day",
    **event_odds.COLUMNS,
}
"""what is said of it, by column; nothing of any other"""
TRUTHS = ("socket", "window", "lamp", "accessible", "removed")
YES = ("True", "1")
EVENTS = ("event", "signup", "ticket", "door")
"""of whose facts the words are `screens.event_odds`"""
STATES = {
    "kept": "found_things.kept",
    "collected": "found_things.collect",
    "passed_on": "found_things.pass_on",
    "disposed": "found_things.dispose",
    "applied": "draws.applied",
    "struck": "draws.struck",
    "offered": "draws.offered",
    "confirmed": "draws.confirmed",
    "forfeited": "draws.forfeited",
    "pending": "conduct.state.pending",
    "appealed": "conduct.state.appealed",
    "lifted": "conduct.state.lifted",
}


def kind_words(t: Language, kind: str) -> str:
    """What was done, in a word."""
    return t(KINDS[kind]) if kind in KINDS else kind


def called(t: Language, desk: Desk, subject: str, name: str) -> str:
    """What people call it: a request by its number alone."""
    book = subject.partition(":")[0]
    if book == "place":
        name = place_words(t, desk, name)
    if book in ("seat", "room"):
        day, _, where = name.partition(":")
        name = f"{place_words(t, desk, where)} {day[5:]}"
    return f"{t(BOOKS[book])} {name}".rstrip() if book in BOOKS else name


def side_words(t: Language, desk: Desk, clash: Clash, side: Side) -> str:
    """What was done, in a sentence."""
    if side.stay is not None:
        return f"{side.who} {kind_words(t, side.kind)}  {stay_words(t, desk, side.stay)}".strip()
    if side.step is None:
        told: Iterable[str]
        if side.kind.partition(".")[0] in EVENTS:
            each = [event_odds.told(t, desk, name, said) for name, said in side.said.items()]
            told = [*each, t("odds.counts") if side.counts else ""]
        else:
            told = (_told(t, desk, name, said) for name, said in side.said.items())
        words = " ".join(filter(None, told))
        return f"{side.who} {kind_words(t, side.kind)}  {words}".strip()
    kept = side.step.facts.get("keep", "")
    said = sentence(t, desk.profile, side.step)
    if not kept:
        return said
    steps = {step.id: step for step in clash.record.course} if clash.record else {}
    if kept not in steps:
        return t("clash.settles", said=said, stands=t("clash.both"))
    # The other settlement set it aside, but this one has it stand.
    stands = sentence(t, desk.profile, replace(steps[kept], aside=False))
    return t("clash.settles", said=said, stands=stands)


def _told(t: Language, desk: Desk, name: str, said: str) -> str:
    """One thing that somebody said; of what something has, its name, and nothing of the rest."""
    if name in TRUTHS:
        return t(COLUMNS[name]) if said in YES else ""
    value = _value(t, desk, name, said)
    return f"{t(COLUMNS[name])} {value}" if name in ("row", "col") else value


def where_words(t: Language, desk: Desk, side: Side) -> Text:
    """At which desk, by whom, when by its clock, and what that clock is worth."""
    place = f"{side.desk} {desk.place}" if side.desk == desk.code != desk.place else side.desk
    if event_odds.is_door(side):
        return Text("  ".join(filter(None, (place, side.who, event_odds.scanned(t, side)))))
    words = Text("  ".join(filter(None, (place, side.who, t.moment(side.at)))))
    behind = side.behind
    if behind is None:
        words.append(f"  {t('clash.clock_unknown')}")
    elif abs(behind) >= timedelta(minutes=1):
        minutes = round(abs(behind).total_seconds() / 60)
        slow = behind > timedelta()
        right = t.moment(side.at + behind)
        said = t("clash.clock_slow" if slow else "clash.clock_fast", minutes=minutes, at=right)
        words.append(f"  {said}", "bold" if abs(behind) > WRONG else "")
    return words


def outcome_lines(t: Language, desk: Desk, outcome: Outcome) -> Iterable[tuple[str, str]]:
    """How it stands then, line by line."""
    if outcome.record is not None:
        yield from lines(t, desk, outcome.record)
    for each in outcome.stays:
        yield short_words(t, desk, each.stay), then_words(t, each)
    for name, said in outcome.values.items():
        if name in COLUMNS:
            yield t(COLUMNS[name]), _value(t, desk, name, said)


def _value(t: Language, desk: Desk, name: str, said: str) -> str:
    """Codes by their names."""
    if name in event_odds.COLUMNS:
        return event_odds.value(t, desk, name, said)
    if name == "role":
        return t(f"role.{said}")
    if said in STATES:
        return t(STATES[said])
    if name in TRUTHS:
        return t("asking.yes" if said in YES else "asking.no")
    if name in ("closed_at", "left_at", "begins", "out"):
        return t.moment(desk.local(said)) if said else ""
    if name == "last_day":
        return t.day(date.fromisoformat(said)) if said else ""
    profile = desk.profile
    tables: Mapping[str, Mapping[str, Named]] = {
        "what": profile.counts,
        "closed": profile.closures,
        "departments": profile.departments,
        "posts": profile.posts,
        "committees": profile.committees,
    }
    return " ".join(named(t, tables.get(name, {}), each) for each in said.split())
