"""Bans (暂停使用): drawn when a reader's violations have filled a count, lifted early by a lead.

Counted are confirmed violations, in whatever zones, of the kinds that the rules of their own zone
and season count; how many, in how many days, and for how long is said by the rules that held where
the last of them was. What has come to a ban counts for no other, unless that ban fell. Everything
is reckoned from what the ledger says, so that two desks draw the same.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from db import conduct as stored
from db import conduct_pages as pages
from db import readers as stored_readers
from db.clock import moment, stamp
from db.conduct import Ban, Violation
from db.facts import Draft
from db.ledger import Act
from db.place import set_setting, setting
from db.store import driver
from deskapp import matter, readers, spaces
from deskapp.desk import Desk, Refusal, Role
from deskapp.readers import Found
from deskapp.space_entries import Terms

SEEING = Role.STUDENT_ASSISTANT
IMPOSING = Role.SHIFT_LEAD
"""who may bar somebody without a count, and lift a ban early"""
REASONS = ("amends", "excused", "mistaken", "fault", "other")
"""why a ban is lifted early"""
MOST = 500
"""lines that a list shows"""
SETTLED = "settled_conduct"
"""the setting that says up to which line of the ledger bans have been drawn"""
STEP = 1000
"""lines that are looked through again before that is noted"""


@dataclass(frozen=True, slots=True)
class Barred:
    """A ban that was drawn or imposed."""

    id: str
    reader: str
    until: datetime


@dataclass(frozen=True, slots=True)
class ShownBan:
    """A ban as a list shows it. `zones`: none means all; `why`: the violation that a lead named;
    `stands`: enough of its violations count; `running`: it stands and is neither lifted nor over.
    """

    id: str
    reader: Found | None
    since: datetime
    until: datetime
    zones: tuple[str, ...]
    violations: int
    why: str | None
    stands: bool
    running: bool
    lifted: datetime | None
    reason: str | None


# drawing


def draw(act: Act, desk: Desk, reader: str) -> list[Barred]:
    """Impose the bans that a reader's violations have filled, in the act by which they count."""
    person = stored_readers.one_person(act.connection, reader)
    drafts = _filled(desk, act.connection, person)
    act.record_all(drafts)
    return [_barred(desk, each) for each in drafts]


def _barred(desk: Desk, draft: Draft) -> Barred:
    return Barred(draft.subject, draft.data["patron"], desk.local(draft.data["until"]))


def _filled(desk: Desk, connection: Connection, person: Sequence[str]) -> list[Draft]:
    """The bans that are filled and not drawn."""
    bans = pages.bans_of(connection, person)
    counting = _unused(desk, connection, person, bans)
    free, drawn = [each for each, _ in counting], {each.subject for each in bans}
    found = []
    for last, rules in counting:
        since = stamp(moment(last.at) - timedelta(rules.within))
        some = [each for each in free if since < each.at <= last.at and _alike(rules, each, last)]
        if len(some) >= rules.most:
            filled, subject = max((_counts_from(each), each.subject) for each in some)
            said = {
                "patron": person[0],
                "from": filled,
                "until": stamp(desk.local(filled) + timedelta(rules.bar)),
                "needed": rules.most,
                "violations": [each.subject for each in some],
            }
            free = [each for each in free if each not in some]
            ban = f"ban:{subject.partition(':')[2]}"
            while ban in drawn:  # one that it filled before, and that fell
                ban += "+"
            drawn.add(ban)
            found.append(stored.draft("ban.imposed", ban, said))
    return found


def _alike(rules: Terms, one: Violation, other: Violation) -> bool:
    """Whether two violations are counted together."""
    return one.kind == other.kind or not rules.apart


def _counts_from(violation: Violation) -> str:
    return max(violation.at, violation.confirmed_at or "")


def _unused(
    desk: Desk, connection: Connection, person: Sequence[str], bans: Iterable[Ban]
) -> list[tuple[Violation, Terms]]:
    """The violations of a person that count and have come to no ban that stands, oldest first."""
    raw = driver(connection)
    used = {
        subject
        for each in bans
        if stored.stands(raw, each.needed, each.violations)
        for subject in json.loads(each.violations)
    }
    found = []
    for each in pages.counting(connection, pages.of_person(connection, person)):
        rules = _rules(desk, each)
        if rules is not None and each.kind in rules.counts and each.subject not in used:
            found.append((each, rules))
    return found


def _rules(desk: Desk, violation: Violation) -> Terms | None:
    """By which a violation counts; None in a zone that the profile knows no more."""
    zone = desk.profile.zones.get(violation.zone)
    if zone is None:
        return None
    return spaces.terms(desk, zone, spaces.day_of(desk, zone, desk.local(violation.at)))


