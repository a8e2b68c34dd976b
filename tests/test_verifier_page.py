"""The page on which anybody verifies a certificate, in a real browser."""

import json
import os
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import timedelta
from importlib import resources
from pathlib import Path
from random import Random
from typing import Any

import pytest
from cbor2 import dumps
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deskapp import cose, publishing, status_lists
from deskapp.certificate_text import bytes_of, digits
from deskapp.serials import spaced
from deskapp.verification import judge
from tests.browsing import OUTSIDE, PHONE, Browser, browsing, served
from tests.curve import odd_signatures
from tests.forgeries import by_page, by_program, genuine_ones, mixed, sample
from tests.library import Library
from tests.outside import posix
from tests.refusals import refused
from tests.verifying import CONTENT, Abroad, another_key, code, published, revoked

BOLD = "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"
WAYS = ("byBrowser", "byLibrary")
SEEN = """[document.getElementById("verdict").className, shown.why,
    ...["sign", "word", "why", "compare"].map((id) => document.getElementById(id).textContent),
    document.querySelector("dd.holder")?.textContent ?? null]"""
VERDICTS = {
    "valid": "valid",
    "signature": "false",
    "unreadable": "unknown",
    "revoked": "false",
    "lost": "false",
    "lost_before": "unknown",
    "retired": "unknown",
    "key": "unknown",
}


@pytest.fixture(scope="module")
def abroad(founded: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Abroad]:
    library = founded.copy(tmp_path_factory.mktemp("library"))
    yield published(library, tmp_path_factory.mktemp("web") / "library")
    library.close()


