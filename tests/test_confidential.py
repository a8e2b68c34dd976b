"""Confidential kinds (仅承办人可见): nothing open tells whose a request is, or what was said."""

from pathlib import Path

import pytest

from db import confided, doctor, stick
from db.store import driver
from deskapp import centre as centres
from deskapp import (
    corrections,
    drafts,
    endings,
    erasures,
    extensions,
    handovers,
    request_files,
    request_lists,
    requests,
    sync,
    undo,
    waiting,
)
from deskapp.corrections import Correction
from deskapp.endings import Ending
from deskapp.language import Language
from deskapp.requests import Question
from screens.wording import record_words
from tests.library import Library
from tests.refusals import refused
from tests.shelf import bytes_of, spoil

SECRET = "近来睡不着想约阅读疗法"
UNSAID = "还没登记的私事"
ZH = Language("zh_CN")
WORDS = (SECRET, "13812345678", "单国强急", "先约周三", "校心理中心", "再约一次")


@pytest.fixture
def reader(library: Library) -> str:
    return library.reader("2023101234")


@pytest.fixture
def asked(library: Library, reader: str) -> str:
    """A bibliotherapy appointment that has been through all that can be said of it."""
    id = library.log("li", SECRET, kind="bibliotherapy", patron=reader, contact="13812345678").id
    handovers.hand_over(library.at("li"), id, department="reading", reason="duty", note="单国强急")
    handovers.accept(library.at("sun"), id)
    referred = Ending("referred", "先约周三", unit="校心理中心", place="九号楼", telephone="8805")
    endings.close(library.at("sun"), id, referred)
    endings.reopen(library.at("sun"), id, "再约一次")
    corrections.correct(library.at("sun"), id, Correction(channel="phone"), "孙洁来电")
    return id


def test_a_lead_of_another_department_hands_it_on_and_no_more(
    library: Library, reader: str
) -> None:
    id = library.log("li", SECRET, kind="bibliotherapy", patron=reader).id
    lead = library.at("lead")
    assert request_lists.record(lead, id).may == {"hand_over"}
    refused("NotResponsible", endings.close, lead, id, Ending("done", "已约"))
    refused("NotResponsible", extensions.extend, lead, id, "parts")
    refused("NotResponsible", waiting.wait_for_reader, lead, id)
    handovers.hand_over(lead, id, department="reading", reason="duty")
    assert request_lists.record(lead, id).may == {"take_back", "accept_for"}
    handovers.accept(library.at("sun"), id)
    assert not request_lists.record(library.at("li"), id).visible, "asked first, and no more"
    refused("NotResponsible", corrections.correct, library.at("li"), id, Correction(words="x"), "y")
    endings.close(library.at("sun"), id, Ending("done", "已约"))


