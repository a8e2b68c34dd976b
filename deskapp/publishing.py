"""The page on which anybody verifies a certificate, and the signed list of what was revoked.

The page is one file with all that it needs, and asks nobody but for a newer list beside it. The
list is a signed message (`deskapp.cose`) in deterministic CBOR:

    [1, "deskapp status", issued, days, [[kid, public key, lost since], …], [number, …]]

`issued` in seconds and `lost since` in days (or null) count from 1970-01-01, `days` is how old it
may be; a `number` is a serial without its check digits.
"""

import json
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from db import awards as stored
from db import files
from db import signers as stored_signers
from deskapp import cose, serials
from deskapp.certificate_text import DAY_0
from deskapp.desk import Desk, Refusal, Role

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PUBLISHING = Role.LIBRARIAN
PAGE, STATUS = "verify.html", "status.json"
VERSION, WHAT = 1, "deskapp status"
DAYS = 30
"""how old a list may be, where the library says nothing else"""


@dataclass(frozen=True, slots=True)
class Published:
    page: Path
    status: Path
    revoked: int
    keys: int


def publish(desk: Desk, key: "Ed25519PrivateKey", folder: Path, days: int = DAYS) -> Published:
    """Write the page and the list into a folder, each whole or not at all; a page that was saved
    earlier takes the list.

    Refuses RoleTooLow, SignerUnknown, SignerLost (the key is not the library's, or was lost),
    FileUnwritable.
    """
    from cbor2 import dumps

    desk.require(PUBLISHING)
    with desk.reading() as connection:
        signers = stored_signers.signers(connection)
        revoked = stored.revoked(connection)
    mine = cose.kid(key.public_key().public_bytes_raw())
    known = {each.subject.partition(":")[2]: each for each in signers}
    if mine not in known:
        raise Refusal("SignerUnknown", key=mine)
    if known[mine].lost_since is not None:
        raise Refusal("SignerLost", key=mine)
    keys = [
        [bytes.fromhex(kid), bytes.fromhex(each.public), _days(each.lost_since)]
        for kid, each in sorted(known.items())
    ]
    issued = int(desk.now().timestamp())
    numbers = sorted(int(serial[: -serials.CHECK]) for serial in revoked)
    signed = cose.sign(key, dumps([VERSION, WHAT, issued, days, keys, numbers], canonical=True))
    text = urlsafe_b64encode(signed).decode().rstrip("=")
    good = [[kid, each.public] for kid, each in sorted(known.items()) if not each.lost_since]
    library = desk.profile.zh
    embedded = {"library": library, "keys": good, "list": text}
    page, status = folder / PAGE, folder / STATUS
    files.write(page, _page(embedded), folder=True)
    files.write(status, json.dumps({"list": text}) + "\n")
    for each in (page, status):
        each.chmod(0o644)  # whoever serves it is another user
    return Published(page, status, len(numbers), len(keys))


def _days(day: str | None) -> int | None:
    return None if day is None else (date.fromisoformat(day) - DAY_0).days


def _page(embedded: object) -> str:
    """The page with everything in it; its policy names what may run by its SHA-256."""
    folder = resources.files("assets") / "verifier"

    def text(name: str) -> str:
        return (folder / name).read_text("utf-8")

    style, script = text("page.css"), f"{text('ed25519.js')}\n{text('page.js')}"
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hashed(script)}",
            f"style-src {_hashed(style)}",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    published = json.dumps(embedded, ensure_ascii=False).replace("<", "\\u003c")
    said = {"policy": policy, "style": style, "published": published, "script": script}
    page = text("page.html")
    for name, words in said.items():
        page = page.replace("{{" + name + "}}", words, 1)
    return page


def _hashed(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
