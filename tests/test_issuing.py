"""Certificates checked, issued, revoked, replaced and handed out, on a real store."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from db import awards as stored
from db import signers
from db.awards import draft
from db.place import faults
from deskapp import (
    awards,
    certificate_files,
    certificate_templates,
    certificate_text,
    certificates,
    clashes,
    erasures,
    publishing,
    rolls,
    serials,
    staff,
    status_lists,
    undo,
    verification,
)
from deskapp.language import Language
from tests.honouring import LEAD, TITLE, grant, issue, roll, signing
from tests.library import PIN, Library, differs_from_ledger
from tests.refusals import refused


@pytest.fixture
def key(library: Library) -> Ed25519PrivateKey:
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


def test_what_is_printed_and_handed_out_is_undone_and_what_is_issued_is_not(
    library: Library, key: Ed25519PrivateKey
) -> None:
    desk = library.at("li")
    of = roll(desk)
    reader = library.reader("2023101234")
    grant(desk, of, [reader], ["科普剧团"])
    library.clock.move(minutes=30)
    numbers = issue(desk, of, key)
    refused("CannotUndo", undo.undo, desk)
    assert certificates.unprinted(desk, of) == numbers
    assert [paper.copy for paper in certificates.printed(desk, numbers)] == [1, 1]
    assert [paper.copy for paper in certificates.printed(desk, numbers[:1])] == [2]
    first = serials.spaced(numbers[0])
    assert undo.undo(desk) == undo.Undone("certificate.printed", first)
    certificates.hand_out(desk, numbers[0], " 王 芳 ")
    assert certificates.one(desk, first).handed_to == "王*"
    refused("CertificateHanded", certificates.hand_out, desk, numbers[0])
    assert undo.undo(desk) == undo.Undone("certificate.handed_out", first)
    assert undo.undo(desk) == undo.Undone("certificate.printed", "2F-A1")
    assert certificates.unprinted(desk, of) == numbers
    certificates.printed(desk, numbers[:1])
    certificates.hand_out(library.at("zheng"), numbers[0])
    refused("ActFollowed", undo.undo, desk)
    assert [each.copies for each in certificates.find(desk, "科普剧团")] == [0]
    assert [each.handed_by for each in certificates.find(desk, "2023101234")] == ["郑浩"]
    assert differs_from_ledger(desk) == []


def test_files_are_there_and_on_record_or_neither(
    library: Library, key: Ed25519PrivateKey, tmp_path: Path
) -> None:
    desk = library.at("li")
    of = roll(desk)
    grant(desk, of, [library.reader("2023101234")], ["科普剧团"])
    numbers, out = issue(desk, of, key), tmp_path / "out"
    printing = certificates.print_out(desk, numbers, out / "all.pdf", single=True)
    (out / "all.pdf").mkdir(parents=True)  # nothing can be put there
    refused("FileUnwritable", list, printing)
    (out / "all.pdf").rmdir()
    assert certificates.unprinted(desk, of) == numbers
    assert list(certificates.print_out(desk, numbers, out / "all.pdf", single=True)) == [2]
    assert (out / "all.pdf").read_bytes().startswith(b"%PDF")
    assert certificates.unprinted(desk, of) == []
    assert list(certificates.print_out(desk, numbers[:1], out)) == [1]
    assert {each.name for each in out.iterdir()} == {"all.pdf", f"{numbers[0]}-单国强.pdf"}
    assert [paper.copy for paper in certificates.papers(desk, numbers)] == [2, 1]
    printing = certificates.print_out(desk, numbers, out)
    next(printing)
    certificates.printed(library.at("zheng"), numbers[1:])
    refused("PrintedMeanwhile", list, printing)


def test_one_is_revoked_and_replaced_by_another(library: Library, key: Ed25519PrivateKey) -> None:
    desk = library.at("li")
    of = roll(desk)
    grant(desk, of, [], ["科普剧团"])
    (wrong,) = issue(desk, of, key)
    by = {"lead": LEAD, "pin": PIN}
    refused("CodeUnknown", certificates.revoke, desk, wrong, "replaced", **by)
    refused("ReasonMissing", certificates.revoke, desk, wrong, "other", " ", **by)
    other = Ed25519PrivateKey.generate()
    refused("SignerUnknown", certificates.replace, desk, wrong, other, **by)
    rolls.change(desk, of, day=date(2027, 11, 22))
    refused("CertificateDay", certificates.replace, desk, wrong, key, **by)
    rolls.change(desk, of, day=date(2026, 11, 22))
    right = certificates.replace(desk, wrong, key, holder="“科普”剧团", **by).serial
    shown = certificates.one(desk, serials.spaced(wrong))
    assert (shown.reason, shown.replaced_by, shown.state) == ("replaced", right, "revoked")
    assert certificates.one(desk, right).replaces == wrong
    assert certificates.papers(desk, [right])[0].holder == "“科普”剧团"
    refused("CertificateRevoked", certificates.replace, desk, wrong, key, **by)
    refused("CertificateRevoked", certificates.papers, desk, [wrong])
    certificates.revoke(desk, right, "other", "名单有误", **by)
    assert certificates.one(desk, right).why == "名单有误"
    mistyped = right[:-3] + str((int(right[-3]) + 1) % 10) + right[-2:]
    refused("SerialWrong", certificates.one, desk, mistyped)
    none = serials.new(desk.now().date(), desk.ledger.clock.new_id())
    refused("SerialUnknown", certificates.find, desk, none)
    refused("SerialUnknown", certificates.printed, desk, [none])
    (again,) = issue(desk, of, key)  # whoever has none that is good
    newest = certificates.CertificateList(desk, newest=True)
    lines = newest.after(None, 2)
    assert [each.serial for each in lines] == [again, right]
    assert [each.serial for each in newest.after(lines[-1].key, 2)] == [wrong]
    assert [each.serial for each in newest.before(lines[-1].key, 2)] == [again]
    assert [newest.place(each) for each in lines] == [0, 1]
    assert differs_from_ledger(desk) == []


def test_what_stops_a_batch_and_what_one_of_it(library: Library, key: Ed25519PrivateKey) -> None:
    desk = library.at("li")
    far = roll(desk, day="2026-12-24")
    refused("CertificateDay", certificates.issue, desk, far, key, LEAD, PIN)
    assert certificates.check(desk, roll(desk, 2, day="2026-12-23")).stops is None
    wrong = roll(desk, 3, words="{nobody}")
    (award,) = grant(desk, wrong, [], ["科普剧团"])
    refused("RollWordsWrong", certificates.preview, desk, wrong, award)
    broken = certificate_templates.copy(desk, "award", "ours")
    broken.write_text(f"{broken.read_text('utf-8')}#let x = nothing\n", "utf-8")
    unset = roll(desk, 5, template="ours")
    grant(desk, unset, [], ["科普剧团"])
    refused("TemplateWrong", certificates.check, desk, unset)
    refused("TemplateWrong", certificates.issue, desk, unset, key, LEAD, PIN)
    of = roll(desk, 4)
    first, second = grant(desk, of, [], ["科普剧团", "朗诵社"])
    assert certificates.preview(desk, of, second).token == ""
    awards.withdraw(desk, first, "重复")
    with desk.act() as act:
        nobody = draft("award.granted", f"award:{of[5:]}:x", {"rests": []})
        act.record_all([nobody])
    found = certificates.check(desk, of)
    whys = {why.code for _, why in found.refused}
    assert (whys, len(found.ready)) == ({"AwardWithdrawn", "HolderMissing"}, 1)
    steps = certificates.issue(desk, of, key, LEAD, PIN)
    assert next(steps).of == 1
    rolls.change(desk, of, title="“书香”之星")  # what was looked at is not what would be issued
    (last,) = steps
    assert (last.serials, last.refused[-1][1].code) == ((), "AwardChanged")
    with library.at("head").act() as act:
        kid = certificate_text.kid(key.public_key().public_bytes_raw())
        act.record_all([signers.draft("retired", kid)])
    refused("SignerRetired", certificates.issue, desk, of, key, LEAD, PIN)
    with library.at("head").act() as act:
        act.record_all([signers.draft("lost", kid, since="2026-11-22")])
    refused("SignerLost", certificates.issue, desk, of, key, LEAD, PIN)
    assert differs_from_ledger(desk) == []


def exchange(library: Library) -> None:
    for code in ("2F", "3F", "2F"):
        library.exchange(code)


def test_two_desks_issue_for_one_award_and_a_person_says_which_is_good(
    two_desks: Library, tmp_path: Path
) -> None:
    key = signing(two_desks)
    desk = two_desks.at("li")
    of = roll(desk)
    grant(desk, of, [], ["科普剧团"])
    exchange(two_desks)
    there = two_desks.at("lead", "3F")
    (ours,), (theirs,) = issue(desk, of, key), issue(there, of, key)
    certificates.printed(there, [theirs])
    codes = [each.token for each in certificates.papers(there, [theirs])]
    certificates.hand_out(there, theirs)
    exchange(two_desks)
    lead = two_desks.at("lead")
    codes += [each.token for each in certificates.papers(lead, [ours])]
    (line,) = clashes.ClashList(lead).after(None, 9)
    assert line.name == f"科普剧团 {TITLE}"
    shown = clashes.clash(lead, line.pair)
    ids = [side.id for side in shown.sides if side.said["serial"] == ours]
    clashes.settle(lead, line.pair, ids[0])
    exchange(two_desks)
    for each in (lead, there):
        with each.reading() as connection:
            assert stored.revoked(connection) == [theirs]
        states = {c.serial: (c.state, c.reason) for c in certificates.find(each, "科普剧团")}
        assert states == {ours: ("to_print", ""), theirs: ("revoked", "clash")}
        refused("CertificateRevoked", certificates.hand_out, each, theirs)
        # Its paper is about and rightly signed: at the desk and on the page it is good no more.
        abroad = status_lists.read(publishing.publish(each, key, tmp_path).status)
        for known in (verification.known(each), abroad):
            told = [verification.judge(known, code, each.now()).why for code in codes]
            assert told == ["revoked", "valid"]
        assert differs_from_ledger(each) == []
        with each.reading() as connection:
            assert faults(connection) == 0
    certificates.hand_out(there, ours)
    certificates.revoke(lead, ours, "wrong", lead=LEAD, pin=PIN)
    exchange(two_desks)
    (line,) = clashes.ClashList(lead).after(None, 9)
    sides = {side.kind: side.id for side in clashes.clash(lead, line.pair).sides}
    clashes.settle(lead, line.pair, sides["certificate.handed_out"])
    assert certificates.one(lead, ours).reason == "wrong"  # what was revoked is never good again
    assert differs_from_ledger(lead) == []


def test_who_is_erased_does_not_hold_up_the_others_papers(
    library: Library, key: Ed25519PrivateKey
) -> None:
    desk, reader = library.at("li"), library.reader("2023101234")
    of = roll(desk)
    grant(desk, of, [reader], ["科普剧团"])
    numbers = issue(desk, of, key)
    assert certificates.unprinted(desk, of) == numbers
    erasures.erase_reader(library.at("admin"), reader)
    left = certificates.unprinted(desk, of)
    assert [each.holder for each in certificates.printed(desk, left)] == ["科普剧团"]


def test_who_is_erased_is_forgotten_and_their_number_is_not(two_desks: Library) -> None:
    key, desk = signing(two_desks), two_desks.at("lead")
    of = roll(desk)
    reader = two_desks.reader("2023101234")
    grant(desk, of, [reader], ["科普剧团"])
    first, second = issue(desk, of, key)
    there = two_desks.at("lead", "3F")
    exchange(two_desks)
    certificates.printed(there, [first, second])  # without the key
    certificates.hand_out(there, second)
    by = {"lead": LEAD, "pin": PIN}
    certificates.revoke(there, second, "lost", "单国强说遗失", **by)
    erasures.erase_reader(desk, reader)
    exchange(two_desks)
    for each in (desk, there):
        shown = certificates.one(each, first)
        assert (shown.name, shown.state, shown.copies) == ("", "waiting", 1)
        refused("HolderErased", certificates.papers, each, [first])
        assert certificates.one(each, second).handed_at is not None
        with each.reading() as connection:
            assert stored.revoked(connection) == [second]
        assert differs_from_ledger(each) == []
    certificates.revoke(
        desk, first, "withdrawn", "已注销", **by
    )  # nothing of them is kept in words
    found = certificates.check(desk, of)
    assert [why.code for _, why in found.refused] == ["HolderMissing"]


def test_a_lead_signs_for_an_award_taken_back_with_its_certificate(library: Library) -> None:
    key, desk = signing(library), library.at("li")
    of = roll(desk)
    (award,) = grant(desk, of, [], ["科普剧团"])
    (serial,) = issue(desk, of, key)
    for badge, pin in ((LEAD, "000000"), ("", "")):
        refused("SignInWrong", awards.withdraw, desk, award, "重复", lead=badge, pin=pin)
    assert awards.one(desk, award).standing
    assert certificates.one(desk, serial).state == certificates.TO_PRINT
    awards.withdraw(desk, award, "重复", lead=LEAD, pin=PIN)
    assert not awards.one(desk, award).standing
    assert certificates.one(desk, serial).state == certificates.REVOKED
    assert differs_from_ledger(desk) == []


def test_the_register_of_certificates_goes_out(library: Library, tmp_path: Path) -> None:
    key, desk = signing(library), library.at("li")
    of = roll(desk)
    grant(desk, of, [library.reader("2023101234")], ["科普剧团"])
    first, second = issue(desk, of, key)
    certificates.printed(desk, [first])
    certificates.replace(desk, second, key, lead=LEAD, pin=PIN)
    out, t = tmp_path / "out.json", Language("zh_CN")
    refused("RoleTooLow", certificate_files.export, desk, out, t)
    day = desk.now().date()
    head = library.at("head")
    assert certificate_files.export(head, out, t, since=day, until=day) == 3
    rows = json.loads(out.read_text("utf-8"))
    assert [row["状态"] for row in rows] == ["待领取", "已作废", "待打印"]
    assert [row["替换"] for row in rows] == [None, None, serials.spaced(second)]
    assert (rows[0]["获奖人"], rows[0]["表彰名单"]) == ("单国强", "2F-A1")
    assert rows[1]["作废原因"] == "已换发"
    yesterday = day - timedelta(days=1)
    assert certificate_files.export(head, out, t, until=yesterday) == 0
