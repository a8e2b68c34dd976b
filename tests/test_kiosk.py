"""The kiosk's rules: what each card is answered, and that two readers' cards never mix."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from deskapp import calls, cards, kiosk, places, plans, reservations, seats
from deskapp.kiosk import Answer, Kiosk
from deskapp.space_entries import SeatRules
from tests.library import Library, differs_from_ledger, local
from tests.refusals import refused

SHAN, ZENG, TEACHER = "2023101234", "0099887766", "00417"
AWAY, LEAVE, UNDO = "2000000000015", "2000000000022", "2000000000039"
ZONE = "commons"


@pytest.fixture(scope="session")
def two_seats(founded: Library, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The information commons with two seats, on a Sunday at ten."""
    library = founded.copy(tmp_path_factory.mktemp("two"))
    with library.at("head").act() as act:
        places.lay(act, {ZONE: plans.seats(("A ..",)), "it": plans.seats(("A .",))}, whole=True)
    library.close()
    return library


@pytest.fixture
def library(tmp_path: Path, two_seats: Library) -> Iterator[Library]:
    library = two_seats.copy(tmp_path)
    yield library
    library.close()


@pytest.fixture
def here(library: Library) -> Kiosk:
    return Kiosk(library.at("li"), ZONE)


def told(answer: Answer) -> tuple[str, ...]:
    """In short: what was done to whom, or why not."""
    if answer.refusal is not None:
        return (answer.what, answer.name, answer.refusal.code)
    return (answer.what, answer.name, answer.label)


def status(library: Library, number: str = SHAN) -> str | None:
    sitting = seats.standing(library.at("li"), library.reader(number)).sitting
    return sitting.status if sitting else None


def test_one_card_from_morning_to_night(library: Library, here: Kiosk) -> None:
    seated = here.scan(SHAN)
    assert (told(seated), seated.until) == (("seated", "单*强", "A-1"), local("2026-11-22 22:00"))
    library.clock.move(seconds=6)
    assert told(here.scan(SHAN)) == ("choose", "单*强", "A-1")
    library.clock.move(seconds=6)
    gone = here.scan(SHAN)  # once more: a step away
    assert (told(gone), gone.until) == (("gone", "单*强", "A-1"), local("2026-11-22 10:30:12"))
    library.clock.move(minutes=10)
    assert told(here.scan(SHAN)) == ("back", "单*强", "A-1")
    library.clock.move(seconds=16)
    assert told(here.scan(SHAN)) == ("choose", "单*强", "A-1")
    library.clock.move(seconds=16)  # nobody chose: asked again
    assert told(here.scan(SHAN)) == ("choose", "单*强", "A-1")
    left = here.choose("leave")
    assert (told(left), left.minutes) == (("left", "单*强", "A-1"), 0)
    assert status(library) is None
    assert differs_from_ledger(library.desk) == []


def test_who_comes_late_or_sits_here_instead_is_told(library: Library) -> None:
    li, reader = library.at("li"), library.reader(SHAN)
    said = {"zh": "迟到", "en": "Late", "counts": ["late"], "late": 10, "most": 2}
    rules = SeatRules.model_validate({"code": "usual", **said})
    li = replace(li, profile=li.profile.model_copy(update={"seat_rules": {"usual": rules}}))
    reservations.reserve(li, reader, "commons/A-2")
    library.clock.put("2026-11-22 10:15")
    late = Kiosk(li, ZONE).scan(SHAN)
    assert (told(late), late.late, late.given_up) == (("seated", "单*强", "A-2"), True, ())
    seats.leave(li, reader)
    reservations.reserve(li, reader, "it/A-1")
    library.clock.put("2026-11-22 10:20")
    instead = Kiosk(li, ZONE).scan(SHAN)
    assert (instead.what, instead.late, instead.given_up) == ("seated", False, ("it/A-1",))
    assert seats.standing(li, reader).reservations == ()


def test_the_same_card_again_is_the_same_scan(library: Library, here: Kiosk) -> None:
    here.scan(SHAN)
    for _ in range(4):  # it lies on the device
        library.clock.move(seconds=4)
        assert told(here.scan(SHAN)) == ("twice", "单*强", "")
    assert told(here.scan(ZENG)) == ("seated", "曾*查", "A-2")
    assert here.scan(SHAN).what == "twice"  # somebody else's between them changes nothing
    assert (status(library), status(library, ZENG)) == ("seated", "seated")
    library.clock.move(seconds=6)
    assert here.scan(SHAN).what == "choose"


def test_everybody_has_seconds_of_their_own(library: Library, here: Kiosk) -> None:
    here.scan(SHAN)
    library.clock.move(seconds=4)
    here.scan(ZENG)
    library.clock.move(seconds=2)
    here.scan(TEACHER)
    assert here.scan(ZENG).what == "twice"


