"""Who wants to be on no ranking (不参加排名): a reader says so, and may say otherwise later."""

from db.facts import Draft, Fact, Rows
from db.readers import READERS

__all__ = ["READERS", "draft"]


def draft(reader: str, *, out: bool) -> Draft:
    return Draft("reader.opted_out" if out else "reader.opted_in", reader, {})


@READERS.fold("reader.opted_out")
def _opted_out(rows: Rows, fact: Fact) -> Rows:
    """`{}`. LookupError (and so a fault) while the reader has not arrived, as below."""
    return _put(rows, rows["reader",].get("opted_out") or fact.at)


@READERS.fold("reader.opted_in")
def _opted_in(rows: Rows, fact: Fact) -> Rows:
    """`{}`"""
    return _put(rows, None)


def _put(rows: Rows, since: str | None) -> Rows:
    return {**rows, ("reader",): {**rows["reader",], "opted_out": since}}
