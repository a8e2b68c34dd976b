"""A USB stick in a long outage: it carries facts, gives no position, acknowledges nothing.

Its files are encrypted with a key that only desks of the library have: whoever finds a stick learns
the desk's code, when its facts were written (ids), and how much they are, and not a word of them.
"""

import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from db.arrivals import take_in
from db.clashes import UNREADABLE
from db.exchange import slices
from db.facts import COLUMNS, Fact, canonical, digest_of, unwire, withheld
from db.files import partial, settle
from db.ledger import ACT_LIMIT, Ledger, whole_acts
from db.place import desk_code, library_key, mark_of
from db.refusal import Refusal
from db.rows import chunks, marks
from db.store import driver

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

MOST = ACT_LIMIT
"""Facts in one file."""
SUFFIX = ".facts"
HEAD = "deskapp stick 1"
"""and which library's: how a file begins"""
TEXTS = ("id", "act", "desk", "kind", "subject", "beyond", "at", "data")
NUMBERS = ("timeline", "version", "base")
MAYBE_TEXTS = ("actor", "person", "scope", "private")


@dataclass(slots=True)
class Written:
    """What went onto a stick."""

    files: list[Path] = field(default_factory=list)
    facts: int = 0


@dataclass(slots=True)
class Read:
    """What came from a stick."""

    files: int = 0
    facts: int = 0
    """that this desk did not have"""
    broken: list[str] = field(default_factory=list)
    """names of files that are not what was written, and were left alone"""
    foreign: list[str] = field(default_factory=list)
    """names of files of another library, which were left alone"""
    altered: list[str] = field(default_factory=list)
    """ids of facts that are not what was signed, and were left out"""


def write(ledger: Ledger, folder: Path) -> Written:
    """Write every fact that has no position yet; a file that is there already stays as it is.

    The folder is made where it is missing, but not the one above it: a stick may not be in.
    Refusals: FolderMissing, FileUnwritable, StickBroken where a file reads back differently.
    """
    try:
        folder.mkdir(exist_ok=True)
    except FileNotFoundError:
        raise Refusal("FolderMissing", file=str(folder.parent)) from None
    except OSError as error:
        raise Refusal("FileUnwritable", file=str(folder)) from error
    written = Written()
    with ledger.store.reading() as connection:
        raw, key = driver(connection), library_key(connection)
        (desk,) = raw.execute("SELECT desk FROM place").fetchone()
        lines = raw.execute(f"SELECT {', '.join(COLUMNS)} FROM fact WHERE pos IS NULL ORDER BY n")
        facts = [Fact(*line) for line in lines]
    for some in whole_acts(facts, MOST):
        written.files.append(_write(folder, desk, some, key))
        written.facts += len(some)
    return written


def _write(folder: Path, desk: str, facts: Sequence[Fact], key: bytes) -> Path:
    said = "".join(canonical(fact.wire()) + "\n" for fact in facts).encode()
    content = _head(key) + _cipher(key).encrypt(said, [_head(key)])
    mark = sha256(content).hexdigest()[:32]
    ends = f"{facts[0].id}_{facts[-1].id}"
    path = folder / f"{quote(desk, safe='')}_{ends}_{mark}{SUFFIX}"
    try:
        if path.exists() and path.read_bytes() == content:
            return path
        with partial(path) as part:
            part.write_bytes(content)
            settle(part, path)
        if path.read_bytes() != content:
            raise Refusal("StickBroken", file=str(path))
    except OSError as error:
        raise Refusal("FileUnwritable", file=str(path)) from error
    return path


def _head(key: bytes) -> bytes:
    return f"{HEAD} {mark_of(key)}\n".encode()


def _cipher(key: bytes) -> "AESSIV":
    """AES-SIV: the same facts give the same file, and no file needs a number used only once."""
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV  # here: sticks are rare

    return AESSIV(hmac.new(key, b"stick", "sha512").digest())


def found_in(folder: Path) -> list[Path]:
    """The files of facts in a folder; FileUnreadable where it is gone."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == SUFFIX)
    except OSError as error:
        raise Refusal("FileUnreadable", file=str(folder), why=error.strerror) from error


def read(ledger: Ledger, folder: Path) -> Read:
    """Take in what this desk does not have; may be cut anywhere and begun again.

    Words of a confidential kind come home to the desk that wrote them, or a disk that died before
    its first push would have lost them; elsewhere they are left out, and the centre gives them to
    those who handle them.

    Refusals: FileUnreadable where the folder is gone, or a file goes meanwhile; StickOfAnother
    where all on it is another library's.
    """
    done = Read()
    with ledger.store.reading() as connection:
        own, key = desk_code(connection), library_key(connection)
    for path in found_in(folder):
        try:
            facts = facts_on(path, key)
        except Refusal:
            done.foreign.append(path.name)
            continue
        except FileNotFoundError as error:  # it was pulled out
            raise Refusal("FileUnreadable", file=str(path), why=error.strerror) from error
        except (OSError, *UNREADABLE):
            done.broken.append(path.name)
            continue
        done.files += 1
        new = [f if f.desk == own else withheld(f) for f in unknown(ledger, facts)]
        done.altered += [fact.id for fact in new if digest_of(fact) != fact.digest]
        for some in slices([fact for fact in new if fact.id not in done.altered]):
            with ledger.store.writing() as connection:
                take_in(driver(connection), ledger.books, some)
            done.facts += len(some)
    if ledger.purge_due():
        ledger.purge()
    if done.foreign and not done.files:
        raise Refusal("StickOfAnother", file=str(folder))
    return done


def facts_on(path: Path, key: bytes) -> list[Fact]:
    """The facts of a file, by the library's key; ValueError, LookupError or TypeError where it is
    not whole, StickOfAnother where it is another library's.
    """
    from cryptography.exceptions import InvalidTag

    content, head = path.read_bytes(), _head(key)
    mark = path.stem.rpartition("_")[2]
    if sha256(content).hexdigest()[:32] != mark:
        raise ValueError(path.name)
    if not content.startswith(head):
        if content.startswith(HEAD.encode()):
            raise Refusal("StickOfAnother", file=path.name)
        raise ValueError(path.name)
    try:
        said = _cipher(key).decrypt(content[len(head) :], [head])
    except InvalidTag as error:
        raise ValueError(path.name) from error
    facts = [unwire(json.loads(line)) for line in said.decode().split("\n")[:-1]]
    if not all(map(_plain, facts)):
        raise ValueError(path.name)
    for fact in facts:
        fact.pos = fact.skew = None
    return facts


def _plain(fact: Fact) -> bool:
    """Whether a fact's values are of the kinds that the ledger stores."""
    return (
        all(isinstance(getattr(fact, name), str) for name in TEXTS)
        and all(isinstance(getattr(fact, name), str | None) for name in MAYBE_TEXTS)
        and all((getattr(fact, name) or "").encode() is not None for name in TEXTS + MAYBE_TEXTS)
        and all(type(getattr(fact, name)) is int for name in NUMBERS)
        and all(abs(getattr(fact, name)) < 1 << 63 for name in NUMBERS)
    )


def unknown(ledger: Ledger, facts: Iterable[Fact]) -> list[Fact]:
    """The facts that this store has not."""
    facts = list(facts)
    known: set[str] = set()
    with ledger.store.reading() as connection:
        for chunk in chunks(fact.id for fact in facts):
            lines = driver(connection).execute(
                "SELECT id FROM fact WHERE id IN " + marks(len(chunk)), chunk
            )
            known.update(id for (id,) in lines)
    return [fact for fact in facts if fact.id not in known]
