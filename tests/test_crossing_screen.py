"""F9: one reader in two places, and one seat of two; what each choice makes of it, in two keys."""

from datetime import timedelta
from pathlib import Path
from shutil import copytree

import pytest

from db.clock import SystemClock, stamp
from db.exchange import exchange
from db.file_centre import FileCentre
from db.seats import subject_of
from db.store import driver
from deskapp import cards, clashes
from deskapp.desk import Desk, open_desk
from screens.sync import SyncScreen
from tests.front import app_on, shown, until
from tests.program import by_badge
from tests.test_clash_screen import opened, seen

NUMBERS = ("2023101234", "2023101235")


def sit(desk: Desk, number: str, seat: str) -> None:
    """Since an hour ago, for some hours more."""
    (reader,) = cards.whose(desk, number)
    now, day = desk.now(), desk.now().date().isoformat()
    times = {"from": stamp(now - timedelta(hours=1)), "until": stamp(now + timedelta(hours=5))}
    with desk.act() as act:
        act.record("seat.taken", subject_of(day, seat), {"patron": reader.id, **times})


@pytest.fixture
def at_odds(store: Path, second: str) -> Path:
    """A store that was copied: one reader took a seat in either, or two readers one seat."""
    clone = copytree(store, store.parent / "clone")
    centre = FileCentre(store.parent / "centre.db", SystemClock())
    here, there = by_badge(open_desk(store), "1003"), by_badge(open_desk(clone), "1001")
    sit(here, NUMBERS[0], "exam/C-37")
    sit(there, NUMBERS[second == "exam/C-37"], second)
    for desk in (here, there, here):
        exchange(desk.ledger, centre)
    for closed in (here, there, centre):
        closed.close()
    return store


def held(desk: Desk) -> list[tuple[str, str]]:
    with desk.reading() as connection:
        sql = "SELECT seat, coalesce(how, status) FROM sitting ORDER BY seat, how"
        return driver(connection).execute(sql).fetchall()


@pytest.mark.parametrize(
    ("second", "language", "size"),
    [("commons/A-1", "zh_CN", (80, 24)), ("exam/C-37", "en", (160, 48))],
)
async def test_two_keys_settle(at_odds: Path, language: str, size: tuple[int, int]) -> None:
    app = app_on(at_odds, "1003", language)
    async with app.run_test(size=size) as pilot:
        await opened(pilot, app)
        zh = language == "zh_CN"
        void = "作废" if zh else "Void"
        for words in ("考研空间C-37" if zh else "Exam-preparationhallC-37", void):
            await seen(pilot, app, words)
        (line,) = clashes.ClashList(by_badge(app.desk, "1003")).after(None, 5)
        clash = clashes.clash(by_badge(app.desk, "1003"), line.pair)
        digit = next(n for n, side in enumerate(clash.sides, 1) if side.who == "周强")
        await pilot.press(str(digit), *("tab", *"seen") * (not zh), "enter")
        await until(pilot, lambda: isinstance(app.seen(), SyncScreen))
        await until(pilot, lambda: ("已核定" if zh else "settled") in shown(pilot, "message"))
        stands = dict(held(app.desk))
        assert stands["exam/C-37"] == "seated"
        assert stands.get("commons/A-1", "void") == "void"
        await pilot.press("ctrl+z")
        refusal = "不能撤销" if zh else "cannot be undone"
        await until(pilot, lambda: refusal in shown(pilot, "message"))
        assert dict(held(app.desk)) == stands
