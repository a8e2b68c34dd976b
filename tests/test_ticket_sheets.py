"""Tickets on paper: read back by another program, in a font that has every character."""

import hashlib
import subprocess
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from deskapp import events, fonts, signups, ticket_sheets, ticket_words, tickets
from deskapp.events import Event
from deskapp.language import Language
from deskapp.signups import Outsider
from deskapp.ticket_sheets import Printed
from tests.gatherings import gather
from tests.library import Library
from tests.outside import program
from tests.papers import ONLY_QR, QR
from tests.refusals import refused

ZH = Language("zh_CN")


@pytest.fixture
def event(library: Library) -> Event:
    """Nine guests, and a title in Chinese."""
    event = gather(library, "14:00-16:00", "18:00-20:00", apart=True)
    for n in range(9):
        session = "s1" if n < 8 else "s2"
        who = Outsider(f"买买提·艾力{n}" if n % 2 else "张三丰")
        signups.sign_up(library.at("li"), event, outsider=who, session=session, places=1 + n % 3)
        library.clock.move(seconds=1)
    return events.event(library.at("li"), event)


def printed(library: Library, event: Event, file: Path, **more: Any) -> Printed:
    return ticket_sheets.print_out(library.at("assistant"), ZH, event, file, **more)


def read_back(file: Path, cut: tuple[int, int] = (2, 4)) -> list[str]:
    """What another program reads off the pages at 150 dpi, cut apart as they are for the guests; a
    third finds the same on the pages as they are.

    Whole pages are not for zbar: with eight codes in one picture it missed 18 of 6,400, and cut
    apart none of the same. Only QR codes are asked for: a line of figures may look like bars.
    """
    subprocess.run(
        [program("pdftoppm"), "-r", "150", "-gray", file, file.with_suffix("")], check=True
    )
    whole: list[str] = []
    parts: list[Path] = []
    for page in sorted(file.parent.glob(f"{file.stem}-*.pgm")):
        picture = Image.open(page)
        whole += [each.text for each in zxingcpp.read_barcodes(picture, formats=QR)]
        wide, high = picture.width / cut[0], picture.height / cut[1]
        for x, y in product(range(cut[0]), range(cut[1])):
            parts.append(page.with_name(f"cut-{page.stem}-{x}-{y}.pgm"))
            box = (x * wide, y * high, (x + 1) * wide, (y + 1) * high)
            picture.crop(box).save(parts[-1])
    command: list[str | Path] = [program("zbarimg"), "-q", "--raw", *ONLY_QR, *parts]
    read = subprocess.run(command, capture_output=True, check=False).stdout.decode().split()
    assert sorted(whole) == sorted(read)
    return read


@pytest.mark.parametrize("one_a_page", [False, True], ids=["eight", "one"])
def test_every_ticket_is_read_back_from_paper(
    library: Library, event: Event, tmp_path: Path, one_a_page: bool
) -> None:
    file = tmp_path / "tickets.pdf"
    done = printed(library, event, file, one_a_page=one_a_page)
    assert (done.tickets, done.new) == (9, 9)
    given = tickets.of_event(library.at("li"), event.id)
    read = read_back(file, (1, 1) if one_a_page else (2, 4))
    assert sorted(read) == sorted(each.text for each in given)
    said = subprocess.run(
        [program("pdftotext"), "-layout", file, "-"], capture_output=True, check=True
    ).stdout.decode()
    assert said.count("\f") == (9 if one_a_page else 2)
    for each in given:
        assert ticket_words.spaced(each.code) in said
    for words in ("信息检索大赛", "报告厅", "14:00–16:00", "张*丰", "买*****1", "一票 3 人"):
        assert words in said, words
    assert "买买提" not in said, "the event masks names"


def test_the_same_tickets_are_the_same_bytes(
    library: Library, event: Event, tmp_path: Path
) -> None:
    files = [tmp_path / name for name in ("one.pdf", "two.pdf")]
    assert [printed(library, event, file).new for file in files] == [9, 0]
    first, second = (hashlib.sha256(file.read_bytes()).hexdigest() for file in files)
    assert first == second


def test_one_session_is_printed_by_itself(library: Library, event: Event, tmp_path: Path) -> None:
    file = tmp_path / "tickets.pdf"
    assert printed(library, event, file, session="s2").tickets == 1
    assert len(read_back(file)) == 1
    refused("FileExists", printed, library, event, file)
    printed(library, event, file, force=True)
    empty = events.event(library.at("li"), gather(library, "14:00-16:00", title="空"))
    refused("TicketsNone", printed, library, empty, tmp_path / "none.pdf")


def test_a_character_that_no_font_has_is_named(
    library: Library, tmp_path: Path, event: Event
) -> None:
    """Better no paper than one with boxes."""
    program("fc-list")
    said = refused("FontLacks", fonts.for_text, ["张\U0010fffd\ue888"])
    assert "\ue888" in str(said.facts["characters"])
    assert "张" not in str(said.facts["characters"])
    for t in (ZH, Language("en")):
        assert "--font" in t.refused(said.code, said.facts)
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    refused("FontUnreadable", printed, library, event, tmp_path / "t.pdf", font=broken)


def test_a_font_that_lacks_some_is_followed_by_one_that_has_them() -> None:
    """A Latin font that somebody names first is no reason for boxes."""
    listed = subprocess.run(
        [program("fc-match"), "-f", "%{file}", "DejaVu Sans"], capture_output=True, check=True
    )
    latin = Path(listed.stdout.decode())
    found = fonts.for_text(["ticket 张三丰"], latin)
    assert len(found.families) == 2
    assert found.families[1] in fonts.LIKED
    assert fonts.for_text(["ticket"], latin).families == found.families[:1]
