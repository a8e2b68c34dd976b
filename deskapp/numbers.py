"""A reader's numbers: two of one person joined, a number for whoever has none."""

import hashlib
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from db import readers as stored
from db.place import library_key
from db.readers import Reader
from deskapp import cells, matter, readers
from deskapp.desk import Desk, Refusal, Role
from deskapp.readers import Found

MERGING = Role.LIBRARIAN
"""who may join and part the numbers of a person"""
ENTERING = Role.LIBRARIAN
"""who may enter a reader without a number"""
TEMPORARY = "9"
"""how the numbers begin that a desk makes; the year and eight digits follow"""


@dataclass(frozen=True, slots=True)
class Merged:
    """Two numbers are one person, who is found under either."""

    reader: Found


@dataclass(frozen=True, slots=True)
class Entered:
    """A temporary reader; the number is to be told to them."""

    id: str
    number: str
    until: date


def merge(desk: Desk, old: str, new: str) -> Merged:
    """Two readers are one person, known by the second number from now on: cards and requests of
    both are theirs. Refuses RoleTooLow, PatronUnknown, MergedAlready (they are one).
    """
    desk.require(MERGING)
    with desk.act() as act:
        head = _known(act.connection, new)
        gone = _known(act.connection, old).subject
        if gone == head.subject:
            raise Refusal("MergedAlready")
        act.record("reader.merged", gone, {"into": head.subject})
        return Merged(readers.shown(head))


def part(desk: Desk, id: str) -> int:
    """Undo it: all numbers that were joined to this reader's stand for themselves again. Gives how
    many. Refuses RoleTooLow, NotMerged.
    """
    desk.require(MERGING)
    with desk.act() as act:
        person = stored.by_subjects(act.connection, stored.one_person(act.connection, id))
        joined = [each for each, reader in person.items() if reader.merged_into is not None]
        if not joined:
            raise Refusal("NotMerged")
        for each in joined:
            act.record("reader.parted", each)
    return len(joined)


def _known(connection: Connection, id: str) -> Reader:
    (head,) = stored.heads(connection, [id]).values()
    reader = stored.by_subject(connection, head)
    if reader is None or reader.number is None:
        raise Refusal("PatronUnknown")
    return reader


def enter_temporary(desk: Desk, name: str, kind: str, until: date | None) -> Entered:
    """A number for a visitor, an alumnus, whoever has no card yet; good until a day.

    Nothing of an identity card is kept. Refuses RoleTooLow, ReaderNameMissing, CodeUnknown,
    UntilPast, NumberIsIdentity.
    """
    desk.require(ENTERING)
    name = cells.name(name)
    if not name:
        raise Refusal("ReaderNameMissing")
    for part_ in name.split():
        cells.number(part_, f"****{part_[-2:]}")
    matter.known(kind, desk.profile.patrons)
    today = desk.now().date()
    if until is None or until < today:
        raise Refusal("UntilPast")
    with desk.act() as act:
        key = library_key(act.connection)
        for attempt in range(100):
            # From the act's own id: no two desks make the same, and nobody counts visitors by it.
            seed = hashlib.sha256(f"{act.id}{attempt}".encode()).digest()
            serial = int.from_bytes(seed[:8], "big") % 10**8
            number = f"{TEMPORARY}{today:%y}{serial:08d}"
            if not stored.by_identifier(act.connection, number):
                break
        subject = stored.living(act.connection, key, number)
        values = {"type": kind, "number": number, "name": name, "valid_until": until.isoformat()}
        act.record_all([stored.draft("reader.entered", subject, {**values, "cards": ()})])
    return Entered(subject, number, until)
