"""Old matters: what has been closed for long leaves its course to the centre, and gets it back when
somebody opens it.
"""

from datetime import timedelta

from db import dormant, horizon
from db.place import clock_offset
from db.progress import Counting, nothing
from db.store import driver
from deskapp import centre as centres
from deskapp.desk import Desk, Refusal


def put_to_rest(desk: Desk, progress: Counting = nothing) -> int:
    """Let go of the courses that the profile's horizon has passed; how many that were.

    For a night: it reads what a day of then has written. Needs no centre, but goes by its clock.
    """
    with desk.reading() as connection:
        behind = timedelta(milliseconds=clock_offset(connection) or 0)
    days = desk.profile.limits.horizon_days
    return horizon.put_to_rest(desk.ledger, desk.now() + behind, days, progress)


def at_centre(desk: Desk, id: str) -> bool:
    """Whether a course is to be fetched before anything is done."""
    with desk.reading() as connection:
        return bool(dormant.among(driver(connection), [id]))


def fetch(desk: Desk, id: str) -> None:
    """Have a course here again, until a night puts it to rest once more.

    Refuses NoCentre, CourseAltered where the centre does not give what it was given, and as
    `centre.reached`.
    """
    with centres.reached(desk) as centre:
        horizon.fetch(desk.ledger, centre, [id])
    if at_centre(desk, id):  # another window or an exchange may have fetched it meanwhile
        raise Refusal("CourseAltered")
