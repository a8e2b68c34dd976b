"""Results (成绩) of events: a score or a rank of each who took part, and the list that is fixed.

A subject is one person, or one team, at one event, `result:<event>:<who>`: two desks that enter the
same one speak of the same thing. `who` is of a reader what their own subject has, of anybody else
an HMAC of the name under the event's key. The list of an event, `ranking:<event>`, is fixed once
it is confirmed; a correction behind that takes its place, and both are on record.
"""

import hmac
import json
from typing import Any

from sqlalchemy import Connection, Index
from sqlmodel import Field, SQLModel, col, select

from db.events import event_of
from db.facts import Book, Fact, Rows, Stub, always, canonical, drafted, pairs, put, without
from db.queries import every, one


class Result(SQLModel, table=True):
    """What one person or team achieved. Moments are UTC stamps."""

    __table_args__ = (Index("result_event", "event"), Index("result_patron", "patron"))
    subject: str = Field(primary_key=True)
    event: str
    patron: str | None = None
    """a reader; none of a team, and of who is no reader"""
    name: str | None = None
    """of who is no reader, or a team"""
    members: str
    """readers, a JSON list"""
    score: float | None = None
    rank: int | None = None
    """as the judges gave it, where there are no scores"""
    note: str | None = None
    """the title of a work, in words"""
    source: str
    """desk, file"""
    entered_at: str
    entered_by: str | None = None
    withdrawn_at: str | None = None
    why: str | None = None
    """why it was withdrawn or corrected"""


class Ranking(SQLModel, table=True):
    """The list of an event: by which rule, and who confirmed it. Moments are UTC stamps."""

    subject: str = Field(primary_key=True)
    event: str
    lowest: bool | None = None
    """whether the lowest score wins"""
    prizes: str | None = None
    """the event's own rule: JSON, a list of `[prize, how many or a share as 10%]`"""
    confirmed_at: str | None = None
    confirmed_by: str | None = None
    fact: str | None = None
    """which confirmed or corrected it last: what awards rest on"""
    corrected_at: str | None = None
    corrected_by: str | None = None
    why: str | None = None


class Ranked(SQLModel, table=True):
    """One line of a confirmed list, and what it was before a correction."""

    __table_args__ = (Index("ranked_result", "result"),)
    subject: str = Field(primary_key=True)
    result: str = Field(primary_key=True, sa_column_kwargs={"info": {"key": True}})
    rank: int | None = None
    """none: it is not on the list any more"""
    prize: str | None = None
    score: float | None = None
    was: str | None = None
    """`[rank, prize, score]` as it was first confirmed, JSON"""


RESULT_TABLE = """
entered    f
corrected  f  f
withdrawn  x  x  .
undone     .  .  .  .
"""
RANKING_TABLE = """
ruled      f
confirmed  x  l
corrected  x  l  l
reopened   .  .  x  .
undone     .  .  .  .  .
"""
"""Every pair of kinds, neither author knowing the other; the columns are the rows in their order.

.  they commute, or the first stands
f  not the same said
l  not the same list
x  a list was confirmed by the rule that was changed, or corrected where it was taken back; who was
   withdrawn was entered
"""
PAIRS = {"result": pairs(RESULT_TABLE), "ranking": pairs(RANKING_TABLE)}
ACHIEVED = ("score", "rank", "members")


def _clash(one: Stub, other: Stub) -> bool:
    """Whether two facts, neither of which knew the other, need a person. LookupError of a kind that
    the tables do not have.
    """
    book = one.kind.partition(".")[0]
    how = PAIRS[book][frozenset(each.kind.partition(".")[2] for each in (one, other))]
    if how in ".x":
        return how == "x"
    first, second = json.loads(one.data), json.loads(other.data)
    if how == "l":
        return bool(first["list"] != second["list"])
    names = ACHIEVED if book == "result" else first.keys() | second.keys()
    return any(first.get(name) != second.get(name) for name in names)


draft = drafted
_RESULTS: tuple[type[SQLModel], ...] = (Result,)
RESULTS = Book("result", _RESULTS, clashes=_clash, closed=always)
_RANKINGS: tuple[type[SQLModel], ...] = (Ranking, Ranked)
RANKINGS = Book("ranking", _RANKINGS, clashes=_clash, closed=always)


def subject_of(event: str, reader: str) -> str:
    """A reader's result at an event."""
    return f"result:{event.partition(':')[2]}:{reader.partition(':')[2]}"


def subject_named(key: bytes, event: str, name: str) -> str:
    """The result of a team, or of who is no reader, by a name; `key` is the event's."""
    who = hmac.new(key, f"name\x1f{name}".encode(), "sha256").hexdigest()[:32]
    return f"result:{event.partition(':')[2]}:{who}"


def ranking_of(event: str) -> str:
    return f"ranking:{event.partition(':')[2]}"


# folds