def test_a_register_gives_it_to_no_other_department(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    line = "2026-11-20 09:00,{},阅读疗法预约,{},李静"
    head = "受理时间,事由,类别,承办部门,首问责任人"
    lines = (head, line.format("约一次", "办公室"), line.format("再约", "阅读推广部"))
    file.write_text("\n".join(lines), "utf-8")
    done = request_files.load(library.at("lead"), file, Language("zh_CN"))
    assert (done.entered, done.rejected) == (1, 1)
    assert done.rejects is not None
    assert "约一次" in done.rejects.read_text("utf-8-sig")


def open_parts(library: Library) -> str:
    """Whatever of the ledger any desk may read, but for the reader's own entry."""
    with library.desk.reading() as connection:
        lines = driver(connection).execute(
            "SELECT id, act, subject, beyond, actor, data, person, scope, hex(seal) FROM fact "
            "WHERE kind LIKE 'request.%'"
        )
        return repr(lines.fetchall())


def test_nothing_open_tells_whose_it_is(library: Library, reader: str, asked: str) -> None:
    ours = open_parts(library)
    assert ours.count("'reading'") >= 6
    for word in (reader, "undergraduate", *WORDS):
        assert word not in ours
    assert library.row(asked)["patron"] == reader
    library.log("li", "找书", patron=reader)
    assert reader in open_parts(library)


def test_without_its_private_parts_it_folds_and_is_sound(library: Library, asked: str) -> None:
    whole = library.row(asked)
    with library.desk.ledger.store.writing() as connection:
        driver(connection).execute(
            "UPDATE fact SET private = NULL, salt = NULL WHERE scope IS NOT NULL"
        )
    list(library.desk.ledger.rebuild())
    assert doctor.examine(library.desk.ledger) == []
    row = library.row(asked)
    hidden = {"patron", "patron_type", "question", "contact"}
    assert {name for name in row if row[name] != whole[name]} == hidden
    assert {row[name] for name in hidden} == {None}
    assert (row["responsible"], row["scope"]) == (library.id("sun"), "reading")


def test_a_missing_private_part_of_any_other_kind_is_found(library: Library) -> None:
    library.log()
    with library.desk.ledger.store.writing() as connection:
        driver(connection).execute(
            "UPDATE fact SET private = NULL, salt = NULL WHERE kind = 'request.logged'"
        )
    assert "PrivateMissing" in {each.code for each in doctor.examine(library.desk.ledger)}


def test_its_words_stay_in_their_department(library: Library, asked: str) -> None:
    again = library.log("li", "再约", kind="bibliotherapy").id
    other = {"department": "technology", "reason": "duty"}
    refused("ConfidentialStays", handovers.hand_over, library.at("li"), again, **other)
    to = library.id("technology")
    refused("ConfidentialStays", handovers.hand_over, library.at("li"), again, to=to, reason="duty")
    handovers.hand_over(library.at("li"), again, to=library.id("sun"), reason="duty")
    question = Question("想约", kind="bibliotherapy", department="technology")
    refused("ConfidentialStays", requests.log, library.at("li"), question)


def test_the_centre_tells_its_words_to_those_who_handle_it_and_nobody_else(
    two_desks: Library, tmp_path: Path
) -> None:
    library = two_desks
    asked = library.log("li", SECRET, kind="bibliotherapy", contact="13812345678").id
    handed = library.log("li", "普通的事").id
    stick.write(library.desks["2F"].ledger, tmp_path)
    stick.read(library.desks["3F"].ledger, tmp_path)
    there = library.desks["3F"].ledger
    assert library.row(asked, "3F")["question"] is None
    assert library.row(handed, "3F")["question"] == "普通的事"
    assert doctor.examine(there) == []
    for code in ("2F", "3F"):
        library.exchange(code)
    assert library.row(asked, "3F")["question"] is None
    assert library.centre is not None
    library.centre.handles("3F", ["reading"])
    library.exchange("3F")
    assert library.row(asked, "3F")["question"] == SECRET
    assert doctor.examine(there) == []
    # Whoever wrote it needs its words no longer, once a desk that handles it has them.
    library.exchange("3F")
    assert library.row(asked)["question"] == SECRET
    library.exchange("2F")
    assert library.row(asked)["question"] is None
    said = [
        record_words(ZH, request_lists.record(library.at(who), asked)) for who in ("li", "lead")
    ]
    assert said == ["（内容不在本台）", "（仅承办人可见）"], "li is responsible for it"
    assert library.row(handed)["question"] == "普通的事"
    assert doctor.examine(library.desk.ledger) == []
    spoil(there, "UPDATE fact SET private = NULL, salt = NULL WHERE scope IS NOT NULL")
    assert "PrivateMissing" in {each.code for each in doctor.examine(there)}


def test_what_an_undo_gave_back_goes_in_the_night_after_its_words(two_desks: Library) -> None:
    """The draft is its writer's for the day, however often the desk exchanges meanwhile."""
    library = two_desks
    li, centre = library.at("li", "2F"), library.centre
    assert centre is not None
    centres.connect(li, str(centre.path), None)
    requests.log(li, Question(SECRET, kind="bibliotherapy"))
    undo.undo(li)
    slip = drafts.Slip(li)
    assert slip.put(drafts.Draft(UNSAID, kind="bibliotherapy", confidential=True))
    slip.write()

    def kept() -> set[str]:
        return {draft.words for _, draft in drafts.kept(li)}

    sync.sync(li, nightly=True)
    assert kept() == {SECRET, UNSAID}, "nobody else has it"
    centre.handles("3F", ["reading"])
    for code in ("3F", "3F", "2F"):
        library.exchange(code)
    sync.sync(li)
    assert kept() == {SECRET, UNSAID}
    library.clock.move(days=1)
    sync.sync(li, nightly=True)
    assert kept() == {UNSAID}
    assert SECRET.encode() not in bytes_of(li.ledger.store.path)
    assert doctor.examine(li.ledger) == []


def test_whoever_is_erased_takes_what_they_confided_along(
    library: Library, reader: str, asked: str
) -> None:
    endings.close(library.at("sun"), asked, Ending("done", "已约"))
    erasures.erase_reader(library.at("lead"), reader)
    row = library.row(asked)
    assert (row["patron"], row["question"], row["answer"]) == (None, None, None)
    for word in (*WORDS, "单国强"):
        assert word.encode() not in bytes_of(library.desk.ledger.store.path)
    assert doctor.examine(library.desk.ledger) == []
    # What is still said of it stands for itself and can be said.
    endings.reopen(library.at("sun"), asked, "再来")
    endings.close(library.at("sun"), asked, Ending("done", "另约周五"))
    assert library.row(asked)["answer"] == "另约周五"
    erasures.erase_asker(library.at("lead"), asked)
    assert library.row(asked)["answer"] is None
    assert "另约周五".encode() not in bytes_of(library.desk.ledger.store.path)


def test_an_erasure_elsewhere_is_carried_on_where_the_words_are(two_desks: Library) -> None:
    """The desk that erases need not know what was confided at the desk of the department."""
    library = two_desks
    reader = library.reader("2023101234")
    library.exchange("2F")
    library.exchange("3F")
    asked = requests.log(
        library.at("sun", "3F"), Question(SECRET, kind="bibliotherapy", patron=reader)
    ).id
    library.exchange("3F")
    library.exchange("2F")
    assert library.row(asked, "2F")["question"] is None
    erasures.erase_reader(library.at("lead", "2F"), reader)
    for code in ("2F", "3F"):
        library.exchange(code)
    assert library.row(asked, "3F")["question"] == SECRET
    assert erasures.go_on(library.desks["3F"]) == 1
    assert erasures.go_on(library.desks["3F"]) == 0
    assert library.row(asked, "3F")["question"] is None
    for code in ("3F", "2F"):
        library.exchange(code)
        assert SECRET.encode() not in bytes_of(library.desks[code].ledger.store.path)
        assert doctor.examine(library.desks[code].ledger) == []
    assert library.centre is not None
    assert SECRET.encode() not in bytes_of(library.centre.path)


def test_an_asker_without_a_card_is_erased_by_the_request(library: Library, reader: str) -> None:
    known = library.log("li", "找书", patron=reader).id
    refused("AskerIsReader", erasures.erase_asker, library.at("lead"), known)
    id = library.log("li", "拾到黑伞", contact="张三13899990000").id
    refused("RoleTooLow", erasures.erase_asker, library.at("li"), id)
    refused("RequestUnknown", erasures.erase_asker, library.at("lead"), "request:none")
    erasures.erase_asker(library.at("lead"), id)
    assert (library.row(id)["question"], library.row(id)["contact"]) == (None, None)
    assert "张三13899990000".encode() not in bytes_of(library.desk.ledger.store.path)
    assert library.row(known)["question"] == "找书"


def test_only_what_is_the_requests_own_is_erased_with_it(
    library: Library, reader: str, asked: str
) -> None:
    plain = library.log("li", "找书", patron=reader).id
    with library.desk.reading() as connection:
        assert confided.of_reader(connection, reader) == [asked]
        assert confided.persons(connection, [asked, plain]) == [asked]
