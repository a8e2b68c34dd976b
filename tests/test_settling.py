"""A person's word on a clash: what each choice does, who may say it, and that it reaches all."""

from datetime import date, timedelta

import pytest

from deskapp import (
    bookings,
    cards,
    clashes,
    conduct,
    corrections,
    endings,
    handovers,
    places,
    request_lists,
    seats,
    segments,
    staff,
    sweeps,
    undo,
)
from deskapp.booking_rules import Wish
from deskapp.clashes import BOTH, Clash, ClashList
from deskapp.corrections import Correction
from deskapp.desk import Desk, Role, open_desk
from deskapp.endings import Ending
from deskapp.language import Language
from deskapp.readers import masked_name
from deskapp.staff import Entry
from screens.clash_words import outcome_lines, side_words
from tests.library import Library, WallClock, differs_from_ledger, local, stored
from tests.refusals import refused
from tests.seating import IT, NUMBERS
from tests.test_cards import shaped

DONE, REFERRED = Ending("done", "已换"), Ending("referred", "请到教务处", "教务处", "101", "8805")


def meet(library: Library, *codes: str) -> None:
    for code in codes or ("2F", "3F", "2F"):
        library.exchange(code)


def closed_twice(library: Library) -> str:
    id = library.log().id
    meet(library)
    endings.close(library.at("li", "2F"), id, DONE)
    endings.close(library.at("lead", "3F"), id, REFERRED)
    meet(library)
    return id


def accepted_twice(library: Library) -> str:
    id = library.log().id
    handovers.hand_over(library.at("li"), id, department="information", reason="duty")
    meet(library)
    handovers.accept(library.at("zheng", "2F"), id)
    handovers.accept(library.at("chen", "3F"), id)
    meet(library)
    return id


def only(desk: Desk) -> Clash:
    (line,) = ClashList(desk).after(None, 10)
    return clashes.clash(desk, line.pair)


def side_of(clash: Clash, desk: str) -> str:
    """The fact that was recorded at a desk."""
    (id,) = (side.id for side in clash.sides if side.desk == desk)
    return id


@pytest.mark.parametrize("keep", ["2F", "3F", BOTH])
def test_what_a_choice_promises_is_what_it_does_everywhere(two_desks: Library, keep: str) -> None:
    library = two_desks
    id, lead = closed_twice(library), library.at("lead", "2F")
    clash = only(lead)
    assert (clash.name, clash.subject, clash.may) == ("0001", id, True)
    kept = side_of(clash, keep) if keep != BOTH else BOTH
    (promised,) = (each.record for each in clash.outcomes if each.keep == kept)
    assert promised is not None
    assert promised.clashes == 0
    library.clock.move(minutes=1)
    done = clashes.settle(lead, clash.pair, kept, "二人同时办理")
    assert (done.name, done.left) == ("0001", 0)
    meet(library)
    for code in ("2F", "3F"):
        desk = library.at("lead", code)
        now = request_lists.record(desk, id)
        assert (now.status, now.result, now.answer) == ("closed", promised.result, promised.answer)
        assert now.referred_to == promised.referred_to
        assert now.course[-1].facts["reason"] == "二人同时办理"
        assert clashes.count(desk) == 0
        assert differs_from_ledger(desk) == []
    assert stored(library.desks["2F"]) == stored(library.desks["3F"])
    results = {"2F": "done", "3F": "referred", BOTH: "done"}  # 2F pushed first
    assert promised.result == results[keep]
    refused("ClashGone", clashes.settle, lead, clash.pair, kept)


