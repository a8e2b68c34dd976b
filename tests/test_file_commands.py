"""Import and export on the command line: done, done in part, refused."""

import json
import re
import sqlite3
from pathlib import Path

import pytest
from rich.cells import cell_len

import assets
from deskapp.desk import STORE, open_desk
from deskapp.language import Language
from deskapp.usage import EXPORTS, IMPORTS, parser
from tests.commanding import FIXTURES, PIN, Run, table

prepared, desk, run, patrons = FIXTURES


def test_import_patrons(run: Run, desk: Path, patrons: Path) -> None:
    said = run("import", "patrons", patrons, "--badge", "1001", pin=PIN)
    assert (said.status, said.out) == (0, "新增2，更新0，无变化0\n")
    assert "学号/工号（number）← 学号" in said.err  # shown before anything is written
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
    unknown = run("import", "patrons", file, "--badge", "1001", "--column", "nmae=甲", pin=PIN)
    assert (unknown.status, "nmae" in unknown.err) == (3, True)
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
    assert (said.status, said.out.count(str(len(facts)))) == (0, 1)
    assert [fact["seq"] for fact in facts] == list(range(1, len(facts) + 1))
    assert sum(not fact["kind"].startswith("place.") for fact in facts) == 4
    assert "单国强" not in out.read_text("utf-8")
    assert "private" not in facts[0]
    assert "salt" not in facts[0]
    later = ("--since", "2999-01-01", "--badge", "1001", "--json")
    taken = run("export", "ledger", "-o", out, *later, pin=PIN)
    assert (taken.status, taken.facts["refused"]) == (3, "FileExists")
    assert json.loads(out.read_text("utf-8")) == facts
    assert run("export", "ledger", "-o", out, "--force", *later, pin=PIN).facts["rows"] == 0


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("zh", ("number 学号/工号", "badge 工号", "question 事由", "found 拾到时间", "day 日期")),
        ("en", ("number;", "badge Badge", "first_responder first responder", "day date")),
    ],
)
def test_the_help_names_what_a_column_may_be(
    capsys: pytest.CaptureFixture[str], code: str, words: tuple[str, ...]
) -> None:
    with pytest.raises(SystemExit):
        parser(Language(code if code == "en" else "zh_CN")).parse_args(["import", "--help"])
    said = capsys.readouterr().out
    for word in words:
        assert word in said
    assert "sheet.field" not in said
    told = said[said.index("  patrons: number") :]
    assert max(map(cell_len, told.splitlines())) <= 80


def test_a_librarys_own_profile_is_kept_with_the_store(
    run: Run, desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ncst = (Path(assets.__file__).parent / "profiles" / "ncst.toml").read_text("utf-8")
    own = tmp_path / "ours.toml"
    own.write_text(ncst.replace("华北理工大学图书馆", "本馆"), "utf-8")
    monkeypatch.setenv("DESKAPP_DATA", str(tmp_path / "other"))
    who = ("--desk", "3F", "--staff", "王敏", "--badge", "1001")
    assert run("init", "--profile", own, *who, pin=PIN).status == 0
    own.unlink()
    opened = open_desk(tmp_path / "other")
    assert (opened.profile.zh, opened.calendars["desk"].known(2030)) == ("本馆", True)
    opened.close()
    own.write_text(ncst.replace("华北理工大学图书馆", "新馆"), "utf-8")
    assert run("import", "profile", own, "--badge", "1001", pin=PIN).status == 0
    own.write_text(ncst.replace("zh =", "xx =", 1), "utf-8")
    refused = run("import", "profile", own, "--badge", "1001", pin=PIN)
    assert (refused.status, "ours.toml" in refused.err) == (3, True)
    assert run("backup", tmp_path / "backup.db").status == 0
    (tmp_path / "restored").mkdir()
    monkeypatch.setenv("DESKAPP_DATA", str(tmp_path / "restored"))
    assert run("restore", tmp_path / "backup.db").status == 0
    opened = open_desk(tmp_path / "restored")
    assert opened.profile.zh == "新馆"
    opened.close()
    monkeypatch.setenv("DESKAPP_DATA", str(tmp_path / "third"))
    assert run("init", "--profile", tmp_path / "none.toml", *who, pin=PIN).status == 3
    assert not (tmp_path / "third" / STORE).exists()


@pytest.mark.parametrize("code", ["zh_CN", "en"])
def test_the_help_names_all_that_comes_in_and_goes_out(code: str) -> None:
    t = Language(code)
    for asked, said in ((IMPORTS, t("usage.import_what")), (EXPORTS, t("usage.export_what"))):
        assert set(asked) <= set(re.findall("[a-z]+", said))
