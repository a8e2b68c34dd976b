"""Seals (印章): a picture of one is printed only where a department head has recorded by which
paper that is permitted, until that paper's last day, and only the very picture that was permitted.

The picture is a file that the machine's configuration names; nothing of it but its digest is ever
in a store. Whoever has no right to print one leaves a blank for the stamp.
"""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection

from db import rolls as stored_rolls
from db import seals as stored
from deskapp import config
from deskapp.desk import Desk, Refusal, Role

PERMITTING = Role.DEPARTMENT_HEAD
GOOD, WITHDRAWN, EXPIRED, NOT_HERE, CHANGED = "good", "withdrawn", "expired", "not_here", "changed"
"""how it stands with the picture here: printed; or no permission; none any more; no file that can
be read; another picture than was permitted"""
_NAME = re.compile(r"[\w-]{1,40}")


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal as a list has it; `state` is of this machine."""

    name: str
    title: str
    document: str
    until: date
    state: str


@dataclass(frozen=True, slots=True)
class Permitted:
    name: str
    digest: str


def permit(
    desk: Desk, name: str, title: str, document: str, until: date, picture: Path
) -> Permitted:
    """Put on record that the picture of a seal may be printed: what is on the seal, by which paper
    it is permitted, and until which day. Permitted anew, the new one holds.

    Refuses RoleTooLow, SealNameWrong, SealUntitled, SealUndocumented, SealPast, SealUnreadable (it
    is no picture that can be printed).
    """
    desk.require(PERMITTING)
    if not _NAME.fullmatch(name):
        raise Refusal("SealNameWrong", name=name)
    said = {"title": title.strip(), "document": document.strip()}
    if not said["title"]:
        raise Refusal("SealUntitled")
    if not said["document"]:
        raise Refusal("SealUndocumented")
    if until < desk.now().date():
        raise Refusal("SealPast", until=until)
    digest = _digest(picture)
    if digest is None or not _drawn(picture):
        raise Refusal("SealUnreadable", file=str(picture))
    with desk.act() as act:
        told = {**said, "until": until.isoformat(), "digest": digest}
        act.record_all([stored.draft("permitted", name, **told)])
    return Permitted(name, digest)


def withdraw(desk: Desk, name: str) -> None:
    """Its picture is printed no more, at any desk that has heard. Refuses RoleTooLow,
    SealUnknown.
    """
    desk.require(PERMITTING)
    with desk.act() as act:
        known = {each.subject: each for each in stored.seals(act.connection)}
        row = known.get(f"seal:{name}")
        if row is None or row.withdrawn_at is not None:
            raise Refusal("SealUnknown", name=name)
        act.record_all([stored.draft("withdrawn", name)])


def listed(desk: Desk) -> list[Seal]:
    with desk.reading() as connection:
        rows = stored.seals(connection)
    pictures = config.settings(desk.ledger.store.path.parent).seals
    return [_shown(desk, row, pictures.get(_name(row))) for row in rows]


def pictures(desk: Desk, connection: Connection, rolls: Collection[str]) -> dict[str, Path]:
    """By roll, the picture that its papers are printed with; of others there is none, and the paper
    has a blank. Refuses as `config.settings`.
    """
    kept = [each for id in rolls if (each := stored_rolls.roll(connection, id))]
    wanted = {each.subject: each.seal for each in kept}
    if not any(wanted.values()):
        return {}
    paths = config.settings(desk.ledger.store.path.parent).seals
    found = {}
    for row in stored.seals(connection):
        path = paths.get(_name(row))
        if path is not None and _shown(desk, row, path).state == GOOD:
            found[_name(row)] = path
    return {id: found[seal] for id, seal in wanted.items() if seal and seal in found}


def _name(row: stored.Seal) -> str:
    return row.subject.partition(":")[2]


def _shown(desk: Desk, row: stored.Seal, picture: Path | None) -> Seal:
    until, digest = date.fromisoformat(row.until), _digest(picture) if picture else None
    state = GOOD
    if row.withdrawn_at is not None:
        state = WITHDRAWN
    elif until < desk.now().date():
        state = EXPIRED
    elif digest is None:
        state = NOT_HERE
    elif digest != row.digest:
        state = CHANGED
    return Seal(_name(row), row.title, row.document, until, state)


def _digest(picture: Path) -> str | None:
    """Of what is in a file; None where it cannot be read."""
    try:
        return sha256(picture.read_bytes()).hexdigest()
    except OSError:
        return None


def _drawn(picture: Path) -> bool:
    """Whether a file is a picture that goes on paper."""
    from typst import TypstError
    from typst import compile as typeset

    with TemporaryDirectory() as folder:
        beside, page = Path(folder, f"seal{picture.suffix.lower()}"), Path(folder, "page.typ")
        beside.write_bytes(picture.read_bytes())
        page.write_text(f"#image({json.dumps(beside.name)})", "utf-8")
        try:
            typeset(str(page), root=folder, ignore_system_fonts=True)
        except TypstError:
            return False
    return True
