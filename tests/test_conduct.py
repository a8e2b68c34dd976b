"""Conduct: violations, the bans that they fill, the windows that lift them."""

from datetime import timedelta
from itertools import product

import pytest

from db import conduct
from db.conduct import VIOLATIONS, draft, ran_out
from db.facts import Draft, canonical
from deskapp import clashes
from deskapp.desk import Desk
from tests.clashing import open_clashes
from tests.library import Library, differs_from_ledger, rows_of, stored, utc

NUMBER = "2023101234"
DAY = "2026-11-22"


def at(time: str) -> str:
    """`09:30` of the day as the ledger stamps it."""
    return utc(f"{DAY} {time}")


def write(desk: Desk, *drafts: Draft) -> None:
    with desk.act() as act:
        act.record_all(drafts)


def away(reader: str, cause: str = "s1", zone: str = "exam") -> Draft:
    """Half an hour away from half past nine, and not back at ten."""
    return ran_out("too_long", cause, reader, zone, "A-1", at("09:30"), at("10:00"), at("10:00"))


def ban(reader: str, *causes: str, needed: int = 1, **more: object) -> Draft:
    times = {"from": at("10:00"), "until": utc("2026-11-29 10:00"), "needed": needed}
    said = {"patron": reader, **times, "violations": [f"violation:{c}:too_long" for c in causes]}
    return draft(
        "ban.imposed", f"ban:{causes[-1] if causes else 'lead'}:too_long", {**said, **more}
    )


def window(first: str, last: str, name: str = "1", *zones: str) -> Draft:
    said = {"from": at(first), "until": at(last), "why": "power", "zones": list(zones)}
    return draft("exemption.declared", f"exemption:{name}", said)


def barred(desk: Desk, reader: str, zone: str = "exam", now: str = "2026-11-22 12:00") -> bool:
    with desk.reading() as connection:
        return conduct.banned(connection, reader, zone, utc(now)) is not None


def test_a_ban_is_in_force_from_until_unless_lifted(library: Library) -> None:
    li, reader = library.at("li"), library.reader(NUMBER)
    write(li, away(reader), ban(reader, "s1"))
    assert not barred(li, reader, now="2026-11-22 09:59")
    assert barred(li, reader, now="2026-11-22 10:00")
    assert barred(li, reader, now="2026-11-29 09:59")
    assert not barred(li, reader, now="2026-11-29 10:00")
    assert not barred(li, library.reader("00417"))
    write(li, draft("ban.lifted", "ban:s1:too_long", {"reason": "excused"}))
    assert not barred(li, reader)
    assert rows_of(li, "ban:s1:too_long")["reason"] == "excused"


def test_a_ban_of_one_zone_leaves_the_others(library: Library) -> None:
    li, reader = library.at("li"), library.reader(NUMBER)
    write(li, ban(reader, needed=0, zones=["exam"], why="other"))
    assert barred(li, reader)
    assert not barred(li, reader, "cinema")


def test_a_ban_stands_as_long_as_enough_of_its_violations_count(library: Library) -> None:
    li, reader = library.at("li"), library.reader(NUMBER)
    causes = ("s1", "s2", "s3")
    write(li, *(away(reader, cause) for cause in causes), ban(reader, *causes, needed=2))
    assert barred(li, reader)
    for cause, still in (("s1", True), ("s2", False)):
        write(li, draft("violation.lifted", f"violation:{cause}:too_long", {"reason": "mistaken"}))
        assert barred(li, reader) == still


def test_a_ban_follows_a_person_to_another_number(library: Library) -> None:
    li, old, new = library.at("li"), library.reader(NUMBER), library.reader("2023101235")
    write(li, away(old), ban(old, "s1"), draft("reader.merged", old, {"into": new}))
    assert barred(li, new)


@pytest.mark.parametrize(
    ("first", "last", "lifts"),
    [
        ("09:40", "09:50", True),  # the clock should have stood for ten minutes
        ("09:00", "09:30", False),
        ("10:00", "10:30", False),  # it had run out
        ("09:59", "11:00", True),
    ],
)
def test_a_window_lifts_what_fell_inside(
    library: Library, first: str, last: str, lifts: bool
) -> None:
    li, reader = library.at("li"), library.reader(NUMBER)
    write(li, away(reader), ban(reader, "s1"), window(first, last, "1", "cinema"))
    assert barred(li, reader)  # another zone's
    write(li, window(first, last, "2", "cinema", "exam"))
    assert barred(li, reader) != lifts
    write(li, draft("exemption.withdrawn", "exemption:2"))
    assert barred(li, reader)


def test_what_a_person_saw_in_a_window_is_lifted(library: Library) -> None:
    li, reader = library.at("li"), library.reader(NUMBER)
    said = {"patron": reader, "kind": "too_long", "zone": "exam", "at": at("10:00")}
    write(li, draft("violation.noted", "violation:s1:too_long", {**said, "confirmed": True}))
    write(li, ban(reader, "s1"), window("09:00", "10:00"))
    assert barred(li, reader)
    write(li, draft("exemption.ended", "exemption:1", {"until": at("10:01")}))
    assert not barred(li, reader)


def test_what_ran_out_with_the_window_reckoned_stays(library: Library) -> None:
    li, reader = library.at("li"), library.reader(NUMBER)
    write(li, window("09:40", "10:05"), window("09:45", "09:50", "2"))
    with li.reading() as connection:
        over = conduct.runs_out(connection, "exam", at("09:30"), at("10:00"))
        held = conduct.stopped(connection, "exam", at("09:42"), at("10:00"))
        assert conduct.runs_out(connection, "exam", at("08:00"), at("09:00")) == at("09:00")
    assert (over, held) == (at("10:25"), timedelta(minutes=18))
    write(
        li,
        ran_out("too_long", "s1", reader, "exam", "A-1", at("09:30"), at("10:00"), over),
        ban(reader, "s1"),
    )
    assert barred(li, reader)
    write(li, window("10:20", "10:21", "3"))
    assert not barred(li, reader)


