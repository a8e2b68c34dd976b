"""Issuing certificates (签发): checked, signed and recorded in slices, each an act that stands.

Whoever has a good certificate for an award is passed over: a batch that was cut short goes on where
it was. The signed digits ride in the ledger, so that any desk prints what one desk has issued.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from sqlalchemy import Connection

from db import awards as stored
from db import certificate_pages as pages
from db import readers as stored_readers
from db.award_rows import GRANTED, Award, Certificate
from db.facts import Draft
from db.ledger import Act
from db.rows import chunks
from deskapp import (
    awards,
    certificate_sheets,
    certificate_text,
    certificate_words,
    rolls,
    serials,
    staff,
    whose,
)
from deskapp.certificate_papers import Paper
from deskapp.certificate_text import Content
from deskapp.desk import Desk, Refusal, Role
from deskapp.readers import masked_name
from deskapp.rolls import Roll

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ISSUING = Role.LIBRARIAN
"""who may issue, with a shift lead's PIN"""
SLICE = 50
"""certificates of one act: nobody waits behind it for long, and a cut loses no more"""
AHEAD = timedelta(days=31)
"""so far ahead a paper may be dated: for a ceremony they are made some weeks before. Further is a
slip of the finger, and what a key that is lost meanwhile has dated behind that day proves nothing.
"""
BETWEEN = "\u3000"
"""between what is awarded and the prize, as it is signed"""


@dataclass(frozen=True, slots=True)
class Line:
    """An award as a list shows it: its id, the name masked, the prize."""

    award: str
    name: str
    prize: str
    rank: int | None
    amount: float | None


Refused = tuple[Line, Refusal]


