"""Who is entered in a listed segment (考研学生名单, 科研团队), by hand: one reader at a time.

A file's are taken in by `deskapp.draw_files`; whoever has confirmed a place of a draw is in its
zone's segments without being entered.
"""

from dataclasses import dataclass
from datetime import date, datetime

from db import readers as stored_readers
from db import segments as stored
from db.facts import Draft
from deskapp import readers
from deskapp.desk import Desk, Refusal, Role
from deskapp.readers import Found
from deskapp.space_entries import Segment

KEEPING = Role.LIBRARIAN
"""who may see who is in, enter and take out"""


@dataclass(frozen=True, slots=True)
class Member:
    """A reader who is in. `until`: their last day, None without an end."""

    reader: Found
    since: datetime
    until: date | None


def listed(desk: Desk) -> list[Segment]:
    """The segments whose readers are entered, in the profile's order."""
    return [each for each in desk.profile.segments.values() if each.listed]


def members(desk: Desk, segment: str) -> list[Member]:
    """Who is entered in a segment today, by number. Refuses RoleTooLow."""
    desk.require(KEEPING)
    today = desk.now().date().isoformat()
    with desk.reading() as connection:
        lines = stored.members(connection, segment, today)
        known = stored_readers.by_subjects(connection, [patron for patron, *_ in lines])
    found = [
        Member(
            readers.shown(known[patron]),
            desk.local(since),
            date.fromisoformat(until) if until else None,
        )
        for patron, since, until in lines
        if patron in known and known[patron].number is not None
    ]
    return sorted(found, key=lambda member: known[member.reader.id].number or "")


def enter(desk: Desk, segment: str, reader: str, until: date | None = None) -> Member:
    """Enter a reader, up to the end of a day; whoever is in stays in until that day.

    Refuses RoleTooLow, SegmentUnknown, PatronUnknown, LastDayOver.
    """
    desk.require(KEEPING)
    _known(desk, segment)
    if until is not None and until < desk.now().date():
        raise Refusal("LastDayOver", day=until.isoformat())
    with desk.act() as act:
        found = stored_readers.by_subject(act.connection, reader)
        if found is None or found.number is None:
            raise Refusal("PatronUnknown")
        day = until.isoformat() if until else None
        act.record_all([stored.entered(segment, reader, day)])
    return Member(readers.shown(found), desk.now(), until)


def take_out(desk: Desk, segment: str, reader: str) -> None:
    """They are in no more. Refuses RoleTooLow, SegmentUnknown, NotMember."""
    desk.require(KEEPING)
    _known(desk, segment)
    subject = stored.subject_of(segment, reader)
    with desk.act() as act:
        if subject not in stored.known(act.connection, [subject]):
            raise Refusal("NotMember")
        act.record_all([Draft("segment.left", subject)])


def _known(desk: Desk, segment: str) -> None:
    if segment not in {each.code for each in listed(desk)}:
        raise Refusal("SegmentUnknown", segment=segment)
