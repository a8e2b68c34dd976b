"""`deskapp certificate seal …`: permitted, listed, withdrawn, and applied for on paper."""

from pathlib import Path

from PIL import Image

from tests.commanding import FIXTURES, PIN, Run
from tests.test_signing_commands import WHO, issued, with_key

prepared, desk, run, patrons = FIXTURES


def test_a_seal_is_permitted_listed_and_withdrawn(run: Run, desk: Path, tmp_path: Path) -> None:
    asked = ["certificate", "seal"]
    about = ["--title", "图书馆", "--document", "馆发〔2026〕18号", "--until", "2099-12-31"]
    permit = [*asked, "permit", "library", *about, *WHO]
    assert run(*asked, "list", *WHO, pin=PIN).out == "没有准许过印章图片\n"
    assert run(*permit, "--json", pin=PIN).facts["refused"] == "SealUnset"
    (desk / "desk.toml").write_text("[seal.library]\npicture = 'seal.png'\n", "utf-8")
    assert run(*permit, "--json", pin=PIN).facts["refused"] == "SealUnreadable"
    picture = desk / "seal.png"
    picture.write_text("a seal", "utf-8")
    assert run(*permit, "--json", pin=PIN).facts["refused"] == "SealUnreadable"
    Image.new("RGBA", (80, 80), (200, 0, 0, 128)).save(picture)
    said = run(*permit, pin=PIN)
    assert (said.status, said.out) == (0, "已准许打印印章“library”的图片，至2099-12-31 周四\n")

    def state() -> str:
        (found,) = run(*asked, "list", *WHO, "--json", pin=PIN).facts["seals"]
        return str(found["state"])

    assert state() == "good"
    assert run(*asked, "list", *WHO, pin=PIN).out.split()[-1] == "可打印"
    Image.new("RGBA", (80, 80), (0, 0, 200, 128)).save(picture)
    assert state() == "changed"
    assert run(*asked, "withdraw", "library", *WHO, pin=PIN).status == 0
    assert state() == "withdrawn"
    assert run(*asked, "withdraw", "library", *WHO, pin=PIN).status == 3
    assert run(*permit[:-2], "--until", "tomorrow", *WHO, pin=PIN).status == 2


def test_the_use_of_a_seal_is_applied_for(run: Run, desk: Path, tmp_path: Path) -> None:
    with_key(run)
    numbers = issued(run, desk)
    asked = ["certificate", "seal", "form", "2F-A1", "-o", tmp_path / "form.pdf", *WHO]
    said = run(*asked, "--json", pin=PIN)
    assert (said.status, said.facts["count"], said.facts["last"]) == (0, 2, numbers[-1])
    assert (tmp_path / "form.pdf").read_bytes().startswith(b"%PDF")
    assert run(*asked, "--json", pin=PIN).facts["refused"] == "FileExists"
    assert run(*asked, "--force", pin=PIN).out.startswith("已打印用印申请单，共2份")
