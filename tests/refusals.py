"""Refusals in tests: that an act says no, and by which name."""

from collections.abc import Callable

import pytest

from db.refusal import Refusal


def refused(code: str, act: Callable[..., object], *given: object, **named: object) -> Refusal:
    """Do the act, see it refused for this reason, and give the refusal to be looked at."""
    with pytest.raises(Refusal) as caught:
        act(*given, **named)
    assert caught.value.code == code
    return caught.value


def spoken(key: str, **facts: object) -> str:
    """Stands in for a language: the key and what it was given."""
    return f"{key} {facts}"
