"""`deskapp certificate print|find|revoke|hand-out`."""

from typing import Any

from deskapp import certificates, rolls, serials
from deskapp.certificates import Listed
from deskapp.command import Command, Report
from deskapp.desk import Desk, Refusal


def print_out(command: Command) -> Report:
    """`deskapp certificate print ROLL|NUMBER … -o OUT`: of a roll what was not printed before.
    Refuses FileExists, NothingToPrint.
    """
    asked, t = command.asked, command.t
    single = asked.output.suffix.lower() == ".pdf"
    if single and asked.output.exists() and not asked.force:
        raise Refusal("FileExists", file=str(asked.output))
    with command.desk() as desk:
        numbers = _numbers(desk, asked.what)
        if not numbers:
            raise Refusal("NothingToPrint")
        for done in certificates.print_out(desk, numbers, asked.output, single=single):
            command.progress.share(done, len(numbers))
        command.progress.end()
        said = t("command.certificates_printed", count=len(numbers), file=asked.output)
        report = Report([said], {"printed": numbers, "file": asked.output})
        return command.caught_up(desk, report)


def find(command: Command) -> Report:
    """`deskapp certificate find TEXT`. Refuses SerialUnknown."""
    t = command.t
    with command.desk() as desk:
        found = certificates.find(desk, command.asked.text)
    lines = [_line(command, each) for each in found]
    facts = {"certificates": [_facts(each) for each in found]}
    return Report(lines or [t("command.no_certificates")], facts)


def revoke(command: Command) -> Report:
    """`deskapp certificate revoke NUMBER --reason REASON`"""
    asked = command.asked
    with command.desk() as desk:
        number = certificates.one(desk, asked.number).serial
        lead, pin = _lead(command, desk)
        done = certificates.revoke(desk, number, asked.reason, asked.why, lead=lead, pin=pin)
        said = command.t("command.certificate_revoked", number=serials.spaced(number))
        facts = {"revoked": done.serial, "reason": done.reason}
        return command.caught_up(desk, Report([said], facts))


def hand_out(command: Command) -> Report:
    """`deskapp certificate hand-out NUMBER`"""
    asked, t = command.asked, command.t
    with command.desk() as desk:
        number = certificates.one(desk, asked.number).serial
        done = certificates.hand_out(desk, number, asked.to)
        said = t("command.certificate_handed", number=serials.spaced(number))
        report = Report([said], {"handed_out": done.serial, "to": done.to or None})
        return command.caught_up(desk, report)


def _numbers(desk: Desk, asked: list[str]) -> list[str]:
    """Certificates by their numbers; of a roll, what was not printed before."""
    if len(asked) == 1 and serials.typed(asked[0]) is None:
        return certificates.unprinted(desk, rolls.find(desk, asked[0]).id)
    return [certificates.one(desk, each).serial for each in asked]


def _lead(command: Command, desk: Desk) -> tuple[str, str]:
    """The badge and PIN of the shift lead who approves; the operator's are known."""
    own = desk.whoever().badge
    badge = command.asked.lead or own
    return badge, command.typed if badge == own else command.secret(command.t("command.lead_pin"))


def _line(command: Command, each: Listed) -> str:
    state = command.t(f"certificate_state.{each.state}")
    return "  ".join(filter(None, (each.number, each.name, each.title, each.prize, state)))


def _facts(each: Listed) -> dict[str, Any]:
    return {
        "serial": each.serial,
        "name": each.name,
        "title": each.title,
        "prize": each.prize,
        "roll": each.of,
        "day": each.day,
        "state": each.state,
        "copies": each.copies,
        "reason": each.reason or None,
        "replaces": each.replaces or None,
        "replaced_by": each.replaced_by or None,
    }
