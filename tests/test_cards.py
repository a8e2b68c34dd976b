"""Cards at the desk: found in any shape, bound, verified, lost, learnt."""

from itertools import permutations
from pathlib import Path

import pytest

from deskapp import box, cards, readers, shapes, uids
from deskapp.box import ReaderFound, Readers, UnknownCard, understand
from deskapp.desk import Desk
from tests.library import READERS, Library, differs_from_ledger, stored, write_readers
from tests.refusals import refused, spoken

UID = {"2023300001": "04A23F1B", "2023300002": "9C11E07F", "2023300003": "E3B0C442"}
OTHERS = {"2023300004": "5D0067AE", "2023300005": "0012AB34", "2023300006": "7FFE0100"}


def shaped(name: str, uid: str) -> str:
    (shape,) = uids.named([name])
    code = shape.write(uid)
    assert code is not None
    return code


@pytest.fixture
def desk(library: Library, tmp_path: Path) -> Desk:
    """Readers whose cards the university's file has as ten decimal digits."""
    rows = [
        (number, f"读者{number[-1]}", "本科生", "医学院", "", shaped("8H10D", uid))
        for number, uid in (UID | OTHERS).items()
    ]
    lead = library.at("lead")
    readers.load(lead, write_readers(tmp_path / "cards.csv", READERS[0], *rows), spoken)
    return lead


def scan(desk: Desk, code: str) -> str | None:
    """The last digit of whoever was found."""
    match understand(desk, code, scanned=True):
        case ReaderFound(reader):
            return reader.name[-1]
        case UnknownCard():
            return None
        case other:
            raise AssertionError(other)


@pytest.mark.parametrize("shape", [shape.name for shape in uids.SHAPES if shape.size == 4])
def test_three_cards_teach_a_desk_its_shape(desk: Desk, shape: str) -> None:
    told = [(shaped(shape, uid), number) for number, uid in UID.items()]
    learnt = shapes.learn(desk, told)
    assert learnt == shapes.learnt(desk)
    assert learnt.records
    for number, uid in OTHERS.items():
        code = shaped(shape, uid)
        for typed in (code, code.lstrip("0"), code.lower()):
            assert scan(desk, typed) == number[-1], (shape, typed)
    assert scan(desk, shaped(shape, "6A6B6C6D")) is None


@pytest.mark.parametrize("shape", [shape.name for shape in uids.WHOLE if shape.size == 4])
def test_shapes_that_tell_all_are_found_unlearnt(desk: Desk, shape: str) -> None:
    for number, uid in UID.items():
        assert scan(desk, shaped(shape, uid)) == number[-1]


def test_a_scan_is_not_taken_for_a_number(desk: Desk, library: Library, tmp_path: Path) -> None:
    """A student number that a card's UID happens to spell backwards is not that card."""
    row = (shaped("8H10D-", "04A23F99"), "数八", "本科生", "医学院", "", "")
    readers.load(desk, write_readers(tmp_path / "eight.csv", READERS[0], row), spoken)
    assert scan(desk, "04A23F99") is None
    assert scan(desk, row[0]) == "八"


def test_learning_says_what_it_cannot(desk: Desk, library: Library) -> None:
    told = [(shaped("8H-", uid), number) for number, uid in UID.items()]
    refused("CardsTooFew", shapes.learn, desk, told[:2])
    refused("CardsTooFew", shapes.learn, desk, [told[0]] * 3)
    wrong = [
        (code, number) for (code, _), (_, number) in zip(told, told[1:] + told[:1], strict=True)
    ]
    refused("ShapeUnknown", shapes.learn, desk, wrong)
    refused("RoleTooLow", shapes.learn, library.at("li"), told)
    assert not shapes.learnt(desk)
    as_it_is = [(code, code) for code in ("ZK100201", "ZK100202", "ZK100203")]
    assert not shapes.learn(desk, as_it_is)


def test_a_card_decides_between_shapes(desk: Desk) -> None:
    """Three cards of digits alone fit decimal and hexadecimal; a fourth tells."""
    desk_ = desk
    plain = ("10203040", "20304050", "30405060")
    learnt = shapes.learn(desk_, [(code, code) for code in plain])
    before = {shape.name for shape in learnt.scanner}
    assert {"8H", "8H10D"} <= before
    assert scan(desk_, shaped("8H", UID["2023300002"])) == "2"
    assert "8H10D" not in {shape.name for shape in shapes.learnt(desk_).scanner}
    assert "8H" in {shape.name for shape in shapes.learnt(desk_).scanner}


