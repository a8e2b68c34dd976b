"""Behind an erasure: nobody waits for whoever is no more, and no draft has their words."""

import json
from pathlib import Path

import pytest

from db.doctor import examine
from db.store import driver
from deskapp import (
    box,
    completing,
    corrections,
    drafts,
    endings,
    erasures,
    found_things,
    request_files,
    telling,
    undo,
)
from deskapp import request_lists as lists
from deskapp.corrections import Correction
from deskapp.endings import Ending
from deskapp.found_things import LogIt
from deskapp.language import Language
from screens.wording import question_words, record_words
from tests.library import Library, differs_from_ledger
from tests.refusals import refused
from tests.shelf import bytes_of

NUMBER = "2023101234"
PHONE = "13812340000"
DONE = Ending("done", answer="已答复")


def to_tell(library: Library, who: str = "li", code: str | None = None) -> int:
    return lists.RequestList(library.at(who, code), "to_tell").count()


def state(
    library: Library, id: str, who: str = "li", code: str | None = None
) -> tuple[object, ...]:
    """What three places say of telling them: the record, the list of all, whether it is late."""
    desk = library.at(who, code)
    record = lists.record(desk, id)
    (line,) = [e for e in lists.RequestList(desk, "all").after(None, 50) if e.subject == id]
    return record.tell_by, line.tell_by, "tell" in record.may, record.overdue


NOBODY = (None, None, False, False)


@pytest.mark.parametrize("kind", ["consultation", "bibliotherapy"])
def test_nobody_waits_to_be_told(library: Library, kind: str) -> None:
    who = "sun" if kind == "bibliotherapy" else "li"
    reader = library.reader(NUMBER)
    closed, open_ = (library.log(who, "查一篇论文", kind=kind, patron=reader).id for _ in range(2))
    endings.close(library.at(who), closed, DONE)
    assert (to_tell(library, who), state(library, closed, who)[2]) == (1, True)
    erasures.erase_reader(library.at("lead"), reader)
    library.clock.put("2026-12-01 10:00")
    endings.close(library.at(who), open_, DONE)
    assert to_tell(library, who) == 0
    for id in (closed, open_):
        assert state(library, id, who) == NOBODY
        refused("NobodyToTell", telling.tell, library.at(who), id, "phone")
    assert examine(library.desk.ledger) == []
    assert differs_from_ledger(library.desk) == []


def test_nor_an_asker_who_was_no_reader(library: Library) -> None:
    id = library.log(words="校外人员来电", contact=PHONE).id
    endings.close(library.at("li"), id, DONE)
    erasures.erase_asker(library.at("lead"), id)
    library.clock.put("2026-12-01 10:00")
    assert (to_tell(library), state(library, id)) == (0, NOBODY)
    endings.reopen(library.at("li"), id, "又来电")
    corrections.correct(library.at("li"), id, Correction(contact="新电话"), "补联系方式")
    endings.close(library.at("li"), id, DONE)
    assert (to_tell(library), None in state(library, id)[:3]) == (1, False)


def test_another_desk_closes_what_it_does_not_know_to_be_erased(two_desks: Library) -> None:
    library = two_desks
    reader = library.reader(NUMBER)
    id = library.log(words="查一篇论文", patron=reader).id
    for desk in ("2F", "3F"):
        library.exchange(desk)
    erasures.erase_reader(library.at("lead", "2F"), reader)
    endings.close(library.at("li", "3F"), id, DONE)
    for desk in ("2F", "3F", "2F"):
        library.exchange(desk)
    library.clock.put("2026-12-01 10:00")
    for desk in ("2F", "3F"):
        assert (to_tell(library, code=desk), state(library, id, code=desk)) == (0, NOBODY)
        assert differs_from_ledger(library.desks[desk]) == []


def test_a_found_thing_is_of_an_unknown_owner(library: Library) -> None:
    li = library.at("li")
    ids = [found_things.log(li, LogIt("校园卡", owner=library.reader(NUMBER))).id for _ in "12"]
    refused("OwnerDiffers", found_things.collect, li, ids[0], "李四")
    erasures.erase_reader(library.at("lead"), library.reader(NUMBER))
    assert found_things.thing(li, ids[0]).owner is None
    refused("OwnerUnknown", found_things.tell, li, ids[0])
    for id, code in zip(ids, ("李四", "2023101235"), strict=True):
        found_things.collect(li, id, code)
        assert found_things.thing(li, id).checked == ("name" if code == "李四" else "card")
    assert differs_from_ledger(li) == []


def draft_words(library: Library) -> list[str]:
    return [draft.words for _, draft in drafts.kept(library.at("li"))]


def test_what_was_undone_and_put_aside_goes_with_its_asker(library: Library) -> None:
    lead, li = library.at("lead"), library.at("li")
    library.clock.put("2026-11-22 11:00")
    other = library.log(words="另一件")
    undo.undo(li)
    id = library.log(words=f"校外人员来电问借书{PHONE}", contact=PHONE).id
    undo.undo(li)
    ((slip, draft),) = [each for each in drafts.kept(li) if PHONE in each[1].words]
    erasures.erase_asker(lead, id)
    assert draft_words(library) == ["另一件"]
    draft.words += "，改"
    assert slip.put(draft)
    slip.write()  # by a form that was open meanwhile
    assert draft_words(library) == ["另一件"]
    assert PHONE.encode() not in bytes_of(library.desk.ledger.store.path)
    assert box.request_of(li, other.number) is not None


def test_a_draft_that_completes_goes_with_its_asker(library: Library) -> None:
    li = library.at("li")
    id = library.log(words="校外来电", contact=PHONE, incomplete=True).id
    draft = completing.draft_of(li, id)
    slip = drafts.Slip(li)
    draft.words += f"，{PHONE}"
    assert slip.put(draft)
    slip.write()
    erasures.erase_asker(library.at("lead"), id)
    assert draft_words(library) == []
    assert PHONE.encode() not in bytes_of(library.desk.ledger.store.path)


def test_drafts_of_before_know_which_request_they_complete(library: Library) -> None:
    """The migration reads it from what is kept."""
    script = Path("db/migrations/0005_draft_requests.sql").read_text("utf-8")
    (update,) = [line for line in script.splitlines() if line.startswith("UPDATE")]
    with library.desk.ledger.store.writing() as connection:
        raw = driver(connection)
        body = json.dumps({"words": "问", "completes": "request:x"})
        raw.execute(
            "INSERT INTO draft (id, staff, screen, body, at) VALUES ('d', 's', 'log', ?, '')",
            (body,),
        )
        raw.execute(update)
        assert raw.execute("SELECT request FROM draft").fetchall() == [("request:x",)]


def test_what_was_erased_says_so_wherever_it_stood(library: Library, tmp_path: Path) -> None:
    id = library.log("li", "拾到黑伞", contact="张三13899990000").id
    secret = library.log("sun", "想约", kind="bibliotherapy").id
    for each in (id, secret):
        erasures.erase_asker(library.at("head"), each)
    head, t = library.at("head"), Language()
    said = {line.subject: question_words(t, line) for line in lists.search(head, "0001")}
    assert said == {id: "已删除"}
    (line,) = lists.search(library.at("sun"), "0002")
    assert question_words(t, line) == t("request.confidential")
    assert record_words(t, lists.record(head, id)) == "已删除"
    request_files.export(head, tmp_path / "out.csv", t)
    assert (tmp_path / "out.csv").read_text("utf-8-sig").count("已删除") == 1
