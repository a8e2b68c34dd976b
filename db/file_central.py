"""The centre in a file, for whoever looks after it: what desks are given, and how they stand."""

from collections.abc import Sequence
from typing import Any

from db.central import CentreStanding, DeskStanding, Granted
from db.clock import moment
from db.facts import Fact
from db.file_centre import FileCentre
from db.rows import chunks, marks
from db.staff import EARLY, departments_in


class FileCentral(FileCentre):
    """A library's centre in an SQLite file, as `db.central.Central`. It has no roles: whoever may
    write the file may come in, and a desk is given the confidences of departments, nothing else.
    """

    def grant(self, desk: str, departments: Sequence[str] | None = None) -> Granted:
        """Say whose confidences a desk is given; None leaves them as they are."""
        if departments is not None:
            self.handles(desk, departments)
        given = self._asked("SELECT department FROM scope WHERE desk = ? ORDER BY 1", desk)
        codes = tuple(code for (code,) in given)
        return Granted(desk, "", codes, (), f"file:{self.path}", None)

    def departments(self) -> set[str]:
        """As `Central.departments`."""
        lines = self._asked(
            "SELECT data FROM ledger WHERE pos <= ? AND kind IN ('staff.entered', 'staff.changed')",
            EARLY,
        )
        return departments_in(data for (data,) in lines)

    def standing(self) -> CentreStanding:
        """How the centre and each of its desks stand."""
        ((facts, timeline, size),) = self._asked(
            "SELECT coalesce((SELECT max(pos) FROM ledger), 0), (SELECT max(number) FROM timeline),"
            " page_count * page_size FROM pragma_page_count, pragma_page_size"
        )
        lines = self._asked(
            "SELECT desk, max(pos, 0), faults, at, skew FROM "
            "(SELECT desk FROM standing UNION SELECT desk FROM scope) "
            "LEFT JOIN standing USING (desk) LEFT JOIN seen USING (desk) ORDER BY desk"
        )
        given = self._asked("SELECT desk, department FROM scope ORDER BY 1, 2")
        desks = tuple(
            DeskStanding(
                desk, "", None, False, tuple(code for whose, code in given if whose == desk),
                moment(at) if at else None, pos or 0, facts - (pos or 0), skew, faults or 0,
            )
            for desk, pos, faults, at, skew in lines
        )  # fmt: skip
        return CentreStanding(facts, None, size, timeline, desks)

    # What adoption asks (see `db.adoption.Taker`)

    def key(self) -> bytes | None:
        rows = self._asked("SELECT key FROM library")
        return rows[0][0] if rows else None

    def known(self, desk: str, ids: Sequence[str]) -> set[str]:
        return self._among("SELECT id FROM ledger WHERE desk = ? AND id IN", ids, desk)

    def erased(self, persons: Sequence[str]) -> set[str]:
        return self._among("SELECT person FROM erased WHERE person IN", persons)

    def confide(self, desk: str, facts: Sequence[Fact]) -> int:
        with self._alone() as raw:
            return raw.executemany(
                "UPDATE ledger SET private = ?, salt = ? WHERE id = ? AND desk = ? AND seal = ? "
                "AND private IS NULL AND person NOT IN (SELECT person FROM erased)",
                [(f.private, f.salt, f.id, desk, f.seal) for f in facts],
            ).rowcount

    def begin(self, desk: str) -> tuple[int, int]:
        ((epoch, skew),) = self._asked(
            "SELECT (SELECT max(epoch) FROM receipt WHERE desk = ?1), "
            "(SELECT skew FROM seen WHERE desk = ?1)",
            desk,
        )
        return (epoch or 0) + 1, skew or 0

    def _among(self, question: str, values: Sequence[str], *before: object) -> set[str]:
        found: set[str] = set()
        for chunk in chunks(values):
            rows = self._asked(f"{question} {marks(len(chunk))}", *before, *chunk)
            found.update(value for (value,) in rows)
        return found

    def _asked(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        with self._alone() as raw:
            return raw.execute(question, values).fetchall()
