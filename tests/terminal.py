"""A real pseudo-terminal around a program: raw bytes in, a screen of cells out.

with Terminal([sys.executable, "-m", "tests.toy_scan", "log"], home=tmp_path) as t:
    t.wait("请刷卡")
    t.send(b"20230001\\r")
    assert t.leave(KEYS["ctrl+q"]) == 0
"""

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import pyte

ROOT = Path(__file__).resolve().parent.parent
FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")  # Debian fonts-noto-cjk

KEYS: dict[str, bytes] = {
    "enter": b"\r", "esc": b"\x1b", "tab": b"\t", "backspace": b"\x7f", "space": b" ",
    "up": b"\x1b[A", "down": b"\x1b[B", "right": b"\x1b[C", "left": b"\x1b[D",
    "home": b"\x1b[H", "end": b"\x1b[F", "pgup": b"\x1b[5~", "pgdn": b"\x1b[6~",
    "delete": b"\x1b[3~", "shift+tab": b"\x1b[Z",
    "f1": b"\x1bOP", "f2": b"\x1bOQ", "f3": b"\x1bOR", "f4": b"\x1bOS", "f5": b"\x1b[15~",
    "f6": b"\x1b[17~", "f7": b"\x1b[18~", "f8": b"\x1b[19~", "f9": b"\x1b[20~",
} | {f"ctrl+{chr(96 + n)}": bytes([n]) for n in range(1, 27)}  # fmt: skip

# What pyte does not know and would print: kitty's keyboard protocol, mode queries.
UNKNOWN = re.compile(rb"\x1b\[(?:[<>=][0-9;:]*[ -/]*[@-~]|\?[0-9;]*\$[@-~])")
UNFINISHED = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*)?\Z")
BLOCKS = {"█": (0, 2), "▀": (0, 1), "▄": (1, 2)}
"""from where to where, in halves of a cell"""
NAMED = {
    "black": "#000000", "red": "#cd3131", "green": "#0dbc79", "brown": "#c0a000",
    "blue": "#2472c8", "magenta": "#bc3fbc", "cyan": "#11a8cd", "white": "#e5e5e5",
    "brightblack": "#666666", "brightred": "#f14c4c", "brightgreen": "#23d18b",
    "brightbrown": "#f5f543", "brightblue": "#3b8eea", "brightmagenta": "#d670d6",
    "brightcyan": "#29b8db", "brightwhite": "#ffffff",
}  # fmt: skip


def environment(home: Path, **more: str) -> dict[str, str]:
    """A clean environment whose home, configuration and data all lie in `home`."""
    home.mkdir(parents=True, exist_ok=True)
    return {
        "PATH": os.environ.get("PATH", os.defpath), "HOME": str(home), "USERPROFILE": str(home),
        "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "SHELL": "/bin/sh",
        "PYTHONPATH": str(ROOT), "TZ": "Asia/Shanghai",
    } | more  # fmt: skip


class Program(Protocol):
    """What runs in a terminal, as far as it is asked."""

    pid: int

    def poll(self) -> int | None: ...

    def wait(self, timeout: float = ...) -> int: ...


class Cells(pyte.Screen):
    """The screen of cells; it answers what a program asks, such as where the cursor is."""

    def __init__(self, columns: int, rows: int, answer: Callable[[str], None]) -> None:
        super().__init__(columns, rows)
        self._answer = answer

    def write_process_input(self, data: str) -> None:
        self._answer(data)


