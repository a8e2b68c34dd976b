"""Award lists whose people get certificates: issued at several desks with one key, printed, handed
out, replaced and revoked; awards taken back; keys retired and lost, seals permitted, loans told.
"""

import hmac
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from unittest.mock import patch

from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from db import loans
from db import signers as stored_signers
from db.books import BOOKS
from db.facts import Book, Stub
from db.ledger import Ledger
from db.loans import Lending
from db.store import driver
from deskapp import awards, certificates, issuing, rolls, seal_forms, seals, signers, undo
from deskapp.awards import Candidate
from deskapp.certificate_text import kid
from deskapp.desk import Desk, Refusal, Role
from deskapp.language import Language
from deskapp.rolls import Plan
from tests.simulation import honoured, words
from tests.simulation.counter import at_counter, last_hands, subjects
from tests.simulation.course import KEY
from tests.simulation.gatherings import quick
from tests.simulation.requests import STAFF, Requests, word

NAMES = ("reader", "roll", "award", "signer", "seal", "loan")
PIN = "135790"
PICTURE = Path(__file__).parents[2] / "assets" / "certificates" / "frame-portrait.svg"
"""of a seal"""
KEYS = tuple(Ed25519PrivateKey.from_private_bytes(bytes([n] * 32)) for n in range(6))
LEAD = {"lead": STAFF[0].badge, "pin": PIN}
HEAD = replace(STAFF[0], id="staff:9", badge="1009", role=Role.DEPARTMENT_HEAD)
TEAMS = ("第一小组", "第二小组")
ROLLS = 2
SEAL = "library"


class Honours:
    """No number is there twice, forgotten, or good again once it was revoked; of an award one
    certificate is good, unless somebody said that both are.
    """

    books: Sequence[Book] = tuple(book for book in BOOKS if book.name in NAMES)
    persons: Sequence[str] = Requests.persons

    def __init__(self) -> None:
        self._numbers: dict[str, str] = {}
        """every number that was ever given, at whatever desk, and by which fact"""

    def prepare(self, raw: sqlite3.Connection) -> None:
        Requests().prepare(raw)
        raw.execute("INSERT INTO setting VALUES ('profile', 'ncst')")
        keyed = hmac.new(KEY, b"pin\x1f" + PIN.encode(), "sha256").hexdigest()
        cheap = PasswordHasher(time_cost=1, memory_cost=32, parallelism=1).hash(keyed)
        raw.execute("UPDATE staff SET pin = ?", (cheap,))
        raw.execute(
            "INSERT INTO staff (subject, badge, name, role, departments, posts, committees, active)"
            " VALUES (?, ?, ?, ?, '[]', '[]', '[]', 1)",
            (HEAD.id, HEAD.badge, HEAD.name, HEAD.role.value),
        )

    def act(self, rng: Random, ledger: Ledger) -> None:
        """Some acts at once; a refusal of one stops no other. A batch is of slices of two."""
        with patch.object(issuing, "SLICE", 2):
            for _ in range(rng.randint(3, 8)):
                with suppress(Refusal):
                    self._act(rng, ledger)

    def _act(self, rng: Random, ledger: Ledger) -> None:
        begun = at_counter(rng, ledger, new=0.08, house=quick)
        if begun is None:
            return
        desk, readers = begun
        known = _all(desk, "SELECT subject FROM roll ORDER BY 1")
        if len(known) < ROLLS and rng.random() < (0.03 if known else 0.3):
            plan = Plan("阅读之星", issuers=("图书馆",), words="{holder}")
            rolls.open_roll(desk, plan)
        elif known:
            many = (_grant, _issue, _issue, _issue, _print, _print, _hand_out, _revoke, _replace)
            few = rng.choice((_withdraw, _hand_prize, _list, _list, _key, _seal, _lend, _mistaken))
            rng.choice((*many, few, few))(rng, desk, rng.choice(known[:ROLLS]), rng.choice(readers))
        if rng.random() < 0.15:
            undo.undo(desk)

    def invariants(self, connection: Connection) -> list[str]:
        raw = driver(connection)
        return [*words.wrong(raw), *honoured.wrong(raw), *self._twice(raw)]

    def _twice(self, raw: sqlite3.Connection) -> list[str]:
        given = honoured.numbers(raw)
        return [
            f"{number} is given twice"
            for number, fact in given
            if self._numbers.setdefault(number, fact) != fact
        ]

    def at_rest(self, connection: Connection) -> list[str]:
        return []

    def clash(self, one: Stub, other: Stub) -> bool:
        return honoured.clash(one, other)

    def words(self, private: str) -> list[str]:
        return words.of(private)


def _all(desk: Desk, sql: str) -> list[str]:
    with desk.reading() as connection:
        return subjects(driver(connection), sql)


def _some(rng: Random, desk: Desk, sql: str) -> str:
    """Refuses SerialUnknown where there is none."""
    found = _all(desk, sql)
    if not found:
        raise Refusal("SerialUnknown")
    return rng.choice(found)


# what people do


