"""Exchanging with the centre: one exchange with all that belongs to it, and how a desk stands."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection

from db import clash_pages, place, twins
from db.clock import stamp
from db.confided import clear_away, scopes
from db.exchange import exchange
from db.folding import forks_of
from db.progress import Counting, nothing
from db.store import driver
from db.turn import taken, turn
from deskapp import centre as centres
from deskapp import config, copies, exchanges, hearing, horizon, schedule, walk_ins
from deskapp.desk import Desk, Refusal
from deskapp.exchanges import STOPPED, Exchanged
from deskapp.matter import number_of
from deskapp.schedule import Due, Plan, night_done

LOCK = "sync.lock"
"""beside the store: held by whoever exchanges"""
BROKEN = "SyncBroken"
"""the code of an exchange that ended as nobody had thought of"""
SILENT = 7
"""days without a whole exchange, of which the next one tells"""
FRESH = 3
"""usual times between two exchanges after which nobody can say any more that one is online"""

State = Literal["alone", "never", "online", "unsure", "offline", "barred", "stuck"]
"""alone: there is no centre. never: none was reached yet. online: the last exchange was whole, and
not long ago; unsure: long ago. offline: it cannot be reached. barred: it does not let this desk in.
stuck: something else, that somebody must look at.
"""
BARRED = ("CentreRefused", "CentrePassword", "CentrePasswordMissing", "CentreRevoked")
SET_BACK = "CentreSetBack"
COUNTED = {"push": "pushed", "pull": "pulled"}
STATES: Mapping[str, State] = {"CentreAway": "offline", **dict.fromkeys(BARRED, "barred")}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a desk stands to its centre, by what the last exchange found.

    since: when that began, or when the last whole exchange ended; code, facts: why, where it is not
    as it should be; success: when the last whole exchange ended; waiting: facts that the centre has
    not got, or has no more; offset: by how much this machine's clock was behind the centre's;
    running: whether one exchanges now, in whatever process; clashes, faults: what lies before a
    person. twin: when another machine last wrote under this desk's code, doubled: the numbers of
    this year that both have given. strays: departments whose confidences the centre gives, and this
    desk's profile does not know.
    """

    centre: str | None
    state: State
    since: datetime | None = None
    success: datetime | None = None
    code: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    waiting: int = 0
    offset: timedelta | None = None
    running: bool = False
    clashes: int = 0
    faults: int = 0
    log: tuple[Exchanged, ...] = ()
    twin: datetime | None = None
    doubled: tuple[str, ...] = ()
    strays: tuple[str, ...] = ()


def standing(desk: Desk) -> Standing:
    """How the desk stands now."""
    with desk.reading() as connection:
        where = place.setting(connection, place.CENTRE)
        record = exchanges.read(connection)
        milliseconds = place.clock_offset(connection)
        waiting = place.waiting(connection)
        if record.last is not None and record.last.code == SET_BACK:
            waiting += place.sent_above(connection, record.last.facts.get("agreed", 0))
        clashes, faults = clash_pages.count(connection), place.faults(connection)
        given, twin = scopes(driver(connection)), twins.seen(connection, desk.now())
        doubled = twins.doubled(connection, desk.now().year) if twin else []
    success = desk.local(record.success) if record.success else None
    failed = desk.local(record.failed) if record.failed else None
    last = record.last
    state = _state(desk, last, success) if where is not None else "alone"
    return Standing(
        where,
        state,
        success if state in ("online", "unsure") else failed,
        success,
        last.code if last else "",
        last.facts if last else {},
        waiting,
        timedelta(milliseconds=milliseconds) if milliseconds is not None else None,
        where is not None and running(desk),
        clashes,
        faults,
        record.log,
        desk.local(stamp(twin)) if twin else None,
        tuple(number_of(desk, desk.code, number) for number in doubled),
        tuple(sorted(given - desk.profile.departments.keys())),
    )


def _state(desk: Desk, last: Exchanged | None, success: datetime | None) -> State:
    if last is not None and last.code:
        return STATES.get(last.code, "stuck")
    if success is None:
        return "never"
    old = desk.now() - success > FRESH * _plan(desk).every
    return "unsure" if old or success > desk.now() else "online"


def _plan(desk: Desk) -> Plan:
    return config.heeded(centres.folder_of(desk))[0].sync


def due(desk: Desk, plan: Plan) -> Due:
    """What the schedule wants of the desk now."""
    with desk.reading() as connection:
        past = exchanges.read(connection).past
    return schedule.due(plan, desk.code, desk.now(), past)


def running(desk: Desk) -> bool:
    """Whether the desk exchanges now, in whatever process."""
    return taken(_lock(desk))


