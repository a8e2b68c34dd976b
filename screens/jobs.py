"""Long work that goes on while one does other things: imports, issuing."""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from deskapp.cells import text
from deskapp.desk import Desk, Refusal
from deskapp.language import Language
from deskapp.sheets import open_sheet

POLL = 0.2
"""seconds between two looks at how far it is"""
BAR = 40
"""cells of the progress bar"""
WRONG = 5
"""lines that were put aside of which a screen says why; their file has all"""


class Stopped(Exception):
    """Somebody stopped it between two slices."""


class Job:
    """One on its way. Its thread writes here, screens look; it outlives its screen."""

    def __init__(self, desk: Desk, path: Path, t: Language) -> None:
        self.desk, self.path, self.t = desk, path, t
        self.done = self.total = 0
        self.stop = self.over = self.told = False
        self.refusal: Refusal | None = None
        self.wrong: list[str] = []
        """the first lines that were put aside, and why"""

    def load(self, progress: Callable[[int, int], None]) -> None:
        """Do it, and keep how it went."""
        raise NotImplementedError

    def went(self, t: Language) -> tuple[str, int, Path | None] | None:
        """How it went: a sentence, how many rows were put aside, and where; None if stopped."""
        raise NotImplementedError

    def stopped(self, t: Language) -> str:
        """That it was stopped, and what stands."""
        return t("importing.stopped", done=self.done)

    def run(self) -> None:
        """Do it; for a thread."""
        try:
            self.load(self._progress)
            self.wrong = list(self._put_aside())
        except Refusal as refusal:
            self.refusal = refusal
        except Stopped:
            pass
        finally:
            self.over = True

    def _put_aside(self) -> Iterator[str]:
        """As their file has it: its last two columns are ours."""
        went = self.went(self.t)
        if went is not None and went[2] is not None:
            for row in islice(open_sheet(went[2], 1).rows, WRONG):
                line, why = map(text, row.cells[-2:])
                yield self.t("importing.wrong", line=line, why=why)
            if (more := went[1] - WRONG) > 0:
                yield self.t("importing.wrong_more", count=more)

    def _progress(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        if self.stop and done < total:
            raise Stopped

    def said(self, t: Language) -> tuple[str, bool]:
        """How it ended, in a sentence, and whether that is an error."""
        if self.refusal is not None:
            return t.refused(self.refusal.code, self.refusal.facts), True
        went = self.went(t)
        if went is None:
            return self.stopped(t), True
        sentence, rejected, rejects = went
        if rejects is not None:
            file = rejects.name if rejects.parent == self.path.parent else rejects
            sentence += t("importing.rejected", rejected=rejected, file=file)
        return sentence, rejected > 0


def bar(job: Job | None) -> str:
    """How far one is, while it is on its way."""
    if job is None or job.over or not job.total:
        return ""
    filled = BAR * job.done // job.total
    return f" [{'#' * filled}{'.' * (BAR - filled)}] {job.done}/{job.total}"
