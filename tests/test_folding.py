"""A subject's order, and what is folded later than it came."""

from pathlib import Path

import pytest

from db import stick
from db.books import FOLDS
from db.facts import Fact, Rows, put
from db.folding import causal
from db.refusal import Refusal
from db.rows import whole
from db.store import Store, driver
from deskapp import cards, endings, erasures, handovers, request_files, request_lists
from deskapp.endings import Ending
from deskapp.language import Language
from tests.library import Library, differs_from_ledger, outcome_of, stored, write_readers
from tests.toys import LAMPS

DONE = Ending("done", "已答复")
REGISTER = ("编号", "受理时间", "事由", "首问责任人")


def faults(library: Library, code: str) -> list[tuple[str, str]]:
    with library.desks[code].reading() as connection:
        return driver(connection).execute("SELECT id, reason FROM fault").fetchall()


def agree(library: Library) -> None:
    one, other = (stored(library.desks[code]) for code in ("2F", "3F"))
    assert one == other
    for desk in library.desks.values():
        assert differs_from_ledger(desk) == []


def carried(library: Library, folder: Path) -> None:
    """What 2F has and the centre has not, taken to 3F by hand."""
    stick.write(library.desks["2F"].ledger, folder)
    assert stick.read(library.desks["3F"].ledger, folder).facts


def test_who_answers_from_a_stick_may_push_first(two_desks: Library, tmp_path: Path) -> None:
    library = two_desks
    asked = library.log("li")
    handovers.hand_over(library.at("li"), asked.id, to=library.id("chen"), reason="duty")
    carried(library, tmp_path)
    handovers.accept(library.at("chen", "3F"), asked.id)
    endings.close(library.at("chen", "3F"), asked.id, DONE)
    for code in ("3F", "2F", "3F"):
        library.exchange(code)
    for code in ("2F", "3F"):
        row = library.row(asked.id, code)
        assert (row["responsible"], row["status"]) == (library.id("chen"), "closed")
        assert faults(library, code) == []
    agree(library)


def test_what_is_opened_again_from_a_stick_stays_open(two_desks: Library, tmp_path: Path) -> None:
    library = two_desks
    asked = library.log("li")
    library.exchange("2F")
    library.exchange("3F")
    endings.close(library.at("li"), asked.id, DONE)
    carried(library, tmp_path)
    endings.reopen(library.at("li", "3F"), asked.id, "未解决")
    for code in ("3F", "2F", "3F"):
        library.exchange(code)
    assert library.row(asked.id)["status"] == "open"
    agree(library)


def test_a_fact_that_came_too_early_is_folded_when_what_it_speaks_of_is_there(
    two_desks: Library, tmp_path: Path
) -> None:
    """A centre set back: whoever knew the lost facts by position may push first."""
    library = two_desks
    assert library.centre is not None
    asked = library.log("li")
    handovers.hand_over(library.at("li"), asked.id, to=library.id("chen"), reason="duty")
    with library.desk.reading() as connection:
        (before,) = driver(connection).execute("SELECT cursor FROM place").fetchone()
    library.exchange("2F")
    library.exchange("3F")
    handovers.accept(library.at("chen", "3F"), asked.id)
    library.centre._raw.execute("DELETE FROM ledger WHERE pos > ?", (before,))
    library.centre._raw.execute("DELETE FROM receipt WHERE pos > ?", (before,))
    library.centre.restored()
    for code in ("3F", "2F", "3F", "2F"):
        library.exchange(code)
    assert library.row(asked.id)["responsible"] == library.id("chen")
    assert library.row(asked.id)["offer"] is None
    assert faults(library, "2F") == []
    agree(library)


def fact(id: str, pos: int | None, beyond: str = "[]") -> Fact:
    return Fact(
        id, id, "A", 1, "k", 1, "s:1", 0, beyond, "", None, "{}", None, None, None, None, None, b"",
        pos=pos,
    )  # fmt: skip


def test_nobody_stands_before_what_they_knew() -> None:
    def order(*facts: Fact) -> str:
        return "".join(each.id for each in causal(list(facts)))

    assert order(fact("b", 1, '["a"]'), fact("c", 2), fact("a", 3)) == "abc"
    assert order(fact("b", 1, '["a"]'), fact("a", None)) == "ab"
    chain = [fact(str(n), 9 - n, f'["{n - 1}"]') for n in range(9, 0, -1)]
    assert order(*chain, fact("0", 9)) == "0123456789"
    deep = [fact(f"{n:05d}", 5000 - n, f'["{n - 1:05d}"]') for n in range(4999, 0, -1)]
    assert [each.id for each in causal(deep)] == sorted(each.id for each in deep)
    # Nobody can have known each other; it ends all the same, and loses nobody.
    assert order(fact("b", 1, '["a"]'), fact("a", 2, '["b"]')) in ("ab", "ba")
    assert order(fact("b", 1, '["gone"]'), fact("a", 2, "oops")) == "ba"


