"""The screens of award lists: from a key and a list to a paper that was signed for and replaced, by
keys alone.
"""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from db import loans
from db.loans import Lending
from deskapp import awards, certificates, readers, rolls, serials, signers
from deskapp.app import DeskApp
from deskapp.desk import open_desk
from deskapp.rolls import Plan
from screens.award_importing import AwardImportingScreen
from screens.candidates import CandidatesScreen
from screens.certificate import CertificateScreen
from screens.certificate_printing import PrintingScreen
from screens.choice import Field
from screens.issuing import IssuingScreen
from screens.longlist import LongList
from screens.paper import PaperScreen
from screens.reasons import ReasonScreen
from screens.rests import RestsScreen
from screens.revoking import ReplacingScreen, RevokingScreen
from screens.roll import RollScreen
from screens.roll_form import NewRollScreen
from screens.rolls import RollsScreen
from screens.scanbox import ScanBox
from screens.signers import NewSignerScreen, SignersScreen
from tests.front import PIN, app_on, on, shown, store_in, until
from tests.program import by_badge
from tests.test_clash_screen import seen

PHRASE = "correct horse battery"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signers, "COST", {"time_cost": 1, "memory_cost": 64, "parallelism": 1})


async def told(pilot: Pilot[None], words: str) -> None:
    await until(pilot, lambda: words in shown(pilot, "message"))


async def to(pilot: Pilot[None], app: DeskApp, screen: type[object], *keys: str) -> None:
    """Press these; then this screen is there."""
    await pilot.press(*keys)
    await until(pilot, lambda: isinstance(app.seen(), screen))
    await pilot.pause(0.1)


async def fill(pilot: Pilot[None], app: DeskApp, **lines: str) -> None:
    for name, words in lines.items():
        app.screen.query_one(f"#{name}", Field).value = words
    await pilot.press("ctrl+s")


async def typed_in(pilot: Pilot[None], app: DeskApp, words: str) -> None:
    """Whoever that is, in the box above the list; a form opens."""
    box = app.screen.query_one("#box", ScanBox)
    box.focus()
    box.value = words
    await to(pilot, app, ReasonScreen, "enter")


