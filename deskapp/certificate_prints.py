"""Certificates put on paper: from the ledger, without the key, at any desk; a second copy is marked
as such.

What is printed is on record before the file is there under its name: a cut between the two leaves a
print too many on record, which Ctrl+Z takes back, and never two papers that both look the first.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection

from db import certificate_pages as pages
from db.award_rows import Certificate
from db.awards import draft, roll_of
from db.certificate_pages import TO_PRINT, Wanted
from db.ledger import Act
from deskapp import certificate_sheets, config, seals, serials
from deskapp.certificate_papers import LANGS, Paper
from deskapp.desk import Desk, Refusal, Role

PRINTING = Role.LIBRARIAN


def unprinted(desk: Desk, roll: str) -> list[str]:
    """The good certificates of a roll that no paper was made of, as they were issued, without those
    of erased persons. Refuses RoleTooLow.
    """
    desk.require(PRINTING)
    with desk.reading() as connection:
        wanted = Wanted(roll=roll, state=TO_PRINT)
        found = pages.page(connection, wanted)
    return [each.serial for each in found if each.holder is not None]


def papers(desk: Desk, numbers: Sequence[str]) -> list[Paper]:
    """Certificates as they were issued, in this order; `copy` says how often each is printed.

    Refuses RoleTooLow, SerialUnknown, CertificateRevoked, HolderErased.
    """
    desk.require(PRINTING)
    with desk.reading() as connection:
        rows = _rows(connection, numbers)
        return _papers(desk, connection, rows, more=False)


def printed(desk: Desk, numbers: Sequence[str]) -> list[Paper]:
    """Put on record that these are printed, once more where they were; the papers, each with the
    number of its copy. Refuses as `papers`.
    """
    desk.require(PRINTING)
    with desk.act() as act:
        rows = _rows(act.connection, numbers)
        found = _papers(desk, act.connection, rows)
        _record(act, rows)
    return found


def print_out(
    desk: Desk, numbers: Sequence[str], out: Path, *, single: bool = False
) -> Iterator[int]:
    """Print certificates into the file `out`, a page each in this order (`single`), or into the
    folder `out`, a file each; how many are done. The files are there when all are done, and on
    record. Refuses as `papers`, FileUnwritable, PrintedMeanwhile (by somebody else), and as
    `certificate_sheets.write`.
    """
    desk.require(PRINTING)
    with desk.reading() as connection:
        rows = _rows(connection, numbers)
        made = _papers(desk, connection, rows)
    folder = out.parent if single else out
    if single and out.is_dir():
        raise Refusal("FileUnwritable", file=str(out))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder, prefix=".printing-") as beside:
            part = Path(beside) / out.name if single else Path(beside)
            yield from certificate_sheets.write(desk, made, part, single=single)
            with desk.act() as act:
                now = _rows(act.connection, numbers)
                if [each.copies for each in now] != [each.copies for each in rows]:
                    raise Refusal("PrintedMeanwhile")
                _record(act, now)
            for each in sorted(Path(beside).iterdir()):
                each.replace(folder / each.name)
    except OSError as error:
        raise Refusal("FileUnwritable", file=str(out)) from error


def _record(act: Act, rows: Sequence[Certificate]) -> None:
    act.record_all(
        [
            draft("certificate.printed", r.subject, {"serial": r.serial, "copy": r.copies + 1})
            for r in rows
        ]
    )


def _rows(connection: Connection, numbers: Sequence[str]) -> list[Certificate]:
    """In this order. Refuses SerialUnknown, CertificateRevoked."""
    known = pages.by_serials(connection, numbers)
    for each in numbers:
        if each not in known:
            raise Refusal("SerialUnknown", serial=serials.spaced(each))
        refuse_revoked(known[each])
    return [known[each] for each in numbers]


def refuse_revoked(row: Certificate) -> None:
    """Refuses CertificateRevoked."""
    if row.revoked_at is not None:
        raise Refusal("CertificateRevoked", serial=serials.spaced(row.serial), reason=row.reason)


def _papers(
    desk: Desk, connection: Connection, rows: Sequence[Certificate], *, more: bool = True
) -> list[Paper]:
    """`more`: as they are printed next. Refuses HolderErased, and as `config.settings`."""
    address = config.settings(desk.ledger.store.path.parent).verification_address
    pictures = seals.pictures(desk, connection, {roll_of(each.subject) for each in rows})
    return [
        replace(
            _paper(each, each.copies + 1 if more else max(1, each.copies)),
            address=address,
            seal=pictures.get(roll_of(each.subject)),
        )
        for each in rows
    ]


def _paper(row: Certificate, copy: int) -> Paper:
    """Refuses HolderErased."""
    if row.holder is None or row.token is None:
        raise Refusal("HolderErased", serial=serials.spaced(row.serial))
    said = json.loads(row.paper)
    return Paper(
        row.serial,
        row.holder,
        said["title"],
        said["prize"],
        tuple(json.loads(row.body or "[]")),
        tuple(said["issuers"]),
        said["signatory"],
        date.fromisoformat(row.day),
        next((each for each in LANGS if each == said["lang"]), LANGS[0]),
        said["template"],
        row.token,
        address="",
        copy=copy,
    )
