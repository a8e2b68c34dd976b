"""Similar records: the reader's own first, then what reads alike, of the last weeks only."""

from asyncio import sleep
from pathlib import Path

from db import similar as stored
from deskapp import endings, requests, similar
from deskapp.desk import open_desk
from deskapp.endings import Ending
from deskapp.requests import Question
from screens.home import HomeScreen
from screens.likeness import Alike
from screens.log import LogScreen
from screens.scanbox import ScanBox
from tests.front import app_on, shown, store_in, until
from tests.library import Library
from tests.program import by_badge


def words(library: Library, text: str, patron: str | None = None, who: str = "li") -> list[str]:
    found = similar.find(library.at(who), text, patron)
    return [line.question or "" for line in found]


def test_what_reads_alike_then_the_readers_own(library: Library) -> None:
    zeng = library.reader("2023101235")
    library.clock.put("2026-10-01 10:00")
    library.log("li", "考研座插座没有电")  # too long ago
    library.clock.put("2026-11-20 10:00")
    for text in ("考研座插座没有电", "研讨间投影故障", "打印机卡纸"):
        library.log("li", text)
    own = requests.log(library.at("li"), Question("借《黄帝内经》", patron=zeng))
    library.clock.put("2026-11-22 10:00")
    assert words(library, "三楼考研座插座又没电了") == ["考研座插座没有电"]
    assert words(library, "插座没电，打印机也卡纸", zeng) == ["打印机卡纸", "借《黄帝内经》"]
    assert words(library, "", zeng) == ["借《黄帝内经》"]
    assert similar.find(library.at("li"), "", zeng, own.id) == []
    for text in ("", "考", "完全不同的事由", "!?"):
        assert words(library, text) == []
    endings.close(library.at("li"), own.id, Ending("done", answer="已借出"))
    assert words(library, "", zeng) == ["借《黄帝内经》"]


def test_what_all_questions_say_makes_none_alike(library: Library) -> None:
    for text in ("怎么续借", "请问打印机在哪里", "灯坏了", "校园WiFi连不上"):
        library.log("li", text)
    assert words(library, "wifi怎么连") == ["校园WiFi连不上"]
    assert words(library, "请问在哪里可以存包") == []
    assert words(library, "插座坏了") == []
    assert words(library, "图书续借不了") == ["怎么续借"]


def test_nobody_sees_here_what_they_may_not_see(library: Library) -> None:
    zeng = library.reader("2023101235")
    kinds = library.desk.profile.kinds.values()
    kind = next(each for each in kinds if each.confidential)
    requests.log(library.at("li"), Question("想约一次阅读疗法", kind=kind.code, patron=zeng))
    assert words(library, "想约一次阅读疗法", zeng, "chen") == []


def test_pieces() -> None:
    assert stored.pieces("插座没电") == ["插 座", "座 没", "没 电"]
    assert stored.pieces("Wi-Fi 坏") == ["wi fi", "fi 坏"]
    assert stored.pieces("电") == []
    assert stored.pieces("请问WiFi怎么连？") == ["wifi"]
    assert stored.pieces("图书怎么续借，可以吗") == ["图 书", "续 借"]
    assert stored.pieces("How can I renew the book?") == ["renew", "book"]
    assert stored.pieces("") == []
    assert len(stored.pieces("很长的一句" * 20)) <= stored.PIECES


async def test_shown_on_the_form_without_holding_a_key(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    desk = by_badge(open_desk(store), "1001")
    requests.log(desk, Question("三楼打印机卡纸"))
    desk.close()
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        app.push_screen(LogScreen())
        await until(pilot, lambda: app.screen.query("#words") and app.seen() is app.screen)
        box = app.screen.query_one("#words", ScanBox)
        box.value = "四楼打印机卡纸了"
        await until(pilot, lambda: "三楼打印机卡纸" in shown(pilot, "similar"))
        assert shown(pilot, "similar").startswith(" 相近记录")
        box.value = "别的事情"
        await until(pilot, lambda: not app.screen.query_one("#similar", Alike).display)
        box.value = "四楼打印机卡纸"
        await sleep(0.1)
        box.value = "问路"  # what was asked before comes too late
        await sleep(0.8)
        assert not app.screen.query_one("#similar", Alike).display
