"""The grammar of the command line, in the user's language."""

import argparse
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from deskapp.certificate_usage import certificate
from deskapp.columns import breadth
from deskapp.fields import PATRONS, REGISTER, STAFF, called
from deskapp.gathering_fields import ATTENDANCE, AWARDS, FEEDBACK, RESULTS
from deskapp.language import Language
from deskapp.options import everywhere, person, pin
from deskapp.register_fields import (
    APPLICATIONS,
    COUNTS,
    FOUND,
    HOLIDAYS,
    LENT,
    LOANS,
    MEMBERS,
    ROOMS,
    SEATS,
    SIGNUPS,
    SITTINGS,
    VISITS,
)
from deskapp.report_usage import report

TABLES = {
    "patrons": PATRONS,
    "staff": STAFF,
    "requests": REGISTER,
    "found": FOUND,
    "lent": LENT,
    "counts": COUNTS,
    "holidays": HOLIDAYS,
    "visits": VISITS,
    "loans": LOANS,
    "sittings": SITTINGS,
    "rooms": ROOMS,
    "seats": SEATS,
    "applications": APPLICATIONS,
    "members": MEMBERS,
    "signups": SIGNUPS,
    "results": RESULTS,
    "feedback": FEEDBACK,
    "attendance": ATTENDANCE,
    "awards": AWARDS,
}
IMPORTS = (*TABLES, "profile")
HELP_WIDTH = 78
"""cells of a line under the help's own"""
EXPORTS = (
    *("patrons", "requests", "found", "lent", "counts", "holidays", "visits", "presence"),
    *(
        "sittings",
        "seats",
        "rooms",
        "events",
        "applications",
        "signups",
        "volunteers",
        "awards",
        "certificates",
    ),
    "ledger",
)
PRINTS = ("log", "kit", "barcodes")
SCALES = ("desk", "library")

SAYS: dict[str, str] = {
    "usage: ": "usage.prefix",
    "%(prog)s: error: %(message)s\n": "usage.error",
    "argument %(argument_name)s: %(message)s": "usage.argument",
    "expected one argument": "usage.one_value",
    "expected %s argument": "usage.some_values",
    "expected %s arguments": "usage.some_values",
    "unrecognized arguments: %s": "usage.unknown",
    "the following arguments are required: %s": "usage.required",
    "one of the arguments %s is required": "usage.one_required",
    "not allowed with argument %s": "usage.not_with",
    "ignored explicit argument %r": "usage.takes_none",
    "ambiguous option: %(option)s could match %(matches)s": "usage.ambiguous",
    "invalid choice: %(value)r (choose from %(choices)s)": "usage.choice",
    "invalid %(type)s value: %(value)r": "usage.value",
    "unknown parser %(parser_name)r (choices: %(choices)s)": "usage.command",
    "positional arguments": "usage.positional",
    "options": "usage.options",
    "show this help message and exit": "usage.help",
    "show program's version number and exit": "usage.version",
}
"""What argparse says in English → our message, with the same %-places."""


