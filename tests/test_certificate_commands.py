"""`deskapp certificate …`: printed, found, handed out, revoked."""

import os
from pathlib import Path

from deskapp import serials, staff
from deskapp.desk import open_desk
from tests import honouring
from tests.commanding import FIXTURES, PIN, Run

prepared, desk, run, patrons = FIXTURES
WHO = ("--badge", "1001")


def issued(folder: Path) -> list[str]:
    """Two certificates, by somebody who is a lead as well."""
    desk = staff.sign_in(open_desk(folder), "1001", PIN)
    key = honouring.known_key(desk)
    of = honouring.roll(desk)
    honouring.grant(desk, of, names=["科普剧团", "朗诵社"])
    numbers = honouring.issue(desk, of, key, ("1001", PIN))
    desk.close()
    return numbers


def test_certificates_are_printed_found_handed_out_and_revoked(
    run: Run, desk: Path, tmp_path: Path
) -> None:
    first, second = issued(desk)
    out = tmp_path / "all.pdf"
    asked = ["certificate", "print"]
    said = run(*asked, "2F-A1", "-o", out, *WHO, pin=PIN)
    assert (said.status, said.out) == (0, f"已打印2张证书：{out}\n")
    assert out.read_bytes().startswith(b"%PDF")
    assert run(*asked, "2F-A1", "-o", out, *WHO, pin=PIN).status == 3  # the file is there
    again = run(*asked, "2F-A1", "-o", tmp_path / "more", *WHO, pin=PIN)
    assert (again.status, "没有待打印" in again.err) == (3, True)
    typed = serials.spaced(first)
    mistyped = run(*asked, f"{typed[:-2]}00", "-o", tmp_path / "more", *WHO, "--json", pin=PIN)
    assert mistyped.facts["refused"] == "SerialWrong"
    said = run(*asked, typed, "-o", tmp_path / "more", *WHO, "--json", pin=PIN)
    (alone,) = (tmp_path / "more").iterdir()
    assert said.facts["printed"] == [first]
    for file in (out, alone):  # names are in them
        assert os.name != "posix" or not file.stat().st_mode & 0o077
    asked = ["certificate", "hand-out", typed, "--to", "王芳", *WHO]
    assert run(*asked, pin=PIN).out == f"证书{typed}已领取\n"
    assert run(*asked, pin=PIN).status == 3
    found = run("certificate", "find", "科普", *WHO, "--json", pin=PIN).facts["certificates"]
    assert [(each["serial"], each["state"], each["copies"]) for each in found] == [
        (first, "handed", 2)
    ]
    assert typed in run("certificate", "find", first, *WHO, pin=PIN).out
    asked = ["certificate", "revoke", second, "--reason", "lost", *WHO]
    assert run(*asked, "--lead", "1009", pin=f"{PIN}\n{PIN}").status == 3  # nobody
    assert run(*asked, pin=PIN).out == f"证书{serials.spaced(second)}已作废\n"
    refused = run(*asked, "--json", pin=PIN)
    assert (refused.status, refused.facts["refused"]) == (3, "CertificateRevoked")


def test_templates_are_listed_copied_and_looked_at(run: Run, desk: Path, tmp_path: Path) -> None:
    """In nobody's name."""
    asked = ["certificate", "template"]
    assert run(*asked, "list").out.splitlines()[0].split()[:2] == ["award", "荣誉证书"]
    copied = run(*asked, "copy", "award", "ours", "--json").facts["file"]
    assert run(*asked, "copy", "award", "ours").status == 3
    assert run(*asked, "list", "--lang", "en").out.splitlines()[-1].split()[-1] == "own"
    looked = ["certificate", "preview", "ours", "-o"]
    assert run(*looked, tmp_path / "x.pdf", "--words", "en").status == 0
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF")
    assert run(*looked, tmp_path / "x.pdf", "--json").facts["refused"] == "FileExists"
    assert run(*looked, tmp_path / "x.png").status == 0
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")
    file = Path(copied)
    file.write_text(file.read_text("utf-8").replace("[words]", "[wrods]"), "utf-8")
    said = run(*asked, "list")
    assert (said.status, "第8行：没有“wrods”这一项" in said.out.splitlines()[-1]) == (1, True)
    assert run(*looked, tmp_path / "y.pdf", "--json").facts["refused"] == "TemplateField"
