"""Importing readers on the screen: columns shown and overruled, progress, result, stopping."""

from pathlib import Path

import pytest

from deskapp import cards
from deskapp.desk import open_desk
from deskapp.fields import PATRONS
from deskapp.language import Language
from screens.importing import Import, continued, shown
from tests.front import front, store_in
from tests.library import write_readers
from tests.program import by_badge
from tests.terminal import Terminal

ROWS = (
    ("编号", "姓名", "学院", "身份证号", "电话", "卡号"),
    ("2024000001", "区明", "理学院", "130102199001011234", "13800001111", "A1B2C3"),
    ("2024000002", "查良", "理学院", "", "", ""),
    ("", "无号", "理学院", "", "", ""),
)


def choose_file(t: Terminal, path: Path) -> None:
    t.wait("待我办理")
    t.keys("ctrl+p")
    t.send("导入读者")
    t.pump(0.2)
    t.keys("enter")
    t.wait("输入文件路径")
    t.send(str(path))
    t.pump(0.3)
    t.keys("enter")


def test_the_columns_are_shown_overruled_and_imported(tmp_path: Path) -> None:
    file = write_readers(tmp_path / "readers 2026.csv", *ROWS)
    store = store_in(tmp_path / "store")
    with front(tmp_path, store=store, badge="1001") as t:
        choose_file(t, file)
        t.wait("请核对")
        t.wait("身份证号，一律不读取")
        assert "13800001111" not in t.text()  # enough of it to see what it is
        assert "130102199001011234" not in t.text()
        assert "A1**C3" in t.text()
        t.keys("down", "down", "enter")  # 学院
        t.wait("“学院”列是什么")
        t.keys("end", "enter")
        t.wait("不导入")
        t.keys("ctrl+s")
        t.wait("新增2")
        t.wait("未导入1行，见 readers 2026.rejected.csv")  # beside the file, and it fits
    (rejects,) = tmp_path.glob("*.rejected.csv")
    assert "无号" in rejects.read_text("utf-8-sig")
    desk = by_badge(open_desk(store), "1001")
    (found,) = cards.whose(desk, "2024000001")
    assert (found.name, found.college) == ("区明", "")
    desk.close()


@pytest.mark.parametrize(
    ("sample", "field", "words"),
    [
        ("A1B2C3", "cards", "A1**C3"),
        ("1112038970；1537810351", "cards", "1112****70；1537****51"),
        ("08FF", "cards", "***F"),
        ("12345", "number", "1**45"),
        ("138-0000-1111", "phone", "**8-***0-***1"),
        ("A1B2C3D4", None, "A1B***D4"),
        ("1112038970", None, "1112****70"),
        ("r2023101234@example.edu.cn", "email", "r2023****34@example.edu.cn"),
        ("2026-06-30", "until", "2026-06-30"),
        ("20级1班", "class", "20级1班"),
        ("理学院", "department", "理学院"),
        ("Decade", None, "Decade"),
        ("", None, ""),
    ],
)
def test_a_cell_is_masked(sample: str, field: str | None, words: str) -> None:
    assert shown(sample, PATRONS[field] if field else None) == words


def test_what_is_wrong_with_a_file_is_a_sentence(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001") as t:
        choose_file(t, tmp_path / "none.csv")
        t.wait("未找到文件")
        t.keys("ctrl+s")
        assert "Traceback" not in t.text()


def many(path: Path, rows: int) -> Path:
    lines = [(f"{2024000000 + n}", f"读者{n}", "理学院") for n in range(rows)]
    return write_readers(path, ("学号", "姓名", "学院"), *lines)


def test_a_running_import_leaves_the_desk_free_and_can_be_stopped(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    with front(tmp_path, store=store, badge="1001") as t:
        choose_file(t, many(tmp_path / "many.csv", 40_000))
        t.wait("请核对")
        t.keys("ctrl+s")
        t.wait("[#")
        t.keys("esc")
        t.wait("是否停止")
        t.keys("enter")  # no: it goes on behind
        t.wait("待我办理")
        t.send("2023101234\r")
        t.wait("读者 单*强")
        t.keys("ctrl+p")
        t.send("导入读者")
        t.pump(0.2)
        t.keys("enter")
        t.wait("[#")
        t.keys("esc", "right", "enter")
        t.wait("导入已停止")
    desk = by_badge(open_desk(store), "1001")
    taken = [cards.whose(desk, f"{2024000000 + n}") for n in range(0, 40_000, 100)]
    assert any(taken)
    assert not all(taken)
    desk.close()


def test_an_import_says_how_it_ended(tmp_path: Path) -> None:
    desk = by_badge(open_desk(store_in(tmp_path / "store")), "1001")
    t = Language()
    job = Import(desk, many(tmp_path / "many.csv", 700), t, {})
    job.stop = True
    job.run()
    assert job.over
    assert job.said(t) == (t("importing.stopped", done=job.done), True)
    assert 0 < job.done < 700
    again = Import(desk, tmp_path / "many.csv", t, {})
    again.run()
    sentence, error = again.said(t)
    assert f"新增{700 - job.done}" in sentence
    assert not error
    refused = Import(desk, tmp_path / "none.csv", t, {})
    refused.run()
    assert refused.said(t)[1]
    desk.close()


def test_a_path_is_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "exports").mkdir()
    for name in ("a.csv", "b.docx", "b.xlsx"):
        (tmp_path / "exports" / name).touch()
    assert continued(f"{tmp_path}/ex") == f"{tmp_path}/exports/"
    assert continued(f"{tmp_path}/exports/b") == f"{tmp_path}/exports/b.xlsx"
    assert continued(f"{tmp_path}/none/b") is None
    assert continued("") is None
    monkeypatch.chdir(tmp_path)
    assert continued("exp") == "exports/"
