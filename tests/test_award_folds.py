"""Awards, certificates, rolls, keys and loans in the ledger, and what two desks may do."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from db import award_rows, loans, rolls
from db.awards import AWARDS, subject_named, subject_of
from db.facts import Book, Fact, Rows
from db.folding import stub
from db.loans import LOANS, Lending
from db.rolls import ROLLS
from db.rows import whole
from db.seals import SEALS
from db.signers import SIGNERS

ROLL, READER, KEY = "roll:r", "reader:p", b"k" * 32
SUBJECTS = {
    "award": subject_of(ROLL, READER),
    "certificate": subject_of(ROLL, READER),
    "roll": ROLL,
    "signer": "signer:66687aadf862bd77",  # of 32 zeros
    "seal": "seal:school",
    "loan": loans.subject_of(READER, "2026-11-24"),
}
BOOKS = {book.name: book for book in (AWARDS, ROLLS, SIGNERS, SEALS, LOANS)} | {
    "certificate": AWARDS
}
A, B = "202611123456789012", "202611123456789013"


def fact(kind: str, second: int, private: dict[str, Any] | None = None, **said: Any) -> Fact:
    at, id = f"2026-11-24T02:00:{second:02}.000000Z", f"f{second:02}"
    confided = json.dumps(private) if private else None
    return Fact(
        id, id, "2F", 1, kind, 1, SUBJECTS[kind.partition(".")[0]], 0, "[]", at, "staff:1",
        json.dumps(said), READER, None, confided, None, None, b"",
    )  # fmt: skip


def folded(*facts: Fact) -> Rows:
    rows: Rows = {}
    for each in facts:
        book = BOOKS[each.kind.partition(".")[0]]
        rows = book.folds[each.kind, 1](rows, each)
        rows = {key: whole(book, key, row) for key, row in rows.items()}
    return rows


def clashes(one: Fact, other: Fact) -> bool:
    how: Callable[..., bool] | None = BOOKS[one.kind.partition(".")[0]].clashes
    assert how is not None
    assert how(stub(one), stub(other)) is how(stub(other), stub(one))
    return how(stub(one), stub(other))


@pytest.mark.parametrize(
    ("book", "pairs"), [(AWARDS, award_rows.PAIRS), (ROLLS, rolls.PAIRS)], ids=["award", "roll"]
)
def test_every_pair_of_kinds_is_thought_of(book: Book, pairs: dict[frozenset[str], str]) -> None:
    kinds = {kind.removeprefix("roll.") for kind, _ in book.folds}
    assert {frozenset((one, other)) for one in kinds for other in kinds} == set(pairs)


GRANTED = fact("award.granted", 1, patron=READER, prize="一等奖", rests=[["result", "x"]])


def issued(serial: str, second: int, **said: Any) -> Fact:
    private = {"holder": "张国庆", "token": "210", "body": ["荣获"]}
    about = {"serial": serial, "signer": "signer:00", "day": "2026-11-24", "paper": {}, **said}
    return fact("certificate.issued", second, private, **about)


def test_an_award_is_granted_once_and_anew_behind_a_withdrawal() -> None:
    again = fact("award.granted", 2, patron=READER, prize="二等奖", rests=[])
    assert folded(GRANTED, again)["award",]["prize"] == "一等奖"
    ended = fact("award.withdrawn", 3, {"why": "重复计分"})
    row = folded(GRANTED, ended, fact("award.withdrawn", 4))["award",]
    assert (row["status"], row["ended_at"][17:19], row["why"]) == ("withdrawn", "03", "重复计分")
    row = folded(GRANTED, ended, again)["award",]
    assert (row["status"], row["prize"], row["why"]) == ("granted", "二等奖", None)


def test_whoever_replaces_a_certificate_revokes_it_for_ever() -> None:
    printed = [fact("certificate.printed", n, serial=A, copy=1) for n in (3, 4)]  # at two desks
    handed = fact("certificate.handed_out", 5, {"to": "李静"}, serial=A)
    replaced = issued(B, 6, replaces=A, approved_by="staff:2")
    late = fact("certificate.revoked", 7, serial=A, reason="lost")
    rows = folded(GRANTED, issued(A, 2), *printed, handed, replaced, late)
    old, new = rows["certificate", A], rows["certificate", B]
    assert (old["copies"], old["handed_to"], old["reason"]) == (2, "李静", "replaced")
    assert old["revoked_at"] == new["issued_at"]
    assert (new["replaces"], new["approved_by"], new["revoked_at"]) == (A, "staff:2", None)
    assert (new["copies"], new["handed_at"]) == (0, None)


def test_without_its_private_part_a_certificate_still_counts() -> None:
    rows = folded(
        GRANTED, fact("certificate.issued", 2, serial=A, signer="s", day="2026-11-24", paper={})
    )
    row = rows["certificate", A]
    assert (row["holder"], row["token"], row["body"]) == (None, None, None)


def test_a_paper_is_there_without_its_award_and_nothing_is_without_its_paper() -> None:
    assert folded(issued(A, 2)).keys() == {("certificate", A)}
    with pytest.raises(LookupError):
        folded(GRANTED, fact("certificate.printed", 2, serial=A, copy=1))


def test_what_two_desks_may_not_both_do_apart() -> None:
    other = fact("award.granted", 2, patron=READER, rests=[])
    gift = fact("award.prize_handed", 3, what="书券")
    revoked = fact("certificate.revoked", 6, serial=A, reason="wrong")
    handed = [fact("certificate.handed_out", 7, serial=serial) for serial in (A, B)]
    assert clashes(GRANTED, other)
    assert clashes(issued(A, 4), issued(B, 5))
    assert clashes(gift, fact("award.prize_handed", 4, what="书券"))
    assert clashes(revoked, handed[0])
    assert not clashes(revoked, handed[1])
    assert clashes(handed[0], handed[0])
    assert not clashes(handed[0], handed[1])
    assert not clashes(revoked, fact("certificate.revoked", 8, serial=A, reason="lost"))
    ended = fact("award.withdrawn", 5)
    assert clashes(ended, issued(A, 4))
    assert clashes(ended, gift)
    assert not clashes(ended, ended)


def test_two_names_for_one_roll_are_a_clash_and_two_fields_are_none() -> None:
    one, other = fact("roll.changed", 1, title="甲"), fact("roll.changed", 2, title="乙")
    assert clashes(one, other)
    assert not clashes(one, fact("roll.changed", 2, title="甲", lang="en"))


def test_the_earliest_day_that_a_key_was_lost_since_holds() -> None:
    made = fact("signer.made", 1, public="00" * 32)
    lost = [fact("signer.lost", n, since=f"2026-11-{d}") for n, d in ((2, 20), (3, 18), (4, 22))]
    row = folded(made, *lost, fact("signer.retired", 5), fact("signer.made", 6, public="00" * 32))
    assert row["signer",]["lost_since"] == "2026-11-18"
    assert row["signer",]["lost_at"][17:19] == "02"
    assert row["signer",]["public"] == "00" * 32


def test_a_loan_counts_once_however_often_it_is_told() -> None:
    def told(second: int, *lent: str) -> Fact:
        lendings = [Lending(f"2026-11-24T01:{each}", each) for each in lent]
        draft = loans.draft(READER, "2026-11-24", lendings)
        return fact(draft.kind, second, **draft.data)

    row = folded(told(1, "01", "02"), told(2, "02", "03"), told(3, "01"))["loan",]
    assert row["count"] == 3
    assert [item for _, item in json.loads(row["lendings"])] == ["01", "02", "03"]


def test_a_team_has_a_subject_of_its_own_that_does_not_name_it() -> None:
    named = subject_named(KEY, ROLL, "静思队")
    assert named == subject_named(KEY, ROLL, "静思队") != subject_named(b"j" * 32, ROLL, "静思队")
    assert "静思" not in named
    assert named.startswith("award:r:")
