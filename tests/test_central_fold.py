"""The relational copy at the centre says what a desk's tables say, less whatever was private."""

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from db import relations, stick
from db.books import BOOKS, FOLDS
from db.centre import linked
from db.exchange import exchange
from db.facts import COLUMNS, GENESIS, Fact, Rows, put
from db.ledger import Ledger
from db.refusal import Refusal
from db.relations import Copied, Relations
from deskapp import demo
from tests.commanding import FIXTURES, Run
from tests.copied import Raw, ask, of_copy, of_desk, same
from tests.meeting import reopened
from tests.postgres import Roles, Server
from tests.shelf import erase, name, switch
from tests.simulation import WORLDS
from tests.simulation.course import Course
from tests.simulation.events import EVENTS
from tests.simulation.reckoning import settle_down
from tests.toys import LAMPS, ToyClock

pytestmark = pytest.mark.usefixtures("quick")
_, _, run, _ = FIXTURES

EMPTY = """
DROP SCHEMA IF EXISTS reports CASCADE; DELETE FROM deskapp.ledger; DELETE FROM deskapp.receipt;
DELETE FROM deskapp.library; DELETE FROM deskapp.erased;
DELETE FROM deskapp.timeline WHERE number > 1; DROP INDEX IF EXISTS deskapp.ledger_subject;
UPDATE deskapp.counter SET pos = 0, link = decode(repeat('00', 32), 'hex')
"""


@pytest.fixture(scope="module")
def made(server: Server) -> Iterator[Roles]:
    roles = Roles(server, ToyClock(), ("A", "B", "2F"))
    yield roles
    roles.close()


@pytest.fixture
def raw(made: Roles) -> Iterator[Raw]:
    with psycopg.connect(made.address, autocommit=True) as raw:
        yield raw


@pytest.fixture
def roles(made: Roles, raw: Raw) -> Roles:
    """A centre that has heard nothing yet."""
    raw.execute(EMPTY)
    return made


@pytest.fixture
def copy(roles: Roles, raw: Raw) -> Relations:
    return Relations(raw, [LAMPS], 1)


