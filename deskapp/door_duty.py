"""Who stands at a door (志愿者), and that this machine is one: locked, until a lead takes it back.

It acts in the name of the lead who opened it, who need not stay; the volunteer is named in what is
written. The machine remembers that: after a power cut it is a door again, without anybody.
"""

import json
from dataclasses import asdict, dataclass, replace

from db import readers as stored_readers
from db.place import set_setting, setting, unset
from deskapp import cards, helpers, staff
from deskapp.desk import DOOR, Desk, Operator, Refusal, Role
from deskapp.doors import chosen

OPENING = Role.SHIFT_LEAD
"""who may make a machine a door, and a desk again"""
PASSED_OVER = ("NoShiftToday", "RoleTooLow")
"""why a volunteer's card is no sign-in, though they stand there"""


@dataclass(frozen=True, slots=True)
class Post:
    """A door of a session, opened `by` a lead (an id); `volunteer`: the id of who stands there."""

    event: str
    session: str
    door: str
    by: str
    volunteer: str = ""


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A volunteer stands at the door. `way`: in or out, of a shift of theirs; empty without one."""

    id: str
    name: str
    way: str = ""


def open_here(desk: Desk, event: str, session: str | None = None, door: str = "") -> Post:
    """This machine is a door from now on. Refuses RoleTooLow, and as `doors.chosen`."""
    operator = desk.require(OPENING)
    meeting = chosen(desk, event, session)
    post = Post(event, meeting.session, door.strip() or desk.place, operator.id)
    _keep(desk, post)
    return post


def open_pack(desk: Desk, session: str | None = None, door: str = "") -> Post:
    """The door that a pack is, in the name of the lead who made it; it keeps the name that it had.

    Refuses StaffUnknown, and as `doors.chosen`.
    """
    made, stood = desk.pack, standing(desk)
    lead = staff.find(desk, made.staff) if made is not None else None
    if made is None or lead is None:
        raise Refusal("StaffUnknown")
    post = open_here(
        desk.signed_in(lead), made.event, session, door or (stood[0].door if stood else "")
    )
    if stood is not None and stood[0].volunteer:
        post = replace(post, volunteer=stood[0].volunteer)
        _keep(desk, post)
    return post


def _keep(desk: Desk, post: Post) -> None:
    with desk.ledger.store.writing() as connection:
        set_setting(connection, DOOR, json.dumps(asdict(post)))


def standing(desk: Desk) -> tuple[Post, Operator] | None:
    """Which door this machine is, if nobody has taken it back, and in whose name it acts: while
    they still may.
    """
    with desk.reading() as connection:
        said = setting(connection, DOOR)
    if said is None:
        return None
    post = Post(**json.loads(said))
    who = next((each for each in staff.everybody(desk) if each.id == post.by), None)
    if who is None or not who.role.reaches(OPENING):
        return None
    return post, who


def stands(desk: Desk, event: str, session: str | None = None, door: str = "") -> bool:
    """Whether this machine is that door already: any of the event's where no session and no name is
    said. Refuses as `doors.chosen`.
    """
    found = standing(desk)
    if found is None or found[0].event != event or door.strip() not in ("", found[0].door):
        return False
    return session is None or chosen(desk, event, session).session == found[0].session


def end(desk: Desk) -> bool:
    """This machine is no door any more: True. Refuses RoleTooLow."""
    desk.require(OPENING)
    forget(desk)
    return True


def forget(desk: Desk) -> None:
    """The same, where whoever opened it may do so no more: badge and PIN are asked for again."""
    with desk.ledger.store.writing() as connection:
        unset(connection, DOOR)


def sign_on(desk: Desk, post: Post, code: str, *, scanned: bool = True) -> tuple[Post, OnDuty]:
    """Whose duty card this is stands at the door now; of a volunteer with a shift it is the sign-in
    or sign-out too. It is no attendance: that is another scan.

    Refuses PatronUnknown, CardAmbiguous, CardLost, SignedJustNow, and DutyAtDesk at a pack, which
    knows no card but those of who signed up.
    """
    if desk.pack is not None:
        raise Refusal("DutyAtDesk")
    badges = {code.upper(), *cards.numbers(desk, code)}
    member = next((each for each in staff.everybody(desk) if each.badge in badges), None)
    if member is not None:
        return _named(desk, post, OnDuty(member.id, member.name))
    known = cards.whose(desk, code, scanned=scanned)
    if len(known) != 1:
        raise Refusal("CardAmbiguous" if known else "PatronUnknown")
    (reader,) = known
    way = ""
    try:
        way = helpers.sign(desk, post.event, reader.id).way
    except Refusal as refusal:
        if refusal.code not in PASSED_OVER:
            raise
    return _named(desk, post, OnDuty(reader.id, reader.name, way))


def _named(desk: Desk, post: Post, who: OnDuty) -> tuple[Post, OnDuty]:
    post = replace(post, volunteer="" if who.way == "out" else who.id)
    _keep(desk, post)
    return post, who


def name_of(desk: Desk, volunteer: str) -> str:
    """What a volunteer is called; empty where nobody is named, or they are known no more."""
    if not volunteer.startswith("reader:"):
        return next((each.name for each in staff.everybody(desk) if each.id == volunteer), "")
    with desk.reading() as connection:
        known = stored_readers.by_subject(connection, volunteer)
    return (known.name if known else None) or ""
