"""Awards (奖励): who is put on a roll, on what that rests, the prize handed over.

The same person is on a roll once, under whichever of their numbers; between desks that is a clash.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from db import awards as stored
from db import readers as stored_readers
from db.award_rows import GRANTED, Award, Certificate
from db.awards import draft
from db.facts import Draft
from db.ledger import Act
from db.people import is_erased
from db.place import library_key
from deskapp import cells, readers, rolls, staff, whose
from deskapp.cells import reason, without_identity
from deskapp.desk import Desk, Refusal
from deskapp.rolls import ROLLING


class Rest(NamedTuple):
    """One line of what an award rests on. `what`: result, session, stint, loan, visit, list …; `id`
    of the row or fact; `at` a UTC stamp or a day; `amount` in the unit of what it is.
    """

    what: str
    id: str
    at: str | None = None
    amount: float | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who may be put on a roll: a reader (by id), else a team or person by `name`."""

    patron: str | None = None
    name: str = ""
    prize: str = ""
    rank: int | None = None
    amount: float | None = None
    rests: tuple[Rest, ...] = ()


@dataclass(frozen=True, slots=True)
class Granted:
    """`new` and `had`: awards; `refused`: who is not on it, and why."""

    new: tuple[str, ...]
    had: tuple[str, ...]
    refused: tuple[tuple[Candidate, Refusal], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A certificate of an award, in short."""

    serial: str
    good: bool
    copies: int
    handed: datetime | None


@dataclass(frozen=True, slots=True)
class Shown:
    """An award as screens have it. `who` is masked, a team's name is not."""

    id: str
    roll: str
    patron: str | None
    who: str
    prize: str
    rank: int | None
    amount: float | None
    standing: bool
    granted: datetime
    why: str
    """why it was withdrawn"""
    gift: str
    gift_at: datetime | None
    papers: tuple[Paper, ...]

    @property
    def good(self) -> Paper | None:
        """Its certificate that is good."""
        return next((each for each in self.papers if each.good), None)


# granting


def grant(desk: Desk, roll: str, candidates: Iterable[Candidate]) -> Granted:
    """Put people on a roll. Who is on it already stays as they are; who cannot be is told, and the
    rest is put on it.

    Refuses RoleTooLow, RollUnknown, RollClosed. Of one: NobodyNamed, PatronUnknown, PersonErased.
    """
    desk.require(ROLLING)
    new: list[str] = []
    had: list[str] = []
    refused: list[tuple[Candidate, Refusal]] = []
    with desk.act() as act:
        rolls.standing(act.connection, roll)
        drafts: list[Draft] = []
        there = on(act.connection, roll)
        for each in candidates:
            try:
                made = _draft(act, roll, each, there)
            except Refusal as refusal:
                refused.append((each, refusal))
                continue
            if isinstance(made, str):
                had.append(made)
                continue
            drafts.append(made)
            new.append(made.subject)
            of = made.data["patron"]
            there |= dict.fromkeys((made.subject, of) if of else (made.subject,), made.subject)
        act.record_many(drafts)
    return Granted(tuple(new), tuple(had), tuple(refused))


def grant_one(desk: Desk, roll: str, candidate: Candidate) -> str:
    """Put one on a roll, and give the award. Refuses as `grant`, and AwardedAlready."""
    done = grant(desk, roll, [candidate])
    for _, refusal in done.refused:
        raise refusal
    for award in done.had:
        with desk.reading() as connection:
            raise Refusal("AwardedAlready", who=called(connection, award))
    return done.new[0]


def on(connection: Connection, roll: str) -> dict[str, str]:
    """Who is on a roll now: the award by every number of its person, and by itself."""
    found: dict[str, str] = {}
    for each in stored.of_roll(connection, roll):
        if each.status != GRANTED:
            continue
        found[each.subject] = each.subject
        if each.patron is not None:
            people = stored_readers.one_person(connection, each.patron)
            found |= dict.fromkeys((*people, each.patron), each.subject)
    return found


def subject_of(connection: Connection, roll: str, who: Candidate) -> str:
    """What their award on a roll is, whether they have it or not."""
    if who.patron is None:
        name = str(without_identity(cells.name(who.name)))
        return stored.subject_named(library_key(connection), roll, cells.alike(name))
    return stored.subject_of(roll, stored_readers.heads(connection, [who.patron])[who.patron])


def _draft(act: Act, roll: str, who: Candidate, there: dict[str, str]) -> Draft | str:
    """The award's first fact, or the award that they have."""
    name, patron = str(without_identity(cells.name(who.name))), who.patron
    if patron is not None:
        patron, name = stored_readers.heads(act.connection, [patron])[patron], ""
        if not stored_readers.is_known(act.connection, patron):
            raise Refusal("PatronUnknown")
        if is_erased(act.connection, patron):
            raise Refusal("PersonErased")
    elif not name:
        raise Refusal("NobodyNamed")
    subject = subject_of(act.connection, roll, who)
    known = there.get(patron or subject) or there.get(subject)
    if known is not None:
        return known
    said = {
        "patron": patron,
        "prize": str(without_identity(who.prize.strip())) or None,
        "rank": who.rank,
        "amount": who.amount,
        "rests": [list(each) for each in who.rests],
    }
    person = whose.words(act, subject, patron)
    return draft("award.granted", subject, said, {"name": name} if name else None, person=person)


# taking back, handing over


def withdraw(desk: Desk, award: str, why: str, *, lead: str = "", pin: str = "") -> None:
    """Take an award back; a certificate of it that is good is revoked with it, which as any
    revocation takes a shift lead's badge and PIN.

    Refuses RoleTooLow, AwardUnknown, AwardWithdrawn, ReasonMissing; with a certificate LeadUnknown,
    AwardChanged (issued meanwhile), and as `staff.verify`.
    """
    desk.require(ROLLING)
    words = {"why": reason(why)}
    with desk.reading() as connection:
        standing(connection, award)
        certified = any(map(_good, stored.certificates(connection, award)))
    by = staff.lead(desk, lead, pin).id if certified else None
    with desk.act() as act:
        row = standing(act.connection, award)
        person = whose.words(act, award, row.patron)
        said = {"reason": "withdrawn", "approved_by": by}
        papers = [each for each in stored.certificates(act.connection, award) if _good(each)]
        if papers and by is None:
            raise Refusal("AwardChanged")
        act.record_all(
            [
                draft("award.withdrawn", award, {}, words, person=person),
                *(
                    draft("certificate.revoked", award, {"serial": each.serial, **said})
                    for each in papers
                ),
            ]
        )


def _good(certificate: Certificate) -> bool:
    return certificate.revoked_at is None


def hand_prize(desk: Desk, award: str, what: str, to: str = "") -> None:
    """The prize (奖品) was handed over; `to`: who took it, if somebody else.

    Refuses RoleTooLow, AwardUnknown, AwardWithdrawn, PrizeMissing, PrizeHanded.
    """
    desk.require(ROLLING)
    gift, taker = str(without_identity(what.strip())), str(without_identity(cells.name(to)))
    if not gift:
        raise Refusal("PrizeMissing")
    with desk.act() as act:
        row = standing(act.connection, award)
        if row.gift_at is not None:
            raise Refusal("PrizeHanded", what=row.gift, day=desk.local(row.gift_at).date())
        person = whose.words(act, award, row.patron)
        to_whom = {"to": taker} if taker else None
        act.record_all([draft("award.prize_handed", award, {"what": gift}, to_whom, person=person)])


def row_of(connection: Connection, award: str) -> Award:
    """Refuses AwardUnknown."""
    row = stored.award(connection, award)
    if row is None:
        raise Refusal("AwardUnknown")
    return row


def standing(connection: Connection, award: str) -> Award:
    """Refuses AwardUnknown, AwardWithdrawn."""
    row = row_of(connection, award)
    if row.status != GRANTED:
        raise Refusal("AwardWithdrawn", who=called(connection, award))
    return row


# looking


def of_roll(desk: Desk, roll: str) -> list[Shown]:
    """Everybody on a roll, the first rank first; whose award was taken back, too.

    Refuses RoleTooLow, RollUnknown.
    """
    desk.require(ROLLING)
    with desk.reading() as connection:
        rolls.row_of(connection, roll)
        return _all_shown(desk, connection, stored.of_roll(connection, roll))


def of_reader(desk: Desk, reader: str) -> list[Shown]:
    """One person's awards under all their numbers, the newest first. Refuses RoleTooLow."""
    desk.require(ROLLING)
    with desk.reading() as connection:
        person = stored_readers.one_person(connection, reader)
        return _all_shown(desk, connection, stored.of_reader(connection, person))


def one(desk: Desk, award: str) -> Shown:
    """Refuses RoleTooLow, AwardUnknown."""
    desk.require(ROLLING)
    with desk.reading() as connection:
        return _all_shown(desk, connection, [row_of(connection, award)])[0]


def rests(desk: Desk, award: str) -> list[Rest]:
    """What an award rests on, line by line. Refuses RoleTooLow, AwardUnknown."""
    desk.require(ROLLING)
    with desk.reading() as connection:
        return [Rest(*each) for each in json.loads(row_of(connection, award).rests)]


def _all_shown(desk: Desk, connection: Connection, rows: Sequence[Award]) -> list[Shown]:
    papers = stored.certificates_of(connection, [row.subject for row in rows])
    names = _names(connection, [row.patron for row in rows if row.patron])
    return [_shown(desk, row, names, papers.get(row.subject, ())) for row in rows]


def _names(connection: Connection, patrons: Sequence[str]) -> dict[str, str]:
    """Readers' names, masked."""
    known = stored_readers.seen(connection, patrons)
    return {id: readers.masked_name(each.name or "") for id, each in known.items()}


def _shown(desk: Desk, row: Award, names: dict[str, str], papers: Collection[Certificate]) -> Shown:
    return Shown(
        row.subject,
        row.roll,
        row.patron,
        names.get(row.patron or "", "") or row.name or "",
        row.prize or "",
        row.rank,
        row.amount,
        row.status == GRANTED,
        desk.local(row.granted_at),
        row.why or "",
        row.gift or "",
        desk.local(row.gift_at) if row.gift_at else None,
        tuple(
            Paper(
                each.serial,
                each.revoked_at is None,
                each.copies,
                desk.local(each.handed_at) if each.handed_at else None,
            )
            for each in papers
        ),
    )


def called(connection: Connection, award: str) -> str:
    """Whose it is: a reader's name masked, a team's not."""
    row = row_of(connection, award)
    return row.name or readers.who(connection, row.patron)
