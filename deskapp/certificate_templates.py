"""Templates of certificates: those that come with deskapp (assets/certificates), and a library's
own in its data folder's `certificates`, begun as copies of them.

A template is a Typst file. A comment at its beginning says in TOML what it is: `landscape`,
`langs`, `[title]` and `[words]` by language.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files as resources
from importlib.resources.abc import Traversable
from pathlib import Path

from pydantic import BaseModel, ValidationError

from db import files
from deskapp.certificate_blanks import NAMES, unknown
from deskapp.certificate_papers import Lang
from deskapp.desk import Desk, Refusal
from deskapp.language import LANGUAGES

FOLDER = "certificates"
SHARED = "certificate.typ"
"""what every template imports"""
_SAID = re.compile(r"\s*/\*(.*?)\*/", re.DOTALL)
_NAME = re.compile(r"[\w-]{1,40}")
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


class _Said(BaseModel, extra="forbid"):
    """What stands in the comment."""

    landscape: bool
    langs: tuple[Lang, ...]
    title: dict[str, str]
    words: dict[str, str]


@dataclass(frozen=True, slots=True)
class Template:
    """A template as its file says."""

    name: str
    title: Mapping[str, str]
    """what stands large on its paper (荣誉证书), by language"""
    landscape: bool
    langs: tuple[Lang, ...]
    words: Mapping[str, str]
    """the text of a roll that says none of its own, by language (also "both"): a paragraph a line,
    with `{holder}`, `{title}`, `{prize}` and such in it"""
    own: bool
    """the library's"""


def folder(desk: Desk) -> Path:
    """Where the library's own are."""
    return desk.ledger.store.path.parent / FOLDER


def known(desk: Desk) -> list[Template]:
    """Every template that can be used here, deskapp's first; not those that `broken` names."""
    return [each for each in _all(desk) if isinstance(each, Template)]


def broken(desk: Desk) -> list[Refusal]:
    """Of the library's own files that cannot be used, why each is not, as `find` refuses it."""
    return [each for each in _all(desk) if isinstance(each, Refusal)]


def find(desk: Desk, name: str) -> Template:
    """A template by its name; one of the library's stands for deskapp's of the same name.

    Refuses TemplateUnknown; TemplateWrong(file, line, column, said), and of what its comment says
    TemplateField, TemplateValue (file, line, field), TemplateLacks(file, field), TemplateWords
    (file, line, name: what stands in braces and means nothing).
    """
    file, own = _file(desk, name)
    return _read(name, file, own=own)


def copy(desk: Desk, name: str, as_: str) -> Path:
    """A copy to be changed, and where it is.

    Refuses TemplateUnknown, TemplateThere, TemplateNameWrong, FileUnwritable.
    """
    file, _ = _file(desk, name)
    if not _NAME.fullmatch(as_) or f"{as_}.typ" == SHARED:
        raise Refusal("TemplateNameWrong", name=as_)
    target = folder(desk) / f"{as_}.typ"
    if target.exists():
        raise Refusal("TemplateThere", name=as_)
    files.write(target, file.read_bytes(), folder=True)
    return target


def spread(desk: Desk, target: Path) -> None:
    """Put all that a template may need beside each other: deskapp's files, then the library's.

    Refuses FileUnwritable.
    """
    own = folder(desk)
    try:
        for each in _shipped().iterdir():
            (target / each.name).write_bytes(each.read_bytes())
        for file in sorted(own.iterdir()) if own.is_dir() else ():
            if file.is_file():
                (target / file.name).write_bytes(file.read_bytes())
    except OSError as error:
        raise Refusal("FileUnwritable", file=str(error.filename)) from error


def _shipped() -> Traversable:
    return resources("assets") / FOLDER


def _file(desk: Desk, name: str) -> tuple[Traversable, bool]:
    own = folder(desk) / f"{name}.typ"
    shipped = _shipped() / f"{name}.typ"
    for file, is_own in ((own, True), (shipped, False)):
        if _NAME.fullmatch(name) and file.is_file() and file.name != SHARED:
            return file, is_own
    raise Refusal("TemplateUnknown", name=name)


def _all(desk: Desk) -> Iterator[Template | Refusal]:
    for place, own in ((_shipped(), False), (folder(desk), True)):
        found = place.iterdir() if place.is_dir() else iter(())
        for file in sorted(found, key=lambda each: each.name):
            if file.name.endswith(".typ") and file.name != SHARED:
                try:
                    yield _read(file.name.removesuffix(".typ"), file, own=own)
                except Refusal as refusal:
                    yield refusal


def _read(name: str, file: Traversable, *, own: bool) -> Template:
    try:
        text = file.read_text("utf-8-sig")
        comment = _SAID.match(text)
        said = _Said.model_validate(tomllib.loads(comment[1] if comment else ""))
    except ValidationError as error:
        raise _field_wrong(file, text, error) from error
    except (OSError, ValueError) as error:
        at = _PLACE.search(str(error))
        line, column = (int(at[1]), int(at[2])) if at else (1, 1)
        why = _PLACE.sub("", str(error)).strip()
        facts = {"file": file.name, "line": line, "column": column, "said": why}
        raise Refusal("TemplateWrong", **facts) from error
    for lang in said.langs:
        for each in LANGUAGES if lang == "both" else (lang,):
            if not said.title.get(each):
                raise Refusal("TemplateLacks", file=file.name, field=f"[title] {each}")
        words = said.words.get(lang, "")
        if not words.strip():
            raise Refusal("TemplateLacks", file=file.name, field=f"[words] {lang}")
        if wrong := unknown(words):
            line = _line(text, re.escape(wrong))
            facts = {"file": file.name, "line": line, "name": wrong, "known": " ".join(NAMES)}
            raise Refusal("TemplateWords", **facts)
    return Template(name, said.title, said.landscape, said.langs, said.words, own)


def _field_wrong(file: Traversable, text: str, error: ValidationError) -> Refusal:
    """What is first to be mended in the comment: a name that is none, before what is missing."""
    faults = sorted(error.errors(), key=lambda each: each["type"] != "extra_forbidden")
    kind, field = faults[0]["type"], str(faults[0]["loc"][0])
    if kind == "missing":
        return Refusal("TemplateLacks", file=file.name, field=field)
    line = _line(text, rf"^\s*\[?\s*{re.escape(field)}\b")
    facts = {"file": file.name, "line": line, "field": field}
    if kind == "extra_forbidden":
        return Refusal("TemplateField", **facts, known=" ".join(_Said.model_fields))
    return Refusal("TemplateValue", **facts)


def _line(text: str, pattern: str) -> int:
    """The first line in which something stands, from one."""
    found = re.search(pattern, text, re.MULTILINE)
    return text.count("\n", 0, found.start() if found else 0) + 1