def parser(t: Language) -> argparse.ArgumentParser:
    """The whole grammar, as far as there are commands."""
    _speak(t)
    top = argparse.ArgumentParser("deskapp", description=t("usage.deskapp"), allow_abbrev=False)
    everywhere(top, t, first=True)
    commands = top.add_subparsers(dest="command", metavar=t("usage.metavar"))

    def command(name: str, about: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=about, description=about, allow_abbrev=False)
        everywhere(made, t)
        return made

    demo = command("demo", t("usage.demo"))
    demo.add_argument("--scale", choices=SCALES, default=SCALES[0], help=t("usage.scale"))

    init = command("init", t("usage.init"))
    init.add_argument("--profile", required=True, metavar="NAME", help=t("usage.profile"))
    init.add_argument("--desk", required=True, metavar="CODE", help=t("usage.desk"))
    init.add_argument("--place", default="", metavar="NAME", help=t("usage.place"))
    init.add_argument("--staff", metavar="NAME", help=t("usage.staff"))
    init.add_argument("--badge", metavar="NO", help=t("usage.badge"))
    init.add_argument("--copy", type=Path, metavar="DIR", help=t("usage.copy"))
    init.add_argument("--join", metavar="ADDRESS", help=t("usage.join"))
    init.add_argument("--keyring", action="store_true", help=t("usage.keyring"))
    pin(init, t)

    taken = command("import", t("usage.import"))
    taken.formatter_class = argparse.RawDescriptionHelpFormatter
    taken.epilog = _fields(t)
    taken.add_argument("what", choices=IMPORTS, metavar="WHAT", help=t("usage.import_what"))
    taken.add_argument("file", type=Path, nargs="?", metavar="FILE", help=t("usage.import_file"))
    taken.add_argument("--zone", metavar="CODE", help=t("usage.import_zone"))
    taken.add_argument("--whole", action="store_true", help=t("usage.import_whole"))
    taken.add_argument("--plan", action="store_true", help=t("usage.import_plan"))
    taken.add_argument("--day", type=day, metavar="DAY", help=t("usage.import_day"))
    taken.add_argument("--draw", metavar="DRAW", help=t("usage.draw_named"))
    taken.add_argument("--event", metavar="EVENT", help=t("usage.import_event"))
    taken.add_argument("--session", metavar="SESSION", help=t("usage.import_session"))
    taken.add_argument("--roll", metavar="ROLL", help=t("usage.roll_named"))
    taken.add_argument(
        "--column",
        "--columns",
        action="append",
        default=[],
        type=_column,
        metavar="FIELD=HEADING",
        help=t("usage.column"),
    )
    person(taken, t)

    given = command("export", t("usage.export"))
    given.add_argument("what", choices=EXPORTS, metavar="WHAT", help=t("usage.export_what"))
    given.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help=t("usage.output")
    )
    given.add_argument("--force", action="store_true", help=t("usage.force"))
    given.add_argument("--since", type=day, metavar="DAY", help=t("usage.since"))
    given.add_argument("--until", type=day, metavar="DAY", help=t("usage.until"))
    given.add_argument("--draw", metavar="DRAW", help=t("usage.draw_named"))
    given.add_argument("--event", metavar="EVENT", help=t("usage.export_event"))
    given.add_argument("--roll", metavar="ROLL", help=t("usage.roll_named"))
    given.add_argument("--form", default="", metavar="FORM", help=t("usage.export_form"))
    given.add_argument("--term", metavar="TERM", help=t("usage.export_term"))
    person(given, t)

    printed = command("print", t("usage.print"))
    printed.add_argument("what", choices=PRINTS, metavar="WHAT", help=t("usage.print_what"))
    printed.add_argument("--day", type=day, metavar="DAY", help=t("usage.print_day"))
    printed.add_argument("-o", "--output", type=Path, metavar="FILE", help=t("usage.print_file"))
    printed.add_argument("--force", action="store_true", help=t("usage.force"))
    person(printed, t)

    kiosk = command("kiosk", t("usage.kiosk"))
    kiosk.add_argument("zone", metavar="ZONE", help=t("usage.kiosk_zone"))
    person(kiosk, t)

    volunteer = command("volunteer", t("usage.volunteer"))
    volunteer.add_argument("event", nargs="?", metavar="EVENT", help=t("usage.volunteer_event"))
    volunteer.add_argument("--session", metavar="N", help=t("usage.volunteer_session"))
    volunteer.add_argument("--door", default="", metavar="NAME", help=t("usage.volunteer_door"))
    person(volunteer, t)

    backup = command("backup", t("usage.backup"))
    either = backup.add_mutually_exclusive_group(required=True)
    either.add_argument("file", type=Path, nargs="?", metavar="FILE", help=t("usage.backup_file"))
    either.add_argument("--copy", type=Path, metavar="DIR", help=t("usage.copy"))

    restore = command("restore", t("usage.restore"))
    restore.add_argument("file", type=Path, metavar="FILE", help=t("usage.restore_file"))

    doctor = command("doctor", t("usage.doctor"))
    doctor.add_argument("--rebuild", action="store_true", help=t("usage.rebuild"))

    _draw(command("draw", t("usage.draw")), t)
    _event(command("event", t("usage.event")), t)
    certificate(command("certificate", t("usage.certificate")), t)
    report(command("report", t("usage.report")), t)
    _sync(command("sync", t("usage.sync")), t)
    _central(command("central", t("usage.central")), t)

    stick = command("stick", t("usage.stick"))
    stick.add_argument("way", choices=("write", "read"), metavar="write|read", help=t("usage.way"))
    stick.add_argument("folder", type=Path, metavar="DIR", help=t("usage.folder"))
    return top


