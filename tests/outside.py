"""What some tests need beyond Python's packages, and what becomes of them where it is not there."""

import os
import shutil
import sys
from typing import NoReturn

import pytest

# No part of ours is missing: Windows has no fork, mount, kill -9, or user to become.
posix = pytest.mark.skipif(os.name != "posix", reason="forks, mounts, kill -9, other users")


def without(why: str) -> NoReturn:
    """Go no further with a test that lacks something. Under CI, which has installed it, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    # Something that anybody may install for this test to run, and nobody must; the reason names it.
    pytest.skip(why)


def program(*names: str) -> str:
    """The first of these programs that is installed."""
    found = next(filter(None, map(shutil.which, names)), None)
    return found or without(f"{names[0]} is not installed")


def no_right(why: str) -> NoReturn:
    """Go no further where this machine forbids something to whoever runs the tests, also as CI."""
    # To mount is a right and no program: there is nothing that could be installed for it.
    pytest.skip(why)


def root_on_linux(what: str) -> None:
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        no_right(f"only root on Linux {what}")
