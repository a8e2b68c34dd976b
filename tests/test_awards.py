"""Rolls, who is put on them, and what is said on their papers."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from deskapp import awards, certificate_words, erasures, numbers, rolls, undo
from deskapp.awards import Candidate, Rest
from deskapp.desk import Desk
from deskapp.rolls import Plan, RollList
from tests.library import Library, differs_from_ledger
from tests.refusals import refused

PLAN = Plan("信息检索大赛", issuers=("华北理工大学图书馆", "教务处"), department="information")


@pytest.fixture
def desk(library: Library) -> Desk:
    return library.at("li")


@pytest.fixture
def roll(desk: Desk) -> str:
    return rolls.open_roll(desk, PLAN).id


def test_a_roll_is_opened_changed_closed_and_found(library: Library, desk: Desk) -> None:
    opened = [
        rolls.open_roll(desk, PLAN).name,
        rolls.open_roll(desk, Plan("读书月", issuers=["馆"])).name,
    ]
    assert opened == ["2F-A1", "2F-A2"]
    found = rolls.find(desk, "a1")
    assert (found.title, found.issuers, found.lang) == (PLAN.title, tuple(PLAN.issuers), "zh_CN")
    assert found.day == desk.now().date()
    assert rolls.find(desk, "检索").id == rolls.find(desk, "２F-A1").id == found.id
    refused("RollUnknown", rolls.find, desk, "3F-A1")
    changed = rolls.change(desk, found.id, title=" 检索大赛 ", issuers=list(PLAN.issuers))
    assert changed.fields == ("title",)
    rolls.close(desk, found.id)
    for act in (rolls.change, rolls.close):
        refused("RollClosed", act, desk, found.id)
    rolls.reopen(desk, found.id)
    refused("RollOpen", rolls.reopen, desk, found.id)
    refused("RoleTooLow", rolls.open_roll, library.at("assistant"), PLAN)
    assert not differs_from_ledger(desk)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"title": " "}, "RollUntitled"),
        ({"issuers": [" "]}, "IssuerMissing"),
        ({"lang": "fr"}, "LanguageUnknown"),
        ({"template": "nothing"}, "TemplateUnknown"),
        ({"department": "nobody"}, "DepartmentUnknown"),
        ({"basis": {"of": "results"}}, "BasisWrong"),
        ({"basis": {"of": "attendance", "least": 8}}, "BasisWrong"),
        ({"basis": {"of": "attendance", "least": 0, "event": "e"}}, "BasisWrong"),
        ({"basis": {"of": "loans", "year": 2026, "quarter": 5}}, "BasisWrong"),
        ({"basis": {"of": "luck"}}, "BasisWrong"),
    ],
)
def test_what_no_roll_can_say(desk: Desk, roll: str, said: dict[str, object], code: str) -> None:
    refused(code, rolls.change, desk, roll, **said)


def test_a_list_of_rolls_pages_the_newest_first(desk: Desk) -> None:
    ids = [rolls.open_roll(desk, Plan(f"第{n}届", issuers=["馆"])).id for n in range(5)][::-1]
    source = RollList(desk)
    assert source.count() == 5
    assert [each.id for each in source.after(None, 9)] == ids
    assert [each.id for each in source.after(ids[1], 2)] == ids[2:4]
    assert [each.id for each in source.before(ids[3], 2)] == ids[1:3]
    assert [source.place(each) for each in source.after(None, 9)] == list(range(5))


def test_a_person_is_on_a_roll_once_under_whichever_number(
    library: Library, desk: Desk, roll: str
) -> None:
    old, new = library.reader("2023101234"), library.reader("2023101235")
    rest = (Rest("list", "1", "2026-11-24"),)
    first = awards.grant(desk, roll, [Candidate(old, prize="一等奖", rank=1, rests=rest)])
    assert awards.grant(desk, roll, [Candidate(old, prize="二等奖")]).had == first.new
    numbers.merge(desk, old, new)
    assert awards.grant(desk, roll, [Candidate(new), Candidate(old)]).had == first.new * 2
    refused("AwardedAlready", awards.grant_one, desk, roll, Candidate(new))
    assert awards.rests(desk, first.new[0]) == list(rest)
    assert [each.prize for each in awards.of_reader(desk, new)] == ["一等奖"]
    assert not differs_from_ledger(desk)


def test_who_cannot_be_on_it_is_told_and_the_rest_is_put_on_it(desk: Desk, roll: str) -> None:
    done = awards.grant(
        desk,
        roll,
        [Candidate(name="静思队", prize="一等奖"), Candidate(), Candidate("reader:none")],
    )
    assert len(done.new) == 1
    assert [refusal.code for _, refusal in done.refused] == ["NobodyNamed", "PatronUnknown"]
    assert awards.grant(desk, roll, [Candidate(name=" 静思队")]).had == done.new
    assert [each.who for each in awards.of_roll(desk, roll)] == ["静思队"]
    rolls.close(desk, roll)
    refused("RollClosed", awards.grant, desk, roll, [Candidate(name="书友队")])


def test_an_award_is_taken_back_and_given_anew(desk: Desk, roll: str) -> None:
    award = awards.grant_one(desk, roll, Candidate(name="静思队"))
    refused("ReasonMissing", awards.withdraw, desk, award, " ")
    awards.withdraw(desk, award, "重复计分")
    refused("AwardWithdrawn", awards.withdraw, desk, award, "again")
    refused("AwardWithdrawn", awards.hand_prize, desk, award, "书券")
    [gone] = awards.of_roll(desk, roll)
    assert (gone.standing, gone.why) == (False, "重复计分")
    assert rolls.roll(desk, roll).counts.awards == 0
    assert awards.grant_one(desk, roll, Candidate(name="静思队")) == award
    refused("PrizeMissing", awards.hand_prize, desk, award, "")
    awards.hand_prize(desk, award, "书券50元", "李静")
    assert refused("PrizeHanded", awards.hand_prize, desk, award, "书").facts["what"] == "书券50元"
    assert rolls.roll(desk, roll).counts == (1, 0, 0, 0)
    assert not differs_from_ledger(desk)


def test_ones_last_act_is_undone_unless_somebody_went_on(desk: Desk, roll: str) -> None:
    first = awards.grant(desk, roll, [Candidate(name="静思队"), Candidate(name="书友队")])
    assert undo.undo(desk).name == "2F-A1"
    assert not any(each.standing for each in awards.of_roll(desk, roll))
    assert undo.undo(desk).name == "2F-A1"
    refused("RollClosed", awards.grant, desk, roll, [Candidate(name="静思队")])
    rolls.reopen(desk, roll)
    awards.grant(desk, roll, [Candidate(name="静思队")])
    award = first.new[0]
    awards.hand_prize(desk, award, "书券")
    undo.undo(desk)
    assert awards.one(desk, award).gift_at is None
    awards.hand_prize(desk, award, "书券")
    awards.withdraw(desk, award, "作弊")
    undo.undo(desk)
    assert awards.one(desk, award).standing
    undo.undo(desk)
    undo.undo(desk)
    assert not awards.one(desk, award).standing
    assert not differs_from_ledger(desk)


def test_erasing_a_person_leaves_the_award_and_nothing_of_them(
    library: Library, desk: Desk, roll: str
) -> None:
    patron = library.reader("2023101234")
    award = awards.grant_one(desk, roll, Candidate(patron, prize="一等奖"))
    awards.hand_prize(desk, award, "书券", "舍友陈某")
    awards.withdraw(desk, award, "本人放弃")
    erasures.erase_reader(library.at("admin"), patron)
    [shown] = awards.of_roll(desk, roll)
    assert (shown.who, shown.why, shown.prize) == ("", "", "一等奖")
    refused("PatronUnknown", awards.grant_one, desk, roll, Candidate(patron))
    assert not differs_from_ledger(desk)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(some.lists(some.lists(some.sampled_from("abcdef"), max_size=8), max_size=4))
def test_nobody_stands_on_a_roll_twice(library: Library, batches: Sequence[Sequence[str]]) -> None:
    desk = library.at("li")
    roll = rolls.open_roll(desk, PLAN).id
    for batch in batches:
        done = awards.grant(desk, roll, [Candidate(name=f"{each}队") for each in batch])
        assert len(done.new) + len(done.had) == len(batch)
    names = [each.who for each in awards.of_roll(desk, roll)]
    assert sorted(names) == sorted({f"{each}队" for batch in batches for each in batch})


def test_what_a_paper_says(desk: Desk) -> None:
    words = "{holder}同学：\n在{title}中成绩优异，荣获\n{prize}\n{{编号}}第{rank}名"
    basis = {"of": "hours", "least": 60, "event": "event:e"}
    plan = Plan("读书月", basis, issuers=["馆"], words=words, day=date(2026, 11, 22))
    roll = rolls.roll(desk, rolls.open_roll(desk, plan).id)
    award = awards.one(desk, awards.grant_one(desk, roll.id, Candidate(name="书友队", rank=2)))
    said = certificate_words.fill(desk, roll, award, "书友队")
    assert said == ("书友队同学：", "在读书月中成绩优异，荣获", "{编号}第2名")
    rolls.change(desk, roll.id, words="{holder}{salutation}：")
    roll = rolls.roll(desk, roll.id)
    kinds = {"undergraduate": "书友队 同学：", "teacher": "书友队 老师：", None: "书友队："}
    for kind, line in kinds.items():
        assert certificate_words.fill(desk, roll, award, "书友队", kind) == (line,)
    for wrong, name in [("{holders}", "holders"), ("{rank!r}", "rank"), ("}{", "}{")]:
        rolls.change(desk, roll.id, words=wrong)
        again = rolls.roll(desk, roll.id)
        found = refused("RollWordsWrong", certificate_words.fill, desk, again, award, "x")
        assert found.facts["name"] == name