@dataclass(frozen=True, slots=True)
class Check:
    """How the awards of a roll stand before they are issued, in the roll's order."""

    ready: tuple[Line, ...]
    refused: tuple[Refused, ...]
    """what stops one stops no other"""
    had: tuple[tuple[Line, str], ...]
    """those that have a good certificate, with its number: they are passed over"""
    stops: Refusal | None = None
    """what stops all of them: the date, the key"""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is: `done` of `of` issued; who was refused so far, and why."""

    done: int
    of: int
    refused: tuple[Refused, ...]
    serials: tuple[str, ...] = ()
    """those of the last slice"""


@dataclass(frozen=True, slots=True)
class Case:
    """An award, and the paper that it is to have, or why it can have none."""

    line: Line
    row: Award
    paper: Paper | Refusal


# looking


def check(desk: Desk, roll: str) -> Check:
    """Every award of a roll: ready, or why not (HolderMissing, AwardWithdrawn, RollWordsWrong,
    CertificateUnwritable, FontLacks, PaperTooLong). Refuses RoleTooLow, RollUnknown, TemplateWrong,
    TemplateUnknown.
    """
    return _checked(desk, roll)[0]


def _checked(desk: Desk, roll: str) -> tuple[Check, list[Case]]:
    """The same, with what is ready."""
    desk.require(ISSUING)
    with desk.reading() as connection:
        row = rolls.roll(desk, roll)
        all_ = stored.of_roll(connection, roll)
        had = pages.good(connection, [each.subject for each in all_])
        found = cases(desk, connection, row, [each for each in all_ if each.subject not in had])
        there = cases(desk, connection, row, [each for each in all_ if each.subject in had])
        theirs = [(each.line, had[each.line.award]) for each in there]
    ready, refused = sifted(desk, found)
    lines = tuple(each.line for each in ready)
    return Check(lines, tuple(refused), tuple(theirs), stops(desk, row)), ready


def preview(desk: Desk, roll: str, award: str) -> Paper:
    """The paper that an award is to have, as a specimen. Refuses what stops it, RoleTooLow,
    RollUnknown, AwardUnknown.
    """
    desk.require(ISSUING)
    with desk.reading() as connection:
        known = awards.row_of(connection, award)
        (found,) = cases(desk, connection, rolls.roll(desk, roll), [known])
    if isinstance(found.paper, Refusal):
        raise found.paper
    return found.paper


def sifted(desk: Desk, found: Sequence[Case]) -> tuple[list[Case], list[Refused]]:
    """Those whose papers can be printed, and why the others cannot. Refuses TemplateUnknown, and
    TemplateWrong and such, which stop all of them.
    """
    numbered = {f"{place:020}": each for place, each in enumerate(found)}
    papers = {
        key: each.paper for key, each in numbered.items() if not isinstance(each.paper, Refusal)
    }
    missing = certificate_sheets.unprintable(
        desk, [replace(paper, serial=key) for key, paper in papers.items()]
    )
    ready: list[Case] = []
    refused: list[Refused] = []
    tried: dict[str, Paper] = {}
    for key, each in numbered.items():
        if isinstance(each.paper, Refusal):
            refused.append((each.line, each.paper))
        elif key in missing:
            refused.append((each.line, missing[key]))
        else:
            ready.append(each)
            tried.setdefault(each.paper.template, each.paper)
    for paper in tried.values():
        certificate_sheets.try_out(desk, paper)
    return ready, refused


def stops(desk: Desk, roll: Roll) -> Refusal | None:
    """What stops every paper of a roll."""
    last = desk.now().date() + AHEAD
    return Refusal("CertificateDay", day=roll.day, last=last) if roll.day > last else None


# a paper


def cases(
    desk: Desk, connection: Connection, roll: Roll, awards: Sequence[Award], spelt: str = ""
) -> list[Case]:
    """The paper of each of these awards as a specimen, or why it can have none. `spelt`: how the
    holder's name is written, if not as it is on record.
    """
    wanted = [each.patron for each in awards if each.patron]
    people = stored_readers.by_subjects(connection, wanted)
    found = []
    with suppress(Refusal):  # which is said of each
        roll = replace(roll, words=certificate_words.text(desk, roll))
    for each in awards:
        reader = people.get(each.patron or "")
        name = normalize(
            "NFC", (spelt or each.name or (reader.name if reader else None) or "").strip()
        )
        shown = masked_name(name) if each.patron else name
        kind = reader.type if reader else None
        line = Line(each.subject, shown, each.prize or "", each.rank, each.amount)
        found.append(Case(line, each, _paper(desk, roll, each, line, name, kind)))
    return found


def _paper(
    desk: Desk, roll: Roll, award: Award, line: Line, holder: str, kind: str | None
) -> Paper | Refusal:
    if award.status != GRANTED:
        return Refusal("AwardWithdrawn", who=line.name)
    if not holder:
        return Refusal("HolderMissing")
    try:
        body = certificate_words.fill(desk, roll, line, holder, kind)
    except Refusal as why:
        return why
    paper = Paper(
        serials.specimen(desk.now().date()),
        holder,
        roll.title,
        award.prize or "",
        body,
        roll.issuers,
        roll.signatory,
        roll.day,
        roll.lang,
        roll.template,
        token="",
        address="",
    )
    return paper if certificate_text.sound(content_of(paper)) else Refusal("CertificateUnwritable")


def content_of(paper: Paper) -> Content:
    """What of a paper is signed."""
    award = BETWEEN.join(filter(None, (paper.title, paper.prize)))
    return Content(paper.serial, paper.holder, award, paper.day, "、".join(paper.issuers))


# issuing


def issue(
    desk: Desk, roll: str, key: "Ed25519PrivateKey", lead: str, pin: str
) -> Iterator[Progress]:
    """Issue a certificate for every award of a roll that is ready and has none that is good, slice
    by slice; `lead` is the badge of the shift lead who approves, with their PIN (0.2 s: never on
    the UI thread). Stop it at any moment: what it has issued stands, another call goes on.

    Refuses, before anything is issued, RoleTooLow, RollUnknown, CertificateDay, SignerUnknown,
    SignerRetired, SignerLost, LeadUnknown, and as `staff.verify` and `check`.
    """
    desk.require(ISSUING)
    found, ready = _checked(desk, roll)
    if found.stops is not None:
        raise found.stops
    by = staff.lead(desk, lead, pin).id
    with desk.reading() as connection:
        signer = signer_of(connection, key)
    return _issued(desk, roll, key, signer, by, ready, found.refused)


def _issued(
    desk: Desk,
    roll: str,
    key: "Ed25519PrivateKey",
    signer: str,
    by: str,
    ready: Sequence[Case],
    refused: tuple[Refused, ...],
) -> Iterator[Progress]:
    done = 0
    yield Progress(0, len(ready), refused)
    for some in chunks(ready, SLICE):
        ids = [each.line.award for each in some]
        with desk.act() as act:
            signer_of(act.connection, key)
            had = pages.good(act.connection, ids)
            now = cases(desk, act.connection, rolls.roll(desk, roll), _rows(act.connection, ids))
            same = {each.line.award: each.paper for each in now}
            left = [each for each in some if each.line.award not in had]
            good = [each for each in left if same[each.line.award] == each.paper]
            given = sign(desk, act, key, signer, by, good)
        done += len(some)
        refused += tuple((e.line, Refusal("AwardChanged")) for e in left if e not in good)
        yield Progress(done, len(ready), refused, tuple(given))


def _rows(connection: Connection, some: Sequence[str]) -> list[Award]:
    known = pages.awards(connection, some)
    return [known[each] for each in some if each in known]


def sign(
    desk: Desk,
    act: Act,
    key: "Ed25519PrivateKey",
    signer: str,
    by: str,
    found: Sequence[Case],
    replaces: Certificate | None = None,
) -> list[str]:
    """Record a certificate for each of these within an act; their numbers."""
    fresh = _numbers(desk, act, len(found))
    drafts = []
    for serial, each in zip(fresh, found, strict=True):
        if isinstance(each.paper, Refusal):
            raise each.paper
        paper = replace(each.paper, serial=serial)
        drafts.append(_draft(act, key, signer, by, each.row, paper, replaces))
    act.record_all(drafts)
    return fresh


def _numbers(desk: Desk, act: Act, many: int) -> list[str]:
    """So many that no certificate known here has: twelve random digits are not asked for more."""
    found: dict[str, None] = {}
    while len(found) < many:
        drawn = [serials.new(desk.now().date(), desk.ledger.clock.new_id()) for _ in range(many)]
        taken = pages.by_serials(act.connection, drawn)
        found |= dict.fromkeys(each for each in drawn if each not in taken)
    return list(found)[:many]


def _draft(
    act: Act,
    key: "Ed25519PrivateKey",
    signer: str,
    by: str,
    award: Award,
    paper: Paper,
    replaces: Certificate | None,
) -> Draft:
    token = certificate_text.digits(certificate_text.write(key, content_of(paper)))
    said: dict[str, Any] = {
        "serial": paper.serial,
        "signer": signer,
        "day": paper.day.isoformat(),
        "paper": {
            "template": paper.template,
            "title": paper.title,
            "prize": paper.prize,
            "issuers": list(paper.issuers),
            "signatory": paper.signatory,
            "lang": paper.lang,
        },
        "approved_by": by,
    }
    if replaces is not None:
        said["replaces"] = replaces.serial
    words = {"holder": paper.holder, "body": list(paper.body), "token": token}
    person = whose.words(act, award.subject, award.patron)
    return stored.draft("certificate.issued", award.subject, said, words, person=person)


def signer_of(connection: Connection, key: "Ed25519PrivateKey") -> str:
    """Which signer a private key is. Refuses SignerUnknown, SignerRetired, SignerLost."""
    kid = certificate_text.kid(key.public_key().public_bytes_raw())
    known = pages.signer(connection, f"signer:{kid}")
    if known is None:
        raise Refusal("SignerUnknown", key=kid)
    if known.lost_since:
        raise Refusal("SignerLost", key=kid)
    if known.retired_at:
        raise Refusal("SignerRetired", key=kid)
    return known.subject
