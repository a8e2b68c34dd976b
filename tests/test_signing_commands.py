"""`deskapp certificate …` that signs with this machine's key: a list of revoked ones published."""

from datetime import timedelta
from pathlib import Path

from deskapp import signers, staff
from deskapp.desk import open_desk
from tests import honouring
from tests.commanding import FIXTURES, PIN, Run

prepared, desk, run, patrons = FIXTURES
WHO = ("--badge", "1001")
PHRASE = "correct horse battery"
SIGNED = f"{PIN}\n{PHRASE}"


def with_key(run: Run) -> None:
    assert run("certificate", "key", "make", *WHO, pin=SIGNED).status == 0


def issued(folder: Path) -> list[str]:
    """Two certificates that this machine's key has signed."""
    desk = staff.sign_in(open_desk(folder), "1001", PIN)
    of = honouring.roll(desk)
    honouring.grant(desk, of, names=["科普剧团", "朗诵社"])
    numbers = honouring.issue(desk, of, signers.open_key(desk, PHRASE), ("1001", PIN))
    desk.close()
    return numbers


def test_what_was_revoked_is_published(run: Run, desk: Path, tmp_path: Path) -> None:
    web = tmp_path / "web"
    asked = ["certificate", "publish", web, *WHO]
    assert run(*asked, "--json", pin=SIGNED).facts["refused"] == "NoSigner"
    with_key(run)
    good, gone = issued(desk)
    run("certificate", "print", good, gone, "-o", tmp_path / "all.pdf", *WHO, pin=PIN)
    run("certificate", "revoke", gone, "--reason", "wrong", *WHO, pin=PIN)
    wrong = run(*asked, "--json", pin=f"{PIN}\nincorrect horse")
    assert (wrong.facts["refused"], web.exists()) == ("PassphraseWrong", False)
    assert run(*asked, "--days", "0", pin=SIGNED).status == 2
    said = run(*asked, "--days", "2", pin=SIGNED)
    opened = open_desk(desk)
    until = opened.now().date() + timedelta(days=2)
    opened.close()
    assert said.out.splitlines()[0] == (
        f"已写好查验页 {web / 'verify.html'} 和作废名单 {web / 'status.json'}"
    )
    assert said.out.splitlines()[1].startswith(f"作废证书1张，名单至{until}")
    assert said.out.splitlines()[2].startswith("请将两个文件放在网站的同一处")
    for file in ("verify.html", "status.json"):
        sheet, by = tmp_path / "all.pdf", ("--list", web / file)
        found = run("certificate", "verify", sheet, *by, "--json").facts["verdicts"]
        assert [(each["verdict"], each["why"]) for each in found] == [
            ("valid", "valid"), ("false", "revoked")
        ]  # fmt: skip
    address = "https://lib.example/verify.html"
    settings = f'[certificates]\nverification_address = "{address}"\nstatus_days = 9\n'
    (desk / "desk.toml").write_text(settings, "utf-8")
    said = run(*asked, pin=SIGNED)
    assert f"名单至{until + timedelta(days=7)}" in said.out
    assert said.out.splitlines()[2].startswith(f"请将两个文件一同放到 {address}")
    assert address in (web / "verify.html").read_text("utf-8")
