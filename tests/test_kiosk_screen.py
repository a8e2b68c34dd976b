"""The kiosk on a real terminal: bursts of cards, one big answer, and no way out but a PIN."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from deskapp import kiosk, reservations, seats
from deskapp.desk import open_desk
from deskapp.kiosk import Answer
from deskapp.kiosk_app import KioskApp
from deskapp.language import LANGUAGES, Language
from screens import bigtext
from screens.kiosk import KioskScreen
from tests import bigtext as tool
from tests import catalogues, crowd, forks
from tests.commanding import FIXTURES, Run
from tests.front import PIN, shown, until
from tests.halls import NUMBERS, hall_in, reader
from tests.program import by_badge
from tests.terminal import KEYS, Terminal

prepared, desk, run, _ = FIXTURES
SEATS, PEOPLE = 40, 90
BLOCK = "█"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return crowd.hall(tmp_path_factory.mktemp("hall") / "of", SEATS, PEOPLE)


@pytest.fixture
def store(tmp_path: Path, made: Path) -> Path:
    return copytree(made, tmp_path / "store")


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture
def here(tmp_path: Path, store: Path, journal: Path) -> Iterator[Terminal]:
    """A kiosk that a librarian has opened."""
    argv = ["tests.kiosk_program", str(store), "zh_CN", crowd.BADGE, crowd.ZONE, str(journal)]
    with Terminal(argv, home=tmp_path, start=forks.start) as terminal:
        terminal.wait("请将校园卡放在读卡处")
        yield terminal


def answers(journal: Path) -> list[str]:
    return journal.read_text("utf-8").splitlines()


def test_a_crowd_is_answered_in_order_and_nobody_for_another(
    here: Terminal, made: Path, journal: Path, tmp_path: Path
) -> None:
    """In one burst of raw bytes: what the rules alone answer; the long form: tests/bench/kiosk."""
    codes = crowd.cards(SEATS + 15, PEOPLE)
    wanted = crowd.answered(copytree(made, tmp_path / "alone"), codes)
    here.send("".join(f"{code}\r" for code in codes))
    here.wait_until(lambda: len(answers(journal)) >= len(codes), "all answered", 60.0)
    assert answers(journal) == wanted
    assert {"seated", "twice", "gone", "left", "undone", "refused", "queued"} == {
        each.split()[0] for each in wanted
    }


def test_nothing_else_is_reached(here: Terminal, store: Path, journal: Path) -> None:
    here.send(f"{crowd.number(0)}\r")
    here.wait("座位使用至")
    assert any(BLOCK in line for line in here.lines())
    for key in ("f1", "f9", "ctrl+p", "ctrl+l"):  # help, the exchange, commands, another person
        here.keys(key, gap=0.15)
        assert "座位使用至" in here.text()
    everything = [f"f{n}" for n in range(1, 10)] + ["esc", "tab", "enter", "space", "up", "a"]
    here.keys(*everything, *(f"ctrl+{c}" for c in "abcdefgklnoprtuwxyz"), gap=0.01)
    here.send(KEYS["ctrl+o"] + b"3")
    here.keys(*"20", gap=0.1)  # a number by hand
    here.wait("请先刷校园卡")
    here.send(f"{crowd.number(1)}\r")
    here.wait_until(lambda: answers(journal)[-1].startswith("seated"), "seated")
    assert here.status(0.1) is None
    here.keys("9")
    here.wait("Yours until")
    here.keys("3")
    here.wait_until(lambda: answers(journal)[-1].startswith("undone"), "undone")


def test_a_librarian_ends_it(here: Terminal, store: Path, journal: Path) -> None:
    here.keys("ctrl+q")
    here.wait("请馆员刷工作证")
    here.send(f"{crowd.number(2)}\r")  # a reader has come meanwhile
    here.wait_until(lambda: answers(journal)[-1:] == ["seated 读*2 commons/00-1"], "seated")
    here.keys("ctrl+q")
    here.wait("请馆员刷工作证")
    here.keys(*crowd.BADGE, "enter", *"111222", "enter")
    here.wait("!")
    assert here.status(0.1) is None
    here.keys(*PIN)
    assert here.leave(b"\r") == 0
    closed = open_desk(store)
    assert kiosk.opened_by(closed, crowd.ZONE) is None
    closed.close()


def test_after_a_power_cut_it_is_open_again_and_locked(
    here: Terminal, store: Path, tmp_path: Path
) -> None:
    here.send(f"{crowd.number(0)}\r")
    here.wait("座位使用至")
    here.kill()
    here.wait_until(lambda: here.status(0.1) is not None, "gone")
    argv = ["deskapp", "--data", str(store), "--lang", "en", "kiosk", crowd.ZONE]
    with Terminal(argv, home=tmp_path, columns=160, rows=48, start=forks.start) as again:
        again.wait("Hold your card")
        again.send(f"{crowd.number(0)}\r")
        again.wait("please choose")
        again.keys("2")
        again.wait("You were here")
        again.keys("ctrl+q")
        again.wait("A librarian's badge")
    after = by_badge(open_desk(store), crowd.BADGE)
    assert seats.standing(after, reader(after, crowd.number(0))).sitting is None
    after.close()


def test_who_is_late_or_sits_elsewhere_than_reserved_reads_so(tmp_path: Path) -> None:
    """A reservation that is due elsewhere is given up by a real card; what is late is shown."""
    store = hall_in(tmp_path / "store")
    desk = by_badge(open_desk(store), crowd.BADGE)
    reservations.reserve(desk, reader(desk, NUMBERS[0]), "it/A-1")
    desk.close()
    argv = ["tests.kiosk_program", str(store), "zh_CN", crowd.BADGE, "commons"]
    argv.append(str(tmp_path / "journal"))
    with Terminal(argv, home=tmp_path, start=forks.start) as terminal:
        terminal.wait("请将校园卡放在读卡处")
        terminal.send(f"{NUMBERS[0]}\r")
        terminal.wait("IT空间 A-1的预约已取消  座位使用至")
        terminal.wait("改坐此座")
        terminal.keys("9")
        terminal.wait("Reservation of IT space A-1 given up")


@pytest.mark.parametrize(("language", "word"), [("zh_CN", "迟到"), ("en", "Late")])
async def test_who_is_late_reads_so_large_and_short(store: Path, language: str, word: str) -> None:
    desk = by_badge(open_desk(store), crowd.BADGE)
    operator, until_ = desk.whoever(), desk.now()
    desk.close()
    app = KioskApp(store, Language(language), operator, crowd.ZONE)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, KioskScreen) and app.screen.ready)
        screen = app.screen
        assert isinstance(screen, KioskScreen)
        screen.show_answer(Answer("seated", "李*", "commons/00-1", until_, late=True))
        await until(pilot, lambda: word in shown(pilot, "kiosk-words"))
        assert screen.query_one("#kiosk-big").has_class("ask")
        assert word in shown(pilot, "kiosk-last")
        assert "违规" in shown(pilot, "kiosk-words") or "violation" in shown(pilot, "kiosk-words")


def test_a_zone_without_a_kiosk_is_refused(run: Run, desk: Path) -> None:
    for zone in ("sofas", "nowhere"):
        assert run("kiosk", zone, "--badge", "1001", pin=PIN).status == 3


# big characters


def test_every_big_message_can_be_drawn() -> None:
    known = bigtext.points()
    for code in LANGUAGES:
        for key, text in catalogues.read(code).items():
            if key.startswith(tool.BIG):
                assert set(text) <= known.keys(), (code, key)
                assert len(bigtext.big(text)) == bigtext.ROWS
                assert max(map(len, bigtext.big(text))) <= 80, (code, key)


def test_big_characters_are_drawn_by_halves() -> None:
    drawn = bigtext.big("L", 2)
    assert len(drawn) == 2 * bigtext.ROWS
    assert {len(line) for line in drawn} == {16}
    inked = [line.strip() for line in drawn if line.strip()]
    assert len(inked[0]) < len(inked[-1])  # a stem, and a foot
    assert bigtext.big("龘") == []
