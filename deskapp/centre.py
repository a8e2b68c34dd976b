"""Which centre a desk has: where it is, and coming in there."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.centre import Centre
from db.clock import Clock
from db.exchange import Summary, greet
from db.file_centre import FileCentre
from db.place import CENTRE, set_setting, setting, unset
from deskapp import exchanges, password
from deskapp.desk import Desk, Refusal

FILE = "file:"
"""before the path of a centre that is a file on this machine"""
SERVERS = ("postgresql://", "postgres://")
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def address_of(text: str) -> str:
    """An address as it is kept: `file:/path`, or a connection string of libpq (see
    `db.postgres.address_of`, and what it refuses). Refuses AddressScheme: of no way that we know.
    """
    text = text.strip()
    path = text.removeprefix(FILE)
    server = text.startswith(SERVERS)
    if not server and (scheme := SCHEME.match(path)):
        raise Refusal("AddressScheme", scheme=scheme[0])
    if server or (path == text and "=" in text):
        from db import postgres

        return postgres.address_of(text)
    if not path:
        raise Refusal("AddressWrong")
    return FILE + str(Path(path).expanduser().absolute())


def address_for(desk: Desk, text: str) -> str:
    """The same for a desk. Refuses PackByMaker: with its maker's password, a pack's laptop would
    carry the way to all that the library has.
    """
    where = address_of(text)
    if desk.pack is not None and file_of(where) is None:
        raise Refusal("PackByMaker")
    return where


def file_of(address: str) -> Path | None:
    """The file that the centre is; None where it is a server."""
    return Path(address.removeprefix(FILE)) if address.startswith(FILE) else None


@contextmanager
def opened(
    address: str, secret: str | None, clock: Clock, *, new: bool = False
) -> Iterator[Centre]:
    """The centre at an address. A file that is not there is made only where it may be `new`: a disk
    that is missing is not a centre that is empty. Refuses CentreAway, and as the centre.
    """
    path = file_of(address)
    if path is None:
        from db.postgres import PostgresCentre

        centre: FileCentre | PostgresCentre = PostgresCentre(address, secret)
    elif path.is_file() or (new and path.parent.is_dir()):
        centre = FileCentre(path, clock)
    else:
        raise Refusal("CentreAway", why=str(path))
    try:
        yield centre
    finally:
        centre.close()


def address(desk: Desk) -> str | None:
    """The address of the desk's centre; None where it has none."""
    with desk.reading() as connection:
        return setting(connection, CENTRE)


@contextmanager
def reached(desk: Desk) -> Iterator[Centre]:
    """The desk's own centre. Refuses NoCentre, and as `opened` and `password.known`."""
    where = address(desk)
    if where is None:
        raise Refusal("NoCentre")
    with opened(where, password.known(folder_of(desk)), desk.ledger.clock) as centre:
        yield centre


def connect(desk: Desk, text: str, secret: str | None, *, ring: bool = False) -> Summary:
    """Tie the desk to a centre, once the two have said hello; a centre that is new is founded.

    Nothing is kept where that is refused. Refuses as `address_for`, `opened`, `exchange.greet` and
    `password.keep`.
    """
    where, found = address_for(desk, text), Summary()
    with opened(where, secret, desk.ledger.clock, new=True) as centre:
        greet(desk.ledger, centre, found)
    keep(desk, where, secret, ring=ring)
    return found


def keep(desk: Desk, where: str, secret: str | None, *, ring: bool = False) -> None:
    """From now on this is the desk's centre."""
    if secret:
        password.keep(folder_of(desk), secret, ring=ring)
    else:
        password.forget(folder_of(desk))
    with desk.ledger.store.writing() as connection:
        if setting(connection, CENTRE) != where:
            exchanges.begin_anew(connection)
        set_setting(connection, CENTRE, where)


def disconnect(desk: Desk) -> None:
    """Have no centre any more, nor its password. What was exchanged stays. Refuses NoCentre."""
    if address(desk) is None:
        raise Refusal("NoCentre")
    with desk.ledger.store.writing() as connection:
        unset(connection, CENTRE)
        exchanges.begin_anew(connection)
    # Last: where nothing can be written, all stays. A keyring that is locked holds nobody up here.
    password.forget(folder_of(desk))


def folder_of(desk: Desk) -> Path:
    """The desk's data folder."""
    return desk.ledger.store.path.parent
