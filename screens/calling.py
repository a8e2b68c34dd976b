"""Whoever signed up is called: the whole number, in the message line and on the clipboard."""

from typing import Any

from deskapp import signup_lists
from deskapp.notices import Notice
from deskapp.signup_lists import Listed
from screens.base import DeskScreen


def call(screen: DeskScreen[Any], row: Listed | Notice | None) -> None:
    """To be seen by whoever may, and on record."""
    number = screen.act(signup_lists.telephone, screen.desk, row.id, row.session) if row else None
    if number is not None:
        screen.app.copy_to_clipboard(number)
        screen.say(screen.t("reader.telephone_is", number=number))
