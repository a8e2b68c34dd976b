"""A ticket read at a door, beside the bare verification of its signature; 10,000 on paper."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from db.clock import SystemClock
from db.facts import Draft
from db.signups import draft, event_key, subject_of
from deskapp import events, staff, ticket_sheets, tickets
from deskapp.desk import Desk, Role, found_desk
from deskapp.events import Plan, Time
from deskapp.language import Language
from deskapp.ticket_text import MARK, PAYLOAD
from tests.bench.measure import Figure, in_turn, seconds, share

KEY = b"k" * 32
READ, PRINTED = 3000, 10_000


def figures(folder: Path) -> Iterator[Figure]:
    yield _reading()
    with TemporaryDirectory(dir=folder) as place:
        desk, event = _gathered(Path(place))
        file = Path(place) / "tickets.pdf"
        issued = seconds(lambda: tickets.for_event(desk, event))
        yield Figure(f"{PRINTED:,} tickets given out", issued, None, "s", "", True)
        found = events.event(desk, event)
        t = Language("zh_CN")
        printed = seconds(lambda: ticket_sheets.print_out(desk, t, found, file, one_a_page=True))
        yield Figure(f"{PRINTED:,} ticket pages in a PDF", printed, None, "s", "60", printed <= 60)
        desk.close()


def _reading() -> Figure:
    signer, public, now = tickets.signer(KEY), tickets.public_key(KEY), SystemClock().now()
    text = tickets.write(signer, "event:e", "s", "0" * 16, now, now + timedelta(days=1))
    whole = int(text).to_bytes(98, "big")
    said, signature, key = MARK + whole[:PAYLOAD], whole[PAYLOAD:], signer.public_key()
    sides = [lambda: key.verify(signature, said), lambda: _read(public, text)]
    least, ours = (share(times, 0.5) * 1e6 for times in in_turn(sides, READ))
    met = ours <= 1.3 * least
    return Figure("a ticket is read (floor: Ed25519 verify)", ours, least, "µs", "1.3 ×", met)


def _read(public: bytes, text: str) -> None:
    tickets.read(public, text)


def _gathered(place: Path) -> tuple[Desk, str]:
    """A desk with an event, and guests who have signed up for it."""
    desk = found_desk(place / "desk", "ncst", "2F", "", KEY, SystemClock())
    entry = staff.Entry("1001", "王敏", Role.ADMINISTRATOR, ("office",))
    operator = staff.find(desk, staff.enter_all(desk, [entry])[0].id)
    desk = desk.signed_in(operator)
    begin = desk.now() + timedelta(days=1)
    kind = next(iter(desk.profile.events))
    time = Time(begin, begin + timedelta(hours=2), "报告厅")
    event = events.announce(desk, Plan("信息检索大赛", kind, (time,))).id
    key = event_key(KEY, event)

    def signed_up(number: int) -> Draft:
        subject = subject_of(key, event, str(number))
        said = {"session": "", "places": 1, "source": "file"}
        return draft("signup.made", subject, said, {"name": f"来宾{number}"}, person=subject)

    with desk.act() as act:
        act.record_many(map(signed_up, range(PRINTED)))
    return desk, event