def settle(desk: Desk) -> list[Barred]:
    """Draw the bans that are filled since this was last done: by an exchange, a sweep, a window
    that was withdrawn. In nobody's name.
    """
    lately = stamp(desk.now() - timedelta(_longest(desk)))
    with desk.reading() as connection:
        behind = int(setting(connection, SETTLED) or 0)
        last, patrons = pages.touched(connection, behind, lately)
    if not patrons and last < behind + STEP:
        return []
    found = []
    with desk.ledger.act(None) as act:
        heads = stored_readers.heads(act.connection, patrons).values()
        for reader in dict.fromkeys(heads):
            found += draw(act, desk, reader)
        set_setting(act.connection, SETTLED, str(last))
    return found


def _longest(desk: Desk) -> int:
    """Days for which a violation may matter."""
    every = [each for rules in desk.profile.seat_rules.values() for each in rules.all_terms()]
    return max((each.within + each.bar for each in every), default=0)


def counted(desk: Desk, connection: Connection, reader: str) -> int:
    """How many violations count towards a reader's next ban, of those that are young enough; where
    each kind counts by itself, of the kind that has most.
    """
    if not stored.noted_against(connection, reader):
        return 0
    person = stored_readers.one_person(connection, reader)
    now, bans = desk.now(), pages.bans_of(connection, person)
    kinds = Counter(
        each.kind if rules.apart else ""
        for each, rules in _unused(desk, connection, person, bans)
        if stamp(now - timedelta(rules.within)) < each.at
    )
    return max(kinds.values(), default=0)


# by hand


def impose(desk: Desk, reader: str, kind: str, days: int, zones: Sequence[str] = ()) -> Barred:
    """Bar a reader at once, for so many days, for a violation of this kind; no zones: from all.

    Refuses RoleTooLow, CodeUnknown, ZoneUnknown, DaysWrong, PatronUnknown.
    """
    desk.require(IMPOSING)
    matter.known(kind, desk.profile.violations)
    for zone in zones:
        spaces.zone(desk, zone)
    if not 1 <= days <= 366:
        raise Refusal("DaysWrong", most=366)
    now = desk.now()
    with desk.act() as act:
        said = {
            "patron": known_reader(act.connection, reader),
            "from": stamp(now),
            "until": stamp(now + timedelta(days)),
            "needed": 0,
            "violations": [],
            "zones": list(zones),
            "why": kind,
        }
        draft = stored.draft("ban.imposed", act.new_subject("ban"), said)
        act.record_all([draft])
    return _barred(desk, draft)


def known_reader(connection: Connection, id: str) -> str:
    """The number that serves for a reader; refuses PatronUnknown."""
    (head,) = stored_readers.heads(connection, [id]).values()
    found = stored_readers.by_subject(connection, head)
    if found is None or found.number is None:
        raise Refusal("PatronUnknown")
    return head


def lift(desk: Desk, id: str, reason: str) -> str:
    """End a ban early; its id. Refuses RoleTooLow, CodeUnknown, BanUnknown, BanOver."""
    desk.require(IMPOSING)
    matter.known(reason, dict.fromkeys(REASONS))
    with desk.act() as act:
        row = pages.ban(act.connection, id)
        if row is None:
            raise Refusal("BanUnknown")
        if row.lifted_at is not None or row.until <= stamp(desk.now()):
            raise Refusal("BanOver")
        act.record_all([stored.draft("ban.lifted", id, {"reason": reason})])
    return id


# looking


def running(desk: Desk) -> list[ShownBan]:
    """The bans in force, the last to end first."""
    desk.require(SEEING)
    with desk.reading() as connection:
        rows = pages.bans(connection, stamp(desk.now()), MOST)
        return [each for each in _shown(desk, connection, rows) if each.running]


def of_reader(desk: Desk, reader: str) -> list[ShownBan]:
    """All of a reader's bans, oldest first."""
    desk.require(SEEING)
    with desk.reading() as connection:
        person = stored_readers.one_person(connection, reader)
        return _shown(desk, connection, pages.bans_of(connection, person))


def _shown(desk: Desk, connection: Connection, rows: Sequence[Ban]) -> list[ShownBan]:
    raw, now = driver(connection), stamp(desk.now())
    known = stored_readers.by_subjects(connection, [each.patron for each in rows])
    found = []
    for row in rows:
        stands = stored.stands(raw, row.needed, row.violations)
        lifted = desk.local(row.lifted_at) if row.lifted_at else None
        found.append(
            ShownBan(
                row.subject,
                readers.shown(known[row.patron]) if row.patron in known else None,
                desk.local(row.since),
                desk.local(row.until),
                tuple(json.loads(row.zones or "[]")),
                len(json.loads(row.violations)),
                row.why,
                stands,
                stands and lifted is None and row.since <= now < row.until,
                lifted,
                row.reason,
            )
        )
    return found
