"""`deskapp …` in tests: on a desk that is set up, with what it said and how it ended."""

import io
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from argon2 import PasswordHasher

from deskapp import staff
from deskapp.__main__ import main

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


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with its administrator, 王敏, badge 1001, whose PIN is hashed in no time."""
    folder = tmp_path_factory.mktemp("desk")
    hasher = PasswordHasher(time_cost=1, memory_cost=32, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staff, "_HASHER", hasher)
        patch.setattr(sys, "stdin", io.StringIO(PIN + "\n"))
        assert main(["--data", str(folder), *INIT, "--pin-stdin"]) == 0
    return folder


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`deskapp …` in this process, on the data folder `desk` under tmp_path."""
    monkeypatch.setenv("DESKAPP_DATA", str(tmp_path / "desk"))
    monkeypatch.delenv("DESKAPP_LANG", raising=False)

    def go(*arguments: object, pin: str | None = None, given: str = "") -> Said:
        asked = [str(each) for each in arguments]
        if pin is not None:
            asked.append("--pin-stdin")
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{pin}\n" if pin else given))
        status = main(asked)
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


FIXTURES = (prepared, desk, run, patrons)
"""for a module of tests to take over by these names"""
