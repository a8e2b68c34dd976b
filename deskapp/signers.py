"""Keys that certificates are signed with (签发密钥): their public halves are in the ledger, the
private half is a file of the machine that issues, sealed with a passphrase; never in a store, a
backup or a log.

The passphrase may be left to the keyring of the operating system. A key that is lost is declared
so from a day on; what it has dated then or later proves nothing.
"""

import json
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from db import files
from db import signers as stored
from db.ledger import Act
from deskapp import cose, password
from deskapp.desk import Desk, Refusal, Role

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

KEEPING = Role.DEPARTMENT_HEAD
"""who may make, retire and lose a key"""
SEEING = Role.STUDENT_ASSISTANT
SHORTEST = 12
"""characters of a passphrase: the file may be copied, and then be tried for years"""
GOOD, RETIRED, LOST = "good", "retired", "lost"
COST = {"time_cost": 3, "memory_cost": 64 * 1024, "parallelism": 4}
"""of Argon2id: what RFC 9106, section 4, recommends where memory is short"""


@dataclass(frozen=True, slots=True)
class Signer:
    """A key, as far as everybody may know it. `here`: this machine has its private half."""

    kid: str
    """16 hexadecimal digits"""
    public: bytes
    desk: str
    made: datetime
    retired: datetime | None
    lost_since: date | None
    """what is dated then or later proves nothing"""
    here: bool

    @property
    def state(self) -> str:
        return LOST if self.lost_since else RETIRED if self.retired else GOOD


@dataclass(frozen=True, slots=True)
class Made:
    kid: str
    file: Path


# looking


def listed(desk: Desk) -> list[Signer]:
    """Every key that was ever made, the oldest first. Refuses RoleTooLow."""
    desk.require(SEEING)
    with desk.reading() as connection:
        return [_signer(desk, row) for row in stored.signers(connection)]


def here(desk: Desk) -> Signer | None:
    """The key that this machine signs with: its newest that is good. Refuses RoleTooLow."""
    return next((e for e in listed(desk)[::-1] if e.here and e.state == GOOD), None)


def remembered(desk: Desk) -> bool:
    """Whether nobody has to type a passphrase here: the keyring has it. Refuses RoleTooLow."""
    mine = here(desk)
    return mine is not None and bool(_sealed(desk, mine.kid).get("keyring"))


def file_of(desk: Desk, kid: str) -> Path:
    """Where a private half lies: beside the store."""
    return file_in(desk.ledger.store.path.parent, kid)


def file_in(folder: Path, kid: str) -> Path:
    """The same, by the data folder."""
    return folder / f"signer-{kid}.key"


def _signer(desk: Desk, row: stored.Signer) -> Signer:
    kid = row.subject.partition(":")[2]
    return Signer(
        kid,
        bytes.fromhex(row.public),
        row.desk,
        desk.local(row.made_at),
        desk.local(row.retired_at) if row.retired_at else None,
        date.fromisoformat(row.lost_since) if row.lost_since else None,
        file_of(desk, kid).exists(),
    )


# keeping


def make(desk: Desk, passphrase: str, *, ring: bool = False) -> Made:
    """A new key for this machine; `ring`: the system's keyring keeps the passphrase. Takes 0.2 s of
    hashing: never on the UI thread.

    Refuses RoleTooLow, PassphraseShort, FileUnwritable, KeyringMissing, KeyringSilent.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    desk.require(KEEPING)
    if len(passphrase) < SHORTEST:
        raise Refusal("PassphraseShort", least=SHORTEST)
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    kid = cose.kid(public)
    if ring:
        password.keep_in_ring(_ring_name(kid), passphrase)
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    sealed = _box(passphrase, salt).encrypt(nonce, key.private_bytes_raw(), kid.encode())
    parts = {"salt": salt, "nonce": nonce, "sealed": sealed}
    said = {"kid": kid, "keyring": ring} | {name: each.hex() for name, each in parts.items()}
    file = file_of(desk, kid)
    with desk.act() as act:
        act.record_all([stored.draft("made", kid, public=public.hex())])
        # Within: no key is on record that no machine has.
        files.write(file, json.dumps(said) + "\n")
    return Made(kid, file)


def open_key(desk: Desk, passphrase: str | None) -> "Ed25519PrivateKey":
    """This machine's key; without a passphrase the keyring is asked for it. Takes 0.2 s of hashing:
    never on the UI thread.

    Refuses RoleTooLow, NoSigner (this machine has none that is good), PassphraseWrong,
    SignerFileWrong, KeyringMissing, KeyringSilent.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    mine = here(desk)
    if mine is None:
        raise Refusal("NoSigner")
    said = _sealed(desk, mine.kid)
    if passphrase is None and said.get("keyring"):
        passphrase = password.from_ring(_ring_name(mine.kid))
    if not passphrase:
        raise Refusal("PassphraseWrong")
    try:
        salt, nonce, sealed = (bytes.fromhex(str(said[n])) for n in ("salt", "nonce", "sealed"))
        opened = _box(passphrase, salt).decrypt(nonce, sealed, mine.kid.encode())
    except InvalidTag as error:
        raise Refusal("PassphraseWrong") from error
    except (KeyError, ValueError) as error:
        raise Refusal("SignerFileWrong", file=str(file_of(desk, mine.kid))) from error
    return Ed25519PrivateKey.from_private_bytes(opened)


def retire(desk: Desk, kid: str) -> None:
    """It signs no more; what it has signed stays good. Refuses RoleTooLow, SignerUnknown."""
    desk.require(KEEPING)
    with desk.act() as act:
        _known(act, kid)
        act.record_all([stored.draft("retired", kid)])


def lose(desk: Desk, kid: str, since: date) -> None:
    """It was lost, or somebody else may have it, since a day: for ever, at every desk.

    Refuses RoleTooLow, SignerUnknown, LostDay (it is still to come), LostEarly (it was not made by
    then: a slip would take its good from everything that it has signed).
    """
    desk.require(KEEPING)
    if since > desk.now().date():
        raise Refusal("LostDay", day=since)
    with desk.act() as act:
        made = desk.local(_known(act, kid).made_at).date()
        if since < made:
            raise Refusal("LostEarly", day=since, made=made)
        act.record_all([stored.draft("lost", kid, since=since.isoformat())])


def _known(act: Act, kid: str) -> stored.Signer:
    known = {row.subject: row for row in stored.signers(act.connection)}
    if f"signer:{kid}" not in known:
        raise Refusal("SignerUnknown", key=kid)
    return known[f"signer:{kid}"]


def _sealed(desk: Desk, kid: str) -> dict[str, object]:
    """What the key's file says. Refuses SignerFileWrong."""
    file = file_of(desk, kid)
    with suppress(OSError, ValueError):
        found = json.loads(file.read_text("utf-8"))
        if isinstance(found, dict):
            return found
    raise Refusal("SignerFileWrong", file=str(file))


def _box(passphrase: str, salt: bytes) -> "ChaCha20Poly1305":
    """What seals a private half: Argon2id (RFC 9106), ChaCha20-Poly1305 (RFC 8439)."""
    from argon2.low_level import Type, hash_secret_raw
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    secret = passphrase.encode()
    return ChaCha20Poly1305(hash_secret_raw(secret, salt, hash_len=32, type=Type.ID, **COST))


def _ring_name(kid: str) -> str:
    return f"signer {kid}"