class Terminal:
    """A program in a session of its own on a pseudo-terminal of `columns` by `rows` cells."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        home: Path,
        columns: int = 80,
        rows: int = 24,
        env: Mapping[str, str] | None = None,
        cwd: Path = ROOT,
        start: Callable[[list[str], Mapping[str, str], str], Program] | None = None,
    ) -> None:
        self.columns, self.rows = columns, rows
        self.screen = Cells(columns, rows, self._answer)
        self._stream = pyte.ByteStream(self.screen)
        self._tail = b""
        self._lines: list[str] = []  # as they were last looked at
        self.output = 0  # bytes that the program wrote
        self.copy: bytearray | None = None  # of them as they come, for whoever puts one here
        self.first_paint: float | None = None  # seconds from the start to the first character
        self.fd, slave = os.openpty()
        self._set_size(columns, rows)
        self.started = time.perf_counter()
        self._slave = os.ttyname(slave)
        whole = environment(home) | {"COLUMNS": "", "LINES": ""} | dict(env or {})
        # The shell leads a session of its own: the terminal that it opens by name becomes that
        # session's, so that a resize and a hang-up reach the program, which takes its place.
        self.process: Program = (
            start(list(argv), whole, self._slave)
            if start is not None
            else subprocess.Popen(
                ["/bin/sh", "-c", 'exec "$@" <"$0" >"$0" 2>&1', self._slave, *argv],
                env=whole,
                cwd=cwd,
                stdin=slave,
                stdout=slave,
                stderr=slave,
                start_new_session=True,
            )
        )
        os.close(slave)
        self.open = True

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def resize(self, columns: int, rows: int) -> None:
        """Make the window larger or smaller; the program gets its SIGWINCH."""
        self.columns, self.rows = columns, rows
        self.screen.resize(rows, columns)
        self._set_size(columns, rows)

    def pump(self, seconds: float = 0.0) -> bool:
        """Read what the program writes, for `seconds`; False once it has closed its end."""
        end = time.perf_counter() + seconds
        while self.open:
            left = max(0.0, end - time.perf_counter())
            if not select.select([self.fd], [], [], left)[0]:
                break
            self._draw(self._take())
            if time.perf_counter() >= end and not select.select([self.fd], [], [], 0)[0]:
                break
        return self.open

    def _take(self) -> bytes:
        try:
            data = os.read(self.fd, 65536)
        except OSError:  # Linux: EIO when the last one has closed the other end
            data = b""
        self.open = bool(data)
        self.output += len(data)
        if self.copy is not None:
            self.copy += data
        return data

    def _draw(self, data: bytes) -> None:
        data = self._tail + data
        cut = UNFINISHED.search(data)
        data, self._tail = (data[: cut.start()], data[cut.start() :]) if cut else (data, b"")
        self._stream.feed(UNKNOWN.sub(b"", data))
        if self.first_paint is None and any(self.lines()):
            self.first_paint = time.perf_counter() - self.started

    def _answer(self, report: str) -> None:
        if self.open:
            os.write(self.fd, report.encode())

    def lines(self) -> list[str]:
        """The rows of the screen, without the blanks at their ends."""
        if len(self._lines) != self.rows:
            self._lines = [""] * self.rows
            self.screen.dirty.update(range(self.rows))
        for y in self.screen.dirty:  # looked at a hundred times a second, drawn seldom
            if y < self.rows:
                self._lines[y] = self._line(y).rstrip()
        self.screen.dirty.clear()
        return list(self._lines)

    def _line(self, y: int) -> str:
        # Not pyte's own display, which fails where something is written over half a wide character:
        # its other half, an empty cell, is a blank then, as on a real terminal.
        row, text, wide = self.screen.buffer[y], "", False
        for x in range(self.columns):
            data = row[x].data
            text += data or ("" if wide else " ")
            wide = bool(data) and unicodedata.east_asian_width(data[0]) in "WF"
        return text

    def text(self) -> str:
        return "\n".join(self.lines())

    def send(self, data: bytes | str, *, seconds: float = 30.0) -> None:
        """Type bytes as fast as the program's terminal takes them, reading what it writes."""
        data = data.encode() if isinstance(data, str) else data
        end = time.perf_counter() + seconds
        written = b""  # what the program writes is taken, but drawn later: drawing takes its time
        while data and self.open:
            if time.perf_counter() > end:
                raise TimeoutError(f"{len(data)} bytes were not taken\n{self.text()}")
            readable, writable, _ = select.select([self.fd], [self.fd], [], 0.1)
            if writable:
                data = data[os.write(self.fd, data[:4096]) :]
            if readable:
                written += self._take()
        self._draw(written)

    def keys(self, *names: str, gap: float = 0.06) -> None:
        """Press keys like a hand: by their names in KEYS, or as text, `gap` seconds apart.

        Each is read before the next is pressed: read together, on a busy machine, they are a scan.
        """
        for name in names:
            self.send(KEYS.get(name) or name.encode())
            self.wait_until(self._taken, f"{name} read", 30.0)
            self.pump(gap)

    def _taken(self) -> bool:
        """Whether the program has read all that was typed."""
        if not self.open or self.process.poll() is not None:
            return True
        try:
            slave = os.open(self._slave, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError:  # it has ended just now
            return True
        try:
            (left,) = struct.unpack("i", fcntl.ioctl(slave, termios.FIONREAD, bytes(4)))
        finally:
            os.close(slave)
        return bool(left == 0)

    def wait_until(self, true: Callable[[], bool], what: str, seconds: float = 30.0) -> float:
        """Seconds until something is true; TimeoutError with the screen if it is not in time."""
        start = time.perf_counter()
        while not true():
            spent = time.perf_counter() - start
            if spent >= seconds:
                raise TimeoutError(f"{what}: not in {seconds} s\n{self.text()}")
            if not self.pump(0.005) and not true():
                raise TimeoutError(f"{what}: the program is gone ({self.status()})\n{self.text()}")
        return time.perf_counter() - start

    def wait(self, *wanted: str, seconds: float = 30.0) -> float:
        """Seconds until one of the texts is to be seen."""
        return self.wait_until(lambda: any(w in self.text() for w in wanted), f"{wanted}", seconds)

    def wait_gone(self, text: str, seconds: float = 30.0) -> float:
        """Seconds until the text is no longer to be seen."""
        return self.wait_until(lambda: text not in self.text(), f"{text!r} gone", seconds)

    def status(self, seconds: float = 0.5) -> int | None:
        """Its exit status (negative: the signal that ended it), None if it still runs."""
        end = time.perf_counter() + seconds
        while (status := self.process.poll()) is None and time.perf_counter() < end:
            if not self.pump(0.01):
                time.sleep(0.01)
        return status

    def leave(self, data: bytes = b"", seconds: float = 30.0) -> int:
        """Type the last keys, if any, and wait for the end: the exit status."""
        self.send(data)
        status = self.status(seconds)
        if status is None:
            raise TimeoutError(f"still running after {seconds} s\n{self.text()}")
        return status

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send a signal to the program and all that it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def hang_up(self) -> None:
        """Take the terminal away, as closing its window does."""
        if self.fd >= 0:
            os.close(self.fd)
        self.open, self.fd = False, -1

    def close(self) -> None:
        """End whatever still runs, at last with SIGKILL."""
        if self.process.poll() is None:
            self.kill(signal.SIGTERM)
            self.status(0.5)
        self.kill()
        self.process.wait()
        self.hang_up()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def png(self, path: Path, size: int = 18, font: Path = FONT) -> None:
        """The screen as a picture. Needs Pillow and a font that has Chinese."""
        from PIL import Image, ImageDraw, ImageFont

        face = ImageFont.truetype(str(font), size, index=7 if font == FONT else 0)
        wide, high = size // 2, size * 4 // 3
        picture = Image.new("RGB", (wide * self.columns, high * self.rows), "#101010")
        draw = ImageDraw.Draw(picture)
        for y in range(self.rows):
            row = [self.screen.buffer[y][x] for x in range(self.columns)]
            inks = [self._ink(cell) for cell in row]
            for x, (_, paper) in enumerate(inks):
                box = (x * wide, y * high, (x + 1) * wide - 1, (y + 1) * high - 1)
                draw.rectangle(box, fill=paper)
            for x, (cell, (ink, _)) in enumerate(zip(row, inks, strict=True)):
                if cell.data in BLOCKS:  # terminals draw these themselves, to the cell's edge
                    top, bottom = (y * high + part * high // 2 for part in BLOCKS[cell.data])
                    draw.rectangle((x * wide, top, (x + 1) * wide - 1, bottom - 1), fill=ink)
                elif cell.data.strip():
                    draw.text((x * wide, y * high - size // 6), cell.data, font=face, fill=ink)
                if cell.underscore:
                    draw.line((x * wide, (y + 1) * high - 2, (x + 1) * wide, (y + 1) * high - 2))
        picture.save(path)

    @staticmethod
    def _ink(cell: pyte.screens.Char) -> tuple[str, str]:
        def colour(name: str, otherwise: str) -> str:
            return otherwise if name == "default" else NAMED.get(name) or f"#{name[-6:]}"

        ink, paper = colour(cell.fg, "#e0e0e0"), colour(cell.bg, "#101010")
        return (paper, ink) if cell.reverse else (ink, paper)
