"""The second copy of the ledger on another disk: where it is, and keeping it up to date."""

from pathlib import Path

from db.copy import Copy
from db.place import COPY, UNCLEAN, set_setting, setting
from deskapp.desk import Desk, Refusal


def path_of(desk: Desk) -> Path | None:
    """The file of the second copy; None where none is kept."""
    with desk.reading() as connection:
        written = setting(connection, COPY)
    return Path(written) if written else None


def copy_of(desk: Desk) -> Copy | None:
    """The second copy, to be followed or caught up; None where none is kept."""
    path = path_of(desk)
    return Copy(desk.ledger, path) if path else None


def make_folder(folder: Path) -> None:
    """The folder for a second copy, on a disk that is there. Refuses FolderMissing (where it would
    have to be made up), FileUnwritable.
    """
    if not folder.parent.is_dir():
        raise Refusal("FolderMissing", file=str(folder.parent))
    try:
        folder.mkdir()
    except OSError as error:
        raise Refusal("FileUnwritable", file=str(folder)) from error


def begin(desk: Desk, folder: Path) -> Path:
    """Keep a second copy in `folder` from now on. One that is kept there already is taken up again.

    Refuses FolderMissing (a disk that is not there is not made up), CopyForeign, CopyForked and
    what the store refuses.
    """
    if not folder.is_dir():
        raise Refusal("FolderMissing", file=str(folder))
    path = folder.absolute() / f"deskapp-{desk.code}.copy"
    copy = Copy(desk.ledger, path)
    if path.exists():
        copy.catch_up()
    else:
        copy.begin()
    with desk.ledger.store.writing() as connection:
        set_setting(connection, COPY, str(path))
    return path


def catch_up(desk: Desk) -> Refusal | None:
    """Bring the second copy, if there is one, up to date. What it refuses never stops the desk."""
    try:
        copy = copy_of(desk)
        if copy is not None:
            copy.catch_up()
    except Refusal as trouble:
        return trouble
    return None


def unclean(desk: Desk) -> bool:
    """Whether the second copy may hold what was wiped here."""
    with desk.reading() as connection:
        return setting(connection, UNCLEAN) is not None


def begin_again(desk: Desk) -> Path | None:
    """After a restore: catch up, or where the copy knows what the desk lost, set it aside.

    Gives the path where the former copy lies, if it had to go. Refuses as `Copy.begin_anew`.
    """
    trouble = catch_up(desk)
    copy = copy_of(desk)
    if trouble is None or copy is None:
        return None
    if trouble.code != "CopyForked":
        raise trouble
    return copy.begin_anew()
