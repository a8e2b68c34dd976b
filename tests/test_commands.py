"""The grammar, set-up, who acts, the demo: done, wrong usage, refused; in both languages."""

import io
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from inspect import signature
from pathlib import Path
from typing import Any

import pytest

from deskapp import config, usage
from deskapp.commands import COMMANDS, doing
from deskapp.language import Language
from tests.commanding import FIXTURES, INIT, PIN, ROOT, Run
from tests.outside import posix

prepared, desk, run, patrons = FIXTURES

# the grammar


def test_usage_in_chinese(run: Run) -> None:
    said = run("init", "--desk")
    assert said.status == 2
    assert said.err.startswith("用法：")
    assert "参数 --desk：需要一个值" in said.err
    assert "查看用法：deskapp init --help" in said.err


@pytest.mark.parametrize(
    ("given", "zh", "en"),
    [
        (["bogus"], "没有 'bogus'，可选：'demo'", "there is no 'bogus', choose from 'demo'"),
        (["import", "sheep", "x.csv"], "没有 'sheep'", "there is no 'sheep'"),
        (["init"], "缺少必需的参数：--profile", "are missing: --profile"),
        (["backup"], "须给出一个：FILE --copy", "one of these arguments is missing: FILE --copy"),
        (["backup", "a", "--copy", "b"], "不能与 FILE 同时使用", "not together with"),
        (["doctor", "--rebild"], "无法识别的参数：--rebild", "unknown arguments: --rebild"),
        (["doctor", "--rebuild=1"], "不接受值 '1'", "takes no value, but was given '1'"),
        (
            ["export", "ledger", "-o", "x", "--since", "1.9."],
            "值有误：'1.9.'",
            "wrong value: '1.9.'",
        ),
        (["import", "staff", "x", "--column", "name"], "值有误：'name'", "wrong value: 'name'"),
    ],
)
def test_wrong_usage(run: Run, given: list[str], zh: str, en: str) -> None:
    said = run(*given)
    assert (said.status, said.out) == (2, "")
    assert zh in said.err
    other = run("--lang", "en", *given)
    assert other.status == 2
    assert en in other.err
    assert not any("\u3400" <= character <= "\u9fff" for character in other.err)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_help_is_in_one_language(run: Run, language: str) -> None:
    whole = run("--lang", language, "--help").out
    for command in ([], *([name] for name in COMMANDS)):
        said = run("--lang", language, *command, "--help")
        assert said.status == 0
        assert set(command) <= set(whole.split())
        assert any("\u3400" <= character <= "\u9fff" for character in said.out) == (
            language == "zh"
        )
        for english in ("usage:", "options:", "show this help", "positional", "arguments:"):
            assert language == "en" or english not in said.out


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_where_it_is_looked_for(name: str) -> None:
    assert signature(doing(name)).parameters.keys() == {"command"}


def test_an_exchange_loads_what_it_needs_and_no_more() -> None:
    """A timer asks for it every few minutes."""
    script = (
        "import sys\n"
        "from deskapp import commands, usage\n"
        "commands.doing('sync')\n"
        "print(*sorted({'deskapp.demo', 'deskapp.exports', 'deskapp.readers', 'db.central', "
        "'psycopg', 'textual', 'screens', 'babel', 'xlsxwriter', 'pypinyin', 'cryptography'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True, text=True
    )
    assert done.stdout == "\n"


def test_every_word_of_argparse_that_is_said_here_is_translated() -> None:
    for code in ("zh_CN", "en"):
        t = Language(code)
        assert all(t(key) != key for key in usage.SAYS.values())


def test_options_stand_before_or_behind_the_command(run: Run, desk: Path, tmp_path: Path) -> None:
    assert run("--data", tmp_path / "none", "doctor").status == 3
    assert run("doctor", "--data", tmp_path / "none").status == 3
    assert run("doctor").status == 0
    assert "nothing is wrong" in run("doctor", "--lang", "en").out


