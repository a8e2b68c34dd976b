"""Sign-ups from what form tools export (`deskapp.form_tools`): places and the waiting list are
decided in the order in which people asked, by the rules of a desk.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from db.clock import stamp
from db.place import set_setting, setting
from db.rows import chunks
from db.signups import WHOLE
from deskapp import events, form_tools, headers, signup_entries, signup_rules, vacancies
from deskapp.desk import Desk, Refusal, Role
from deskapp.event_plans import Question
from deskapp.exports import Rejects
from deskapp.fields import Fields
from deskapp.fields import called as field_called
from deskapp.form_tools import Form
from deskapp.language import Language
from deskapp.register_fields import SIGNUPS
from deskapp.signup_entries import Counts
from deskapp.signup_rows import (
    FormRows,
    fields_of,
    questions_of,
    session_named,
    undated,
)

LOADING = Role.LIBRARIAN
"""who may import sign-ups"""
SLICE = 200
"""rows written in one act: a scan at the desk waits a few milliseconds for it, no more"""
COUNTED = ("entered", "waiting", "changed", "known", "doubled", "outsiders")
"""of `SignupsImported`, in sign-ups"""


@dataclass(frozen=True, slots=True)
class Opened:
    """A form and what its columns were taken for. `remembered`: by what a person said before."""

    form: Form
    columns: headers.Mapping
    override: Mapping[str, int | None]
    questions: Mapping[str, Question]
    remembered: bool

    def has(self, field: str) -> bool:
        return field in self.columns.columns


@dataclass(frozen=True, slots=True)
class SignupsImported:
    """What a form did, in sign-ups: `entered`, of them `waiting`; `changed` by a later submission;
    `known` as they are. `doubled`: submissions that a later one of the same person replaced.
    `outsiders`: of those entered, who is no reader.
    """

    tool: str
    entered: int
    waiting: int
    changed: int
    known: int
    doubled: int
    outsiders: int
    rejected: int
    rejects: Path | None


def open_form(
    desk: Desk, event: str, path: Path, override: Mapping[str, headers.Choice] | None = None
) -> Opened:
    """Open an export for an event: to be shown before anything is written. What a person said of a
    form with these headings before is taken up, unless `override` says otherwise: field → heading,
    question or letter of a column, or its place among `Form.columns`; None leaves it out.

    Refuses EventUnknown, ColumnUnknown, and as `form_tools.open_form`.
    """
    with desk.reading() as connection:
        row = events.row_of(connection, event)
        said = setting(connection, _setting(form := form_tools.open_form(path)))
    questions = questions_of(row)
    fields = fields_of(questions)
    before = {
        name: _placed(form, choice)
        for name, choice in json.loads(said or "{}").items()
        if name in fields.by_name
    }
    chosen = {
        _field(fields, name): _placed(form, choice) for name, choice in (override or {}).items()
    }
    both = {**before, **chosen}
    columns = _matched(form, questions, both)
    return Opened(form, columns, both, questions, bool(before))


def matched(opened: Opened, override: Mapping[str, headers.Choice]) -> headers.Mapping:
    """What the columns are taken for if a person says this too. Refuses ColumnUnknown."""
    return _matched(opened.form, opened.questions, {**opened.override, **override})


def _matched(
    form: Form, questions: Mapping[str, Question], override: Mapping[str, headers.Choice]
) -> headers.Mapping:
    choices = {name: each.choices for name, each in questions.items() if each.choices}
    return form_tools.matched(form, fields_of(questions), override, choices)


def check(opened: Opened, columns: headers.Mapping) -> None:
    """Refuses ColumnsUnclear, WhoColumnsMissing where nobody can be told by these columns, and
    ColumnsMissing where a question is not among them that must be answered.
    """
    columns.check()
    fields, there = columns.fields, columns.columns
    if "number" not in there and not ("name" in there and "phone" in there):
        raise Refusal("WhoColumnsMissing")
    if "words" in there:
        return
    must = (name for name, each in opened.questions.items() if each.must and not each.door)
    if missing := [fields[name] for name in must if name not in there]:
        words = [dict.fromkeys((each.words[0], each.words[-1])) for each in missing]
        raise Refusal("ColumnsMissing", headers="、".join("/".join(each) for each in words))


def called(t: Language, fields: Fields, name: str) -> str:
    """What a field is called in a language; a question by its own words."""
    return fields[name].words[0] if name not in SIGNUPS.by_name else field_called(t, fields, name)


def _field(fields: Fields, text: str) -> str:
    """The field that goes by a name or a heading. Refuses ColumnUnknown."""
    named = [f.name for f in fields.all if text in (f.name, *f.words, *f.second)]
    if not named:
        raise Refusal("ColumnUnknown", column=text)
    return named[0]


def _placed(form: Form, choice: headers.Choice) -> int | None:
    """The place of a column among those of the form. Refuses ColumnUnknown."""
    if choice is not None and not isinstance(choice, str | int):
        choice = next(iter(choice), None)
    if not isinstance(choice, str):
        return choice
    place = form.place(choice)
    if place is None:
        raise Refusal("ColumnUnknown", column=choice)
    return place


def _setting(form: Form) -> str:
    """Under which name a form's columns are remembered: by its headings, in whatever order."""
    headings = "\x1f".join(sorted(filter(None, form.headers)))
    return f"form {sha256(headings.encode()).hexdigest()[:16]}"


