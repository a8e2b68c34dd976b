"""`deskapp export signups`: an event's sign-ups as a table; telephones for department heads."""

import csv
from pathlib import Path

import pytest

from deskapp import signup_sheets, signups
from deskapp.events import Question
from deskapp.language import Language
from deskapp.signup_lists import SignupList
from deskapp.signups import Outsider
from tests import formfiles
from tests.commanding import FIXTURES, PIN, Run
from tests.forms_taken import DIET, announced, at, load
from tests.forms_taken import SHAN as SHAN_
from tests.forms_taken import ZENG as ZENG_
from tests.gatherings import gather
from tests.library import Library
from tests.refusals import refused
from tests.test_signups import SHAN, ZENG, sign

prepared, desk, run, patrons = FIXTURES
TEAM = {"code": "team", "text": "队名", "choices": [], "must": False}


@pytest.mark.parametrize(("who", "phone"), [("head", "13812345678"), ("li", "1381*****78")])
def test_who_has_signed_up(library: Library, tmp_path: Path, who: str, phone: str) -> None:
    event, file = gather(library, "14:00-16:00", capacity=2, questions=[TEAM]), tmp_path / "a.csv"
    sign(library, event, SHAN, answers={"team": "乘风队"})
    library.clock.move(seconds=1)
    gone = sign(library, event, ZENG)
    signups.cancel(library.at("li"), gone.subject)
    signups.sign_up(library.at("li"), event, outsider=Outsider("孙女士"), places=2)
    assert signup_sheets.export(library.at(who), event, file, Language()) == 3
    with file.open(encoding="utf-8-sig", newline="") as lines:
        first, second, last = csv.DictReader(lines)
    assert (first["姓名"], first["学号"], first["手机"], first["队名"]) == (
        "单国强", SHAN, phone, "乘风队",
    )  # fmt: skip
    assert (second["姓名"], second["人数"], second["状态"]) == ("孙女士", "2", "候补")
    assert last["状态"] == "已取消"
    refused("RoleTooLow", signup_sheets.export, library.at("assistant"), event, file, Language())


def test_what_a_form_ticked_or_skipped_is_an_answer(library: Library, tmp_path: Path) -> None:
    """问卷星: ┋ between several choices, (跳过) for none."""
    size, team = Question("size", "尺码", ("S", "M")), Question("team", "队名")
    event = announced(library, questions=(DIET, size, team))
    asked = (
        "1、姓名",
        "2、学号",
        "3、手机",
        "4、用餐要求[多选题]",
        "5、尺码[单选题]",
        "6、您的队名",
    )
    people = (
        (at(1), *SHAN_, "A.素食┋其他〖花生过敏〗", "M", "乘风队"),
        (at(2), *ZENG_, "(跳过)", "(跳过)", "(跳过)"),
    )
    path = formfiles.write(tmp_path / "form.csv", formfiles.wjx(people, asked))
    assert load(library, event, path).entered == 2
    answers = {"diet": "素食、其他（花生过敏）", "size": "M", "team": "乘风队"}
    li = library.at("li")
    assert [each.answers for each in SignupList(li, event).after(None, 9)] == [answers, {}]
    signup_sheets.export(li, event, file := tmp_path / "out.csv", Language())
    with file.open(encoding="utf-8-sig", newline="") as lines:
        told = [[row["用餐要求"], row["尺码"], row["队名"]] for row in csv.DictReader(lines)]
    assert told == [[*answers.values()], ["", "", ""]]


def test_the_command_wants_an_event(run: Run, desk: Path, tmp_path: Path) -> None:
    who, file = ("--badge", "1001"), tmp_path / "a.csv"
    assert run("export", "signups", "-o", file, *who, pin=PIN).status == 2
    assert run("export", "rooms", "-o", file, "--event", "2F-1", *who, pin=PIN).status == 2
    assert run("export", "signups", "-o", file, "--event", "2F-1", *who, pin=PIN).status == 3
