"""The paper kit: every form that has an import comes in again; the paper prints page by page."""

import json
import os
import re
import subprocess
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from deskapp import counts, exports, found_things, kit, lent_things, register_files, request_files
from deskapp.language import Language
from deskapp.request_lists import search
from deskapp.sheets import open_sheet, open_table
from deskapp.usage import IMPORTS
from screens.base import DeskScreen
from screens.commands import offered
from screens.home import HomeScreen
from tests.commanding import FIXTURES, Run, table
from tests.front import app_on, shown, store_in, until
from tests.library import Library, utc
from tests.outside import program

prepared, desk, run, _ = FIXTURES
LANGUAGES = ("zh_CN", "en")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
SUNDAY = date(2026, 11, 22)


class Paper(HTMLParser):
    """The pages of the kit: title, columns, lines; and whatever it would fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.pages: list[tuple[str, list[str], int]] = []
        self.fetched: list[str] = []
        self._in = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in = tag
        self.fetched += [f"{tag} {n}" for n, _ in attrs if n in ("src", "href", "srcset")]
        if tag in ("script", "link", "img", "iframe"):
            self.fetched.append(tag)
        if tag == "section":
            self.pages.append(("", [], 0))
        elif tag == "tr" and self.pages:
            title, columns, lines = self.pages[-1]
            self.pages[-1] = (title, columns, lines + 1)

    def handle_data(self, data: str) -> None:
        if self.pages and data.strip():
            _, columns, lines = self.pages[-1]
            if self._in == "h1":
                self.pages[-1] = (data, columns, lines)
            elif self._in == "th":
                columns.append(data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_printed(library: Library, tmp_path: Path, language: str) -> None:
    t = Language(language)
    done = kit.print_kit(library.desk, t, tmp_path / "new" / "kit")
    text = done.paper.read_text("utf-8")
    paper, made = Paper(text), kit.forms(library.desk, t)
    assert paper.fetched == []
    assert not re.search(r"url\(|@import|https?:", text)
    wanted = [(f.title, list(f.columns), kit.ROWS + 1) for f in made for _ in range(f.pages)]
    assert paper.pages == wanted
    assert [open_sheet(path).headers for path in done.tables] == [list(f.columns) for f in made]
    assert {form.code for form in made} <= set(IMPORTS)  # nothing that would not come in again


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_typed_in_comes_in(library: Library, tmp_path: Path, language: str) -> None:
    t, li = Language(language), library.at("li")
    library.clock.put("2026-11-22 12:00")
    done = kit.print_kit(library.desk, t, tmp_path)
    zh = language == "zh_CN"
    here = "到馆" if zh else "In person"
    asked = "一般咨询" if zh else "General question"
    away = "引导" if zh else "Referred outside"
    cannot = "暂不能办理" if zh else "Not possible here"

    def request(at: str, words: str, result: str, answer: str, *ending: str) -> list[str]:
        return [at, "2023101234", "", here, asked, words, "李静", "", result, answer, *ending]

    typed: dict[str, list[list[str]]] = {
        "requests": [
            request("2026-11-21 09:10", "找书", "", "在四层", "", "", "", ""),
            request("9:05", "宿舍漏水", away, "", "后勤处 / 行政楼101 / 8805", "", "", "9：20"),
            request("10:30", "借期刊合订本", cannot, "", "", "可馆内复印", "周强", "10:41"),
        ],
        "found": [["", "9:10", "黑伞", "一层", "张三", "二号柜", "", "", "", ""]],
        "lent": [["雨伞" if zh else "Umbrella", "", "2023101234", "9:10", "9:55"]],
        "counts": [["2026-11-22", "文献传递" if zh else "Document delivery", "3"]],
    }
    for what, rows in typed.items():
        table = tmp_path / f"{what}-2026-11-22.xlsx"
        assert table in done.tables
        exports.write(table, open_sheet(table).headers, rows, sheet_title="x")
        if what == "requests":
            came = request_files.load(library.at("lead"), table, t)
            assert (came.entered, came.closed, came.rejected, came.ignored) == (3, 2, 0, ())
        else:
            register = register_files.load(li, what, table, t)
            assert (register.entered, register.rejected) == (1, 0), what
            assert open_table(table, register_files.FIELDS[what])[1].ignored == ()
    (sent,) = (each for each in search(li, "宿舍漏水"))
    row = library.row(sent.subject)
    assert (row["received_at"], row["closed_at"]) == (
        utc("2026-11-22 09:05"),
        utc("2026-11-22 09:20"),
    )
    assert json.loads(row["referred_to"]) == ["后勤处", "行政楼101", "8805"]
    (offered,) = search(li, "合订本")
    row = library.row(offered.subject)
    assert (row["alternative"], row["lead"]) == ("可馆内复印", library.id("lead"))
    assert [thing.what for thing in found_things.things(li)] == ["黑伞"]
    assert lent_things.loans(li) == []
    assert counts.of_day(li, SUNDAY) == {"delivery": 3}


@pytest.mark.parametrize(
    ("name", "title", "day", "taken"),
    [
        ("requests-2026-11-21.csv", "", None, "2026-11-21 10:30"),
        ("register.csv", "首问登记表  2026年11月20日 周五", None, "2026-11-20 10:30"),
        ("requests-2026-11-21.csv", "首问登记表 2026-11-20", None, "2026-11-20 10:30"),
        ("requests-2026-11-21.csv", "", date(2026, 11, 19), "2026-11-19 10:30"),
        ("register.csv", "", None, None),
        ("register.csv", "2026-11-01至2026-11-30", None, None),
        ("20210001.csv", "", None, None),
    ],
)
def test_a_time_without_a_date_is_the_sheets(
    library: Library, tmp_path: Path, name: str, title: str, day: date | None, taken: str | None
) -> None:
    head = [title, "受理时间,事由"] if title else ["受理时间,事由"]
    path = table(tmp_path / name, *head, "10:30,找书", "25:10,还书")
    done = request_files.load(library.at("lead"), path, Language("zh_CN"), day=day)
    assert (done.entered, done.rejected) == ((1, 1) if taken else (0, 2))
    found = [library.row(each.subject)["received_at"] for each in search(library.at("li"), "找书")]
    assert found == ([utc(taken)] if taken else [])


async def test_from_the_palette(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    app = app_on(store, "1004")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        screen = app.screen
        assert isinstance(screen, DeskScreen)
        (command,) = [each for each in offered(screen) if each.words == "应急表单"]
        command.run()
        await until(pilot, lambda: kit.PAPER in shown(pilot, "message"))
    assert len(list(store.glob(f"print/kit-*/{kit.PAPER}"))) == 1


def test_by_the_command_line(desk: Path, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "kit"
    said = run("print", "kit", "-o", folder)
    assert (said.status, "kit.html" in said.out) == (0, True)
    assert len(list(folder.iterdir())) == 7
    typed = next(folder.glob("requests-*.xlsx"))
    typed.write_bytes(b"typed in")
    said = run("print", "kit", "-o", folder, "--json")
    assert (said.status, said.facts["refused"]) == (3, "FileExists")
    assert typed.read_bytes() == b"typed in"
    assert run("print", "kit", "-o", folder, "--force").status == 0
    assert typed.read_bytes() != b"typed in"
    blocked = tmp_path / "file"
    blocked.write_text("", "utf-8")
    assert run("print", "kit", "-o", blocked / "kit").status == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_prints_a_page_a_form(library: Library, tmp_path: Path, language: str) -> None:
    t = Language(language)
    done = kit.print_kit(library.desk, t, tmp_path)
    browser, reader = program(*BROWSERS), program("pdftotext")
    pdf = tmp_path / "kit.pdf"
    subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
         f"--user-data-dir={tmp_path / 'browser'}", f"--print-to-pdf={pdf}", done.paper.as_uri()],
        check=True, capture_output=True, timeout=60, env={**os.environ, "HOME": str(tmp_path)},
    )  # fmt: skip
    text = subprocess.run(
        [reader, "-layout", str(pdf), "-"], check=True, capture_output=True, timeout=60
    ).stdout.decode()
    pages = text.split("\f")[:-1]
    wanted = [form for form in kit.forms(library.desk, t) for _ in range(form.pages)]
    assert len(pages) == len(wanted)
    for page, form in zip(pages, wanted, strict=True):
        bare = "".join(page.split())
        assert "".join(form.title.split()) in bare
        assert "".join(t("kit.typed_by").split()) in bare  # the foot is on the same page
