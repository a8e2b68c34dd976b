"""The rows of sign-ups: what one person has signed up for, their tickets, and their coming."""

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

IN, WAITING, CANCELLED, VOID = "in", "waiting", "cancelled", "void"
"""of a sign-up: it has its place; it is on the waiting list (候补); given up; entered by mistake"""
CROWDED = "crowded"
"""why the library took somebody's place back: there were more people than places"""
LIVE = (IN, WAITING)
"""those that stand"""
WHOLE = ""
"""in place of a session: the event with all of them"""
INWARD, OUTWARD = "in", "out"
LISTED = "list"
"""how somebody was let in of whom a sheet says so: put on record afterwards (补录)"""


class Signup(SQLModel, table=True):
    """One person's sign-up for one session, or for an event as a whole. Moments are UTC stamps."""

    __table_args__ = (
        Index("signup_event", "event", "session", "status", "asked_at"),
        Index("signup_patron", "patron", "event"),
        Index("signup_tail", "event", text("substr(phone, -4)")),
        Index("signup_promoted", "event", "session", sqlite_where=text("promoted_at IS NOT NULL")),
    )
    subject: str = Field(primary_key=True)
    session: str = Field(primary_key=True, sa_column_kwargs={"info": {"key": True}})
    event: str
    patron: str | None = None
    """a reader; none where it is not known that they are one"""
    name: str | None = None
    phone: str | None = None
    """of who is no reader"""
    number: str | None = None
    """that a walk-in told a laptop which knows no reader"""
    answers: str | None = None
    """to the event's questions, by code: JSON"""
    places: int
    """people on this one sign-up"""
    status: str
    source: str
    """desk, file, door"""
    desk: str
    asked_at: str
    """when they asked for it: the waiting list is in this order"""
    made_at: str
    made_by: str | None = None
    promoted_at: str | None = None
    """when they moved up from the waiting list"""
    told_place_at: str | None = None
    """the latest of their own place that they were told of, to have moved up or to be out: its
    moment
    """
    told_change: str | None = None
    """the latest change of their session that they were told of: its moment"""
    ended_at: str | None = None
    ended_by: str | None = None
    why: str | None = None
    made: str
    """the fact that made it"""
    aside: str | None = None
    """the sign-ups of the same person for which it was put aside, JSON: `db.doubles`"""
    stands: str | None = None
    """the sign-ups beside which it is right"""


class Ticket(SQLModel, table=True):
    """One ticket. What is on it beside the serial is signed, and not kept here."""

    __table_args__ = (Index("ticket_serial", "serial"), Index("ticket_code", "event", "code"))
    subject: str = Field(primary_key=True)
    serial: str = Field(primary_key=True, sa_column_kwargs={"info": {"key": True}})
    """16 hexadecimal digits"""
    event: str
    session: str
    code: str
    """digits that are typed where no scanner is"""
    issued_at: str
    issued_by: str | None = None
    revoked_at: str | None = None
    why: str | None = None
    replaced_by: str | None = None


class Admission(SQLModel, table=True):
    """One scan that let somebody in, or out. `corrected` is its time by the centre's clock, as far
    as it is known.
    """

    __table_args__ = (
        Index("admission_door", "event", "session", "door", "at"),
        {"sqlite_with_rowid": False},  # a page less that somebody at a door waits for
    )
    subject: str = Field(primary_key=True)
    id: str = Field(primary_key=True, sa_column_kwargs={"info": {"key": True}})
    event: str
    session: str
    door: str
    way: str
    heads: int
    how: str
    """card, number, ticket, tail, list, walk_in"""
    at: str
    corrected: str
    skew: int | None = None
    """milliseconds between the two"""
    desk: str
    actor: str | None = None


class Presence(SQLModel, table=True):
    """Whether who has signed up came to a session: what their admissions come to together."""

    __table_args__ = {"sqlite_with_rowid": False}
    subject: str = Field(primary_key=True)
    session: str = Field(primary_key=True, sa_column_kwargs={"info": {"key": True}})
    event: str
    came: int
    """people, at most those of the sign-up"""
    inside: int
    """of them who have not been let out since"""
    first: str | None = None
    """the admission that counts, which is the earliest"""
    first_at: str | None = None
    first_door: str | None = None
