"""Setting a desk up: a store with its first person, whole or not at all."""

import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from db.clock import Clock, SystemClock
from db.files import settle
from deskapp import copies, joining, places, staff
from deskapp.desk import STORE, Desk, Refusal, Role, found_desk, has_store, open_desk


@dataclass(frozen=True, slots=True)
class SetUp:
    """What a new desk needs to know. place: what people call it (二层服务台). copy: the folder, on
    another disk, of the ledger's second copy; None where there is none.
    """

    profile: str
    desk: str
    place: str
    name: str
    badge: str
    pin: str
    departments: tuple[str, ...] = ()
    copy: Path | None = None


def set_up(
    folder: Path, wanted: SetUp, *, library_key: bytes | None = None, clock: Clock | None = None
) -> Desk:
    """A new desk in `folder`, in the hands of its first person, who is its administrator; of a new
    library with the seats that its profile draws.

    A library's desks share one key: `library_key` where there are others, else a new one. Takes
    0.2 s of hashing: never on the UI thread. Refuses StoreExists, FileUnwritable, and as
    `found_desk`, `staff.enter`, `staff.set_pin` and `copies.begin`; nothing is left behind then.
    """
    if has_store(folder):
        raise Refusal("StoreExists", file=str(folder / STORE))
    if joining.half(folder) is not None:
        raise Refusal("StoreJoining")
    clock = clock or SystemClock()
    key = library_key or secrets.token_bytes(32)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part = tempfile.TemporaryDirectory(prefix=".set-up-", dir=folder)
    except OSError as error:
        raise Refusal("FileUnwritable", file=str(folder)) from error
    with part:
        desk = found_desk(Path(part.name), wanted.profile, wanted.desk, wanted.place, key, clock)
        try:
            first = staff.Entry(
                wanted.badge, wanted.name, Role.ADMINISTRATOR, departments=wanted.departments
            )
            person = staff.enter(desk, first)
            staff.set_pin(desk, person.id, wanted.pin)
            operator = staff.find(desk, person.id)
            if library_key is None:  # else the seats are on record, and come with the exchange
                places.lay_out(desk.signed_in(operator))
            copy = copies.begin(desk, wanted.copy) if wanted.copy else None
            desk.ledger.store.checkpoint()
        finally:
            desk.close()
        # Under its name only now: a store without anybody who may sign in would be of no use.
        try:
            settle(Path(part.name) / STORE, folder / STORE, fresh=True)
        except Refusal:
            if copy is not None:
                copy.unlink(missing_ok=True)  # nobody's, and in the way of the next attempt
            raise
    return open_desk(folder, clock).signed_in(operator)
