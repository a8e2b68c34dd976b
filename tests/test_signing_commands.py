"""`deskapp certificate …` that signs with this machine's key: issued, replaced, and a list of
revoked ones published; secrets are asked for where nobody sees them.
"""

import sys
from datetime import timedelta
from pathlib import Path

import pytest

from deskapp import serials, signers, staff
from deskapp.desk import open_desk
from tests import honouring
from tests.commanding import FIXTURES, PIN, Run
from tests.outside import posix
from tests.terminal import KEYS, Terminal

prepared, desk, run, patrons = FIXTURES
WHO = ("--badge", "1001")
PHRASE = "correct horse battery"
SIGNED = f"{PIN}\n{PHRASE}"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that are opened in no time."""
    monkeypatch.setattr(signers, "COST", {"time_cost": 1, "memory_cost": 64, "parallelism": 1})


def with_key(run: Run) -> None:
    assert run("certificate", "key", "make", *WHO, pin=SIGNED).status == 0


def awarded(folder: Path, *names: str, roll: str = "") -> str:
    """An award list with these on it."""
    desk = staff.sign_in(open_desk(folder), "1001", PIN)
    of = roll or honouring.roll(desk)
    honouring.grant(desk, of, names=names)
    desk.close()
    return of


def issued(run: Run, folder: Path) -> list[str]:
    """Two certificates that this machine's key has signed."""
    awarded(folder, "科普剧团", "朗诵社")
    said = run("certificate", "issue", "2F-A1", *WHO, "--json", pin=SIGNED)
    numbers: list[str] = said.facts["issued"]
    return numbers


@pytest.mark.usefixtures("quick")
def test_a_list_is_issued_and_goes_on_where_it_was(run: Run, desk: Path) -> None:
    asked = ["certificate", "issue", "2F-A1", *WHO]
    of = awarded(desk, "科普剧团", "朗诵社")
    said = run(*asked, pin=SIGNED)
    assert (said.status, "没有可用的签发密钥" in said.err) == (3, True)
    with_key(run)
    assert run(*asked, "--lead", "1009", pin=f"{SIGNED}\n{PIN}").status == 3  # nobody
    assert run(*asked, "--json", pin=f"{PIN}\nincorrect").facts["refused"] == "PassphraseWrong"
    said = run(*asked, pin=SIGNED)
    assert (said.status, said.out) == (0, f"已签发2张：{honouring.TITLE}\n")
    assert run(*asked, pin=SIGNED).out == "没有可签发的证书\n"
    awarded(desk, "诗社", "\U00018b00社", roll=of)
    said = run(*asked, "--json", pin=SIGNED)
    assert (said.status, len(said.facts["issued"])) == (1, 1)
    ((name, why),) = [(each["name"], each["refused"]) for each in said.facts["refused"]]
    assert (name, why) == ("\U00018b00社", "FontLacks")
    said = run(*asked, pin=SIGNED)
    assert said.out.splitlines()[0] == "没有可签发的证书"
    assert said.out.splitlines()[1].startswith("\U00018b00社  一等奖  ")


@pytest.mark.usefixtures("quick")
def test_a_certificate_is_replaced(run: Run, desk: Path) -> None:
    with_key(run)
    old, _ = issued(run, desk)
    asked = ["certificate", "replace", old, *WHO]
    said = run(*asked, "--holder", "科普剧社", "--json", pin=SIGNED)
    assert (said.status, said.facts["replaced"]) == (0, old)
    (new,) = run("certificate", "find", "科普剧社", *WHO, "--json", pin=PIN).facts["certificates"]
    assert (new["serial"], new["replaces"]) == (said.facts["issued"], old)
    assert run(*asked, "--json", pin=SIGNED).facts["refused"] == "CertificateRevoked"
    said = run("certificate", "replace", new["serial"], *WHO, pin=SIGNED)
    assert said.out.startswith(f"证书{serials.spaced(new['serial'])}已作废，另发")
    (found,) = run("certificate", "find", old, *WHO, "--json", pin=PIN).facts["certificates"]
    assert (found["state"], found["replaced_by"]) == ("revoked", new["serial"])


@posix
def test_secrets_are_asked_for_where_nobody_sees_them(run: Run, desk: Path, tmp_path: Path) -> None:
    with_key(run)
    awarded(desk, "科普剧团")
    task = ["certificate", "issue", "2F-A1", "--lead", "1003"]
    argv = [sys.executable, "-m", "deskapp", "--data", str(desk), *task]
    with Terminal(argv, home=tmp_path / "home") as t:
        t.copy = bytearray()
        for asked, typed in (("工号：", "1001"), ("口令：", PIN), ("密钥口令：", PHRASE)):
            t.wait(asked)
            t.send(f"{typed}\r")
        t.wait("批准人（值班长）口令：")
        assert t.leave(KEYS["ctrl+d"]) == 1
        t.pump(0.1)
        assert t.lines()[4].startswith("已中断")
        assert PIN.encode() not in t.copy
        assert PHRASE.encode() not in t.copy
    kept = [each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()]
    assert len(kept) == 2  # the store, the key
    assert not [each for each in kept if PHRASE.encode() in each]


@pytest.mark.usefixtures("quick")
def test_what_was_revoked_is_published(run: Run, desk: Path, tmp_path: Path) -> None:
    web = tmp_path / "web"
    asked = ["certificate", "publish", web, *WHO]
    assert run(*asked, "--json", pin=SIGNED).facts["refused"] == "NoSigner"
    with_key(run)
    good, gone = issued(run, desk)
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
    assert said.out.splitlines()[2].startswith(f"请将查验页放到 {address}")
    assert address in (web / "verify.html").read_text("utf-8")
