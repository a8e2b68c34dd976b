"""Refusals in tests: that an act says no, and by which name."""

import re
from collections.abc import Callable

import pytest

from db.refusal import Refusal
from deskapp.language import LANGUAGES, Language

STAMP = re.compile(r"\d\d:\d\d:\d\d")
"""a moment as a machine writes it: nobody is told seconds, let alone their fractions"""


def refused(code: str, act: Callable[..., object], *given: object, **named: object) -> Refusal:
    """Do the act, see it refused for this reason in words that a person can read, and give the
    refusal to be looked at.
    """
    with pytest.raises(Refusal) as caught:
        act(*given, **named)
    assert caught.value.code == code
    for t in map(Language, LANGUAGES):
        assert not STAMP.search(t(f"refusal.{code}", **caught.value.facts))
    return caught.value


def spoken(key: str, **facts: object) -> str:
    """Stands in for a language: the key and what it was given."""
    return f"{key} {facts}"
