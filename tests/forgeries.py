"""Forged certificates, by the ten thousand: none of them may be taken.

    python -m tests.forgeries [HOW MANY]

makes that many (100,000) from one good certificate, and shows them, with genuine ones among them,
to the program and to the published page in Chromium, which checks signatures in each of its two
ways. Exit status 1 if a forged one is taken, a genuine one is not, or page and program differ.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice, product
from pathlib import Path
from random import Random, SystemRandom
from struct import pack
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from cbor2 import CBORTag, dumps
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deskapp import cose, serials, status_lists
from deskapp.certificate_text import Content, digits, kid, write
from deskapp.cose import Parts
from deskapp.verification import Known, judged
from tests.browsing import Browser, browsing
from tests.curve import odd_signatures
from tests.library import found_library
from tests.verifying import CONTENT, Abroad, published

MANY, GENUINE = 100_000, 100
SHEET = 2000
"""codes that the page is given at once"""
SOUND = "as it should be"
TAGGED = [
    CBORTag(tag, held)
    for tag, held in (
        (0, "2026"), (1, 2**70), (2, b"\x01"), (4, [2**62, 1]), (5, [2**20, 1]), (28, []), (29, 0),
        (30, [1, 0]), (35, 1), (35, "("), (36, b"\n"), (37, b"\x01"), (100, 2**64 - 1), (258, [1]),
    )
]  # fmt: skip
"""numbers, dates, patterns and more that CBOR has tags for, each wrong in its own way"""


def forged(key: Ed25519PrivateKey, content: Content, random: Random) -> Iterator[str]:
    """Without an end: what is wrong by its build, then every bit, every digit, then at random."""
    good = write(key, content)
    yield from rebuilt(key, good)
    yield from rewritten(key, content)
    yield from misspelt(digits(good))
    for bit in range(8 * len(good)):
        yield _number(_turned(good, bit))
    yield from other_digits(digits(good))
    while True:
        yield _at_random(key, good, random)


def sample(key: Ed25519PrivateKey, content: Content, random: Random, many: int) -> list[str]:
    """As many, with every build among them, some of the bits and digits, and some at random."""
    good = write(key, content)
    built = [*rebuilt(key, good), *rewritten(key, content), *misspelt(digits(good))]
    bits = [_number(_turned(good, bit)) for bit in range(8 * len(good))]
    changed = random.sample([*bits, *other_digits(digits(good))], (many - len(built)) * 3 // 4)
    rest = (_at_random(key, good, random) for _ in range(many - len(built) - len(changed)))
    return [*built, *changed, *rest]


def _number(whole: bytes) -> str:
    return str(int.from_bytes(whole, "big"))


def _turned(whole: bytes, bit: int) -> bytes:
    changed = bytearray(whole)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def other_digits(good: str) -> Iterator[str]:
    """Every digit in another's place, left out, doubled, and changed with its neighbour."""
    for at, was in enumerate(good):
        yield from (good[:at] + each + good[at + 1 :] for each in "0123456789" if each != was)
        yield good[:at] + good[at + 1 :]
        yield good[:at] + was + good[at:]
        if good[at : at + 2] != good[at : at + 2][::-1]:
            yield good[:at] + good[at : at + 2][::-1] + good[at + 2 :]


def misspelt(good: str) -> Iterator[str]:
    """The right digits with something about them, or in another script."""
    for more in (" ", "\n", "\r\n", "\t", "\0", "0", "00", "+", "-", "#", "_", ".", "e0", "n", "١"):
        yield good + more
        yield more + good
        yield good[:9] + more + good[9:]
    for zero in (0x0660, 0xFF10, 0x1D7CE):  # Arabic, full width, bold
        yield "".join(chr(zero + int(each)) for each in good)
    yield hex(int(good))
    yield ""
    yield "0"
    yield good * 2
    yield good * 9


def rebuilt(key: Ed25519PrivateKey, good: bytes) -> Iterator[str]:
    """Another envelope about the same payload and signature, or one rightly signed for it."""
    parts = cose.apart(good)
    assert parts is not None
    yield from map(_number, _enveloped(key, parts))
    yield from map(_number, _framed(good, parts))
    yield from map(_number, _signed(key, good, parts))


