"""Options that many commands have."""

import argparse

from deskapp.language import Language


def everywhere(made: argparse.ArgumentParser, t: Language, *, first: bool = False) -> None:
    """Options that stand before the command or behind it."""
    nothing = None if first else argparse.SUPPRESS
    made.add_argument("--data", metavar="DIR", default=nothing, help=t("usage.data"))
    made.add_argument("--lang", metavar="zh|en", default=nothing, help=t("usage.lang"))
    json = False if first else argparse.SUPPRESS
    made.add_argument("--json", action="store_true", default=json, help=t("usage.json"))


def person(made: argparse.ArgumentParser, t: Language) -> None:
    made.add_argument("--badge", metavar="NO", help=t("usage.acting_badge"))
    pin(made, t)


def pin(made: argparse.ArgumentParser, t: Language) -> None:
    made.add_argument("--pin-stdin", action="store_true", help=t("usage.pin_stdin"))
