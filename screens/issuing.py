"""Issuing a list's certificates: what is ready and what stops the others stands above; a shift lead
signs, and a bar shows how far it is. What is stopped goes on where it was.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import certificates, signers
from deskapp.certificates import Check, Progress
from deskapp.desk import Desk
from deskapp.language import Language
from deskapp.rolls import Roll
from screens.asking import AskScreen
from screens.base import Hint
from screens.jobs import POLL, Job, bar
from screens.lead_form import LeadForm, Signatures
from screens.refusals import refusal_words

SHOWN = 8
"""of those that cannot be issued"""


class Batch(Job):
    """A list's certificates on their way."""

    def __init__(self, desk: Desk, t: Language, roll: Roll, by: Signatures) -> None:
        super().__init__(desk, Path(), t)
        self.roll, self.by = roll, by
        self.last: Progress | None = None

    def load(self, progress: Callable[[int, int], None]) -> None:
        key = signers.open_key(self.desk, self.by.passphrase)
        for each in certificates.issue(self.desk, self.roll.id, key, self.by.lead, self.by.pin):
            self.last = each
            progress(each.done, each.of)

    def went(self, t: Language) -> tuple[str, int, Path | None] | None:
        if self.last is None or self.last.done < self.last.of:
            return None
        words = t("issuing.done", count=self.last.done, title=self.roll.title)
        if self.last.refused:
            words += t("issuing.left", count=len(self.last.refused))
        return words, len(self.last.refused), None

    def stopped(self, t: Language) -> str:
        return t("issuing.stopped", done=self.done)


class IssuingScreen(LeadForm[str]):
    """Enter checks the PIN and begins; Esc leaves, and what has begun goes on or is stopped."""

    signs = True
    AUTO_FOCUS = "Line"

    def __init__(self, roll: Roll) -> None:
        super().__init__()
        self.roll, self.about = roll, roll.id
        self.check: Check | None = None
        self._mine: Batch | None = None

    def title_words(self) -> str:
        return f"{self.t('roll.key.issue')} {self.roll.name}"

    def hints(self) -> Iterable[Hint]:
        yield Hint("Enter", self.t("issuing.key.begin"), self.t("issuing.help.begin"))

    def body(self) -> ComposeResult:
        yield Static(id="heading", classes="heading", markup=False)
        yield Static(id="stopped", classes="note", markup=False)
        yield from self.lead_lines()
        yield Static(classes="half")
        yield Static(id="progress", classes="line", markup=False)

    def on_mount(self) -> None:
        self.set_interval(POLL, self._show_progress)

    def reread(self) -> None:
        check = self.check = self.act(certificates.check, self.desk, self.roll.id)
        if check is None:
            return
        t = self.t
        counts = {"ready": len(check.ready), "refused": len(check.refused), "had": len(check.had)}
        self.query_one("#heading", Static).update(Text(f" {t('issuing.check', **counts)}"))
        stopped = [refusal_words(t, self.desk, check.stops)] if check.stops else []
        if signers.here(self.desk) is None:
            stopped.append(t.refused("NoSigner", {}))
        stopped += [
            f"{line.name} {line.prize}  {refusal_words(t, self.desk, why)}"
            for line, why in check.refused[:SHOWN]
        ]
        if len(check.refused) > SHOWN:
            stopped.append(t("importing.wrong_more", count=len(check.refused) - SHOWN))
        words = "\n".join(f" {each}" for each in stopped)
        self.query_one("#stopped", Static).update(Text(words))
        self._show_progress()

    def action_go_on(self) -> None:
        job = self.front.job
        if job is not None and not job.over:
            self.say(self.t("importing.running"), error=True)
            return
        if self.check is None or not self.check.ready:
            self.say(self.t("issuing.nothing"), error=True)
            return
        given = self.signed()
        if given is not None:
            self.front.job = self._mine = Batch(self.desk, self.t, self.roll, given)
            self.app.run_worker(self._mine.run, thread=True)
            self.say(self.t("issuing.begun"))

    def action_back(self) -> None:
        """What is on its way is stopped between two slices, or goes on without this screen."""
        mine = self._mine
        if mine is None:
            super().action_back()
            return

        def answered(stop: bool | None) -> None:
            if stop is not None:
                mine.stop = stop
                self.dismiss()

        self.app.push_screen(
            AskScreen(self.t("issuing.stop"), self.t("importing.goes_on")), answered
        )

    def _show_progress(self) -> None:
        job = self.front.job
        self.query_one("#progress", Static).update(Text(bar(job)))
        mine = self._mine
        if mine is None or not mine.over:
            return
        self._mine = None
        sentence, stopped = mine.said(self.t)
        if stopped:
            self.reread()
        else:
            mine.told = True
            self.dismiss(sentence)
