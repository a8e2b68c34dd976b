"""What many tests stand on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from deskapp import staff
from tests.library import Library, found_library


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A library to be copied; founding one takes the disk a while."""
    library = found_library(tmp_path_factory.mktemp("founded"))
    library.close()
    return library


@pytest.fixture(scope="session")
def founded_twice(tmp_path_factory: pytest.TempPathFactory) -> Library:
    library = found_library(tmp_path_factory.mktemp("founded"), more="3F")
    library.close()
    return library


@pytest.fixture
def library(tmp_path: Path, founded: Library) -> Iterator[Library]:
    """A library of one desk, `2F`, on a Sunday at ten."""
    library = founded.copy(tmp_path)
    yield library
    library.close()


@pytest.fixture
def two_desks(tmp_path: Path, founded_twice: Library) -> Iterator[Library]:
    """The same with a second desk, `3F`, and a centre between them."""
    library = founded_twice.copy(tmp_path)
    yield library
    library.close()


@pytest.fixture
def quick_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    """PINs hashed in a millisecond, where a test does not look at the hashing."""
    monkeypatch.setattr(
        staff, "_HASHER", PasswordHasher(time_cost=1, memory_cost=32, parallelism=1)
    )
