"""What the desk says of a certificate, beside what the published page says."""

import re
from dataclasses import replace
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from random import Random

import pytest
from cbor2 import loads
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cwt import COSE, COSEKey, VerifyError
from sqlmodel import update

from db.award_rows import Certificate
from db.place import CENTRE, set_setting
from deskapp import (
    certificates,
    erasures,
    exchanges,
    publishing,
    revocations,
    signers,
    status_lists,
)
from deskapp.certificate_text import digits, kid, write
from deskapp.desk import Desk
from deskapp.serials import spaced
from deskapp.verification import OURS, VERDICTS, WHYS, is_code, judged, verify
from deskapp.verification import known as ledger
from tests.forgeries import sample
from tests.honouring import LEAD, grant, issue, roll, signing
from tests.library import PIN, Library
from tests.refusals import refused
from tests.verifying import CONTENT, changed, code, published

DAY = 86400
ADDRESS = "https://lib.example/verify#"
ELSEWHERE = {"list", "picture", "browser"}
"""reasons of the page that a desk has no cause for"""
FULL_WIDTH = str.maketrans("0123456789-", "０１２３４５６７８９－")


@pytest.fixture
def desk(library: Library) -> Desk:
    return library.at("li")


@pytest.fixture
def key(library: Library) -> Ed25519PrivateKey:
    return signing(library)


def said(desk: Desk, text: str) -> tuple[str, str]:
    found = verify(desk, text)
    return found.verdict, found.why


def issued(desk: Desk, key: Ed25519PrivateKey, name: str = "科普剧团") -> tuple[str, str]:
    """Number and code of a certificate that is on record."""
    of = roll(desk)
    grant(desk, of, names=[name])
    (serial,) = issue(desk, of, key)
    (paper,) = certificates.papers(desk, [serial])
    return serial, paper.token


# side by side


def test_the_page_and_the_desk_say_the_same(library: Library, tmp_path: Path) -> None:
    abroad = published(library, tmp_path / "web")
    desk = library.at("assistant")
    for why, told in abroad.codes.items():
        for text in (told, f"{ADDRESS}{told}", f" {told[:200]}\r\n{told[200:]}\n"):
            assert said(desk, text) == (WHYS[why], why)
    refused("RoleTooLow", verify, library.at("volunteer"), abroad.codes["valid"])


def test_every_reason_of_the_page_is_one_of_the_desk() -> None:
    folder = resources.files("assets") / "verifier"
    judging, page = ((folder / f"{name}.js").read_text("utf-8") for name in ("verify", "page"))
    pairs = set(re.findall(r'verdict: "(\w+)", why: "(\w+)"', judging + page))
    pairs |= set(re.findall(r'said\("(\w+)", "(\w+)"\)', judging))
    ours = {(verdict, why) for why, verdict in WHYS.items() if why not in OURS}
    theirs = {(verdict, why) for verdict, why in pairs if why not in ELSEWHERE}
    assert theirs == ours
    for words in re.findall(r"why: \{(.*?)\n    \}", page, re.DOTALL):
        assert set(re.findall(r"^      (\w+):", words, re.MULTILINE)) == {
            *WHYS.keys() - OURS, *ELSEWHERE
        }  # fmt: skip
    assert set(WHYS.values()) == set(VERDICTS)


# what the ledger knows


def test_a_number_tells_what_is_on_record(desk: Desk, key: Ed25519PrivateKey) -> None:
    serial, told = issued(desk, key)
    for text in (serial, spaced(serial), spaced(serial).translate(FULL_WIDTH), f" {serial}\n"):
        assert is_code(text)
        found = verify(desk, text)
        assert (found.why, found.known) == ("issued", True)
        assert found.content == verify(desk, told).content
    slip = serial[:-3] + str((int(serial[-3]) + 1) % 10) + serial[-2:]
    assert said(desk, slip) == said(desk, serial[:-1]) == ("unknown", "misnumber")
    assert verify(desk, CONTENT.serial).why == "number"
    revocations.revoke(desk, serial, "wrong", lead=LEAD, pin=PIN)
    assert said(desk, serial) == said(desk, told) == ("false", "revoked")


def test_what_somebody_means_by_a_certificate() -> None:
    for text in ("", "2023101234", "9787302511854", "0231", "3F-0231", "1" * 20, "读者" * 40, "#"):
        assert not is_code(text)
    for text in ("7" * 60, f"{ADDRESS}{'7' * 400}", "202611-1234-5678-9012-00"):
        assert is_code(text)


