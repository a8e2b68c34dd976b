"""Every command: done, done in part, wrong usage, refused; in both languages and as JSON."""

import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from deskapp import config, usage
from deskapp.__main__ import main
from deskapp.language import Language

ROOT = Path(__file__).parent.parent
PIN = "135790"
INIT = ("init", "--profile", "ncst", "--desk", "2f", "--staff", "王敏", "--badge", "1001")


class Said(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found


Run = Callable[..., Said]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with its administrator, 王敏, badge 1001."""
    folder = tmp_path_factory.mktemp("desk")
    done = subprocess.run(
        [sys.executable, "-m", "deskapp", "--data", folder, *INIT, "--pin-stdin"],
        input=PIN + "\n",
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert done.stdout == f"服务台 2F 已设置：{folder / 'desk.db'}\n"
    return folder


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`deskapp …` in this process, on the data folder `desk` under tmp_path."""
    monkeypatch.setenv("DESKAPP_DATA", str(tmp_path / "desk"))
    monkeypatch.delenv("DESKAPP_LANG", raising=False)

    def go(*arguments: object, pin: str | None = None) -> Said:
        given = [str(each) for each in arguments]
        if pin is not None:
            given.append("--pin-stdin")
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{pin}\n" if pin else ""))
        status = main(given)
        said = capsys.readouterr()
        return Said(status, said.out, said.err)

    return go


@pytest.fixture
def desk(prepared: Path, tmp_path: Path) -> Path:
    return shutil.copytree(prepared, tmp_path / "desk")


def table(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.fixture
def patrons(tmp_path: Path) -> Path:
    return table(
        tmp_path / "patrons.csv",
        "学号,姓名,读者类型",
        "2023101234,单国强,本科生",
        "2023101235,曾查,硕士",
    )


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
        (["import", "visits", "x.csv"], "没有 'visits'", "there is no 'visits'"),
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
    for command in ([], ["demo"], ["init"], ["import"], ["export"], ["stick"], ["doctor"]):
        said = run("--lang", language, *command, "--help")
        assert said.status == 0
        assert any("\u3400" <= character <= "\u9fff" for character in said.out) == (
            language == "zh"
        )
        for english in ("usage:", "options:", "show this help", "positional", "arguments:"):
            assert language == "en" or english not in said.out


def test_every_word_of_argparse_that_is_said_here_is_translated() -> None:
    for code in ("zh_CN", "en"):
        t = Language(code)
        assert all(t(key) != key for key in usage.SAYS.values())


def test_options_stand_before_or_behind_the_command(run: Run, desk: Path, tmp_path: Path) -> None:
    assert run("--data", tmp_path / "none", "doctor").status == 3
    assert run("doctor", "--data", tmp_path / "none").status == 3
    assert run("doctor").status == 0
    assert "nothing is wrong" in run("doctor", "--lang", "en").out


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
        "app.run = lambda folder, t: print(folder, t.code, *sorted("
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


# files


def test_import_patrons(run: Run, desk: Path, patrons: Path) -> None:
    said = run("import", "patrons", patrons, "--badge", "1001", pin=PIN)
    assert (said.status, said.out) == (0, "新增2，更新0，无变化0\n")
    assert "number ← 学号" in said.err  # shown before anything is written
    again = run("--lang", "en", "import", "patrons", patrons, "--badge", "1001", pin=PIN)
    assert again.out == "0 entered, 0 changed, 2 as they were\n"


def test_rejected_rows_make_it_done_in_part(run: Run, desk: Path, tmp_path: Path) -> None:
    file = table(tmp_path / "p.csv", "学号,姓名", "2023101234,单国强", "2023101235,")
    said = run("import", "patrons", file, "--badge", "1001", "--json", pin=PIN)
    rejects = tmp_path / "p.rejected.csv"
    assert said.status == 1
    assert said.facts["rejected"] == 1
    assert said.facts["rejects"] == str(rejects)
    assert "姓名 为空" in rejects.read_text("utf-8-sig")


def test_a_column_may_be_overruled(run: Run, desk: Path, tmp_path: Path) -> None:
    file = table(tmp_path / "p.csv", "甲,乙", "2023101234,单国强")
    assert run("import", "patrons", file, "--badge", "1001", pin=PIN).status == 3
    columns = ("--column", "number=甲", "--column", "name=乙")
    said = run("import", "patrons", file, "--badge", "1001", *columns, pin=PIN)
    assert (said.status, said.out) == (0, "新增1，更新0，无变化0\n")


def test_import_staff(run: Run, desk: Path, tmp_path: Path) -> None:
    file = table(
        tmp_path / "staff.csv",
        "工号,姓名,部门,岗位,角色",
        "1002,李静,信息咨询部、资源建设委员会,参考咨询员,馆员",
        "1003,周强,Reader Services,,shift_lead",
        "1004,赵琳,后勤部,,馆员",
        "1001,王敏,办公室,,馆员",
    )
    said = run("import", "staff", file, "--badge", "1001", pin=PIN)
    assert (said.status, said.out.splitlines()[0]) == (1, "新增2，更新0，无变化0")
    written = (tmp_path / "staff.rejected.csv").read_text("utf-8-sig")
    assert "没有“后勤部”" in written
    assert "不能更改自己的角色" in written
    with sqlite3.connect(desk / "desk.db") as raw:
        found = raw.execute(
            "SELECT badge, role, departments, posts, committees FROM staff"
        ).fetchall()
    raw.close()
    assert (
        "1002",
        "librarian",
        '["information"]',
        '["reference_librarian"]',
        '["resources"]',
    ) in found
    assert ("1003", "shift_lead", '["reader_services"]', "[]", "[]") in found
    less = table(tmp_path / "names.csv", "工号,姓名", "1002,李静", "1003,周小强")
    said = run("import", "staff", less, "--badge", "1001", "--json", pin=PIN)
    assert (said.status, said.facts["changed"], said.facts["unchanged"]) == (0, 1, 1)


def test_import_of_a_file_that_is_not_there(run: Run, desk: Path, tmp_path: Path) -> None:
    said = run("import", "patrons", tmp_path / "no.csv", "--badge", "1001", pin=PIN)
    assert (said.status, said.out) == (3, "")
    assert said.err == f"未找到文件：{tmp_path / 'no.csv'}\n"


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".json"])
def test_export(run: Run, desk: Path, patrons: Path, tmp_path: Path, suffix: str) -> None:
    run("import", "patrons", patrons, "--badge", "1001", pin=PIN)
    out = tmp_path / f"out{suffix}"
    said = run("export", "patrons", "-o", out, "--badge", "1001", "--json", pin=PIN)
    assert (said.status, said.facts) == (0, {"rows": 2, "file": str(out)})
    assert out.stat().st_size > 50
    if suffix != ".json":
        back = run("import", "patrons", out, "--badge", "1001", "--json", pin=PIN)
        assert (back.status, back.facts["unchanged"], back.facts["rejected"]) == (0, 2, 0)


