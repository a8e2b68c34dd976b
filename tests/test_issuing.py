"""Certificates checked, issued, revoked, replaced and handed out, on a real store."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from db import awards as stored
from db.place import faults
from deskapp import certificate_text, certificates, clashes, serials, staff
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


def test_two_desks_issue_for_one_award_and_a_person_says_which_is_good(
    two_desks: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deskapp.certificate_sheets.unprintable", lambda desk, papers: {})
    key = signing(two_desks)
    desk = two_desks.at("li")
    of = roll(desk)
    grant(desk, of, [], ["科普剧团"])
    for code in ("2F", "3F"):
        two_desks.exchange(code)
    there = two_desks.at("lead", "3F")
    (ours,), (theirs,) = issue(desk, of, key), issue(there, of, key)
    certificates.printed(there, [theirs])
    certificates.hand_out(there, theirs)
    for code in ("2F", "3F", "2F"):
        two_desks.exchange(code)
    lead = two_desks.at("lead")
    (line,) = clashes.ClashList(lead).after(None, 9)
    assert line.name == f"科普剧团 {TITLE}"
    shown = clashes.clash(lead, line.pair)
    ids = [side.id for side in shown.sides if side.said["serial"] == ours]
    clashes.settle(lead, line.pair, ids[0])
    for code in ("2F", "3F", "2F"):
        two_desks.exchange(code)
    for each in (lead, there):
        with each.reading() as connection:
            assert stored.revoked(connection) == [theirs]
        states = {c.serial: (c.state, c.reason) for c in certificates.find(each, "科普剧团")}
        assert states == {ours: ("to_print", ""), theirs: ("revoked", "clash")}
        refused("CertificateRevoked", certificates.hand_out, each, theirs)
        assert differs_from_ledger(each) == []
        with each.reading() as connection:
            assert faults(connection) == 0
    certificates.hand_out(there, ours)
    certificates.revoke(lead, ours, "wrong", lead=LEAD, pin=PIN)
    for code in ("2F", "3F", "2F"):
        two_desks.exchange(code)
    (line,) = clashes.ClashList(lead).after(None, 9)
    sides = {side.kind: side.id for side in clashes.clash(lead, line.pair).sides}
    clashes.settle(lead, line.pair, sides["certificate.handed_out"])
    assert certificates.one(lead, ours).reason == "wrong"  # what was revoked is never good again
    assert differs_from_ledger(lead) == []
