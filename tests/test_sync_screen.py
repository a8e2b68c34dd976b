"""F9 and the status line: what a person sees of the exchanges, and begins and stops."""

import re
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from db.clock import SystemClock
from db.store import connect
from deskapp import centre as centres
from deskapp.app import DeskApp
from deskapp.desk import open_desk
from deskapp.errand import Errand
from deskapp.sync import LOCK
from screens import exchanging
from screens.home import HomeScreen
from screens.sync import SyncScreen
from tests.front import app_on, front, on, shown, store_in, until
from tests.kill_centre import mortal
from tests.outside import posix
from tests.postgres import Roles, few_parts
from tests.test_chores import eventually

OFF = '[sync]\nnightly = ""\nevery = 0\n'
"""nothing begins by itself"""
PATIENCE = 90
"""seconds: an exchange has the lowest priority on a machine that tests keep busy"""


def tied(store: Path, address: str) -> None:
    desk = open_desk(store)
    centres.connect(desk, address, None)
    desk.close()


@pytest.fixture
def quiet(tmp_path: Path) -> Path:
    """A store with a centre in a file, where nothing begins by itself."""
    store = store_in(tmp_path / "store")
    tied(store, str(tmp_path / "centre.db"))
    (store / "desk.toml").write_text(OFF, "utf-8")
    return store


async def test_enter_exchanges_and_says_what_was_done(quiet: Path) -> None:
    app = app_on(quiet, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, SyncScreen())
        assert "尚未同步 待上传" in shown(pilot, "status-sync")
        await pilot.press("enter")
        await until(pilot, lambda: "已上传" in shown(pilot, "message"), PATIENCE)
        await until(pilot, lambda: re.search(r"\d已同步", shown(pilot, "status-sync")), PATIENCE)
        await until(pilot, lambda: "已上传" in shown(pilot, "log"))
        await pilot.press("2")
        await until(pilot, lambda: "没有正在进行的同步" in shown(pilot, "message"))
        app.speak("en")
        await until(pilot, lambda: "sent" in shown(pilot, "log"))
        assert "Sync now" in shown(pilot, "keys")


async def test_in_a_narrow_window_how_much_waits_is_cut_last(quiet: Path) -> None:
    app = app_on(quiet, "1001")
    async with app.run_test(size=(52, 24)) as pilot:
        await on(pilot, app, SyncScreen())
        waiting = shown(pilot, "status-sync").split()[-1]
        assert re.fullmatch(r"待上传\d+条", waiting)
        top = app.screen._compositor.render_strips()[0].text
        assert waiting in top
        assert "…" in top  # it does not fit whole


async def test_an_exchange_is_stopped(quiet: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes calls, and answers none
        desk = open_desk(quiet)
        host, port = silent.getsockname()
        centres.keep(desk, f"host={host} port={port} user=d dbname=d sslmode=disable", None)
        desk.close()
        app = app_on(quiet, "1001")
        async with app.run_test(size=(80, 24)) as pilot:
            await on(pilot, app, SyncScreen())
            await pilot.press("1")
            await until(pilot, lambda: "同步中" in shown(pilot, "status-sync"), PATIENCE)
            await pilot.press("1")
            await until(pilot, lambda: "已有一次同步" in shown(pilot, "message"))
            await pilot.press("2")
            await until(pilot, lambda: "同步已停止" in shown(pilot, "message"), PATIENCE)
            await until(pilot, lambda: "尚未同步" in shown(pilot, "status-sync"), PATIENCE)


async def test_without_a_centre_it_says_how_to_get_one(tmp_path: Path) -> None:
    app = app_on(store_in(tmp_path / "store"), "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(app.seen(), SyncScreen))
        await pilot.press("f9", "enter")
        await until(pilot, lambda: "--connect" in shown(pilot, "message"))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))


async def test_a_lock_that_cannot_be_looked_at_ends_nothing(quiet: Path) -> None:
    app = app_on(quiet, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        (quiet / LOCK).unlink(missing_ok=True)
        (quiet / LOCK).mkdir()
        await until(pilot, lambda: "只读" in shown(pilot, "message"))
        (quiet / LOCK).rmdir()
        await until(pilot, lambda: "可使用" in shown(pilot, "message"))


async def test_what_is_due_begins_by_itself_and_ends_with_the_program(
    quiet: Path, tmp_path: Path
) -> None:
    (quiet / "desk.toml").unlink()
    with closing(connect(tmp_path / "centre.db")) as busy:
        busy.execute("BEGIN IMMEDIATE")
        app = app_on(quiet)
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: _child(app), PATIENCE)
            child = _child(app)
        assert child is not None
        assert app.errand is not None
        eventually(lambda: app.errand is not None and app.errand.over)
        assert child.poll() is not None