def _draw(draw: argparse.ArgumentParser, t: Language) -> None:
    """Seats and lockers by lot: its tasks are commands of their own."""
    tasks = draw.add_subparsers(dest="task", metavar=t("usage.metavar"), required=True)

    def task(name: str, about: str) -> argparse.ArgumentParser:
        made = tasks.add_parser(name, help=about, description=about, allow_abbrev=False)
        if name != "open":
            made.add_argument("--draw", metavar="DRAW", help=t("usage.draw_named"))
        if name in ("publish", "draw"):
            made.add_argument(
                "-o", "--output", type=Path, metavar="DIR", help=t("usage.draw_folder")
            )
        everywhere(made, t)
        person(made, t)
        return made

    opened = task("open", t("usage.draw_open"))
    opened.add_argument("season", metavar="SEASON", help=t("usage.season"))
    opened.add_argument(
        "--thing", choices=("seat", "locker"), default="seat", help=t("usage.thing")
    )
    opened.add_argument("--zone", required=True, metavar="ZONE", help=t("usage.draw_zone"))
    opened.add_argument("--many", required=True, type=int, metavar="N", help=t("usage.many"))
    opened.add_argument("--first", required=True, type=day, metavar="DAY", help=t("usage.first"))
    opened.add_argument("--last", required=True, type=day, metavar="DAY", help=t("usage.last"))
    opened.add_argument(
        "--confirm-until", required=True, type=moment, metavar="TIME", help=t("usage.confirm_until")
    )
    opened.add_argument("--days", type=int, default=2, metavar="N", help=t("usage.draw_days"))
    opened.add_argument("--unused", type=int, default=0, metavar="N", help=t("usage.unused"))
    opened.add_argument("--name", default="", metavar="NAME", help=t("usage.draw_name"))
    task("check", t("usage.draw_check"))
    published = task("publish", t("usage.draw_publish"))
    published.add_argument("--seed-from", metavar="TEXT", help=t("usage.seed_from"))
    task("withdraw", t("usage.draw_withdraw"))
    drawn = task("draw", t("usage.draw_draw"))
    drawn.add_argument("--seed", required=True, metavar="TEXT", help=t("usage.seed"))
    confirmed = task("confirm", t("usage.draw_confirm"))
    confirmed.add_argument("number", metavar="NUMBER", help=t("usage.draw_number"))
    passed = task("pass", t("usage.draw_pass"))
    passed.add_argument("--dry-run", action="store_true", help=t("usage.draw_dry_run"))
    task("show", t("usage.draw_show"))


def _event(event: argparse.ArgumentParser, t: Language) -> None:
    """What is done for one event; its tasks are commands of their own."""
    tasks = event.add_subparsers(dest="task", metavar=t("usage.metavar"), required=True)

    def task(name: str, about: str) -> argparse.ArgumentParser:
        made = tasks.add_parser(name, help=about, description=about, allow_abbrev=False)
        if name != "return":
            made.add_argument("event", metavar="EVENT", help=t("usage.event_named"))
        everywhere(made, t)
        person(made, t)
        return made

    tickets = task("tickets", t("usage.event_tickets"))
    tickets.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help=t("usage.output")
    )
    tickets.add_argument("--session", type=int, metavar="N", help=t("usage.event_session"))
    tickets.add_argument("--one-a-page", action="store_true", help=t("usage.one_a_page"))
    tickets.add_argument("--readers", action="store_true", help=t("usage.with_readers"))
    tickets.add_argument("--font", type=Path, metavar="FILE", help=t("usage.font"))
    tickets.add_argument("--force", action="store_true", help=t("usage.force"))
    ticket = task("ticket", t("usage.event_ticket"))
    ticket.add_argument("who", metavar="WHO", help=t("usage.ticket_who"))
    ticket.add_argument("--session", type=int, metavar="N", help=t("usage.event_session"))
    act = ticket.add_mutually_exclusive_group()
    act.add_argument("--give", action="store_true", help=t("usage.ticket_give"))
    act.add_argument("--replace", action="store_true", help=t("usage.ticket_replace"))
    act.add_argument("--revoke", metavar="WHY", help=t("usage.ticket_revoke"))
    pack = task("pack", t("usage.event_pack"))
    folder = t("usage.event_folder")
    pack.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help=folder)
    back = task("return", t("usage.event_return"))
    back.add_argument("folder", type=Path, metavar="DIR", help=t("usage.event_back"))


