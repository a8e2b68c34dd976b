"""Certificates on paper, read back by programs that are not ours."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import typst

from deskapp import certificate_sheets as sheets
from deskapp import certificate_templates as templates
from deskapp import fonts, serials
from deskapp.certificate_papers import Lang, Paper, day_words
from deskapp.desk import Desk
from tests import readerfiles
from tests.library import Library
from tests.papers import (
    ADDRESS,
    JOINT,
    TITLE,
    TOKEN,
    boxes,
    paper,
    read_worn,
    standard,
    text_of,
    told,
)

MOST_BYTES = 60 * 1024
FRAME = 19 * 72 / 25.4
"""where what may be written on begins"""
READERS = {"zxing.pgm", "zxing.jpg", "zbar.pgm", "zbar.jpg"}


def written(desk: Desk, folder: Path, *papers: Paper) -> list[Path]:
    assert list(sheets.write(desk, papers, folder, single=False))[-1] == len(papers)
    return [folder / sheets.file_name(each) for each in papers]


@pytest.mark.parametrize(
    ("template", "lang", "holder", "said"),
    [
        ("award", "zh_CN", "阿卜杜热合曼·艾力", {}),
        ("merit", "both", "䶮㛃𬱖𠮷", {"issuers": JOINT, "address": ADDRESS, "copy": 3}),
        ("training", "en", "Zoë Šimůnková", {"title": "Systematic Reviews"}),
        ("volunteer", "zh_CN", "欧阳建国", {"signatory": "馆长 王敏", "issuers": JOINT}),
        ("participation", "both", "#panic() $x$ *a* @b <c> \\ //", {}),
    ],
    ids=["award", "merit", "training", "volunteer", "no markup"],
)
def test_a_certificate_is_read_back(
    library: Library, tmp_path: Path, template: str, lang: Lang, holder: str, said: dict[str, str]
) -> None:
    desk = library.at("li")
    one = paper(desk, template, lang, holder, **said)
    assert sheets.unprintable(desk, [one]) == {}
    (file,) = written(desk, tmp_path, one)
    assert file.stat().st_size <= MOST_BYTES
    text, title = text_of(file), templates.find(desk, template).title
    headlines = title.values() if lang == "both" else [title[lang]]
    wanted = [*headlines, *one.body, *one.issuers, one.signatory, serials.spaced(one.serial)]
    wanted += [day_words(one.day, each) for each in ("zh_CN", "en") if lang in ("both", each)]
    wanted += ["补打第2次"] if one.copy > 1 else []
    for each in wanted:
        words = "".join(each.split())
        assert words in text.replace("&lt;", "<"), each
    assert {
        line.split()[-5:-2] == ["yes"] * 3 for line in told("pdffonts", file).splitlines()[2:]
    } == {True}
    assert "No syntax or stream encoding errors" in told("qpdf", "--check", file)
    about = told("pdfinfo", file)
    assert re.search(rf"Title: +.*{re.escape(one.holder)}", about)
    assert re.search(r"Author: +\S", about)
    assert re.search(r"Tagged: +yes", about)
    whole = told("qpdf", "--qdf", "--object-streams=disable", file, "-")
    assert f"/Lang ({'en' if lang == 'en' else 'zh-CN'})" in whole
    assert re.search(r"pdfaid:part>2<.*pdfaid:conformance>B<", whole, re.DOTALL)
    code = f"{ADDRESS}#{TOKEN}" if one.address else TOKEN
    assert read_worn(file) == {(reader, code) for reader in READERS}


def test_nothing_leaves_its_place_however_long(library: Library, tmp_path: Path) -> None:
    """Names are set smaller, then on two lines; the text smaller, up to what is refused."""
    desk = library.at("li")
    long = "·".join(["阿卜杜热合曼", "买买提明", "库尔班尼亚孜", "依不拉音江"] * 3)
    latin = "Alexandra Konstantinopoulou Featherstonehaugh de la Vega Montesinos y Carrasco"
    papers = [
        paper(desk, "merit", "zh_CN", long, number=1, issuers=JOINT, title=TITLE * 8),
        paper(desk, "award", "both", latin, number=2, issuers=JOINT, signatory=long[:20]),
        paper(desk, "award", "en", latin * 2, number=3, prize="Special Prize of the Jury " * 3),
        paper(desk, "award", number=4, issuers=JOINT, title="长" * 420),
        paper(desk, "training", number=5, address=ADDRESS, title="长" * 420),
    ]
    assert sheets.unprintable(desk, papers) == {}
    for file, one in zip(written(desk, tmp_path, *papers), papers, strict=True):
        landscape = templates.find(desk, one.template).landscape
        wide, high = (842, 595) if landscape else (595, 842)
        places = boxes(file)
        assert all(x > FRAME and right < wide - FRAME for _, x, _, right, _ in places)
        assert all(y > FRAME and down < high - FRAME for _, _, y, _, down in places)
        foot = min(y for said, _, y, _, _ in places if said.startswith(one.issuers[0][:4]))
        last = one.body[-1].split()[-1][-4:]
        body = max(down for said, _, _, _, down in places if last in said)
        assert body < foot
    too_long = paper(desk, number=6, title="长" * 600)
    apart = paper(desk, number=7, title="x" * 90)
    found = sheets.unprintable(desk, [too_long, apart, papers[0]])
    assert {each: why.code for each, why in found.items()} == {
        too_long.serial: "PaperTooLong",
        apart.serial: "PaperTooLong",
    }


def test_a_character_that_no_font_has_stops_its_own_paper(library: Library, tmp_path: Path) -> None:
    desk = library.at("li")
    good, bad = paper(desk, number=1), paper(desk, holder="张\U0010fffd", number=2)
    found = sheets.unprintable(desk, [good, bad])
    assert {each: why.facts for each, why in found.items()} == {
        bad.serial: {"characters": "\U0010fffd"}
    }
    assert len(written(desk, tmp_path, good)) == 1


def test_all_are_in_one_file_in_their_order_and_the_same_bytes(
    library: Library, tmp_path: Path
) -> None:
    """Of several templates, and more than are set at once."""
    desk = library.at("li")
    many = [
        paper(desk, "merit" if 5 <= n < 9 else "award", holder=f"张三{n:02}", number=n)
        for n in range(sheets.SLICE + 9)
    ]
    file = tmp_path / "all.pdf"
    steps = list(sheets.write(desk, many, file, single=True))
    assert steps == sorted(set(steps))
    assert steps[-1] == len(many)
    pages = told("pdftotext", file, "-").split("\f")
    assert len(pages) == len(many) + 1
    for each, page in zip(many, pages[:-1], strict=True):
        assert each.holder in page
        assert serials.spaced(each.serial) in page
    assert "No syntax or stream encoding errors" in told("qpdf", "--check", file)
    twice = [written(desk, tmp_path / name, many[0])[0].read_bytes() for name in "ab"]
    assert twice[0] == twice[1]


def test_every_standard_character_and_name_has_a_glyph(tmp_path: Path) -> None:
    """With what comes with deskapp alone."""
    signs, names = standard(), list(readerfiles.names(4_000, seed=7))
    assert len(set(signs)) == 8105
    faces, missing = fonts.chosen([signs, "䶮㛃𬱖𠮷〇·“”‘’《》（）—…", *names])
    assert missing == frozenset()
    assert {each.family for each in faces.fonts.fonts()} == {"LXGW WenKai", "Deskapp Serif"}
    page, file = tmp_path / "all.typ", tmp_path / "all.pdf"
    said = "".join(signs[at : at + 60] + " \\\n" for at in range(0, len(signs), 60))
    page.write_text(f'#set page(height: auto)\n#set text(font: "LXGW WenKai", size: 5pt)\n{said}')
    typst.compile(str(page), output=str(file), font_paths=faces.fonts)
    assert text_of(file) == signs
    assert len(told("pdffonts", file).splitlines()) == 3


def test_a_name_is_no_path(library: Library, tmp_path: Path) -> None:
    desk = library.at("li")
    one = replace(paper(desk, holder="../a:b\\c?"), body=("x",))
    (file,) = written(desk, tmp_path / "out", one)
    assert file.name == f"{one.serial}-_a_b_c_.pdf"
    assert [each.name for each in file.parent.iterdir()] == [file.name]
