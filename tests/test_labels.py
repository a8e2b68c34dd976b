"""Lines that are only read: their labels, and paths in them."""

from pathlib import Path

import pytest
from rich.cells import cell_len

from screens.labels import folded, from_home


def test_a_path_is_written_from_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert from_home(tmp_path / "print" / "log.html") == "~/print/log.html"
    elsewhere = tmp_path.parent / "print" / "log.html"
    assert from_home(elsewhere) == str(elsewhere)


def test_no_line_begins_with_a_full_stop() -> None:
    words = "请于周五前领取，编号0001。"
    for room in range(4, 30):
        lines = folded(words, room)
        assert "".join(lines) == words
        assert all(cell_len(line) <= room for line in lines)
        assert not [line for line in lines if line[0] in "，。"]
    assert folded("请领取。", 6) == ["请领", "取。"]
    assert folded("。" * 4, 2) == ["。"] * 4
    assert folded("", 6) == []
