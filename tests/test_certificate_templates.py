"""Templates of certificates: copied and changed by a librarian, looked at before anything is
issued; seals, whose picture is printed only as permitted.
"""

from datetime import date
from io import BytesIO
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image

from deskapp import certificate_pictures as pictures
from deskapp import certificate_sheets as sheets
from deskapp import certificate_templates as templates
from deskapp import certificates, config, seal_forms, seals, serials
from deskapp.language import Language
from tests.honouring import grant, issue, roll, signing
from tests.library import Library, differs_from_ledger
from tests.papers import paper, text_of, told
from tests.refusals import refused


def test_a_template_is_copied_changed_and_looked_at(library: Library, tmp_path: Path) -> None:
    desk = library.at("li")
    shipped = templates.known(desk)
    assert [each.name for each in shipped] == [
        *("award", "merit", "participation", "training", "volunteer")
    ]
    assert {each.landscape for each in shipped} == {True, False}
    for each in shipped:
        for lang in each.langs:
            assert pictures.specimen(desk, each.name, lang).body
    file = templates.copy(desk, "award", "读书节")
    refused("TemplateThere", templates.copy, desk, "award", "读书节")
    refused("TemplateNameWrong", templates.copy, desk, "award", "../x")
    refused("TemplateUnknown", templates.copy, desk, "certificate", "x")
    text = (
        file.read_text("utf-8")
        .replace("荣誉证书", "读书之星")
        .replace("landscape = true", "landscape = false")
    )
    file.write_text(text, "utf-8")
    assert templates.find(desk, "读书节").own
    specimen = pictures.specimen(desk, "读书节", "zh_CN")
    list(sheets.write(desk, [specimen], tmp_path / "x.pdf", single=True))
    said = text_of(tmp_path / "x.pdf")
    assert "读书之星" in said
    assert set("样张") <= set(said)  # it stands aslant
    with Image.open(BytesIO(sheets.picture(desk, specimen, 420))) as picture:
        assert picture.size == (420, 594)
    drawn = pictures.terminal_picture(desk, specimen, 40, 20)
    lines = drawn.plain.splitlines()
    assert len(lines) == 20
    assert {len(line) for line in lines} == {28}
    assert "#ffffff" in str(drawn.spans)


def test_a_picture_for_the_head_pushes_what_is_below_it(library: Library) -> None:
    desk = library.at("li")
    file = templates.copy(desk, "award", "ours")
    Image.new("RGB", (9, 9), (0, 0, 255)).save(file.with_name("logo.png"))
    call = '#certificates(emblem: image("logo.png", height: 25mm))'
    file.write_text(file.read_text("utf-8").replace("#certificates()", call), "utf-8")
    made = sheets.picture(desk, paper(desk, "ours", "both"), 594)  # 2 pixels a millimetre
    with Image.open(BytesIO(made)) as page:
        inner = page.convert("RGB").crop((80, 60, 514, 280))
    rows: dict[str, list[int]] = {"emblem": [], "headline": []}
    for y in range(inner.height):
        for x in range(inner.width):
            match inner.getpixel((x, y)):
                case (r, _, b) if b > 200 and r < 60:
                    rows["emblem"].append(y)
                case (r, g, _) if r > 150 and g < 60:
                    rows["headline"].append(y)
    emblem, headline = rows.values()
    assert max(emblem) - min(emblem) in (48, 49, 50)
    assert max(emblem) < min(headline) - 4


def test_what_is_wrong_in_a_template_is_said_with_its_place(library: Library) -> None:
    desk = library.at("li")
    file = templates.copy(desk, "award", "ours")
    good = file.read_text("utf-8")
    begun = good.splitlines().index("*/") + 1
    for change, code, facts in (
        (("landscape = true", "landscape = quer"), "TemplateWrong", {"line": 2, "column": 13}),
        (("[words]", "[wrods]"), "TemplateField", {"line": 8, "field": "wrods"}),
        (('["zh_CN"', '["zh"'), "TemplateValue", {"line": 3, "field": "langs"}),
        (('en = "Certificate of Honour"\n', ""), "TemplateLacks", {"field": "[title] en"}),
        (("both = ", "bth = "), "TemplateLacks", {"field": "[words] both"}),
        (("{prize}", "{prise}"), "TemplateWords", {"line": 13, "name": "prise"}),
        (("{prize}", "{prize"), "TemplateWords", {"line": 13, "name": "{prize"}),
        ((good, "no comment"), "TemplateLacks", {"field": "landscape"}),
    ):
        file.write_text(good.replace(*change), "utf-8")
        found = refused(code, templates.find, desk, "ours").facts
        assert found.items() >= {"file": "ours.typ", **facts}.items(), found
        assert (len(templates.known(desk)), len(templates.broken(desk))) == (5, 1)
    for line, said, place in (
        ("#let x = nothing", "unknown variable: nothing", (begun + 3, 10)),
        # In what all templates share: said is where this one calls it, and no folder of ours.
        ('#certificates(frame: "x.svg")', "file not found (searched at x.svg)", (begun + 3, 2)),
    ):
        file.write_text(f"{good}{line}\n", "utf-8-sig")  # as some editors do
        assert templates.broken(desk) == []
        found = refused("TemplateWrong", sheets.picture, desk, paper(desk, "ours"), 100).facts
        assert (found["file"], found["line"], found["column"]) == ("ours.typ", *place)
        assert found["said"] == said


