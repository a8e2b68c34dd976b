"""The ledger as a table, to be checked and counted elsewhere."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from db.clock import stamp
from db.facts import COLUMNS
from db.ledger import between
from deskapp import exports
from deskapp.cells import Cell
from deskapp.desk import Desk, Role

KEPT_BACK = ("private", "salt")
"""What people said, and what would let it be guessed, leave a desk only in a backup."""
WRITTEN = tuple(name for name in COLUMNS if name not in KEPT_BACK)


def export(
    desk: Desk,
    path: Path,
    t: Callable[..., str],
    *,
    since: date | None = None,
    until: date | None = None,
) -> int:
    """Write facts from `since` to `until` (both in it) to a table file, in the order of arrival.

    Without private parts, whoever asks: seal, digest and chain go with the facts, so that the chain
    can be checked from the file alone; what is past the horizon has no `data` here. Headings are
    the ledger's own names. For department heads up. Gives the number of facts.
    """
    desk.require(Role.DEPARTMENT_HEAD)
    low = stamp(datetime.combine(since, time(), desk.zone)) if since else ""
    after = until + timedelta(days=1) if until else None
    high = stamp(datetime.combine(after, time(), desk.zone)) if after else "9999"
    with desk.reading() as connection:
        lines = between(connection, WRITTEN, low, high)
        return exports.write(path, WRITTEN, _plain(lines), sheet_title=t("sheet.ledger"))


def _plain(lines: Iterator[tuple[Cell | bytes | None, ...]]) -> Iterator[list[Cell | None]]:
    for line in lines:
        yield [value.hex() if isinstance(value, bytes) else value for value in line]
