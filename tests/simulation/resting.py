"""Old matters: closed ones leave their course to the centre, and get it back when it is needed."""

from db import dormant, horizon
from db.exchange import NO_PLACE
from db.folding import forks_of
from db.store import driver
from tests.simulation.course import Course
from tests.simulation.desk import Desk
from tests.simulation.troubles import Crash, Cut


def night(course: Course, desk: Desk) -> None:
    """As the schedule has it: first an exchange."""
    course.exchange(desk)
    put_to_rest(course, desk)


def put_to_rest(course: Course, desk: Desk) -> None:
    """What a desk lets go of is in every backup that anybody still has."""
    ledger, known = desk.ledger, "SELECT number, fork FROM timeline WHERE number > 1 ORDER BY 1"
    with ledger.store.reading() as connection:
        heard = forks_of(driver(connection)) == [list(each) for each in course.house.rows(known)]
    if desk.busy or course.set_backs.unannounced is not None:
        return
    if not heard or not course.agrees(desk):
        return  # it knows of every restore, long before
    desk.busy += 1
    before, course.set_backs.oldest = course.set_backs.oldest, NO_PLACE
    try:
        horizon.put_to_rest(ledger, course.hours.at, 0, lambda *_: course.between(desk, ledger))
    except Cut:
        return
    except Crash:
        if desk.ledger is ledger:
            course.reopen(desk)
        return
    finally:
        course.fuse = 0
        desk.busy -= 1
        with desk.ledger.store.reading() as connection:
            gone = "SELECT coalesce(max(pos), 0), count(DISTINCT subject) FROM fact WHERE data = ''"
            pos, subjects = driver(connection).execute(gone).fetchone()
        course.set_backs.oldest = max(before, pos)
    if subjects:
        course.note("old matters at rest", f"{desk.path.stem}: {subjects}, up to {pos}")


def left_to_the_centre(desk: Desk) -> set[str]:
    """What is at rest here, and comes from the centre again where a backup has it not."""
    with desk.ledger.store.reading() as connection:
        lines = driver(connection).execute("SELECT id FROM fact WHERE data = ''")
        return {id for (id,) in lines}


def elsewhere(desk: Desk) -> list[str]:
    with desk.ledger.store.reading() as connection:
        lines = driver(connection).execute(f"{dormant.ELSEWHERE[1:-1]} ORDER BY subject")
        return [subject for (subject,) in lines]


def open_old(course: Course, desk: Desk) -> None:
    """Somebody looks at the course of an old matter."""
    old = [(each, subject) for each in course.desks for subject in elsewhere(each)]
    if old:
        desk, subject = course.rng.choice(old)
        some = [subject]
        done = course.online(desk, lambda wire: horizon.fetch(desk.ledger, wire, some))
        course.note("old matters opened", f"at {desk.path.stem}: {done}")
