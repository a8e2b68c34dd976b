"""What some tests need beyond Python's packages, and what becomes of them where it is not there."""

import os
import shutil
import sys
from typing import NoReturn

import pytest

posix = pytest.mark.skipif(  # Accepted: no part of ours is missing; Windows has no such calls.
    os.name != "posix", reason="forks, mounts, kill -9, pipes, other users"
)


def without(why: str) -> NoReturn:
    """Go no further with a test that lacks something. Under CI, which has installed it, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    # A program from elsewhere: Chromium, poppler, strace, PostgreSQL.
    pytest.skip(why)  # Accepted: README asks for Python and pip alone; under CI it failed above.


def program(*names: str) -> str:
    """The first of these programs that is installed."""
    found = next(filter(None, map(shutil.which, names)), None)
    return found or without(f"{names[0]} is not installed")


def no_right(why: str) -> NoReturn:
    """Go no further where this machine forbids something to whoever runs the tests, also as CI."""
    # To mount, for one. Where CI is root on Linux, as ours is, these tests run.
    pytest.skip(why)  # Accepted: a right, which nothing that .ci/run could install would give.


def root_on_linux(what: str) -> None:
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        no_right(f"only root on Linux {what}")
