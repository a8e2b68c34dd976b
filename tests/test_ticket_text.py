"""The digits of tickets: true ones are read, and nothing else is; short codes find a slip of the
finger."""

import random
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from db.refusal import Refusal
from deskapp import ticket_text as tickets
from deskapp.ticket_text import DIGITS, EPOCH, PAYLOAD, WHOLE, Read
from tests.refusals import refused

KEY = b"k" * 32
PUBLIC = tickets.public_key(KEY)
OTHER = tickets.signer(b"o" * 32)
EVENT, SESSION = "event:e", "s"
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
SERIALS = some.integers(0, 2**63 - 1).map("{:016x}".format)
ORDER = 2**252 + 27742317777372353535851937790883648493
"""of the group of Ed25519 (RFC 8032, 5.1)"""


def made(
    serial: str = "00000000000000ff",
    event: str = EVENT,
    session: str = SESSION,
    since: timedelta = timedelta(days=-1),
    until: timedelta = timedelta(hours=3),
    places: int = 1,
    key: bytes = KEY,
) -> str:
    signer = tickets.signer(key)
    return tickets.write(signer, event, session, serial, NOW + since, NOW + until, places)


def admits(text: str) -> bool:
    """Whether a door that has never heard of it lets somebody in."""
    try:
        read = tickets.read(PUBLIC, text)
    except Refusal:
        return False
    return read is not None and read.is_for(EVENT, SESSION) and read.is_good(NOW)


FIRST, LAST = (datetime.combine(date(year, 1, 1), time()) for year in (2020, 2099))
moments = some.datetimes(FIRST, LAST, timezones=some.just(UTC))


@given(SERIALS, moments, moments, some.integers(1, 255))
def test_what_is_written_is_read(serial: str, since: datetime, until: datetime, many: int) -> None:
    text = tickets.write(tickets.signer(KEY), EVENT, SESSION, serial, since, until, many)
    read = tickets.read(PUBLIC, text)
    assert isinstance(read, Read)
    assert (len(text), text.isascii() and text.isdigit()) == (DIGITS, True)
    assert (read.serial, read.places, read.is_for(EVENT, SESSION)) == (serial, many, True)
    assert timedelta() <= since - read.good_from < tickets.MINUTE
    assert timedelta() <= read.good_until - until < tickets.MINUTE


def number(value: int) -> str:
    return f"{value:0{DIGITS}}"


Mutation = Callable[[random.Random, str], str]


def flipped(chance: random.Random, text: str) -> str:
    return number(int(text) ^ (1 << chance.randrange(WHOLE * 8)))


def digit_changed(chance: random.Random, text: str) -> str:
    at = chance.randrange(DIGITS)
    return text[:at] + chance.choice("0123456789".replace(text[at], "")) + text[at + 1 :]


def swapped(chance: random.Random, text: str) -> str:
    """What one ticket says under the signature of another, for another session."""
    other = made(f"{chance.getrandbits(63):016x}", session="t")
    parts = [int(each).to_bytes(WHOLE, "big") for each in (text, other)]
    chance.shuffle(parts)
    return number(int.from_bytes(parts[0][:PAYLOAD] + parts[1][PAYLOAD:], "big"))


def exchanged(chance: random.Random, text: str) -> str:
    """Fields of one ticket in another's place."""
    whole = bytearray(int(text).to_bytes(WHOLE, "big"))
    one, other = chance.sample([1, 9, 17], 2)
    whole[one : one + 8], whole[other : other + 8] = (
        whole[other : other + 8],
        whole[one : one + 8],
    )
    return number(int.from_bytes(whole, "big"))


def longer(chance: random.Random, text: str) -> str:
    more = "".join(chance.choices("0123456789 \t\n", k=chance.randrange(1, 5)))
    return chance.choice([text + more, more + text, "0" + text, text + text])


def shorter(chance: random.Random, text: str) -> str:
    return chance.choice([text[1:], text[:-1], text.lstrip("0"), text[:118], text[118:]])


def other_digits(chance: random.Random, text: str) -> str:
    zero = chance.choice(["０", "٠", "०", "𝟎"])
    table = {ord("0") + n: chr(ord(zero) + n) for n in range(10)}
    if chance.random() < 0.5:
        return text.translate(table)
    at = chance.randrange(DIGITS)
    return text[:at] + text[at].translate(table) + text[at + 1 :]


def a_number_to_python(chance: random.Random, text: str) -> str:
    """Texts of the right length that `int` would take."""
    bare = text[1:]
    at = chance.randrange(1, len(bare) - 1)
    return chance.choice(["+" + bare, " " + bare, bare + "\n", bare[:at] + "_" + bare[at:]])


