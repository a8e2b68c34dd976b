"""A real Chromium without a window, driven over a pipe (the DevTools protocol)."""

import json
import os
import signal
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from tests.outside import program

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
PHONE, DESKTOP = (360, 740), (1280, 900)
OUTSIDE = "verify.test"
"""a host name that leads to this machine: a page from there came without TLS, so that it has no
WebCrypto"""


class Broken(Exception):
    """What a script in the page threw, or what the browser would not do."""


class Browser:
    """One page of one browser."""

    def __init__(self, folder: Path) -> None:
        commands, self._commands = os.pipe()
        self._answers, answers = os.pipe()
        argv = [
            program(*BROWSERS), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-extensions", "--hide-scrollbars",
            f"--host-resolver-rules=MAP {OUTSIDE} 127.0.0.1",
            f"--user-data-dir={folder / 'browser'}", "--remote-debugging-pipe", "about:blank",
        ]  # fmt: skip
        nowhere = os.open(os.devnull, os.O_RDWR)
        self._process = os.posix_spawn(
            argv[0],
            argv,
            {**os.environ, "HOME": str(folder)},
            file_actions=[
                (os.POSIX_SPAWN_DUP2, from_, to)
                for from_, to in ((nowhere, 1), (nowhere, 2), (commands, 3), (answers, 4))
            ],
            setpgroup=0,
        )
        for end in (commands, answers, nowhere):
            os.close(end)
        self._number, self._unread, self._session = 0, b"", ""
        self.events: list[Mapping[str, Any]] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        opened = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = opened["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{domain}.enable")

    def close(self) -> None:
        with suppress(OSError, Broken):
            self._session = ""
            self.ask("Browser.close")
        for end in (self._commands, self._answers):
            os.close(end)
        with suppress(ProcessLookupError):
            os.killpg(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """One command and its answer; events that come before are kept."""
        self._number += 1
        said: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            said["sessionId"] = self._session
        left = json.dumps(said).encode() + b"\0"
        while left:
            left = left[os.write(self._commands, left) :]
        while (answer := self._next()).get("id") != self._number:
            self.events.append(answer)
        if "error" in answer:
            raise Broken(answer["error"]["message"])
        result: dict[str, Any] = answer["result"]
        return result

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            some = os.read(self._answers, 1 << 20)
            if not some:
                raise Broken("the browser has ended")
            self._unread += some
        one, _, self._unread = self._unread.partition(b"\0")
        found: dict[str, Any] = json.loads(one)
        return found

    def open(self, url: str) -> None:
        """Open a page anew, and wait until its own script is ready."""
        self.load(url)
        self.run("ready")

    def load(self, url: str) -> None:
        """The same without the waiting."""
        for each in ("about:blank", url):  # what differs behind the # alone would not be loaded
            self.events.clear()
            self.ask("Page.navigate", url=each)
            while not any(event["method"] == "Page.loadEventFired" for event in self.events):
                self.events.append(self._next())

    def run(self, script: str) -> Any:
        """What an expression of the page's own comes to, waited for."""
        said = {"expression": script, "awaitPromise": True, "returnByValue": True}
        done = self.ask("Runtime.evaluate", **said)
        if "exceptionDetails" in done:
            raise Broken(done["exceptionDetails"]["exception"].get("description", "?"))
        return done["result"].get("value")

    def asked_for(self) -> list[str]:
        """The addresses that the page has asked for since it was opened."""
        sent = (e["params"] for e in self.events if e["method"] == "Network.requestWillBeSent")
        return [each["request"]["url"] for each in sent]

    def complaints(self) -> list[str]:
        """What the browser had to say of the page: errors, what its policy forbade."""
        logged = (e["params"]["entry"] for e in self.events if e["method"] == "Log.entryAdded")
        return [each["text"] for each in logged]

    def look(self, size: tuple[int, int], language: str, *, dark: bool = False) -> None:
        """From now on: a screen of this size, this language, by day or by night."""
        width, height = size
        screen = {"width": width, "height": height, "deviceScaleFactor": 2}
        self.ask("Emulation.setDeviceMetricsOverride", **screen, mobile=width < 500)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])
        agent = self.run("navigator.userAgent")
        self.ask("Emulation.setUserAgentOverride", userAgent=agent, acceptLanguage=language)

    def at(self, seconds: float) -> None:
        """Pages that are opened from now on take this for the time."""
        source = f"Date.now = () => {seconds * 1000:.0f}"
        self.ask("Page.addScriptToEvaluateOnNewDocument", source=source)

    def picture(self) -> bytes:
        """The whole page as PNG."""
        taken = self.ask("Page.captureScreenshot", captureBeyondViewport=True)
        return b64decode(taken["data"])


@contextmanager
def browsing(folder: Path) -> Iterator[Browser]:
    browser = Browser(folder)
    try:
        yield browser
    finally:
        browser.close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """A folder on the web, from this machine to this machine; on which port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
