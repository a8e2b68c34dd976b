"""The way of a violation from note to appeal, and the bans that come of it."""

import json
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from db import conduct as stored
from db import conduct_pages as pages
from db.clock import moment, stamp
from db.conduct import draft, ran_out
from db.store import driver
from deskapp import bans, conduct, erasures, undo
from deskapp.desk import Desk
from tests.library import Library, differs_from_ledger, local, reader_of, utc
from tests.refusals import refused
from tests.shelf import bytes_of

NUMBER, OTHER = "2023101234", "2023101235"
WORDS = "书包占座半小时"


def state(desk: Desk, id: str) -> str:
    return conduct.shown(desk, id).state


def barred(desk: Desk, reader: str, zone: str = "commons") -> str | None:
    with desk.reading() as connection:
        until = stored.banned(connection, reader, zone, utc(f"{desk.now():%Y-%m-%d %H:%M:%S}"))
        return f"{desk.local(until):%m-%d %H:%M}" if until else None


def noted(
    library: Library, kind: str = "holding", day: str = "22", zone: str = "commons", at: str = "2F"
) -> str:
    """One of the reader, seen at eleven on a day of November."""
    library.clock.put(f"2026-11-{day} 11:00")
    reader = reader_of(library.at("assistant", at), NUMBER)
    assert reader is not None
    return conduct.note(library.at("assistant", at), reader.id, kind, zone, "A-1", WORDS).id


def away(library: Library, cause: str, at: str = "2F", day: str = "22") -> None:
    """A step away that ran out at ten o'clock."""
    times = (utc(f"2026-11-{day} {t}") for t in ("09:30", "10:00", "10:00"))
    kind, reader = "too_long", library.reader(NUMBER)
    with library.desks[at].ledger.act(None) as act:
        act.record_all([ran_out(kind, cause, reader, "commons", "A-1", *times)])


def test_from_note_to_appeal(library: Library) -> None:
    assistant, li, lead = (library.at(who) for who in ("assistant", "li", "lead"))
    id = noted(library)
    (shown,) = conduct.violations(assistant)
    assert (shown.id, shown.kind, shown.seat, shown.state) == (id, "holding", "A-1", "pending")
    assert (shown.by, shown.note) == ("吴昊", "")
    assert conduct.shown(li, id).note == WORDS
    refused("RoleTooLow", conduct.confirm, assistant, id)
    refused("ViolationDecided", conduct.appeal, li, id, "在借书")
    assert conduct.confirm(li, id) == conduct.Decided(id, "confirmed")
    refused("ViolationDecided", conduct.confirm, li, id)
    refused("ReasonMissing", conduct.appeal, li, id, " ")
    conduct.appeal(li, id, "在借书")
    assert [each.appeal for each in conduct.violations(li)] == ["在借书"]
    assert conduct.count(li) == 1
    refused("RoleTooLow", conduct.uphold, li, id)
    conduct.uphold(lead, id)
    assert conduct.shown(li, id).upheld
    refused("ViolationDecided", conduct.appeal, li, id, "再申诉")
    refused("ViolationDecided", conduct.uphold, lead, id)
    refused("RoleTooLow", conduct.lift, li, id, "excused")
    refused("CodeUnknown", conduct.lift, lead, id, "kindness")
    conduct.lift(lead, id, "excused")
    assert (state(li, id), conduct.shown(li, id).reason) == ("lifted", "excused")
    refused("ViolationDecided", conduct.lift, lead, id, "excused")
    assert conduct.count(li) == 0
    assert differs_from_ledger(li) == []


def test_what_cannot_be_noted(library: Library) -> None:
    li, reader = library.at("li"), library.reader(NUMBER)
    refused("CodeUnknown", conduct.note, li, reader, "too_long", "commons")
    refused("ZoneUnknown", conduct.note, li, reader, "holding", "nowhere")
    refused("PatronUnknown", conduct.note, li, "reader:none", "holding", "commons")
    later = library.clock.now().replace(year=2027)
    refused("SeenLater", conduct.note, li, reader, "holding", "commons", "", "", later)
    refused("RoleTooLow", conduct.note, library.at("volunteer"), reader, "holding", "commons")
    refused("ViolationUnknown", conduct.confirm, li, "violation:none:holding")
    assert conduct.of_reader(li, reader) == []


def test_a_librarian_lifts_what_was_not_confirmed(library: Library) -> None:
    id = noted(library)
    conduct.lift(library.at("li"), id, "mistaken")
    assert state(library.at("li"), id) == "lifted"


