"""`deskapp certificate seal permit|withdraw|list|form`: pictures of seals, and applications for the
use of the seals themselves.
"""

from deskapp import config, rolls, seal_forms, seals
from deskapp.columns import lined_up
from deskapp.command import Command, Report
from deskapp.desk import Desk, Refusal


def seal(command: Command) -> Report:
    """One of them."""
    with command.desk() as desk:
        report = ACTS[command.asked.act](command, desk)
        return report if command.asked.act == "list" else command.caught_up(desk, report)


def _permit(command: Command, desk: Desk) -> Report:
    """Its picture is the configured one, unless it lies elsewhere. Refuses SealUnset."""
    asked, t = command.asked, command.t
    picture = asked.picture or config.settings(command.folder).seals.get(asked.name)
    if picture is None:
        raise Refusal("SealUnset", name=asked.name)
    done = seals.permit(desk, asked.name, asked.title, asked.document, asked.until, picture)
    said = t("command.seal_permitted", name=done.name, until=t.dated(asked.until))
    return Report([said], {"permitted": done.name, "until": asked.until, "digest": done.digest})


def _withdraw(command: Command, desk: Desk) -> Report:
    name = command.asked.name
    seals.withdraw(desk, name)
    return Report([command.t("command.seal_withdrawn", name=name)], {"withdrawn": name})


def _list(command: Command, desk: Desk) -> Report:
    t, known = command.t, seals.listed(desk)
    lines = [
        (each.name, each.title, each.document, t.dated(each.until), t(f"seal_state.{each.state}"))
        for each in known
    ]
    return Report(lined_up(lines) if lines else [t("command.no_seals")], {"seals": known})


def _form(command: Command, desk: Desk) -> Report:
    asked, t = command.asked, command.t
    roll = rolls.find(desk, asked.roll)
    done = seal_forms.print_out(desk, t, roll.id, asked.output, force=asked.force)
    said = t("roll.seal_asked", count=done.count, file=done.file)
    facts = {"file": done.file, "count": done.count, "first": done.first, "last": done.last}
    return Report([said], facts)


ACTS = {"permit": _permit, "withdraw": _withdraw, "list": _list, "form": _form}
