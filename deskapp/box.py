"""What was entered in the one box: a reader, a request, a digit, or a sentence."""

import re
from dataclasses import dataclass

from deskapp import cards, isbn, matter, readers, verification
from deskapp.desk import Desk, Role
from deskapp.readers import Found

__all__ = [
    "Again",
    "CertificateCode",
    "Digit",
    "Isbn",
    "Nothing",
    "ReaderFound",
    "Readers",
    "RequestNumber",
    "Requests",
    "Sentence",
    "Understood",
    "UnknownCard",
    "understand",
]

NAME = 30
"""characters of the longest name that is looked up among the readers"""

DIGITS = 4
"""of a request's number: fewer are something else"""
_WORD = re.compile(r"[0-9A-Za-z]+")


@dataclass(frozen=True, slots=True)
class ReaderFound:
    """Exactly this reader: by a card or a whole number."""

    reader: Found


@dataclass(frozen=True, slots=True)
class RequestNumber:
    """A request, as people call it, and what was asked, where everybody may read it."""

    id: str
    number: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Requests:
    """Requests to choose from: two machines gave one number, or several other desks did."""

    requests: list[RequestNumber]


@dataclass(frozen=True, slots=True)
class Readers:
    """Readers to choose from, and the requests of that number if there are any too.

    `words` is what was typed: somebody's name may be a short question as well.
    """

    readers: list[Found]
    words: str
    requests: tuple[RequestNumber, ...] = ()
    scanned: bool = False
    """a code that fits several, and is no sentence"""


@dataclass(frozen=True, slots=True)
class UnknownCard:
    """A card or a number that is nobody's."""

    code: str


@dataclass(frozen=True, slots=True)
class CertificateCode:
    """What is on a certificate: its code, whole or not, or its number."""

    text: str


@dataclass(frozen=True, slots=True)
class Isbn:
    """A book's number, in thirteen digits."""

    isbn: str


@dataclass(frozen=True, slots=True)
class Digit:
    """The short form: a lone digit, typed."""

    digit: int


@dataclass(frozen=True, slots=True)
class Again:
    """The short form: what was counted last, once more."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What somebody asks."""

    words: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """Enter alone."""


Understood = (
    ReaderFound
    | Readers
    | RequestNumber
    | Requests
    | UnknownCard
    | CertificateCode
    | Isbn
    | Digit
    | Again
    | Sentence
    | Nothing
)


def understand(desk: Desk, text: str, scanned: bool = False) -> Understood:
    """What a line of the box means; the first of these that fits.

    0. What is on a certificate: no card is as long.
    1. A scan is a card or number of somebody's, in whatever shape it was typed, or of several if it
       fits more than one; else a book, else an unknown card: never a sentence, a search, a digit.
    2. Nothing; one ASCII digit or a plus by itself: the short forms.
    3. Typed, exactly somebody's number or card: that reader. An ISBN: that book.
    4. `0231`, `3F-0231`: that request, or those to choose from. Without a zero in front or a desk
       before it, it may as well be the end of a telephone number: if readers match too, all are
       offered.
    5. The beginning of a number, name, pinyin or initials, the last digits of a phone: those
       readers, if there are any. A short sentence that is nobody's name is not stopped by this.
    6. Two digits or more, or one word of letters with four digits or more: an unknown card.
    7. Anything else is a sentence.

    Refuses NobodySignedIn, RoleTooLow, CardLost.
    """
    desk.require(Role.STUDENT_ASSISTANT)
    text = text.strip()
    if verification.is_code(text):
        return CertificateCode(text)
    if scanned:
        return _exactly(desk, text, scanned=True) or _book(text) or UnknownCard(text)
    if short := _short(text):
        return short
    word = _WORD.fullmatch(text) is not None
    if word and (exactly := _exactly(desk, text)):
        return exactly
    if book := _book(text):
        return book
    requests = requests_of(desk, text)
    meant = requests[0] if len(requests) == 1 else Requests(requests)
    if requests and (text[0] == "0" or "-" in text):
        return meant
    found = readers.search(desk, text) if len(text) <= NAME else []
    if found:
        return Readers(found, text, tuple(requests))
    if requests:
        return meant
    digits = sum(c.isdecimal() for c in text)
    if word and (digits >= 4 or digits == len(text)):
        return UnknownCard(text)
    return Sentence(text)


def _short(text: str) -> Nothing | Digit | Again | None:
    if len(text) == 1 and text.isascii() and text.isdecimal():
        return Digit(int(text))
    if not text:
        return Nothing()
    return Again() if text == "+" else None


def _book(text: str) -> Isbn | None:
    number = isbn.normal(text)
    return Isbn(number) if number else None


def _exactly(desk: Desk, code: str, scanned: bool = False) -> ReaderFound | Readers | None:
    """Whoever's number or card it is."""
    found = cards.whose(desk, code, scanned)
    if len(found) == 1:
        return ReaderFound(found[0])
    return Readers(found, code, scanned=scanned) if found else None


def request_of(desk: Desk, text: str) -> RequestNumber | None:
    """The newest of `requests_of`; None if there is none."""
    return next(iter(requests_of(desk, text)), None)


def requests_of(desk: Desk, text: str) -> list[RequestNumber]:
    """The requests that people call `0231` here, or `3F-0231`, or `2026-0231` if it is not of this
    year: of each desk those of the newest year, newest first. One, but where two machines of a desk
    gave the same number, or several desks did and not this one.
    """
    called = matter.called(text)
    if called is None or called.digits < DIGITS:
        return []
    with desk.reading() as connection:
        lines = matter.lines_called(connection, desk, called)
    newest: dict[str, int] = {}
    return [
        RequestNumber(
            line.subject,
            matter.number_of(desk, line.desk, line.number, line.year),
            "" if line.scope else line.question or "",
        )
        for line in lines
        if line.year == newest.setdefault(line.desk, line.year)
    ]
