"""`deskapp certificate verify` and `key`: digits, pictures, papers; a ledger, a published list."""

from io import BytesIO
from pathlib import Path
from random import Random

import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image, ImageChops, ImageFilter

from deskapp import certificate_reading, certificates, cose, publishing, serials, signers, staff
from deskapp.desk import open_desk
from deskapp.language import Language
from deskapp.refusal import Refusal
from tests import honouring
from tests.commanding import FIXTURES, PIN, Run
from tests.outside import posix
from tests.refusals import refused
from tests.verifying import changed, code

prepared, desk, run, patrons = FIXTURES
WHO = ("--badge", "1001")
PHRASE = "correct horse battery"


def issued(folder: Path, out: Path) -> tuple[list[str], list[str]]:
    """Numbers and codes of two certificates; they are printed, and a list is published."""
    desk = staff.sign_in(open_desk(folder), "1001", PIN)
    key = honouring.known_key(desk)
    of = honouring.roll(desk)
    honouring.grant(desk, of, names=["科普剧团", "朗诵社"])
    numbers = honouring.issue(desk, of, key, ("1001", PIN))
    codes = [each.token for each in certificates.papers(desk, numbers)]
    list(certificates.print_out(desk, numbers, out / "all.pdf", single=True))
    certificates.revoke(desk, numbers[1], "lost", lead="1001", pin=PIN)
    publishing.publish(desk, key, out / "web")
    desk.close()
    return numbers, codes


def picture(*texts: str) -> Image.Image:
    """A sheet with codes below each other."""
    codes = [
        Image.fromarray(
            zxingcpp.create_barcode(each, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_image(
                scale=4
            )
        )
        for each in texts
    ]
    sheet = Image.new("L", (500, 500 * len(codes)), 255)
    for place, each in enumerate(codes):
        sheet.paste(each, (20, 500 * place + 20))
    return sheet


def test_digits_pictures_and_papers_are_verified(run: Run, desk: Path, tmp_path: Path) -> None:
    (good, gone), (true, _) = issued(desk, tmp_path)
    asked = ["certificate", "verify"]
    said = run(*asked, true, *WHO, pin=PIN)
    assert said.status == 0
    assert said.out.splitlines() == [
        "√ 有效  确由本馆签发，内容未被改动，也未作废。",
        "  请与纸面逐字核对：有一字不同，即非原件。",
        "  获证人    科普剧团",
        f"  奖励名称  {honouring.TITLE}",
        "  奖项      一等奖",
        "  落款日期  二〇二六年十一月二十二日",
        "  颁发单位  华北理工大学图书馆",
        f"  证书编号  {serials.spaced(good)}",
    ]
    sheet = tmp_path / "all.pdf"
    said = run(*asked, sheet, serials.spaced(gone), true[:-1], *WHO, "--json", pin=PIN)
    found = [(each["verdict"], each["why"]) for each in said.facts["verdicts"]]
    assert (said.status, found) == (1, [
        ("valid", "valid"), ("false", "revoked"), ("false", "revoked"), ("unknown", "unreadable")
    ])  # fmt: skip
    assert said.facts["verdicts"][0]["content"]["holder"] == "科普剧团"
    # In nobody's name, by what was published.
    for file in ("status.json", "verify.html"):
        by = ("--list", tmp_path / "web" / file)
        said = run(*asked, sheet, good, gone, changed(true), *by, "--json")
        found = [(each["verdict"], each["why"]) for each in said.facts["verdicts"]]
        assert (said.status, found) == (1, [
            ("valid", "valid"), ("false", "revoked"), ("unknown", "number"), ("false", "revoked"),
            ("false", "signature"),
        ])  # fmt: skip
    assert run(*asked, true, *by, "--lang", "en").out.startswith("√ Valid  Issued by this library")
    picture(code(Ed25519PrivateKey.generate())).save(tmp_path / "other.png")
    (tmp_path / "notes.txt").write_text("证书", "utf-8")
    several = [true, tmp_path / "notes.txt", tmp_path / "other.png", tmp_path]
    said = run(*asked, *several, *by)
    assert (said.status, said.err) == (1, "")
    told = [each.splitlines()[:2] for each in said.out.split("\n\n")]
    assert told == [
        [f"{true[:24]}…", "√ 有效  确由本馆签发，内容未被改动，也未作废。"],
        [str(several[1]), f"不支持此类文件：{several[1]}，请使用 {certificate_reading.KNOWN}"],
        [str(several[2]), f"? 不能确定  {Language()('verdict_listed.key')}"],
        [str(tmp_path), f"不支持此类文件：{tmp_path}，请使用 {certificate_reading.KNOWN}"],
    ]
    said = run(*asked, *several, *by, "--json")
    assert [each.get("refused") for each in said.facts["verdicts"]] == [
        None, "FileKind", None, "FileKind"
    ]  # fmt: skip
    status = tmp_path / "web" / "status.json"
    text = status.read_text("utf-8")
    turned = text[:-9] + ("A" if text[-9] != "A" else "B") + text[-8:]
    for broken in (turned, text[:150], "{}", '{"list": "0oRA"}'):
        status.write_text(broken, "utf-8")
        assert run(*asked, true, "--list", status, "--json").facts["refused"] == "StatusWrong"
    assert run(*asked, tmp_path / "none.png", *by, "--json").facts["refused"] == "FileMissing"


KINDS = ("png", "jpg", "webp", "tiff", "gif", "bmp", "pdf")


@pytest.fixture(scope="module")
def codes() -> tuple[str, str]:
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))  # the same pictures each time
    return code(key), f"https://lib.example/verify#{code(key, holder='李四')}"


