"""Certificates on paper: PDF files, one each or one for the printer, and a picture of one."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from deskapp.certificate_papers import Paper
from deskapp.desk import Desk, Refusal


def unprintable(desk: Desk, papers: Sequence[Paper]) -> dict[str, Refusal]:
    """By serial, what stops that one paper and no other: FontLacks(characters) or PaperTooLong.

    Refuses TemplateUnknown, TemplateWrong.
    """
    raise NotImplementedError


def write(desk: Desk, papers: Sequence[Paper], out: Path, *, single: bool) -> Iterator[int]:
    """Write them, and say again and again how many are done: into the file `out`, a page each in
    this order (`single`), or into the folder `out`, one file each, `<serial>-<holder>.pdf`.

    Refuses TemplateUnknown, TemplateWrong(file, line, column, said), FileUnwritable.
    """
    raise NotImplementedError


def picture(desk: Desk, paper: Paper, width: int) -> bytes:
    """A paper as a PNG, so many pixels wide. Refuses as `write`."""
    raise NotImplementedError
