"""`deskapp report ranking`: on a terminal, as JSON, as a table; masked, and in full."""

from pathlib import Path

from python_calamine import load_workbook

from db import loans
from db.loans import Lending
from deskapp import ranking_sheets, rankings, readers, staff
from deskapp.desk import Desk, open_desk
from deskapp.quarters import Quarter
from tests.commanding import FIXTURES, PIN, Run
from tests.library import Library
from tests.refusals import refused

prepared, desk, run, patrons = FIXTURES
WHO = ("--badge", "1001")
RANKING = ("report", "ranking", "2026年第3季度", *WHO)


def lend(at: Desk, number: str, *days: tuple[str, int]) -> None:
    (reader,) = (each.id for each in readers.search(at, number))
    drafts = [
        loans.draft(reader, day, [Lending(day, f"{day} {item}") for item in range(count)])
        for day, count in days
    ]
    with at.act() as act:
        act.record_all(drafts)


def test_a_ranking_is_given_out(run: Run, desk: Path, patrons: Path, tmp_path: Path) -> None:
    with patrons.open("a", encoding="utf-8") as more:
        more.write("2023101236,买买提,硕士\n2023101237,欧阳修远,硕士\n")
    assert run("import", "patrons", patrons, *WHO, pin=PIN).status == 0
    at = staff.sign_in(open_desk(desk), "1001", PIN)
    lend(at, "2023101234", ("2026-07-01", 2), ("2026-09-30", 3))
    lend(at, "2023101235", ("2026-08-01", 5), ("2026-10-01", 9))
    lend(at, "2023101236", ("2026-08-01", 1))
    lend(at, "2023101237", ("2026-08-01", 8))
    (out,) = readers.search(at, "2023101237")
    rankings.opt_out(at, out.id)
    at.close()
    said = run(*RANKING, pin=PIN).out.splitlines()
    assert said[0] == "2026年第3季度借阅排行（前10名）"
    assert said[2:5] == [
        "1  单*强  2023****34  5",
        "1  曾*    2023****35  5",
        "3  买*提  2023****36  1",
    ]
    assert ("未列入：不愿上榜1人" in said, "数量相同者名次并列" in "".join(said)) == (True, True)
    lines = run(*RANKING, "--lines", "--lang", "en", pin=PIN).out.splitlines()
    assert [each.split("  ")[-1] for each in lines[3:5]] == ["2 borrowed", "3 borrowed"]
    facts = run(*RANKING, "--lines", "--json", "--full", pin=PIN).facts
    assert [(e["number"], sum(o["amount"] for o in e["lines"])) for e in facts["ranking"]] == [
        ("2023101234", 5),
        ("2023101235", 5),
        ("2023101236", 1),
    ]
    assert facts["left_out"] == {"opted_out": 1}
    file = tmp_path / "榜.xlsx"
    assert run(*RANKING, "--lines", "--full", "-o", file, pin=PIN).out.startswith("已导出4行")
    assert run(*RANKING, "-o", file, pin=PIN).status == 3  # it is there
    rows = load_workbook(str(file)).get_sheet_by_index(0).to_python()
    assert rows[:3] == [
        ["名次", "姓名", "学工号", "借阅册数", "序号", "依据"],
        [1, "单国强", "2023101234", 5, 1, rows[1][5]],
        [1, "单国强", "2023101234", 5, 2, rows[2][5]],
    ]
    assert "借书 3 册" in str(rows[2][5])
    assert "流通系统" in str(rows[5][1])
    empty = run(*RANKING, "--by", "presence", pin=PIN)
    assert (empty.status, "本季度没有记录" in empty.out) == (0, True)
    assert run("report", "ranking", "2026-Q5", *WHO, pin=PIN).status == 3


def test_names_in_full_are_for_department_heads(library: Library) -> None:
    quarter = Quarter(2026, 3)
    assert ranking_sheets.tell(library.at("li"), "presence", quarter).places == ()
    refused("RoleTooLow", ranking_sheets.tell, library.at("lead"), "loans", quarter, full=True)
