"""Awards and certificates in a demo: the loans of the last quarter, award lists in every state, a
key that signs, papers that are to be printed, were handed out, replaced, revoked.
"""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from db import loans as stored
from db.loans import Lending
from db.place import library_key
from deskapp import (
    award_sources,
    awards,
    certificates,
    demo_events,
    events,
    quarters,
    readers,
    rolls,
    signers,
    staff,
)
from deskapp.awards import Candidate, Rest
from deskapp.demo_people import contents
from deskapp.desk import Desk
from deskapp.quarters import Quarter
from deskapp.rolls import Plan

BORROWERS, MOST_DAYS, MOST_LOANS = 40, 12, 4
VOLUNTEERED = timedelta(days=90)
"""over which hours count"""
HANDED = 6
"""certificates that were collected"""


def fill(desk: Desk, pin: str, passphrase: str) -> None:
    """By whoever is signed in, a shift lead with this PIN; by a department head, the key."""
    borrowers = [each.id for each in readers.search(desk, "20", BORROWERS)]
    if len(borrowers) < BORROWERS:
        return
    said = contents()["honours"]
    quarter = quarters.of(desk.now().date()).moved(-1)
    _lend(desk, borrowers, quarter)
    head = next(e for e in staff.everybody(desk) if e.role.reaches(signers.KEEPING))
    signers.make(desk.signed_in(head), passphrase)
    borrowed, won = (
        _proposed(desk, said, name, basis)
        for name, basis in (
            ("borrowed", {"of": rolls.LOANS, "year": quarter.year, "quarter": quarter.number}),
            ("won", {"of": rolls.RESULTS, "event": _contest(desk)}),
        )
    )
    _proposed(desk, said, "served", _hours(desk.now().date()))
    listed = rolls.open_roll(desk, _plan(said["listed"], {"of": rolls.LIST})).id
    typed = (Rest("typed", "", desk.now().date().isoformat()),)
    teams = [Candidate(None, name, said["prize"], rests=typed) for name in said["teams"]]
    first, *_ = awards.grant(desk, listed, teams).new
    awards.hand_prize(desk, first, said["gift"])
    _certify(desk, borrowed, won, pin, passphrase)


def _lend(desk: Desk, borrowers: list[str], quarter: Quarter) -> None:
    """What the circulation system would say of a quarter; who stands first has most of it."""
    rng = random.Random(str(quarter))
    days = (quarter.last - quarter.first).days
    with desk.act() as act:
        key = library_key(act.connection)
        drafts = []
        for place, reader in enumerate(borrowers):
            for each in rng.sample(range(days), 1 + MOST_DAYS * (BORROWERS - place) // BORROWERS):
                day = (quarter.first + timedelta(days=each)).isoformat()
                many = range(rng.randint(1, MOST_LOANS))
                lent = [Lending(day, stored.item_of(key, f"{place} {each} {n}")) for n in many]
                drafts.append(stored.draft(reader, day, lent))
        act.record_all(drafts)


def _contest(desk: Desk) -> str:
    """The event whose results are confirmed."""
    past = demo_events.contents()["past"]
    title = next(each["title"] for each in past if each.get("confirmed"))
    return events.find(desk, title).id


def _hours(today: date) -> Mapping[str, Any]:
    since = (today - VOLUNTEERED).isoformat()
    return {"of": rolls.HOURS, "since": since, "until": today.isoformat(), "least": 60}


def _plan(said: Mapping[str, Any], basis: Mapping[str, Any]) -> Plan:
    return Plan(said["title"], basis, said["template"], issuers=contents()["honours"]["issuers"])


def _proposed(desk: Desk, said: Mapping[str, Any], name: str, basis: Mapping[str, Any]) -> str:
    """A list with everybody on it who qualifies."""
    roll = rolls.open_roll(desk, _plan(said[name], basis)).id
    found = award_sources.candidates(desk, rolls.roll(desk, roll))
    awards.grant(desk, roll, [each.candidate for each in found.lines])
    return roll


def _certify(desk: Desk, borrowed: str, won: str, pin: str, passphrase: str) -> None:
    """One list is printed, and most of it collected; one is to be printed."""
    key = signers.open_key(desk, passphrase)
    lead = {"lead": desk.whoever().badge, "pin": pin}
    numbers, _ = (
        [each for some in certificates.issue(desk, roll, key, **lead) for each in some.serials]
        for roll in (borrowed, won)
    )
    certificates.printed(desk, numbers)
    for each in numbers[:HANDED]:
        certificates.hand_out(desk, each)
    *_, wrong, given_up = numbers
    right = certificates.replace(desk, wrong, key, **lead).serial
    certificates.printed(desk, [right])
    award, why = certificates.one(desk, given_up).award, contents()["honours"]["why"]
    awards.withdraw(desk, award, why, **lead)
