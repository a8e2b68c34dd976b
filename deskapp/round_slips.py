"""Slips for seats that nobody is at: eight on a page of A4, in every language, without a name."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from db import files
from deskapp.desk import Desk, Refusal
from deskapp.duty_log import FOLDER
from deskapp.language import LANGUAGES, Language
from deskapp.rounds import Marked
from deskapp.space_entries import Zone

_STYLE = """
@page { size: A4; margin: 8mm; }
* { box-sizing: border-box; }
body { font: 10.5pt/1.35 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", SimSun,
  sans-serif; color: #000; margin: 0; display: flex; flex-wrap: wrap; }
section { width: 97mm; height: 70mm; border: 0.5pt dashed #000; padding: 4mm; overflow: hidden;
  break-inside: avoid; }
h1 { font-size: 28pt; line-height: 1.1; margin: 0; }
p { margin: 1mm 0; }
.due { font-size: 15pt; font-weight: bold; }
.from { font-size: 9pt; display: flex; justify-content: space-between; }
@media screen { body { width: 194mm; margin: 5mm auto; } }
"""


def print_out(desk: Desk, t: Language, zone: Zone, seats: Sequence[Marked]) -> Path:
    """Write a slip for each of the seats into the folder of what is to be printed.

    Refuses NothingMarked, FileUnwritable.
    """
    if not seats:
        raise Refusal("NothingMarked")
    folder = desk.ledger.store.path.parent / FOLDER
    file = files.free(folder / f"slips-{zone.code}-{desk.now():%Y-%m-%d-%H%M}.html")
    files.write(file, page(desk, t, zone, seats), folder=True)
    return file


def page(desk: Desk, t: Language, zone: Zone, seats: Sequence[Marked]) -> str:
    """The sheet; nothing in it is fetched from anywhere."""
    language = "zh-CN" if t.code.startswith("zh") else t.code
    slips = "\n".join(_slip(desk, t, zone, seat) for seat in seats)
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(t('rounds.slips'))}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{slips}\n</body>\n</html>\n"
    )


def _slip(desk: Desk, t: Language, zone: Zone, seat: Marked) -> str:
    spoken = [t, *(Language(code) for code in LANGUAGES if code != t.code)]
    times = {"since": t.time(seat.since), "due": t.time(seat.due)}
    due = "  ".join(t("rounds.slip_due", due=times["due"]) for t in spoken)
    words = "".join(f"<p>{escape(t('rounds.slip', **times))}</p>" for t in spoken)
    sender = (desk.profile.name(t.code), f"{desk.place}  {t.moment(seat.since)}")
    return (
        f"<section>\n<h1>{escape(seat.label)}</h1>\n<p>{escape(zone.name(t.code))}</p>\n"
        f'<p class="due">{escape(due)}</p>\n{words}\n<p class="from">'
        + "".join(f"<span>{escape(each)}</span>" for each in sender)
        + "</p>\n</section>"
    )
