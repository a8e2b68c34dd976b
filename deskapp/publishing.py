"""The page on which anybody verifies a certificate, and the signed list of what was revoked.

The page is one file with all that it needs, and asks nobody but for a newer list beside it. The
list is a signed message (`deskapp.cose`) in deterministic CBOR:

    [1, "deskapp status", issued, days, [[kid, public key, until, lost since], …], [number, …]]

`issued` in seconds, `until` (a retired key's last day) and `lost since` in days, or null, count
from 1970-01-01; `days` is how old the list may be; a `number` is a serial without its check digits.
"""

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from db import awards as stored
from db import files
from db import signers as stored_signers
from db.signers import Signer
from deskapp import cose, serials, verification
from deskapp.certificate_text import DAY_0
from deskapp.desk import Desk, Refusal, Role

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PUBLISHING = Role.LIBRARIAN
PAGE, STATUS = "verify.html", "status.json"
SCRIPTS = ("ed25519", "verify", "page")
VERSION, WHAT = 1, "deskapp status"
DAYS = 30
"""how old a list may be, where the library says nothing else"""


@dataclass(frozen=True, slots=True)
class Published:
    page: Path
    status: Path
    revoked: int
    keys: int
    until: datetime
    """from then on the list proves nothing"""


def publish(
    desk: Desk, key: "Ed25519PrivateKey", folder: Path, days: int = DAYS, address: str = ""
) -> Published:
    """Write the page and the list into a folder, each whole or not at all, for everybody to read;
    a page that was saved earlier takes the list. `address` is where the page is to be found.

    What other desks revoked is known as of the last exchange with the centre: the list is good for
    so many days from then.

    Refuses RoleTooLow, CentreUnheard (that was longer ago), SignerUnknown, SignerLost,
    SignerRetired (a list that such a key signed is believed nowhere), FileUnwritable.
    """
    desk.require(PUBLISHING)
    with desk.reading() as connection:
        signers = stored_signers.signers(connection)
        revoked = stored.revoked(connection)
    now, days = desk.now(), _left(desk, days)
    text = _signed(desk, key, signers, revoked, int(now.timestamp()), days)
    library = {"zh-CN": desk.profile.zh, "en": desk.profile.en}
    page, status = folder / PAGE, folder / STATUS
    made = _page({"library": library, "address": address, "list": text})
    files.write(page, made, folder=True, public=True)
    files.write(status, json.dumps({"list": text}) + "\n", public=True)
    return Published(page, status, len(revoked), len(signers), now + timedelta(days=days))


def _left(desk: Desk, days: int) -> int:
    """Whole days of these that are left since the centre was heard."""
    known = verification.known(desk)
    if known.alone:
        return days
    since = (desk.now() - known.told).days if known.told else days
    if since >= days:
        raise Refusal("CentreUnheard", days=days)
    return days - max(since, 0)


def _signed(
    desk: Desk,
    key: "Ed25519PrivateKey",
    signers: Sequence[Signer],
    revoked: Sequence[str],
    issued: int,
    days: int,
) -> str:
    """The list, in base64url (RFC 4648, section 5)."""
    from cbor2 import dumps

    mine = cose.kid(key.public_key().public_bytes_raw())
    known = {each.subject.partition(":")[2]: each for each in signers}
    if mine not in known:
        raise Refusal("SignerUnknown", key=mine)
    if known[mine].lost_since is not None:
        raise Refusal("SignerLost", key=mine)
    if known[mine].retired_at is not None:
        raise Refusal("SignerRetired", key=mine)
    keys = []
    for kid, each in sorted(known.items()):
        until = desk.local(each.retired_at).date() if each.retired_at else None
        lost = date.fromisoformat(each.lost_since) if each.lost_since else None
        keys.append([bytes.fromhex(kid), bytes.fromhex(each.public), _days(until), _days(lost)])
    numbers = [int(serial[: -serials.CHECK]) for serial in revoked]
    signed = cose.sign(key, dumps([VERSION, WHAT, issued, days, keys, numbers], canonical=True))
    return urlsafe_b64encode(signed).decode().rstrip("=")


def _days(day: date | None) -> int | None:
    return None if day is None else (day - DAY_0).days


def _page(published: object) -> str:
    """The page with everything in it; its policy names what may run by its SHA-256."""
    folder = resources.files("assets") / "verifier"

    def text(name: str) -> str:
        return (folder / name).read_text("utf-8")

    scripts = {name: text(f"{name}.js") for name in SCRIPTS}
    style = text("page.css")
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(map(_hashed, scripts.values()))}",
            f"style-src {_hashed(style)}",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    said = json.dumps(published, ensure_ascii=False).replace("<", "\\u003c")
    parts = {"policy": policy, "style": style, "published": said, **scripts}
    return re.sub(r"\{\{(\w+)\}\}", lambda part: parts[part[1]], text("page.html"))


def _hashed(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