def wrapped(chance: random.Random, text: str) -> str:
    return number(int(text) + (chance.randrange(1, 9) << WHOLE * 8))


def malleable(chance: random.Random, text: str) -> str:
    """The same signature by another name: the order of the group added to its second half."""
    whole = int(text).to_bytes(WHOLE, "big")
    second = int.from_bytes(whole[66:], "little") + chance.randrange(1, 15) * ORDER
    return number(int.from_bytes(whole[:66] + second.to_bytes(32, "little"), "big"))


def of_another_library(chance: random.Random, text: str) -> str:
    return made(f"{chance.getrandbits(63):016x}", key=b"o" * 32)


def of_another_event(chance: random.Random, text: str) -> str:
    return made(f"{chance.getrandbits(63):016x}", event=f"event:{chance.random()}")


def of_another_session(chance: random.Random, text: str) -> str:
    return made(f"{chance.getrandbits(63):016x}", session=f"{chance.random()}")


def of_another_time(chance: random.Random, text: str) -> str:
    minutes = timedelta(minutes=chance.randrange(1, 9999))
    if chance.random() < 0.5:
        return made(since=minutes, until=2 * minutes)
    return made(since=-2 * minutes, until=-minutes)


MUTATIONS: list[Mutation] = [
    *(flipped, digit_changed, swapped, exchanged, longer, shorter, other_digits),
    *(a_number_to_python, wrapped, malleable),
    *(of_another_library, of_another_event, of_another_session, of_another_time),
]


def test_of_10_000_mutated_tickets_none_is_accepted() -> None:
    chance, texts = random.Random(6), [made(), made(session=""), made("7" + "f" * 15, places=40)]
    assert all(map(admits, texts))
    accepted = []
    for n in range(10_000):
        mutation, text = MUTATIONS[n % len(MUTATIONS)], chance.choice(texts)
        mutated = mutation(chance, text)
        if admits(mutated):
            accepted.append((mutation.__name__, mutated))
    assert accepted == []


def test_what_is_no_ticket_may_be_a_card_and_what_was_misread_is_scanned_again() -> None:
    true = made()
    for card in ("", "2023101234", "04A1B2C3D4", "0099887766", "https://e/" + "a" * 300):
        assert tickets.read(PUBLIC, card) is None
    for misread in (true[:-1], true + "0", true[:100] + "x" + true[101:], "９" * DIGITS):
        refused("TicketWrong", tickets.read, PUBLIC, misread)
    refused("TicketForged", tickets.read, PUBLIC, flipped(random.Random(1), true))
    refused("TicketForged", tickets.read, PUBLIC, made(key=b"o" * 32))


def test_another_version_is_none_of_ours() -> None:
    said = bytes([2]) + int(made()).to_bytes(WHOLE, "big")[1:PAYLOAD]
    whole = said + tickets.signer(KEY).sign(tickets.MARK + said)
    refused("TicketForged", tickets.read, PUBLIC, number(int.from_bytes(whole, "big")))


def test_the_key_is_what_rfc_5869_says() -> None:
    """By HMAC alone: extract without salt, expand once."""
    import hmac

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    extracted = hmac.digest(bytes(32), KEY, "sha256")
    seed = hmac.digest(extracted, b"deskapp ticket 1" + b"\x01", "sha256")
    assert Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw() == PUBLIC


def test_a_check_digit_is_that_of_the_standard() -> None:
    """The first example is its own."""
    assert [tickets.check(digits) for digits in ("0794", "79462", "00200667308")] == list("535")


@given(SERIALS, some.integers(0, 9), some.integers(1, 9))
def test_one_wrong_digit_of_a_short_code_is_found(serial: str, at: int, by: int) -> None:
    code = tickets.code_of(serial)
    assert tickets.is_code(code)
    wrong = str((int(code[at]) + by) % 10)
    assert not tickets.is_code(code[:at] + wrong + code[at + 1 :])


@pytest.mark.parametrize("text", ["", "123", "2023101234", "71648689541", "７１６４８６８９５４"])
def test_what_is_no_short_code(text: str) -> None:
    assert not tickets.is_code(text)


def test_times_are_minutes_since_2020() -> None:
    read = tickets.read(PUBLIC, made(since=EPOCH - NOW, until=EPOCH - NOW))
    assert read is not None
    assert (read.good_from, read.good_until) == (EPOCH, EPOCH)


def test_what_is_heavy_is_loaded_where_it_is_needed() -> None:
    script = (
        "import sys\n"
        "import deskapp.doors, deskapp.ticket_sheets, screens.ticket, screens.tickets\n"
        "print(*sorted({'cryptography', 'typst', 'zxingcpp', 'fontTools', 'qrcode'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )
    assert done.stdout == "\n"
