"""`deskapp event …`: an event's tickets on paper."""

from datetime import timedelta
from pathlib import Path

from deskapp import events, signups, staff
from deskapp.desk import open_desk
from deskapp.events import Plan, Time
from deskapp.signups import Outsider
from tests.commanding import FIXTURES, PIN, Run

prepared, desk, run, patrons = FIXTURES
WHO = ("--badge", "1001")


def announced(folder: Path) -> None:
    """An event tomorrow, and a guest."""
    desk = staff.sign_in(open_desk(folder), "1001", PIN)
    begin = desk.now() + timedelta(days=1)
    time = Time(begin, begin + timedelta(hours=1), "报告厅")
    kind = next(iter(desk.profile.events))
    plan = Plan("信息检索大赛", kind, (time,), department=next(iter(desk.profile.departments)))
    event = events.announce(desk, plan).id
    signups.sign_up(desk, event, outsider=Outsider("张三丰"))
    desk.close()


def test_tickets_are_printed(run: Run, desk: Path, tmp_path: Path) -> None:
    announced(desk)
    file = tmp_path / "tickets.pdf"
    asked = ("event", "tickets", "检索", "-o", file, *WHO)
    assert run(*asked, pin=PIN).out == f"已印1张票（新出1张）：{file}\n"
    assert file.read_bytes().startswith(b"%PDF-")
    assert run(*asked, pin=PIN).status == 3, "the file is there"
    said = run(*asked, "--force", "--one-a-page", "--session", 1, "--json", pin=PIN)
    assert (said.facts["tickets"], said.facts["new"]) == (1, 0)
    assert run(*asked, "--force", "--session", 2, pin=PIN).status == 3
    assert "2F-9" in run("event", "tickets", "2F-9", "-o", file, *WHO, pin=PIN).err


def test_a_font_is_named_in_desk_toml(run: Run, desk: Path, tmp_path: Path) -> None:
    announced(desk)
    (desk / "desk.toml").write_text('[print]\nfont = "none.otf"\n', "utf-8")
    asked = ("event", "tickets", "1", "-o", tmp_path / "tickets.pdf", *WHO)
    said = run(*asked, pin=PIN)
    assert (said.status, str(desk / "none.otf") in said.err) == (3, True)
    (desk / "desk.toml").write_text("[print]\nfont = 3\n", "utf-8")
    assert run(*asked, pin=PIN).status == 3


def test_one_ticket_is_given_replaced_and_revoked(run: Run, desk: Path) -> None:
    announced(desk)
    asked = ("event", "ticket", "检索", "张三丰", *WHO)
    none = run(*asked, pin=PIN)
    assert (none.status, "没有可用的票" in none.err) == (3, True)
    given = run(*asked, "--give", "--json", pin=PIN).facts
    assert (given["new"], len(given["text"])) == (True, 237)
    said = run(*asked, pin=PIN).out
    assert given["code"] in said
    assert given["text"] in said
    assert run(*asked, "--replace", "--json", pin=PIN).facts["replaces"] == given["serial"]
    assert "的票已作废（1张）" in run(*asked, "--revoke", "误发", pin=PIN).out
    assert run("event", "ticket", "检索", "李四", *WHO, pin=PIN).status == 3
