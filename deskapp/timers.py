"""The operating system's own scheduler, for desks that are closed at night: systemd, cron, or the
Task Scheduler of Windows. It starts `deskapp sync --nightly`.
"""

import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path, PureWindowsPath
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

from deskapp.refusal import Refusal
from deskapp.schedule import Plan, night

DAY = date(2026, 1, 1)
"""any day: a timer knows the hour alone"""
PATIENCE = 30
"""seconds that a program of the system may take"""


@dataclass(frozen=True, slots=True)
class Job:
    """The nightly exchange of a desk: of which data folder, and when, in which zone."""

    desk: str
    folder: Path
    plan: Plan
    zone: str

    @property
    def name(self) -> str:
        """The same for every time that it is asked: one store has one timer."""
        return f"deskapp-{self.desk}-{sha256(str(self.folder).encode()).hexdigest()[:6]}"

    @property
    def command(self) -> tuple[str, ...]:
        # -P: whatever lies in the folder in which the system starts it.
        program = (sys.executable, "-P", "-m", "deskapp")
        return (*program, "--data", str(self.folder), "sync", "--nightly")


@dataclass(frozen=True, slots=True)
class Installed:
    """by: systemd, cron or windows. at: when it starts. files: what was written; see: the command
    that shows it; linger: one that is still needed for it to run while nobody is logged in.
    """

    by: str
    at: str
    files: tuple[str, ...]
    see: str
    linger: str = ""


def install(job: Job) -> Installed:
    """Have the system start it every night. Refuses NightlyOff, TimerMissing, TimerFailed."""
    if job.plan.nightly is None:
        raise Refusal("NightlyOff")
    if sys.platform == "win32":
        return _windows(job)
    if _systemd():
        return _units(job)
    if shutil.which("crontab"):
        return _cron(job)
    raise Refusal("TimerMissing")


def remove(job: Job) -> list[str]:
    """Have it started no more; what was taken away. Refuses TimerFailed."""
    if sys.platform == "win32":
        asked = _asked("schtasks", "/Query", "/TN", job.name)
        if asked.returncode:
            return []
        _told("schtasks", "/Delete", "/F", "/TN", job.name)
        return [job.name]
    gone: list[str] = []
    units = [each for each in _unit_files(job) if each.exists()]
    if units:
        if _systemd():
            _told("systemctl", "--user", "disable", "--now", f"{job.name}.timer")
        for each in units:
            each.unlink()
            gone.append(str(each))
        if _systemd():
            _told("systemctl", "--user", "daemon-reload")
    if shutil.which("crontab"):
        table = _table()
        rest = without(table, job.name)
        if rest != table:
            _told("crontab", "-", given=rest)
            gone.append("crontab")
    return gone


# systemd


def _systemd() -> bool:
    """Whether this user has a systemd of their own here."""
    return (
        bool(shutil.which("systemctl"))
        and not _asked("systemctl", "--user", "show-environment").returncode
    )


def _unit_files(job: Job) -> tuple[Path, Path]:
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    folder = home / "systemd" / "user"
    return folder / f"{job.name}.service", folder / f"{job.name}.timer"


def _units(job: Job) -> Installed:
    files = _unit_files(job)
    try:
        files[0].parent.mkdir(parents=True, exist_ok=True)
        for file, text in zip(files, units(job), strict=True):
            file.write_text(text, "utf-8")
    except OSError as error:
        raise Refusal("FileUnwritable", file=str(files[0].parent)) from error
    timer = files[1].name
    _told("systemctl", "--user", "daemon-reload")
    _told("systemctl", "--user", "enable", "--now", timer)
    user = os.environ.get("USER") or str(os.getuid())
    linger = _asked("loginctl", "show-user", user, "--property=Linger", "--value")
    more = "" if linger.stdout.strip() == "yes" else f"sudo loginctl enable-linger {user}"
    see = f"systemctl --user list-timers {timer}"
    return Installed("systemd", _hour(job), tuple(map(str, files)), see, more)


def units(job: Job) -> tuple[str, str]:
    """The texts of the service and of its timer."""
    started = " ".join(map(_quoted, job.command))
    service = (
        f"[Unit]\nDescription=deskapp {job.desk}: nightly sync\n\n"
        # 1: clashes are left to people, and are no failure of the night's work.
        f"[Service]\nType=oneshot\nNice=10\nSuccessExitStatus=1\nExecStart={started}\n"
    )
    timer = (
        f"[Unit]\nDescription=deskapp {job.desk}: nightly sync\n\n"
        f"[Timer]\nOnCalendar=*-*-* {_hour(job)}:00 {job.zone}\n"
        f"RandomizedDelaySec={round(job.plan.spread.total_seconds())}\nPersistent=true\n\n"
        "[Install]\nWantedBy=timers.target\n"
    )
    return service, timer