def remember(desk: Desk, opened: Opened) -> None:
    """What a person said of the form's columns holds for the next of its exports."""
    if not opened.override:
        return
    said = {
        name: None if place is None else _heading(opened.form, place)
        for name, place in opened.override.items()
    }
    with desk.ledger.store.writing() as connection:
        set_setting(connection, _setting(opened.form), json.dumps(said, ensure_ascii=False))


def _heading(form: Form, place: int) -> str | int:
    """What the column goes by, wherever it stands; its place where another goes by it too."""
    title = form.titles[place]
    heading = form.headers[form.columns[place].places[0]]
    return next((each for each in (heading, title) if form.place(each) == place), place)


def load(
    desk: Desk,
    event: str,
    path: Path,
    t: Callable[..., str],
    override: Mapping[str, headers.Choice] | None = None,
    *,
    session: str = "",
    day: date | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> SignupsImported:
    """Import the sign-ups of an event's form. A person who handed it in more than once counts as
    they did last, in the place of their first; a later export adds what is new, the same one
    nothing; whoever gave up since stays away.

    `session`: as people call it, for rows that name none; `day`: on which they asked, where the
    form does not say. Rows that cannot be right are written beside the file with the reason. May be
    cut at any point and begun again. Refuses RoleTooLow, EventUnknown, EventCancelled, SessionOver,
    SessionDropped, SessionUnknown, SessionUnchosen, SignupNotOpen, SignupClosed, and what
    `open_form` and `headers` refuse.
    """
    desk.require(LOADING)
    opened = open_form(desk, event, path, override)
    with desk.reading() as connection:
        row = events.row_of(connection, event)
        sessions = vacancies.sessions_of(connection, event)
        chosen = session_named(desk, sessions, session) if session else WHOLE
        if not (row.apart and not chosen and opened.has("session")):
            wish = signup_rules.Wish(event, session=chosen)
            chosen = signup_rules.session_for(desk, connection, row, wish)
    check(opened, opened.columns)
    if not opened.has("at"):
        signup_rules.refuse_untimely(desk, row, stamp(undated(desk, row, day)))
    form, rejects = opened.form, Rejects(path, opened.form.headers, t)
    if override:
        remember(desk, opened)
    rows = FormRows(desk, row, sessions, form, opened.columns, rejects, session=chosen, day=day)
    counts, done = Counts(), 0
    wanted = signup_entries.latest(rows.read(), rejects, counts)
    for some in chunks(wanted, SLICE):
        with desk.act() as act:
            signup_entries.enter(desk, act, event, some, rejects, counts)
        done += len(some)
        if progress is not None:
            progress(done, len(wanted))
    return SignupsImported(
        form.tool,
        counts.entered,
        counts.waiting,
        counts.changed,
        counts.known,
        counts.doubled,
        counts.outsiders,
        len(rejects),
        rejects.save(),
    )


def summary(t: Callable[..., str], done: SignupsImported) -> list[str]:
    """How it went, in sentences; of what was put aside nothing."""
    said = [t("signup_files.entered", entered=done.entered, known=done.known)]
    if done.waiting:
        said.append(t("signup_files.waiting", waiting=done.waiting))
    if done.outsiders:
        said.append(t("signup_files.outsiders", outsiders=done.outsiders))
    if done.changed:
        said.append(t("signup_files.changed", changed=done.changed))
    if done.doubled:
        said.append(t("signup_files.doubled", doubled=done.doubled))
    return said
