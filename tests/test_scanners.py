"""What a scanner puts around a code: learnt from one, taken off all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskapp import scanners
from deskapp.scanners import LEAST, LONGEST, Manner, manner, stripping
from tests.library import Library
from tests.refusals import refused

ENDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=5)
CODES = st.text("0123456789", min_size=LEAST, max_size=14)


@pytest.mark.parametrize(
    ("scan", "found"),
    [
        ("B0012345", Manner(before="B")),
        ("]C10012345", Manner(aim=True)),
        ("~]Q3#0012345$$", Manner("~", True, "#", "$$")),
        ("0012345", Manner()),
    ],
)
def test_a_manner(scan: str, found: Manner) -> None:
    assert manner("0012345", scan) == found
    assert stripping([found])(scan) == "0012345"
    if found.aim:  # another kind of code comes with another id
        assert stripping([found])(scan.replace(scan[scan.index("]") :][:3], "]E0")) == "0012345"


@given(ENDS, st.sampled_from(["", "]C1", "]Q3"]), ENDS, CODES, CODES)
def test_any_prefix_and_suffix_is_taken_off(
    before: str, aim: str, suffix: str, known: str, other: str
) -> None:
    scan = f"{before}{aim}{known}{suffix}"
    if scan.find(known) != scan.rfind(known) or "]" in before:
        return
    bare = stripping([manner(known, scan)])
    assert bare(f"{before}{aim}{other}{suffix}") == other
    if aim:  # a code of a scanner that puts nothing around it is let through
        assert bare(other) == other


def test_what_cannot_be_learnt() -> None:
    refused("CodeShort", manner, "123", "A123")
    refused("ScanUnlike", manner, "12345", "A54321")
    refused("ScanUnlike", manner, "1212", "121212")
    refused("ScanUnlike", manner, "12345", "x" * (LONGEST + 1) + "12345")


def test_several_scanners_of_one_desk_are_kept(library: Library) -> None:
    lead = library.at("lead")
    assert scanners.learn(lead, "0012345", "B0012345")
    assert scanners.learn(lead, "0012345", "B]C10012345")
    assert scanners.learn(lead, " 0012345", "B0012345")
    assert not scanners.learn(lead, "0012345", "0012345")
    refused("RoleTooLow", scanners.learn, library.at("li"), "0012345", "B0012345")
    library.reopen()
    kept = scanners.learnt(library.at("li"))
    assert len(kept) == 2
    bare = stripping(kept)
    assert [bare(code) for code in ("B99", "B]Q399", "99")] == ["99"] * 3
    refused("RoleTooLow", scanners.forget, library.at("li"))
    scanners.forget(library.at("lead"))
    assert scanners.learnt(library.at("li")) == []
