"""Certificates on paper: PDF files, one each or one for the printer, and a picture of one.

Typst sets them (`deskapp.certificate_templates`). What stands on a paper reaches it as JSON and is
never markup. The same papers give the same bytes: PDF/A-2b (ISO 19005-2), tagged, with the parts of
the fonts that are used embedded.
"""

import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from db import files
from deskapp import certificate_data as content
from deskapp import certificate_templates as templates
from deskapp import config, fonts
from deskapp.certificate_papers import Paper
from deskapp.certificate_templates import Template
from deskapp.desk import Desk, Refusal
from deskapp.fonts import Typefaces

if TYPE_CHECKING:
    from typst import Compiler

STANDARD: Final = "a-2b"
SLICE = 25
"""papers that Typst sets at once for one file: it needs half a megabyte for each"""
SMALL = 40
"""pixels of what nobody looks at"""
PRIVATE = 0o600
"""of a file: who holds a certificate is for this user alone, as in one file of all"""
LONGEST_NAME = 40
"""characters of a holder's name in a file's"""
WIDTHS = {True: 297, False: 210}
"""of A4, millimetres, by whether it lies on its side"""
_NO_NAME = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
"""what names of files may not have, somewhere"""
_PLACE = re.compile(r"┌─ (?:\\\\\?\\)?(.+):(\d+):(\d+)")
"""where Typst says that something is wrong"""


@dataclass(frozen=True, slots=True)
class Press:
    """All that is needed to set papers of one template, in a folder that nothing else is in."""

    folder: Path
    template: Template
    faces: Typefaces

    def compiler(self) -> "Compiler":
        from typst import Compiler

        file = self.folder / f"{self.template.name}.typ"
        return Compiler(str(file), root=str(self.folder), font_paths=self.faces.fonts)

    def pdf(self, compiler: "Compiler", papers: Sequence[Paper], *, lasting: bool = True) -> bytes:
        """Papers, a page each; `lasting`: as PDF/A, tagged. Refuses TemplateWrong."""
        said = content.of(self.template, self.faces, papers, self.folder)
        inputs = {"papers": json.dumps(said, ensure_ascii=False)}
        with self._explained():
            made = compiler.compile(
                sys_inputs=inputs,
                timestamp=0,
                pdf_standards=STANDARD if lasting else None,
                pdf_tags=lasting,
            )
        assert isinstance(made, bytes)
        return made

    def png(self, paper: Paper, width: int) -> bytes:
        """One paper as a picture. Refuses TemplateWrong."""
        said = content.of(self.template, self.faces, [paper], self.folder)
        inputs = {"papers": json.dumps(said, ensure_ascii=False)}
        ppi = width * 25.4 / WIDTHS[self.template.landscape]
        with self._explained():
            made = self.compiler().compile(sys_inputs=inputs, format="png", ppi=ppi)
        first = made[0] if isinstance(made, list) else made
        assert first is not None
        return first

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """What Typst finds wrong, as TemplateWrong: in the template, or where that calls what it
        shares with others.
        """
        from typst import TypstError

        try:
            yield
        except TypstError as error:
            places = _PLACE.findall(error.diagnostic) or [("?", "1", "0")]
            own = [each for each in places if Path(each[0]).stem == self.template.name]
            file, line, column = (own or places)[0]
            said = " ".join([error.message, *error.hints]).replace(f"{self.folder}{os.sep}", "")
            facts = {"line": int(line), "column": int(column) + 1, "said": said}
            raise Refusal("TemplateWrong", file=Path(file).name, **facts) from error


def unprintable(desk: Desk, papers: Sequence[Paper]) -> dict[str, Refusal]:
    """By serial, what stops that one paper and no other: FontLacks(characters) or PaperTooLong.

    Refuses TemplateUnknown, TemplateWrong, and as `config.settings` and `fonts.chosen`.
    """
    found: dict[str, Refusal] = {}
    known = {name: templates.find(desk, name) for name in {each.template for each in papers}}
    texts = [content.texts(known[each.template], each) for each in papers]
    _, missing = _chosen(desk, texts)
    for paper, said in zip(papers, texts, strict=True):
        lacking = missing.intersection("".join(said))
        if lacking:
            found[paper.serial] = fonts.lacks(lacking)
        elif content.too_long(paper):
            found[paper.serial] = Refusal("PaperTooLong")
    return found