def test_the_third_within_thirty_days_bars(library: Library) -> None:
    li, reader = library.at("li"), library.reader(NUMBER)
    ids = [noted(library, day=day) for day in ("22", "23", "24")]
    for id in ids[1:]:
        assert conduct.confirm(li, id).barred == ()
    with li.reading() as connection:
        assert bans.counted(li, connection, reader) == 2
        assert bans.counted(li, connection, library.reader(OTHER)) == 0
    library.clock.put("2026-11-25 09:00")
    (ban,) = conduct.confirm(li, ids[0]).barred
    assert f"{ban.until:%m-%d %H:%M}" == "12-02 09:00"  # from when it counted, for seven days
    assert barred(li, reader) == "12-02 09:00"
    assert [each.violations for each in bans.running(li)] == [3]
    with li.reading() as connection:
        assert bans.counted(li, connection, reader) == 0
    away(library, "s1")  # what has come to a ban counts for no other
    assert bans.settle(li) == []
    conduct.lift(library.at("lead"), ids[1], "mistaken")  # it falls, and s1 is the third again
    assert barred(li, reader) is None
    (ban,) = bans.settle(li)
    assert barred(li, reader) == f"{ban.until:%m-%d %H:%M}"
    assert sorted(each.stands for each in bans.of_reader(li, reader)) == [False, True]
    assert differs_from_ledger(li) == []


@pytest.mark.parametrize(
    ("days", "kinds", "bans_"),
    [
        (("01", "02", "30"), "holding damage disorder", True),
        (("01", "02", "30"), "holding damage late", False),  # which is not counted
        (("22", "23", "24"), "holding damage", False),
    ],
)
def test_what_counts_is_said_by_the_rules(
    library: Library, days: tuple[str, ...], kinds: str, bans_: bool
) -> None:
    li, reader = library.at("li"), library.reader(NUMBER)
    drafts = []
    for day, kind in zip(days, kinds.split(), strict=False):
        said = {"patron": reader, "kind": kind, "zone": "commons", "confirmed": True}
        said |= {"at": utc(f"2026-11-{day} 08:00")}
        drafts.append(draft("violation.noted", f"violation:{day}:{kind}", said))
    library.clock.put("2026-11-30 12:00")
    with li.act() as act:
        act.record_all(drafts)
    assert bool(bans.settle(li)) == bans_
    assert bans.settle(li) == []


def test_days_too_far_apart_and_zones_that_are_no_more(library: Library) -> None:
    li = library.at("li")
    for day in ("01", "02"):
        away(library, day, day=day)
    library.clock.put("2026-12-01 12:00")
    reader = library.reader(NUMBER)
    times = {"at": utc("2026-12-01 10:00")}
    said = {"patron": reader, "kind": "too_long", "confirmed": True, **times}
    with li.act() as act:
        for zone in ("commons", "gone"):
            subject = f"violation:{zone}:too_long"
            act.record_all([draft("violation.noted", subject, {**said, "zone": zone})])
    assert bans.settle(li) == []


def test_bans_are_drawn_from_what_an_exchange_brought(two_desks: Library) -> None:
    library, reader = two_desks, two_desks.reader(NUMBER)
    library.clock.put("2026-11-22 12:00")
    for cause, code in (("s1", "2F"), ("s2", "3F"), ("s3", "3F")):
        away(library, cause, code)
        assert bans.settle(library.desks[code]) == []
    for code in ("2F", "3F", "2F"):
        library.exchange(code)
    for code in ("2F", "3F"):  # each draws it, and it is one
        assert len(bans.settle(library.desks[code])) == 1
    for code in ("2F", "3F", "2F"):
        library.exchange(code)
    for code in ("2F", "3F"):
        assert len(bans.of_reader(library.at("li", code), reader)) == 1
        assert bans.settle(library.desks[code]) == []
        assert differs_from_ledger(library.desks[code]) == []


def test_a_window_that_is_withdrawn_lets_them_count(library: Library) -> None:
    li, reader = library.at("li"), library.reader(NUMBER)
    library.clock.put("2026-11-22 12:00")
    said = {"from": utc("2026-11-22 09:40"), "until": utc("2026-11-22 09:50"), "why": "drill"}
    with li.act() as act:
        act.record_all([draft("exemption.declared", "exemption:1", said)])
    for cause in ("s1", "s2", "s3"):
        away(library, cause)
    assert bans.settle(li) == []
    assert [each.exempt for each in conduct.of_reader(li, reader)] == [True] * 3
    with li.act() as act:
        act.record_all([draft("exemption.withdrawn", "exemption:1")])
    assert len(bans.settle(li)) == 1


def test_a_lead_bars_at_once_and_lifts_early(library: Library) -> None:
    li, lead, reader = library.at("li"), library.at("lead"), library.reader(NUMBER)
    refused("RoleTooLow", bans.impose, li, reader, "damage", 7)
    refused("CodeUnknown", bans.impose, lead, reader, "noise", 7)
    refused("ZoneUnknown", bans.impose, lead, reader, "damage", 7, ["attic"])
    refused("DaysWrong", bans.impose, lead, reader, "damage", 0)
    refused("PatronUnknown", bans.impose, lead, "reader:none", "damage", 7)
    ban = bans.impose(lead, reader, "damage", 7, ["it"])
    assert (barred(li, reader), barred(li, reader, "it")) == (None, "11-29 10:00")
    assert [(each.why, each.zones) for each in bans.running(li)] == [("damage", ("it",))]
    refused("RoleTooLow", bans.lift, li, ban.id, "excused")
    refused("CodeUnknown", bans.lift, lead, ban.id, "kindness")
    refused("BanUnknown", bans.lift, lead, "ban:none", "excused")
    bans.lift(lead, ban.id, "excused")
    assert (barred(li, reader, "it"), bans.running(li)) == (None, [])
    refused("BanOver", bans.lift, lead, ban.id, "excused")


