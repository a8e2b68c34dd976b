"""What the palette offers of cards, scanners and readers without a card."""

from collections.abc import Iterator
from functools import partial

from deskapp import cards, numbers, readers, scanners, shapes
from deskapp.numbers import Entered
from deskapp.readers import Found
from screens.base import DeskScreen
from screens.palette import Command


def offered(screen: DeskScreen[object]) -> Iterator[Command]:
    """The commands that whoever is at this screen may use."""
    t, may = screen.t, screen.desk.may
    if may(cards.VERIFYING):
        yield Command(t("command.cards"), t("command.cards_help"), partial(_cards, screen))
        yield Command(t("command.verify"), t("command.verify_help"), partial(_verify, screen))
    if may(numbers.ENTERING):
        run = partial(_temporary, screen)
        yield Command(t("command.temporary"), t("command.temporary_help"), run)
    if may(shapes.LEARNING):
        yield Command(t("command.shapes"), t("command.shapes_help"), partial(_shapes, screen))
    if may(scanners.LEARNING):
        yield Command(t("command.scanner"), t("command.scanner_help"), partial(_scanner, screen))


def _cards(screen: DeskScreen[object]) -> None:
    from screens.cards import ReaderCardsScreen

    patron = getattr(screen, "patron", None)  # Home has the reader before the desk
    screen.go_to(ReaderCardsScreen(patron if isinstance(patron, Found) else None))


def _verify(screen: DeskScreen[object]) -> None:
    from screens.cards import VerifyScreen

    screen.go_to(VerifyScreen())


def _temporary(screen: DeskScreen[object]) -> None:
    from screens.home import HomeScreen
    from screens.temporary import TemporaryScreen

    def entered(receipt: Entered | None) -> None:
        if receipt is not None and isinstance(screen, HomeScreen):  # they stand before the desk
            screen.receive(readers.by_id(screen.desk, receipt.id))

    screen.go_to(TemporaryScreen(), entered)


def _shapes(screen: DeskScreen[object]) -> None:
    from screens.learning import ShapesScreen

    screen.go_to(ShapesScreen())


def _scanner(screen: DeskScreen[object]) -> None:
    from screens.learning import ScannerScreen

    screen.go_to(ScannerScreen())