@pytest.fixture(scope="module")
def browser(abroad: Abroad, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(tmp_path_factory.mktemp("browser")) as found:
        found.at(abroad.now)
        yield found


def why(browser: Browser, told: str, later: float = 0, way: str = "isSigned") -> tuple[str, str]:
    said = f"judged(list, {told!r}, now() + {later}, {way})"
    verdict, reason = browser.run(f"{said}.then((said) => [said.verdict, said.why])")
    return verdict, reason


def test_every_verdict_is_seen_in_words_signs_and_colours(abroad: Abroad, browser: Browser) -> None:
    url, seen = abroad.files.page.as_uri(), {}
    for language in ("zh-CN", "en-GB"):
        browser.look(PHONE, language)
        for reason, told in abroad.codes.items():
            browser.open(f"{url}#{told}")
            seen[language, reason] = found = browser.run(SEEN)
            assert found[:2] == [VERDICTS[reason], reason]
            assert browser.run("document.documentElement.scrollWidth") <= PHONE[0]
            assert browser.asked_for() == [url]
            assert browser.complaints() == []
    for reason, verdict in VERDICTS.items():
        chinese, english = (seen[each, reason] for each in ("zh-CN", "en-GB"))
        assert all(ours != theirs for ours, theirs in zip(chinese[3:5], english[3:5], strict=True))
        assert chinese[2] == {"valid": "✓", "false": "✕", "unknown": "?"}[verdict]
        # Whose name nobody signed for is not put up large.
        assert (chinese[6] is None) == (reason in ("signature", "unreadable"))
    assert [seen["zh-CN", each][3] for each in ("valid", "signature", "revoked", "key")] == [
        "有效", "无效", "已作废", "不能确定"
    ]  # fmt: skip
    assert seen["zh-CN", "valid"][5:] == [
        "请与纸面逐字核对：有一字不同，即非原件。",
        CONTENT.holder,
    ]
    assert seen["zh-CN", "key"][5] == "码中所写，未经证实："
    browser.open(f"{url}#{abroad.codes['valid']}")
    assert browser.run("[...document.querySelectorAll('dd')].map((each) => each.textContent)") == [
        CONTENT.holder, "信息检索大赛", "一等奖", "22 November 2026", CONTENT.issuer,
        spaced(CONTENT.serial),
    ]  # fmt: skip


def test_an_old_list_tells_no_more_whether_it_was_revoked(abroad: Abroad, browser: Browser) -> None:
    browser.open(abroad.files.page.as_uri())
    month = publishing.DAYS * 86400
    known, now = status_lists.read(abroad.files.status), abroad.library.clock.at
    for later in (month, month + 1, -86400, -86401):
        for told in abroad.codes.values():
            said = judge(known, told, now + timedelta(seconds=later))
            for way in WAYS:
                assert why(browser, told, later, way) == (said.verdict, said.why)
    for way in WAYS:
        good, gone = abroad.codes["valid"], abroad.codes["revoked"]
        assert why(browser, good, month, way) == ("valid", "valid")
        assert why(browser, good, month + 1, way) == ("unknown", "old")
        assert why(browser, good, -90000, way) == ("unknown", "clock")
        assert why(browser, gone, month + 1, way) == ("false", "revoked")
        assert why(browser, abroad.codes["lost"], month + 1, way) == ("false", "lost")
        assert why(browser, abroad.codes["signature"], month + 1, way) == ("false", "signature")
    assert browser.run(f"judged(null, {good!r}, now()).then((said) => said.why)") == "list"


def test_what_is_typed(abroad: Abroad, browser: Browser) -> None:
    browser.open(abroad.files.page.as_uri())
    assert browser.run("document.getElementById('verdict').hidden")
    good, serial = abroad.codes["valid"], CONTENT.serial
    known = status_lists.read(abroad.files.status)
    gone = browser.run(f"contentOf(apart(bytesOf({abroad.codes['revoked']!r})).payload).serial")
    cases = {
        f"https://lib.example/verify#{good}": "valid",
        f" {good[:200]}\n{good[200:]}\r\n": "valid",
        serial: "number",
        spaced(CONTENT.serial): "number",
        serial[:-1] + ("1" if serial[-1] == "0" else "0"): "misnumber",
        f"{gone[:6]}－{gone[6:]}": "revoked",
        serial.translate({48 + n: 0xFF10 + n for n in range(10)}): "number",
        f"{good}0": "unreadable",
        "０" + good: "unreadable",
        "<img src=x onerror=alert(1)>": "unreadable",
        f"{serial[:9]}{'-' * 40}{serial[9:]}": "unreadable",
        f"{BOLD[int(serial[0])]}{'-' * 30}{serial[1:]}": "number",
    }
    for text, reason in cases.items():
        browser.run(f"document.getElementById('digits').value = {json.dumps(text)}")
        browser.run("document.getElementById('ask').requestSubmit()")
        assert browser.run("ready.then(() => shown.why)") == reason
        assert judge(known, text, abroad.library.clock.at).why == reason
    # In an address stands nothing but digits.
    for text in (f"{good}#", f"#{good}", f"x#{good}", f"{good}%20", f"0{good}"):
        browser.open(f"{abroad.files.page.as_uri()}#{text}")
        assert browser.run("shown.why") == "unreadable"


@posix
def test_what_is_asked_before_the_list_is_there_is_told_after(
    abroad: Abroad, browser: Browser, tmp_path: Path
) -> None:
    """Where it is seen, too: a phone may be far down the page."""
    (tmp_path / "verify.html").write_bytes(abroad.files.page.read_bytes())
    slow = tmp_path / "status.json"
    os.mkfifo(slow)
    browser.look(PHONE, "zh-CN")
    submit = "document.getElementById('ask').requestSubmit()"
    with served(tmp_path) as port:
        browser.load(f"http://localhost:{port}/verify.html")
        assert browser.run(f"{submit}, shown") is None
        assert browser.run("document.activeElement.id") == "digits"
        given = f"element('digits').value = {abroad.codes['valid']!r}"
        assert browser.run(f"{given}, {submit}, shown.verdict") == "wait"
        slow.open("wb").close()  # as soon as the server reads it
        assert browser.run("ready.then(() => shown.why)") == "valid"
        browser.run("scrollTo(0, document.body.scrollHeight)")
        top = "element('verdict').getBoundingClientRect().top"
        assert browser.run(top) < 0
        assert browser.run(f"{submit}, ready.then(() => {top})") >= 0


def test_a_newer_list_is_taken_from_the_web(
    abroad: Abroad, browser: Browser, tmp_path: Path
) -> None:
    """And none that is forged, of the future, or by a key that signs no more."""
    library, good = abroad.library, abroad.codes["valid"]
    page = (tmp_path / "verify.html", abroad.files.page.read_bytes())
    page[0].write_bytes(page[1])
    status = tmp_path / "status.json"
    late = revoked(library, abroad.key, "读者协会")
    other = another_key(library)
    library.clock.at += timedelta(hours=1)
    newer = publishing.publish(library.at("li"), abroad.key, tmp_path / "newer").status
    again = publishing.publish(library.at("li"), other, tmp_path / "other").status
    library.clock.at += timedelta(days=3)
    future = publishing.publish(library.at("li"), abroad.key, tmp_path / "future").status
    library.clock.at -= timedelta(days=3, hours=1)
    text = json.loads(newer.read_text("utf-8"))["list"]
    forged = json.dumps({"list": text[:-9] + ("A" if text[-9] != "A" else "B") + text[-8:]})
    stray = cose.sign(Ed25519PrivateKey.generate(), b"\x80")
    lists = {
        newer.read_text("utf-8"): "revoked",
        abroad.files.status.read_text("utf-8"): "valid",
        forged: "valid",
        again.read_text("utf-8"): "valid",
        future.read_text("utf-8"): "valid",
        json.dumps({"list": urlsafe_b64encode(stray).decode().rstrip("=")}): "valid",
        "{": "valid",
        "": "valid",
    }
    with served(tmp_path) as port:
        for host in ("localhost", OUTSIDE):
            url = f"http://{host}:{port}/verify.html"
            for said, reason in list(lists.items())[: 2 if host == OUTSIDE else None]:
                status.write_text(said, "utf-8")
                browser.open(f"{url}#{late}")
                assert browser.run("shown.why") == reason
                assert browser.asked_for() == [url, f"http://{host}:{port}/status.json"]
            assert why(browser, good) == ("valid", "valid")
            assert browser.run("typeof crypto.subtle") == (
                "object" if host == "localhost" else "undefined"
            )
        status.unlink()
        browser.open(f"{url}#{good}")
        assert browser.run("shown.why") == "valid"


def test_a_list_is_one_to_page_and_program_alike(
    abroad: Abroad, browser: Browser, tmp_path: Path
) -> None:
    """Of what only a key's owner could sign, too."""
    browser.open(abroad.files.page.as_uri())
    keys = [
        each.public_key().public_bytes_raw() for each in (abroad.key, another_key(abroad.library))
    ]
    names = [bytes.fromhex(cose.kid(each)) for each in keys]
    mine, other = [names[0], keys[0], None, None], [names[1], keys[1], 20000, 20001]
    usual = [1, "deskapp status", int(abroad.now), 30, [mine, other], [202611123456789012]]
    odd: dict[int, list[Any]] = {
        0: [2, None],
        1: ["", b"deskapp status"],
        2: [None, "1", b"", 253402300800, 2**64 - 1],
        3: [None, b"1", 2932897, 2**64 - 1],
        4: [
            None, [], [other], [[*mine[:3], 1]], [[*mine[:2], 1, None]], [mine, other[:2]],
            [mine, [*other, None]], [mine, ["name", *other[1:]]],
            [mine, [names[1], b"", None, None]],
            [mine, [*other[:2], "1", None]], [mine, [*other[:2], None, 2932897]], [mine, None],
        ],
        5: [None, "1", ["1"], [[1]], [None]],
    }  # fmt: skip
    lists: list[tuple[Any, bool]] = [
        ([*usual[:at], each, *usual[at + 1 :]], False) for at, some in odd.items() for each in some
    ]
    lists += [(usual, True), (usual[:-1], False), ([*usual, 1], False), ({1: 2}, False)]
    status = tmp_path / "status.json"
    for said, good in lists:
        signed = cose.sign(abroad.key, dumps(said, canonical=True))
        text = urlsafe_b64encode(signed).decode().rstrip("=")
        assert browser.run(f"listOf({text!r}).then(() => true, () => false)") is good, said
        status.write_text(json.dumps({"list": text}), "utf-8")
        if good:
            status_lists.read(status)
        else:
            refused("StatusWrong", status_lists.read, status)


def test_nothing_that_is_read_is_ever_run(abroad: Abroad, browser: Browser) -> None:
    nasty = "<img src=x onerror=document.title='run'>"
    told = code(abroad.key, holder=nasty)
    browser.open(f"{abroad.files.page.as_uri()}#{told}")
    assert browser.run("document.querySelector('dd.holder').textContent") == nasty
    assert browser.run("[document.images.length, document.scripts.length]") == [0, 4]
    # Even what came into the page by a fault would not run, nor ask anybody.
    browser.run(f"document.body.insertAdjacentHTML('beforeend', {nasty!r})")
    assert browser.run("fetch('http://127.0.0.1:9/').then(() => 1, () => 0)") == 0
    assert "run" not in browser.run("document.title")
    complaints = browser.complaints()
    assert len(complaints) >= 2
    assert all("Content Security Policy" in each for each in complaints)
    text = abroad.files.page.read_text("utf-8")
    assert not re.search(r"""(src|href)=|url\(|@import|innerHTML|eval\(""", text)


def test_only_the_one_way_of_signing_is_taken(abroad: Abroad, browser: Browser) -> None:
    """Of what only the key's owner could make, too: whoever checks, it comes out alike."""
    browser.open(abroad.files.page.as_uri())
    good = bytes_of(abroad.codes["valid"])
    parts = cose.apart(good or b"")
    assert parts is not None
    keys = cose.known([abroad.key.public_key().public_bytes_raw()])
    message = cose._to_be_signed(parts.name, parts.payload)
    for about, signature in odd_signatures(abroad.key.private_bytes_raw(), message):
        odd = parts._replace(signature=signature)
        takes = {cose.is_signed(keys, odd)}
        takes |= {why(browser, digits(cose._whole(odd)), 0, way)[1] == "valid" for way in WAYS}
        assert takes == {about == "as it should be"}, about


def test_no_forgery_is_taken(abroad: Abroad, browser: Browser) -> None:
    """As `python -m tests.forgeries`, of fewer; the page and the program have the same reasons."""
    genuine = [*abroad.codes.values(), *genuine_ones(abroad.key, 9)]
    codes = mixed(sample(abroad.key, CONTENT, Random(7), 1200), genuine)
    known, now = status_lists.read(abroad.files.status), abroad.library.clock.at
    said = by_program(known, codes, now)
    taken = [each for each, why in zip(codes, said, strict=True) if why == "valid"]
    assert taken == [abroad.codes["valid"], *genuine[len(abroad.codes) :]]
    browser.open(abroad.files.page.as_uri())
    for way in WAYS:
        assert by_page(browser, codes, way) == said


def test_who_may_publish_and_what_is_written(library: Library, tmp_path: Path) -> None:
    head, folder = library.at("head"), tmp_path / "web"
    key = another_key(library)
    refused("SignerUnknown", publishing.publish, head, Ed25519PrivateKey.generate(), folder)
    lost = another_key(library, ("lost", {"since": "2026-11-01"}))
    refused("SignerLost", publishing.publish, head, lost, folder)
    refused(
        "SignerRetired", publishing.publish, head, another_key(library, ("retired", {})), folder
    )
    refused("RoleTooLow", publishing.publish, library.at("assistant"), key, folder)
    assert not folder.exists()
    done = publishing.publish(head, key, folder)
    assert (done.keys, done.revoked) == (3, 0)
    assert sorted(folder.iterdir()) == [done.status, done.page]
    assert all(each.stat().st_mode & 0o777 == 0o644 for each in folder.iterdir())
    blocked = tmp_path / "file"
    blocked.write_text("", "utf-8")
    refused("FileUnwritable", publishing.publish, head, key, blocked / "web")


def test_every_colour_stands_out() -> None:
    """At least 4.5 : 1 (WCAG 2.2, 1.4.3), by day and by night."""
    style = (resources.files("assets") / "verifier" / "page.css").read_text("utf-8")
    for block in re.findall(r":root \{([^}]*)\}", style):
        colours = dict(re.findall(r"--(\w+): (#\w+)", block))
        pairs = [(each, "paper") for each in ("ink", "soft", "valid", "false", "unknown", "seal")]
        pairs += [(each, "ground") for each in ("ink", "soft", "seal")]
        pairs += [("on", each) for each in ("valid", "false", "unknown", "seal", "soft")]
        for front, back in pairs:
            bright, dim = sorted(map(_luminance, (colours[front], colours[back])), reverse=True)
            assert (bright + 0.05) / (dim + 0.05) >= 4.5, (front, back)


def _luminance(colour: str) -> float:
    signs = colour[1:] if len(colour) > 4 else "".join(2 * each for each in colour[1:])
    shares = [int(signs[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
