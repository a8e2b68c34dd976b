"""Why a server lets nobody in, whatever language it says that in."""

import os
import re
import sys
from select import select

from psycopg import NotSupportedError
from psycopg.pq import ConninfoOption, PGconn, Ping, PollingStatus
from psycopg.pq.abc import PGconn as Connecting

NOT_NOW = "57P03"
"""cannot_connect_now: it starts, stops, or only follows another"""
TOLD = re.compile(rb'ErrorResponse.*? C "([0-9A-Z]{5})"')
"""how libpq shows a server's error to whoever watches"""
WAITED = 10
"""seconds, at most, for each word of a server that has just spoken"""


def state(way: list[ConninfoOption]) -> str | None:
    """The SQLSTATE by which a server ends an attempt to connect in this way; None where it does
    not, or that cannot be known.

    Of an attempt that failed libpq keeps the words alone, and those are in the server's language.
    So another is made and watched, in memory only: what goes by is nobody's to read. Where that
    cannot be done, a ping tells at least a server that is starting.
    """
    address = b" ".join(
        each.keyword + b"='" + re.sub(rb"([\\'])", rb"\\\1", each.val) + b"'"
        for each in way
        if each.val
    )
    return _watched(address) or (NOT_NOW if PGconn.ping(address) == Ping.REJECT else None)


def _watched(address: bytes) -> str | None:
    if sys.platform != "linux":
        return None
    guest = PGconn.connect_start(address)
    watched = os.memfd_create("watched")
    try:
        guest.trace(watched)
        _try(guest)
        guest.untrace()
        found = TOLD.search(os.pread(watched, os.fstat(watched).st_size, 0))
    except NotSupportedError:  # by an older libpq
        return None
    finally:
        guest.finish()
        os.close(watched)
    return found[1].decode() if found else None


def _try(guest: Connecting) -> None:
    """Until it is in, or out."""
    wanted = PollingStatus.WRITING
    while wanted in (PollingStatus.READING, PollingStatus.WRITING):
        ends = [guest.socket]
        reads = wanted == PollingStatus.READING
        if not any(select(ends if reads else [], [] if reads else ends, [], WAITED)):
            return
        wanted = PollingStatus(guest.connect_poll())
