"""The shapes that a desk's reader of cards types, learnt from cards whose numbers are known."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection

from db import cards as stored
from db import readers as stored_readers
from db.place import set_setting, setting
from deskapp import uids
from deskapp.desk import Desk, Refusal, Role
from deskapp.uids import Learnt

LEARNING = Role.SHIFT_LEAD
"""who may have the desk learn what is scanned"""
CARDS = 3
"""that it takes to learn"""
SETTING = "uids"


def learn(desk: Desk, told: Sequence[tuple[str, str]]) -> Learnt:
    """Find out what the desk's reader of cards types, from scans beside known numbers.

    Each is a scan and a reader's number (the university's file must know the card), or the number
    that is printed on the card. Kept for this desk. Nothing where the cards read as they are known.
    Refuses RoleTooLow, CardsTooFew, ShapeUnknown (no shape fits all of them).
    """
    desk.require(LEARNING)
    if len({uids.bare(scan) for scan, _ in told}) < CARDS:
        raise Refusal("CardsTooFew", count=CARDS)
    with desk.reading() as connection:
        cards = [(scan, _codes(connection, number)) for scan, number in told]
    found = uids.learn(cards)
    if not found and not all(uids.bare(scan) in map(uids.bare, codes) for scan, codes in cards):
        raise Refusal("ShapeUnknown")
    with desk.ledger.store.writing() as connection:
        keep(connection, found)
    return found


def _codes(connection: Connection, number: str) -> list[str]:
    """The codes that a card may have which is told by this number."""
    codes = [number]
    for held in stored.held(connection, as_written(number)):
        subjects = stored_readers.one_person(connection, held.reader)
        codes += [
            each.value
            for each in stored.of_readers(connection, subjects)
            if each.kind == "card" and not each.until
        ]
    return codes


def as_written(code: str) -> list[str]:
    """The code as it stands, hexadecimal digits in either case."""
    return [each for each in dict.fromkeys((code, code.upper(), code.lower())) if each]


def learnt(desk: Desk) -> Learnt:
    """What the desk has learnt."""
    with desk.reading() as connection:
        return known(connection)


def known(connection: Connection) -> Learnt:
    """The same, within an act."""
    said = json.loads(setting(connection, SETTING) or "{}")
    return Learnt(uids.named(said.get("scanner", ())), uids.named(said.get("records", ())))


def keep(connection: Connection, found: Learnt) -> None:
    """This is what the desk knows from now on."""
    said = {
        "scanner": [shape.name for shape in found.scanner],
        "records": [shape.name for shape in found.records],
    }
    set_setting(connection, SETTING, json.dumps(said))
