"""Who may be put on a roll, by what it rests on; the amounts are those of the events' own pages."""

from typing import Any

from deskapp import award_sources, award_words, awards, helpers, numbers, results, rolls, signups
from deskapp.award_sources import Found
from deskapp.awards import Candidate
from deskapp.desk import Desk
from deskapp.doors import Door
from deskapp.helpers import Shift
from deskapp.language import Language
from deskapp.results import Achieved
from deskapp.rolls import Plan, Roll
from tests.gatherings import DAY, gather
from tests.library import Library, local
from tests.refusals import refused

SHAN, ZENG = "2023101234", "2023101235"


def roll_of(desk: Desk, **basis: Any) -> Roll:
    plan = Plan("信息检索大赛", basis, issuers=["图书馆"], department="information")
    return rolls.roll(desk, rolls.open_roll(desk, plan).id)


def amounts(found: Found) -> list[tuple[str, float | None]]:
    return [(each.who, each.candidate.amount) for each in found.lines]


def said(desk: Desk, found: Found, language: str = "zh_CN") -> list[str]:
    return award_words.lines(desk, Language(language), found.lines[0].candidate.rests)


def test_whoever_has_a_prize_on_the_confirmed_list(library: Library) -> None:
    li, event = library.at("li"), gather(library, "14:00-16:00")
    roll = roll_of(li, of="results", event=event)
    refused("ListNotConfirmed", award_sources.candidates, li, roll)
    results.enter(li, event, Achieved(library.reader(SHAN), score=95))
    results.enter(li, event, Achieved(name="静思队", score=88))
    results.confirm(library.at("lead"), event)
    found = award_sources.candidates(li, roll)
    assert [(each.who, each.candidate.prize, each.candidate.rank) for each in found.lines] == [
        ("单*强", "一等奖", 1),
        ("静思队", "二等奖", 2),
    ]
    assert said(li, found) == ["11-22 周日 10:00  核定名单第1名", "成绩 95"]
    assert said(li, found, "en")[1] == "score 95"
    awards.grant(li, roll.id, [each.candidate for each in found.lines])
    again = award_sources.candidates(li, roll)
    assert [each.award for each in again.lines] == [each.id for each in awards.of_roll(li, roll.id)]


def test_who_came_to_enough_sessions_under_whichever_number(seated: Library) -> None:
    li = seated.at("li")
    event = gather(seated, "09:00-10:00", "11:00-12:00", "14:00-15:00", apart=True)
    old, new = seated.reader(SHAN), seated.reader(ZENG)
    for at, session, who, card in [
        ("08:50", "s1", old, "A1B2C3"),
        ("10:50", "s2", new, "0099887766"),
        ("13:50", "s3", old, "A1B2C3"),
    ]:
        seated.clock.put(f"{DAY} {at}")
        signups.sign_up(li, event, who, session=session)
        Door(li, event, session, "东门").scan(card)
    two = roll_of(li, of="attendance", least=2, event=event)
    assert amounts(award_sources.candidates(li, two)) == [("单*强", 2)]
    numbers.merge(li, old, new)
    found = award_sources.candidates(li, roll_of(li, of="attendance", least=3, event=event))
    assert amounts(found) == [("曾*查", 3)]
    assert said(li, found)[0] == "11-24 周二 08:50  参加“信息检索大赛”"
    four = roll_of(li, of="attendance", least=4, event=event)
    assert award_sources.candidates(li, four).lines == ()


def test_who_has_served_long_enough(library: Library) -> None:
    li, event = library.at("li"), gather(library, "14:00-16:00")
    shift = Shift(local(f"{DAY} 14:00"), local(f"{DAY} 16:00"), "", "引导")
    helpers.plan(li, event, library.reader(SHAN), shift)
    for at in ("14:10", "16:20"):
        library.clock.put(f"{DAY} {at}")
        helpers.sign_card(library.at("assistant"), event, "A1B2C3", scanned=True)
    [duty] = helpers.of_event(li, event)
    for basis in ({"event": event}, {"since": DAY, "until": DAY}):
        found = award_sources.candidates(li, roll_of(li, of="hours", least=60, **basis))
        assert amounts(found) == [("单*强", duty.minutes)] == [("单*强", 108)]
    assert said(li, found) == ["11-24 周二 14:00  在“信息检索大赛”志愿服务 1:48"]
    later = roll_of(li, of="hours", least=60, since="2026-11-25", until="2026-11-30")
    assert award_sources.candidates(li, later) == Found((), 0)
    lists = roll_of(li, of="list")
    awards.grant_one(li, lists.id, Candidate(library.reader(SHAN)))
    assert award_sources.candidates(li, lists) == Found((), 0)
