"""`deskapp demo`: a generated library, in a store of its own."""

import sys

from deskapp import config, demo
from deskapp.command import Command, Report


def demonstrate(command: Command) -> Report:
    """`deskapp demo`; with --json the store is made and told of, and no screen opens."""
    folder = config.demo_folder(command.folder, command.asked.scale)
    desk = demo.open_demo(folder, command.asked.scale, progress=command.progress.share)
    command.progress.end()
    notice, operator = demo.notice(desk, command.t), desk.operator
    desk.close()
    facts = {"folder": folder, "badge": operator.badge if operator else "", "pin": demo.PIN}
    if not command.asked.json:
        sys.stdout.write(f"{notice}\n")
        sys.stdout.flush()
        command.show(folder, operator)
    return Report([], facts)
