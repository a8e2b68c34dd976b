"""The day's paper for a total outage: blank forms to print, and tables of the same columns to type
them into, which `deskapp import` reads.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path

from db import files
from deskapp import exports, register_files
from deskapp.desk import Desk, Refusal, Role
from deskapp.duty_log import FOLDER
from deskapp.fields import headings
from deskapp.language import Language
from deskapp.profile import Named
from deskapp.register_fields import COUNTS, FOUND, LENT, ROOMS, SITTINGS

PRINTING = Role.STUDENT_ASSISTANT
"""to whom the screens offer it"""
PAPER = "kit.html"
ROWS = 15
"""to write in on a page: A4 across"""

REQUESTS = (
    "received",
    "patron",
    "contact",
    "channel",
    "kind",
    "question",
    "first_responder",
    "responsible",
    "result",
    "answer",
    "referred_to",
    "alternative",
    "lead",
    "closed",
)
WIDE = frozenset(("question", "answer", "referred_to", "alternative", "what"))
"""columns that take words"""


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its name, what may stand in some columns, how many pages of it are printed. `code`
    is what `deskapp import` takes its table for.
    """

    code: str
    title: str
    columns: tuple[str, ...]
    wide: tuple[bool, ...]
    notes: tuple[str, ...]
    pages: int

    def table(self, day: date) -> str:
        """The file's name; from its day come the days of times that have none."""
        return f"{self.code}-{day.isoformat()}.xlsx"


@dataclass(frozen=True, slots=True)
class Printed:
    """The kit is in a folder: the paper, and a table for each form."""

    folder: Path
    paper: Path
    tables: tuple[Path, ...]


def forms(desk: Desk, t: Language) -> list[Form]:
    """The forms, the one most used first: those whose tables come in again, and no others."""
    profile = desk.profile

    def listed(heading: str, table: Iterable[Named]) -> str:
        words = " / ".join(each.name(t.code) for each in table)
        return t("kit.note", column=heading, words=words)

    def register(what: str, note: str) -> Form:
        fields = register_files.FIELDS[what]
        columns = tuple(headings(t, fields))
        wide = tuple(each.name in WIDE for each in fields.all)
        return Form(what, t(f"register.{what}"), columns, wide, (note,), 1)

    columns = {name: t(f"request_column.{name}") for name in REQUESTS}
    notes = (
        listed(columns["channel"], profile.channels.values()),
        listed(columns["kind"], profile.kinds.values()),
        listed(columns["result"], profile.results.values()),
        t("kit.result_note", **{n: columns[n] for n in ("referred_to", "alternative", "lead")}),
        t("kit.time_note"),
    )
    wide = tuple(name in WIDE for name in columns)
    sittings = tuple(headings(t, SITTINGS))
    seating = (False,) * len(sittings)
    halls = tuple(headings(t, ROOMS))
    halls_notes = (listed(halls[6], profile.purposes.values()), t("kit.time_note"))
    found, lent, counts = (headings(t, fields) for fields in (FOUND, LENT, COUNTS))
    return [
        Form("requests", t("form.requests"), tuple(columns.values()), wide, notes, 4),
        register("lent", listed(lent[0], profile.lent.values())),
        register("found", t("kit.found_note", column=found[6])),
        Form("rooms", t("form.rooms"), halls, (False,) * 7 + (True,), halls_notes, 2),
        Form("sittings", t("form.sittings"), sittings, seating, (t("kit.time_note"),), 4),
        register("counts", listed(counts[1], profile.counts.values())),
    ]


def print_kit(
    desk: Desk,
    t: Language,
    folder: Path | None = None,
    day: date | None = None,
    *,
    force: bool = False,
) -> Printed:
    """Write the kit of a day (today if none is given) into a folder, which is made if need be; if
    none is given, a new one beside the store.

    Nobody need be signed in: there is nobody's data in it. Refuses FileUnwritable, and unless
    `force` FileExists: somebody may have typed into a table of that day.
    """
    day = day or desk.now().date()
    folder = folder or files.free(desk.ledger.store.path.parent / FOLDER / f"kit-{day}")
    made = forms(desk, t)
    paper = folder / PAPER
    tables = tuple(folder / form.table(day) for form in made)
    for file in tables:
        if file.exists() and not force:
            raise Refusal("FileExists", file=str(file))
    files.write(paper, page(desk, t, day, made), folder=True)
    for form, file in zip(made, tables, strict=True):
        exports.write(file, form.columns, (), sheet_title=form.title)
    return Printed(folder, paper, tables)


# the paper

_STYLE = """
@page { size: A4 landscape; margin: 10mm; }
* { box-sizing: border-box; }
body { font: 10.5pt/1.3 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", SimSun,
  sans-serif; color: #000; margin: 0; }
section { break-after: page; height: 188mm; overflow: hidden; display: flex;
  flex-direction: column; }
section:last-child { break-after: auto; }
h1 { font-size: 15pt; text-align: center; margin: 0; }
.about, .sign { display: flex; justify-content: space-between; margin: 1mm 0; }
.note { font-size: 8pt; margin: 0.5mm 0; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; flex: 1; }
th, td { border: 0.5pt solid #000; padding: 0 1mm; text-align: left; font-weight: normal; }
th { height: 8mm; font-size: 9.5pt; font-weight: bold; }
.wide { width: 13%; }
@media screen { section { width: 277mm; margin: 5mm auto; } }
"""


def page(desk: Desk, t: Language, day: date, made: Sequence[Form]) -> str:
    """All forms, each page of them a page of paper; nothing in it is fetched from anywhere."""
    parts = [
        _section(desk, t, day, form, number) for form in made for number in range(1, form.pages + 1)
    ]
    language = "zh-CN" if t.code.startswith("zh") else t.code
    title = escape(t("kit.title", day=day.isoformat()))
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def _section(desk: Desk, t: Language, day: date, form: Form, number: int) -> str:
    about = (
        desk.profile.name(t.code),
        f"{desk.place}  {t.dated(day)}",
        t("kit.page", number=number, pages=form.pages),
    )
    heads = "".join(
        f'<th class="wide">{escape(column)}</th>' if is_wide else f"<th>{escape(column)}</th>"
        for column, is_wide in zip(form.columns, form.wide, strict=True)
    )
    line = "<tr>" + "<td></td>" * len(form.columns) + "</tr>"
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in form.notes)
    import_note = t("kit.import", what=form.code, file=form.table(day))
    notes += f'<p class="note">{escape(import_note)}</p>'
    signs = (t("kit.filled_by"), t("kit.typed_by"))
    feet = "".join(f"<span>{escape(sign)} ____________</span>" for sign in signs)
    return (
        f"<section>\n<h1>{escape(form.title)}</h1>\n"
        f'<div class="about">{"".join(f"<span>{escape(each)}</span>" for each in about)}</div>\n'
        f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n"
        + "\n".join([line] * ROWS)
        + f"\n</tbody>\n</table>\n{notes}\n"
        f'<div class="sign">{feet}</div>\n</section>'
    )
