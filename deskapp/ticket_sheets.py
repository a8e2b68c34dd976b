"""Tickets on paper: a PDF, eight to an A4 page to be cut apart, or one to a page.

The same tickets give the same bytes. typst sets the pages (assets/tickets.typ), zxing-cpp makes the
QR codes: numeric segment, error correction M, which is a fold or a stain.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files as resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from db import files
from deskapp import fonts, qr, ticket_words, tickets
from deskapp.desk import Desk, Refusal
from deskapp.events import Event
from deskapp.language import Language
from deskapp.tickets import Ticket

TEMPLATE = "tickets.typ"
MOST_TIMES = 4
"""sessions that a ticket names; of more it says how many there are"""


@dataclass(frozen=True, slots=True)
class Printed:
    """A file of so many tickets, `new` of them given out just now."""

    file: Path
    tickets: int
    new: int
    families: tuple[str, ...]
    """of fonts"""


def print_out(
    desk: Desk,
    t: Language,
    event: Event,
    file: Path,
    *,
    session: str | None = None,
    one_a_page: bool = False,
    readers: bool = False,
    font: Path | None = None,
    force: bool = False,
    share: Callable[[int, int], None] = lambda done, total: None,
) -> Printed:
    """Give a ticket to everybody at an event who is without (see `tickets.for_event`), and write
    all of them, or those of one session, into a PDF. `share` is told how far it is.

    Refuses FileExists (unless `force`), TicketsNone, FileUnwritable, and as `tickets.for_event` and
    `fonts.for_text`.
    """
    if file.exists() and not force:
        raise Refusal("FileExists", file=str(file))
    new = tickets.for_event(desk, event.id, readers=readers)
    some = tickets.of_event(desk, event.id, session)
    if not some:
        raise Refusal("TicketsNone", event=event.title)
    made, families = page(desk, t, event, some, one_a_page=one_a_page, font=font, share=share)
    files.write(file, made)
    return Printed(file, len(some), new, families)


def page(
    desk: Desk,
    t: Language,
    event: Event,
    some: Sequence[Ticket],
    *,
    one_a_page: bool = False,
    font: Path | None = None,
    share: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[bytes, tuple[str, ...]]:
    """The PDF of an event's tickets, and what it is set in. Refuses as `fonts.for_text`."""
    import typst

    words: dict[str, Any] = {
        "title": event.title,
        "library": desk.profile.name(t.code),
        "note": t("tickets.sheet.note"),
        "times": {each: _times(desk, t, event, each) for each in {one.session for one in some}},
    }
    lines = []
    for done, each in enumerate(some):
        if done % tickets.SLICE == 0:
            share(done, len(some))
        many = t("tickets.sheet.places", places=each.places) if each.places > 1 else ""
        line = {
            "name": each.name,
            "places": many,
            "session": each.session,
            "qr": qr.drawn(each.text).svg,
        }
        lines.append({**line, "code": ticket_words.spaced(each.code)})
    said = [words["title"], words["library"], words["note"], "0123456789"]
    said += [text for some_times in words["times"].values() for text in some_times]
    said += [line[name] for line in lines for name in ("name", "places")]
    faces = fonts.for_text(said, font)
    words |= {"fonts": faces.families, "one": one_a_page, "tickets": lines}
    words["lang"] = t.code.partition("_")[0]
    with TemporaryDirectory() as folder:
        template = Path(folder, TEMPLATE)
        template.write_bytes((resources("assets") / TEMPLATE).read_bytes())
        Path(folder, "tickets.json").write_text(json.dumps(words), "utf-8")
        made = typst.compile(
            str(template), root=folder, font_paths=faces.fonts, timestamp=0, pdf_tags=False
        )
    share(len(some), len(some))
    return made, faces.families


def _times(desk: Desk, t: Language, event: Event, session: str) -> list[str]:
    found = ticket_words.times(desk, t, event, session)
    if len(found) <= MOST_TIMES:
        return found
    return [*found[: MOST_TIMES - 1], t("tickets.sheet.more", count=len(found) - MOST_TIMES + 1)]