def _enveloped(key: Ed25519PrivateKey, parts: Parts) -> Iterator[bytes]:
    """With other headers, payloads or tags; each with the old signature and with one of its own."""
    name, payload, signature = parts
    header = {1: -8, 4: name}
    protected = [
        dumps(header, canonical=True),
        b"",
        dumps({}),
        dumps({1: -8}),
        dumps({4: name}),
        dumps({4: name, 1: -8}),  # the other way about
        dumps({1: -7, 4: name}),
        dumps({1: -50, 4: name}),
        dumps({1: "EdDSA", 4: name}),
        dumps({1: -8, 4: name, 2: []}),
        dumps({1: -8, 4: name + b"\0"}),
        dumps({1: -8, 4: name[:7]}),
        dumps({1: -8, 4: name.hex()}),
        dumps({1: -8, 4: [name]}),
        b"\xbf\x01\x27\x04\x48" + name + b"\xff",
        b"\xa2\x01\x38\x07\x04\x48" + name,
        b"\xa2\x01\x27\x04\x58\x08" + name,
        b"\xa3\x01\x27\x01\x27\x04\x48" + name,
    ]
    unprotected: list[Any] = [{}, {1: -8}, {4: name}, {4: b""}, None, [], b"", {"": ""}]
    payloads: list[Any] = [payload, None, b"", payload.hex(), [payload], CBORTag(24, payload)]
    payloads += TAGGED
    for tag, outer, inner, said in product((18, 17, 98, 0, None), protected, unprotected, payloads):
        odd = (tag != 18) + (outer != protected[0]) + (inner != {}) + (said != payload)
        if odd == 1:
            signed = dumps(["Signature1", outer, b"", said])
            for mark in (signature, key.sign(signed)):
                message: Any = [outer, inner, said, mark]
                yield dumps(CBORTag(tag, message) if tag is not None else message)


def _framed(good: bytes, parts: Parts) -> Iterator[bytes]:
    """The same parts with other lengths about them, less, or more."""
    size, signature = bytes([len(parts.payload)]), parts.signature
    front = good[: -len(signature) - 2]
    yield b"\xd2\x9f" + good[2:] + b"\xff"  # a list without its length
    yield b"\xd2\x98\x04" + good[2:]
    yield b"\xd2\x85" + good[2:] + b"\xf6"
    yield b"\xd2\x83" + good[2:]
    yield b"\xd8\x12" + good[1:]
    yield b"\xd2" + good
    yield b"\xd9\xd9\xf7" + good
    yield good[:2] + b"\x58\x0d" + good[3:]
    yield front + b"\x59\x00\x40" + signature
    yield front + b"\x5f\x58\x40" + signature + b"\xff"
    yield front + b"\x78\x40" + signature
    yield good.replace(b"\x58" + size, b"\x59\x00" + size)
    for more in (b"\0", b"\xf6", b"\xff", bytes(64), good):
        yield good + more
    yield good[:-1]
    yield good[1:]


def _signed(key: Ed25519PrivateKey, good: bytes, parts: Parts) -> Iterator[bytes]:
    """Signatures that lax verifiers take, and those of other keys, under their name and ours."""
    name, payload, signature = parts
    other, message = Ed25519PrivateKey.generate(), cose._to_be_signed(name, payload)
    marks = [odd for how, odd in odd_signatures(key.private_bytes_raw(), message) if how != SOUND]
    marks += [bytes(64), b"\xff" * 64, b"\x01" + bytes(63), signature[32:] + signature[:32]]
    marks += [other.sign(message), key.sign(payload), key.sign(good), key.sign(name + payload)]
    for mark in marks:
        yield cose._whole(parts._replace(signature=mark))
    yield cose.sign(other, payload)
    theirs = bytes.fromhex(kid(other.public_key().public_bytes_raw()))
    yield cose._whole(parts._replace(name=theirs))


def rewritten(key: Ed25519PrivateKey, content: Content) -> Iterator[str]:
    """Rightly signed, by the right key, and not a certificate written in the one way."""
    number, day = int(content.serial[:-2]), 20779
    usual: list[Any] = [1, number, content.holder, content.award, day, content.issuer]
    odd: dict[int, list[Any]] = {
        0: [0, 2, True, 1.0, "1", None, -1, CBORTag(0, 1)],
        1: [10**18, 2**64 - 1, 2**64, -1, float(number), str(number), None, [number]],
        2: ["", " 张三", "张三 ", "张三\n", "\u202e张三", "\ufeff张三", "e\u0301", "\u3000",
            "\ue000", "张\u200b三", "\U00013439", "\0", b"\xe5\xbc\xa0", None, 7, ["张三"]],
        3: ["", "\u2028奖", "奖\u00a0", b"", None],
        4: [-1, 2932897, 2**63, 2**64, float(day), "2026-11-22", None, CBORTag(100, day)],
        5: ["", "馆\x7f", "\u1100\u1161", None],
    }  # fmt: skip
    payloads = [
        dumps([*usual[:at], each, *usual[at + 1 :]]) for at, some in odd.items() for each in some
    ]
    payloads += [dumps([1, each, *usual[2:]]) for each in TAGGED]
    payloads += [dumps(each) for each in TAGGED]
    texts = [dumps(each) for each in usual]
    head, plain = b"\x86", b"".join(texts)
    payloads += [
        dumps(usual[:-1]),
        dumps([*usual, None]),
        dumps([*usual, "more"]),
        dumps({"all": usual}),
        dumps(tuple(reversed(usual))),
        b"\x9f" + plain + b"\xff",
        b"\x98\x06" + plain,
        head + b"\x18\x01" + b"".join(texts[1:]),
        head + texts[0] + b"\xc2\x48" + pack(">Q", number) + b"".join(texts[2:]),
        head + b"".join(texts[:4]) + b"\x1a" + pack(">I", day) + texts[5],
        head + b"".join(texts[:4]) + b"\x1b" + pack(">Q", day) + texts[5],
        head + b"".join(texts[:2]) + b"\x7f" + texts[2] + b"\xff" + b"".join(texts[3:]),
        head + b"".join(texts[:2]) + b"\x62\xc3\x28" + b"".join(texts[3:]),
        head + b"".join(texts[:2]) + b"\x63\xed\xa0\x80" + b"".join(texts[3:]),
        head + plain + b"\0",
        head + plain[:-1],
        dumps(dumps(usual)),
        plain,
        b"",
        b"\x86",
        b"\x9b" + b"\xff" * 8,
        b"\x81" * 900,
        b"\x86" + b"\x5b" + b"\xff" * 8,
    ]
    yield from (_number(cose.sign(key, each)) for each in payloads)