def test_export_refuses_what_it_cannot_write(run: Run, desk: Path, tmp_path: Path) -> None:
    said = run("export", "patrons", "-o", tmp_path / "x.pdf", "--badge", "1001", pin=PIN)
    assert said.status == 3
    assert ".csv .xlsx .json" in said.err
    out = tmp_path / "x.csv"
    period = ("--since", "2026-01-01")
    said = run("export", "patrons", "-o", out, *period, "--badge", "1001", pin=PIN)
    assert said.status == 2


def test_the_ledger_leaves_without_what_people_said(
    run: Run, desk: Path, patrons: Path, tmp_path: Path
) -> None:
    run("import", "patrons", patrons, "--badge", "1001", pin=PIN)
    out = tmp_path / "ledger.json"
    said = run("export", "ledger", "-o", out, "--badge", "1001", pin=PIN)
    facts = json.loads(out.read_text("utf-8"))
    assert (said.status, len(facts)) == (0, 4)
    assert [fact["seq"] for fact in facts] == [1, 2, 3, 4]
    assert "单国强" not in out.read_text("utf-8")
    assert "private" not in facts[0]
    assert "salt" not in facts[0]
    later = run(
        "export", "ledger", "-o", out, "--since", "2999-01-01", "--badge", "1001", "--json", pin=PIN
    )
    assert later.facts["rows"] == 0


# keeping


def test_backup_and_restore(run: Run, desk: Path, patrons: Path, tmp_path: Path) -> None:
    backup = tmp_path / "b.db"
    assert run("backup", backup).out == f"已备份：{backup}\n"
    taken = run("backup", backup)
    assert (taken.status, taken.err) == (3, f"文件已存在：{backup}\n")
    run("import", "patrons", patrons, "--badge", "1001", pin=PIN)
    said = run("restore", backup, "--json")
    assert said.status == 0
    assert said.facts["epoch"] == 2
    assert Path(said.facts["aside"]).is_file()
    assert run("doctor").status == 0
    again = run("import", "patrons", patrons, "--badge", "1001", "--json", pin=PIN)
    assert again.facts["entered"] == 2


def test_restore_refuses_what_is_no_backup(run: Run, desk: Path, tmp_path: Path) -> None:
    before = (desk / "desk.db").stat().st_ino
    assert run("restore", tmp_path / "none.db").status == 3
    damaged = tmp_path / "damaged.db"
    run("backup", damaged)
    raw = sqlite3.connect(damaged)
    raw.execute("UPDATE fact SET data = replace(data, '王敏', '王某') WHERE n = 1")
    raw.commit()
    raw.close()
    said = run("restore", damaged)
    assert said.status == 3
    assert "记录内容与摘要不符：staff.entered" in said.err
    assert f"备份有误，未恢复：{damaged}" in said.err
    assert (desk / "desk.db").stat().st_ino == before
    assert run("doctor").status == 0


