"""`deskapp central …` on a centre that is a file."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from db.adoption import Adopted, Adoption
from db.centre import Greeting
from db.clock import SystemClock
from db.exchange import exchange
from db.file_central import FileCentral
from db.file_centre import FileCentre
from db.ledger import Ledger
from db.stick import read, write
from deskapp import central_commands, sync, sync_words, usage
from deskapp.language import Language
from tests.commanding import FIXTURES, Run
from tests.library import ZONE, Library
from tests.meeting import same
from tests.postgres import Roles, Server
from tests.refusals import refused
from tests.shelf import desk as toy_desk
from tests.shelf import erase, name, rows, switch
from tests.toys import ToyClock

prepared, desk, run, _ = FIXTURES

SECRET = "想约阅读疗法，心情很差"


@pytest.fixture
def file(run: Run, tmp_path: Path) -> Path:
    """A centre that is made."""
    file = tmp_path / "centre.db"
    assert run("central", "init", file).out == f"中心文件已就绪：{file}\n"
    assert run("central", "init", file).status == 0
    return file


def test_what_a_file_has_not_is_said(file: Path, run: Run) -> None:
    for given in (
        ("revoke", file, "2F"),
        ("fold", file),
        ("grant", file, "2F", "--packs", "P1"),
        ("grant", file, "2F", "--renew"),
        ("grant", file, "2F", "--host", "db"),
    ):
        said = run("--lang", "en", "central", *given)
        assert said.status == 3
        assert said.err.startswith("A centre that is a file has no")
    assert run("central", "status", f"{file}.lost").status == 3
    assert not Path(f"{file}.lost").exists()
    assert run("central", "init", file.parent / "lost" / "centre.db").status == 3


@pytest.mark.parametrize("task", central_commands.TASKS)
def test_help_offers_a_file_where_one_will_do(
    task: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        usage.parser(Language("en")).parse_args(["central", task, "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert ("the path of the centre's file" in said) == (task in central_commands.FILE_TASKS)


def test_a_damaged_file_is_not_told_a_desks_remedy(file: Path, run: Run, desk: Path) -> None:
    run("sync", "--connect", file)
    run("sync")
    with file.open("r+b") as bytes_:
        bytes_.seek(4096)
        bytes_.write(b"x" * (file.stat().st_size - 4096))
    for said in (run("sync"), run("central", "status", file)):
        assert said.status == 3
        assert "中心文件已损坏" in said.err
        assert "deskapp restore" not in said.err


def test_how_it_stands(file: Path, run: Run, desk: Path, elsewhere: None) -> None:
    run("sync", "--connect", file)
    run("sync")
    run("central", "grant", file, "3F", "--departments", "reading")
    facts = run("--json", "central", "status", file).facts
    assert (facts["facts"] > 0, facts["room"], facts["size"] > 4096) == (True, None, True)
    ours, theirs = facts["desks"]
    assert (ours["desk"], ours["behind"], abs(ours["offset"]) < 1000) == ("2F", 0, True)
    assert ours["seen"] is not None
    assert (theirs["desk"], theirs["seen"], theirs["offset"]) == ("3F", None, None)
    assert theirs["behind"] == facts["facts"]
    centre = FileCentre(file, SystemClock())
    (mark,) = centre._raw.execute("SELECT mark FROM library").fetchone()
    centre.hello(Greeting("3F", 1, mark, skew=-604_800_000))  # it has nothing to push
    centre.hello(Greeting("3F", 1, mark))  # nothing was measured
    centre.close()
    theirs = run("--json", "central", "status", file).facts["desks"][1]
    assert (theirs["desk"], theirs["offset"]) == ("3F", -604_800_000)
    said = run("central", "status", file)
    assert (said.status, said.err) == (0, "")
    on_the_wall = datetime.fromisoformat(facts["desks"][0]["seen"]).astimezone(ZONE)
    assert f"{on_the_wall:%Y-%m-%d %H:%M}" in said.out
    assert "reading" in said.out
    assert "正常" in said.out


def test_a_desk_is_told_in_confidence_what_its_departments_handle(
    two_desks: Library, run: Run
) -> None:
    library, centre = two_desks, two_desks.centre
    assert centre is not None
    asked = library.log("li", SECRET, kind="bibliotherapy").id
    for code in ("2F", "3F"):
        library.exchange(code)
    assert library.row(asked, "3F")["question"] is None
    said = run("central", "grant", centre.path, "3f", "--departments", "reading")
    assert said.status == 0
    assert said.out.splitlines()[1:] == [
        "可读取保密内容的部门：reading", "本台连接中心的地址：", f"file:{centre.path}",
    ]  # fmt: skip
    assert said.err == ""
    library.exchange("3F")
    assert library.row(asked, "3F")["question"] == SECRET
    for _ in range(2):
        doubt = run("central", "grant", centre.path, "3F", "--departments", "readin")
        assert (doubt.status, "readin（已知：" in doubt.err) == (0, True)
        assert "reader_services" in doubt.err
    # the desk itself knows the library's departments
    library.exchange("3F")
    stands = sync.standing(library.desks["3F"])
    assert stands.strays == ("readin",)
    lines = sync_words.lines(
        Language(), replace(stands, centre="file:x", state="never"), library.desks["3F"].now()
    )
    assert "readin" in dict(lines)["保密部门"]
    assert run("--json", "central", "grant", centre.path, "2F").facts["departments"] == []


def test_a_server_hears_of_the_same_departments(library: Library, server: Server) -> None:
    house = Roles(server, SystemClock(), desks=["2F"])
    exchange(library.desk.ledger, house)
    assert {"reading", "reader_services"} <= house.central.departments()
    house.close()


def test_what_is_stranded_comes_back(a: Ledger, b: Ledger, clock: ToyClock, tmp_path: Path) -> None:
    centre = FileCentral(tmp_path / "centre.db", clock)
    refused("CentreEmpty", Adoption(centre).store, b.store.path)
    switch(a, 1)
    exchange(a, centre)
    ids = switch(a, 2, 3)
    name(a, 4, "reader:1", "somebody")
    for lamp in ("lamp:5", "lamp:6"):
        with a.act("somebody") as act:
            private = {"name": lamp}
            act.record("lamp.named", lamp, person=lamp, private=private, scope="reading")
    write(a, tmp_path / "stick")
    read(b, tmp_path / "stick")
    erase(b, "lamp:6")
    exchange(b, centre)
    done = Adoption(centre)
    done.store(b.store.path)
    assert (done.done.facts, done.done.wordless) == ({"A": 4}, 1)  # the erased one has no words
    done = Adoption(centre, wordless=True)
    done.store(b.store.path)
    assert done.done == Adopted(facts={"A": 1})
    again = Adoption(centre)
    again.stick(tmp_path / "stick")
    assert not again.done.facts
    for ledger in (b, c := toy_desk(tmp_path / "c.db", "C", clock)):
        exchange(ledger, centre)
    same(b, c)
    assert [id for (id,) in rows(c, "SELECT id FROM fact ORDER BY pos")][2:4] == ids
    exchange(a, centre)  # should it come back to life, nothing is there twice
    exchange(b, centre)
    ours, theirs = (rows(each, "SELECT id, pos FROM fact ORDER BY pos") for each in (a, b))
    assert ours == theirs
    centre.close()


def test_the_command_says_what_it_put_in(file: Path, run: Run, desk: Path, tmp_path: Path) -> None:
    run("sync", "--connect", file)
    waiting = run("sync", "--status", "--json").facts["waiting"]
    said = run("--lang", "en", "central", "adopt", file)
    assert (said.status, said.out) == (0, f"{waiting} facts of desk 2F were put in\n")
    assert "the centre has all" in run("--lang", "en", "central", "adopt", file).out
    assert run("sync").status == 0
    assert run("sync", "--status", "--json").facts["waiting"] == 0


def test_an_older_file_goes_on(tmp_path: Path, a: Ledger) -> None:
    with_none = FileCentre(tmp_path / "centre.db", ToyClock())
    with_none._raw.execute("DROP TABLE seen")
    with_none.close()
    centre = FileCentral(tmp_path / "centre.db", ToyClock())
    exchange(a, centre)
    assert centre.standing().desks[0].seen is not None
    centre.close()
