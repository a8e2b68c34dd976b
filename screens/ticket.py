"""One ticket: its QR code for the camera of a telephone, its short code, and the message for whose
it is.
"""

from collections.abc import Iterable, Iterator

from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from deskapp import ticket_words, tickets
from deskapp.events import Event, event
from deskapp.tickets import Revoked, Ticket
from screens.asking import AskScreen
from screens.base import Hint
from screens.bindings import COPY
from screens.labels import folded
from screens.numbered import Act, NumberedScreen
from screens.reasons import ReasonScreen
from screens.signs import MeasuredApp

QUIET = 4
"""modules of white around a QR code, as its standard (ISO/IEC 18004) wants"""
WORDS = 34
"""cells beside it"""
HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
"""two modules above each other in one cell, by which of them are inked"""
INK = Style(color="#000000", bgcolor="#ffffff")
"""whatever the theme is: many readers take no light code on a dark ground"""
DARK, LIGHT = Style(bgcolor="#000000"), Style(bgcolor="#ffffff")
LIT = Style(reverse=True)
"""where no colour may be sent: as light as the writing is"""


def modules(text: str) -> list[list[bool]]:
    """A ticket's digits as a QR code with its quiet zone, dark modules True: of the least size, for
    a screen has no stains.
    """
    import qrcode

    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_L, border=QUIET)
    code.add_data(text)
    return [list(map(bool, line)) for line in code.get_matrix()]


def drawn(
    dark: list[list[bool]], width: int, height: int, *, halves: bool, colours: bool = True
) -> Text | None:
    """A QR code for a terminal with so much room: a module is two blanks, or if that is too much
    half a cell; None where neither fits. `halves`: whether half blocks are one cell wide. Without
    `colours` writing is taken for light on a dark ground.
    """
    size = len(dark)
    if 2 * size <= width and size <= height:
        inked, plain = (DARK, LIGHT) if colours else (Style(), LIT)
        lines = [Text.assemble(*(("  ", inked if m else plain) for m in line)) for line in dark]
        return Text("\n", no_wrap=True).join(lines)
    if not halves or size > width or (size + 1) // 2 > height:
        return None
    rows = [*dark, [False] * size] if size % 2 else dark
    if not colours:
        rows = [[not each for each in line] for line in rows]
    cells = "\n".join(
        "".join(HALVES[pair] for pair in zip(above, below, strict=True))
        for above, below in zip(rows[::2], rows[1::2], strict=True)
    )
    return Text(cells, style=INK if colours else "", no_wrap=True)


class TicketScreen(NumberedScreen[None]):
    """All of 80 × 24 is wanted: the code is to the left, everything else beside it."""

    AUTO_FOCUS = ""
    BINDINGS = [*(Binding(str(n), f"digit({n})", show=False) for n in range(1, 4)), COPY]

    def __init__(self, subject: str, session: str = tickets.WHOLE) -> None:
        super().__init__()
        self.subject, self.session = subject, session
        self.ticket: Ticket | None = None
        self.event: Event | None = None
        self._negative = False

    def title_words(self) -> str:
        return self.t("ticket.title")

    def hints(self) -> Iterator[Hint]:
        t = self.t
        yield from super().hints()
        if self.ticket is not None:
            yield Hint(t.keys["copy"], t("key.copy"), t("ticket.help.copy"))

    def acts(self) -> Iterable[Act]:
        t = self.t
        if self.ticket is not None:
            yield 1, t("ticket.replace"), t("ticket.help.replace"), self._replace
            if self.desk.may(tickets.REVOKING):
                yield 2, t("ticket.revoke"), t("ticket.help.revoke"), self._revoke
            if self.app.no_color:
                yield 3, t("ticket.negative"), t("ticket.help.negative"), self._turn
        else:
            yield 1, t("ticket.issue"), t("ticket.help.issue"), self._issue

    def compose(self) -> ComposeResult:
        with Horizontal(id="body"):
            yield Static(id="qr", markup=False)
            with Vertical(id="beside"):
                yield Static(id="status-place", markup=False)
                yield Static(id="status-sync", markup=False)
                yield Static(id="status-now", markup=False)
                yield Static(id="ticket-words", markup=False)
                yield Static(id="message", markup=False)
        yield Static(id="keys", markup=False)

    def reread(self) -> None:
        ticket = self.ticket = self.act(tickets.of_signup, self.desk, self.subject, self.session)
        if ticket is not None:
            self.event = event(self.desk, ticket.event)
        self._show()
        self.tick()
        self.show_keys()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        if self.ready:
            self._show()

    def _show(self) -> None:
        qr, words = self.query_one("#qr", Static), self.query_one("#ticket-words", Static)
        ticket, about, t = self.ticket, self.event, self.t
        if ticket is None or about is None:
            qr.update("")
            words.update(t("ticket.none"))
            return
        app, size = self.app, self.app.size
        halves = not (isinstance(app, MeasuredApp) and app.ascii_only)
        dark = modules(ticket.text)
        if self._negative:
            dark = [[not each for each in line] for line in dark]
        room = size.width - WORDS, size.height - 1
        code = drawn(dark, *room, halves=halves, colours=not app.no_color)
        qr.update(code or "")
        said = [about.title, *ticket_words.times(self.desk, t, about, ticket.session)]
        many = t("tickets.sheet.places", places=ticket.places) if ticket.places > 1 else ""
        said += ["", f"{ticket.name}  {many}".rstrip(), "", t("ticket.code")]
        shown = Text("\n".join(map(self._folded, said)))
        shown.append(f"\n{ticket_words.spaced(ticket.code)}", "bold")
        if code is None:
            wanted = 2 * len(dark) + WORDS, len(dark) + 1
            no_room = t("ticket.no_room", width=wanted[0], height=wanted[1])
            shown.append(f"\n\n{self._folded(no_room)}")
        words.update(shown)

    def _folded(self, words: str) -> str:
        """Chinese is broken anywhere, and not by the terminal's rules for words."""
        return "\n".join(folded(words, WORDS - 2)) if self.t.code.startswith("zh") else words

    def _turn(self) -> None:
        self._negative = not self._negative
        self._show()

    def action_copy(self) -> None:
        """The message into the terminal's clipboard (OSC 52)."""
        if self.ticket is not None and self.event is not None:
            words = ticket_words.message(self.desk, self.t, self.event, self.ticket)
            self.app.copy_to_clipboard(words)
            self.say(self.t("ticket.copied"))

    def _issue(self) -> None:
        if self.act(tickets.issue, self.desk, self.subject, self.session) is not None:
            self.reread()

    def _replace(self) -> None:
        def answered(yes: bool | None) -> None:
            if yes and self.act(tickets.replace, self.desk, self.subject, self.session):
                self.reread()
                self.say(self.t("ticket.replaced"))

        self.app.push_screen(AskScreen(self.t("ticket.replace_ask")), answered)

    def _revoke(self) -> None:
        def revoke(why: str) -> Revoked:
            return tickets.revoke(self.desk, self.subject, self.session, why)

        def done(revoked: Revoked | None) -> None:
            if revoked is not None:
                self.reread()
                self.say(self.t("ticket.is_revoked"))

        t = self.t
        what = self.event.title if self.event else ""
        self.go_to(ReasonScreen(t("ticket.revoke"), what, t("ticket.revoke_hint"), revoke), done)
