"""What a desk's scanners type around a code, learnt from one known code each.

A prefix, a suffix, and the AIM id (`]C1`, `]Q3`: which kind of code it was, ISO/IEC 15424). Kept
for this desk; the scan widget takes it off, so that nothing else need know of it.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection

from db.place import set_setting, setting
from deskapp.desk import Desk, Refusal, Role

LEARNING = Role.SHIFT_LEAD
"""who may have the desk learn a scanner"""
LEAST = 4
"""characters of a code that a scanner is learnt from"""
LONGEST = 20
"""characters around it, on one side"""
_SETTING = "scanners"
_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")


@dataclass(frozen=True, slots=True)
class Manner:
    """What stands around a code: before, the AIM id if any, after it; suffix behind the code."""

    before: str = ""
    aim: bool = False
    after: str = ""
    suffix: str = ""

    def __bool__(self) -> bool:
        return bool(self.before or self.aim or self.after or self.suffix)

    @property
    def pattern(self) -> re.Pattern[str]:
        """The code stands in its group."""
        aim = _AIM.pattern if self.aim else ""
        ends = re.escape(self.before) + aim + re.escape(self.after), re.escape(self.suffix)
        return re.compile(f"{ends[0]}(.+){ends[1]}", re.DOTALL)


def manner(known: str, scan: str) -> Manner:
    """How a scanner types a code that is known. Refuses CodeShort, ScanUnlike (the code is not in
    what was scanned, or more than once).
    """
    if len(known) < LEAST:
        raise Refusal("CodeShort", count=LEAST)
    place, within = known.casefold(), scan.casefold()
    at = within.find(place)
    if at < 0 or at != within.rfind(place):
        raise Refusal("ScanUnlike")
    prefix, suffix = scan[:at], scan[at + len(place) :]
    if max(len(prefix), len(suffix)) > LONGEST:
        raise Refusal("ScanUnlike")
    aim = _AIM.search(prefix)
    if aim is None:
        return Manner(before=prefix, suffix=suffix)
    return Manner(prefix[: aim.start()], True, prefix[aim.end() :], suffix)


def learn(desk: Desk, known: str, scan: str) -> Manner:
    """Learn one more scanner of this desk. Refuses RoleTooLow, CodeShort, ScanUnlike."""
    desk.require(LEARNING)
    found = manner(known.strip(), scan)
    if found:
        with desk.ledger.store.writing() as connection:
            _keep(connection, [*(each for each in _learnt(connection) if each != found), found])
    return found


def forget(desk: Desk) -> None:
    """Forget all scanners of this desk. Refuses RoleTooLow."""
    desk.require(LEARNING)
    with desk.ledger.store.writing() as connection:
        _keep(connection, [])


def learnt(desk: Desk) -> list[Manner]:
    """The scanners that the desk knows."""
    with desk.reading() as connection:
        return _learnt(connection)


def stripping(manners: Sequence[Manner]) -> Callable[[str], str]:
    """What takes off a scan whatever a scanner put around it; the longest that fits."""
    patterns = [each.pattern for each in sorted(manners, key=_length, reverse=True)]

    def bare(text: str) -> str:
        found = (pattern.fullmatch(text) for pattern in patterns)
        return next((match[1] for match in found if match), text)

    return bare


def _length(each: Manner) -> int:
    return len(each.before) + 3 * each.aim + len(each.after) + len(each.suffix)


def _learnt(connection: Connection) -> list[Manner]:
    return [Manner(**each) for each in json.loads(setting(connection, _SETTING) or "[]")]


def _keep(connection: Connection, manners: Iterable[Manner]) -> None:
    set_setting(connection, _SETTING, json.dumps([asdict(each) for each in manners]))
