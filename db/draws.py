"""Seats and lockers of a season: applied for, listed, drawn by lot, confirmed, passed down.

A draw (book `draw`) is its terms, its published list and the order that the lot gave; what became
of each application (book `application`) is told by that application.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from db import clock
from db.facts import Book, Draft, Fact, Row, Rows, Stub, always, canonical, pairs, put

SEAT, LOCKER = "seat", "locker"
APPLIED, STRUCK, OFFERED = "applied", "struck", "offered"
LISTED, WON, WAITING = "listed", "won", "waiting"
CONFIRMED, FORFEITED = "confirmed", "forfeited"


class Draw(SQLModel, table=True):
    """The draw of one thing in one season. Days are the library's, moments UTC stamps."""

    __table_args__ = (Index("draw_zone", "zone", "last"),)
    subject: str = Field(primary_key=True)
    season: str
    thing: str
    """seat, locker"""
    name: str
    zone: str
    many: int
    """places to be drawn"""
    first: str
    last: str
    """the days on which they are somebody's"""
    confirm_until: str
    days: int
    """that whoever a place is passed down to has to confirm it"""
    unused: int
    """days on end without use after which a seat is forfeited; 0: never"""
    segments: str
    """JSON list of codes: the listed segments that whoever has confirmed is in, from first to last
    day"""
    desk: str
    opened_at: str
    published_at: str | None = None
    digest: str | None = None
    """SHA-256 of the list as it was published, in hexadecimal"""
    seed_from: str | None = None
    """where the seed was to come from, said before anybody could know it"""
    places: str | None = None
    """JSON list of labels, the first rank's first"""
    drawn_at: str | None = None
    drawn_by: str | None = None
    drawn_desk: str | None = None
    """which forfeits and passes down: one desk, so that no place is passed to two"""
    seed: str | None = None


class DrawLine(SQLModel, table=True):
    """One application on the published list, and what the lot gave it."""

    __tablename__ = "draw_line"
    __table_args__ = (
        Index("draw_line_patron", "subject", "patron"),
        Index("draw_line_place", "subject", sqlite_where=text("place IS NOT NULL")),
    )
    subject: str = Field(primary_key=True)
    number: str = Field(primary_key=True, sa_column_kwargs={"info": {"key": True}})
    patron: str
    rank: int | None = None
    place: str | None = None


class Application(SQLModel, table=True):
    """A reader's application. What they said is personal, and missing after an erasure."""

    __table_args__ = (
        Index("application_patron", "patron"),
        Index("application_place", "draw", "place"),
        Index("application_offered", "until", sqlite_where=text("status = 'offered'")),
    )
    subject: str = Field(primary_key=True)
    draw: str
    patron: str
    applied_at: str
    college: str | None = None
    name: str | None = None
    major: str | None = None
    class_: str | None = Field(default=None, sa_column_kwargs={"name": "class"})
    phone: str | None = None
    reason: str | None = None
    status: str
    place: str | None = None
    """offered, confirmed or assigned; a winner's own is its line's"""
    until: str | None = None
    """by when what was passed down is to be confirmed"""
    confirmed_at: str | None = None
    ended_at: str | None = None
    why: str | None = None


def order(seed: str, digest: str, numbers: Iterable[str]) -> list[str]:
    """Application numbers as the lot orders them: by SHA-256 of seed, list digest and number, set
    apart by line feeds, in UTF-8. It does not matter how they were ordered before.
    """
    before = sha256(f"{seed}\n{digest}\n".encode())

    def lot(number: str) -> bytes:
        each = before.copy()
        each.update(number.encode())
        return each.digest()

    return sorted(numbers, key=lot)


DECIDES = {"draw.opened": None, "draw.published": "digest", "draw.drawn": "seed"}


def _draws_clash(one: Stub, other: Stub) -> bool:
    """Two desks opened, listed or drew one season apart, and not the same."""
    if one.kind != other.kind:
        return True
    if one.kind.endswith(".undone"):
        return False
    what = DECIDES[one.kind]
    first, second = json.loads(one.data), json.loads(other.data)
    return bool(first != second if what is None else first[what] != second[what])


TABLE = """
applied    .
struck     .  .
offered    .  x  s
confirmed  .  x  s  s
moved      .  x  s  s  s
forfeited  .  .  x  x  x  .
put_back   .  .  x  x  x  .  .
undone     .  x  x  x  x  x  x  .
"""
"""Every pair of kinds, neither author knowing the other; the columns are the rows in their order.

.  they commute, or the first stands   x  they clash   s  unless they are of the same place
"""
PAIRS = pairs(TABLE)


def _applications_clash(one: Stub, other: Stub) -> bool:
    how = PAIRS[frozenset(each.kind.removeprefix("application.") for each in (one, other))]
    if how != "s":
        return how == "x"
    return bool(json.loads(one.data)["place"] != json.loads(other.data)["place"])


DRAWS = Book("draw", (Draw, DrawLine), clashes=_draws_clash, closed=always)
_APPLICATIONS: tuple[type[SQLModel], ...] = (Application,)
APPLICATIONS = Book("application", _APPLICATIONS, clashes=_applications_clash, closed=always)