def test_the_second_copy_follows(run: Run, desk: Path, patrons: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    assert run("backup", "--copy", disk).status == 3  # not there is not new
    disk.mkdir()
    assert run("backup", "--copy", disk).status == 0
    copy = disk / "deskapp-2F.copy"
    run("import", "patrons", patrons, "--badge", "1001", pin=PIN)
    raw = sqlite3.connect(copy)
    assert raw.execute("SELECT count(*) FROM fact").fetchone() == (4,)
    raw.close()
    assert run("doctor").out == "检查完毕，未发现问题\n"
    copy.rename(tmp_path / "away")
    more = table(tmp_path / "more.csv", "学号,姓名", "2023101299,李伟")
    said = run("import", "patrons", more, "--badge", "1001", pin=PIN)
    assert said.status == 0  # a copy that is away never stops the desk
    assert "台账副本未能更新" in said.err
    found = run("doctor", "--json")
    assert found.status == 1
    assert [each["code"] for each in found.facts["findings"]] == ["CopyUnreadable"]
    (tmp_path / "away").rename(copy)
    assert run("doctor").out == "台账副本落后1条\n"


def test_restore_from_the_second_copy(run: Run, desk: Path, patrons: Path, tmp_path: Path) -> None:
    run("backup", "--copy", tmp_path)
    run("import", "patrons", patrons, "--badge", "1001", pin=PIN)
    (desk / "desk.db").unlink()
    said = run("restore", tmp_path / "deskapp-2F.copy", "--json")
    assert (said.status, said.facts["rebuilt"], said.facts["aside"]) == (0, True, None)
    assert (
        run("export", "patrons", "-o", tmp_path / "x.csv", "--badge", "1001", pin=PIN).status == 0
    )
    assert "未设置台账副本" in run("doctor").out


def test_a_restore_sets_the_copy_aside_that_knows_more(
    run: Run, desk: Path, patrons: Path, tmp_path: Path
) -> None:
    run("backup", "--copy", tmp_path)
    run("backup", tmp_path / "b.db")
    run("import", "patrons", patrons, "--badge", "1001", pin=PIN)
    said = run("restore", tmp_path / "b.db")
    assert said.status == 0
    assert f"原副本另存为 {tmp_path / 'deskapp-2F.copy.aside'}" in said.out
    assert run("doctor").out == "检查完毕，未发现问题\n"


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        ("UPDATE fact SET data = replace(data, '王敏', '王某') WHERE n = 1", "DigestWrong"),
        ("DELETE FROM fact WHERE n = 1", "LineMissing"),
        ("UPDATE staff SET name = '王某'", "RowWrong"),
        ("INSERT INTO clash VALUES ('staff:x', 'a', 'b', NULL)", "ClashExtra"),
    ],
)
def test_the_doctor_names_what_is_wrong(run: Run, desk: Path, harm: str, code: str) -> None:
    raw = sqlite3.connect(desk / "desk.db")
    raw.execute(harm)
    raw.commit()
    raw.close()
    found = run("doctor", "--json")
    assert found.status == 1
    assert code in [each["code"] for each in found.facts["findings"]]
    for language in ("zh", "en"):
        said = run("--lang", language, "doctor")
        assert said.status == 1
        assert "finding." not in said.out
        assert "{" not in said.out


def test_rebuild_mends_tables(run: Run, desk: Path) -> None:
    raw = sqlite3.connect(desk / "desk.db")
    raw.execute("UPDATE staff SET name = '王某'")
    raw.commit()
    raw.close()
    said = run("doctor", "--rebuild")
    assert (said.status, said.out.splitlines()[0]) == (0, "已按台账重建数据表")
    assert run("doctor").status == 0


def test_every_finding_has_its_sentence() -> None:
    """The codes are spread over db: whatever is written like one there is in the catalogues."""
    codes: set[str] = set()
    for file in ("doctor.py", "copy.py", "tally.py"):
        source = (ROOT / "db" / file).read_text("utf-8")
        codes.update(re.findall(r'finding\(\s*"([A-Z]\w+)"', source))
        codes.update(re.findall(r'yield "([A-Z]\w+)"', source))
        codes.update(re.findall(r'Wrong\("([A-Z]\w+)"', source))
        codes.update(re.findall(r'Finding\("([A-Z]\w+)"', source))
        for end in re.findall(r'Wrong\(f"\{what\}(\w+)"', source):
            codes.update({f"Fault{end}", f"Clash{end}"})
        codes.update(re.findall(r'\("(AcknowledgedMissing|PlaceMissing)", first', source))
    assert len(codes) > 25
    for code in ("zh_CN", "en"):
        t = Language(code)
        assert [each for each in sorted(codes) if t(f"finding.{each}") == f"finding.{each}"] == []


def test_stick(run: Run, desk: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    assert run("stick", "write", stick).status == 3
    stick.mkdir()
    said = run("stick", "write", stick, "--json")
    assert (said.status, said.facts["facts"], len(said.facts["files"])) == (0, 2, 1)
    read = run("stick", "read", stick)
    assert (read.status, read.out) == (0, "已读取1个文件，新增0条\n")
    (stick / "2F_a_b_0123.facts").write_text("{}\n")
    broken = run("--lang", "en", "stick", "read", stick)
    assert broken.status == 1
    assert "A file is broken and was left alone: 2F_a_b_0123.facts" in broken.out


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
    assert said.out == "演示库：工号1001至1036，口令均为202611\n"


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
