"""Whether a certificate is true: one large word, why, and what is to be compared with the paper."""

from collections.abc import Iterable
from typing import Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from deskapp import certificate_lists, verification
from deskapp.verification import Verdict
from deskapp.verification_words import SIGNS, compare, reason, rows, word
from screens.base import DeskScreen, Hint
from screens.bigtext import BigText
from screens.keys import StrayScan
from screens.labels import folded, grid
from screens.scanbox import ScanBox


class VerdictScreen(DeskScreen[None]):
    """The next certificate may be scanned where this one's verdict stands."""

    BINDINGS = [Binding("enter", "open", show=False)]
    AUTO_FOCUS = "VerticalScroll"  # long names may need more lines than there are

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code
        self.verdict: Verdict | None = None

    def title_words(self) -> str:
        return self.t("verdict.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        if self.serial:
            yield Hint("Enter", t("key.open"), t("verdict.help.open"))
        yield Hint(t("verdict.key.scan"), t("verdict.key.next"), t("verdict.help.scan"))

    @property
    def serial(self) -> str:
        """Of a certificate that is on record, and that one may look at; else empty."""
        said = self.verdict
        seen = said is not None and said.known and self.desk.may(certificate_lists.LOOKING)
        return said.content.serial if said and said.content and seen else ""

    def body(self) -> ComposeResult:
        yield BigText(id="verdict-big")
        yield Static(id="verdict-why", markup=False)
        with VerticalScroll():
            yield Static(id="about", markup=False)

    def reread(self) -> None:
        said = self.verdict = self.act(verification.verify, self.desk, self.code)
        if said is None:
            return
        t = self.t
        self.query_one(BigText).show([word(t, said)], SIGNS[said.verdict])
        words, content = [reason(t, said)], said.content
        if content is not None:
            words.append(compare(t, said))
        self.query_one("#verdict-why", Static).update("\n".join(map(self._folded, words)))
        self.query_one("#about", Static).update(grid(rows(t, content) if content else ()))
        self.show_keys()

    def _folded(self, words: str) -> str:
        """Chinese is broken anywhere, and not by the terminal's rules for words."""
        if not self.t.code.startswith("zh"):
            return words
        return "\n".join(folded(words, self.app.size.width - 2))

    def on_stray_scan(self, event: StrayScan) -> None:
        if not verification.is_code(event.text):
            return
        event.prevent_default()
        self.code = event.text
        self.unsay()
        self.act(self.reread)

    def action_open(self) -> None:
        from screens.certificate import CertificateScreen

        if self.serial:
            self.go_to(CertificateScreen(self.serial))


def judge(screen: DeskScreen[Any], event: ScanBox.Entered) -> None:
    """Show the verdict on what was entered: as it came, for full-width digits are no code."""
    if screen.act(screen.desk.require, verification.VERIFYING) is not None:
        screen.go_to(VerdictScreen(event.text if event.scanned else event.typed))
