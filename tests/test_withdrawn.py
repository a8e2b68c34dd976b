"""What was logged by mistake is on record, and in no report, export or number of the day."""

from pathlib import Path

import pytest

from deskapp import daily, duty_log, endings, handovers, request_files, requests, undo
from deskapp.endings import Ending
from deskapp.language import Language
from deskapp.requests import Question
from tests.library import Library

DONE = Ending("done", "已答复")


@pytest.fixture
def kept(library: Library) -> str:
    """One that stands, one logged and answered by mistake, a handover and an answer taken back."""
    li = library.at("li")
    library.clock.put("2026-11-22 10:30")
    kept = library.log(words="留下的一件").id
    requests.log(li, Question("误登的一件"), DONE)
    undo.undo(li)
    endings.close(li, kept, DONE)
    undo.undo(li)
    handovers.hand_over(li, kept, to=library.id("chen"), reason="duty")
    undo.undo(li)
    return kept


def test_not_among_the_numbers_of_the_day(library: Library, kept: str) -> None:
    assert daily.today(library.at("li")).logged == 1
    log = duty_log.duty_log(library.at("li"))
    assert [entry.line.subject for entry in log.entries] == [kept]
    assert (log.logged, log.closed, log.offered) == (1, 0, 0)
    requests.log(library.at("li"), Question("又一件"), DONE)
    log = duty_log.duty_log(library.at("li"))
    assert (log.logged, log.closed, log.offered) == (2, 1, 0)


def test_not_in_the_register_that_goes_out(library: Library, kept: str, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert request_files.export(library.at("head"), out, Language("zh_CN")) == 1
    assert "留下的一件" in out.read_text("utf-8-sig")
