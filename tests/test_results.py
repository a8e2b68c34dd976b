"""Results: ranks with ties, prizes by rule, a list that is confirmed and then fixed."""

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as some

from deskapp import clashes, erasures, results, undo
from deskapp.desk import Desk
from deskapp.prizes import Border, Entry, Share, award, ranks
from deskapp.results import Achieved
from tests.gatherings import gather
from tests.library import Library, differs_from_ledger
from tests.refusals import refused

RULE = (Share("first", "1"), Share("second", "3"), Share("third", "5"), Share("excellence", "10%"))


@pytest.fixture
def event(library: Library) -> str:
    return gather(library, "14:00-16:00")


def teams(desk: Desk, event: str, *scores: float) -> list[str]:
    made = [
        results.enter(desk, event, Achieved(name=f"{n}队", score=score))
        for n, score in enumerate(scores, 1)
    ]
    return [each.id for each in made]


def test_equals_share_a_rank_and_the_next_is_left_out() -> None:
    entries = [Entry("a", 90), Entry("b", 80), Entry("c", 90), Entry("d", 70), Entry("e")]
    assert ranks(entries) == {"a": 1, "c": 1, "b": 3, "d": 4}
    assert ranks(entries, lowest=True) == {"d": 1, "b": 2, "a": 3, "c": 3}
    assert ranks([Entry("a", rank=2), Entry("b", rank=1)]) == {"a": 2, "b": 1}
    assert refused("ResultsMixed", ranks, [Entry("a", 90), Entry("b", rank=1)]).facts["ranks"] == 1


def test_a_border_among_equals_is_a_persons_to_decide() -> None:
    ranked = {"a": 1, "b": 1, "c": 3, "d": 4, "e": 4}
    assert award(ranked, RULE) == ({}, Border("first", 1, ("a", "b")))
    given, border = award(ranked, RULE, ["b"])
    assert border == Border("second", 1, ("d", "e"))
    assert given == {"b": "first", "a": "second", "c": "second"}
    given, border = award(ranked, RULE, ["b", "e"])
    assert border is None
    assert given == {"b": "first", "a": "second", "c": "second", "e": "second", "d": "third"}
    two = (Share("first", "1"), Share("second", "1"))
    assert award({"a": 1, "b": 1, "c": 1}, two, ["c"])[1] == Border("second", 1, ("a", "b"))
    assert award({"a": 1, "b": 1, "c": 1}, two, ["c", "a"])[0] == {"c": "first", "a": "second"}


@given(
    some.lists(some.integers(0, 12), max_size=60),
    some.lists(
        some.one_of(
            some.integers(1, 6).map(str), some.integers(1, 100).map(lambda share: f"{share}%")
        ),
        max_size=4,
    ),
    some.booleans(),
    some.randoms(use_true_random=False),
)
def test_prizes_never_exceed_the_rule(
    scores: list[int], amounts: list[str], lowest: bool, chance: object
) -> None:
    entries = [Entry(str(n), float(score)) for n, score in enumerate(scores)]
    ranked = ranks(entries, lowest=lowest)
    for each in entries:
        better = [e for e in entries if e.score != each.score]
        better = [e for e in better if ((e.score or 0) < (each.score or 0)) is lowest]
        assert ranked[each.id] == 1 + len(better)
    rule = [Share(str(n), amount) for n, amount in enumerate(amounts)]
    given, border = award(ranked, rule)
    decided, none = award(ranked, rule, [each.id for each in entries])
    assert none is None
    for found in (given, decided):
        for share in rule:
            exact = share.amount.endswith("%") and len(ranked) * int(share.amount[:-1]) / 100
            most = ceil(round(exact, 6)) if exact else share.places(len(ranked))
            assert share.places(len(ranked)) == most
            assert list(found.values()).count(share.code) <= most
        order = {share.code: place for place, share in enumerate(rule)}
        for one in ranked:  # nobody has less than who is behind them
            for other in ranked:
                if ranked[one] < ranked[other] and other in found:
                    assert one in found
                    assert order[found[one]] <= order[found[other]]
    if border is None:
        assert given == decided
    else:
        assert len(border.tied) > border.free > 0
    wanted = sum(share.places(len(ranked)) for share in rule)
    assert len(decided) == min(wanted, len(ranked))


