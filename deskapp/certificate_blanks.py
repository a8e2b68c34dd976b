"""The places in a certificate's words (`{holder}`, `{prize}`), and what is put there."""

from collections.abc import Mapping
from string import Formatter

NAMES = (
    *("holder", "salutation", "title", "prize", "rank", "date", "year", "quarter"),
    *("sessions", "hours", "loans"),
)
"""what may stand in braces"""


def filled(words: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """The finished paragraphs, one a line. One in which nothing stands, as of an award without a
    prize, is left out. ValueError(what) where something else than `values` stands in braces.
    """
    found = (_filled(line, values).strip() for line in words.splitlines())
    return tuple(line for line in found if line)


def unknown(words: str) -> str:
    """The first that stands in braces and means nothing; empty where all is well."""
    try:
        filled(words, dict.fromkeys(NAMES, ""))
    except ValueError as error:
        return str(error)
    return ""


def _filled(line: str, values: Mapping[str, str]) -> str:
    said = []
    try:
        parts = list(Formatter().parse(line))
    except ValueError as error:  # braces that do not match
        raise ValueError(line) from error
    for words, name, how, turned in parts:
        if name is not None and (name not in values or how or turned):
            raise ValueError(name)
        said += [words, values[name] if name is not None else ""]
    return "".join(said)
