"""What a form's lines come to in the ledger: who is new has a place or waits, who said something
else since is changed, and the others stay as they are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from db import signup_pages as pages
from db.clock import stamp
from db.events import Event
from db.facts import Draft, canonical
from db.ledger import Act
from db.signup_pages import Told
from db.signup_rows import LIVE, Signup
from db.signups import IN, WHOLE, draft
from deskapp import events, signup_rules, vacancies, waiting_list, whose
from deskapp.desk import Desk, Refusal
from deskapp.exports import Rejects
from deskapp.signup_rows import Submission


@dataclass(slots=True)
class Counts:
    """See `signup_files.SignupsImported`."""

    entered: int = 0
    waiting: int = 0
    changed: int = 0
    known: int = 0
    doubled: int = 0
    outsiders: int = 0


def latest(told: Iterable[Submission], rejects: Rejects, counts: Counts) -> list[Submission]:
    """One for each person and session, in the order in which they first asked; what it says is what
    they said last. A telephone that two names give is one's only: the others are put aside.
    """
    found: dict[tuple[str, str], Submission] = {}
    for each in told:
        key = each.who.subject, each.session
        before = found.get(key)
        if before is None:
            found[key] = each
        elif each.who.name != before.who.name:
            rejects.add(each.row, Refusal("PhoneTwice", line=before.row.line))
        else:
            counts.doubled += 1
            last = each if each.submitted >= before.submitted else before
            found[key] = replace(last, asked_at=min(each.asked_at, before.asked_at))
    return sorted(found.values(), key=lambda each: (each.asked_at, each.row.line))


def enter(
    desk: Desk,
    act: Act,
    event: str,
    wanted: Sequence[Submission],
    rejects: Rejects,
    counts: Counts,
) -> None:
    """Enter these people, in their order. What is refused is put aside with the reason.

    Refuses EventUnknown, and as `signup_rules.session_for`.
    """
    row = events.row_of(act.connection, event)
    for session in {each.session for each in wanted}:
        signup_rules.session_for(
            desk, act.connection, row, signup_rules.Wish(event, session=session)
        )
    subjects = list(dict.fromkeys(each.who.subject for each in wanted))
    there = pages.of_subjects(act.connection, subjects)
    waiting_list.go_on(act, event)  # what has come free meanwhile is whose turn it was
    slice_ = _Slice(act, row, pages.told(act.connection, list(there)), counts)
    drafts = []
    for each in wanted:
        with rejects.catching(each.row):
            made = slice_.draft(each, there.get(each.who.subject, []))
            if made is not None:
                drafts.append(made)
    act.record_all(drafts)


class _Slice:
    """Decides about one person after the other, in one act."""

    def __init__(
        self,
        act: Act,
        event: Event,
        told: dict[tuple[str, str], list[Told]],
        counts: Counts,
    ) -> None:
        self._act, self._event, self._told, self._counts = act, event, told, counts
        self._free = vacancies.find(act.connection, event, stamp(act.at))

    def draft(self, each: Submission, rows: Sequence[Signup]) -> Draft | None:
        """What is to be recorded; None where nothing is. Refuses EventFull, PhoneTaken."""
        same = next((row for row in rows if row.session == each.session), None)
        live = [row for row in rows if row.status in LIVE]
        if same is not None and same.status in LIVE:
            return self._changed(each, same)
        if any(WHOLE in (row.session, each.session) for row in live) or (
            same is not None and not self._is_later(each, same)
        ):
            self._counts.known += 1
            return None
        if same is not None:  # who gave up stands behind those who asked meanwhile
            each = replace(each, asked_at=each.submitted)
        return self._made(each)

    def _is_later(self, each: Submission, given_up: Signup) -> bool:
        """Whether they asked again after they gave up."""
        return each.timed and each.submitted > (given_up.ended_at or "")

    def _made(self, each: Submission) -> Draft:
        waits = not self._free.fit(each.session, each.places)
        if waits and not self._event.queues:
            raise Refusal("EventFull", free=max(0, self._free.of(each.session) or 0))
        if not waits:
            self._free.take(each.session, each.places)
        said: dict[str, object] = {"session": each.session, "patron": each.who.patron}
        said |= {"places": each.places, "waiting": waits}
        said |= {"source": signup_rules.FILE, "asked_at": each.asked_at}
        words: dict[str, object] = {"answers": dict(each.answers)} if each.answers else {}
        if each.who.patron is None:
            words |= {"name": each.who.name, "phone": each.who.phone}
        self._counts.entered += 1
        self._counts.waiting += waits
        self._counts.outsiders += each.who.patron is None
        return self._draft("signup.made", each, said, words)

    def _changed(self, each: Submission, row: Signup) -> Draft | None:
        """What they said last, where they said it after what is known."""
        if row.patron is None and each.who.patron is None and row.name != each.who.name:
            raise Refusal("PhoneTaken")
        if row.patron is None and each.who.patron is not None:  # they are a reader by now
            self._counts.changed += 1
            known = {"session": each.session, "patron": each.who.patron}
            return draft("signup.identified", row.subject, known)
        answers = canonical(dict(each.answers)) if each.answers else None
        more = each.places - row.places
        if (answers, 0) == (row.answers, more) or not self._is_news(each, row):
            self._counts.known += 1
            return None
        said: dict[str, object] = {"session": each.session, "source": signup_rules.FILE}
        words: dict[str, object] = {}
        if more:
            if row.status == IN:
                if more > 0 and not self._free.fit(each.session, more):
                    raise Refusal("EventFull", free=max(0, self._free.of(each.session) or 0))
                self._free.take(each.session, more)
            said["places"] = each.places
        if answers != row.answers:
            words["answers"] = dict(each.answers)
        self._counts.changed += 1
        return self._draft("signup.changed", each, said, words)

    def _is_news(self, each: Submission, row: Signup) -> bool:
        """Whether what a form says is later than what is known: a form that was imported before is
        not, nor is an older one, nor one that was handed in before the desk changed it.
        """
        told = self._told.get((row.subject, row.session), [])
        last = told[-1] if told else None
        if last is None:
            return False
        from_file = last.source == signup_rules.FILE
        if not each.timed:
            return from_file
        return each.submitted > ((last.submitted if from_file else None) or last.at)

    def _draft(
        self,
        kind: str,
        each: Submission,
        said: dict[str, object],
        words: dict[str, object],
    ) -> Draft:
        said["submitted"] = each.submitted if each.timed else None
        about = whose.words(self._act, each.who.subject, each.who.patron)
        return draft(kind, each.who.subject, said, words, person=about)