def test_the_demo_reads_the_same_at_the_centre(
    roles: Roles, raw: Raw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And each question of the README has an answer there."""
    desk = demo.open_demo(tmp_path / "demo", clock=ToyClock())
    exchange(desk.ledger, roles)
    monkeypatch.setattr(relations, "PAGE", 300)
    copy = Relations(raw, BOOKS, FOLDS)
    done = copy.fold()
    assert done.facts == done.position > 600
    said = of_copy(roles.address, BOOKS)
    assert said == of_desk(desk.ledger.store.path, BOOKS, tmp_path)
    assert len(said["request"]) > 100
    assert len(said["reader"]) > 250
    assert said["identifier"] == []
    readme = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
    questions = re.findall(r"```sql\n(SELECT .*?)```", readme, re.DOTALL)
    assert len(questions) == 6
    for question in questions:
        assert ask(raw, question), question
    desk.close()


@pytest.mark.parametrize(("world", "seed"), [("lamps", 46), ("requests", 204)])
def test_courses_full_of_trouble_read_the_same_at_the_centre(
    roles: Roles,
    raw: Raw,
    tmp_path: Path,
    world: str,
    seed: int,
) -> None:
    """The centre's ledger arrives in pieces, and is folded after each."""
    course = Course(seed, tmp_path, WORLDS[world](), EVENTS)
    course.run(settle_down)
    copy = Relations(raw, course.world.books, 1)
    with closing(sqlite3.connect(course.desks[0].path)) as store:
        columns = ", ".join(COLUMNS)
        facts = store.execute(f"SELECT {columns} FROM fact WHERE pos > 0 ORDER BY pos").fetchall()
        ((forks,),) = store.execute("SELECT forks FROM place").fetchall()
    step, link = len(facts) // 3, GENESIS
    for part in (facts[:step], facts[step : 2 * step], facts[2 * step :]):
        link = _pour(raw, part, link)
        copy.fold()
    for fork in json.loads(forks):
        raw.execute("INSERT INTO deskapp.timeline VALUES (%s, %s)", fork)
    copy.fold()
    said = of_copy(roles.address, course.world.books)
    assert said == of_desk(course.desks[0].path, course.world.books, tmp_path)
    assert said["clash"]


def _pour(raw: Raw, facts: Sequence[tuple[Any, ...]], link: bytes) -> bytes:
    """Facts of another centre, under the positions that they have there; the link at the end."""
    columns = f"{', '.join(COLUMNS)}, link"
    with raw.cursor().copy(f"COPY deskapp.ledger ({columns}) FROM STDIN") as lines:
        for line in facts:
            fact = Fact(*line)
            link = linked(link, fact.id, fact.digest)
            lines.write_row((*line, link))
    raw.execute("UPDATE deskapp.counter SET pos = (SELECT max(pos) FROM deskapp.ledger)")
    return link


def test_only_what_is_new_is_folded(roles: Roles, copy: Relations, a: Ledger) -> None:
    switch(a, 1, 2)
    exchange(a, roles)
    assert copy.fold().facts == 2
    assert copy.fold().facts == 0
    switch(a, 1, to="off")
    name(a, 3, "reader:1", "somebody")
    exchange(a, roles)
    shown: list[tuple[int, int]] = []
    done = copy.fold(lambda *counts: shown.append(counts))
    assert (done.facts, done.position, shown) == (2, 4, [(2, 2)])
    assert [line[:4] for line in of_copy(roles.address, [LAMPS])["lamp"]] == [
        ("lamp:1", "off", "A", 2),
        ("lamp:2", "on", "A", 1),
        ("lamp:3", None, None, None),
    ]


class Cut(Exception):
    """The power fails."""


def test_a_fold_that_was_cut_goes_on(
    roles: Roles, copy: Relations, a: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relations, "PAGE", 2)
    switch(a, 1, 2, 1, 2, 3, 1)
    exchange(a, roles)
    real, left = relations._replace, 0

    def replaced(*values: Any) -> None:
        nonlocal left
        real(*values)
        if not left:
            raise Cut
        left -= 1

    monkeypatch.setattr(relations, "_replace", replaced)
    cuts = 0
    while True:
        left = cuts
        try:
            copy.fold()
            break
        except Cut:
            cuts += 1
    assert cuts > 3
    same(roles, a, tmp_path)


def test_two_who_fold_at_once_fold_each_fact_once(
    roles: Roles, a: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relations, "PAGE", 7)
    for number in range(20):
        switch(a, *range(number % 6, 6))
    exchange(a, roles)

    def fold(_number: int) -> Copied:
        with psycopg.connect(roles.address, autocommit=True) as raw:
            return Relations(raw, [LAMPS], 1).fold()

    with ThreadPoolExecutor() as several:
        done = list(several.map(fold, range(4)))
    assert sum(each.facts for each in done) == done[0].position
    same(roles, a, tmp_path)


def test_who_answers_from_a_stick_may_push_first(
    roles: Roles, copy: Relations, a: Ledger, b: Ledger, tmp_path: Path
) -> None:
    switch(a, 1, to="on")
    stick.write(a, tmp_path)
    stick.read(b, tmp_path)
    switch(b, 1, to="off")
    for ledger in (b, a, b):
        exchange(ledger, roles)
    copy.fold()
    assert same(roles, b, tmp_path)["lamp"][0][1] == "off"


def test_nobodys_words_are_in_the_copy(roles: Roles, raw: Raw, copy: Relations, a: Ledger) -> None:
    name(a, 1, "reader:1", "found-nowhere")
    exchange(a, roles)
    assert ask(raw, "SELECT count(*) FROM deskapp.ledger WHERE private LIKE '%found-nowhere%'")
    copy.fold()
    erase(a, "reader:1")
    exchange(a, roles)
    copy.fold()
    for (table,) in ask(raw, "SELECT tablename FROM pg_tables WHERE schemaname = 'reports'"):
        assert "found-nowhere" not in repr(ask(raw, f'SELECT * FROM reports."{table}"'))
    assert ask(raw, "SELECT subject, person FROM reports.erased") == [
        ("person:reader:1", "reader:1")
    ]


def test_a_centre_that_was_set_back_is_folded_again_from_the_fork(
    roles: Roles, copy: Relations, a: Ledger, b: Ledger, tmp_path: Path
) -> None:
    """What two desks knew of each other behind the fork is not known any more: a clash more."""
    for ledger, other in ((a, b), (b, a), (a, b)):
        switch(ledger, 1)
        exchange(ledger, roles)
        exchange(other, roles)
    copy.fold()
    assert same(roles, b, tmp_path)["clash"] == []
    roles.restored(0)
    for ledger in (a, b, a):
        exchange(ledger, roles)
    copy.fold()
    assert same(roles, a, tmp_path)["clash"]


def test_a_ledger_set_back_without_its_copy_is_folded_anew(
    roles: Roles,
    raw: Raw,
    copy: Relations,
    a: Ledger,
    b: Ledger,
    tmp_path: Path,
) -> None:
    switch(a, 1, 2, 3)
    exchange(a, roles)
    copy.fold()
    for table in ("ledger", "receipt", "library"):
        raw.execute(f"DELETE FROM deskapp.{table}")
    raw.execute("UPDATE deskapp.counter SET pos = 0, link = decode(repeat('00', 32), 'hex')")
    switch(b, 2, to="off")
    exchange(b, roles)
    assert copy.fold().facts == 1
    same(roles, b, tmp_path)


def test_what_cannot_be_read_stops_nobody(
    roles: Roles,
    raw: Raw,
    copy: Relations,
    a: Ledger,
    tmp_path: Path,
) -> None:
    """A fact of a newer version, one that was altered, an endless subject, a character that
    PostgreSQL cannot store.
    """
    with a.act("somebody") as act:
        endless = "lamp:" + Random(1).randbytes(6000).hex()  # which no compression shortens enough
        act.record("lamp.switched", endless, {"to": "on"})
        act.record("lamp.switched", "lamp:nul", {"to": "a\0b"})
    switch(a, 1, 2)
    exchange(a, roles)
    raw.execute("UPDATE deskapp.ledger SET data = '{\"to\":\"up\"}' WHERE subject = 'lamp:1'")
    copy.fold()
    assert [line[1] for line in of_copy(roles.address, [LAMPS])["lamp"]] == [
        "on",
        "on",
        "a\ufffdb",
    ]
    assert [line[2] for line in of_copy(roles.address, [LAMPS])["fault"]] == ["altered"]


def _dimmed(rows: Rows, fact: Fact) -> Rows:
    return put(rows, "lamp", state=f"dimmed by {fact.desk}")


NEWER = replace(LAMPS, folds={**LAMPS.folds, ("lamp.dimmed", 1): _dimmed})


def test_an_upgrade_folds_what_was_only_kept_before(
    roles: Roles, raw: Raw, copy: Relations, tmp_path: Path, a: Ledger
) -> None:
    newer = Ledger(a.store, [NEWER], a.clock)
    switch(newer, 1, 2, 3)
    with newer.act("somebody") as act:
        act.record("lamp.dimmed", "lamp:2")
    switch(newer, 4)
    exchange(newer, roles)
    copy.fold()
    said = same(roles, reopened(a), tmp_path)
    assert [line[2] for line in said["fault"]] == ["unknown"]
    upgraded = Relations(raw, [NEWER], 1)
    assert upgraded.fold().facts == 2
    assert of_copy(roles.address, [NEWER]) == of_desk(a.store.path, [NEWER], tmp_path)
    assert upgraded.fold().facts == 0


def test_other_folds_fold_everything_and_older_ones_nothing(
    roles: Roles,
    raw: Raw,
    copy: Relations,
    a: Ledger,
    tmp_path: Path,
) -> None:
    """Tables of an older version get the columns that they lack; what looks at them stays."""
    switch(a, 1, 2)
    exchange(a, roles)
    copy.fold()
    raw.execute("CREATE VIEW lit AS SELECT subject FROM reports.lamp WHERE state = 'on'")
    raw.execute("ALTER TABLE reports.lamp DROP COLUMN turns")
    raw.execute("UPDATE reports.standing SET known = 'of an older version'")
    newer = Relations(raw, [LAMPS], 2)
    assert newer.fold().facts == 2
    same(roles, a, tmp_path)
    assert ask(raw, "SELECT count(*) FROM lit") == [(2,)]
    with pytest.raises(Refusal, match="CentreTooNew"):
        copy.fold()


def test_a_reader_of_reports_may_read_them_and_no_more(
    roles: Roles, raw: Raw, copy: Relations, a: Ledger
) -> None:
    switch(a, 1)
    exchange(a, roles)
    copy.fold()
    with pytest.raises(Refusal, match="RoleMissing"):
        copy.let_read("nobody of that name")
    role = f"{raw.info.dbname} reader"
    raw.execute(f'CREATE ROLE "{role}" LOGIN')
    copy.let_read(role)
    copy.let_read(role)
    with psycopg.connect(roles.address, user=role, autocommit=True) as reader:
        assert ask(reader, "SELECT subject FROM reports.lamp") == [("lamp:1",)]
        for words in (
            "DELETE FROM reports.lamp",
            "SELECT * FROM deskapp.ledger",
            "SELECT deskapp.pull('A', 0, '', 1)",
            "CREATE TABLE reports.mine (n int)",
            "CREATE TEMP TABLE mine (n int)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(words)


def test_before_init_there_is_nothing_to_fold(server: Server) -> None:
    with (
        psycopg.connect(server.database(), autocommit=True) as raw,
        pytest.raises(Refusal, match="CentreNotReady"),
    ):
        Relations(raw, [LAMPS], 1).fold()


def test_the_command(run: Run, roles: Roles, raw: Raw, a: Ledger) -> None:
    role = f"{raw.info.dbname}_reports"
    raw.execute(f"CREATE ROLE {role}")
    switch(a, 1, 2)  # no desk of this version knows lamps: they are kept, and stop nothing
    exchange(a, roles)
    said = run("central", "fold", roles.address, "--json", "--reader", role)
    assert said.facts.items() >= {"facts": 2, "position": 2, "reader": role}.items()
    again = run("--lang", "en", "central", "fold", roles.address)
    assert (again.status, again.out) == (0, "0 facts folded, up to position 2\n")
    missing = run("central", "fold", roles.address, "--reader", "nobody")
    assert (missing.status, missing.err) == (3, "数据库中没有此角色，请先建立：nobody\n")
    assert ask(raw, "SELECT count(*) FROM reports.fault") == [(2,)]
    raw.execute("INSERT INTO deskapp.form VALUES (99)")
    newer = run("central", "fold", roles.address, "--json")
    raw.execute("DELETE FROM deskapp.form WHERE number = 99")
    assert (newer.status, newer.facts["refused"]) == (3, "CentreTooNew")
