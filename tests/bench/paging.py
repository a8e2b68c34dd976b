"""The published page verifies a certificate, in a Chromium without a window: from the digits given
to the verdict painted, in a page just opened, as whoever scans a code has it.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.bench.measure import Figure
from tests.browsing import OUTSIDE, PHONE, Browser, browsing, served
from tests.forgeries import genuine_ones
from tests.library import found_library
from tests.verifying import published

ROUNDS, MOST = 40, 100.0
WAYS = {"localhost": "WebCrypto", OUTSIDE: "its own library"}
"""hosts: to one that came without TLS a browser gives no WebCrypto"""
GIVEN = """(async (digits) => {
    const begun = performance.now();
    await typed(digits);
    await new Promise(requestAnimationFrame);
    await new Promise((done) => setTimeout(done));
    return [shown.verdict, performance.now() - begun];
})"""
"""after a frame that has the verdict in it"""


def figures(folder: Path) -> Iterator[Figure]:
    with TemporaryDirectory(dir=folder) as made:
        library = found_library(Path(made))
        abroad = published(library, Path(made) / "web")
        library.close()
        codes = genuine_ones(abroad.key, ROUNDS)
        with served(Path(made) / "web") as port, browsing(Path(made)) as browser:
            browser.at(abroad.now)
            browser.look(PHONE, "zh-CN")
            for host, name in WAYS.items():
                url = f"http://{host}:{port}/verify.html"
                taken = median(map(partial(_spent, browser, url), codes))
                about = f"the page verifies a certificate by {name}, painted"
                yield Figure(about, taken, None, "ms", "100 ms", taken < MOST)


def _spent(browser: Browser, url: str, digits: str) -> float:
    """Milliseconds."""
    browser.open(url)
    has = browser.run("typeof crypto.subtle !== 'undefined'")
    assert has == (OUTSIDE not in url)
    verdict, spent = browser.run(f"{GIVEN}({digits!r})")
    assert verdict == "valid"
    return float(spent)