def test_a_lost_key_proves_only_what_is_on_record(
    library: Library, desk: Desk, key: Ed25519PrivateKey
) -> None:
    serial, told = issued(desk, key)
    library.clock.put("2026-11-24 10:00")
    head, mine = library.at("head"), kid(key.public_key().public_bytes_raw())
    signers.lose(head, mine, date(2026, 11, 23))
    assert said(desk, told) == ("valid", "valid")
    assert said(desk, serial) == ("valid", "issued")
    assert said(desk, code(key, day=date(2026, 11, 19))) == ("unknown", "lost_before")
    assert said(desk, code(key, day=date(2026, 11, 23))) == ("false", "lost")
    signers.lose(head, mine, date(2026, 11, 22))  # the day on the paper
    assert said(desk, told) == said(desk, serial) == ("false", "lost")


def test_a_number_on_record_with_other_words_is_a_forgery(
    desk: Desk, key: Ed25519PrivateKey
) -> None:
    serial, told = issued(desk, key)
    true = verify(desk, told).content
    assert true is not None
    for other in (replace(true, holder="李四"), replace(true, award="特等奖")):
        assert said(desk, digits(write(key, other))) == ("false", "differs")
    assert verify(desk, told).why == "valid"
    assert serial == true.serial


def test_a_number_is_vouched_for_by_its_own_code_alone(desk: Desk, key: Ed25519PrivateKey) -> None:
    """Whatever some desk has put on record."""
    serial, told = issued(desk, key)
    true, stranger = verify(desk, told).content, Ed25519PrivateKey.generate()
    assert true is not None
    for token, why in {
        told: "issued",
        changed(told): "signature",
        code(key): "differs",
        digits(write(stranger, true)): "key",
        told[:-1]: "erased",
    }.items():
        with desk.ledger.store.writing() as connection:
            connection.execute(update(Certificate).values(token=token))
        assert said(desk, serial) == (WHYS[why], why)


def test_what_is_on_record_without_its_words_is_not_compared(
    library: Library, desk: Desk, key: Ed25519PrivateKey
) -> None:
    of, reader = roll(desk), library.reader("2023101234")
    grant(desk, of, [reader])
    (serial,) = issue(desk, of, key)
    (paper,) = certificates.papers(desk, [serial])
    erasures.erase_reader(library.at("admin"), reader)
    assert said(desk, serial) == ("unknown", "erased")
    assert said(desk, paper.token) == ("valid", "valid")  # its paper still says all


def test_a_ledger_that_heard_nothing_for_long_cannot_tell(
    library: Library, desk: Desk, key: Ed25519PrivateKey, tmp_path: Path
) -> None:
    serial, told = issued(desk, key)
    (library.folder / "2F" / "desk.toml").write_text("[certificates]\nstatus_days = 2\n", "utf-8")
    heard = desk.now()
    for days in (1, 400):  # with nobody to hear from, it is all there is
        library.clock.at = heard + timedelta(days=days)
        assert verify(desk, told).why == "valid"
    with desk.ledger.store.writing() as connection:
        set_setting(connection, CENTRE, "file:/nowhere")
    assert verify(desk, told).why == verify(desk, serial).why == "old"
    with desk.ledger.store.writing() as connection:
        exchanges.keep(connection, heard, heard, {})
    for later, why in ((0, "valid"), (2 * DAY, "valid"), (2 * DAY + 1, "old"), (-DAY - 1, "clock")):
        library.clock.at = heard + timedelta(seconds=later)
        assert verify(desk, told).why == why
    assert said(desk, changed(told)) == ("false", "signature")
    for later, left in ((-DAY, 2), (DAY - 1, 2), (DAY, 1)):  # nor is more said by what it publishes
        library.clock.at = heard + timedelta(seconds=later)
        done = publishing.publish(desk, key, tmp_path, days=2)
        assert done.until - desk.now() == timedelta(days=left)
        assert status_lists.read(done.status).days == left
    library.clock.at = heard + timedelta(days=2)
    refused("CentreUnheard", publishing.publish, desk, key, tmp_path, days=2)


# forgeries


def test_no_forgery_is_taken(desk: Desk, key: Ed25519PrivateKey) -> None:
    known, now, codes = ledger(desk), desk.now(), sample(key, CONTENT, Random(7), 1200)
    for told in codes:
        found = judged(known, told, now)
        assert found.verdict != "valid", told
        assert found.content is None or found.why == "key"
        if not set(told) - set("0123456789"):
            assert verify(desk, told).verdict != "valid"


def test_another_library_reads_what_we_sign(key: Ed25519PrivateKey) -> None:
    """And takes none that was changed."""
    public = COSEKey.from_pem(
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        kid=bytes.fromhex(kid(key.public_key().public_bytes_raw())),
    )
    whole = write(key, CONTENT)
    payload = COSE.new().decode(whole, public)
    assert loads(payload)[2:4] == [CONTENT.holder, CONTENT.award]
    with pytest.raises(VerifyError):
        COSE.new().decode(whole[:-1] + bytes([whole[-1] ^ 1]), public)
