"""Exemption windows: declared by whoever is there, ended when it was over, withdrawn by a lead."""

from datetime import timedelta

from db import conduct as stored
from db.conduct import ran_out
from deskapp import bans, conduct, exemptions, undo
from deskapp.desk import Desk
from tests.library import Library, differs_from_ledger, local, utc
from tests.refusals import refused

NUMBER = "2023101234"


def away(library: Library, count: int, zone: str = "commons") -> list[str]:
    """Steps away from half past nine that ran out at ten."""
    times = [utc(f"2026-11-22 {t}") for t in ("09:30", "10:00", "10:00")]
    reader = library.reader(NUMBER)
    causes = [f"{zone}{n}" for n in range(count)]
    with library.desk.ledger.act(None) as act:
        drafts = [ran_out("too_long", each, reader, zone, "A-1", *times) for each in causes]
        act.record_all(drafts)
    return [f"violation:{each}:too_long" for each in causes]


def held(desk: Desk, zone: str, since: str, until: str) -> int:
    """The minutes for which clocks stood."""
    with desk.reading() as connection:
        return int(
            stored.stopped(
                connection, zone, utc(f"2026-11-22 {since}"), utc(f"2026-11-22 {until}")
            ).total_seconds()
            // 60
        )


def test_a_power_cut_that_is_told_afterwards(library: Library) -> None:
    li, lead = library.at("li"), library.at("lead")
    library.clock.put("2026-11-22 12:00")
    away(library, 3)
    away(library, 1, "it")
    assert len(bans.settle(li)) == 1
    span = (local("2026-11-22 09:45"), local("2026-11-22 11:00"))
    declared = exemptions.declare(li, "power", ["commons"], *span)
    assert (declared.since, declared.until, declared.lifts) == (*span, 3)
    assert bans.running(li) == []
    assert [each.exempt for each in conduct.of_reader(li, library.reader(NUMBER))] == (
        [False, True, True, True]
    )
    (window,) = exemptions.windows(library.at("assistant"))
    assert (window.why, window.zones, window.running, window.by) == (
        "power", ("commons",), False, "李静"
    )  # fmt: skip
    refused("RoleTooLow", exemptions.withdraw, li, declared.id)
    exemptions.withdraw(lead, declared.id)
    assert (len(bans.running(li)), exemptions.windows(li)) == (1, [])
    refused("ExemptionUnknown", exemptions.withdraw, lead, declared.id)
    assert undo.undo(lead).what == "exemption.withdrawn"
    assert bans.running(li) == []
    assert differs_from_ledger(li) == []


def test_a_drill_stops_all_clocks_until_it_is_over(library: Library) -> None:
    li = library.at("li")
    drill = exemptions.declare(li, "drill")
    assert (f"{drill.until:%m-%d %H:%M}", drill.lifts) == ("11-23 00:00", 0)
    assert held(li, "it", "09:00", "10:45") == 45
    library.clock.put("2026-11-22 10:09")
    assert exemptions.windows(li)[0].running
    assert exemptions.end(li, drill.id).until == local("2026-11-22 10:09")
    assert held(li, "it", "09:00", "10:45") == 9
    refused("ExemptionOver", exemptions.end, li, drill.id)
    exemptions.end(li, drill.id, local("2026-11-22 10:05"))
    assert held(li, "it", "09:00", "10:45") == 5
    assert undo.undo(li).what == "exemption.ended"
    assert held(li, "it", "09:00", "10:45") == 9
    undo.undo(li)
    assert undo.undo(li).what == "exemption.declared"
    assert held(li, "it", "09:00", "10:45") == 0


def test_what_cannot_be_declared(library: Library) -> None:
    li, now = library.at("li"), local("2026-11-22 10:00")
    refused("RoleTooLow", exemptions.declare, library.at("assistant"), "drill")
    refused("CodeUnknown", exemptions.declare, li, "party")
    refused("ZoneUnknown", exemptions.declare, li, "drill", ["attic"])
    refused("WindowWrong", exemptions.declare, li, "drill", [], now, now)
    refused("WindowWrong", exemptions.declare, li, "drill", [], now, now + timedelta(days=32))
    refused("ExemptionUnknown", exemptions.end, li, "exemption:none")
    id = exemptions.declare(li, "drill").id
    refused("WindowWrong", exemptions.end, li, id, now - timedelta(hours=1))