def _grant(rng: Random, desk: Desk, roll: str, reader: str) -> None:
    who = rng.choice((Candidate(reader), Candidate(name=rng.choice(TEAMS))))
    awards.grant_one(desk, roll, who)


def _list(rng: Random, desk: Desk, roll: str, reader: str) -> None:
    """The roll itself; the application for its seal is not drawn."""
    form = desk.ledger.store.path.parent / "form.pdf"
    acts: tuple[Callable[[], object], ...] = (
        lambda: rolls.change(desk, roll, signatory=rng.choice(("馆长", "副馆长"))),
        lambda: rolls.change(desk, roll, seal=SEAL),
        lambda: rolls.close(desk, roll),
        lambda: rolls.reopen(desk, roll),
        lambda: rolls.reopen(desk, roll),
        lambda: seal_forms.print_out(desk, Language("zh_CN"), roll, form, force=True),
    )
    with patch.object(seal_forms, "_page", lambda *_: b""):
        rng.choice(acts)()


def _key(rng: Random, desk: Desk, roll: str, reader: str) -> None:
    """A key is given up now and then."""
    head = desk.signed_in(HEAD)
    known = [each.kid for each in signers.listed(head)]
    if known and rng.random() < 0.3:
        since = desk.now().date() - timedelta(days=rng.randrange(3))
        which = rng.choice(known)
        if rng.random() < 0.5:
            signers.retire(head, which)
        else:  # also from before it was made, as a desk whose clock was wrong would have said
            with head.act() as act:
                act.record_all([stored_signers.draft("lost", which, since=since.isoformat())])


def _signer(desk: Desk) -> Ed25519PrivateKey:
    """One that is good here, a new one where there is none."""
    state = {each.kid: each.state for each in signers.listed(desk)}
    for key in KEYS:
        public = key.public_key().public_bytes_raw()
        if state.get(kid(public), signers.GOOD) == signers.GOOD:
            if kid(public) not in state:
                with desk.act() as act:
                    draft = stored_signers.draft("made", kid(public), public=public.hex())
                    act.record_all([draft])
            return key
    raise Refusal("NoSigner")


def _seal(rng: Random, desk: Desk, roll: str, reader: str) -> None:
    head = desk.signed_in(HEAD)
    if rng.random() < 0.6:
        until = desk.now().date() + timedelta(days=rng.randrange(9))
        seals.permit(head, SEAL, "图书馆", f"馆发〔2026〕{rng.randrange(9)}号", until, PICTURE)
    else:
        seals.withdraw(head, SEAL)


def _lend(rng: Random, desk: Desk, roll: str, reader: str) -> None:
    day = desk.now().date().isoformat()
    lent = [Lending(day, f"{rng.randrange(4):016x}") for _ in range(rng.randint(1, 3))]
    with desk.act() as act:
        act.record_all([loans.draft(reader, day, lent)])


def _issue(rng: Random, desk: Desk, roll: str, reader: str) -> None:
    """Now and then cut short behind a slice."""
    key = _signer(desk)
    for part, _ in enumerate(certificates.issue(desk, roll, key, STAFF[0].badge, PIN)):
        if part and rng.random() < 0.6:
            break


def _print(rng: Random, desk: Desk, roll: str, reader: str) -> None:
    good = "SELECT serial FROM certificate WHERE revoked_at IS NULL AND holder NOTNULL ORDER BY 1"
    numbers = {_some(rng, desk, good) for _ in range(rng.randint(1, 3))}
    certificates.printed(desk, sorted(numbers))


GOOD = "SELECT serial FROM certificate WHERE revoked_at IS NULL ORDER BY 1"


def _hand_out(rng: Random, desk: Desk, roll: str, reader: str) -> None:
    certificates.hand_out(desk, _some(rng, desk, GOOD), rng.choice(("", word(rng))))


def _revoke(rng: Random, desk: Desk, roll: str, reader: str) -> None:
    why = rng.choice(("", word(rng)))
    certificates.revoke(desk, _some(rng, desk, GOOD), rng.choice(("lost", "wrong")), why, **LEAD)


def _replace(rng: Random, desk: Desk, roll: str, reader: str) -> None:
    certificates.replace(desk, _some(rng, desk, GOOD), _signer(desk), **LEAD)


GRANTED = "SELECT subject FROM award WHERE status = 'granted' ORDER BY 1"


def _withdraw(rng: Random, desk: Desk, roll: str, reader: str) -> None:
    awards.withdraw(desk, _some(rng, desk, GRANTED), word(rng), **LEAD)


def _hand_prize(rng: Random, desk: Desk, roll: str, reader: str) -> None:
    to = rng.choice(("", word(rng)))
    awards.hand_prize(desk, _some(rng, desk, GRANTED), rng.choice(("书", "笔")), to)


def _mistaken(rng: Random, desk: Desk, roll: str, reader: str) -> None:
    """Who did something to an award here takes it back, whatever others know."""
    whose = [last_hands(desk, f"{book}.%") for book in ("award", "certificate", "roll")]
    if any(whose):
        undo.undo(desk.signed_in(rng.choice([each for some in whose for each in some])))