@pytest.mark.parametrize(
    ("does", "said"),
    [("raise SystemExit(3)", "同步意外结束"), ("import time; time.sleep(60)", "同步已停止")],
    ids=["broken", "stopped"],
)
async def test_one_that_ends_without_a_word_is_not_begun_again_at_once(
    quiet: Path, monkeypatch: pytest.MonkeyPatch, does: str, said: str
) -> None:
    begun: list[Errand] = []

    class Dead(Errand):
        def __init__(self, folder: Path, *, nightly: bool = False) -> None:
            super().__init__(folder, nightly=nightly)
            self._command = [sys.executable, "-c", does]
            begun.append(self)

    monkeypatch.setattr(exchanging, "Errand", Dead)
    (quiet / "desk.toml").unlink()
    app = app_on(quiet, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        app.exchange_if_due(app.desk)
        if "sleep" in does:
            begun[-1].stop()  # before it has begun to note that somebody did
        await until(pilot, lambda: begun and begun[-1].over)
        for _ in range(3):
            app.exchange_if_due(app.desk)
        assert len(begun) == 1
        if "sleep" not in does:
            await until(pilot, lambda: "同步受阻" in shown(pilot, "status-sync"))
        await pilot.press("f9")
        await until(pilot, lambda: said in shown(pilot, "log"))


def _child(app: DeskApp) -> "subprocess.Popen[str] | None":
    return app.errand._process if app.errand is not None else None


def test_a_program_that_is_not_there_is_only_over(tmp_path: Path) -> None:
    errand = Errand(tmp_path)
    errand._command = [str(tmp_path / "none")]
    errand.run()
    assert (errand.over, errand.said) == (True, {})


def test_what_nobody_can_read_ends_nothing(tmp_path: Path) -> None:
    errand = Errand(tmp_path)
    says = r"import sys; sys.stdout.buffer.write(b'\xff\n{\"did\": 1}\n')"
    errand._command = [sys.executable, "-c", says]
    errand.run()
    assert errand.said == {"did": 1}


def test_what_lies_where_it_was_started_is_not_taken_for_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("db", "deskapp"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(0)", "utf-8")
    monkeypatch.chdir(tmp_path)
    errand = Errand(tmp_path)
    errand.run()
    assert errand.said["refused"] == "StoreGone"


@posix
def test_the_end_of_the_program_ends_it_in_order(tmp_path: Path) -> None:
    errand = Errand(tmp_path)
    errand._command = ["sleep", "60"]
    running = Thread(target=errand.run)
    running.start()
    eventually(lambda: errand._process is not None)
    errand.end()
    running.join()
    assert errand._process is not None
    assert errand._process.returncode == -signal.SIGTERM


@posix
def test_the_status_line_tells_the_truth_while_the_server_goes_and_comes(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    with mortal() as server, few_parts():
        roles = Roles(server, SystemClock(), ["2F"])
        tied(store, roles.addresses["2F"])
        roles.close()
        with front(tmp_path, store=store, badge="1001") as t:
            t.wait("待我办理", seconds=PATIENCE)
            t.wait("已同步", seconds=PATIENCE)  # it has begun by itself
            assert re.search(r"在线 \d\d:\d\d已同步", t.lines()[0])
            server.kill()
            t.keys("f9", "enter")
            t.wait("连接不上中心", seconds=PATIENCE)
            t.wait("网络中断，登记照常", seconds=PATIENCE)
            t.wait("待上传0条", seconds=PATIENCE)
            (line,) = [each for each in t.lines() if "连接不上中心" in each and "状态" not in each]
            assert "…" not in line
            assert re.search(r"离线 \d\d:\d\d起", t.lines()[0])
            t.keys("f2")
            t.wait("首问登记", seconds=PATIENCE)
            t.send("书架有灰尘吗？")
            t.keys("enter", "enter")
            t.wait("已登记", seconds=PATIENCE)
            t.wait("待上传1条", seconds=PATIENCE)
            assert re.search(r"离线 \d\d:\d\d起 待上传1条", t.lines()[0])
            server.start()
            t.wait("记录冲突", seconds=PATIENCE)
            t.keys("enter")
            t.wait("已上传1条", seconds=PATIENCE)
            t.wait_until(lambda: "在线" in t.lines()[0], "online again", PATIENCE)
            assert "待上传" not in t.lines()[0]
            t.keys("ctrl+q", "right")
            assert t.leave(b"\r") == 0
