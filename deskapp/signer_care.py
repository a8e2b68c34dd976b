"""What the doctor says of this machine's signing keys; it changes nothing."""

import os
from stat import S_IRWXG, S_IRWXO

from db import roll_pages
from db import signers as stored
from db.findings import Finding, finding
from db.ledger import Ledger
from db.place import desk_code
from deskapp.signers import file_in

MOST = 1000
"""rolls that are looked at, the newest"""


def findings(ledger: Ledger) -> list[Finding]:
    """SignerOpen: others on this machine may read a key's file. SignerLeft: the file of a key that
    was declared lost lies here still.
    """
    with ledger.store.reading() as connection:
        rows = stored.signers(connection)
    found = []
    for row in rows:
        kid = row.subject.partition(":")[2]
        file = file_in(ledger.store.path.parent, kid)
        if not file.exists():
            continue
        if os.name == "posix" and file.stat().st_mode & (S_IRWXG | S_IRWXO):
            found.append(finding("SignerOpen", file=str(file)))
        if row.lost_since is not None:
            found.append(finding("SignerLeft", file=str(file), since=row.lost_since))
    return found


def waiting(ledger: Ledger) -> int:
    """How many of this desk's open award lists wait for certificates, where it has no good key to
    sign them with.
    """
    folder = ledger.store.path.parent
    with ledger.store.reading() as connection:
        for row in stored.signers(connection):
            good = row.lost_since is None and row.retired_at is None
            if good and file_in(folder, row.subject.partition(":")[2]).exists():
                return 0
        here = desk_code(connection)
        rolls = roll_pages.page(connection, None, MOST)
        mine = [each.subject for each in rolls if each.desk == here and each.closed_at is None]
        counts = roll_pages.counts(connection, mine)
    return sum(awards > good for awards, good, _, _ in counts.values())
