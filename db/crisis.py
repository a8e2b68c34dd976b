"""Calls for help: that somebody was called, and nothing of why or for whom."""

from sqlmodel import Field, SQLModel

from db.facts import Book, Draft, Fact, Rows, put


class CrisisCall(SQLModel, table=True):
    """One call. `whom` is a code of the profile."""

    __tablename__ = "crisis_call"
    subject: str = Field(primary_key=True)
    desk: str
    whom: str
    at: str = Field(index=True)


_TABLES: tuple[type[SQLModel], ...] = (CrisisCall,)
CRISIS = Book("crisis", _TABLES)


def draft(subject: str, whom: str) -> Draft:
    return Draft("crisis.called", subject, {"whom": whom})


@CRISIS.fold("crisis.called")
def _called(rows: Rows, fact: Fact) -> Rows:
    """`{whom}`."""
    return put(rows, "crisis_call", desk=fact.desk, whom=fact.says()["whom"], at=fact.at)
