"""What a template is told of the papers: every word and the code, as plain data."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from shutil import copyfile
from typing import Any
from unicodedata import east_asian_width, name

from deskapp import qr, serials
from deskapp.certificate_papers import Paper, day_words
from deskapp.certificate_templates import Template
from deskapp.desk import Refusal
from deskapp.fonts import LATIN, Typefaces
from deskapp.language import LANGUAGES, Language

MOST = 560
"""full-width characters of the whole text, where the smallest setting still fits"""
LEAST = 40
"""what a paragraph counts at least: it takes a line"""
LONGEST_WORD = 40
"""letters that cannot be parted"""
MOST_NAMES = 4
"""issuers and signatory, side by side"""
COLONS = (":", "：")
MOST_BEHIND = 12
"""characters of a salutation behind the name"""


def of(
    template: Template, faces: Typefaces, papers: Sequence[Paper], folder: Path
) -> dict[str, Any]:
    """All that the template gets; a seal's picture is put beside it, into the folder.

    Refuses SealUnreadable (the seal's picture).
    """
    first = papers[0]
    code, day = languages(first)[0], first.day
    head = template.title[code]
    title = f"{head} {first.title}" if len(papers) > 1 else f"{head} {first.title} {first.holder}"
    return {
        "landscape": template.landscape,
        "title": title,
        "author": list(first.issuers),
        "day": {"year": day.year, "month": day.month, "day": day.day},
        "lang": code.partition("_")[0],
        "region": code.partition("_")[2] or None,
        "fonts": faces.families,
        "quotes": LATIN,
        "latin": list(dict.fromkeys((LATIN, *faces.families))),
        "papers": [_paper(template, each, folder) for each in papers],
    }


def languages(paper: Paper) -> tuple[str, ...]:
    """Which a paper speaks, the first first."""
    return LANGUAGES if paper.lang == "both" else (paper.lang,)


def texts(template: Template, paper: Paper) -> list[str]:
    """Every text on a paper, for its characters."""
    said = _paper(template, paper, None)
    lines = [*said["headlines"], *said["paragraphs"]]
    words = [each[name] for each in lines for name in ("text", "name", "rest") if name in each]
    plain = (*said["notes"], *said["dates"], *paper.issuers, said["signatory"], said["specimen"])
    return [*words, *plain]


def too_long(paper: Paper) -> bool:
    """Whether its text does not fit, even set as small as one can read."""
    units = sum(max(sum(map(_units, each)), LEAST) for each in paper.body)
    words = (word for each in (*paper.body, *paper.issuers) for word in each.split())
    parted = any(_run(word) > LONGEST_WORD for word in words)
    names = len(paper.issuers) + bool(paper.signatory)
    return units > MOST or parted or names > MOST_NAMES


def _units(sign: str) -> float:
    return 1 if east_asian_width(sign) in "WF" else 0.5


def _run(word: str) -> int:
    """How many letters of it are not parted anywhere; between Chinese characters it may be."""
    runs = (len(list(some)) for units, some in groupby(word, _units) if units < 1)
    return max(runs, default=0)


def _paper(template: Template, paper: Paper, folder: Path | None) -> dict[str, Any]:
    spoken = [Language(code) for code in languages(paper)]
    notes = [" ".join(t("paper.number") for t in spoken) + " " + serials.spaced(paper.serial)]
    drawn = None
    if paper.token and folder is not None:
        drawn = qr.drawn(f"{paper.address}#{paper.token}" if paper.address else paper.token)
    if paper.token:
        notes.append(" ".join(t("paper.scan") for t in spoken))
    if paper.copy > 1:
        notes.append(" ".join(t("paper.again", count=paper.copy - 1) for t in spoken))
    return {
        "headlines": [{"text": template.title[t.code], "lang": t.code[:2]} for t in spoken],
        "paragraphs": list(_paragraphs(paper)),
        "qr": drawn and drawn.svg,
        "modules": drawn and drawn.modules,
        "alt": notes[0],
        "notes": notes,
        "issuers": paper.issuers,
        "signatory": paper.signatory,
        "dates": [day_words(paper.day, t.code) for t in spoken],
        "seal": _seal(paper.seal, folder) if paper.seal and folder else None,
        "specimen": "" if paper.token else " ".join(t("paper.specimen") for t in spoken),
    }


def _seal(picture: Path, folder: Path) -> str:
    beside = f"seal{picture.suffix.lower()}"
    try:
        copyfile(picture, folder / beside)
    except OSError as error:
        raise Refusal("SealUnreadable", file=str(picture)) from error
    return beside


def _paragraphs(paper: Paper) -> Sequence[dict[str, Any]]:
    """What each paragraph is, and in which language it is set."""
    found: list[dict[str, Any]] = []
    lang = "en" if paper.lang == "en" else "zh"
    for text in filter(None, (each.strip() for each in paper.body)):
        rest = text.removeprefix(paper.holder).strip() if text.startswith(paper.holder) else ""
        kind = "text"
        if text == paper.prize:
            kind = "prize"
        elif text == paper.holder:
            kind = "name"
        elif rest.endswith(COLONS) and len(rest) <= MOST_BEHIND:
            kind = "salutation"
        elif paper.lang == "both":
            lang = "zh" if _chinese(text, paper) else "en"
        minor = paper.lang == "both" and lang == "en"
        parted = minor and not any(each["minor"] for each in found)
        said = {"kind": kind, "lang": lang, "minor": minor, "parted": parted, "text": text}
        found.append({**said, "name": paper.holder, "rest": rest})
    return found


def _chinese(text: str, paper: Paper) -> bool:
    """Whether a paragraph is, not counting what is quoted in it."""
    for quoted in filter(None, (paper.holder, paper.title, paper.prize)):
        text = text.replace(quoted, "")
    return any(name(each, "").startswith("CJK UNIFIED") for each in text)