def test_one_register_at_two_desks_undoes_nothing(two_desks: Library, tmp_path: Path) -> None:
    library = two_desks
    register = write_readers(
        tmp_path / "old.csv", REGISTER, ("12", "2026-11-20 09:00", "旧事", "1004")
    )
    request_files.load(library.at("lead"), register, Language())
    library.exchange("2F")
    (line,) = request_lists.RequestList(library.at("li"), "all").after(None, 9)
    handovers.hand_over(library.at("li"), line.subject, to=library.id("chen"), reason="duty")
    handovers.accept(library.at("chen"), line.subject)
    endings.close(library.at("chen"), line.subject, DONE)
    library.exchange("2F")
    request_files.load(library.at("lead", "3F"), register, Language())
    for code in ("3F", "2F", "3F"):
        library.exchange(code)
    row = library.row(line.subject)
    assert (row["status"], row["responsible"], row["desk"]) == ("closed", library.id("chen"), "2F")
    agree(library)


def test_a_rebuild_leaves_lists_in_their_order(library: Library, tmp_path: Path) -> None:
    library.log("li", "新事一")
    old = [(str(n), f"2019-11-{n} 09:00", f"旧事{n}", "1004") for n in range(10, 20)]
    request_files.load(
        library.at("lead"), write_readers(tmp_path / "old.csv", REGISTER, *old), Language()
    )
    library.log("li", "新事二")

    def listed() -> list[str | None]:
        lines = request_lists.RequestList(library.at("li"), "all").after(None, 50)
        return [line.question for line in lines]

    before = listed()
    assert list(library.desk.ledger.rebuild())
    assert listed() == before


def test_after_the_upgrade_what_was_kept_is_folded(two_desks: Library) -> None:
    library = two_desks
    asked = library.log("li")
    book = library.desk.ledger.books["request"]
    known = ("request.timed", 1)

    def timed(rows: Rows, fact: Fact) -> Rows:
        return put(rows, "request", minutes=fact.says()["minutes"])

    book.folds[known] = timed
    try:
        with library.at("li").act() as act:
            act.record("request.timed", asked.id, {"minutes": 7})
        del book.folds[known]
        library.exchange("2F")
        library.exchange("3F")
        library.reopen("3F")

        def closing() -> None:
            endings.close(library.at("li", "3F"), asked.id, DONE)

        assert outcome_of(closing) == "SubjectTooNew"
        book.folds[known] = timed
        library.reopen("3F")
        assert library.row(asked.id, "3F")["minutes"] == 7
        assert faults(library, "3F") == []
        assert outcome_of(closing) is None
    finally:
        book.folds.pop(known, None)


def test_folds_of_another_revision_are_folded_anew(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = library.log("li", "考研座插座无电")
    with library.desk.ledger.store.writing() as connection:
        driver(connection).execute("UPDATE request SET question = '旧版'")
    library.reopen()
    assert library.row(asked.id)["question"] == "旧版"
    monkeypatch.setattr("deskapp.desk.FOLDS", FOLDS + 1)
    library.reopen()
    assert library.row(asked.id)["question"] == "考研座插座无电"
    with library.desk.ledger.store.writing() as connection:
        driver(connection).execute("UPDATE request SET question = '又旧'")
    library.reopen()
    assert library.row(asked.id)["question"] == "又旧"


def test_an_erasure_that_cannot_be_cleaned_up_yet_stands(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = library.reader("2023101234")
    with monkeypatch.context() as patch:

        def busy(store: Store) -> bool:
            raise Refusal("StoreBusy", file=str(store.path))

        patch.setattr(Store, "scour", busy)
        erasures.erase_reader(library.at("lead"), reader)
    assert cards.whose(library.at("li"), "2023101234") == []
    assert library.desk.ledger.purge_due()
    assert not library.reopen().ledger.purge_due()


def test_a_row_is_looked_at_where_it_differs_from_what_it_was() -> None:
    before = whole(LAMPS, ("lamp",), {"state": "on", "turns": 1})
    assert whole(LAMPS, ("lamp",), {**before, "turns": 2}, before) == {**before, "turns": 2}
    for wrong in ({"turns": "2"}, {"state": 1}, {"name": ["x"]}, {"turns": 1 << 63}):
        for row, known in ((wrong, {}), ({**before, **wrong}, before)):
            with pytest.raises(ValueError, match=r"."):
                whole(LAMPS, ("lamp",), row, known)
