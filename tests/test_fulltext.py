"""Full text: any piece of any text is found, and what was taken out is gone."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import fulltext

CHINESE = "考研座插座无电馆际互借请问图书在几楼䶮𬱖"
TEXTS = st.text(CHINESE + "abc XY12，。", min_size=1, max_size=14)


@pytest.fixture
def raw(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(tmp_path / "text.db")
    create(connection)
    yield connection
    connection.close()


def create(connection: sqlite3.Connection) -> None:
    connection.execute(
        "CREATE VIRTUAL TABLE words USING fts5(body, content='', tokenize='unicode61')"
    )


def found(raw: sqlite3.Connection, text: str) -> list[int]:
    return fulltext.find(raw, "words", fulltext.query(text), 50)


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_every_piece_of_one_to_four_characters(raw: sqlite3.Connection, length: int) -> None:
    text = "考研座插座没有电了，请派人来看看𬱖"
    fulltext.replace(raw, "words", [], [(1, text), (2, "别的事情")])
    plain = text.replace("，", "")
    for start in range(len(plain) - length + 1):
        assert found(raw, plain[start : start + length]) == [1]


@pytest.mark.parametrize(
    ("typed", "hits"),
    [
        ("nature", [2]),
        ("Nat", [2]),
        ("ＮＡＴＵＲＥ", [2]),
        ("2023", [2]),
        ("20", [2]),
        ("2023年", [2]),
        ("年na", [2]),
        ("ature", []),  # a Latin word is found from its beginning
        ("座 插", [1]),
        ("无电 考研", [1]),  # each word, wherever it stands
        ("插座 nat", []),
        ("篇 年　na", [2]),
        ("无电 ，", [1]),
        ("插座座", []),
        ("电无", []),
        ("", []),
        ('" OR body:', []),
        ("NEAR(", []),
        ("café", [3]),
        ("привет", [4]),
        ("прив", [4]),
        ("图书馆", [4]),
        ("关门", [3]),
    ],
)
def test_what_is_found(raw: sqlite3.Connection, typed: str, hits: list[int]) -> None:
    texts = ["考研座插座无电", "要2023年Nature一篇", "Café几点关门", "Привет图书馆"]
    fulltext.replace(raw, "words", [], list(enumerate(texts, 1)))
    assert found(raw, typed) == hits


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TEXTS, min_size=1, max_size=8), st.data())
def test_against_looking_through_all(texts: list[str], data: st.DataObject) -> None:
    """Any run of whole tokens is found in all texts that have it, and in no other."""
    raw = sqlite3.connect(":memory:")
    create(raw)
    fulltext.replace(raw, "words", [], list(enumerate(texts, 1)))
    gone = data.draw(st.sets(st.integers(1, len(texts))))
    fulltext.replace(raw, "words", [(n, texts[n - 1]) for n in gone], [])
    tokens = fulltext.tokens(data.draw(st.sampled_from(texts)))
    if not tokens:
        return
    start = data.draw(st.integers(0, len(tokens) - 1))
    run = tokens[start : data.draw(st.integers(start + 1, len(tokens)))]

    def has(text: str) -> bool:
        there = fulltext.tokens(text)
        return any(
            there[at : at + len(run) - 1] == run[:-1]
            and (
                there[at + len(run) - 1].startswith(run[-1])
                if run[-1].isascii()
                else there[at + len(run) - 1] == run[-1]
            )
            for at in range(len(there) - len(run) + 1)
        )

    wanted = [n for n, text in enumerate(texts, 1) if n not in gone and has(text)]
    assert found(raw, "-".join(run)) == wanted[::-1]
    raw.close()


def test_pages_newest_first(raw: sqlite3.Connection) -> None:
    fulltext.replace(raw, "words", [], [(n, "插座") for n in range(1, 8)])
    first = fulltext.find(raw, "words", fulltext.phrase("插座"), 3)
    assert first == [7, 6, 5]
    wanted = fulltext.phrase("插座")
    assert fulltext.find(raw, "words", wanted, 3, before=first[-1]) == [4, 3, 2]


def test_deleted_words_leave_the_file(tmp_path: Path) -> None:
    file = tmp_path / "text.db"
    raw = sqlite3.connect(file, isolation_level=None)
    raw.execute("PRAGMA secure_delete = ON")
    create(raw)
    for n in range(1, 60):
        fulltext.replace(raw, "words", [], [(n, f"别的事情 zebra{n}")])
    fulltext.replace(raw, "words", [], [(99, "13812345678 quagga")])
    assert b"13812345678" in file.read_bytes()
    fulltext.replace(raw, "words", [(99, "13812345678 quagga")], [])
    fulltext.optimize(raw, "words")
    raw.execute("VACUUM")
    raw.close()
    assert b"13812345678" not in file.read_bytes()
    assert b"quagga" not in file.read_bytes()


def test_emptied(raw: sqlite3.Connection) -> None:
    fulltext.replace(raw, "words", [], [(1, "插座")])
    fulltext.empty(raw, "words")
    assert found(raw, "插座") == []
