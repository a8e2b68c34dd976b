"""What is offered to whom: palette, key line and help say what a person may do, and no more."""

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from deskapp import readers, staff
from deskapp.desk import Refusal, Role, open_desk
from deskapp.language import LANGUAGES, Language
from deskapp.requests import Question, log
from deskapp.staff import Entry
from screens.base import DeskScreen
from screens.commands import offered
from screens.home import HomeScreen
from screens.palette import PaletteScreen
from tests.front import app_on, front, shown, store_in, until
from tests.library import Library
from tests.program import by_badge

ALWAYS = {"台账", "同步", "换人或锁定", "帮助", "按键一览", "浅色", "深色", "切换为英文", "退出"}
LOG, IMPORT, STAFF, SHIFT = "登记", "导入读者", "馆员名单", "交接班"
SEATS = {"座位", "研讨间", "活动", "待通知"}
MAY = {
    Role.VOLUNTEER: set[str](),
    Role.STUDENT_ASSISTANT: {LOG, *SEATS, SHIFT},
    Role.LIBRARIAN: {LOG, *SEATS, SHIFT, IMPORT},
    Role.SHIFT_LEAD: {LOG, *SEATS, SHIFT, IMPORT},
    Role.DEPARTMENT_HEAD: {LOG, *SEATS, SHIFT, IMPORT},
    Role.ADMINISTRATOR: {LOG, *SEATS, SHIFT, IMPORT, STAFF},
}
REGISTERS = (
    (Role.VOLUNTEER, {"危机求助"}),
    (Role.STUDENT_ASSISTANT, {"失物招领", "便民物品", "应急表单", "巡座", "抽签"}),
    (Role.STUDENT_ASSISTANT, {"违规与暂停使用", "候位"}),
    (Role.LIBRARIAN, {"免责时段", "准入名单", "证书"}),
    (Role.LIBRARIAN, {"每日计数", "打印值班日志"}),
    (Role.SHIFT_LEAD, {"删除个人信息", "删除房间预约文字"}),
    (Role.LIBRARIAN, {"读者卡片", "卡片核实", "临时读者"}),
    (Role.SHIFT_LEAD, {"读卡设置", "扫描枪设置"}),
)
CARDS = (
    (Role.LIBRARIAN, {"读者卡片", "卡片核实", "临时读者"}),
    (Role.SHIFT_LEAD, {"读卡设置", "扫描枪设置"}),
)
for least, words in (*REGISTERS, *CARDS):
    for each_role in Role:
        if each_role.reaches(least):
            MAY[each_role] |= words


@pytest.mark.parametrize("role", Role)
async def test_each_is_offered_what_their_duty_allows(tmp_path: Path, role: Role) -> None:
    store = store_in(tmp_path / "store")
    desk = by_badge(open_desk(store), "1001")
    staff.enter(desk, Entry("1005", "某人", role))
    desk.close()
    app = app_on(store, "1005")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        screen = app.screen
        assert isinstance(screen, DeskScreen)
        names = {each.words for each in offered(screen)}
        assert names == MAY[role] | ALWAYS
        may_log = LOG in MAY[role]
        assert ("F2" in shown(pilot, "keys")) == may_log
        assert ("F2" in {hint.key for hint in screen.all_hints()}) == may_log
        await pilot.press("f2")
        assert (app.screen is screen) != may_log


@pytest.mark.parametrize("role", Role)
def test_what_is_not_offered_is_refused(library: Library, role: Role, tmp_path: Path) -> None:
    """The rule and the offer are the same."""
    admin = library.at("admin")
    entered = staff.enter(admin, Entry("2005", "某人", role))
    theirs = admin.signed_in(staff.find(admin, entered.id))
    acts: dict[str, Callable[[], object]] = {
        LOG: lambda: log(theirs, Question("")),
        IMPORT: lambda: readers.load(theirs, tmp_path / "none.csv", str),
        STAFF: lambda: staff.enter(theirs, Entry("2006", "另一人")),
    }
    refused = set()
    for name, act in acts.items():
        try:
            act()
        except Refusal as refusal:
            if refusal.code == "RoleTooLow":
                refused.add(name)
    assert refused == acts.keys() - MAY[role]


def test_a_librarian_finds_no_staff_list(tmp_path: Path) -> None:
    with front(tmp_path, badge="1002") as t:
        t.wait("待我办理", seconds=30)
        t.keys("ctrl+p")
        t.wait("打印值班日志")
        t.send("馆员名单")
        t.wait("没有匹配的命令")


async def finds(pilot: Pilot[None], typed: str, name: str) -> None:
    palette = pilot.app.screen
    assert isinstance(palette, PaletteScreen)
    palette.query_one(Input).value = typed

    def among_few() -> bool:
        found = {each.words for each in palette.matching}
        return name in found and len(found) < len(palette.commands) / 2

    await until(pilot, among_few)


async def test_what_is_called_so_comes_before_what_speaks_of_it(store: Path) -> None:
    app = app_on(store, "1001", "zh_CN")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, PaletteScreen))
        await finds(pilot, "候", "研讨间")
        palette = app.screen
        assert isinstance(palette, PaletteScreen)
        assert palette.matching[0].words == "候位"


async def test_the_list_is_paged_from_the_box(store: Path) -> None:
    app = app_on(store, "1001", "zh_CN")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, PaletteScreen))
        list_ = app.screen.query_one(OptionList)
        await pilot.press("pagedown")
        await until(pilot, lambda: (list_.highlighted or 0) > 1)
        await pilot.press("pageup")
        await until(pilot, lambda: list_.highlighted == 0)


async def names(store: Path, language: str) -> list[str]:
    app = app_on(store, "1001", language)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        screen = app.screen
        assert isinstance(screen, DeskScreen)
        return [each.words for each in offered(screen)]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_command_is_found_in_either_language_and_by_what_people_call_it(
    store: Path, language: str
) -> None:
    t = Language(language)
    (other,) = set(LANGUAGES) - {language}
    here = await names(store, language)
    switches = {t(f"command.language.{code}") for code in LANGUAGES}
    also = dict(line.split("=") for line in t("palette.also").splitlines())
    assert also.keys() == {*here, *switches}
    there = await names(store, other)
    app = app_on(store, "1001", language)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, PaletteScreen))
        for name, elsewhere in zip(here, there, strict=True):
            await finds(pilot, name if name in switches else elsewhere, name)
        await finds(pilot, "拾获", t("command.found"))
        await finds(pilot, "出借", t("command.lent"))
        await finds(pilot, "统计", t("command.counts"))
        await finds(pilot, "crisis", t("command.crisis"))
        await finds(pilot, "切换语言", t(f"command.language.{other}"))
        await finds(pilot, {"en": "中文", "zh_CN": "english"}[language],
                    t(f"command.language.{other}"))  # fmt: skip