def test_an_unknown_card_is_bound_and_found_in_every_shape(desk: Desk, library: Library) -> None:
    shapes.learn(desk, [(shaped("8H-", uid), number) for number, uid in UID.items()])
    reader = library.reader("2023101234")
    assistant = library.at("assistant")
    assert scan(assistant, shaped("8H-", "B1C2D3E4")) is None
    bound = cards.bind(assistant, shaped("8H-", "B1C2D3E4"), reader)
    assert bound.reader.id == reader
    assert bound.reader.unverified
    assert cards.bind(assistant, shaped("8H-", "B1C2D3E4"), reader) == bound  # the same again
    found = understand(assistant, shaped("8H-", "B1C2D3E4"), scanned=True)
    assert found == ReaderFound(bound.reader)
    other = library.reader("2023300001")
    refused("CardHeld", cards.bind, assistant, shaped("8H-", "B1C2D3E4"), other)
    for shape in ("8H10D", "6H8D"):  # the scanner was changed for another
        shapes.learn(desk, [(shaped(shape, uid), number) for number, uid in UID.items()])
        assert scan(desk, shaped(shape, "B1C2D3E4")) == "强"
    assert differs_from_ledger(desk) == []


def test_what_is_bound_before_the_shape_is_known_is_found_after(
    desk: Desk, library: Library
) -> None:
    cards.bind(desk, shaped("8H10D-", "B1C2D3E4"), library.reader("2023101234"))
    assert scan(desk, "B1C2D3E4") == "强"
    shapes.learn(desk, [(shaped("6H8D", uid), number) for number, uid in UID.items()])
    cards.bind(desk, shaped("6H8D", "A1C2D3E5"), library.reader("2023101235"))
    assert scan(desk, shaped("6H8D", "A1C2D3E5")) == "查"
    shapes.learn(desk, [(shaped("8H", uid), number) for number, uid in UID.items()])
    assert scan(desk, "A1C2D3E5") == "查"
    assert scan(desk, "B1C2D3E4") == "强"


def test_what_changes_at_the_next_scan_is_never_bound(desk: Desk, library: Library) -> None:
    reader = library.reader("2023101234")
    for code in ("134567890123456789", "281234567890123456", "https://u.example/q?1", "X" * 21):
        refused("CodeDynamic", cards.bind, desk, code, reader)
        refused("CodeDynamic", cards.bindable, desk, code)
    refused("NumberIsIdentity", cards.bind, desk, "130203199001011234", reader)
    for code in ("08A1B2C3", "C3B2A108", shaped("8H10D", "08A1B2C3")):
        refused("CardRandom", cards.bindable, desk, code)
    shapes.learn(desk, [(shaped("8H-", uid), number) for number, uid in UID.items()])
    cards.bindable(desk, "08A1B2C3")  # its last byte: the desk knows now
    refused("CardRandom", cards.bindable, desk, "C3B2A108")
    assert cards.to_verify(desk) == []


def test_bindings_are_verified_or_released(desk: Desk, library: Library) -> None:
    one, other = library.reader("2023101234"), library.reader("2023101235")
    cards.bind(library.at("assistant"), "B1C2D3E4", one)
    cards.bind(library.at("assistant"), "B1C2D3E5", other)
    waiting = cards.to_verify(desk)
    assert [each.reader.id for each in waiting] == [one, other]
    assert waiting[0].value == "B1C****E4"[:3] + "***E4"
    assert waiting[0].by == library.id("assistant")
    refused("RoleTooLow", cards.verify, library.at("assistant"), waiting[0].id)
    cards.verify(library.at("li"), waiting[0].id)
    cards.release(library.at("li"), waiting[1].id)
    assert cards.to_verify(desk) == []
    (found,) = cards.whose(desk, "B1C2D3E4", scanned=True)
    assert not found.unverified
    assert scan(desk, "B1C2D3E5") is None
    refused("CardUnknown", cards.verify, desk, waiting[1].id)
    refused("CardUnknown", cards.release, desk, "card:none")
    cards.bind(desk, "B1C2D3E5", one)  # it may be bound again, to whom it belongs
    assert scan(desk, "B1C2D3E5") == "强"
    refused("PatronUnknown", cards.bind, desk, "B1C2D3E6", "reader:none")


def test_a_lost_card_warns_until_it_is_found(desk: Desk, library: Library) -> None:
    reader = library.reader("2023300001")
    card, number = (
        next(each for each in cards.of_reader(desk, reader) if each.kind == kind)
        for kind in ("card", "number")
    )
    refused("CardUnknown", cards.lose, desk, reader, number.id)
    refused("CardUnknown", cards.lose, desk, reader, "card:none")
    cards.lose(desk, reader, card.id)
    cards.lose(desk, reader, card.id)
    for code in (shaped("8H10D", UID["2023300001"]), UID["2023300001"]):
        refused("CardLost", understand, desk, code, True)
        refused("CardLost", cards.bind, desk, code, library.reader("2023101234"))
    assert scan(desk, "2023300001") == "1"  # the reader is not lost
    (lost,) = [each for each in cards.of_reader(desk, reader) if each.lost]
    assert lost.id == card.id
    cards.recover(desk, reader, card.id)
    assert scan(desk, UID["2023300001"]) == "1"
    cards.bind(desk, "B1C2D3E4", reader)
    (bound,) = [each for each in cards.of_reader(desk, reader) if each.kind == "bound"]
    cards.lose(desk, reader, bound.id)
    refused("CardLost", understand, desk, "B1C2D3E4", True)
    assert differs_from_ledger(desk) == []


