"""The duty log as a page: A4, plain, printed from any browser; nothing in it is fetched."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from html import escape

from db.requests import OPEN
from deskapp.desk import Desk
from deskapp.duty_log import DutyLog, Entry, Event
from deskapp.language import Language
from deskapp.matter import number_of
from deskapp.profile import Named
from deskapp.waiting import READER

STYLE = """
@page { size: A4; margin: 15mm; }
body { font: 11pt/1.5 "Noto Serif CJK SC", "Source Han Serif SC", SimSun, serif; color: #000; }
h1 { font-size: 18pt; text-align: center; margin: 0 0 2mm; }
h2 { font-size: 12pt; margin: 5mm 0 1mm; }
p { margin: 1mm 0; }
.about { text-align: center; }
table { width: 100%; border-collapse: collapse; }
th, td { border: 0.5pt solid #000; padding: 0.5mm 1.5mm; text-align: left; vertical-align: top; }
tr { break-inside: avoid; }
thead { display: table-header-group; }
.short { white-space: nowrap; width: 1%; }
.sign { margin-top: 10mm; display: flex; justify-content: space-between; }
"""


def sheet(t: Language, desk: Desk, log: DutyLog) -> str:
    """The whole page."""
    title = t("dutylog.title")
    library = desk.profile.name(t.code)
    about = "  ".join((library, desk.place, t.dated(log.day)))
    parts = [f"<h1>{escape(title)}</h1>", f'<p class="about">{escape(about)}</p>']
    several = len(log.shifts) > 1
    if several and (early := _of_shift(log, None)):
        parts.append(_heading(t("dutylog.no_shift_entries")))
        parts.append(_entries(t, desk, log, early))
    for place, course in enumerate(log.shifts):
        number = {"number": place + 1, "at": t.moment(log.begun[place])}
        parts.append(_heading(t("dutylog.shift_of", **number) if several else t("dutylog.shift")))
        heads = (t("dutylog.time"), t("dutylog.what"), t("dutylog.who"), t("dutylog.words"))
        rows = (
            (t.time(e.at), t(f"dutylog.event.{e.what}"), e.who, _words(t, desk, e)) for e in course
        )
        parts.append(_table(heads, rows, short=3))
        if several and (entries := _of_shift(log, place)):
            parts.append(_entries(t, desk, log, entries))
    if not any(log.shifts):
        parts.append(f"<p>{escape(t('dutylog.no_shift'))}</p>")
    parts.append(_heading(t("dutylog.requests")))
    parts.append(f"<p>{escape(_counts(t, log))}</p>")
    if log.entries and not several:
        parts.append(_entries(t, desk, log, log.entries))
    parts += _more(t, log.logged - len(log.entries))
    if log.older:
        parts.append(_heading(t("dutylog.older", count=len(log.older))))
        parts.append(_entries(t, desk, log, log.older))
    if log.carried:
        late = sum(_is_overdue(desk, each) for each in log.carried)
        parts.append(_heading(t("dutylog.carried", count=log.carried_count, late=late)))
        parts.append(_entries(t, desk, log, log.carried))
        parts += _more(t, log.carried_count - len(log.carried))
    if any(asdict(log.things).values()):
        parts.append(_heading(t("dutylog.things")))
        parts.append(f"<p>{escape(t('dutylog.things_words', **asdict(log.things)))}</p>")
    if log.tallies:
        named = desk.profile.tallies
        words = "  ".join(f"{named[code].name(t.code)} {n}" for code, n in log.tallies.items())
        parts.append(_heading(t("dutylog.tallies", count=sum(log.tallies.values()))))
        parts.append(f"<p>{escape(words)}</p>")
    signs = (t("dutylog.giver"), t("dutylog.taker"), t("dutylog.lead"))
    lines = "".join(f"<span>{escape(each)} ______________</span>" for each in signs)
    parts.append(f'<div class="sign">{lines}</div>')
    inside = "\n".join(parts)
    language = "zh-CN" if t.code.startswith("zh") else t.code
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)} {log.day}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n{inside}\n</body>\n</html>\n"
    )


def _counts(t: Language, log: DutyLog) -> str:
    """What was done with requests, in numbers."""
    words = t(
        "dutylog.counts",
        logged=log.logged,
        closed=log.closed,
        offered=log.offered,
        accepted=log.accepted,
    )
    return words + (t("dutylog.backdated", count=log.backdated) if log.backdated else "")


def _of_shift(log: DutyLog, place: int | None) -> list[Entry]:
    """What was put on record in one of the shifts; None: before the first."""
    return [each for each in log.entries if _shift_of(log, each) == place]


def _shift_of(log: DutyLog, entry: Entry) -> int | None:
    begun = bisect_right(log.begun, entry.logged)
    return begun - 1 if begun else None


def _more(t: Language, count: int) -> list[str]:
    """So many are not listed."""
    return [f"<p>{escape(t('dutylog.more', count=count))}</p>"] if count > 0 else []


def _is_overdue(desk: Desk, entry: Entry) -> bool:
    line = entry.line
    return line.status == OPEN and line.waits is None and desk.local(line.due_at) < desk.now()


def _entries(t: Language, desk: Desk, log: DutyLog, entries: Iterable[Entry]) -> str:
    heads = (
        t("list.number"),
        t("dutylog.time"),
        t("list.kind"),
        t("log.first"),
        t("list.responsible"),
        t("list.due"),
        t("list.state"),
    )
    return _table(heads, (_entry(t, desk, log, entry) for entry in entries), short=2)


def _heading(words: str) -> str:
    return f"<h2>{escape(words)}</h2>"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, short: int) -> str:
    """A table whose first columns are as narrow as what is in them."""

    def line(cells: Sequence[str], tag: str) -> str:
        marked = (
            f'<{tag} class="short">{escape(cell)}</{tag}>'
            if place < short
            else f"<{tag}>{escape(cell)}</{tag}>"
            for place, cell in enumerate(cells)
        )
        return f"<tr>{''.join(marked)}</tr>"

    body = "\n".join(line(row, "td") for row in rows)
    return f"<table>\n<thead>{line(heads, 'th')}</thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def _names(t: Language, table: Mapping[str, Named], codes: Iterable[str]) -> str:
    return " ".join(table[code].name(t.code) if code in table else code for code in codes)


def _words(t: Language, desk: Desk, event: Event) -> str:
    """What is to be said of an event beside who and when."""
    things = _names(t, desk.profile.shift_things, event.things)
    parts = [" ".join(event.others), things, event.words]
    if event.faults:
        parts.append(t("shift.left_faults", faults=event.faults))
    if event.rounds:
        rounds = _names(t, desk.profile.shift_rounds, event.rounds)
        parts.append(t("shift.left_rounds", rounds=rounds))
    if event.visitors is not None:
        parts.append(t("shift.left_visitors", count=event.visitors))
    if event.kept:
        parts.append(t("shift.open_kept", count=event.kept))
    if event.due:
        parts.append(t("shift.held_due", numbers=" ".join(event.due)))
    return "  ".join(filter(None, parts))


def _entry(t: Language, desk: Desk, log: DutyLog, entry: Entry) -> tuple[str, ...]:
    """A request on paper: of which kind, and never a reader's words: no erasure reaches paper."""
    line, kinds = entry.line, desk.profile.kinds
    kind = kinds[line.kind].name(t.code) if line.kind in kinds else line.kind
    if line.scope:
        kind = t("request.confidential")
    at = t.time(entry.at) if entry.at.date() == log.day else t.moment(entry.at)
    if entry.backdated:
        at += f"  {t('log.backdated')}"
    return (
        number_of(desk, line.desk, line.number, line.year),
        at,
        kind,
        entry.first_responder,
        entry.responsible,
        t.moment(desk.local(line.due_at)),
        _state(t, desk, entry),
    )


def _state(t: Language, desk: Desk, entry: Entry) -> str:
    """How it stands, so that the next shift knows what to do about it."""
    line = entry.line
    if line.outcome:
        return t(f"outcome.{line.outcome}")
    if _is_overdue(desk, entry):
        return t("due.overdue")
    if line.offer is not None:
        return t("due.offered")
    if line.waits is not None:
        return t("matter.waits_reader") if line.waits == READER else t("matter.waits_outside")
    return t("matter.open")
