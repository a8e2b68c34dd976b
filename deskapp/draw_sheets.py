"""What a draw publishes as pages: the list, and the result, each with how anybody checks it."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from deskapp.desk import Desk
from deskapp.draws import SEAT, Applicant, Drawing
from deskapp.duty_sheet import STYLE
from deskapp.language import LANGUAGES, Language

_MORE = "code, pre { font-size: 9pt; } pre { white-space: pre-wrap; word-break: break-all; }"
RECIPE = """\
LC_ALL=C; LIST={file}; SEED='{seed}'
DIGEST=$(sha256sum "$LIST" | cut -c1-64); echo "$DIGEST"
tail -n +2 "$LIST" | cut -d, -f1 | while read -r NUMBER; do
  printf '%s\\n%s\\n%s' "$SEED" "$DIGEST" "$NUMBER" | sha256sum | cut -c1-64 | tr '\\n' ' '
  echo "$NUMBER"
done | sort | cut -d' ' -f2 | grep -n ."""
"""In a shell with GNU coreutils: the digest, then each rank and number."""


def list_page(desk: Desk, t: Language, drawing: Drawing, text: str, file: str) -> str:
    """The list as people read it: the terms, the digest, where the seed will come from."""
    rows = list(csv.reader(text.lstrip("\ufeff").splitlines()))[1:]
    parts = [
        *_head(desk, t, t("draws.page.list", name=drawing.name), drawing),
        _line(t("draws.page.listed", count=len(rows), file=file)),
        _line(t("draws.page.digest", digest=drawing.digest)),
        _line(t("draws.page.seed_from", source=drawing.seed_from)),
        _line(t("draws.page.places", places=" ".join(drawing.places))),
        *_recipe(t, file, "…"),
        _table([t(f"draws.column.{name}") for name in ("number", "name", "reader")], rows),
    ]
    return _page(t, drawing, parts)


def result_page(
    desk: Desk, t: Language, drawing: Drawing, rows: Sequence[Applicant], file: str
) -> str:
    """The result as people read it: the seed, who has which place, who waits in which order."""
    many = len(drawing.places)
    at = f"{drawing.confirm_until:%Y-%m-%d %H:%M}"
    lines = [
        (
            str(each.rank),
            each.number,
            each.name,
            each.reader,
            drawing.places[(each.rank or 0) - 1]
            if (each.rank or 0) <= many
            else t("draws.page.waits", rank=(each.rank or 0) - many),
        )
        for each in rows
    ]
    parts = [
        *_head(desk, t, t("draws.page.result", name=drawing.name), drawing),
        _line(t("draws.page.seed", seed=drawing.seed, source=drawing.seed_from)),
        _line(t("draws.page.digest", digest=drawing.digest)),
        _line(t("draws.page.confirm", until=at, days=drawing.days)),
        *_recipe(t, file, drawing.seed),
        _table(
            [t(f"draws.column.{n}") for n in ("rank", "number", "name", "reader", "place")], lines
        ),
    ]
    return _page(t, drawing, parts)


def _head(desk: Desk, t: Language, title: str, drawing: Drawing) -> Iterator[str]:
    zone = desk.profile.zones.get(drawing.zone)
    where = zone.name(t.code) if zone else drawing.zone
    what = t("draws.page.seats" if drawing.thing == SEAT else "draws.page.lockers")
    yield f"<h1>{escape(title)}</h1>"
    about = "  ".join((desk.profile.name(t.code), where, t.dated(desk.now().date())))
    yield f'<p class="about">{escape(about)}</p>'
    period = {"first": drawing.first.isoformat(), "last": drawing.last.isoformat()}
    yield _line(t("draws.page.what", many=drawing.many, what=what, where=where, **period))
    if drawing.unused:
        yield _line(t("draws.page.unused", days=drawing.unused))


def _recipe(t: Language, file: str, seed: str) -> Iterator[str]:
    """In the page's language first, and in every other."""
    shell = RECIPE.format(file=file, seed=seed.replace("'", "'\\''"))
    for code in sorted(LANGUAGES, key=lambda code: code != t.code):
        yield _line(_how(t.changed(code)))
    yield f"<pre>{escape(shell)}</pre>"


def _how(t: Language) -> str:
    return t("draws.page.recipe")


def _line(words: str) -> str:
    return f"<p>{escape(words)}</p>"


def _table(heads: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f"<th>{escape(head)}</th>" for head in heads)
    lines = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
    inside = "\n".join(f"<tr>{line}</tr>" for line in lines)
    return f"<table>\n<thead><tr>{top}</tr></thead>\n<tbody>\n{inside}\n</tbody>\n</table>"


def _page(t: Language, drawing: Drawing, parts: Iterable[str]) -> str:
    language = "zh-CN" if t.code.startswith("zh") else t.code
    inside = "\n".join(parts)
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(drawing.name)}</title>\n<style>{STYLE}{_MORE}</style>\n</head>\n"
        f"<body>\n{inside}\n</body>\n</html>\n"
    )