def try_out(desk: Desk, paper: Paper) -> None:
    """Set a paper, if its template is the library's own: what is wrong with that is known before
    anything is issued. Refuses as `write`.
    """
    if templates.find(desk, paper.template).own:
        picture(desk, paper, SMALL)


def write(desk: Desk, papers: Sequence[Paper], out: Path, *, single: bool) -> Iterator[int]:
    """Write them, and say again and again how many are done: into the file `out`, a page each in
    this order (`single`), or into the folder `out`, one file each, `<serial>-<holder>.pdf`.

    Refuses FontLacks, TemplateUnknown, TemplateWrong(file, line, column, said), SealUnreadable,
    FileUnwritable.
    """
    if single:
        yield from _one_file(desk, papers, out)
        return
    done = 0
    for some in _alike(papers):
        with _press(desk, some) as press:
            compiler = press.compiler()
            for paper in some:
                made = press.pdf(compiler, [paper])
                # Nobody waits for the disk after each of a thousand: `certificate_prints` puts
                # them in their place when all are there.
                _put(out / file_name(paper), made)
                done += 1
                yield done


def _put(file: Path, made: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(PRIVATE)
        file.write_bytes(made)
    except OSError as error:
        raise Refusal("FileUnwritable", file=str(file)) from error


def _one_file(desk: Desk, papers: Sequence[Paper], out: Path) -> Iterator[int]:
    """Slice by slice, so that memory does not grow with their number; the slices are put together
    by PDFium, which keeps neither tags nor what PDF/A asks for, so these are left out.
    """
    from pypdfium2 import PdfDocument

    parts, done = list(_alike(papers, SLICE)), 0
    with ExitStack() as opened, BytesIO() as made:
        whole = None
        for some in parts:
            with _press(desk, some) as press:
                part = press.pdf(press.compiler(), some, lasting=len(parts) == 1)
            if len(parts) == 1:
                made.write(part)
            elif whole is None:
                whole = opened.enter_context(closing(PdfDocument(part)))
            else:
                with closing(PdfDocument(part)) as more:
                    whole.import_pages(more)
            done += len(some)
            yield done
        if whole is not None:
            whole.save(made)
        files.write(out, made.getvalue(), folder=True)


def _alike(papers: Sequence[Paper], most: int | None = None) -> Iterator[list[Paper]]:
    """Those that follow each other and are set alike, at most so many together."""
    for _, group in groupby(papers, key=lambda each: (each.template, each.lang)):
        some = list(group)
        for first in range(0, len(some), most or len(some)):
            yield some[first : first + (most or len(some))]


def picture(desk: Desk, paper: Paper, width: int) -> bytes:
    """A paper as a PNG, so many pixels wide. Refuses as `write`."""
    with _press(desk, [paper]) as press:
        return press.png(paper, width)


def file_name(paper: Paper) -> str:
    """What the file of one paper is called on any system."""
    holder = _NO_NAME.sub("_", paper.holder)[:LONGEST_NAME].strip(" .")
    return f"{paper.serial}-{holder}.pdf"


@contextmanager
def _press(desk: Desk, papers: Sequence[Paper]) -> Iterator[Press]:
    """For papers that are set alike. Refuses as `write`."""
    template = templates.find(desk, papers[0].template)
    faces, missing = _chosen(desk, [content.texts(template, each) for each in papers])
    if missing:
        raise fonts.lacks(missing)
    with TemporaryDirectory() as folder:
        templates.spread(desk, Path(folder))
        yield Press(Path(folder), template, faces)


def _chosen(desk: Desk, texts: Sequence[Sequence[str]]) -> tuple[Typefaces, frozenset[str]]:
    own = config.settings(desk.ledger.store.path.parent).font
    return fonts.chosen((each for some in texts for each in some), own)
