"""What is half-written is kept at the desk: soon, and whenever the screen is left."""

from collections.abc import Callable
from dataclasses import replace

from textual.timer import Timer

from deskapp import completing, drafts, sticky
from deskapp.drafts import Draft, Slip
from deskapp.requests import Logged
from screens.base import DeskScreen, Seen
from screens.options import results
from screens.shorthand import NotingScreen

SOON = 0.5
"""seconds of typing that a power cut may take, at most"""


class KeptScreen(NotingScreen[Logged]):
    """A screen on which a request is written. `writing` is what is there; `write_soon` is called
    when that has changed, `throw_away` when it is on record.

    F2 puts what is there aside and begins anew; Ctrl+Y takes back what was put aside last, and
    again the one before it. `afresh`: whether it opens with the draft that was put aside last.
    """

    def __init__(self, writing: Draft, afresh: bool = True) -> None:
        super().__init__()
        self.writing = writing
        self._opened = replace(writing)
        self.slip: Slip | None = None
        self.resumed = False
        self.again = False
        """whether it is gone on with because the same words were entered once more"""
        self._afresh = afresh
        self.waiting = 0
        """drafts that wait behind the one that is gone on with"""
        self._over = False
        self._soon: Timer | None = None

    @property
    def noted(self) -> Draft:
        return self.writing

    def begin(self) -> None:
        """Take up the draft that is asked for: the last one put aside, or the one that began with
        the same words; else a new slip.
        """
        opened = self.writing
        kept = self.act(drafts.kept, self.desk, self._parked()) or []
        for place, (_, draft) in enumerate(reversed(kept), 1):
            if draft.begun == opened.begun if opened.begun else not self._afresh:
                draft.patron = draft.patron or opened.patron
                self._take_up(*kept[-place], waiting=len(kept) - 1)
                self.again = bool(opened.begun)
                return
        self.slip, self.resumed, self.waiting = Slip(self.desk), False, len(kept)
        before = self.act(sticky.last, self.desk)
        if before is not None:
            self.writing.last_kind, self.writing.last_channel = before.kind, before.channel
        self._opened = replace(self.writing)

    def _take_up(self, slip: Slip, draft: Draft, waiting: int) -> None:
        self.slip, self.writing = slip, draft
        kind = draft.kind or self.desk.profile.usual.kind
        if draft.result not in {each.value for each in results(self.t, self.desk, kind)}:
            draft.result = None
        self.resumed, self.waiting = True, waiting

    def _parked(self) -> set[str]:
        """The slips of the screens below this one."""
        return open_slips(self) - ({self.slip.id} if self.slip else set())

    def write_soon(self) -> None:
        """On the disk in a moment, while one goes on typing."""
        if self._soon is None and not self._over:
            self._soon = self.set_timer(SOON, self._write_now)

    def _write_now(self) -> None:
        self._no_more_soon()
        if self.slip is not None and not self._over and self.slip.put(self.writing):
            self.act_aside(self.slip.write)

    def _no_more_soon(self) -> None:
        if self._soon is not None:
            self._soon.stop()
            self._soon = None

    def on_screen_suspend(self) -> None:
        """Another screen comes up: a lock, a second request, a question."""
        self._write_now()

    def throw_away(self) -> None:
        """There is nothing half-written any more."""
        self._over = True
        self._no_more_soon()
        if self.slip is not None and self.slip.put(None):
            self.act(self.slip.write)

    def show_anew(self) -> None:
        """Another draft is there: show it as if the screen had just been opened."""
        raise NotImplementedError

    def action_log(self) -> None:
        """Somebody else comes first: put this aside, begin anew."""
        if self.writing.says_something:
            self._put_aside(self._begin_anew)

    def _begin_anew(self, _: int) -> None:
        self.writing, self._afresh = Draft(), True
        self.begin()
        self.show_anew()

    def action_take_back_draft(self) -> None:
        self._put_aside(self._next)

    def _next(self, _: int) -> None:
        """The draft put aside before this one; behind the oldest the newest again."""
        slip = self.slip
        kept = self.act(drafts.kept, self.desk, self._parked())
        if kept is None or slip is None:
            return
        ids = [each.id for each, _ in kept]
        place = ids.index(slip.id) if slip.id in ids else 0
        if not kept or ids[place - 1] == slip.id:
            self.say(self.t("log.none_kept"), error=True)
            return
        self._take_up(*kept[place - 1], waiting=len(kept) - 1)
        self.again = False
        self.show_anew()

    def _put_aside(self, then: Callable[[int], None], *, last: bool = False) -> None:
        """Onto the disk, at once; `then` is told how many drafts wait, this one among them."""
        slip, parked = self.slip, self._parked()
        assert slip is not None
        self._no_more_soon()
        slip.put(self.writing, last=last)

        def keep() -> int:
            slip.write()
            return len(drafts.kept(self.desk, parked))

        self.act_slowly(keep, then)

    def action_back(self) -> None:
        looked_at = self.writing.completes and self.writing == self._opened
        if self.slip is None or looked_at or not self.writing.words.strip():
            self.throw_away()
            self.dismiss()
            return

        def left(count: int) -> None:
            self._over = True
            self.leave(self.t("log.kept_more", count=count) if count > 1 else self.t("log.kept"))

        self._put_aside(left, last=True)


def complete(screen: DeskScreen[Seen], id_: str) -> None:
    """Go on with what was logged in a hurry."""
    from screens.log import LogScreen

    draft = screen.act(completing.draft_of, screen.desk, id_)
    if draft is not None:
        screen.go_to(LogScreen(draft=draft))


def open_slips(screen: DeskScreen[Seen]) -> set[str]:
    """What is being written on one of the screens here."""
    writing = (each for each in screen.app.screen_stack if isinstance(each, KeptScreen))
    return {each.slip.id for each in writing if each.slip is not None}


def taken_back(screen: DeskScreen[Seen], at_hand: str | None = None) -> None:
    """Go on with the request at hand if that is to be completed, else with the draft that was put
    aside last; without one, with what was logged in a hurry and is to be completed.
    """
    from screens.log import LogScreen

    if at_hand is not None and screen.act(completing.is_waiting, screen.desk, at_hand):
        complete(screen, at_hand)
        return
    kept = screen.act(drafts.kept, screen.desk, open_slips(screen))
    if kept:
        screen.go_to(LogScreen(afresh=False))
    elif hurried := screen.act(completing.waiting, screen.desk):
        complete(screen, hurried[0])
    elif kept is not None:
        screen.say(screen.t("log.none_kept"), error=True)
