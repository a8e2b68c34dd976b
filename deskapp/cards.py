"""Cards at the desk: whose one is in whatever shape it is typed, binding, losing, verifying.

A card is not a card number: a reader of cards types the chip's UID in a shape of its own. What the
university's file says of a card stays as it is written there; what is bound at a desk is held as
the UID, as soon as the desk has learnt its shape.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from db import cards as stored
from db import readers as stored_readers
from db.cards import Held
from db.ledger import Act
from db.place import library_key
from deskapp import cells, readers, shapes, uids
from deskapp.desk import Desk, Refusal, Role
from deskapp.readers import Found, masked_number
from deskapp.uids import Learnt

BINDING = Role.STUDENT_ASSISTANT
"""who may bind an unknown card to a reader"""
VERIFYING = Role.LIBRARIAN
"""who may verify or release what was bound, mark a card lost and found"""
MOST = 200
"""bindings in the list to verify"""

_CODE = re.compile(r"[0-9A-Za-z]{4,20}")
# Payment codes, which change every minute; campus codes are longer or no plain digits.
_PAYMENT = re.compile(r"1[0-5]\d{16}|(?:2[5-9]|30)\d{14,22}")
_RANDOM = "08"
"""how a 4-byte UID begins that a telephone makes up each time (ISO/IEC 14443-3)"""


@dataclass(frozen=True, slots=True)
class Bound:
    """A card is bound to a reader; until a librarian has verified it, it counts as such."""

    reader: Found


@dataclass(frozen=True, slots=True)
class Waiting:
    """A binding to verify. The card masked; `by` is the id of who bound it."""

    id: str
    reader: Found
    value: str
    since: datetime
    by: str | None


@dataclass(frozen=True, slots=True)
class Card:
    """A number or card of a reader, masked."""

    id: str
    value: str
    kind: str
    """number, card (both from the university's file), bound"""
    since: datetime
    until: datetime | None
    verified: bool
    lost: datetime | None


# Whose it is


def whose(desk: Desk, code: str, scanned: bool = False, *, lost: bool = False) -> list[Found]:
    """Whoever this number or card may be: several where it fits more than one.

    What was typed is taken as it stands; a scan is also tried in the shapes that the desk has
    learnt, or in all that tell a whole UID. With `lost` also whose a lost card is.
    Refuses NobodySignedIn, RoleTooLow, CardLost.
    """
    desk.require(Role.STUDENT_ASSISTANT)
    with desk.reading() as connection:
        held = _held(desk, connection, code, scanned)
        if not lost:
            if held and all(each.lost for each in held):
                raise Refusal("CardLost", name=_owner(connection, held[0]))
            held = [each for each in held if not each.lost]
        heads = stored_readers.heads(connection, {each.reader for each in held})
        verified = {heads[each.reader] for each in held if each.verified}
        subjects = list(dict.fromkeys(heads[each.reader] for each in held))
        known = stored_readers.seen(connection, subjects)
    return [
        replace(readers.shown(known[subject]), unverified=subject not in verified)
        for subject in subjects
        if subject in known
    ]


def numbers(desk: Desk, code: str) -> list[str]:
    """The numbers of the one person whose card is scanned, for whoever signs in with it; none if it
    is nobody's, several people's or lost. Needs nobody at the desk.
    """
    with desk.reading() as connection:
        held = [each for each in _held(desk, connection, code, scanned=True) if not each.lost]
        people = set(stored_readers.heads(connection, {each.reader for each in held}).values())
        if len(people) != 1:
            return []
        known = stored.of_readers(connection, stored_readers.one_person(connection, people.pop()))
    return [each.value for each in known if each.kind == "number" and not each.until]


def _held(desk: Desk, connection: Connection, code: str, scanned: bool) -> list[Held]:
    learnt = shapes.known(connection)
    held = stored.held(connection, shapes.as_written(code))
    if scanned and (learnt or not held):
        held += _by_uid(desk, connection, code, learnt)
    return held


def _owner(connection: Connection, held: Held) -> str:
    """Whose a lost card is, masked: enough to ask for."""
    return readers.who(connection, held.reader)


def _by_uid(desk: Desk, connection: Connection, code: str, learnt: Learnt) -> list[Held]:
    """The cards that it may be by their UID; a set of shapes that this one decides is kept."""
    found: dict[Held, set[str]] = {}
    for uid, names in _may_be(code, learnt).items():
        for held in stored.held(connection, _ways(uid, learnt)):
            if held.kind != "number":
                found.setdefault(held, set()).update(names)
    if learnt and len({held.reader for held in found}) == 1:
        fits = set.union(*found.values())
        fewer = learnt.only(lambda shape: shape.name in fits)
        if len(fewer.scanner) < len(learnt.scanner):
            with desk.ledger.store.writing() as writing:
                shapes.keep(writing, fewer)
    return list(found)


def spellings(connection: Connection, code: str) -> set[str]:
    """All that a scanned card may be held as, where nobody knows whose it is: a volunteer's laptop
    need not have the scanner that its desk has learnt.
    """
    learnt = shapes.known(connection)
    tried = Learnt((*learnt.scanner, *uids.WHOLE), learnt.records) if learnt else learnt
    return {way for uid in _may_be(code, tried) for way in _ways(uid, learnt)}


def _may_be(code: str, learnt: Learnt) -> dict[str, set[str]]:
    """The UIDs that a scan may say, each with the shapes in which it does."""
    tried = learnt.scanner or (uids.WHOLE if len(uids.bare(code)) >= uids.LEAST else ())
    found: dict[str, set[str]] = {}
    for shape, uid in uids.readings(code, tried).items():
        found.setdefault(uid, set()).add(shape.name)
    return found


def _ways(uid: str, learnt: Learnt) -> set[str]:
    """How a card of this UID may be held, here or at a desk that knows more or less.

    Shapes of three bytes say little: only a desk that has learnt its own goes by them.
    """
    whole = uids.every(uid)
    if len(whole) > 1:
        written = (*learnt.records, *uids.named(["8H", "8H10D"]))
        return {way for each in whole for way in uids.spellings(each, written)}
    return uids.spellings(uid, uids.SHAPES if learnt else uids.WHOLE)


# Binding


def bindable(desk: Desk, code: str) -> bool:
    """Whether a card can be bound at all: it must be the same at the next scan. True, or refused.

    Refuses CodeDynamic (a telephone's code that changes), CardRandom (a UID made up each time),
    NumberIsIdentity.
    """
    with desk.reading() as connection:
        return bool(_value(connection, code))


def _value(connection: Connection, code: str) -> str:
    """What a card is held as: its UID if that is certain, else as it was typed."""
    cells.number(code, f"****{code[-2:]}")
    plain, learnt = uids.bare(code), shapes.known(connection)
    told = list(_may_be(plain, learnt))
    fits = learnt and told
    if not fits and (not _CODE.fullmatch(plain) or _PAYMENT.fullmatch(plain)):
        raise Refusal("CodeDynamic")
    if any(len(uid) == 2 * uids.SHORT and uid.startswith(_RANDOM) for uid in told):
        raise Refusal("CardRandom")
    if fits and len(told) == 1 and uids.UNKNOWN not in told[0]:
        return told[0]
    return plain


def bind(desk: Desk, code: str, reader: str) -> Bound:
    """Bind an unknown card to a reader: it counts at once, and waits to be verified.

    The same again changes nothing. Refuses RoleTooLow, PatronUnknown, CardLost, CardHeld (it is
    somebody else's), and as `bindable`.
    """
    desk.require(BINDING)
    theirs = whose(desk, code, scanned=True)
    with desk.act() as act:
        value = _value(act.connection, code)
        (head,) = stored_readers.heads(act.connection, [reader]).values()
        known = stored_readers.by_subject(act.connection, head)
        if known is None or known.number is None:
            raise Refusal("PatronUnknown")
        if any(each.id != head for each in theirs):
            raise Refusal("CardHeld")
        found = readers.shown(known)
        if theirs:
            return Bound(theirs[0])
        subject = stored.id_of(library_key(act.connection), value)
        act.record_all([stored.draft("card.bound", subject, head, value)])
    return Bound(replace(found, unverified=True))


def to_verify(desk: Desk) -> list[Waiting]:
    """Bindings that nobody has verified, the oldest first."""
    with desk.reading() as connection:
        waiting = stored.unverified(connection, MOST)
        heads = stored_readers.heads(connection, {each.reader for each in waiting})
        known = stored_readers.by_subjects(connection, sorted(set(heads.values())))
    return [
        Waiting(
            each.subject,
            readers.shown(known[heads[each.reader]]),
            masked_number(each.value or ""),
            desk.local(each.since),
            each.by,
        )
        for each in waiting
        if heads[each.reader] in known
    ]


def verify(desk: Desk, id: str) -> None:
    """It is the reader's card. Refuses RoleTooLow, CardUnknown."""
    _of_bound(desk, id, "card.verified")


def release(desk: Desk, id: str) -> None:
    """It was bound to the wrong reader. Refuses RoleTooLow, CardUnknown."""
    _of_bound(desk, id, "card.released")


def _of_bound(desk: Desk, id: str, kind: str) -> None:
    desk.require(VERIFYING)
    with desk.act() as act:
        card = stored.by_subject(act.connection, id)
        if card is None or card.since is None or card.until is not None:
            raise Refusal("CardUnknown")
        act.record(kind, id)


# Lost and found


def of_reader(desk: Desk, reader: str) -> list[Card]:
    """A reader's numbers and cards, under whichever number they came, the present ones first."""
    desk.require(VERIFYING)
    with desk.reading() as connection:
        key = library_key(connection)
        known = stored.of_readers(connection, stored_readers.one_person(connection, reader))
    return [
        Card(
            stored.id_of(key, each.value),
            masked_number(each.value),
            each.kind,
            desk.local(each.since),
            desk.local(each.until) if each.until else None,
            each.verified,
            desk.local(each.lost) if each.lost else None,
        )
        for each in known
    ]


def lose(desk: Desk, reader: str, id: str) -> None:
    """Mark a card of a reader lost: a scan of it warns, and does nothing.

    A number cannot be lost. Refuses RoleTooLow, CardUnknown.
    """
    desk.require(VERIFYING)
    with desk.act() as act:
        known = _theirs(act, reader, id)
        if known.kind == "number" or known.until:
            raise Refusal("CardUnknown")
        if known.lost is None:
            held = next(
                each
                for each in stored.held(act.connection, [known.value])
                if each.kind == known.kind
            )
            act.record_all([stored.draft("card.lost", id, held.reader, known.value)])


def recover(desk: Desk, reader: str, id: str) -> None:
    """The card has been found again. Refuses RoleTooLow, CardUnknown."""
    desk.require(VERIFYING)
    with desk.act() as act:
        if _theirs(act, reader, id).lost is not None:
            act.record("card.recovered", id)


def _theirs(act: Act, reader: str, id: str) -> stored.Known:
    key = library_key(act.connection)
    subjects = stored_readers.one_person(act.connection, reader)
    for each in stored.of_readers(act.connection, subjects):
        if stored.id_of(key, each.value) == id:
            return each
    raise Refusal("CardUnknown")
