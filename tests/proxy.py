"""A line that breaks at a byte: a proxy on loopback between a desk and its centre."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

Way = Literal["up", "down"]


@dataclass(slots=True)
class Line:
    """What has passed in the connection that began last, and after how many bytes it breaks."""

    upstream: str
    passed: dict[Way, int] = field(default_factory=lambda: {"up": 0, "down": 0})
    limit: dict[Way, int] = field(default_factory=dict)
    broken: bool = False
    port: int = 0
    turns: int = 0
    """answers to questions so far, in all connections"""
    asked: bool = False

    def breaks(self, way: Way | None = None, after: int = 0) -> None:
        """From the next connection on: in this way, after so many bytes. Without one, never."""
        self.limit = {} if way is None else {way: after}
        self.broken = False

    async def join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passed: dict[Way, int] = {"up": 0, "down": 0}
        self.passed = passed
        there, thence = await asyncio.open_unix_connection(self.upstream)
        ways = (
            self._carry("up", reader, thence, passed),
            self._carry("down", there, writer, passed),
        )
        tasks = [asyncio.ensure_future(way) for way in ways]
        with suppress(asyncio.CancelledError):  # the line itself is taken away
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for end in (writer, thence):
            # At once, as when a cable is pulled: what is under way is lost.
            end.transport.abort()
        for task in tasks:
            task.cancel()

    async def _carry(
        self,
        way: Way,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        passed: dict[Way, int],
    ) -> None:
        limit = self.limit.get(way, 1 << 60)
        with suppress(ConnectionError):
            while some := await reader.read(1 << 16):
                self.turns += self.asked and way == "down"
                self.asked = way == "up"
                left = limit - passed[way]
                passed[way] += min(len(some), left)  # before whoever waits for it goes on to look
                writer.write(some[:left])
                await writer.drain()
                if len(some) >= left:
                    self.broken = True
                    return


@contextmanager
def broken_line(upstream: str) -> Iterator[Line]:
    """A line to a server that listens at a socket in the file system."""
    line = Line(upstream)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(line.join, "127.0.0.1", 0))
    line.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield line
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
