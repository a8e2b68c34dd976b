"""`deskapp draw …`, from opening to passing down, and the files around it."""

import json
from pathlib import Path

from tests.commanding import FIXTURES, PIN, Run, table

prepared, desk, run, patrons = FIXTURES
WHO = ("--badge", "1001")
TERMS = ("--zone", "it", "--many", "1", "--first", "2030-01-01", "--last", "2030-02-01")
OPEN = ("draw", "open", "2030", *TERMS, "--confirm-until", "2029-12-31", *WHO)


def test_a_draw_from_the_command_line(run: Run, desk: Path, patrons: Path, tmp_path: Path) -> None:
    assert run("import", "patrons", patrons, *WHO, pin=PIN).status == 0
    assert run(*OPEN, pin=PIN).out == "已开设2030:seat，可导入申请\n"
    assert "2030:seat" in run("--lang", "en", *OPEN, pin=PIN).err
    file = table(
        tmp_path / "a.csv",
        "学号,姓名,手机,辅导员签字",
        "2023101234,单国强,13800001111,是",
        "2023101235,曾查,,未签",
        "2023101235,曾查,,是",
    )
    said = run("import", "applications", file, *WHO, pin=PIN)
    assert (said.status, said.out.splitlines()[0]) == (1, "新登记2行，已有0行")
    assert "无辅导员签字" in (tmp_path / "a.rejected.csv").read_text("utf-8-sig")
    assert run("import", "patrons", file, "--draw", "2030", *WHO, pin=PIN).status == 2
    assert run("draw", "check", *WHO, "--json", pin=PIN).facts["fit"] == 2
    assert run("draw", "publish", *WHO, pin=PIN).status == 3
    out = tmp_path / "out"
    given = ("--seed-from", "福彩", "-o", out)
    said = run("draw", "publish", *given, *WHO, "--json", pin=PIN)
    listed = Path(said.facts["table"]).read_bytes()
    assert said.facts["digest"]
    assert run("draw", "withdraw", *WHO, pin=PIN).status == 0
    run("draw", "publish", *given, *WHO, pin=PIN)
    assert "重新写出" in run("draw", "publish", "-o", out, *WHO, pin=PIN).out
    assert Path(said.facts["table"]).read_bytes() == listed
    said = run("--lang", "en", "draw", "draw", "--seed", "518", "-o", out, *WHO, pin=PIN)
    assert said.out.startswith("Drawn: 1 has a place, 1 wait")
    won = next(out.glob("*result.csv")).read_text("utf-8-sig").splitlines()[1].split(",")[1]
    lines = dict(line.split(",")[::2] for line in listed.decode("utf-8-sig").splitlines()[1:])
    number = "2023101234" if lines[won].endswith("34") else "2023101235"
    assert run("draw", "confirm", "2023109999", *WHO, pin=PIN).status == 3
    said = run("draw", "confirm", number, *WHO, pin=PIN)
    assert said.out == f"申请{won}已确认：A-1\n"
    said = run("draw", "pass", "--dry-run", *WHO, "--json", pin=PIN)
    assert (said.facts["forfeited"], said.facts["offered"]) == ([], [])
    assert run("draw", "pass", *WHO, pin=PIN).out == "收回0个，递补0个\n"
    said = run("draw", "show", *WHO, pin=PIN)
    assert "已确认 1  候补 1" in said.out
    exported = tmp_path / "all.json"
    assert run("export", "applications", "-o", exported, *WHO, pin=PIN).status == 0
    rows = json.loads(exported.read_text("utf-8"))
    assert [row["状态"] for row in rows] == ["已确认", "候补"]
    assert run("export", "requests", "-o", exported, "--draw", "x", *WHO, pin=PIN).status == 2


def test_members_of_a_listed_segment(run: Run, desk: Path, patrons: Path, tmp_path: Path) -> None:
    run("import", "patrons", patrons, *WHO, pin=PIN)
    assert run("draw", "show", *WHO, pin=PIN).out == "没有抽签\n"
    file = table(
        tmp_path / "m.csv",
        "学号,名单,截止日期",
        "2023101234,考研学生,2030-01-01",
        "2023101235,教师,",
        "2023101299,考研学生,",
    )
    said = run("import", "members", file, *WHO, "--json", pin=PIN)
    assert (said.status, said.facts["entered"], said.facts["rejected"]) == (1, 1, 2)
    said = run("import", "members", file, *WHO, "--json", pin=PIN)
    assert (said.facts["entered"], said.facts["known"]) == (0, 1)