def test_a_code_that_fits_two_readers_asks(desk: Desk, library: Library, tmp_path: Path) -> None:
    row = ("2023300009", "读者九", "本科生", "医学院", "", shaped("8H10D", "9C11E07F"))
    readers.load(desk, write_readers(tmp_path / "nine.csv", READERS[0], row), spoken)
    found = understand(desk, "9C11E07F", scanned=True)
    assert isinstance(found, Readers)
    assert found.scanned
    assert {reader.name for reader in found.readers} == {"读者2", "读者九"}


@pytest.mark.parametrize("order", list(permutations(("2F", "3F"))))
def test_two_desks_bind_one_card_apart(two_desks: Library, order: tuple[str, str]) -> None:
    bound = {"2F": "2023101234", "3F": "2023101235"}
    for code, number in bound.items():
        cards.bind(two_desks.at("li", code), "B1C2D3E4", two_desks.reader(number))
        cards.bind(two_desks.at("li", code), "B1C2D3E5", two_desks.reader("00417"))
    for code in (*order, *order):
        two_desks.exchange(code)
    one, other = (stored(two_desks.desks[code]) for code in bound)
    assert one == other
    assert len({tuple(line[1:3]) for line in one["clash"]}) == 1
    assert differs_from_ledger(two_desks.desks["2F"]) == []


def test_two_desks_judge_one_binding_apart(two_desks: Library) -> None:
    for card in ("B1C2D3E4", "B1C2D3E5"):
        cards.bind(two_desks.at("li", "2F"), card, two_desks.reader("2023101234"))
    for code in ("2F", "3F"):
        two_desks.exchange(code)
    one, other = cards.to_verify(two_desks.at("li", "2F"))
    for code in ("2F", "3F"):
        cards.verify(two_desks.at("li", code), one.id)
    cards.verify(two_desks.at("li", "2F"), other.id)
    cards.release(two_desks.at("li", "3F"), other.id)
    for code in ("2F", "3F", "2F"):
        two_desks.exchange(code)
    (clash,) = stored(two_desks.desks["2F"])["clash"]
    assert clash[0] == other.id


def test_a_card_is_bound_apart_from_the_loss_of_it(two_desks: Library) -> None:
    """Lost by one reader at one desk, bound to another at the other: a person settles whose."""
    desk, reader = two_desks.at("li", "2F"), two_desks.reader("2023101234")
    card = next(each for each in cards.of_reader(desk, reader) if each.kind == "card")
    cards.lose(desk, reader, card.id)
    other = two_desks.at("li", "3F")
    row = ("2023101234", "单国强", "本科生", "医学院", "13812345678", "")
    readers.load(other, write_readers(two_desks.folder / "new.csv", READERS[0], row), spoken)
    cards.bind(other, "A1B2C3", two_desks.reader("2023101235"))
    for code in ("2F", "3F", "2F"):
        two_desks.exchange(code)
    one, two = (stored(two_desks.desks[code]) for code in ("2F", "3F"))
    assert one == two
    (clash,) = one["clash"]
    assert clash[0] == card.id


def test_an_erased_reader_leaves_no_card(library: Library) -> None:
    from deskapp import erasures

    desk, reader = library.at("lead"), library.reader("2023101234")
    cards.bind(desk, "B1C2D3E4", reader)
    erasures.erase_reader(desk, reader)
    assert scan(desk, "B1C2D3E4") is None
    assert cards.to_verify(desk) == []
    assert all("B1C2D3E4" not in map(str, line) for line in stored(desk)["card"])
    assert b"B1C2D3E4" not in (library.folder / "2F" / "desk.db").read_bytes()
    cards.bind(desk, "B1C2D3E4", library.reader("2023101235"))
    assert scan(desk, "B1C2D3E4") == "查"
    assert differs_from_ledger(desk) == []


def test_typed_codes_are_taken_as_they_stand(desk: Desk) -> None:
    assert isinstance(understand(desk, shaped("8H10D", UID["2023300001"])), ReaderFound)
    assert understand(desk, UID["2023300002"]) == UnknownCard(UID["2023300002"])
    assert box.understand(desk, "2023300001") == ReaderFound(cards.whose(desk, "2023300001")[0])