def draw_of(season: str, thing: str) -> str:
    return f"draw:{season}:{thing}"


def application_of(draw: str, patron: str) -> str:
    """The application of a reader in a draw."""
    return f"application:{draw.removeprefix('draw:')}:{patron}"


def applied(draw: str, patron: str, college: str | None, private: Mapping[str, Any]) -> Draft:
    """`private`: name, major, class, phone, reason."""
    said = {"draw": draw, "patron": patron, "college": college}
    subject = application_of(draw, patron)
    return Draft("application.applied", subject, said, patron, private)


@DRAWS.fold("draw.opened")
def _opened(rows: Rows, fact: Fact) -> Rows:
    """`{season, thing, name, zone, many, first, last, confirm_until, days, unused, segments}`.
    Opened twice, the first stands.
    """
    if ("draw",) in rows:
        return rows
    said = fact.says()
    said |= {name: clock.day(said[name]) for name in ("first", "last")}
    said["segments"] = canonical(said["segments"])
    return put(rows, "draw", **said, desk=fact.desk, opened_at=fact.at)


@DRAWS.fold("draw.published")
def _published(rows: Rows, fact: Fact) -> Rows:
    """`{digest, seed_from, places, list: [[number, patron], …]}`. The first stands."""
    row, said = rows["draw",], fact.says()
    if row["digest"] is not None:
        return rows
    values = {name: said[name] for name in ("digest", "seed_from")}
    values["places"] = canonical([*map(str, said["places"])])
    found = put(rows, "draw", **values, published_at=fact.at)
    for number, patron in said["list"]:
        found["draw_line", str(number)] = {"patron": patron}
    return found


@DRAWS.fold("draw.drawn")
def _drawn(rows: Rows, fact: Fact) -> Rows:
    """`{seed}`: the list's order and who has which place follow. The first stands."""
    row = rows["draw",]
    if row["seed"] is not None:
        return rows
    seed, places = str(fact.says()["seed"]), json.loads(row["places"])
    numbers = [key[1] for key in rows if key[0] == "draw_line"]
    found = put(
        rows, "draw", seed=seed, drawn_at=fact.at, drawn_by=fact.actor, drawn_desk=fact.desk
    )
    for rank, number in enumerate(order(seed, row["digest"], numbers), 1):
        place = places[rank - 1] if rank <= len(places) else None
        key = ("draw_line", number)
        found[key] = {**rows[key], "rank": rank, "place": place}
    return found


def _row(rows: Rows) -> Row:
    return rows["application",]


@APPLICATIONS.fold("application.applied")
def _applied(rows: Rows, fact: Fact) -> Rows:
    """`{draw, patron, college}`; private: name, major, class, phone, reason. Two desks that import
    the same file enter the same: the first stands.
    """
    if ("application",) in rows:
        return rows
    said = fact.says()
    if fact.subject != application_of(said["draw"], said["patron"]):
        raise ValueError("another's application")
    told = said | fact.confides()
    return put(rows, "application", **told, applied_at=fact.at, status=APPLIED)


def _ended(rows: Rows, fact: Fact, status: str) -> Rows:
    """The first ending stands."""
    if _row(rows)["status"] in (STRUCK, FORFEITED):
        return rows
    ended = {"ended_at": fact.at, "why": fact.says()["why"]}
    return put(rows, "application", status=status, place=None, until=None, **ended)


@APPLICATIONS.fold("application.struck")
def _struck(rows: Rows, fact: Fact) -> Rows:
    """`{why}`: double, ineligible, withdrawn. It is not listed."""
    return _ended(rows, fact, STRUCK)


@APPLICATIONS.fold("application.forfeited")
def _forfeited(rows: Rows, fact: Fact) -> Rows:
    """`{why}`: unconfirmed, unused, given_up, gone."""
    return _ended(rows, fact, FORFEITED)


def _placed(rows: Rows, fact: Fact, **more: Any) -> Rows:
    if _row(rows)["status"] in (STRUCK, FORFEITED):
        return rows
    return put(rows, "application", place=str(fact.says()["place"]), **more)


@APPLICATIONS.fold("application.offered")
def _offered(rows: Rows, fact: Fact) -> Rows:
    """`{place, until}`: a place that was forfeited is passed down to them."""
    if _row(rows)["status"] == CONFIRMED:
        return rows
    return _placed(rows, fact, status=OFFERED, until=str(fact.says()["until"]))


@APPLICATIONS.fold("application.confirmed")
def _confirmed(rows: Rows, fact: Fact) -> Rows:
    """`{place}`: they came, and it is theirs."""
    if _row(rows)["status"] == CONFIRMED:
        return rows
    return _placed(rows, fact, status=CONFIRMED, until=None, confirmed_at=fact.at)


@APPLICATIONS.fold("application.moved")
def _moved(rows: Rows, fact: Fact) -> Rows:
    """`{place}`: another place instead of theirs."""
    return _placed(rows, fact)


@APPLICATIONS.fold("application.put_back")
def _put_back(rows: Rows, fact: Fact) -> Rows:
    """What was offered is another's: they wait again."""
    if _row(rows)["status"] != OFFERED:
        return rows
    return put(rows, "application", status=APPLIED, place=None, until=None)
