"""Certificates for tests, of nobody, and what other programs read off their PDFs."""

import re
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import Image, ImageFilter

from deskapp import certificate_templates as templates
from deskapp.certificate_papers import Lang, Paper
from deskapp.desk import Desk
from deskapp.serials import whole
from tests.outside import program

TOKEN = "9" + "4711081542" * 42
ADDRESS = "https://lib.example.edu.cn/verify.html"
TITLE = "第十二届“书香理工”信息检索大赛"
JOINT = ("华北理工大学图书馆", "华北理工大学学生处", "共青团华北理工大学委员会")
QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
ONLY_QR = ("-Sdisable", "-Sqrcode.enable")
STANDARD = Path(__file__).with_name("standard_characters.txt")


def standard() -> str:
    """The 8,105 characters of the table of general standard Chinese characters."""
    lines = STANDARD.read_text("utf-8").splitlines()
    return "".join(line for line in lines if not line.startswith("#"))


def paper(
    desk: Desk, template: str = "award", lang: Lang = "zh_CN", holder: str = "张三", **said: Any
) -> Paper:
    """One in its template's own words."""
    serial = whole(f"202611{said.pop('number', 1):012}")
    facts = {"title": TITLE, "prize": "一等奖", "hours": "36.5", "sessions": "8", **said}
    facts |= {"salutation": " 同学"}
    words = templates.find(desk, template).words[lang].format_map({"holder": holder, **facts})
    made = Paper(
        serial=serial,
        holder=holder,
        title=facts["title"],
        prize=facts["prize"],
        body=tuple(words.splitlines()),
        issuers=JOINT[:1],
        signatory="",
        day=date(2026, 11, 22),
        lang=lang,
        template=template,
        token=TOKEN,
        address="",
    )
    own = {name: value for name, value in said.items() if name in Paper.__dataclass_fields__}
    return replace(made, **own)


def told(*command: str | Path) -> str:
    """What a program says of a file."""
    done = subprocess.run(
        [program(str(command[0])), *command[1:]], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.decode(errors="replace")


def text_of(file: Path, *more: str) -> str:
    """As it is copied out, without what parts lines and words."""
    return "".join(told("pdftotext", *more, file, "-").split())


def boxes(file: Path) -> list[tuple[str, float, float, float, float]]:
    """Each word and where it stands, in points from the upper left."""
    word = r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>'
    found = re.findall(word, told("pdftotext", "-bbox", file, "-"))
    return [(said, *map(float, place)) for *place, said in found]


def read_worn(file: Path) -> set[tuple[str, str]]:
    """What two programs read off the quarter of the page with the code at 150 dpi, as it is and out
    of focus, turned and packed as a telephone does: who read it, and what.
    """
    stem = file.with_suffix("")
    told("pdftoppm", "-r", "150", "-gray", "-singlefile", file, stem)
    whole = Image.open(stem.with_suffix(".pgm"))
    plain = whole.crop((0, whole.height // 2, whole.width // 2, whole.height))
    plain.save(stem.with_suffix(".pgm"))
    worn = plain.filter(ImageFilter.GaussianBlur(0.8)).rotate(
        2.5, Image.Resampling.BICUBIC, fillcolor=255
    )
    worn.save(stem.with_suffix(".jpg"), quality=60)
    found = set()
    for picture in (stem.with_suffix(".pgm"), stem.with_suffix(".jpg")):
        read = zxingcpp.read_barcodes(Image.open(picture), formats=QR)
        found |= {(f"zxing{picture.suffix}", each.text) for each in read}
        said = told("zbarimg", "-q", "--raw", *ONLY_QR, picture)
        found |= {(f"zbar{picture.suffix}", each) for each in said.split()}
    return found
