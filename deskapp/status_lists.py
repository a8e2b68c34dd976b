"""The list of keys and revoked certificates that is published (`deskapp.publishing`), read back: to
verify where there is no ledger. What the page takes for one is taken here.
"""

import re
from base64 import urlsafe_b64decode
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from deskapp import cose, serials
from deskapp.certificate_text import DAY_0, LAST_DAY
from deskapp.cose import Item
from deskapp.publishing import VERSION, WHAT
from deskapp.refusal import Refusal
from deskapp.verification import Entry, Known, Trust

_LIST = re.compile(rb'"list":\s*"([0-9A-Za-z_-]+)"')
"""in status.json, and in the page"""


def read(file: Path) -> Known:
    """What a published list lets one judge by: `status.json`, or the page with the list in it.

    Refuses FileMissing, FileUnreadable, StatusWrong (it is none, or not signed by a key that is
    good by itself).
    """
    try:
        found = _LIST.search(file.read_bytes())
    except FileNotFoundError as error:
        raise Refusal("FileMissing", file=str(file)) from error
    except OSError as error:
        raise Refusal("FileUnreadable", file=str(file), why=error.strerror or "") from error
    known = _known(found[1]) if found else None
    if known is None:
        raise Refusal("StatusWrong", file=str(file))
    return known


def _known(text: bytes) -> Known | None:
    try:
        parts = cose.apart(urlsafe_b64decode(text + b"=" * (-len(text) % 4)))
        match cose.decoded(parts.payload) if parts else None:
            case [int(version), str(what), int(issued), int(days), list(signers), list(revoked)]:
                known = _said(issued, days, signers, revoked)
            case _:
                return None
    except (ValueError, OverflowError, OSError):
        return None
    if parts is None or (version, what) != (VERSION, WHAT):
        return None
    good = known.trusts.get(parts.name.hex()) == Trust(None, None)
    return known if good and cose.is_signed(known.keys, parts) else None


def _said(issued: int, days: int, signers: list[Item], revoked: list[Item]) -> Known:
    """What a list says, by nobody's word. Raises ValueError or OverflowError where it is none."""
    if days > LAST_DAY:
        raise ValueError("no age")
    trusts, publics, entries = dict[str, Trust](), list[bytes](), dict[str, Entry]()
    for each in signers:
        match each:
            case [bytes(name), bytes(public), int() | None as until, int() | None as lost]:
                trusts[name.hex()] = Trust(_day(until), _day(lost))
                publics.append(public)
            case _:
                raise ValueError("no key")
    for number in revoked:
        if not isinstance(number, int):
            raise ValueError("no number")
        serial = serials.whole(f"{number:0{serials.DIGITS - serials.CHECK}}")
        entries[serial] = Entry(revoked=True)
    keys = cose.known(publics)
    if keys.keys() != trusts.keys():
        raise ValueError("a key of another name")
    return Known(keys, trusts, entries.get, datetime.fromtimestamp(issued, UTC), days)


def _day(days: int | None) -> date | None:
    return None if days is None else DAY_0 + timedelta(days=days)
