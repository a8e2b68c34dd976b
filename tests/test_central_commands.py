"""`deskapp central …`, on a real server."""

from pathlib import Path

import pytest

from db.centre import Greeting
from db.postgres import PostgresCentre
from deskapp.columns import breadth, lined_up
from tests.commanding import FIXTURES, Run
from tests.postgres import Server
from tests.shelf import KEY, MARK

prepared, _, run, _ = FIXTURES


@pytest.fixture
def url(server: Server, run: Run) -> str:
    """Of a centre that is made."""
    url = server.database()
    assert run("central", "init", url).status == 0
    return url


def test_a_centre_is_made(server: Server, run: Run) -> None:
    url = server.database()
    said = run("central", "status", url)
    assert said.status == 3
    assert "deskapp central init" in said.err
    said = run("central", "init", url)
    assert (said.status, said.out) == (0, "中心已就绪（结构版本1）\n")
    assert "ssl = off" in said.err
    assert "大对象" not in said.err  # the superuser takes that back by itself
    said = run("--json", "central", "init", url)
    assert said.facts == {"form": 1, "doubts": ["tls"]}


def test_a_desk_is_let_in_and_put_out(url: str, run: Run) -> None:
    said = run(
        "central", "grant", url, "2f", "--departments", "psychology、reading", "--packs", "P1"
    )
    assert said.status == 0
    lines = said.out.splitlines()
    assert lines[0].startswith("已授权服务台2F（")
    assert lines[1:3] == ["可读取保密内容的部门：psychology, reading", "可上传的活动包：P1"]
    address, password = lines[4], lines[-1]
    assert "password" not in address
    centre = PostgresCentre(address, password)
    assert centre.hello(Greeting("2F", 1, MARK, key=KEY)).scopes == ["psychology", "reading"]
    again = run("--json", "central", "grant", url, "2F", "--departments", "", "--renew").facts
    assert (again["desk"], again["departments"], again["packs"]) == ("2F", [], ["P1"])
    assert again["password"] not in (None, password)
    said = run("--lang", "en", "central", "grant", url, "2F")
    assert "Password" not in said.out
    assert "--host" in said.out
    assert run("central", "revoke", url, "2F").out == "已停用服务台2F，其连接已断开\n"
    centre.close()
    assert run("--json", "central", "revoke", url, "9F").facts["refused"] == "DeskUnknown"
    assert run("central", "grant", url, "二层").status == 3


def test_an_address_for_other_machines(url: str, run: Run) -> None:
    said = run("--json", "central", "grant", url, "2F", "--host", "db.library").facts
    assert "host=db.library " in said["address"]
    assert "sslmode=verify-full" in said["address"]
    assert "--host" not in run("central", "grant", url, "2F", "--host", "db.library").out


def test_how_it_stands(url: str, run: Run) -> None:
    assert run("central", "status", url).out.startswith("中心共有0条记录，占用")
    granted = run("--json", "central", "grant", url, "2F", "--departments", "心理").facts
    run("central", "grant", url, "3F", "--packs", "P1")
    run("central", "revoke", url, "3F")
    centre = PostgresCentre(granted["address"], granted["password"])
    centre.hello(Greeting("2F", 1, MARK, 0, 12, KEY))
    centre.close()
    said = run("central", "status", url).out.splitlines()
    assert said[1].split() == ["服务台", "保密部门", "最近连接", "落后", "时钟", "未能读入", "状态"]
    assert [line.split()[0] for line in said[2:]] == ["2F", "3F", "P1"]
    assert said[2].split()[-2:] == ["12", "正常"]
    assert said[3].split()[-1] == "已停用"
    assert len({breadth(line.rpartition("  ")[0]) for line in said[1:4]}) == 1
    english = run("--lang", "en", "central", "status", url).out
    assert "not folded" in english
    assert "never" in english
    facts = run("--json", "central", "status", url).facts
    assert [each["faults"] for each in facts["desks"]] == [12, 0, 0]


def test_a_restore_is_declared(url: str, run: Run) -> None:
    said = run("--json", "central", "restored", url, "--fork", "7").facts
    assert said["timeline"] > 1_000_000_000_000
    assert run("central", "restored", url).out.startswith("已声明恢复")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql://library:hunter@db/library", "AddressSecret"),
        ("host=db dbname=library sslmode=prefer", "AddressOpen"),
        ("host", "CentreAway"),
        ("host=db =", "AddressWrong"),
        ("http://db/library", "AddressScheme"),
        ("host=/nowhere dbname=library", "CentreAway"),
    ],
)
def test_where_no_centre_is(run: Run, url: str, code: str) -> None:
    said = run("--json", "central", "status", url)
    assert (said.status, said.facts["refused"]) == (3, code)
    assert "hunter" not in said.out + said.err


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("host=/nowhere dbname=library", "该处没有服务器"),
        ("host=127.0.0.1 port=1 dbname=library", "服务器拒绝连接（未启动，或地址不对）"),
    ],
)
def test_why_no_centre_is_there_is_told_in_our_words(run: Run, url: str, why: str) -> None:
    said = run("central", "status", url)
    assert (said.status, said.err) == (3, f"连接不上中心：{why}\n")
    assert len(run("--json", "central", "status", url).facts["why"]) > len(why)


def test_wrong_usage(run: Run) -> None:
    for given in ([], ["init"], ["grant", "x"], ["restored", "x", "--fork", "y"], ["bogus", "x"]):
        assert run("central", *given).status == 2
    for language in ("zh", "en"):
        for task in ([], ["init"], ["grant"], ["revoke"], ["status"], ["restored"]):
            said = run("--lang", language, "central", *task, "--help")
            assert said.status == 0
            han = any("\u3400" <= character <= "\u9fff" for character in said.out)
            assert han == (language == "zh")


def test_columns_stand_below_each_other() -> None:
    assert lined_up([["服务台", "x"], ["2F", "二层"]]) == ["服务台  x", "2F      二层"]


def test_no_command_leaves_a_secret(url: str, run: Run, tmp_path: Path) -> None:
    password = run("--json", "central", "grant", url, "2F").facts["password"]
    written = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert not any(password.encode() in content for content in written)