def test_every_code_in_a_file_is_read(codes: tuple[str, str], tmp_path: Path) -> None:
    sheet = picture(*codes, "https://lib.example/other")
    for kind in KINDS:
        file = tmp_path / f"sheet.{kind}"
        sheet.save(file)
        assert set(certificate_reading.codes(file)) == set(codes), kind
    pages = [picture(each) for each in (*codes, codes[0])]
    for kind in ("tiff", "pdf"):
        told: list[tuple[int, int]] = []

        def tell(done: int, of: int, told: list[tuple[int, int]] = told) -> None:
            told.append((done, of))

        file = tmp_path / f"pages.{kind}"
        pages[0].save(file, save_all=True, append_images=pages[1:])
        assert certificate_reading.codes(file, tell) == list(codes)
        assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_code_that_is_small_faint_or_on_nothing_is_read(
    codes: tuple[str, str], tmp_path: Path
) -> None:
    sheet = picture(codes[0]).crop((0, 0, 460, 460))
    clear = Image.merge("LA", (Image.new("L", sheet.size), ImageChops.invert(sheet)))
    seen = {
        "small.jpg": sheet.resize((230, 230)).filter(ImageFilter.GaussianBlur(0.9)),
        "blurred.jpg": sheet.filter(ImageFilter.GaussianBlur(2)),
        "clear.png": clear,
        "clear.webp": clear.convert("RGBA"),
        "skewed.jpg": sheet.transform(
            (600, 600), Image.Transform.QUAD, (-30, -60, 40, 520, 560, 470, 480, -10), fillcolor=90
        ),
    }
    for name, each in seen.items():
        each.save(tmp_path / name)
        assert certificate_reading.codes(tmp_path / name) == [codes[0]], name
    # A page as large as a poster, without a code, does not hide the next.
    wide = Image.new("1", (7000, 9900), 1)
    wide.save(tmp_path / "a0.pdf", resolution=212, save_all=True, append_images=[sheet])
    assert certificate_reading.codes(tmp_path / "a0.pdf") == [codes[0]]


def test_what_cannot_be_read_is_said(codes: tuple[str, str], tmp_path: Path) -> None:
    whole = BytesIO()
    picture(codes[0]).save(whole, "PNG")
    huge = BytesIO()
    Image.new("1", (10_000, 9_000)).save(huge, "PNG")
    bomb = BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    poster = BytesIO()
    Image.new("1", (8, 8)).save(poster, "PDF", resolution=0.05)
    foreign = BytesIO()
    picture("https://lib.example/other").save(foreign, "PNG")
    cases = {
        whole.getvalue()[:500]: "PictureBroken",
        b"%PDF-1.7\nnothing": "PictureBroken",
        huge.getvalue(): "PictureTooLarge",
        bomb.getvalue(): "PictureTooLarge",
        poster.getvalue(): "PictureTooLarge",
        foreign.getvalue(): "NoCode",
        b"": "PictureBroken",
        b"%!PS-Adobe-3.0\n": "FileKind",
    }
    file = tmp_path / "file"
    for said, why in cases.items():
        file.write_bytes(said)
        refused(why, certificate_reading.codes, file)
    refused("FileKind", certificate_reading.codes, tmp_path)


