"""A list in which several things may be ticked; `[x]` says so without a colour."""

from collections.abc import Sequence

from rich.text import Text
from textual.binding import Binding
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from screens.choice import Option as Named


class Ticks(OptionList):
    """Space or Enter ticks; `ticked` are the values, in the order of the list."""

    BINDINGS = [Binding("space", "select", show=False)]

    def __init__(self, options: Sequence[Named], ticked: set[str], *, id: str) -> None:
        self.named, self._ticked = list(options), ticked
        super().__init__(*map(self._option, self.named), id=id, markup=False)

    @property
    def ticked(self) -> tuple[str, ...]:
        return tuple(each.value for each in self.named if each.value in self._ticked)

    def _option(self, each: Named) -> Option:
        return Option(self._line(each))

    def _line(self, each: Named) -> Text:
        return Text(f" [{'x' if each.value in self._ticked else ' '}] {each.label}")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        each = self.named[event.option_index]
        self._ticked ^= {each.value}
        self.replace_option_prompt_at_index(event.option_index, self._line(each))
