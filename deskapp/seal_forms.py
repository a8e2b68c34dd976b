"""Applications for the use of a seal (用印申请单): which papers are to be stamped, on one sheet for
whoever keeps the seal to sign. That it was printed is on record.
"""

import json
from dataclasses import dataclass
from importlib.resources import files as resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from db import certificate_pages as pages
from db import files
from db.rolls import draft
from deskapp import config, fonts, rolls, serials
from deskapp.desk import Desk, Refusal
from deskapp.language import Language
from deskapp.rolls import ROLLING, Roll

TEMPLATE = "seal_form.typ"
MOST_WITHIN = 3
"""papers whose numbers stand in one cell; of more the first and the last"""


@dataclass(frozen=True, slots=True)
class Asked:
    """An application was printed for so many papers."""

    file: Path
    count: int
    first: str
    last: str


def print_out(desk: Desk, t: Language, roll: str, file: Path, *, force: bool = False) -> Asked:
    """Write the application for all good certificates of a roll, as they were issued, into a PDF.

    Refuses RoleTooLow, RollUnknown, CertificatesNone, FileExists (unless `force`), FileUnwritable,
    and as `fonts.for_text`.
    """
    desk.require(ROLLING)
    if file.exists() and not force:
        raise Refusal("FileExists", file=str(file))
    known = rolls.roll(desk, roll)
    with desk.reading() as connection:
        found = pages.page(connection, pages.Wanted(roll=known.id, state=pages.GOOD))
    numbers = [each.serial for each in found]
    if not numbers:
        raise Refusal("CertificatesNone", roll=known.name)
    files.write(file, _page(desk, t, known, numbers))
    asked = Asked(file, len(numbers), numbers[0], numbers[-1])
    with desk.act() as act:
        said = {"count": asked.count, "serials": [asked.first, asked.last]}
        act.record_all([draft("roll.seal_asked", known.id, said)])
    return asked


def _page(desk: Desk, t: Language, roll: Roll, numbers: list[str]) -> bytes:
    from typst import compile as typeset

    spaced = [serials.spaced(each) for each in numbers]
    within = spaced if len(spaced) <= MOST_WITHIN else [spaced[0], spaced[-1]]
    cells = (
        (t("seal_form.title"), roll.title, True),
        (t("seal_form.roll"), roll.name, False),
        (t("seal_form.count"), t("seal_form.counted", count=len(numbers)), False),
        (t("seal_form.numbers"), (" – " if within != spaced else ", ").join(within), True),
        (t("seal_form.seals"), t("seal_form.and").join(roll.issuers), True),
        (t("seal_form.applicant"), desk.whoever().name, False),
        (t("seal_form.day"), t.dated(desk.now().date()), False),
    )
    lines = [t("seal_form.head"), t("seal_form.approver"), t("seal_form.keeper")]
    data: dict[str, Any] = {
        "heading": t("seal_form.heading"),
        "library": desk.profile.name(t.code),
        "lang": t.code.partition("_")[0],
        "region": t.code.partition("_")[2] or None,
        "cells": [{"name": name, "said": said, "wide": wide} for name, said, wide in cells],
        "lines": lines,
        "signed": t("seal_form.signed"),
        "listed": t("seal_form.listed"),
        "serials": spaced,
    }
    texts = [each for cell in cells for each in cell[:2]]
    said = [
        *texts,
        *lines,
        *(str(data[each]) for each in ("heading", "library", "signed", "listed")),
    ]
    own = config.settings(desk.ledger.store.path.parent).font
    faces = fonts.for_text([*said, *spaced], own)
    with TemporaryDirectory() as folder:
        template = Path(folder, TEMPLATE)
        template.write_bytes((resources("assets") / TEMPLATE).read_bytes())
        beside = Path(folder, "seal_form.json")
        beside.write_text(json.dumps({**data, "fonts": faces.families}), "utf-8")
        return typeset(str(template), root=folder, font_paths=faces.fonts, timestamp=0)
