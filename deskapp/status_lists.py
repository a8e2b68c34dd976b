"""The list of keys and revoked certificates that is published (`deskapp.publishing`), read back: to
verify where there is no ledger. What the page takes for one is taken here.
"""

import re
from base64 import urlsafe_b64decode
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from deskapp import cose, serials
from deskapp.certificate_text import DAY_0
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
    from cbor2 import CBORDecodeError, dumps, loads

    try:
        parts = cose.apart(urlsafe_b64decode(text + b"=" * (-len(text) % 4)))
        if parts is None:
            return None
        said = loads(parts.payload)
        if dumps(said, canonical=True) != parts.payload:
            return None
        version, what, issued, days, signers, revoked = said
        trusts = {kid.hex(): Trust(_day(until), _day(lost)) for kid, _, until, lost in signers}
        keys = cose.known(public for _, public, _, _ in signers)
        signer = trusts.get(parts.name.hex())
        if (version, what) != (VERSION, WHAT) or keys.keys() != trusts.keys():
            return None
        if signer != Trust(None, None) or not cose.is_signed(keys, parts):
            return None
        numbers = {serials.whole(f"{each:0{serials.DIGITS - serials.CHECK}}") for each in revoked}
        told = datetime.fromtimestamp(issued, UTC)
    except (CBORDecodeError, ValueError, TypeError, AttributeError, OverflowError):
        return None
    entries = dict.fromkeys(numbers, Entry(revoked=True))
    return Known(keys, trusts, entries.get, told, days)


def _day(days: int | None) -> date | None:
    return None if days is None else DAY_0 + timedelta(days=days)
