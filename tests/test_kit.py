"""The paper kit: every form that has an import comes in again; the paper prints page by page."""

import os
import re
import shutil
import subprocess
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from deskapp import counts, exports, found_things, kit, lent_things, register_files, request_files
from deskapp.language import Language
from deskapp.sheets import open_sheet
from screens.base import DeskScreen
from screens.commands import offered
from screens.home import HomeScreen
from tests.commanding import FIXTURES, Run
from tests.front import app_on, shown, store_in, until
from tests.library import Library

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
    paper, made = Paper(text), kit.forms(library.desk, t, SUNDAY)
    assert paper.fetched == []
    assert not re.search(r"url\(|@import|https?:", text)
    wanted = [(f.title, list(f.columns), kit.ROWS + 1) for f in made for _ in range(f.pages)]
    assert paper.pages == wanted
    assert [open_sheet(path).headers for path in done.tables] == [list(f.columns) for f in made]
    if language == "zh_CN":
        titles = [form.title for form in made]
        assert {"首问登记表", "签到表", "研讨间日表", "座位表"} <= set(titles)
    rooms = next(form for form in made if form.code == "rooms")
    assert (rooms.columns[1], rooms.columns[-1]) == ("08-09", "21-22")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_typed_in_comes_in(library: Library, tmp_path: Path, language: str) -> None:
    t, li = Language(language), library.at("li")
    done = kit.print_kit(library.desk, t, tmp_path)
    named = {table.stem: table for table in done.tables}
    zh = language == "zh_CN"
    typed = {
        "requests": ["", "2026-11-22 09:10", "2023101234", "", "到馆" if zh else "In person",
            "一般咨询" if zh else "General question", "找书", "李静", "", "", "在四层", ""],
        "found": ["", "2026-11-22 09:10", "黑伞", "一层", "张三", "二号柜", "", "", "", ""],
        "lent": ["雨伞" if zh else "Umbrella", "", "2023101234", "2026-11-22 09:10", ""],
        "counts": ["2026-11-22", "文献传递" if zh else "Document delivery", "3"],
    }  # fmt: skip
    for what, cells in typed.items():
        file = tmp_path / f"typed-{what}.xlsx"
        exports.write(file, open_sheet(named[what]).headers, [cells], sheet_title="x")
        if what == "requests":
            came = request_files.load(library.at("lead"), file, t)
            assert (came.entered, came.rejected, came.ignored) == (1, 0, ())
        else:
            register = register_files.load(li, what, file, t)
            assert (register.entered, register.rejected) == (1, 0), what
            assert register_files.mapping(what, file)[1].ignored == ()
    assert [thing.what for thing in found_things.things(li)] == ["黑伞"]
    assert [loan.thing for loan in lent_things.loans(li)] == ["umbrella"]
    assert counts.of_day(li, SUNDAY) == {"delivery": 3}


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
    assert len(list(folder.iterdir())) == 8
    blocked = tmp_path / "file"
    blocked.write_text("", "utf-8")
    assert run("print", "kit", "-o", blocked / "kit").status == 3


@pytest.mark.skipif(
    not os.environ.get("CI")
    and not (any(map(shutil.which, BROWSERS)) and shutil.which("pdftotext")),
    reason="needs Chromium and poppler",
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_prints_a_page_a_form(library: Library, tmp_path: Path, language: str) -> None:
    t = Language(language)
    done = kit.print_kit(library.desk, t, tmp_path)
    browser = next(filter(None, map(shutil.which, BROWSERS)))
    pdf = tmp_path / "kit.pdf"
    subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
         f"--user-data-dir={tmp_path / 'browser'}", f"--print-to-pdf={pdf}", done.paper.as_uri()],
        check=True, capture_output=True, timeout=60, env={**os.environ, "HOME": str(tmp_path)},
    )  # fmt: skip
    text = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, timeout=60
    ).stdout.decode()
    pages = text.split("\f")[:-1]
    wanted = [form for form in kit.forms(library.desk, t, SUNDAY) for _ in range(form.pages)]
    assert len(pages) == len(wanted)
    for page, form in zip(pages, wanted, strict=True):
        bare = "".join(page.split())
        assert "".join(form.title.split()) in bare
        assert "".join(t("kit.typed_by").split()) in bare  # the foot is on the same page
