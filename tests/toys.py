"""A toy book for tests of the mechanism: a shelf of numbered lamps that people switch."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from sqlmodel import Field, SQLModel

from db.clock import SystemClock, first_id
from db.facts import Book, Fact, Rows, Stub, put


class Lamp(SQLModel, table=True):
    subject: str = Field(primary_key=True)
    state: str | None = None
    by: str | None = None
    turns: int | None = None
    name: str | None = None


SCHEMA = (
    "CREATE TABLE IF NOT EXISTS lamp "
    "(subject TEXT PRIMARY KEY, state TEXT, by TEXT, turns INTEGER, name TEXT)"
)


def _clash(one: Stub, other: Stub) -> bool:
    """Two switches clash; a name commutes with everything."""
    return one.kind == other.kind == "lamp.switched"


def _out(rows: Rows) -> bool:
    """A lamp that was switched off is done with."""
    return bool(rows["lamp",]["state"] == "off")


LAMPS = Book("lamp", (Lamp,), clashes=_clash, closed=_out)


@LAMPS.fold("lamp.switched")
def _switched(rows: Rows, fact: Fact) -> Rows:
    turns = rows.get(("lamp",), {}).get("turns") or 0
    return put(rows, "lamp", state=fact.says()["to"], by=fact.desk, turns=turns + 1)


@LAMPS.fold("lamp.named")
def _named(rows: Rows, fact: Fact) -> Rows:
    return put(rows, "lamp", name=fact.confides().get("name"))


def made_id(milliseconds: int, high: int, low: int) -> str:
    """An id of RFC 9562, version 7, from its parts: 48, 12 and 62 bits."""
    digits = f"{milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low:032x}"
    return "-".join(digits[a:b] for a, b in pairwise((0, 8, 12, 16, 20, 32)))


class ToyClock(SystemClock):
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def new_id(self) -> str:
        return first_id(self.at) + super().new_id()[13:]

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)
