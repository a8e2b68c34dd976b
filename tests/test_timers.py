"""The operating system's own scheduler: what is written for it, and that it takes it."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import time, timedelta
from pathlib import Path

import pytest

from deskapp import timers
from deskapp.schedule import Plan
from deskapp.timers import Job
from tests import commanding
from tests.commanding import Run
from tests.outside import posix, program
from tests.refusals import refused

prepared, desk, run, _ = commanding.FIXTURES

ODD = Path('/srv/一 楼/100% $HOME "x"')
JOB = Job("2F", ODD, Plan(time(2, 30), timedelta(minutes=45)), "Asia/Shanghai")
OTHERS = "MAILTO=desk\n5 4 * * * backup 100%\n"
STUB = """#!/bin/sh
# Stands in for crontab where none is installed: the same words, the table in a file.
case "$1" in
-l) [ -f "$TABLE" ] || { echo "no crontab" >&2; exit 1; }; cat "$TABLE" ;;
-) cat > "$TABLE" ;;
esac
"""


def script(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(text, "utf-8")
    file.chmod(0o755)


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The table of a machine that has cron and no systemd."""
    script(tmp_path / "bin", "crontab", STUB)
    file = tmp_path / "table"
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin:/usr/bin")
    monkeypatch.setenv("TABLE", str(file))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(timers, "_systemd", lambda: False)
    return file


@posix
def test_cron_gets_a_line_between_marks_and_keeps_its_own(table: Path) -> None:
    table.write_text(OTHERS.rstrip("\n"), "utf-8")
    timers.install(JOB)
    first = table.read_text("utf-8")
    assert first.startswith(OTHERS)
    done = timers.install(JOB)  # again: there is one
    assert table.read_text("utf-8") == first
    line = first.splitlines()[-2]
    minute, hour, rest = line.split(" ", 2)
    assert done.at == f"{int(hour):02}:{int(minute):02}"
    assert "02:30" <= done.at <= "03:15"
    assert rest.startswith("* * * ")
    assert "%" not in rest.replace(r"\%", "")
    # What the shell makes of it, once cron has taken the backslashes before % away.
    told = rest.removeprefix("* * * ").replace(r"\%", "%").replace(">/dev/null 2>&1", "")
    shown = told.replace(sys.executable, f"{sys.executable} -c 'import sys; print(sys.argv)'", 1)
    said = subprocess.run(["sh", "-c", shown], capture_output=True, text=True, check=True).stdout
    assert said.strip() == str(["-c", *JOB.command[1:]])
    other = Job("3F", Path("/srv/3"), JOB.plan, JOB.zone)
    timers.install(other)
    assert timers.remove(JOB) == ["crontab"]
    assert timers.remove(JOB) == []
    assert timers.remove(other) == ["crontab"]
    assert table.read_text("utf-8") == OTHERS


@posix
def test_a_crontab_that_cannot_be_read_is_not_written_over(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = OTHERS.encode() + "# 备份\n".encode("gb18030")
    table.write_bytes(others)
    timers.install(JOB)
    assert table.read_bytes().startswith(others)
    timers.remove(JOB)
    assert table.read_bytes() == others
    monkeypatch.setattr(timers, "PATIENCE", 0.5)
    script(tmp_path / "bin", "crontab", STUB.replace("-l)", "-l) exec sleep 60;"))
    refused("TimerFailed", timers.install, JOB)
    assert table.read_bytes() == others


def test_an_own_line_behind_a_lost_mark_is_not_taken_away() -> None:
    begin, _ = timers._marks(JOB.name)
    cut = f"{begin}\n1 2 * * * mine\n"
    assert timers.without(cut, JOB.name) == cut


@posix
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    analyze = program("systemd-analyze")
    files = [tmp_path / f"{JOB.name}.{kind}" for kind in ("service", "timer")]
    for file, text in zip(files, timers.units(JOB), strict=True):
        file.write_text(text, "utf-8")
    done = subprocess.run(
        [analyze, "verify", "--user", *map(str, files)],
        env=os.environ | {"XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if JOB.name in line]
    assert (done.returncode, ours) == (0, [])
    when = subprocess.run(
        [analyze, "calendar", "*-*-* 02:30:00 Asia/Shanghai"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Asia/Shanghai" in when.stdout
    service, timer = timers.units(JOB)
    assert "100%% $$HOME" in service
    assert "OnCalendar=*-*-* 02:30:00 Asia/Shanghai\n" in timer
    assert "Persistent=true\n" in timer
    assert "RandomizedDelaySec=2700\n" in timer


@posix
def test_the_units_are_told_of_and_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no systemd of a user runs, as here: `systemctl` that notes what it is told."""
    told = tmp_path / "told"
    script(tmp_path / "bin", "systemctl", f'#!/bin/sh\necho "$@" >> {told}\n')
    script(tmp_path / "bin", "loginctl", "#!/bin/sh\necho no\n")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("USER", "desk")
    done = timers.install(JOB)
    assert (done.by, done.at) == ("systemd", "02:30")
    assert [Path(file).read_text("utf-8") for file in done.files] == list(timers.units(JOB))
    assert done.linger == "sudo loginctl enable-linger desk"
    assert f"--user enable --now {JOB.name}.timer" in told.read_text()
    assert timers.remove(JOB) == list(done.files)
    assert f"--user disable --now {JOB.name}.timer" in told.read_text()
    assert timers.remove(JOB) == []
    script(tmp_path / "bin", "systemctl", '#!/bin/sh\n[ "$2" = show-environment ]\n')
    refused("TimerFailed", timers.install, JOB)


def test_the_task_of_windows_can_be_read() -> None:
    space = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
    task = ET.fromstring(timers.task(JOB).partition("\n")[2])
    said = {each.tag.removeprefix(space): each.text for each in task.iter()}
    assert said["StartBoundary"] == "2026-01-01T02:30:00"
    assert said["RandomDelay"] == "PT45M"
    assert said["StartWhenAvailable"] == "true"
    assert said["Arguments"] == subprocess.list2cmdline(JOB.command[1:])


@posix
def test_a_machine_without_either_says_so(
    run: Run, desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said = run("sync", "--install-timer", "--json")
    assert (said.status, said.facts["refused"]) == (3, "TimerMissing")
    (desk / "desk.toml").write_text('[sync]\nnightly = ""\n', "utf-8")
    assert run("sync", "--install-timer", "--json").facts["refused"] == "NightlyOff"


@posix
def test_what_was_written_is_told(run: Run, desk: Path, table: Path) -> None:
    said = run("sync", "--install-timer")
    assert said.status == 0
    assert "crontab -l" in said.out
    assert str(desk) in table.read_text("utf-8")
    assert "crontab" in run("sync", "--remove-timer").out
    assert table.read_text("utf-8") == ""
    assert "没有" in run("sync", "--remove-timer").out
