"""Programs that say when they have painted: Textual has no event for a paint."""

from collections.abc import Callable
from typing import Any

from rich.console import RenderableType
from textual.app import App
from textual.screen import Screen

from deskapp.app import DeskApp
from tests.bench.bare import Bare
from tests.terminal import ROOT


class Painted(App[None]):
    """Calls `painted` behind each paint."""

    painted: Callable[[], None] | None = None

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, renderable)
        if self.painted is not None:
            self.painted()


class PaintedBare(Painted, Bare):
    """The floor."""


class PaintedDesk(Painted, DeskApp):
    """Ours."""

    CSS_PATH = str(ROOT / "assets" / "desk.tcss")  # Textual looks for it beside the class
