"""One certificate: what it says, what has become of it, and what may be done with it."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from deskapp import certificates, serials
from deskapp.certificates import HANDED, REVOKED, Listed
from deskapp.language import Language
from screens.base import DeskScreen
from screens.labels import grid
from screens.numbered import Act, NumberedScreen
from screens.reasons import ReasonScreen


class CertificateScreen(NumberedScreen[None]):
    """By its number, however typed."""

    BINDINGS = [Binding(str(n), f"digit({n})", show=False) for n in range(10)]
    AUTO_FOCUS = ""

    def __init__(self, serial: str) -> None:
        super().__init__()
        self.serial = serial
        self.row: Listed | None = None

    def title_words(self) -> str:
        return self.t("certificate.title")

    def acts(self) -> Iterable[Act]:
        t, row = self.t, self.row
        if row is None or row.state == REVOKED:
            return
        yield 4, t("certificate.key.look"), t("certificate.help.look"), self._look
        if row.state != HANDED:
            yield 1, t("roll.key.hand"), t("certificate.help.hand"), self._hand
        word = "reprint" if row.copies else "print"
        yield 2, t(f"certificate.key.{word}"), t(f"certificate.help.{word}"), self._print
        yield 3, t("certificate.key.revoke"), t("certificate.help.revoke"), self._revoke
        yield 5, t("certificate.key.replace"), t("certificate.help.replace"), self._replace

    def body(self) -> ComposeResult:
        yield Static(id="heading", classes="heading", markup=False)
        with VerticalScroll(can_focus=False):
            yield Static(id="about", markup=False)

    def reread(self) -> None:
        row = self.row = self.act(certificates.one, self.desk, self.serial)
        if row is None:
            return
        t = self.t
        heading = Text(f" {row.number}  ")
        heading.append(state_words(t, row), "bold reverse" if row.state == REVOKED else "bold")
        self.query_one("#heading", Static).update(heading)
        lines = [*self._content(row), ("", ""), *self._course(row)]
        self.query_one("#about", Static).update(grid(lines))
        self.show_keys()
        self.tick()

    def _content(self, row: Listed) -> Iterator[tuple[str, str]]:
        t = self.t
        yield t("certificate.holder"), row.name
        yield t("rolls.column.title"), row.title
        if row.prize:
            yield t("award.prize"), row.prize
        yield t("roll.day"), row.day.isoformat()
        yield t("roll.title"), row.of

    def _course(self, row: Listed) -> Iterator[tuple[str, str]]:
        """What was done with it, when, by whom."""
        t = self.t
        by = t("certificate.approved", name=row.approved_by)
        yield t("certificate_step.issued"), f"{t.moment(row.issued_at)}  {row.issued_by}  {by}"
        if row.printed_at is not None:
            times = t("certificate.copies", count=row.copies)
            yield t("certificate_step.printed"), f"{t.moment(row.printed_at)}  {times}"
        if row.handed_at is not None:
            said = f"{t.moment(row.handed_at)}  {row.handed_by}"
            if row.handed_to:
                said += f"  {t('certificate.to', name=row.handed_to)}"
            yield t("certificate_step.handed_out"), said
        if row.revoked_at is not None:
            reason = t(f"certificate_reason.{row.reason}")
            said = f"{t.moment(row.revoked_at)}  {row.revoked_by}  {reason}  {row.why}"
            yield t("certificate_step.revoked"), said.rstrip()
        for name in ("replaces", "replaced_by"):
            serial = getattr(row, name)
            if serial:
                yield t(f"certificate_link.{name}"), serials.spaced(serial)

    # Digits

    def _hand(self) -> None:
        if self.row is not None:
            hand(self, self.row.serial, self.row.name, self._done)

    def _print(self) -> None:
        from screens.certificate_printing import PrintingScreen

        if self.row is not None:
            self.go_to(PrintingScreen(self.row.number, [self.row.serial]), self._done)

    def _revoke(self) -> None:
        from screens.revoking import RevokingScreen

        if self.row is not None:
            self.go_to(RevokingScreen(self.row), self._done)

    def _replace(self) -> None:
        from screens.revoking import ReplacingScreen

        if self.row is not None:
            self.go_to(ReplacingScreen(self.row), self._replaced)

    def _replaced(self, serial: str | None) -> None:
        if serial is not None:
            self.serial = serial
            self._done(self.t("certificate.replaced_now"))

    def _look(self) -> None:
        from screens.paper import PaperScreen

        if self.row is not None:
            papers = self.act(certificates.papers, self.desk, [self.row.serial])
            if papers:
                self.go_to(PaperScreen(papers[0]))

    def _done(self, sentence: str | None) -> None:
        if sentence is not None:
            self.reread()
            self.say(sentence)


def state_words(t: Language, row: Listed) -> str:
    return t(f"certificate_state.{row.state}")


def hand(
    screen: DeskScreen[Any], serial: str, who: str, then: Callable[[str | None], None]
) -> None:
    """A certificate is signed for (领取签收): by its holder, or by who is named."""
    t = screen.t
    usual = [t("certificate.holder_takes")]

    def give(to: str) -> str:
        done = certificates.hand_out(screen.desk, serial, "" if to in usual else to)
        return t("certificate.handed_now", who=done.to or who)

    label, hint = t("certificate.taker"), t("certificate.taker_hint")
    form = ReasonScreen(
        t("roll.key.hand"), who, hint, give, usual, number=t("certificate.holder"), label=label
    )
    screen.app.push_screen(form.on(f"{serial} hand"), then)
