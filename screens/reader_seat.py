"""Home's line about the seat of the reader before the desk, and what zero or a barcode does."""

from rich.text import Text
from textual.widgets import Static

from deskapp import barcodes, queues, seats
from deskapp.desk import Desk, Refusal
from deskapp.language import Language
from deskapp.readers import Found
from deskapp.seats import Standing
from screens.base import DeskScreen
from screens.matters import deadline_words
from screens.seat_acts import RULES, done_words, is_full, seat_words, sits_words
from screens.seat_words import person_words


class ReaderSeat(Static):
    """`座位  信息共享空间 A-12 在座至22:00   0暂离`. No reader, or nothing to say, no line."""

    DEFAULT_CSS = "ReaderSeat { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }"

    def __init__(self, id: str) -> None:
        super().__init__(id=id, markup=False)
        self.display = False
        self._reader: Found | None = None
        self._standing: Standing | None = None

    def show(self, t: Language, desk: Desk, reader: Found | None) -> None:
        """How they stand by now."""
        self._reader, self._standing, words = reader, None, Text()
        if reader is not None and desk.profile.zones and desk.may(seats.SEATING):
            try:
                self._standing = seats.standing(desk, reader.id)
            except Refusal:  # nobody any more: that is said elsewhere
                pass
            else:
                words = _words(t, desk, self._standing)
        self.display = bool(words)
        self.update(words)

    def do(self, screen: DeskScreen[None], said: barcodes.Said | None = None) -> None:
        """The likely act of whoever stands there, or what a barcode says; and say it."""
        reader, standing = self._reader, self._standing
        if said == "undo":
            screen.action_undo()
        elif reader is None or standing is None:
            screen.refuse(Refusal("CardFirst"))
        elif act := said or standing.act:
            done = screen.act(RULES[act], screen.desk, reader.id)
            if done is not None:
                screen.say(done_words(screen.t, screen.desk, done, "", reader))
        elif is_full(standing):
            screen.act(self._wait, screen, reader)
        elif standing.refusal is not None:
            screen.refuse(standing.refusal)
        self.show(screen.t, screen.desk, reader)

    def _wait(self, screen: DeskScreen[None], reader: Found) -> None:
        refusal = self._standing.refusal if self._standing else None
        ahead = queues.join(screen.desk, reader.id, str(refusal and refusal.facts["zone"])).ahead
        screen.say(screen.t("seats.done.queued", reader=person_words(reader), ahead=ahead))


def _words(t: Language, desk: Desk, standing: Standing) -> Text:
    """Where they sit, what is reserved, what zero does; why not, only where they are barred."""
    said = [sits_words(t, desk, standing.sitting, "")] if standing.sitting else []
    for each in standing.reservations:
        seat = seat_words(t, desk, each.seat, "")
        said.append(t("seats.reserved_for", seat=seat, at=deadline_words(t, desk, each.begins)))
    refusal = standing.refusal
    if refusal is not None and refusal.code == "Banned":
        said.append(t("refusal.Banned", until=refusal.facts["until"]))
    if standing.violations:
        said.append(t("seats.violations", count=standing.violations))
    line = Text("  ".join(said))
    next_ = ""
    if standing.sitting is not None and standing.act is not None:
        next_ = t(f"seats.key.{standing.act}")  # whose seat it is has just been said
    elif standing.act is not None:
        next_ = t("seats.next.take", seat=seat_words(t, desk, standing.seat or "", ""))
    elif is_full(standing):
        next_ = t("seats.next.queue")
    if next_:
        line.append("   " if said else "").append(f"0 {next_}", "bold reverse")
    return Text.assemble(f" {t('seats.line')}  ", line) if line else line
