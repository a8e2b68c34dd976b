"""A certificate before it is issued: a specimen of a template; a paper drawn on the terminal."""

from collections.abc import Iterator
from io import BytesIO
from itertools import groupby

from rich.text import Text

from deskapp import certificate_sheets, serials
from deskapp import certificate_templates as templates
from deskapp.certificate_blanks import filled
from deskapp.certificate_papers import Lang, Paper
from deskapp.desk import Desk, Refusal
from deskapp.language import Language

FINER = 8
"""times as fine as the terminal a paper is drawn, so that thin lines grow pale and do not vanish"""
SAMPLES = {
    "salutation": " 同学",
    "rank": "1",
    "sessions": "8",
    "hours": "36.5",
    "loans": "120",
    "quarter": "4",
}
"""what stands in the places of a specimen, besides words of the language"""


def specimen(desk: Desk, name: str, lang: Lang) -> Paper:
    """What a template looks like, of nobody.

    Refuses TemplateLanguage (it does not speak it), and as `certificate_templates.find`.
    """
    template = templates.find(desk, name)
    if lang not in template.langs:
        raise Refusal("TemplateLanguage", name=name, langs=", ".join(template.langs))
    t = Language("en" if lang == "en" else "zh_CN")
    today = desk.now().date()
    said = {each: t(f"paper_sample.{each}") for each in ("holder", "title", "prize")}
    said |= {**SAMPLES, "year": f"{today.year}", "date": f"{today}"}
    return Paper(
        serial=serials.specimen(today),
        holder=said["holder"],
        title=said["title"],
        prize=said["prize"],
        body=filled(template.words[lang], said),
        issuers=(desk.profile.name(t.code),),
        signatory="",
        day=today,
        lang=lang,
        template=name,
        token="",
        address="",
    )


def terminal_picture(desk: Desk, paper: Paper, columns: int, rows: int) -> Text:
    """A paper in half blocks, two to a cell, at most so large. Refuses as
    `certificate_sheets.write`.
    """
    from PIL import Image

    drawn = certificate_sheets.picture(desk, paper, columns * FINER)
    with Image.open(BytesIO(drawn)) as whole:
        share = min(columns / whole.width, rows * 2 / whole.height)
        wide = max(1, round(whole.width * share))
        high = max(2, round(whole.height * share / 2) * 2)
        small = whole.convert("RGB").resize((wide, high), Image.Resampling.BOX)
    text, signs = Text(no_wrap=True), list(_signs(small.tobytes(), wide, high))
    for n, line in enumerate(signs):
        for style, alike in groupby(line):
            text.append("▀" * len(list(alike)), style)
        text.append("\n" if n + 1 < len(signs) else "")
    return text


def _signs(pixels: bytes, wide: int, high: int) -> Iterator[list[str]]:
    """The style of each cell, line by line: the upper half is drawn, the lower half is behind."""

    def colour(x: int, y: int) -> str:
        at = (y * wide + x) * 3
        return f"#{pixels[at : at + 3].hex()}"

    for y in range(0, high, 2):
        yield [f"{colour(x, y)} on {colour(x, y + 1)}" for x in range(wide)]
