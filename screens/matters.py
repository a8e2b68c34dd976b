"""How requests read in lists and sentences: columns, standing, deadlines, who asked."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from rich.cells import cell_len
from rich.text import Text

from deskapp import matter
from deskapp.desk import Desk
from deskapp.language import Language
from deskapp.profile import Named
from deskapp.readers import Found, masked_name
from deskapp.request_lists import Line
from screens.longlist import Column
from screens.wording import (
    due_words,
    is_to_chase,
    number_words,
    question_words,
    standing_words,
)

WIDE = 110
"""cells of a list that has room for more than number, words, person, time and state"""


def deadline_words(t: Language, desk: Desk, due: datetime) -> str:
    """`今日17:30`, `11-24 周二 17:30`: to be read in a sentence."""
    if due.date() == desk.now().date():
        return t("due.today", time=t.time(due))
    return t.moment(due)


def with_guess(said: str, t: Language, desk: Desk, id_: str, limit: datetime) -> str:
    """What was said of a time limit of a request, and whether it rests on a guess."""
    year = matter.guessed(desk, id_, limit)
    return f"{said}  {t('calendar.guess', year=year)}" if year else said


def reader_words(t: Language, desk: Desk, reader: Found) -> str:
    """`张*国  20231***34  本科生  医学院`: enough to be sure of the person, on an open screen."""
    types = desk.profile.patrons
    kind = types[reader.type].name(t.code) if reader.type in types else reader.type
    expired = "" < reader.valid_until < desk.now().date().isoformat()
    parts = (
        masked_name(reader.name),
        reader.number,
        kind,
        reader.college,
        t("card.unverified") if reader.unverified else "",
        t("reader.expired") if expired else "",
    )
    return "  ".join(part for part in parts if part)


def choice_words(reader: Found) -> str:
    """`张建国  20231***34  医学院`: to choose somebody among others of the name."""
    return "  ".join(filter(None, (reader.name, reader.number, reader.college)))


def state_words(t: Language, desk: Desk, line: Line, names: Mapping[str, str]) -> str:
    """How a request stands: how it ended, who is to accept it, whether it came back."""
    if line.status != "open":
        return t("matter.to_tell") if line.tell_by else t(f"outcome.{line.outcome}")
    if line.offer is not None:
        department = desk.profile.departments.get(line.offer_department or "")
        to = department.name(t.code) if department and not line.offer_to else ""
        return t("matter.offered", to=names.get(line.offer_to or "", to)).rstrip()
    if line.waits is not None:
        return t("matter.waits_reader") if line.waits == "reader" else t("matter.waits_outside")
    if not line.confirmed:
        return t("matter.unconfirmed")
    if line.back in ("lapsed", "sent_back"):
        return t("matter.returned")
    return t("record.counts_late") if line.late else t("matter.open")


def called_kind(t: Language, desk: Desk, line: Line) -> str:
    """The kind's name; the code itself where the profile no longer knows it."""
    kind = desk.profile.kinds.get(line.kind)
    return kind.name(t.code) if kind else line.kind


def called_department(t: Language, desk: Desk, line: Line) -> str:
    """The same of the department that undertakes it."""
    department = desk.profile.departments.get(line.department)
    return department.name(t.code) if department else line.department


def widest(t: Language, table: Mapping[str, Named]) -> int:
    """Cells of the longest name."""
    return max(cell_len(each.name(t.code)) for each in table.values())


def state_columns(t: Language, desk: Desk, names: Mapping[str, str]) -> list[Column[Line]]:
    """How each stands; a wide list has room for the name of a department that is to accept."""

    def words(line: Line) -> str:
        return state_words(t, desk, line, names)

    title = t("list.state")
    return [Column(title, words, 13, shown_to=WIDE), Column(title, words, 24, shown_from=WIDE)]


def columns(t: Language, desk: Desk, names: Mapping[str, str]) -> list[Column[Line]]:
    """The columns of a list of requests; some only where there is room."""

    def due(line: Line) -> str | Text:
        limits = (line.tell_by, line.sign_until) if line.status != "open" else (line.chase_at,)
        at = desk.local(min(filter(None, limits), default=line.due_at))
        if line.status != "open" and not any(limits):
            return t("record.counts_late") if line.late else t.day(at.date())
        words = standing_words(t, desk, line) if is_to_chase(desk, line) else due_words(t, desk, at)
        return Text(words, "bold") if at < desk.now() else words

    kind, unit = widest(t, desk.profile.kinds), widest(t, desk.profile.departments)
    return [
        Column(t("list.number"), lambda line: number_words(desk, line), 9),
        Column(t("list.question"), lambda line: question_words(t, line), share=4, least=12),
        Column(t("list.kind"), partial(called_kind, t, desk), least=min(16, kind),
               most=kind, shown_from=WIDE),
        Column(t("list.received"), lambda line: t.moment(desk.local(line.received_at)), 17,
               shown_from=140),
        Column(t("list.undertaking"), partial(called_department, t, desk), least=min(16, unit),
               most=unit, shown_from=120),
        Column(t("list.responsible"), lambda line: names.get(line.responsible, ""), 8),
        Column(t("list.due"), due, 12),
        *state_columns(t, desk, names),
    ]  # fmt: skip
