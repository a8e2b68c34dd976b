"""What a desk keeps of its exchanges with the centre: how it stands, and the last few of them."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from db.clock import moment, stamp
from db.place import EXCHANGES, set_setting, setting
from deskapp.schedule import Past

KEPT = 30
STOPPED = "SyncStopped"
"""the code of an exchange that somebody stopped: no news of the centre"""


@dataclass(frozen=True, slots=True)
class Exchanged:
    """An exchange, or several in a row that ended alike and brought nothing new.

    did: what it did, in numbers (see `db.exchange.Summary`), zeros left out. code: what stopped it,
    with its facts; empty where it was whole.
    """

    began: str
    ended: str
    times: int = 1
    did: Mapping[str, object] = field(default_factory=dict)
    code: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """success: when the last whole exchange ended; failed: when the first one behind it did not
    get through; vain: how many were in vain since; nightly: the last whole one of a night. Moments
    as `stamp` writes them, empty where there is none. log: the newest first.
    """

    success: str = ""
    failed: str = ""
    vain: int = 0
    nightly: str = ""
    log: tuple[Exchanged, ...] = ()

    @property
    def last(self) -> Exchanged | None:
        """The last one that says anything of the centre."""
        return next((each for each in self.log if each.code != STOPPED), None)

    @property
    def past(self) -> Past:
        """What the schedule goes by."""
        attempt = moment(self.log[0].ended) if self.log else None
        return Past(attempt, self.vain, moment(self.nightly) if self.nightly else None)


def read(connection: Connection) -> Record:
    """What is kept; what cannot be read was never kept."""
    try:
        said = json.loads(setting(connection, EXCHANGES) or "{}")
        log = tuple(Exchanged(**each) for each in said.pop("log", ()))
        return Record(**said, log=log)
    except (ValueError, TypeError, AttributeError):
        return Record()


def keep(
    connection: Connection,
    began: datetime,
    ended: datetime,
    did: Mapping[str, object],
    code: str = "",
    facts: Mapping[str, object] | None = None,
    *,
    nightly: bool = False,
) -> None:
    """Note how an exchange ended."""
    record, at = read(connection), stamp(ended)
    known = {name: _plain(value) for name, value in (facts or {}).items()}
    new = Exchanged(stamp(began), at, 1, {k: v for k, v in did.items() if v}, code, known)
    log = list(record.log)
    if log and not new.did and not log[0].did and log[0].code == code:
        new = replace(new, began=log[0].began, times=log[0].times + 1)
        log = log[1:]
    record = replace(record, log=(new, *log)[:KEPT])
    if not code:
        nights = at if nightly else record.nightly
        record = replace(record, success=at, failed="", vain=0, nightly=nights)
    else:
        failed = record.failed or ("" if code == STOPPED else at)
        record = replace(record, failed=failed, vain=record.vain + 1)
    set_setting(connection, EXCHANGES, json.dumps(asdict(record), ensure_ascii=False))


def begin_anew(connection: Connection) -> None:
    """Another centre, or none: what was kept of the one before says nothing any more."""
    set_setting(connection, EXCHANGES, "{}")


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool | None) else str(value)
