"""The commands that read and write table files."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, Protocol

from deskapp import (
    attendance_files,
    award_files,
    certificate_files,
    draw_files,
    draws,
    event_files,
    events,
    headers,
    helper_files,
    helpers,
    holidays,
    ledger_files,
    loan_files,
    readers,
    register_files,
    request_files,
    rolls,
    room_files,
    seat_files,
    sheets,
    signup_files,
    signup_sheets,
    sitting_files,
    staff_files,
    visit_files,
)
from deskapp.command import PARTLY, Command, Report, WrongUsage
from deskapp.desk import Desk, Refusal, keep_profile
from deskapp.fields import PATRONS, REGISTER, STAFF, Fields, called
from deskapp.gathered import GATHERED, WHO_CAME
from deskapp.gathering_fields import AWARDS
from deskapp.language import Language
from deskapp.readers import Imported
from deskapp.register_fields import (
    APPLICATIONS,
    HOLIDAYS,
    LOANS,
    MEMBERS,
    ROOMS,
    SEATS,
    SITTINGS,
    VISITS,
)
from deskapp.staff_files import StaffImported


def take_in(command: Command) -> Report:
    """`deskapp import`"""
    asked = command.asked
    if (asked.zone or asked.whole or asked.plan) and asked.what != "seats":
        raise WrongUsage(command.t("command.seats_only"))
    if (asked.file is None) is not asked.plan:
        raise WrongUsage(command.t("command.file_or_plan"))
    ways = {
        "patrons": _import_patrons,
        "staff": _import_staff,
        "requests": _import_requests,
        "holidays": _import_holidays,
        "visits": _import_dated,
        "loans": _import_loans,
        "sittings": _import_dated,
        "rooms": _import_dated,
        "seats": _import_seats,
        "applications": _import_applications,
        "members": _import_members,
        "signups": _import_signups,
        **dict.fromkeys(GATHERED, _import_gathered),
        "awards": _import_awards,
        "profile": _keep_profile,
    }
    way = ways.get(command.asked.what, _import_register)
    dated = (*(_import_requests, _import_register, _import_dated, _import_signups, _import_loans),)
    if command.asked.day and way not in dated and asked.what != "attendance":
        raise WrongUsage(command.t("command.no_day"))
    if command.asked.draw and way is not _import_applications:
        raise WrongUsage(command.t("command.no_draw"))
    if bool(asked.event) is not (way in (_import_signups, _import_gathered)):
        raise WrongUsage(command.t("command.event_of_signups"))
    if bool(asked.roll) is not (way is _import_awards):
        raise WrongUsage(command.t("command.roll_of_awards"))
    if asked.session and way is not _import_signups:
        raise WrongUsage(command.t("command.event_of_signups"))
    with command.desk() as desk:
        return command.caught_up(desk, way(command, desk))


def _chosen(command: Command, fields: Fields, read: Collection[str] = ()) -> dict[str, Any]:
    """Which columns a person chose; what each was taken for is shown before anything is written.
    `read`: headings that are read otherwise.

    Refuses ColumnUnknown for what is no field.
    """
    asked = command.asked
    for name, _ in asked.column:
        if name not in fields.by_name:
            raise Refusal("ColumnUnknown", column=name)
    override = {name: heading or None for name, heading in asked.column}
    if fields is SEATS:
        columns = seat_files.open_table(asked.file, override)[1]
    else:
        columns = sheets.open_table(asked.file, fields, override)[1]
    if not asked.json:
        _show(command, columns, read=read)
    return override


def _show(
    command: Command,
    columns: headers.Mapping,
    named: Callable[[Language, Fields, str], str] = called,
    read: Collection[str] = (),
) -> None:
    for name, places in columns.columns.items():
        headings = "、".join(columns.headers[place] for place in places)
        field = named(command.t, columns.fields, name)
        command.warn(command.t("command.column", field=field, name=name, headings=headings))
    left = [each for each in (*columns.ignored, *columns.dropped) if each not in read]
    if left:
        command.warn(command.t("command.columns_left", headings="、".join(left)))


def _import_patrons(command: Command, desk: Desk) -> Report:
    override = _chosen(command, PATRONS)
    done = readers.load(desk, command.asked.file, command.t, override, command.progress.share)
    command.progress.end()
    report = _people_imported(command, done, renamed=done.renamed)
    if done.renamed:
        report.sentences.append(command.t("readers.renamed", count=done.renamed))
    return report


def _import_staff(command: Command, desk: Desk) -> Report:
    done = staff_files.load(desk, command.asked.file, command.t, _chosen(command, STAFF))
    report = _people_imported(command, done, notes=done.notes)
    report.sentences.extend(done.notes)
    return report


def _import_requests(command: Command, desk: Desk) -> Report:
    asked, override = command.asked, _chosen(command, REGISTER)
    done = request_files.load(
        desk, asked.file, command.t, override, command.progress.share, asked.day
    )
    command.progress.end()
    counts = {name: getattr(done, name) for name in ("entered", "closed", "known")}
    return _imported(command, command.t("command.requests_imported", **counts), counts, done)


def _import_register(command: Command, desk: Desk) -> Report:
    asked = command.asked
    override = _chosen(command, register_files.FIELDS[asked.what])
    done = register_files.load(desk, asked.what, asked.file, command.t, override, asked.day)
    return _rows_imported(command, done)


def _import_holidays(command: Command, desk: Desk) -> Report:
    done = holidays.load(desk, command.asked.file, command.t, _chosen(command, HOLIDAYS))
    names = ("entered", "changed", "withdrawn", "unchanged")
    counts = {name: getattr(done, name) for name in names}
    report = _imported(command, command.t("command.holidays_imported", **counts), counts, done)
    report.sentences += [command.t("calendar.unpublished", year=year) for year in done.unknown]
    report.facts["unknown"] = done.unknown
    return report


def _import_dated(command: Command, desk: Desk) -> Report:
    """What has times, which may be of a day that the file does not say."""
    asked = command.asked
    fields, files = {
        "visits": (VISITS, visit_files),
        "sittings": (SITTINGS, sitting_files),
        "rooms": (ROOMS, room_files),
    }[asked.what]
    override = _chosen(command, fields)
    return _rows_imported(command, files.load(desk, asked.file, command.t, override, asked.day))


def _import_loans(command: Command, desk: Desk) -> Report:
    asked, t = command.asked, command.t
    override = _chosen(command, LOANS)
    progress = command.progress.share
    done = loan_files.load(desk, asked.file, t, override, asked.day, progress)
    command.progress.end()
    report = _rows_imported(command, done, passed_over=done.passed_over)
    if any(done.passed_over.values()):
        report.sentences.insert(1, t("loans.passed_over", **done.passed_over))
    return report


def _import_seats(command: Command, desk: Desk) -> Report:
    asked, t = command.asked, command.t
    if asked.plan:
        done = seat_files.lay_out(desk)
    else:
        override = _chosen(command, SEATS)
        done = seat_files.load(desk, asked.file, t, override, zone=asked.zone, whole=asked.whole)
    names = ("entered", "changed", "removed", "unchanged")
    counts = {name: getattr(done, name) for name in names}
    report = _imported(
        command, t("command.seats_imported", **counts), counts, done, plans=done.plans
    )
    for code, plan in done.plans.items():
        report.sentences += ["", desk.profile.zones[code].name(t.code), *plan]
    return report


def _import_applications(command: Command, desk: Desk) -> Report:
    draw = draws.named(desk, command.asked.draw or "", (draws.OPEN,))
    override = _chosen(command, APPLICATIONS)
    done = draw_files.load(desk, draw.id, command.asked.file, command.t, override)
    return _rows_imported(command, done, draw=draw.code)


def _import_members(command: Command, desk: Desk) -> Report:
    override = _chosen(command, MEMBERS)
    done = draw_files.load_members(desk, command.asked.file, command.t, override)
    return _rows_imported(command, done)


def _import_signups(command: Command, desk: Desk) -> Report:
    asked, t = command.asked, command.t
    event = events.find(desk, asked.event)
    override = {name: heading or None for name, heading in asked.column}
    opened = signup_files.open_form(desk, event.id, asked.file, override)
    if not asked.json:
        command.warn(t(f"form_tool.{opened.form.tool}"))
        if opened.remembered:
            command.warn(t("signup_files.remembered"))
        _show(command, opened.columns, signup_files.called)
        if opened.form.private:
            private = "、".join(opened.form.private)
            command.warn(t("signup_files.private", headings=private))
    session, day = asked.session or "", asked.day
    done = signup_files.load(
        desk, event.id, asked.file, t, override,
        session=session, day=day, progress=command.progress.share,
    )  # fmt: skip
    command.progress.end()
    counts = {name: getattr(done, name) for name in signup_files.COUNTED}
    said, *more = signup_files.summary(t, done)
    report = _imported(command, said, counts, done, event=event.name, tool=done.tool)
    report.sentences[1:1] = more
    return report


def _import_gathered(command: Command, desk: Desk) -> Report:
    """What is known of an event behind it."""
    asked, t = command.asked, command.t
    event = events.find(desk, asked.event)
    fields, load = GATHERED[asked.what]
    more = {"day": asked.day} if asked.what == WHO_CAME else {}
    about = {}
    if asked.what == WHO_CAME:
        chosen = {name: heading or None for name, heading in asked.column}
        about = attendance_files.columns_of(desk, event.id, asked.file, chosen, asked.day)
    override = _chosen(command, fields, about)
    for heading, session in about.items() if not asked.json else ():
        when = f"{session.begin:%Y-%m-%d %H:%M}"
        command.warn(t("command.session_column", heading=heading, when=when))
    done = load(desk, event.id, asked.file, t, override, **more)
    return _rows_imported(command, done, event=event.name)


def _import_awards(command: Command, desk: Desk) -> Report:
    roll = rolls.find(desk, command.asked.roll)
    override = _chosen(command, AWARDS)
    done = award_files.load(desk, roll.id, command.asked.file, command.t, override)
    return _rows_imported(command, done, roll=roll.name)


def _keep_profile(command: Command, desk: Desk) -> Report:
    keep_profile(desk, command.asked.file)
    said = command.t("command.profile_kept", file=command.asked.file.name)
    return Report([said], {"profile": command.asked.file.name})


def _people_imported(command: Command, done: Imported | StaffImported, **more: Any) -> Report:
    counts = {name: getattr(done, name) for name in ("entered", "changed", "unchanged")}
    return _imported(command, command.t("command.imported", **counts), counts, done, **more)


def _rows_imported(command: Command, done: sheets.Taken, **more: Any) -> Report:
    counts = {"entered": done.entered, "known": done.known}
    said = command.t("command.register_imported", **counts)
    return _imported(command, said, counts, done, **more)


class _Done(Protocol):
    @property
    def rejected(self) -> int: ...
    @property
    def rejects(self) -> Path | None: ...


def _imported(
    command: Command, said: str, counts: dict[str, int], done: _Done, **more: Any
) -> Report:
    facts = {**counts, **more, "rejected": done.rejected, "rejects": done.rejects}
    report = Report([said], facts)
    if done.rejects is not None:
        rejected = command.t("command.rejected", rejected=done.rejected, file=done.rejects)
        report.sentences.append(rejected)
        report.status = PARTLY
    return report


WHOLE = {"patrons": readers.export, "holidays": holidays.export, "seats": seat_files.export}
"""what goes out as it stands now"""
PERIODS: dict[str, Callable[..., int]] = {
    "requests": request_files.export,
    "visits": visit_files.export,
    "presence": visit_files.export_presence,
    "sittings": sitting_files.export,
    "rooms": room_files.export,
    "events": event_files.export,
    "certificates": certificate_files.export,
    "ledger": ledger_files.export,
}
"""what goes out of a time"""


def _refuse_usage(command: Command) -> None:
    """Refuses WrongUsage: what is said of something else."""
    asked, what, t = command.asked, command.asked.what, command.t
    dateless = (*WHOLE, "applications", "signups", "awards")
    if (asked.since or asked.until) and what in dateless:
        raise WrongUsage(t("command.no_period"))
    if asked.draw and what != "applications":
        raise WrongUsage(t("command.no_draw"))
    if (asked.form or asked.term) and what != "volunteers":
        raise WrongUsage(t("command.volunteers_only"))
    if bool(asked.roll) is not (what == "awards"):
        raise WrongUsage(t("command.roll_of_awards"))
    if (what == "signups" and not asked.event) or (
        asked.event and what not in ("signups", "volunteers")
    ):
        raise WrongUsage(t("command.export_event"))


def export(command: Command) -> Report:
    """`deskapp export`"""
    asked, t = command.asked, command.t
    what, file = asked.what, asked.output
    period = {"since": asked.since, "until": asked.until}
    _refuse_usage(command)
    if file.exists() and not asked.force:
        raise Refusal("FileExists", file=str(file))
    with command.desk() as desk:
        if what == "applications":
            rows = draw_files.export(desk, draws.named(desk, asked.draw or "").id, file, t)
        elif what == "volunteers":
            rows = _volunteers(command, desk)
        elif what == "signups":
            rows = signup_sheets.export(desk, events.find(desk, asked.event).id, file, t)
        elif what == "awards":
            rows = award_files.export(desk, rolls.find(desk, asked.roll).id, file, t)
        elif what in WHOLE:
            rows = WHOLE[what](desk, file, t)
        elif what in PERIODS:
            rows = PERIODS[what](desk, file, t, **period)
        else:
            rows = register_files.export(desk, what, file, t, **period)
    return Report([t("command.exported", rows=rows, file=file)], {"rows": rows, "file": file})


def _volunteers(command: Command, desk: Desk) -> int:
    """Hours of volunteers: of a term, of some days, of an event."""
    asked = command.asked
    event = events.find(desk, asked.event).id if asked.event else None
    since, until = asked.since, asked.until
    if asked.term:
        term = helpers.term_named(desk, asked.term)
        since, until = since or term.first, until or term.last
    return helper_files.export(
        desk, asked.output, command.t, form=asked.form, event=event, since=since, until=until
    )
