"""Files that are whole under their name, or not there at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from db.refusal import Refusal


def identity(path: Path) -> tuple[int, int] | None:
    """Which file the path leads to now."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino)


def free(path: Path) -> Path:
    """The path, or with a number behind it, so that nothing is overwritten."""
    number, wanted = 1, path
    while path.exists():
        number += 1
        path = wanted.with_name(f"{wanted.name}.{number}")
    return path


@contextmanager
def partial(target: Path) -> Iterator[Path]:
    """An unfinished file beside its target, for this user alone; gone afterwards unless settled."""
    try:
        handle, unfinished = tempfile.mkstemp(".part", f"{target.name}.", target.parent)
        os.close(handle)
    except OSError as error:
        raise Refusal("FileUnwritable", file=str(target)) from error
    part = Path(unfinished)
    try:
        yield part
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            with suppress(OSError):
                Path(unfinished + suffix).unlink()


def write(
    target: Path, content: str | bytes, *, folder: bool = False, public: bool = False
) -> None:
    """Write a whole file, for this user alone unless it is `public`; `folder`: where there is none,
    it is made. Refuses FileUnwritable.
    """
    try:
        if folder:
            target.parent.mkdir(parents=True, exist_ok=True)
        with partial(target) as part:
            part.write_bytes(content.encode() if isinstance(content, str) else content)
            if public:
                part.chmod(0o644)  # whoever serves it is another user
            settle(part, target)
    except OSError as error:
        raise Refusal("FileUnwritable", file=str(target)) from error


def settle(part: Path, target: Path, *, fresh: bool = False) -> None:
    """Flush a finished file and give it its name: whole under that name, or not there at all.

    FileExists where the name is to be `fresh` and is taken; FileUnwritable.
    """
    try:
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        if fresh:
            name(part, target)
        else:
            part.replace(target)
        if os.name == "posix":
            folder = os.open(target.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    except FileExistsError as error:
        raise Refusal("FileExists", file=str(target)) from error
    except OSError as error:
        raise Refusal("FileUnwritable", file=str(target)) from error


def name(file: Path, target: Path) -> None:
    """Rename, but never over another file."""
    try:
        os.link(file, target)
    except FileExistsError:
        raise
    except OSError as error:  # a disk without links, as sticks are
        if target.exists():
            raise FileExistsError(target) from error
        file.rename(target)
    else:
        file.unlink()
