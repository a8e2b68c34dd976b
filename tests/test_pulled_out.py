"""A stick pulled out, or a program killed at it, harms nothing: on real file systems."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from db import exchange, stick
from db.arrivals import take_in
from db.doctor import examine
from db.ledger import Ledger
from db.refusal import Refusal
from tests.meeting import LAMP, reopened
from tests.outside import posix, program, root_on_linux
from tests.shelf import child, mounted, outcome, rows, switch

pytestmark = posix


@pytest.fixture(autouse=True)
def _in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stick, "MOST", 3)
    monkeypatch.setattr(exchange, "SLICE", 2)


@pytest.fixture
def a(a: Ledger) -> Ledger:
    """With four files to write, of two facts each."""
    for lamp in range(4):
        switch(a, lamp, lamp + 1)
    return a


def killing(step: int, patch: pytest.MonkeyPatch) -> None:
    """This process is killed at its call of that number that changes a disk, half of it done."""
    left = step

    def killed(real: Callable[..., Any], *, half: bool = False) -> Callable[..., Any]:
        def call(*values: Any) -> Any:
            nonlocal left
            left -= 1
            if not left:
                if half:
                    path, content = values
                    real(path, content[: len(content) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*values)

        return call

    patch.setattr(Path, "write_bytes", killed(Path.write_bytes, half=True))
    patch.setattr(Path, "replace", killed(Path.replace))
    patch.setattr(os, "fsync", killed(os.fsync))
    first = killed(take_in)
    last = killed(lambda: None)

    def taken(*values: Any) -> None:
        first(*values)
        last()  # folded, and not yet committed

    patch.setattr("db.stick.take_in", taken)


def test_a_program_killed_at_a_stick(
    a: Ledger, b: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "stick"
    kills = 0
    for task, ledger in ((stick.write, a), (stick.read, b)):
        for step in count(1):

            def do(task: Any = task, ledger: Ledger = ledger, step: int = step) -> None:
                killing(step, monkeypatch)
                task(reopened(ledger), place)

            ledger.store.close()
            if (ended := outcome(child(do))) == 0:
                break
            assert ended == -signal.SIGKILL
            kills += 1
            if task is stick.read:
                assert examine(b) == []
            elif place.exists():
                assert all(stick.facts_on(path, b"k" * 32) for path in place.glob("*.facts"))
    assert kills > 8
    assert rows(b, LAMP) == rows(a, LAMP)
    assert stick.read(b, place).facts == 0


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A stick in a file, to be mounted."""
    root_on_linux("mounts file systems")
    path = tmp_path / "image"
    path.write_bytes(bytes(1 << 20))
    subprocess.run([program("mkfs.vfat", "mkfs.ext2"), str(path)], check=True, capture_output=True)
    return path


@contextmanager
def put_in(image: Path, point: Path) -> Iterator[Path]:
    shutil.rmtree(point, ignore_errors=True)
    with mounted(point, "-o", "loop", str(image)) as disk:
        yield disk


def test_what_was_written_is_there_though_nobody_unmounts(
    a: Ledger, b: Ledger, image: Path, tmp_path: Path
) -> None:
    """What the stick itself holds at that moment is in the image; the rest is in memory."""
    with put_in(image, tmp_path / "usb") as disk:
        stick.write(a, disk)
        shutil.copyfile(image, tmp_path / "pulled")
    with put_in(tmp_path / "pulled", tmp_path / "usb") as disk:
        read = stick.read(b, disk)
        assert (read.files, read.facts, read.broken) == (4, 8, [])
    assert rows(b, LAMP) == rows(a, LAMP)


def test_a_stick_pulled_out_at_work(
    a: Ledger, b: Ledger, image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    point, left = tmp_path / "usb", 0

    def pulled(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*values: Any) -> Any:
            nonlocal left
            left -= 1
            if not left:
                subprocess.run(["umount", "-l", str(point)], check=True)
            return real(*values)

        return call

    monkeypatch.setattr(os, "fsync", pulled(os.fsync))
    monkeypatch.setattr("db.stick.take_in", pulled(take_in))
    for step in (1, 3, 6):
        left = step
        with put_in(image, point) as disk, pytest.raises(Refusal, match="FileUnwritable"):
            stick.write(a, disk)
    with put_in(image, point) as disk:
        stick.write(a, disk)
        left = 1
        with pytest.raises(Refusal, match="FileUnreadable"):
            stick.read(b, disk)
        assert len(rows(b, LAMP)) == 2
    with put_in(image, point) as disk:
        read = stick.read(b, disk)
        assert (read.files, read.broken) == (4, [])
    assert rows(b, LAMP) == rows(a, LAMP)
    assert examine(b) == []
