"""The centre's SQL keeps clear of what engines across many machines lack, and of what loses facts.

Each thing ruled out is planted once and seen.
"""

import re
from hashlib import sha256

import pytest

from db.central import FOLDER
from db.centre import FORM
from db.postgres import HELLO, PULL, PUSH

WORDS = (1, "37ee382a8c5b590175f6c016eddbc4a52ef17bd413aed5fe00f06f96148d4b37")
"""a form, and what its desks say"""

RULED_OUT = {
    "advisory lock": r"\bpg_(try_)?advisory_",
    "channel": r"\b(LISTEN|UNLISTEN|NOTIFY)\b|\bpg_notify\b",
    "trigger": r"\bTRIGGER\b",
    "sequence": r"\b(BIG|SMALL)?SERIAL[248]?\b|\bSEQUENCE\b|\b(next|curr|set|last)val\b"
    r"|\bIDENTITY\b",
    "temporary table": r"\bTEMP(ORARY)?\b|\bpg_temp\.",
    "unlogged table": r"\bUNLOGGED\b",
    "transaction id": r"\btxid_|\bx(min|max)\b|\bpg_snapshot|\bpg_\w*xact(?!_lock)",
    "exclusion constraint": r"\bEXCLUDE\b",
    "deferrable constraint": r"\bDEFERR(ABLE|ED)\b",
}
PLANTED = {
    "advisory lock": "PERFORM pg_advisory_xact_lock(1)",
    "channel": "NOTIFY facts",
    "trigger": "CREATE TRIGGER t BEFORE INSERT ON ledger",
    "sequence": "pos bigserial",
    "temporary table": "CREATE TEMP TABLE batch ()",
    "unlogged table": "CREATE UNLOGGED TABLE batch ()",
    "transaction id": "WHERE pos < pg_current_xact_id()",
    "exclusion constraint": "EXCLUDE USING gist (span WITH &&)",
    "deferrable constraint": "UNIQUE (id) DEFERRABLE INITIALLY DEFERRED",
}
TABLE = re.compile(r"CREATE TABLE (\w+) \((.*?)\n?\)(?: PARTITION BY (\w+) \((\w+)\))?;", re.DOTALL)


def statements(text: str) -> str:
    """SQL without its comments."""
    return re.sub(r"--.*", "", text)


def found(text: str) -> set[str]:
    return {
        name
        for name, pattern in RULED_OUT.items()
        if re.search(pattern, statements(text), re.IGNORECASE)
    }


def whole() -> str:
    return "\n".join(file.read_text("utf-8") for file in FOLDER.iterdir())


def test_nothing_that_is_ruled_out() -> None:
    assert found(whole()) == set()


@pytest.mark.parametrize("name", RULED_OUT)
def test_each_thing_is_seen(name: str) -> None:
    assert name in found(whole() + PLANTED[name])
    assert name not in found(f"{whole()} -- {PLANTED[name]}")


@pytest.mark.parametrize("more", ["x bigint DEFAULT nextval('s')", "GENERATED ALWAYS AS IDENTITY"])
def test_a_sequence_by_another_name(more: str) -> None:
    assert found(more) == {"sequence"}


def primary(body: str) -> list[str]:
    """The columns of a table's key, in their order."""
    several = re.search(r"PRIMARY KEY \(([^)]*)\)", body)
    if several:
        return several[1].split(", ")
    return re.findall(r"(\w+) \w+ PRIMARY KEY", body)


def test_keys_lead_with_what_parts_the_table() -> None:
    tables = {name: rest for name, *rest in TABLE.findall(statements(whole()))}
    assert {"ledger", "receipt", "desk", "scope"} <= set(tables)
    for name, (body, _, column) in tables.items():
        assert primary(body), name
        assert column in ("", primary(body)[0]), name
        if re.search(r"\bdesk text", body) and name != "ledger":
            assert primary(body)[0] == "desk", name
    assert tables["ledger"][1:] == ["RANGE", "pos"]
    assert tables["receipt"][1:] == ["HASH", "desk"]


def test_what_desks_of_a_form_say_stays() -> None:
    """Another wording is another form: raise FORM, keep the functions of the form before beside the
    new ones, and its words here, to be said at a server: desks are upgraded one by one.
    """
    said = f"{HELLO}\n{PUSH}\n{PULL}"
    assert (FORM, sha256(said.encode()).hexdigest()) == WORDS
