"""Backup, restore, doctor and stick on the command line."""

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from db import findings
from db.store import connect
from deskapp import cards, copies, erasures, staff
from deskapp.desk import open_desk
from deskapp.language import Language
from tests.commanding import FIXTURES, PIN, ROOT, Run, table

prepared, desk, run, patrons = FIXTURES


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
    assert again.facts["unchanged"] == 2  # nobody else has them: they were taken along
    said = run("restore", backup)
    assert said.out.splitlines()[0] == f"已恢复：{desk / 'desk.db'}"


def test_a_restore_into_an_open_desk(
    run: Run, desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from db import restore

    def impatient(path: Path, **how: bool) -> sqlite3.Connection:
        raw = connect(path, **how)
        raw.execute("PRAGMA busy_timeout = 0")
        return raw

    monkeypatch.setattr(restore, "connect", impatient)
    run("backup", tmp_path / "b.db")
    raw = connect(desk / "desk.db")
    raw.execute("BEGIN IMMEDIATE")
    said = run("restore", tmp_path / "b.db")
    raw.close()
    assert (said.status, said.err) == (3, "请先退出服务台，再恢复备份\n")


def test_kept_files_are_named_while_they_hold_the_erased(
    run: Run, desk: Path, patrons: Path, tmp_path: Path
) -> None:
    run("backup", "--copy", tmp_path)
    run("import", "patrons", patrons, "--badge", "1001", pin=PIN)
    run("backup", tmp_path / "b.db")
    run("restore", tmp_path / "b.db")
    copied = tmp_path / "deskapp-2F.copy.aside"
    copied.write_bytes(b"no store at all" * 100)
    log = tmp_path / f"{copied.name}-wal"
    log.touch()
    assert run("doctor").status == 0  # nobody was erased
    log.unlink()
    copied.write_bytes((tmp_path / "b.db").read_bytes())
    opened = open_desk(desk)
    (admin,) = staff.everybody(opened)
    at = opened.signed_in(admin)
    (known,) = cards.whose(at, "2023101234")
    erasures.erase_reader(at, known.id)
    copies.catch_up(at)
    opened.close()
    run("restore", tmp_path / "b.db")  # what it sets aside holds nobody's words
    kept = [desk / "desk.db.before-restore", copied]
    found = run("doctor", "--json")
    assert found.status == 1
    named = [(each["code"], each["facts"]["file"]) for each in found.facts["findings"]]
    assert named == [("KeptFile", str(path)) for path in kept]
    assert "不再需要时请删除" in run("doctor").out
    copied.write_bytes(b"no store at all" * 100)  # nobody can know
    assert len(run("doctor", "--json").facts["findings"]) == 2
    for path in kept:
        path.unlink()
    assert run("doctor").status == 0
    assert (desk / "desk.db.before-restore.2").exists()


def test_a_damaged_store_is_said_with_the_way_out(run: Run, desk: Path) -> None:
    with (desk / "desk.db").open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 4000)
    for path in desk.glob("desk.db-*"):
        path.unlink()
    said = run("doctor")
    assert said.status in (1, 3)
    assert "deskapp restore" in said.err
    assert "doctor" not in said.err


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


def count(store: Path) -> int:
    """The facts of a store or a copy of its ledger."""
    with closing(sqlite3.connect(store)) as raw:
        found: int = raw.execute("SELECT count(*) FROM fact").fetchone()[0]
    return found


