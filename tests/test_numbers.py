"""Numbers of one person joined and parted; numbers for those who have none."""

from datetime import date

import pytest

from deskapp import box, cards, erasures, numbers, reader_page, readers, requests
from deskapp.box import ReaderFound
from deskapp.requests import Question
from tests.library import Library, differs_from_ledger, stored
from tests.refusals import refused

OLD, NEW = "2023101234", "2023101235"


def test_two_numbers_of_one_person(library: Library) -> None:
    desk = library.at("li")
    old, new = library.reader(OLD), library.reader(NEW)
    for patron, words in ((old, "旧号所问"), (new, "新号所问")):
        requests.log(desk, Question(words, patron=patron))
    assert numbers.merge(desk, old, new).reader.id == new
    for code in (OLD, NEW, "A1B2C3"):  # either number, and the old one's card
        found = box.understand(desk, code, scanned=True)
        assert isinstance(found, ReaderFound)
        assert found.reader.id == new
    assert [each.id for each in readers.search(desk, "2023101")] == [new]
    page = reader_page.open_page(desk, new)
    assert {line.question for line in page.open} == {"旧号所问", "新号所问"}
    assert {card.kind for card in page.cards} == {"number", "card"}
    assert len(page.cards) == 4
    refused("MergedAlready", numbers.merge, desk, old, new)
    refused("MergedAlready", numbers.merge, desk, new, old)
    refused("PatronUnknown", numbers.merge, desk, "reader:none", new)
    refused("RoleTooLow", numbers.merge, library.at("assistant"), old, new)
    assert differs_from_ledger(desk) == []


def test_a_merge_is_undone(library: Library) -> None:
    desk = library.at("li")
    old, new = library.reader(OLD), library.reader(NEW)
    refused("NotMerged", numbers.part, desk, new)
    numbers.merge(desk, old, new)
    refused("RoleTooLow", numbers.part, library.at("assistant"), new)
    assert numbers.part(desk, new) == 1
    assert (library.reader(OLD), library.reader(NEW)) == (old, new)
    numbers.merge(desk, new, old)  # the other way round was meant
    assert library.reader(NEW) == old


def test_one_goes_through_three_numbers(library: Library) -> None:
    desk = library.at("li")
    first, second, third = (library.reader(number) for number in (OLD, NEW, "00417"))
    numbers.merge(desk, first, second)
    numbers.merge(desk, second, third)
    assert library.reader(OLD) == third
    card = next(each for each in cards.of_reader(desk, third) if each.kind == "card")
    cards.lose(desk, third, card.id)
    assert len([each for each in cards.of_reader(desk, first) if each.lost]) == 1
    erasures.erase_reader(library.at("lead"), third)  # with all that was theirs
    for number in (OLD, NEW, "00417"):
        assert not cards.whose(desk, number)
    assert differs_from_ledger(desk) == []


@pytest.mark.parametrize("order", [("2F", "3F"), ("3F", "2F")])
def test_two_desks_merge_two_readers_into_each_other(
    two_desks: Library, order: tuple[str, str]
) -> None:
    old, new = two_desks.reader(OLD), two_desks.reader(NEW)
    other = two_desks.reader("00417")
    numbers.merge(two_desks.at("li", "2F"), old, new)
    numbers.merge(two_desks.at("li", "3F"), new, old)
    for code in (*order, *order):
        two_desks.exchange(code)
    heads = {library_reader(two_desks, code, n) for code in order for n in (OLD, NEW)}
    assert len(heads) == 1
    numbers.part(two_desks.at("li", "2F"), old)
    numbers.merge(two_desks.at("li", "2F"), old, new)
    for code in (*order, *order):
        two_desks.exchange(code)
    numbers.part(two_desks.at("li", "2F"), new)
    numbers.merge(two_desks.at("li", "2F"), old, new)
    numbers.merge(two_desks.at("li", "3F"), new, other)
    numbers.part(two_desks.at("li", "3F"), other)
    for code in (*order, *order):
        two_desks.exchange(code)
    one, two = (stored(two_desks.desks[code]) for code in ("2F", "3F"))
    assert one == two
    assert differs_from_ledger(two_desks.desks["3F"]) == []


def library_reader(library: Library, code: str, number: str) -> str:
    (found,) = cards.whose(library.at("li", code), number)
    return found.id


def test_two_desks_say_different_things_of_one_number(two_desks: Library) -> None:
    old, new, third = (two_desks.reader(n) for n in (OLD, NEW, "00417"))
    numbers.merge(two_desks.at("li", "2F"), old, new)
    numbers.merge(two_desks.at("li", "3F"), old, third)
    for code in ("2F", "3F", "2F"):
        two_desks.exchange(code)
    assert len(stored(two_desks.desks["2F"])["clash"]) == 1


def test_a_number_joined_with_one_that_another_desk_erased(two_desks: Library) -> None:
    old, new = two_desks.reader(OLD), two_desks.reader(NEW)
    erasures.erase_reader(two_desks.at("lead", "2F"), new)
    numbers.merge(two_desks.at("li", "3F"), old, new)
    for code in ("2F", "3F", "2F"):
        two_desks.exchange(code)
    assert {library_reader(two_desks, code, OLD) for code in ("2F", "3F")} == {old}


def test_a_temporary_reader(library: Library) -> None:
    desk = library.at("li")
    until = date(2026, 12, 31)
    one = numbers.enter_temporary(desk, " 张　伟 ", "visitor", until)
    other = numbers.enter_temporary(desk, "李明", "alumni", until)
    assert one.number != other.number
    assert one.number.startswith("926")
    assert len(one.number) == 11
    found = box.understand(desk, one.number)
    assert isinstance(found, ReaderFound)
    assert (found.reader.name, found.reader.type) == ("张伟", "visitor")
    assert reader_page.open_page(desk, one.id).valid_until == "2026-12-31"
    requests.log(desk, Question("校外读者查报纸", patron=one.id))
    cards.bind(desk, "D1D2D3D4", one.id)  # a pass lent to them
    numbers.merge(desk, one.id, library.reader(OLD))  # they got a card after all
    assert library.reader(one.number) == library.reader(OLD)


def test_what_no_temporary_reader_is_entered_with(library: Library) -> None:
    desk, until = library.at("li"), date(2026, 12, 31)
    enter = numbers.enter_temporary
    refused("ReaderNameMissing", enter, desk, "  ", "visitor", until)
    refused("CodeUnknown", enter, desk, "张伟", "ghost", until)
    refused("UntilPast", enter, desk, "张伟", "visitor", date(2026, 11, 21))
    refused("UntilPast", enter, desk, "张伟", "visitor", None)
    refused("NumberIsIdentity", enter, desk, "130203199001011234", "visitor", until)
    refused("NumberIsIdentity", enter, desk, "张伟 13020319900101123X", "visitor", until)
    refused("RoleTooLow", enter, library.at("assistant"), "张伟", "visitor", until)