def test_results_are_entered_ranked_confirmed_and_corrected(library: Library, event: str) -> None:
    li, lead = library.at("li"), library.at("lead")
    reader = library.reader("2023101234")
    mine = results.enter(li, event, Achieved(reader, score=95, note="古籍修复")).id
    one, two, three = teams(li, event, 88, 88, 70)
    assert not results.enter(li, event, Achieved(name="1 队", score=88)).new
    standings = results.standings(li, event)
    assert [(each.rank, each.prize) for each in standings.lines] == [
        (1, "first"), (2, "second"), (2, "second"), (4, "second"),
    ]  # fmt: skip
    assert standings.lines[0].name == "单国强"
    assert results.confirmed(li, event) == []
    refused("RoleTooLow", results.confirm, li, event)
    refused("ListNotConfirmed", results.correct, lead, event, "漏登")
    results.confirm(lead, event)
    refused("ListConfirmed", results.enter, li, event, Achieved(name="9队", score=1))
    refused("ListConfirmed", results.withdraw, li, one, "作弊")
    refused("ListConfirmed", results.confirm, lead, event)
    first = results.confirmed(li, event)
    assert [(each.result, each.rank) for each in first if each.rank != 2] == [(mine, 1), (three, 4)]
    assert first[0].patron == reader
    refused("ReasonMissing", results.correct, lead, event, " ")
    refused("RoleTooLow", results.correct, li, event, "漏登")
    fixed = results.correct(lead, event, "计分有误", {two: (96, None), three: None})
    assert (fixed.corrected_by, fixed.why) == ("周强", "计分有误")
    lines = {each.id: each for each in fixed.lines}
    assert (lines[two].prize, lines[two].was) == ("first", (2, "second", 88))
    assert (lines[three].rank, lines[three].withdrawn, lines[three].was) == (
        None, True, (4, "second", 70),
    )  # fmt: skip
    second = results.confirmed(li, event)
    assert [each.result for each in second] == [two, mine, one]
    assert second[0].fact != first[0].fact
    assert differs_from_ledger(li) == []


def test_a_border_is_decided_by_whoever_confirms(library: Library, event: str) -> None:
    li, lead = library.at("li"), library.at("lead")
    one, two = teams(li, event, 90, 90)
    assert results.standings(li, event).border is not None
    refused("TieUndecided", results.confirm, lead, event)
    results.confirm(lead, event, [two])
    assert {each.result: each.prize for each in results.confirmed(li, event)} == {
        one: "second", two: "first",
    }  # fmt: skip
    results.correct(lead, event, "复核")  # who stood before their equals does so still
    assert {each.result: each.prize for each in results.confirmed(li, event)}[two] == "first"


def test_an_event_has_a_rule_of_its_own(library: Library, event: str) -> None:
    li = library.at("li")
    one, two = teams(li, event, 61.25, 59)
    for amount in ("0", "101%", "x", "10%%"):
        rule = [Share("first", amount)]
        refused("PrizesWrong", results.set_rule, li, event, lowest=True, rule=rule)
    found = results.set_rule(li, event, lowest=True, rule=[Share("first", "50%")])
    assert [(each.id, each.prize) for each in found.lines] == [(two, "first"), (one, None)]
    assert undo.undo(li).what == "ranking.ruled"
    assert results.standings(li, event).lines[0].id == one
    lead = library.at("lead")
    results.confirm(lead, event)
    refused("ListConfirmed", results.set_rule, li, event, lowest=False)
    assert undo.undo(lead).what == "ranking.confirmed"
    assert results.confirmed(li, event) == []
    results.confirm(lead, event)
    assert [each.result for each in results.confirmed(li, event)] == [one, two]
    assert differs_from_ledger(li) == []


