"""Whose words a private part holds, so that they go with whoever is erased."""

from db.ledger import Act
from db.people import is_erased


def words(act: Act, subject: str, patron: str | None) -> str:
    """The reader's; where none is known or may be told the matter's own; behind an erasure what is
    still said stands for itself.
    """
    for person in (patron, subject):
        if person is not None and not is_erased(act.connection, person):
            return person
    return f"{subject}+{act.id}"
