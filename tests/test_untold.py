"""Where a reader is to hear of it later and nobody is named, that is said; nothing is refused."""

from pathlib import Path

from tests.front import front

WARNED = "未留读者或联系方式，结果将无人可告"


def test_nobody_to_tell_is_said_on_the_form_and_on_the_record(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.keys("f2")
        t.wait("> 事由")
        assert WARNED not in t.text()
        t.send("荐购《黄帝内经》")
        t.wait(WARNED)
        t.keys(*["down"] * 6, gap=0.05)  # reader, kind, department, channel, received, contact
        t.send("13812345678")
        t.wait_gone(WARNED)
        t.keys(*["backspace"] * 11, gap=0.03)
        t.wait(WARNED)
        t.keys("enter")
        t.wait("已登记0004")
        t.keys(*"0004", "enter", gap=0.15)
        t.wait("办理过程")
        t.wait(WARNED)
        t.keys("esc", gap=0.2)
        t.keys("f2")
        t.wait("> 事由")
        t.send("读者问几点闭馆")
        t.wait("> 读者问几点闭馆")
        assert WARNED not in t.text()
