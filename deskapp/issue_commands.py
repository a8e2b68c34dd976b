"""`deskapp certificate issue|print|find|revoke|replace|hand-out`."""

from typing import Any

from deskapp import certificates, key_commands, rolls, serials
from deskapp.certificates import Listed
from deskapp.columns import lined_up
from deskapp.command import DONE, PARTLY, Command, Report
from deskapp.desk import Desk, Refusal
from deskapp.issuing import Refused


def issue(command: Command) -> Report:
    """`deskapp certificate issue ROLL [--lead NO]`: for every award that is ready and has none;
    what was cut short goes on. Exit status 1 if some cannot have one.
    """
    t = command.t
    with command.desk() as desk:
        roll = rolls.find(desk, command.asked.roll)
        key = key_commands.opened(command, desk)
        numbers: list[str] = []
        refused: tuple[Refused, ...] = ()
        for each in certificates.issue(desk, roll.id, key, *_lead(command, desk)):
            numbers += each.serials
            refused = each.refused
            command.progress.share(each.done, each.of)
        command.progress.end()
        done = t("issuing.done", count=len(numbers), title=roll.title)
        said = [done if numbers else t("issuing.nothing")]
        why = [(line.name, line.prize, t.refused(no.code, no.facts)) for line, no in refused]
        facts = {
            "issued": numbers,
            "refused": [
                {"refused": no.code, "name": line.name, "sentence": t.refused(no.code, no.facts)}
                for line, no in refused
            ],
        }
        status = PARTLY if refused else DONE
        return command.caught_up(desk, Report([*said, *lined_up(why)], facts, status))


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


def replace(command: Command) -> Report:
    """`deskapp certificate replace NUMBER [--holder NAME] [--lead NO]`"""
    asked = command.asked
    with command.desk() as desk:
        number = certificates.one(desk, asked.number).serial
        key = key_commands.opened(command, desk)
        lead, pin = _lead(command, desk)
        done = certificates.replace(desk, number, key, lead=lead, pin=pin, holder=asked.holder)
        before, new = serials.spaced(done.before), serials.spaced(done.serial)
        said = command.t("command.certificate_replaced", before=before, number=new)
        facts = {"replaced": done.before, "issued": done.serial}
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
    if len(asked) == 1 and not serials.is_meant(asked[0]):
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
