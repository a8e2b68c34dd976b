"""How a second copy differs from its store, for the doctor."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from db.copy import STANDS, joined, refuse_stranger
from db.dormant import LEFT_OUT
from db.facts import COLUMNS, ID


def compare(store: Path, copy: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """What differs, and where.

    CopyBehind (so many facts), CopyAhead (it has a fact that the store lacks), CopyDiffers (at a
    fact and a column), CopyRemains (a private part that the store has stripped).
    """
    with joined(store, copy) as raw:
        raw.execute("BEGIN")
        refuse_stranger(raw, copy)
        behind = raw.execute(
            "SELECT count(*) FROM desk.fact WHERE n > (SELECT coalesce(max(n), 0) FROM fact)"
        ).fetchone()[0]
        if behind:
            yield "CopyBehind", {"facts": behind}
        for n, id in raw.execute(
            "SELECT f.n, f.id FROM fact f LEFT JOIN desk.fact d ON d.n = f.n "
            f"WHERE substr(d.id, 1, {ID}) IS NOT substr(f.id, 1, {ID}) ORDER BY f.n"
        ):
            yield "CopyAhead", {"n": n, "id": id}
        cursor = raw.execute("SELECT cursor FROM place").fetchone()[0]
        # Where facts stand is compared as far as the copy has followed.
        followed = (
            "d.pos <= ? AND (SELECT (p.epoch, p.timeline) IS (q.epoch, q.timeline) "
            "FROM place p, desk.place q)"
        )
        for column in COLUMNS:
            where = f"f.{column} IS NOT d.{column}"
            if column in STANDS:
                where += " AND " + followed
            elif column in ("private", "salt"):
                where += " AND d.private IS NOT NULL"
            if column in LEFT_OUT:
                where += " AND f.data <> '' AND d.data <> ''"
            lines = raw.execute(
                "SELECT d.n, d.id FROM fact f JOIN desk.fact d ON d.n = f.n "
                f"WHERE {where} AND f.id IS d.id",
                (cursor,) if column in STANDS else (),
            )
            for n, id in lines:
                yield "CopyDiffers", {"n": n, "id": id, "column": column}
        for n, id in raw.execute(
            "SELECT d.n, d.id FROM fact f JOIN desk.fact d ON d.n = f.n "
            "WHERE f.private IS NOT NULL AND d.private IS NULL AND f.id IS d.id "
            "AND (d.data <> '' OR d.person IN (SELECT person FROM desk.erased))"
        ):
            yield "CopyRemains", {"n": n, "id": id}
