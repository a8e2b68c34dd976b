"""The program's own log, for whoever looks after it: what nobody had thought of."""

import logging
import os
from pathlib import Path

_LOG = logging.getLogger("deskapp")


def start() -> None:
    """Write the log to a file in the user's folder for logs, once, if that can be."""
    if _LOG.handlers:
        return
    from logging.handlers import RotatingFileHandler

    from platformdirs import user_log_path

    try:
        folder = user_log_path("deskapp", appauthor=False, ensure_exists=True)
        handler = RotatingFileHandler(
            folder / "deskapp.log", maxBytes=1_000_000, backupCount=3, encoding="utf-8", delay=True
        )
    except OSError:
        _LOG.addHandler(logging.NullHandler())  # a desk without a log is better than none
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    _LOG.addHandler(handler)
    _LOG.propagate = False
    if os.environ.get("DESKAPP_LOG") == "debug":
        _LOG.setLevel(logging.DEBUG)


def note(error: BaseException) -> None:
    """Put an error nobody had thought of into the log."""
    cause: BaseException | None = error
    while cause is not None:
        if hasattr(cause, "hide_parameters"):  # SQLAlchemy: they may be somebody's telephone
            cause.hide_parameters = True
        cause = cause.__cause__ or cause.__context__
    _LOG.error("unforeseen", exc_info=error)


def scanned(whom: str) -> None:
    """What a scan led to, if DESKAPP_LOG=debug asks for it: for setting up a scanner.

    A reader's id, which says nothing without the library's key; never a card's digits.
    """
    _LOG.debug("scan: %s", whom)


def file() -> Path | None:
    """The file that the log is written to, if it is."""
    for handler in _LOG.handlers:
        if isinstance(handler, logging.FileHandler):
            return Path(handler.baseFilename)
    return None
