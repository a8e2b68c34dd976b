"""What another desk wrote and nobody can read: kept, shown, and never in the way of the rest."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from db import doctor, stick
from db.clock import SystemClock
from db.facts import GENESIS, Fact, canonical, chained, digest_of, seal_of
from db.folding import facts_of
from db.store import driver
from deskapp import readers, request_lists
from deskapp import staff as people
from tests.library import KEY, Library
from tests.refusals import refused
from tests.shelf import spoil

SALT = b"s" * 16
LOGGED = dict.fromkeys(
    ("received_at", "channel", "kind", "department", "first_responder", "responsible", "due_at"),
    "x",
) | {"year": 2026, "number": 1, "backdated": 0}


class Rogue:
    """A desk that pushes what it likes, well chained and signed."""

    def __init__(self, library: Library) -> None:
        assert library.centre is not None
        self._centre, self._seq, self._chain = library.centre, 0, GENESIS

    def fact(
        self, kind: str, subject: str, data: Any, private: str | None = None, **how: Any
    ) -> Fact:
        id = SystemClock().new_id()
        said = data if isinstance(data, str) else canonical(data)
        values: dict[str, Any] = {
            "id": id, "act": id, "desk": "ZZ", "timeline": 1, "kind": kind, "version": 1,
            "subject": subject, "base": 0, "beyond": "[]", "at": "2026-11-22T02:05:00.000000Z",
            "actor": None, "data": said, "person": subject if private else None, "scope": None,
            "private": private, "salt": SALT if private else None,
            "seal": seal_of(SALT, private) if private else None, "digest": b"", "epoch": 1,
        }  # fmt: skip
        fact = Fact(**{**values, **how}, seq=self._seq + 1)
        fact.digest = fact.digest or digest_of(fact)
        return fact

    def push(self, fact: Fact) -> Fact:
        fact.chain = chained(self._chain, "ZZ", 1, self._seq + 1, fact.digest)
        self._centre.push("ZZ", 1, self._chain, [fact], 0)
        self._seq, self._chain = self._seq + 1, fact.chain
        return fact

    def say(self, *said: Any, **how: Any) -> Fact:
        return self.push(self.fact(*said, **how))


def only_fact(library: Library, subject: str) -> str:
    with library.desk.reading() as connection:
        facts = facts_of(driver(connection), [subject])[subject]
    return facts[0].id


Tale: TypeAlias = Callable[[Rogue, str], object]


def twice(data: str) -> Tale:
    def tell(rogue: Rogue, request: str) -> None:
        rogue.say("request.closed", request, data)
        rogue.say("request.closed", request, data)

    return tell


def logged(**more: Any) -> Tale:
    data = json.dumps({**LOGGED, **more})
    return lambda rogue, _: rogue.say("request.logged", "request:new", data)


def reader(**more: Any) -> Tale:
    private = json.dumps({"number": "1", "name": "甲", "cards": [], **more})
    said = {"type": "x", "college": None}
    return lambda rogue, _: rogue.say("reader.entered", "reader:1", said, private)


def staff(**more: Any) -> Tale:
    said = {"badge": "9", "name": "x", "role": "librarian", "departments": [], "posts": []}
    return lambda rogue, _: rogue.say("staff.entered", "staff:x", {**said, **more})


UNREADABLE: dict[str, Tale] = {
    "no JSON, twice": twice("oops"),
    "a list, twice": twice("[]"),
    "deep, twice": twice("[" * 100_000),
    "not a number": logged(number=float("nan")),
    "half a character": logged(channel="\ud800"),
    "a number for words": logged(question=5),
    "a number for a moment": logged(received_at=5),
    "too great a number": logged(number=10**30),
    "a number for a name": reader(name=5),
    "no card": reader(cards=[None]),
    "a list for a card": reader(cards=[["x"]]),
    "a private part that is none": lambda rogue, _: rogue.say(
        "reader.entered", "reader:1", {"type": "x", "college": None}, "oops"
    ),
    "departments that are none": staff(departments=5),
    "an erasure of nobody": lambda rogue, _: rogue.say("person.erased", "person:x", {}),
    "no moment": lambda rogue, request: rogue.say(
        "request.reopened", request, {"due_at": "x"}, at="yesterday"
    ),
}


@pytest.mark.parametrize("tale", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_it_stops_nothing(two_desks: Library, tale: Tale) -> None:
    library = two_desks
    before = library.log("li", "先来的").id
    library.exchange("2F")
    tale(Rogue(library), before)
    behind = library.log("li", "后来的").id
    library.exchange("2F")
    library.exchange("3F")
    assert library.row(behind, "3F")["question"] == "后来的"
    found = {each.code for each in doctor.examine(library.desks["3F"].ledger)}
    assert found <= {"FactFault"}
    assert request_lists.record(library.at("li", "3F"), before).question == "先来的"
    assert len(people.everybody(library.desks["3F"])) >= len(library.staff)
    assert list(library.desks["3F"].ledger.rebuild())
    assert {each.code for each in doctor.examine(library.desks["3F"].ledger)} == found


def test_a_settlement_that_leaves_nothing_of_a_request(two_desks: Library) -> None:
    library = two_desks
    asked = library.log("li", "考研座插座无电").id
    library.exchange("2F")
    rogue = Rogue(library)
    first = only_fact(library, asked)
    other = rogue.say("request.first_corrected", asked, {"first_responder": "x"}, base=99)
    pair = sorted((first, other.id))
    rogue.say("clash.settled", asked, {"pair": pair, "keep": other.id}, base=99)
    library.exchange("2F")
    assert request_lists.search(library.at("li"), "插座") == []
    assert {each.code for each in doctor.examine(library.desk.ledger)} == {"FactFault"}


def test_ids_from_the_end_of_time_leave_the_others_in_order(two_desks: Library) -> None:
    library = two_desks
    asked = library.log("li").id
    library.exchange("2F")
    rogue = Rogue(library)
    for id in ("zzzz", "ffffffff-ffff-7fff-bfff-ffffffffffff"):
        rogue.say("request.reopened", asked, {"due_at": "x"}, id=id)
    library.exchange("2F")
    library.clock.move(days=-9)
    ours = [library.log("li").id for _ in range(3)]
    assert ours == sorted(ours)
    assert asked < ours[0] < "request:1"


def test_an_erasure_that_was_altered_erases_nobody(two_desks: Library) -> None:
    library = two_desks
    reader = library.reader("2023101234")
    library.exchange("2F")
    library.exchange("3F")
    rogue = Rogue(library)
    rogue.say("person.erased", f"person:{reader}", {}, person=reader, digest=b"x" * 32)
    library.exchange("3F")
    there = readers.by_id(library.at("li", "3F"), reader)
    assert there is not None
    assert there.name == "单国强"
    assert library.centre is not None
    name = library.centre._raw.execute(
        "SELECT private FROM ledger WHERE kind = 'reader.entered' AND person = ?", (reader,)
    ).fetchone()
    assert "单国强" in name[0]


def test_of_two_contents_under_one_id_the_centres_stands(
    two_desks: Library, tmp_path: Path
) -> None:
    library = two_desks
    asked = library.log("li", "原话").id
    stick.write(library.desks["2F"].ledger, tmp_path)
    stick.read(library.desks["3F"].ledger, tmp_path)
    spoil(
        library.desks["3F"].ledger,
        "UPDATE fact SET data = replace(data, 'general', 'fault'), digest = ? WHERE subject = ?",
        b"x" * 32, asked,
    )  # fmt: skip
    library.exchange("2F")
    library.exchange("3F")
    assert library.row(asked, "3F") == library.row(asked, "2F")
    assert doctor.examine(library.desks["3F"].ledger) == []
    rogue = Rogue(library)
    refused("IdTaken", rogue.say, "request.closed", asked, {}, id=only_fact(library, asked))


def test_a_desk_of_another_library_is_refused(two_desks: Library) -> None:
    library = two_desks
    library.exchange("2F")
    spoil(library.desks["3F"].ledger, "UPDATE place SET library_key = ?", b"z" * 32)
    refused("CentreOfAnother", library.exchange, "3F")


def test_words_on_a_stick_that_no_store_can_hold(two_desks: Library, tmp_path: Path) -> None:
    library = two_desks
    rogue = Rogue(library)
    from db.stick import _write

    _write(tmp_path, "ZZ", [rogue.fact("request.logged", "request:x", {}, base=10**30)], KEY)
    _write(tmp_path, "ZZ", [rogue.fact("request.logged", "request:y", {}, version=10**30)], KEY)
    read = stick.read(library.desks["3F"].ledger, tmp_path)
    assert (read.files, len(read.broken)) == (0, 2)
