"""Erased who had signed up: no word of theirs is left in any file, and their place is free."""

from pathlib import Path

from db.doctor import examine
from deskapp import erasures, notices, signup_lists, signups
from deskapp.signups import IN, Outsider
from tests.gatherings import gather
from tests.library import Library, differs_from_ledger
from tests.refusals import refused
from tests.shelf import bytes_of
from tests.test_signups import OUYANG, SHAN, ZENG, sign, statuses

TEAM = {"code": "team", "text": "队名", "choices": [], "must": False}
WORDS = ("单国强", SHAN, "乘风破浪队", "孙晓梅", "13800001111", "披荆斩棘队")


def remains(library: Library) -> list[str]:
    files = [*Path(library.folder / "2F").glob("desk.db*")]
    return [word for word in WORDS if any(word.encode() in bytes_of(each) for each in files)]


def test_no_word_is_left(library: Library) -> None:
    event, lead = gather(library, "14:00-16:00", capacity=2, questions=[TEAM]), library.at("lead")
    sign(library, event, SHAN, answers={"team": "乘风破浪队"})
    outsider = Outsider("孙晓梅", "13800001111")
    done = signups.sign_up(lead, event, outsider=outsider, answers={"team": "披荆斩棘队"})
    for number in (ZENG, OUYANG):
        library.clock.move(seconds=1)
        sign(library, event, number)
    library.clock.move(seconds=1)
    assert remains(library)
    refused("NothingToErase", erasures.erase_signup, lead, row_of(library, event, SHAN))
    refused("RoleTooLow", erasures.erase_signup, library.at("li"), done.subject)
    erasures.erase_signup(lead, done.subject)
    erasures.erase_reader(lead, library.reader(SHAN))
    library.clock.move(seconds=1)
    assert remains(library) == []
    assert statuses(library, event)[ZENG] == statuses(library, event)[OUYANG] == IN
    assert len(notices.to_tell(lead, event)) == 2
    again = signups.sign_up(lead, event, outsider=outsider)
    assert again.subject != done.subject, "who comes back is somebody new"
    assert differs_from_ledger(library.desk) == []
    assert examine(library.desk.ledger) == []


def row_of(library: Library, event: str, number: str) -> str:
    (row,) = signup_lists.at_event(library.at("li"), event, library.reader(number))
    return row.id