def test_what_was_entered_by_mistake_is_not_on_the_list(library: Library, event: str) -> None:
    li = library.at("li")
    (one,) = teams(li, event, 61)
    assert undo.undo(li).name == "1队"
    assert results.standings(li, event).lines == ()
    assert teams(li, event, 62) == [one]
    results.enter(li, event, Achieved(name="1队", score=63))
    undo.undo(li)
    assert [each.score for each in results.standings(li, event).lines] == [62]
    assert differs_from_ledger(li) == []


def test_what_cannot_be_entered(library: Library, event: str) -> None:
    li = library.at("li")
    refused("ScoreMissing", results.enter, li, event, Achieved(name="a"))
    refused("RankWrong", results.enter, li, event, Achieved(name="a", rank=0))
    refused("NobodyNamed", results.enter, li, event, Achieved(name=" ", score=1))
    refused("PatronUnknown", results.enter, li, event, Achieved("reader:x", score=1))
    refused("EventUnknown", results.enter, li, "event:x", Achieved(name="a", score=1))
    refused("ResultsMissing", results.confirm, library.at("lead"), event)
    refused("RoleTooLow", results.standings, library.at("assistant"), event)
    (id,) = teams(li, event, 3)
    results.withdraw(li, id, "弃权")
    assert results.standings(li, event).lines[0].why == "弃权"
    refused("ResultUnknown", results.withdraw, li, "result:x:y", "弃权")
    results.enter(li, event, Achieved(name="x", rank=1)), teams(li, event, 3)
    assert results.standings(li, event).mixed


@pytest.mark.parametrize(
    ("typed", "score"),
    [
        ("92.5", 92.5),
        ("９２．５分", 92.5),
        ("3:25", 205),
        ("1:02:03.5", 3723.5),
        ("", None),
        (7, 7),
    ],
)
def test_scores_as_they_are_typed(typed: str, score: float | None) -> None:
    assert results.score_of(typed) == score
    for wrong in ("九十", "1e9", "12:5", "nan", "1.2.3"):
        refused("ScoreUnclear", results.score_of, wrong)


def test_erasing_takes_notes_and_names_of_teams_along(library: Library, event: str) -> None:
    li, lead = library.at("li"), library.at("lead")
    results.enter(li, event, Achieved(library.reader("2023101234"), score=9, note="我的家"))
    (team,) = teams(li, event, 8)
    erasures.erase_reader(lead, library.reader("2023101234"))
    erasures.erase_words(lead, team)
    lines = results.standings(li, event).lines
    assert [(each.name, each.note, each.score) for each in lines] == [("", "", 9), ("", "", 8)]
    assert differs_from_ledger(li) == []


def test_two_desks_clash_over_one_person_and_not_over_two(two_desks: Library) -> None:
    event = gather(two_desks, "14:00-16:00")
    two_desks.exchange("2F"), two_desks.exchange("3F")
    for code, score in (("2F", 90), ("3F", 91)):
        li = two_desks.at("li", code)
        teams(li, event, score)
        results.enter(li, event, Achieved(two_desks.reader("00417"), score=5))
        results.enter(li, event, Achieved(name=code, score=1))
    for code in ("2F", "3F", "2F"):
        two_desks.exchange(code)
    for code in ("2F", "3F"):
        lead = two_desks.at("lead", code)
        (line,) = clashes.ClashList(lead).after(None, 9)
        assert line.subject.startswith("result:")
        assert line.name == "1队"
        assert differs_from_ledger(lead) == []
    pair = line.pair
    kept = clashes.clash(lead, pair).sides[0]
    clashes.settle(lead, pair, kept.id)
    assert results.standings(lead, event).lines[0].score == float(kept.said["score"])
