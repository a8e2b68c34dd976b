"""One request in the real program: handed over, accepted, closed; and its course in words."""

import base64
import re
from pathlib import Path

from deskapp import endings, handovers, request_lists, requests
from deskapp.app import DeskApp
from deskapp.desk import Desk
from deskapp.endings import Ending
from deskapp.language import Language
from deskapp.request_lists import Record, Step
from deskapp.requests import Question
from screens.course import sentence
from screens.handing import note_to_copy
from screens.home import HomeScreen
from screens.record import RecordScreen
from tests.front import PIN, app_on, front, until
from tests.library import Library, correct_first
from tests.terminal import KEYS, Terminal

ZH, EN = Language("zh_CN"), Language("en")


def numbered(desk: Desk, number: str) -> Record:
    (line,) = request_lists.search(desk, number)
    return request_lists.record(desk, line.subject)


def press(t: Terminal, *keys: str) -> int:
    t.send(b"".join(KEYS.get(key) or key.encode() for key in keys))
    return len(keys)


def test_handed_over_accepted_and_closed_in_few_keys(store: Path, desk: Desk) -> None:
    with front(store.parent, store=store, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.keys(*"0001", "enter")
        t.wait("办理过程")
        assert "6" not in {hint[0] for hint in re.findall(r" (\d)[^\d ]", t.lines()[-1])}
        count = press(t, "2")
        t.wait("转给")
        t.send("lj")
        t.wait("lj_ 1李静")
        count += press(t, "1", "1")
        t.wait("签收前仍由您负责")
        assert count <= 3
        record = numbered(desk, "0001")
        assert (record.responsible, record.offered_to) == ("王敏", "李静")
        t.wait("9撤回转办")
        assert press(t, "9") == 1
        t.wait("0001已撤回")
        t.wait("2转办")
        press(t, "2")
        t.wait("转给")
        t.send("李\r")  # the first that is found
        press(t, "3")
        t.wait("待签收")
    with front(store.parent, store=store, badge="1002") as t:
        t.wait("待我签收 1", seconds=30)
        t.keys(*"0001", "enter")
        t.wait("1签收 2退回")
        assert press(t, "1") == 1
        t.wait("由您承办")
        assert numbered(desk, "0001").responsible == "李静"
        count = press(t, "1")
        t.wait("答复")
        t.send("插座已换")
        count += press(t, "enter")
        t.wait("0001已办结")
        assert count <= 2
        record = numbered(desk, "0001")
        assert (record.status, record.answer) == ("closed", "插座已换")
        assert record.first_responder == "王敏"
        press(t, "1")
        t.wait("此时不能用1")
        press(t, "8")
        t.wait("重新办理")
        t.send("\r")
        t.wait("请填写原因")
        t.send("又坏了\r")
        t.wait("请于")
        assert numbered(desk, "0001").status == "open"


def test_face_to_face_and_a_scan_that_confirms_nothing(store: Path, desk: Desk) -> None:
    with front(store.parent, store=store, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.keys(*"0002", "enter")
        t.wait("办理过程")
        t.send("2023101234\r")  # a stray card on the record
        t.pump(0.4)
        t.wait("办理过程")
        press(t, "1")
        t.wait("答复")
        t.send("A1B2C3\r")  # and one while an answer is being written
        t.pump(0.4)
        assert "A1B2C3" not in t.text()
        assert numbered(desk, "0002").status == "open"
        press(t, "esc")
        t.wait("办理过程")
        press(t, "2")
        t.wait("转给")
        t.keys("up", "2", "down", gap=0.15)
        t.keys("l", "j", gap=0.1)  # sooner they might begin the next scan: for a second
        t.wait("1李静")
        t.keys("1", "2", gap=0.1)
        t.wait("对方工号    1002")  # 李静 is named: the PIN is all that is left to type
        t.keys(*PIN, "enter", gap=0.05)
        t.wait("已由李静当面签收")
        assert numbered(desk, "0002").responsible == "李静"
        assert "ctrl" not in t.text()


def test_the_message_for_the_taker_is_copied_without_the_reader(library: Library) -> None:
    desk = library.at("li")
    reader = library.reader("2023101234")
    words = "单国强（2023101234）要全文，电话13812345678"
    logged = library.log(words=words, patron=reader, contact="13812345678", kind="delivery")
    note = note_to_copy(ZH, desk, request_lists.record(desk, logged.id))
    assert logged.number in note
    assert "要全文" in note
    for private in ("单国强", "2023101234", "13812345678"):
        assert private not in note
    secret = library.log(words="想约阅读疗法", kind="bibliotherapy")
    assert "想约" not in note_to_copy(ZH, desk, request_lists.record(desk, secret.id))


def test_ctrl_f_copies_into_the_terminals_clipboard(store: Path) -> None:
    with front(store.parent, store=store, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.keys(*"0001", "enter")
        t.wait("办理过程")
        t.copy = bytearray()
        press(t, "ctrl+f")
        t.wait("已送剪贴板")
        copied = re.search(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)", t.copy)
        assert copied
        note = base64.b64decode(copied[1]).decode()
        assert "考研座插座无电" in note
        t.wait(note[:20])  # to be read, where the terminal took nothing


async def test_a_sentence_without_blanks_is_shown_whole(store: Path, desk: Desk) -> None:
    words = "".join(f"{n:02}号机卡纸，" for n in range(20))
    id_ = requests.log(desk, Question(words), Ending("done", words)).id
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 40)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        app.push_screen(RecordScreen(id_))
        await until(pilot, lambda: picture(app).count("19号机卡纸，") == 3)  # and in its course
        await pilot.press("escape", "f1")
        await until(pilot, lambda: "按键说明" in picture(app))
        assert "…" not in picture(app)


async def test_a_long_question_leaves_the_state_in_sight(store: Path, desk: Desk) -> None:
    words = "".join(f"{n:04}号机卡纸，" for n in range(600))
    id_ = requests.log(desk, Question(words)).id
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        app.push_screen(RecordScreen(id_))
        await until(pilot, lambda: "（按End看全文）" in picture(app))
        for seen in ("状态办理中", "0000号机卡纸，", "承办人王敏", "限时", "办理过程"):
            assert seen in picture(app)
        assert "0599号机" not in picture(app)
        await pilot.press("end")
        await until(pilot, lambda: "0599号机卡纸，" in picture(app))


def picture(app: DeskApp) -> str:
    """What stands on the screen, as one line."""
    lines = app.screen._compositor.render_strips()
    return "".join("".join(strip.text.split()) for strip in lines)


def test_every_step_of_a_course_is_a_sentence(library: Library, quick_pins: None) -> None:
    li, chen, lead = library.at("li"), library.at("chen"), library.at("lead")
    id_ = library.log(words="要全文").id
    handovers.hand_over(li, id_, to=library.id("chen"), reason="expertise", note="急")
    handovers.send_back(chen, id_, "不是我")
    handovers.hand_over(li, id_, department="information", reason="duty")
    handovers.take_back(li, id_)
    handovers.hand_over(li, id_, to=library.id("chen"), reason="duty")
    library.clock.put("2026-11-25 17:00")
    handovers.lapse(li)
    handovers.hand_over(li, id_, to=library.id("chen"), reason="duty")
    handovers.accept_by_phone(li, id_, library.id("chen"))
    handovers.confirm(chen, id_)
    endings.close(chen, id_, Ending("referred", "已告知", "校医院", "东门", "2591234"))
    endings.reopen(chen, id_, "没找到")
    endings.close(lead, id_, Ending("not_possible", alternative="馆际互借"))
    correct_first(lead, id_, library.id("zheng"), "记错了")
    record = request_lists.record(lead, id_)
    said = [sentence(ZH, lead.profile, step) for step in record.course]
    assert said == [
        "李静 登记（到馆）",
        "李静 转办陈莉  原因：需专业解答  急",
        "陈莉 退回  原因：不是我",
        "李静 转办信息咨询部  原因：属对方职责",
        "李静 撤回转办",
        "李静 转办陈莉  原因：属对方职责",
        "对方未按时签收，已退回",
        "李静 转办陈莉  原因：属对方职责",
        "陈莉 签收（电话或微信）",
        "陈莉 签收（系统签收）",
        "陈莉 办结：引导  校医院 东门 2591234  已告知  计逾期",
        "陈莉 重新办理  原因：没找到",
        "周强 办结：暂不能办理  替代办法：馆际互借  值班长周强",
        "周强 更正首问责任人为郑浩  原因：记错了",
    ]
    codes = re.compile("expertise|duty|referred|not_possible|information|system|phone")
    assert not [text for text in said if codes.search(text)]
    strange = Step("postponed", record.received, "9F", "某人", {}, aside=True)
    assert sentence(EN, lead.profile, strange) == (
        "某人 postponed  (set aside: conflicting records)"
    )
