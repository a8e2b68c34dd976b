"""Shorthand: what a word may mean, chips on a draft, and the keys that make them."""

from pathlib import Path

import pytest

from deskapp import request_lists, shorthand
from deskapp.desk import open_desk
from deskapp.drafts import Draft
from deskapp.shorthand import Chip, Token, open_token
from tests.front import front
from tests.library import Library
from tests.program import by_badge
from tests.refusals import refused
from tests.terminal import Terminal


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("@zxc", ("patron", "zxc", 0)),
        ("想借书 ＃荐", ("kind", "荐", 4)),
        ("@zxc #", ("kind", "", 5)),
        ("／信息", ("department", "信息", 0)),
        ("！", ("urgent", "", 0)),
        ("怎么还没修好！", None),
        ("a@b.cn", None),
        ("24/7 C#", None),
        ("@zxc 要", None),
        ("", None),
    ],
)
def test_where_shorthand_begins(text: str, token: tuple[str, str, int] | None) -> None:
    assert open_token(text) == (Token(*token) if token else None)


def values(library: Library, text: str) -> list[str]:
    token = open_token(text)
    assert token is not None
    return [chip.value for chip in shorthand.complete(library.at("li"), token)]


def test_what_it_may_mean(library: Library) -> None:
    zeng = library.reader("2023101235")
    for typed in ("@zxc", "@曾", "@2023101235", "＠小查"):
        assert values(library, typed) == [zeng], typed
    assert len(values(library, "@2023")) == 2
    for typed in ("#荐购", "#jiangou", "#jg", "#Purch"):
        assert values(library, typed)[0] == "purchase", typed
    assert len(values(library, "#")) == 9
    for typed in ("/信息", "/xxzx", "/xinxi"):
        assert values(library, typed)[0] == "information", typed
    assert values(library, "!") == ["1"]
    assert values(library, "!!") == values(library, "@") == values(library, "#没有这类") == []
    refused("RoleTooLow", shorthand.complete, library.at("volunteer"), Token("patron", "zxc", 0))


def test_a_whole_line(library: Library) -> None:
    li, zeng = library.at("li"), library.reader("2023101235")
    words, chips = shorthand.read(li, "@zxc 要2023年Nature一篇 #文献传递 ！ /信息")
    assert words == "要2023年Nature一篇"
    assert [(chip.what, chip.value) for chip in chips] == [
        ("patron", zeng),
        ("kind", "delivery"),
        ("urgent", "1"),
        ("department", "information"),
    ]
    for line in ("@2023 两个人", "发到a@b.cn！", "#没有 /没有", "", "!急"):
        assert shorthand.read(li, line) == (line, [])


def test_chips_of_a_draft() -> None:
    draft = Draft("要一本书")
    for chip in (Chip("urgent", "1"), Chip("kind", "fault"), Chip("kind", "purchase")):
        shorthand.note(draft, chip)
    assert [(c.what, c.value) for c in shorthand.chips_of(draft)] == [
        ("kind", "purchase"),
        ("urgent", "1"),
    ]
    assert [shorthand.drop(draft) for _ in range(3)] == ["urgent", "kind", None]
    assert draft == Draft("要一本书")


def by_hand(t: Terminal, text: str) -> None:
    t.keys(*text, gap=0.06)


def take(t: Terminal, key: str) -> None:
    """Press a key as long behind the last one as a hand does: what is read together is a scan."""
    t.pump(0.1)
    t.keys(key)


def logged(store: Path) -> request_lists.Record:
    desk = by_badge(open_desk(store), "1002")
    try:
        (line,) = request_lists.RequestList(desk, "all").after(None, 1)
        assert (line.urgent, desk.place) == (1, "二层服务台")
        return request_lists.record(desk, line.subject)
    finally:
        desk.close()


def test_chips_as_one_types_on_home_and_on_the_form(store: Path) -> None:
    with front(store.parent / "home", store=store, badge="1002") as t:
        t.wait("待我办理", seconds=30)
        by_hand(t, "@zx")
        t.wait("1曾小查  2023****35")
        take(t, "space")
        t.wait("读者 曾*查")
        assert "zx" not in t.text()
        by_hand(t, "#jg")
        t.wait("1荐购")
        take(t, "1")
        t.wait("[荐购]")
        t.keys("backspace", "backspace")  # the kind, then the reader
        t.wait_gone("读者 曾*查")
        assert "荐购" not in t.text()
        by_hand(t, "@zxc")
        t.wait("1曾小查")
        take(t, "enter")
        t.wait("读者 曾*查")
        t.send("要一本书")
        t.pump(0.2)
        t.keys("f2")
        t.wait("首问登记")
        t.wait("> 要一本书")
        t.wait("曾*查")
        t.keys("tab", "space", gap=0.1)  # from the result round to the words
        by_hand(t, "/xxzx")
        t.wait("1信息咨询部")
        take(t, "tab")
        t.wait("[信息咨询部]")
        t.send(" ！")
        t.wait("1加急")
        take(t, "space")
        t.wait("[信息咨询部] [加急]")
        t.send(" #jg\r")  # in one burst: read at Enter
        t.wait("[荐购] [信息咨询部] [加急]")
        t.pump(0.3)
        t.keys("enter", gap=0.2)
        t.wait("已登记")
        t.wait("加急 要一本书")
    record = logged(store)
    assert (record.question, record.kind, record.department) == (
        "要一本书",
        "purchase",
        "information",
    )
    assert record.patron_name == "曾小查"


def test_a_scan_is_no_shorthand(store: Path) -> None:
    with front(store.parent / "home", store=store, badge="1002") as t:
        t.wait("待我办理", seconds=30)
        by_hand(t, "#gz")
        t.wait("1设施设备故障")
        t.send("2023101234\r")
        t.wait("读者 单*强")
        t.wait("> #gz")
        assert "[设施设备故障]" not in t.text()
