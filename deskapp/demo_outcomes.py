"""What comes of a demo's events: volunteers' shifts, results, feedback; each when it would be."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from deskapp import feedback, helpers, results
from deskapp.demo_signups import Crowd
from deskapp.desk import Desk
from deskapp.events import Plan, Time
from deskapp.helpers import Duty, Shift
from deskapp.results import Achieved

EARLY = timedelta(hours=1)
"""before a session its shifts begin"""
PLANNED = timedelta(days=7)
AFTER = timedelta(hours=2)
"""behind a session its results are typed; an hour later comes feedback, a day later a lead"""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
Step = Callable[[Desk, str], object]
"""what is done at a desk for an event, by id"""


def steps(plan: Plan, said: Mapping[str, Any], crowd: Crowd) -> Iterator[tuple[datetime, Step]]:
    """What is said of its `team`, the `scores` of who came, whether the list is `confirmed`, a
    `tally` of paper, what was `said`.
    """
    session, team = plan.sessions[0], said.get("team", ())
    if team:
        yield session.begin - EARLY - PLANNED, partial(_plan, session, team, crowd)
    for place, each in enumerate(team):
        for at, run in _shift(session, each):
            yield at, partial(_of_shift, place, run)
    at = session.until + AFTER
    if "scores" in said:
        yield at, partial(_results, said["scores"], said.get("works", ()), crowd)
    if "tally" in said:
        yield at + HOUR, partial(_feedback, said["tally"], said.get("said", ()))
    if said.get("confirmed"):
        yield at + DAY, results.confirm


def _plan(session: Time, team: list[Any], crowd: Crowd, desk: Desk, id_: str) -> None:
    for said, reader in zip(team, crowd.helpers, strict=False):
        shift = Shift(session.begin - EARLY, session.until, session.place, said["role"])
        helpers.plan(desk, id_, reader, shift)


Acted = Callable[[Desk, str, Duty], object]


def _of_shift(place: int, run: Acted, desk: Desk, id_: str) -> None:
    run(desk, id_, helpers.of_event(desk, id_)[place])


def _shift(session: Time, said: Mapping[str, Any]) -> Iterator[tuple[datetime, Acted]]:
    """What is done about one, as the file has it."""
    begin, until = session.begin - EARLY, session.until
    if "leave" in said:
        at = begin - said["leave"] * HOUR
        yield at, lambda desk, _, duty: helpers.ask_leave(desk, duty.id, said["why"])
    if "came" in said:
        yield begin + said["came"] * MINUTE, _sign
    if "left" in said:
        yield until + said["left"] * MINUTE, _sign
    if "completed" in said:
        out = until + said["completed"] * MINUTE
        yield (
            until + AFTER,
            lambda desk, _, duty: helpers.complete(desk, duty.id, out, said["why"]),
        )


def _sign(desk: Desk, id_: str, duty: Duty) -> None:
    if duty.reader is not None:
        helpers.sign(desk, id_, duty.reader.id)


def _results(scores: list[float], works: list[str], crowd: Crowd, desk: Desk, id_: str) -> None:
    with desk.act() as act:
        for place, (score, reader) in enumerate(zip(scores, crowd.who(id_), strict=False)):
            note = works[place] if place < len(works) else ""
            results.record(act, id_, Achieved(reader, score=score, note=note))


def _feedback(tally: str, said: list[tuple[int, str]], desk: Desk, id_: str) -> None:
    feedback.take(desk, id_, feedback.tally_of(tally))
    for score, word in said:
        feedback.take(desk, id_, feedback.tally_of(str(score)), word)
