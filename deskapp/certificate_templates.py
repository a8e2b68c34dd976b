"""Templates of certificates: those that come with deskapp (assets/certificates), and a library's
own in its data folder's `certificates`, begun as copies of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deskapp.certificate_papers import Lang
from deskapp.desk import Desk


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


def known(desk: Desk) -> list[Template]:
    """Every template that can be used here. Refuses TemplateWrong."""
    raise NotImplementedError


def find(desk: Desk, name: str) -> Template:
    """Refuses TemplateUnknown, TemplateWrong."""
    raise NotImplementedError


def copy(desk: Desk, name: str, as_: str) -> Path:
    """A copy to be changed, and where it is. Refuses TemplateUnknown, TemplateThere, NameWrong."""
    raise NotImplementedError
