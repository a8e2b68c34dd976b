"""What many tests stand on."""

import gc
import os
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import settings

from db.file_centre import FileCentre
from db.ledger import Ledger
from deskapp import staff
from deskapp.desk import Desk, open_desk
from tests.library import Library, differs_from_ledger, found_library
from tests.moulds import statements_shared, stores_cast
from tests.packing import NOON
from tests.postgres import Server, few_parts, running
from tests.seating import furnish
from tests.shelf import desk, switch
from tests.simulation.troubles import quick_disk
from tests.toys import ToyClock
from tests.toys_scanned import Start, Toy

# A busy machine is slow, and not wrong.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

LONGEST = frozenset(
    f"test_{name}"
    for name in (
        *("held_up", "house", "request_states", "scanbox", "shift_day", "simulation"),
        *("switching", "sync_screen", "volunteer_screen"),
    )
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Several processes that load all tests begin at different ones: each is compiled once.

    The rewriting of assertions takes most of a first collection; what one process has loaded, the
    others find beside it.
    """
    given: dict[str, str | int] | None = getattr(session.config, "workerinput", None)
    if given is None or session.config.args != session.config.getini("testpaths"):
        return
    modules = sorted(path.stem for path in Path(__file__).parent.glob("test_*.py"))
    first = (
        int(str(given["workerid"]).removeprefix("gw")) * len(modules) // int(given["workercount"])
    )
    for module in (*modules[first:], *modules[:first]):
        import_module(f"tests.{module}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first: a core that meets one at the end works on while the others wait."""
    items.sort(key=lambda item: item.path.stem not in LONGEST)


def pytest_collection_finish() -> None:
    """What is loaded stays: no collection need look at it again, and none comes often.

    Each application that is shown leaves many objects at once: by the usual 700 an eighth of what a
    test of a screen costs is looking for garbage.
    """
    gc.freeze()
    gc.set_threshold(20_000)


@pytest.fixture(scope="session", autouse=True)
def moulds() -> Iterator[None]:
    """Hundreds of stores are made and opened; see tests/moulds.py."""
    with stores_cast(), statements_shared():
        yield


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


@pytest.fixture(scope="session")
def furnished(founded: Library, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The same with seats, see tests/seating.py."""
    library = founded.copy(tmp_path_factory.mktemp("furnished"))
    furnish(library)
    library.close()
    return library


@pytest.fixture
def seated(tmp_path: Path, furnished: Library) -> Iterator[Library]:
    """A library of one desk, whose readers may sit down."""
    library = furnished.copy(tmp_path)
    yield library
    library.close()


@pytest.fixture
def two_desks(tmp_path: Path, founded_twice: Library) -> Iterator[Library]:
    """The same with a second desk, `3F`, and a centre between them."""
    library = founded_twice.copy(tmp_path)
    yield library
    library.close()


@pytest.fixture
def noon(seated: Library) -> Iterator[Library]:
    """A library of one desk at noon on a day of events; its tables are what its ledger says."""
    seated.clock.put(NOON)
    yield seated
    assert differs_from_ledger(seated.desk) == []


@pytest.fixture
def noon_apart(two_desks: Library) -> Library:
    """Two desks at noon on that day."""
    two_desks.clock.put(NOON)
    return two_desks


@pytest.fixture(scope="session")
def founded_for_draws(founded_twice: Library, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Two desks that know eight more students, and three seats of the exam hall."""
    from tests.drawing import furnish  # here: few tests draw

    library = founded_twice.copy(tmp_path_factory.mktemp("draws"))
    furnish(library)
    for code in library.desks:
        library.exchange(code)
    library.close()
    return library


@pytest.fixture
def hall(tmp_path: Path, founded_for_draws: Library) -> Iterator[Library]:
    """The same as `two_desks`, for draws."""
    library = founded_for_draws.copy(tmp_path)
    yield library
    library.close()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL for everything that needs one."""
    with running() as server, few_parts():
        yield server


@pytest.fixture
def quick_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    """PINs hashed in a millisecond, where a test does not look at the hashing."""
    monkeypatch.setattr(
        staff, "_HASHER", PasswordHasher(time_cost=1, memory_cost=32, parallelism=1)
    )


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A desk of toys by itself, with two facts."""
    ledger = desk(tmp_path / "desk.db")
    switch(ledger, 1, 2)
    yield ledger
    ledger.store.close()


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """On a machine whose own time zone is not the library's."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "America/New_York")
        if os.name == "posix":
            time.tzset()
        yield
    if os.name == "posix":
        time.tzset()


@pytest.fixture
def quick() -> Iterator[None]:
    """Disks that do not wait, where no test looks at what a power cut leaves."""
    with quick_disk():
        yield


@pytest.fixture
def clock() -> ToyClock:
    return ToyClock()


@pytest.fixture
def centre(tmp_path: Path, clock: ToyClock) -> Iterator[FileCentre]:
    """What desks `a` and `b`, of toys, exchange their ledgers through."""
    centre = FileCentre(tmp_path / "centre.db", clock)
    yield centre
    centre.close()


@pytest.fixture
def a(tmp_path: Path, clock: ToyClock) -> Ledger:
    return desk(tmp_path / "a.db", "A", clock)


@pytest.fixture
def b(tmp_path: Path, clock: ToyClock) -> Ledger:
    return desk(tmp_path / "b.db", "B", clock)


@pytest.fixture
def toy(tmp_path: Path) -> Iterator[Start]:
    """Starts toy programs around a ScanBox."""
    opened: list[Toy] = []

    def start(ways: str = "") -> Toy:
        opened.append(Toy(tmp_path, ways))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.close()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with staff, readers and three requests, for the real program."""
    from tests.front import store_in  # here: most tests need no screens

    return store_in(tmp_path / "store")


@pytest.fixture(name="desk")
def front_desk(store: Path) -> Iterator[Desk]:
    """王敏's, who is an administrator, on that store."""
    from tests.program import by_badge

    desk = by_badge(open_desk(store), "1001")
    yield desk
    desk.close()
