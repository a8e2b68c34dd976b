"""What a certificate's template gets: all that stands on one paper, and nothing else."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

Lang = Literal["zh_CN", "en", "both"]
LANGS: tuple[Lang, ...] = ("zh_CN", "en", "both")


@dataclass(frozen=True, slots=True)
class Paper:
    """One certificate as it is to be printed.

    A paragraph of `body` that begins with the holder's name and ends in a colon is the salutation
    (the name is underlined); one that is the prize alone is set large. In both languages the
    Chinese paragraphs come first, then the English.
    """

    serial: str
    """20 digits (`deskapp.serials`)"""
    holder: str
    title: str
    """what is awarded"""
    prize: str
    """may be empty"""
    body: tuple[str, ...]
    """finished paragraphs"""
    issuers: tuple[str, ...]
    """the library's name first"""
    signatory: str
    """may be empty"""
    day: date
    lang: Lang
    template: str
    """its name (`deskapp.certificate_templates`)"""
    token: str
    """digits (`deskapp.certificate_text`); none: a specimen, without a code, and marked as one"""
    address: str
    """where anybody verifies it; may be empty"""
    copy: int = 1
    """above 1 it is marked as printed again"""
    seal: Path | None = None
    """the picture of a seal, where one may be printed; none: a blank for the stamp"""
