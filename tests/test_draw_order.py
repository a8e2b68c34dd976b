"""The lot: one order whatever the list's, which anybody repeats; facts of draws and their folds."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db import draw_pages, draws
from db.draw_pages import Line
from db.draws import PAIRS, application_of, draw_of, order
from db.facts import Draft, Stub
from db.segments import segments_of
from db.store import driver
from deskapp.lots import listed
from tests.clashing import open_clashes
from tests.library import Library, differs_from_ledger

DRAW = draw_of("2026", "seat")
OPENED = {
    "season": "2026", "thing": "seat", "name": "考研座位", "zone": "exam", "many": 2,
    "first": "2026-12-01", "last": "2026-12-26", "confirm_until": "2026-11-30T09:00:00.000000Z",
    "days": 2, "unused": 3,
    "segments": ["exam_candidates"],
}  # fmt: skip
PEOPLE = [f"reader:{n}" for n in range(4)]
LIST = [[f"{n:04}", patron] for n, patron in enumerate(PEOPLE, 1)]
PUBLISHED = {"digest": "ab" * 32, "seed_from": "福彩", "places": ["A-1", "A-2"], "list": LIST}

numbers = st.lists(st.integers(1, 99999).map("{:04}".format), unique=True, min_size=2, max_size=30)


@settings(max_examples=40)
@given(numbers, st.text(max_size=9), st.randoms())
def test_the_lists_order_does_not_matter(listed: list[str], seed: str, random: Any) -> None:
    drawn = order(seed, "ab", listed)
    shuffled = list(listed)
    random.shuffle(shuffled)
    assert order(seed, "ab", shuffled) == drawn
    assert sorted(drawn) == sorted(listed)
    told = {n: sha256(f"{seed}\nab\n{n}".encode()).hexdigest() for n in listed}
    assert [told[n] for n in drawn] == sorted(told.values())


def test_seed_and_list_both_decide() -> None:
    listed = [f"{n:04}" for n in range(50)]
    orders = {tuple(order(*each, listed)) for each in (("1", "a"), ("2", "a"), ("1", "b"))}
    assert len(orders) == 3


people = st.lists(
    st.tuples(st.text(max_size=4), st.text("0123456789", min_size=5, max_size=12)),
    min_size=1,
    max_size=9,
)


def line(number: int, name: str, reader: str) -> Line:
    nothing = dict.fromkeys(("rank", "lot", "place", "until", "why", "confirmed_at", "college"))
    return Line(
        f"a:{number}", "x", f"{number:04}", status="applied", name=name, reader=reader, **nothing
    )


@settings(max_examples=40)
@given(people, st.data())
def test_one_list_has_one_text_and_a_changed_one_another(
    told: list[tuple[str, str]], data: st.DataObject
) -> None:
    lines = [line(n, *each) for n, each in enumerate(told)]
    text = listed(lines)
    assert listed(data.draw(st.permutations(lines))) == text
    assert len(text.split("\n")) == len(lines) + 2
    at = data.draw(st.integers(0, len(told) - 1))
    other = line(at, told[at][0], "9" + told[at][1] if told[at][1][0] != "9" else "1" + told[at][1])
    assert listed([*lines[:at], other, *lines[at + 1 :]]) != text
    assert listed(lines[:at] + lines[at + 1 :]) != text


def test_a_card_is_answered_by_its_reader_s_applications_alone(library: Library) -> None:
    """Not by all of a draw: a scan has a millisecond."""
    with library.desk.reading() as connection:
        raw = driver(connection)
        plans: list[str] = []
        raw.set_trace_callback(plans.append)
        draw_pages.allotted(connection, "reader:x", "exam", "2026-12-01")
        segments_of(connection, "reader:x", "2026-12-01")
        draw_pages.owner(connection, "exam/A-1", "2026-12-01")
        raw.set_trace_callback(None)
        for sql in plans:
            steps = [step for *_, step in raw.execute(f"EXPLAIN QUERY PLAN {sql}")]
            found = [step for step in steps if "application" in step]
            assert found
            assert all("(patron=?)" in step or "(draw=? AND place=?)" in step for step in found)


def record(library: Library, *drafts: Draft, where: str = "2F") -> None:
    with library.at("li", where).act() as act:
        act.record_all(drafts)


def begin(library: Library) -> None:
    """A draw of four applicants for two seats, drawn."""
    record(
        library,
        Draft("draw.opened", DRAW, OPENED),
        *(draws.applied(DRAW, each, "医学院", {"name": "张三"}) for each in PEOPLE),
        Draft("draw.published", DRAW, PUBLISHED),
        Draft("draw.drawn", DRAW, {"seed": "7"}),
    )


def drawn(library: Library) -> list[draw_pages.Line]:
    with library.desk.reading() as connection:
        return draw_pages.lines(connection, DRAW)


def seat(library: Library, patron: str, day: str = "2026-12-01", zone: str = "exam") -> str | None:
    with library.desk.reading() as connection:
        return draw_pages.allotted(connection, patron, zone, day)


def test_winners_have_seats_in_order_and_the_others_wait(library: Library) -> None:
    begin(library)
    lines = drawn(library)
    assert [line.number for line in lines] == order("7", "ab" * 32, [n for n, _ in LIST])
    assert [(line.rank, line.lot) for line in lines] == [
        (1, "A-1"), (2, "A-2"), (3, None), (4, None)
    ]  # fmt: skip
    first, last = lines[0], lines[-1]
    assert seat(library, first.patron) is None  # not confirmed
    said = {"place": "A-1"}
    record(library, Draft("application.confirmed", first.subject, said))
    assert seat(library, first.patron) == "exam/A-1"
    assert seat(library, last.patron) is None
    with library.desk.reading() as connection:
        for day, inside in (("2026-12-01", {"exam_candidates"}), ("2026-12-27", set())):
            assert segments_of(connection, first.patron, day) == inside
        assert segments_of(connection, last.patron, "2026-12-01") == set()
    for day, zone in (("2026-11-30", "exam"), ("2026-12-27", "exam"), ("2026-12-01", "it")):
        assert seat(library, first.patron, day, zone) is None
    with library.desk.reading() as connection:
        assert draw_pages.owner(connection, "exam/A-1", "2026-12-26") == first.patron
        assert draw_pages.owner(connection, "exam/A-2", "2026-12-26") is None
        assert draw_pages.owners(connection, "exam", "2026-12-02") == {"exam/A-1": first.patron}
    record(library, Draft("application.forfeited", first.subject, {"why": "unused"}))
    record(library, Draft("application.confirmed", first.subject, said))
    assert seat(library, first.patron) is None
    assert differs_from_ledger(library.desk) == []


def stub(kind: str, data: str = "{}") -> Stub:
    return Stub("id", kind, None, 0, "[]", 1, data)


@pytest.mark.parametrize(("pair", "how"), [(sorted(pair), how) for pair, how in PAIRS.items()])
def test_each_pair_of_an_application(pair: list[str], how: str) -> None:
    one, other = (pair * 2)[:2]
    clashes = draws.APPLICATIONS.clashes
    assert clashes is not None
    for there, differ in (("A-1", False), ("A-2", True)):
        facts = [stub(f"application.{n}", f'{{"place":"{p}"}}') for n, p in zip(
            (one, other), ("A-1", there), strict=True
        )]  # fmt: skip
        assert clashes(*facts) == clashes(*facts[::-1]) == {".": False, "x": True, "s": differ}[how]


Apart = Callable[[str], Draft]
CONFIRMED = Draft("application.confirmed", "", {"place": "A-1"})
FORFEITED = Draft("application.forfeited", "", {"why": "unconfirmed"})


@pytest.mark.parametrize(
    ("here", "there", "clash"),
    [
        (CONFIRMED, FORFEITED, True),
        (CONFIRMED, CONFIRMED, False),
        (Draft("draw.drawn", DRAW, {"seed": "7"}), Draft("draw.drawn", DRAW, {"seed": "8"}), True),
        (Draft("draw.drawn", DRAW, {"seed": "7"}), Draft("draw.drawn", DRAW, {"seed": "7"}), False),
        (Draft("draw.opened", DRAW, OPENED), Draft("draw.opened", DRAW, OPENED), False),
        (
            Draft("draw.opened", DRAW, OPENED),
            Draft("draw.opened", DRAW, OPENED | {"many": 3}),
            True,
        ),
    ],
)
def test_what_two_desks_do_to_one_draw_apart(
    two_desks: Library, here: Draft, there: Draft, clash: bool
) -> None:
    library = two_desks
    if here.kind != "draw.opened":
        begin(library)
        if here.kind == "draw.drawn":
            undone = Draft("draw.undone", DRAW, {"undoes": last_of(library), "by": None})
            record(library, undone)
        for code in ("2F", "3F"):
            library.exchange(code)
    for where, draft in (("2F", here), ("3F", there)):
        subject = draft.subject or application_of(DRAW, drawn_first(library))
        record(library, Draft(draft.kind, subject, draft.data), where=where)
    for code in ("2F", "3F", "2F"):
        library.exchange(code)
    states = []
    for desk in library.desks.values():
        with desk.reading() as connection:
            assert bool(open_clashes(connection)) == clash
            states.append(draw_pages.lines(connection, DRAW))
        assert differs_from_ledger(desk) == []
    assert states[0] == states[1]


def drawn_first(library: Library) -> str:
    return drawn(library)[0].patron


def last_of(library: Library) -> str:
    with library.desk.reading() as connection:
        sql = "SELECT id FROM fact WHERE kind = 'draw.drawn'"
        return str(connection.exec_driver_sql(sql).scalar_one())
