"""`deskapp central …`: the commands of whoever looks after the library's centre."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from getpass import getpass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from db.clock import SystemClock
from deskapp import centre as centres
from deskapp.central_fold import fold
from deskapp.columns import lined_up
from deskapp.command import PARTLY, Command, Report, WrongUsage, answer
from deskapp.desk import STORE, Refusal, code_of
from deskapp.language import Language
from deskapp.sync_words import span
from deskapp.wall_clock import WRONG

if TYPE_CHECKING:
    from db.central import Central, DeskStanding, Granted
    from db.file_central import FileCentral

SCANT = 20_000_000
"""facts, two years of fifty desks: with less room somebody should see to it"""
UNITS = ("B", "kB", "MB", "GB", "TB")


def central(command: Command) -> Report:
    """`deskapp central`: one of its tasks, by a connection of the owner of its database; of a
    centre that is a file, by whoever may write it. Refuses NotForFile.
    """
    task, file = command.asked.task, centres.file_of(centres.address_of(command.asked.url))
    if file is None:
        with _connected(command) as centre:
            return TASKS[task](command, centre)
    if task not in FILE_TASKS:
        raise Refusal("NotForFile", what=f"central {task}")
    if not file.is_file() and not (task == "init" and file.parent.is_dir()):
        raise Refusal("CentreAway", why=str(file))
    from db.file_central import FileCentral

    with closing(FileCentral(file, SystemClock())) as there:
        return FILE_TASKS[task](command, there)


@contextmanager
def _connected(command: Command) -> "Iterator[Central]":
    from db.central import Central  # here: no other command needs a database's driver

    address, clock = command.asked.url, SystemClock()
    try:
        centre = Central(address, clock)
    except Refusal as refusal:
        if refusal.code != "CentrePasswordMissing":
            raise
        if not sys.stdin.isatty():
            raise WrongUsage(command.t("central.password_how")) from refusal
        centre = Central(address, clock, answer(getpass, command.t("central.password")))
    try:
        yield centre
    finally:
        centre.close()


def init(command: Command, centre: "Central") -> Report:
    """`deskapp central init URL`"""
    form, doubts = centre.init(), centre.doubts()
    for doubt in doubts:
        command.warn(command.t(f"central_doubt.{doubt}"))
    return Report([command.t("central.made", form=form)], {"form": form, "doubts": doubts})


def init_file(command: Command, centre: "FileCentral") -> Report:
    """`deskapp central init FILE`: it is there now."""
    return Report([command.t("central.made_file", file=centre.path)], {"file": centre.path})


def grant(command: Command, centre: "Central") -> Report:
    """`deskapp central grant URL DESK`: what the desk needs is told once."""
    t, asked = command.t, command.asked
    _doubt_departments(command, centre)
    granted = centre.grant(
        code_of(asked.desk),
        asked.departments,
        [code_of(pack) for pack in asked.packs],
        renew=asked.renew,
        host=asked.host,
    )
    report = Report([t("central.granted", desk=granted.desk, role=granted.role)], asdict(granted))
    report.sentences += _confided(t, granted)
    if granted.packs:
        codes = ", ".join(granted.packs)
        report.sentences.append(t("central.packs", codes=codes))
    report.sentences += [t("central.address"), granted.address]
    if "sslmode" not in granted.address:
        report.sentences.append(t("central.socket"))
    if granted.password is not None:
        report.sentences += [t("central.password_once"), granted.password]
    return report


def grant_file(command: Command, centre: "FileCentral") -> Report:
    """`deskapp central grant FILE DESK`: whose confidences it is given, and where it finds them."""
    t, asked = command.t, command.asked
    for option, said in (("packs", asked.packs), ("renew", asked.renew), ("host", asked.host)):
        if said:
            raise Refusal("NotForFile", what=f"--{option}")
    _doubt_departments(command, centre)
    granted = centre.grant(code_of(asked.desk), asked.departments)
    report = Report([t("central.granted_file", desk=granted.desk)], asdict(granted))
    report.sentences += _confided(t, granted)
    report.sentences += [t("central.address"), granted.address]
    return report


def _doubt_departments(command: Command, centre: "Central | FileCentral") -> None:
    """A code that nobody has heard of is likely a slip; a department may be new, too."""
    known = centre.departments() if command.asked.departments else set()
    for code in command.asked.departments or ():
        if known and code not in known:
            said = command.t("central.department_unknown", code=code, known=_joined(known))
            command.warn(said)


def _confided(t: Language, granted: "Granted") -> list[str]:
    if not granted.departments:
        return []
    return [t("central.departments", codes=_joined(granted.departments))]


def _joined(codes: Iterable[str]) -> str:
    return ", ".join(sorted(codes))


def revoke(command: Command, centre: "Central") -> Report:
    """`deskapp central revoke URL DESK`"""
    desk = code_of(command.asked.desk)
    role = centre.revoke(desk)
    return Report([command.t("central.revoked", desk=desk)], {"desk": desk, "role": role})


def status(command: Command, centre: "Central | FileCentral") -> Report:
    """`deskapp central status URL`"""
    t, standing = command.t, centre.standing()
    report = Report(facts=asdict(standing))
    size = sized(standing.size)
    report.sentences.append(t("central.standing", facts=standing.facts, size=size))
    if standing.room is not None and standing.room < SCANT:
        command.warn(t("central.room", facts=standing.room))
    if standing.desks:
        columns = ("desk", "departments", "seen", "behind", "clock", "faults", "state")
        rows = [[t(f"central_column.{name}") for name in columns]]
        rows += [_line(t, desk, command.zone) for desk in standing.desks]
        report.sentences += lined_up(rows)
    return report


def _line(t: Language, desk: "DeskStanding", zone: ZoneInfo | None) -> list[str]:
    seen = f"{desk.seen.astimezone(zone):%Y-%m-%d %H:%M}" if desk.seen else t("central.never")
    return [
        desk.desk if desk.maker is None else f"{desk.desk} ({desk.maker})",
        ", ".join(desk.departments) or "-",
        seen,
        f"{desk.behind:,}",
        _clock(t, desk.offset),
        f"{desk.faults:,}",
        t("central.is_out") if desk.revoked else t("central.is_in"),
    ]


def _clock(t: Language, offset: int | None) -> str:
    """How far off a desk's clock is, in words; `!` where that is too far."""
    if offset is None:
        return "-"
    seconds = round(abs(offset) / 1000)
    if not seconds:
        return t("central.right")
    far = " !" if seconds > WRONG.total_seconds() else ""
    return t("central.slow" if offset > 0 else "central.fast", span=span(t, seconds)) + far


