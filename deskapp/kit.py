"""The day's paper for a total outage: blank forms to print, and tables of the same columns to type
them into, which `deskapp import` reads.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path

from db.files import partial, settle
from deskapp import exports, register_files
from deskapp.desk import Desk, Refusal, Role
from deskapp.duty_log import FOLDER
from deskapp.language import Language
from deskapp.profile import Named

PRINTING = Role.STUDENT_ASSISTANT
"""to whom the screens offer it"""
PAPER = "kit.html"
ROWS = 15
"""to write in on a page: A4 across"""

REQUESTS = (
    "number",
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
    "closed",
)
WIDE = frozenset(("question", "answer", "what"))
"""columns that take words"""


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its name, what may stand in some columns, how many pages of it are printed.

    `imports`: what `deskapp import` takes its table for; None where nothing takes it yet.
    """

    code: str
    title: str
    columns: tuple[str, ...]
    wide: tuple[bool, ...]
    notes: tuple[str, ...]
    pages: int
    imports: str | None


@dataclass(frozen=True, slots=True)
class Printed:
    """The kit is in a folder: the paper, and a table for each form."""

    folder: Path
    paper: Path
    tables: tuple[Path, ...]


def forms(desk: Desk, t: Language, day: date) -> list[Form]:
    """The forms of a day, the one most used first."""
    profile = desk.profile

    def listed(heading: str, table: Iterable[Named]) -> str:
        words = " / ".join(each.name(t.code) for each in table)
        return t("kit.note", column=heading, words=words)

    def register(what: str, pages: int, notes: tuple[str, ...] = ()) -> Form:
        columns = tuple(register_files.headings(what, t))
        wide = tuple(each.name in WIDE for each in register_files.FIELDS[what].all)
        return Form(what, t(f"register.{what}"), columns, wide, notes, pages, what)

    def blank(code: str, columns: Sequence[str], pages: int) -> Form:
        return Form(code, t(f"form.{code}"), tuple(columns), (), (), pages, None)

    requests = tuple(t(f"request_column.{name}") for name in REQUESTS)
    notes = (
        listed(t("request_column.channel"), profile.channels.values()),
        listed(t("request_column.kind"), profile.kinds.values()),
        listed(t("request_column.result"), profile.results.values()),
    )
    found, lent, counts = (register_files.headings(w, t) for w in ("found", "lent", "counts"))
    return [
        Form(
            "requests",
            t("form.requests"),
            requests,
            tuple(name in WIDE for name in REQUESTS),
            notes,
            4,
            "requests",
        ),
        register("lent", 1, (listed(lent[0], profile.lent.values()),)),
        register("found", 1, (t("kit.found_note", column=found[6]),)),
        register("counts", 1, (listed(counts[1], profile.counts.values()),)),
        blank("attendance", _columns(t, "attendance"), 2),
        blank("rooms", (t("kit.column.room"), *_hours(desk, day)), 2),
        blank("seats", _columns(t, "seats"), 4),
    ]


COLUMNS = {
    "attendance": ("number", "name", "college", "arrived", "left", "signature"),
    "seats": ("seat", "number", "taken", "away", "back", "left", "remarks"),
}


def _columns(t: Language, form: str) -> list[str]:
    return [t(f"kit.column.{name}") for name in COLUMNS[form]]


def _hours(desk: Desk, day: date) -> list[str]:
    """The opening hours of a day, one column each; of a day that is closed, the working day's."""
    windows = desk.calendars[desk.profile.opening].windows(day)
    first = min((start.hour for start, _ in windows), default=8)
    last = max((end.hour + (end.minute > 0) for _, end in windows), default=22)
    if last <= first:  # past midnight
        last = 24
    return [f"{hour:02}-{hour + 1:02}" for hour in range(first, last)]


def print_kit(
    desk: Desk, t: Language, folder: Path | None = None, day: date | None = None
) -> Printed:
    """Write the kit of a day (today if none is given) into a folder, which is made if need be; if
    none is given, one beside the store.

    Nobody need be signed in: there is nobody's data in it. Refuses FileUnwritable.
    """
    day = day or desk.now().date()
    folder = folder or desk.ledger.store.path.parent / FOLDER / f"kit-{day}"
    made = forms(desk, t, day)
    paper = folder / PAPER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with partial(paper) as part:
            part.write_text(page(desk, t, day, made), "utf-8")
            settle(part, paper)
    except OSError as error:
        raise Refusal("FileUnwritable", file=str(paper)) from error
    tables = []
    for form in made:
        tables.append(folder / f"{form.code}.xlsx")
        exports.write(tables[-1], form.columns, (), sheet_title=form.title)
    return Printed(folder, paper, tuple(tables))


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
.wide { width: 17%; }
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
        f"{desk.place}  {day.isoformat()}  {t.day(day)}",
        t("kit.page", number=number, pages=form.pages),
    )
    wide = form.wide or (False,) * len(form.columns)
    heads = "".join(
        f'<th class="wide">{escape(column)}</th>' if is_wide else f"<th>{escape(column)}</th>"
        for column, is_wide in zip(form.columns, wide, strict=True)
    )
    line = "<tr>" + "<td></td>" * len(form.columns) + "</tr>"
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in form.notes)
    if form.imports:
        import_note = t("kit.import", what=form.imports, file=f"{form.code}.xlsx")
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