def test_the_second_copy_follows(run: Run, desk: Path, patrons: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    assert run("backup", "--copy", disk).status == 3  # not there is not new
    disk.mkdir()
    assert run("backup", "--copy", disk).status == 0
    copy = disk / "deskapp-2F.copy"
    run("import", "patrons", patrons, "--badge", "1001", pin=PIN)
    assert count(copy) == count(desk / "desk.db")
    assert run("doctor").out == "检查完毕，未发现问题\n"
    copy.rename(tmp_path / "away")
    more = table(tmp_path / "more.csv", "学号,姓名", "2023101299,李伟")
    said = run("import", "patrons", more, "--badge", "1001", pin=PIN)
    assert said.status == 0  # a copy that is away never stops the desk
    assert "台账副本未能更新" in said.err
    found = run("doctor", "--json")
    assert found.status == 1
    assert [each["code"] for each in found.facts["findings"]] == ["CopyUnreadable"]
    assert found.facts["findings"][0]["sentence"].startswith("台账副本无法读取：")
    assert not re.search(r"Copy|\{", found.facts["findings"][0]["sentence"])  # no code, no hole
    (tmp_path / "away").rename(copy)
    assert run("doctor").out == "台账副本落后1条\n"


def test_restore_from_the_second_copy(
    run: Run, desk: Path, patrons: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A copy has no rows: more are missing in it than are named one by one, and none behind it.
    monkeypatch.setattr(findings, "MOST", 2)
    run("backup", "--copy", tmp_path)
    run("import", "patrons", patrons, "--badge", "1001", pin=PIN)
    shutil.rmtree(desk)  # as the disk is gone
    said = run("restore", tmp_path / "deskapp-2F.copy", "--json")
    assert (said.status, said.facts["rebuilt"], said.facts["aside"]) == (0, True, None)
    assert said.facts["findings"] == []
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
    (desk / "desk.db").unlink()
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


def test_moments_are_told_as_people_write_them(run: Run, desk: Path, elsewhere: None) -> None:
    raw = sqlite3.connect(desk / "desk.db")
    raw.execute("UPDATE fact SET at = '2999-01-01T00:00:00.000000Z'")
    raw.commit()
    raw.close()
    (found,) = (
        each for each in run("doctor", "--json").facts["findings"] if each["code"] == "ClockBehind"
    )
    assert found["facts"]["last"] == "2999-01-01T00:00:00.000000Z"
    told = re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", found["sentence"])
    assert len(told) == 2
    assert "2999-01-01 08:00:00" in told  # on the library's wall
    assert "Z" not in found["sentence"]


def test_rebuild_mends_tables(run: Run, desk: Path) -> None:
    raw = sqlite3.connect(desk / "desk.db")
    raw.execute("UPDATE staff SET name = '王某'")
    raw.commit()
    raw.close()
    said = run("doctor", "--rebuild")
    assert (said.status, said.out.splitlines()[0]) == (0, "已按台账重建数据表")
    assert run("doctor").status == 0


def test_nothing_is_folded_from_a_damaged_ledger(run: Run, desk: Path) -> None:
    raw = sqlite3.connect(desk / "desk.db")
    raw.execute("UPDATE fact SET data = replace(data, '王敏', '王某') WHERE n = 1")
    raw.commit()
    said = run("doctor", "--rebuild")
    assert said.status == 1
    assert "记录内容与摘要不符：staff.entered" in said.out
    assert "未重建" in said.out
    assert raw.execute("SELECT name FROM staff").fetchone() == ("王敏",)
    raw.close()


def test_every_finding_has_its_sentence() -> None:
    """The codes are spread over db: whatever is written like one there is in the catalogues."""
    codes: set[str] = set()
    for file in sorted((ROOT / "db").glob("*.py")):
        source = file.read_text("utf-8")
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
    none = run("stick", "write", stick / "deep")  # a stick that is not in is not made up
    assert (none.status, none.err) == (3, f"没有此文件夹：{stick}\n")
    assert run("stick", "read", stick).status == 3
    assert not stick.exists()
    said = run("stick", "write", stick, "--json")
    told = count(desk / "desk.db")
    assert (said.status, said.facts["facts"], len(said.facts["files"])) == (0, told, 1)
    read = run("stick", "read", stick)
    assert (read.status, read.out) == (0, "已读取1个文件，新增0条\n")
    (stick / "2F_a_b_0123.facts").write_text("{}\n")
    broken = run("--lang", "en", "stick", "read", stick)
    assert broken.status == 1
    assert "A file is broken and was left alone: 2F_a_b_0123.facts" in broken.out
    with closing(sqlite3.connect(desk / "desk.db")) as raw, raw:
        raw.execute("UPDATE place SET library_key = randomblob(32)")
    other = run("stick", "read", stick)
    assert (other.status, other.err) == (
        3, f"此U盘上的记录属于另一所图书馆，未读取：{stick}\n"
    )  # fmt: skip
    assert run("stick", "write", stick).status == 0
    mixed = run("stick", "read", stick, "--json")
    assert (mixed.status, len(mixed.facts["foreign"])) == (1, 1)
