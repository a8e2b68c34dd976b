"""What the doctor finds, and how it is gathered."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from db.disk import undecodable

MOST = 100
"""Findings of one code that are named one by one; the rest are counted."""


@dataclass(slots=True)
class Finding:
    """What is wrong (`code`) and where (`facts`): names and places, never what people said."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)


Findings = Iterator[Finding]


def finding(code: str, **facts: object) -> Finding:
    return Finding(code, facts)


class Gathered:
    """Findings, of each code the first ones: a store in ruins does not fill the memory."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self._kept: list[Finding] = []

    def add(self, new: Finding) -> None:
        self.counts[new.code] = self.counts.get(new.code, 0) + 1
        if self.counts[new.code] <= MOST:
            self._kept.append(new)

    def take(self, raw: sqlite3.Connection | None, check: Callable[[], Findings]) -> None:
        try:
            counts, kept = dict(self.counts), list(self._kept)
            try:
                for each in check():
                    self.add(each)
            except sqlite3.OperationalError as error:
                if raw is None or not undecodable(error):
                    raise
                raw.text_factory = _text
                self.counts, self._kept = counts, kept
                for each in check():
                    self.add(each)
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR):
                raise  # SQLITE_ERROR: a table or column is not there
            self.add(finding("StoreDamaged", detail=str(error)))

    def all(self) -> list[Finding]:
        """By kind, in the order in which each was first found; how many more, behind its kind."""
        found: list[Finding] = []
        for code, count in self.counts.items():
            found += [each for each in self._kept if each.code == code]
            if count > MOST:
                found.append(finding("More", of=code, count=count - MOST))
        return found


def _text(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")