def test_a_seal_is_printed_only_as_permitted(library: Library, tmp_path: Path) -> None:
    head, desk = library.at("head"), library.at("li")
    key: Ed25519PrivateKey = signing(library)
    of = roll(desk, seal="library")
    grant(desk, of, (), ["张三"])
    numbers = issue(desk, of, key)
    picture = tmp_path / "seal.png"
    Image.new("RGBA", (80, 80), (200, 0, 0, 128)).save(picture)
    settings = desk.ledger.store.path.parent / config.SETTINGS
    until = date(2026, 12, 31)
    told_of = ("library", "华北理工大学图书馆", "馆发〔2026〕18号", until, picture)
    refused("RoleTooLow", seals.permit, desk, *told_of)
    refused("SealPast", seals.permit, head, *told_of[:3], date(2026, 11, 21), picture)
    refused("SealUnreadable", seals.permit, head, *told_of[:4], tmp_path / "none.png")

    def printed() -> tuple[str, bool]:
        state = seals.listed(desk)[0].state
        (one,) = certificates.papers(desk, numbers)
        (file,) = [tmp_path / "out" / sheets.file_name(one)]
        list(sheets.write(desk, [one], tmp_path / "out", single=False))
        return state, len(told("pdfimages", "-list", file).splitlines()) > 2

    seals.permit(head, *told_of)
    assert printed() == (seals.NOT_HERE, False)
    settings.write_text(f"[seal.library]\npicture = '{picture}'\n", "utf-8")
    assert printed() == (seals.GOOD, True)
    Image.new("RGBA", (80, 80), (0, 0, 200, 128)).save(picture)
    assert printed() == (seals.CHANGED, False)
    seals.permit(head, *told_of)
    assert printed() == (seals.GOOD, True)
    library.clock.put("2027-01-01 10:00")
    assert printed() == (seals.EXPIRED, False)
    library.clock.put("2026-12-01 10:00")
    seals.withdraw(head, "library")
    assert printed() == (seals.WITHDRAWN, False)
    refused("SealUnknown", seals.withdraw, head, "library")
    assert differs_from_ledger(desk) == []


def test_the_use_of_a_seal_is_applied_for_on_paper(library: Library, tmp_path: Path) -> None:
    desk, file = library.at("li"), tmp_path / "form.pdf"
    key = signing(library)
    of = roll(desk)
    refused("CertificatesNone", seal_forms.print_out, desk, Language("zh_CN"), of, file)
    grant(desk, of, (), [f"张三{n}" for n in range(5)])
    numbers = issue(desk, of, key)
    asked = seal_forms.print_out(desk, Language("zh_CN"), of, file)
    assert (asked.count, asked.first, asked.last) == (5, numbers[0], numbers[-1])
    said = text_of(file)
    wanted = ["用印申请单", "2F-A1", "共5份", "李静", "2026-11-22", "馆领导审批"]
    for each in (*wanted, *map(serials.spaced, numbers)):
        assert each in said, each
    assert "张三" not in said
    refused("FileExists", seal_forms.print_out, desk, Language("zh_CN"), of, file)
    seal_forms.print_out(desk, Language("en"), of, file, force=True)
    assert "ApplicationfortheUseofaSeal" in text_of(file)
    with desk.reading() as connection:
        row = connection.exec_driver_sql("SELECT asked_for, asked_by FROM roll").one()
    assert tuple(row) == (5, library.id("li"))
    assert differs_from_ledger(desk) == []
