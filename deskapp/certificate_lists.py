"""Certificates as lists and pages show them: names masked."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from db import certificate_pages as pages
from db import readers as stored_readers
from db import staff as stored_staff
from db.awards import roll_of
from db.certificate_pages import GOOD, HANDED, REVOKED, STATES, TO_PRINT, WAITING, Line, Wanted
from deskapp import cells, readers, rolls, serials
from deskapp.desk import Desk, Refusal, Role
from deskapp.readers import masked_name

__all__ = ["GOOD", "HANDED", "REVOKED", "STATES", "TO_PRINT", "WAITING", "CertificateList"]

LOOKING = Role.LIBRARIAN
"""who may see whose certificates there are"""
MOST = 200
"""of what is found by words"""


@dataclass(frozen=True, slots=True)
class Listed:
    """A certificate as a list shows it. `award` and `roll` are ids, `of` what people call the roll;
    `who` the reader's id, none of a team; people's names are masked, those of staff are not.
    """

    serial: str
    award: str
    roll: str
    of: str
    title: str
    prize: str
    name: str
    who: str | None
    day: date
    state: str
    """TO_PRINT, WAITING, HANDED or REVOKED"""
    issued_at: datetime
    issued_by: str
    approved_by: str
    copies: int
    printed_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str
    reason: str
    """one of `revocations.REASONS`, replaced, clash"""
    why: str
    handed_at: datetime | None
    handed_by: str
    handed_to: str
    """who signed for it, if somebody else"""
    replaces: str
    replaced_by: str
    signer: str
    key: tuple[str, str]
    """its place in a list"""

    @property
    def number(self) -> str:
        """As it is printed."""
        return serials.spaced(self.serial)


class CertificateList:
    """Certificates as a long list's source, as they were issued; `newest` first where wanted.
    Refuses RoleTooLow.
    """

    def __init__(
        self,
        desk: Desk,
        *,
        roll: str = "",
        state: str = "",
        words: str = "",
        newest: bool = False,
    ) -> None:
        desk.require(LOOKING)
        self.desk, self.newest = desk, newest
        text = cells.text(words)
        self.wanted = Wanted(roll=roll, state=state, words=serials.typed(text) or text)
        with desk.reading() as connection:
            self._staff = _staff(desk)
            self._count = pages.count(connection, self.wanted)

    def count(self) -> int:
        return self._count

    def key(self, row: Listed) -> tuple[str, str]:
        return row.key

    def after(self, key: tuple[str, str] | None, limit: int, skip: int = 0) -> Sequence[Listed]:
        return self._page(key, limit, skip, backwards=self.newest)

    def before(self, key: tuple[str, str] | None, limit: int, skip: int = 0) -> Sequence[Listed]:
        return self._page(key, limit, skip, backwards=not self.newest)

    def _page(
        self, key: tuple[str, str] | None, limit: int, skip: int, *, backwards: bool
    ) -> list[Listed]:
        with self.desk.reading() as connection:
            lines = pages.page(connection, self.wanted, key, limit, skip, backwards=backwards)
        found = [_shown(self.desk, each, self._staff) for each in lines]
        return found[::-1] if self.newest else found

    def place(self, row: Listed) -> int | None:
        with self.desk.reading() as connection:
            place = pages.place(connection, self.wanted, row.key)
        return self._count - 1 - place if self.newest and place is not None else place


def one(desk: Desk, serial: str) -> Listed:
    """One certificate, by its number however typed. Refuses RoleTooLow, SerialUnknown,
    SerialWrong (it is mistyped).
    """
    desk.require(LOOKING)
    number = serials.typed(serial)
    if number is None:
        raise Refusal("SerialWrong")
    found = _found(desk, Wanted(serials=(number,)))
    if not found:
        raise Refusal("SerialUnknown", serial=serials.spaced(number))
    return found[0]


def of_award(desk: Desk, award: str) -> list[Listed]:
    """Every paper of an award, the oldest first. Refuses RoleTooLow."""
    desk.require(LOOKING)
    with desk.reading() as connection:
        papers = pages.of_award(connection, award)
    return _found(desk, Wanted(serials=tuple(papers)))


def of_reader(desk: Desk, reader: str) -> list[Listed]:
    """Those of one person under all their numbers, the newest first. Refuses RoleTooLow."""
    desk.require(LOOKING)
    with desk.reading() as connection:
        person = tuple(stored_readers.one_person(connection, reader))
    return _found(desk, Wanted(readers=person))[::-1]


def find(desk: Desk, text: str) -> list[Listed]:
    """What somebody means by a number however typed, a part of a holder's name, a reader's number,
    card or name, or what a roll is called (2F-A3, its title). Refuses RoleTooLow, SerialWrong (it
    looks like a number, and is mistyped), SerialUnknown.
    """
    desk.require(LOOKING)
    text = cells.text(text)
    if serials.is_meant(text):
        return [one(desk, text)]
    found = _found(desk, Wanted(words=text)) if len(text) > 1 else []
    known = {each.serial for each in found}
    for reader in readers.search(desk, text):
        theirs = [each for each in of_reader(desk, reader.id) if each.serial not in known]
        known |= {each.serial for each in theirs}
        found += theirs
    if not found:
        with suppress(Refusal):
            found = _found(desk, Wanted(roll=rolls.find(desk, text).id))
    return found[:MOST]


def _found(desk: Desk, wanted: Wanted) -> list[Listed]:
    staff = _staff(desk)
    with desk.reading() as connection:
        return [_shown(desk, each, staff) for each in pages.page(connection, wanted)]


def _staff(desk: Desk) -> dict[str, str]:
    with desk.reading() as connection:
        return {each.subject: each.name for each in stored_staff.all_ever(connection)}


def _shown(desk: Desk, line: Line, staff: dict[str, str]) -> Listed:
    said = json.loads(line.paper)

    def at(text: str | None) -> datetime | None:
        return desk.local(text) if text else None

    def by(id: str | None) -> str:
        return staff.get(id or "", "")

    return Listed(
        line.serial,
        line.subject,
        roll_of(line.subject),
        line.called,
        str(said.get("title", "")),
        str(said.get("prize") or ""),
        masked_name(line.holder or "") if line.patron else line.holder or "",
        line.patron,
        date.fromisoformat(line.day),
        state_of(line),
        desk.local(line.issued_at),
        by(line.issued_by),
        by(line.approved_by),
        line.copies,
        at(line.printed_at),
        at(line.revoked_at),
        by(line.revoked_by),
        line.reason or "",
        line.why or "",
        at(line.handed_at),
        by(line.handed_by),
        masked_name(line.handed_to or ""),
        line.replaces or "",
        line.replaced_by or "",
        line.signer,
        (line.issued, line.serial),
    )


def state_of(line: Line) -> str:
    """How it stands: what is to be done with it next."""
    if line.revoked_at:
        return REVOKED
    if line.handed_at:
        return HANDED
    return WAITING if line.copies else TO_PRINT
