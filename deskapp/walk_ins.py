"""Who walked in where no reader is known (现场报名), as at a pack: by the number that they told
there they are known at home.
"""

from db import cards as stored_cards
from db import readers as stored_readers
from db import signup_pages
from db.ledger import Act
from deskapp import shapes
from deskapp.desk import Desk


def identify(desk: Desk) -> int:
    """See which readers they are: how many were found. Needs nobody at the desk."""
    with desk.reading() as connection:
        if not signup_pages.unidentified(connection):
            return 0
    with desk.ledger.act(desk.operator.id if desk.operator else None) as act:
        return identify_within(act)


def identify_within(act: Act) -> int:
    """The same within an act. Two desks that find the same say the same."""
    found = 0
    for subject, session, number in signup_pages.unidentified(act.connection):
        known = stored_cards.held(act.connection, shapes.as_written(number))
        heads = set(stored_readers.heads(act.connection, {each.reader for each in known}).values())
        if len(heads) == 1 and stored_readers.is_known(act.connection, reader := heads.pop()):
            act.record("signup.identified", subject, {"session": session, "patron": reader})
            found += 1
    return found