def test_the_states_of_a_violation(library: Library) -> None:
    li, reader = library.at("li"), library.reader(NUMBER)
    id = "violation:s1:holding"
    said = {"patron": reader, "kind": "holding", "zone": "exam", "seat": "A-1"}
    said |= {"at": at("10:00")}
    new = {**said, "confirmed": False}
    steps = [
        (draft("violation.noted", id, new, {"note": "书包占座"}, person=reader), "pending"),
        (draft("violation.confirmed", id), "confirmed"),
        (draft("violation.appealed", id, None, {"appeal": "在借书"}, person=reader), "appealed"),
        (draft("violation.noted", id, {**said, "confirmed": True}), "appealed"),
        (draft("violation.upheld", id), "confirmed"),
        (draft("violation.lifted", id, {"reason": "excused"}), "lifted"),
        (draft("violation.confirmed", id), "lifted"),
        (draft("violation.appealed", id), "lifted"),
        (draft("violation.upheld", id), "lifted"),
    ]
    for step, status in steps:
        write(li, step)
        assert rows_of(li, id)["status"] == status, step.kind
    assert (rows_of(li, id)["note"], rows_of(li, id)["appeal"]) == ("书包占座", "在借书")
    assert differs_from_ledger(li) == []


def test_what_two_desks_may_do_to_one_violation_apart(two_desks: Library) -> None:
    """Every two meet twice, each once at either desk; a lifting is a clash with what it undoes."""
    library = two_desks
    kinds = [name.partition(".")[2] for name, _ in VIOLATIONS.folds]
    said = {"patron": library.reader(NUMBER), "kind": "holding", "zone": "exam"}
    said |= {"at": utc("2026-11-22 10:00")}
    new = {**said, "confirmed": False}
    pairs = {f"violation:{n}:holding": pair for n, pair in enumerate(product(kinds, kinds))}
    write(library.at("li"), *(draft("violation.noted", id, new) for id in pairs))
    library.exchange("2F")
    library.exchange("3F")
    for place, code in enumerate(("2F", "3F")):
        drafts = (draft(f"violation.{pair[place]}", id, new) for id, pair in pairs.items())
        write(library.at("lead", code), *drafts)
    for code in ("2F", "3F", "2F"):
        library.exchange(code)
    tables = [stored(library.desks[code]) for code in ("2F", "3F")]
    assert tables[0] == tables[1]
    with library.desk.reading() as connection:
        found = {subject for subject, *_ in open_clashes(connection)}
    against = ({"lifted", "confirmed"}, {"lifted", "upheld"})
    assert found == {id for id, pair in pairs.items() if set(pair) in against}
    lifted = {id for id in pairs if rows_of(library.desk, id)["status"] == "lifted"}
    again = {("lifted", "noted")}  # noted again once that is undone: as if it was lifted by mistake
    assert lifted == {id for id, pair in pairs.items() if "lifted" in pair and pair not in again}


@pytest.mark.parametrize("other", ["confirmed", "upheld"])
def test_a_lead_says_whether_it_was_lifted(two_desks: Library, other: str) -> None:
    library, id = two_desks, "violation:s1:holding"
    said = {"patron": library.reader(NUMBER), "kind": "holding", "zone": "exam"}
    said |= {"at": utc("2026-11-22 10:00")}
    write(library.at("li"), draft("violation.noted", id, {**said, "confirmed": False}))
    library.exchange("2F")
    library.exchange("3F")
    write(library.at("lead", "2F"), draft("violation.lifted", id, {"reason": "excused"}))
    write(library.at("lead", "3F"), draft(f"violation.{other}", id))
    for code in ("3F", "2F", "3F"):
        library.exchange(code)
    lead = library.at("lead")
    (line,) = clashes.ClashList(lead).after(None, 9)
    assert line.name == "单*强"
    known = clashes.clash(lead, line.pair)
    (keep,) = {side.id for side in known.sides if side.kind != "violation.lifted"}
    assert {each.keep: each.values["status"] for each in known.outcomes}[keep] == "confirmed"
    clashes.settle(lead, line.pair, keep)
    assert rows_of(lead, id)["status"] == "confirmed"
    assert differs_from_ledger(lead) == []


def test_two_desks_that_draw_one_ban_make_one(two_desks: Library) -> None:
    library, reader = two_desks, two_desks.reader(NUMBER)
    for code in ("2F", "3F"):
        write(library.at("li", code), away(reader), ban(reader, "s1", needed=len(code) - 1))
    for code in ("3F", "2F", "3F"):
        library.exchange(code)
    tables = [stored(library.desks[code]) for code in ("2F", "3F")]
    assert tables[0] == tables[1]
    assert (len(tables[0]["ban"]), len(tables[0]["violation"]), tables[0]["clash"]) == (1, 1, [])


def test_malformed_words_of_a_window_stop_nobody(library: Library) -> None:
    li, reader = library.at("li"), library.reader(NUMBER)
    write(li, away(reader), ban(reader, "s1"), window("09:40", "09:50", "1", "cinema"))
    with li.ledger.store.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE exemption SET since = '', until = 'z', zones = ?", (canonical(["exam"]),)
        )
    assert barred(li, reader)
