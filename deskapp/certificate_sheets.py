"""Certificates on paper: PDF files, one each or one for the printer, and a picture of one.

Typst sets them (`deskapp.certificate_templates`). What stands on a paper reaches it as JSON and is
never markup. The same papers give the same bytes: PDF/A-2b (ISO 19005-2), tagged, with the parts of
the fonts that are used embedded.
"""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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
    from typst import Compiler, TypstError

STANDARD: Final = "a-2b"
SLICE = 200
"""papers that one compiler sets: it keeps what it has laid out"""
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

    def pdf(self, compiler: "Compiler", papers: Sequence[Paper]) -> bytes:
        """Papers, a page each. Refuses TemplateWrong."""
        said = content.of(self.template, self.faces, papers, self.folder)
        inputs = {"papers": json.dumps(said, ensure_ascii=False)}
        with _explained():
            made = compiler.compile(sys_inputs=inputs, timestamp=0, pdf_standards=STANDARD)
        assert isinstance(made, bytes)
        return made

    def png(self, paper: Paper, width: int) -> bytes:
        """One paper as a picture. Refuses TemplateWrong."""
        said = content.of(self.template, self.faces, [paper], self.folder)
        inputs = {"papers": json.dumps(said, ensure_ascii=False)}
        ppi = width * 25.4 / WIDTHS[self.template.landscape]
        with _explained():
            made = self.compiler().compile(sys_inputs=inputs, format="png", ppi=ppi)
        first = made[0] if isinstance(made, list) else made
        assert first is not None
        return first


def unprintable(desk: Desk, papers: Sequence[Paper]) -> dict[str, Refusal]:
    """By serial, what stops that one paper and no other: FontLacks(characters) or PaperTooLong.

    Refuses TemplateUnknown, TemplateWrong, and as `config.settings` and `fonts.chosen`.
    """
    found: dict[str, Refusal] = {}
    known = {name: templates.find(desk, name) for name in {each.template for each in papers}}
    texts = [content.texts(known[each.template], each) for each in papers]
    _, missing = _chosen(desk, texts)
    for paper, said in zip(papers, texts, strict=True):
        lacking = missing.intersection(*(["".join(said)]))
        if lacking:
            found[paper.serial] = fonts.lacks(lacking)
        elif content.too_long(paper):
            found[paper.serial] = Refusal("PaperTooLong")
    return found


def write(desk: Desk, papers: Sequence[Paper], out: Path, *, single: bool) -> Iterator[int]:
    """Write them, and say again and again how many are done: into the file `out`, a page each in
    this order (`single`), or into the folder `out`, one file each, `<serial>-<holder>.pdf`.

    Refuses FontLacks, TemplateUnknown, TemplateWrong(file, line, column, said), TemplatesMixed (one
    file of papers of several), FileUnwritable.
    """
    if single:
        with _press(desk, papers) as press:
            files.write(out, press.pdf(press.compiler(), papers), folder=True)
        yield len(papers)
        return
    for first in range(0, len(papers), SLICE):
        some = papers[first : first + SLICE]
        for name in sorted({each.template for each in some}):
            of = [each for each in some if each.template == name]
            with _press(desk, of) as press:
                compiler = press.compiler()
                for paper in of:
                    made = press.pdf(compiler, [paper])
                    files.write(out / file_name(paper), made, folder=True)
        yield first + len(some)


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
    """Refuses TemplatesMixed, and as `write`."""
    names = {each.template for each in papers}
    if len(names) > 1:
        raise Refusal("TemplatesMixed", names=", ".join(sorted(names)))
    template = templates.find(desk, *names)
    faces, missing = _chosen(desk, [content.texts(template, each) for each in papers])
    if missing:
        raise fonts.lacks(missing)
    with TemporaryDirectory() as folder:
        templates.spread(desk, Path(folder))
        yield Press(Path(folder), template, faces)


def _chosen(desk: Desk, texts: Sequence[Sequence[str]]) -> tuple[Typefaces, frozenset[str]]:
    own = config.settings(desk.ledger.store.path.parent).font
    return fonts.chosen((each for some in texts for each in some), own)


@contextmanager
def _explained() -> Iterator[None]:
    """What Typst finds wrong with a template, as TemplateWrong."""
    from typst import TypstError

    try:
        yield
    except TypstError as error:
        raise _wrong(error) from error


def _wrong(error: "TypstError") -> Refusal:
    at = _PLACE.search(error.diagnostic)
    file, line, column = at.groups() if at else ("?", "1", "1")
    said = " ".join([error.message, *error.hints])
    return Refusal(
        "TemplateWrong", file=Path(file).name, line=int(line), column=int(column), said=said
    )
