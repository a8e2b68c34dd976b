"""How requests read in lists and sentences: columns, standing, deadlines, who asked."""

from collections.abc import Mapping
from datetime import datetime

from rich.text import Text

from deskapp.desk import Desk
from deskapp.language import Language
from deskapp.readers import Found, masked_name
from deskapp.request_lists import Line
from screens.longlist import Column
from screens.wording import due_words, number_words, question_words


def deadline_words(t: Language, desk: Desk, due: datetime) -> str:
    """`今日17:30`, `11-24 周二 17:30`: to be read in a sentence."""
    if due.date() == desk.now().date():
        return t("due.today", time=t.time(due))
    return t.moment(due)


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
    return t("matter.returned") if line.back else t("matter.open")


def columns(t: Language, desk: Desk, names: Mapping[str, str]) -> list[Column[Line]]:
    """The columns of a list of requests; some only where there is room."""
    profile = desk.profile

    def due(line: Line) -> str | Text:
        if line.waits == "reader":
            return "-"  # the clock stands
        at = desk.local(line.tell_by or line.chase_at or line.due_at)
        if line.status != "open" and line.tell_by is None:
            return t.day(at.date())
        words = due_words(t, desk, at)
        return Text(words, "bold") if at < desk.now() else words

    def kind(line: Line) -> str:
        return profile.kinds[line.kind].name(t.code) if line.kind in profile.kinds else line.kind

    def department(line: Line) -> str:
        found = profile.departments.get(line.department)
        return found.name(t.code) if found else line.department

    return [
        Column(t("list.number"), lambda line: number_words(desk, line), 8),
        Column(t("list.question"), lambda line: question_words(t, line), share=4, least=12),
        Column(t("list.kind"), kind, 16, shown_from=110),
        Column(t("list.received"), lambda line: t.moment(desk.local(line.received_at)), 17,
               shown_from=140),
        Column(t("list.undertaking"), department, 16, shown_from=120),
        Column(t("list.responsible"), lambda line: names.get(line.responsible, ""), 8),
        Column(t("list.due"), due, 11),
        Column(t("list.state"), lambda line: state_words(t, desk, line, names), 13),
    ]  # fmt: skip