def test_a_damaged_picture_is_told_as_one(codes: tuple[str, str], tmp_path: Path) -> None:
    """Wherever it was cut off, or a byte is another."""
    sheet, random, file = picture(codes[0]).crop((0, 0, 280, 280)), Random(3), tmp_path / "file"
    told = set[str]()
    for kind in ("gif", "tiff"):
        made = BytesIO()
        sheet.save(made, kind, save_all=True, append_images=[sheet.rotate(90)])
        whole = made.getvalue()
        second = whole.rfind(b"\x00\x01", 0, -200) if kind == "tiff" else len(whole) // 2
        for at in (*range(0, len(whole), len(whole) // 20), *range(second, second + 20)):
            file.write_bytes(whole[:at])
            told.add(_told(file))
            changed = bytearray(whole)
            changed[at] = random.randrange(256)
            file.write_bytes(changed)
            told.add(_told(file))
    assert told <= {"read", "PictureBroken", "FileKind", "NoCode", "PictureTooLarge"}
    assert "PictureBroken" in told


def _told(file: Path) -> str:
    try:
        return "read" if certificate_reading.codes(file) else ""
    except Refusal as refusal:
        return refusal.code


def test_keys_are_made_listed_retired_and_lost(run: Run, desk: Path) -> None:
    asked = ["certificate", "key"]
    said = run(*asked, "make", *WHO, "--json", pin=f"{PIN}\n{PHRASE}")
    kid, file = said.facts["key"], Path(said.facts["file"])
    assert (said.status, file.stat().st_mode & 0o077) == (0, 0)
    assert PHRASE not in file.read_text("utf-8")
    assert run(*asked, "make", *WHO, "--json", pin=f"{PIN}\nshort").facts["refused"] == (
        "PassphraseShort"
    )
    (known,) = run(*asked, "list", *WHO, "--json", pin=PIN).facts["keys"]
    assert (known["key"], known["here"], known["state"]) == (kid, True, "good")
    assert f"{kid}  " in run(*asked, "list", *WHO, pin=PIN).out
    opened = staff.sign_in(open_desk(desk), "1001", PIN)
    assert cose.kid(signers.open_key(opened, PHRASE).public_key().public_bytes_raw()) == kid
    refused("PassphraseWrong", signers.open_key, opened, PHRASE[:-1])
    opened.close()
    assert run(*asked, "retire", kid, *WHO, pin=PIN).status == 0
    today = known["made"][:10]
    early = run(*asked, "lose", kid, "--since", "2006-11-20", *WHO, "--json", pin=PIN)
    assert (early.facts["refused"], early.facts["made"]) == ("LostEarly", today)
    lost = run(*asked, "lose", kid, "--since", today, *WHO, pin=PIN)
    assert (lost.status, "重新发布" in lost.out) == (0, True)
    (known,) = run(*asked, "list", *WHO, "--json", pin=PIN).facts["keys"]
    assert (known["state"], known["lost_since"]) == ("lost", today)
    unknown = run(*asked, "retire", "0" * 16, *WHO, "--json", pin=PIN)
    assert unknown.facts["refused"] == "SignerUnknown"


@posix
def test_the_doctor_looks_after_keys(run: Run, desk: Path) -> None:
    opened = staff.sign_in(open_desk(desk), "1001", PIN)
    honouring.grant(opened, honouring.roll(opened), names=["科普剧团"])
    today = opened.now().date().isoformat()
    opened.close()
    assert "1个表彰名单" in run("doctor").out
    asked = ("certificate", "key")
    made = run(*asked, "make", *WHO, "--json", pin=f"{PIN}\n{PHRASE}").facts
    well = run("doctor")
    assert (well.status, "表彰名单" in well.out) == (0, False)
    file = Path(made["file"])
    file.chmod(0o640)
    run(*asked, "lose", made["key"], "--since", today, *WHO, pin=PIN)
    said = run("doctor", "--json")
    assert (said.status, [each["code"] for each in said.facts["findings"]]) == (
        1, ["SignerOpen", "SignerLeft"]
    )  # fmt: skip
    assert str(file) in run("doctor", "--lang", "en").out
