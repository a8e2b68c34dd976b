"""Who walked in where no reader is known (现场报名), as at a pack: by the number that they told
there they are known at home.
"""

from db import cards as stored_cards
from db import confided, signup_pages
from db import readers as stored_readers
from db.facts import Draft
from db.ledger import Act
from db.people import ERASED, is_erased
from db.place import library_key
from db.readers import id_of
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
    """The same within an act. Two desks that find the same say the same. The number of somebody who
    was erased goes the same way.
    """
    found, key = 0, library_key(act.connection)
    for subject, session, number in signup_pages.unidentified(act.connection):
        known = stored_cards.held(act.connection, shapes.as_written(number))
        heads = set(stored_readers.heads(act.connection, {each.reader for each in known}).values())
        if len(heads) == 1 and stored_readers.is_known(act.connection, reader := heads.pop()):
            act.record("signup.identified", subject, {"session": session, "patron": reader})
            found += 1
        elif not heads and is_erased(act.connection, id_of(key, number)):
            persons = confided.persons(act.connection, [subject])
            act.record_many(Draft(ERASED, f"person:{each}", person=each) for each in persons)
    return found