def test_each_side_says_who_where_and_when_and_what_the_clock_is_worth(two_desks: Library) -> None:
    library = two_desks
    slow = WallClock(library.clock.at - timedelta(minutes=7))
    library.desks["3F"].close()
    library.desks["3F"] = open_desk(library.folder / "3F", slow)
    closed_twice(library)
    clash = only(library.at("lead", "2F"))
    told = {side.desk: side for side in clash.sides}
    assert {code: side.who for code, side in told.items()} == {"2F": "李静", "3F": "周强"}
    behind = {code: side.behind for code, side in told.items()}
    assert behind == {"2F": timedelta(), "3F": timedelta(minutes=7)}
    assert timedelta(minutes=6) < told["2F"].at - told["3F"].at < timedelta(minutes=8)
    words = [side.step.facts["answer"] for side in clash.sides if side.step]
    assert sorted(words) == ["已换", "请到教务处"]


def test_a_correction_is_told_as_its_author_meant_it(two_desks: Library) -> None:
    library = two_desks
    id = library.log(channel="web").id
    meet(library)
    for code, who, channel in (("2F", "li", "phone"), ("3F", "lead", "mail")):
        right = Correction(channel=channel)
        corrections.correct(library.at(who, code), id, right, "误登")
    meet(library)
    steps = [side.step for side in only(library.at("lead")).sides]
    told = [each for step in steps if step for each in step.amended]
    assert {(each.was, each.now) for each in told} == {("web", "phone"), ("web", "mail")}


def test_two_who_settle_apart_and_differ_clash_again(two_desks: Library) -> None:
    library = two_desks
    id = accepted_twice(library)
    first = only(library.at("lead", "2F"))
    clashes.settle(library.at("lead", "2F"), first.pair, side_of(first, "2F"))
    clashes.settle(library.at("admin", "3F"), first.pair, side_of(first, "3F"))
    meet(library)
    lead = library.at("lead", "2F")
    again = only(lead)
    assert again.subject == id
    assert {side.kind for side in again.sides} == {"clash.settled"}
    told = [side_words(Language("zh_CN"), lead, again, side) for side in again.sides]
    assert not [words for words in told if "未采用" in words], "each says what it has stand"
    clashes.settle(lead, again.pair, side_of(again, "3F"))
    meet(library)
    for code in ("2F", "3F"):
        assert library.row(id, code)["responsible"] == library.id("chen")
        assert clashes.count(library.at("lead", code)) == 0
    assert stored(library.desks["2F"]) == stored(library.desks["3F"])


def test_whose_it_is_settles_it_or_a_lead(two_desks: Library) -> None:
    library = two_desks
    accepted_twice(library)
    zheng, chen = library.at("zheng", "2F"), library.at("chen", "2F")
    clash = only(zheng)  # 2F pushed first: it is 郑浩's
    assert (clash.may, only(chen).may) == (True, False)
    refused("NotResponsible", clashes.settle, chen, clash.pair, side_of(clash, "3F"))
    refused("RoleTooLow", clashes.clash, library.at("assistant", "2F"), clash.pair)
    refused("ChoiceMissing", clashes.settle, zheng, clash.pair, "neither")
    assert clashes.settle(zheng, clash.pair, side_of(clash, "3F")).left == 0
    assert library.row(clash.subject)["responsible"] == library.id("chen")


def test_it_falls_to_nobody_who_has_gone(two_desks: Library) -> None:
    library = two_desks
    accepted_twice(library)
    lead = library.at("lead", "2F")
    clash = only(lead)
    staff.leave(library.at("admin", "2F"), library.id("chen"))
    refused("ResponsibleGone", clashes.settle, lead, clash.pair, side_of(clash, "3F"))
    assert clashes.count(lead) == 1


def test_no_words_for_whoever_may_not_read_them(two_desks: Library) -> None:
    library = two_desks
    id = library.log(words="近来睡不着", kind="bibliotherapy").id
    meet(library)
    to = {"department": "reading", "reason": "duty"}
    for who, code in (("li", "2F"), ("lead", "3F")):
        handovers.hand_over(library.at(who, code), id, **to, note="夜里来过")
    meet(library)
    for who, sees in (("li", True), ("sun", True), ("lead", False)):
        clash = only(library.at(who, "2F"))
        assert ("睡不着" in repr(clash), "夜里" in repr(clash)) == (sees, sees), who
        assert clash.may == (who == "li")
    refused("NotResponsible", clashes.settle, library.at("lead"), clash.pair, BOTH)