@RESULTS.fold("result.entered")
def _entered(rows: Rows, fact: Fact) -> Rows:
    """`{patron, members, score, rank, source}`; private: name, note. Entered again it is so from
    then on; entered behind a withdrawal it stands again.
    """
    said, words = fact.says(), fact.confides()
    score, rank = said.get("score"), said.get("rank")
    return put(
        rows,
        "result",
        event=event_of(fact.subject),
        patron=said.get("patron"),
        members=canonical(said.get("members", [])),
        score=None if score is None else float(score),
        rank=None if rank is None else int(rank),
        source=said["source"],
        name=words.get("name"),
        note=words.get("note"),
        entered_at=fact.at,
        entered_by=fact.actor,
        withdrawn_at=None,
        why=None,
    )


@RESULTS.fold("result.corrected")
def _corrected(rows: Rows, fact: Fact) -> Rows:
    """`{score, rank}`; private: why. Behind the list's confirmation."""
    said = fact.says()
    score, rank = said.get("score"), said.get("rank")
    if not rows["result",]:
        return rows
    return put(
        rows,
        "result",
        score=None if score is None else float(score),
        rank=None if rank is None else int(rank),
        why=fact.confides().get("why"),
    )


@RESULTS.fold("result.withdrawn")
def _withdrawn(rows: Rows, fact: Fact) -> Rows:
    """Private: why. It does not count. With `{undoes, by}`: it was entered by mistake."""
    if fact.says().get("undoes"):
        return without(rows, "result")
    if rows["result",]["withdrawn_at"] is not None:
        return rows
    return put(rows, "result", withdrawn_at=fact.at, why=fact.confides().get("why"))


@RANKINGS.fold("ranking.ruled")
def _ruled(rows: Rows, fact: Fact) -> Rows:
    """`{lowest, prizes: [[prize, "3" or "10%"], …] or nothing}`: the event's own rule."""
    said = fact.says()
    prizes = said.get("prizes")
    rule = {"lowest": bool(said["lowest"]), "prizes": canonical(prizes) if prizes else None}
    return put(rows, "ranking", event=event_of(fact.subject), **rule)


def _listed(rows: Rows, fact: Fact, **more: Any) -> Rows:
    said = fact.says()
    first = rows.get(("ranking",), {}).get("confirmed_at") is None
    then = {str(result): each for result, *each in said["list"]}
    for key, row in list(rows.items()):
        if key[0] == "ranked" and key[1] not in then:
            was = row["was"] or canonical([row["rank"], row["prize"], row["score"]])
            rows = put(rows, *key, rank=None, prize=None, score=None, was=was)
    for result, (rank, prize, score) in then.items():
        row = rows.get(("ranked", result), {})
        had = [row.get(name) for name in ("rank", "prize", "score")]
        now = [int(rank), prize, None if score is None else float(score)]
        was = row.get("was")
        if not first and was is None and had != now:
            was = canonical(had)
        values = dict(zip(("rank", "prize", "score"), now, strict=True))
        rows = put(rows, "ranked", result, **values, was=was)
    return put(rows, "ranking", event=event_of(fact.subject), fact=fact.id, **more)


@RANKINGS.fold("ranking.confirmed")
def _confirmed(rows: Rows, fact: Fact) -> Rows:
    """`{list: [[result, rank, prize, score], …]}`. The first stands."""
    if rows.get(("ranking",), {}).get("confirmed_at") is not None:
        return rows
    return _listed(rows, fact, confirmed_at=fact.at, confirmed_by=fact.actor)


@RANKINGS.fold("ranking.reopened")
def _reopened(rows: Rows, fact: Fact) -> Rows:
    """`{undoes, by}`: it was confirmed by mistake."""
    if not rows["ranking",]:
        return rows
    kept = {key: row for key, row in rows.items() if key[0] == "ranking"}
    return put(kept, "ranking", **dict.fromkeys(("confirmed_at", "confirmed_by", "fact")))


@RANKINGS.fold("ranking.corrected")
def _list_corrected(rows: Rows, fact: Fact) -> Rows:
    """`{list}` as it is from now on; private: why."""
    if rows["ranking",]["confirmed_at"] is None:
        raise LookupError(fact.subject)
    why = fact.confides().get("why")
    return _listed(rows, fact, corrected_at=fact.at, corrected_by=fact.actor, why=why)


# queries


def result(connection: Connection, subject: str) -> Result | None:
    return one(connection, select(Result).where(Result.subject == subject))


def of_event(connection: Connection, event: str) -> list[Result]:
    """Those who took part, withdrawn ones too, as they were entered."""
    order = (col(Result.entered_at), col(Result.subject))
    return every(connection, select(Result).where(Result.event == event).order_by(*order))


def ranking(connection: Connection, event: str) -> Ranking | None:
    return one(connection, select(Ranking).where(Ranking.subject == ranking_of(event)))


def ranked(connection: Connection, event: str) -> list[Ranked]:
    """The lines of a confirmed list, the first first; what is not on it any more comes last."""
    found = every(connection, select(Ranked).where(Ranked.subject == ranking_of(event)))
    return sorted(found, key=lambda each: (each.rank is None, each.rank or 0, each.result))
