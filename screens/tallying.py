"""Directional questions on Home: today's counts in one line, a digit counts one more."""

from rich.cells import cell_len
from rich.text import Text
from textual.widgets import Static

from deskapp import tallies
from deskapp.box import Again, Digit
from deskapp.desk import Desk
from deskapp.language import Language
from deskapp.tallies import Tallied


class TallyLine(Static):
    """`指引 1洗手间56 2打印21 …`. Nothing to count is nothing to be seen."""

    DEFAULT_CSS = "TallyLine { height: 1; text-wrap: nowrap; text-overflow: clip; }"

    last: str | None = None
    """what was counted last"""

    def __init__(self, id: str) -> None:
        super().__init__(id=id, markup=False)

    def show(self, t: Language, desk: Desk) -> None:
        """The counts as they stand; what they are, and how to count, where there is room."""
        counts, entries = tallies.today(desk), desk.profile.tallies
        self.display = bool(entries) and desk.may(tallies.COUNTING)
        words = " ".join(
            t("tally.item", place=place, name=entries[code].name(t.code), count=count)
            for place, (code, count) in enumerate(counts.items(), 1)
        )
        titled = f"{t('tally.title')} {words}"
        for more in (titled, f"{titled}   {t('tally.hint')}"):
            if cell_len(more) < self.app.size.width:
                words = more
        self.update(Text(f" {words}"))

    def count(self, desk: Desk, meant: Digit | Again) -> Tallied | None:
        """Count it; None where nothing was counted before. Refuses as `tallies.count_digit`."""
        if isinstance(meant, Digit):
            counted = tallies.count_digit(desk, meant.digit)
        elif self.last is None:
            return None
        else:
            counted = tallies.count(desk, self.last)
        self.last = counted.what
        return counted
