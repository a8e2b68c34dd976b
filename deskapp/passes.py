"""Whose a code is where no reader is known: a pack's answer to what `cards.whose` is asked at a
desk.
"""

from sqlalchemy import Connection

from db import passes as stored
from db.passes import CARD, DIGITS, NUMBER, PHONE, TAIL
from deskapp import cards, shapes


def held(connection: Connection, key: bytes, code: str, scanned: bool) -> list[str]:
    """The sign-ups whose number, card or telephone this may be, or ends in these four digits; a
    scan is also tried in the shapes that a card may have. `key` is the event's.
    """
    plain = shapes.as_written(code)
    wanted = [(kind, each) for kind in (NUMBER, CARD, PHONE) for each in plain]
    if len(code) == DIGITS:
        wanted.append((TAIL, code))
    if scanned:
        wanted += [(CARD, each) for each in sorted(cards.spellings(connection, code))]
    return stored.held(connection, [stored.digest_of(key, *each) for each in wanted])
