"""What several screens say of a request in a few cells."""

from datetime import datetime

from deskapp.desk import Desk
from deskapp.language import Language
from deskapp.matter import number_of
from deskapp.request_lists import Line, Record


def number_words(desk: Desk, line: Line) -> str:
    """`0231`, or `3F-0231` for another desk's, `2026-0231` of another year."""
    return number_of(desk, line.desk, line.number, line.year)


def due_words(t: Language, desk: Desk, due: datetime) -> str:
    """`今日17:30`, `11-24 周二`, `逾期2日`."""
    now = desk.now()
    if due < now:
        days = (now.date() - due.date()).days
        return t("due.overdue_days", days=days) if days else t("due.overdue")
    if due.date() == now.date():
        return t("due.today", time=t.time(due))
    return t.day(due.date())


def is_to_chase(desk: Desk, line: Line) -> bool:
    """Whether it waits, and the day on which it is to be asked after has come."""
    return line.chase_at is not None and desk.local(line.chase_at) <= desk.now()


def standing_words(t: Language, desk: Desk, line: Line) -> str:
    """What a list of open requests says beside the words: waiting for acceptance, else when due."""
    if line.offer is not None:
        return t("due.offered")
    if is_to_chase(desk, line):
        return t("list.to_chase")
    if line.waits == "reader":
        return t("matter.waits_reader")
    if line.waits is not None and line.chase_at is not None:
        return due_words(t, desk, desk.local(line.chase_at))
    return due_words(t, desk, desk.local(line.due_at))


def question_words(t: Language, line: Line) -> str:
    """What was asked; a confidential one says only that it is, an erased one too."""
    words = line.question or t("request.confidential" if line.scope else "request.erased")
    return f"{t('short.urgent')} {words}" if line.urgent and line.status == "open" else words


def record_words(t: Language, record: Record) -> str:
    """The same of a record; to whoever may know, that its words are kept at other desks."""
    if record.question or not record.confidential:
        return record.question or t("request.erased")
    return t("request.not_here" if record.visible else "request.confidential")


def open_words(t: Language, desk: Desk, line: Line) -> str:
    """The same on a screen that faces the queue: of a confidential one the kind, for everybody."""
    if line.scope is None:
        return question_words(t, line)
    kind = desk.profile.kinds.get(line.kind)
    name = kind.name(t.code) if kind else line.kind
    return question_words(t, line._replace(question=t("request.confidential_kind", kind=name)))