def test_a_choice_that_would_open_it_shows_no_words_before(two_desks: Library) -> None:
    library = two_desks
    id = library.log(words="近来睡不着", department="information", confidential=True).id
    meet(library)
    for code, courses in (("2F", (False,)), ("3F", (False, True))):
        for confidential in courses:
            right = Correction(confidential=confidential)
            corrections.correct(library.at("li", code), id, right, "误登")
    meet(library)
    lead = library.at("lead", "2F")
    found = [clashes.clash(lead, line.pair) for line in ClashList(lead).after(None, 10)]
    assert len(found) == 2
    opens = [o.record for each in found for o in each.outcomes if o.record]
    assert {each.confidential for each in opens} == {True, False}
    assert "睡不着" not in repr(found)


def test_what_is_no_request_is_settled_by_a_lead(two_desks: Library) -> None:
    library = two_desks
    day = library.desk.now().date()
    for code, number in (("2F", 12), ("3F", 13)):
        with library.at("li", code).act() as act:
            said = {"desk": "2F", "day": f"{day}", "what": "visitors", "number": number}
            act.record("count.entered", f"count:2F-{day}-visitors", said)
    meet(library)
    lead = library.at("lead")
    clash = only(lead)
    assert {side.desk: side.said["number"] for side in clash.sides} == {"2F": "12", "3F": "13"}
    makes = {each.keep: each.values for each in clash.outcomes}
    ours, theirs = side_of(clash, "2F"), side_of(clash, "3F")
    assert makes == {ours: {"number": "12"}, theirs: {"number": "13"}, BOTH: {"number": "13"}}
    refused("RoleTooLow", clashes.settle, library.at("li"), clash.pair, BOTH)
    clashes.settle(lead, clash.pair, ours, "复核")
    meet(library)
    (count,) = stored(library.desks["3F"])["day_count"]
    assert 12 in count


def test_readers_are_named_as_everywhere_else(two_desks: Library) -> None:
    library = two_desks
    for code, number in (("2F", "2023101234"), ("3F", "2023101235")):
        cards.bind(library.at("li", code), shaped("8H-", "B1C2D3E4"), library.reader(number))
    meet(library)
    lead = library.at("lead")
    (line,) = ClashList(lead).after(None, 10)
    clash = clashes.clash(lead, line.pair)
    assert {side.desk: side.said["reader"] for side in clash.sides} == {
        "2F": masked_name("单国强"),
        "3F": masked_name("曾小查"),
    }
    assert "国强" not in repr((line, clash))


def test_what_people_type_is_shown_as_it_is(two_desks: Library) -> None:
    library = two_desks
    for code, name in (("2F", "[王敏"), ("3F", '["王"]')):
        staff.enter(
            library.at("admin", code), Entry("1006", name, Role.LIBRARIAN, ("office", "reading"))
        )
    meet(library)
    clash = only(library.at("admin"))
    assert {side.said["name"] for side in clash.sides} == {"[王敏", '["王"]'}
    assert {each.values["name"] for each in clash.outcomes} == {"[王敏", '["王"]'}
    assert {side.said["departments"] for side in clash.sides} == {"office reading"}


