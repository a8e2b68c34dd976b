"""The day on Home: what the last shift left word of, what is due next, the numbers so far."""

from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text
from textual.widgets import Static

from deskapp import daily, events
from deskapp.daily import Today
from deskapp.desk import Desk
from deskapp.language import Language
from screens.cells import fit, plain
from screens.matters import deadline_words
from screens.wording import number_words, open_words

EVENTS, WIDE = 3, 50
"""of today that are named, in a column of so many cells; in a narrower one the next alone"""
LINES = 9
"""of all of it, at most"""
NOTE_LINES = 3
"""of a note on Home; the whole of it stands on the page of the shift"""


class Daily(Static):
    """Below what is offered. `show` reads and draws it."""

    DEFAULT_CSS = f"Daily {{ height: auto; max-height: {LINES}; color: $foreground 80%; }}"

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, markup=False)
        self._seen: tuple[Language, Desk, Today] | None = None
        self._drawn: Text | None = None

    def show(self, t: Language, desk: Desk) -> None:
        """Read the day and draw it."""
        self._seen = (t, desk, daily.today(desk))
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        """What waits comes first; the words of the note take what the rest leaves."""
        if self._seen is None or not self.size.width:
            return
        t, desk, day = self._seen
        room = max(16, self.size.width - 3)
        head = [Text(f" {each}", "bold") for each in urgent(t, day, room)]
        tail: list[Text] = []
        if (line := day.next_due) is not None:
            due = deadline_words(t, desk, desk.local(line.due_at))
            away = f"{t('daily.away', name=day.away)} " if day.away else ""
            words = f"{number_words(desk, line)} {away}{open_words(t, desk, line)}"
            tail.append(Text(f" {t('daily.next', due=due)}", "bold"))
            tail += [Text(f"  {part}") for part in folded(words, room, 1)]
        tail += [Text(f" {each}") for each in on_today(t, desk, day, room)]
        tail += [Text(f" {each}") for each in spaces(t, day, room)]
        tail.append(Text(f" {t('daily.counts', logged=day.logged, tallied=day.tallied)}"))
        if day.notes:
            note = day.notes[0]
            when = t.time(note.at)
            if note.at.date() != desk.now().date():
                when = t.day(note.at.date())
            head.append(Text(f" {t('daily.note', at=when, name=note.by)}", "bold"))
            used = sum(-(-line.cell_len // self.size.width) for line in (*head, *tail))
            most = max(1, min(NOTE_LINES, LINES - used))
            head += [Text(f"  {part}") for part in folded(note.words, room, most)]
        drawn = Text("\n").join([*head, *tail])
        if drawn != self._drawn:  # Home reads with every commit: most change nothing here
            self._drawn = drawn
            self.update(drawn)


def urgent(t: Language, day: Today, room: int) -> Iterator[str]:
    """What waits for somebody here."""
    if day.unsigned:
        yield t("daily.unsigned", count=day.unsigned)
    if day.absent:
        yield t("daily.absent", count=day.absent, key=t.keys["shift"])
    if day.found or day.lent:
        yield t("daily.things", found=day.found, lent=day.lent)
    if day.untold:
        yield t("daily.untold", count=day.untold)
    yield from waiting(t, day, room)


def waiting(t: Language, day: Today, room: int) -> list[str]:
    """What of the spaces waits for whoever may decide it."""
    found = []
    if day.violations:
        found.append(t("daily.violations", count=day.violations))
    if day.draws:
        found.append(t("daily.draws", count=day.draws))
    return together(found, room)


def spaces(t: Language, day: Today, room: int) -> list[str]:
    """Seats and rooms in use."""
    found = []
    if day.places:
        found.append(t("daily.seats", seated=day.seated, places=day.places))
    if day.rooms is not None:
        found.append(t("daily.rooms", taken=day.rooms.taken, free=day.rooms.free))
    return together(found, room)


def on_today(t: Language, desk: Desk, day: Today, room: int) -> Iterator[str]:
    """What is on next, and how much more there is: `10:30 信息检索大赛 报告厅 已签86`. The place is
    left out where there is no room for it, and then how much more.
    """
    most = 1 if room < WIDE else EVENTS
    more = len(day.events) - most
    for number, each in enumerate(day.events[:most], 1):
        when = t("event.state.now") if each.begin <= desk.now() else t.time(each.begin)
        signed = t("daily.signed", count=each.expected)
        rest = t("daily.more_events", count=more) if more > 0 and number == most else ""
        place = events.place_name(desk, each.place, t.code)
        forms = [
            " ".join(filter(None, words))
            for words in (
                (when, each.title, place, signed, rest),
                (when, each.title, signed, rest),
                (when, each.title, signed),
            )
        ]
        left = max(1, room - cell_len(f"{when}  {signed}"))
        forms.append(f"{when} {fit(each.title, left)} {signed}")
        yield next((each for each in forms if cell_len(each) <= room), forms[-1])


def together(found: list[str], room: int) -> list[str]:
    """On one line where they fit into so many cells."""
    whole = "  ".join(found)
    return [whole] if found and cell_len(whole) <= room else found


def folded(words: str, room: int, most: int) -> list[str]:
    """Words in lines of so many cells, the last one cut where there are more."""
    lines = [""]
    for character in plain(words):
        if cell_len(lines[-1] + character) > room:
            lines.append("")
        lines[-1] += character
    if len(lines) > most:
        cut = lines[most - 1]
        while cut and cell_len(cut) > room - 2:
            cut = cut[:-1]
        lines[most - 1 :] = [cut + ".."]
    return lines
