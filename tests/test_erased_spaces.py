"""Erased who sat, was noted, appealed, booked, applied: no word is left in any file, of any desk or
the centre or their copies, though the matters rest.
"""

from pathlib import Path

from db import horizon
from db.copy import Copy
from db.doctor import examine
from db.store import driver
from deskapp import bookings, conduct, draw_files, draws, erasures, lots, places, rooms, seats
from deskapp.booking_rules import Wish
from deskapp.language import Language
from tests.drawing import NAMES, NUMBERS, SOURCE, TERMS, applied, furnish_zone, write
from tests.library import Library, differs_from_ledger, local
from tests.refusals import refused
from tests.shelf import bytes_of

NUMBER, NAME = "2023101234", "单国强"
SAW, PLEA, TOPIC, LEFT = "书包占座至晚", "当时在校医院输液", "毕业设计小组碰头", "桌上药盒病历"
MAJOR, REASON, PHONE = "临床药学", "家离得远", "13800009999"
WORDS = (SAW, PLEA, TOPIC, LEFT, MAJOR, REASON, PHONE, NAME, NUMBER)
CODES = ("2F", "3F")


def remains(*paths: Path) -> dict[str, list[str]]:
    found = {str(p): [w for w in WORDS if w.encode() in bytes_of(p)] for p in paths}
    return {path: words for path, words in found.items() if words}


def meet(library: Library) -> None:
    for code in ("2F", "3F", "2F"):
        library.exchange(code)
        erasures.go_on(library.desks[code])


def spend_a_day(library: Library) -> None:
    li, lead, reader = library.at("li"), library.at("lead"), library.reader(NUMBER)
    seats.take(li, reader, "commons/A-1")
    seats.step_away(li, reader)
    places.note(li, "commons/A-1", "things_left", LEFT)
    noted = conduct.note(li, reader, "holding", "commons", "A-1", SAW)
    conduct.confirm(lead, noted.id)
    conduct.appeal(li, noted.id, PLEA)
    conduct.uphold(lead, noted.id)
    seats.come_back(li, reader)
    seats.leave(li, reader)
    begin, until = local("2026-11-22 14:00"), local("2026-11-22 15:00")
    wish = Wish("s201", begin, until, heads=3, reader=reader, words=TOPIC)
    bookings.cancel(li, bookings.book(li, wish).id)


def apply(library: Library) -> None:
    """One of them for a seat, and eight others; the list is published, the lot drawn."""
    lead, drawing = library.at("lead"), draws.open_draw(library.at("lead"), TERMS)
    rows = [applied(*each) for each in zip(NUMBERS, NAMES, strict=True)]
    rows.append((NUMBER, NAME, "医学院", MAJOR, "7班", PHONE, REASON, "是"))
    file = write(library.folder / "applications.csv", rows)
    done = draw_files.load(library.at("li"), drawing.id, file, Language("zh_CN"))
    assert (done.entered, done.rejected) == (9, 0)
    lots.publish(lead, drawing.id, SOURCE)
    lots.draw(lead, drawing.id, "518")


def test_no_word_is_left_of_who_used_the_spaces(hall: Library, tmp_path: Path) -> None:
    library, desks = hall, [hall.desks[code] for code in CODES]
    furnish_zone(library, "commons", ("A-1",))
    meet(library)
    apply(library)
    spend_a_day(library)
    with library.desk.reading() as connection:
        said = str(driver(connection).execute("SELECT subject, data FROM fact").fetchall())
    assert [word for word in WORDS if word in said] == []
    meet(library)
    library.clock.put("2028-01-10 10:00")
    for desk in desks:
        assert horizon.put_to_rest(desk.ledger, desk.now(), 400) == 13
    copies = [Copy(desk.ledger, tmp_path / f"copy.{desk.code}") for desk in desks]
    for copy in copies:
        copy.begin()
    files = [desk.ledger.store.path for desk in desks]
    assert {len(words) for words in remains(*files).values()} == {len(WORDS)}

    erasures.erase_reader(library.at("lead"), library.reader(NUMBER))
    meet(library)
    for desk, copy in zip(desks, copies, strict=True):
        copy.catch_up()
        desk.ledger.store.backup(tmp_path / f"backup.{desk.code}")
        assert examine(desk.ledger, copy.path) == []
        assert differs_from_ledger(desk) == []
    files += [copy.path for copy in copies] + [tmp_path / f"backup.{code}" for code in CODES]
    assert remains(*files, *library.folder.glob("centre.db*")) == {}


def test_what_a_confidential_booking_says_goes_alone(hall: Library, tmp_path: Path) -> None:
    """Of three bookings of one room and day that name no reader, and one that was cancelled."""
    library, lead = hall, hall.at("lead")
    words = ("第二次谈失眠", "讲座备场", "谈考试焦虑")

    def book(hour: int, text: str, what: str | None) -> str:
        begin, until = (local(f"2026-11-22 {each}:00") for each in (hour, hour + 1))
        wish = Wish("s201", begin, until, 1, library.reader(NUMBER), what, text)
        if what is None:
            wish = Wish("s201", begin, until, 1, None, None, text)
        return bookings.book(library.at("li"), wish).id

    one, own, gone = (
        book(14, words[0], "therapy"),
        book(15, words[1], None),
        book(16, words[2], "therapy"),
    )
    bookings.cancel(library.at("li"), gone)
    erasures.erase_reader(lead, library.reader(NUMBER))
    assert [each.id for each in erasures.worded_bookings(lead)] == [gone, own, one]
    assert [each.words for each in erasures.worded_bookings(lead)] == ["", words[1], ""]
    refused("RoleTooLow", erasures.erase_booking, library.at("li"), one)
    refused("BookingUnknown", erasures.erase_booking, lead, "nothing")
    for each in (one, gone):
        erasures.erase_booking(lead, each)
        refused("NothingToErase", erasures.erase_booking, lead, each)
    assert [each.id for each in erasures.worded_bookings(lead)] == [own]
    assert rooms.held(library.at("sun"), one).what is None
    assert differs_from_ledger(library.desk) == []
    library.desk.ledger.purge()
    left = bytes_of(library.desk.ledger.store.path)
    assert [each for each in words if each.encode() in left] == [words[1]]