def test_each_step_is_undone(library: Library) -> None:
    lead, reader = library.at("lead"), library.reader(NUMBER)
    library.clock.put("2026-11-22 11:00")
    away(library, "s1")
    away(library, "s2")
    id = conduct.note(lead, reader, "holding", "commons").id
    conduct.confirm(lead, id)
    assert barred(lead, reader) is not None
    for step in (partial(conduct.appeal, words="在借书"), partial(conduct.lift, reason="excused")):
        done = step(lead, id).state
        assert undo.undo(lead) == undo.Undone(f"violation.{done}", "holding")
        assert state(lead, id) == "confirmed"
    for what in ("confirmed", "noted"):
        assert undo.undo(lead) == undo.Undone(f"violation.{what}", "holding")
    assert state(lead, id) == "lifted"
    assert barred(lead, reader) is None
    ban = bans.impose(lead, reader, "damage", 7)
    bans.lift(lead, ban.id, "excused")
    assert undo.undo(lead).what == "ban.lifted"
    assert barred(lead, reader) is not None
    assert undo.undo(lead).what == "ban.imposed"
    assert barred(lead, reader) is None
    assert differs_from_ledger(lead) == []


def test_an_erased_reader_leaves_no_words(library: Library) -> None:
    li = library.at("li")
    id = noted(library)
    conduct.confirm(li, id)
    conduct.appeal(li, id, "替同学看座")
    erasures.erase_reader(library.at("lead"), library.reader(NUMBER))
    shown = conduct.shown(li, id)
    assert (shown.state, shown.note, shown.appeal) == ("appealed", "", "")
    kept = bytes_of(li.ledger.store.path)
    assert not any(words.encode() in kept for words in (WORDS, "替同学看座"))
    conduct.lift(library.at("lead"), id, "other")
    with li.reading() as connection:
        assert pages.count(connection, ["lifted"]) == 1


DAYS = st.integers(0, 40)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["violation", "violation", "violation", "window"]), DAYS),
        st.tuples(st.sampled_from(["lift", "withdraw"]), st.integers(0, 9)),
    ),
    max_size=12,
)

AGAIN = [
    ("window", 20),
    *(("violation", n) for n in (20, 21, 22, 23)),
    ("lift", 1),
    ("withdraw", 0),
]
"""the one that filled a ban which fell fills another"""


def day(number: int, time: str) -> str:
    return stamp(local(f"2026-09-01 {time}") + timedelta(number))


def test_whatever_happens_bans_are_those_that_are_filled(library: Library) -> None:
    @settings(max_examples=12)
    @given(steps=STEPS)
    @example(steps=AGAIN)
    def played(steps: list[tuple[str, int]]) -> None:
        play(library, steps)

    played()


def play(library: Library, steps: list[tuple[str, int]]) -> None:
    """Three within thirty days bar, each counts once, and nobody who has three is let off."""
    desk, known = library.desk.signed_in(None), dict[str, list[str]](violation=[], window=[])
    library.clock.put("2026-10-20 12:00")
    reader = f"reader:{library.clock.new_id()}"
    said = {"patron": reader, "kind": "damage", "zone": "commons", "confirmed": True}
    for what, number in steps:
        with desk.ledger.act(None) as act:
            match what:
                case "violation":
                    id = f"{act.new_subject('violation')}:damage"
                    fact = draft("violation.noted", id, {**said, "at": day(number, "10:00")})
                case "window":
                    id = act.new_subject("exemption")
                    times = {"from": day(number, "09:00"), "until": day(number, "11:00")}
                    fact = draft("exemption.declared", id, {**times, "why": "drill"})
                case "lift" if known["violation"]:
                    id = known["violation"][number % len(known["violation"])]
                    fact = draft("violation.lifted", id, {"reason": "other"})
                case "withdraw" if known["window"]:
                    id = known["window"][number % len(known["window"])]
                    fact = draft("exemption.withdrawn", id)
                case _:
                    continue
            known.setdefault(what, []).append(id)
            act.record_all([fact])
        bans.settle(desk)
        with desk.reading() as connection:
            counting = pages.counting(connection, pages.of_person(connection, [reader]))
            drawn = pages.bans_of(connection, [reader])
            raw = driver(connection)
            standing = [each for each in drawn if stored.stands(raw, 3, each.violations)]
            assert bans.settle(desk) == []
        used = [id for each in standing for id in json.loads(each.violations)]
        assert len(used) == len(set(used))
        free = sorted(each.at for each in counting if each.subject not in used)
        spans = [(first, third) for first, third in zip(free, free[2:], strict=False)]
        assert all(moment(third) - moment(first) >= timedelta(30) for first, third in spans)
    for id in known["window"]:  # another example is to find none
        with desk.ledger.act(None) as act:
            act.record_all([draft("exemption.withdrawn", id)])
