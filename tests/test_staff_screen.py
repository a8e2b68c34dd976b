"""The staff list in the real program: an entry changed, a PIN set by whoever it belongs to."""

from pathlib import Path

from deskapp import staff
from deskapp.desk import Role, open_desk
from tests.front import front, store_in
from tests.program import by_badge


def test_an_entry_is_changed_and_a_pin_set(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    desk = by_badge(open_desk(store), "1001")
    staff.enter(desk, staff.Entry("1009", "孙好"))
    desk.close()
    with front(tmp_path, store=store, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.keys("ctrl+p")
        t.send("馆员名单")
        t.wait_gone("办件台账")
        t.keys("enter")
        t.wait("值班长")
        assert "未设" in next(line for line in t.lines() if "孙好" in line)
        assert "未设" not in next(line for line in t.lines() if "李静" in line)
        t.keys("1")
        t.wait("所在部门")
        t.keys("ctrl+s")
        t.wait("请填写工号")
        t.keys("esc")
        t.wait("1009")
        t.keys("down", "enter")
        t.wait("所在部门")
        t.keys("tab", "4", "ctrl+s", gap=0.05)  # saves from whichever line
        t.wait("已保存李静")
        t.keys("2")
        t.wait("本人输入新口令")
        t.keys(*"246813", "enter", *"246814", "enter", gap=0.045)
        t.wait("两次口令不一致")
        t.keys(*"246813", "enter", gap=0.045)  # into an empty line
        t.wait("李静的口令已设置")
    desk = by_badge(open_desk(store), "1002")
    assert desk.whoever().role is Role.SHIFT_LEAD
    assert staff.sign_in(desk, "1002", "246813").whoever().name == "李静"
    desk.close()