def _quoted(word: str) -> str:
    """As systemd reads it: nothing in a path is a variable or a specifier."""
    word = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{word}"'


# cron


def _cron(job: Job) -> Installed:
    table = without(_table(), job.name)
    if table and not table.endswith("\n"):
        table += "\n"
    _told("crontab", "-", given=table + entry(job))
    at = f"{night(job.plan, job.desk, datetime.combine(DAY, _set(job))):%H:%M}"
    return Installed("cron", at, ("crontab",), "crontab -l")


def _table() -> str:
    """The user's table as it is; empty where there is none. Refuses TimerFailed where nobody can
    say: what is not read would be written over.
    """
    asked = _asked("crontab", "-l")
    if asked.returncode < 0:
        raise _failed(asked)
    return asked.stdout if not asked.returncode else ""


def entry(job: Job) -> str:
    """Our lines of a crontab, between marks. Cron knows no spread: each desk has its own minute."""
    at = night(job.plan, job.desk, datetime.combine(DAY, _set(job)))
    command = shlex.join(job.command).replace("%", r"\%")
    begin, end = _marks(job.name)
    return f"{begin}\n{at.minute} {at.hour} * * * {command} >/dev/null 2>&1\n{end}\n"


def without(table: str, name: str) -> str:
    """A crontab without the lines between our marks; the others stay as they are."""
    begin, end = _marks(name)
    head, mark, rest = table.partition(f"{begin}\n")
    _, closed, tail = rest.partition(f"{end}\n")
    return head + tail if mark and closed else table


def _marks(name: str) -> tuple[str, str]:
    return f"# {name} begin", f"# {name} end"


# Windows


def _windows(job: Job) -> Installed:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "task.xml"
        file.write_text(task(job), "utf-16")
        _told("schtasks", "/Create", "/F", "/TN", job.name, "/XML", str(file))
    return Installed("windows", _hour(job), (job.name,), f"schtasks /Query /V /TN {job.name}")


def task(job: Job) -> str:
    """The task as XML: nightly, or as soon as the machine is next on."""
    program, *arguments = job.command
    if program.lower().endswith("python.exe"):  # without a window
        program = str(PureWindowsPath(program).with_name("pythonw.exe"))
    begins = datetime.combine(DAY, _set(job)).isoformat()
    minutes = round(job.plan.spread / timedelta(minutes=1))
    delay = f"<RandomDelay>PT{minutes}M</RandomDelay>" if minutes else ""
    return (
        '<?xml version="1.0" encoding="UTF-16"?>\n'
        '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">\n'
        f"<Triggers><CalendarTrigger><StartBoundary>{begins}</StartBoundary>{delay}"
        "<ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay></CalendarTrigger></Triggers>\n"
        "<Settings><StartWhenAvailable>true</StartWhenAvailable>"
        "<MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>"
        "<DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>"
        "<StopIfGoingOnBatteries>false</StopIfGoingOnBatteries><Priority>8</Priority></Settings>\n"
        f"<Actions><Exec><Command>{escape(program)}</Command>"
        f"<Arguments>{escape(subprocess.list2cmdline(arguments))}</Arguments></Exec></Actions>\n"
        "</Task>\n"
    )


# all of them


def _set(job: Job) -> time:
    assert job.plan.nightly is not None, "seen to by install"
    return job.plan.nightly


def _hour(job: Job) -> str:
    return f"{_set(job):%H:%M}"


def _asked(*command: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    """What a program of the system says; -1 where it has not come to its end."""
    try:
        return subprocess.run(
            command,
            input=given,
            capture_output=True,
            text=True,
            errors="surrogateescape",  # others' lines of a crontab may be in any encoding
            check=False,
            timeout=PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, -1, "", str(error))


def _told(*command: str, given: str | None = None) -> None:
    done = _asked(*command, given=given)
    if done.returncode:
        raise _failed(done)


def _failed(done: subprocess.CompletedProcess[str]) -> Refusal:
    return Refusal("TimerFailed", command=" ".join(done.args), why=done.stderr.strip())
