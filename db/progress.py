"""How far long work is, for whoever looks on."""

from collections.abc import Callable

Counting = Callable[[str, int], None]
"""is told what is done, and how much of it"""
Sharing = Callable[[int, int], None]
"""is told how much is done, and of how much"""


def nothing(*_: object) -> None:
    """Nobody looks on."""
