"""A certificate is scanned at the desk: one large word, why, and the paper's own words."""

from datetime import date
from pathlib import Path
from time import sleep

from deskapp import certificates, revocations, serials
from deskapp.desk import open_desk
from screens.burst import AFTERSHOCK, clean
from screens.certificate import CertificateScreen
from screens.certificates import CertificatesScreen
from screens.keys import StrayScan
from screens.rolls import RollsScreen
from screens.scanbox import ScanBox
from screens.verdict import VerdictScreen
from tests import honouring
from tests.front import PIN, app_on, at, front, shown, store_in, until
from tests.program import by_badge
from tests.test_verification import FULL_WIDTH
from tests.verifying import changed

ADDRESS = "https://lib.example/verify#"


def issued(store: Path) -> tuple[list[str], list[str]]:
    """Numbers and codes of two certificates, the second of which is revoked."""
    desk = by_badge(open_desk(store), "1001")
    key = honouring.known_key(desk)
    of = honouring.roll(desk)
    honouring.grant(desk, of, names=["科普剧团", "朗诵社"])
    numbers = honouring.issue(desk, of, key, ("1003", PIN))
    codes = [each.token for each in certificates.papers(desk, numbers)]
    revocations.revoke(desk, numbers[1], "lost", lead="1003", pin=PIN)
    desk.close()
    return numbers, codes


def test_codes_in_one_burst_are_judged_one_after_another(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    (good, _), (true, revoked) = issued(store)
    with front(tmp_path, store=store, badge="1001") as t:
        t.wait("待我办理")
        t.send(f"{ADDRESS}{true}\r".encode())
        t.wait(
            "证书查验", "确由本馆签发", "科普剧团", "二〇二六年十一月二十二日", serials.spaced(good)
        )
        t.send(f"{revoked}\r".encode())
        t.wait("本馆已作废这张证书", "朗诵社")
        t.send(f"{changed(true)}\r{true[:200]}\r".encode())
        t.wait("请重新扫码")
        assert "科普剧团" not in t.text()
        t.send(f"{true}\r".encode())
        t.wait("科普剧团")
        sleep(AFTERSHOCK)  # an Enter before that would be the scanner's
        t.keys("enter")
        t.wait("待打印")


async def test_what_is_typed_at_home_or_among_certificates_is_judged(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    (good, gone), (true, _) = issued(store)
    unknown = serials.specimen(date(2026, 11, 22))
    slip = serials.spaced(good)[:-1] + str((int(good[-1]) + 1) % 10)
    app = app_on(store, "1004", "en")
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, app, "box")

        async def entered(text: str, *, scanned: bool = False) -> str:
            """What the verdict says; it is left again."""
            line = app.screen.query_one(ScanBox)
            line.post_message(ScanBox.Entered(line, clean(text), scanned, 0.0, typed=text))
            await until(pilot, lambda: isinstance(app.seen(), VerdictScreen))
            said = f"{shown(pilot, 'verdict-why')} {shown(pilot, 'about')}"
            if text != true:
                await pilot.press("escape")
                await until(pilot, lambda: not isinstance(app.seen(), VerdictScreen))
            return said

        said = await entered(serials.spaced(good))
        assert "on record and not revoked" in said
        assert "has revoked" in await entered(gone, scanned=True)
        assert "not on record" in await entered(unknown)
        assert "slip" in await entered(slip)
        assert "not a whole" in await entered(true.translate(FULL_WIDTH))
        await pilot.press("f7")
        await until(pilot, lambda: isinstance(app.seen(), RollsScreen))
        assert "not a whole" in await entered(true[:-1], scanned=True)
        await pilot.press("2", "enter")
        await until(pilot, lambda: isinstance(app.seen(), CertificatesScreen))
        assert "Issued by this library" in await entered(true, scanned=True)
        screen = app.seen()
        assert isinstance(screen, VerdictScreen)
        screen.post_message(StrayScan("2023101234", 0.0))  # no certificate: nothing is judged
        await until(pilot, lambda: shown(pilot, "message").endswith(app.t("box.no_box")))
        assert "Issued by this library" in shown(pilot, "verdict-why")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.seen(), CertificateScreen))
