"""Erased at one desk: no word is left in any file, of any desk or the centre or their copies."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from db import horizon, stick
from db.books import BOOKS, FOLDS
from db.copy import Copy
from db.doctor import examine
from db.exchange import exchange
from db.file_centre import FileCentre
from db.relations import Relations
from deskapp import awards, cards, certificates, endings, erasures, requests, telling, verification
from deskapp.endings import Ending
from tests import honouring
from tests.library import PIN, Library, differs_from_ledger
from tests.postgres import Roles, Server
from tests.refusals import refused
from tests.shelf import bytes_of

NUMBER = "2023101234"
OLD, ASKED, LATE = "找过古籍修复资料", "想借大学物理题解", "问座位能否续坐"
SECRET, NOTE, MAIL = "近来睡不着想约阅读疗法", "请发到家里邮箱", "shan@example.org"
AWARDED, TAKER, GIVEN_UP = "赵小满", "钱多多", "自愿放弃"
WORDS = (
    *(OLD, ASKED, LATE, SECRET, NOTE, MAIL, NUMBER, "单国强", "13812345678", "A1B2C3"),
    *(AWARDED, TAKER, GIVEN_UP),
)
KEPT = "不相干的一问"
CODES = ("2F", "3F")


class Places:
    """A centre, and all files in which it keeps what it was told."""

    def __init__(self, centre: FileCentre | Roles, files: Callable[[], Iterator[Path]]) -> None:
        self.centre = centre
        self.files = files


@pytest.fixture(params=["file", "postgres"])
def places(request: pytest.FixtureRequest, two_desks: Library, server: Server) -> Iterator[Places]:
    if request.param == "file":
        assert two_desks.centre is not None
        yield Places(two_desks.centre, lambda: two_desks.folder.glob("centre.db*"))
        return
    with closing(Roles(server, two_desks.clock, CODES)) as roles:
        roles.restored(0)  # it takes the place of the one that they know
        yield Places(roles, lambda: _cleaned(roles))


def _cleaned(roles: Roles) -> Iterator[Path]:
    """The files of a server's tables, once its timer has come; its log is its operator's."""
    with psycopg.connect(roles.address, autocommit=True) as raw:
        raw.execute("ANALYZE")
        copy = Relations(roles.central.connection, BOOKS, FOLDS)
        copy.fold()
        roles.central.clean()
        assert roles.central.clean() == 0
        raw.execute("CHECKPOINT")
        ((folder, number),) = raw.execute(
            "SELECT current_setting('data_directory'), oid FROM pg_database "
            "WHERE datname = current_database()"
        ).fetchall()
    return (Path(folder) / "base" / str(number)).iterdir()


def remains(*paths: Path) -> dict[str, list[str]]:
    found = {str(p): [w for w in WORDS if w.encode() in bytes_of(p)] for p in paths}
    return {path: words for path, words in found.items() if words}


def ask(library: Library, who: str, code: str, words: str, kind: str = "consultation") -> str:
    desk = library.at(who, code)
    (reader,) = cards.whose(desk, NUMBER)
    question = requests.Question(words, kind=kind, patron=reader.id, contact=MAIL)
    id = requests.log(desk, question).id
    endings.close(desk, id, Ending("done", answer=f"{words}：{NOTE}"))
    telling.tell(desk, id, "phone")
    return id


def honour(library: Library, reader: str) -> tuple[list[str], list[str]]:
    """A reader, whose paper another took, and somebody who is none, whose award was taken back:
    their certificates' numbers and codes, and the awards.
    """
    key, li = honouring.signing(library), library.at("li")
    roll = honouring.roll(li)
    of = honouring.grant(li, roll, [reader], [AWARDED])
    numbers = honouring.issue(li, roll, key)
    tokens = [each.token for each in certificates.papers(li, numbers)]
    certificates.hand_out(li, numbers[0], TAKER)
    awards.withdraw(li, of[1], GIVEN_UP, lead=honouring.LEAD, pin=PIN)
    return numbers, tokens


def meet(library: Library, places: Places) -> None:
    for _ in range(2):
        for code in CODES:
            exchange(library.desks[code].ledger, places.centre)
            erasures.go_on(library.desks[code])


def test_no_word_is_left_anywhere(two_desks: Library, places: Places, tmp_path: Path) -> None:
    library, ours, theirs = two_desks, *(two_desks.desks[code] for code in CODES)
    places.centre.handles("3F", ["reading"])
    kept = library.log("li", KEPT).id
    ask(library, "li", "2F", OLD)
    meet(library, places)
    library.clock.put("2028-01-10 10:00")
    for desk in (ours, theirs):
        assert horizon.put_to_rest(desk.ledger, desk.now(), 0) > 0
    ask(library, "li", "2F", ASKED)
    ask(library, "sun", "2F", SECRET, "bibliotherapy")
    meet(library, places)
    numbers, tokens = honour(library, library.reader(NUMBER))
    meet(library, places)
    copies = [Copy(desk.ledger, tmp_path / f"copy.{desk.code}") for desk in (ours, theirs)]
    for copy in copies:
        copy.begin()
    ask(library, "li", "3F", LATE)
    stick.write(theirs.ledger, tmp_path / "stick")
    assert remains(*(desk.ledger.store.path for desk in (ours, theirs)), *places.files())

    lead = library.at("lead", "2F")
    erasures.erase_reader(lead, library.reader(NUMBER))
    for name in (AWARDED, TAKER):
        assert erasures.erase(lead, erasures.find(lead, name), name).awards == 1
    refused("NobodyToErase", erasures.find, lead, AWARDED)
    exchange(ours.ledger, places.centre)
    assert stick.read(ours.ledger, tmp_path / "stick").facts > 0
    meet(library, places)
    for desk, copy in zip((ours, theirs), copies, strict=True):
        assert horizon.put_to_rest(desk.ledger, desk.now(), 0) >= 0
        copy.catch_up()
        desk.ledger.store.backup(tmp_path / f"backup.{desk.code}")

    files = [desk.ledger.store.path for desk in (ours, theirs)]
    files += [copy.path for copy in copies]
    files += [tmp_path / f"backup.{code}" for code in CODES]
    assert remains(*files, *places.files()) == {}
    for desk, copy in zip((ours, theirs), copies, strict=True):
        assert examine(desk.ledger, copy.path) == []
        assert differs_from_ledger(desk) == []
        assert library.row(kept, desk.code)["question"] == KEPT
        # What was handed out is in the world: its code and its number are judged as before.
        at = library.at("li", desk.code)
        assert [verification.verify(at, each).why for each in tokens] == ["valid", "revoked"]
        assert [verification.verify(at, each).why for each in numbers] == ["erased", "revoked"]