def restored(command: Command, centre: "Central | FileCentral") -> Report:
    """`deskapp central restored URL`"""
    timeline = centre.restored(command.asked.fork)
    return Report([command.t("central.restored")], {"timeline": timeline})


def sized(size: int) -> str:
    """A size in bytes as people read it: `38.2 MB`."""
    number, unit = float(size), 0
    while number >= 1000 and unit < len(UNITS) - 1:
        number, unit = number / 1000, unit + 1
    return f"{number:.0f} {UNITS[0]}" if not unit else f"{number:.1f} {UNITS[unit]}"


def adopt(command: Command, centre: "Central | FileCentral") -> Report:
    """`deskapp central adopt URL`: from the store of --data, or from a stick."""
    from db.adoption import Adoption, ServerTaker
    from db.file_central import FileCentral

    t, asked = command.t, command.asked
    there = centre if isinstance(centre, FileCentral) else ServerTaker(centre.connection)
    adoption = Adoption(there, wordless=asked.wordless)
    if asked.stick is not None:
        adoption.stick(asked.stick)
    else:
        adoption.store(command.folder / STORE)
    done = adoption.done
    report = Report(facts=asdict(done))
    for desk, facts in done.facts.items():
        report.sentences.append(t("central.adopted", desk=desk, facts=facts))
    if done.worded:
        report.sentences.append(t("central.worded", count=done.worded))
    if not done.facts and not done.worded:
        report.sentences.append(t("central.nothing_stranded"))
    if done.unsound:
        report.sentences.append(t("central.unsound", count=done.unsound))
    if done.wordless:
        report.sentences.append(t("central.wordless", count=done.wordless))
    report.sentences += [t("command.stick_broken", file=name) for name in done.broken]
    if done.unsound or done.wordless or done.broken:
        report.status = PARTLY
    return report


TASKS: "dict[str, Callable[[Command, Central], Report]]" = {
    "init": init,
    "grant": grant,
    "revoke": revoke,
    "status": status,
    "restored": restored,
    "fold": fold,
    "adopt": adopt,
}
FILE_TASKS: "dict[str, Callable[[Command, FileCentral], Report]]" = {
    "init": init_file,
    "grant": grant_file,
    "status": status,
    "restored": restored,
    "adopt": adopt,
}
"""what makes sense of a file; who may come in, its folder's permissions say"""