def _lock(desk: Desk) -> Path:
    return centres.folder_of(desk) / LOCK


def mind(desk: Desk, began: datetime, *, stopped: bool = False) -> None:
    """An exchange in a process of its own is over. If that has kept nothing of how it ended (it was
    `stopped` too soon, or broke), it is kept now, so that the next one waits as behind any that was
    in vain.
    """
    with desk.reading() as connection:
        attempt = exchanges.read(connection).past.attempt
    if attempt is None or attempt < began:
        with desk.ledger.store.writing() as connection:
            exchanges.keep(connection, began, desk.now(), {}, STOPPED if stopped else BROKEN)


@dataclass(slots=True)
class Synced:
    """What an exchange did, and what it leaves to people.

    did: see `db.exchange.Summary`, `silent`, the days since the one before, and `twin`: another
    machine has written under this code. behind: by how much this machine's clock is. copy: what
    keeps the second copy from following.
    """

    did: Mapping[str, object]
    behind: timedelta
    clashes: int
    faults: int
    nightly: bool = False
    copy: Refusal | None = None


def sync(desk: Desk, progress: Counting = nothing, *, nightly: bool = False) -> Synced:
    """One whole exchange; with `nightly` also what is done once a night, unless it was tonight.

    May be ended at any moment, and begun again. How it ended is kept (see `exchanges`). Refuses
    SyncRunning, NoCentre, and as `exchange`.
    """
    if centres.address(desk) is None:
        raise Refusal("NoCentre")
    try:
        with turn(_lock(desk)):
            return _sync(desk, progress, nightly)
    except Refusal as refusal:
        if refusal.code == "TurnTaken":
            raise Refusal("SyncRunning") from refusal
        raise


def _sync(desk: Desk, progress: Counting, nightly: bool) -> Synced:
    began = desk.now()
    did: dict[str, object] = {}
    with desk.reading() as connection:
        last, behind = exchanges.read(connection).success, _behind(connection)
        twin = twins.seen(connection, began)
    code, facts = BROKEN, dict[str, object]()

    def count(what: str, number: int) -> None:
        did[COUNTED.get(what, what)] = number
        progress(what, number)

    try:
        with centres.reached(desk) as centre:
            did = asdict(exchange(desk.ledger, centre, count))
            with desk.reading() as connection:
                # By the centre's clock: this machine's may have been put right meanwhile.
                since = began + _behind(connection) - behind - desk.local(last or stamp(began))
                did["twin"] = int(twins.seen(connection, began) != twin)
            did["silent"] = since.days if since.days >= SILENT else 0
            del did["skew"]  # kept by the exchange, of the last one alone
        if desk.pack is None:
            hearing.hear(desk)
            walk_ins.identify(desk)
        nightly = nightly and desk.pack is None and not _night_done(desk)
        if nightly:
            did["rested"] = horizon.put_to_rest(desk, progress)
            clear_away(desk.ledger)
        copy = copies.catch_up(desk) if nightly or copies.unclean(desk) else None
        code = ""
    except Refusal as refusal:
        code, facts = refusal.code, refusal.facts
        raise
    except KeyboardInterrupt:
        code = STOPPED
        raise
    finally:
        with desk.ledger.store.writing() as connection:
            exchanges.keep(connection, began, desk.now(), did, code, facts, nightly=nightly)
    with desk.reading() as connection:
        clashes, faults = clash_pages.count(connection), place.faults(connection)
        behind = _behind(connection)
    return Synced(did, behind, clashes, faults, nightly, copy)


def _behind(connection: Connection) -> timedelta:
    """By how much this machine's clock is behind the centre's, as far as is known."""
    return timedelta(milliseconds=place.clock_offset(connection) or 0)


def _night_done(desk: Desk) -> bool:
    with desk.reading() as connection:
        return night_done(_plan(desk), desk.now(), exchanges.read(connection).past)


@dataclass(frozen=True, slots=True)
class Preview:
    """What an exchange would carry: of this desk's facts by kind, and how many of others'.

    new: the centre has no library yet, and would be founded. set_back: it is not as this desk left
    it, and more may go and come than that.
    """

    going: Mapping[str, int]
    coming: int
    new: bool
    set_back: bool


def preview(desk: Desk) -> Preview:
    """Ask the centre how far it is, and change nothing here. Refuses as `sync`."""
    with desk.reading() as connection:
        said, going = place.greeting(connection), place.unsent(connection)
        known = forks_of(driver(connection))
    with centres.reached(desk) as centre:
        hello = centre.hello(said)
    set_back = hello.forks != known or not hello.fits
    return Preview(going, max(0, hello.top - said.cursor), hello.new, set_back)
