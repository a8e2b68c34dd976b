"""Certificates checked, issued, revoked, replaced and handed out, on a real store."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deskapp import certificate_text, certificates, serials, staff
from tests.honouring import LEAD, TITLE, grant, issue, roll, signing
from tests.library import PIN, Library, differs_from_ledger
from tests.refusals import refused


@pytest.fixture
def key(library: Library, monkeypatch: pytest.MonkeyPatch) -> Ed25519PrivateKey:
    # until the fonts are there
    monkeypatch.setattr("deskapp.certificate_sheets.unprintable", lambda desk, papers: {})
    return signing(library)


def test_a_roll_is_checked_issued_and_read_back(library: Library, key: Ed25519PrivateKey) -> None:
    desk = library.at("li")
    of = roll(desk)
    reader = library.reader("2023101234")
    awards = grant(desk, of, [reader], ["科普剧团", "㊣\U000f0000"])
    found = certificates.check(desk, of)
    assert [each.name for each in found.ready] == ["单*强", "科普剧团"]
    assert [(line.award, why.code) for line, why in found.refused] == [
        (awards[2], "CertificateUnwritable")
    ]
    staff.set_pin(library.at("admin"), library.id("li"), PIN)
    refused("LeadUnknown", certificates.issue, desk, of, key, "1004", PIN)
    refused("SignInWrong", certificates.issue, desk, of, key, LEAD, "000000")
    numbers = issue(desk, of, key)
    assert len(set(numbers)) == 2
    assert all(serials.is_serial(each) and each.startswith("202611") for each in numbers)
    first, _ = certificates.papers(desk, numbers)
    whole = certificate_text.bytes_of(first.token)
    assert whole is not None
    known = certificate_text.known([key.public_key().public_bytes_raw()])
    signed = certificate_text.read(known, whole)
    assert signed is not None
    assert (signed.content.serial, signed.content.holder) == (numbers[0], "单国强")
    assert signed.content.award == f"{TITLE}\u3000一等奖"
    assert first.body[0] == "单国强同学："
    assert issue(desk, of, key) == []  # whoever has one is passed over
    assert [number for _, number in certificates.check(desk, of).had] == numbers
    (shown,) = certificates.of_reader(desk, reader)
    assert (shown.name, shown.state, shown.of) == ("单*强", "to_print", "2F-A1")
    assert shown.approved_by == "周强"
    assert differs_from_ledger(desk) == []