async def test_from_a_key_to_a_paper_that_is_replaced(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    app = app_on(store, "1001")
    desk = by_badge(open_desk(store), "1001")
    signed = {"lead": "1003", "lead_pin": PIN, "passphrase": PHRASE}
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, RollsScreen())
        await to(pilot, app, NewRollScreen, "1", "enter")
        await pilot.press("ctrl+s")
        await told(pilot, "奖励名称")
        await fill(pilot, app, title="阅读之星")
        await until(pilot, lambda: isinstance(app.seen(), RollScreen))
        page = app.screen
        of = rolls.find(desk, "阅读之星").id

        # Two by hand, one by their name alone.
        for typed, prize in (("2023101234", "一等奖"), ("科普剧团", "-")):
            await typed_in(pilot, app, typed)
            await fill(pilot, app, reason=prize)
            await told(pilot, "已列入")
        assert [each.who for each in awards.of_roll(desk, of)] == ["单*强", "科普剧团"]

        # A file: who is on it already is counted, who cannot be is written beside it.
        (tmp_path / "a.csv").write_text("学号,姓名,奖项\n,科普剧团,\n20239,,一等奖\n", "utf-8")
        app.screen.query_one("#list").focus()
        await to(pilot, app, AwardImportingScreen, "1", "enter")
        app.screen.query_one("#path", Input).value = str(tmp_path / "a.csv")
        app.screen.query_one("#path", Input).focus()
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.query_one("#columns", OptionList).option_count > 0)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "未找到该读者" in shown(pilot, "wrong"))
        assert app.job is not None
        assert "新登记0行，已有1行；未导入1行" in app.job.said(app.t)[0]
        await to(pilot, app, RollScreen, "escape")

        app.screen.query_one("#list").focus()
        await to(pilot, app, PaperScreen, "8", "enter")
        await until(pilot, lambda: "▀" in shown(pilot, "paper"))
        assert "样张" in shown(pilot, "paper-words")
        await to(pilot, app, RollScreen, "escape")

        # No key: what stops it is said before a PIN is asked for.
        await to(pilot, app, IssuingScreen, "2", "enter")
        assert "签发密钥" in shown(pilot, "stopped")
        await to(pilot, app, RollScreen, "escape")
        await to(pilot, app, RollsScreen, "escape")
        await to(pilot, app, SignersScreen, "3", "enter")
        await to(pilot, app, NewSignerScreen, "1")
        await fill(pilot, app, first=PHRASE, second="another thing!")
        await told(pilot, "不一样")
        await fill(pilot, app, first=PHRASE, second=PHRASE)
        await until(pilot, lambda: isinstance(app.seen(), SignersScreen))
        await told(pilot, "已建立密钥")
        await to(pilot, app, RollsScreen, "escape")
        await to(pilot, app, RollScreen, "enter")

        await to(pilot, app, IssuingScreen, "2", "enter")
        await fill(pilot, app, **signed | {"lead_pin": "000000"})
        await told(pilot, "口令")
        assert certificates.check(desk, of).had == ()
        await fill(pilot, app, **signed)
        await until(pilot, lambda: isinstance(app.seen(), RollScreen))
        await told(pilot, "已签发2张")
        await to(pilot, app, PrintingScreen, "3", "enter")
        await fill(pilot, app, path=str(tmp_path / "all.pdf"))
        await until(pilot, lambda: isinstance(app.seen(), RollScreen))
        assert (tmp_path / "all.pdf").read_bytes().startswith(b"%PDF")
        await to(pilot, app, ReasonScreen, "4", "enter")
        await fill(pilot, app, reason=str(tmp_path / "seal.pdf"))
        await until(pilot, lambda: "用印申请2份" in shown(pilot, "about"))

        # Whoever is on the list comes with their card for the paper; the helper's word is theirs.
        await typed_in(pilot, app, "2023101234")
        await pilot.press("enter")
        await told(pilot, "已签收")
        (row,) = awards.of_reader(desk, next(iter(awards.of_roll(desk, of))).patron or "")
        assert row.good is not None
        assert row.good.handed is not None

        app.screen.query_one("#list").focus()
        await to(pilot, app, CertificateScreen, "8", "enter")
        await to(pilot, app, ReplacingScreen, "5")
        await fill(pilot, app, holder="单国强", **signed)
        await until(pilot, lambda: isinstance(app.seen(), CertificateScreen))
        await told(pilot, "原证已作废")
        screen = app.seen()
        assert isinstance(screen, CertificateScreen)
        new = screen.serial
        assert new != row.good.serial
        await seen(pilot, app, serials.spaced(row.good.serial))
        await to(pilot, app, RevokingScreen, "3")
        await pilot.press("2")
        await fill(pilot, app, lead="1003", lead_pin=PIN)
        await until(pilot, lambda: "已作废" in shown(pilot, "heading"))
        assert certificates.one(desk, new).reason == "wrong"
        assert page is not app.screen
    desk.close()


async def test_who_qualifies_is_put_on_the_list_and_taken_back(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    desk = by_badge(open_desk(store), "1001")
    with desk.act() as act:
        for number, many in (("2023101234", 9), ("2023101235", 4)):
            (reader,) = readers.search(desk, number)
            lent = [Lending("2026-08-03", f"{place:016}") for place in range(many)]
            act.record_all([loans.draft(reader.id, "2026-08-03", lent)])
    basis = {"of": "loans", "year": 2026, "quarter": 3, "first": 10}
    opened = rolls.open_roll(desk, Plan("阅读之星", basis, issuers=["图书馆"]))
    app = app_on(store, "1001", "en")
    async with app.run_test(size=(160, 48)) as pilot:
        await on(pilot, app, RollScreen(opened.id))
        await to(pilot, app, CandidatesScreen, "1", "enter")
        assert app.screen.query_one("#list", LongList).count == 2
        await to(pilot, app, RestsScreen, "enter")
        await to(pilot, app, CandidatesScreen, "escape")
        await pilot.press("2", "enter")
        await until(pilot, lambda: len(awards.of_roll(desk, opened.id)) == 1)
        await pilot.press("1", "enter")
        await until(pilot, lambda: len(awards.of_roll(desk, opened.id)) == 2)
        assert [(each.rank, each.amount) for each in awards.of_roll(desk, opened.id)] == [
            (1, 9),
            (2, 4),
        ]
    desk.close()
