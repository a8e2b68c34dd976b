"""Style sheets parsed once a process: each application that a test makes would parse them again."""

from functools import cache

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation


@cache
def parse_once() -> None:
    """From now on a text that was parsed, with the same colours, is not parsed again.

    Rules are only read once they are made: Textual itself keeps them, for as long as a theme.
    """
    parse = Stylesheet._parse_rules
    known: dict[tuple[object, ...], list[RuleSet]] = {}

    def parsed(
        self: Stylesheet,
        css: str,
        read_from: CSSLocation,
        is_default_rules: bool = False,
        tie_breaker: int = 0,
        scope: str = "",
    ) -> list[RuleSet]:
        said = (css, read_from, is_default_rules, tie_breaker, scope)
        key = (*said, *self._variables.items())
        if key not in known:
            known[key] = parse(self, *said)
        return known[key]

    pytest.MonkeyPatch().setattr(Stylesheet, "_parse_rules", parsed)
