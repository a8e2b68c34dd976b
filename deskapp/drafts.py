"""A request while it is being written: what its words say, when it would be due, and where it is
kept until it is on record.
"""

import json
import re
from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from threading import Lock

from sqlalchemy import Connection

from db import drafts as stored
from db import request_pages as pages
from db.clock import stamp
from db.drafts import DraftRow
from db.facts import canonical
from db.ledger import Act
from db.requests import WITHDRAWN, Request
from deskapp import matter, moments
from deskapp.desk import Desk
from deskapp.entries import DueRule

SCREEN = "log"
HURRIED = "complete_later"
"""as a result: there is none yet, and the rest is to be written as well (稍后补全)"""


@dataclass(slots=True)
class Draft:
    """What is written so far; None and "" stand for the usual value. Moments as typed."""

    words: str = ""
    patron: str | None = None
    kind: str | None = None
    department: str | None = None
    channel: str | None = None
    contact: str = ""
    received: str = ""
    first_responder: str | None = None
    result: str | None = None
    answer: str | None = None
    urgent: bool = False
    confidential: bool = False
    """the reader asks that nobody but who handles it sees it (仅承办人可见)"""
    told: tuple[str, ...] = ()
    """what the reader was told to bring (一次性告知)"""
    last_kind: str | None = None
    last_channel: str | None = None
    """of the entry before, where this one began with them"""
    completes: str | None = None
    """the request that was logged in a hurry and is completed with this"""
    withdrawn: str | None = None
    """the request that was logged with this and undone"""
    begun: str = ""
    """the words it began with"""

    @property
    def says_something(self) -> bool:
        """Whether it is worth keeping: words, or who asks."""
        return bool(self.words.strip() or self.patron)


def written(desk: Desk, request: Request) -> Draft:
    """What is on record, as it would be written."""
    received = moments.as_received(desk.local(request.received_at)) if request.backdated else ""
    kind = desk.profile.kinds.get(request.kind)
    usual = kind is not None and kind.department == request.department
    return Draft(
        words=request.question or "",
        patron=request.patron,
        kind=request.kind if kind else None,
        department=None if usual else request.department,  # it follows the kind, if that is changed
        channel=request.channel,
        contact=request.contact or "",
        received=received,
        first_responder=request.first_responder,
        result=request.result,
        answer=request.answer,
        urgent=bool(request.urgent),
        confidential=request.scope is not None,
        told=matter.told(request),
    )


@dataclass(frozen=True, slots=True)
class Due:
    """When a request would be due, by which rule of the library's."""

    at: datetime
    rule: DueRule
    known: bool
    """False where it rests on holidays that are not published yet"""


def kind_in(desk: Desk, words: str) -> str:
    """The kind that the words select: the one named last, as Chinese says what is wrong at the end.

    A word of Latin letters must stand by itself; a word of the usual kind counts for nothing.
    """
    usual, said = desk.profile.usual.kind, words.casefold()
    best, kind = (-1, 0), usual
    for word, code in desk.profile.kind_words().items():
        place = said.rfind(word)
        if place < 0 or code == usual or (place + len(word), len(word)) <= best:
            continue
        if word.isascii() and not re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", said):
            continue
        best, kind = (place + len(word), len(word)), code
    return kind


def due(desk: Desk, kind: str, department: str, received: datetime | None = None) -> Due:
    """When it would be due in the working time of the department that undertakes it."""
    rule = desk.profile.due[desk.profile.kinds[kind].due]
    calendar = desk.calendar(department)
    at = calendar.due(received or desk.now(), rule)
    return Due(at, rule, calendar.known(at.year))


# Kept at the desk


class Slip:
    """The slip of paper that somebody's draft stands on: in this desk's store, in no ledger.

    `put` says what is to stand there, `write` brings that to the disk. `write` may be called from
    any thread: however late one gets its turn, what was put last stands. What becomes a request
    goes in the act that puts it on record: `take_away`.
    """

    def __init__(self, desk: Desk, row: DraftRow | None = None) -> None:
        self.id = row.id if row else desk.ledger.clock.new_id()
        self._desk = desk
        self._staff = desk.whoever().id
        self._lock = Lock()
        self._put = self._written = row

    def put(self, draft: Draft | None, *, last: bool = False) -> bool:
        """Whether there is something to `write` now. None, or neither words nor a reader, takes
        the slip away.

        last: whether it was changed or not, it is the one that was put aside last.
        """
        if draft is None or not draft.says_something:
            self._put = None
        else:
            body, old = canonical(asdict(draft)), self._put
            if last or old is None or old.body != body:
                at = stamp(self._desk.ledger.clock.now())
                self._put = DraftRow(
                    id=self.id,
                    staff=self._staff,
                    screen=SCREEN,
                    reader=draft.patron,
                    body=body,
                    at=at,
                    request=draft.completes or draft.withdrawn,
                )
        return self._put is not self._written or self._lock.locked()

    def write(self) -> None:
        """One short transaction. Refuses what a store refuses."""
        with self._lock:
            if self._put is self._written:
                return
            with self._desk.ledger.store.writing() as connection:
                row = self._put  # as it stands when it is one's turn
                if row is None:
                    stored.remove(connection, self.id)
                else:
                    stored.write(connection, row)
            self._written = row

    def take_away(self, act: Act) -> None:
        """It is on record with this act: both are there, or neither."""
        self._put = None
        stored.remove(act.connection, self.id)

    def keep(self, act: Act, draft: Draft) -> None:
        """Put it aside with this act: both are there, or neither."""
        self.put(draft)
        if self._put is not None:
            stored.write(act.connection, self._put)


def kept(desk: Desk, besides: Collection[str] = ()) -> list[tuple[Slip, Draft]]:
    """The operator's own drafts, the one that has waited longest first; not those that are open
    (`besides`, by the ids of their slips).
    """
    found = []
    with desk.reading() as connection:
        for row in stored.own(connection, desk.whoever().id, SCREEN):
            if row.id not in besides:
                draft = _read(desk, row)
                _begin_anew(connection, draft)
                found.append((Slip(desk, row), draft))
    return found


def _begin_anew(connection: Connection, draft: Draft) -> None:
    """What would have completed an entry that was undone meanwhile is to be logged itself."""
    id = draft.completes
    request = pages.by_subject(connection, id) if id is not None else None
    if request is not None and request.outcome == WITHDRAWN:
        draft.completes, draft.withdrawn = None, id


def parked(desk: Desk) -> dict[str, int]:
    """How many drafts wait at this desk, by whose they are."""
    with desk.reading() as connection:
        return stored.counted(connection, SCREEN)


def _read(desk: Desk, row: DraftRow) -> Draft:
    """What stands on a slip. It may be older than the program, or than the library's profile."""
    names = {each.name for each in fields(Draft)}
    draft = Draft(**{k: v for k, v in json.loads(row.body).items() if k in names})
    for name, known in (
        ("kind", desk.profile.kinds),
        ("department", desk.profile.departments),
        ("channel", desk.profile.channels),
        ("last_kind", desk.profile.kinds),
        ("last_channel", desk.profile.channels),
    ):
        if getattr(draft, name) not in known:
            setattr(draft, name, None)
    draft.told = tuple(draft.told)  # JSON knows lists only
    return draft
