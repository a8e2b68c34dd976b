"""Two numbers of one person: the desk's registers and the reader's page know them as one."""

from pathlib import Path

import pytest

from deskapp import erasures, found_things, lent_things, numbers, reader_page, register_files
from deskapp.found_things import LogIt
from deskapp.language import Language
from deskapp.sheets import Taken
from tests.clashing import open_clashes
from tests.library import Library, differs_from_ledger
from tests.refusals import refused

OLD, NEW, OTHER = "2023101234", "2023101235", "00417"
NAME = "单国强"


@pytest.fixture
def old(library: Library) -> str:
    return library.reader(OLD)


@pytest.fixture
def new(library: Library) -> str:
    return library.reader(NEW)


def test_what_was_lent_under_one_number_is_had_under_both(
    library: Library, old: str, new: str
) -> None:
    li = library.at("li")
    lent = lent_things.lend(li, "umbrella", reader=old)
    numbers.merge(li, old, new)
    for reader in (old, new):
        assert [each.id for each in lent_things.loans(li, reader)] == [lent.id]
        refused("HasOneAlready", lent_things.lend, li, "umbrella", reader=reader)
    assert lent_things.loans(li, library.reader(OTHER)) == []
    second = lent_things.lend(li, "umbrella", reader=new, again=True)
    numbers.part(li, new)
    assert [each.id for each in lent_things.loans(li, old)] == [lent.id]
    assert [each.id for each in lent_things.loans(li, new)] == [second.id]


def test_what_was_found_is_collected_under_either_number(
    library: Library, old: str, new: str
) -> None:
    li = library.at("li")
    ids = [found_things.log(li, LogIt("校园卡", owner=old)).id for _ in range(3)]
    refused("OwnerDiffers", found_things.collect, li, ids[0], NEW)
    numbers.merge(li, old, new)
    for words in (OLD, NEW):
        assert {each.id for each in found_things.things(li, words=words)} == {*ids}
    assert {each.id for each in found_things.of_reader(li, new)} == {*ids}
    refused("OwnerDiffers", found_things.collect, li, ids[0], OTHER)
    refused("OwnerDiffers", found_things.collect, li, ids[0], "李四")
    for id, code in zip(ids, (OLD, NEW, NAME), strict=True):
        found_things.collect(li, id, code)
        assert found_things.thing(li, id).checked == ("name" if code == NAME else "card")
    numbers.part(li, new)
    assert found_things.of_reader(li, new) == []
    refused("ThingGone", found_things.collect, li, ids[0], OLD)
    assert differs_from_ledger(li) == []


def test_a_look_at_one_number_is_seen_on_the_page_of_both(
    library: Library, old: str, new: str
) -> None:
    li, lead = library.at("li"), library.at("lead")
    reader_page.open_page(li, old)
    assert [look.name for look in reader_page.open_page(lead, new).looks] == ["周强"]
    numbers.merge(li, old, new)
    assert [look.name for look in reader_page.again(lead, new).looks] == ["周强", "李静"]
    numbers.part(li, new)
    assert [look.name for look in reader_page.again(lead, old).looks] == ["李静"]


def test_what_was_written_out_before_is_known_after(
    library: Library, old: str, new: str, tmp_path: Path
) -> None:
    li, t = library.at("li"), Language("zh_CN")
    lent_things.lend(li, "umbrella", reader=old)
    found_things.log(li, LogIt("校园卡", owner=old))
    for what in ("lent", "found"):
        register_files.export(library.at("head"), what, tmp_path / f"{what}.csv", t)
    numbers.merge(li, old, new)
    for what in ("lent", "found"):
        done = register_files.load(library.at("li"), what, tmp_path / f"{what}.csv", t)
        assert done == Taken(0, 1, 0, None), what
    assert len(lent_things.loans(li, new)) == len(found_things.of_reader(li, new)) == 1


def test_one_person_is_erased_with_what_both_numbers_have(
    library: Library, old: str, new: str
) -> None:
    li = library.at("li")
    lent_things.lend(li, "umbrella", reader=old)
    thing = found_things.log(li, LogIt("校园卡", owner=old)).id
    numbers.merge(li, old, new)
    erasures.erase_reader(library.at("lead"), new)
    (loan,) = lent_things.loans(li)
    assert (loan.who, found_things.thing(li, thing).owner) == ("", None)
    assert differs_from_ledger(li) == []


def test_given_to_the_owner_at_a_desk_that_knows_only_one_number(two_desks: Library) -> None:
    library = two_desks
    old, new = library.reader(OLD), library.reader(NEW)
    thing = found_things.log(library.at("li", "2F"), LogIt("校园卡", owner=old)).id
    library.exchange("2F")
    library.exchange("3F")
    numbers.merge(library.at("li", "2F"), old, new)
    found_things.collect(library.at("li", "2F"), thing, NEW)
    found_things.collect(library.at("li", "3F"), thing, OLD)
    for desk in ("2F", "3F", "2F"):
        library.exchange(desk)
    for desk in ("2F", "3F"):
        with library.desks[desk].reading() as connection:
            assert open_clashes(connection) == []
        assert differs_from_ledger(library.desks[desk]) == []