def test_the_readme_speaks_this_grammar() -> None:
    readme = (ROOT / "README.md").read_text("utf-8").replace("\\\n", "")
    lines = [line for line in readme.splitlines() if line.startswith("deskapp ")]
    written = [shlex.split(line, comments=True)[1:] for line in lines]
    assert len(written) > 10
    grammar = usage.parser(Language())
    asked = [grammar.parse_args(line) for line in written]
    assert {each.command for each in asked} == {
        "init", "import", "export", "backup", "restore", "doctor", "stick", "print", "central",
        "sync", "draw", "kiosk", "event", "volunteer", "certificate", "report",
    }  # fmt: skip


def test_where_data_lie(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert config.data_folder("/a", {"DESKAPP_DATA": "/b"}) == Path("/a")
    assert config.data_folder(None, {"DESKAPP_DATA": "/b"}) == Path("/b")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert config.data_folder(None, {}).name == "deskapp"
    assert config.wish(["doctor", "--lang=en"], "--lang") == "en"
    assert config.wish(["--lang"], "--lang") is None


def test_the_desk_opens_before_the_store_is_loaded() -> None:
    """Without a command nothing heavy stands between the start and the first paint."""
    script = (
        "import sys, types\n"
        "app = types.ModuleType('deskapp.app')\n"
        "app.run = lambda folder, t, operator: print(folder, t.code, *sorted("
        "{'argparse', 'sqlmodel', 'sqlalchemy', 'pydantic'} & set(sys.modules)))\n"
        "sys.modules['deskapp.app'] = app\n"
        "from deskapp.__main__ import main\n"
        "sys.exit(main([]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "DESKAPP_DATA": "/data", "DESKAPP_LANG": "en"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "/data en\n"


# set-up


def test_init_in_a_process_of_its_own(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deskapp", "--data", tmp_path, *INIT, "--pin-stdin"],
        input=PIN + "\n",
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"服务台 2F 已设置：{tmp_path / 'desk.db'}\n"


@posix
def test_whoever_reads_may_have_enough(desk: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "deskapp", "--data", str(desk), "sync", "--status"]
    done = subprocess.run(command, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


@posix
def test_whoever_has_nobody_to_speak_to_works_all_the_same(desk: Path) -> None:
    """As pythonw, by which Windows begins a task: there are no streams at all."""
    for folder, status in ((desk, 0), (desk / "none", 3)):
        command = (sys.executable, "-m", "deskapp", "--data", str(folder), "doctor")
        script = shlex.join(command) + " <&- >&- 2>&-"
        assert subprocess.run(["sh", "-c", script], cwd=ROOT, check=False).returncode == status


def test_init(run: Run, tmp_path: Path) -> None:
    (tmp_path / "usb").mkdir()
    said = run(*INIT, "--copy", tmp_path / "usb", "--json", pin=PIN)
    copy = tmp_path / "usb" / "deskapp-2F.copy"
    assert said.facts == {
        "desk": "2F",
        "file": str(tmp_path / "desk" / "desk.db"),
        "copy": str(copy),
    }
    assert said.status == 0
    again = run(*INIT, pin=PIN)
    assert (again.status, again.out) == (3, "")
    assert again.err == f"此处已有数据：{tmp_path / 'desk' / 'desk.db'}\n"


@pytest.mark.parametrize(
    ("change", "pin", "status", "says"),
    [
        ({"--profile": "nowhere"}, PIN, 3, "nowhere"),
        ({"--badge": "工"}, PIN, 3, "工"),
        ({"--desk": "二层"}, PIN, 3, "二层"),
        ({}, "123456", 3, "口令"),
        ({}, None, 2, "--pin-stdin"),
        ({"--copy": "/nowhere/at/all"}, PIN, 3, "/nowhere/at/all"),
    ],
)
def test_a_refused_init_leaves_nothing(
    run: Run, tmp_path: Path, change: dict[str, str], pin: str | None, status: int, says: str
) -> None:
    given = dict(zip(INIT[1::2], INIT[2::2], strict=True)) | change
    said = run("init", *(part for pair in given.items() for part in pair), pin=pin)
    assert (said.status, said.out) == (status, "")
    assert says in said.err
    assert not list((tmp_path / "desk").glob("**/*.db"))


# who acts


def test_a_wrong_pin_is_refused(run: Run, desk: Path, patrons: Path) -> None:
    said = run("import", "patrons", patrons, "--badge", "1001", "--json", pin="999999")
    assert said.status == 3
    assert said.err == "工号或口令有误\n"
    assert said.facts == {"refused": "SignInWrong", "sentence": "工号或口令有误"}


def test_nothing_is_done_in_nobodys_name(run: Run, desk: Path, patrons: Path) -> None:
    assert run("import", "patrons", patrons).status == 2
    said = run("--lang", "en", "import", "patrons", patrons, "--badge", "1001")
    assert said.status == 2
    assert "--pin-stdin" in said.err


def test_the_role_counts(run: Run, desk: Path, tmp_path: Path) -> None:
    from deskapp import staff
    from deskapp.desk import Role, open_desk

    opened = staff.sign_in(open_desk(desk), "1001", PIN)
    entered = staff.enter(opened, staff.Entry("1002", "李静", Role.LIBRARIAN))
    staff.set_pin(opened, entered.id, "246813")
    opened.close()
    for what in ("patrons", "requests", "ledger"):
        said = run("export", what, "-o", tmp_path / "x.csv", "--badge", "1002", pin="246813")
        assert said.status == 3
        assert "权限不足" in said.err
    assert not (tmp_path / "x.csv").exists()


# the demo


def test_demo(run: Run, tmp_path: Path) -> None:
    said = run("demo", "--json")
    folder = tmp_path / "desk" / "demo"
    assert (said.status, said.facts["folder"]) == (0, str(folder))
    assert not (tmp_path / "desk" / "desk.db").exists()  # a store of its own
    assert run("doctor", "--data", folder).status == 0
    out = tmp_path / "r.csv"
    asked = ("export", "requests", "-o", out, "--data", folder, "--json")
    assert run(*asked, "--badge", "1011", pin=said.facts["pin"]).facts["rows"] == 120


def test_whoever_names_the_folder_above_the_demo_is_told(run: Run, tmp_path: Path) -> None:
    missing = run("print", "kit")
    assert missing.status != 0
    folder = tmp_path / "desk" / "demo"
    assert str(folder) not in missing.err
    run("demo", "--json")
    assert f"--data {folder}" in run("print", "kit").err


def test_the_demo_opens_with_somebody_signed_in(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import deskapp.app

    seen: list[Any] = []
    monkeypatch.setattr(
        deskapp.app, "run", lambda folder, t, *, operator: seen.append((folder, operator.name))
    )
    said = run("demo")
    assert (said.status, seen) == (0, [(tmp_path / "desk" / "demo", "王敏")])
    assert said.out == "演示库：工号1001至1036，口令均为202611，签发密钥的口令为202611202611\n"


def test_progress_is_silent_where_nobody_watches(
    run: Run, desk: Path, patrons: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from deskapp.command import Progress

    ticks: Iterator[float] = iter([0.0, 0.5, 2.0, 2.05, 3.0, 4.0])
    monkeypatch.setattr("deskapp.command.SystemClock.ticks", lambda _: next(ticks))
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stderr", shown)
    progress = Progress(Language("zh_CN"))
    progress.share(1, 10)
    monkeypatch.setattr(shown, "isatty", lambda: True)
    progress.share(2, 10)  # a second has passed
    progress.share(3, 10)  # too soon after the last
    progress.share(4, 10)
    assert [part for part in shown.getvalue().split("\r") if part] == [
        "20%  2/10\x1b[K",
        "40%  4/10\x1b[K",
    ]
