"""An event's sign-ups as a list, page by page; a reader's own; who may see a telephone number."""

from collections.abc import Iterator

import pytest

from deskapp import events, signup_lists, signups
from deskapp.signup_lists import CAME, MISSING, Listed, SignupList
from deskapp.signups import CANCELLED, IN, WAITING, Outsider
from tests.gatherings import gather
from tests.library import Library, differs_from_ledger
from tests.refusals import refused
from tests.seating import MANY, NUMBERS
from tests.test_signups import sign

SHAN, ZENG, OUYANG = NUMBERS


@pytest.fixture
def there(seated: Library) -> Iterator[tuple[Library, str]]:
    """Five have signed up, one of them has come; two wait, one gave up; one is no reader."""
    event = gather(seated, "14:00-16:00", capacity=5)
    done = []
    for number in (SHAN, ZENG, *MANY[:3]):
        done.append(sign(seated, event, number))
        seated.clock.move(seconds=1)
    signups.cancel(seated.at("li"), done[4].subject)
    signups.sign_up(seated.at("li"), event, outsider=Outsider("孙女士", "13800001111"))
    for number in MANY[3:5]:
        seated.clock.move(seconds=1)
        sign(seated, event, number)
    with seated.at("li").act() as act:
        said = {"session": "s1", "door": "east"}
        act.record("door.admitted", done[0].subject, said)
    yield seated, event
    assert differs_from_ledger(seated.desk) == []


def listed(library: Library, event: str, *which: str) -> list[Listed]:
    """From the first on, and the same from the last on."""
    rows = SignupList(library.at("assistant"), event, *which)
    found = list(rows.after(None, 99))
    assert rows.count() == len(found)
    assert [rows.place(each) for each in found] == list(range(len(found)))
    assert list(rows.before(None, 99)) == found
    for n, each in enumerate(found):
        assert list(rows.after(rows.key(each), 99)) == found[n + 1 :]
        assert list(rows.before(rows.key(each), 1)) == found[max(0, n - 1) : n]
    return found


def test_lists_by_state(there: tuple[Library, str]) -> None:
    library, event = there
    rows = SignupList(library.at("assistant"), event)
    assert rows.counts == {"": 7, IN: 5, WAITING: 2, CAME: 1, MISSING: 4, CANCELLED: 1}
    for state, many in rows.counts.items():
        assert len(listed(library, event, state)) == many
        assert len(listed(library, event, state, "s1")) == many
    (came,) = listed(library, event, CAME, "s1")
    assert (came.name, came.number, came.came) == ("单*强", "2023****34", 1)
    assert [each.came for each in listed(library, event, "", "s2")] == [0] * 7


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("单国", ["单*强"]),
        ("shanguoq", ["单*强"]),
        ("1235", ["曾*查"]),
        ("20230", ["读*0", "读*1", "读*3", "读*4"]),
        ("1111", ["孙*士"]),
        ("13800001111", ["孙*士"]),
        ("5678", ["单*强"]),
        ("女士", ["孙*士"]),
        ("没有", []),
    ],
)
def test_they_are_found(there: tuple[Library, str], words: str, names: list[str]) -> None:
    library, event = there
    assert [each.name for each in listed(library, event, "", "", words)] == names


def test_telephones_are_for_librarians(there: tuple[Library, str]) -> None:
    library, event = there
    (outside,) = listed(library, event, "", "", "孙女士")
    (reader,) = listed(library, event, "", "", "单国强")
    assert outside.phone == "1380*****11"
    assert signup_lists.telephone(library.at("li"), outside.id) == "13800001111"
    assert signup_lists.telephone(library.at("li"), reader.id) == "13812345678"
    refused("RoleTooLow", signup_lists.telephone, library.at("assistant"), outside.id)
    refused("SignupUnknown", signup_lists.telephone, library.at("li"), "signup:e:x")
    refused("SignupUnknown", signup_lists.of_subject, library.at("li"), "signup:e:x")
    nobody = signups.sign_up(library.at("li"), event, outsider=Outsider("某人"))
    refused("NoTelephone", signup_lists.telephone, library.at("li"), nobody.subject)


def test_what_a_reader_has(there: tuple[Library, str]) -> None:
    library, event = there
    li, other = library.at("li"), gather(library, "09:00-10:00", "15:00-16:00", apart=True)
    signups.sign_up(li, other, library.reader(SHAN), session="s2")
    (first, second) = signup_lists.of_reader(li, library.reader(SHAN))
    assert (first.begin.hour, second.begin.hour, first.status) == (14, 15, IN)
    assert signup_lists.at_event(li, event, library.reader(SHAN))[0].places == 1
    assert signup_lists.at_event(li, event, library.reader(OUYANG)) == []
    events.drop(li, other, "s2", "停电")
    library.clock.put("2026-11-24 16:00")
    assert signup_lists.of_reader(li, library.reader(SHAN)) == []