def _sync(sync: argparse.ArgumentParser, t: Language) -> None:
    sync.add_argument("--nightly", action="store_true", help=t("usage.nightly"))
    sync.add_argument("--keyring", action="store_true", help=t("usage.keyring"))
    one = sync.add_mutually_exclusive_group()
    one.add_argument("--status", action="store_true", help=t("usage.sync_status"))
    one.add_argument("--dry-run", action="store_true", help=t("usage.dry_run"))
    one.add_argument("--connect", metavar="ADDRESS", help=t("usage.connect"))
    one.add_argument("--disconnect", action="store_true", help=t("usage.disconnect"))
    one.add_argument("--install-timer", action="store_true", help=t("usage.install_timer"))
    one.add_argument("--remove-timer", action="store_true", help=t("usage.remove_timer"))


def _central(central: argparse.ArgumentParser, t: Language) -> None:
    """What is done at the centre: its tasks are commands of their own."""
    tasks = central.add_subparsers(dest="task", metavar=t("usage.metavar"), required=True)

    either, server = t("usage.url"), t("usage.url_server")

    def task(name: str, about: str, url: str = either) -> argparse.ArgumentParser:
        made = tasks.add_parser(name, help=about, description=about, allow_abbrev=False)
        made.add_argument("url", metavar="URL", help=url)
        everywhere(made, t)
        return made

    task("init", t("usage.central_init"))
    grant = task("grant", t("usage.grant"))
    grant.add_argument("desk", metavar="DESK", help=t("usage.desk"))
    grant.add_argument("--departments", type=_codes, metavar="A,B", help=t("usage.departments"))
    grant.add_argument("--packs", type=_codes, default=[], metavar="A,B", help=t("usage.packs"))
    grant.add_argument("--renew", action="store_true", help=t("usage.renew"))
    grant.add_argument("--host", metavar="NAME", help=t("usage.host"))
    revoke = task("revoke", t("usage.revoke"), server)
    revoke.add_argument("desk", metavar="DESK", help=t("usage.desk"))
    task("status", t("usage.central_status"))
    restored = task("restored", t("usage.restored"))
    restored.add_argument("--fork", type=int, metavar="POS", help=t("usage.fork"))
    adopt = task("adopt", t("usage.adopt"))
    adopt.add_argument("--stick", type=Path, metavar="DIR", help=t("usage.adopt_stick"))
    adopt.add_argument("--wordless", action="store_true", help=t("usage.wordless"))
    fold = task("fold", t("usage.central_fold"), server)
    fold.add_argument("--reader", metavar="ROLE", help=t("usage.reader_role"))


def _fields(t: Language) -> str:
    """What `--column` may name, for each kind of file."""
    lines = [t("usage.fields")]
    for what, fields in TABLES.items():
        line = f"  {what}:"
        for field in fields.all:
            word = called(t, fields, field.name)
            part = f" {field.name};" if word == field.name else f" {field.name} {word};"
            if breadth(line + part) > HELP_WIDTH:
                lines.append(line)
                line = "   "
            line += part
        lines.append(line.rstrip(";"))
    return "\n".join(lines)


def day(text: str) -> date:
    """A day as `2026-11-22`."""
    return date.fromisoformat(text)


def moment(text: str) -> datetime:
    """A day, or a time of one, as `2026-11-30 17:00`."""
    return datetime.fromisoformat(text)


def _codes(text: str) -> list[str]:
    """`a,b`; nothing gives none."""
    return [code for part in text.replace("、", ",").split(",") if (code := part.strip())]


def _column(text: str) -> tuple[str, str]:
    name, sign, heading = text.partition("=")
    if not sign:
        raise ValueError(text)
    return name, heading


def _speak(t: Language) -> None:
    """argparse asks gettext for its own words; it is given ours."""

    def says(english: str) -> str:
        # A space behind "usage:" and a new line behind an error are not the message's own.
        end = english[len(english.rstrip()) :]
        return t(SAYS[english]).rstrip() + end if english in SAYS else english

    def counted(one: str, several: str, count: int) -> str:
        return says(one if count == 1 else several)

    replaced: dict[str, Callable[..., str]] = {"_": says, "ngettext": counted}
    vars(argparse).update(replaced)
