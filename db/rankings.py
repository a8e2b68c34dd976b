"""What a quarter's rankings are made of, of everybody at once."""

import json
from collections import Counter
from typing import NamedTuple

from sqlalchemy import Connection

from db.conduct import stands
from db.merged import head
from db.store import driver
from db.visits import seconds


class Most(NamedTuple):
    """How much somebody may have at most, and whether anything of it is of the days asked for."""

    amount: int
    within: bool


def lent(connection: Connection, first: str, last: str) -> dict[str, Most]:
    """How many loans each reader has from one day to another, both in it: that many exactly."""
    sql = "SELECT patron, sum(count) FROM loan WHERE day BETWEEN ? AND ? GROUP BY patron"
    lines = driver(connection).execute(sql, (first, last))
    return {patron: Most(count, True) for patron, count in lines}


_REACHES = """
SELECT patron, sum(reach) + ?5 * sum(open) + ?6 * count(*), max(day BETWEEN ?3 AND ?4)
FROM visit WHERE day BETWEEN ?1 AND ?2 GROUP BY patron
"""
_SAT = """
SELECT patron, spans, present_since, day BETWEEN ?3 AND ?4 FROM sitting
WHERE subject >= 'seat:' || ?1 || ':' AND subject < 'seat:' || ?2 || ';'
AND (spans <> '[]' OR present_since IS NOT NULL)
"""


class Days(NamedTuple):
    """Days that are looked at, and those of them that are asked for: first and last of each."""

    since: str
    until: str
    first: str
    last: str


def there(
    connection: Connection, days: Days, now: str, longest: int, missing: int
) -> dict[str, Most]:
    """At most how many seconds each reader was there, by gates and on seats, where nobody who comes
    in stays longer than `longest` seconds, and an end that is missing counts `missing`.

    Never less than what `deskapp.visits` counts: between two ends of a day's records nobody was
    there longer than that, what an open day has beyond it is `longest`, and what a way out with
    nothing before it has, `missing`.
    """
    raw = driver(connection)
    found = Counter[str]()
    within: set[str] = set()
    for patron, most, asked in raw.execute(_REACHES, (*days, max(longest, missing), missing)):
        found[patron] += most
        if asked:
            within.add(patron)
    for patron, spans, present, asked in raw.execute(_SAT, days):
        ends = [*json.loads(spans), *([(present, max(present, now))] if present else ())]
        found[patron] += sum(seconds(to) - seconds(since) for since, to in ends)
        if asked:
            within.add(patron)
    return {patron: Most(most, patron in within) for patron, most in found.items()}


# who they are


def joined(connection: Connection) -> dict[str, str]:
    """Of every number that was merged the one that serves for it."""
    raw = driver(connection)
    lines = raw.execute("SELECT subject FROM reader WHERE merged_into IS NOT NULL").fetchall()
    return {subject: head(raw, subject) for (subject,) in lines}


_BANS = """
SELECT patron, needed, violations FROM ban WHERE until > ?1 AND since < ?2
AND since < min(until, coalesce(lifted_at, until)) AND coalesce(lifted_at, until) > ?1
AND coalesce(reason, '') NOT IN (SELECT value FROM json_each(?3))
"""


def banned(connection: Connection, since: str, until: str, unfounded: tuple[str, ...]) -> set[str]:
    """Whom a ban that stands held from between two moments; one that was lifted for one of the
    `unfounded` reasons never did.
    """
    raw = driver(connection)
    lines = raw.execute(_BANS, (since, until, json.dumps(unfounded))).fetchall()
    return {patron for patron, needed, causes in lines if stands(raw, needed, causes)}


def opted_out(connection: Connection) -> set[str]:
    """Who wants to be on no ranking."""
    lines = driver(connection).execute("SELECT subject FROM reader WHERE opted_out IS NOT NULL")
    return {subject for (subject,) in lines}


def known(connection: Connection) -> dict[str, str | None]:
    """Every reader who was not erased, and of what type."""
    sql = "SELECT subject, type FROM reader WHERE number IS NOT NULL"
    return dict(driver(connection).execute(sql).fetchall())


def working(connection: Connection, roles: tuple[str, ...]) -> set[str]:
    """Readers who are staff of the library in one of these roles: by a number that is a badge."""
    sql = (
        "SELECT identifier.subject FROM staff JOIN identifier ON value = badge "
        "WHERE active AND role IN (SELECT value FROM json_each(?))"
    )
    return {subject for (subject,) in driver(connection).execute(sql, (json.dumps(roles),))}
