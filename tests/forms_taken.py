"""Forms taken in by a small library, for tests: an event, people, and what came of it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from db import signup_pages as pages
from db.signup_rows import Signup
from deskapp import events, sheets, signup_files
from deskapp.events import Plan, Question, Time
from deskapp.signup_files import SignupsImported
from tests import formfiles
from tests.library import Library, local
from tests.refusals import spoken

SHAN = ("单国强", "2023101234", "13812345678")
ZENG = ("曾小查", "2023101235", "13987654321")
OUT = ("吴用", "", "13711112222")
DIET = Question("diet", "用餐要求", ("素食", "清真", "其他"))


def announced(library: Library, **more: Any) -> str:
    times = more.pop("sessions", None) or [
        Time(local("2026-11-28 14:00"), local("2026-11-28 16:00"), "报告厅")
    ]
    plan = Plan("信息检索讲座", "lecture", times, questions=more.pop("questions", (DIET,)), **more)
    return events.announce(library.at("li"), plan).id


def at(minute: int, second: int = 0) -> str:
    return f"2026/11/22 9:{minute:02}:{second:02}"


def load(library: Library, event: str, path: Path, **more: Any) -> SignupsImported:
    return signup_files.load(library.at("li"), event, path, spoken, **more)


def wjx(folder: Path, *people: Sequence[Any], name: str = "报名.csv") -> Path:
    return formfiles.write(folder / name, formfiles.wjx(people))


def rows(library: Library, event: str) -> list[Signup]:
    with library.desk.reading() as connection:
        subjects = [each.subject for each in pages.everybody(connection, event)]
        found = pages.of_subjects(connection, subjects)
    return sorted((r for some in found.values() for r in some), key=lambda row: row.asked_at)


def statuses(library: Library, event: str) -> list[str]:
    return [row.status for row in rows(library, event)]


def reasons(done: SignupsImported) -> list[tuple[int, str]]:
    if done.rejects is None:
        return []
    found = sheets.open_sheet(done.rejects)
    return [(int(str(row.cells[-2])), str(row.cells[-1])) for row in found.rows]