def test_the_list_pages_from_either_end(two_desks: Library) -> None:
    library = two_desks
    asked = [library.log(words=f"第{n}件").id for n in range(5)]
    meet(library)
    for id in asked:
        library.clock.move(minutes=1)
        endings.close(library.at("li", "2F"), id, DONE)
        endings.close(library.at("lead", "3F"), id, REFERRED)
    meet(library)
    source = ClashList(library.at("lead"))
    rows = list(source.after(None, 10))
    assert [row.subject for row in rows] == asked[::-1]
    assert source.count() == clashes.count(library.at("lead")) == 5
    assert list(source.after(source.key(rows[1]), 2)) == rows[2:4]
    assert list(source.before(source.key(rows[3]), 2)) == rows[1:3]
    assert list(source.before(None, 2, 1)) == rows[2:4]
    assert [source.place(row) for row in rows] == list(range(5))
    clashes.settle(library.at("lead"), rows[0].pair, BOTH)
    assert source.place(rows[0]) is None
    assert {row.kinds for row in rows} == {("request.closed", "request.closed")}


def released_though_there(library: Library) -> tuple[str, Clash]:
    """Let go at 2F for being away too long, and back at 3F in time; that is a violation so far."""
    places.lay_out(library.at("head"), [IT])
    meet(library)
    reader = library.reader(NUMBERS[0])
    seats.take(library.at("li", "2F"), reader, f"{IT}/A-1")
    seats.step_away(library.at("li", "2F"), reader)
    meet(library)
    library.clock.move(minutes=20)
    seats.come_back(library.at("sun", "3F"), reader)
    library.clock.move(minutes=15)
    sweeps.sweep(library.at("li", "2F"))
    meet(library)
    return reader, only(library.at("lead", "3F"))


@pytest.mark.parametrize(("keep", "state"), [("3F", "lifted"), ("2F", "confirmed")])
def test_who_was_let_go_wrongly_did_nothing(two_desks: Library, keep: str, state: str) -> None:
    reader, clash = released_though_there(two_desks)
    clashes.settle(two_desks.at("lead", "3F"), clash.pair, side_of(clash, keep))
    meet(two_desks)
    for code in ("2F", "3F"):
        (noted,) = conduct.of_reader(two_desks.at("lead", code), reader)
        assert (noted.kind, noted.state) == ("too_long", state)
    refused("CannotUndo", undo.undo, two_desks.at("lead", "3F"))


def test_what_was_given_up_before_it_began_ends_when_it_was_to(two_desks: Library) -> None:
    library, room = two_desks, "s201"
    begin, until = local("2026-11-22 11:00"), local("2026-11-22 13:00")
    wish = Wish(room, begin, until, 4, library.reader(NUMBERS[0]))
    booked = bookings.book(library.at("li", "2F"), wish).id
    meet(library)
    library.clock.put("2026-11-22 10:50")
    bookings.cancel(library.at("li", "2F"), booked)
    bookings.open_(library.at("sun", "3F"), booked)
    meet(library)
    clash = only(library.at("lead", "2F"))
    stays = [side.stay for side in clash.sides]
    assert [(stay.begins, stay.until) for stay in stays if stay] == [(begin, until)] * 2
    clashes.settle(library.at("lead", "2F"), clash.pair, side_of(clash, "2F"))
    refused("CannotUndo", undo.undo, library.at("lead", "2F"))


def test_of_a_member_list_days_are_told_as_days(two_desks: Library) -> None:
    library, reader = two_desks, two_desks.reader(NUMBERS[0])
    segments.enter(library.at("lead"), "exam_candidates", reader)
    meet(library)
    segments.take_out(library.at("lead", "2F"), "exam_candidates", reader)
    segments.enter(library.at("lead", "3F"), "exam_candidates", reader, date(2026, 12, 31))
    meet(library)
    lead = library.at("lead", "2F")
    clash = only(lead)
    t, told = Language("zh_CN"), {}
    for each in clash.outcomes:
        told[each.keep] = list(outcome_lines(t, lead, each))
    assert told[side_of(clash, "2F")] == [("截止日期", ""), ("移出名单", "11-22 周日 10:00")]
    assert told[side_of(clash, "3F")] == [("截止日期", "12-31 周四"), ("移出名单", "")]
    words = [side_words(t, lead, clash, side) for side in clash.sides]
    assert any("12-31" in each for each in words)
