"""Events to sign up for, in tests."""

from typing import Any

from db.clock import stamp
from tests.library import Library, local

DAY = "2026-11-24"


def gather(library: Library, *times: str, code: str | None = None, **said: Any) -> str:
    """Announce an event with sessions on one day (`14:00-16:00`), called s1, s2, ...; its id."""
    sessions = [
        {
            "id": f"s{n}",
            "begins": stamp(local(f"{DAY} {begin}")),
            "until": stamp(local(f"{DAY} {until}")),
            "place": "报告厅",
        }
        for n, (begin, _, until) in enumerate((each.partition("-") for each in times), 1)
    ]
    words = {"number": 7, "title": "信息检索大赛", "kind": "contest", "department": "information"}
    with library.at("li", code).act() as act:
        event = act.new_subject("event")
        act.record("event.announced", event, {**words, "sessions": sessions, **said})
    return event
