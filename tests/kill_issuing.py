"""kill -9 while 500 certificates are issued: `python -m tests.kill_issuing --times 100`.

A child issues a batch as fast as it can and prints the numbers of each slice after its commit. The
parent kills it, again and again, until the batch is through, and looks: each of the 500 has one
certificate that is good, no number is there twice, and whatever was confirmed is there.
"""

import argparse
import os
import random
import signal
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from db import certificate_pages as pages
from db.certificate_pages import GOOD, Wanted
from db.doctor import examine
from deskapp import certificates, staff
from deskapp.desk import Desk, open_desk
from tests import honouring
from tests.library import PIN, found_library

MANY = 500
MOST = 60
"""kills behind which a batch that is not through never will be"""


def prepare(folder: Path, many: int = MANY) -> tuple[Ed25519PrivateKey, str]:
    """A desk with a roll of so many; the key, and the roll."""
    library = found_library(folder, with_readers=False)
    key = honouring.signing(library)
    desk = library.at("lead")
    roll = honouring.roll(desk)
    honouring.grant(desk, roll, names=[f"第{number}小组" for number in range(many)])
    library.close()
    return key, roll


def opened(folder: Path) -> Desk:
    desk = open_desk(folder / "2F")
    (lead,) = staff.search(desk, honouring.LEAD)
    return desk.signed_in(lead)


def issue(folder: Path, roll: str, key: Ed25519PrivateKey, confirm: int) -> None:
    """Issue what is left, and write each slice's numbers into `confirm` once they are durable."""
    desk = opened(folder)
    for each in certificates.issue(desk, roll, key, honouring.LEAD, PIN):
        os.write(confirm, "".join(f"{number}\n" for number in each.serials).encode())
    desk.close()


def kill_once(
    folder: Path, roll: str, key: Ed25519PrivateKey, after: float
) -> tuple[list[str], bool]:
    """Let a child issue, and kill it so many seconds behind its first slice; what it confirmed, and
    whether it came to its end.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        try:
            issue(folder, roll, key, writing)
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writing)
    begun = os.read(reading, 1 << 20)
    time.sleep(after)
    os.kill(pid, signal.SIGKILL)
    said = begun
    while some := os.read(reading, 1 << 20):
        said += some
    os.close(reading)
    _, status = os.waitpid(pid, 0)
    return said.decode().split(), status == 0


def kill_until_done(folder: Path, seed: int, longest: float) -> tuple[int, list[str]]:
    """How often it was killed on the way to 500; what is wrong then."""
    chance = random.Random(seed)
    key, roll = prepare(folder)
    confirmed: list[str] = []
    kills, done = 0, False
    while not done and kills < MOST:
        some, done = kill_once(folder, roll, key, longest * chance.random())
        confirmed += some
        kills += not done
    return kills, wrong(folder, roll, confirmed)


def wrong(folder: Path, roll: str, confirmed: Sequence[str]) -> list[str]:
    desk = opened(folder)
    with desk.reading() as connection:
        good = pages.page(connection, Wanted(roll=roll, state=GOOD))
        every = pages.page(connection, Wanted(roll=roll))
    found = [str(each) for each in examine(desk.ledger)]
    desk.close()
    numbers = [each.serial for each in good]
    if len(every) != MANY or len({each.subject for each in good}) != MANY:
        found.append(f"{len(every)} certificates for {MANY}")
    if len(set(numbers)) != len(numbers):
        found.append("a number is there twice")
    if lost := set(confirmed) - set(numbers):
        found.append(f"confirmed and lost: {sorted(lost)}")
    return found


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--times", type=int, default=20, help="batches")
    reader.add_argument("--seed", type=int, default=0)
    asked = reader.parse_args()
    bad = 0
    for seed in range(asked.seed, asked.seed + asked.times):
        with tempfile.TemporaryDirectory() as folder:
            kills, found = kill_until_done(Path(folder), seed, 0.1)
        print(f"seed {seed}: killed {kills} times; {found or 'all there, none twice'}", flush=True)
        bad += bool(found)
    return bad


if __name__ == "__main__":
    raise SystemExit(main())
