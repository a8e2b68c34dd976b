"""Award lists with awards for tests, straight in the ledger, and a key that signs."""

from collections.abc import Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from db import awards as stored
from db import rolls as stored_rolls
from db import signers as stored_signers
from db.place import library_key
from deskapp import certificates, staff
from deskapp.certificate_text import kid
from deskapp.desk import Desk
from tests.library import PIN, Library

LEAD = "1003"
TITLE = "“书香校园”阅读之星"
WORDS = "{holder}同学：\n在“{title}”活动中荣获{prize}，特发此证。"


def signing(library: Library) -> Ed25519PrivateKey:
    """A key that the library's ledger knows, and a lead who has a PIN."""
    staff.set_pin(library.at("admin"), library.id("lead"), PIN)
    return known_key(library.at("head"))


def known_key(desk: Desk) -> Ed25519PrivateKey:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    with desk.act() as act:
        act.record_all([stored_signers.draft("made", kid(public), public=public.hex())])
    return key


def roll(desk: Desk, number: int = 1, **said: Any) -> str:
    """An award list."""
    about = {
        "number": number,
        "title": TITLE,
        "basis": {"of": "list"},
        "template": "award",
        "lang": "zh_CN",
        "issuers": ["华北理工大学图书馆"],
        "signatory": "",
        "day": "2026-11-22",
        "words": WORDS,
        "department": "reading",
    }
    with desk.act() as act:
        subject = act.new_subject("roll")
        act.record_all([stored_rolls.draft("roll.opened", subject, about | said)])
    return subject


def grant(desk: Desk, of: str, readers: Sequence[str] = (), names: Sequence[str] = ()) -> list[str]:
    """Awards for readers, and for others by name; their ids."""
    drafts = []
    with desk.act() as act:
        key = library_key(act.connection)
        for place, each in enumerate((*readers, *names), 1):
            said = {"prize": "一等奖", "rank": place, "rests": []}
            if each in readers:
                subject = stored.subject_of(of, each)
                drafts.append(stored.draft("award.granted", subject, said | {"patron": each}))
            else:
                subject = stored.subject_named(key, of, each)
                words = {"name": each}
                drafts.append(stored.draft("award.granted", subject, said, words, person=subject))
        act.record_all(drafts)
    return [each.subject for each in drafts]


def issue(
    desk: Desk, of: str, key: Ed25519PrivateKey, lead: tuple[str, str] = (LEAD, PIN)
) -> list[str]:
    """Issue what is ready; the numbers."""
    return [n for each in certificates.issue(desk, of, key, *lead) for n in each.serials]
