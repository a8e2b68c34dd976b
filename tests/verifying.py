"""A published page, with certificates of every kind that it has a verdict on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from db import signers as stored
from deskapp import publishing, revocations
from deskapp.certificate_text import Content, bytes_of, digits, kid, write
from deskapp.certificates import papers
from deskapp.publishing import Published
from deskapp.serials import whole
from tests.honouring import LEAD, grant, issue, roll, signing
from tests.library import PIN, Library

CONTENT = Content(
    whole("202611123456789012"),
    "阿卜杜热合曼·艾力",
    "信息检索大赛\u3000一等奖",
    date(2026, 11, 22),
    "华北理工大学图书馆",
)


@dataclass(frozen=True)
class Abroad:
    """What went out, and a code for every reason that the page gives."""

    library: Library
    key: Ed25519PrivateKey
    files: Published
    codes: Mapping[str, str]

    @property
    def now(self) -> float:
        return self.library.clock.at.timestamp()


def another_key(library: Library, *facts: tuple[str, dict[str, str]]) -> Ed25519PrivateKey:
    """A further key of the library's, and what became of it."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    made = ("made", {"public": public.hex()})
    with library.at("head").act() as act:
        act.record_all([stored.draft(kind, kid(public), **said) for kind, said in (made, *facts)])
    return key


def code(key: Ed25519PrivateKey, day: date = CONTENT.day, holder: str = CONTENT.holder) -> str:
    return digits(write(key, replace(CONTENT, day=day, holder=holder)))


def changed(good: str, place: int = -2) -> str:
    """The same with one bit of one byte turned: in the signature, unless elsewhere is said."""
    whole = bytearray(bytes_of(good) or b"")
    whole[place] ^= 1
    return digits(bytes(whole))


def revoked(library: Library, key: Ed25519PrivateKey, name: str) -> str:
    """The code of a certificate that was issued and then revoked."""
    desk = library.at("li")
    of = roll(desk)
    grant(desk, of, names=[name])
    (serial,) = issue(desk, of, key)
    (paper,) = papers(desk, [serial])
    revocations.revoke(desk, serial, "wrong", lead=LEAD, pin=PIN)
    return paper.token


def published(library: Library, folder: Path) -> Abroad:
    key = signing(library)
    lost = another_key(library, ("lost", {"since": "2026-11-20"}))
    retired = another_key(library, ("retired", {}))
    gone = revoked(library, key, "科普剧团")
    files = publishing.publish(library.at("li"), key, folder, address="https://lib.example/verify")
    good = code(key)
    codes = {
        "valid": good,
        "signature": changed(good),
        "unreadable": good[:-1],
        "revoked": gone,
        "lost": code(lost, day=date(2026, 11, 20)),
        "lost_before": code(lost, day=date(2026, 11, 19)),
        "retired": code(retired, day=date(2026, 11, 23)),
        "key": code(Ed25519PrivateKey.generate()),
    }
    return Abroad(library, key, files, codes)
