"""Certificates verified, beside the bare check of the same signatures."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deskapp import certificate_text, cose, verification
from deskapp.certificate_text import Content
from deskapp.serials import whole
from deskapp.verification import VALID, Entry
from tests.bench.measure import Figure, in_turn, share
from tests.honouring import signing
from tests.library import Library, found_library

MANY, ROUNDS = 200, 60


def figures(folder: Path) -> Iterator[Figure]:
    with TemporaryDirectory(dir=folder) as made:
        library = found_library(Path(made))
        yield from _figures(library)
        library.close()


def _figures(library: Library) -> Iterator[Figure]:
    key, desk = signing(library), library.at("li")
    codes = list(_codes(key))
    known, now = verification.known(desk), desk.now()
    nothing: dict[str, Entry] = {}
    alone = replace(known, find=nothing.get)
    public, checks = key.public_key(), []
    for each in codes:
        parts = cose.apart(certificate_text.bytes_of(each) or b"")
        assert parts is not None
        checks.append((parts.signature, cose._to_be_signed(parts.name, parts.payload)))

    def ours() -> None:
        assert all(verification.judge(alone, each, now).verdict == VALID for each in codes)

    def bare() -> None:
        for signature, message in checks:
            public.verify(signature, message)

    def at_the_desk() -> None:
        assert verification.verify(desk, codes[0]).verdict == VALID

    spent, least, once = in_turn((ours, bare, at_the_desk), ROUNDS)
    mine, floor = (share(each, 0.5) / MANY * 1e6 for each in (spent, least))
    name = "a certificate verified (floor: its signature alone)"
    yield Figure(name, mine, floor, "µs", "1.3 ×", mine <= 1.3 * floor)
    single = share(once, 0.5) * 1e3
    yield Figure("the same at a desk, its ledger read", single, None, "ms", "", True)


def _codes(key: Ed25519PrivateKey) -> Iterator[str]:
    for number in range(MANY):
        said = Content(
            whole(f"202611{number:012}"),
            "阿卜杜热合曼·艾力",
            "第十二届“书香理工”信息检索大赛\u3000一等奖",
            date(2026, 11, 22),
            "华北理工大学图书馆",
        )
        yield certificate_text.digits(certificate_text.write(key, said))