def _at_random(key: Ed25519PrivateKey, good: bytes, random: Random) -> str:
    """Some bytes of a good one changed, moved, left out or put in."""
    while True:
        changed = bytearray(good)
        for _ in range(random.randint(1, 6)):
            at = random.randrange(len(changed))
            match random.randrange(5):
                case 0:
                    changed[at] = random.randrange(256)
                case 1:
                    changed[at] ^= 1 << random.randrange(8)
                case 2:
                    del changed[at : at + random.randint(1, 3)]
                case 3:
                    changed[at:at] = random.randbytes(random.randint(1, 3))
                case _:
                    to = random.randrange(len(changed))
                    changed[at], changed[to] = changed[to], changed[at]
        if changed != good:
            return _number(bytes(changed))


# who takes them


def by_program(known: Known, codes: Iterable[str], now: datetime) -> list[str]:
    """The program's reason for each."""
    return [judged(known, each, now).why for each in codes]


def by_page(browser: Browser, codes: Sequence[str], way: str) -> list[str]:
    """The open page's reason for each; `way`: byBrowser or byLibrary, whose Ed25519 it takes."""
    found: list[str] = []
    for at in range(0, len(codes), SHEET):
        found += browser.run(
            f"""(async (codes) => {{
                const found = [];
                for (const each of codes) found.push((await judged(list, each, now(), {way})).why);
                return found;
            }})({json.dumps(codes[at : at + SHEET])})"""
        )
    return found


def mixed(forged: Sequence[str], genuine: Sequence[str]) -> list[str]:
    """Forged ones, and among them, evenly, all genuine ones."""
    step = -(-len(forged) // len(genuine))
    return [
        each
        for at, good in enumerate(genuine)
        for each in (*forged[at * step : (at + 1) * step], good)
    ]


def genuine_ones(key: Ed25519PrivateKey, many: int) -> list[str]:
    """As many, each of another number and holder."""
    return [
        digits(
            write(key, replace(CONTENT, serial=serials.whole(f"202611{n:012}"), holder=f"第{n}人"))
        )
        for n in range(many)
    ]


def main() -> int:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else MANY
    seed = SystemRandom().randrange(2**32)
    with TemporaryDirectory() as made:
        folder = Path(made)
        library = found_library(folder)
        abroad = published(library, folder / "web")
        codes = list(islice(forged(abroad.key, CONTENT, Random(seed)), many))
        print(f"{len(codes):,} forged ({len(set(codes)):,} different), seed {seed}", flush=True)
        well = _all_told(abroad, codes, genuine_ones(abroad.key, GENUINE), folder)
        library.close()
    return 0 if well else 1


def _all_told(abroad: Abroad, forged: Sequence[str], genuine: Sequence[str], folder: Path) -> bool:
    """Whether program and page take all genuine ones and no other, for the same reasons."""
    codes, good, well = mixed(forged, genuine), set(genuine), True
    known, now = status_lists.read(abroad.files.status), datetime.fromtimestamp(abroad.now, UTC)
    with browsing(folder) as browser:
        browser.at(abroad.now)
        browser.open(abroad.files.page.as_uri())
        ways: dict[str, Callable[[], list[str]]] = {
            "program": lambda: by_program(known, codes, now),
            "page by WebCrypto": lambda: by_page(browser, codes, "byBrowser"),
            "page by its library": lambda: by_page(browser, codes, "byLibrary"),
        }
        first: list[str] = []
        for way, ask in ways.items():
            begun = perf_counter()
            said = ask()
            spent, first = perf_counter() - begun, first or said
            taken = {each for each, why in zip(codes, said, strict=True) if why == "valid"}
            other = [
                each for each, *whys in zip(codes, first, said, strict=True) if len({*whys}) > 1
            ]
            print(
                f"{way}: {len(taken - good)} forged taken, {len(taken & good)} of {len(good)}"
                f" genuine taken, {len(other)} said otherwise than by the program, {spent:.0f} s;"
                f" reasons {dict(Counter(said).most_common())}",
                *sorted(taken - good)[:5],
                *other[:5],
                sep="\n",
                flush=True,
            )
            well &= taken == good and not other
    return well


if __name__ == "__main__":
    sys.exit(main())
