"""The password by which a desk comes in at its centre: in a file for this user alone, or in the
keyring of the operating system. Never in the store, a log or a command.
"""

import os
import stat
import threading
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from db import files
from deskapp.refusal import Refusal

FILE = "centre.secret"
"""beside the store; in no backup, and in no second copy"""
RING = "keyring:"
"""instead of a password in that file: it is in the keyring, under this machine user's name"""
SERVICE = "deskapp"
PATIENCE = 10.0
"""seconds that a keyring may take; where nobody sits, one asks to be unlocked for ever"""


def keep(folder: Path, password: str, *, ring: bool = False) -> None:
    """Keep it for the desk of this data folder, in place of the one before. Refuses FileUnwritable,
    KeyringMissing, KeyringSilent: then the one before stays.
    """
    before = None if ring else _name_in_ring(folder)
    if ring:
        name = str(folder.absolute())
        keep_in_ring(name, password)
        password = RING + name
    file = folder / FILE
    files.write(file, password + "\n")
    _take_out(before)


def known(folder: Path) -> str | None:
    """The password; None where none was given. Refuses SecretExposed, SecretUnreadable,
    KeyringMissing, KeyringSilent.
    """
    said = _written(folder)
    if said is None or not said.startswith(RING):
        return said
    return from_ring(said.removeprefix(RING))


def keep_in_ring(name: str, secret: str) -> None:
    """Keep a secret in the system's keyring. Refuses KeyringMissing, KeyringSilent."""
    _asked(lambda keyring: keyring.set_password(SERVICE, name, secret))


def from_ring(name: str) -> str | None:
    """What the system's keyring keeps by a name. Refuses KeyringMissing, KeyringSilent."""
    found = _asked(lambda keyring: keyring.get_password(SERVICE, name))
    return str(found) if found is not None else None


def forget(folder: Path) -> None:
    """Have it no more, neither in the file nor in the keyring. Refuses FileUnwritable."""
    file, before = folder / FILE, _name_in_ring(folder)
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise Refusal("FileUnwritable", file=str(file)) from error
    _take_out(before)


def _name_in_ring(folder: Path) -> str | None:
    """Under which name the keyring has it; None where it has not, or the file cannot be read."""
    with suppress(Refusal):
        said = _written(folder)
        if said is not None and said.startswith(RING):
            return said.removeprefix(RING)
    return None


def _take_out(name: str | None) -> None:
    if name is not None:
        with suppress(Refusal):  # without its keyring nobody reads it either
            _asked(lambda keyring: keyring.delete_password(SERVICE, name))


def _written(folder: Path) -> str | None:
    file = folder / FILE
    try:
        with file.open(encoding="utf-8") as open_file:
            # The file that is read is the one that is looked at. Windows has no such bits: there
            # the user's own folder is closed to others.
            mode = os.fstat(open_file.fileno()).st_mode
            if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise Refusal("SecretExposed", file=str(file))
            return open_file.readline().rstrip("\r\n")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise Refusal("SecretUnreadable", file=str(file)) from error


def _asked(question: Any) -> Any:
    """What a keyring says, if there is one that works and it does so soon."""
    try:
        keyring = import_module("keyring")
    except ImportError as error:
        raise Refusal("KeyringMissing") from error
    answers: list[Any] = []

    def ask() -> None:
        with suppress(keyring.errors.KeyringError):
            answers.append(question(keyring) if keyring.get_keyring().priority > 0 else Refusal)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(PATIENCE)
    if not answers:
        raise Refusal("KeyringSilent")
    if answers[0] is Refusal:
        raise Refusal("KeyringMissing")
    return answers[0]
