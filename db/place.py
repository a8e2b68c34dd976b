"""What a store is: which desk's, with which key, told what at set-up, and how far behind."""

import hmac
from datetime import datetime

from sqlalchemy import Connection

from db.centre import Greeting
from db.clock import first_id, stamp
from db.facts import GENESIS
from db.store import driver


def desk_code(connection: Connection) -> str | None:
    """Whose store this is; None before it is anybody's."""
    row = driver(connection).execute("SELECT desk FROM place").fetchone()
    return str(row[0]) if row else None


def library_key(connection: Connection) -> bytes:
    """The key of readers' ids, the same at every desk of a library."""
    key: bytes = driver(connection).execute("SELECT library_key FROM place").fetchone()[0]
    return key


def mark_of(key: bytes) -> str:
    """By what desks of one library know each other, without telling the library's key."""
    return hmac.new(key, b"library", "sha256").hexdigest()[:32]


def waiting(connection: Connection) -> int:
    """Facts of this desk that the centre has not acknowledged."""
    row = (
        driver(connection)
        .execute(
            "SELECT (SELECT max(seq) FROM fact WHERE desk = place.desk AND epoch = place.epoch)"
            " - acked_seq FROM place"
        )
        .fetchone()
    )
    return max(0, row[0] or 0)


def unsent(connection: Connection) -> dict[str, int]:
    """The same by kind."""
    lines = driver(connection).execute(
        "SELECT kind, count(*) FROM fact, place WHERE fact.desk = place.desk "
        "AND fact.epoch = place.epoch AND seq > acked_seq GROUP BY kind ORDER BY kind"
    )
    return dict(lines.fetchall())


def sent_above(connection: Connection, pos: object) -> int:
    """Facts of this desk that the centre had put behind this position."""
    row = driver(connection).execute(
        "SELECT count(*) FROM fact WHERE pos > ? AND desk = (SELECT desk FROM place)", (pos,)
    )
    return int(row.fetchone()[0])


def faults(connection: Connection) -> int:
    """Facts that could not be folded here."""
    found = driver(connection).execute("SELECT count(*) FROM fault").fetchone()
    return int(found[0])


def greeting(connection: Connection) -> Greeting:
    """What this desk says of itself."""
    desk, epoch, cursor, link = (
        driver(connection)
        .execute("SELECT desk, epoch, cursor, coalesce(cursor_link, ?) FROM place", (GENESIS,))
        .fetchone()
    )
    mark = setting(connection, MARK) or mark_of(library_key(connection))
    skew = clock_offset(connection)
    return Greeting(desk, epoch, mark, cursor, faults(connection), link=link, skew=skew)


def setting(connection: Connection, name: str) -> str | None:
    """What this desk was told at set-up, or has noted since."""
    row = driver(connection).execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else None


def is_pack(connection: Connection) -> bool:
    """Whether this is a pack: it knows one event, and nothing else ever comes to it."""
    return setting(connection, MAKER) is not None


def set_setting(connection: Connection, name: str, value: str) -> None:
    driver(connection).execute(
        "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )


def unset(connection: Connection, name: str) -> None:
    driver(connection).execute("DELETE FROM setting WHERE name = ?", (name,))


MAKER = "maker"
"""of a pack: the desk that made it, for which event, when; of a desk there is none"""
MARK = "mark"
"""of a pack, which has no key of the library: by what desks know it"""
EVENT_KEY = "event key"
"""of a pack, the key of its event"""
TICKETS = "ticket key"
"""of a pack, what tells true tickets: the public half of the key that signs them"""
CENTRE = "centre"
"""the address of this desk's centre, as it was told at this desk; no password is in it"""
EXCHANGES = "exchanges"
"""how the last exchanges ended"""
COPY = "copy"
"""the file of the second copy, where one is kept"""
UNCLEAN = "purge copy"
"""there while the second copy has not followed what was wiped here"""
TOP = "top"
"""the end of the centre's order, as the centre said last"""
STANDINGS = "standings"
"""how far each other desk has pulled, as the centre said last: a position by desk, JSON"""
OFFSET = "offset"
"""milliseconds that this machine's clock was behind the centre's, when the two last spoke"""
MOVED = 1000
"""milliseconds by which it must have changed to be written anew"""


def clock_offset(connection: Connection) -> int | None:
    """The measured offset of this machine's clock; None before the first exchange."""
    known = setting(connection, OFFSET)
    return int(known) if known is not None else None


def offset_moved(connection: Connection, milliseconds: int) -> bool:
    """Whether a measured offset is another than the one that is kept."""
    known = clock_offset(connection)
    return known is None or abs(known - milliseconds) >= MOVED


LATEST = "SELECT max(at) FROM fact WHERE id >= ? AND +desk = (SELECT desk FROM place) AND at > ?"
"""the `+` keeps SQLite from going through all that this desk ever wrote, every second"""


def latest_written(connection: Connection, since: datetime) -> str | None:
    """The latest moment, behind this one, at which this desk wrote a fact, by its own clock then.

    An id is never below the ledger's greatest, so none before that moment can be of such a fact.
    """
    line = driver(connection).execute(LATEST, (first_id(since), stamp(since)))
    at: str | None = line.fetchone()[0]
    return at
