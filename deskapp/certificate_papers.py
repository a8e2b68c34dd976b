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


_DIGITS = "〇一二三四五六七八九"


def day_words(day: date, lang: str) -> str:
    """A date as it stands on a paper: 二〇二六年十一月二十二日, 22 November 2026."""
    if lang == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    year = "".join(_DIGITS[int(each)] for each in f"{day.year}")
    return f"{year}年{_counted(day.month)}月{_counted(day.day)}日"


def _counted(number: int) -> str:
    """1 to 31 as they are said: 十, 二十二."""
    tens, ones = divmod(number, 10)
    lead = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return lead + (_DIGITS[ones] if ones else "")


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
"""as English papers have them, whatever language the machine is set to"""