def test_another_card_is_no_answer_to_what_was_asked(library: Library, here: Kiosk) -> None:
    for code in (SHAN, ZENG):
        here.scan(code)
    library.clock.move(seconds=6)
    for code in (SHAN, ZENG):
        assert here.scan(code).what == "choose"
    assert (status(library), status(library, ZENG)) == ("seated", "seated")


def test_what_is_chosen_is_of_the_card_before(library: Library, here: Kiosk) -> None:
    assert told(here.choose("leave")) == ("refused", "", "CardFirst")
    here.scan(SHAN)
    assert here.scan(LEAVE).what == "left"
    assert here.scan(UNDO).what == "undone"
    here.scan(ZENG)
    assert told(here.scan(AWAY)) == ("gone", "曾*查", "A-2")
    assert status(library) == "seated"
    here.scan("99999999")
    assert told(here.scan(LEAVE)) == ("refused", "", "CardFirst")  # nobody's card came between
    here.scan(ZENG)
    library.clock.move(seconds=16)
    assert told(here.scan(LEAVE)) == ("refused", "", "CardFirst")
    assert (status(library), status(library, ZENG)) == ("seated", "away")


def test_undone_is_what_the_reader_just_did_and_nothing_else(library: Library, here: Kiosk) -> None:
    li = library.at("li")
    here.scan(SHAN)
    seats.take(li, library.reader(TEACHER), "it/A-1")  # the same librarian, at the desk
    assert told(here.choose("undo")) == ("refused", "单*强", "NothingToUndo")
    assert (status(library), status(library, TEACHER)) == ("seated", "seated")
    here.scan(ZENG)
    assert told(here.choose("undo")) == ("undone", "曾*查", "A-2")
    assert status(library, ZENG) is None
    assert told(here.choose("undo")) == ("refused", "曾*查", "NothingToUndo")
    assert status(library) == "seated"
    library.clock.move(seconds=6)
    here.scan(SHAN)  # asked: nothing was done yet
    assert told(here.choose("undo")) == ("refused", "单*强", "NothingToUndo")


def test_a_full_zone_has_its_reader_wait(library: Library, here: Kiosk) -> None:
    for code in (TEACHER, ZENG):
        here.scan(code)
    waits = here.scan(SHAN)
    assert (waits.what, waits.ahead) == ("queued", 0)
    library.clock.move(seconds=6)
    assert here.scan(SHAN).what == "queued"
    assert here.choose("leave").what == "waits_not"
    library.clock.move(seconds=6)
    here.scan(SHAN)
    assert here.choose("undo").what == "undone"
    library.clock.move(seconds=6)
    here.scan(SHAN)
    seats.leave(library.at("li"), library.reader(TEACHER))
    calls.go_on(library.at("li"))
    library.clock.move(seconds=6)
    assert told(here.scan(SHAN)) == ("seated", "单*强", "A-1")


def test_a_seat_elsewhere_is_only_left_here(library: Library, here: Kiosk) -> None:
    seats.take(library.at("li"), library.reader(SHAN), "it/A-1")
    assert told(here.scan(SHAN)) == ("elsewhere", "单*强", "A-1")
    assert here.choose("leave").what == "left"


def test_what_is_refused(library: Library, here: Kiosk) -> None:
    assert told(here.scan("99999999")) == ("refused", "", "KioskCardUnknown")
    li, reader = library.at("li"), library.reader(SHAN)
    (card,) = [each for each in cards.of_reader(li, reader) if each.kind == "card"]
    cards.lose(li, reader, card.id)
    assert told(here.scan("A1B2C3")) == ("refused", "", "CardLost")
    teachers = Kiosk(li, "teachers")
    assert told(teachers.scan(SHAN)) == ("refused", "单*强", "NotEligible")
    assert told(here.idle()) == ("", "", "")
    library.clock.put("2026-11-22 23:00")
    assert told(here.scan(SHAN)) == ("refused", "单*强", "ZoneShut")
    assert told(here.idle()) == ("refused", "", "ZoneShut")
    refused("ZoneUnknown", Kiosk, li, "nowhere")
    refused("ZoneNotKiosk", Kiosk, li, "sofas")


def test_it_stays_open_until_a_librarian_ends_it(library: Library) -> None:
    li = library.at("li")
    refused("RoleTooLow", kiosk.open_here, library.at("assistant"), ZONE)
    refused("ZoneNotKiosk", kiosk.open_here, li, "sofas")
    assert kiosk.opened_by(library.desk, ZONE) is None
    kiosk.open_here(li, ZONE)
    desk = library.reopen()  # the power was cut
    assert kiosk.opened_by(desk, ZONE) == library.staff["li"]
    assert kiosk.opened_by(desk, "it") is None
    refused("RoleTooLow", kiosk.end, library.at("assistant"))
    assert kiosk.end(library.at("zheng"))
    assert kiosk.opened_by(desk, ZONE) is None


def test_a_badge_is_no_readers_card(library: Library) -> None:
    li = library.at("li")
    assert [kiosk.is_readers(li, code) for code in (SHAN, "A1B2C3", "1004")] == [True, True, False]
