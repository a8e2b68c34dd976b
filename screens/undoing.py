"""Ctrl+Z: one's last act undone, and said."""

from deskapp import undo
from deskapp.language import Language
from deskapp.refusal import Refusal
from deskapp.undo import Undone
from screens.base import DeskScreen, Seen
from screens.course import step_words
from screens.seat_acts import seat_words

WORDS = {
    "logged": "undo.logged",
    "offered": "undo.offered",
    "accepted": "undo.accepted",
    "sent_back": "undo.sent_back",
    "closed": "undo.closed",
    "completed": "undo.completed",
    "card.bound": "undo.bound",
    "card.lost": "undo.lost",
    "found.logged": "undo.found_logged",
    "found.told": "undo.found_told",
    "found.collected": "undo.found_kept",
    "found.passed_on": "undo.found_kept",
    "found.disposed": "undo.found_kept",
    "place.closed": "undo.place_closed",
    "place.opened": "undo.place_opened",
    "place.noted": "undo.place_noted",
    "place.note_cleared": "undo.place_cleared",
    "round": "undo.round",
    "ban.imposed": "undo.barred",
    "ban.lifted": "undo.ban_lifted",
    "event.announced": "undo.event_announced",
    "event.changed": "undo.event_changed",
    "event.scheduled": "undo.event_scheduled",
    "event.moved": "undo.event_moved",
    "event.dropped": "undo.event_dropped",
    "event.restored": "undo.event_restored",
    "event.cancelled": "undo.event_cancelled",
    "event.reported": "undo.event_reported",
    "event.allowed": "undo.event_allowed",
    "series.opened": "undo.series_opened",
    "helper.planned": "undo.helper_planned",
    "helper.changed": "undo.helper_changed",
    "helper.dropped": "undo.helper_dropped",
    "helper.came": "undo.helper_came",
    "helper.left": "undo.helper_left",
    "helper.completed": "undo.helper_completed",
    "helper.leave_asked": "undo.helper_leave_asked",
    "helper.excused": "undo.helper_excused",
    "result.entered": "undo.result_entered",
    "result.corrected": "undo.result_corrected",
    "result.withdrawn": "undo.result_withdrawn",
    "ranking.ruled": "undo.ranking_ruled",
    "ranking.confirmed": "undo.ranking_confirmed",
    "ranking.corrected": "undo.ranking_corrected",
    "feedback.taken": "undo.feedback_taken",
    "feedback.withdrawn": "undo.feedback_withdrawn",
    "series.closed": "undo.series_closed",
    "exemption.declared": "undo.declared",
    "exemption.ended": "undo.exemption_ended",
    "exemption.withdrawn": "undo.exemption_withdrawn",
    "queue.joined": "undo.queued",
    "room.booked": "undo.room_booked",
    "room.awaited": "undo.room_awaited",
    "room.arrived": "undo.room_arrived",
    "room.opened": "undo.room_opened",
    "room.extended": "undo.room_extended",
    "room.ended": "undo.room_back",
    "room.cancelled": "undo.room_back",
    "seat.taken": "undo.seat_taken",
    "seat.reserved": "undo.seat_reserved",
    "seat.away": "undo.seat_away",
    "seat.back": "undo.seat_back",
    "seat.left": "undo.seat_left",
    "seat.cancelled": "undo.seat_cancelled",
    "seat.extended": "undo.seat_extended",
    "draw.published": "undo.list_published",
    "draw.drawn": "undo.drawn",
    "application.struck": "undo.application_struck",
    "application.confirmed": "undo.application_confirmed",
    "application.moved": "undo.application_moved",
    "application.forfeited": "undo.application_forfeited",
    "segment.entered": "undo.member_entered",
    "segment.left": "undo.member_left",
    "signup.made": "undo.signed_up",
    "signup.cancelled": "undo.signup_cancelled",
    "signup.changed": "undo.signup_changed",
    "signup.told": "undo.signup_told",
    "signup.promoted": "undo.signup_promoted",
    "ticket.issued": "undo.ticket_issued",
    "award.granted": "undo.award_granted",
    "award.withdrawn": "undo.award_withdrawn",
    "award.prize_handed": "undo.prize_handed",
    "certificate.printed": "undo.certificate_printed",
    "certificate.handed_out": "undo.certificate_handed_out",
}
LENT = {
    "lent.lent": "undo.lent",
    "lent.returned": "undo.lent_returned",
    "lent.missing": "undo.lent_missing",
}
VIOLATION = {
    "violation.noted": "undo.violation_noted",
    "violation.confirmed": "undo.violation_confirmed",
    "violation.appealed": "undo.violation_appealed",
    "violation.upheld": "undo.violation_upheld",
    "violation.lifted": "undo.violation_lifted",
}
LASTING = {
    "request.undone": "record.deny",
    "card": "cards.title",
    "reader": "log.reader",
    "shift": "shift.title",
    "found": "undo.found",
    "lent": "undo.lent_things",
    "place": "undo.places",
    "draw": "undo.draws",
    "application": "undo.draws",
    "segment": "segments.title",
    "signup": "signups.title",
    "certificate": "undo.certificates",
}
"""what stays as it is: kinds of acts and, for the rest, what they are about"""


def undone(screen: DeskScreen[Seen]) -> None:
    """Undo it, show what became of it, and say so; or what it is that cannot be undone."""
    try:
        receipt = undo.undo(screen.desk)
    except Refusal as refusal:
        if (kind := refusal.facts.get("what")) is None:
            screen.refuse(refusal)
        else:
            t = screen.t
            screen.say(t("refusal.CannotUndo", what=_lasting(t, str(kind))), error=True)
        return
    screen.act(screen.reread)
    screen.say(_words(screen, receipt))


def _lasting(t: Language, kind: str) -> str:
    for name in (kind, kind.partition(".")[0]):
        if name in LASTING:
            return t(LASTING[name])
    return t("undo.last_step")


def _words(screen: DeskScreen[Seen], receipt: Undone) -> str:
    t, profile, name = screen.t, screen.desk.profile, receipt.name
    match receipt.what:
        case "counted":
            return t("undo.counted", what=profile.tallies[name].name(t.code))
        case what if what in LENT:
            known = profile.lent.get(name)
            return t(LENT[what], what=known.name(t.code) if known else name)
        case what if what in VIOLATION:
            kind = profile.violations.get(name)
            return t(VIOLATION[what], what=kind.name(t.code) if kind else name)
        case what if what in WORDS and what.startswith(("seat.", "place.", "round")):
            first, *others = name.split(" ")
            zone = first.partition("/")[0]
            seats = [seat_words(t, screen.desk, first, "")]
            seats += [seat_words(t, screen.desk, each, zone) for each in others]
            return t(WORDS[what], number=" ".join(seats))
        case what if what in WORDS:
            return t(WORDS[what], number=name)
    return t("undo.step", number=name, step=step_words(t, receipt.what))
